/*
 * pick.c - see scan.h: the wanted part of a JSON text.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/buf.h"
#include "common/json/scan.h"

struct picking {
	const char *p, *end;
	struct buf *out;
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
	size_t n = *path == '*' ? 1 : len;

	if (*path != '*' && (*path != *name || strncmp(path, name, len) != 0 ||
				memchr(name, '.', len) != NULL))
		return NULL;
	return path[n] == '\0' || path[n] == '.' ? path + n : NULL;
}

static void
below(const struct tails *t, const char *name, size_t len, struct tails *out)
{
	out->count = 0;
	out->whole = false;
	for (size_t i = 0; i < t->count; i++) {
		const char *end = first_key(t->paths[i], name, len);

		if (end == NULL)
			continue;
		if (*end == '\0')
			out->whole = true;
		else
			out->paths[out->count++] = end + 1;
	}
}

static bool
copy_value(struct picking *c)
{
	const char *stop = json_skip_value(c->p, c->end);

	if (stop == NULL)
		return false;
	buf_put(c->out, c->p, (size_t)(stop - c->p));
	c->p = stop;
	return true;
}

static bool pick_value(struct picking *c, const struct tails *t);

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
	below(t, name + 1, (size_t)(stop - name) - 2, next);
	if (!next->whole && next->count == 0) {
		c->p = json_skip_value(c->p, c->end);
		return c->p != NULL;
	}
	if (!*first)
		buf_putc(c->out, ',');
	*first = false;
	buf_put(c->out, name, (size_t)(c->p - name));
	return pick_value(c, next);
}

static bool
pick_object(struct picking *c, const struct tails *t)
{
	struct tails next;
	bool first = true;

	buf_putc(c->out, '{');
	c->p = json_skip_space(c->p + 1, c->end);
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
	buf_putc(c->out, '}');
	c->p++;
	return true;
}

static bool
pick_value(struct picking *c, const struct tails *t)
{
	return !t->whole && c->p < c->end && *c->p == '{' ? pick_object(c, t)
							  : copy_value(c);
}

bool
json_pick(const char *text, size_t len, const char *const *paths, struct buf *out)
{
	struct picking c = { text, text + len, out };
	struct tails all = { .count = 0 };

	while (all.count < JSON_PATHS_MAX && paths[all.count] != NULL) {
		all.paths[all.count] = paths[all.count];
		all.count++;
	}
	c.p = json_skip_space(c.p, c.end);
	return pick_value(&c, &all) && json_skip_space(c.p, c.end) == c.end;
}
