/*
 * store.c - see store.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/store.h"

#include <string.h>

#include "common/base/tlsh.h"
#include "common/outgoing/sensor_name.h"
#include "publisher/posts/sample/store_internal.h"

static int64_t
number_or_none(struct statement *s, int column)
{
	return db_is_null(s, column) ? -1 : db_int(s, column);
}

/* Runs a statement about one sample and hands each row to `take`. */
static bool
each_row(struct db *db, const char *sql, int64_t sample_id, struct sample_facts *out,
    void (*take)(struct statement *s, struct sample_facts *out), struct err *e)
{
	struct statement *s = db_prepare(db, sql, e);
	int step;

	db_bind_int(s, ":sample_id", sample_id);
	while ((step = db_step(s, e)) == 1)
		take(s, out);
	return step == 0;
}

/* A client's own claim is not a source. */
#define SOURCE(column) "CASE WHEN src_claimed = 0 THEN " column " END AS " column
/* The captures that the lists are based on; see SAMPLE_SCAN_MAX. As in view capture, but each table is read
 * in its order. */
#define NEWEST \
	"FROM (SELECT honeypot, action, protocol, url, file_name, seen_at, "            \
	"1 AS captures, coalesce(src_cut, 0) AS sources, " SOURCE("src_country") ", "   \
	"CASE WHEN src_claimed = 0 AND src_cut IS NULL THEN src_ip END AS src_ip "      \
	"FROM sighting "                                                                \
	"WHERE sample_id = :sample_id "                                                 \
	"UNION ALL "                                                                    \
	"SELECT honeypot, action, nullif(protocol, ''), nullif(url, ''), "              \
	"nullif(file_name, ''), seen_at, captures, sources, nullif(src_country, ''), "  \
	"NULL "                                                                         \
	"FROM kept "                                                                    \
	"WHERE sample_id = :sample_id "                                                 \
	"ORDER BY seen_at DESC "                                                        \
	"LIMIT 10000) AS newest "
_Static_assert(SAMPLE_SCAN_MAX == 10000, "the limit in NEWEST");

/* ---- the sample and its captures */

static const char SAMPLE_SQL[] =
    "SELECT sha256, sha1, md5, first_seen, last_seen, captures, "
    "coalesce("
    "(SELECT min(collected_at) FROM kept WHERE sample_id = sample.id), "
    "(SELECT collected_at FROM sighting WHERE sample_id = sample.id "
    "ORDER BY seen_at LIMIT 1)) "
    "FROM sample "
    "WHERE id = :sample_id";

/* clang-format would break lines at the macro. */
/* clang-format off */
static const char COUNTS_SQL[] =
	"SELECT sum(captures), count(DISTINCT src_ip) + sum(sources), count(DISTINCT src_country), "
	"count(DISTINCT url), count(DISTINCT honeypot), count(DISTINCT file_name), "
	"sum(captures) FILTER (WHERE action = 'download'), sum(captures) FILTER (WHERE action = 'upload'), "
	"sum(sources) "
	NEWEST;

static const char HONEYPOTS_SQL[] =
	"SELECT honeypot "
	NEWEST
	"GROUP BY honeypot "
	"ORDER BY sum(captures) DESC, honeypot "
	"LIMIT 5";

static const char PROTOCOLS_SQL[] =
	"SELECT protocol "
	NEWEST
	"WHERE protocol IS NOT NULL "
	"GROUP BY protocol "
	"ORDER BY sum(captures) DESC, protocol "
	"LIMIT 5";

static const char COUNTRIES_SQL[] =
	"SELECT src_country, count(DISTINCT src_ip) + sum(sources) "
	NEWEST
	"WHERE src_country IS NOT NULL "
	"GROUP BY src_country "
	"ORDER BY count(DISTINCT src_ip) + sum(sources) DESC, src_country "
	"LIMIT 5";

static const char NAMES_SQL[] =
	"SELECT file_name "
	NEWEST
	"WHERE file_name IS NOT NULL "
	"GROUP BY file_name "
	"ORDER BY sum(captures) DESC, file_name "
	"LIMIT 5";
_Static_assert(SAMPLE_NAMES_MAX == 5, "the limit in the statements above");

static const char URLS_SQL[] =
	"SELECT url "
	NEWEST
	"WHERE url IS NOT NULL "
	"GROUP BY url "
	"ORDER BY max(seen_at) DESC, url "
	"LIMIT 10";
_Static_assert(SAMPLE_ROWS_MAX == 10, "the limit in URLS_SQL");

