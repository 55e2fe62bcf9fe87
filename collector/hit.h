/*
 * hit.h - one hit of a search page turned into captures, or into the reason why not.
 *
 * Everything here was written by attackers in part: texts are made valid UTF-8 and cut at named
 * lengths, addresses and hashes are parsed, numbers are range-checked.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_HIT_H
#define POTPRESS_HIT_H

#include "collector/profile.h"
#include "common/digest.h"
#include "common/text.h"

#define HIT_HASHES_MAX 16 /* of one document */
#define HIT_URL_MAX 4096 /* bytes kept */
#define HIT_NAME_MAX 512
#define HIT_ID_MAX 600
#define EVENT_KEY_MAX (DIGEST_HEX_MAX + 8)
/* A sensor's clock is not believed before this instant (2015) ... */
#define CLOCK_EARLIEST 1420070400
/* ... nor when it is more than this ahead of ours. */
#define CLOCK_AHEAD_S 3600

struct capture {
	struct hash hash;
	char event_key[EVENT_KEY_MAX];
};

struct identity {
	const char *kind; /* "address" or "name" */
	char value[HIT_NAME_MAX];
};

/* What one document says; texts are owned, NULL where the document is silent. */
struct hit {
	char id[HIT_ID_MAX];
	int64_t seq_no; /* -1: could not be read */
	const struct profile *profile; /* NULL: no profile selects it */
	const char *action;
	char *honeypot, *sensor, *session, *country, *city, *as_org, *protocol, *url,
	    *file_name;
	char src_ip[IP_TEXT_MAX]; /* "" none */
	int64_t src_port, dest_port, asn; /* -1 none */
	int64_t event_at, seen_at;
	bool clock_wrong;
	struct capture captures[HIT_HASHES_MAX];
	int capture_count;
	int empty; /* absent and empty hashes */
	struct identity identities[3];
	int identity_count;
	/* "" none; beside good captures where only some are broken */
	char rejection[300];
};

/* Never fails: what cannot be read is a rejection. collected_at: unix seconds, now. Release with
 * hit_done. */
void hit_read(struct hit *out, const char *text, size_t len,
    const struct profile *const *chosen, int64_t collected_at);
void hit_done(struct hit *h);

#endif
