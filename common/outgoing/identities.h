/*
 * identities.h - what must never leave, in the database: tables sensor_identity and guarded.
 *
 * The collector learns what each T-Pot says of itself, the publisher adds the operator's own list, and
 * whatever sends text out loads all of it into a gate.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_IDENTITIES_H
#define POTPRESS_OUTGOING_IDENTITIES_H

#include <stdint.h>

#include "common/config/config.h"
#include "common/db/db.h"
#include "common/outgoing/gate.h"

/* Sources that are no T-Pot: the operator's own list, and the ways to our services (ways.h). */
#define IDENTITY_OWN "private"
#define IDENTITY_WAY "configuration"

/* Notes an address or name that `source` reported. Where several did, T-Pot's report counts, then the
 * configuration's. */
bool identities_learn(
    struct db *db, const char *source, const char *value, int64_t now, struct err *e);
/* The operator's own list in place of the one before. One transaction. */
bool identities_own(struct db *db, const struct list *words, int64_t now, struct err *e);
/* Makes the gate know all of them, and nothing else. */
bool identities_load(struct db *db, struct gate *gate, struct err *e);

/* A file that is nothing but one of them gives it away by its hash: the hashes of such files become noise,
 * which is never looked up. identities_learn adds them at once; this does it for rows that were written in
 * another way. One transaction. */
bool identities_make_noise(struct db *db, struct err *e);

struct identity_list {
	char **items;
	size_t count;
};
/* Those that no post was searched for yet; the gate knows these alone. Release with identities_done. */
bool identities_fresh(
    struct db *db, struct gate *gate, struct identity_list *fresh, struct err *e);
/* All posts were searched for these; what is private no more is forgotten. One transaction. */
bool identities_searched(struct db *db, const struct identity_list *fresh, struct err *e);
void identities_done(struct identity_list *l);

#endif
