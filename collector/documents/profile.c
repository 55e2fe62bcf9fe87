/*
 * profile.c - see profile.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/documents/profile.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define FIELD_MAX 100
#define FIELDS_MAX (32 * PROFILES_MAX) /* that all profiles together can name */
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

/* By any of the ways in which an index may have the field: T-Pot's template keeps a text and its
 * .keyword, other people's have a keyword alone, .raw, or only the text. What is found beside is left
 * out when it is read. */
static void
put_texts(struct json_writer *w, const char *field, const char *const *texts)
{
	static const char *const EXACT[] = { "keyword", "raw" };

	json_write(w, "{'bool':{'should':[");
	for (size_t i = 0; i < sizeof EXACT / sizeof EXACT[0]; i++) {
		auto_buf name = BUF_INIT(FIELD_MAX);

		buf_printf(&name, "%s.%s", field, EXACT[i]);
		json_write(w, "{'terms':{%s:[", buf_text(&name));
		for (int n = 0; n < PROFILE_TEXTS_MAX && texts[n] != NULL; n++)
			json_write(w, "%s", texts[n]);
		json_write(w, "]}}");
	}
	for (int n = 0; n < PROFILE_TEXTS_MAX && texts[n] != NULL; n++)
		json_write(w,
		    "{'match':{%s:{'query':%s,'operator':'and','lenient':true}}}", field,
		    texts[n]);
	json_write(w, "]}}");
}

static void
put_condition(struct json_writer *w, const struct condition *c)
{
	if (c->least > 0)
		json_write(
		    w, "{'range':{%s:{'gte':%lld}}}", c->field, (long long)c->least);
	else if (c->texts[0] == NULL)
		json_write(w, "{'exists':{'field':%s}}", c->field);
	else
		put_texts(w, c->field, c->texts);
}

void
profile_put_field(struct json_writer *w, const char *field, const char *text)
{
	const char *const texts[PROFILE_TEXTS_MAX] = { text };

	put_texts(w, field, texts);
}

void
profile_put_selector(struct json_writer *w, const struct profile *p)
{
	json_write(w, "{'bool':{'filter':[");
	for (int i = 0; i < PROFILE_CONDITIONS_MAX && p->select[i].field != NULL; i++)
		put_condition(w, &p->select[i]);
	json_write(w, "]}}");
}

/* Writes a text that none of the earlier calls with this list wrote. */
struct once {
	struct json_writer *w;
	const char *seen[FIELDS_MAX];
	size_t count;
};

static void
put_once(struct once *o, const char *text)
{
	if (text == NULL)
		return;
	for (size_t i = 0; i < o->count; i++)
		if (strcmp(o->seen[i], text) == 0)
			return;
	assert(o->count < FIELDS_MAX);
	o->seen[o->count++] = text;
	json_write(o->w, "%s", text);
}

static void
put_select_fields(struct once *o, const struct profile *p)
{
	for (int i = 0; i < PROFILE_CONDITIONS_MAX; i++)
		put_once(o, p->select[i].field);
}

void
profile_put_query(struct json_writer *w, const struct profile *const *chosen)
{
	struct once ignored = { .w = w };

	json_write(w, "{'bool':{'minimum_should_match':1,'should':[");
	for (const struct profile *const *p = chosen; *p != NULL; p++)
		profile_put_selector(w, *p);
	/* Documents whose selecting field fell past the index's field limit are marked so. */
	json_write(w, "{'terms':{'_ignored':[");
	for (const struct profile *const *p = chosen; *p != NULL; p++)
		put_select_fields(&ignored, *p);
	json_write(w, "]}}]}}");
}

static void
put_file_fields(struct once *o, const struct file_place *place)
{
	put_once(o, place->hash);
	put_once(o, place->url);
	for (int n = 0; n < PROFILE_TEXTS_MAX; n++)
		put_once(o, place->names[n]);
}

void
profile_put_source(struct json_writer *w, const struct profile *const *chosen)
{
	struct once fields = { .w = w };

	json_write(w, "'_source':[");
	for (const char *const *f = COMMON_FIELDS; *f != NULL; f++)
		put_once(&fields, *f);
	for (; *chosen != NULL; chosen++) {
		const struct profile *p = *chosen;

		put_select_fields(&fields, p);
		for (int i = 0; i < PROFILE_FILES_MAX; i++)
			put_file_fields(&fields, &p->files[i]);
		put_once(&fields, p->session);
		put_once(&fields, p->source);
		put_once(&fields, p->sensor);
	}
	json_write(w, "]");
}
