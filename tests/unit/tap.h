/*
 * tap.h - the smallest test library: each check prints a line of TAP for prove(1).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_TAP_H
#define POTPRESS_TAP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static int tap_count, tap_failed;

/* One named behaviour, in words. Returns whether it held. */
static inline bool
tap_ok(bool held, const char *words, const char *file, int line)
{
	printf("%sok %d - %s\n", held ? "" : "not ", ++tap_count, words);
	if (!held) {
		tap_failed++;
		printf("# at %s:%d\n", file, line);
	}
	fflush(stdout);
	return held;
}

static inline bool
tap_text(const char *got, const char *want, const char *words, const char *file, int line)
{
	bool same = got != NULL && want != NULL ? strcmp(got, want) == 0 : got == want;

	if (!tap_ok(same, words, file, line))
		printf("#   got: %s\n#  want: %s\n", got != NULL ? got : "(null)",
		    want != NULL ? want : "(null)");
	return same;
}

static inline bool
tap_int(int64_t got, int64_t want, const char *words, const char *file, int line)
{
	if (!tap_ok(got == want, words, file, line))
		printf("#   got: %lld\n#  want: %lld\n", (long long)got, (long long)want);
	return got == want;
}

#define ok(held, words) tap_ok(held, words, __FILE__, __LINE__)
#define is_text(got, want, words) tap_text(got, want, words, __FILE__, __LINE__)
#define is_int(got, want, words) tap_int(got, want, words, __FILE__, __LINE__)

/* The plan, and the exit status of main. */
static inline int
done_testing(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed != 0;
}

#endif
