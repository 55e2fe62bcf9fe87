/*
 * scan.h - a look at JSON text before any tree is built; used by json.c, and where text follows the JSON.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_JSON_SCAN_H
#define POTPRESS_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define JSON_VALUES_MAX 100000
#define JSON_DEPTH_MAX 200

/* End of the JSON value that starts at p (after white space), by strings and brackets alone; NULL
 * when the text ends before. No recursion, no memory. */
const char *json_skip_value(const char *p, const char *end);
const char *json_skip_space(const char *p, const char *end);

struct json_shape {
	size_t values; /* scalars, objects and arrays */
	size_t depth;
	bool dirty; /* holds \u0000, a lone surrogate escape or invalid UTF-8 */
};
/* Counts; stops early when a limit is passed. */
struct json_shape json_measure(const char *text, size_t len);

struct buf;
/* The text with \u0000, lone surrogate escapes and invalid UTF-8 replaced by U+FFFD. */
void json_sanitize(const char *text, size_t len, struct buf *out);

/* The most paths that one text is picked by. */
#define JSON_PATHS_MAX 32
/* Copies the members that the paths (NULL-ended) lead to: keys without dots, `*` for any key. What is no
 * object is copied whole. False where the text is no JSON by its strings and brackets; out is then of no
 * use. */
bool json_pick(const char *text, size_t len, const char *const *paths, struct buf *out);

#endif
