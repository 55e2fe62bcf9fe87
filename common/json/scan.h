/*
 * scan.h - scans JSON text before a tree is built; also used where other text follows the JSON.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_JSON_SCAN_H
#define POTPRESS_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#define JSON_VALUES_MAX 100000
#define JSON_DEPTH_MAX 200

struct json_shape {
	size_t values; /* scalars, objects and arrays; names are counted too */
	size_t depth;
	size_t open; /* objects and arrays that have not ended yet */
};
static inline void
json_count_opened(struct json_shape *shape)
{
	shape->values++;
	shape->open++;
	shape->depth = shape->open > shape->depth ? shape->open : shape->depth;
}

/* End of the JSON value that starts at p (after white space), judged by strings and brackets alone;
 * NULL if the text ends before it. No recursion, no allocation. */
const char *json_skip_value(const char *p, const char *end);
/* The same, and adds what it passes to *shape. */
const char *json_measure_value(const char *p, const char *end, struct json_shape *shape);
/* The same of a string; p is at its opening quote. */
const char *json_skip_string(const char *p, const char *end);
/* Inline for what most often stands there: no white space, or one space. */
const char *json_skip_blank(const char *p, const char *end);
static inline const char *
json_skip_space(const char *p, const char *end)
{
	if (p < end && *p == ' ')
		p++;
	return p<end && * p> ' ' ? p : json_skip_blank(p, end);
}

/* Stops early when a limit is exceeded. */
struct json_shape json_measure(const char *text, size_t len);

/* False: it holds \u0000, a lone surrogate escape or invalid UTF-8. */
bool json_is_clean(const char *text, size_t len);
struct buf;
/* The text with \u0000, lone surrogate escapes and invalid UTF-8 replaced by U+FFFD. */
void json_sanitize(const char *text, size_t len, struct buf *out);

/* The most paths in one call of json_pick. */
#define JSON_PATHS_MAX 32
/* Copies the members that the paths (NULL-ended) lead to: keys without dots, `*` for any key. Values
 * other than objects are copied completely. `out` has room for the whole text. Returns the length of
 * the copy, which is added to *shape; 0 if strings or brackets do not match. */
size_t json_pick(const char *text, size_t len, const char *const *paths, char *out,
    struct json_shape *shape);

#endif
