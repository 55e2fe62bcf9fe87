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
#include "publisher/page/span.h"
#include "publisher/page/verdict.h"

enum language { LANGUAGE_EN, LANGUAGE_JA, LANGUAGE_COUNT };

#define PHRASE_ORDINALS 10

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
	PHRASE_CARD_ADDRESSES_MOST,
	PHRASE_CARD_COUNTRIES,
	PHRASE_CARD_COUNTRY,
	PHRASE_FIRST_CAPTURED, /* {1} date */
	PHRASE_FIRST_BEFORE,
	PHRASE_FIRST_DAYS, /* {2} days */
	PHRASE_FIRST_DAY,
	PHRASE_SOURCES, /* {1} list */
	PHRASE_SOURCES_MORE, /* {2} the rest */
	PHRASE_SOURCES_CUT,
	PHRASE_SCANNED, /* {1} captures */
	/* the session: {1} STORY_OVER or "" {2} STORY_AS or "" {3} which try {4} STORY_COMMANDS {5} tool */
	PHRASE_STORY_IN,
	PHRASE_STORY_IN_TYPED,
	PHRASE_STORY_IN_FETCHED,
	PHRASE_STORY_TYPED,
	PHRASE_STORY_FETCHED,
	PHRASE_STORY_OVER, /* {1} protocol */
	PHRASE_STORY_AS, /* {1} user name */
	PHRASE_STORY_COMMAND, PHRASE_STORY_COMMANDS, /* {1} how many */
	PHRASE_STORY_ANYBODY,
	PHRASE_STORY_REQUEST,
	PHRASE_STORY_EXPLOIT,
	PHRASE_SHOW_COMMAND,
	PHRASE_SHOW_COMMANDS, /* {1} how many */
	PHRASE_SHOW_FIRST_COMMANDS, /* {2} of how many */
	PHRASE_ORDINAL, /* first, second ... */
	PHRASE_ORDINAL_LAST = PHRASE_ORDINAL + PHRASE_ORDINALS - 1,
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
	PHRASE_REASON_UNKNOWN, /* why a file has a page of its own */
	PHRASE_REASON_FIRST,
	PHRASE_REASON_FAMILY,
	PHRASE_REASON_HARDLY,
	PHRASE_REASON_WIDE,
	PHRASE_REASON_GRAVE,
	PHRASE_GENERATED, /* {1} date counted {2} date of the answer */
	PHRASE_GENERATED_BY_HAND,
	/* digests; where the span matters, one for each */
	PHRASE_DIGEST_KICKER,
	PHRASE_DIGEST_TITLE = PHRASE_DIGEST_KICKER + SPAN_COUNT, /* {1} the period */
	PHRASE_DIGEST_NEW_ONE = PHRASE_DIGEST_TITLE + SPAN_COUNT,
	PHRASE_DIGEST_NEW_MANY, /* {1} how many */
	PHRASE_DIGEST_MALICIOUS_ONE,
	PHRASE_DIGEST_MALICIOUS_ALL,
	PHRASE_DIGEST_MALICIOUS, /* {1} how many, as below */
	PHRASE_DIGEST_UNKNOWN,
	PHRASE_DIGEST_WAITING,
	PHRASE_DIGEST_LEFT_OUT, /* {1} of a flood, or shed */
	PHRASE_DIGEST_NONE_NEW,
	PHRASE_DIGEST_NONE_NEW_ONE,
	PHRASE_DIGEST_NO_FILES,
	PHRASE_DIGEST_MORE = PHRASE_DIGEST_NO_FILES + SPAN_COUNT, /* {1} lowest {2} highest of the days before */
	PHRASE_DIGEST_LESS,
	PHRASE_DIGEST_USUAL,
	PHRASE_DIGEST_AVERAGE, /* {1} a day {2} in the period before {3} percent */
	PHRASE_DIGEST_RISE,
	PHRASE_DIGEST_FALL = PHRASE_DIGEST_RISE + SPAN_COUNT,
	PHRASE_DIGEST_SAME = PHRASE_DIGEST_FALL + SPAN_COUNT,
	PHRASE_DIGEST_LOUD = PHRASE_DIGEST_SAME + SPAN_COUNT, /* {1} events */
	PHRASE_DIGEST_FIRST, /* {1} when */
	PHRASE_DIGEST_QUIET,
	PHRASE_DIGEST_GAP, /* {1} {2} hours */
	PHRASE_DIGEST_NOT_COUNTED,
	PHRASE_DIGEST_NOT_YET,
	PHRASE_DIGEST_DAYS_MISSING, /* {1} counted {2} days */
	PHRASE_DIGEST_WHOLE_DAY, /* {1} the period {2} time zone */
	PHRASE_DIGEST_FROM_TO, /* {1} {2} dates */
	PHRASE_DIGEST_COUNTED, /* {1} when */
	PHRASE_DIGEST_CARD_EVENTS, /* {1} kinds of honeypots */
	PHRASE_DIGEST_CARD_EVENTS_ONE,
	PHRASE_DIGEST_CARD_SOURCES,
	PHRASE_DIGEST_CARD_SOURCES_DAILY,
	PHRASE_DIGEST_CARD_FILES, /* {1} captures */
	PHRASE_DIGEST_CARD_FILE,
	PHRASE_DIGEST_CARD_FILE_ONCE,
	PHRASE_DIGEST_H_NEW,
	PHRASE_DIGEST_C_FAMILY,
	PHRASE_DIGEST_C_FILES,
	PHRASE_DIGEST_C_CAPTURES,
	PHRASE_DIGEST_NO_FAMILY,
	PHRASE_DIGEST_IS_MALICIOUS,
	PHRASE_DIGEST_IS_SUSPICIOUS,
	PHRASE_DIGEST_IS_KNOWN_GOOD,
	PHRASE_DIGEST_IS_UNDETECTED,
	PHRASE_DIGEST_IS_INCONCLUSIVE,
	PHRASE_DIGEST_IS_NOT_ANALYSED,
	PHRASE_DIGEST_IS_UNKNOWN,
	PHRASE_DIGEST_IS_WAITING,
	PHRASE_DIGEST_IS_LEFT_OUT,
	PHRASE_DIGEST_ENGINES, /* {1} engines of engines {2} as of */
	PHRASE_DIGEST_RANGE, /* {1} lowest {2} highest */
	PHRASE_DIGEST_OF, /* {1} detections {2} verdicts */
	PHRASE_DIGEST_NOBODY, /* {1} date */
	PHRASE_DIGEST_WAITS,
	PHRASE_DIGEST_FLOODED,
	PHRASE_DIGEST_GROUPS_MORE, /* {1} how many */
	PHRASE_DIGEST_GROUP_MORE,
	PHRASE_DIGEST_POSTS,
	PHRASE_DIGEST_BLOCK_FROM,
	PHRASE_DIGEST_FLOOD, /* {1} how many files */
	PHRASE_DIGEST_FLOODS, /* {1} how many files, {2} of how many floods */
	PHRASE_DIGEST_HASHES,
	PHRASE_DIGEST_HASHES_MORE, /* {1} how many */
	PHRASE_DIGEST_HASH_MORE,
	PHRASE_DIGEST_NOTHING_TO_BLOCK,
	PHRASE_DIGEST_H_ATTACKS,
	PHRASE_DIGEST_BUSIEST, /* {1} hour {2} events */
	PHRASE_DIGEST_ALT_HOURS, /* {1} hour {2} events */
	PHRASE_DIGEST_ALT_DAYS, /* {1} day {2} events */
	PHRASE_DIGEST_ALT_MAP, /* {1} country {2} addresses */
	PHRASE_DIGEST_EACH_HOUR,
	PHRASE_DIGEST_EACH_DAY,
	PHRASE_DIGEST_OTHER,
	PHRASE_DIGEST_C_HONEYPOT,
	PHRASE_DIGEST_C_PORT,
	PHRASE_DIGEST_C_EVENTS,
	PHRASE_DIGEST_C_SOURCES,
	PHRASE_DIGEST_OTHERS, /* {1} how many {2} their events */
	PHRASE_DIGEST_H_ORIGIN,
	PHRASE_DIGEST_C_COUNTRY,
	PHRASE_DIGEST_C_ADDRESSES,
	PHRASE_DIGEST_C_ADDRESSES_DAILY,
	PHRASE_DIGEST_C_NETWORK,
	PHRASE_DIGEST_H_LOGINS,
	PHRASE_DIGEST_C_USER,
	PHRASE_DIGEST_C_PASSWORD,
	PHRASE_DIGEST_C_TIMES,
	PHRASE_DIGEST_COMMANDS,
	PHRASE_DIGEST_C_COMMAND,
	PHRASE_DIGEST_FEW_SOURCES, /* {1} addresses */
	PHRASE_DIGEST_H_ALERTS,
	PHRASE_DIGEST_C_CVE,
	PHRASE_DIGEST_C_SIGNATURE,
	PHRASE_DIGEST_C_ALERTS,
	PHRASE_DIGEST_H_PARTS,
	PHRASE_DIGEST_C_PART = PHRASE_DIGEST_H_PARTS + SPAN_COUNT,
	PHRASE_DIGEST_C_NEW = PHRASE_DIGEST_C_PART + SPAN_COUNT,
	PHRASE_DIGEST_C_QUOTA,
	PHRASE_DIGEST_QUOTA, /* {1} used {2} allowed */
	PHRASE_DIGEST_QUOTA_NOTE,
	PHRASE_DIGEST_HOW,
	PHRASE_DIGEST_HOW_EVENTS,
	PHRASE_DIGEST_HOW_FILES,
	PHRASE_DIGEST_HOW_LEFTOVERS, /* {1} captures */
	PHRASE_DIGEST_GENERATED,
	PHRASE_DIGEST_STILL_WAITING, /* {1} how many */
	PHRASE_DIGEST_STILL_ONE,
	PHRASE_DIGEST_LATE, /* {1} captures {2} date */
	PHRASE_DIGEST_LATE_ONE,
	PHRASE_DIGEST_USED, /* {1} used {2} allowed */
	PHRASE_DIGEST_AHEAD, /* {1} sensor {2} by how much, as below */
	PHRASE_DIGEST_BEHIND,
	PHRASE_DIGEST_A_SENSOR,
	PHRASE_DIGEST_MINUTES, /* {1} how many, as below */
	PHRASE_DIGEST_HOURS,
	PHRASE_DIGEST_DAYS,
	PHRASE_DIGEST_BEFORE,
	PHRASE_COUNT = PHRASE_DIGEST_BEFORE + SPAN_COUNT
};
/* clang-format on */

/* Those of digests, in a file of their own. */
extern const char *const phrases_digest[PHRASE_COUNT][LANGUAGE_COUNT];

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
