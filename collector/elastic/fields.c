/*
 * fields.c - see fields.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/elastic/fields.h"

#include <string.h>

#include "collector/elastic/internal.h"

#define MD5_DIGITS 32 /* of the shortest hash */

/* ---- the fields */

static struct field *
field_of(struct field_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, name) == 0)
			return &list->items[i];
	list->items[list->count] = (struct field){ .name = name };
	return &list->items[list->count++];
}

static bool
is_hash(const struct profile *p, const char *field)
{
	for (int n = 0; n < PROFILE_FILES_MAX && p->files[n].hash != NULL; n++)
		if (strcmp(p->files[n].hash, field) == 0)
			return true;
	return false;
}

static int64_t
longest(const struct profile *p, const struct condition *c)
{
	int64_t most = is_hash(p, c->field) ? MD5_DIGITS : 0;

	for (int n = 0; n < PROFILE_TEXTS_MAX && c->texts[n] != NULL; n++)
		if ((int64_t)strlen(c->texts[n]) > most)
			most = (int64_t)strlen(c->texts[n]);
	return most;
}

void
fields_of(struct field_list *out, const struct profile *const *chosen)
{
	*out = (struct field_list){ .count = 0 };
	for (; *chosen != NULL; chosen++) {
		const struct condition *c = (*chosen)->select;

		for (int i = 0; i < PROFILE_CONDITIONS_MAX && c[i].field != NULL; i++) {
			struct field *f = field_of(out, c[i].field);
			int64_t length = longest(*chosen, &c[i]);

			if (f->profile == NULL)
				f->profile = (*chosen)->name;
			f->text = c[i].texts[0] != NULL;
			if (length > f->longest) {
				f->longest = length;
				f->longest_of = (*chosen)->name;
			}
		}
	}
}

/* ---- how they are mapped */

bool
fields_way(const struct field *f, int n, char name[FIELDS_NAME_MAX])
{
	if (n > 0 && (!f->text || profile_exact[n - 1] == NULL))
		return false;
	buf_fixed(name, FIELDS_NAME_MAX, "%s%s%s", f->name, n > 0 ? "." : "",
	    n > 0 ? profile_exact[n - 1] : "");
	return true;
}

/* An object is not our field: the engine refuses documents with a text in its place. */
static bool
is_object(const cJSON *type)
{
	return strcmp(type->string, "object") == 0 || strcmp(type->string, "nested") == 0;
}

/* The types of one name are members: {"text":{"type":"text","searchable":true}}. */
static bool
is_searchable(const cJSON *types)
{
	bool searchable;

	for (const cJSON *t = NULL; (t = json_each(types, "", t));)
		if (is_object(t) ||
		    (json_bool(t, "searchable", &searchable) && searchable))
			return true;
	return false;
}

static void
read_type(struct field *f, const cJSON *types)
{
	const cJSON *first = json_each(types, "", NULL);

	if (first != NULL)
		BUF_FIXED(f->type, "%.*s", FIELDS_TYPE_MAX - 1, first->string);
}

/* Keywords can be compared as well: T-Pot writes times so that their texts have the same order. */
static void
read_time(struct field_list *list, const cJSON *types)
{
	static const char *const TIMES[] = { "date", "date_nanos", "keyword", NULL };
	const cJSON *first = json_each(types, "", NULL);

	list->time_type[0] = '\0';
	if (first == NULL)
		return;
	for (const char *const *t = TIMES; *t != NULL; t++)
		if (strcmp(first->string, *t) == 0 && is_searchable(types))
			return;
	BUF_FIXED(list->time_type, "%.*s", FIELDS_TYPE_MAX - 1, first->string);
}

void
fields_mapped(struct field_list *list, const cJSON *answer)
{
	const cJSON *all = json_at(answer, "fields");
	char name[FIELDS_NAME_MAX];

	read_time(list, cJSON_GetObjectItemCaseSensitive(all, FIELDS_TIME));
	for (size_t i = 0; i < list->count; i++) {
		struct field *f = &list->items[i];

		f->type[0] = '\0';
		f->cut = 0;
		read_type(f, cJSON_GetObjectItemCaseSensitive(all, f->name));
		for (int n = 0; fields_way(f, n, name); n++)
			f->found[n] =
			    is_searchable(cJSON_GetObjectItemCaseSensitive(all, name));
	}
}

