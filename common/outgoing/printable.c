/*
 * printable.c - see printable.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/printable.h"

#include <utf8proc.h>

#define BRAILLE_BLANK 0x2800
#define MARKS_MAX 4 /* words need no more: Burmese */

bool
printable_is_unseen(uint32_t c)
{
	switch ((int)utf8proc_category((utf8proc_int32_t)c)) {
	case UTF8PROC_CATEGORY_CC:
	case UTF8PROC_CATEGORY_CF:
	case UTF8PROC_CATEGORY_ZL:
	case UTF8PROC_CATEGORY_ZP:
		return true;
	default:
		return c == BRAILLE_BLANK ||
		       utf8proc_get_property((utf8proc_int32_t)c)->ignorable;
	}
}

bool
printable_is_tower(uint32_t c, size_t *marks)
{
	int category = (int)utf8proc_category((utf8proc_int32_t)c);

	if (category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME)
		++*marks;
	else
		*marks = 0;
	return *marks > MARKS_MAX;
}
