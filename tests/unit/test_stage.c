/*
 * test_stage.c - which fault becomes which verb and which pause, and who holds a single stage.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "common/stage/internal.h"
#include "tests/unit/with_db.h"

#define NOW 1764000000
#define LOG_MAX 8000

static struct stage stage;
static struct service *const asked = &stage.services[0];
static int64_t now_is;
static char log_path[100];

static int64_t
clock_says(void *ctx)
{
	(void)ctx;
	return now_is;
}

static uint32_t
half(void *ctx)
{
	(void)ctx;
	return UINT32_MAX / 2;
}

/* The stage owns the connection, `db` borrows its handle. */
static void
close_database(void)
{
	db_close(&stage.db);
	db = (struct db){ .handle = NULL };
}

/* A stage on a fresh database with one claimed row. */
static struct job
fresh(void)
{
	struct err e = ERR_NONE;
	struct job job = { .id = 0 };

	close_database();
	db_fresh();
	http_free(stage.http);
	events_close(&stage.events);
	if (stage.log.fd > 0)
		close(stage.log.fd);
	now_is = NOW;
	stage = (struct stage){ .name = "enricher",
		.clock = { clock_says, half, NULL, 20, NULL },
		.db = db,
		.lock_fd = -1 };
	stage.log = (struct log){ .stage = "enricher",
		.clock = &stage.clock,
		.fd = open(log_path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600) };
	stage_add_service(&stage, "virustotal", "main", NULL);
	stage.http = http_new("test", &e);
	stage.config.database.path = db_path;
	if (stage.log.fd < 0 || stage.http == NULL ||
	    !events_open(&stage.events, stage.http, &e))
		die("cannot make a stage");
	queue_init(&stage.queue, &stage.db, &queue_lookup, "enricher");
	stage.queue.provider = "virustotal";
	sql("INSERT INTO lookup (id, value) VALUES (1, 'v')");
	if (queue_claim(&stage.queue, now_is, &job, 1, &e) != 1)
		die(e.text);
	return job;
}

static bool
logged(const char *part)
{
	static char text[LOG_MAX];
	ssize_t n = pread(stage.log.fd, text, sizeof text - 1, 0);

	text[n > 0 ? n : 0] = '\0';
	return strstr(text, part) != NULL;
}

static bool
save_result(void *ctx, int64_t now, struct err *e)
{
	const struct err *fails_with = ctx;

	sql("INSERT INTO rejected (source, index_name, document_id, reason, at) VALUES "
	    "('main', 'x', 'saved', 'result', %lld)",
	    (long long)now);
	if (fails_with == NULL)
		return true;
	*e = *fails_with;
	return false;
}

static int64_t
saved(void)
{
	return number("SELECT count(*) FROM rejected WHERE document_id = 'saved'");
}

static bool
settle(const struct job *job, const struct err *fault, const struct err *save_fails)
{
	union {
		const struct err *in;
		void *ctx;
	} pointer = { .in = save_fails };
	struct settlement s = { .service = asked,
		.e = fault,
		.save = save_result,
		.ctx = pointer.ctx,
		.due_at = 77,
		.what = "the-row",
		.took_ms = -1 };
	struct err e = ERR_NONE;
	bool went_on = stage_settle(&stage, job, &s, &e);

	if (!went_on)
		printf("# ended: %s\n", e.text);
	return went_on;
}

static struct err
fault_of(enum fault fault, const char *text)
{
	struct err e = ERR_NONE;

	err_set(&e, fault, "%s", text);
	return e;
}

static struct err
outage_of(enum outage kind, int64_t retry_after_s)
{
	struct err e = ERR_NONE;

	err_outage(&e, kind, retry_after_s, "out");
	return e;
}

static bool
row_is(const char *state, int attempts, int64_t due_at)
{
	bool is = number(
		      "SELECT state = '%s' AND attempts = %d AND due_at = %lld FROM "
		      "lookup WHERE id = 1",
		      state, attempts, (long long)due_at) == 1;

	if (!is)
		printf("# %s\n",
		    words("SELECT state || ' attempts ' || attempts || ' due ' || due_at "
			  "FROM lookup WHERE id = 1"));
	return is;
}

