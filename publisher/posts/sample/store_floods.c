/*
 * store_floods.c - see store_internal.h: URLs of floods.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "publisher/posts/sample/store_internal.h"

static const char FLOOD_SQL[] =
    "SELECT count(*) "
    "FROM flood_count "
    "WHERE value = :url "
    "AND kind = 'url' "
    "AND skipped > 0";
static const char SESSION_FLOOD_SQL[] =
    "SELECT count(*) "
    "FROM sighting s "
    "JOIN flood_count f ON f.value = coalesce(s.session, s.src_ip) "
    "AND f.kind = 'session' "
    "AND f.honeypot = s.honeypot "
    "AND f.skipped > 0 "
    "WHERE s.sample_id = :sample_id "
    "AND s.url = :url";

/* As in flood_count, without the query. */
static bool
is_flood(struct db *db, const char *url, bool *is, struct err *e)
{
	struct statement *s = db_prepare(db, FLOOD_SQL, e);
	auto_buf base = BUF_INIT(strlen(url) + 1);
	int64_t floods = 0;

	buf_put(&base, url, strcspn(url, "?"));
	db_bind_text(s, ":url", buf_text(&base));
	if (!db_one_int(s, &floods, e))
		return false;
	*is = floods > 0;
	return true;
}

static bool
is_in_flood(struct db *db, int64_t sample_id, const char *url, bool *is, struct err *e)
{
	struct statement *s;
	int64_t floods = 0;

	if (!is_flood(db, url, is, e))
		return false;
	if (*is)
		return true;
	s = db_prepare(db, SESSION_FLOOD_SQL, e);
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
