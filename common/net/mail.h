/*
 * mail.h - an e-mail as RFC 5322 writes it, in which no value can become a header or a command.
 *
 * Addresses and names are checked before use; everything else is encoded: the subject as RFC 2047 words,
 * the body in Base64, so that neither a line's end nor a dot of theirs reaches the server.
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
	const char *
	    id; /* what Message-ID begins with, ID@DOMAIN; letters, digits, '.' and '-' */
	const char *domain; /* mail_is_name */
	const char *from; /* mail_is_address */
	const char *const *to; /* each mail_is_address */
	size_t to_count;
	int64_t at; /* unix seconds */
	const char *subject, *text; /* any UTF-8; lines of text end in LF */
};

/* NAME@DOMAIN of ASCII letters, digits and the marks that need no quotation marks. */
bool mail_is_address(const char *text);
/* A host name as SMTP has them: labels of letters, digits and hyphens with dots between. */
bool mail_is_name(const char *text);

/* Appends the message, with CRLF at the end of each line. False when an address or name is none; nothing is
 * appended then. */
bool mail_write(struct buf *out, const struct mail *m);

#endif
