/*
 * buf.c - see buf.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 256

/* Room for `more` bytes and the NUL. */
static bool
reserve(struct buf *b, size_t more)
{
	size_t cap = b->cap > 0 ? b->cap : FIRST_CAPACITY;
	char *ptr;

	if (b->failed || more > b->max || b->len > b->max - more) {
		b->failed = true;
		return false;
	}
	if (b->len + more + 1 <= b->cap)
		return true;
	while (cap < b->len + more + 1)
		cap *= 2;
	ptr = realloc(b->ptr, cap);
	if (ptr == NULL) {
		b->failed = true;
		return false;
	}
	b->ptr = ptr;
	b->cap = cap;
	return true;
}

void
buf_put(struct buf *b, const void *bytes, size_t len)
{
	if (!reserve(b, len))
		return;
	if (len > 0)
		memcpy(b->ptr + b->len, bytes, len);
	b->len += len;
	b->ptr[b->len] = '\0';
}

void
buf_puts(struct buf *b, const char *text)
{
	buf_put(b, text, strlen(text));
}

void
buf_putc(struct buf *b, char c)
{
	buf_put(b, &c, 1);
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n < 0)
		b->failed = true;
	else if (reserve(b, (size_t)n)) {
		vsnprintf(b->ptr + b->len, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void
buf_reset(struct buf *b)
{
	b->len = 0;
	b->failed = false;
	if (b->ptr != NULL)
		b->ptr[0] = '\0';
}

void
buf_done(struct buf *b)
{
	free(b->ptr);
	*b = (struct buf){ .max = b->max };
}

const char *
buf_text(const struct buf *b)
{
	return b->ptr != NULL ? b->ptr : "";
}

char *
buf_take(struct buf *b)
{
	char *ptr;

	if (!b->failed)
		reserve(b, 0);
	if (b->failed) {
		buf_done(b);
		return NULL;
	}
	ptr = b->ptr;
	ptr[b->len] = '\0';
	*b = (struct buf){ .max = b->max };
	return ptr;
}

void
buf_free_pointer(void *p)
{
	void **pointer = p;

	free(*pointer);
	*pointer = NULL;
}
