/*
 * test_again.c - when an answered file is asked about again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"
#include "enricher/again.h"
#include "tests/unit/with_db.h"

#define NOW 1764000000

static void
test_list(void)
{
	char a[] = "3d", b[] = "1h", c[] = "1d", n[] = "never";
	char *items[] = { a, b, c };
	const struct list list = { items, 3 };
	char *never[] = { n };

	is_int(again_next(&list, NOW, NOW, false), NOW + HOUR_S,
	    "the shortest wait comes first");
	is_int(again_next(&list, NOW, NOW + HOUR_S, false), NOW + DAY_S,
	    "then the next, counted from the first answer");
	is_int(again_next(&list, NOW, NOW + 2 * DAY_S, false), NOW + 3 * DAY_S,
	    "a wait that passed while the quota was spent is left out");
	is_int(again_next(&list, NOW, NOW + 3 * DAY_S, false), 0, "the list is through");
	is_int(again_next(&(struct list){ never, 1 }, NOW, NOW, false), 0, "never");
	is_int(again_next(&list, NOW, NOW + DAY_S, false), NOW + 3 * DAY_S,
	    "three days after the first answer");
	is_int(again_next(&list, NOW, NOW + 2 * DAY_S, true), 0,
	    "a look that a capture brought a day nearer stands for the planned one");
	is_int(again_next(&list, NOW + 365 * DAY_S, NOW, false), NOW + HOUR_S,
	    "a first answer of a clock that was ahead counts as of now");
	is_int(again_next(&list, 0, NOW, false), NOW + HOUR_S, "so does none");
}

static void
check_open(int64_t malicious, int64_t first_submission_at, bool want, const char *words)
{
	struct report r = REPORT_INIT;

	r.stats.malicious = malicious;
	r.first_submission_at = first_submission_at;
	is_int(again_is_open(&r, NOW), want, words);
}

static void
test_open(void)
{
	check_open(3, NOW - 900 * DAY_S, true, "few engines detect it");
	check_open(50, NOW - 2 * DAY_S, true, "it is new to the world");
	check_open(15, NOW - 31 * DAY_S, false, "old, and many detect it");
	check_open(15, -1, false, "many detect it, and nobody knows how old it is");
}

static int64_t
due_after_capture(int64_t collected_at)
{
	static int n;

	sql("INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, action, "
	    "event_at, collected_at, seen_at) VALUES ('%d', 1, 'main', 'cowrie', 'Cowrie', "
	    "'download', 5, %lld, 5)",
	    n++, (long long)collected_at);
	return number("SELECT due_at FROM lookup");
}

/* Captured again after its last look: a day earlier than planned, once. What is planned within a day
 * stays as it is, so that a file that is captured all the time is not asked about all the time. */
static void
test_capture(void)
{
	db_fresh();
	sql("INSERT INTO sample (md5) VALUES ('%032x')", 1);
	is_int(due_after_capture(NOW), 0, "a new file is due as it is");
	sql("UPDATE lookup SET state = 'done', token = token + 1, due_at = %d, settled_at = %d",
	    (int)(NOW + 7 * DAY_S), NOW);
	is_int(due_after_capture(NOW - 5), NOW + 7 * DAY_S,
	    "a capture from before the look changes nothing");
	is_int(due_after_capture(NOW + 5), NOW + 6 * DAY_S,
	    "one after it brings the next look a day nearer");
	is_int(due_after_capture(NOW + 6), NOW + 6 * DAY_S, "... once");
	sql("UPDATE lookup SET due_at = %d, nearer = 0", (int)(NOW + HOUR_S));
	is_int(due_after_capture(NOW + 7), NOW + HOUR_S,
	    "what is due within a day stays as planned");
	sql("UPDATE lookup SET due_at = %d, nearer = 0, settled_at = %d",
	    (int)(NOW + 7 * DAY_S), (int)(NOW + 6 * DAY_S));
	is_int(due_after_capture(NOW + 6 * DAY_S + 900), NOW + 7 * DAY_S,
	    "after an early look the next one is not moved again");
	sql("UPDATE lookup SET due_at = 0, nearer = 0");
	is_int(due_after_capture(NOW + 8), 0, "a settled file stays settled");
}

int
main(void)
{
	db_directory_make();
	test_list();
	test_open();
	test_capture();
	db_directory_remove();
	return done_testing();
}