static int64_t
paused(const char *column)
{
	return number("SELECT %s FROM pause", column);
}

/* ---- faults about the row */

static void
test_done(void)
{
	struct err none = ERR_NONE;
	struct job job = fresh();

	ok(settle(&job, &none, NULL), "without a fault");
	ok(row_is("done", 0, 77), "the row is done, until its time");
	is_int(saved(), 1, "and the result is there");
	is_int(number("SELECT ok_at FROM service"), NOW, "the service answered");
	ok(logged("event=done what=the-row attempt=1"), "which is logged");
}

static void
test_skip(void)
{
	struct err why = ERR_NONE, e = ERR_NONE;
	struct job job = fresh();
	struct settlement s = {
		.service = asked, .e = &why, .what = "the-row", .took_ms = 5, .skip = true
	};

	err_set(&why, FAULT_NONE, "it is in the trash");
	ok(stage_settle(&stage, &job, &s, &e), "a row that is not wanted");
	ok(row_is("skipped", 0, 0), "is skipped");
	ok(logged("why=\"it is in the trash\"") && logged("took_ms=5"),
	    "and the log says why");
}

static void
test_retry(void)
{
	struct err fault = fault_of(FAULT_RETRY, "not JSON");
	struct job job = fresh();

	ok(settle(&job, &fault, NULL), "a fault of the row");
	ok(row_is("pending", 1, NOW + 15), "is charged, and tried later with jitter");
	is_int(saved(), 0, "no result is written");
	is_int(paused("count(*)"), 0, "the service is not paused");
	is_int(number("SELECT ok_at FROM service"), NOW, "it did answer");
	ok(logged("event=retry what=the-row attempt=1"), "the log counts it");

	job = fresh();
	fault.retry_after_s = 500;
	settle(&job, &fault, NULL);
	ok(row_is("pending", 1, NOW + 500), "no sooner than the service asks");

	job = fresh();
	job.attempts = QUEUE_ATTEMPTS_MAX - 1;
	sql("UPDATE lookup SET attempts = %d", job.attempts);
	settle(&job, &fault, NULL);
	is_text(words("SELECT state FROM lookup"), "held", "the tenth holds the row");
	ok(logged("event=held what=the-row attempt=10"), "and the log says held");
}

static void
test_reject(void)
{
	struct err fault = fault_of(FAULT_REJECT, "no hash");
	struct job job = fresh();

	ok(settle(&job, &fault, NULL), "a fault that trying again does not mend");
	ok(row_is("held", 0, 0), "holds the row");
	ok(number("SELECT why LIKE 'no hash (%%' FROM held") == 1, "with its reason");
	is_int(saved(), 0, "no result is written");
	ok(logged("event=held what=the-row"), "the log says so");
}

static void
test_fatal(void)
{
	static const enum fault FAULTS[] = { FAULT_FATAL, FAULT_CONFIG };

	for (int i = 0; i < 2; i++) {
		struct err fault = fault_of(FAULTS[i], "memory"), e = ERR_NONE;
		struct job job = fresh();
		struct settlement s = { .service = asked,
			.e = &fault,
			.save = save_result,
			.what = "the-row",
			.took_ms = -1 };

		ok(!stage_settle(&stage, &job, &s, &e), "a fault of the process ends it");
		is_int(e.fault, FAULTS[i], "with that fault");
		is_int(saved(), 0, "nothing is written");
		is_text(words("SELECT state FROM lookup"), "leased",
		    "the row's lease runs out by itself");
	}
}

/* ---- faults of the service */

static void
test_down(void)
{
	struct err fault = outage_of(OUTAGE_DOWN, 0);
	struct job job = fresh();

	ok(settle(&job, &fault, NULL), "a service that is down");
	ok(row_is("pending", 0, NOW), "charges the row nothing, but asks others first");
	is_int(number("SELECT tried_at FROM lookup"), NOW, "but notes the try");
	is_int(saved(), 0, "no result is written");
	is_text(words("SELECT kind FROM pause"), "down", "the service is paused");
	ok(paused("until") > NOW && paused("until") <= NOW + 15, "for seconds at first");
	ok(logged("event=paused service=virustotal") && logged("event=retry"),
	    "both are logged");
	ok(!logged("attempt="), "as no attempt");

	job = fresh();
	fault.retry_after_s = 90;
	settle(&job, &fault, NULL);
	is_int(paused("until"), NOW + 90, "or as long as it asks");
	job = fresh();
	fault.retry_after_s = 1000000;
	settle(&job, &fault, NULL);
	is_int(paused("until"), NOW + 3600, "within reason");
}

