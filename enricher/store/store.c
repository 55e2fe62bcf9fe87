/*
 * store.c - see store.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/store/store.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/utf8.h"
#include "enricher/store/internal.h"
#include "enricher/store/merge.h"

#define TEXT_MAX REPORT_TEXT_MAX
#define FASTEST 1 /* level of compression */

static const char LOOKUP_SQL[] =
    "SELECT kind, value, coalesce(sample_id, 0), coalesce(first_at, 0), "
    "  coalesce(found_at, 0), nearer "
    "FROM lookup "
    "WHERE id = :id";

/* A text that is too long cannot be looked up. */
static void
copy_text(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	memcpy(out, text, len < size ? len + 1 : 0);
}

bool
store_lookup(struct db *db, int64_t id, struct lookup *out, struct err *e)
{
	struct statement *s = db_prepare(db, LOOKUP_SQL, e);
	struct question *q = &out->question;
	int step;

	*out = (struct lookup){ .id = id };
	db_bind_int(s, ":id", id);
	step = db_step(s, e);
	if (step == 1) {
		copy_text(q->kind, sizeof q->kind, db_text(s, 0));
		copy_text(q->value, sizeof q->value, db_text(s, 1));
		hash_parse(&q->hash, q->value, strlen(q->value));
		out->sample_id = db_int(s, 2);
		out->first_at = db_int(s, 3);
		out->found_at = db_int(s, 4);
		out->nearer = db_int(s, 5) != 0;
		db_reset(s);
	}
	return step >= 0;
}

/* ---- raw bodies: zlib, unless that saves nothing (sqlar_uncompress reads both) */

struct raw {
	const void *bytes; /* `own`, or the answer's */
	unsigned char *own; /* raw_done */
	size_t len, size; /* stored, and of the body */
};

static void
raw_done(struct raw *raw)
{
	free(raw->own);
}

/* Packs it quickly: most bodies come packed. Length 0: that saves nothing. */
static bool
raw_compress(struct raw *out, const struct buf *body, struct err *e)
{
	struct libdeflate_compressor *packer = libdeflate_alloc_compressor(FASTEST);

	out->own = packer != NULL ? malloc(body->len + 1) : NULL;
	if (out->own != NULL)
		out->len = libdeflate_zlib_compress(
		    packer, buf_text(body), body->len, out->own, body->len);
	libdeflate_free_compressor(packer);
	out->bytes = out->own;
	return out->own != NULL || err_set(e, FAULT_FATAL, "out of memory");
}

static bool
raw_pack(struct raw *out, const struct kept_answer *a, struct err *e)
{
	*out = (struct raw){
		.bytes = a->packed->ptr, .len = a->packed->len, .size = a->body->len
	};
	if (out->len == 0 && !raw_compress(out, a->body, e))
		return false;
	if (out->len == 0 || out->len >= out->size) {
		out->bytes = buf_text(a->body);
		out->len = out->size;
	}
	return true;
}

static void
bind_raw(struct statement *s, const struct raw *raw)
{
	db_bind_blob(s, ":raw", raw->bytes, raw->len);
	db_bind_int(s, ":raw_size", (int64_t)raw->size);
}

/* ---- one answer */

/* The row of table analysis for an answer. */
struct entry {
	const struct report *report;
	const char *outcome, *verdict;
	const char *value, *sha256; /* asked for and, NULL: none, answered */
	int64_t lookup_id, now;
	struct raw raw;
};

/* Untrusted texts: made valid UTF-8 of bounded length. */
static void
bind_clean(struct statement *s, const char *name, const char *text)
{
	auto_buf clean = BUF_INIT(TEXT_MAX + 8);
	size_t len = text != NULL ? strlen(text) : 0;

	if (len == 0) {
		db_bind_null(s, name);
		return;
	}
	if (len <= TEXT_MAX && utf8_valid(text, len)) {
		db_bind_text(s, name, text);
		return;
	}
	utf8_clean(&clean, text, len, TEXT_MAX);
	db_bind_text(s, name, buf_text(&clean));
}

static void
bind_json(struct statement *s, const char *name, const cJSON *array)
{
	auto_free char *text = array == NULL ? NULL : json_print(array);

	db_bind_text(s, name, text);
}

static void
bind_stats(struct statement *s, const struct stats *n)
{
	db_bind_int(s, ":malicious", n->malicious);
	db_bind_int(s, ":suspicious", n->suspicious);
	db_bind_int(s, ":undetected", n->undetected);
	db_bind_int(s, ":harmless", n->harmless);
	db_bind_int(s, ":timeout", n->timeout);
	db_bind_int(s, ":confirmed_timeout", n->confirmed_timeout);
	db_bind_int(s, ":failure", n->failure);
	db_bind_int(s, ":type_unsupported", n->type_unsupported);
}