/* {"eventid.raw":{"mapping":{"raw":{"type":"keyword","ignore_above":256}}}} */
static bool
is_cut(const struct field *f, const cJSON *mappings, const char *name, int64_t *at)
{
	const cJSON *field = cJSON_GetObjectItemCaseSensitive(mappings, name);

	return json_int(json_each(field, "mapping", NULL), "ignore_above", at) &&
	       *at < f->longest;
}

/* The only member of the answer is the index. */
void
fields_cut(struct field_list *list, const cJSON *answer)
{
	const cJSON *mappings = json_at(json_each(answer, "", NULL), "mappings");
	char name[FIELDS_NAME_MAX];

	for (size_t i = 0; i < list->count; i++) {
		struct field *f = &list->items[i];

		for (int n = 0; fields_way(f, n, name); n++) {
			int64_t at;

			if (!f->found[n] || !is_cut(f, mappings, name, &at))
				continue;
			f->found[n] = false;
			f->cut = at;
		}
	}
}

void
fields_marked(struct field_list *list, const cJSON *answer)
{
	int64_t marked = 0;

	json_int(answer, "count", &marked);
	for (size_t i = 0; i < list->count; i++)
		if (marked > 0 && list->items[i].cut > 0)
			list->items[i].found[0] = true;
}

/* ---- what documents show */

/* Whether an engine would map the value: it is neither null nor empty. */
static bool
is_value(const cJSON *node)
{
	if (cJSON_IsArray(node))
		node = node->child;
	return cJSON_IsString(node) || cJSON_IsNumber(node) || cJSON_IsBool(node);
}

void
fields_seen(struct field_list *list, const cJSON *answer)
{
	for (const cJSON *h = NULL; (h = json_each(answer, "hits.hits", h));)
		for (size_t i = 0; i < list->count; i++) {
			struct field *f = &list->items[i];

			if (is_value(json_at(json_at(h, "_source"), f->name)) &&
			    !profile_holds(h, "_ignored", f->name))
				f->seen = true;
		}
}

/* ---- what follows */

static void
put_cut(struct buf *why, const struct field *f)
{
	buf_printf(why,
	    "maps field %s with \"ignore_above\": %lld, which leaves what profile %s "
	    "selects by it out of every search; raise it to 256 and run _update_by_query or "
	    "reindex, or remove %s from `profiles`",
	    f->name, (long long)f->cut, f->longest_of, f->longest_of);
}

static void
put_why(struct buf *why, const struct field *f)
{
	if (f->cut > 0) {
		put_cut(why, f);
		return;
	}
	if (f->type[0] == '\0')
		buf_printf(why,
		    "holds field %s in its documents, but does not map it (\"dynamic\": "
		    "false?)",
		    f->name);
	else
		buf_printf(
		    why, "maps field %s as %s with its index off", f->name, f->type);
	buf_printf(why,
	    ", so no search finds what profile %s selects by it; map it as keyword and "
	    "run _update_by_query or reindex, or remove %s from `profiles`",
	    f->profile, f->profile);
}

bool
fields_is_found(const struct field *f)
{
	for (int n = 0; n < FIELDS_WAYS_MAX; n++)
		if (f->found[n])
			return true;
	return false;
}

static void
put_time(struct buf *why, const char *type)
{
	buf_printf(why,
	    "maps field " FIELDS_TIME
	    " as %s%s, so no search can tell which documents "
	    "are older than `start`, or of which day; map it as date and reindex",
	    type, strncmp(type, "date", 4) == 0 ? " with its index off" : "");
}

enum fields_verdict
fields_judge(const struct field_list *list, struct buf *why)
{
	enum fields_verdict verdict = FIELDS_FOUND;

	if (list->by_time && list->time_type[0] != '\0') {
		put_time(why, list->time_type);
		return FIELDS_HIDDEN;
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct field *f = &list->items[i];

		if (fields_is_found(f))
			continue;
		if (f->seen || f->type[0] != '\0') {
			put_why(why, f);
			return FIELDS_HIDDEN;
		}
		verdict = FIELDS_OPEN;
	}
	return verdict;
}
