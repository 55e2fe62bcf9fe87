/*
 * survey.c - see survey.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/survey.h"

#include <string.h>

#include "collector/collector.h"
#include "common/base/time.h"

#define AGGREGATION_MAX 64
#define SELECTED "selected_"
#define SURVEY_BODY_MAX (64 << 10)

/* ---- the question */

/* For a rare profile, documents with the field that would name a capture show that its names are right. */
static void
put_selected(struct json_writer *w, const struct profile *p)
{
	const struct profile *const one[] = { p, NULL };

	if (p->rare)
		json_write(w, "{'exists':{'field':%s}}", p->select[0].field);
	else
		profile_put_query(w, one);
}

char *
survey_body(const struct profile *const *chosen, struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(SURVEY_BODY_MAX);

	json_write(&w, "{'size':0,'track_total_hits':false,'aggs':{");
	for (; *chosen != NULL; chosen++) {
		auto_buf selected = BUF_INIT(AGGREGATION_MAX);

		buf_printf(&selected, SELECTED "%s", (*chosen)->name);
		json_write(&w, "%s:{'filter':", (*chosen)->name);
		profile_put_texts(&w, "type", &(*chosen)->honeypot, 1);
		json_write(&w, "},%s:{'filter':", buf_text(&selected));
		put_selected(&w, *chosen);
		json_write(&w, "}");
	}
	json_write(&w, "}}");
	return json_written(&w, e);
}

/* ---- the answer */

static bool
read_count(const cJSON *answer, const char *prefix, const char *name, int64_t *out)
{
	auto_buf path = BUF_INIT(AGGREGATION_MAX);

	buf_printf(&path, "aggregations.%s%s.doc_count", prefix, name);
	return json_int(answer, buf_text(&path), out);
}

bool
survey_answer(const struct profile *const *chosen, const cJSON *answer,
    struct survey out[PROFILES_MAX], struct err *e)
{
	int64_t failed = 1;
	int n = 0;

	if (!json_int(answer, "_shards.failed", &failed) || failed != 0)
		return err_outage(
		    e, OUTAGE_DOWN, 0, "elasticsearch: some shards do not answer");
	for (; *chosen != NULL; chosen++, n++) {
		const char *name = (*chosen)->name;

		out[n].profile = *chosen;
		if (!read_count(answer, "", name, &out[n].documents) ||
		    !read_count(answer, SELECTED, name, &out[n].selected))
			return err_outage(e, OUTAGE_DOWN, 0,
			    "elasticsearch: the answer lacks the requested totals");
	}
	out[n] = (struct survey){ .profile = NULL };
	return true;
}

bool
survey_profiles(struct elastic *el, const struct profile *const *chosen,
    struct survey out[PROFILES_MAX], struct err *e)
{
	auto_free char *body = survey_body(chosen, e);

	if (body == NULL)
		return false;
	auto_json *answer = elastic_search(el, el->index, body, e);

	return answer != NULL && survey_answer(chosen, answer, out, e);
}

bool
survey_is_silent(const struct survey *s, struct buf *sentence)
{
	const struct profile *p = s->profile;

	if (s->documents == 0 || s->selected > 0)
		return false;
	buf_printf(sentence,
	    "%lld documents of %s, but none that profile %s selects by its "
	    "field %s: either nothing was captured yet, or the fields have "
	    "other names in this T-Pot; remove %s from `profiles` to silence "
	    "this",
	    (long long)s->documents, p->honeypot, p->name, p->select[0].field, p->name);
	return true;
}

/* ---- once a day */

static void
say_silent(const struct log *log, const struct survey *all)
{
	for (const struct survey *s = all; s->profile != NULL; s++) {
		auto_buf why = BUF_CUT(SURVEY_SENTENCE_MAX);

		if (survey_is_silent(s, &why))
			log_line(log, LOG_WARNING, "waiting", "profile", s->profile->name,
			    "why", buf_text(&why), NULL);
	}
}

bool
survey_daily(struct collector *co, struct source *src, int64_t now, struct err *e)
{
	struct survey all[PROFILES_MAX] = { { .profile = NULL } };
	struct err fault = ERR_NONE;
	bool due;

	if (now < src->survey_at && src->survey_at <= now + DAY_S)
		return true;
	if (!source_daily(src, &co->st.db, "profiles", now, &due, e))
		return false;
	src->survey_at = now + DAY_S;
	if (!due)
		return true;
	/* The next poll reports what is wrong with the service. */
	if (survey_profiles(&src->el, src->chosen, all, &fault))
		say_silent(&src->log, all);
	return true;
}