/* Is the newest stored answer the same in everything that matters? */
static const char SAME_SQL[] =
    "SELECT id "
    "FROM analysis "
    "WHERE id = (SELECT max(id) FROM analysis WHERE lookup_id = :lookup_id) "
    "  AND outcome = :outcome "
    "  AND (last_analysis_at = :last_analysis_at "
    "    OR (last_analysis_at IS NULL AND :last_analysis_at IS NULL)) "
    "  AND (label = :label OR (label IS NULL AND :label IS NULL)) "
    "  AND malicious = :malicious "
    "  AND suspicious = :suspicious "
    "  AND undetected = :undetected "
    "  AND harmless = :harmless "
    "  AND timeout = :timeout "
    "  AND confirmed_timeout = :confirmed_timeout "
    "  AND failure = :failure "
    "  AND type_unsupported = :type_unsupported";

static bool
find_same(struct db *db, const struct entry *a, int64_t *id, struct err *e)
{
	struct statement *s = db_prepare(db, SAME_SQL, e);

	*id = 0;
	db_bind_int(s, ":lookup_id", a->lookup_id);
	db_bind_text(s, ":outcome", a->outcome);
	db_bind_int_or_null(s, ":last_analysis_at", a->report->last_analysis_at);
	bind_clean(s, ":label", a->report->label);
	bind_stats(s, &a->report->stats);
	return db_one_int(s, id, e);
}

static const char REFRESH_SQL[] =
    "UPDATE analysis "
    "SET fetched_at = :now, raw = :raw, raw_size = :raw_size "
    "WHERE id = :id";

static bool
refresh(struct db *db, const struct entry *a, int64_t id, struct err *e)
{
	struct statement *s = db_prepare(db, REFRESH_SQL, e);

	db_bind_int(s, ":id", id);
	db_bind_int(s, ":now", a->now);
	bind_raw(s, &a->raw);
	return db_run(s, e);
}

/* The sample may have been merged with another one since the lookup was claimed. */
static const char INSERT_SQL[] =
    "INSERT INTO analysis (lookup_id, sample_id, fetched_at, first_fetched_at, "
    "  outcome, verdict, pua, "
    "  malicious, suspicious, undetected, harmless, timeout, confirmed_timeout, "
    "  failure, type_unsupported, last_analysis_at, first_submission_at, label, "
    "  category, family, family_source, family_count, type_description, magic, size, "
    "  meaningful_name, tags, engines, distributors, test_file, cve, detections, tlsh, "
    "  raw, raw_size) "
    "VALUES (:lookup_id, (SELECT sample_id FROM lookup WHERE id = :lookup_id), :now, "
    "  :now, :outcome, :verdict, :pua, :malicious, :suspicious, :undetected, :harmless, "
    "  :timeout, :confirmed_timeout, :failure, :type_unsupported, :last_analysis_at, "
    "  :first_submission_at, :label, :category, :family, :family_source, :family_count, "
    "  :type_description, :magic, :size, :meaningful_name, :tags, :engines, "
    "  :distributors, :test_file, :cve, :detections, "
    "  :tlsh, :raw, :raw_size)";

void
store_bind_report(struct statement *s, const struct report *r)
{
	db_bind_int(s, ":pua", r->pua);
	bind_stats(s, &r->stats);
	db_bind_int_or_null(s, ":last_analysis_at", r->last_analysis_at);
	db_bind_int_or_null(s, ":first_submission_at", r->first_submission_at);
	bind_clean(s, ":label", r->label);
	bind_clean(s, ":category", r->category);
	bind_clean(s, ":family", r->family);
	db_bind_text(s, ":family_source", r->family_source);
	db_bind_int_or_null(
	    s, ":family_count", r->family_source != NULL ? r->family_count : -1);
	bind_clean(s, ":type_description", r->type_description);
	bind_clean(s, ":magic", r->magic);
	db_bind_int_or_null(s, ":size", r->size);
	bind_clean(s, ":meaningful_name", r->meaningful_name);
	bind_json(s, ":tags", r->tags);
	bind_json(s, ":engines", r->engines);
	bind_json(s, ":distributors", r->distributors);
	db_bind_int(s, ":test_file", r->test_file);
	bind_clean(s, ":cve", r->cve);
	bind_json(s, ":detections", r->detections);
	bind_clean(s, ":tlsh", r->tlsh);
}

