/*
 * facts.h - what a digest reports about its period.
 *
 * Once the period is over, nothing in it depends on the time of reading, so that equal numbers make an equal
 * page.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_FACTS_H
#define POTPRESS_DIGEST_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "publisher/charts/charts.h"
#include "publisher/posts/digest/history.h"
#include "publisher/posts/digest/period.h"

#define DIGEST_POSTS_MAX 20
/* Of these lists a single one that is left is listed as well: words about it would take as much room. */
#define DIGEST_GROUPS_MAX 15
#define DIGEST_URLS_MAX 20
#define DIGEST_HASHES_MAX 20
#define DIGEST_TOP_MAX 10
#define DIGEST_HOURS_MAX \
	26 /* a day has at most 25, one of a changed zone may have more */
#define DIGEST_PARTS_MAX 8 /* days of a week; weeks that a month touches */
#define DIGEST_COUNTRIES_MAX 260
#define DIGEST_CLOCKS_MAX 3
#define DIGEST_SOURCES_MIN 5 /* fewer could reveal who typed it, or where */

/* What is known about a file, in the order of the table. */
enum digest_class {
	CLASS_MALICIOUS,
	CLASS_PUA,
	CLASS_SUSPICIOUS,
	CLASS_UNKNOWN,
	CLASS_UNDETECTED,
	CLASS_INCONCLUSIVE,
	CLASS_NOT_ANALYSED,
	CLASS_KNOWN_GOOD,
	CLASS_TEST, /* made for testing antivirus software */
	CLASS_WAITING, /* for an answer */
	CLASS_LEFT_OUT, /* of a flood, or the quota was not enough */
	CLASS_COUNT
};

/* New files with the same family and verdict. */
struct digest_group {
	enum digest_class class;
	char *family; /* owned; NULL: none */
	int64_t files, captures;
	int64_t low, high, verdicts_low, verdicts_high; /* engines */
	int64_t as_of,
	    as_of_newest; /* the oldest and the newest of their analyses; 0: none */
	/* new files of the family in the period before; -1: not comparable */
	int64_t before;
	int64_t rank,
	    rank_before; /* its place among the families by captures, and then */
};

struct digest_post {
	char *title, *link; /* owned */
};

/* One of the largest numbers of a dimension. */
struct digest_count {
	char *value, *label; /* owned; label NULL: none */
	int64_t events, sources; /* sources 0: not known */
	int64_t rank_before; /* in the period before; 0: not listed, -1: not comparable */
	int64_t before; /* events or sources in the period before, as they are ranked */
};

struct digest_top {
	struct digest_count rows[DIGEST_TOP_MAX + 1];
	size_t count;
	int64_t values, events; /* of all values of the dimension */
};

/* All attacks of some days. */
struct digest_attacks {
	int64_t days, counted, complete; /* how many */
	int64_t events, sources; /* sources: added up */
	int64_t low, high; /* events of a complete day */
	int64_t counted_at; /* the last of them */
	int64_t loudest; /* events of the address that made most on one day */
	bool given_up; /* a day that is not counted never will be */
};

/* A day of a week, or a week of a month. */
struct digest_part {
	struct period period;
	struct calendar_date first, end; /* within the whole */
	int64_t new_files, used, allowed; /* requests; allowed 0: none */
	struct digest_attacks attacks;
	char *link; /* owned; NULL: no digest */
};

/* A sensor whose clock was wrong. */
struct digest_clock {
	char *name; /* owned; in public, NULL: none */
	int64_t off_s; /* ahead; negative: behind */
};

/* Three or more hours in a row without an event, though there are many otherwise. */
struct digest_gaps {
	int64_t hours; /* of all of them; 0: none */
	int64_t from_at, to_at; /* of the longest */
};

struct digest_facts {
	struct period period;
	char key[PERIOD_KEY_MAX];
	int64_t from_at, to_at;
	bool goes_on; /* it is not over yet */
	struct calendar_date come; /* the days before it have come */
	int64_t since; /* when counting began; 0: before the period */
	int64_t by_class[CLASS_COUNT]; /* new files */
	int64_t new_files, files, captures, leftovers;
	int64_t late,
	    late_at; /* captures that arrived after publication, and when the last did */
	struct digest_group
	    groups[DIGEST_GROUPS_MAX + 1]; /* by class, then most captures */
	size_t group_count;
	int64_t groups_total;
	struct digest_post posts[DIGEST_POSTS_MAX];
	size_t post_count;
	int64_t posts_total;
	int64_t floods, flood_files; /* their new files; their URLs are not in urls */
	char *urls[DIGEST_URLS_MAX + 1], *hashes[DIGEST_HASHES_MAX + 1];
	size_t url_count, hash_count;
	size_t urls_detected; /* the first so many brought a file that is detected */
	int64_t urls_total, hashes_total;
	struct digest_attacks attacks,
	    before; /* before: the seven days, or the last period */
	int64_t hours[DIGEST_HOURS_MAX]; /* events, of a day */
	size_t hour_count;
	struct digest_gaps gaps; /* of a day or week */
	struct chart_bar bars[CHART_BARS_MAX]; /* by honeypot; hours of a day, or days */
	size_t bar_count;
	/* Sources, on a day on average, the most first. */
	struct chart_country map[DIGEST_COUNTRIES_MAX];
	size_t map_count;
	struct digest_top honeypots, ports, countries, networks, users, passwords,
	    commands, vulnerabilities, signatures;
	struct digest_part parts[DIGEST_PARTS_MAX];
	size_t part_count;
	struct digest_clock clocks[DIGEST_CLOCKS_MAX]; /* the largest offsets first */
	size_t clock_count;
	struct digest_history history;
	int64_t used, allowed; /* requests of a day; allowed 0: none */
	char *link_before; /* owned; the digest of the period before */
};
void digest_facts_done(struct digest_facts *f);

#endif
