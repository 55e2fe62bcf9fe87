/*
 * bars.c - see charts.h: hours or days as bars, each of them stacked from its parts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/charts/charts.h"
#include "publisher/charts/png.h"

#define HEIGHT 560 /* pixels, as all of these */
#define TOP 64
#define BOTTOM 66
#define RIGHT 16
#define LABEL_GAP 16 /* between the numbers on the left and the grid */
#define LABEL_HEIGHT 24
#define PEAK_HEIGHT 28
#define PEAK_GAP 28
#define LINE 2
#define BAR_LEAST 3 /* a bar that is not 0 is not drawn as 0 */
#define PART_GAP 1 /* between parts ... */
#define PART_GAP_FROM 6 /* ... of so much height */
#define GRID_LINES_MAX 4

/* The parts of a bar come first. */
enum {
	INK_PART_1 = 1,
	INK_GRID = INK_PART_1 + CHART_PARTS_MAX,
	INK_AXIS,
	INK_LABEL,
	INK_PEAK,
	INK_UNKNOWN,
};

/* The parts differ by 20 or more (CIE 1976) also as people without red, green or blue cones see them; all are
 * at least 3 to 1 on white. */
static const struct palette COLOURS = { .inks = {
					    [INK_PART_1] = "#17549c",
					    "#bd8b1f",
					    "#0b2f3a",
					    "#a259e0",
					    "#7a2a1c",
					    "#8a949f",
					    [INK_GRID] = "#dde3e9",
					    [INK_AXIS] = "#7b8794",
					    [INK_LABEL] = "#3e4c59",
					    [INK_PEAK] = "#1f2933",
					    [INK_UNKNOWN] = "#eef1f4",
					} };

/* What is drawn, and where. */
struct plot {
	struct canvas canvas;
	const struct chart_bar *bars;
	size_t count, peak_at;
	int64_t peak, tick,
	    top; /* values: the highest bar, a grid line, the plot's upper end */
	int left; /* pixels */
};

static int64_t
value_of(int64_t part)
{
	return part < 0 ? 0 : part > CHART_VALUE_MAX ? CHART_VALUE_MAX : part;
}

static int64_t
total_of(const struct chart_bar *bar)
{
	int64_t total = 0;

	for (size_t i = 0; i < CHART_PARTS_MAX && !bar->unknown; i++)
		total += value_of(bar->parts[i]);
	return total;
}

/* The smallest of 1, 2, 5, 10, 20, 50 ... that divides the plot into few enough parts. */
static int64_t
tick_for(int64_t peak)
{
	static const int STEPS[] = { 1, 2, 5 };
	int64_t power = 1;

	for (;; power *= 10)
		for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++)
			if (STEPS[i] * power * GRID_LINES_MAX >= peak)
				return STEPS[i] * power;
}

static void
measure(struct plot *p)
{
	for (size_t i = 0; i < p->count; i++)
		if (total_of(&p->bars[i]) > p->peak) {
			p->peak = total_of(&p->bars[i]);
			p->peak_at = i;
		}
	p->tick = tick_for(p->peak);
	p->top = p->peak > 0 ? (p->peak + p->tick - 1) / p->tick * p->tick : p->tick;
	p->left = LABEL_GAP + canvas_number_width(p->top, LABEL_HEIGHT) + LABEL_GAP;
}

static int
height_of(const struct plot *p, int64_t value)
{
	return (int)(value * (HEIGHT - TOP - BOTTOM) / p->top);
}

static void
number_at(struct plot *p, int x, int y, int64_t number, const struct number_style *style)
{
	struct point at = { (int16_t)(x * CANVAS_UNIT), (int16_t)(y * CANVAS_UNIT) };

	canvas_number(&p->canvas, at, number, style);
}

static const struct number_style LABEL = { LABEL_HEIGHT * CANVAS_UNIT,
	LABEL_HEIGHT *CANVAS_UNIT / 9, INK_LABEL, NUMBER_MIDDLE };
static const struct number_style SCALE = { LABEL_HEIGHT * CANVAS_UNIT,
	LABEL_HEIGHT *CANVAS_UNIT / 9, INK_LABEL, NUMBER_RIGHT };
static const struct number_style PEAK = { PEAK_HEIGHT * CANVAS_UNIT,
	PEAK_HEIGHT *CANVAS_UNIT / 6, INK_PEAK, NUMBER_MIDDLE };

