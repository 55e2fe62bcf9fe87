/*
 * clock.c - see clock.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>

static int64_t
real_now(void *ctx)
{
	(void)ctx;
	return (int64_t)time(NULL);
}

static uint32_t
real_draw(void *ctx)
{
	uint32_t bits = 0;

	(void)ctx;
	if (getrandom(&bits, sizeof bits, 0) != (ssize_t)sizeof bits)
		bits = (uint32_t)clock_monotonic_ms() * 2654435761U;
	return bits;
}

static int64_t
real_steady_ms(void *ctx)
{
	struct timespec t;

	(void)ctx;
	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int64_t latest; /* as in struct clock, for this process */

static const struct clock REAL = { real_now, real_draw, NULL, CLOCK_TICK_MS,
	real_steady_ms, false, &latest };

#ifdef POTPRESS_TEST
/* The last complete reading, since the file may be read while it is being written. */
struct file_clock {
	const char *path;
	int64_t last, steady;
};

static void
read_file(struct file_clock *f)
{
	FILE *file = fopen(f->path, "re");
	long long seconds, steady;
	int numbers;

	if (file == NULL)
		return;
	numbers = fscanf(file, "%lld %lld", &seconds, &steady);
	fclose(file);
	if (numbers < 1 || seconds <= 0)
		return;
	f->last = seconds;
	f->steady = numbers == 2 ? steady : seconds;
}

static int64_t
file_now(void *ctx)
{
	struct file_clock *f = ctx;

	read_file(f);
	return f->last;
}

static int64_t
file_steady_ms(void *ctx)
{
	struct file_clock *f = ctx;

	read_file(f);
	return 1000 * f->steady;
}

static struct clock
test_clock(void)
{
	static struct file_clock file;

	file.path = secure_getenv("POTPRESS_CLOCK_FILE");
	if (file.path == NULL)
		return REAL;
	file.last = file.steady = real_now(NULL);
	return (struct clock){ file_now, real_draw, &file, CLOCK_TEST_TICK_MS,
		file_steady_ms, secure_getenv("POTPRESS_CLOCK_SHARED") == NULL, &latest };
}
#endif

struct clock
clock_system(void)
{
#ifdef POTPRESS_TEST
	return test_clock();
#else
	return REAL;
#endif
}

uint32_t
clock_draw(const struct clock *c, uint32_t bound)
{
	return (uint32_t)(((uint64_t)c->draw(c->ctx) * bound) >> 32);
}

int64_t
clock_monotonic_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
