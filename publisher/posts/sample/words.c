/*
 * words.c - see words.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/words.h"
#include "common/base/time.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define FEW_VERDICTS 40 /* fewer count as few: most files get 60 and more */
#define YEAR_S (365 * DAY_S)
#define SENTENCE_MAX 600
#define HONEYPOTS_NAMED_MAX 3
#define NAME_MAX_BYTES 48 /* of a family, category, CVE or type in a sentence */
#define TITLE_NAME_MAX 24 /* bytes of a file's name in a title */

/* ---- what it is */

static bool
is_key(const struct sample_facts *f)
{
	return f->magic != NULL && strncmp(f->magic, "OpenSSH", 7) == 0 &&
	       strstr(f->magic, "public key") != NULL;
}

enum sample_trait
sample_trait(const struct sample_facts *f)
{
	if (f->test_file)
		return TRAIT_TEST;
	if (is_key(f))
		return TRAIT_KEY;
	return f->pua && f->detections > 0 ? TRAIT_UNWANTED : TRAIT_NONE;
}

int64_t
sample_as_of(const struct sample_facts *f)
{
	return f->last_analysis_at >= 0 ? f->last_analysis_at : f->fetched_at;
}

bool
sample_has_ratio(const struct sample_facts *f)
{
	return (f->verdict == VERDICT_MALICIOUS || f->verdict == VERDICT_SUSPICIOUS) &&
	       f->verdicts > 0;
}

bool
sample_is_hardly_judged(const struct sample_facts *f)
{
	return sample_has_ratio(f) && f->verdicts < FEW_VERDICTS;
}

bool
sample_is_suspected(const struct sample_facts *f)
{
	return f->verdict == VERDICT_SUSPICIOUS && f->detections == 0;
}

bool
sample_is_named(const struct sample_facts *f)
{
	return f->detections > 0 || f->suspicions > 0;
}

int64_t
sample_years_past(const struct sample_facts *f)
{
	int64_t s = f->last_seen - f->last_analysis_at;

	return f->last_analysis_at >= 0 && s > 0 ? s / YEAR_S : 0;
}

/* ---- words */

/* A label short enough for a title, which must keep its end; all labels are ASCII. */
static const char *
short_label(const struct page *p, struct word *w, const char *text)
{
	page_label(p, w, text);
	w->text[NAME_MAX_BYTES] = '\0';
	return w->text;
}

const char *
sample_type(const struct page *p, const struct sample_facts *f, struct word *w)
{
	if (strcasecmp(short_label(p, w, f->type), "unknown") == 0)
		w->text[0] = '\0';
	return w->text;
}

const char *
sample_family(const struct page *p, const struct sample_facts *f, struct word *w)
{
	short_label(p, w, f->family);
	if (strstr(w->text, GATE_CUT) != NULL || !sample_is_named(f))
		w->text[0] = '\0';
	w->text[0] = (char)toupper((unsigned char)w->text[0]);
	return w->text;
}

const char *
sample_base_name(const char *path)
{
	const char *base = path;

	for (const char *p = path; *p != '\0'; p++)
		if ((*p == '/' || *p == '\\') && p[1] != '\0')
			base = p + 1;
	return base;
}

/* A title contains only names that do not look like links: mail programs turn "update.sh" and "x.zip"
 * into links. */
