/*
 * find.c - finds the events since the last search, for one target.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <strings.h>

#include "common/base/time.h"
#include "publisher/alerts/internal.h"

#define LOOK_BACK_S (7 * DAY_S) /* older events are not sent */

struct finding {
	struct alerts *al;
	const struct alert_config *config;
	const struct alert_rule *rule;
	struct alert_search search;
};

/* Rule family finds only the families that the target lists. */
static bool
is_meant(const struct finding *f, const struct alert_event *event)
{
	const struct list *families = &f->config->families;

	if (strcmp(f->rule->name, "family") != 0)
		return true;
	for (size_t i = 0; event->arguments[1] != NULL && i < families->count; i++)
		if (strcasecmp(families->items[i], event->arguments[1]) == 0)
			return true;
	return false;
}

static bool
add_event(void *ctx, const struct alert_event *event, struct err *e)
{
	struct finding *f = ctx;
	auto_buf body = BUF_CUT(ALERT_BODY_TEXT_MAX);

	if (!is_meant(f, event))
		return true;
	alert_rule_put(&body, f->rule, event, &f->al->voice);
	return alert_store_add(
	    &f->al->st->db, f->search.target, f->rule, event, buf_text(&body), e);
}

/* For a lasting state: once a day. */
static bool
tell_today(struct finding *f, const char *argument, struct err *e)
{
	char day[TIME_TEXT_MAX], key[80];
	struct alert_event event = {
		.key = key, .at = f->search.now, .arguments = { argument }
	};

	time_format_day(f->search.now, day);
	BUF_FIXED(key, "%s %s", f->rule->name, day);
	return add_event(f, &event, e);
}

static bool
find_low_disk(struct finding *f, struct err *e)
{
	int64_t free_mib = alert_watch_disk(f->al->st->config.database.path);
	char number[32];

	if (free_mib < 0 || free_mib >= f->config->disk_free_mib)
		return true;
	return tell_today(f, BUF_FIXED(number, "%lld", (long long)free_mib), e);
}

static bool
find_old_backup(struct finding *f, struct err *e)
{
	char at[TIME_TEXT_MAX];
	int64_t newest;

	if (f->config->backup_dir == NULL)
		return true;
	newest = alert_watch_backup(f->config->backup_dir);
	if (newest >= f->search.now - f->config->backup_after_s)
		return true;
	time_format_iso(newest, at);
	return tell_today(f,
	    newest > 0              ? at
	    : f->al->voice.japanese ? "(なし)"
				    : "(none)",
	    e);
}

static bool
find_by(struct finding *f, struct err *e)
{
	if (strcmp(f->rule->name, "disk") == 0)
		return find_low_disk(f, e);
	if (strcmp(f->rule->name, "backup") == 0)
		return find_old_backup(f, e);
	if (f->rule->by_answer && f->search.upto == f->search.after)
		return true;
	return alert_store_search(&f->al->st->db, f->rule, &f->search, add_event, f, e);
}

static bool
find_in(void *ctx, struct err *e)
{
	struct finding *f = ctx;
	struct db *db = &f->al->st->db;

	if (!alert_store_upto(db, f->search.after, &f->search.upto, e))
		return false;
	for (f->rule = alert_rules; f->rule->name != NULL; f->rule++)
		if (alert_rule_is_wanted(f->rule, f->config) && !find_by(f, e))
			return false;
	return f->search.upto == f->search.after ||
	       alert_store_looked(db, f->search.target, f->search.upto, e);
}

bool
alerts_find(struct alerts *al, size_t i, int64_t now, struct err *e)
{
	const struct alert_config *c = alerts_config(al->st, i);
	const char *name = al->st->config.alerts.names[i];
	struct alert_state state;
	struct finding f = { .al = al, .config = c };

	if (!alert_store_state(&al->st->db, name, &state, e))
		return false;
	if (state.stopped)
		return true;
	f.search = (struct alert_search){ .target = name,
		.after = state.analysis_id,
		.since =
		    state.since > now - LOOK_BACK_S ? state.since : now - LOOK_BACK_S,
		.now = now,
		.paused_after_s = c->paused_after_s };
	return db_transact(&al->st->db, find_in, &f, e);
}
