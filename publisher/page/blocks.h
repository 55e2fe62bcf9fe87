/*
 * blocks.h - the markup of each tag; generated from blocks.html.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PAGE_BLOCKS_H
#define POTPRESS_PAGE_BLOCKS_H

struct html_block {
	const char *start, *end;
};
extern const struct html_block html_blocks[]; /* by enum tag of html.h */

#endif
