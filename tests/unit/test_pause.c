/*
 * test_pause.c - outages in a row are counted by their kind, and what ends a pause.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/pause.h"

#include <stdlib.h>
#include <unistd.h>

#include "tests/unit/tap.h"

#define NOW 1764547200

static const struct pause_key KEY = { "virustotal", "main" };

static int
strike(struct db *db, enum outage kind, enum outage next)
{
	struct err e = ERR_NONE;
	struct pause p = { .paused = false };

	pause_set(db, &KEY, kind, NOW, NOW + 60, "words", &e);
	pause_get(db, &KEY, &p, &e);
	return e.fault == FAULT_NONE ? pause_strike(&p, next) : -1;
}

static void
test_strikes(struct db *db)
{
	struct err e = ERR_NONE;
	bool ended;

	is_int(
	    strike(db, OUTAGE_DOWN, OUTAGE_DOWN), 2, "after one outage comes the second");
	is_int(strike(db, OUTAGE_DOWN, OUTAGE_DOWN), 3, "then the third");
	is_int(
	    strike(db, OUTAGE_DOWN, OUTAGE_QUOTA), 1, "a quota answer then is the first");
	is_int(strike(db, OUTAGE_QUOTA, OUTAGE_QUOTA), 2, "and the next the second");
	pause_success(db, &KEY, NOW + 60, true, &ended, &e);
	ok(ended, "a good answer ends the pause");
	is_int(strike(db, OUTAGE_QUOTA, OUTAGE_QUOTA), 2, "and the row of outages");
	pause_success(db, &KEY, NOW + 1, false, &ended, &e);
	ok(!ended, "an answer that was on its way does not end a quota pause");
}

int
main(void)
{
	char path[] = "/tmp/potpress-pause-XXXXXX";
	int fd = mkstemp(path);
	struct db db = { .handle = NULL };
	struct err e = ERR_NONE;

	if (fd < 0)
		return 1;
	close(fd);
	unlink(path);
	if (!db_open(&db, path, &e))
		printf("Bail out! %s\n", e.text);
	else
		test_strikes(&db);
	db_close(&db);
	unlink(path);
	return done_testing();
}