static bool
may_stand_in_title(const char *name)
{
	const char *dot = strrchr(name, '.');
	size_t len = strlen(name);

	return len > 0 && len <= TITLE_NAME_MAX &&
	       strspn(name,
		   "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		   "0123456789._-") == len &&
	       (dot == NULL || strpbrk(dot, "0123456789_-") != NULL);
}

/* The file's most common name; "" if it has none that may be shown. */
static const char *
title_name(const struct page *p, const struct sample_facts *f, struct word *w)
{
	auto_buf passed = BUF_CUT(WORD_MAX - 1);

	w->text[0] = '\0';
	if (f->name_count == 0)
		return w->text;
	gate_pass(p->gate, sample_base_name(f->names[0]), WORD_MAX - 1, &passed);
	if (may_stand_in_title(buf_text(&passed)))
		memcpy(w->text, buf_text(&passed), passed.len + 1);
	return w->text;
}

/* ---- what it is called */

enum naming {
	NAMED_BY_VERDICT,
	NAMED_TEST,
	NAMED_KEY,
	NAMED_PUA,
	NAMED_FAMILY_PUA,
	NAMED_CVE,
	NAMED_FAMILY_CVE,
	NAMED_FAMILY_CATEGORY,
	NAMED_FAMILY,
	NAMED_CATEGORY,
	NAMED_COUNT
};

static const struct {
	enum phrase subject, lead;
} NAMINGS[NAMED_COUNT] = {
	[NAMED_BY_VERDICT] = { PHRASE_SUBJECT, PHRASE_LEAD },
	[NAMED_TEST] = { PHRASE_SUBJECT_TEST, PHRASE_LEAD_TEST },
	[NAMED_KEY] = { PHRASE_SUBJECT_KEY, PHRASE_LEAD_KEY },
	[NAMED_PUA] = { PHRASE_SUBJECT_PUA, PHRASE_LEAD_PUA },
	[NAMED_FAMILY_PUA] = { PHRASE_SUBJECT_FAMILY_PUA, PHRASE_LEAD_FAMILY_PUA },
	[NAMED_CVE] = { PHRASE_SUBJECT_CVE, PHRASE_LEAD_CVE },
	[NAMED_FAMILY_CVE] = { PHRASE_SUBJECT_FAMILY_CVE, PHRASE_LEAD_FAMILY_CVE },
	[NAMED_FAMILY_CATEGORY] = { PHRASE_SUBJECT_FAMILY_CATEGORY,
	    PHRASE_LEAD_FAMILY_CATEGORY },
	[NAMED_FAMILY] = { PHRASE_SUBJECT_FAMILY, PHRASE_LEAD_FAMILY },
	[NAMED_CATEGORY] = { PHRASE_SUBJECT_CATEGORY, PHRASE_LEAD_CATEGORY },
};

/* The names for the file. */
struct names {
	struct word family, category, cve;
};

static enum naming
find_names(const struct page *p, const struct sample_facts *f, struct names *n)
{
	enum sample_trait trait = sample_trait(f);
	bool family = sample_family(p, f, &n->family)[0] != '\0';
	bool category = short_label(p, &n->category, f->category)[0] != '\0';
	bool cve = short_label(p, &n->cve, f->cve)[0] != '\0';

	if (trait == TRAIT_TEST)
		return NAMED_TEST;
	if (trait == TRAIT_KEY)
		return NAMED_KEY;
	if (trait == TRAIT_UNWANTED)
		return family ? NAMED_FAMILY_PUA : NAMED_PUA;
	if (f->verdict != VERDICT_MALICIOUS)
		return NAMED_BY_VERDICT;
	if (cve)
		return family ? NAMED_FAMILY_CVE : NAMED_CVE;
	if (family)
		return category ? NAMED_FAMILY_CATEGORY : NAMED_FAMILY;
	return category ? NAMED_CATEGORY : NAMED_BY_VERDICT;
}

static void
put_named(const struct page *p, enum phrase text, const struct names *n,
    const char *category, struct buf *out)
{
	phrase_plain(out, p->language, text,
	    (struct filling[FILLINGS_MAX]){ { .text = n->family.text },
		{ .text = category != NULL ? category : n->category.text },
		{ .text = n->cve.text } });
}

static void
put_addition(
    const struct page *p, enum phrase text, const char *addition, struct buf *out)
{
	auto_buf subject = BUF_CUT(SENTENCE_MAX);

	if (addition[0] == '\0')
		return;
	buf_puts(&subject, buf_text(out));
	buf_reset(out);
	phrase_plain(out, p->language, text,
	    (struct filling[FILLINGS_MAX]){
		{ .text = buf_text(&subject) }, { .text = addition } });
}

void
sample_put_subject(const struct page *p, const struct sample_facts *f, struct buf *out)
{
	auto_buf subject = BUF_CUT(SENTENCE_MAX);
	struct names names;
	struct word word;
	enum naming how = find_names(p, f, &names);
	enum phrase text = NAMINGS[how].subject;

	put_named(p, how == NAMED_BY_VERDICT ? text + (unsigned)f->verdict : text, &names,
	    phrase_category(p->language, names.category.text), &subject);
	if (subject.len > 0)
		subject.ptr[0] = (char)toupper((unsigned char)subject.ptr[0]);
	if (how == NAMED_BY_VERDICT && f->verdict != VERDICT_MALICIOUS)
		put_addition(p,
		    f->verdict == VERDICT_INCONCLUSIVE ||
			    f->verdict == VERDICT_NOT_ANALYSED
			? PHRASE_SUBJECT_AND_NAME
			: PHRASE_SUBJECT_NAMED,
		    title_name(p, f, &word), &subject);
	if (how != NAMED_TEST && how != NAMED_KEY)
		put_addition(p, PHRASE_SUBJECT_TYPE, sample_type(p, f, &word), &subject);
	buf_puts(out, buf_text(&subject));
}

/* ---- how it came */

/* The honeypots that captured it: "Cowrie and H0neytr4p honeypots", or how many kinds of them. */
static void
put_honeypots(const struct page *p, const struct sample_facts *f, struct buf *out)
{
	bool few = f->honeypots_total <= HONEYPOTS_NAMED_MAX;
	auto_buf names = BUF_CUT(SENTENCE_MAX);
	struct word word;

	for (size_t i = 0; few && i < f->honeypot_count; i++) {
		buf_puts(&names, page_before_member(p, i, f->honeypot_count));
		buf_puts(&names, page_label(p, &word, f->honeypots[i]));
	}
	if (!few)
		buf_puts(&names, page_number(&word, f->honeypots_total));
	phrase_plain(out, p->language, few ? PHRASE_HONEYPOTS : PHRASE_HONEYPOT_KINDS,
	    (struct filling[FILLINGS_MAX]){ { .text = buf_text(&names) } });
}

static void
put_protocols(const struct page *p, const struct sample_facts *f, struct buf *out)
{
	struct word word;

	for (size_t i = 0; i < f->protocol_count; i++) {
		buf_puts(out, page_before_member(p, i, f->protocol_count));
		buf_puts(out, page_protocol(p, &word, f->protocols[i]));
	}
}

static void
put_arrival(const struct page *p, const struct sample_facts *f, struct buf *out)
{
	auto_buf honeypots = BUF_CUT(SENTENCE_MAX), protocols = BUF_CUT(SENTENCE_MAX);
	bool plain = f->protocol_count == 0;
	enum phrase text;

	if (f->captures == 0) {
		buf_puts(out, phrase(p->language, PHRASE_NOT_CAPTURED));
		return;
	}
	put_honeypots(p, f, &honeypots);
	put_protocols(p, f, &protocols);
	if (f->uploads == 0)
		text = plain ? PHRASE_DOWNLOADED_PLAIN : PHRASE_DOWNLOADED;
	else if (f->downloads == 0)
		text = plain ? PHRASE_UPLOADED_PLAIN : PHRASE_UPLOADED;
	else
		text = plain ? PHRASE_BROUGHT_PLAIN : PHRASE_BROUGHT;
	phrase_plain(out, p->language, text,
	    (struct filling[FILLINGS_MAX]){
		{ .text = buf_text(&honeypots) }, { .text = buf_text(&protocols) } });
}

static enum phrase
lead_by_verdict(const struct sample_facts *f)
{
	if (f->verdict != VERDICT_SUSPICIOUS)
		return PHRASE_LEAD + f->verdict;
	if (cJSON_GetArraySize(f->others) > 0)
		return PHRASE_LEAD_RECOGNISED;
	return sample_is_suspected(f) ? PHRASE_LEAD_SUSPECTED : PHRASE_LEAD + f->verdict;
}

void
sample_put_lead(const struct page *p, const struct sample_facts *f, struct buf *out)
{
	struct names names;
	enum naming how = find_names(p, f, &names);
	const char *said = phrase_category_said(p->language, names.category.text);
	auto_buf latin = BUF_CUT(SENTENCE_MAX);

	/* Japanese has a blank between a Latin word and the next one. */
	if (said == NULL && p->language == LANGUAGE_JA) {
		buf_printf(&latin, "%s ", names.category.text);
		said = buf_text(&latin);
	}
	put_named(p, how == NAMED_BY_VERDICT ? lead_by_verdict(f) : NAMINGS[how].lead,
	    &names, said, out);
	buf_puts(out, phrase(p->language, PHRASE_LEAD_END));
	put_arrival(p, f, out);
}

/* ---- how sure */

enum phrase
sample_headline(const struct sample_facts *f)
{
	return sample_is_suspected(f) ? PHRASE_HEADLINE_SUSPECTED
				      : PHRASE_HEADLINE + f->verdict;
}

void
sample_fill_headline(const struct page *p, const struct sample_facts *f,
    struct headline_words *w, struct filling out[FILLINGS_MAX])
{
	/* Those that detect it, or else those that call it suspicious. */
	int64_t engines = sample_is_suspected(f) ? f->suspicions : f->detections;

	out[0] = (struct filling){ .text = page_number(&w->detections, engines),
		.strong = true };
	out[1] = (struct filling){ .text = page_number(&w->verdicts, f->verdicts) };
	out[2] = (struct filling){ .text = page_date(
				       p, &w->date, DATE_SHORT, sample_as_of(f)) };
}
