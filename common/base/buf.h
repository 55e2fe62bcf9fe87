/*
 * buf.h - a growing byte buffer with a limit that cannot be forgotten.
 *
 * The first append that passes the limit or finds no memory sets `failed`, drops its bytes, and all
 * later appends do nothing. Where that can happen, ask buf_ok() once at the end. buf_text() of a failed
 * buffer aborts the program, since an incomplete path, address or marker would mean something else. For
 * sentences that may be cut, BUF_CUT() makes a buffer that never fails. The bytes are always followed
 * by a NUL, which is not counted. Release with buf_done or auto_buf.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_BASE_BUF_H
#define POTPRESS_BASE_BUF_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct buf {
	char *ptr; /* NULL until the first byte */
	size_t len, cap, max;
	bool failed;
	bool cuts; /* keeps what fits, on a character boundary, instead of failing */
};

#define BUF_INIT(limit)        \
	{                      \
		.max = (limit) \
	}
#define BUF_CUT(limit)                       \
	{                                    \
		.max = (limit), .cuts = true \
	}
#define auto_buf __attribute__((cleanup(buf_done))) struct buf

/* Append; text is NUL-terminated. */
void buf_put(struct buf *b, const void *bytes, size_t len);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));
/* Where the caller may write up to `len` bytes; NULL: the append fails. After that comes buf_wrote with
 * their number, or buf_reset, or buf_done. */
char *buf_room(struct buf *b, size_t len);
void buf_wrote(struct buf *b, size_t len);
/* Empties it, keeps the memory and forgets the failure. */
void buf_reset(struct buf *b);
/* Frees the memory. */
void buf_done(struct buf *b);
/* Appends the bytes of `other`; if that has failed, b fails too. */
void buf_add(struct buf *b, const struct buf *other);
/* The text so far, "" when empty, never NULL; valid until the next append. Aborts if it failed. */
const char *buf_text(const struct buf *b);
static inline bool
buf_ok(const struct buf *b)
{
	return !b->failed;
}
/* Hands the bytes to the caller (free with free()); NULL if it failed. The buf is empty after. */
char *buf_take(struct buf *b);

/* printf into an array, for short texts of known length; nothing is allocated. Aborts if the text does
 * not fit. Returns the array. */
#define BUF_FIXED(array, ...) buf_fixed(array, sizeof(array), __VA_ARGS__)
const char *buf_fixed(char *out, size_t size, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* For plain malloc'ed pointers: auto_free char *p = ...; */
void buf_free_pointer(void *p);
#define auto_free __attribute__((cleanup(buf_free_pointer)))

#endif
