/*
 * canvas.h - draws shapes with smooth edges on a white picture.
 *
 * Every pixel has one ink and its strength over white, so a picture is its own palette. All arithmetic is
 * done in whole numbers: the same shapes give the same pixels on every machine.
 *
 * Coordinates are sixteenths of a pixel, from the upper left corner.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_CHARTS_CANVAS_H
#define POTPRESS_CHARTS_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/err.h"
#include "publisher/charts/charts.h"

#define CANVAS_WIDTH CHART_WIDTH
#define CANVAS_UNIT 16 /* coordinates per pixel */
#define CANVAS_STRENGTH_MAX 15
#define CANVAS_INKS_MAX 16

struct point {
	int16_t x, y;
};

/* Inks are numbers from 1 on, listed by the code that draws. This one erases. */
#define INK_NONE 0

struct canvas {
	uint8_t *pixels; /* owned: ink * 16 + strength; row by row */
	int height;
	uint16_t cover[CANVAS_WIDTH + 1]; /* of the row that is being drawn */
};

/* A white picture. Release with canvas_done. */
bool canvas_init(struct canvas *c, int height, struct err *e);
void canvas_done(struct canvas *c);

/* What lies outside of the picture is not drawn. */
void canvas_fill(struct canvas *c, const struct point *points, size_t count, uint8_t ink);
void canvas_disc(struct canvas *c, struct point middle, int radius, uint8_t ink);
/* With square ends. */
void canvas_line(
    struct canvas *c, struct point from, struct point to, int width, uint8_t ink);
/* In whole pixels, so that its edges are sharp. */
struct box {
	int x, y, width, height;
};
void canvas_box(struct canvas *c, const struct box *box, uint8_t ink);

/* A number with its thousands separated, as strokes. x: its left end, middle or right end; y: its
 * middle. */
struct number_style {
	int height, stroke;
	uint8_t ink;
	enum { NUMBER_LEFT, NUMBER_MIDDLE, NUMBER_RIGHT } align;
};
void canvas_number(
    struct canvas *c, struct point at, int64_t number, const struct number_style *style);
/* Its width in coordinates. */
int canvas_number_width(int64_t number, int height);

#endif
