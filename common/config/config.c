/*
 * config.c - the struct that holds the values of a program.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "common/config/internal.h"

bool
config_is_used(const struct config *c, const struct config_section *s)
{
	return s->shared || strcmp(s->of ? s->of : s->name, c->own) == 0;
}

const struct key *
config_key(const struct config_section *s, const char *name)
{
	for (const struct key *k = s->keys; k->name; k++)
		if (strcmp(k->name, name) == 0)
			return k;
	return NULL;
}

int *
config_key_line(struct config_part *p, const struct key *k)
{
	return &p->lines[k - p->section->keys];
}

static void
clear_section(const struct config_section *s, void *values)
{
	for (const struct key *k = s->keys; k->name; k++)
		config_clear(k, values);
}

static void
clear_named(const struct config_section *s, struct named *n)
{
	for (size_t i = 0; i < n->count; i++) {
		clear_section(s, n->values[i]);
		free(n->values[i]);
		free(n->names[i]);
	}
	*n = (struct named){ .count = 0 };
}

void
config_clear_values(struct config *c)
{
	for (const struct config_section *s = c->sections; s && s->name; s++) {
		char *at = (char *)c + s->offset;

		if (s->size > 0)
			clear_named(s, (struct named *)(void *)at);
		else
			clear_section(s, at);
	}
}

void
config_done(struct config *c)
{
	config_clear_values(c);
	free(c->path);
	*c = (struct config){ 0 };
}

bool
config_read(struct config *out, const char *own, const char *path, struct buf *problems,
    struct err *e)
{
	*out = (struct config){ .offline = out->offline };
	return config_read_sections(out, config_sections, own, path, problems, e);
}
