/*
 * enricher.h - what the parts of the enricher share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ENRICHER_H
#define POTPRESS_ENRICHER_H

#include "common/stage/stage.h"
#include "enricher/ledger.h"
#include "enricher/providers/virustotal/file_report.h"
#include "enricher/providers/virustotal/vt.h"
#include "enricher/store.h"

#define CONCURRENCY_MAX 64
/* a file VirusTotal does not know is asked for once more after this */
#define ASK_AGAIN_S 86400

struct enricher;

/* One request on its way. */
struct flight {
	struct enricher *enricher;
	bool used;
	struct job job;
	struct lookup lookup;
	int64_t request_id;
	int64_t started_ms;
};

struct enricher {
	struct stage st;
	struct service *service; /* one of st's */
	struct vt vt;
	struct ledger ledger;
	struct verdict_rules rules;
	struct flight flights[CONCURRENCY_MAX];
	int flying;
	bool probing; /* a key check is on its way */
	int64_t said_until; /* the spent quota was logged with this end */
	struct err fatal; /* set by an answer that this process cannot survive */
};

/* Asks about what is due, within quota and concurrency; the step of stage_run. */
bool enricher_step(void *ctx, int64_t now, struct step *out, struct err *e);
/* Claims up to n rows, books a request for each and sends them; rows without a booking go back. */
bool enricher_ask(struct enricher *en, int64_t now, int n, struct err *e);
/* --check of the live access; see struct stage_spec. */
void enricher_check(struct stage *st, struct check *c);
/* An answer came: translates it and settles its row. */
void enricher_answer(void *ctx, struct http_reply *reply, const struct err *transport);

#endif
