/*
 * text.h - fits an alert's text into a target's limits and markup.
 *
 * A text is first cut to the target's limit, then escaped, so that no entity or escape is ever cut.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ALERTS_TEXT_H
#define POTPRESS_ALERTS_TEXT_H

#include "publisher/alerts/target.h"

/* The unit of a target's limit. */
enum alert_unit {
	ALERT_BYTES,
	ALERT_UTF16, /* as JavaScript counts: 2 for each character beyond U+FFFF */
};
#define ALERT_LINK_MAX 1000 /* bytes; a longer link is omitted */
#define ALERT_PLAIN_MAX (ALERT_TITLE_MAX + ALERT_TEXT_MAX + ALERT_LINK_MAX + 8)
#define ALERT_ESCAPED_MAX (8 * ALERT_PLAIN_MAX)

/* Appends as many whole characters as fit into `max` units; if some do not, the appended text ends with
 * "...", within `max`. */
void alert_put_fitting(
    struct buf *out, const char *text, size_t max, enum alert_unit unit);

/* The replacement of one character. */
struct alert_swap {
	char c;
	const char *with;
};
/* Appends the text with each character of the table, which ends with { 0 }, replaced. */
void alert_put_swapped(struct buf *out, const char *text, const struct alert_swap *swaps);

/* Appends the URL of the post, safe in every markup: all but letters, digits and -./:?&=%# is
 * percent-encoded. False, and nothing appended, if there is no link or it is too long. */
bool alert_put_link(struct buf *out, const struct alert *a);
/* Title, an empty line, text. */
void alert_put_plain(struct buf *out, const struct alert *a);
/* The link after an empty line, if there is one. */
void alert_put_link_below(struct buf *out, const struct alert *a);

/* The alert as our JSON object, for webhook and command. The caller frees it; NULL with the fault. */
char *alert_json(const struct alert *a, struct err *e);

#endif
