/*
 * json.c - getters, splitting and printing; see json.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/json/json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"

#define EXACT_MAX 9007199254740992.0 /* 2^53 */

/* ---- getters */

/* Most names differ in their first letter. */
static bool
is_named(const cJSON *member, const char *key, size_t len)
{
	const char *name = member->string;

	return name != NULL && (len == 0 || *name == *key) &&
	       strncmp(name, key, len) == 0 && name[len] == '\0';
}

static const cJSON *
member(const cJSON *object, const char *key, size_t len)
{
	if (!cJSON_IsObject(object))
		return NULL;
	for (const cJSON *i = object->child; i != NULL; i = i->next)
		if (is_named(i, key, len))
			return i;
	return NULL;
}

const cJSON *
json_at(const cJSON *root, const char *path)
{
	size_t len = (size_t)(strchrnul(path, '.') - path);
	const cJSON *next, *found;

	if (root == NULL || *path == '\0')
		return root;
	next = member(root, path, len);
	if (path[len] == '\0')
		return next;
	found = next != NULL ? json_at(next, path + len + 1) : NULL;
	return found != NULL ? found : member(root, path, strlen(path));
}

bool
json_text(const cJSON *root, const char *path, const char **out)
{
	const cJSON *node = json_at(root, path);

	if (!cJSON_IsString(node))
		return false;
	*out = node->valuestring;
	return true;
}

bool
json_int(const cJSON *root, const char *path, int64_t *out)
{
	const cJSON *node = json_at(root, path);

	if (!cJSON_IsNumber(node) || !(fabs(node->valuedouble) <= EXACT_MAX) ||
	    floor(node->valuedouble) < node->valuedouble)
		return false;
	*out = (int64_t)node->valuedouble;
	return true;
}

bool
json_bool(const cJSON *root, const char *path, bool *out)
{
	const cJSON *node = json_at(root, path);

	if (!cJSON_IsBool(node))
		return false;
	*out = cJSON_IsTrue(node) != 0;
	return true;
}

const cJSON *
json_each(const cJSON *root, const char *path, const cJSON *at)
{
	const cJSON *node;

	if (at != NULL)
		return at->next;
	node = json_at(root, path);
	return cJSON_IsArray(node) || cJSON_IsObject(node) ? node->child : NULL;
}

bool
json_text_nth(const cJSON *root, const char *path, int n, const char **out)
{
	const cJSON *node = json_at(root, path);

	if (cJSON_IsString(node) && n == 0) {
		*out = node->valuestring;
		return true;
	}
	if (!cJSON_IsArray(node))
		return false;
	for (const cJSON *i = node->child; i != NULL; i = i->next) {
		if (!cJSON_IsString(i) || n-- > 0)
			continue;
		*out = i->valuestring;
		return true;
	}
	return false;
}

/* ---- splitting */

struct span {
	const char *p, *end;
};

/* Moves to the value of `key` in the object at c; *found false when it is not there. */
static bool
enter(struct span *c, const char *key, size_t len, bool *found)
{
	*found = false;
	c->p = json_skip_space(c->p, c->end);
	if (c->p >= c->end || *c->p != '{')
		return false;
	c->p = json_skip_space(c->p + 1, c->end);
	while (c->p < c->end && *c->p == '"') {
		const char *name = c->p, *value = json_skip_value(c->p, c->end);

		if (value == NULL)
			return false;
		*found =
		    (size_t)(value - name) == len + 2 && strncmp(name + 1, key, len) == 0;
		value = json_skip_space(value, c->end);
		if (value >= c->end || *value != ':')
			return false;
		c->p = value + 1;
		if (*found)
			return true;
		c->p = json_skip_value(c->p, c->end);
		if (c->p == NULL)
			return false;
		c->p = json_skip_space(c->p, c->end);
		if (c->p < c->end && *c->p == ',')
			c->p = json_skip_space(c->p + 1, c->end);
	}
	return c->p < c->end && *c->p == '}';
}

static bool
split_array(
    struct span *c, bool (*each)(void *ctx, const char *element, size_t len), void *ctx)
{
	c->p = json_skip_space(c->p, c->end);
	if (c->p >= c->end || *c->p != '[')
		return false;
	c->p = json_skip_space(c->p + 1, c->end);
	while (c->p < c->end && *c->p != ']') {
		const char *start = c->p, *stop = json_skip_value(c->p, c->end);

		if (stop == NULL)
			return false;
		if (!each(ctx, start, (size_t)(stop - start)))
			return true;
		c->p = json_skip_space(stop, c->end);
		if (c->p < c->end && *c->p == ',')
			c->p = json_skip_space(c->p + 1, c->end);
		else if (c->p >= c->end || *c->p != ']')
			return false;
	}
	return c->p < c->end;
}

