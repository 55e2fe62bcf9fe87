/*
 * health.c - see health.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/elastic/health.h"

#include <string.h>

#include "collector/elastic/internal.h"

bool
elastic_red(struct elastic *el, bool *red, struct err *e)
{
	const struct call c = { NULL, "_cluster/health?filter_path=status", NULL,
		SMALL_REPLY_MAX };
	auto_json *root = elastic_ask(el, &c, e);
	const char *status = "";

	if (root == NULL)
		return false;
	json_text(root, "status", &status);
	*red = strcmp(status, "red") == 0;
	return true;
}

bool
elastic_clock(struct elastic *el, int64_t *now, struct err *e)
{
	const struct call c = { NULL, "_nodes/stats/os?filter_path=nodes.*.timestamp",
		NULL, SMALL_REPLY_MAX };
	auto_json *root = elastic_ask(el, &c, e);

	*now = 0;
	if (root == NULL)
		return false;
	for (const cJSON *node = NULL; (node = json_each(root, "nodes", node));) {
		int64_t ms;

		if (json_int(node, "timestamp", &ms) && ms / 1000 > *now)
			*now = ms / 1000;
	}
	return true;
}

/* Settings are texts; a key may be there and say "false". */
static bool
is_on(const cJSON *settings, const char *key)
{
	const char *value;

	return json_text(settings, key, &value) && strcmp(value, "true") == 0;
}

static bool
cluster_blocked(struct elastic *el, bool *blocked, struct err *e)
{
	const struct call c = { NULL, "_cluster/settings?flat_settings=true", NULL,
		SMALL_REPLY_MAX };
	auto_json *root = elastic_ask(el, &c, e);

	*blocked = false;
	if (root == NULL)
		return false;
	for (const cJSON *i = NULL; (i = json_each(root, "", i));)
		*blocked = *blocked || is_on(i, "cluster.blocks.read_only") ||
			   is_on(i, "cluster.blocks.read_only_allow_delete");
	return true;
}

bool
elastic_blocked(struct elastic *el, struct blocked *out, struct err *e)
{
	const struct call c = { el->index, "_settings/index.blocks.*?flat_settings=true",
		NULL, SMALL_REPLY_MAX };
	auto_json *root = elastic_ask(el, &c, e);

	*out = (struct blocked){ .count = 0 };
	if (root == NULL)
		return false;
	for (const cJSON *i = NULL; (i = json_each(root, "", i));) {
		if (!is_on(i, "settings.index.blocks.read_only") &&
		    !is_on(i, "settings.index.blocks.read_only_allow_delete"))
			continue;
		out->count++;
		if (i->string != NULL && strlen(i->string) < sizeof out->index)
			memcpy(out->index, i->string, strlen(i->string) + 1);
	}
	return cluster_blocked(el, &out->cluster, e);
}
