/*
 * map.c - see charts.h: the world, each country in the step of its number.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/charts/charts.h"
#include "publisher/charts/png.h"
#include "publisher/charts/world.h"

#define BORDER (3 * CANVAS_UNIT / 2)
#define DOT_RADIUS (7 * CANVAS_UNIT)
#define DOT_EDGE (2 * CANVAS_UNIT)

enum { INK_LAND = 1, INK_STEP_1 };

static const struct palette COLOURS = { .inks = {
					    [INK_LAND] = "#e9edf1",
					    [INK_STEP_1] = "#c3ddf0",
					    "#8dbde0",
					    "#4a94c8",
					    "#1f66a3",
					    "#0b355c",
					} };

/* ---- steps */

/* A decade has two steps: 1, 3, 10, 30 ... */
static int64_t
step_below(int64_t step)
{
	bool is_three = false;

	for (int64_t three = 3; three <= step && !is_three; three *= 10)
		is_three = three == step;
	return step == 1 ? 1 : is_three ? step / 3 : step * 3 / 10;
}

static int64_t
highest_step(const struct chart_country *rows, size_t count)
{
	int64_t most = 1, step = 1;

	for (size_t i = 0; i < count; i++)
		if (rows[i].count > most)
			most = rows[i].count;
	if (most > CHART_VALUE_MAX)
		most = CHART_VALUE_MAX;
	while (step * 10 <= most)
		step *= 10;
	return step * 3 <= most ? step * 3 : step;
}

void
chart_map_steps(
    const struct chart_country *rows, size_t count, struct chart_step out[CHART_STEPS])
{
	int64_t from = highest_step(rows, count);

	for (int i = CHART_STEPS - 1; i >= 0; i--) {
		out[i] =
		    (struct chart_step){ i > 0 ? from : 1, COLOURS.inks[INK_STEP_1 + i] };
		from = step_below(from);
	}
}

/* ---- the map */

struct map {
	struct canvas canvas;
	const struct chart_country *rows;
	size_t count;
	struct chart_step steps[CHART_STEPS];
};

/* INK_NONE: not among the rows. */
static uint8_t
ink_of(const struct map *m, const char *code)
{
	for (size_t i = 0; i < m->count; i++) {
		int step = CHART_STEPS - 1;

		if (strcmp(m->rows[i].code, code) != 0)
			continue;
		while (step > 0 && m->rows[i].count < m->steps[step].from)
			step--;
		return (uint8_t)(INK_STEP_1 + step);
	}
	return INK_NONE;
}

static void
draw_shapes(struct map *m)
{
	for (const struct world_ring *r = world_rings; r->points != NULL; r++) {
		uint8_t ink = ink_of(m, r->code);

		canvas_fill(
		    &m->canvas, r->points, r->count, ink == INK_NONE ? INK_LAND : ink);
	}
}

static void
draw_borders(struct map *m)
{
	for (const struct world_ring *r = world_rings; r->points != NULL; r++)
		for (size_t i = 0, last = r->count - 1; i < r->count; last = i++)
			canvas_line(
			    &m->canvas, r->points[last], r->points[i], BORDER, INK_NONE);
}

static void
draw_dots(struct map *m, uint8_t step)
{
	for (const struct world_dot *d = world_dots; d->code[0] != '\0'; d++)
		if (ink_of(m, d->code) == step) {
			canvas_disc(&m->canvas, d->at, DOT_RADIUS + DOT_EDGE, INK_NONE);
			canvas_disc(&m->canvas, d->at, DOT_RADIUS, step);
		}
}

bool
chart_map(const struct chart_country *rows, size_t count, struct buf *png, struct err *e)
{
	struct map m = { .rows = rows, .count = count };
	bool ok;

	if (!canvas_init(&m.canvas, world_height, e))
		return false;
	chart_map_steps(rows, count, m.steps);
	draw_shapes(&m);
	draw_borders(&m);
	/* Where they overlap, the higher number is seen. */
	for (int step = 0; step < CHART_STEPS; step++)
		draw_dots(&m, (uint8_t)(INK_STEP_1 + step));
	ok = png_write(&m.canvas, &COLOURS, png, e);
	canvas_done(&m.canvas);
	return ok;
}
