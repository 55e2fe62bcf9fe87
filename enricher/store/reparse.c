/*
 * reparse.c - see reparse.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/store/reparse.h"

#include <libdeflate.h>
#include <stdio.h>
#include <string.h>

#include "enricher/store/internal.h"

#define BODY_MAX (64 << 20) /* larger than any provider's answer */

static const char NEXT_SQL[] =
    "SELECT a.id, coalesce(a.sample_id, 0), l.provider, l.kind, l.value, a.raw, "
    "  a.raw_size "
    "FROM analysis a "
    "JOIN lookup l ON l.id = a.lookup_id "
    "JOIN provider p ON p.name = l.provider AND p.kind = l.kind "
    "WHERE a.id > :id "
    "  AND a.outcome = 'found' "
    "  AND a.raw IS NOT NULL "
    "ORDER BY a.id "
    "LIMIT 1";

/* As stored by raw_pack: a zlib stream, or the plain bytes if compression saved nothing. */
static bool
unpack(struct buf *out, const void *raw, size_t len, size_t size, struct err *e)
{
	struct libdeflate_decompressor *unpacker;
	char *bytes;
	size_t unpacked;

	if (len == size) {
		buf_put(out, raw, len);
		return true;
	}
	if (size > BODY_MAX)
		return err_set(e, FAULT_RETRY, "its stored body is damaged");
	unpacker = libdeflate_alloc_decompressor();
	bytes = buf_room(out, size);
	if (unpacker == NULL || bytes == NULL)
		err_set(e, FAULT_FATAL, "out of memory");
	else if (libdeflate_zlib_decompress(unpacker, raw, len, bytes, size, &unpacked) !=
		 LIBDEFLATE_SUCCESS)
		err_set(e, FAULT_RETRY, "its stored body is damaged");
	else
		buf_wrote(out, unpacked);
	libdeflate_free_decompressor(unpacker);
	return e->fault == FAULT_NONE;
}

static bool
read_row(struct statement *s, struct stored_report *out, struct err *e)
{
	struct question *q = &out->question;
	const void *raw;
	size_t len;

	out->id = db_int(s, 0);
	out->sample_id = db_int(s, 1);
	snprintf(out->provider, sizeof out->provider, "%s", db_text(s, 2));
	snprintf(q->kind, sizeof q->kind, "%s", db_text(s, 3));
	snprintf(q->value, sizeof q->value, "%s", db_text(s, 4));
	hash_parse(&q->hash, q->value, strlen(q->value));
	raw = db_blob(s, 5, &len);
	return unpack(&out->body, raw, len, (size_t)db_int(s, 6), e);
}

bool
store_report_after(struct db *db, int64_t id, struct stored_report *out, struct err *e)
{
	struct statement *s = db_prepare(db, NEXT_SQL, e);
	bool good;
	int step;

	*out = (struct stored_report){ .body = BUF_INIT(BODY_MAX) };
	db_bind_int(s, ":id", id);
	step = db_step(s, e);
	if (step != 1)
		return step == 0;
	good = read_row(s, out, e);
	db_reset(s);
	return good;
}

/* clang-format off */
/* The columns that a report fills, without the verdict. */
#define EACH(X)                                                                        \
	X(pua) X(malicious) X(suspicious) X(undetected) X(harmless) X(timeout)         \
	X(confirmed_timeout) X(failure) X(type_unsupported) X(last_analysis_at)        \
	X(first_submission_at) X(label) X(category) X(family) X(family_source)         \
	X(family_count) X(type_description) X(magic) X(size) X(meaningful_name)        \
	X(tags) X(engines) X(distributors) X(test_file) X(cve) X(detections) X(tlsh)
#define SET(column) ", " #column " = :" #column
#define DIFFERS(column) \
	" OR " #column " <> :" #column " OR (" #column " IS NULL) <> (:" #column " IS NULL)"

static const char AGAIN_SQL[] =
    "UPDATE analysis "
    "SET verdict = :verdict" EACH(SET) " "
    "WHERE id = :id "
    "  AND (verdict <> :verdict" EACH(DIFFERS) ")";
/* clang-format on */
static const char POST_SQL[] =
    "UPDATE post "
    "SET state = 'pending', token = token + 1, due_at = 0, owner = NULL, "
    "  lease_until = NULL "
    "WHERE sample_id = :sample_id "
    "  AND kind = 'sample' "
    "  AND replaced_by IS NULL "
    "  AND (state IN ('pending', 'leased') "
    "    OR (state = 'done' AND done_by_hand = 0) "
    "    OR (state = 'skipped' AND substr(last_error, 1, 21) = 'by rule: sample_posts')) "
    "  AND :id = ( "
    "    SELECT max(f.id) "
    "    FROM analysis a "
    "    JOIN analysis f ON f.lookup_id = a.lookup_id "
    "    WHERE a.id = :id "
    "      AND f.outcome = 'found')";

bool
store_report_again(struct db *db, const struct stored_report *stored,
    const struct report *r, bool *changed, struct err *e)
{
	struct statement *s = db_prepare(db, AGAIN_SQL, e);

	db_bind_int(s, ":id", stored->id);
	db_bind_text(s, ":verdict", r->verdict);
	store_bind_report(s, r);
	if (!db_run(s, e))
		return false;
	*changed = db_changes(db) > 0;
	if (!*changed)
		return true;
	s = db_prepare(db, POST_SQL, e);
	db_bind_int(s, ":id", stored->id);
	db_bind_int(s, ":sample_id", stored->sample_id);
	return db_run(s, e);
}
