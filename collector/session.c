/*
 * session.c - see session.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/session.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/time.h"

#define INDICES_MAX (2 * ELASTIC_INDEX_MAX)
#define FIELD_MAX 100
/* T-Pot's template keeps no .keyword of longer texts. */
#define KEYWORD_MAX 256
#define DAY_TEXT "YYYY.MM.DD"
#define DAY_LEN (sizeof DAY_TEXT - 1)
#define DAY_S 86400

static bool
lacks_source(const struct hit *h, const struct profile *p)
{
	return h->profile == p && p->source_elsewhere && h->origin.src_ip[0] == '\0' &&
	       h->session != NULL && strlen(h->session) <= KEYWORD_MAX;
}

/* ---- the question */

static cJSON *
add_clause(cJSON *list, const char *kind)
{
	cJSON *clause = cJSON_CreateObject();

	cJSON_AddItemToArray(list, clause);
	return cJSON_AddObjectToObject(clause, kind);
}

static void
put_keyword(struct buf *out, const char *field)
{
	buf_printf(out, "%s.keyword", field);
}

/* The sessions of the hits that lack a source; NULL when there are none. */
static cJSON *
sessions_of(const struct profile *p, const struct hit_list *hits)
{
	cJSON *sessions = NULL;

	for (size_t i = 0; i < hits->count; i++) {
		const struct hit *h = &hits->items[i];

		if (!lacks_source(h, p))
			continue;
		if (sessions == NULL)
			sessions = cJSON_CreateArray();
		if (!profile_holds(sessions, "", h->session))
			cJSON_AddItemToArray(sessions, cJSON_CreateString(h->session));
	}
	return sessions;
}

/* Documents of this honeypot and these sessions that name a source. Takes the sessions. */
static cJSON *
documents_of(const struct profile *p, cJSON *sessions)
{
	cJSON *query = cJSON_CreateObject(), *all;
	auto_buf session = BUF_INIT(FIELD_MAX);

	put_keyword(&session, p->session);
	all = cJSON_AddArrayToObject(cJSON_AddObjectToObject(query, "bool"), "filter");
	cJSON_AddStringToObject(add_clause(all, "term"), "type.keyword", p->honeypot);
	cJSON_AddItemToObject(add_clause(all, "terms"), buf_text(&session), sessions);
	cJSON_AddStringToObject(add_clause(all, "exists"), "field", p->source);
	return query;
}

/* Of each session the earliest document: the one that began it. */
static cJSON *
first_of_each(const struct profile *p, const struct profile *const *chosen, int sessions)
{
	cJSON *aggs = cJSON_CreateObject(), *terms, *hits, *order;
	cJSON *each = cJSON_AddObjectToObject(aggs, "sessions");
	auto_buf field = BUF_INIT(FIELD_MAX);

	put_keyword(&field, p->session);
	terms = cJSON_AddObjectToObject(each, "terms");
	cJSON_AddStringToObject(terms, "field", buf_text(&field));
	cJSON_AddNumberToObject(terms, "size", sessions);
	hits = cJSON_AddObjectToObject(
	    cJSON_AddObjectToObject(cJSON_AddObjectToObject(each, "aggs"), "first"),
	    "top_hits");
	cJSON_AddNumberToObject(hits, "size", 1);
	order = add_clause(cJSON_AddArrayToObject(hits, "sort"), "@timestamp");
	cJSON_AddStringToObject(order, "order", "asc");
	cJSON_AddStringToObject(order, "unmapped_type", "date");
	cJSON_AddItemToObject(hits, "_source", profile_source(chosen));
	return aggs;
}

