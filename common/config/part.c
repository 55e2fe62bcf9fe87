/*
 * part.c - the sections of a file: which are used, their keys, the lines these are on, their values.
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

int
config_line(const struct config_reader *r, const struct config_part *p, const char *name)
{
	int line = p->lines[config_key(p->section, name) - p->section->keys];

	line = line > 0 ? line : p->header;
	return line > 0 ? line : r->line > 0 ? r->line : 1;
}

const char *
config_credential(char out[CONFIG_CREDENTIAL_MAX], const char *label, const struct key *k)
{
	int length = (int)(strlen(k->name) - strlen("_file"));

	return buf_fixed(out, CONFIG_CREDENTIAL_MAX, "%s.%.*s", label, length, k->name);
}

static void
clear_section(const struct config_section *s, void *values)
{
	for (const struct key *k = s->keys; k->name; k++)
		config_clear(k, values);
}

void
config_clear_values(struct config *c)
{
	for (const struct config_section *s = c->sections; s && s->name; s++) {
		void *at = (char *)c + s->offset;
		struct named *n = at;

		if (s->size == 0)
			clear_section(s, at);
		while (s->size > 0 && n->count > 0) {
			n->count--;
			clear_section(s, n->values[n->count]);
			free(n->values[n->count]);
			free(n->names[n->count]);
			n->names[n->count] = NULL;
		}
	}
}

void
config_done(struct config *c)
{
	config_clear_values(c);
	free(c->path);
	*c = (struct config){ 0 };
}
