/*
 * store_floods.c - see store_internal.h: URLs of floods.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "publisher/posts/sample/store_internal.h"
#include "publisher/store/floods.h"

/* clang-format off */
static const char IN_FLOOD_SQL[] =
	"SELECT EXISTS ( "
	"  SELECT 1 "
	"  FROM flood_count f "
	"  WHERE " FLOOD_OF_URL(":url") ") "
	"OR EXISTS ( "
	"  SELECT 1 "
	"  FROM sighting s "
	"  JOIN flood_count f ON " FLOOD_OF_SESSION("s")
	"  WHERE s.sample_id = :sample_id "
	"  AND s.url = :url)";
/* clang-format on */

static bool
is_in_flood(struct db *db, int64_t sample_id, const char *url, bool *is, struct err *e)
{
	struct statement *s = db_prepare(db, IN_FLOOD_SQL, e);
	int64_t floods = 0;

	db_bind_int(s, ":sample_id", sample_id);
	db_bind_text(s, ":url", url);
	if (!db_one_int(s, &floods, e))
		return false;
	*is = floods > 0;
	return true;
}

bool
sample_leave_out_floods(
    struct db *db, int64_t sample_id, struct sample_facts *f, struct err *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < f->url_count; i++) {
		bool flood = false;

		if (f->urls[i] != NULL &&
		    !is_in_flood(db, sample_id, f->urls[i], &flood, e))
			return false;
		if (flood) {
			free(f->urls[i]);
			f->urls_left_out++;
		} else {
			f->urls[kept++] = f->urls[i];
		}
	}
	f->url_count = kept;
	f->urls_total -= f->urls_left_out;
	return true;
}
