/*
 * number.c - see canvas.h: numbers as strokes of a round pen, so that no font is needed.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "publisher/charts/canvas.h"

#define NUMBER_MAX 32 /* characters */
#define CURVE_STEPS 8
#define GLYPH_HEIGHT 100 /* of the digits below, which are 60 wide */
#define FINE 16 /* units of a character per coordinate while it is drawn */
#define GLYPH_FINE (GLYPH_HEIGHT * FINE)

/* M x y: moves the pen, L x y: a line, Q x y x y: a curve that the first point bends to the second. */
/* clang-format off */
static const char *const DIGITS[] = {
	"M30 4Q56 4 56 50Q56 96 30 96Q4 96 4 50Q4 4 30 4",
	"M12 22L34 4L34 96",
	"M6 26Q8 4 31 4Q54 4 54 27Q54 42 40 57L6 96L56 96",
	"M7 20Q12 4 30 4Q53 4 53 26Q53 47 26 47Q56 47 56 71Q56 96 29 96Q10 96 4 79",
	"M44 96L44 4L4 70L58 70",
	"M52 4L13 4L9 46Q17 38 30 38Q56 38 56 66Q56 96 29 96Q9 96 4 80",
	"M51 15Q45 4 32 4Q4 4 4 54Q4 96 30 96Q56 96 56 67Q56 40 31 40Q8 40 4 64",
	"M4 4L56 4L22 96",
	"M30 47Q8 47 8 26Q8 4 30 4Q52 4 52 26Q52 47 30 47Q4 47 4 72Q4 96 30 96Q56 96 56 72Q56 47 30 47",
	"M9 85Q15 96 28 96Q56 96 56 46Q56 4 30 4Q4 4 4 33Q4 60 29 60Q52 60 56 36",
};
/* clang-format on */
static const char COMMA[] = "M9 92L3 112";

#define DIGIT_ADVANCE 76
#define DIGIT_GAP 16 /* of it */
#define COMMA_ADVANCE 30

/* A pen over the place of one character. */
struct pen {
	struct canvas *canvas;
	const struct number_style *style;
	struct point corner;
	int x, y; /* on it */
};

static struct point
place(const struct pen *pen, int x, int y)
{
	int height = pen->style->height;

	return (struct point){ (int16_t)(pen->corner.x + x * height / GLYPH_FINE),
		(int16_t)(pen->corner.y + y * height / GLYPH_FINE) };
}

static void
stroke(struct pen *pen, struct point from, struct point to)
{
	const struct number_style *s = pen->style;

	canvas_line(pen->canvas, from, to, s->stroke, s->ink);
	canvas_disc(pen->canvas, to, s->stroke / 2, s->ink);
}

static int
bend(int from, int by, int to, int step)
{
	int left = CURVE_STEPS - step;

	return (left * left * from + 2 * step * left * by + step * step * to) /
	       (CURVE_STEPS * CURVE_STEPS);
}

static void
curve(struct pen *pen, const int to[4])
{
	struct point last = place(pen, pen->x, pen->y);

	for (int step = 1; step <= CURVE_STEPS; step++) {
		struct point next = place(pen, bend(pen->x, to[0], to[2], step),
		    bend(pen->y, to[1], to[3], step));

		stroke(pen, last, next);
		last = next;
	}
}

static void
draw(struct pen *pen, const char *path)
{
	while (*path != '\0') {
		char kind = *path++;
		size_t count = kind == 'Q' ? 4 : 2;
		int to[4] = { 0 };

		for (size_t i = 0; i < count; i++) {
			char *end;

			to[i] = FINE * (int)strtol(path, &end, 10);
			path = end;
		}
		if (kind == 'M')
			canvas_disc(pen->canvas, place(pen, to[0], to[1]),
			    pen->style->stroke / 2, pen->style->ink);
		else if (kind == 'L')
			stroke(pen, place(pen, pen->x, pen->y), place(pen, to[0], to[1]));
		else
			curve(pen, to);
		pen->x = to[count - 2];
		pen->y = to[count - 1];
	}
}

static int
advance_of(char c)
{
	return c == ',' ? COMMA_ADVANCE : DIGIT_ADVANCE;
}

static void
write_digits(int64_t number, struct buf *out)
{
	char plain[NUMBER_MAX];
	size_t len = strlen(BUF_FIXED(plain, "%lld", (long long)number));

	for (size_t i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0)
			buf_putc(out, ',');
		buf_putc(out, plain[i]);
	}
}

static int
width_of(const char *text, int height)
{
	int width = 0;

	for (; *text != '\0'; text++)
		width += advance_of(*text);
	return (width - DIGIT_GAP) * height / GLYPH_HEIGHT;
}

int
canvas_number_width(int64_t number, int height)
{
	auto_buf text = BUF_INIT(NUMBER_MAX);

	write_digits(number, &text);
	return width_of(buf_text(&text), height);
}

/* How far left of its place a number begins. */
static int
shift_of(const struct number_style *style, int width)
{
	return style->align == NUMBER_LEFT    ? 0
	       : style->align == NUMBER_RIGHT ? width
					      : width / 2;
}

void
canvas_number(
    struct canvas *c, struct point at, int64_t number, const struct number_style *style)
{
	auto_buf text = BUF_INIT(NUMBER_MAX);
	struct pen pen = { .canvas = c, .style = style };
	int x = at.x;

	write_digits(number, &text);
	x -= shift_of(style, width_of(buf_text(&text), style->height));
	for (const char *t = buf_text(&text); *t != '\0'; t++) {
		pen.corner =
		    (struct point){ (int16_t)x, (int16_t)(at.y - style->height / 2) };
		draw(&pen, *t == ',' ? COMMA : DIGITS[*t - '0']);
		x += advance_of(*t) * style->height / GLYPH_HEIGHT;
	}
}