/* The service has given so many good answers. */
static void
answered(const char *service, int answers)
{
	sql("INSERT INTO service (service, account, ok_at, answers) "
	    "VALUES ('%s', 'main', %d, %d)",
	    service, NOW, answers);
}

static void
test_down_charged(void)
{
	struct err fault = outage_of(OUTAGE_DOWN, 0);
	struct job job = fresh();

	answered("virustotal", 6);
	job.tried_at = NOW - 60;
	job.tried_after = 5;
	ok(settle(&job, &fault, NULL), "an outage, though others were answered since");
	ok(row_is("pending", 1, NOW + 15), "is charged to the row");
	ok(logged("event=retry what=the-row attempt=1"), "and counted in the log");
	is_int(paused("count(*)"), 1, "the service is paused all the same");

	job = fresh();
	answered("virustotal", 5);
	job.tried_at = NOW - 60;
	job.tried_after = 5;
	settle(&job, &fault, NULL);
	is_int(number("SELECT attempts FROM lookup"), 0,
	    "with no answer since its last try it is not");
	job = fresh();
	answered("virustotal", 5);
	settle(&job, &fault, NULL);
	is_int(number("SELECT attempts FROM lookup"), 0, "nor is a first try");
	is_int(number("SELECT tried_after FROM lookup"), 5,
	    "but it notes how the service had fared");
	job = fresh();
	answered("wordpress", 6);
	job.tried_at = NOW - 60;
	settle(&job, &fault, NULL);
	is_int(number("SELECT attempts FROM lookup"), 0,
	    "what another service answered does not matter");
}

static void
test_quota_and_credentials(void)
{
	struct err quota = outage_of(OUTAGE_QUOTA, 0),
		   refused = outage_of(OUTAGE_CREDENTIALS, 0), e = ERR_NONE;
	struct settlement s = {
		.service = asked, .e = &quota, .what = "the-row", .took_ms = -1
	};
	struct job job = fresh();

	answered("virustotal", 1);
	job.tried_at = NOW - 60;
	settle(&job, &quota, NULL);
	ok(row_is("pending", 0, 0), "a quota answer never charges a row");
	is_int(number("SELECT coalesce(tried_at, 0) FROM lookup"), 0, "nor is it a try");
	is_text(words("SELECT kind FROM pause"), "quota", "it pauses the account");
	is_int(paused("until"), NOW + 60, "for a minute");
	job = fresh();
	s.quota_until = NOW + 7777;
	stage_settle(&stage, &job, &s, &e);
	is_int(paused("until"), NOW + 7777, "or as long as the ledger says");

	job = fresh();
	job.tried_at = NOW - 60;
	settle(&job, &refused, NULL);
	ok(row_is("pending", 0, NOW), "refused credentials never charge a row");
	is_text(words("SELECT kind FROM pause"), "credentials", "they pause the account");
	is_int(paused("until"), NOW + PAUSE_CREDENTIALS_S, "for an hour");
}

static void
pause_for(enum outage kind, int64_t quota_until)
{
	struct err why = outage_of(kind, 0), e = ERR_NONE;

	if (!stage_pause(&stage, asked, &why, quota_until, &e))
		die(e.text);
}

static void
test_several_in_flight(void)
{
	int64_t until;

	fresh();
	pause_for(OUTAGE_DOWN, 0);
	until = paused("until");
	pause_for(OUTAGE_DOWN, 0);
	is_int(number("SELECT strikes FROM service"), 1,
	    "requests that fail together are one outage");
	is_int(paused("until"), until, "and one pause");
	pause_for(OUTAGE_QUOTA, NOW + 500);
	is_int(paused("until"), NOW + 500, "a spent quota is told over an outage");
	pause_for(OUTAGE_DOWN, 0);
	is_text(words("SELECT kind FROM pause"), "quota",
	    "but a lost answer does not shorten that");
	pause_for(OUTAGE_CREDENTIALS, 0);
	is_text(words("SELECT kind FROM pause"), "credentials",
	    "a refused key is told over both");
}

