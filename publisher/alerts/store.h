/*
 * store.h - tables message and alert_target: events that wait to be sent, and their targets.
 *
 * Each write is one short transaction, unless it is to be called inside the caller's.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ALERTS_STORE_H
#define POTPRESS_ALERTS_STORE_H

#include "common/db/db.h"
#include "publisher/alerts/rules.h"
#include "publisher/alerts/target.h"

#define ALERT_GATHER_S 600 /* at most one message to a target in this time */
#define ALERT_KEPT_DAYS 90
#define ALERT_LINES_MAX 10 /* events named in one message */

struct alert_state {
	int64_t since, analysis_id, sent_at;
	bool stopped;
};

/* Creates the row of a new target, which gets no events from before. If the target refused permanently
 * and `settings` have changed since, it is tried again. */
bool alert_store_target(
    struct db *db, const char *name, const char *settings, int64_t now, struct err *e);
/* Deletes targets that are no longer configured, and messages older than ALERT_KEPT_DAYS. */
bool alert_store_tidy(
    struct db *db, const struct named *targets, int64_t now, struct err *e);
/* Makes all targets that refused permanently be tried again. */
bool alert_store_forgive(struct db *db, int64_t now, struct err *e);
bool alert_store_state(
    struct db *db, const char *name, struct alert_state *out, struct err *e);

/* Inside a transaction. Searches for events by one rule and calls `tell` for each, whose texts are
 * valid during the call. */
struct alert_search {
	const char *target;
	int64_t after, upto; /* ids of answers */
	int64_t since, now, paused_after_s;
};
bool alert_store_search(struct db *db, const struct alert_rule *rule,
    const struct alert_search *search,
    bool (*tell)(void *ctx, const struct alert_event *event, struct err *e), void *ctx,
    struct err *e);
/* Inside a transaction. An event that is known to the target is ignored. */
bool alert_store_add(struct db *db, const char *target, const struct alert_rule *rule,
    const struct alert_event *event, const char *body, struct err *e);
/* The last of the next ALERT_EVENTS_MAX answers after `after`. */
bool alert_store_upto(struct db *db, int64_t after, int64_t *upto, struct err *e);
/* Inside a transaction. */
bool alert_store_looked(struct db *db, const char *target, int64_t upto, struct err *e);

/* When the next message to the target may be sent; INT64_MAX: none waits. *sealed: it was tried before. */
bool alert_store_next(struct db *db, const char *target, const struct alert_state *state,
    int64_t *at, bool *sealed, struct err *e);
/* Combines all waiting events into one message. */
bool alert_store_seal(struct db *db, const char *target, int64_t now, struct err *e);

/* One message; texts are owned. */
struct alert_message {
	char *rule, *key, *lines[ALERT_LINES_MAX], *link;
	int64_t at, count; /* events */
	int64_t lost; /* attempts without an answer */
};
bool alert_store_message(
    struct db *db, int64_t id, struct alert_message *out, struct err *e);
void alert_message_done(struct alert_message *m);

/* Just before an attempt: until it is answered, it counts as lost. */
bool alert_store_sending(
    struct db *db, int64_t id, const char *target, int64_t now, struct err *e);
/* Inside a transaction: there was an answer to the attempt. */
bool alert_store_answered(struct db *db, int64_t id, struct err *e);
/* Inside a transaction: the target refuses permanently; its waiting messages are skipped. */
bool alert_store_refused(
    struct db *db, const char *target, const char *why, int64_t now, struct err *e);

#endif
