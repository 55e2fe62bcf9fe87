/*
 * story.c - see story.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/stories/story.h"

#include <stdlib.h>
#include <string.h>

#include "collector/documents/profile.h"
#include "common/base/utf8.h"

#define BODY_MAX (1 << 20)
#define COMMANDS_MAX (STORY_COMMANDS_MAX * (6 * STORY_TEXT_MAX + 4) + 4)

/* ---- the question */

static void
put_kinds(struct json_writer *w, const struct story_reader *r)
{
	const char *kinds[READER_KINDS_MAX];
	size_t count = 0;

	for (; count < READER_KINDS_MAX && r->kinds[count].kind != NULL; count++)
		kinds[count] = r->kinds[count].kind;
	profile_put_texts(w, r->kind, kinds, count);
}

static void
put_source(struct json_writer *w, const struct story_reader *r)
{
	json_write(w, "'_source':['@timestamp','realm','fingerprint','key'");
	json_write(w, "%s", r->session);
	json_write(w, "%s", r->kind);
	for (int k = 0; k < READER_KINDS_MAX && r->kinds[k].kind != NULL; k++)
		for (int f = 0; f < READER_FIELDS_MAX && r->kinds[k].fields[f] != NULL;
		     f++)
			json_write(w, "%s", r->kinds[k].fields[f]);
	json_write(w, "]");
}

char *
story_body(const struct story_reader *r, char *const *sessions, size_t count, size_t hits,
    struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(BODY_MAX);

	json_write(&w,
	    "{'size':%lld,'track_total_hits':false,'sort':[{'@timestamp':{'order':'asc',"
	    "'unmapped_type':'date'}},{'_doc':{'order':'asc'}}]",
	    (long long)hits);
	put_source(&w, r);
	json_write(&w, "'query':{'bool':{'filter':[");
	profile_put_texts(&w, r->session, (const char *const *)sessions, count);
	put_kinds(&w, r);
	json_write(&w, "]}}}");
	return json_written(&w, e);
}

/* ---- one document */

/* The first of the fields that holds a text, cut; NULL: none. The caller frees. */
static char *
first_text(const cJSON *source, const struct told_kind *kind)
{
	for (int f = 0; f < READER_FIELDS_MAX && kind->fields[f] != NULL; f++) {
		auto_buf clean = BUF_CUT(STORY_TEXT_MAX);
		const char *text;

		if (!json_text_nth(source, kind->fields[f], 0, &text))
			continue;
		utf8_clean(&clean, text, strlen(text), STORY_TEXT_MAX);
		if (clean.len > 0)
			return buf_take(&clean);
	}
	return NULL;
}

/* Takes the text; NULL changes nothing. */
static void
replace(char **slot, char *text)
{
	if (text == NULL)
		return;
	free(*slot);
	*slot = text;
}

static void
add_command(struct story *s, char *text)
{
	if (text == NULL)
		return;
	if (s->typed == 0)
		json_write(&s->commands, "[");
	if (s->typed < STORY_COMMANDS_MAX)
		json_write(&s->commands, "%s", text);
	s->typed++;
	free(text);
}

static void
add_login(struct story *s, const cJSON *source, bool in, char *user)
{
	s->tries++;
	if (s->in && !in) {
		free(user);
		return;
	}
	replace(&s->user, user);
	s->in = in;
	s->by_key = in && (json_at(source, "fingerprint") != NULL ||
			      json_at(source, "key") != NULL);
}

static void
add(struct story *s, const struct told_kind *kind, const cJSON *source)
{
	char *text = first_text(source, kind);

	switch (kind->told) {
	case TOLD_LOGIN:
	case TOLD_REFUSED:
		add_login(s, source, kind->told == TOLD_LOGIN, text);
		return;
	case TOLD_COMMAND:
		add_command(s, text);
		return;
	case TOLD_CLIENT:
		replace(&s->client, text);
		return;
	case TOLD_HASSH:
		replace(&s->hassh, text);
		return;
	case TOLD_REQUEST:
		replace(&s->request, text);
		return;
	case TOLD_END:
		s->ended = true;
		free(text);
		return;
	}
}

/* Logstash may have written a document twice: same time, same kind, same text. */
static bool
is_copy(struct story *s, const struct told_kind *kind, const cJSON *source)
{
	auto_free char *text = first_text(source, kind);
	auto_buf says = BUF_CUT(2 * STORY_TEXT_MAX);
	const char *at = "";
	bool copy;

	json_text_nth(source, "@timestamp", 0, &at);
	buf_printf(&says, "%.40s %s %s", at, kind->kind, text != NULL ? text : "");
	copy = s->last != NULL && strcmp(s->last, buf_text(&says)) == 0;
	replace(&s->last, buf_take(&says));
	return copy;
}

/* ---- the answer */

struct story_reading {
	struct story_list *list;
	const struct story_reader *reader;
};

static struct story *
story_of(struct story_list *list, const cJSON *source, const char *field)
{
	const char *session;

	if (!json_text_nth(source, field, 0, &session))
		return NULL;
	for (size_t i = 0; i < list->count; i++)
		if (strcmp(list->items[i].session, session) == 0)
			return &list->items[i];
	return NULL;
}

static const struct told_kind *
kind_of(const struct story_reader *r, const cJSON *source)
{
	const char *kind;

	if (!json_text_nth(source, r->kind, 0, &kind))
		return NULL;
	for (int k = 0; k < READER_KINDS_MAX && r->kinds[k].kind != NULL; k++)
		if (strcmp(r->kinds[k].kind, kind) == 0)
			return &r->kinds[k];
	return NULL;
}

/* Text typed into a program (`realm`), such as a new password, is not a command. */
static bool
read_hit(void *ctx, const char *text, size_t len)
{
	struct story_reading *t = ctx;
	struct err ignored = ERR_NONE;
	auto_json *root = json_parse(text, len, &ignored);
	const cJSON *source = json_at(root, "_source");
	struct story *s = story_of(t->list, source, t->reader->session);
	const struct told_kind *kind = kind_of(t->reader, source);

	t->list->hits++;
	if (s == NULL || kind == NULL || is_copy(s, kind, source))
		return true;
	if (kind->told != TOLD_COMMAND || json_at(source, "realm") == NULL)
		add(s, kind, source);
	return true;
}

bool
story_answer(struct story_list *list, const struct story_reader *r, const char *answer,
    size_t len, struct err *e)
{
	struct story_reading t = { .list = list, .reader = r };

	for (size_t i = 0; i < list->count; i++)
		list->items[i].commands =
		    (struct json_writer)JSON_WRITER_INIT(COMMANDS_MAX);
	return json_split(answer, len, "hits.hits", read_hit, &t, e);
}

char *
story_commands(struct story *s, struct err *e)
{
	if (s->typed == 0)
		return NULL;
	json_write(&s->commands, "]");
	return json_written(&s->commands, e);
}

void
story_list_done(struct story_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		struct story *s = &list->items[i];

		free(s->user);
		free(s->client);
		free(s->hassh);
		free(s->request);
		free(s->last);
		json_writer_done(&s->commands);
	}
	*list = (struct story_list){ .count = 0 };
}
