/*
 * queue.c - how fast rows pass through the queue, against bare commits of the same SQLite.
 *
 *      queue PATH DUE WAITING
 *      queue PATH CYCLES
 *
 * A new database at PATH gets DUE rows that are due and WAITING rows in backoff. In the second form CYCLES of
 * the due ones are claimed, sixteen at a time, and settled, each in its own transaction. It prints rows and
 * commits per second, and microseconds of the processor per row: claimed, and claimed and settled.
 *
 * SPDX-License-Identifier: MIT
 */
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/db/internal.h"
#include "common/db/queue.h"

#define NOW 1764547200
#define BATCH 16
#define WARM_UP \
	3000 /* commits until the log is as long as it gets, and is written over from then on */
#define SQL_MAX 1000

static void
must(bool held, const char *what)
{
	if (held)
		return;
	fprintf(stderr, "queue: %s\n", what);
	exit(1);
}

static void
run(struct db *db, const char *sql)
{
	must(sqlite3_exec(db->handle, sql, NULL, NULL, NULL) == SQLITE_OK,
	    sqlite3_errmsg(db->handle));
}

static void
fill(struct db *db, long due, long waiting)
{
	auto_buf sql = BUF_INIT(SQL_MAX);

	buf_printf(&sql,
	    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
	    "%ld) "
	    "INSERT INTO lookup (value, due_at) "
	    "SELECT printf('%%064x', i * 2654435761), CASE WHEN i <= %ld THEN %d ELSE 0 "
	    "END "
	    "FROM n",
	    due + waiting, waiting, NOW + 86400);
	run(db, "PRAGMA cache_size = -2000000"); /* millions of rows fit in */
	run(db, buf_text(&sql));
	run(db, "CREATE TABLE bare (n INTEGER); INSERT INTO bare VALUES (0)");
	run(db, "PRAGMA wal_checkpoint(TRUNCATE)");
}

static double
per_second(int n, int64_t since_ms)
{
	int64_t ms = clock_monotonic_ms() - since_ms;

	return n * 1000.0 / (double)(ms > 0 ? ms : 1);
}

struct cost {
	double rows; /* a second */
	double claim, whole; /* microseconds of the processor per row */
};

static double
microseconds(clock_t processor, int rows)
{
	return (double)processor * 1e6 / CLOCKS_PER_SEC / rows;
}

static struct cost
cycles(struct db *db, int wanted)
{
	int64_t since = clock_monotonic_ms();
	clock_t began = clock(), claims = 0;
	struct job jobs[BATCH];
	struct queue q;
	struct err e = ERR_NONE;
	int n = 0;

	queue_init(&q, db, &queue_lookup, "bench");
	q.provider = "virustotal";
	while (n < wanted) {
		clock_t before = clock();
		int got = queue_claim(&q, NOW, jobs, BATCH, &e);

		claims += clock() - before;
		must(got > 0, "nothing to claim");
		for (int i = 0; i < got; i++, n++)
			must(db_begin(db, &e) &&
				 queue_done(&q, &jobs[i], NOW, 0, &e) == SETTLED &&
				 db_commit(db, &e),
			    e.text);
	}
	return (struct cost){ per_second(n, since), microseconds(claims, n),
		microseconds(clock() - began, n) };
}

static double
commits(struct db *db, int wanted)
{
	int64_t since = clock_monotonic_ms();

	for (int n = 0; n < wanted; n++)
		run(db, "UPDATE bare SET n = n + 1");
	return per_second(wanted, since);
}

static void
measure(struct db *db, int n)
{
	struct cost ours;
	double bare;

	commits(db, WARM_UP);
	bare = commits(db, n);
	ours = cycles(db, n);
	printf("%.1f %.1f %.2f %.2f\n", ours.rows, bare, ours.claim, ours.whole);
}

int
main(int argc, char **argv)
{
	struct db db = { .handle = NULL };
	struct err e = ERR_NONE;

	must(argc == 3 || argc == 4, "PATH DUE WAITING, or PATH CYCLES");
	must(db_open(&db, argv[1], &e), e.text);
	if (argc == 4)
		fill(&db, strtol(argv[2], NULL, 10), strtol(argv[3], NULL, 10));
	else
		measure(&db, (int)strtol(argv[2], NULL, 10));
	db_close(&db);
	return 0;
}
