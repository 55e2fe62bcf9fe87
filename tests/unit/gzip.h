/*
 * gzip.h - gzip files, sound and not, as a server may send them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_TEST_GZIP_H
#define POTPRESS_TEST_GZIP_H

#include "common/base/buf.h"

#include <endian.h>
#include <libdeflate.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define GZIP_WORD "unpacked"
#define GZIP_KEY "your key is 0123456789abcdef0123"
#define GZIP_FILE_MAX 100000 /* bytes, packed */
#define GZIP_HEADER 10 /* bytes, without optional fields */
#define GZIP_TRAILER 8

static inline void
gzip_put(struct buf *file, const char *body, size_t len)
{
	struct libdeflate_compressor *c = libdeflate_alloc_compressor(9);
	char *out = buf_room(file, GZIP_FILE_MAX / 2);

	buf_wrote(file, libdeflate_gzip_compress(c, body, len, out, GZIP_FILE_MAX / 2));
	libdeflate_free_compressor(c);
}

static inline void
gzip_put_word(struct buf *file, size_t n)
{
	(void)n;
	gzip_put(file, GZIP_WORD, strlen(GZIP_WORD));
}

static inline void
gzip_put_key(struct buf *file, size_t n)
{
	(void)n;
	gzip_put(file, GZIP_KEY, strlen(GZIP_KEY));
}

static inline void
gzip_put_twice(struct buf *file, size_t n)
{
	gzip_put_word(file, n);
	gzip_put_word(file, n);
}

/* The first n bytes of one. */
static inline void
gzip_put_cut(struct buf *file, size_t n)
{
	gzip_put_word(file, n);
	file->len = n;
}

/* The n-th byte is wrong. */
static inline void
gzip_put_damaged(struct buf *file, size_t n)
{
	gzip_put_word(file, n);
	file->ptr[n] = (char)~file->ptr[n];
}

static inline void
gzip_put_and_more(struct buf *file, size_t n)
{
	gzip_put_word(file, n);
	buf_putc(file, '\0');
}

/* n zeros. */
static inline void
gzip_put_zeros(struct buf *file, size_t n)
{
	char *zeros = calloc(1, n + 1);

	if (zeros != NULL)
		gzip_put(file, zeros, n);
	free(zeros);
}

static inline void
gzip_tell_size(struct buf *file, size_t n)
{
	uint32_t size = htole32((uint32_t)n);

	memcpy(file->ptr + file->len - sizeof size, &size, sizeof size);
}

/* The file gives n as its unpacked size. */
static inline void
gzip_put_lie(struct buf *file, size_t n)
{
	gzip_put_word(file, n);
	gzip_tell_size(file, n);
}

static inline void
gzip_put_lying_bomb(struct buf *file, size_t n)
{
	gzip_put_zeros(file, 5000000);
	gzip_tell_size(file, n);
}

/* With the optional fields whose bits are set in n (RFC 1952). */
static inline void
gzip_put_fields(struct buf *file, size_t n)
{
	static const char EXTRA[2 + 300] = { 300 - 256, 300 / 256, 'x' };
	auto_buf plain = BUF_INIT(GZIP_FILE_MAX);
	uint16_t sum;

	gzip_put_word(&plain, n);
	buf_put(file, plain.ptr, GZIP_HEADER);
	file->ptr[3] = (char)n;
	if (n & 4)
		buf_put(file, EXTRA, sizeof EXTRA);
	if (n & 8)
		buf_put(file, "report.json", sizeof "report.json");
	if (n & 16)
		buf_put(file, "a comment", sizeof "a comment");
	sum = htole16(libdeflate_crc32(0, file->ptr, file->len) & 0xffff);
	if (n & 2)
		buf_put(file, &sum, sizeof sum);
	buf_put(file, plain.ptr + GZIP_HEADER, plain.len - GZIP_HEADER);
}

/* A file by its name: what of it, and n. "word/0". */
static inline void
gzip_put_named(struct buf *file, const char *name)
{
	static const struct {
		const char *name;
		void (*put)(struct buf *file, size_t n);
	} FILES[] = { { "word/", gzip_put_word }, { "key/", gzip_put_key },
		{ "twice/", gzip_put_twice }, { "cut/", gzip_put_cut },
		{ "damaged/", gzip_put_damaged }, { "and-more/", gzip_put_and_more },
		{ "zeros/", gzip_put_zeros }, { "lie/", gzip_put_lie },
		{ "lying-bomb/", gzip_put_lying_bomb }, { "fields/", gzip_put_fields } };

	for (size_t i = 0; i < sizeof FILES / sizeof FILES[0]; i++)
		if (strncmp(name, FILES[i].name, strlen(FILES[i].name)) == 0)
			FILES[i].put(
			    file, strtoul(name + strlen(FILES[i].name), NULL, 10));
}

/* Whether these bytes are a zlib stream of the text, and nothing else. */
static inline bool
zlib_is(const struct buf *stream, const char *text)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	char out[1000];
	size_t read, len;
	bool same = libdeflate_zlib_decompress_ex(d, stream->ptr, stream->len, out,
			sizeof out, &read, &len) == LIBDEFLATE_SUCCESS &&
		    read == stream->len && len == strlen(text) &&
		    memcmp(out, text, len) == 0;

	libdeflate_free_decompressor(d);
	return same;
}

#endif