static struct turn
turn(int64_t now, bool row_due)
{
	struct err e = ERR_NONE;
	struct turn t;

	if (!stage_turn(&stage, asked, now, row_due, &t, &e))
		die(e.text);
	return t;
}

static void
test_turns(void)
{
	struct err e = ERR_NONE;
	struct turn t;
	int64_t end;

	fresh();
	is_int(turn(NOW, true).what, TURN_ROWS, "a service without a pause may be asked");
	t = turn(NOW, false);
	ok(t.what == TURN_WAIT && t.until == INT64_MAX, "if there is something to ask");
	pause_for(OUTAGE_DOWN, 0);
	end = paused("until");
	t = turn(NOW, true);
	ok(t.what == TURN_WAIT && t.until == end, "a paused one when its time is over");
	is_int(turn(end, false).what, TURN_PROBE, "then by one request");
	is_int(turn(end, true).what, TURN_WAIT, "and no more");
	now_is = end + 1;
	pause_for(OUTAGE_DOWN, 0);
	is_int(number("SELECT strikes FROM service"), 2,
	    "a probe that fails is the next outage");
	ok(paused("until") - now_is > end - NOW, "with a longer pause");
	now_is = end = paused("until");
	turn(end, true);
	ok(stage_succeeded(&stage, asked, &e), "a probe that is answered");
	is_int(turn(end, true).what, TURN_ROWS, "ends the pause");
	ok(logged("event=resumed service=virustotal"), "which is logged");
	pause_for(OUTAGE_DOWN, 0);
	is_int(number("SELECT strikes FROM service"), 1, "and the row of outages");
}

/* A service that answers looks may still refuse what rows need. */
static void
test_pause_of_a_row(void)
{
	struct err down = outage_of(OUTAGE_DOWN, 0), none = ERR_NONE, e = ERR_NONE;
	struct job job = fresh();

	settle(&job, &down, NULL);
	now_is = paused("until");
	is_int(turn(now_is, false).what, TURN_PROBE,
	    "when a row paused the service a look is tried first");
	ok(stage_succeeded(&stage, asked, &e), "the look is answered");
	is_int(paused("count(*)"), 1, "that does not end the pause");
	is_int(turn(now_is, false).what, TURN_WAIT, "no further look is needed");
	is_int(turn(now_is, true).what, TURN_ROW, "one row is tried at once");
	is_int(turn(now_is, true).what, TURN_WAIT, "and no other");
	if (queue_claim(&stage.queue, now_is + 1, &job, 1, &e) != 1)
		die("no row");
	settle(&job, &down, NULL);
	is_int(number("SELECT strikes FROM service"), 2,
	    "when it fails that is the next outage");
	now_is = paused("until");
	is_int(turn(now_is, true).what, TURN_PROBE, "and a look comes first again");
	stage_succeeded(&stage, asked, &e);
	turn(now_is, true);
	if (queue_claim(&stage.queue, now_is + 1, &job, 1, &e) != 1)
		die("no row");
	settle(&job, &none, NULL);
	is_int(paused("count(*)"), 0, "a row that gets through ends the pause");
	is_int(turn(now_is, true).what, TURN_ROWS, "for all");
}

/* ---- late workers, and results that cannot be saved */

static void
test_lease_lost(void)
{
	struct err none = ERR_NONE, fault = outage_of(OUTAGE_QUOTA, 0);
	struct job job = fresh();
	char before[QUERY_MAX];

	sql("UPDATE lookup SET state = 'pending'");
	snprintf(before, sizeof before, "%s", words("SELECT token || state FROM lookup"));
	ok(settle(&job, &none, NULL), "the answer for a row that was requeued meanwhile");
	is_text(words("SELECT token || state FROM lookup"), before, "changes nothing");
	is_int(saved(), 0, "its result is dropped");
	ok(logged("event=lease_lost what=the-row"), "and the log says so");
	ok(!logged("event=done"), "and nothing else");
	is_int(number("SELECT ok_at FROM service"), NOW, "but the service did answer");

	job = fresh();
	sql("UPDATE lookup SET state = 'pending'");
	ok(settle(&job, &fault, NULL), "a refusal for such a row");
	is_int(paused("count(*)"), 1, "pauses the account as any");
	ok(row_is("pending", 0, 0), "and leaves the row alone");
}

