/*
 * fields_ask.c - asks an index how it maps the fields; see fields.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/elastic/fields.h"
#include "collector/elastic/internal.h"

#define PATH_MAX_BYTES 1024 /* web servers accept little more */
#define BODY_MAX (16 << 10)
#define NEWEST 100 /* documents that are examined */

static void
put_ways(struct buf *path, const struct field_list *list)
{
	char name[FIELDS_NAME_MAX];

	for (size_t i = 0; i < list->count; i++)
		for (int n = 0; fields_way(&list->items[i], n, name); n++)
			buf_printf(path, "%s%s", i + (size_t)n == 0 ? "" : ",", name);
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
	else if (reply.too_large || elastic_is_untold(&reply, e) ||
		 elastic_keeps_no_source(&reply))
		err_clear(e);
	*told = root != NULL;
	return root;
}

/* Whether the engine marks documents with an ignored value; old ones and OpenSearch do not. */
static bool
ask_marks(struct elastic *el, const char *index, struct field_list *list, struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(BODY_MAX);
	size_t cut = 0;
	bool told;

	json_write(&w, "{'query':{'terms':{'_ignored':[");
	for (size_t i = 0; i < list->count; i++)
		if (list->items[i].cut > 0 && !fields_is_found(&list->items[i])) {
			json_write(&w, "%s", list->items[i].name);
			cut++;
		}
	json_write(&w, "]}}}");
	if (cut == 0)
		return true;
	auto_free char *body = json_written(&w, e);

	if (body == NULL)
		return false;
	const struct call c = { index, "_count?filter_path=count", body,
		SMALL_REPLY_MAX };
	auto_json *answer = ask(el, &c, &told, e);

	fields_marked(list, answer);
	return e->fault == FAULT_NONE;
}

static bool
ask_cuts(struct elastic *el, const char *index, struct field_list *list, struct err *e)
{
	auto_buf path = BUF_INIT(PATH_MAX_BYTES);
	bool told;

	buf_puts(&path, "_mapping/field/");
	put_ways(&path, list);
	const struct call c = { index, buf_text(&path), NULL, SMALL_REPLY_MAX };
	auto_json *answer = ask(el, &c, &told, e);

	fields_cut(list, answer);
	return e->fault == FAULT_NONE && ask_marks(el, index, list, e);
}

static bool
ask_mapping(struct elastic *el, const char *index, struct field_list *list, bool *told,
    struct err *e)
{
	auto_buf path = BUF_INIT(PATH_MAX_BYTES);

	buf_puts(&path, "_field_caps?filter_path=fields&fields=" FIELDS_TIME ",");
	put_ways(&path, list);
	const struct call c = { index, buf_text(&path), NULL, SMALL_REPLY_MAX };
	auto_json *answer = ask(el, &c, told, e);

	if (!*told)
		return e->fault == FAULT_NONE;
	fields_mapped(list, answer);
	return ask_cuts(el, index, list, e);
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
    bool by_time, enum fields_verdict *verdict, struct buf *why, struct err *e)
{
	struct field_list list;
	bool told;

	*verdict = FIELDS_OPEN;
	fields_of(&list, chosen);
	list.by_time = by_time;
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
