/*
 * test_identities.c - what must never leave, in the database: who told it, and which posts were searched.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/identities.h"
#include "tests/unit/with_db.h"

#define NOW 1764158400

static struct gate *gate;

static void
learn(const char *source, const char *value)
{
	struct err e = ERR_NONE;

	if (!identities_learn(&db, source, value, NOW, &e))
		die(e.text);
}

static void
own(char *a, char *b)
{
	char *items[] = { a, b };
	const struct list list = { .items = items, .count = b != NULL ? 2 : 1 };
	struct err e = ERR_NONE;

	if (!identities_own(&db, &list, NOW, &e))
		die(e.text);
}

static void
source_is(const char *value, const char *source, const char *behaviour)
{
	is_text(words("SELECT source FROM sensor_identity WHERE value = '%s'", value),
	    source, behaviour);
}

/* What leaves of a text. */
static void
leaves(const char *text, const char *want, const char *behaviour)
{
	auto_buf out = BUF_INIT(GATE_TEXT_MAX);

	gate_pass(gate, text, GATE_TEXT_MAX, &out);
	is_text(buf_text(&out), want, behaviour);
}

static void
test_sources(void)
{
	static char word[] = "lab-7", address[] = "203.0.113.10",
		    network[] = "10.9.0.0/16";

	db_fresh();
	own(word, address);
	learn("main", address);
	learn("main", "host-a");
	learn("main", "HOST-A");
	is_int(number("SELECT count(*) FROM sensor_identity"), 3,
	    "each is known once, in any case");
	source_is("203.0.113.10", "main", "what T-Pot tells as well is T-Pot's");
	own(network, NULL);
	source_is("lab-7", "", "what left the operator's list is private no more");
	source_is("203.0.113.10", "main", "... unless T-Pot told it");
	is_text(words("SELECT group_concat(kind) FROM (SELECT kind FROM sensor_identity "
		      "ORDER BY value)"),
	    "address,address,name", "addresses and networks are told from names");
}

static void
test_gate_knows(void)
{
	struct err e = ERR_NONE;

	db_fresh();
	learn("main", "203.0.113.10");
	learn("main", "host-a");
	ok(identities_load(&db, gate, &e), "all are loaded");
	leaves("203.0.113.10 host-a", "*** ***", "... and do not leave");
}

static void
test_searched(void)
{
	auto_free char *fresh = NULL, *later = NULL, *none = NULL;
	static char word[] = "lab-7", other[] = "lab-8";
	struct err e = ERR_NONE;

	db_fresh();
	learn("main", "203.0.113.10");
	own(word, NULL);
	ok(identities_fresh(&db, gate, &fresh, &e) && fresh != NULL,
	    "what is new is searched for");
	leaves("203.0.113.10 lab-7", "*** ***", "... all of it");
	learn("main", "host-a");
	ok(identities_searched(&db, fresh, &e), "a search ends");
	ok(identities_fresh(&db, gate, &later, &e) && later != NULL,
	    "what was learned meanwhile is searched for next");
	leaves("203.0.113.10 host-a", "203.0.113.10 ***", "... alone");
	own(other, NULL);
	ok(identities_searched(&db, later, &e), "that search ends");
	is_text(words("SELECT group_concat(value) FROM (SELECT value FROM guarded ORDER "
		      "BY value)"),
	    "203.0.113.10,host-a", "what is private no more is forgotten");
	ok(identities_searched(&db, "[\"lab-8\"]", &e), "the last one ends");
	ok(identities_fresh(&db, gate, &none, &e) && none == NULL, "then nothing is new");
}

int
main(void)
{
	struct err e = ERR_NONE;

	db_directory_make();
	gate = gate_new(&e);
	test_sources();
	test_gate_knows();
	test_searched();
	gate_free(gate);
	db_directory_remove();
	return done_testing();
}
