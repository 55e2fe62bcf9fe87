/* internal.h - shared by the files of alerts. SPDX-License-Identifier: MIT */
#ifndef POTPRESS_ALERTS_INTERNAL_H
#define POTPRESS_ALERTS_INTERNAL_H

#include "publisher/alerts/alerts.h"
#include "publisher/alerts/store.h"

/* The service of the target number i of the configuration. */
struct service *alerts_service(const struct alerts *al, size_t i);
const struct alert_config *alerts_config(const struct stage *st, size_t i);

/* Finds the events since the last search, for one target (find.c). */
bool alerts_find(struct alerts *al, size_t i, int64_t now, struct err *e);
/* Prepares a delivery for each target (deliver.c). */
bool alerts_open_deliveries(struct alerts *al, struct err *e);
/* Settles answered messages (deliver.c). stop: also ends those that would not end by themselves. *any:
 * there were some. */
bool alerts_land(struct alerts *al, bool stop, bool *any, struct err *e);
/* Begins to send the message that is due to a target (*begun), unless one is in flight; *at: when one is due,
 * INT64_MAX: none (deliver.c). */
bool alerts_deliver(
    struct alerts *al, size_t i, int64_t now, int64_t *at, bool *begun, struct err *e);

/* The message as one target gets it; texts are owned (compose.c). */
struct alert_composed {
	struct alert alert;
	char key[ALERT_KEY_MAX];
	struct buf title, text;
};
void alert_compose(struct alert_composed *out, const struct alert_message *m,
    const char *target, int64_t id, const struct alert_voice *voice);
void alert_composed_done(struct alert_composed *c);

/* From the file system (watch.c): MiB free on the disk of the database, -1: unknown; the time in the
 * name of the newest backup, 0: none. */
int64_t alert_watch_disk(const char *database);
int64_t alert_watch_backup(const char *directory);

#endif
