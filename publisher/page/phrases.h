/*
 * phrases.h - every word of ours that appears in a post, in every language, in one table.
 *
 * A phrase may hold {1}, {2} ...: the places of its arguments.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PAGE_PHRASES_H
#define POTPRESS_PAGE_PHRASES_H

#include "publisher/page/html.h"
#include "publisher/page/verdict.h"

enum language { LANGUAGE_EN, LANGUAGE_JA, LANGUAGE_COUNT };

enum phrase {
	/* one for each verdict, in its order */
	PHRASE_KICKER,
	PHRASE_SUBJECT =
	    PHRASE_KICKER + VERDICT_COUNT, /* what the title calls the file */
	PHRASE_HEADLINE =
	    PHRASE_SUBJECT + VERDICT_COUNT, /* {1} detections {2} verdicts {3} as of */
	PHRASE_HEADLINE_SUSPECTED =
	    PHRASE_HEADLINE + VERDICT_COUNT, /* the same where none says malicious */
	PHRASE_SUBJECT_FAMILY, /* {1} family */
	PHRASE_TITLE_CAPTURED, /* {1} honeypots {2} short hash {3} subject */
	PHRASE_TITLE_BY_HAND, /* the same of a file nobody captured */
	PHRASE_RATIO_AS_OF, /* {1} ratio {2} date */
	PHRASE_LABEL, /* {1} threat label */
	PHRASE_DISTRIBUTOR, /* {1} name */
	PHRASE_SUSPECTED, /* {1} engines that say suspicious */
	PHRASE_SUSPECTED_ONE,
	PHRASE_VERDICTS, /* {1} engines that gave a verdict */
	PHRASE_ANALYSED, /* {1} date of VirusTotal's analysis */
	PHRASE_ASKED, /* {1} date of VirusTotal's answer */
	PHRASE_CARD_HONEYPOT,
	PHRASE_CARD_HONEYPOTS,
	PHRASE_CARD_CAPTURE, /* {1} date counted */
	PHRASE_CARD_CAPTURES,
	PHRASE_CARD_COUNTRY,
	PHRASE_CARD_COUNTRIES,
	PHRASE_CAPTURED, /* {1} honeypot {2} type {3} date */
	PHRASE_CAPTURED_PLAIN, /* the same without a type */
	PHRASE_NOT_CAPTURED,
	PHRASE_SENTENCE_LABEL, /* {1} threat label */
	PHRASE_SENTENCE_NEWS, /* a file VirusTotal does not know; {1} date */
	PHRASE_SENTENCE_FIRST, /* we had it before VirusTotal */
	PHRASE_SENTENCE_PUA,
	PHRASE_H_FILE,
	PHRASE_H_HASHES,
	PHRASE_H_CAPTURES,
	PHRASE_H_URLS,
	PHRASE_H_DETECTIONS,
	PHRASE_R_FAMILY,
	PHRASE_FAMILY_VOTE, /* {1} family {2} engines */
	PHRASE_R_CATEGORY,
	PHRASE_R_TYPE,
	PHRASE_R_SIZE,
	PHRASE_SIZE, /* {1} bytes */
	PHRASE_R_NAMES,
	PHRASE_R_VT_NAME,
	PHRASE_R_VT_FIRST,
	PHRASE_R_VT_ASKED,
	PHRASE_R_FIRST_CAPTURE,
	PHRASE_R_LAST_CAPTURE,
	PHRASE_R_VT_TAGS,
	PHRASE_C_TIME, /* {1} time zone */
	PHRASE_C_HONEYPOT,
	PHRASE_C_SOURCE,
	PHRASE_C_ENGINE,
	PHRASE_C_NAME,
	PHRASE_MORE, /* {1} how many are not shown */
	PHRASE_SHOW_NAMES,
	PHRASE_SHOW_NAME, /* {1} engines */
	PHRASE_BUTTON,
	PHRASE_SMALL_PRINT, /* {1} date of VirusTotal's answer */
	PHRASE_COUNT
};

/* The phrase in this language. */
const char *phrase(enum language language, enum phrase p);
/* A category of VirusTotal ("trojan") in this language; NULL where the table has none. */
const char *phrase_category(enum language language, const char *category);

/* What fills a place; unused trailing ones are left out. */
struct filling {
	const char *text;
	bool strong;
};
#define FILLINGS_MAX 4
/* A phrase into a page, and into plain text. */
void phrase_html(struct html *h, enum language language, enum phrase p,
    const struct filling fillings[FILLINGS_MAX]);
void phrase_plain(struct buf *out, enum language language, enum phrase p,
    const struct filling fillings[FILLINGS_MAX]);

#endif
