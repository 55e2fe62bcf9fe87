/*
 * identities.h - what must never be published, in the database: tables sensor_identity and guarded.
 *
 * The collector stores what each T-Pot reports about itself, the publisher adds the operator's list,
 * and whatever sends text out loads both into a gate.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_IDENTITIES_H
#define POTPRESS_OUTGOING_IDENTITIES_H

#include <stdint.h>

#include "common/config/config.h"
#include "common/db/db.h"
#include "common/outgoing/gate.h"

/* Sources other than a T-Pot: the operator's list, and the addresses of our services (ways.h). */
#define IDENTITY_OWN "private"
#define IDENTITY_WAY "configuration"

/* Stores an address or name that `source` reported. If several sources did, T-Pot's report counts, then
 * the configuration's. */
bool identities_learn(
    struct db *db, const char *source, const char *value, int64_t now, struct err *e);
/* Replaces the operator's list. One transaction. */
bool identities_own(struct db *db, const struct list *words, int64_t now, struct err *e);
/* Fills the gate with all of them, and nothing else. */
bool identities_load(struct db *db, struct gate *gate, struct err *e);

/* The hashes of files that hold only an identity become noise (the rule is in gate.h). identities_learn adds
 * them at once; this does it for rows written in another way. One transaction. */
bool identities_make_noise(struct db *db, struct err *e);

struct identity_list {
	char **items;
	size_t count;
};
/* The identities that posts have not been searched for yet; fills the gate with these only. Release
 * with identities_done. */
bool identities_fresh(
    struct db *db, struct gate *gate, struct identity_list *fresh, struct err *e);
/* Records that all posts were searched for these; forgets those that are no longer private. One
 * transaction. */
bool identities_searched(struct db *db, const struct identity_list *fresh, struct err *e);
void identities_done(struct identity_list *l);

#endif
