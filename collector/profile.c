/*
 * profile.c - see profile.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/profile.h"

#include <string.h>

#define FIELD_MAX 100

const struct profile profiles[] = {
	{ .name = "cowrie",
	    .honeypot = "Cowrie",
	    .select = "eventid",
	    .values = { "cowrie.session.file_download", "cowrie.session.file_upload" },
	    .upload_value = "cowrie.session.file_upload",
	    .hash = "shasum",
	    .url = "url",
	    .session = "session",
	    .file_names = { "destfile", "filename" } },
	{ .name = "h0neytr4p",
	    .honeypot = "H0neytr4p",
	    .select = "payload_hash_md5",
	    .hash = "payload_hash_md5",
	    .session = "session" },
	{ .name = NULL },
};

const char *const profile_fields[] = { "@timestamp", "timestamp", "type", "eventid",
	"session", "protocol", "src_ip", "src_port", "dest_port", "shasum", "url",
	"destfile", "filename", "payload_hash_md5", "geoip.country_code2",
	"geoip.city_name", "geoip.asn", "geoip.as_org", "t-pot_hostname", "t-pot_ip_ext",
	"t-pot_ip_int", NULL };

static bool
is_named(const struct list *names, const char *name)
{
	if (names->count == 0)
		return true;
	for (size_t i = 0; i < names->count; i++)
		if (strcmp(names->items[i], name) == 0)
			return true;
	return false;
}

void
profile_choose(const struct list *names, const struct profile *chosen[PROFILES_MAX])
{
	int n = 0;

	for (const struct profile *p = profiles; p->name != NULL; p++)
		if (is_named(names, p->name))
			chosen[n++] = p;
	chosen[n] = NULL;
}

static bool
selects(const struct profile *p, const cJSON *source)
{
	const char *text;

	if (p->values[0] == NULL)
		return json_at(source, p->select) != NULL;
	if (!json_text(source, p->select, &text))
		return false;
	for (int i = 0; i < PROFILE_VALUES_MAX && p->values[i] != NULL; i++)
		if (strcmp(text, p->values[i]) == 0)
			return true;
	return false;
}

const struct profile *
profile_of(const struct profile *const *chosen, const cJSON *source)
{
	for (; *chosen != NULL; chosen++)
		if (selects(*chosen, source))
			return *chosen;
	return NULL;
}

/* {"terms":{"FIELD.keyword":[...]}} or {"exists":{"field":"FIELD"}} */
static cJSON *
selector(const struct profile *p)
{
	cJSON *clause = cJSON_CreateObject(), *values;

	if (p->values[0] == NULL) {
		cJSON_AddStringToObject(
		    cJSON_AddObjectToObject(clause, "exists"), "field", p->select);
		return clause;
	}
	auto_buf field = BUF_INIT(FIELD_MAX);

	buf_printf(&field, "%s.keyword", p->select);
	values = cJSON_AddArrayToObject(
	    cJSON_AddObjectToObject(clause, "terms"), buf_text(&field));
	for (int i = 0; i < PROFILE_VALUES_MAX && p->values[i] != NULL; i++)
		cJSON_AddItemToArray(values, cJSON_CreateString(p->values[i]));
	return clause;
}

cJSON *
profile_query(const struct profile *const *chosen)
{
	cJSON *query = cJSON_CreateObject(),
	      *boolean = cJSON_AddObjectToObject(query, "bool");
	cJSON *should = cJSON_AddArrayToObject(boolean, "should"), *hidden, *fields;

	/* Documents whose selecting field fell past the index's field limit are marked so. */
	hidden = cJSON_CreateObject();
	fields =
	    cJSON_AddArrayToObject(cJSON_AddObjectToObject(hidden, "terms"), "_ignored");
	for (const struct profile *const *p = chosen; *p != NULL; p++) {
		cJSON_AddItemToArray(should, selector(*p));
		cJSON_AddItemToArray(fields, cJSON_CreateString((*p)->select));
	}
	cJSON_AddItemToArray(should, hidden);
	cJSON_AddNumberToObject(boolean, "minimum_should_match", 1);
	return query;
}
