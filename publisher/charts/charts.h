/*
 * charts.h - the pictures of a digest: bars of its hours or days, and a map of the world.
 *
 * Only numbers are drawn, no words, so one picture serves every language; legend and alternative text
 * are beside it. The same numbers give the same bytes. Colours differ in lightness and for colour-blind
 * readers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_CHARTS_CHARTS_H
#define POTPRESS_CHARTS_CHARTS_H

#include "common/base/buf.h"
#include "common/base/err.h"

#define CHART_WIDTH 1200 /* pixels */
#define CHART_BYTES_MAX 60000 /* of a picture */
#define CHART_BARS_MAX 62
#define CHART_PARTS_MAX 6 /* of a bar; the last one is what is left, in grey */
#define CHART_VALUE_MAX \
	INT64_C(1000000000000) /* of a part or a country; more is drawn as this */

/* An hour or a day. */
struct chart_bar {
	int label; /* the number under it: 0 to 31 */
	bool unknown; /* not counted: drawn as a grey stripe, unlike 0 */
	int64_t parts[CHART_PARTS_MAX]; /* from the bottom to the top */
};
/* Appends a PNG picture to a buffer with room for CHART_BYTES_MAX. */
bool chart_bars(
    const struct chart_bar *bars, size_t count, struct buf *png, struct err *e);

struct chart_country {
	char code[3]; /* ISO 3166, in capitals */
	int64_t count; /* above 0 */
};
/* Countries that are not on the map are not drawn. */
bool chart_map(
    const struct chart_country *rows, size_t count, struct buf *png, struct err *e);

/* The height of such a picture in pixels; 0: it is not one. */
int chart_height(const char *png, size_t len);

/* The colour of a part of the bars in HTML: "#0b5394". */
const char *chart_part_colour(size_t part);

#define CHART_STEPS 5
/* The map's legend: a country is drawn in the colour of the highest step whose `from` it reaches. */
struct chart_step {
	int64_t from; /* the lowest one is 1; steps of the same number are one */
	const char *colour;
};
void chart_map_steps(
    const struct chart_country *rows, size_t count, struct chart_step out[CHART_STEPS]);

#endif
