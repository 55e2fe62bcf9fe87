/*
 * test_pause.c - services that are paused, probed and answer again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage/pause.h"
#include "tests/unit/with_db.h"

#define NOW 1764000000

static const struct service KEY = { .stage = "enricher",
	.name = "virustotal",
	.account = "main" },
			    OTHER = { .stage = "enricher",
				    .name = "virustotal",
				    .account = "second" };

static struct pause
get(const struct service *k)
{
	struct err e = ERR_NONE;
	struct pause p;

	if (!pause_get(&db, k, &p, &e))
		die(e.text);
	return p;
}

static void
set(enum outage kind, int64_t now, int64_t until, const char *why)
{
	struct pause p = { .kind = kind, .until = until };
	struct err e = ERR_NONE;

	snprintf(p.why, sizeof p.why, "%s", why);
	if (!pause_set(&db, &KEY, &p, now, &e))
		die(e.text);
}

static bool
success(int64_t now, bool probed)
{
	struct err e = ERR_NONE;
	bool ended;

	struct service service = KEY;

	service.probing = probed;
	if (!pause_success(&db, &service, now, SUCCESS_ROW, &ended, &e))
		die(e.text);
	return ended;
}

static bool
take_probe(int64_t now)
{
	struct err e = ERR_NONE;
	bool mine;

	if (!pause_take_probe(&db, &KEY, now, 120, &mine, &e))
		die(e.text);
	return mine;
}

static void
probe_now(int64_t now)
{
	struct err e = ERR_NONE;

	if (!pause_probe_now(&db, &KEY, now, &e))
		die(e.text);
}

static int64_t
ok_at(void)
{
	return number(
	    "SELECT coalesce(sum(ok_at), 0) FROM service WHERE account = 'main'");
}

static void
test_down(void)
{
	struct pause p;

	db_fresh();
	ok(!get(&KEY).paused, "a service that nobody asked is not paused");
	is_int(ok_at(), 0, "and never answered");
	set(OUTAGE_DOWN, NOW, NOW + 15, "connection refused");
	p = get(&KEY);
	ok(p.paused && p.kind == OUTAGE_DOWN && p.until == NOW + 15,
	    "an outage pauses it");
	is_text(p.why, "connection refused", "with the reason in words");
	is_int(p.strikes, 1, "a first strike");
	ok(!get(&OTHER).paused, "another account of the service is not paused");
	set(OUTAGE_DOWN, NOW + 15, NOW + 45, "timed out");
	is_int(get(&KEY).strikes, 2, "the next outage is the second strike");
	is_int(number("SELECT since FROM pause"), NOW, "it is paused since the first");
	is_int(number("SELECT count(*) FROM status WHERE stage = 'enricher' AND why = "
		      "'timed out' AND paused_until = '2025-11-24 16:00:45'"),
	    1, "the view status says until when and why");
	ok(success(NOW + 20, false), "any success ends it");
	p = get(&KEY);
	ok(!p.paused && p.strikes == 0, "with the strikes");
	is_int(ok_at(), NOW + 20, "and is dated");
	ok(!success(NOW + 21, false), "the next success ends nothing");
}

static int
strike(enum outage kind, enum outage next)
{
	struct pause p;

	set(kind, NOW, NOW + 60, "words");
	p = get(&KEY);
	return pause_strike(&p, next);
}

static void
test_strikes(void)
{
	db_fresh();
	is_int(strike(OUTAGE_DOWN, OUTAGE_DOWN), 2, "after one outage comes the second");
	is_int(strike(OUTAGE_DOWN, OUTAGE_DOWN), 3, "then the third");
	is_int(strike(OUTAGE_DOWN, OUTAGE_QUOTA), 1, "a quota answer then is the first");
	is_int(strike(OUTAGE_QUOTA, OUTAGE_QUOTA), 2, "and the next the second");
	ok(success(NOW + 60, true), "a good answer ends the pause");
	is_int(strike(OUTAGE_QUOTA, OUTAGE_QUOTA), 2, "and the row of outages");
}

static void
test_quota(void)
{
	db_fresh();
	set(OUTAGE_QUOTA, NOW, NOW + 600, "the day's quota is spent");
	ok(!success(NOW + 10, false),
	    "an answer that was on its way does not end a pause for the quota");
	is_int(get(&KEY).kind, OUTAGE_QUOTA, "it is still that pause");
	probe_now(NOW + 20);
	is_int(get(&KEY).until, NOW + 600, "nor does SIGHUP or a start hasten it");
	ok(success(NOW + 600, false), "when its time is over a success ends it");
	set(OUTAGE_QUOTA, NOW, NOW + 600, "again");
	ok(success(NOW + 30, true), "so does a probe that succeeds");
}

static void
test_probe(void)
{
	db_fresh();
	ok(!take_probe(NOW), "where nothing is paused nothing is probed");
	set(OUTAGE_CREDENTIALS, NOW, NOW + 3600, "the key was rejected");
	ok(!take_probe(NOW + 3599), "a pause is not probed before its time");
	ok(take_probe(NOW + 3600), "then one process takes the probe");
	ok(!take_probe(NOW + 3600), "and no other");
	is_int(get(&KEY).until, NOW + 3720, "for as long as an answer may take");
	ok(take_probe(NOW + 3720), "a probe that got no answer is taken by the next");
	probe_now(NOW + 3730);
	ok(take_probe(NOW + 3730), "SIGHUP or a start make it due at once");
	ok(success(NOW + 3731, true), "its success ends the pause");
}

int
main(void)
{
	db_directory_make();
	test_down();
	test_strikes();
	test_quota();
	test_probe();
	db_directory_remove();
	return done_testing();
}
