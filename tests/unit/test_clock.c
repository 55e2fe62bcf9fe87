/*
 * test_clock.c - the system's clock, a clock in a file, and dice.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/clock.h"

#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "tests/unit/asleep.h"
#include "tests/unit/tap.h"

#define THROWS 6000
#define INSTANT 1795151167

static uint32_t
loaded_draw(void *ctx)
{
	const uint32_t *bits = ctx;

	return *bits;
}

static int64_t
told_now(void *ctx)
{
	(void)ctx;
	return INSTANT;
}

static uint32_t
draw(uint32_t bits, uint32_t bound)
{
	struct clock c = { told_now, loaded_draw, &bits, 1, NULL, false, NULL };

	return clock_draw(&c, bound);
}

static void
test_own_clock(void)
{
	uint32_t bits = 0;
	struct clock c = { told_now, loaded_draw, &bits, 1, NULL, false, NULL };

	is_int(clock_now(&c), INSTANT, "a clock of one's own tells what it is told");
	is_int(draw(0, 6), 0, "the lowest throw is 0");
	is_int(draw(UINT32_MAX, 6), 5, "the highest is one below the bound");
	is_int(draw(UINT32_MAX / 2, 6), 2, "half of the bits is half of the way");
	is_int(draw(UINT32_MAX / 2 + 1, 6), 3, "on either side");
	is_int(draw(UINT32_MAX, 1), 0, "a bound of one leaves no choice");
	is_int(draw(UINT32_MAX, UINT32_MAX), UINT32_MAX - 1, "the largest bound");
}

static int64_t
stepping_now(void *ctx)
{
	return *(const int64_t *)ctx;
}

static void
test_set_back(void)
{
	int64_t now = INSTANT, latest = 0;
	const struct clock c = { .now = stepping_now, .ctx = &now, .latest = &latest };

	clock_now(&c);
	is_int(clock_set_back_s(&c, clock_now(&c)), 0, "a clock that stands");
	now += 60;
	is_int(clock_set_back_s(&c, clock_now(&c)), 0, "one that goes on");
	now += 3600;
	clock_now(&c);
	now -= 3600;
	is_int(
	    clock_set_back_s(&c, clock_now(&c)), 3600, "one that was ahead for a moment");
	is_int(clock_set_back_s(&c, clock_now(&c)), 0, "that is told once");
}

static void
test_system_time(void)
{
	struct clock c;
	int64_t before, now;

	unsetenv("POTPRESS_CLOCK_FILE");
	c = clock_system();
	before = (int64_t)time(NULL);
	now = clock_now(&c);
	ok(now >= before && now <= before + 5, "the system's clock tells unix seconds");
	is_int(c.tick_ms, CLOCK_TICK_MS, "and is read again every few seconds");
}

static void
test_system_dice(void)
{
	struct clock c = clock_system();
	int seen[6] = { 0 };
	bool fair = true;

	for (int i = 0; i < THROWS; i++) {
		uint32_t side = clock_draw(&c, 6);

		if (side < 6)
			seen[side]++;
		fair = fair && side < 6;
	}
	ok(fair, "no throw leaves the bounds");
	/* 1000 expected; 700 is more than ten standard deviations away. */
	for (int i = 0; i < 6; i++)
		fair = fair && seen[i] > 700 && seen[i] < 1300;
	ok(fair, "each side comes up about as often");
	ok(c.draw(c.ctx) != c.draw(c.ctx) || c.draw(c.ctx) != c.draw(c.ctx),
	    "throws of 32 bits differ");
}

static void
test_monotonic(void)
{
	struct timespec ten_ms = { .tv_nsec = 10000000 };
	int64_t first = clock_monotonic_ms(), last = first, passed;
	bool forward = true;

	for (int i = 0; i < 1000; i++) {
		int64_t now = clock_monotonic_ms();

		forward = forward && now >= last;
		last = now;
	}
	ok(forward, "milliseconds never go back");
	first = clock_monotonic_ms();
	nanosleep(&ten_ms, NULL);
	passed = clock_monotonic_ms() - first;
	ok(passed >= 9 && passed < 5000, "and are milliseconds");
}

/* ---- the clock in a file, of test builds */

static bool
put_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");
	bool put;

	if (file == NULL)
		return false;
	put = fputs(text, file) >= 0;
	return fclose(file) == 0 && put;
}

static void
check_file(const struct clock *c, const char *path, const char *text, int64_t want,
    const char *words)
{
	put_file(path, text);
	is_int(clock_now(c), want, words);
}

static void
test_steady(void)
{
	struct clock c = clock_system();
	int64_t start = clock_steady_ms(&c);

	ok(start > 0 && clock_steady_ms(&c) >= start,
	    "the steady clock does not go back");
}

static void
test_file(void)
{
	char path[] = "/tmp/potpress-clock-XXXXXX";
	int fd = mkstemp(path);
	struct clock c;

	if (!ok(fd >= 0, "a file of our own"))
		return;
	close(fd);
	setenv("POTPRESS_CLOCK_FILE", path, 1);
	c = clock_system();
	ok(clock_now(&c) >= (int64_t)time(NULL) - 5,
	    "an empty file leaves the time of the start");
	check_file(&c, path, "1795151167\n", INSTANT,
	    "a clock in a file tells what is written there");
	check_file(&c, path, "1795151168", INSTANT + 1, "each time anew");
	check_file(&c, path, "1000000000", 1000000000, "also backwards");
	is_int(clock_steady_ms(&c), INT64_C(1000000000000), "the steady one follows it");
	check_file(&c, path, "1000000000 77", 1000000000, "unless there are two");
	is_int(clock_steady_ms(&c), 77000, "of which the second is the steady one");
	check_file(&c, path, "", 1000000000,
	    "while it is being written the last instant counts");
	check_file(&c, path, "soon", 1000000000, "also when it is not a number");
	is_int(c.tick_ms, CLOCK_TEST_TICK_MS, "it is read again soon");
	unlink(path);
	is_int(clock_now(&c), 1000000000, "without the file the last instant counts");
	unsetenv("POTPRESS_CLOCK_FILE");
}

/* Last: this process stays in that time. */
static void
test_sleep_of_the_machine(void)
{
	struct clock c = clock_system();
	int64_t steady = clock_steady_ms(&c), monotonic = clock_monotonic_ms();

	if (!ok(asleep_for(1000), ASLEEP_NEEDS))
		return;
	ok(clock_steady_ms(&c) >= steady + 1000000,
	    "the steady clock goes on while the machine sleeps");
	ok(clock_monotonic_ms() >= monotonic + 1000000, "and so does what measures");
}

int
main(void)
{
	test_own_clock();
	test_set_back();
	test_system_time();
	test_system_dice();
	test_monotonic();
	test_steady();
	test_file();
	test_sleep_of_the_machine();
	return done_testing();
}
