/*
 * err.c - see err.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/err.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Removes the bytes of an incomplete last character. */
static void
cut_on_boundary(char *text)
{
	size_t n = strlen(text), back = 0;

	if (n + 1 < ERR_TEXT_MAX)
		return;
	while (back < 4 && back < n && ((unsigned char)text[n - 1 - back] & 0xc0) == 0x80)
		back++;
	if (back < n && ((unsigned char)text[n - 1 - back] & 0x80) != 0)
		text[n - 1 - back] = '\0';
}

static void __attribute__((format(printf, 2, 0)))
set_text(struct err *e, const char *fmt, va_list ap)
{
	char text[ERR_TEXT_MAX];

	/* The arguments may point into e->text. */
	vsnprintf(text, sizeof text, fmt, ap);
	cut_on_boundary(text);
	memcpy(e->text, text, strlen(text) + 1);
}

bool
err_set(struct err *e, enum fault fault, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set_text(e, fmt, ap);
	va_end(ap);
	e->fault = fault;
	e->outage = OUTAGE_DOWN;
	e->retry_after_s = 0;
	e->no_room = false;
	e->unknown_outcome = false;
	return false;
}

bool
err_outage(struct err *e, enum outage kind, int64_t retry_after_s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	set_text(e, fmt, ap);
	va_end(ap);
	e->fault = FAULT_OUTAGE;
	e->outage = kind;
	e->retry_after_s = retry_after_s;
	e->no_room = false;
	e->unknown_outcome = false;
	return false;
}

bool
err_doubt(struct err *e, const char *fmt, ...)
{
	va_list ap;

	err_clear(e);
	va_start(ap, fmt);
	set_text(e, fmt, ap);
	va_end(ap);
	e->fault = FAULT_DOUBT;
	return false;
}

void
err_prefix(struct err *e, const char *fmt, ...)
{
	char text[2 * ERR_TEXT_MAX];
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, ERR_TEXT_MAX, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	if (n >= ERR_TEXT_MAX)
		n = ERR_TEXT_MAX - 1;
	snprintf(text + n, sizeof text - (size_t)n, ": %s", e->text);
	text[ERR_TEXT_MAX - 1] = '\0';
	cut_on_boundary(text);
	memcpy(e->text, text, strlen(text) + 1);
}

void
err_clear(struct err *e)
{
	*e = (struct err)ERR_NONE;
}

enum exit_status
err_exit_status(const struct err *e)
{
	return e->fault == FAULT_CONFIG ? EXIT_CONFIG_BAD : EXIT_ENVIRONMENT;
}
