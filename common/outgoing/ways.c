/*
 * ways.c - see ways.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/ways.h"

#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "common/base/buf.h"
#include "common/outgoing/answers.h"
#include "common/outgoing/identities.h"

#define WAYS_MAX 16 /* addresses used of one host */
#define RESOLVE_S 3 /* for a slow name server; the next start tries again */

/* ---- hosts */

/* Names of this machine itself reveal nothing. */
static bool
is_here(const char *host)
{
	static const char *const HERE[] = { "localhost", "127.0.0.1", "::1", "0.0.0.0",
		"::" };

	for (size_t i = 0; i < sizeof HERE / sizeof HERE[0]; i++)
		if (strcasecmp(host, HERE[i]) == 0)
			return true;
	return false;
}

void
way_host(const char *where, char host[WAY_HOST_MAX])
{
	size_t len;
	const char *start = answers_host(where, &len);

	host[0] = '\0';
	if (len == 0 || len >= WAY_HOST_MAX)
		return;
	memcpy(host, start, len);
	host[len] = '\0';
	if (is_here(host))
		host[0] = '\0';
}

/* ---- resolving */

struct host_lookup {
	struct gaicb ask;
	struct addrinfo wanted;
	char host[WAY_HOST_MAX];
};

/* False when it takes too long; the resolver then owns the query. */
static bool
wait_for(struct host_lookup *q)
{
	const struct timespec most = { .tv_sec = RESOLVE_S };
	const struct gaicb *const asked[] = { &q->ask };

	gai_suspend(asked, 1, &most);
	return gai_error(&q->ask) != EAI_INPROGRESS ||
	       gai_cancel(&q->ask) != EAI_NOTCANCELED;
}

static size_t
take_answers(const struct addrinfo *list, char addresses[WAYS_MAX][IP_TEXT_MAX])
{
	char text[IP_TEXT_MAX];
	size_t n = 0;

	for (; list != NULL && n < WAYS_MAX; list = list->ai_next)
		if (getnameinfo(list->ai_addr, list->ai_addrlen, text, sizeof text, NULL,
			0, NI_NUMERICHOST) == 0 &&
		    ip_canonical(text, addresses[n]) && !is_here(addresses[n]))
			n++;
	return n;
}

/* The canonical addresses that the host resolves to; an address resolves to itself. Waits a few seconds
 * at most; returns 0 when there was no answer. */
static size_t
addresses_of(const char *host, char addresses[WAYS_MAX][IP_TEXT_MAX])
{
	struct host_lookup *q;
	struct gaicb *asked[1];
	size_t n = 0;

	if (ip_canonical(host, addresses[0]))
		return 1;
	q = calloc(1, sizeof *q);
	if (q == NULL)
		return 0;
	BUF_FIXED(q->host, "%s", host);
	q->wanted.ai_socktype = SOCK_STREAM;
	q->ask = (struct gaicb){ .ar_name = q->host, .ar_request = &q->wanted };
	asked[0] = &q->ask;
	if (getaddrinfo_a(GAI_NOWAIT, asked, 1, NULL) == 0) {
		if (!wait_for(q))
			return 0;
		n = take_answers(q->ask.ar_result, addresses);
		if (q->ask.ar_result != NULL)
			freeaddrinfo(q->ask.ar_result);
	}
	free(q);
	return n;
}

/* ---- learning */

bool
ways_learn(struct db *db, const char *where, int64_t now, struct err *e)
{
	char host[WAY_HOST_MAX], addresses[WAYS_MAX][IP_TEXT_MAX];
	size_t count;

	way_host(where != NULL ? where : "", host);
	if (host[0] == '\0')
		return true;
	if (!identities_learn(db, IDENTITY_WAY, host, now, e))
		return false;
	count = addresses_of(host, addresses);
	for (size_t i = 0; i < count; i++)
		if (!identities_learn(db, IDENTITY_WAY, addresses[i], now, e))
			return false;
	return true;
}

void
way_peer_note(struct way_peer *p, const char *address)
{
	char text[IP_TEXT_MAX];

	if (!ip_canonical(address, text) || strcmp(text, p->address) == 0)
		return;
	memcpy(p->address, text, sizeof text);
	p->fresh = true;
}

struct meeting {
	struct db *db;
	const char *address;
	int64_t now;
};

static bool
learn_peer(void *ctx, struct err *e)
{
	const struct meeting *m = ctx;

	return identities_learn(m->db, IDENTITY_WAY, m->address, m->now, e);
}

bool
way_peer_learn(struct way_peer *p, struct db *db, int64_t now, struct err *e)
{
	struct meeting m = { db, p->address, now };

	if (!p->fresh)
		return true;
	p->fresh = false;
	return is_here(p->address) || db_transact(db, learn_peer, &m, e);
}

/* clang-format off */
static const char TOLD_SQL[] =
    "SELECT value "
    "FROM sensor_identity "
    "WHERE kind = 'address' "
    "AND source NOT IN ('" IDENTITY_WAY "', '" IDENTITY_OWN "')";
/* clang-format on */

/* A public address of the same IP version that T-Pot reported; "" when there is none, or when it
 * reported ours. */
static bool
find_told(struct db *db, const char *ours, char told[IP_TEXT_MAX], struct err *e)
{
	struct statement *s = db_prepare(db, TOLD_SQL, e);
	bool six = strchr(ours, ':') != NULL, agrees = false;
	int step;

	told[0] = '\0';
	while ((step = db_step(s, e)) == 1) {
		const char *value = db_text(s, 0);

		agrees |= strcmp(value, ours) == 0;
		if ((strchr(value, ':') != NULL) == six && !answers_private(value))
			ip_canonical(value, told);
	}
	if (agrees)
		told[0] = '\0';
	return step == 0;
}

bool
ways_differ(struct db *db, const char *where, char ours[IP_TEXT_MAX],
    char told[IP_TEXT_MAX], struct err *e)
{
	char host[WAY_HOST_MAX], addresses[WAYS_MAX][IP_TEXT_MAX];
	size_t count = 0;

	told[0] = '\0';
	way_host(where != NULL ? where : "", host);
	if (host[0] != '\0')
		count = addresses_of(host, addresses);
	for (size_t i = 0; i < count && told[0] == '\0'; i++) {
		if (answers_private(addresses[i]))
			continue;
		memcpy(ours, addresses[i], IP_TEXT_MAX);
		if (!find_told(db, ours, told, e))
			return false;
	}
	return true;
}
