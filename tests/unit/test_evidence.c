/*
 * test_evidence.c - when everything up to a checkpoint is shown to be visible, and when it is not.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>

#include "collector/evidence.h"
#include "tests/unit/tap.h"

#define SETTLE_MS 10000
#define NODE 7

static struct evidence_list list;

static struct shard
shard_of(int64_t number, int64_t refreshes)
{
	struct shard s = { .index = "logstash-2026.11.20",
		.uuid = "u",
		.checkpoint = number,
		.max_seq_no = number,
		.copies = { { NODE, refreshes } },
		.copy_count = 1 };

	return s;
}

/* The checkpoint 10 is told at 0 ms, after 5 refreshes. */
static struct evidence *
noted(void)
{
	struct shard s = shard_of(10, 5);
	struct evidence *n;

	evidence_done(&list);
	n = evidence_note(&list, &s, 0, SETTLE_MS);
	ok(n != NULL && n->visible == -1 && !n->ask, "nothing is visible at first");
	return n;
}

static void
look(struct evidence *n, int64_t number, int64_t refreshes, int64_t at_ms)
{
	struct shard s = shard_of(number, refreshes);

	evidence_look(n, &s, at_ms);
}

static void
test_refreshes(void)
{
	struct evidence *n = noted();

	look(n, 50, 6, 20000);
	is_int(n->visible, -1, "one refresh may have been under way");
	look(n, 50, 7, 20000);
	is_int(n->visible, 10, "the second began later");
	ok(!n->ask, "and no search is needed");
	n = noted();
	look(n, 50, 7, 0);
	is_int(n->visible, 10, "however soon it comes");
}

static void
test_standstill(void)
{
	struct evidence *n = noted();

	look(n, 10, 5, SETTLE_MS - 1);
	ok(!n->ask, "no search before a refresh may be over");
	look(n, 50, 5, 3600000);
	ok(n->ask, "then one may show more");
	evidence_found(n, 9);
	is_int(n->visible, -1, "time alone shows nothing");
	ok(!n->ask, "a search is not repeated before the next look");
	evidence_found(n, 10);
	is_int(n->visible, -1,
	    "the checkpoint itself may be found before what came with it");
	evidence_found(n, 11);
	is_int(n->visible, 10, "a number that was given later shows all before it");
}

static void
test_rest(void)
{
	struct evidence *n = noted();

	look(n, 10, 5, SETTLE_MS);
	evidence_found(n, 7);
	is_int(n->visible, 7, "of an index that rests, what a search finds");
	evidence_found(n, 10);
	is_int(n->visible, 10, "and all, once the checkpoint is found");
}

static void
test_missing(void)
{
	struct evidence *n = noted();

	evidence_missing(&list, SETTLE_MS - 1);
	ok(!n->ask, "a shard that is not listed has time as well");
	evidence_missing(&list, SETTLE_MS);
	ok(n->ask, "then a search tells why, or shows it");
	evidence_found(n, 10);
	is_int(n->visible, -1, "which cannot know whether it rests");
	look(n, 10, 5, SETTLE_MS);
	n->ask = false;
	evidence_missing(&list, SETTLE_MS);
	ok(!n->ask, "a shard that was looked at is not missing");
}

static void
test_copies(void)
{
	struct shard told = shard_of(10, 5), now = shard_of(10, 9);
	struct evidence *n;

	evidence_done(&list);
	told.copies[1] = (struct shard_copy){ NODE + 1, 100 };
	told.copy_count = 2;
	n = evidence_note(&list, &told, 0, SETTLE_MS);
	now.copies[1] = (struct shard_copy){ NODE + 1, 101 };
	now.copy_count = 2;
	evidence_look(n, &now, 0);
	is_int(n->visible, -1, "each copy may answer, so each must be refreshed");
	now.copies[1].node = NODE + 2;
	now.copies[1].refreshes = 200;
	evidence_look(n, &now, 0);
	is_int(n->visible, -1, "a copy on another node is another one");
	now.copy_count = 0;
	evidence_look(n, &now, 0);
	is_int(n->visible, -1, "where refreshes are not told, none is known");
	now.copies[1] = (struct shard_copy){ NODE + 1, 102 };
	now.copy_count = 2;
	evidence_look(n, &now, 0);
	is_int(n->visible, 10, "both");
}

static void
test_list(void)
{
	struct shard s = shard_of(1, 1);

	evidence_done(&list);
	for (int i = 0; i < 100; i++) {
		snprintf(s.index, sizeof s.index, "i%d", i * 37 % 100);
		s.shard = i % 3;
		s.checkpoint = i;
		evidence_note(&list, &s, 0, 0);
	}
	is_int((int64_t)list.count, 100, "a shard each");
	is_int(evidence_of(&list, "i37", 1)->told.checkpoint, 1, "each is found");
	is_int(evidence_of(&list, "i63", 0)->told.checkpoint, 99, "also the last one");
	ok(evidence_of(&list, "i37", 0) == NULL, "another shard is not it");
	is_int(evidence_shard(&list, "i37", 1), 1, "a shard is asked by its number");
	evidence_of(&list, "i37", 1)->told.only = true;
	is_int(evidence_shard(&list, "i37", 1), ELASTIC_ONLY_SHARD,
	    "but not the only one of its index");
	is_int(
	    evidence_shard(&list, "unknown", 4), 4, "of which one must have been told");
	evidence_note(&list, &s, 5, 0);
	is_int((int64_t)list.count, 100, "a new checkpoint takes the place of the old");
	evidence_done(&list);
}

int
main(void)
{
	test_refreshes();
	test_standstill();
	test_rest();
	test_missing();
	test_copies();
	test_list();
	return done_testing();
}
