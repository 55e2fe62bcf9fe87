/*
 * pick.c - see scan.h: the wanted part of a JSON text.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/json/scan.h"

struct picking {
	const char *p, *end;
	char *
	    out; /* where the next byte goes; each is one of the text, so that they fit */
	struct json_shape *shape; /* of what is copied */
};

/* The rest of each path below one value. */
struct tails {
	const char *paths[JSON_PATHS_MAX];
	size_t count;
	bool whole; /* one of the paths ends here */
};

/* The end of the path's first key if that is the name or `*`; else NULL. */
static const char *
first_key(const char *path, const char *name, size_t len)
{
	const char *end = strchrnul(path, '.');
	size_t n = (size_t)(end - path);

	return (n == 1 && *path == '*') || (n == len && memcmp(path, name, n) == 0)
		   ? end
		   : NULL;
}

/* False: nothing is wanted of the member with this name. */
static bool
below(const struct tails *t, const char *name, size_t len, struct tails *out)
{
	out->count = 0;
	out->whole = false;
	for (size_t i = 0; i < t->count; i++) {
		const char *path = t->paths[i], *end;

		if (*path != *name && *path != '*')
			continue;
		end = first_key(path, name, len);
		if (end == NULL)
			continue;
		if (*end == '\0')
			out->whole = true;
		else
			out->paths[out->count++] = end + 1;
	}
	return out->whole || out->count > 0;
}

static void
put(struct picking *c, const char *from, const char *to)
{
	memcpy(c->out, from, (size_t)(to - from));
	c->out += to - from;
}

/* The value, and what stands before it from `start` on. */
static bool
copy_value(struct picking *c, const char *start)
{
	c->p = json_measure_value(c->p, c->end, c->shape);
	if (c->p == NULL)
		return false;
	put(c, start, c->p);
	return true;
}

static bool pick_value(struct picking *c, const struct tails *t, const char *start);

/* One member: `"name": value`; *next is what is wanted of the value. */
static bool
pick_member(struct picking *c, const struct tails *t, struct tails *next, bool *first)
{
	const char *name = c->p, *stop;

	stop = *name == '"' ? json_skip_string(name, c->end) : NULL;
	if (stop == NULL)
		return false;
	c->p = json_skip_space(stop, c->end);
	if (c->p == c->end || *c->p != ':')
		return false;
	c->p = json_skip_space(c->p + 1, c->end);
	if (!below(t, name + 1, (size_t)(stop - name) - 2, next)) {
		c->p = json_skip_value(c->p, c->end);
		return c->p != NULL;
	}
	if (!*first)
		*c->out++ = ',';
	*first = false;
	c->shape->values++;
	return pick_value(c, next, name);
}

static bool
pick_object(struct picking *c, const struct tails *t, const char *start)
{
	struct tails next;
	bool first = true;

	put(c, start, ++c->p);
	json_count_opened(c->shape);
	c->p = json_skip_space(c->p, c->end);
	while (c->p < c->end && *c->p != '}') {
		if (!pick_member(c, t, &next, &first))
			return false;
		c->p = json_skip_space(c->p, c->end);
		if (c->p == c->end || (*c->p != ',' && *c->p != '}'))
			return false;
		if (*c->p == ',')
			c->p = json_skip_space(c->p + 1, c->end);
	}
	if (c->p == c->end)
		return false;
	*c->out++ = *c->p++;
	c->shape->open--;
	return true;
}

static bool
pick_value(struct picking *c, const struct tails *t, const char *start)
{
	return !t->whole && c->p < c->end && *c->p == '{' ? pick_object(c, t, start)
							  : copy_value(c, start);
}

size_t
json_pick(const char *text, size_t len, const char *const *paths, char *out,
    struct json_shape *shape)
{
	struct picking c = { text, text + len, out, shape };
	struct tails all = { .count = 0 };

	while (all.count < JSON_PATHS_MAX && paths[all.count] != NULL) {
		all.paths[all.count] = paths[all.count];
		all.count++;
	}
	c.p = json_skip_space(c.p, c.end);
	if (!pick_value(&c, &all, c.p) || json_skip_space(c.p, c.end) != c.end)
		return 0;
	return (size_t)(c.out - out);
}
