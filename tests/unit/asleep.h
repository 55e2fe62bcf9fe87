/*
 * asleep.h - lets the machine sleep, as far as this process can tell: CLOCK_BOOTTIME goes ahead,
 * CLOCK_MONOTONIC does not. A time namespace does it, whose clock of that name is ahead.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_TESTS_ASLEEP_H
#define POTPRESS_TESTS_ASLEEP_H

#include <fcntl.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef CLONE_NEWTIME
#define CLONE_NEWTIME 0x00000080
#endif

static inline bool
asleep_set_ahead(int seconds)
{
	FILE *offsets = fopen("/proc/self/timens_offsets", "we");
	bool ok = offsets != NULL && fprintf(offsets, "boottime %d 0\n", seconds) > 0;

	return (offsets == NULL || fclose(offsets) == 0) && ok;
}

#define ASLEEP_NEEDS \
	"the machine sleeps, by a time namespace (Linux 5.6; root or user namespaces)"
/* Once per process. False: what ASLEEP_NEEDS names is missing. */
static inline bool
asleep_for(int seconds)
{
	int ns = -1;
	bool ok = (unshare(CLONE_NEWTIME) == 0 ||
		      unshare(CLONE_NEWUSER | CLONE_NEWTIME) == 0) &&
		  asleep_set_ahead(seconds);

	if (ok)
		ns = open("/proc/self/ns/time_for_children", O_RDONLY | O_CLOEXEC);
	ok = ns >= 0 && setns(ns, CLONE_NEWTIME) == 0;
	if (ns >= 0)
		close(ns);
	return ok;
}

#endif