static const char CAPTURES_SQL[] =
	"SELECT seen_at, honeypot, sensor, action, " SOURCE("src_ip") ", " SOURCE("src_country") ", "
	SOURCE("src_as_org") ", protocol, dest_port, " SOURCE("src_asn") ", src_claimed "
	"FROM sighting "
	"WHERE sample_id = :sample_id "
	"ORDER BY seen_at DESC, id DESC "
	"LIMIT 100";
/* clang-format on */

_Static_assert(SAMPLE_CAPTURES_MAX == 100, "the limit in CAPTURES_SQL");

static void
take_sample(struct statement *s, struct sample_facts *out)
{
	out->sha256 = db_text_dup(s, 0);
	out->sha1 = db_text_dup(s, 1);
	out->md5 = db_text_dup(s, 2);
	out->first_seen = number_or_none(s, 3);
	out->last_seen = number_or_none(s, 4);
	out->captures = db_int(s, 5);
	out->first_collected_at = number_or_none(s, 6);
}

static void
take_counts(struct statement *s, struct sample_facts *out)
{
	out->scanned = db_int(s, 0);
	out->address_count = db_int(s, 1);
	out->country_count = db_int(s, 2);
	out->urls_total = db_int(s, 3);
	out->honeypots_total = db_int(s, 4);
	out->names_total = db_int(s, 5);
	out->downloads = db_int(s, 6);
	out->uploads = db_int(s, 7);
	out->addresses_cut = db_int(s, 8) > 0;
}

static void
take_honeypot(struct statement *s, struct sample_facts *out)
{
	out->honeypots[out->honeypot_count++] = db_text_dup(s, 0);
}

static void
take_protocol(struct statement *s, struct sample_facts *out)
{
	out->protocols[out->protocol_count++] = db_text_dup(s, 0);
}

static void
take_country(struct statement *s, struct sample_facts *out)
{
	out->countries[out->countries_shown++] =
	    (struct sample_country){ .code = db_text_dup(s, 0),
		    .addresses = db_int(s, 1) };
}

static void
take_name(struct statement *s, struct sample_facts *out)
{
	out->names[out->name_count++] = db_text_dup(s, 0);
}

static void
take_url(struct statement *s, struct sample_facts *out)
{
	out->urls[out->url_count++] = db_text_dup(s, 0);
}

static void
take_capture(struct statement *s, struct sample_facts *out)
{
	out->rows[out->row_count++] = (struct sample_capture){ .seen_at = db_int(s, 0),
		.honeypot = db_text_dup(s, 1),
		.sensor = db_text_dup(s, 2),
		.action = db_text_dup(s, 3),
		.src_ip = db_text_dup(s, 4),
		.country = db_text_dup(s, 5),
		.as_org = db_text_dup(s, 6),
		.protocol = db_text_dup(s, 7),
		.dest_port = db_int(s, 8),
		.asn = db_int(s, 9),
		.claimed = db_int(s, 10) != 0 };
}

static bool
read_captures(struct db *db, int64_t id, struct sample_facts *out, struct err *e)
{
	return each_row(db, SAMPLE_SQL, id, out, take_sample, e) &&
	       each_row(db, COUNTS_SQL, id, out, take_counts, e) &&
	       each_row(db, HONEYPOTS_SQL, id, out, take_honeypot, e) &&
	       each_row(db, PROTOCOLS_SQL, id, out, take_protocol, e) &&
	       each_row(db, COUNTRIES_SQL, id, out, take_country, e) &&
	       each_row(db, NAMES_SQL, id, out, take_name, e) &&
	       each_row(db, URLS_SQL, id, out, take_url, e) &&
	       sample_leave_out_floods(db, id, out, e) &&
	       each_row(db, CAPTURES_SQL, id, out, take_capture, e);
}

static void
name_sensors(struct sample_facts *out, const struct list *names)
{
	for (size_t i = 0; i < out->row_count; i++) {
		char *sensor = out->rows[i].sensor;
		const char *name = sensor != NULL ? sensor_name(names, sensor) : NULL;

		out->rows[i].sensor = name != NULL ? strdup(name) : NULL;
		buf_free_pointer(&sensor);
	}
}

/* ---- the answer */

static const char ANALYSIS_SQL[] =
    "SELECT a.verdict, a.pua, a.fetched_at, a.last_analysis_at, a.first_submission_at, a.malicious, "
    "a.malicious + a.suspicious + a.undetected + a.harmless, a.size, a.label, a.category, a.family, "
    "a.family_count, a.type_description, a.magic, a.meaningful_name, a.tags, a.engines, "
    "a.distributors, a.suspicious, a.test_file, a.cve, a.detections, v.gone_at, a.tlsh "
    "FROM verdict v "
    "JOIN analysis a ON a.id = v.analysis_id "
    "WHERE v.sample_id = :sample_id";

