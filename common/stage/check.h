/*
 * check.h - what --check finds: every problem one line on stdout, at once, with its fix.
 *
 * A sentence is printed once, however many checks find it, so that each check runs on its own and
 * no problem hides another. What a server put into it is made safe to print.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STAGE_CHECK_H
#define POTPRESS_STAGE_CHECK_H

#include "common/base/clock.h"
#include "common/db/db.h"
#include "common/net/http.h"

#define CHECK_CLOCK_OFF_S 60 /* two clocks may differ by this much */
#define CHECK_DISK_LOW (INT64_C(256) << 20) /* bytes free where the database lies */
#define CHECK_SAID_MAX (1 << 20)

struct check {
	struct buf said; /* CHECK_INIT */
	int problems;
	bool unusable; /* configuration or database file: exit 78 */
	bool unread; /* there is a database, and nobody knows what is in it */
};

#define CHECK_INIT                              \
	{                                       \
		.said = BUF_CUT(CHECK_SAID_MAX) \
	}

void check_problem(struct check *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void check_fault(struct check *c, const struct err *e);
/* Worth knowing, and no problem. */
void check_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The database file, the file system it lies on and the room there; `db` stays open for reading where
 * there is one to read, else it is closed. */
void check_database(struct check *c, struct db *db, const char *path);
/* Can the service be reached and trusted? False when there is nothing to ask. */
bool check_reach(struct check *c, struct http *h, const struct http_service *service);
/* The clocks of a server, at `server` unix seconds, and of this machine; 0: it did not say. */
void check_clock(
    struct check *c, const char *service, int64_t server, const struct clock *ours);

/* Is this kind of file system (statfs's f_type) shared over a network? SQLite's locks and its shared
 * memory do not hold there. */
bool check_is_network(long type);

#endif
