/*
 * alerts.c - see alerts.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/alerts/alerts.h"

#include <string.h>
#include <sys/stat.h>

#include "common/base/sha256.h"
#include "publisher/alerts/internal.h"

#define LOOK_S 5 /* shortest time between two searches for events ... */
/* ... and the longest, since pauses and disks change without a commit of ours */
#define IDLE_S 60
#define SETTINGS_MAX (64 << 10)

static void
put_time(struct buf *out, const char *file)
{
	struct stat st;

	if (file != NULL && stat(file, &st) == 0)
		buf_printf(out, " %lld", (long long)st.st_mtime);
}

/* The target's settings without secrets, to notice a change after it refused permanently. */
static void
describe(const struct alert_config *c, char out[SHA256_HEX_MAX])
{
	const char *const texts[] = { c->type, c->service.url, c->service.user,
		c->url_file, c->token_file, c->service.password_file, c->topic, c->chat,
		c->room, c->from };
	auto_buf all = BUF_CUT(SETTINGS_MAX);

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		buf_printf(&all, "%s\n", texts[i] != NULL ? texts[i] : "");
	for (size_t i = 0; i < c->to.count; i++)
		buf_printf(&all, "%s\n", c->to.items[i]);
	put_time(&all, c->url_file);
	put_time(&all, c->token_file);
	put_time(&all, c->service.password_file);
	sha256_hex(buf_text(&all), all.len, out);
}

static bool
begin_targets(struct alerts *al, int64_t now, struct err *e)
{
	const struct named *targets = &al->st->config.alerts;

	if (!alert_store_tidy(&al->st->db, targets, now, e))
		return false;
	for (size_t i = 0; i < targets->count; i++) {
		char settings[SHA256_HEX_MAX];

		describe(alerts_config(al->st, i), settings);
		if (!alert_store_target(&al->st->db, targets->names[i], settings, now, e))
			return false;
	}
	return true;
}

bool
alerts_open(
    struct alerts *al, struct stage *st, const struct alert_voice *voice, struct err *e)
{
	int64_t now = clock_now(&st->clock);

	*al = (struct alerts){ .st = st, .voice = *voice };
	queue_init(&al->queue, &st->db, &queue_message, st->name);
	return alerts_open_deliveries(al, e) && queue_free_all(&al->queue, now, e) >= 0 &&
	       begin_targets(al, now, e);
}

static bool
find_events(struct alerts *al, int64_t now, struct err *e)
{
	if (al->st->look_now && !alert_store_forgive(&al->st->db, now, e))
		return false;
	/* A step of the clock does not end the lease of a message in flight: its answer still comes. */
	if (alerts_in_flight(al) < 0 && queue_reap(&al->queue, now, e) < 0)
		return false;
	for (size_t i = 0; i < al->st->config.alerts.count; i++)
		if (!alerts_find(al, i, now, e))
			return false;
	al->looked_at = now;
	return true;
}

static bool
is_recent(const struct alerts *al, int64_t now)
{
	return !al->st->look_now && now >= al->looked_at && now < al->looked_at + LOOK_S;
}

bool
alerts_step(struct alerts *al, int64_t now, int64_t *wake_at, bool *busy, struct err *e)
{
	size_t count = al->st->config.alerts.count;
	bool recent = is_recent(al, now);

	*busy = false;
	*wake_at = INT64_MAX;
	if (count == 0)
		return true;
	if (!alerts_land(al, false, busy, e) || (!recent && !find_events(al, now, e)))
		return false;
	*wake_at = al->looked_at + (recent ? LOOK_S : IDLE_S);
	for (size_t i = 0; i < count; i++) {
		int64_t at;

		if (!alerts_deliver(al, i, now, &at, busy, e))
			return false;
		if (at < *wake_at)
			*wake_at = at;
	}
	return true;
}
