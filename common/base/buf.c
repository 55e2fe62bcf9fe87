/*
 * buf.c - see buf.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/buf.h"

#include <assert.h>
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
		b->failed = !b->cuts;
		return false;
	}
	if (b->len + more + 1 <= b->cap)
		return true;
	while (cap < b->len + more + 1)
		cap *= 2;
	ptr = realloc(b->ptr, cap);
	if (ptr == NULL) {
		b->failed = !b->cuts;
		return false;
	}
	b->ptr = ptr;
	b->cap = cap;
	return true;
}

/* Number of the bytes that still fit, cut at a character boundary. */
static size_t
fitting(const struct buf *b, const char *bytes, size_t len)
{
	size_t fits = b->max - b->len;

	if (len <= fits)
		return len;
	while (fits > 0 && ((unsigned char)bytes[fits] & 0xc0) == 0x80)
		fits--;
	return fits;
}

char *
buf_room(struct buf *b, size_t len)
{
	return reserve(b, len) ? b->ptr + b->len : NULL;
}

void
buf_wrote(struct buf *b, size_t len)
{
	b->len += len;
	b->ptr[b->len] = '\0';
}

void
buf_put(struct buf *b, const void *bytes, size_t len)
{
	if (b->cuts)
		len = fitting(b, bytes, len);
	if (!reserve(b, len))
		return;
	if (len > 0)
		memcpy(b->ptr + b->len, bytes, len);
	buf_wrote(b, len);
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
	auto_free char *text = NULL;
	int n = vasprintf(&text, fmt, ap);

	if (n < 0) {
		text = NULL;
		b->failed = !b->cuts;
		return;
	}
	buf_put(b, text, (size_t)n);
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
	*b = (struct buf){ .max = b->max, .cuts = b->cuts };
}

void
buf_add(struct buf *b, const struct buf *other)
{
	if (other->failed)
		b->failed = !b->cuts;
	else
		buf_put(b, other->ptr, other->len);
}

const char *
buf_text(const struct buf *b)
{
	assert(!b->failed);
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
	*b = (struct buf){ .max = b->max, .cuts = b->cuts };
	return ptr;
}

const char *
buf_fixed(char *out, size_t size, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(out, size, fmt, ap);
	va_end(ap);
	assert(n >= 0 && (size_t)n < size);
	return out;
}

void
buf_free_pointer(void *p)
{
	void **pointer = p;

	free(*pointer);
	*pointer = NULL;
}
