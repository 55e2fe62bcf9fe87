/*
 * captures.c - see store.h: stores the contents of a page.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/store/internal.h"

#include <assert.h>
#include <string.h>

#include "collector/store/clocks.h"
#include "collector/store/retention.h"
#include "collector/store/stories.h"
#include "common/outgoing/hold.h"
#include "common/outgoing/identities.h"

#define NUMBER_MAX 40

struct writing {
	struct db *db;
	const struct hit_page *page;
	struct page_counts counts;
	int64_t kept_before; /* older captures may be in table kept */
};

/* ---- samples */

struct sample_sql {
	const char *find, *insert;
};

static const struct sample_sql SAMPLE_SQL[] = {
	[HASH_MD5] = { "SELECT id FROM sample WHERE md5 = :hash ORDER BY id LIMIT 1",
	    "INSERT INTO sample (md5, first_seen) VALUES (:hash, :seen_at) RETURNING id" },
	[HASH_SHA1] = { "SELECT id FROM sample WHERE sha1 = :hash ORDER BY id LIMIT 1",
	    "INSERT INTO sample (sha1, first_seen) VALUES (:hash, :seen_at) RETURNING id" },
	[HASH_SHA256] = { "SELECT id FROM sample WHERE sha256 = :hash",
	    "INSERT INTO sample (sha256, first_seen) VALUES (:hash, :seen_at) RETURNING id" },
};

static bool
find_sample(struct db *db, const struct hash *hash, int64_t *id, struct err *e)
{
	struct statement *s = db_prepare(db, SAMPLE_SQL[hash->kind].find, e);

	*id = 0;
	db_bind_text(s, ":hash", hash->hex);
	return db_one_int(s, id, e);
}

/* A new sample has its first_seen from the start: it was not added by hand. */
static bool
take_sample(struct writing *w, const struct hash *hash, int64_t seen_at, int64_t *id,
    struct err *e)
{
	struct statement *s;

	if (!find_sample(w->db, hash, id, e))
		return false;
	if (*id != 0)
		return true;
	s = db_prepare(w->db, SAMPLE_SQL[hash->kind].insert, e);
	db_bind_text(s, ":hash", hash->hex);
	db_bind_int(s, ":seen_at", seen_at);
	if (!db_one_int(s, id, e))
		return false;
	w->counts.samples++;
	return true;
}

/* ---- sightings */

static const char SIGHTING_SQL[] =
    "INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, sensor, session, action,"
    " src_ip, src_claimed, src_port, src_country, src_city, src_asn, src_as_org, protocol, dest_port,"
    " url, file_name, event_at, collected_at, seen_at, clock_wrong)"
    " VALUES (:event_key, :sample_id, :source, :profile, :honeypot, :sensor, :session, :action,"
    " :src_ip, :src_claimed, :src_port, :src_country, :src_city, :src_asn, :src_as_org, :protocol, :dest_port,"
    " :url, :file_name, :event_at, :collected_at, :seen_at, :clock_wrong)"
    " ON CONFLICT DO NOTHING";

static void
bind_origin(struct statement *s, const struct origin *o)
{
	db_bind_text(s, ":src_ip", o->src_ip[0] != '\0' ? o->src_ip : NULL);
	db_bind_int_or_null(s, ":src_port", o->src_port);
	db_bind_text(s, ":src_country", o->country);
	db_bind_text(s, ":src_city", o->city);
	db_bind_int_or_null(s, ":src_asn", o->asn);
	db_bind_text(s, ":src_as_org", o->as_org);
	db_bind_int_or_null(s, ":dest_port", o->dest_port);
}

static bool
write_sighting(struct writing *w, const struct hit *h, const struct capture *c,
    int64_t sample_id, struct err *e)
{
	struct statement *s = db_prepare(w->db, SIGHTING_SQL, e);

	assert(h->profile != NULL);
	db_bind_text(s, ":event_key", c->event_key);
	db_bind_int(s, ":sample_id", sample_id);
	db_bind_text(s, ":source", w->page->cursor->source);
	db_bind_text(s, ":profile", h->profile->name);
	db_bind_text(s, ":honeypot", h->profile->honeypot);
	db_bind_text(s, ":sensor", h->sensor);
	db_bind_text(s, ":session", h->session);
	db_bind_text(s, ":action", h->action);
	bind_origin(s, &h->origin);
	db_bind_int(s, ":src_claimed", h->origin.claimed);
	db_bind_text(s, ":protocol", h->protocol);
	db_bind_text(s, ":url", c->url);
	db_bind_text(s, ":file_name", c->file_name);
	db_bind_int(s, ":event_at", h->event_at);
	db_bind_int(s, ":collected_at", w->page->now);
	db_bind_int(s, ":seen_at", h->seen_at);
	db_bind_int(s, ":clock_wrong", h->clock_wrong);
	return db_run(s, e);
}

static const char KEPT_SQL[] =
    "SELECT CASE WHEN EXISTS ( "
    "    SELECT 1 "
    "    FROM kept "
    "    WHERE sample_id = :sample_id) THEN 1 ELSE 0 END";

/* An old capture of a file with kept numbers is assumed to be one that was counted and deleted. */
static bool
is_kept(
    struct writing *w, const struct hit *h, int64_t sample_id, bool *kept, struct err *e)
{
	struct statement *s;
	int64_t one = 0;

	*kept = false;
	if (h->seen_at >= w->kept_before)
		return true;
	s = db_prepare(w->db, KEPT_SQL, e);
	db_bind_int(s, ":sample_id", sample_id);
	if (!db_one_int(s, &one, e))
		return false;
	*kept = one == 1;
	return true;
}

