/*
 * canonical.h - brings the HTML of a post into a form that WordPress's editor does not change; see
 * seal.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_WORDPRESS_CANONICAL_H
#define POTPRESS_WORDPRESS_CANONICAL_H

#include "common/base/buf.h"

/* Classes with this prefix are left out. */
#define WP_SEAL_CLASS "potpress-seal-"

/* Writes a line for each tag, comment and piece of text. Only a full buffer makes it fail; see buf_ok. */
void wp_canonical(struct buf *out, const char *html);
/* The same for one piece of text, such as a title. */
void wp_canonical_text(struct buf *out, const char *text, size_t len);

#endif
