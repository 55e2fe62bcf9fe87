/*
 * test_services.c - a stage that speaks to two services: each is paused and probed by itself.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>

#include "common/stage/internal.h"
#include "tests/unit/with_db.h"

#define NOW 1764000000

static struct stage stage;
static struct service *const first = &stage.services[0], *const second =
							     &stage.services[1];

static int64_t
clock_says(void *ctx)
{
	(void)ctx;
	return NOW;
}

static uint32_t
half(void *ctx)
{
	(void)ctx;
	return UINT32_MAX / 2;
}

/* A stage with two services and two rows, each claimed for another of them. */
static void
fresh(struct job jobs[2])
{
	struct err e = ERR_NONE;

	db_fresh();
	stage = (struct stage){ .name = "enricher",
		.clock = { clock_says, half, NULL, 20, NULL },
		.db = db,
		.lock_fd = -1 };
	stage.log = (struct log){ .stage = "enricher",
		.clock = &stage.clock,
		.fd = open("/dev/null", O_WRONLY | O_CLOEXEC) };
	stage_add_service(&stage, "virustotal", "main", NULL);
	stage_add_service(&stage, "oracle", "guest", NULL);
	queue_init(&stage.queue, &stage.db, &queue_lookup, "enricher");
	stage.queue.provider = "virustotal";
	sql("INSERT INTO lookup (id, value) VALUES (1, 'a'), (2, 'b')");
	if (queue_claim(&stage.queue, NOW, jobs, 2, &e) != 2)
		die(e.text);
}

static void
release(void)
{
	close(stage.log.fd);
	db_close(&stage.db);
	db = (struct db){ .handle = NULL };
}

static int
turn(struct service *service, int64_t now)
{
	struct err e = ERR_NONE;
	struct turn t;

	if (!stage_turn(&stage, service, now, true, &t, &e))
		die(e.text);
	return (int)t.what;
}

static void
settle(struct service *service, const struct job *job, enum fault fault)
{
	struct err why = ERR_NONE, e = ERR_NONE;
	struct settlement s = {
		.service = service, .e = &why, .what = "row", .took_ms = -1
	};

	if (fault == FAULT_OUTAGE)
		err_outage(&why, OUTAGE_DOWN, 0, "%s: out", service->name);
	if (!stage_settle(&stage, job, &s, &e))
		die(e.text);
}

static void
test_each_by_itself(void)
{
	struct job jobs[2];
	int64_t end;

	fresh(jobs);
	settle(second, &jobs[1], FAULT_OUTAGE);
	is_int(turn(first, NOW), TURN_ROWS,
	    "when one service is down the other is asked on");
	is_int(turn(second, NOW), TURN_WAIT, "while that one waits");
	is_text(words("SELECT service || ' ' || account || ': ' || why FROM pause"),
	    "oracle guest: oracle: out", "under its own name and account");
	settle(first, &jobs[0], FAULT_NONE);
	is_int(number("SELECT count(*) FROM pause"), 1,
	    "the other's success does not end the pause");
	end = number("SELECT until FROM pause");
	is_int(turn(second, end), TURN_PROBE, "when its time is over it is probed");
	ok(turn(first, end) == TURN_ROWS && !first->probing, "and the other is not");
	release();
}

static void
test_probed_at_once(void)
{
	struct job jobs[2];
	struct err e = ERR_NONE;

	fresh(jobs);
	settle(first, &jobs[0], FAULT_OUTAGE);
	settle(second, &jobs[1], FAULT_OUTAGE);
	ok(stage_probe_now(&stage, NOW, &e), "a person wants both tried now");
	ok(turn(first, NOW) == TURN_PROBE && turn(second, NOW) == TURN_PROBE,
	    "both are probed");
	release();
}

static void
test_another_account(void)
{
	struct job jobs[2];

	fresh(jobs);
	*second = (struct service){
		.stage = "enricher", .name = "virustotal", .account = "other"
	};
	settle(second, &jobs[1], FAULT_OUTAGE);
	is_int(turn(first, NOW), TURN_ROWS,
	    "another account of a service is one of its own");
	release();
}

int
main(void)
{
	db_directory_make();
	test_each_by_itself();
	test_probed_at_once();
	test_another_account();
	db_directory_remove();
	return done_testing();
}
