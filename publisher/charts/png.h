/*
 * png.h - a canvas as a PNG picture.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_CHARTS_PNG_H
#define POTPRESS_CHARTS_PNG_H

#include "common/base/buf.h"
#include "publisher/charts/canvas.h"

/* The colour of each ink as in HTML, "#17549c"; NULL: not used. */
struct palette {
	const char *inks[CANVAS_INKS_MAX];
};

/* Appends the picture. False with FAULT_REJECT when it does not fit into the buffer, or FAULT_FATAL. */
bool png_write(
    const struct canvas *c, const struct palette *p, struct buf *out, struct err *e);

#endif
