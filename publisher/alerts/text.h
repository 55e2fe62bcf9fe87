/*
 * text.h - an alert's text within a target's limits and markup.
 *
 * First a text is cut to what the target takes, then it is escaped: no entity and no escape is ever cut.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ALERTS_TEXT_H
#define POTPRESS_ALERTS_TEXT_H

#include "publisher/alerts/target.h"

/* What a target counts. */
enum alert_unit {
	ALERT_BYTES,
	ALERT_UTF16, /* as JavaScript counts: 2 for each character beyond U+FFFF */
};
#define ALERT_LINK_MAX 1000 /* bytes; a longer link is left out */
#define ALERT_PLAIN_MAX (ALERT_TITLE_MAX + ALERT_TEXT_MAX + ALERT_LINK_MAX + 8)
#define ALERT_ESCAPED_MAX (8 * ALERT_PLAIN_MAX)

/* Appends as many whole characters as fit into `max` units; when some do not, "..." is the end of what is
 * appended, and within `max`. */
void alert_put_fitting(
    struct buf *out, const char *text, size_t max, enum alert_unit unit);

/* What stands for one character. */
struct alert_swap {
	char c;
	const char *with;
};
/* Appends the text with each character of the table, which ends with { 0 }, replaced. */
void alert_put_swapped(struct buf *out, const char *text, const struct alert_swap *swaps);

/* The post's address, safe in every markup: what is not a letter, digit or one of -./:?&=%# is
 * percent-encoded. False, and nothing, without a link and when it is too long. */
bool alert_put_link(struct buf *out, const struct alert *a);
/* Title, an empty line, text. */
void alert_put_plain(struct buf *out, const struct alert *a);
/* The link after an empty line, if there is one. */
void alert_put_link_below(struct buf *out, const struct alert *a);

/* The alert as JSON of ours, for webhook and command. Caller frees; NULL: e. */
char *alert_json(const struct alert *a, struct err *e);

#endif
