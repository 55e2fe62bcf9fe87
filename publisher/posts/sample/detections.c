/*
 * detections.c - see parts.h: the names that engines, rules and sandboxes of the same report give the
 * file.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/posts/sample/parts.h"
#include "publisher/posts/sample/words.h"

#define ENGINES_MAX 150 /* a report has 70 or so */
#define OTHERS_MAX 20
#define GROUP_MAX 2000 /* bytes of the engines that use one name */

/* Engines that readers look for first. */
static const char *const BEST_KNOWN[] = { "Microsoft", "Kaspersky", "ESET-NOD32",
	"BitDefender", "Symantec", "Sophos", "TrendMicro", "Avast", "Fortinet", "ClamAV",
	"Avira", "DrWeb" };
#define BEST_KNOWN_COUNT (sizeof BEST_KNOWN / sizeof BEST_KNOWN[0])

/* An engine and its name for the file. */
struct naming {
	const char *engine, *name;
	size_t fame; /* its rank among the best known */
	bool told;
};

static size_t
fame(const char *engine)
{
	size_t i = 0;

	while (i < BEST_KNOWN_COUNT && strcmp(BEST_KNOWN[i], engine) != 0)
		i++;
	return i;
}

/* False for an engine that detects the file but has no name for it. */
static bool
read_naming(const cJSON *pair, struct naming *out)
{
	*out = (struct naming){ .name = "" };
	if (!json_text_nth(pair, "", 0, &out->engine) ||
	    !json_text_nth(pair, "", 1, &out->name))
		return false;
	out->fame = fame(out->engine);
	return out->name[strspn(out->name, " ")] != '\0';
}

static size_t
find_namings(const struct sample_facts *f, struct naming *out, size_t max)
{
	size_t count = 0;

	for (const cJSON *i = NULL;
	     count < max && (i = json_each(f->engines, "", i)) != NULL;)
		count += read_naming(i, &out[count]);
	return count;
}

/* The best known engine that is not listed yet, in the report's order; `count` when all are. */
static size_t
find_next(const struct naming *all, size_t count)
{
	size_t best = count;

	for (size_t i = 0; i < count; i++)
		if (!all[i].told && (best == count || all[i].fame < all[best].fame))
			best = i;
	return best;
}

static size_t
count_names(const struct naming *all, size_t count)
{
	size_t names = 0, before;

	for (size_t i = 0; i < count; i++) {
		for (before = 0; before < i; before++)
			if (strcmp(all[before].name, all[i].name) == 0)
				break;
		names += before == i;
	}
	return names;
}

/* A row: a name, and all engines that use it. */
static void
put_group(struct page *p, struct naming *all, size_t count, const char *name)
{
	auto_buf engines = BUF_CUT(GROUP_MAX);
	struct word word;
	int users = 0;

	html_open(&p->h, TAG_TR);
	html_open(&p->h, TAG_TD_WORD);
	html_code_short(&p->h, name);
	html_close(&p->h, TAG_TD_WORD);
	for (size_t i = 0; i < count; i++) {
		if (strcmp(all[i].name, name) != 0)
			continue;
		all[i].told = true;
		buf_printf(&engines, "%s%s", users++ > 0 ? ", " : "",
		    page_label(p, &word, all[i].engine));
	}
	html_open(&p->h, TAG_TD);
	html_text(&p->h, buf_text(&engines));
	html_close(&p->h, TAG_TD);
	html_close(&p->h, TAG_TR);
}

static void
put_names(struct page *p, const struct sample_facts *f)
{
	struct naming all[ENGINES_MAX];
	size_t count = find_namings(f, all, ENGINES_MAX);
	size_t different = count_names(all, count);
	struct word engines, names;

	html_open(&p->h, TAG_FOLD);
	html_open(&p->h, TAG_FOLD_SUMMARY);
	page_say(p,
	    count == 1       ? PHRASE_SHOW_NAME
	    : different == 1 ? PHRASE_SHOW_ONE_NAME
			     : PHRASE_SHOW_NAMES,
	    page_number(&engines, (int64_t)count),
	    page_number(&names, (int64_t)different));
	html_close(&p->h, TAG_FOLD_SUMMARY);
	page_table(p,
	    (struct page_column[]){
		{ PHRASE_C_NAME, "55%", NULL }, { PHRASE_C_ENGINES, "45%", NULL } },
	    2);
	for (size_t i = find_next(all, count); i < count; i = find_next(all, count))
		put_group(p, all, count, all[i].name);
	page_table_end(p);
	html_close(&p->h, TAG_FOLD);
}

