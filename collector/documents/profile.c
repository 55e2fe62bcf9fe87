/*
 * profile.c - see profile.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/documents/profile.h"

#include <stdlib.h>
#include <string.h>

#define FIELD_MAX 100
#define DIGITS_MAX 18

/* clang-format off */
const struct profile profiles[] = {
	{
		.name = "cowrie", .honeypot = "Cowrie",
		/* Not cowrie.log.closed: its shasum is one of keystrokes. */
		.select = { { .field = "eventid", .texts = { "cowrie.session.file_download",
						    "cowrie.session.file_upload" } } },
		.action = "download", .upload_text = "cowrie.session.file_upload",
		.files = { { .hash = "shasum", .url = "url", .names = { "destfile", "filename" } } },
		.session = "session", .source = "src_ip", .sensor = "t-pot_hostname",
	},
	{
		.name = "adbhoney", .honeypot = "Adbhoney",
		.select = { { .field = "eventid", .texts = { "adbhoney.session.file_download",
						    "adbhoney.session.file_upload" } } },
		.action = "download", .upload_text = "adbhoney.session.file_upload",
		.files = { { .hash = "shasum", .url = "src_url", .names = { "filename" } } },
		.session = "session", .source = "src_ip", .sensor = "t-pot_hostname",
		.source_elsewhere = true,
	},
	{
		.name = "h0neytr4p", .honeypot = "H0neytr4p",
		.select = { { .field = "payload_hash_md5" } },
		.action = "upload",
		/* No name: payload_filename is where the honeypot keeps the file. */
		.files = { { .hash = "payload_hash_md5" } },
		/* The source is the whole X-Forwarded-For where the attacker sent one. */
		.source = "src_ip", .sensor = "t-pot_hostname",
	},
	{
		.name = "log4pot", .honeypot = "Log4pot",
		.select = { { .field = "reason", .texts = { "payload" } },
			    { .field = "type", .texts = { "Log4pot" } } },
		.action = "download",
		/* Three files, not three hashes of one. ldap_sha256 is the LDAP server's answer. */
		.files = { { .hash = "class_sha256", .url = "javaCodeBase", .names = { "javaFactory" } },
			   { .hash = "generic_sha256" },
			   { .hash = "urls", .keys_are_urls = true } },
		.session = "correlation_id", .source = "src_ip", .sensor = "t-pot_hostname",
		.source_elsewhere = true,
	},
	{
		.name = "honeytrap", .honeypot = "Honeytrap",
		.select = { { .field = "download_count", .least = 1 },
			    { .field = "type", .texts = { "Honeytrap" } } },
		.action = "download",
		/* The hashes of further downloads are made over the bytes of the first; those of
		 * attack_connection over whatever a client sends. */
		.files = { { .hash = "downloads.payload_0.md5_hash", .url = "downloads.uri_0",
			     .names = { "downloads.filename_0" } } },
		.source = "src_ip", .sensor = "t-pot_hostname",
		.rare = true,
	},
	{ .name = NULL },
};
/* clang-format on */

/* What is read of every document, beside what its profile names. */
static const char *const COMMON_FIELDS[] = { "@timestamp", "timestamp", "type",
	"protocol", "src_port", "dest_port", "geoip.country_code2", "geoip.city_name",
	"geoip.asn", "geoip.as_org", "t-pot_hostname", "t-pot_ip_ext", "t-pot_ip_int",
	NULL };

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

/* ---- documents */

bool
profile_holds(const cJSON *source, const char *path, const char *text)
{
	const cJSON *node = json_at(source, path);

	if (cJSON_IsString(node))
		return strcmp(node->valuestring, text) == 0;
	for (const cJSON *i = NULL; (i = json_each(node, "", i));)
		if (cJSON_IsString(i) && strcmp(i->valuestring, text) == 0)
			return true;
	return false;
}

bool
profile_number(const cJSON *source, const char *path, int64_t *out)
{
	const cJSON *node = json_at(source, path);
	const char *text;

	if (cJSON_IsArray(node))
		node = node->child;
	if (json_int(node, "", out))
		return true;
	if (!json_text(node, "", &text) || text[0] == '\0' || strlen(text) > DIGITS_MAX ||
	    text[strspn(text, "0123456789")] != '\0')
		return false;
	*out = strtoll(text, NULL, 10);
	return true;
}

