/*
 * enricher.h - shared by the files of the enricher.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ENRICHER_H
#define POTPRESS_ENRICHER_H

#include "common/stage/progress.h"
#include "common/stage/stage.h"
#include "enricher/desk.h"

#define DESKS_MAX 8

/* The progress of --reparse. */
struct reparse {
	int64_t id; /* the last stored report that was read */
	int64_t read, changed, unreadable;
	bool finished;
	struct progress progress;
};

struct enricher_options {
	bool reparse;
	struct option_operands ask, import;
};

/* The progress of --ask. */
struct by_hand {
	struct asked_hash *hashes; /* one for each operand */
	int count, left; /* left: number not answered yet */
	/* lookups of those that may be claimed now, ... */
	int64_t due[CONCURRENCY_MAX];
	int due_count;
	const struct desk *desk; /* ... by the desk whose answers are verdicts */
	struct progress progress;
};

/* The progress of --import. */
struct import {
	struct saved *saved; /* the reports in the files, in order of their dates */
	size_t next;
	int64_t added, known, older, refused, unusable;
	struct progress progress;
};

struct enricher {
	struct stage st;
	struct enricher_options asked;
	struct reparse reparse;
	struct by_hand by_hand;
	struct import import;
	struct desk *desks[DESKS_MAX];
	int desk_count;
	struct err fatal; /* set by an answer after which this process must exit */
};

/* Table provider has the optional providers of the table (NULL-ended) that are configured, and only those.
 * Before the desks are opened. */
bool enricher_set_optional(
    struct enricher *en, const struct provider *const *table, struct err *e);
/* Opens a desk for each provider of the table but optional ones that are not configured. Their services
 * were added to the stage in the same order; enricher_close_desks in either case. */
bool enricher_open_desks(
    struct enricher *en, const struct provider *const *table, struct err *e);
void enricher_close_desks(struct enricher *en);

/* Looks up what is due, within quota and concurrency; the step of stage_run. */
bool enricher_step(void *ctx, int64_t now, struct step *out, struct err *e);
/* After a request to stop: settles what has landed; the stop of stage_run. */
bool enricher_stop(void *ctx, struct err *e);
/* The step of --reparse: reads one batch of stored reports again. */
bool enricher_reparse(void *ctx, int64_t now, struct step *out, struct err *e);
/* The step of --ask: puts the hashes first in line, looks them up and prints each answer. */
bool enricher_ask(void *ctx, int64_t now, struct step *out, struct err *e);
/* Its stop: prints what was answered meanwhile. */
bool enricher_ask_stop(void *ctx, struct err *e);
/* At the end of --ask: tells what is left waiting. */
void enricher_ask_done(struct enricher *en);
/* The step of --import: stores one batch of saved reports. */
bool enricher_import(void *ctx, int64_t now, struct step *out, struct err *e);
/* At its end: prints what became of the reports. Returns the exit status: EXIT_PROBLEM in place of
 * EXIT_OK if something could not be used. */
int enricher_import_done(struct enricher *en, int status);

extern const struct option_row enricher_options[];
/* For struct stage_spec; names each argument of --ask that is not a hash. */
void enricher_check_options(const void *own, struct buf *wrong);

/* --check of the live access; see struct stage_spec. */
void enricher_check(struct stage *st, struct check *c);

#endif
