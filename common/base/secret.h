/*
 * secret.h - a password or key that cannot be printed by accident.
 *
 * Held by value, so passing it to a printf-like function is a compile error. Read from a file
 * that others may not read (trailing white space stripped), or from a systemd credential.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_BASE_SECRET_H
#define POTPRESS_BASE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/err.h"

#define SECRET_MAX 1024

struct secret {
	char bytes[SECRET_MAX]; /* NUL-terminated; "" when there is none */
};

/* FAULT_CONFIG when missing, empty, too long, holding control characters, or readable by others
 * (mode & 0007, or a group other than the process's own with mode & 0070). The text names the
 * file and the fix and never the content. */
bool secret_read_file(struct secret *out, const char *path, struct err *e);
/* The systemd credential NAME (file $CREDENTIALS_DIRECTORY/NAME); false without error when
 * there is no such credential. */
bool secret_read_credential(struct secret *out, const char *name, struct err *e);
/* What no such secret has in it, as editors and shells leave it there ("a byte order mark (U+FEFF)",
 * "NAME= before the key"); NULL: nothing. is_key: a program made it, not a person. */
const char *secret_oddity(const struct secret *s, bool is_key);
void secret_wipe(struct secret *s);
/* Puts '*' over the secret wherever it stands in these bytes, also as URLs, HTML and JSON spell it. True
 * if it stood there. */
bool secret_hide(const char *secret, char *bytes, size_t len);
static inline bool
secret_is_set(const struct secret *s)
{
	return s->bytes[0] != '\0';
}

#endif
