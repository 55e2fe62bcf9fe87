/*
 * canonical.h - HTML of a post in a form that WordPress's editor does not change; see seal.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_WORDPRESS_CANONICAL_H
#define POTPRESS_WORDPRESS_CANONICAL_H

#include "common/base/buf.h"

/* A class that begins like this stands for itself alone. */
#define WP_SEAL_CLASS "potpress-seal-"

/* A line for each tag, comment and piece of text. Fails, as the buffer tells, only for lack of room. */
void wp_canonical(struct buf *out, const char *html);
/* One piece of text alone, such as a title. */
void wp_canonical_text(struct buf *out, const char *text, size_t len);

#endif