static bool
write_capture(
    struct writing *w, const struct hit *h, const struct capture *c, struct err *e)
{
	int64_t before = w->counts.samples;
	struct arrival a = { .hit = h,
		.source = w->page->cursor->source,
		.url = c->url,
		.now = w->page->now,
		.most = w->page->flood };
	bool kept;

	if (!take_sample(w, &c->hash, h->seen_at, &a.sample_id, e) ||
	    !is_kept(w, h, a.sample_id, &kept, e))
		return false;
	if (kept) {
		w->counts.known++;
		return true;
	}
	if (!write_sighting(w, h, c, a.sample_id, e))
		return false;
	if (db_changes(w->db) == 0) {
		w->counts.known++;
		return true;
	}
	w->counts.captures++;
	a.is_new = w->counts.samples > before;
	return (!w->page->stories ||
		   store_story_begin(w->db, w->page->cursor->source,
		       w->page->cursor->index, h, c, a.sample_id, w->page->now, e)) &&
	       hold_capture(w->db, a.sample_id, c->url, e) && store_flood(w->db, &a, e);
}

/* ---- what else a document holds */

static bool
write_identities(struct writing *w, const struct hit *h, struct err *e)
{
	const char *source = w->page->cursor->source;

	for (int i = 0; i < h->identity_count; i++)
		if (!identities_learn(
			w->db, source, h->identities[i].value, w->page->now, e))
			return false;
	return true;
}

/* What is read from the past arrived long ago. */
static bool
note_clock(struct writing *w, const struct hit *h, struct err *e)
{
	const struct hit_page *p = w->page;

	return p->cursor_stays ||
	       clocks_note(w->db, p->cursor->source, h, p->now, p->usual_s, e);
}

static const char REJECTED_SQL[] =
    "INSERT INTO rejected (source, index_name, document_id, reason, at)"
    " VALUES (:source, :index, :document, :reason, :now)"
    " ON CONFLICT DO NOTHING";

static bool
reject(struct writing *w, const struct hit *h, const char *why, struct err *e)
{
	struct statement *s = db_prepare(w->db, REJECTED_SQL, e);
	char number[NUMBER_MAX];

	w->counts.rejected++;
	BUF_FIXED(number, "_seq_no %lld", (long long)h->seq_no);
	db_bind_text(s, ":source", w->page->cursor->source);
	db_bind_text(s, ":index", w->page->cursor->index);
	db_bind_text(s, ":document", h->id[0] != '\0' ? h->id : number);
	db_bind_text(s, ":reason", why);
	db_bind_int(s, ":now", w->page->now);
	return db_run(s, e);
}

/* ---- pages */

static bool
write_hit(struct writing *w, const struct hit *h, struct err *e)
{
	bool broken = h->rejection[0] != '\0';

	w->counts.documents += h->profile != NULL || broken;
	w->counts.empty += h->profile != NULL && h->capture_count == 0 && !broken;
	if (broken && !reject(w, h, h->rejection, e))
		return false;
	if (!write_identities(w, h, e) || !note_clock(w, h, e))
		return false;
	for (int i = 0; i < h->capture_count && !h->own; i++)
		if (!write_capture(w, h, &h->captures[i], e))
			return false;
	return true;
}

bool
store_page_end(const struct hit_page *p, int64_t *position, struct err *e)
{
	int64_t end = -1;

	for (size_t i = 0; i < p->hits->count; i++)
		if (p->hits->items[i].seq_no > end)
			end = p->hits->items[i].seq_no;
	if (!p->full)
		end = p->up_to;
	if (end <= p->cursor->position)
		return err_outage(e, OUTAGE_DOWN, 0,
		    "elasticsearch: a page of %s whose documents "
		    "have no usable _seq_no",
		    p->cursor->index);
	*position = end;
	return true;
}

/* What an audit compares: how many documents were read, and which one last. */
static void
count_hits(struct cursor *c, const struct hit_list *hits)
{
	if (c->seen >= 0)
		c->seen += (int64_t)hits->count;
	for (size_t i = 0; i < hits->count; i++) {
		const struct hit *h = &hits->items[i];

		if (h->seq_no <= c->last_number)
			continue;
		c->last_number = h->seq_no;
		memcpy(c->last_id, h->id, sizeof c->last_id);
	}
}

static bool
write_hits(struct writing *w, struct err *e)
{
	const struct hit_list *hits = w->page->hits;

	w->counts = (struct page_counts){ .documents = 0 };
	for (size_t i = 0; i < hits->count; i++) {
		int64_t before = w->counts.captures;

		if (!write_hit(w, &hits->items[i], e))
			return false;
		if (hits->items[i].seq_no <= w->page->cursor->again_to)
			w->counts.missed += w->counts.captures - before;
	}
	return true;
}

static bool
write_page(void *ctx, struct err *e)
{
	struct writing *w = ctx;
	const struct hit_page *p = w->page;
	struct cursor c = *p->cursor;

	if (!retention_mark(w->db, &w->kept_before, e) || !write_hits(w, e) ||
	    !store_forget_counts(w->db, p->now, e))
		return false;
	if (p->cursor_stays)
		return true;
	count_hits(&c, p->hits);
	if (!store_page_end(p, &c.position, e))
		return false;
	if (c.position >= c.checkpoint)
		c.again_to = -1;
	return store_move(w->db, p->cursor, &c, e);
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
	sum->missed += n->missed;
}

bool
store_page(
    struct db *db, const struct hit_page *page, struct page_counts *counts, struct err *e)
{
	struct writing w = { .db = db, .page = page };

	if (!db_transact(db, write_page, &w, e))
		return false;
	add_counts(counts, &w.counts);
	return true;
}