/* ---- rules and sandboxes */

static const struct {
	const char *kind;
	enum phrase name, whose;
} KINDS[] = { { "sandbox", PHRASE_SANDBOX, PHRASE_IN },
	{ "yara", PHRASE_YARA, PHRASE_BY }, { "sigma", PHRASE_SIGMA, PHRASE_BY },
	{ "ids", PHRASE_IDS, PHRASE_BY } };
#define KINDS_COUNT (sizeof KINDS / sizeof KINDS[0])

/* The name in <code>, which cannot be a phrase's argument, then the rest of the phrase. */
static void
put_finding(struct page *p, const char *name, const char *by, enum phrase whose)
{
	auto_buf rest = BUF_CUT(WORD_MAX * 2);
	struct word owner;

	html_code_short(&p->h, name);
	if (page_name(p, &owner, by)[0] == '\0')
		return;
	phrase_plain(&rest, p->language, whose,
	    (struct filling[FILLINGS_MAX]){ { .text = "" }, { .text = owner.text } });
	html_text(&p->h, buf_text(&rest));
}

static void
put_other(struct page *p, const cJSON *other)
{
	const char *kind = "", *name = "", *by = NULL;
	size_t k = 0;

	json_text_nth(other, "", 0, &kind);
	json_text_nth(other, "", 1, &name);
	json_text_nth(other, "", 2, &by);
	while (k < KINDS_COUNT && strcmp(KINDS[k].kind, kind) != 0)
		k++;
	if (k == KINDS_COUNT)
		return;
	html_open(&p->h, TAG_TR);
	html_open(&p->h, TAG_TD);
	html_text(&p->h, phrase(p->language, KINDS[k].name));
	html_close(&p->h, TAG_TD);
	html_open(&p->h, TAG_TD_WORD);
	put_finding(p, name, by, KINDS[k].whose);
	html_close(&p->h, TAG_TD_WORD);
	html_close(&p->h, TAG_TR);
}

static void
put_others(struct page *p, const struct sample_facts *f)
{
	int shown = 0;

	if (cJSON_GetArraySize(f->others) == 0)
		return;
	page_table(p,
	    (struct page_column[]){
		{ PHRASE_C_ALSO, "30%", NULL }, { PHRASE_C_FINDING, "70%", NULL } },
	    2);
	for (const cJSON *i = NULL;
	     shown < OTHERS_MAX && (i = json_each(f->others, "", i)) != NULL; shown++)
		put_other(p, i);
	page_table_end(p);
}

/* ---- the analyses before */

/* Oldest first, if there is more than one. */
static void
put_history(struct page *p, const struct sample_facts *f)
{
	struct word date, detections, verdicts;
	char share[32];

	if (f->history_count < 2)
		return;
	page_table(p,
	    (struct page_column[]){
		{ PHRASE_C_ANALYSED, "30%", NULL }, { PHRASE_C_DETECTED, "70%", NULL } },
	    2);
	for (size_t i = f->history_count; i-- > 0;) {
		const struct sample_analysis *a = &f->history[i];
		int64_t tenths = a->detections * 1000 / a->verdicts;

		BUF_FIXED(share, "%lld.%lld%%", (long long)(tenths / 10),
		    (long long)(tenths % 10));
		html_open(&p->h, TAG_TR);
		html_open(&p->h, TAG_TD);
		html_text(&p->h, page_date(p, &date, DATE_SHORT, a->at));
		html_close(&p->h, TAG_TD);
		html_open(&p->h, TAG_TD);
		html_open_with(&p->h, TAG_SHARE,
		    (struct html_place[HTML_PLACES_MAX]){ { "share", share } });
		page_say(p, PHRASE_SHARE, page_number(&detections, a->detections),
		    page_number(&verdicts, a->verdicts));
		html_close(&p->h, TAG_SHARE);
		html_close(&p->h, TAG_TD);
		html_close(&p->h, TAG_TR);
	}
	page_table_end(p);
}

void
sample_put_detections(struct page *p, const struct sample_facts *f, bool names)
{
	struct naming any;

	names = names && sample_is_named(f) && find_namings(f, &any, 1) > 0;
	if (!names && cJSON_GetArraySize(f->others) == 0 && f->history_count < 2)
		return;
	page_heading(p, PHRASE_H_DETECTIONS);
	html_open(&p->h, TAG_AREA);
	put_history(p, f);
	put_others(p, f);
	if (names)
		put_names(p, f);
	html_close(&p->h, TAG_AREA);
}