static bool
insert(struct db *db, const struct entry *a, struct err *e)
{
	struct statement *s = db_prepare(db, INSERT_SQL, e);

	db_bind_int(s, ":lookup_id", a->lookup_id);
	db_bind_int(s, ":now", a->now);
	db_bind_text(s, ":outcome", a->outcome);
	db_bind_text(s, ":verdict", a->verdict);
	store_bind_report(s, a->report);
	bind_raw(s, &a->raw);
	return db_run(s, e);
}

static const char OUTCOME_SQL[] =
    "UPDATE lookup "
    "SET outcome = :outcome, "
    "  first_at = CASE WHEN first_at <= :now THEN first_at ELSE :now END, "
    "  found_at = CASE WHEN found_at <= :now "
    "  OR :outcome <> 'found' THEN found_at ELSE :now END, "
    "  nearer = 0 "
    "WHERE id = :id";
/* Apart, since it writes to an index in which each row is in another place. */
static const char VALUE_SQL[] =
    "UPDATE lookup "
    "SET value = :value "
    "WHERE id = :id "
    "  AND NOT EXISTS ( "
    "    SELECT 1 "
    "    FROM lookup o "
    "    WHERE o.value = :value "
    "      AND o.kind = lookup.kind "
    "      AND o.provider = lookup.provider "
    "      AND o.id <> lookup.id)";
static const char READABLE_SQL[] =
    "DELETE FROM unreadable "
    "WHERE lookup_id = :id";

static bool
set_value(struct db *db, const struct entry *a, struct err *e)
{
	struct statement *s;

	if (a->sha256 == NULL || strcmp(a->sha256, a->value) == 0)
		return true;
	s = db_prepare(db, VALUE_SQL, e);
	db_bind_int(s, ":id", a->lookup_id);
	db_bind_text(s, ":value", a->sha256);
	return db_run(s, e);
}

static bool
set_outcome(struct db *db, const struct entry *a, struct err *e)
{
	struct statement *s = db_prepare(db, OUTCOME_SQL, e);

	db_bind_int(s, ":id", a->lookup_id);
	db_bind_text(s, ":outcome", a->outcome);
	db_bind_int(s, ":now", a->now);
	if (!db_run(s, e))
		return false;
	s = db_prepare(db, READABLE_SQL, e);
	db_bind_int(s, ":id", a->lookup_id);
	return db_run(s, e) && set_value(db, a, e);
}

static bool
store_row(struct db *db, struct entry *row, const struct kept_answer *a, struct err *e)
{
	int64_t same = 0;
	bool ok;

	if (!raw_pack(&row->raw, a, e))
		return false;
	ok = set_outcome(db, row, e) && find_same(db, row, &same, e) &&
	     (same != 0 ? refresh(db, row, same, e) : insert(db, row, e));
	raw_done(&row->raw);
	return ok;
}

static const struct report NOTHING = REPORT_INIT;

bool
store_answer(struct db *db, const struct kept_answer *a, struct err *e)
{
	const struct lookup *l = a->lookup;
	bool found = a->report != NULL, joins = found && a->joins_hashes;
	struct entry row = { .report = found ? a->report : &NOTHING,
		.outcome = found ? "found" : "not_found",
		.verdict = found ? a->report->verdict : "unknown",
		.value = l->question.value,
		.sha256 = joins ? a->report->sha256.hex : NULL,
		.lookup_id = l->id,
		.now = a->now };

	if (joins && l->sample_id > 0 &&
	    !merge_samples(db, l->sample_id, l->id, a->report, e))
		return false;
	return store_row(db, &row, a, e);
}

static const char UNREADABLE_SQL[] =
    "INSERT INTO unreadable (lookup_id, at, raw, raw_size) "
    "VALUES (:id, :now, :raw, :raw_size) "
    "ON CONFLICT (lookup_id) "
    "  DO UPDATE SET at = excluded.at, raw = excluded.raw, raw_size = excluded.raw_size";

bool
store_unreadable(struct db *db, const struct kept_answer *a, struct err *e)
{
	struct statement *s = db_prepare(db, UNREADABLE_SQL, e);
	struct raw raw;
	bool ok;

	if (!raw_pack(&raw, a, e))
		return false;
	db_bind_int(s, ":id", a->lookup->id);
	db_bind_int(s, ":now", a->now);
	bind_raw(s, &raw);
	ok = db_run(s, e);
	raw_done(&raw);
	return ok;
}