/* Reads `"name":` at c and moves past it; NULL if there is something else. */
static const char *
take_name(struct span *c, size_t *len)
{
	const char *name = c->p, *stop = json_skip_value(c->p, c->end);

	if (stop == NULL || *name != '"')
		return NULL;
	*len = (size_t)(stop - name) - 2;
	c->p = json_skip_space(stop, c->end);
	if (c->p >= c->end || *c->p != ':')
		return NULL;
	c->p = json_skip_space(c->p + 1, c->end);
	return name + 1;
}

static bool
split_object(struct span *c,
    bool (*each)(void *ctx, const char *name, size_t name_len, const char *value,
	size_t value_len),
    void *ctx)
{
	c->p = json_skip_space(c->p, c->end);
	if (c->p >= c->end || *c->p != '{')
		return false;
	c->p = json_skip_space(c->p + 1, c->end);
	while (c->p < c->end && *c->p != '}') {
		size_t len;
		const char *name = take_name(c, &len), *value = c->p;
		const char *stop = name != NULL ? json_skip_value(value, c->end) : NULL;

		if (stop == NULL)
			return false;
		if (!each(ctx, name, len, value, (size_t)(stop - value)))
			return true;
		c->p = json_skip_space(stop, c->end);
		if (c->p < c->end && *c->p == ',')
			c->p = json_skip_space(c->p + 1, c->end);
		else if (c->p >= c->end || *c->p != '}')
			return false;
	}
	return c->p < c->end;
}

/* Moves c to the value at the path; *found false when it leads nowhere. */
static bool
descend(struct span *c, const char *path, bool *found, struct err *e)
{
	const char *whole = json_skip_value(c->p, c->end);

	*found = true;
	if (whole == NULL || json_skip_space(whole, c->end) != c->end)
		return err_set(e, FAULT_RETRY, "not a complete JSON value (%zu bytes)",
		    (size_t)(c->end - c->p));
	while (*path != '\0' && *found) {
		size_t n = strcspn(path, ".");

		if (!enter(c, path, n, found))
			return err_set(
			    e, FAULT_RETRY, "not the JSON object that was expected");
		path += n + (path[n] == '.');
	}
	return true;
}

bool
json_split(const char *text, size_t len, const char *path,
    bool (*each)(void *ctx, const char *element, size_t len), void *ctx, struct err *e)
{
	struct span c = { text, text + len };
	bool found;

	if (!descend(&c, path, &found, e))
		return false;
	if (found && !split_array(&c, each, ctx))
		return err_set(e, FAULT_RETRY, "not the JSON list that was expected");
	return true;
}

bool
json_members(const char *text, size_t len, const char *path,
    bool (*each)(void *ctx, const char *name, size_t name_len, const char *value,
	size_t value_len),
    void *ctx, struct err *e)
{
	struct span c = { text, text + len };
	bool found;

	if (!descend(&c, path, &found, e))
		return false;
	if (found && !split_object(&c, each, ctx))
		return err_set(e, FAULT_RETRY, "not the JSON object that was expected");
	return true;
}

bool
json_raw(const char *text, size_t len, const char *path, const char **value,
    size_t *value_len, struct err *e)
{
	struct span c = { text, text + len };
	const char *stop;
	bool found;

	*value = NULL;
	*value_len = 0;
	if (!descend(&c, path, &found, e))
		return false;
	if (!found)
		return true;
	stop = json_skip_value(c.p, c.end);
	if (stop == NULL)
		return err_set(e, FAULT_RETRY, "no JSON value where one was expected");
	*value = json_skip_space(c.p, c.end);
	*value_len = (size_t)(stop - *value);
	return true;
}

static bool
add(cJSON *array, cJSON *item)
{
	if (cJSON_AddItemToArray(array, item))
		return true;
	cJSON_Delete(item);
	return false;
}

bool
json_add_text(cJSON *array, const char *text)
{
	return add(array, cJSON_CreateString(text));
}

bool
json_lend_text(cJSON *array, const char *text)
{
	return add(array, cJSON_CreateStringReference(text));
}

char *
json_print(const cJSON *root)
{
	return cJSON_PrintUnformatted(root);
}
