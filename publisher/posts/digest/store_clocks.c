/*
 * store_clocks.c - see internal.h: sensors whose clock was wrong in a period.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/outgoing/sensor_name.h"
#include "publisher/posts/digest/internal.h"

/* The largest offset of each. */
static const char CLOCKS_SQL[] =
    "SELECT sensor, "
    "  CASE WHEN max(off) > -min(off) THEN max(off) ELSE min(off) END "
    "FROM clock_day "
    "WHERE date >= :first "
    "  AND date < :end "
    "  AND off <> 0 "
    "GROUP BY sensor "
    "ORDER BY max(abs(off)) DESC, sensor "
    "LIMIT 3";
_Static_assert(DIGEST_CLOCKS_MAX == 3, "the limit in CLOCKS_SQL");

bool
digest_clocks_read(struct db *db, const struct list *sensor_names,
    struct digest_facts *out, struct err *e)
{
	struct statement *s = db_prepare(db, CLOCKS_SQL, e);
	int step;

	digest_bind_dates(s, out->period.first, out->period.end);
	while ((step = db_step(s, e)) == 1) {
		struct digest_clock *c = &out->clocks[out->clock_count++];
		const char *name = sensor_name(sensor_names, db_text(s, 0));

		c->name = name != NULL ? strdup(name) : NULL;
		c->off_s = db_int(s, 1);
	}
	return step == 0;
}
