/*
 * store_related.c - see store_related.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/store_related.h"

#include <string.h>

#include "common/base/tlsh.h"
#include "publisher/posts/sample/ties.h"
#include "publisher/store/noise.h"

/* ---- posts that may be related */

/* One family, hosts, and as many close digests. */
#define FOUND_MAX ((SAMPLE_ROWS_MAX + 2) * SAMPLE_NEWEST_MAX)

struct found {
	struct db *db;
	int64_t own_id; /* of the post itself */
	int64_t ids[FOUND_MAX]; /* of others */
	size_t count;
};

/* clang-format off */
#define NEWEST_OF(kind) \
	"SELECT post_id " \
	"FROM shown " \
	"WHERE kind = '" kind "' " \
	"AND value = :value " \
	"AND post_id < :post_id " \
	"ORDER BY post_id DESC " \
	"LIMIT 50"
_Static_assert(SAMPLE_NEWEST_MAX == 50, "the limit in NEWEST_OF and FAMILIES_SQL");

static const char OF_FAMILY_SQL[] = NEWEST_OF("family");
static const char OF_HOST_SQL[] = NEWEST_OF("host");

static const char FAMILIES_SQL[] =
	"SELECT count(DISTINCT f.value) "
	"FROM (" NEWEST_OF("host") ") AS h "
	"JOIN shown f ON f.post_id = h.post_id AND f.kind = 'family'";
/* clang-format on */

static const char DIGESTS_SQL[] =
    "SELECT post_id, value "
    "FROM shown "
    "WHERE kind = 'tlsh' "
    "  AND post_id < :post_id "
    "ORDER BY post_id DESC "
    "LIMIT 5000";
_Static_assert(SAMPLE_DIGESTS_MAX == 5000, "the limit in DIGESTS_SQL");

static void
add(struct found *f, int64_t id)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->ids[i] == id)
			return;
	if (f->count < FOUND_MAX)
		f->ids[f->count++] = id;
}

static struct statement *
about(struct found *f, const char *sql, const char *value, struct err *e)
{
	struct statement *s = db_prepare(f->db, sql, e);

	db_bind_int(s, ":post_id", f->own_id);
	db_bind_text(s, ":value", value);
	return s;
}

static bool
find_newest(struct found *f, const char *sql, const char *value, struct err *e)
{
	struct statement *s = about(f, sql, value, e);
	int step;

	while ((step = db_step(s, e)) == 1)
		add(f, db_int(s, 0));
	return step == 0;
}

/* Only hosts that tell something stay in `ties`. */
static bool
find_hosts(struct found *f, struct sample_ties *ties, struct err *e)
{
	size_t kept = 0;

	for (size_t i = 0; i < ties->host_count; i++) {
		const struct sample_host h = ties->hosts[i];
		int64_t families = 0;

		if (!db_one_int(about(f, FAMILIES_SQL, h.name, e), &families, e))
			return false;
		if (families > SAMPLE_HOST_FAMILIES_MAX)
			continue;
		if (!find_newest(f, OF_HOST_SQL, h.name, e))
			return false;
		ties->hosts[kept++] = h;
	}
	ties->host_count = kept;
	return true;
}

/* -1: it is not close. */
static int
distance(const char *tlsh, const char *other)
{
	char digest[TLSH_TEXT_MAX];
	int apart;

	if (tlsh == NULL || !tlsh_parse(other, digest))
		return -1;
	apart = tlsh_distance(tlsh, digest);
	return apart <= SAMPLE_CLOSE ? apart : -1;
}

static bool
find_close(struct found *f, const char *tlsh, struct err *e)
{
	struct statement *s = db_prepare(f->db, DIGESTS_SQL, e);
	size_t room = FOUND_MAX - f->count;
	int step;

	db_bind_int(s, ":post_id", f->own_id);
	while ((step = db_step(s, e)) == 1)
		if (room > 0 && distance(tlsh, db_text(s, 1)) >= 0) {
			add(f, db_int(s, 0));
			room--;
		}
	return step == 0;
}

/* ---- whether and how they are */

static const char PUBLIC_SQL[] =
    "SELECT p.sent_title, p.link "
    "FROM post p "
    "JOIN sample s ON s.id = p.sample_id "
    "WHERE p.id = :id "
    "  AND p.kind = 'sample' "
    "  AND p.wanted = 'publish' "
    "  AND p.state <> 'skipped' "
    "  AND p.replaced_by IS NULL "
    "  AND p.site = :site "
    "  AND p.link IS NOT NULL "
    "  AND p.sent_title IS NOT NULL "
    "  AND NOT " IS_NOISE("s");

