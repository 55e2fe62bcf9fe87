/*
 * canvas.c - see canvas.h. A shape is drawn row by row: what it covers of each pixel is summed over the
 * row's sub-rows, and then inked.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/charts/canvas.h"

#include <stdlib.h>
#include <string.h>

#define SUB_ROWS 4 /* of a pixel */
#define COVER_FULL (SUB_ROWS * CANVAS_UNIT)
#define CROSSINGS_MAX \
	512 /* edges of a shape that one sub-row may cross; more are ignored */

bool
canvas_init(struct canvas *c, int height, struct err *e)
{
	*c = (struct canvas){ .height = height };
	c->pixels = calloc(CANVAS_WIDTH, (size_t)height);
	return c->pixels != NULL || err_set(e, FAULT_FATAL, "out of memory");
}

void
canvas_done(struct canvas *c)
{
	free(c->pixels);
	c->pixels = NULL;
}

/* ---- one pixel, one row */

static int
clamp(int n, int low, int high)
{
	return n < low ? low : n > high ? high : n;
}

static void
ink_pixel(uint8_t *pixel, int strength, uint8_t ink)
{
	int had = *pixel % CANVAS_INKS_MAX, kept = *pixel / CANVAS_INKS_MAX;

	if (ink == INK_NONE) {
		had = had * (CANVAS_STRENGTH_MAX - strength) / CANVAS_STRENGTH_MAX;
	} else {
		kept = strength >= had ? ink : kept;
		had += strength - had * strength / CANVAS_STRENGTH_MAX;
	}
	*pixel = had > 0 ? (uint8_t)(kept * CANVAS_INKS_MAX + had) : 0;
}

static void
ink_row(struct canvas *c, int row, int from, int to, uint8_t ink)
{
	uint8_t *pixels = c->pixels + (size_t)row * CANVAS_WIDTH;

	for (int x = from; x <= to; x++) {
		int strength =
		    (c->cover[x] * CANVAS_STRENGTH_MAX + COVER_FULL / 2) / COVER_FULL;

		if (strength > 0)
			ink_pixel(
			    &pixels[x], clamp(strength, 0, CANVAS_STRENGTH_MAX), ink);
		c->cover[x] = 0;
	}
}

/* Adds what lies between two coordinates of a sub-row to the row's cover. */
static void
cover(struct canvas *c, int from, int to)
{
	from = clamp(from, 0, CANVAS_WIDTH * CANVAS_UNIT);
	to = clamp(to, 0, CANVAS_WIDTH * CANVAS_UNIT);
	while (from < to) {
		int end = (from / CANVAS_UNIT + 1) * CANVAS_UNIT;

		if (end > to)
			end = to;
		c->cover[from / CANVAS_UNIT] += (uint16_t)(end - from);
		from = end;
	}
}

/* The middle of a sub-row. */
static int
middle_of(int row, int sub_row)
{
	return row * CANVAS_UNIT + (2 * sub_row + 1) * CANVAS_UNIT / (2 * SUB_ROWS);
}

/* ---- shapes */

/* The rows and columns of pixels that a shape may touch. */
struct extent {
	int left, right, top, bottom;
};

static struct extent
pixels_of(const struct canvas *c, int left, int right, int top, int bottom)
{
	return (struct extent){ clamp(left / CANVAS_UNIT, 0, CANVAS_WIDTH - 1),
		clamp(right / CANVAS_UNIT, 0, CANVAS_WIDTH - 1),
		clamp(top / CANVAS_UNIT, 0, c->height),
		clamp(bottom / CANVAS_UNIT + 1, 0, c->height) };
}

static struct extent
extent_of(const struct canvas *c, const struct point *p, size_t count)
{
	struct point least = p[0], most = p[0];

	for (size_t i = 1; i < count; i++) {
		least.x = p[i].x < least.x ? p[i].x : least.x;
		least.y = p[i].y < least.y ? p[i].y : least.y;
		most.x = p[i].x > most.x ? p[i].x : most.x;
		most.y = p[i].y > most.y ? p[i].y : most.y;
	}
	return pixels_of(c, least.x, most.x, least.y, most.y);
}

