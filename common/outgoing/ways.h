/*
 * ways.h - the ways to our own services are identities too: T-Pot may report a wrong external address, and
 * the right one stands in our configuration.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_WAYS_H
#define POTPRESS_OUTGOING_WAYS_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/ip.h"
#include "common/db/db.h"

#define WAYS_MAX 16 /* addresses of one host that are looked at */

/* The host of a URL or of HOST:PORT: "" where there is none, or only this machine itself. */
#define WAY_HOST_MAX 256
void way_host(const char *where, char host[WAY_HOST_MAX]);
/* What the host resolves to, canonical; an address is its own. Waits at most a few seconds; 0 when nothing
 * came. */
size_t way_addresses(const char *host, char addresses[WAYS_MAX][IP_TEXT_MAX]);

/* Learns the host of `where` (NULL: none), and its addresses. */
bool ways_learn(struct db *db, const char *where, int64_t now, struct err *e);
/* For --check: a public address of `where` that T-Pot did not report, and one that it reported instead; told is
 * "" where they agree, or one of them is not known. */
bool ways_differ(struct db *db, const char *where, char ours[IP_TEXT_MAX],
    char told[IP_TEXT_MAX], struct err *e);

#endif
