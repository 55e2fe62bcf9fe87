/*
 * identities.c - see identities.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/identities.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/ip.h"
#include "common/json/json.h"

#define OWN "private" /* the source of the operator's own list */

/* ---- learning */

/* clang-format off */
static const char LEARN_SQL[] =
    "INSERT INTO sensor_identity (value, kind, source, learned_at) "
    "VALUES (:value, :kind, :source, :now) "
    "ON CONFLICT (value) DO UPDATE SET source = excluded.source "
    "WHERE sensor_identity.source = '" OWN "'";
static const char OWN_GONE_SQL[] =
    "DELETE FROM sensor_identity "
    "WHERE source = '" OWN "'";
static const char ALL_SQL[] =
    "SELECT value "
    "FROM sensor_identity";
static const char FRESH_SQL[] =
    "SELECT json_group_array(value) "
    "FROM sensor_identity i "
    "WHERE NOT EXISTS (SELECT 1 FROM guarded g WHERE g.value = i.value) "
    "HAVING count(*) > 0";
static const char SEARCHED_SQL[] =
    "INSERT INTO guarded (value) "
    "SELECT value "
    "FROM json_each(:fresh) "
    "WHERE true "
    "ON CONFLICT DO NOTHING";
/* One that is private no more may stand in posts by the time it is private again. */
static const char FORGET_SQL[] =
    "DELETE FROM guarded "
    "WHERE NOT EXISTS (SELECT 1 FROM sensor_identity i WHERE i.value = guarded.value)";
/* clang-format on */

/* A network is told like an address. */
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

bool
identities_learn(
    struct db *db, const char *source, const char *value, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(db, LEARN_SQL, e);

	db_bind_text(s, ":value", value);
	db_bind_text(s, ":kind", kind_of(value));
	db_bind_text(s, ":source", source);
	db_bind_int(s, ":now", now);
	return db_run(s, e);
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
		if (!identities_learn(o->db, OWN, o->words->items[i], o->now, e))
			return false;
	return true;
}

bool
identities_own(struct db *db, const struct list *words, int64_t now, struct err *e)
{
	struct own o = { .db = db, .words = words, .now = now };

	return db_transact(db, replace_own, &o, e);
}

/* ---- a gate's knowledge */

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

/* ---- what posts were searched for */

static bool
add_all(struct gate *gate, const char *values, struct err *e)
{
	auto_json *all = json_parse(values, strlen(values), e);
	const char *value;
	bool ok = all != NULL;

	gate_reset(gate);
	for (int i = 0; ok && json_text_nth(all, "", i, &value); i++)
		ok = gate_add(gate, value, e);
	return ok;
}

bool
identities_fresh(struct db *db, struct gate *gate, char **fresh, struct err *e)
{
	struct statement *s = db_prepare(db, FRESH_SQL, e);
	auto_free char *values = NULL;
	int step = db_step(s, e);

	*fresh = NULL;
	if (step == 1) {
		values = db_text_dup(s, 0);
		db_reset(s);
	}
	if (step <= 0)
		return step == 0;
	if (values == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	if (!add_all(gate, values, e))
		return false;
	*fresh = values;
	values = NULL;
	return true;
}

struct searched {
	struct db *db;
	const char *fresh;
};

static bool
note_searched(void *ctx, struct err *e)
{
	const struct searched *n = ctx;
	struct statement *s = db_prepare(n->db, SEARCHED_SQL, e);

	db_bind_text(s, ":fresh", n->fresh);
	return db_run(s, e) && db_run(db_prepare(n->db, FORGET_SQL, e), e);
}

bool
identities_searched(struct db *db, const char *fresh, struct err *e)
{
	struct searched n = { .db = db, .fresh = fresh };

	return db_transact(db, note_searched, &n, e);
}
