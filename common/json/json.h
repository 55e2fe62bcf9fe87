/*
 * json.h - untrusted JSON: bounded and typed.
 *
 * json_parse refuses bodies with more than JSON_VALUES_MAX values before a tree is built (cJSON needs
 * up to 32 times the text), deeper than JSON_DEPTH_MAX, or with bytes after the end; raw invalid UTF-8
 * and lone surrogate escapes are replaced by U+FFFD beforehand, since cJSON rejects the former and
 * passes the latter through; \u0000 becomes U+FFFD, since a C string would end there and hide what
 * follows (facts measured with cJSON 1.7.15).
 *
 * Getters follow a dotted path ("data.attributes.size"), case-sensitively; if a step of the path is
 * missing, they also try the rest of the path as one literal dotted key, since Elasticsearch documents
 * contain both. A wrong type is a normal result: false, with the output unchanged.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_JSON_H
#define POTPRESS_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/err.h"
#include "common/json/scan.h"

#define auto_json __attribute__((cleanup(json_free))) cJSON
void json_free(cJSON **root);

/* The caller frees the tree with json_free. NULL with FAULT_RETRY and a sentence with the byte
 * offset when the body is not one JSON value within the limits. */
cJSON *json_parse(const char *text, size_t len, struct err *e);

/* The same, but the tree contains only the members that the paths lead to (NULL-ended, at most
 * JSON_PATHS_MAX; keys without dots, `*` for any key). Of all others only strings and brackets are
 * checked, and they do not count towards the limits. */
cJSON *json_parse_only(
    const char *text, size_t len, const char *const *paths, struct err *e);

/* What is made from here on lies in this tree and goes with it: it is not freed by itself. NULL: each has to
 * be freed again. */
void json_make_in(const cJSON *root);

/* The node at the path, or NULL. */
const cJSON *json_at(const cJSON *root, const char *path);
/* Text, owned by the tree. */
bool json_text(const cJSON *root, const char *path, const char **out);
/* A whole number that a double represents exactly (|n| <= 2^53); the text "12" is not one. */
bool json_int(const cJSON *root, const char *path, int64_t *out);
bool json_bool(const cJSON *root, const char *path, bool *out);
/* The element after `at` (first when at is NULL) of the array or object at the path; NULL at the
 * end: for (const cJSON *i = NULL; (i = json_each(root, "data", i)); ) */
const cJSON *json_each(const cJSON *root, const char *path, const cJSON *at);
/* The n-th text, from 0, of the node at the path: a string counts as one text, of an array only the
 * strings count. Owned by the tree; false if there is none. */
bool json_text_nth(const cJSON *root, const char *path, int n, const char **out);

/* Finds the raw text of each element of the array at `path` (keys without dots, e.g. "hits.hits")
 * without building a tree, so that a broken element does not affect the others. Calls `each` with the
 * element's bytes; stops when it returns false. False with FAULT_RETRY if the text around the elements
 * is not JSON (a truncated body, HTML). A missing path has no elements. */
bool json_split(const char *text, size_t len, const char *path,
    bool (*each)(void *ctx, const char *element, size_t len), void *ctx, struct err *e);

/* The same for each member of the object at `path`: its name as written, without the quotes, and the
 * bytes of its value. A missing path has no members. */
bool json_members(const char *text, size_t len, const char *path,
    bool (*each)(void *ctx, const char *name, size_t name_len, const char *value,
	size_t value_len),
    void *ctx, struct err *e);

/* The raw text of the value at `path` (keys without dots), found without building a tree: *value points
 * into text; NULL when the path leads nowhere. */
bool json_raw(const char *text, size_t len, const char *path, const char **value,
    size_t *value_len, struct err *e);

/* Appends a copy of the text to the array; false when out of memory. */
bool json_add_text(cJSON *array, const char *text);
/* The same without a copy: the text has to stay as long as the array. */
bool json_lend_text(cJSON *array, const char *text);
/* Prints a tree without white space; caller frees. NULL when out of memory. */
char *json_print(const cJSON *root);

#endif
