/*
 * phrases.h - all our own text in posts, in every language, in one table.
 *
 * A phrase may contain {1}, {2} ...: placeholders for its arguments.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PAGE_PHRASES_H
#define POTPRESS_PAGE_PHRASES_H

#include "publisher/page/html.h"
#include "publisher/page/verdict.h"

enum language { LANGUAGE_EN, LANGUAGE_JA, LANGUAGE_COUNT };

/* clang-format off */
enum phrase {
	/* one for each verdict, in its order */
	PHRASE_KICKER,
	PHRASE_SUBJECT = PHRASE_KICKER + VERDICT_COUNT, /* what the title calls the file */
	PHRASE_HEADLINE = PHRASE_SUBJECT + VERDICT_COUNT, /* {1} detections {2} verdicts {3} as of */
	PHRASE_TITLE = PHRASE_HEADLINE + VERDICT_COUNT, /* {1} subject {2} detections {3} verdicts {4} as of {5} short hash */
	PHRASE_LEAD = PHRASE_TITLE + VERDICT_COUNT, /* the first sentence, without its full stop */
	/* the same for what is stated whatever the verdict */
	PHRASE_KICKER_PUA = PHRASE_LEAD + VERDICT_COUNT,
	PHRASE_KICKER_TEST,
	PHRASE_KICKER_KEY,
	PHRASE_KICKER_FEW, /* {1} the word above */
	PHRASE_KICKER_PAST, /* {1} the word above {2} year of an analysis long past */
	/* {1} family {2} category {3} CVE */
	PHRASE_SUBJECT_PUA,
	PHRASE_SUBJECT_TEST,
	PHRASE_SUBJECT_KEY,
	PHRASE_SUBJECT_CVE,
	PHRASE_SUBJECT_FAMILY_CVE,
	PHRASE_SUBJECT_FAMILY_PUA,
	PHRASE_SUBJECT_FAMILY_CATEGORY,
	PHRASE_SUBJECT_CATEGORY,
	PHRASE_SUBJECT_FAMILY,
	PHRASE_SUBJECT_NAMED, /* {1} the subject {2} the file's name */
	PHRASE_SUBJECT_AND_NAME, /* the same after a longer subject */
	PHRASE_SUBJECT_TYPE, /* {1} the subject {2} type */
	PHRASE_TITLE_SUSPECTED, /* as TITLE if no engine says malicious */
	PHRASE_HEADLINE_SUSPECTED,
	PHRASE_LEAD_SUSPECTED,
	PHRASE_LEAD_RECOGNISED,
	/* {1} family {2} category {3} CVE */
	PHRASE_LEAD_PUA,
	PHRASE_LEAD_TEST,
	PHRASE_LEAD_KEY,
	PHRASE_LEAD_CVE,
	PHRASE_LEAD_FAMILY_CVE,
	PHRASE_LEAD_FAMILY_PUA,
	PHRASE_LEAD_FAMILY_CATEGORY,
	PHRASE_LEAD_FAMILY,
	PHRASE_LEAD_CATEGORY,
	PHRASE_LEAD_END, /* between sentences */
	/* how it arrived */
	PHRASE_DOWNLOADED, /* {1} to what {2} protocols */
	PHRASE_UPLOADED,
	PHRASE_BROUGHT,
	PHRASE_DOWNLOADED_PLAIN, /* {1} to what */
	PHRASE_UPLOADED_PLAIN,
	PHRASE_BROUGHT_PLAIN,
	PHRASE_HONEYPOTS, /* {1} names */
	PHRASE_HONEYPOT_KINDS, /* {1} how many */
	PHRASE_LIST, /* between the members of a list */
	PHRASE_LIST_END, /* before its last one */
	PHRASE_NOT_CAPTURED,
	/* parts of the line below */
	PHRASE_LABEL, /* {1} threat label */
	PHRASE_DISTRIBUTOR, /* {1} name */
	PHRASE_SUSPICIONS, /* {1} engines */
	PHRASE_SUSPICION,
	PHRASE_PAST, /* {1} years */
	PHRASE_PAST_YEAR,
	PHRASE_GONE, /* {1} date */
	/* what to block */
	PHRASE_H_BLOCK,
	PHRASE_H_HASH,
	PHRASE_HASH, /* {1} SHA-256, SHA-1 or MD5 */
	PHRASE_URL,
	PHRASE_URLS,
	PHRASE_HOST,
	PHRASE_HOSTS,
	PHRASE_DEFANGED,
	PHRASE_URLS_LEFT_OUT,
	PHRASE_URLS_MORE, /* {1} how many */
	PHRASE_URL_MORE,
	/* captures */
	PHRASE_H_ARRIVED,
	PHRASE_CARD_CAPTURES, /* {1} date counted */
	PHRASE_CARD_CAPTURE,
	PHRASE_CARD_ADDRESSES,
	PHRASE_CARD_ADDRESS,
	PHRASE_CARD_COUNTRIES,
	PHRASE_CARD_COUNTRY,
	PHRASE_FIRST_CAPTURED, /* {1} date */
	PHRASE_FIRST_BEFORE,
	PHRASE_FIRST_DAYS, /* {2} days */
	PHRASE_FIRST_DAY,
	PHRASE_SOURCES, /* {1} list */
	PHRASE_SOURCES_MORE, /* {2} the rest */
	PHRASE_SCANNED, /* {1} captures */
	PHRASE_C_WHEN,
	PHRASE_C_WHEN_ZONE, /* {1} time zone */
	PHRASE_C_HOW,
	PHRASE_C_FROM,
	PHRASE_UNVERIFIED, /* a source that the client named itself */
	PHRASE_TIMES, /* {1} times */
	PHRASE_PROTOCOL_PORT, /* {1} protocol {2} port */
	PHRASE_PORT, /* {1} port */
	PHRASE_DOWNLOAD,
	PHRASE_UPLOAD,
	PHRASE_CAPTURES_MORE, /* {1} how many */
	PHRASE_CAPTURE_MORE,
	/* detections */
	PHRASE_H_DETECTIONS,
	PHRASE_C_ANALYSED,
	PHRASE_C_DETECTED,
	PHRASE_SHARE, /* {1} detections {2} verdicts */
	PHRASE_SHOW_NAMES, /* {1} engines {2} names */
	PHRASE_SHOW_ONE_NAME,
	PHRASE_SHOW_NAME,
	PHRASE_C_NAME,
	PHRASE_C_ENGINES,
	PHRASE_C_ALSO,
	PHRASE_C_FINDING,
	PHRASE_SANDBOX,
	PHRASE_YARA,
	PHRASE_SIGMA,
	PHRASE_IDS,
	PHRASE_BY, /* {1} name of a rule {2} its author */
	PHRASE_IN, /* {1} name {2} sandbox */
	/* file */
	PHRASE_H_FILE,
	PHRASE_R_FAMILY,
	PHRASE_FAMILY_COUNT, /* {1} family {2} engines */
	PHRASE_R_CATEGORY,
	PHRASE_R_TYPE,
	PHRASE_R_SIZE,
	PHRASE_SIZE, /* {1} bytes */
	PHRASE_R_NAMES,
	PHRASE_R_NAME,
	PHRASE_R_VT_NAME,
	PHRASE_R_VT_TAGS,
	PHRASE_AND_MORE, /* {1} how many */
	PHRASE_R_FIRST,
	PHRASE_R_LAST,
	PHRASE_R_VT_FIRST,
	PHRASE_R_VT_ANALYSED,
	PHRASE_R_LOOKED_UP,
	PHRASE_R_HASHES,
	/* the end */
	PHRASE_BUTTON,
	PHRASE_GENERATED, /* {1} date counted {2} date of the answer */
	PHRASE_GENERATED_BY_HAND,
	PHRASE_COUNT
};
/* clang-format on */

/* The phrase in this language. */
const char *phrase(enum language language, enum phrase p);
/* A category of VirusTotal ("trojan") in this language, as a name ("trojan") or within a sentence ("a
 * trojan"); NULL if the table lacks it. */
const char *phrase_category(enum language language, const char *category);
const char *phrase_category_said(enum language language, const char *category);

/* The arguments; unused trailing ones are left out. */
struct filling {
	const char *text;
	bool strong;
};
#define FILLINGS_MAX 5
/* Writes a phrase into a page, and into plain text. */
void phrase_html(struct html *h, enum language language, enum phrase p,
    const struct filling fillings[FILLINGS_MAX]);
void phrase_plain(struct buf *out, enum language language, enum phrase p,
    const struct filling fillings[FILLINGS_MAX]);

#endif
