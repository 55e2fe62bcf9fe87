/*
 * provider.h - the interface of a provider, a service that is asked about captured files.
 *
 * A provider speaks its service's API: it builds requests and reads answers. The enricher does the
 * sending, booking, pausing and storing. A new provider needs a folder here, a line in
 * enricher/providers.c and a section of the configuration for its account (common/config/table.h; the
 * keys of [enricher] about the order of lookups apply to all providers). Table provider says what is looked
 * up there and whose answers decide the verdict: the row of an optional provider comes and goes with its
 * configuration (enricher/optional.c), any other is in schema.sql, and in a migration for existing
 * databases.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PROVIDER_H
#define POTPRESS_PROVIDER_H

#include "common/base/buf.h"
#include "common/config/config.h"
#include "common/net/http.h"
#include "enricher/providers/report.h"

#define PROVIDER_URL_MAX 4096
#define QUESTION_KIND_MAX 16
#define QUESTION_VALUE_MAX 512

/* A row of table lookup: the question. */
struct question {
	char kind[QUESTION_KIND_MAX]; /* file */
	char value[QUESTION_VALUE_MAX];
	struct hash hash; /* for a file: value, parsed; else HASH_NONE */
};

/* The configuration of the account. The configuration owns the texts. */
struct account {
	const char *name; /* the ledger's name for the key, never the key */
	const struct service_config *service;
	int64_t per_minute, per_day, per_month;
	int64_t concurrency; /* requests in flight, at most CONCURRENCY_MAX */
	/* When an unknown file, and a known one, is looked up again; NULL: as in [enricher]. */
	const struct list *unknown_again, *known_again;
};
#define CONCURRENCY_MAX 64

/* What a provider has counted for an account. */
struct usage {
	int64_t day, month; /* requests of the UTC day and month; -1: unknown */
};

enum answer {
	ANSWER_FOUND, /* known: the report is filled */
	ANSWER_NOT_FOUND, /* unknown */
	ANSWER_FAULT, /* no answer; the err says what to do */
};

/* Functions are called for one client at a time: open, then any of the others in any order, any number of
 * them, then close. All may be called from --check, which has no database. Those that read an answer get
 * the transfer's own fault as `transport` (FAULT_NONE: there was an answer), and `reply` stays the
 * caller's. NULL only where it says so. */
struct provider {
	const char *name; /* in lookup, request, quota and pause */
	const char *const *kinds; /* of lookup.kind, NULL-ended */
	/* Its answers connect the hashes of a file, so samples of the same file are merged. */
	bool joins_hashes;
	/* what to do when the quota is used up; NULL: nothing */
	const char *quota_advice;

	/* Optional providers only: is it configured? If not, nothing else is called. Before open, too. */
	bool (*is_wanted)(const struct config *config);
	/* Before open, too; texts are NULL where the configuration could not be read. */
	struct account (*account)(const struct config *config);
	/* Opens its client, used until close; the configuration outlives it. NULL with a fault. */
	void *(*open)(const struct config *config, struct err *e);
	void (*close)(void *client);
	/* Builds the request for a question of one of its kinds; it uses one of the quota. Its URL is put
	 * into `url`, an empty buffer; everything else lives as long as the client. */
	void (*ask)(void *client, const struct question *q, struct buf *url,
	    struct http_request *out);
	/* Reads its answer. `out` is initialised; the caller releases it in any case. For ANSWER_FOUND it
	 * fills in the verdict too. `e` only for ANSWER_FAULT. */
	enum answer (*read)(void *client, const struct question *q,
	    const struct http_reply *reply, const struct err *transport, int64_t now,
	    struct report *out, struct err *e);
	/* Builds a request that shows whether the key is accepted: one that uses no quota, where there is
	 * one. It is never booked: its answer may be what tells the time, without which nothing can be
	 * booked, and --check, which sends it too, writes nothing. It is sent at the end of a pause, and where
	 * it is not known what day it is. */
	void (*probe)(void *client, struct buf *url, struct http_request *out);
	/* Was that the answer to a probe with a good key? */
	bool (*probed)(void *client, const struct http_reply *reply,
	    const struct err *transport, int64_t now, struct err *e);
	/* Builds the request for the provider's own count; false: not wanted. NULL: it has none. */
	bool (*count)(void *client, struct buf *url, struct http_request *out);
	/* Reads it; false: refused, or not an answer. NULL exactly if `count` is. */
	bool (*counted)(void *client, const struct http_reply *reply, struct usage *out);
	/* For --import: the question whose answer this saved body is; `read` is then given both, and must
	 * fill in the report's SHA-256. False,
	 * with FAULT_REJECT: it is not one of this provider's. NULL: its answers are not imported. */
	bool (*recognise)(
	    const char *body, size_t len, struct question *out, struct err *e);
};

/* Offline the secrets are not read, and no request is made: table provider knows whether it is wanted. */
static inline bool
provider_is_wanted(const struct provider *p, const struct config *config)
{
	return p->is_wanted == NULL || config->offline || p->is_wanted(config);
}

/* All built-in providers, NULL-ended. */
extern const struct provider *const providers[];

#endif
