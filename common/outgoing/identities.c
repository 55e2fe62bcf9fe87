/*
 * identities.c - see identities.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/identities.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/ip.h"
#include "common/outgoing/answers.h"

/* clang-format off */
static const char LEARN_SQL[] =
    "INSERT INTO sensor_identity (value, kind, source, learned_at) "
    "VALUES (:value, :kind, :source, :now) "
    "ON CONFLICT (value) DO UPDATE SET source = excluded.source "
    "WHERE sensor_identity.source = '" IDENTITY_OWN "' "
    "OR (sensor_identity.source = '" IDENTITY_WAY "' AND excluded.source <> '" IDENTITY_OWN "')";
static const char OWN_GONE_SQL[] =
    "DELETE FROM sensor_identity "
    "WHERE source = '" IDENTITY_OWN "'";
/* The reason is compared in triggers noise_new and post_own of schema.sql. */
static const char NOISE_SQL[] =
    "INSERT INTO noise (hash, reason) "
    "VALUES (:hash, 'nothing but an address or name of ours') "
    "ON CONFLICT DO NOTHING";
static const char HASHED_SQL[] =
    "SELECT count(*) "
    "FROM noise "
    "WHERE hash = :hash";
static const char ALL_SQL[] =
    "SELECT value "
    "FROM sensor_identity";
static const char FRESH_SQL[] =
    "SELECT value "
    "FROM sensor_identity i "
    "WHERE NOT EXISTS (SELECT 1 FROM guarded g WHERE g.value = i.value)";
static const char SEARCHED_SQL[] =
    "INSERT INTO guarded (value) "
    "VALUES (:value) "
    "ON CONFLICT DO NOTHING";
/* While an identity is not private, posts may come to contain it, so that it must be searched for
 * again. */
static const char FORGET_SQL[] =
    "DELETE FROM guarded "
    "WHERE NOT EXISTS (SELECT 1 FROM sensor_identity i WHERE i.value = guarded.value)";
/* clang-format on */

/* A network counts as an address. */
static const char *
kind_of(const char *value)
{
	size_t len = strcspn(value, "/");
	char text[IP_TEXT_MAX], canonical[IP_TEXT_MAX];

	if (len >= sizeof text)
		return "name";
	BUF_FIXED(text, "%.*s", (int)len, value);
	return ip_canonical(text, canonical) ? "address" : "name";
}

/* ---- files that hold only an identity */

static bool
add_noise(void *ctx, const struct hash *hash, struct err *e)
{
	struct statement *s = db_prepare(ctx, NOISE_SQL, e);

	db_bind_text(s, ":hash", hash->hex);
	return db_run(s, e);
}

/* An identity whose plain text is hashed already has all its hashes. */
static bool
make_noise(struct db *db, const char *value, struct err *e)
{
	struct statement *s = db_prepare(db, HASHED_SQL, e);
	struct hash plain;
	int64_t known = 0;

	hash_bytes(&plain, HASH_SHA256, value, strlen(value));
	db_bind_text(s, ":hash", plain.hex);
	if (!db_one_int(s, &known, e))
		return false;
	return known != 0 || answers_hashes(value, add_noise, db, e);
}

static bool
make_all_noise(void *ctx, struct err *e)
{
	struct db *db = ctx;
	struct statement *s = db_prepare(db, ALL_SQL, e);
	int step;

	while ((step = db_step(s, e)) == 1)
		if (!make_noise(db, db_text(s, 0), e)) {
			db_reset(s);
			return false;
		}
	return step == 0;
}

bool
identities_make_noise(struct db *db, struct err *e)
{
	return db_transact(db, make_all_noise, db, e);
}

/* ---- learning */

bool
identities_learn(
    struct db *db, const char *source, const char *value, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(db, LEARN_SQL, e);

	db_bind_text(s, ":value", value);
	db_bind_text(s, ":kind", kind_of(value));
	db_bind_text(s, ":source", source);
	db_bind_int(s, ":now", now);
	return db_run(s, e) && (db_changes(db) == 0 || make_noise(db, value, e));
}

struct own {
	struct db *db;
	const struct list *words;
	int64_t now;
};

static bool
replace_own(void *ctx, struct err *e)
{
	const struct own *o = ctx;

	if (!db_run(db_prepare(o->db, OWN_GONE_SQL, e), e))
		return false;
	for (size_t i = 0; i < o->words->count; i++)
		if (!identities_learn(o->db, IDENTITY_OWN, o->words->items[i], o->now, e))
			return false;
	return true;
}

bool
identities_own(struct db *db, const struct list *words, int64_t now, struct err *e)
{
	struct own o = { .db = db, .words = words, .now = now };

	return db_transact(db, replace_own, &o, e);
}

/* ---- filling a gate */

bool
identities_load(struct db *db, struct gate *gate, struct err *e)
{
	struct statement *s = db_prepare(db, ALL_SQL, e);
	int step;

	gate_reset(gate);
	while ((step = db_step(s, e)) == 1)
		if (!gate_add(gate, db_text(s, 0), e)) {
			db_reset(s);
			return false;
		}
	return step == 0;
}

/* ---- identities that posts were searched for */

static bool
add_fresh(struct identity_list *l, struct gate *gate, char *value, struct err *e)
{
	char **grown = realloc(l->items, (l->count + 1) * sizeof *grown);

	if (grown != NULL)
		l->items = grown;
	if (value == NULL || grown == NULL) {
		free(value);
		return err_set(e, FAULT_FATAL, "out of memory");
	}
	l->items[l->count++] = value;
	return gate_add(gate, value, e);
}

bool
identities_fresh(
    struct db *db, struct gate *gate, struct identity_list *fresh, struct err *e)
{
	struct statement *s = db_prepare(db, FRESH_SQL, e);
	int step;

	gate_reset(gate);
	identities_done(fresh);
	while ((step = db_step(s, e)) == 1)
		if (!add_fresh(fresh, gate, db_text_dup(s, 0), e)) {
			db_reset(s);
			return false;
		}
	return step == 0;
}

struct searched {
	struct db *db;
	const struct identity_list *fresh;
};

static bool
note_searched(void *ctx, struct err *e)
{
	const struct searched *n = ctx;

	for (size_t i = 0; i < n->fresh->count; i++) {
		struct statement *s = db_prepare(n->db, SEARCHED_SQL, e);

		db_bind_text(s, ":value", n->fresh->items[i]);
		if (!db_run(s, e))
			return false;
	}
	return db_run(db_prepare(n->db, FORGET_SQL, e), e);
}

bool
identities_searched(struct db *db, const struct identity_list *fresh, struct err *e)
{
	struct searched n = { .db = db, .fresh = fresh };

	return db_transact(db, note_searched, &n, e);
}

void
identities_done(struct identity_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->items[i]);
	free(l->items);
	*l = (struct identity_list){ .items = NULL };
}
