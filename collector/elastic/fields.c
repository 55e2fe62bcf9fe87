/*
 * fields.c - see fields.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/elastic/fields.h"

#include <string.h>

#include "collector/elastic/internal.h"

#define PATH_MAX_BYTES 1024 /* web servers accept little more */
#define BODY_MAX (16 << 10)
#define NAME_MAX_BYTES 100
#define NEWEST 100 /* documents that are examined */

/* ---- the fields */

static bool
is_listed(const struct field_list *list, const char *name)
{
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].name, name) == 0)
			return true;
	return false;
}

void
fields_of(struct field_list *out, const struct profile *const *chosen)
{
	*out = (struct field_list){ .count = 0 };
	for (; *chosen != NULL; chosen++) {
		const struct condition *c = (*chosen)->select;

		for (int i = 0; i < PROFILE_CONDITIONS_MAX && c[i].field != NULL; i++)
			if (!is_listed(out, c[i].field))
				out->items[out->count++] =
				    (struct field){ .name = c[i].field,
					    .profile = (*chosen)->name,
					    .text = c[i].texts[0] != NULL };
	}
}

/* ---- how they are mapped */

/* An object is not our field: the engine refuses documents with a text in its place. */
static bool
is_object(const cJSON *type)
{
	return strcmp(type->string, "object") == 0 || strcmp(type->string, "nested") == 0;
}

/* The types of one name are members: {"text":{"type":"text","searchable":true}}. */
static bool
is_found(const cJSON *types)
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

void
fields_mapped(struct field_list *list, const cJSON *answer)
{
	const cJSON *all = json_at(answer, "fields");

	for (size_t i = 0; i < list->count; i++) {
		struct field *f = &list->items[i];
		const cJSON *types = cJSON_GetObjectItemCaseSensitive(all, f->name);

		f->type[0] = '\0';
		read_type(f, types);
		f->found = is_found(types);
		for (int n = 0; f->text && profile_exact[n] != NULL; n++) {
			char name[NAME_MAX_BYTES];

			BUF_FIXED(name, "%s.%s", f->name, profile_exact[n]);
			f->found = f->found ||
				   is_found(cJSON_GetObjectItemCaseSensitive(all, name));
		}
	}
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
put_why(struct buf *why, const struct field *f)
{
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

enum fields_verdict
fields_judge(const struct field_list *list, struct buf *why)
{
	enum fields_verdict verdict = FIELDS_FOUND;

	for (size_t i = 0; i < list->count; i++) {
		const struct field *f = &list->items[i];

		if (f->found)
			continue;
		if (f->seen || f->type[0] != '\0') {
			put_why(why, f);
			return FIELDS_HIDDEN;
		}
		verdict = FIELDS_OPEN;
	}
	return verdict;
}

/* ---- asking */

static void
put_path(struct buf *path, const struct field_list *list)
{
	buf_puts(path, "_field_caps?filter_path=fields&fields=");
	for (size_t i = 0; i < list->count; i++) {
		const struct field *f = &list->items[i];

		buf_printf(path, "%s%s", i == 0 ? "" : ",", f->name);
		for (int n = 0; f->text && profile_exact[n] != NULL; n++)
			buf_printf(path, ",%s.%s", f->name, profile_exact[n]);
	}
}

/* *told: there was a usable answer; one that is too large or not the expected JSON is not. */
static cJSON *
ask(struct elastic *el, const struct call *c, bool *told, struct err *e)
{
	auto_reply reply = { .status = 0 };
	struct err broken = ERR_NONE;
	cJSON *root = NULL;

	if (elastic_perform(el, c, &reply, e))
		root = json_parse(buf_text(&reply.body), reply.body.len, &broken);
	else if (reply.too_large || elastic_is_untold(&reply, e))
		err_clear(e);
	*told = root != NULL;
	return root;
}

static bool
ask_mapping(struct elastic *el, const char *index, struct field_list *list, bool *told,
    struct err *e)
{
	auto_buf path = BUF_INIT(PATH_MAX_BYTES);

	put_path(&path, list);
	const struct call c = { index, buf_text(&path), NULL, SMALL_REPLY_MAX };
	auto_json *answer = ask(el, &c, told, e);

	if (*told)
		fields_mapped(list, answer);
	return e->fault == FAULT_NONE;
}

static bool
ask_newest(struct elastic *el, const char *index, struct field_list *list, struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(BODY_MAX);
	bool told;

	json_write(&w,
	    "{'size':%lld,'track_total_hits':false,"
	    "'sort':[{'_seq_no':{'order':'desc'}}],'_source':[",
	    (long long)NEWEST);
	for (size_t i = 0; i < list->count; i++)
		json_write(&w, "%s", list->items[i].name);
	json_write(&w, "]}");
	auto_free char *body = json_written(&w, e);

	if (body == NULL)
		return false;
	const struct call c = { index,
		"_search?filter_path=hits.hits._source,hits.hits._ignored", body,
		SMALL_REPLY_MAX };
	auto_json *answer = ask(el, &c, &told, e);

	fields_seen(list, answer);
	return e->fault == FAULT_NONE;
}

/* The document that is examined may itself have caused the mapping, so the mapping is requested again. */
bool
elastic_fields(struct elastic *el, const char *index, const struct profile *const *chosen,
    enum fields_verdict *verdict, struct buf *why, struct err *e)
{
	struct field_list list;
	bool told;

	*verdict = FIELDS_OPEN;
	fields_of(&list, chosen);
	if (!ask_mapping(el, index, &list, &told, e))
		return false;
	if (!told)
		return true;
	*verdict = fields_judge(&list, why);
	if (*verdict != FIELDS_OPEN)
		return true;
	if (!ask_newest(el, index, &list, e))
		return false;
	if (fields_judge(&list, why) != FIELDS_HIDDEN)
		return true;
	buf_reset(why);
	if (!ask_mapping(el, index, &list, &told, e))
		return false;
	if (told)
		*verdict = fields_judge(&list, why);
	return true;
}
