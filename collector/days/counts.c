/*
 * counts.c - see counts.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/days/counts.h"

#include <stdlib.h>
#include <string.h>

#include "collector/days/rankings.h"
#include "collector/days/types.h"
#include "common/base/buf.h"
#include "common/base/ip.h"
#include "common/base/time.h"
#include "common/base/utf8.h"
#include "common/json/json.h"

#define PATH_BYTES_MAX 120

struct counts_reading {
	struct day_counts *out;
	int64_t from_at;
	bool no_memory;
};

/* ---- one value */

/* The key of a bucket: a text, cleaned, or a number. NULL when it is empty. */
static char *
key_of(const cJSON *bucket)
{
	auto_buf text = BUF_CUT(COUNT_VALUE_MAX);
	const char *key;
	int64_t number;

	if (json_text(bucket, "key", &key))
		utf8_clean(&text, key, strlen(key), COUNT_VALUE_MAX);
	else if (json_int(bucket, "key", &number))
		buf_printf(&text, "%lld", (long long)number);
	return text.len > 0 ? buf_take(&text) : NULL;
}

/* The same path may be asked for by two fields: its events add up, its sources do not. */
static bool
is_added(struct day_counts *out, const char *dimension, const char *value, int64_t events)
{
	for (size_t i = out->count; i-- > 0;) {
		struct day_count *c = &out->items[i];

		if (c->dimension != dimension && strcmp(c->dimension, dimension) != 0)
			continue;
		if (strcmp(c->value, value) != 0)
			continue;
		c->events += events;
		c->sources = -1;
		return true;
	}
	return false;
}

static void
count_done(struct day_count *c)
{
	free(c->value);
	free(c->label);
}

/* False if it could not be kept. */
static bool
append(struct counts_reading *r, const struct day_count *c)
{
	struct day_counts *out = r->out;
	struct day_count *grown =
	    realloc(out->items, (out->count + 1) * sizeof *out->items);

	r->no_memory = r->no_memory || grown == NULL;
	if (grown == NULL)
		return false;
	out->items = grown;
	grown[out->count++] = *c;
	return true;
}

/* Takes the value and the label. */
static void
add(struct counts_reading *r, struct day_count *c)
{
	if (c->value == NULL || is_added(r->out, c->dimension, c->value, c->events) ||
	    !append(r, c))
		count_done(c);
}

static int64_t
number_at(const cJSON *root, const char *path, int64_t otherwise)
{
	int64_t n;

	return json_int(root, path, &n) && n >= 0 ? n : otherwise;
}

/* ---- rankings */

/* H0neytr4p takes the port from what the attacker sends. */
static bool
is_possible(const struct day_count *c)
{
	return strcmp(c->dimension, "port") != 0 || c->value == NULL ||
	       ip_is_port(c->value);
}

static void
read_ranking(
    struct counts_reading *r, const cJSON *group, const struct top_values *ranking)
{
	const cJSON *list = json_at(group, ranking->dimension);

	for (const cJSON *b = NULL; (b = json_each(list, "buckets", b));) {
		const cJSON *label = json_each(b, "l.buckets", NULL);
		struct day_count c = { .dimension = ranking->dimension,
			.value = key_of(b),
			.label = label != NULL ? key_of(label) : NULL,
			.events = number_at(b, "doc_count", 0),
			.sources = number_at(b, "s.value", -1) };

		if (is_possible(&c))
			add(r, &c);
		else
			count_done(&c);
	}
}

/* "14" and "14 Cowrie" */
static void
add_hour(struct counts_reading *r, int64_t hour, char *type, int64_t events)
{
	auto_buf value = BUF_CUT(COUNT_VALUE_MAX);
	struct day_count c = { .dimension = "hour", .events = events, .sources = -1 };

	buf_printf(&value, "%02lld", (long long)hour);
	if (type != NULL)
		buf_printf(&value, " %s", type);
	free(type);
	c.value = buf_take(&value);
	add(r, &c);
}

static void
read_hours(struct counts_reading *r, const cJSON *group)
{
	for (const cJSON *b = NULL; (b = json_each(group, "hour.buckets", b));) {
		int64_t hour = (number_at(b, "key", 0) / 1000 - r->from_at) / HOUR_S;

		add_hour(r, hour, NULL, number_at(b, "doc_count", 0));
		for (const cJSON *t = NULL; (t = json_each(b, "h.buckets", t));)
			add_hour(r, hour, key_of(t), number_at(t, "doc_count", 0));
	}
}

static void
read_group(struct counts_reading *r, const cJSON *all, const struct group *g)
{
	const cJSON *group = json_at(all, g->name);

	for (int n = 0; n < RANKINGS_MAX && g->rankings[n].dimension != NULL; n++)
		read_ranking(r, group, &g->rankings[n]);
}

/* ---- totals */

static void
read_unknown(struct day_counts *out, const cJSON *all)
{
	for (const cJSON *b = NULL; (b = json_each(all, "types.buckets", b));) {
		char *type = key_of(b);

		if (type == NULL || types_is_known(type) ||
		    out->unknown_count == COUNTS_UNKNOWN_MAX)
			free(type);
		else
			out->unknown[out->unknown_count++] = type;
	}
}

static bool
read_totals(struct day_counts *out, const cJSON *root, struct err *e)
{
	const cJSON *all = json_at(root, "aggregations");
	int64_t documents = number_at(all, "documents.doc_count", -1);
	bool timed_out = true;

	out->shards = number_at(root, "_shards.total", 0);
	if (out->shards == 0)
		return true;
	out->events = number_at(all, "attacks.doc_count", -1);
	out->sources = number_at(all, "attacks.sources.value", 0);
	out->sessions = number_at(all, "visits.doc_count", 0);
	out->loudest =
	    number_at(json_each(all, "attacks.loudest.buckets", NULL), "doc_count", 0);
	if (number_at(root, "_shards.failed", 1) != 0 || out->events < 0 ||
	    documents < 0 || !json_bool(root, "timed_out", &timed_out) || timed_out)
		return err_set(e, FAULT_RETRY,
		    "elasticsearch: the answer about a day is incomplete");
	if (documents > 0 && json_each(all, "types.buckets", NULL) == NULL)
		return err_set(e, FAULT_REJECT,
		    "%lld documents, but none has the field type.keyword by which "
		    "T-Pot's honeypots are told apart",
		    (long long)documents);
	return true;
}

bool
counts_read(struct day_counts *out, const char *answer, size_t len, int64_t from_at,
    struct err *e)
{
	struct counts_reading r = { .out = out, .from_at = from_at };
	auto_json *root = json_parse(answer, len, e);
	const cJSON *all = json_at(root, "aggregations");

	*out = (struct day_counts){ .items = NULL };
	if (root == NULL || !read_totals(out, root, e))
		return false;
	read_unknown(out, all);
	read_hours(&r, json_at(all, "attacks"));
	for (const struct group *g = groups; g->name != NULL; g++)
		read_group(&r, all, g);
	return !r.no_memory || err_set(e, FAULT_FATAL, "out of memory");
}

void
counts_done(struct day_counts *c)
{
	for (size_t i = 0; i < c->count; i++) {
		count_done(&c->items[i]);
	}
	for (int i = 0; i < c->unknown_count; i++)
		free(c->unknown[i]);
	free(c->items);
	*c = (struct day_counts){ .items = NULL };
}
