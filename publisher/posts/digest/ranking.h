/*
 * ranking.h - a table of the largest numbers of a dimension, with bars.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_RANKING_H
#define POTPRESS_DIGEST_RANKING_H

#include "publisher/page/page.h"
#include "publisher/posts/digest/facts.h"

struct ranking {
	const struct digest_top *top;
	enum span span; /* of the places in the period before */
	enum phrase name, number; /* of the columns */
	enum phrase sources; /* of a third one; PHRASE_COUNT: none */
	int64_t days; /* the numbers are divided by it; 0: they are not */
	bool by_source; /* the numbers are sources, not events */
	/* Writes the name of a row. */
	void (*put)(struct page *p, const struct digest_count *row);
};

/* Nothing if it has no rows. */
void digest_put_ranking(struct page *p, const struct ranking *r);
/* What usually listens at a port; NULL: not known. */
const char *digest_service(const char *port);
/* A row's name as a label, and as hostile text. */
void digest_put_label(struct page *p, const struct digest_count *row);
void digest_put_typed(struct page *p, const struct digest_count *row);

#endif
