/* queue_sql.h - the statements of a table of jobs; for queue.c and the test of their plans.
 * SPDX-License-Identifier: MIT */
#ifndef POTPRESS_DB_QUEUE_SQL_H
#define POTPRESS_DB_QUEUE_SQL_H

struct queue_sql {
	const char *due, *this_one, *claim, *late, *expire, *ripe, *ripen, *waking, *wake,
	    *free_all, *next, *next_wake, *next_late;
	const char *done, *retry, *hold, *skip, *release, *put_back, *extend;
};

#endif