static void
test_saving_fails(void)
{
	struct err none = ERR_NONE, odd = fault_of(FAULT_RETRY, "odd answer"),
		   bad = fault_of(FAULT_REJECT, "bad answer"),
		   full = fault_of(FAULT_FATAL, "the disk is full");
	struct job job = fresh();

	ok(settle(&job, &none, &odd), "a result that cannot be saved for what it is");
	ok(row_is("pending", 1, NOW + 15), "is charged to the row");
	is_int(saved(), 0, "and nothing of it stays");
	ok(logged("why=\"odd answer\""), "the log says why");
	job = fresh();
	settle(&job, &none, &bad);
	ok(row_is("held", 0, 0), "or holds it");
	is_int(saved(), 0, "nothing of it stays");
	job = fresh();
	ok(!settle(&job, &none, &full), "a disk that is full ends the process");
	is_text(words("SELECT state FROM lookup"), "leased", "with the row as it was");
	is_int(saved(), 0, "and nothing half written");
}

static void
test_unreadable_is_kept(void)
{
	struct err fault = fault_of(FAULT_RETRY, "not JSON"), e = ERR_NONE;
	struct job job = fresh();
	struct settlement s = { .service = asked,
		.e = &fault,
		.save = save_result,
		.what = "the-row",
		.took_ms = -1,
		.save_faults = true };

	ok(stage_settle(&stage, &job, &s, &e), "an answer that cannot be read");
	ok(row_is("pending", 1, NOW + 15), "is charged");
	is_int(saved(), 1, "and kept for a person");
}

static void
test_stopping(void)
{
	struct err fault = outage_of(OUTAGE_DOWN, 0), e = ERR_NONE;
	struct job job = fresh();

	raise(SIGTERM);
	ok(stage_stop_asked(&stage), "asked to stop");
	job.tried_at = NOW - 60;
	answered("virustotal", 1);
	ok(settle(&job, &fault, NULL), "what is broken off");
	ok(row_is("pending", 0, 0), "goes back without a charge");
	is_int(paused("count(*)"), 0, "and pauses nothing");
	is_int(number("SELECT coalesce(tried_at, 0) FROM lookup"), 0, "nor was it a try");
	job = fresh();
	ok(stage_give_back(&stage, &job, NOW + 5, "later", &e), "a claim is given back");
	ok(row_is("pending", 0, NOW + 5), "to be due later");
}

/* ---- the holder of a single stage */

static bool
try_to_hold(char *held_by)
{
	struct err e = ERR_NONE;
	bool mine = false;

	if (!holder_try(&stage, &mine, held_by, &e))
		die(e.text);
	return mine;
}

/* Another process takes the lock and tells so by a byte; it ends only by a signal. */
static pid_t
start_holder(void)
{
	char held_by[HOLDER_MAX], byte;
	int ends[2];
	pid_t child;

	if (pipe(ends) != 0)
		die("no pipe");
	child = fork();
	if (child == 0) {
		if (!try_to_hold(held_by) || write(ends[1], "x", 1) != 1)
			_exit(1);
		for (;;)
			pause();
	}
	close(ends[1]);
	if (read(ends[0], &byte, 1) != 1)
		die("the holder did not start");
	close(ends[0]);
	return child;
}

/* The same after the file was removed, so that it locks a new one. */
static pid_t
start_holder_of_its_own(const char *lock_path)
{
	int fd = stage.lock_fd;
	pid_t child;

	unlink(lock_path);
	stage.lock_fd = -1;
	child = start_holder();
	stage.lock_fd = fd;
	return child;
}

static void
test_holder(void)
{
	char held_by[HOLDER_MAX] = "", lock_path[120];
	pid_t holder;

	fresh();
	snprintf(lock_path, sizeof lock_path, "%s.enricher.lock", db_path);
	holder = start_holder();
	ok(!try_to_hold(held_by), "a second holder does not get the lock");
	is_text(held_by, stage.queue.owner, "and is told who has it");
	ok(!try_to_hold(held_by), "however often it asks");
	kill(holder, SIGKILL);
	waitpid(holder, NULL, 0);
	ok(try_to_hold(held_by), "the instant the holder is killed it is free");
	holder_free(&stage);
	ok(try_to_hold(held_by), "and when it is given back");
	holder_free(&stage);
	is_text(words("PRAGMA integrity_check"), "ok", "the database is not touched");
	unlink(lock_path);
}