static void
draw_grid(struct plot *p)
{
	int width = CANVAS_WIDTH - RIGHT - p->left;

	for (int64_t value = 0; value <= p->top; value += p->tick) {
		int y = HEIGHT - BOTTOM - height_of(p, value);

		canvas_box(&p->canvas, &(struct box){ p->left, y - LINE, width, LINE },
		    value > 0 ? INK_GRID : INK_AXIS);
		number_at(p, p->left - LABEL_GAP, y - LINE / 2, value, &SCALE);
	}
}

/* The place of a bar: its left edge and its width. */
static struct box
place_of(const struct plot *p, size_t i)
{
	int room = CANVAS_WIDTH - RIGHT - p->left, count = (int)p->count;
	int left = room * (int)i / count, right = room * ((int)i + 1) / count;
	int gap = (right - left) * (count > 10 ? 11 : 19) / 100;

	return (struct box){ .x = p->left + left + gap, .width = right - left - 2 * gap };
}

static void
draw_bar(struct plot *p, const struct chart_bar *bar, struct box at)
{
	const int base = HEIGHT - BOTTOM - LINE;
	int64_t sum = 0, total = total_of(bar);
	int below = 0;

	for (size_t i = 0; i < CHART_PARTS_MAX; i++) {
		int above;

		sum += value_of(bar->parts[i]);
		above = height_of(p, sum);
		if (sum == total && total > 0 && above < BAR_LEAST)
			above = BAR_LEAST;
		at.y = base - above;
		at.height = above - below;
		canvas_box(&p->canvas, &at, (uint8_t)(INK_PART_1 + i));
		if (at.height >= PART_GAP_FROM && below > 0)
			canvas_box(&p->canvas,
			    &(struct box){
				at.x, base - below - PART_GAP, at.width, PART_GAP },
			    INK_NONE);
		below = above;
	}
}

static void
draw_unknown(struct plot *p, struct box at)
{
	at.y = TOP;
	at.height = HEIGHT - TOP - BOTTOM - LINE;
	canvas_box(&p->canvas, &at, INK_UNKNOWN);
}

/* Numbers under every bar would touch when there are many of them. */
static int
label_step(size_t count)
{
	return count <= 12 ? 1 : count <= 25 ? 3 : 5;
}

static void
draw_bars(struct plot *p)
{
	for (size_t i = 0; i < p->count; i++) {
		struct box at = place_of(p, i);

		if (p->bars[i].unknown)
			draw_unknown(p, at);
		else
			draw_bar(p, &p->bars[i], at);
		if (p->bars[i].label % label_step(p->count) == 0)
			number_at(p, at.x + at.width / 2, HEIGHT - BOTTOM / 2,
			    p->bars[i].label, &LABEL);
	}
}

/* The highest bar has its number on it. */
static void
draw_peak(struct plot *p)
{
	const struct box at = place_of(p, p->peak_at);
	int half = canvas_number_width(p->peak, PEAK_HEIGHT) / 2;
	int x = at.x + at.width / 2;
	int y = HEIGHT - BOTTOM - height_of(p, p->peak) - PEAK_GAP;

	if (x < p->left + half)
		x = p->left + half;
	if (x > CANVAS_WIDTH - RIGHT - half)
		x = CANVAS_WIDTH - RIGHT - half;
	/* No grid line goes through it. */
	canvas_box(&p->canvas,
	    &(struct box){ x - half, y - PEAK_HEIGHT / 2, 2 * half, PEAK_HEIGHT },
	    INK_NONE);
	number_at(p, x, y, p->peak, &PEAK);
}

bool
chart_bars(const struct chart_bar *bars, size_t count, struct buf *png, struct err *e)
{
	struct plot p = { .bars = bars, .count = count };
	bool ok;

	if (count > CHART_BARS_MAX)
		return err_set(e, FAULT_REJECT, "a chart of too many bars");
	if (!canvas_init(&p.canvas, HEIGHT, e))
		return false;
	measure(&p);
	draw_grid(&p);
	draw_bars(&p);
	if (p.peak > 0)
		draw_peak(&p);
	ok = png_write(&p.canvas, &COLOURS, png, e);
	canvas_done(&p.canvas);
	return ok;
}

const char *
chart_part_colour(size_t part)
{
	return COLOURS.inks[INK_PART_1 + part];
}