static bool
add_profile(cJSON *should, cJSON *aggs, const struct profile *p,
    const struct profile *const *chosen, const struct hit_list *hits)
{
	cJSON *sessions = sessions_of(p, hits), *query, *one;
	int count = cJSON_GetArraySize(sessions);

	if (sessions == NULL)
		return false;
	query = documents_of(p, sessions);
	one = cJSON_AddObjectToObject(aggs, p->name);
	cJSON_AddItemToObject(one, "filter", cJSON_Duplicate(query, true));
	cJSON_AddItemToObject(one, "aggs", first_of_each(p, chosen, count));
	cJSON_AddItemToArray(should, query);
	return true;
}

char *
session_body(const struct profile *const *chosen, const struct hit_list *hits)
{
	auto_json *body = cJSON_CreateObject();
	cJSON *boolean, *should, *aggs;
	bool any = false;

	cJSON_AddNumberToObject(body, "size", 0);
	cJSON_AddFalseToObject(body, "track_total_hits");
	boolean = cJSON_AddObjectToObject(cJSON_AddObjectToObject(body, "query"), "bool");
	should = cJSON_AddArrayToObject(boolean, "should");
	cJSON_AddNumberToObject(boolean, "minimum_should_match", 1);
	aggs = cJSON_AddObjectToObject(body, "aggs");
	for (const struct profile *const *p = chosen; *p != NULL; p++)
		any = add_profile(should, aggs, *p, chosen, hits) || any;
	return any ? json_print(body) : NULL;
}

void
session_indices(struct buf *out, const char *index)
{
	size_t len = strlen(index), stem = len >= DAY_LEN ? len - DAY_LEN : 0;
	char day[TIME_TEXT_MAX];
	auto_buf instant = BUF_INIT(TIME_TEXT_MAX);
	int64_t at;

	buf_puts(out, index);
	if (len < DAY_LEN || index[stem + 4] != '.' || index[stem + 7] != '.')
		return;
	buf_printf(&instant, "%.4s-%.2s-%.2sT00:00:00Z", index + stem, index + stem + 5,
	    index + stem + 8);
	if (!time_parse_iso(buf_text(&instant), &at))
		return;
	time_format_day(at - DAY_S, day);
	buf_putc(out, ',');
	buf_put(out, index, stem);
	buf_printf(out, "%.4s.%.2s.%.2s", day, day + 5, day + 8);
}

/* ---- the answer */

static void
lend(const struct profile *p, const cJSON *source, struct hit_list *hits)
{
	auto_free char *session = hit_session(p, source);
	struct origin origin;

	hit_origin_read(&origin, p, source);
	for (size_t i = 0; i < hits->count; i++) {
		struct hit *h = &hits->items[i];

		if (session == NULL || origin.src_ip[0] == '\0' || !lacks_source(h, p) ||
		    strcmp(h->session, session) != 0)
			continue;
		hit_origin_done(&h->origin);
		hit_origin_copy(&h->origin, &origin);
	}
	hit_origin_done(&origin);
}

static void
read_sessions(const struct profile *p, const cJSON *aggregation, struct hit_list *hits)
{
	for (const cJSON *b = NULL; (b = json_each(aggregation, "sessions.buckets", b));)
		for (const cJSON *d = NULL; (d = json_each(b, "first.hits.hits", d));)
			lend(p, json_at(d, "_source"), hits);
}

void
session_answer(
    const struct profile *const *chosen, const cJSON *answer, struct hit_list *hits)
{
	const cJSON *all = json_at(answer, "aggregations");

	for (; *chosen != NULL; chosen++)
		read_sessions(*chosen, json_at(all, (*chosen)->name), hits);
}

bool
session_origins(struct elastic *el, const struct profile *const *chosen,
    const char *index, struct hit_list *hits, struct err *e)
{
	auto_free char *body = session_body(chosen, hits);
	auto_buf indices = BUF_INIT(INDICES_MAX);

	if (body == NULL)
		return true;
	session_indices(&indices, index);
	auto_json *answer = elastic_search(el, buf_text(&indices), body, e);

	if (answer == NULL && e->fault != FAULT_REJECT)
		return false;
	err_clear(e);
	session_answer(chosen, answer, hits);
	return true;
}
