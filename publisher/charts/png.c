/*
 * png.c - see png.h. One byte a pixel with a palette of 256 colours (https://www.w3.org/TR/png-3/).
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/charts/png.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

#define COLOURS (CANVAS_INKS_MAX * (CANVAS_STRENGTH_MAX + 1))
#define DEPTH 8 /* bits of a pixel */
#define INDEXED 3 /* kind of colours: a palette */
#define CHUNK_NAME 4
#define LEVEL 9 /* of compression; higher ones need much memory */

static void
number(uint8_t out[4], uint32_t n)
{
	for (int i = 0; i < 4; i++)
		out[i] = (uint8_t)(n >> (24 - 8 * i));
}

static void
chunk(struct buf *out, const char *name, const void *bytes, size_t len)
{
	uint8_t count[4], check[4];
	uint32_t crc = libdeflate_crc32(0, name, CHUNK_NAME);

	number(count, (uint32_t)len);
	number(check, libdeflate_crc32(crc, bytes, len));
	buf_put(out, count, sizeof count);
	buf_put(out, name, CHUNK_NAME);
	buf_put(out, bytes, len);
	buf_put(out, check, sizeof check);
}

static void
put_header(struct buf *out, int height)
{
	uint8_t header[13] = { [8] = DEPTH, [9] = INDEXED };

	number(header, CANVAS_WIDTH);
	number(header + 4, (uint32_t)height);
	chunk(out, "IHDR", header, sizeof header);
}

/* A part of a colour at this strength over white. */
static uint8_t
blend(long colour, int shift, int strength)
{
	int part = (int)(colour >> shift & 0xff);

	return (uint8_t)(0xff - (0xff - part) * strength / CANVAS_STRENGTH_MAX);
}

/* In the header, after the file's first eight bytes, the chunk's length, its name, and the width. */
#define HEIGHT_AT 20

int
chart_height(const char *png, size_t len)
{
	const uint8_t *p = (const uint8_t *)png + HEIGHT_AT;

	return len < HEIGHT_AT + 4 ? 0 : p[2] << 8 | p[3];
}

static void
put_palette(struct buf *out, const struct palette *p)
{
	uint8_t colours[COLOURS * 3];

	for (int i = 0; i < COLOURS; i++) {
		const char *ink = p->inks[i / CANVAS_INKS_MAX];
		long colour = ink != NULL ? strtol(ink + 1, NULL, 16) : 0xffffff;

		for (int part = 0; part < 3; part++)
			colours[i * 3 + part] =
			    blend(colour, 16 - 8 * part, i % CANVAS_INKS_MAX);
	}
	chunk(out, "PLTE", colours, sizeof colours);
}

/* The rows, each after the number of its filter: none. The caller frees. */
static uint8_t *
rows_of(const struct canvas *c, size_t *len)
{
	size_t row = 1 + CANVAS_WIDTH, height = (size_t)c->height;
	uint8_t *rows = calloc(row, height);

	for (size_t y = 0; rows != NULL && y < height; y++)
		memcpy(rows + y * row + 1, c->pixels + y * CANVAS_WIDTH, CANVAS_WIDTH);
	*len = row * height;
	return rows;
}

static bool
put_packed(struct buf *out, const uint8_t *rows, size_t len)
{
	struct libdeflate_compressor *packer = libdeflate_alloc_compressor(LEVEL);
	size_t room = libdeflate_zlib_compress_bound(packer, len), packed_len = 0;
	uint8_t *packed = malloc(room);

	if (packer != NULL && packed != NULL)
		packed_len = libdeflate_zlib_compress(packer, rows, len, packed, room);
	if (packed_len > 0)
		chunk(out, "IDAT", packed, packed_len);
	free(packed);
	libdeflate_free_compressor(packer);
	return packed_len > 0;
}

static bool
put_pixels(struct buf *out, const struct canvas *c)
{
	size_t len;
	uint8_t *rows = rows_of(c, &len);
	bool ok = rows != NULL && put_packed(out, rows, len);

	free(rows);
	return ok;
}

bool
png_write(const struct canvas *c, const struct palette *p, struct buf *out, struct err *e)
{
	buf_put(out, "\x89PNG\r\n\x1a\n", 8);
	put_header(out, c->height);
	put_palette(out, p);
	if (!put_pixels(out, c))
		return err_set(e, FAULT_FATAL, "out of memory");
	chunk(out, "IEND", "", 0);
	return buf_ok(out) || err_set(e, FAULT_REJECT, "a picture is too large");
}
