/*
 * provider.h - one who is asked about what was captured: all that the enricher knows of it.
 *
 * A provider speaks its service's API: it builds requests and reads answers. Sending, booking, pauses
 * and storing are the enricher's. Adding one is a folder here, a line in providers.c, a section of the
 * configuration (common/config/table.h), and a row in table provider, which says what makes lookups for
 * it: in schema.sql, and in a migration for databases that exist.
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

/* A row of table lookup: what is asked. */
struct question {
	char kind[QUESTION_KIND_MAX]; /* file */
	char value[QUESTION_VALUE_MAX];
	struct hash hash; /* of a file: value, parsed; else HASH_NONE */
};

/* The account's part of the configuration. Texts are the configuration's. */
struct account {
	const char *name; /* the ledger's name for the key, never the key */
	const struct service_config *service;
	int64_t per_minute, per_day, per_month;
	int64_t concurrency; /* requests in flight, at most CONCURRENCY_MAX */
};
#define CONCURRENCY_MAX 64

enum answer {
	ANSWER_FOUND, /* it knows the thing: the report is filled */
	ANSWER_NOT_FOUND, /* it does not */
	ANSWER_FAULT, /* no answer to the question; the err says what to do */
};

struct provider {
	const char *name; /* in lookup, request, quota and pause */
	const char *const *kinds; /* of lookup.kind, NULL-ended */
	/* Its answers join the hashes of a file and make samples of the same file one. */
	bool joins_hashes;

	struct account (*account)(const struct config *config);
	/* Its client, kept until close; the configuration outlives it. NULL with a fault. */
	void *(*open)(const struct config *config, struct err *e);
	void (*close)(void *client);
	/* The request of a question; costs one of the quota. Its URL is put into `url`, everything else
	 * lives as long as the client. */
	void (*ask)(void *client, const struct question *q, struct buf *url,
	    struct http_request *out);
	/* A request that costs nothing and shows whether the key is taken. */
	void (*probe)(void *client, struct buf *url, struct http_request *out);
	/* Was that the answer to a probe with a good key? `transport` is the transfer's own fault. */
	bool (*probed)(void *client, const struct http_reply *reply,
	    const struct err *transport, int64_t now, struct err *e);
	/* What an answer says. `out` is initialised; the caller releases it in any case. */
	enum answer (*read)(void *client, const struct question *q,
	    const struct http_reply *reply, const struct err *transport, int64_t now,
	    struct report *out, struct err *e);
};

/* All that are built in, NULL-ended. */
extern const struct provider *const providers[];

#endif
