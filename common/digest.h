/*
 * digest.h - SHA-256 of byte strings, by libcrypto.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_H
#define POTPRESS_DIGEST_H

#include <stddef.h>

#define DIGEST_HEX_MAX 65
/* Lower-case hex with NUL. */
void digest_sha256(const void *bytes, size_t len, char hex[DIGEST_HEX_MAX]);

#endif
