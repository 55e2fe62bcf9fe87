/*
 * test_doubt.c - answers that are not the service's own word: the neighbours judge whose trouble it is.
 *
 * A small world: rows that are good or bad, a service that may be shut for all, and a stage that works
 * through its queue as the programs do, on a clock that jumps to whatever comes next.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>

#include "common/stage/internal.h"
#include "tests/unit/with_db.h"

#define NOW 1764000000
#define MINUTE 60
#define HOUR 3600
#define DAY 86400
#define FLIGHTS 4

static struct world {
	struct stage stage;
	int64_t now;
	int64_t shut_from, shut_until; /* the service gives nobody its own word */
	int requests, looks;
	int flights; /* requests at once */
	bool slight; /* good rows need no write */
} w;

static struct service *const asked = &w.stage.services[0];

static int64_t
clock_says(void *ctx)
{
	(void)ctx;
	return w.now;
}

static uint32_t
half(void *ctx)
{
	(void)ctx;
	return UINT32_MAX / 2;
}

static void
start_process(void)
{
	w.stage = (struct stage){ .name = "publisher",
		.clock = { clock_says, half, NULL, 20 },
		.db = db,
		.lock_fd = -1 };
	w.stage.log = (struct log){ .stage = "publisher",
		.clock = &w.stage.clock,
		.fd = open("/dev/null", O_WRONLY | O_CLOEXEC) };
	stage_add_service(&w.stage, "wordpress", "main", NULL);
	queue_init(&w.stage.queue, &w.stage.db, &queue_lookup, "publisher");
	w.stage.queue.provider = "virustotal";
}

static void
end_process(void)
{
	close(w.stage.log.fd);
	db = w.stage.db;
}

static void
fresh(void)
{
	db_fresh();
	w = (struct world){ .now = NOW, .flights = 1 };
	start_process();
}

static void
finish(void)
{
	end_process();
	db_close(&db);
	db = (struct db){ .handle = NULL };
}

/* Bad rows are those with a value that begins with "bad". */
static void
add(const char *kind, int count)
{
	sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
	    "%d) "
	    "INSERT INTO lookup (value, kind) SELECT '%s ' || i, hex(randomblob(8)) FROM "
	    "n",
	    count, kind);
}

static bool
is_shut(void)
{
	return w.now >= w.shut_from && w.now < w.shut_until;
}

static void
settle(const struct job *job, bool shut)
{
	struct err fault = ERR_NONE, e = ERR_NONE;
	struct settlement s = { .service = asked,
		.e = &fault,
		.what = "row",
		.took_ms = -1,
		.slight = w.slight };
	bool bad = number("SELECT value LIKE 'bad%%' FROM lookup WHERE id = %lld",
		       (long long)job->id) == 1;

	if (bad || shut)
		err_doubt(&fault, "HTTP 403 with a page of %s",
		    shut ? "a portal" : "a firewall");
	if (!stage_settle(&w.stage, job, &s, &e))
		die(e.text);
}

static void
try_rows(int most)
{
	struct job jobs[FLIGHTS];
	struct err e = ERR_NONE;
	bool shut = is_shut();
	int n = queue_claim(&w.stage.queue, w.now, jobs, most, &e);

	for (int i = 0; i < n; i++) {
		w.requests++;
		settle(&jobs[i], shut);
	}
}

static void
look(void)
{
	struct err why = ERR_NONE, e = ERR_NONE;

	w.looks++;
	if (!stage_succeeded(&w.stage, asked, &e))
		die(why.text);
}

/* One step of a stage; the clock goes on to what comes next, or a second where something was done. */
static void
step(int64_t end)
{
	struct err e = ERR_NONE;
	struct turn turn;
	int64_t due;

	while (queue_reap(&w.stage.queue, w.now, &e) > 0)
		;
	if (!queue_next_due(&w.stage.queue, &due, &e) ||
	    !stage_turn(&w.stage, asked, w.now, due <= w.now, &turn, &e))
		die(e.text);
	if (turn.what == TURN_WAIT) {
		int64_t next = turn.until < due ? turn.until : due;

		w.now = next > w.now ? next : turn.until < end ? turn.until : end;
		return;
	}
	if (turn.what == TURN_PROBE)
		look();
	else
		try_rows(turn.what == TURN_ROW ? 1 : w.flights);
	w.now++;
}

static void
run_until(int64_t end)
{
	for (int i = 0; i < 100000 && w.now < end; i++)
		step(end);
	if (w.now > end)
		w.now = end;
}

static int64_t
rows(const char *state)
{
	return number("SELECT count(*) FROM lookup WHERE state = '%s'", state);
}

static int64_t
charged(const char *kind)
{
	return number(
	    "SELECT coalesce(sum(attempts), 0) FROM lookup WHERE value LIKE '%s%%'",
	    kind);
}

/* ---- one row, one service */

