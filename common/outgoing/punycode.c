/*
 * punycode.c - RFC 3492, the decoder.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/outgoing/internal.h"

#define BASE 36
#define T_MIN 1
#define T_MAX 26
#define SKEW 38
#define DAMP 700
#define INITIAL_BIAS 72
#define INITIAL_N 0x80
#define UNICODE_MAX 0x10ffff

static uint32_t
adapt(uint32_t delta, uint32_t count, bool is_first)
{
	uint32_t k = 0;

	delta = is_first ? delta / DAMP : delta / 2;
	delta += delta / count;
	for (; delta > (BASE - T_MIN) * T_MAX / 2; k += BASE)
		delta /= BASE - T_MIN;
	return k + (BASE - T_MIN + 1) * delta / (delta + SKEW);
}

/* Reads the next number; false for an invalid digit, or when it gets too large. */
static bool
next_delta(const uint32_t *label, size_t len, size_t *at, uint32_t bias, uint32_t *i)
{
	uint32_t weight = 1;

	for (uint32_t k = BASE;; k += BASE) {
		uint32_t c = *at < len ? label[(*at)++] : 0;
		uint32_t digit = is_digit(c) ? c - '0' + 26 : (c | 0x20) - 'a';
		uint32_t t = k <= bias ? T_MIN : k >= bias + T_MAX ? T_MAX : k - bias;

		if (!is_alnum(c) || digit > (UINT32_MAX / 2 - *i) / weight)
			return false;
		*i += digit * weight;
		if (digit < t)
			return true;
		if (weight > UINT32_MAX / 2 / (BASE - t))
			return false;
		weight *= BASE - t;
	}
}

size_t
punycode_decode(const uint32_t *label, size_t len, uint32_t *out, size_t max)
{
	uint32_t n = INITIAL_N, bias = INITIAL_BIAS, i = 0;
	size_t at = 0, count = 0;

	for (size_t dash = len; dash > 0 && at == 0; dash--)
		if (label[dash - 1] == '-')
			at = dash;
	if (at > 0)
		count = at - 1;
	if (count > max)
		return 0;
	memcpy(out, label, count * sizeof *out);
	while (at < len) {
		uint32_t before = i;

		if (count == max || !next_delta(label, len, &at, bias, &i))
			return 0;
		count++;
		bias = adapt(i - before, (uint32_t)count, before == 0);
		n += i / (uint32_t)count;
		i %= (uint32_t)count;
		if (n > UNICODE_MAX)
			return 0;
		memmove(out + i + 1, out + i, (count - 1 - i) * sizeof *out);
		out[i++] = n;
	}
	return count;
}
