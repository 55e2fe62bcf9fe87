/*
 * stories.c - see stories.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/stories.h"

#include <string.h>

#include "collector/collector.h"
#include "collector/elastic/index_day.h"
#include "common/base/time.h"

#define INDICES_MAX (4 * ELASTIC_INDEX_MAX)
/* A failed request is sent again after this long, then after twice the time each. */
#define RETRY_S 300
#define RETRIES_MAX 6

/* When a session that has not ended is read again; after the last time, never. */
static const int64_t AGAIN_S[] = { 600, HOUR_S, DAY_S };
#define LOOKS_MAX ((int64_t)(sizeof AGAIN_S / sizeof AGAIN_S[0]))

static int64_t
next_look(const struct story_reader *r, const struct story *s, int64_t looks, int64_t now)
{
	bool told = r->ends ? s->ended : s->request != NULL && looks > 0;

	return told || looks >= LOOKS_MAX ? 0 : now + AGAIN_S[looks];
}

/* ---- the answer */

static bool
retry(struct source *src, const struct err *fault, int64_t now)
{
	struct stories_state *s = &src->stories;
	struct log_number again;

	s->again_at =
	    now +
	    ((int64_t)RETRY_S << (s->failures < RETRIES_MAX ? s->failures : RETRIES_MAX));
	s->failures++;
	log_line(&src->log, LOG_WARNING, "retry", "what", "commands of sessions", "why",
	    fault->text, "again_in_s", log_number(&again, s->again_at - now), NULL);
	return true;
}

static bool
store_stories(struct collector *co, struct source *src, struct story_list *list,
    const struct story_reader *r, int64_t now, struct err *e)
{
	const struct story_due *due = &src->stories.asked;
	int64_t look_at[STORY_SESSIONS_MAX];

	for (size_t i = 0; i < due->count; i++)
		look_at[i] = next_look(r, &list->items[i], due->looks[i], now);
	return store_stories_told(&co->st.db, src->name, due, list, look_at, now, e);
}

/* The answer is cut, or may be: half of the sessions are asked about. */
static bool
halve(struct stories_state *s)
{
	if (s->asked.count < 2)
		return false;
	s->most = s->asked.count / 2;
	return true;
}

static bool
take_stories(struct collector *co, struct source *src, const char *answer, size_t len,
    int64_t now, struct err *e)
{
	struct stories_state *s = &src->stories;
	const struct story_reader *r = readers_of(s->asked.honeypot);
	struct story_list list = { .count = s->asked.count };
	struct err fault = ERR_NONE;
	bool ok = true;

	for (size_t i = 0; i < list.count; i++)
		list.items[i].session = s->asked.sessions[i];
	if (!story_answer(&list, r, answer, len, &fault)) {
		ok = retry(src, &fault, now);
	} else if (list.hits < s->hits || !halve(s)) {
		ok = store_stories(co, src, &list, r, now, e);
		s->most = STORY_SESSIONS_MAX;
	}
	story_list_done(&list);
	return ok;
}

/* The engine will never answer, or answers too much for one session: it is not read again before its
 * next time. An index that gives fewer documents is asked for fewer. */
static bool
pass(struct collector *co, struct source *src, const struct err *fault, int64_t now,
    struct err *e)
{
	struct stories_state *s = &src->stories;
	struct story_list none = { .count = 0 };

	if (s->question.too_many && s->hits > 1) {
		s->hits /= 2;
		return true;
	}
	if (s->question.too_large && halve(s))
		return true;
	log_line(&src->log, LOG_WARNING, "rejected", "what", "commands of sessions",
	    "why", fault->text, NULL);
	return store_stories(co, src, &none, readers_of(s->asked.honeypot), now, e);
}

static bool
take_answer(struct collector *co, struct source *src, int64_t now, struct err *e)
{
	struct stories_state *s = &src->stories;
	struct err fault = ERR_NONE;
	size_t len;
	const char *answer = question_answer(&s->question, &len, &fault);
	bool ok;

	s->next_at = 0;
	if (answer != NULL) {
		s->failures = 0;
		ok = take_stories(co, src, answer, len, now, e);
	} else if (fault.fault == FAULT_REJECT || s->question.too_large) {
		ok = pass(co, src, &fault, now, e);
	} else {
		ok = retry(src, &fault, now);
	}
	question_done(&s->question);
	store_stories_done(&s->asked);
	return ok;
}

/* ---- the question */

static bool
ask_about_sessions(struct source *src, struct err *e)
{
	struct stories_state *s = &src->stories;
	const struct story_reader *r = readers_of(s->asked.honeypot);
	auto_buf indices = BUF_INIT(INDICES_MAX);
	auto_free char *body =
	    story_body(r, s->asked.sessions, s->asked.count, s->hits, e);
	struct search search = { .filter = "hits.hits._source",
		.body = body,
		.reply_max = ELASTIC_REPLY_MAX };

	if (body == NULL)
		return false;
	buf_puts(&indices, s->asked.index);
	index_day_put_other(&indices, s->asked.index, -1);
	index_day_put_other(&indices, s->asked.index, 1);
	search.index = buf_text(&indices);
	return question_ask(&s->question, &src->el, &search, e);
}

static bool
ask_due(struct collector *co, struct source *src, int64_t now, struct err *e)
{
	struct stories_state *s = &src->stories;

	if (s->next_at == 0 && !store_stories_next(&co->st.db, src->name, &s->next_at, e))
		return false;
	if (now < s->next_at || (now < s->again_at && s->again_at <= now + DAY_S))
		return true;
	if (s->most == 0) {
		s->most = STORY_SESSIONS_MAX;
		s->hits = STORY_HITS;
	}
	if (store_stories_due(&co->st.db, src->name, now, s->most, &s->asked, e) &&
	    (s->asked.count == 0 || ask_about_sessions(src, e)))
		return true;
	store_stories_done(&s->asked);
	return false;
}

bool
stories_work(struct collector *co, struct source *src, int64_t now, struct err *e)
{
	struct stories_state *s = &src->stories;

	if (!src->config->stories)
		return true;
	if (s->question.state == QUESTION_ANSWERED && !take_answer(co, src, now, e))
		return false;
	return s->question.state == QUESTION_ASKED || ask_due(co, src, now, e);
}

int64_t
stories_wake_at(const struct source *src)
{
	const struct stories_state *s = &src->stories;

	if (s->question.state == QUESTION_ANSWERED)
		return 0;
	if (s->question.state == QUESTION_ASKED || s->next_at == 0)
		return INT64_MAX;
	return s->next_at > s->again_at ? s->next_at : s->again_at;
}

void
stories_begun(struct source *src)
{
	src->stories.next_at = 0;
}