static bool
holds(const struct condition *c, const cJSON *source)
{
	int64_t n;

	if (c->least > 0)
		return profile_number(source, c->field, &n) && n >= c->least;
	if (c->texts[0] == NULL)
		return json_at(source, c->field) != NULL;
	for (int i = 0; i < PROFILE_TEXTS_MAX && c->texts[i] != NULL; i++)
		if (profile_holds(source, c->field, c->texts[i]))
			return true;
	return false;
}

static bool
selects(const struct profile *p, const cJSON *source)
{
	for (int i = 0; i < PROFILE_CONDITIONS_MAX && p->select[i].field != NULL; i++)
		if (!holds(&p->select[i], source))
			return false;
	return true;
}

const struct profile *
profile_of(const struct profile *const *chosen, const cJSON *source)
{
	for (; *chosen != NULL; chosen++)
		if (selects(*chosen, source))
			return *chosen;
	return NULL;
}

/* ---- searches */

/* {"terms":{"FIELD.keyword":[...]}}, {"range":{"FIELD":{"gte":N}}} or {"exists":{"field":"FIELD"}} */
static cJSON *
clause_of(const struct condition *c)
{
	cJSON *clause = cJSON_CreateObject(), *texts;
	auto_buf field = BUF_INIT(FIELD_MAX);

	if (c->least > 0) {
		cJSON_AddNumberToObject(
		    cJSON_AddObjectToObject(
			cJSON_AddObjectToObject(clause, "range"), c->field),
		    "gte", (double)c->least);
		return clause;
	}
	if (c->texts[0] == NULL) {
		cJSON_AddStringToObject(
		    cJSON_AddObjectToObject(clause, "exists"), "field", c->field);
		return clause;
	}
	buf_printf(&field, "%s.keyword", c->field);
	texts = cJSON_AddArrayToObject(
	    cJSON_AddObjectToObject(clause, "terms"), buf_text(&field));
	for (int i = 0; i < PROFILE_TEXTS_MAX && c->texts[i] != NULL; i++)
		cJSON_AddItemToArray(texts, cJSON_CreateString(c->texts[i]));
	return clause;
}

cJSON *
profile_selector(const struct profile *p)
{
	cJSON *query = cJSON_CreateObject();
	cJSON *all =
	    cJSON_AddArrayToObject(cJSON_AddObjectToObject(query, "bool"), "filter");

	for (int i = 0; i < PROFILE_CONDITIONS_MAX && p->select[i].field != NULL; i++)
		cJSON_AddItemToArray(all, clause_of(&p->select[i]));
	return query;
}

static void
add_text_once(cJSON *list, const char *text)
{
	if (text != NULL && !profile_holds(list, "", text))
		cJSON_AddItemToArray(list, cJSON_CreateString(text));
}

static void
add_select_fields(cJSON *list, const struct profile *p)
{
	for (int i = 0; i < PROFILE_CONDITIONS_MAX; i++)
		add_text_once(list, p->select[i].field);
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
		cJSON_AddItemToArray(should, profile_selector(*p));
		add_select_fields(fields, *p);
	}
	cJSON_AddItemToArray(should, hidden);
	cJSON_AddNumberToObject(boolean, "minimum_should_match", 1);
	return query;
}

cJSON *
profile_source(const struct profile *const *chosen)
{
	cJSON *list = cJSON_CreateArray();

	for (const char *const *f = COMMON_FIELDS; *f != NULL; f++)
		add_text_once(list, *f);
	for (; *chosen != NULL; chosen++) {
		const struct profile *p = *chosen;

		add_select_fields(list, p);
		for (int i = 0; i < PROFILE_FILES_MAX; i++) {
			add_text_once(list, p->files[i].hash);
			add_text_once(list, p->files[i].url);
			for (int n = 0; n < PROFILE_TEXTS_MAX; n++)
				add_text_once(list, p->files[i].names[n]);
		}
		add_text_once(list, p->session);
		add_text_once(list, p->source);
		add_text_once(list, p->sensor);
	}
	return list;
}