static void
test_first_doubt(void)
{
	fresh();
	add("bad", 1);
	try_rows(1);
	is_int(charged("bad"), 0, "an answer in doubt charges nobody at first");
	is_int(number("SELECT count(*) FROM pause"), 0, "nor does it pause the service");
	is_int(number("SELECT due_at FROM lookup"), NOW + 30,
	    "the row goes behind the others");
	add("good", 1);
	try_rows(1);
	is_int(rows("done"), 1, "the next request succeeds");
	run_until(NOW + 32);
	is_int(charged("bad"), 1, "then the first was the row's own trouble");
	is_int(number("SELECT count(*) FROM pause"), 0, "and the service is well");
	finish();
}

static void
test_second_doubt(void)
{
	fresh();
	add("good", 3);
	w.shut_until = NOW + DAY;
	w.shut_from = NOW;
	try_rows(1);
	try_rows(1);
	is_int(number("SELECT count(*) FROM pause"), 1,
	    "a next request that fares no better pauses the service");
	is_text(words("SELECT stage || ': ' || why FROM pause"),
	    "publisher: HTTP 403 with a page of a portal", "with what it answered");
	is_int(charged("good"), 0, "and nobody is charged");
	is_text(words("SELECT why FROM status WHERE stage = 'publisher'"),
	    "HTTP 403 with a page of a portal", "where a person looks");
	finish();
}

static void
test_portal_for_a_day(int flights)
{
	int64_t pauses;

	fresh();
	w.flights = flights;
	add("good", 100);
	w.shut_from = NOW;
	w.shut_until = NOW + DAY;
	run_until(NOW + DAY);
	pauses = number("SELECT strikes FROM service");
	printf("# %d requests and %d looks in %lld pauses\n", w.requests, w.looks,
	    (long long)pauses);
	ok(w.requests <= pauses + 4 * 5 + FLIGHTS, "a handful of requests per pause");
	is_int(charged("good"), 0, "in a day behind a portal no row is charged");
	is_int(rows("held"), 0, "nor held");
	run_until(NOW + DAY + 10 * MINUTE);
	is_int(rows("done"), 100, "minutes after it opens all rows are done");
	is_int(number("SELECT count(*) FROM pause"), 0, "and the pause is over");
	finish();
}

static void
test_bad_among_good(int flights)
{
	fresh();
	w.flights = flights;
	add("good", 100);
	add("bad", 10); /* the newest: first in line */
	run_until(NOW + 5 * MINUTE);
	is_int(rows("done"), 100,
	    "behind ten bad rows a hundred good ones get through within minutes");
	run_until(NOW + DAY);
	is_int(rows("held"), 10, "the bad ones are held in the end");
	is_int(number("SELECT count(*) FROM held WHERE why LIKE "
		      "'HTTP 403 with a page of a firewall (attempt 10 of 10%%'"),
	    10, "with their reason");
	is_int(number("SELECT count(*) FROM pause"), 0, "and nothing is paused");
	ok(w.requests < 100 + 10 * 15, "none is tried without an end");
	finish();
}

static void
test_both_at_once(void)
{
	fresh();
	add("bad", 5);
	add("good", 50);
	add("bad too", 5);
	run_until(NOW + 20);
	w.shut_from = w.now;
	w.shut_until = w.now + DAY;
	add("good late", 50);
	run_until(NOW + DAY);
	is_int(charged("good"), 0, "while the service is shut no good row is charged");
	is_int(rows("held"), 0, "and nothing is held");
	run_until(NOW + DAY + HOUR);
	is_int(rows("done"), 100, "then the good ones get through");
	run_until(NOW + 3 * DAY);
	is_int(rows("held"), 10, "and the bad ones are held");
	finish();
}

static void
test_restarts(void)
{
	fresh();
	add("good", 20);
	add("bad", 3);
	for (int i = 0; i < 400 && w.now < NOW + 2 * DAY; i++) {
		step(NOW + 2 * DAY);
		if (i % 3 != 0)
			continue;
		end_process();
		start_process();
	}
	is_int(rows("done"), 20,
	    "a program that is started again and again gets on as well");
	is_int(rows("held"), 3, "and finds the bad rows too");
	finish();
}

static void
test_slight(void)
{
	fresh();
	add("bad", 1);
	try_rows(1);
	w.slight = true;
	add("good", FLIGHTS);
	try_rows(FLIGHTS);
	w.slight = false;
	run_until(NOW + 40);
	is_int(charged("bad"), 0,
	    "rows that did not need what is refused prove nothing against it");
	finish();
}

static void
test_alone(void)
{
	fresh();
	add("bad", 1);
	run_until(NOW + DAY);
	is_int(rows("held"), 0, "a row that never had a neighbour is not judged");
	is_int(number("SELECT count(*) FROM pause"), 1, "what is wrong is in view");
	add("good", 1);
	run_until(NOW + DAY + 10 * MINUTE);
	is_int(rows("done"), 1, "a neighbour gets through within minutes");
	run_until(NOW + 2 * DAY);
	is_int(rows("held"), 1, "and the row is judged");
	finish();
}

int
main(void)
{
	db_directory_make();
	test_first_doubt();
	test_second_doubt();
	test_portal_for_a_day(1);
	test_portal_for_a_day(FLIGHTS);
	test_bad_among_good(1);
	test_bad_among_good(FLIGHTS);
	test_both_at_once();
	test_restarts();
	test_slight();
	test_alone();
	db_directory_remove();
	return done_testing();
}