static const char SHOWN_SQL[] =
    "SELECT kind, value "
    "FROM shown "
    "WHERE post_id = :id "
    "  AND kind IN ('family', 'host', 'tlsh')";

static bool
read_public(struct db *db, const char *site, struct sample_related *r, struct err *e)
{
	struct statement *s = db_prepare(db, PUBLIC_SQL, e);
	int step;

	db_bind_int(s, ":id", r->post_id);
	db_bind_text(s, ":site", site);
	step = db_step(s, e);
	if (step == 1) {
		r->title = db_text_dup(s, 0);
		r->link = db_text_dup(s, 1);
		db_reset(s);
	}
	return step >= 0;
}

/* The first one in common. */
static void
note_host(const struct sample_ties *ties, const char *value, size_t *first)
{
	for (size_t i = 0; i < *first; i++)
		if (strcmp(ties->hosts[i].name, value) == 0)
			*first = i;
}

static bool
read_ties(struct db *db, const struct sample_ties *ties, struct sample_related *r,
    struct err *e)
{
	struct statement *s = db_prepare(db, SHOWN_SQL, e);
	size_t host = ties->host_count;
	int step;

	db_bind_int(s, ":id", r->post_id);
	while ((step = db_step(s, e)) == 1) {
		const char *value = db_text(s, 1);

		switch (db_text(s, 0)[0]) {
		case 'f':
			r->family = strcmp(ties->family, value) == 0;
			break;
		case 'h':
			note_host(ties, value, &host);
			break;
		default:
			r->distance = distance(ties->tlsh, value);
		}
	}
	if (host < ties->host_count)
		r->host = strdup(ties->hosts[host].name);
	return step == 0;
}

/* Each sum stands for the same reasons. */
static int
closeness(const struct sample_related *r)
{
	return (r->host != NULL ? 4 : 0) + (r->distance >= 0 ? 3 : 0) +
	       (r->family ? 2 : 0);
}

/* Of two that are equally close the newer one. */
static bool
is_closer(const struct sample_related *a, const struct sample_related *b)
{
	if (closeness(a) != closeness(b))
		return closeness(a) > closeness(b);
	if (a->distance != b->distance)
		return a->distance < b->distance;
	return a->post_id > b->post_id;
}

/* Takes it over. */
static void
keep(struct sample_facts *f, struct sample_related *r)
{
	size_t at = f->related_count;

	while (at > 0 && is_closer(r, &f->related[at - 1]))
		at--;
	if (at == SAMPLE_CANDIDATES_MAX) {
		sample_related_done(r);
		return;
	}
	if (f->related_count == SAMPLE_CANDIDATES_MAX)
		sample_related_done(&f->related[--f->related_count]);
	memmove(
	    &f->related[at + 1], &f->related[at], (f->related_count++ - at) * sizeof *r);
	f->related[at] = *r;
}

static bool
look_at(struct db *db, int64_t id, const char *site, const struct sample_ties *ties,
    struct sample_facts *f, struct err *e)
{
	struct sample_related r = { .post_id = id, .distance = -1 };
	bool ok = read_public(db, site, &r, e) &&
		  (r.link == NULL || read_ties(db, ties, &r, e));

	if (r.title != NULL && r.link != NULL && closeness(&r) > 0)
		keep(f, &r);
	else
		sample_related_done(&r);
	return ok;
}

static const char IS_NOISE_SQL[] =
    "SELECT count(*) "
    "FROM post p "
    "JOIN sample s ON s.id = p.sample_id "
    "WHERE p.id = :id "
    "  AND " IS_NOISE("s");

static bool
is_noise(struct db *db, int64_t post_id, bool *is, struct err *e)
{
	struct statement *s = db_prepare(db, IS_NOISE_SQL, e);
	int64_t count = 0;

	db_bind_int(s, ":id", post_id);
	*is = db_one_int(s, &count, e) && count > 0;
	return e->fault == FAULT_NONE;
}

bool
sample_related_read(struct db *db, int64_t post_id, const char *site,
    struct sample_facts *f, struct err *e)
{
	struct found found = { .db = db, .own_id = post_id };
	struct sample_ties ties;
	bool noise;

	if (!is_noise(db, post_id, &noise, e))
		return false;
	if (noise)
		return true;
	sample_ties(f, &ties);
	if (ties.family[0] != '\0' && !find_newest(&found, OF_FAMILY_SQL, ties.family, e))
		return false;
	if (!find_hosts(&found, &ties, e) ||
	    (ties.tlsh != NULL && !find_close(&found, ties.tlsh, e)))
		return false;
	for (size_t i = 0; i < found.count; i++)
		if (!look_at(db, found.ids[i], site, &ties, f, e))
			return false;
	return true;
}
