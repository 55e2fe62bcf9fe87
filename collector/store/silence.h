/*
 * silence.h - all SQL about sensors and honeypots that have fallen silent: table silence.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STORE_SILENCE_H
#define POTPRESS_STORE_SILENCE_H

#include "common/db/db.h"

/* Which sensors or honeypots are asked about. */
struct silence_scope {
	const char *source;
	const char *kind; /* sensor or honeypot: a dimension of table day_count */
	int64_t most; /* a day with this many of them may lack some */
	int64_t since; /* days before this time are forgotten */
};

/* One of them. Only known days count: those of which T-Pot has everything. */
struct voice {
	char *name;
	int64_t days; /* with events */
	int64_t last_at; /* end of the last of them */
	int64_t heard_s; /* known time up to then */
	/* longest time without events before, except logged silences */
	int64_t gap_s;
	int64_t quiet_s; /* time without events since then */
	bool said; /* this silence is in the table ... */
	bool open; /* ... and has not ended there */
	bool again; /* an earlier one has not ended there */
};

struct voices {
	struct voice *items;
	size_t count;
};

/* Release with silence_done, also after a failure. */
bool silence_read(
    struct db *db, const struct silence_scope *scope, struct voices *out, struct err *e);
void silence_done(struct voices *voices);
/* *begun: it was not in the table. */
bool silence_begin(struct db *db, const struct silence_scope *scope,
    const struct voice *v, int64_t now, bool *begun, struct err *e);
/* *ended: there was one before v->last_at that had not ended. */
bool silence_end(struct db *db, const struct silence_scope *scope, const struct voice *v,
    int64_t now, bool *ended, struct err *e);
/* Deletes those that began before scope->since. */
bool silence_forget(struct db *db, const struct silence_scope *scope, struct err *e);

#endif
