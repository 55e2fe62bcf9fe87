/*
 * mail.h - an e-mail in the format of RFC 5322, in which no value can become a header or a command.
 *
 * Addresses and names are checked before use; everything else is encoded: the subject as RFC 2047
 * words, the body in Base64, so that no line end or dot in them reaches the server.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_NET_MAIL_H
#define POTPRESS_NET_MAIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"

#define MAIL_ADDRESS_MAX 254 /* bytes: RFC 5321 4.5.3.1 and its erratum 1690 */
#define MAIL_RECIPIENTS_MAX 100 /* RFC 5321 4.5.3.1.8: what every server takes */

struct mail {
	/* the local part of the Message-ID: letters, digits, '.' and '-' */
	const char *id;
	const char *domain; /* mail_is_name */
	const char *from; /* mail_is_address */
	const char *const *to; /* each mail_is_address */
	size_t to_count;
	int64_t at; /* unix seconds */
	const char *subject, *text; /* any UTF-8; lines of text end in LF */
};

/* Whether it is NAME@DOMAIN of ASCII letters, digits and the marks that need no quoting. */
bool mail_is_address(const char *text);
/* Whether it is a host name for SMTP: labels of letters, digits and hyphens, separated by dots. */
bool mail_is_name(const char *text);

/* Appends the message, with CRLF at the end of each line. False if an address or name is invalid;
 * nothing is appended then. */
bool mail_write(struct buf *out, const struct mail *m);

#endif
