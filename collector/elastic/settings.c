/*
 * settings.c - what the settings of each index mean for reading it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "collector/elastic/internal.h"

#define DEFAULT_REFRESH_S 1

/* "5s", "500ms", "1m", "-1" (never) to whole seconds, rounded up; false for anything else. */
static bool
parse_interval(const char *text, int64_t *seconds)
{
	static const struct {
		const char *unit;
		double seconds;
	} UNITS[] = { { "ms", 0.001 }, { "s", 1 }, { "m", 60 }, { "h", 3600 },
		{ "d", 86400 }, { "micros", 1e-6 }, { "nanos", 1e-9 } };
	char *end;
	double n = strtod(text, &end);

	if (end == text || !isfinite(n))
		return false;
	*seconds = -1;
	if (n < 0)
		return true;
	for (size_t i = 0; i < sizeof UNITS / sizeof UNITS[0]; i++)
		if (strcmp(end, UNITS[i].unit) == 0 && n * UNITS[i].seconds < 1e9) {
			*seconds = (int64_t)ceil(n * UNITS[i].seconds);
			return true;
		}
	return false;
}

static void
read_refresh(const cJSON *settings, struct index_setting *out)
{
	int64_t refresh = DEFAULT_REFRESH_S;
	const char *text;

	out->settle_s = ELASTIC_SETTLE_S;
	if (json_text(settings, "index.refresh_interval", &text) &&
	    (!parse_interval(text, &refresh) || refresh < 0))
		out->why_not =
		    "has refresh_interval -1, which keeps new documents invisible; set "
		    "it to 1s or more";
	else if (2 * refresh > ELASTIC_SETTLE_S)
		out->settle_s = 2 * refresh;
}

static int64_t
number_setting(const cJSON *settings, const char *name)
{
	const char *text;

	return json_text(settings, name, &text) ? strtoll(text, NULL, 10) : 0;
}

static void
read_setting(const cJSON *settings, struct index_setting *out)
{
	const char *text;

	read_refresh(settings, out);
	out->shards = number_setting(settings, "index.number_of_shards");
	out->created_at = number_setting(settings, "index.creation_date") / 1000;
	/* An engine writes the default down only in an index that it makes from another, whose name it may not
	 * keep. */
	out->made_from_another =
	    json_text(settings, "index.routing_partition_size", &text) &&
	    strcmp(text, "1") == 0;
	if (json_text(settings, "index.disable_sequence_numbers", &text) &&
	    strcmp(text, "true") == 0)
		out->why_not =
		    "has index.disable_sequence_numbers, so its documents cannot be "
		    "read in order of arrival";
}

struct listing {
	struct setting_list *list;
	struct err *e;
};

static bool
add_setting(void *ctx, const char *name, size_t name_len, const char *value, size_t len)
{
	struct listing *l = ctx;
	struct index_setting s = { .why_not = NULL }, *grown;
	auto_json *index = json_parse(value, len, l->e);
	const cJSON *settings = json_at(index, "settings");

	if (index == NULL)
		return false;
	if (name_len >= sizeof s.index || settings == NULL)
		return true;
	memcpy(s.index, name, name_len);
	if (!elastic_is_safe_name(s.index))
		return true;
	read_setting(settings, &s);
	grown = realloc(l->list->items, (l->list->count + 1) * sizeof *grown);
	if (grown == NULL)
		return err_set(l->e, FAULT_FATAL, "out of memory");
	l->list->items = grown;
	l->list->items[l->list->count++] = s;
	return true;
}

static int
by_name(const void *a, const void *b)
{
	const struct index_setting *one = a, *other = b;

	return strcmp(one->index, other->index);
}

bool
elastic_settings(
    struct elastic *el, struct setting_list *out, bool *untold, struct err *e)
{
	const struct call c = { el->index,
		"_settings/index.refresh_interval,index.number_of_shards,"
		"index.creation_date,index.disable_sequence_numbers,"
		"index.routing_partition_size?flat_settings=true&"
		"expand_wildcards=open&ignore_unavailable=true",
		NULL, ELASTIC_LIST_MAX };
	auto_reply reply = { .status = 0 };
	struct listing l = { out, e };
	struct err why = ERR_NONE;

	*out = (struct setting_list){ .items = NULL };
	*untold = false;
	if (!elastic_perform(el, &c, &reply, e)) {
		*untold = e->fault != FAULT_REJECT && elastic_is_untold(&reply, e);
		return false;
	}
	if (!json_members(
		buf_text(&reply.body), reply.body.len, "", add_setting, &l, &why))
		return elastic_not_the_engine(e, "_settings");
	if (out->count > 1)
		qsort(out->items, out->count, sizeof *out->items, by_name);
	return e->fault == FAULT_NONE;
}

void
elastic_settings_done(struct setting_list *list)
{
	free(list->items);
	*list = (struct setting_list){ .items = NULL };
}

static int
is_name(const void *name, const void *setting)
{
	return strcmp(name, ((const struct index_setting *)setting)->index);
}

const struct index_setting *
elastic_setting_of(const struct setting_list *list, const char *index)
{
	if (list->count == 0)
		return NULL;
	return bsearch(index, list->items, list->count, sizeof *list->items, is_name);
}
