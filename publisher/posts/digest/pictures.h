/*
 * pictures.h - the pictures of a digest, and the figures that show them.
 *
 * A figure has its own box, whose background is white even in dark themes.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_PICTURES_H
#define POTPRESS_DIGEST_PICTURES_H

#include "publisher/page/page.h"
#include "publisher/posts/digest/facts.h"
#include "publisher/posts/kind.h"

/* See struct post_kind. */
bool digest_draw(
    const void *facts, const struct post_options *o, struct article *out, struct err *e);

/* The figures of the hours or days, and of the countries; nothing if the picture is nowhere. */
void digest_put_bars(
    struct page *p, const struct digest_facts *f, const struct article *a);
void digest_put_map(
    struct page *p, const struct digest_facts *f, const struct article *a);
/* All events of an hour or day. */
int64_t digest_bar_total(const struct chart_bar *bar);
/* The numbers of the bars as text, folded. */
void digest_put_series(struct page *p, const struct digest_facts *f);

#endif