static void
test_removed_lock(void)
{
	char held_by[HOLDER_MAX] = "", lock_path[120];
	struct err e = ERR_NONE;
	pid_t other;

	fresh();
	snprintf(lock_path, sizeof lock_path, "%s.enricher.lock", db_path);
	stage.single = true;
	ok(try_to_hold(held_by) && holder_keep(&stage, &e), "a holder keeps its lock");
	unlink(lock_path);
	ok(holder_keep(&stage, &e), "when somebody removes the file it is taken again");
	ok(logged("the lock file was removed"), "and that is said");
	is_int(access(lock_path, F_OK), 0, "the file is there again");
	other = start_holder_of_its_own(lock_path);
	ok(!holder_keep(&stage, &e) && e.fault == FAULT_FATAL,
	    "when another process was faster this one ends");
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
	holder_free(&stage);
	unlink(lock_path);
}

/* ---- a clock that was ahead */

static void
test_pulled_back(void)
{
	const long long year = 365 * 86400;
	struct err e = ERR_NONE;

	fresh();
	sql("UPDATE lookup SET lease_until = %lld", NOW + year);
	sql("INSERT INTO lookup (id, value, due_at) VALUES (2, 'w', %lld), (3, 'x', %d)",
	    NOW + year, NOW + 3600);
	sql("INSERT INTO pause (service, account, kind, since, until, why) VALUES "
	    "('a', 'main', 'down', 0, %lld, ''), ('b', 'main', 'down', 0, %d, ''), "
	    "('c', 'main', 'quota', 0, %d, '')",
	    NOW + year, NOW + 300, NOW + 20 * 86400);
	sql("INSERT INTO post (id, key, slug, write_open, sent_at) VALUES "
	    "(1, 'k', 's', 1, %lld)",
	    NOW + year);
	sql("INSERT INTO lookup (id, value, state, due_at, settled_at) VALUES "
	    "(4, 'y', 'done', %lld, %lld), (5, 'z', 'done', %lld, %d)",
	    NOW + year + 3600, NOW + year, NOW + year, NOW - 60);
	sql("INSERT INTO post (id, key, slug, state, due_at, lost_at) VALUES "
	    "(2, 'l', 't', 'done', %lld, %lld), (3, 'm', 'u', 'done', %d, %d)",
	    NOW + year + 300, NOW + year, NOW + 86400, NOW - 60);
	sql("INSERT INTO post (id, kind, key, slug, state, to_at, due_at, lost_at) VALUES "
	    "(4, 'digest', 'week', 'v', 'done', %d, %d, %d), "
	    "(5, 'digest', 'day', 'w', 'done', %d, %lld, %d)",
	    NOW + 6 * 86400, NOW + 7 * 86400, NOW - 60, NOW, NOW + year, NOW - 60);
	sql("INSERT INTO lookup (id, value, due_at, tried_at) VALUES (6, 'tried then', %d, %d), "
	    "(7, 'tried now', %d, %d)",
	    NOW + 7200, NOW + 7200, NOW + 7200, NOW - 60);
	sql("INSERT INTO lookup (id, value, since) VALUES (8, 'waits', %lld)",
	    NOW + year);
	sql("INSERT INTO media (post_id, role, sha256, slug, sent_at, lost_at) VALUES "
	    "(2, 'map', 'x', 'x', %lld, %d), (3, 'map', 'y', 'y', %d, %lld)",
	    NOW + year, NOW - 60, NOW - 60, NOW + year);
	sql("INSERT INTO cursor (source, index_uuid, shard, index_name, position, checkpoint, "
	    "checkpoint_at, start_at, start_until) VALUES ('main', '', -1, 'i', -1, -1, 0, 0, -1)");
	sql("INSERT INTO session (source, honeypot, session, index_name, look_at) VALUES "
	    "('main', 'Cowrie', 'a', 'i', %lld), ('main', 'Cowrie', 'b', 'i', %d), "
	    "('main', 'Cowrie', 'c', 'i', 0)",
	    NOW + year, NOW + 86400);
	ok(ahead_pull_back(&stage, &e), "after the clock was a year ahead");
	is_text(words("SELECT group_concat((sent_at - %d) || ':' || (lost_at - %d)) FROM "
		      "(SELECT sent_at, lost_at FROM media ORDER BY id)",
		    NOW, NOW),
	    "0:-60,-60:0", "a picture was uploaded, or lost, just now");
	is_text(
	    words(
		"SELECT group_concat(CASE look_at WHEN 0 THEN 'never' ELSE look_at - %d END) "
		"FROM (SELECT look_at FROM session ORDER BY session)",
		NOW),
	    "0,86400,never", "a session is asked about, one that waits a day still does");
	is_int(number("SELECT since FROM lookup WHERE id = 8"), NOW,
	    "a file waits since now, not since next year");
	is_text(words("SELECT group_concat(due_at - %d) FROM (SELECT due_at FROM lookup "
		      "WHERE id IN (6, 7) ORDER BY id)",
		    NOW),
	    "0,7200", "a row that was tried then is due, one that backs off still does");
	is_text(words("SELECT group_concat(until - %d) FROM (SELECT until FROM pause "
		      "ORDER BY service)",
		    NOW),
	    "0,300,1728000", "a pause that would last a year is over, others stay");
	is_int(
	    number("SELECT lease_until FROM lookup WHERE id = 1"), NOW, "so is a lease");
	is_text(words("SELECT group_concat(due_at - %d) FROM (SELECT due_at FROM lookup "
		      "WHERE id IN (2, 3) ORDER BY id)",
		    NOW),
	    "0,3600", "a row is due, one that waits for an hour still does");
	is_text(words("SELECT group_concat(due_at - %d) FROM (SELECT due_at FROM lookup "
		      "WHERE id IN (4, 5) ORDER BY id)",
		    NOW),
	    "0,31536000",
	    "what was answered then is asked again, what is planned for next year is not");
	is_text(words("SELECT group_concat((due_at - %d) || ':' || (lost_at - %d)) FROM "
		      "(SELECT due_at, lost_at FROM post WHERE id > 1 ORDER BY id)",
		    NOW, NOW),
	    "0:0,86400:-60,604800:-60,0:-60",
	    "so is a post that is looked at again, but not the digest of a week that goes on");
	is_int(number("SELECT sent_at FROM post WHERE id = 1"), NOW,
	    "a write was sent just now");
	ok(logged("what=pause.until rows=1") && logged("what=post.sent_at rows=1") &&
		!logged("what=said.at"),
	    "and what was set right is said");
}

