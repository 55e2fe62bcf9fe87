/*
 * render.c - see publisher.h: a row of table post, turned into what the site would get.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/publisher.h"

bool
publisher_render_row(struct publisher *pb, const struct post_row *row,
    struct guard *guard, struct article *out, struct err *e)
{
	struct article_facts facts = { .key = NULL };
	bool ok = store_facts(&pb->st.db, row, clock_now(&pb->st.clock),
		      &pb->st.config.publisher.sensor_names, &facts, e) &&
		  article_render(&facts, &pb->options, guard, out, e);

	article_facts_done(&facts);
	return ok;
}

bool
publisher_render(struct publisher *pb, int64_t id, struct guard *guard,
    struct article *out, struct err *e)
{
	struct post_row row = { .id = 0 };
	bool ok = store_post(&pb->st.db, id, &row, e) &&
		  publisher_render_row(pb, &row, guard, out, e);

	store_post_done(&row);
	if (!ok && e->fault == FAULT_REJECT)
		err_clear(e);
	return ok;
}
