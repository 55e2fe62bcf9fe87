/*
 * readers.h - which documents show what an attacker did in a session, as data: a row for each honeypot.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STORIES_READERS_H
#define POTPRESS_STORIES_READERS_H

#include <stdbool.h>

#define READER_KINDS_MAX 10
#define READER_FIELDS_MAX 4

enum told {
	TOLD_LOGIN, /* the attacker got in */
	TOLD_REFUSED, /* a login was refused */
	TOLD_COMMAND,
	TOLD_CLIENT, /* what the client calls itself */
	TOLD_HASSH,
	TOLD_REQUEST, /* of a web request, or the exploit in it */
	TOLD_END,
};

/* A kind of document, and what it contains. */
struct told_kind {
	const char *kind; /* NULL ends a list */
	enum told told;
	const char *fields[READER_FIELDS_MAX]; /* the first of these that is there */
};

struct story_reader {
	const char *honeypot; /* NULL ends the table */
	const char *session; /* the field with the session's id */
	const char *kind; /* the field with the kind of document */
	struct told_kind kinds[READER_KINDS_MAX];
	bool ends; /* one of them shows that the session is over */
};

extern const struct story_reader story_readers[];
/* NULL: this honeypot has no such documents. */
const struct story_reader *readers_of(const char *honeypot);

#endif
