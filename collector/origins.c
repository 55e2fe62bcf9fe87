/*
 * origins.c - see origins.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/origins.h"

#include <stdlib.h>
#include <string.h>

#include "collector/elastic/index_day.h"

#define INDICES_MAX (2 * ELASTIC_INDEX_MAX)
#define FIELD_MAX 100
/* The sessions of a page, twice. */
#define SESSIONS_BODY_MAX (4 << 20)
/* T-Pot's template keeps no .keyword of longer texts. */
#define KEYWORD_MAX 256

static bool
lacks_source(const struct hit *h, const struct profile *p)
{
	return h->profile == p && p->source_elsewhere && h->origin.src_ip[0] == '\0' &&
	       h->session != NULL && strlen(h->session) <= KEYWORD_MAX;
}

/* ---- the question */

static bool
is_first_of_session(const struct hit_list *hits, size_t at, const struct profile *p)
{
	for (size_t i = 0; i < at; i++)
		if (lacks_source(&hits->items[i], p) &&
		    strcmp(hits->items[i].session, hits->items[at].session) == 0)
			return false;
	return true;
}

/* The distinct sessions of the hits that lack a source; returns how many. */
static int
put_sessions(struct json_writer *w, const struct profile *p, const struct hit_list *hits)
{
	int count = 0;

	for (size_t i = 0; i < hits->count; i++) {
		if (!lacks_source(&hits->items[i], p) || !is_first_of_session(hits, i, p))
			continue;
		json_write(w, "%s", hits->items[i].session);
		count++;
	}
	return count;
}

/* Documents of this honeypot and these sessions that name a source. */
static int
put_documents(struct json_writer *w, const struct profile *p, const char *session,
    const struct hit_list *hits)
{
	int count;

	json_write(w, "{'bool':{'filter':[");
	profile_put_texts(w, "type", &p->honeypot, 1);
	json_write(w, "{'terms':{%s:[", session);
	count = put_sessions(w, p, hits);
	json_write(w, "]}},{'exists':{'field':%s}}]}}", p->source);
	return count;
}

static void
put_session_field(struct buf *out, const struct profile *p)
{
	buf_printf(out, "%s.keyword", p->session);
}

/* The earliest document of each session, which began it. */
static void
put_first_of_each(struct json_writer *w, const struct profile *p,
    const struct profile *const *chosen, const struct hit_list *hits)
{
	auto_buf session = BUF_INIT(FIELD_MAX);
	int count;

	put_session_field(&session, p);
	json_write(w, "%s:{'filter':", p->name);
	count = put_documents(w, p, buf_text(&session), hits);
	json_write(w,
	    "'aggs':{'sessions':{'terms':{'field':%s,'size':%lld},'aggs':{'first':"
	    "{'top_hits':{'size':1,"
	    "'sort':[{'@timestamp':{'order':'asc','unmapped_type':'date'}}]",
	    buf_text(&session), (long long)count);
	profile_put_source(w, chosen);
	json_write(w, "}}}}}}");
}

static bool
is_asked(const struct profile *p, const struct hit_list *hits)
{
	for (size_t i = 0; i < hits->count; i++)
		if (lacks_source(&hits->items[i], p))
			return true;
	return false;
}

static bool
is_any_asked(const struct profile *const *chosen, const struct hit_list *hits)
{
	for (; *chosen != NULL; chosen++)
		if (is_asked(*chosen, hits))
			return true;
	return false;
}

bool
origins_body(const struct profile *const *chosen, const struct hit_list *hits,
    char **body, struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(SESSIONS_BODY_MAX);
	const struct profile *const *p;

	*body = NULL;
	if (!is_any_asked(chosen, hits))
		return true;
	json_write(&w,
	    "{'size':0,'track_total_hits':false,"
	    "'query':{'bool':{'minimum_should_match':1,'should':[");
	for (p = chosen; *p != NULL; p++) {
		auto_buf session = BUF_INIT(FIELD_MAX);

		put_session_field(&session, *p);
		if (is_asked(*p, hits))
			put_documents(&w, *p, buf_text(&session), hits);
	}
	json_write(&w, "]}},'aggs':{");
	for (p = chosen; *p != NULL; p++)
		if (is_asked(*p, hits))
			put_first_of_each(&w, *p, chosen, hits);
	json_write(&w, "}}");
	*body = json_written(&w, e);
	return *body != NULL;
}

void
origins_indices(struct buf *out, const char *index)
{
	buf_puts(out, index);
	index_day_put_other(out, index, -1);
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
origins_answer(
    const struct profile *const *chosen, const cJSON *answer, struct hit_list *hits)
{
	const cJSON *all = json_at(answer, "aggregations");

	for (; *chosen != NULL; chosen++)
		read_sessions(*chosen, json_at(all, (*chosen)->name), hits);
}

bool
origins_find(struct elastic *el, const struct profile *const *chosen, const char *index,
    struct hit_list *hits, struct err *e)
{
	auto_free char *body = NULL;
	auto_buf indices = BUF_INIT(INDICES_MAX);

	if (!origins_body(chosen, hits, &body, e))
		return false;
	if (body == NULL)
		return true;
	origins_indices(&indices, index);
	auto_json *answer = elastic_search(el, buf_text(&indices), body, e);

	if (answer == NULL && e->fault != FAULT_REJECT)
		return false;
	err_clear(e);
	origins_answer(chosen, answer, hits);
	return true;
}
