/*
 * test_charts.c - the pictures show the numbers, are small, and are the same for the same numbers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/sha256.h"
#include "publisher/charts/charts.h"
#include "publisher/charts/world.h"
#include "tests/unit/tap.h"

#include <libdeflate.h>
#include <stdlib.h>

#define HEIGHT_MAX 800
#define ROW (1 + CANVAS_WIDTH)
#define GOLDEN_DAY "8415a48cd0da3ab57b007409821b3b4b93af4f302871b28dd7ec9d0ad2044a03"
#define GOLDEN_MAP "fd19235bb7cbe6d86d530c675d22e2d668cbaaf2a6698947a9f9787990293c97"

/* ---- reading a picture back */

static struct {
	uint8_t rows[HEIGHT_MAX * ROW];
	uint8_t colours[256 * 3];
	int height;
} picture;

static uint32_t
number_at(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* The pixels of the whole picture. */
static bool
is_unpacked(const uint8_t *bytes, uint32_t len)
{
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	size_t size = (size_t)picture.height * ROW;
	bool whole = size <= sizeof picture.rows &&
		     libdeflate_zlib_decompress(
			 d, bytes, len, picture.rows, size, NULL) == LIBDEFLATE_SUCCESS;

	libdeflate_free_decompressor(d);
	return whole;
}

static bool
read_chunk(const uint8_t *name, uint32_t len)
{
	const uint8_t *bytes = name + 4;

	if (libdeflate_crc32(0, name, len + 4) != number_at(bytes + len))
		return false;
	if (memcmp(name, "IHDR", 4) == 0)
		picture.height = (int)number_at(bytes + 4);
	if (memcmp(name, "PLTE", 4) == 0)
		memcpy(picture.colours, bytes, len);
	if (memcmp(name, "IDAT", 4) == 0)
		return is_unpacked(bytes, len);
	return true;
}

/* A sound picture of at most CHART_BYTES_MAX. */
static bool
read_picture(const struct buf *png)
{
	const uint8_t *p = (const uint8_t *)buf_text(png), *end = p + png->len;

	if (png->len > CHART_BYTES_MAX || memcmp(p, "\x89PNG\r\n\x1a\n", 8) != 0)
		return false;
	p += 8;
	while (p + 12 <= end) {
		uint32_t len = number_at(p);

		if (!read_chunk(p + 4, len))
			return false;
		p += 12 + len;
	}
	return p == end && memcmp(p - 8, "IEND", 4) == 0;
}

static int
ink_at(int x, int y)
{
	return picture.rows[y * ROW + 1 + x] / CANVAS_INKS_MAX;
}

static bool
is_full(int x, int y)
{
	return picture.rows[y * ROW + 1 + x] % CANVAS_INKS_MAX == CANVAS_STRENGTH_MAX;
}

static size_t
pixels_of(int wanted)
{
	size_t n = 0;

	for (int y = 0; y < picture.height; y++)
		for (int x = 0; x < CANVAS_WIDTH; x++)
			n += ink_at(x, y) == wanted && is_full(x, y);
	return n;
}

/* Of the pixels and colours: it does not depend on how they are packed. */
static const char *
hash_of(void)
{
	static char hex[SHA256_HEX_MAX];
	static uint8_t all[sizeof picture.colours + sizeof picture.rows];
	size_t len = (size_t)picture.height * ROW;

	memcpy(all, picture.colours, sizeof picture.colours);
	memcpy(all + sizeof picture.colours, picture.rows, len);
	sha256_hex((const char *)all, sizeof picture.colours + len, hex);
	return hex;
}

/* ---- bars */

enum { INK_PART = 1, INK_AXIS = 8, INK_UNKNOWN = 11 };

static bool
draws_bars(const struct chart_bar *bars, size_t count)
{
	auto_buf png = BUF_INIT(CHART_BYTES_MAX);
	struct err e = ERR_NONE;

	return chart_bars(bars, count, &png, &e) && read_picture(&png);
}

/* A day with a loud hour and one that was not counted. */
static size_t
some_day(struct chart_bar bars[CHART_BARS_MAX], int hours)
{
	for (int i = 0; i < hours; i++) {
		bars[i] = (struct chart_bar){ .label = i, .unknown = i == 4 };
		for (int k = 0; k < CHART_PARTS_MAX; k++)
			bars[i].parts[k] =
			    900 / (k + 1) + i * 37 % 210 + (i == 14 && k == 0 ? 4000 : 0);
	}
	return (size_t)hours;
}

static void
test_golden_bars(void)
{
	struct chart_bar bars[CHART_BARS_MAX];
	auto_buf once = BUF_INIT(CHART_BYTES_MAX);
	auto_buf again = BUF_INIT(CHART_BYTES_MAX);
	struct err e = ERR_NONE;
	size_t count = some_day(bars, 24);

	ok(chart_bars(bars, count, &once, &e) && chart_bars(bars, count, &again, &e),
	    "a day is drawn");
	ok(once.len == again.len &&
		memcmp(buf_text(&once), buf_text(&again), once.len) == 0,
	    "the same numbers give the same bytes");
	ok(read_picture(&once), "it is a PNG picture of at most 60 kB");
	is_text(hash_of(), GOLDEN_DAY, "its pixels are those of every machine");
	ok(pixels_of(INK_UNKNOWN) > 1000, "an hour that was not counted has a stripe");
}

static void
test_days_of_all_lengths(void)
{
	struct chart_bar bars[CHART_BARS_MAX];
	bool all = true;

	for (int hours = 0; hours <= CHART_BARS_MAX; hours += hours < 23 ? 23 : 1)
		all = all && draws_bars(bars, some_day(bars, hours));
	ok(all, "nothing, days of 23 to 25 hours, and months are drawn");
}

static void
test_empty(void)
{
	struct chart_bar bars[24] = { { .label = 0 } };

	ok(draws_bars(bars, 24), "a day without events is drawn");
	is_int((int64_t)pixels_of(INK_PART), 0, "without bars");
	for (int i = 0; i < 24; i++)
		bars[i].unknown = true;
	ok(draws_bars(bars, 24), "and a day that was not counted");
}

static void
test_huge(void)
{
	struct chart_bar bars[3] = { { .label = 1 }, { .label = 2 }, { .label = 3 } };

	for (int k = 0; k < CHART_PARTS_MAX; k++) {
		bars[0].parts[k] = INT64_MAX;
		bars[1].parts[k] = INT64_MIN;
		bars[2].parts[k] = k == 0;
	}
	ok(draws_bars(bars, 3), "numbers beyond all bounds are drawn");
	ok(pixels_of(INK_PART) > 0, "as bars");
}

static void
test_too_many(void)
{
	static struct chart_bar bars[CHART_BARS_MAX + 1];
	auto_buf png = BUF_INIT(CHART_BYTES_MAX);
	auto_buf small = BUF_INIT(2000);
	struct err e = ERR_NONE;

	ok(!chart_bars(bars, CHART_BARS_MAX + 1, &png, &e) && e.fault == FAULT_REJECT,
	    "more bars than a chart has room for are refused");
	err_clear(&e);
	ok(!chart_bars(bars, 3, &small, &e) && e.fault == FAULT_REJECT,
	    "a picture that does not fit into its buffer is refused");
}

/* The axis: its row, first column and width. */
static void
find_axis(int *row, int *from, int *width)
{
	*row = picture.height - 1;
	*from = *width = 0;
	while (*row > 0 && ink_at(CANVAS_WIDTH - 17, *row) != INK_AXIS)
		(*row)--;
	while (ink_at(*from, *row) != INK_AXIS)
		(*from)++;
	while (ink_at(*from + *width, *row) == INK_AXIS)
		(*width)++;
	while (ink_at(*from, *row) == INK_AXIS)
		(*row)--;
}

/* Pixels of the parts in one column. */
static int
height_at(int column, int row)
{
	int height = 0, white = 0;

	for (; row >= 0 && white < 2; row--) {
		bool part = ink_at(column, row) >= INK_PART &&
			    ink_at(column, row) < INK_PART + CHART_PARTS_MAX;

		white = part ? 0 : white + 1;
		height += part ? 1 + white : 0;
	}
	return height;
}

static void
random_bars(struct chart_bar *bars, size_t count)
{
	int64_t scale = 1;

	for (int zeros = rand() % 10; zeros > 0; zeros--)
		scale *= 10;
	for (size_t i = 0; i < count; i++) {
		bars[i] = (struct chart_bar){ .label = (int)i % 32 };
		for (int k = 0; k < CHART_PARTS_MAX; k++)
			bars[i].parts[k] =
			    rand() % 3 == 0 ? 0 : scale * (rand() % 1000) / 7;
	}
}

static int64_t
total_of(const struct chart_bar *bar)
{
	int64_t total = 0;

	for (int k = 0; k < CHART_PARTS_MAX; k++)
		total += bar->parts[k];
	return total;
}

/* Whether the heights in the picture are to each other as the numbers are. */
static bool
heights_are_true(const struct chart_bar *bars, size_t count)
{
	int row, from, width;
	int64_t highest = 0, most = 1;

	find_axis(&row, &from, &width);
	for (size_t i = 0; i < count; i++) {
		int column = from + width * (2 * (int)i + 1) / (2 * (int)count);
		int64_t height = height_at(column, row);

		if (total_of(&bars[i]) > most) {
			most = total_of(&bars[i]);
			highest = height;
		}
	}
	for (size_t i = 0; i < count; i++) {
		int column = from + width * (2 * (int)i + 1) / (2 * (int)count);
		int height = height_at(column, row);
		int64_t want = total_of(&bars[i]) * highest / most;

		if (total_of(&bars[i]) == 0 ? height != 0
					    : height < 1 || llabs(want - height) > 3)
			return false;
	}
	return true;
}

static void
test_random_bars(void)
{
	struct chart_bar bars[CHART_BARS_MAX];
	bool all = true, sound = true;

	srand(20261121);
	for (int round = 0; round < 40; round++) {
		size_t count = 1 + (size_t)rand() % CHART_BARS_MAX;

		random_bars(bars, count);
		sound = sound && draws_bars(bars, count);
		all = all && heights_are_true(bars, count);
	}
	ok(sound, "random numbers give sound pictures of at most 60 kB");
	ok(all,
	    "whose bars are as high as the numbers, and never 0 for a number above 0");
}

/* ---- the map */

enum { INK_LAND = 1, INK_STEP = 2 };

static bool
draws_map(const struct chart_country *rows, size_t count)
{
	auto_buf png = BUF_INIT(CHART_BYTES_MAX);
	struct err e = ERR_NONE;

	return chart_map(rows, count, &png, &e) && read_picture(&png);
}

static void
test_golden_map(void)
{
	static const struct chart_country ROWS[] = { { "US", 3000 }, { "CN", 2500 },
		{ "DE", 400 }, { "SG", 350 }, { "HK", 90 }, { "JP", 1 }, { "ZZ", 5 } };

	ok(draws_map(ROWS, sizeof ROWS / sizeof ROWS[0]), "a map is drawn");
	is_text(hash_of(), GOLDEN_MAP, "its pixels are those of every machine");
	ok(pixels_of(INK_STEP + 4) > 10000, "the highest step is where the most is");
	ok(pixels_of(INK_STEP + 3) > 10000 && pixels_of(INK_STEP) > 300,
	    "and lower ones elsewhere");
}

static size_t
every_country(struct chart_country *rows)
{
	size_t count = 0;

	for (const struct world_ring *r = world_rings; r->points != NULL; r++)
		memcpy(rows[count++].code, r->code, sizeof r->code);
	for (const struct world_dot *d = world_dots; d->code[0] != '\0'; d++)
		memcpy(rows[count++].code, d->code, sizeof d->code);
	return count;
}

static void
test_many_countries(void)
{
	static struct chart_country rows[1000];
	size_t count = every_country(rows);

	for (size_t i = 0; i < count; i++)
		rows[i].count = 1 + (int64_t)(i * i * i);
	ok(count > 300 && draws_map(rows, count), "all countries at once are drawn");
	is_int((int64_t)pixels_of(INK_LAND), 0, "and none is left out");
}

static void
test_few_countries(void)
{
	static const struct chart_country ONE = { "VA", INT64_MAX };

	ok(draws_map(NULL, 0) && pixels_of(INK_LAND) > 100000,
	    "a map without countries is drawn");
	ok(draws_map(&ONE, 1) && pixels_of(INK_STEP + 4) > 100,
	    "the smallest country can be seen");
}

static void
test_shapes(void)
{
	bool inside = true;

	for (const struct world_ring *r = world_rings; r->points != NULL; r++)
		for (size_t i = 0; i < r->count; i++)
			inside = inside && r->points[i].x >= 0 &&
				 r->points[i].x < CANVAS_WIDTH * CANVAS_UNIT &&
				 r->points[i].y >= 0 &&
				 r->points[i].y < world_height * CANVAS_UNIT;
	ok(inside, "all shapes lie within the picture");
}

static void
has_steps(const struct chart_country *rows, size_t count, const int64_t want[CHART_STEPS],
    const char *words)
{
	struct chart_step got[CHART_STEPS];
	bool same = true;

	chart_map_steps(rows, count, got);
	for (int i = 0; i < CHART_STEPS; i++)
		same = same && got[i].from == want[i] && got[i].colour[0] == '#';
	ok(same, words);
}

static void
test_steps(void)
{
	static const struct chart_country FEW = { "DE", 5 }, MANY = { "DE", 34567 },
					  HUGE_ONE = { "DE", INT64_MAX };

	has_steps(NULL, 0, (int64_t[]){ 1, 1, 1, 1, 1 }, "no country: one step");
	has_steps(&FEW, 1, (int64_t[]){ 1, 1, 1, 1, 3 }, "small numbers: two");
	has_steps(&MANY, 1, (int64_t[]){ 1, 1000, 3000, 10000, 30000 },
	    "steps end at the highest number, and the lowest has all that is less");
	has_steps(&HUGE_ONE, 1,
	    (int64_t[]){ 1, INT64_C(30000000000), INT64_C(100000000000),
		INT64_C(300000000000), CHART_VALUE_MAX },
	    "and they are bounded");
}

int
main(void)
{
	test_golden_bars();
	test_days_of_all_lengths();
	test_empty();
	test_huge();
	test_too_many();
	test_random_bars();
	test_golden_map();
	test_many_countries();
	test_few_countries();
	test_shapes();
	test_steps();
	return done_testing();
}
