/*
 * distance.c - see distance.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/distance.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define DISTANCE_MAX 48 /* bytes of a name that are compared */

size_t
distance(const char *a, const char *b)
{
	size_t row[DISTANCE_MAX + 1], a_len = strnlen(a, DISTANCE_MAX),
				      b_len = strnlen(b, DISTANCE_MAX);

	if (a_len > 1 && a_len < b_len && strncasecmp(a, b, a_len) == 0)
		return 1;
	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			bool same = tolower((unsigned char)a[i - 1]) ==
				    tolower((unsigned char)b[j - 1]);
			size_t change = diagonal + (same ? 0 : 1);

			diagonal = row[j];
			if (change > row[j] + 1)
				change = row[j] + 1;
			row[j] = change < row[j - 1] + 1 ? change : row[j - 1] + 1;
		}
	}
	return row[b_len];
}
