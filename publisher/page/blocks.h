/*
 * blocks.h - the markup of each tag; generated from blocks.html.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PAGE_BLOCKS_H
#define POTPRESS_PAGE_BLOCKS_H

#include "publisher/page/html.h"

struct html_block {
	const char *start, *end;
};
extern const struct html_block html_blocks[TAG_COUNT];

#endif
