/*
 * progress.h - a line on the terminal that shows the progress of a long task.
 *
 * Written to stderr, over itself, and only if that is a terminal.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STAGE_PROGRESS_H
#define POTPRESS_STAGE_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

struct progress {
	bool begun, on;
	bool drawn; /* the line is shown */
	int64_t drawn_ms; /* since, clock_monotonic_ms */
};

/* Writes the line, at most a few times a second. */
void progress_show(struct progress *p, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Removes it, before something else is printed and at the end. */
void progress_clear(struct progress *p);

#endif
