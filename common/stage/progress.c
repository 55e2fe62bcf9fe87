/*
 * progress.c - see progress.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "common/base/clock.h"

#define REDRAW_MS 200
#define CLEAR_LINE "\r\x1b[K"

void
progress_show(struct progress *p, const char *fmt, ...)
{
	int64_t now = clock_monotonic_ms();
	va_list ap;

	if (!p->begun)
		*p = (struct progress){ .begun = true, .on = isatty(STDERR_FILENO) == 1 };
	if (!p->on || (p->drawn && now < p->drawn_ms + REDRAW_MS))
		return;
	p->drawn = true;
	p->drawn_ms = now;
	fputs(CLEAR_LINE, stderr);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fflush(stderr);
}

void
progress_clear(struct progress *p)
{
	if (p->drawn)
		fputs(CLEAR_LINE, stderr);
	p->drawn = false;
}
