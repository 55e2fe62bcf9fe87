/*
 * store.c - see store.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/store.h"

#include <stdlib.h>
#include <string.h>

#define FIRST_POLL_SHARD (-1)

static bool
finish(struct db *db, bool ok, struct err *e)
{
	if (ok)
		return db_commit(db, e);
	db_rollback(db);
	return false;
}

/* ---- cursors */

static const char CURSORS_SQL[] =
    "SELECT index_name, index_uuid, shard, position, checkpoint, checkpoint_at, "
    "start_at, start_until "
    "FROM cursor WHERE source = :source ORDER BY index_name, index_uuid, shard";

static void
copy_text(char *out, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len >= size)
		len = size - 1;
	memcpy(out, text, len);
	out[len] = '\0';
}

static bool
add_cursor(struct cursor_list *list, const struct cursor *c, struct err *e)
{
	struct cursor *grown;

	if (c->shard == FIRST_POLL_SHARD) {
		list->polled = true;
		list->start_at = c->start_at;
		memcpy(list->pattern, c->index, sizeof list->pattern);
		return true;
	}
	grown = realloc(list->items, (list->count + 1) * sizeof *grown);
	if (grown == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	list->items = grown;
	list->items[list->count++] = *c;
	return true;
}

bool
store_cursors(struct db *db, struct cursor_list *out, struct err *e)
{
	sqlite3_stmt *s = db_prepare(db, CURSORS_SQL, e);
	int step;

	*out = (struct cursor_list){ .items = NULL };
	if (s == NULL)
		return false;
	db_bind_text(s, ":source", SOURCE);
	while ((step = db_step(db, s, e)) == 1) {
		struct cursor c = { .shard = sqlite3_column_int64(s, 2),
			.position = sqlite3_column_int64(s, 3),
			.checkpoint = sqlite3_column_int64(s, 4),
			.checkpoint_at = sqlite3_column_int64(s, 5),
			.start_at = sqlite3_column_int64(s, 6),
			.start_until = sqlite3_column_int64(s, 7) };

		copy_text(c.index, sizeof c.index, db_text(s, 0));
		copy_text(c.uuid, sizeof c.uuid, db_text(s, 1));
		if (!add_cursor(out, &c, e)) {
			sqlite3_reset(s);
			return false;
		}
	}
	return step == 0;
}

void
cursor_list_done(struct cursor_list *list)
{
	free(list->items);
	*list = (struct cursor_list){ .items = NULL };
}

static const char CURSOR_SQL[] =
    "INSERT INTO cursor (source, index_uuid, shard, index_name, position, checkpoint, "
    "checkpoint_at, "
    "start_at, start_until) VALUES (:source, :uuid, :shard, :index, :position, "
    ":checkpoint, "
    ":checkpoint_at, :start_at, :start_until) "
    "ON CONFLICT DO UPDATE SET index_name = excluded.index_name, position = "
    "excluded.position, "
    "checkpoint = excluded.checkpoint, checkpoint_at = excluded.checkpoint_at, "
    "start_at = excluded.start_at, start_until = excluded.start_until";

static bool
write_cursor(struct db *db, const struct cursor *c, struct err *e)
{
	sqlite3_stmt *s = db_prepare(db, CURSOR_SQL, e);

	if (s == NULL)
		return false;
	db_bind_text(s, ":source", SOURCE);
	db_bind_text(s, ":uuid", c->uuid);
	db_bind_int(s, ":shard", c->shard);
	db_bind_text(s, ":index", c->index);
	db_bind_int(s, ":position", c->position);
	db_bind_int(s, ":checkpoint", c->checkpoint);
	db_bind_int(s, ":checkpoint_at", c->checkpoint_at);
	db_bind_int(s, ":start_at", c->start_at);
	db_bind_int(s, ":start_until", c->start_until);
	return db_run(db, s, e);
}

/* The same name with another uuid: the index was deleted and created again. */
static const char RECREATED_SQL[] =
    "DELETE FROM cursor WHERE source = :source AND index_name = :index AND index_uuid <> "
    ":uuid "
    "AND shard >= 0";

static bool
forget_recreated(struct db *db, const struct cursor *c, struct err *e)
{
	sqlite3_stmt *s = db_prepare(db, RECREATED_SQL, e);

	if (s == NULL)
		return false;
	db_bind_text(s, ":source", SOURCE);
	db_bind_text(s, ":index", c->index);
	db_bind_text(s, ":uuid", c->uuid);
	return db_run(db, s, e);
}

static bool
write_poll(struct db *db, const struct poll *poll, struct err *e)
{
	struct cursor first = { .shard = FIRST_POLL_SHARD,
		.position = -1,
		.checkpoint = -1,
		.checkpoint_at = poll->now,
		.start_at = poll->start_at,
		.start_until = -1 };

	copy_text(first.index, sizeof first.index, poll->pattern);
	if (poll->first && !write_cursor(db, &first, e))
		return false;
	for (size_t i = 0; i < poll->count; i++)
		if (!forget_recreated(db, &poll->changed[i], e) ||
		    !write_cursor(db, &poll->changed[i], e))
			return false;
	return true;
}

bool
store_poll(struct db *db, const struct poll *poll, struct err *e)
{
	if (poll->count == 0 && !poll->first)
		return true;
	return db_begin(db, e) && finish(db, write_poll(db, poll, e), e);
}

bool
store_gone(struct db *db, const struct cursor *cursor, struct err *e)
{
	struct cursor c = *cursor;

	c.checkpoint = c.position;
	return db_begin(db, e) && finish(db, write_cursor(db, &c, e), e);
}

/* ---- samples */

struct sample_sql {
	const char *find, *insert;
};

static const struct sample_sql SAMPLE_SQL[] = {
	[HASH_MD5] = { "SELECT id FROM sample WHERE md5 = :hash ORDER BY id LIMIT 1",
	    "INSERT INTO sample (md5) VALUES (:hash)" },
	[HASH_SHA1] = { "SELECT id FROM sample WHERE sha1 = :hash ORDER BY id LIMIT 1",
	    "INSERT INTO sample (sha1) VALUES (:hash)" },
	[HASH_SHA256] = { "SELECT id FROM sample WHERE sha256 = :hash",
	    "INSERT INTO sample (sha256) VALUES (:hash)" },
};

static bool
find_sample(struct db *db, const struct hash *hash, int64_t *id, struct err *e)
{
	sqlite3_stmt *s = db_prepare(db, SAMPLE_SQL[hash->kind].find, e);

	*id = 0;
	if (s == NULL)
		return false;
	db_bind_text(s, ":hash", hash->hex);
	return db_one_int(db, s, id, e) || e->fault == FAULT_NONE;
}

static bool
take_sample(struct db *db, const struct hash *hash, int64_t *id,
    struct page_counts *counts, struct err *e)
{
	sqlite3_stmt *s;

	if (!find_sample(db, hash, id, e))
		return false;
	if (*id != 0)
		return true;
	s = db_prepare(db, SAMPLE_SQL[hash->kind].insert, e);
	if (s == NULL)
		return false;
	db_bind_text(s, ":hash", hash->hex);
	if (!db_run(db, s, e))
		return false;
	*id = db_last_id(db);
	counts->samples++;
	return true;
}

/* ---- sightings */

static const char SIGHTING_SQL[] =
    "INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, sensor, "
    "session, action, "
    "src_ip, src_port, src_country, src_city, src_asn, src_as_org, protocol, dest_port, "
    "url, "
    "file_name, event_at, collected_at, seen_at, clock_wrong) "
    "VALUES (:event_key, :sample_id, :source, :profile, :honeypot, :sensor, :session, "
    ":action, "
    ":src_ip, :src_port, :src_country, :src_city, :src_asn, :src_as_org, :protocol, "
    ":dest_port, :url, "
    ":file_name, :event_at, :collected_at, :seen_at, :clock_wrong) ON CONFLICT DO "
    "NOTHING";

static void
bind_number(sqlite3_stmt *s, const char *name, int64_t value)
{
	if (value >= 0)
		db_bind_int(s, name, value);
	else
		db_bind_null(s, name);
}

static void
bind_source(sqlite3_stmt *s, const struct hit *h)
{
	db_bind_text(s, ":src_ip", h->src_ip[0] != '\0' ? h->src_ip : NULL);
	bind_number(s, ":src_port", h->src_port);
	db_bind_text(s, ":src_country", h->country);
	db_bind_text(s, ":src_city", h->city);
	bind_number(s, ":src_asn", h->asn);
	db_bind_text(s, ":src_as_org", h->as_org);
}

static bool
write_sighting(struct db *db, const struct hit *h, const struct capture *c,
    int64_t sample_id, int64_t now, struct err *e)
{
	sqlite3_stmt *s = db_prepare(db, SIGHTING_SQL, e);

	if (s == NULL)
		return false;
	db_bind_text(s, ":event_key", c->event_key);
	db_bind_int(s, ":sample_id", sample_id);
	db_bind_text(s, ":source", SOURCE);
	db_bind_text(s, ":profile", h->profile->name);
	db_bind_text(s, ":honeypot", h->honeypot);
	db_bind_text(s, ":sensor", h->sensor);
	db_bind_text(s, ":session", h->session);
	db_bind_text(s, ":action", h->action);
	bind_source(s, h);
	db_bind_text(s, ":protocol", h->protocol);
	bind_number(s, ":dest_port", h->dest_port);
	db_bind_text(s, ":url", h->url);
	db_bind_text(s, ":file_name", h->file_name);
	db_bind_int(s, ":event_at", h->event_at);
	db_bind_int(s, ":collected_at", now);
	db_bind_int(s, ":seen_at", h->seen_at);
	db_bind_int(s, ":clock_wrong", h->clock_wrong);
	return db_run(db, s, e);
}

static bool
write_capture(struct db *db, const struct hit *h, const struct capture *c, int64_t now,
    struct page_counts *counts, struct err *e)
{
	int64_t sample_id;

	if (!take_sample(db, &c->hash, &sample_id, counts, e) ||
	    !write_sighting(db, h, c, sample_id, now, e))
		return false;
	if (db_changes(db) > 0)
		counts->captures++;
	else
		counts->known++;
	return true;
}

/* ---- what else a document tells */

static const char IDENTITY_SQL[] =
    "INSERT INTO sensor_identity (value, kind, source, learned_at) "
    "VALUES (:value, :kind, :source, :now) ON CONFLICT DO NOTHING";

static bool
write_identities(struct db *db, const struct hit *h, int64_t now, struct err *e)
{
	for (int i = 0; i < h->identity_count; i++) {
		sqlite3_stmt *s = db_prepare(db, IDENTITY_SQL, e);

		if (s == NULL)
			return false;
		db_bind_text(s, ":value", h->identities[i].value);
		db_bind_text(s, ":kind", h->identities[i].kind);
		db_bind_text(s, ":source", SOURCE);
		db_bind_int(s, ":now", now);
		if (!db_run(db, s, e))
			return false;
	}
	return true;
}

static const char REJECTED_SQL[] =
    "INSERT INTO rejected (source, index_name, document_id, reason, at) "
    "VALUES (:source, :index, :document, :reason, :now) ON CONFLICT DO NOTHING";

static bool
write_rejected(struct db *db, const struct cursor *c, const struct hit *h,
    const char *why, int64_t now, struct err *e)
{
	sqlite3_stmt *s = db_prepare(db, REJECTED_SQL, e);
	auto_buf number = BUF_INIT(64);

	if (s == NULL)
		return false;
	buf_printf(&number, "_seq_no %lld", (long long)h->seq_no);
	db_bind_text(s, ":source", SOURCE);
	db_bind_text(s, ":index", c->index);
	db_bind_text(s, ":document", h->id[0] != '\0' ? h->id : buf_text(&number));
	db_bind_text(s, ":reason", why);
	db_bind_int(s, ":now", now);
	return db_run(db, s, e);
}

/* ---- pages */

struct writing {
	struct db *db;
	const struct page *page;
	int hits;
	int64_t last_seq_no;
	struct page_counts counts;
	struct err *e;
};

static bool
reject(struct writing *w, const struct hit *h, const char *why)
{
	w->counts.rejected++;
	return write_rejected(w->db, w->page->cursor, h, why, w->page->now, w->e);
}

static bool
write_hit(struct writing *w, const struct hit *h)
{
	if (w->page->too_large)
		return reject(w, h, "the document is too large to be read");
	if (h->rejection[0] != '\0' && !reject(w, h, h->rejection))
		return false;
	if (!write_identities(w->db, h, w->page->now, w->e))
		return false;
	for (int i = 0; i < h->capture_count; i++)
		if (!write_capture(
			w->db, h, &h->captures[i], w->page->now, &w->counts, w->e))
			return false;
	return true;
}

static bool
take_hit(void *ctx, const char *text, size_t len)
{
	struct writing *w = ctx;
	struct hit h;
	bool ok;

	hit_read(&h, text, len, w->page->chosen, w->page->now);
	w->hits++;
	w->counts.documents += h.profile != NULL || h.rejection[0] != '\0';
	w->counts.empty += h.empty;
	if (h.seq_no > w->last_seq_no)
		w->last_seq_no = h.seq_no;
	ok = write_hit(w, &h);
	hit_done(&h);
	return ok;
}

static bool
write_page(struct writing *w)
{
	const struct page *p = w->page;
	struct cursor c = *p->cursor;

	if (!json_split(p->body, p->len, "hits.hits", take_hit, w, w->e) ||
	    w->e->fault != FAULT_NONE)
		return false;
	c.position = w->hits < p->size ? c.checkpoint : w->last_seq_no;
	if (c.position <= p->cursor->position)
		return err_outage(w->e, OUTAGE_DOWN, 0,
		    "elasticsearch: a page of %s whose documents "
		    "have no usable _seq_no",
		    c.index);
	return write_cursor(w->db, &c, w->e);
}

static void
add_counts(struct page_counts *sum, const struct page_counts *n)
{
	sum->documents += n->documents;
	sum->samples += n->samples;
	sum->captures += n->captures;
	sum->known += n->known;
	sum->rejected += n->rejected;
	sum->empty += n->empty;
}

bool
store_page(
    struct db *db, const struct page *page, struct page_counts *counts, struct err *e)
{
	struct writing w = { .db = db, .page = page, .last_seq_no = -1, .e = e };

	if (!db_begin(db, e) || !finish(db, write_page(&w), e))
		return false;
	add_counts(counts, &w.counts);
	return true;
}