static cJSON *
json_column(struct statement *s, int column)
{
	const char *text = db_text(s, column);
	struct err ignored = ERR_NONE;

	return text[0] == '\0' ? NULL : json_parse(text, strlen(text), &ignored);
}

/* NULL also for anything else that somebody wrote there. */
static char *
tlsh_column(struct statement *s, int column)
{
	char digest[TLSH_TEXT_MAX];

	return tlsh_parse(db_text(s, column), digest) ? strdup(digest) : NULL;
}

static void
take_analysis(struct statement *s, struct sample_facts *out)
{
	if (!verdict_parse(db_text(s, 0), &out->verdict))
		return;
	out->pua = db_int(s, 1) != 0;
	out->fetched_at = db_int(s, 2);
	out->last_analysis_at = number_or_none(s, 3);
	out->first_submission_at = number_or_none(s, 4);
	out->detections = db_int(s, 5);
	out->verdicts = db_int(s, 6);
	out->size = number_or_none(s, 7);
	out->label = db_text_dup(s, 8);
	out->category = db_text_dup(s, 9);
	out->family = db_text_dup(s, 10);
	out->family_count = db_int(s, 11);
	out->type = db_text_dup(s, 12);
	out->magic = db_text_dup(s, 13);
	out->vt_name = db_text_dup(s, 14);
	out->vt_tags = json_column(s, 15);
	out->engines = json_column(s, 16);
	out->distributors = json_column(s, 17);
	out->suspicions = db_int(s, 18);
	out->test_file = db_int(s, 19) != 0;
	out->cve = db_text_dup(s, 20);
	out->others = json_column(s, 21);
	out->gone_at = db_int(s, 22);
	out->tlsh = tlsh_column(s, 23);
}

static const char HISTORY_SQL[] =
    "SELECT a.last_analysis_at, a.malicious, a.malicious + a.suspicious + a.undetected + a.harmless "
    "FROM analysis a "
    "JOIN lookup l ON l.id = a.lookup_id "
    "JOIN provider p ON p.name = l.provider AND p.kind = l.kind "
    "WHERE a.sample_id = :sample_id AND a.outcome = 'found' AND a.last_analysis_at > 0 "
    "AND p.verdict = 1 "
    "ORDER BY a.id DESC "
    "LIMIT 12";

/* An analysis may be stored twice, with another label. */
static void
take_history(struct statement *s, struct sample_facts *out)
{
	size_t n = out->history_count;
	struct sample_analysis a = {
		.at = db_int(s, 0), .detections = db_int(s, 1), .verdicts = db_int(s, 2)
	};

	if (n == SAMPLE_HISTORY_MAX || a.verdicts == 0 ||
	    (n > 0 && out->history[n - 1].at == a.at))
		return;
	out->history[out->history_count++] = a;
}

static const char LISTED_SQL[] =
    "SELECT a.fetched_at, a.label "
    "FROM lookup l "
    "JOIN analysis a ON a.id = (SELECT max(n.id) FROM analysis n WHERE n.lookup_id = l.id) "
    "WHERE l.sample_id = :sample_id AND l.provider = 'malwarebazaar' AND a.outcome = 'found'";

static void
take_listed(struct statement *s, struct sample_facts *out)
{
	out->listed_at = db_int(s, 0);
	out->listed_as = db_text_dup(s, 1);
}

bool
sample_facts_read(struct db *db, const struct post_row *row, int64_t now,
    const struct list *sensor_names, struct sample_facts *out, struct err *e)
{
	int64_t id = row->sample_id;

	*out = (struct sample_facts){ .key = strdup(row->key),
		.now = now,
		.first_seen = -1,
		.last_seen = -1,
		.first_collected_at = -1,
		.last_analysis_at = -1,
		.first_submission_at = -1,
		.size = -1 };
	if (out->key == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	out->reason = row->reason != NULL ? strdup(row->reason) : NULL;
	if (!read_captures(db, id, out, e) ||
	    !each_row(db, ANALYSIS_SQL, id, out, take_analysis, e) ||
	    !each_row(db, HISTORY_SQL, id, out, take_history, e) ||
	    !each_row(db, LISTED_SQL, id, out, take_listed, e) ||
	    !sample_story_read(db, id, &out->story, e))
		return false;
	name_sensors(out, sensor_names);
	if (out->fetched_at == 0)
		return err_set(e, FAULT_REJECT, "no answer about this sample yet");
	return true;
}
