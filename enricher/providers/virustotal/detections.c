/*
 * detections.c - see detections.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/virustotal/detections.h"

#include <string.h>
#include <strings.h>

#include "common/base/buf.h"
#include "common/base/utf8.h"

struct findings {
	cJSON *array;
	int of_kind; /* already there */
	bool failed; /* memory ran out */
};

static bool
is_known(const struct findings *l, const char *kind, const char *name)
{
	for (int i = 0; i < cJSON_GetArraySize(l->array); i++) {
		const cJSON *item = cJSON_GetArrayItem(l->array, i);

		if (strcmp(cJSON_GetStringValue(cJSON_GetArrayItem(item, 0)), kind) ==
			0 &&
		    strcasecmp(cJSON_GetStringValue(cJSON_GetArrayItem(item, 1)), name) ==
			0)
			return true;
	}
	return false;
}

static void
clean(struct buf *out, const char *text)
{
	utf8_clean(out, text, strlen(text), DETECTIONS_TEXT_MAX);
}

static void
add(struct findings *l, const char *kind, const char *raw_name, const char *raw_by)
{
	auto_buf name = BUF_INIT(DETECTIONS_TEXT_MAX + 8);
	auto_buf by = BUF_INIT(DETECTIONS_TEXT_MAX + 8);
	cJSON *item;

	clean(&name, raw_name);
	clean(&by, raw_by);
	if (name.len == 0 || l->of_kind >= DETECTIONS_KIND_MAX ||
	    cJSON_GetArraySize(l->array) >= DETECTIONS_MAX ||
	    is_known(l, kind, buf_text(&name)))
		return;
	item = cJSON_CreateArray();
	if (json_add_text(item, kind) && json_add_text(item, buf_text(&name)) &&
	    json_add_text(item, buf_text(&by)) && cJSON_AddItemToArray(l->array, item)) {
		l->of_kind++;
		return;
	}
	json_free(&item);
	l->failed = true;
}

static const char *
text_or_empty(const cJSON *item, const char *path)
{
	const char *text;

	return json_text(item, path, &text) ? text : "";
}

static void
read_sandboxes(const cJSON *attributes, struct findings *l)
{
	const char *name;

	for (const cJSON *i = NULL; (i = json_each(attributes, "sandbox_verdicts", i));)
		for (int n = 0; n < DETECTIONS_KIND_MAX &&
				json_text_nth(i, "malware_names", n, &name);
		     n++)
			add(l, "sandbox", name, text_or_empty(i, "sandbox_name"));
}

/* Where a report has the rules of one kind. */
struct rules {
	const char *kind, *path, *name, *by;
	const char *level; /* path of the level; NULL: rules have no level */
};

static bool
is_grave(const struct rules *r, const cJSON *item)
{
	const char *level = r->level != NULL ? text_or_empty(item, r->level) : "high";

	return strcasecmp(level, "high") == 0 || strcasecmp(level, "critical") == 0;
}

static void
read_rules(const cJSON *attributes, const struct rules *r, struct findings *l)
{
	for (const cJSON *i = NULL; (i = json_each(attributes, r->path, i));)
		if (is_grave(r, i))
			add(l, r->kind, text_or_empty(i, r->name),
			    text_or_empty(i, r->by));
}

cJSON *
detections_read(const cJSON *attributes)
{
	static const struct rules RULES[] = {
		{ "yara", "crowdsourced_yara_results", "rule_name", "author", NULL },
		{ "sigma", "sigma_analysis_results", "rule_title", "rule_author",
		    "rule_level" },
		{ "ids", "crowdsourced_ids_results", "rule_msg", "rule_source",
		    "alert_severity" },
	};
	struct findings l = { .array = cJSON_CreateArray() };

	read_sandboxes(attributes, &l);
	for (size_t i = 0; i < sizeof RULES / sizeof RULES[0]; i++) {
		l.of_kind = 0;
		read_rules(attributes, &RULES[i], &l);
	}
	if (l.failed || l.array == NULL) {
		json_free(&l.array);
		return NULL;
	}
	return l.array;
}
