/*
 * test_race.c - several programs at one queue, some killed, some asleep past their lease: every row is
 * done once, by whoever has it under its last token.
 *
 * A second of the queue's clock is a millisecond here, so that leases run out while we look.
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <sys/wait.h>

#include "common/base/clock.h"
#include "common/db/internal.h"
#include "common/db/queue.h"
#include "tests/unit/with_db.h"

#define WORKERS 4
#define ROWS 800
#define BATCH 5
#define KILLS 40
#define KILL_EVERY_MS 12
#define SLEEPER_EVERY 15 /* a worker sleeps past its lease after so many batches */
#define TIME_MAX_MS 120000

static int64_t started_ms;

static int64_t
now(void)
{
	return 1764000000 + clock_monotonic_ms() - started_ms;
}

static void
sleep_ms(int ms)
{
	usleep((useconds_t)ms * 1000);
}

/* ---- a worker; it ends by a signal, or when all is done */

static const char CLAIMED_SQL[] =
    "INSERT INTO claimed (job, token) VALUES (:job, :token)";
static const char EFFECT_SQL[] = "INSERT INTO effect (job, token) VALUES (:job, :token)";
static const char LOST_SQL[] = "INSERT INTO lost (job, token) VALUES (:job, :token)";

static void
note(const char *statement, const struct job *j)
{
	struct err e = ERR_NONE;
	struct statement *s = db_prepare(&db, statement, &e);

	db_bind_int(s, ":job", j->id);
	db_bind_int(s, ":token", j->token);
	if (!db_run(s, &e)) {
		printf("# job %lld token %lld: %s\n", (long long)j->id,
		    (long long)j->token, e.text);
		fflush(stdout);
		_exit(3);
	}
}

/* The effect and the row's state, together or not at all. */
static void
finish(struct queue *q, const struct job *j)
{
	struct err e = ERR_NONE;
	enum settled how;

	if (!db_begin(&db, &e))
		die(e.text);
	how = queue_done(q, j, now(), 0, &e);
	if (how == SETTLED_ERROR)
		die(e.text);
	note(how == SETTLED ? EFFECT_SQL : LOST_SQL, j);
	if (!db_commit(&db, &e))
		die(e.text);
}

static bool
work_once(struct queue *q, unsigned *dice, int round)
{
	struct err e = ERR_NONE;
	struct job jobs[BATCH];
	int n;

	if (queue_reap(q, now(), &e) < 0)
		die(e.text);
	n = queue_claim(q, now(), jobs, 1 + rand_r(dice) % BATCH, &e);
	if (n < 0)
		die(e.text);
	if (!db_begin(&db, &e))
		die(e.text);
	for (int i = 0; i < n; i++)
		note(CLAIMED_SQL, &jobs[i]);
	if (!db_commit(&db, &e))
		die(e.text);
	if (round % SLEEPER_EVERY == SLEEPER_EVERY - 1)
		sleep_ms(QUEUE_LEASE_S + 50);
	for (int i = 0; i < n; i++)
		finish(q, &jobs[i]);
	return n > 0 || number("SELECT count(*) FROM lookup WHERE state <> 'done'") > 0;
}

static void
work(unsigned seed)
{
	struct err e = ERR_NONE;
	struct queue q;

	db = (struct db){ .handle = NULL };
	if (!db_open(&db, db_path, &e))
		die(e.text);
	queue_init(&q, &db, &queue_lookup, "enricher");
	q.provider = "virustotal";
	for (int round = (int)(seed % SLEEPER_EVERY); work_once(&q, &seed, round);
	     round++)
		;
	db_close(&db);
	_exit(0);
}

static pid_t
start(unsigned seed)
{
	pid_t child = fork();

	if (child == 0)
		work(seed);
	return child;
}

/* ---- the supervisor */

static void
make_rows(void)
{
	db_fresh();
	sql("CREATE TABLE claimed (job INTEGER, token INTEGER, PRIMARY KEY (job, token));"
	    "CREATE TABLE effect (job INTEGER PRIMARY KEY, token INTEGER);"
	    "CREATE TABLE lost (job INTEGER, token INTEGER, PRIMARY KEY (job, token));"
	    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
	    "%d) "
	    "INSERT INTO lookup (value, rank) SELECT 'v' || i, i %% 4 FROM n",
	    ROWS);
	db_close(&db);
	db = (struct db){ .handle = NULL };
}

static int
index_of(const pid_t *workers, pid_t pid)
{
	for (int i = 0; i < WORKERS; i++)
		if (workers[i] == pid)
			return i;
	return -1;
}

/* Runs the workers to the end; one that was killed is started again. Returns how many ended badly. */
static int
supervise(unsigned seed)
{
	int running = WORKERS, kills = 0, bad = 0, status;
	pid_t workers[WORKERS], pid;

	for (int i = 0; i < WORKERS; i++)
		workers[i] = start(seed + (unsigned)i);
	while (running > 0 && clock_monotonic_ms() - started_ms < TIME_MAX_MS) {
		sleep_ms(KILL_EVERY_MS);
		if (kills < KILLS && running == WORKERS)
			kills += kill(workers[rand_r(&seed) % WORKERS], SIGKILL) == 0;
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
			if (WIFSIGNALED(status)) {
				workers[index_of(workers, pid)] =
				    start(seed + (unsigned)pid);
				continue;
			}
			running--;
			bad += WEXITSTATUS(status) != 0;
		}
	}
	printf("# %d kills\n", kills);
	for (int i = 0; running > 0 && i < WORKERS; i++)
		kill(workers[i], SIGKILL);
	return bad + running;
}

int
main(void)
{
	unsigned seed = (unsigned)clock_monotonic_ms();
	struct err e = ERR_NONE;

	db_directory_make();
	started_ms = clock_monotonic_ms();
	printf("# seed %u\n", seed);
	make_rows();
	is_int(supervise(seed), 0, "four programs share a queue, killed forty times");
	if (!db_open(&db, db_path, &e))
		die(e.text);
	is_int(number("SELECT count(*) FROM lookup WHERE state = 'done'"), ROWS,
	    "every row is done");
	is_int(number("SELECT count(*) FROM effect"), ROWS, "once, with its effect");
	is_int(number("SELECT count(*) FROM effect e JOIN lookup l ON l.id = e.job WHERE "
		      "l.token <> e.token + 1"),
	    0, "by who had it under its last token");
	ok(number("SELECT count(*) FROM lost") > 0,
	    "those that slept past their lease were refused");
	printf("# %lld claims, %lld refused\n",
	    (long long)number("SELECT count(*) FROM claimed"),
	    (long long)number("SELECT count(*) FROM lost"));
	is_text(words("PRAGMA integrity_check"), "ok", "the file is sound");
	db_directory_remove();
	return done_testing();
}
