/*
 * ways.h - the addresses of our own services are identities too: T-Pot may report a wrong external
 * address while our configuration has the right one.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_WAYS_H
#define POTPRESS_OUTGOING_WAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/ip.h"
#include "common/db/db.h"

/* The host of a URL or of HOST:PORT; "" if there is none, or it is this machine. */
#define WAY_HOST_MAX 256
void way_host(const char *where, char host[WAY_HOST_MAX]);

/* Stores the host of `where` (NULL: none) and its addresses as identities. */
bool ways_learn(struct db *db, const char *where, int64_t now, struct err *e);
/* What the host resolves to may change while a program runs: the address that requests really go to. */
struct way_peer {
	char address[IP_TEXT_MAX];
	bool fresh; /* not stored yet */
};
void way_peer_note(struct way_peer *p, const char *address);
/* Stores it as an identity, if it is another than before. */
bool way_peer_learn(struct way_peer *p, struct db *db, int64_t now, struct err *e);

/* For --check: a public address of `where` that T-Pot did not report, and one that it reported instead;
 * told is "" if they agree, or if one of them is not known. */
bool ways_differ(struct db *db, const char *where, char ours[IP_TEXT_MAX],
    char told[IP_TEXT_MAX], struct err *e);

#endif
