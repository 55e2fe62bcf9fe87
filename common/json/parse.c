/*
 * parse.c - a tree from text; see json.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "common/base/buf.h"
#include "common/json/json.h"
#include "common/json/tree.h"

void
json_free(cJSON **root)
{
	if (!tree_free(*root))
		cJSON_Delete(*root);
	*root = NULL;
}

void
json_make_in(const cJSON *root)
{
	tree_grow(root);
}

static cJSON *
parse_whole(const char *text, size_t len, struct err *e)
{
	const char *stopped = text;
	cJSON *root = tree_parse(text, len, &stopped);
	const char *end = text + len;

	if (root == NULL) {
		err_set(e, FAULT_RETRY, "not JSON at byte %zu of %zu",
		    (size_t)(stopped - text), len);
		return NULL;
	}
	if (json_skip_space(stopped, end) != end) {
		err_set(e, FAULT_RETRY, "bytes after the JSON value at byte %zu of %zu",
		    (size_t)(stopped - text), len);
		json_free(&root);
	}
	return root;
}

static cJSON *
out_of_memory(struct err *e)
{
	err_set(e, FAULT_FATAL, "out of memory");
	return NULL;
}

/* Within the limits, with what cJSON would not read replaced. */
static cJSON *
parse_measured(
    const char *text, size_t len, const struct json_shape *shape, struct err *e)
{
	auto_buf clean = BUF_INIT(3 * len + 1);

	if (shape->values > JSON_VALUES_MAX) {
		err_set(e, FAULT_RETRY, "JSON with more than %d values", JSON_VALUES_MAX);
		return NULL;
	}
	if (shape->depth > JSON_DEPTH_MAX) {
		err_set(e, FAULT_RETRY, "JSON nested deeper than %d", JSON_DEPTH_MAX);
		return NULL;
	}
	if (json_is_clean(text, len))
		return parse_whole(text, len, e);
	json_sanitize(text, len, &clean);
	if (!buf_ok(&clean))
		return out_of_memory(e);
	return parse_whole(buf_text(&clean), clean.len, e);
}

cJSON *
json_parse(const char *text, size_t len, struct err *e)
{
	struct json_shape shape = json_measure(text, len);

	return parse_measured(text, len, &shape, e);
}

/* False: its strings or brackets do not match. *root is NULL if the part cannot be read. */
static bool
parse_picked(const char *text, size_t len, const char *const *paths, cJSON **root)
{
	auto_free char *picked = malloc(len + 1);
	struct json_shape shape = { 0 };
	struct err ignored = ERR_NONE;
	size_t n;

	*root = NULL;
	if (picked == NULL)
		return true;
	n = json_pick(text, len, paths, picked, &shape);
	if (n > 0)
		*root = parse_measured(picked, n, &shape, &ignored);
	return n > 0;
}

/* If the part cannot be read, the whole is, which shows what is wrong and where. */
cJSON *
json_parse_only(const char *text, size_t len, const char *const *paths, struct err *e)
{
	cJSON *root;
	bool matches = parse_picked(text, len, paths, &root);

	if (root != NULL)
		return root;
	root = json_parse(text, len, e);
	if (root == NULL || !matches)
		return root;
	json_free(&root);
	return out_of_memory(e);
}
