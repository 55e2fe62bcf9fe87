/*
 * check.h - prints what --check finds: one line on stdout for each problem, at once, with its fix.
 *
 * The checks are independent, so no problem hides another; a line that several checks produce is
 * printed once. Text from a server is made safe to print.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STAGE_CHECK_H
#define POTPRESS_STAGE_CHECK_H

#include "common/base/clock.h"
#include "common/db/db.h"
#include "common/net/http.h"

#define CHECK_CLOCK_OFF_S 60 /* two clocks may differ by this much */
#define CHECK_DISK_LOW (INT64_C(256) << 20) /* bytes free beside the database */
#define CHECK_SAID_MAX (1 << 20)

struct check {
	struct buf said; /* CHECK_INIT */
	int problems;
	bool unusable; /* configuration or database file: exit 78 */
	bool unread; /* the database exists, but could not be read */
	/* begins each line: which of several services; NULL: nothing */
	const char *about;
};

#define CHECK_INIT                              \
	{                                       \
		.said = BUF_CUT(CHECK_SAID_MAX) \
	}

/* Prints a problem, a sentence with its fix. */
void check_problem(struct check *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The same for the text of a fault. */
void check_fault(struct check *c, const struct err *e);
/* Prints a note that is not a problem. */
void check_note(const struct check *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Checks the database file, its file system and the free space. `db` stays open for reading if the file
 * could be opened, else it is closed. */
void check_database(struct check *c, struct db *db, const char *path);
/* Checks that the service can be reached and trusted. False after a problem: there is no point in
 * asking more. */
bool check_reach(struct check *c, struct http *h, const struct http_service *service);
/* Compares a server's clock (`server`, unix seconds; 0: unknown) with this machine's. */
void check_clock(
    struct check *c, const char *service, int64_t server, const struct clock *ours);

/* Whether this kind of file system (statfs's f_type) is shared over a network, where SQLite's locks and
 * its shared memory do not work. */
bool check_is_network(long type);

#endif