/* ---- what a process begins with */

static void
test_no_core_files(void)
{
	static char name[] = "enricher", version[] = "--version";
	static const struct stage_spec SPEC = { .name = "enricher", .summary = "" };
	char *argv[] = { name, version, NULL };
	struct rlimit limit;
	int status = 1;
	pid_t child = fork();

	if (child == 0) {
		struct stage begun;

		if (freopen("/dev/null", "w", stdout) == NULL)
			_exit(2);
		stage_begin(&begun, &SPEC, NULL, 2, argv);
		_exit(prctl(PR_GET_DUMPABLE) != 0 ||
		      getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0);
	}
	waitpid(child, &status, 0);
	is_int(status, 0, "no program leaves a core file with its secrets");
}

int
main(void)
{
	db_directory_make();
	snprintf(log_path, sizeof log_path, "%s/log", db_directory);
	test_done();
	test_skip();
	test_retry();
	test_reject();
	test_fatal();
	test_down();
	test_down_charged();
	test_quota_and_credentials();
	test_several_in_flight();
	test_turns();
	test_pause_of_a_row();
	test_lease_lost();
	test_saving_fails();
	test_unreadable_is_kept();
	test_stopping();
	test_holder();
	test_removed_lock();
	test_pulled_back();
	test_no_core_files();
	close_database();
	http_free(stage.http);
	close(stage.log.fd);
	unlink(log_path);
	db_directory_remove();
	return done_testing();
}