static int
by_number(const void *a, const void *b)
{
	const int *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

/* Where the edges of the shape cross y, from left to right. */
static size_t
crossings(const struct point *p, size_t count, int y, int out[CROSSINGS_MAX])
{
	size_t n = 0;

	for (size_t i = 0, j = count - 1; i < count; j = i++)
		if ((p[i].y <= y) != (p[j].y <= y) && n < CROSSINGS_MAX)
			out[n++] =
			    p[i].x + (y - p[i].y) * (p[j].x - p[i].x) / (p[j].y - p[i].y);
	qsort(out, n, sizeof out[0], by_number);
	return n;
}

void
canvas_fill(struct canvas *c, const struct point *points, size_t count, uint8_t ink)
{
	struct extent at = extent_of(c, points, count);
	int cuts[CROSSINGS_MAX];

	for (int row = at.top; row < at.bottom; row++) {
		for (int s = 0; s < SUB_ROWS; s++) {
			size_t n = crossings(points, count, middle_of(row, s), cuts);

			for (size_t k = 0; k + 1 < n; k += 2)
				cover(c, cuts[k], cuts[k + 1]);
		}
		ink_row(c, row, at.left, at.right, ink);
	}
}

/* The whole part of a square root, bit by bit. */
static int
root_of(int64_t square)
{
	int64_t root = 0;

	for (int64_t bit = INT64_C(1) << 20; bit > 0; bit >>= 1)
		if ((root + bit) * (root + bit) <= square)
			root += bit;
	return (int)root;
}

void
canvas_disc(struct canvas *c, struct point middle, int radius, uint8_t ink)
{
	struct extent at = pixels_of(c, middle.x - radius, middle.x + radius,
	    middle.y - radius, middle.y + radius);

	for (int row = at.top; row < at.bottom; row++) {
		for (int s = 0; s < SUB_ROWS; s++) {
			int64_t dy = middle_of(row, s) - middle.y;
			int half = dy * dy < (int64_t)radius * radius
				       ? root_of((int64_t)radius * radius - dy * dy)
				       : 0;

			cover(c, middle.x - half, middle.x + half);
		}
		ink_row(c, row, at.left, at.right, ink);
	}
}

void
canvas_line(struct canvas *c, struct point from, struct point to, int width, uint8_t ink)
{
	int dx = to.x - from.x, dy = to.y - from.y;
	int length = root_of((int64_t)dx * dx + (int64_t)dy * dy);
	struct point corners[4];
	int16_t nx, ny;

	if (length == 0)
		return;
	nx = (int16_t)(-dy * width / (2 * length));
	ny = (int16_t)(dx * width / (2 * length));
	corners[0] = (struct point){ (int16_t)(from.x + nx), (int16_t)(from.y + ny) };
	corners[1] = (struct point){ (int16_t)(to.x + nx), (int16_t)(to.y + ny) };
	corners[2] = (struct point){ (int16_t)(to.x - nx), (int16_t)(to.y - ny) };
	corners[3] = (struct point){ (int16_t)(from.x - nx), (int16_t)(from.y - ny) };
	canvas_fill(c, corners, 4, ink);
}

void
canvas_box(struct canvas *c, const struct box *box, uint8_t ink)
{
	int left = clamp(box->x, 0, CANVAS_WIDTH),
	    right = clamp(box->x + box->width, 0, CANVAS_WIDTH);
	uint8_t pixel =
	    ink == INK_NONE ? 0 : (uint8_t)(ink * CANVAS_INKS_MAX + CANVAS_STRENGTH_MAX);

	for (int y = clamp(box->y, 0, c->height);
	     y < clamp(box->y + box->height, 0, c->height) && left < right; y++)
		memset(c->pixels + (size_t)y * CANVAS_WIDTH + left, pixel,
		    (size_t)(right - left));
}
