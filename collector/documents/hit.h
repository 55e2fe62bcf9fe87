/*
 * hit.h - the hits of a search page turned into captures, or into the reason why not.
 *
 * Attackers wrote parts of everything here: texts are made valid UTF-8 and cut at named lengths,
 * addresses and hashes are parsed, numbers are range-checked.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DOCUMENTS_HIT_H
#define POTPRESS_DOCUMENTS_HIT_H

#include "collector/documents/profile.h"
#include "common/base/hash.h"
#include "common/base/ip.h"
#include "common/base/sha256.h"
#include "common/base/time.h"

#define HIT_HASHES_MAX 64 /* of one document */
#define HIT_URL_MAX 4096 /* bytes kept */
#define HIT_NAME_MAX 512
#define HIT_ID_MAX 600
#define HIT_REJECTION_MAX 300
#define HIT_IDENTITIES_MAX 8
#define EVENT_KEY_MAX (SHA256_HEX_MAX + 8)
/* A sensor's time is implausible before this instant (2015) ... */
#define CLOCK_EARLIEST 1420070400
/* ... or more than this ahead of our clock. */
#define CLOCK_AHEAD_S HOUR_S

/* One file of a document. event_key: the fields that identify a capture; see table sighting. */
struct capture {
	struct hash hash;
	char event_key[EVENT_KEY_MAX];
	const char *url, *file_name; /* the hit's */
};

struct identity {
	const char *kind; /* "address" or "name" */
	char value[HIT_NAME_MAX];
};

/* Where a capture came from. */
struct origin {
	char src_ip[IP_TEXT_MAX]; /* "" none */
	bool claimed; /* it is only the client's own claim */
	int64_t src_port, dest_port, asn; /* -1 none */
	char *country, *city, *as_org;
};

/* The values of one document; texts are owned, NULL if absent. */
struct hit {
	char id[HIT_ID_MAX];
	int64_t seq_no; /* -1: not readable */
	const struct profile *profile; /* NULL: no profile selects it */
	const char *action;
	char *sensor, *session, *protocol;
	char *request, *client; /* "POST /upload.php" and what the client calls itself */
	struct origin origin;
	int64_t event_at, seen_at;
	bool clock_wrong;
	bool own; /* the operator's monitoring made it: its captures are not stored */
	struct capture *captures;
	int capture_count;
	char **texts; /* texts that captures point to; captures of a list share them */
	int text_count;
	struct identity identities[HIT_IDENTITIES_MAX];
	int identity_count;
	/* "" none; set beside good captures if only some are malformed */
	char rejection[HIT_REJECTION_MAX];
};

/* Never fails: a document that cannot be read is a rejection. collected_at: unix seconds, now. Release
 * with hit_done. */
void hit_read(struct hit *out, const char *text, size_t len,
    const struct profile *const *chosen, int64_t collected_at);
/* For one that came without its document: it would exceed the limit. */
void hit_too_large(struct hit *h);
/* Replaces a hit by another, which is empty afterwards. */
void hit_move(struct hit *to, struct hit *from);
void hit_done(struct hit *h);

/* The hits of a page, in its order. */
struct hit_list {
	struct hit *items;
	size_t count;
};
/* FAULT_RETRY when the body is not a page of at most `most` hits. Release with hit_list_done in either
 * case. */
bool hit_list_read(struct hit_list *out, const char *body, size_t len, size_t most,
    const struct profile *const *chosen, int64_t collected_at, struct err *e);
/* The end of a full page may lie between documents with the same number, which a shrunk index has: leaves
 * those with the last number to the next page. False: there are no others, so all stay. */
bool hit_list_leave_last(struct hit_list *list);
void hit_list_swap(struct hit_list *one, struct hit_list *other);
void hit_list_done(struct hit_list *list);

/* The origin and the session in a document of this profile's honeypot. */
void hit_origin_read(struct origin *out, const struct profile *p, const cJSON *source);
char *hit_session(const struct profile *p, const cJSON *source);
void hit_origin_copy(struct origin *to, const struct origin *from);
void hit_origin_done(struct origin *o);

#endif
