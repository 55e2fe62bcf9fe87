/*
 * enricher.h - shared by the files of the enricher.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ENRICHER_H
#define POTPRESS_ENRICHER_H

#include "common/stage/stage.h"
#include "enricher/ledger/ledger.h"
#include "enricher/ledger/minute.h"
#include "enricher/providers/provider.h"
#include "enricher/store.h"

#define DESKS_MAX 8

struct desk;

/* One request in flight. */
struct flight {
	struct desk *desk;
	bool used;
	struct job job;
	struct lookup lookup;
	int64_t request_id;
	int64_t started_ms;
};

/* One provider in use, with its client, account, ledger, rows and pauses. */
struct desk {
	struct enricher *enricher;
	const struct provider *provider;
	void *client;
	struct service *service; /* one of the stage's */
	struct account account;
	struct ledger ledger;
	struct minute minute;
	struct queue queue; /* claims the provider's rows only */
	struct flight flights[CONCURRENCY_MAX];
	int flying;
	bool probing; /* a probe is in flight */
	int64_t said_until; /* the spent quota was logged with this end */
	bool caught_up; /* further lookups are planned for all answers of version 1 */
	int64_t turn_at; /* of the last of them that takes turns */
};

/* The progress of --reparse. */
struct reparse {
	int64_t id; /* the last stored report that was read */
	int64_t read, changed, unreadable;
	bool finished;
};

struct enricher_options {
	bool reparse;
};

struct enricher {
	struct stage st;
	struct enricher_options asked;
	struct reparse reparse;
	struct desk *desks[DESKS_MAX];
	int desk_count;
	struct err fatal; /* set by an answer that this process cannot survive */
};

/* Opens a desk for each provider of the table (NULL-ended), whose services were added to the stage in
 * the same order; enricher_close_desks in either case. */
bool enricher_open_desks(
    struct enricher *en, const struct provider *const *table, struct err *e);
void enricher_close_desks(struct enricher *en);

/* Looks up what is due, within quota and concurrency; the step of stage_run. */
bool enricher_step(void *ctx, int64_t now, struct step *out, struct err *e);
/* The step of --reparse: reads one batch of stored reports again. */
bool enricher_reparse(void *ctx, int64_t now, struct step *out, struct err *e);
/* Claims up to n of the provider's rows, books a request for each and sends them; rows without a
 * booking go back. */
bool desk_ask(struct desk *d, int64_t now, int n, struct err *e);
/* Plans further lookups for a batch of the answers of version 1; d->caught_up when there are no more. */
bool desk_catch_up(struct desk *d, int64_t now, struct err *e);
/* Called with an answer: translates it and settles its row; ctx is the flight. */
void desk_answered(void *ctx, struct http_reply *reply, const struct err *transport);

/* --check of the live access; see struct stage_spec. */
void enricher_check(struct stage *st, struct check *c);

#endif
