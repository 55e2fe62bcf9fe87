/*
 * rankings.h - what the one request about a day asks for, as data: groups of documents, and in each the
 * most frequent values of some fields.
 *
 * The request (body.c) is written from this table, and the answer (counts.c) is read by it. The name of an
 * aggregation is its dimension in table day_count.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DAYS_RANKINGS_H
#define POTPRESS_DAYS_RANKINGS_H

#include "common/json/write.h"

#define RANKINGS_MAX 8
#define GROUP_TYPES_MAX 12

/* The most frequent values of a field. */
struct top_values {
	const char *dimension; /* NULL ends a list */
	const char *field;
	int64_t size; /* at most this many */
	bool sources; /* with the number of their source addresses */
	const char *label; /* a field that goes with each value; NULL: none */
};

struct group {
	const char *name; /* NULL ends the table */
	/* Writes which documents it holds. */
	void (*put_filter)(struct json_writer *w, const struct group *g);
	const char *types[GROUP_TYPES_MAX]; /* for put_filter */
	struct top_values rankings[RANKINGS_MAX];
};

/* The first is that of all attacks. */
extern const struct group groups[];

#endif
