/*
 * query.c - see profile.h: the parts of a search that follow from the profiles.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <string.h>

#include "collector/documents/profile.h"

#define FIELD_MAX 100
#define FIELDS_MAX (32 * PROFILES_MAX) /* that all profiles together can name */

/* Fields that are read from every document, besides those of its profile. */
static const char *const COMMON_FIELDS[] = { "@timestamp", "timestamp", "type",
	"protocol", "src_port", "dest_port", "geoip.country_code2", "geoip.city_name",
	"geoip.asn", "geoip.as_org", "t-pot_hostname", "t-pot_ip_ext", "t-pot_ip_int",
	NULL };

const char *const profile_exact[] = { "keyword", "raw", NULL };

/* By any of the ways in which an index may have the field: T-Pot's template keeps a text and its
 * .keyword, other people's have a keyword alone, .raw, or only the text. Documents that match wrongly
 * are skipped when they are read. */
void
profile_put_texts(
    struct json_writer *w, const char *field, const char *const *texts, size_t count)
{
	json_write(w, "{'bool':{'should':[");
	for (const char *const *exact = profile_exact; *exact != NULL; exact++) {
		auto_buf name = BUF_INIT(FIELD_MAX);

		buf_printf(&name, "%s.%s", field, *exact);
		json_write(w, "{'terms':{%s:[", buf_text(&name));
		for (size_t n = 0; n < count; n++)
			json_write(w, "%s", texts[n]);
		json_write(w, "]}}");
	}
	for (size_t n = 0; n < count; n++)
		json_write(w,
		    "{'match':{%s:{'query':%s,'operator':'and','lenient':true}}}", field,
		    texts[n]);
	json_write(w, "]}}");
}

static void
put_condition(struct json_writer *w, const struct condition *c)
{
	size_t count = 0;

	while (count < PROFILE_TEXTS_MAX && c->texts[count] != NULL)
		count++;
	if (c->least > 0)
		json_write(
		    w, "{'range':{%s:{'gte':%lld}}}", c->field, (long long)c->least);
	else if (count == 0)
		json_write(w, "{'exists':{'field':%s}}", c->field);
	else
		profile_put_texts(w, c->field, c->texts, count);
}

void
profile_put_selector(struct json_writer *w, const struct profile *p)
{
	json_write(w, "{'bool':{'filter':[");
	for (int i = 0; i < PROFILE_CONDITIONS_MAX && p->select[i].field != NULL; i++)
		put_condition(w, &p->select[i]);
	json_write(w, "]}}");
}

/* Writes the text unless an earlier call with this list did. */
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
	/* Marks documents whose selecting field is beyond the index's field limit. */
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
		put_once(&fields, p->method);
		put_once(&fields, p->uri);
		put_once(&fields, p->client);
	}
	json_write(w, "]");
}

int64_t
profile_fingerprint(const struct profile *const *chosen)
{
	uint64_t n = UINT64_C(14695981039346656037); /* FNV-1a */

	for (; *chosen != NULL; chosen++)
		for (const char *p = (*chosen)->name; *p != '\0'; p++)
			n = (n ^ (unsigned char)*p) * UINT64_C(1099511628211);
	return (int64_t)(n >> 11);
}
