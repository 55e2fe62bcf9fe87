/*
 * profile.c - see profile.h: which profile a document belongs to.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/documents/profile.h"

#include <stdlib.h>
#include <string.h>

#define DIGITS_MAX 18

static bool
is_named(const struct list *names, const char *name)
{
	if (names->count == 0)
		return true;
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

void
profile_choose(const struct list *names, const struct profile *chosen[PROFILES_MAX])
{
	int n = 0;

	for (const struct profile *p = profiles; p->name != NULL; p++)
		if (is_named(names, p->name))
			chosen[n++] = p;
	chosen[n] = NULL;
}

/* ---- documents */

bool
profile_holds(const cJSON *source, const char *path, const char *text)
{
	const cJSON *node = json_at(source, path);

	if (cJSON_IsString(node))
		return strcmp(node->valuestring, text) == 0;
	for (const cJSON *i = NULL; (i = json_each(node, "", i));)
		if (cJSON_IsString(i) && strcmp(i->valuestring, text) == 0)
			return true;
	return false;
}

bool
profile_number(const cJSON *source, const char *path, int64_t *out)
{
	const cJSON *node = json_at(source, path);
	const char *text;

	if (cJSON_IsArray(node))
		node = node->child;
	if (json_int(node, "", out))
		return true;
	if (!json_text(node, "", &text) || text[0] == '\0' || strlen(text) > DIGITS_MAX ||
	    text[strspn(text, "0123456789")] != '\0')
		return false;
	*out = strtoll(text, NULL, 10);
	return true;
}

static bool
holds(const struct condition *c, const cJSON *source)
{
	int64_t n;

	if (c->least > 0)
		return profile_number(source, c->field, &n) && n >= c->least;
	if (c->texts[0] == NULL)
		return json_at(source, c->field) != NULL;
	for (int i = 0; i < PROFILE_TEXTS_MAX && c->texts[i] != NULL; i++)
		if (profile_holds(source, c->field, c->texts[i]))
			return true;
	return false;
}

static bool
selects(const struct profile *p, const cJSON *source)
{
	for (int i = 0; i < PROFILE_CONDITIONS_MAX && p->select[i].field != NULL; i++)
		if (!holds(&p->select[i], source))
			return false;
	return true;
}

const struct profile *
profile_of(const struct profile *const *chosen, const cJSON *source)
{
	for (; *chosen != NULL; chosen++)
		if (selects(*chosen, source))
			return *chosen;
	return NULL;
}

bool
profile_could_be(const struct profile *const *chosen, const cJSON *source)
{
	for (; *chosen != NULL; chosen++)
		if (json_at(source, (*chosen)->select[0].field) != NULL)
			return true;
	return false;
}
