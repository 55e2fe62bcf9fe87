/*
 * tlsh.c - see tlsh.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/tlsh.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"

#define PREFIX "T1"
#define DIGITS 70
#define BYTES (DIGITS / 2)
#define LENGTHS 256 /* values of the length, a logarithm, before it wraps around */
#define RATIOS 16 /* the same for the ratio of two quartiles */
#define HEADER_WEIGHT 12 /* of each step in the header but the first */
#define OPPOSITE 6 /* the distance of the lowest quarter from the highest */

bool
tlsh_parse(const char *text, char out[TLSH_TEXT_MAX])
{
	size_t len = strlen(PREFIX);

	if (strncmp(text, PREFIX, len) == 0 && strlen(text) == len + DIGITS)
		text += len;
	if (strlen(text) != DIGITS || strspn(text, "0123456789abcdefABCDEF") != DIGITS)
		return false;
	buf_fixed(out, TLSH_TEXT_MAX, PREFIX "%s", text);
	for (char *c = out; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	return true;
}

static int
digit(char c)
{
	return isdigit((unsigned char)c) ? c - '0' : c - 'A' + 10;
}

/* One after the other: the checksum, the length, two ratios, then 128 counts in quarters. The digits of each
 * byte are in reverse order. */
static void
read_bytes(const char *digest, int out[BYTES])
{
	const char *p = digest + strlen(PREFIX);

	for (size_t i = 0; i < BYTES; i++)
		out[i] = digit(p[2 * i]) | digit(p[2 * i + 1]) << 4;
}

/* On a circle of so many values. */
static int
steps(int a, int b, int values)
{
	int apart = abs(a - b);

	return apart < values - apart ? apart : values - apart;
}

static int
ratio_distance(int a, int b)
{
	int n = steps(a, b, RATIOS);

	return n <= 1 ? n : (n - 1) * HEADER_WEIGHT;
}

static int
length_distance(int a, int b)
{
	int n = steps(a, b, LENGTHS);

	return n <= 1 ? n : n * HEADER_WEIGHT;
}

/* Four counts. */
static int
body_distance(int a, int b)
{
	int sum = 0;

	for (int bit = 0; bit < 8; bit += 2) {
		int apart = abs((a >> bit & 3) - (b >> bit & 3));

		sum += apart == 3 ? OPPOSITE : apart;
	}
	return sum;
}

int
tlsh_distance(const char *a, const char *b)
{
	int x[BYTES], y[BYTES], sum;

	read_bytes(a, x);
	read_bytes(b, y);
	sum = (x[0] != y[0]) + length_distance(x[1], y[1]) +
	      ratio_distance(x[2] & 15, y[2] & 15) + ratio_distance(x[2] >> 4, y[2] >> 4);
	for (int i = 3; i < BYTES; i++)
		sum += body_distance(x[i], y[i]);
	return sum;
}
