/*
 * words.h - the sentences of a digest that its page and its excerpt share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_WORDS_H
#define POTPRESS_DIGEST_WORDS_H

#include "publisher/page/page.h"
#include "publisher/posts/digest/facts.h"

/* The day, week or month as a title has it. */
void digest_put_period(
    const struct page *p, const struct digest_facts *f, struct buf *out);
/* How many new files there were, without a full stop. */
void digest_put_new(const struct page *p, const struct digest_facts *f, struct buf *out);
/* How many events there were, compared with the days or the period before. */
void digest_put_events(
    const struct page *p, const struct digest_facts *f, struct buf *out);

/* Any day of the period was counted. */
bool digest_any_counted(const struct digest_facts *f);
/* Of a longer period and of the one before most days are known, so that averages and places may stand side by
 * side; for a change in percent all must be. */
bool digest_is_alike(const struct digest_facts *f);
/* The average of this many days, rounded. */
int64_t digest_mean(int64_t total, int64_t days);

#endif
