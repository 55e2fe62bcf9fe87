/*
 * store_ranks.c - see internal.h: the places that the rows of a longer period's rankings had in the period
 * before.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/posts/digest/internal.h"
#include "publisher/posts/digest/words.h"

static const char RANKS_SQL[] =
    "SELECT c.value, "
    "  sum(c.events * (1 - CAST(:by_source AS INTEGER)) "
    "  + coalesce(c.sources, 0) * CAST(:by_source AS INTEGER)) AS n "
    "FROM day d "
    "JOIN day_count c ON c.day_id = d.id "
    "WHERE d.date >= :first "
    "  AND d.date < :end "
    "  AND c.dimension = :dimension "
    "  AND c.value <> '' "
    "GROUP BY c.value "
    "ORDER BY n DESC, c.value";

static void
take_rank(struct statement *s, int64_t rank, struct digest_top *top)
{
	for (size_t i = 0; i < top->count; i++)
		if (strcmp(top->rows[i].value, db_text(s, 0)) == 0) {
			top->rows[i].rank_before = rank;
			top->rows[i].before = db_int(s, 1);
		}
}

static bool
read_ranks(struct db *db, const char *dimension, bool by_source,
    const struct digest_facts *f, struct digest_top *top, struct err *e)
{
	struct statement *s = db_prepare(db, RANKS_SQL, e);
	int64_t rank = 0;
	int step;

	for (size_t i = 0; i < top->count; i++)
		top->rows[i].rank_before = 0;
	digest_bind_dates(s, digest_first_compared(f), f->period.first);
	db_bind_text(s, ":dimension", dimension);
	db_bind_int(s, ":by_source", by_source);
	while ((step = db_step(s, e)) == 1)
		take_rank(s, ++rank, top);
	return step == 0;
}

bool
digest_ranks_read(struct db *db, struct digest_facts *f, struct err *e)
{
	if (f->period.span == SPAN_DAY || !digest_is_alike(f))
		return true;
	return read_ranks(db, "honeypot", false, f, &f->honeypots, e) &&
	       read_ranks(db, "port", false, f, &f->ports, e) &&
	       read_ranks(db, "country", true, f, &f->countries, e) &&
	       read_ranks(db, "asn", false, f, &f->networks, e);
}
