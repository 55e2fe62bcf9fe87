/*
 * world.h - the shapes of the world's countries, in the coordinates of canvas.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_CHARTS_WORLD_H
#define POTPRESS_CHARTS_WORLD_H

#include "publisher/charts/canvas.h"

/* Pixels. */
extern const int world_height;

/* A coast or border of a country, the largest first; the last one has no points. */
struct world_ring {
	char code[3]; /* ISO 3166 */
	const struct point *points;
	size_t count;
};
extern const struct world_ring world_rings[];

/* A country too small for its shape; the last one has the code "". */
struct world_dot {
	char code[3];
	struct point at;
};
extern const struct world_dot world_dots[];

#endif
