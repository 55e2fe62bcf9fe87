/*
 * file_report.c - see file_report.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/virustotal/file_report.h"

#include <string.h>

#include "enricher/providers/virustotal/detections.h"
#include "enricher/providers/virustotal/family.h"
#include "enricher/providers/virustotal/traits.h"

#define ATTRIBUTES "data.attributes."

/* What is read here, in detections.c and in family.c; most of a report is something else. */
static const char *const WANTED[] = { "data.id", "data.type", ATTRIBUTES "sha256",
	ATTRIBUTES "sha1", ATTRIBUTES "md5", ATTRIBUTES "size",
	ATTRIBUTES "type_description", ATTRIBUTES "magic", ATTRIBUTES "meaningful_name",
	ATTRIBUTES "tags", ATTRIBUTES "tlsh", ATTRIBUTES "first_submission_date",
	ATTRIBUTES "last_analysis_date", ATTRIBUTES "last_analysis_stats",
	ATTRIBUTES "last_analysis_results.*.category",
	ATTRIBUTES "last_analysis_results.*.result",
	ATTRIBUTES "popular_threat_classification",
	ATTRIBUTES "known_distributors.distributors", ATTRIBUTES "sandbox_verdicts",
	ATTRIBUTES "crowdsourced_yara_results", ATTRIBUTES "sigma_analysis_results",
	ATTRIBUTES "crowdsourced_ids_results", NULL };

static int64_t
number_of(const cJSON *root, const char *path)
{
	int64_t n;

	return json_int(root, path, &n) && n >= 0 && n <= 1000000 ? n : 0;
}

/* Implausible times count as absent (PE headers lie). */
static int64_t
instant(const cJSON *root, const char *path)
{
	int64_t t;

	return json_int(root, path, &t) && t > 0 && t <= 253402300799 ? t : -1;
}

static const char *
text_or_null(const cJSON *root, const char *path)
{
	const char *text;

	return json_text(root, path, &text) && text[0] != '\0' ? text : NULL;
}

static void
count_result(struct stats *s, const char *category)
{
	const struct {
		const char *category;
		int64_t *count;
	} counts[] = { { "malicious", &s->malicious }, { "suspicious", &s->suspicious },
		{ "undetected", &s->undetected }, { "harmless", &s->harmless },
		{ "timeout", &s->timeout },
		{ "confirmed-timeout", &s->confirmed_timeout },
		{ "failure", &s->failure },
		{ "type-unsupported", &s->type_unsupported } };

	for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++)
		*counts[i].count += strcmp(category, counts[i].category) == 0;
}

/* A report without statistics still has each engine's verdict. */
static void
count_results(struct report *r, const cJSON *attributes)
{
	const char *category;

	for (const cJSON *i = NULL;
	     (i = json_each(attributes, "last_analysis_results", i));)
		if (json_text(i, "category", &category))
			count_result(&r->stats, category);
}

static void
read_stats(struct report *r, const cJSON *attributes)
{
	const cJSON *s = json_at(attributes, "last_analysis_stats");

	if (!cJSON_IsObject(s)) {
		count_results(r, attributes);
		return;
	}
	r->stats = (struct stats){
		.malicious = number_of(s, "malicious"),
		.suspicious = number_of(s, "suspicious"),
		.undetected = number_of(s, "undetected"),
		.harmless = number_of(s, "harmless"),
		.timeout = number_of(s, "timeout"),
		.confirmed_timeout = number_of(s, "confirmed-timeout"),
		.failure = number_of(s, "failure"),
		.type_unsupported = number_of(s, "type-unsupported"),
	};
}

static bool
detects(const cJSON *result)
{
	const char *category;

	return json_text(result, "category", &category) &&
	       (strcmp(category, "malicious") == 0 ||
		   strcmp(category, "suspicious") == 0);
}

/* These three are false when memory ran out; the array is then incomplete. Their texts are the tree's. */

static bool
add_engine(cJSON *engines, const cJSON *result)
{
	const char *text = "";
	cJSON *pair = cJSON_CreateArray();

	json_text(result, "result", &text);
	if (json_lend_text(pair, result->string) && json_lend_text(pair, text) &&
	    cJSON_AddItemToArray(engines, pair))
		return true;
	json_free(&pair);
	return false;
}

static bool
read_texts(const cJSON *root, const char *path, cJSON **texts)
{
	const char *text;

	*texts = cJSON_CreateArray();
	for (int n = 0; n < REPORT_TAGS_MAX && json_text_nth(root, path, n, &text); n++)
		if (!json_lend_text(*texts, text))
			return false;
	return *texts != NULL;
}

static bool
read_engines(const cJSON *attributes, cJSON **engines)
{
	int n = 0;

	*engines = cJSON_CreateArray();
	for (const cJSON *i = NULL;
	     (i = json_each(attributes, "last_analysis_results", i));)
		if (i->string != NULL && detects(i) && n++ < REPORT_ENGINES_MAX &&
		    !add_engine(*engines, i))
			return false;
	return *engines != NULL;
}

static bool
make_arrays(struct report *r, const cJSON *attributes)
{
	bool made;

	json_make_in(r->tree);
	r->detections = detections_read(attributes);
	made =
	    read_engines(attributes, &r->engines) &&
	    read_texts(attributes, "tags", &r->tags) &&
	    read_texts(attributes, "known_distributors.distributors", &r->distributors);
	json_make_in(NULL);
	return made && r->detections != NULL;
}

/* "trojan." is a category without a family; the dot is not shown. */
static void
read_label(const cJSON *attributes, char out[REPORT_TEXT_MAX])
{
	const char *label = text_or_null(
	    attributes, "popular_threat_classification.suggested_threat_label");
	size_t len = label != NULL ? strlen(label) : 0;

	if (len > 0 && label[len - 1] == '.')
		len--;
	if (len >= REPORT_TEXT_MAX)
		len = REPORT_TEXT_MAX - 1;
	if (len > 0)
		memcpy(out, label, len);
	out[len] = '\0';
}

static void
read_tlsh(const cJSON *attributes, char out[TLSH_TEXT_MAX])
{
	const char *text = text_or_null(attributes, "tlsh");

	if (text == NULL || !tlsh_parse(text, out))
		out[0] = '\0';
}

static const char *
first_category(const cJSON *attributes)
{
	const cJSON *first = json_each(
	    attributes, "popular_threat_classification.popular_threat_category", NULL);

	return text_or_null(first, "value");
}

static bool
check_identity(
    struct report *r, const cJSON *attributes, const struct hash *asked, struct err *e)
{
	const char *type, *id;
	struct hash by_id;

	if (!json_text(r->tree, "data.type", &type) || strcmp(type, "file") != 0 ||
	    !json_text(r->tree, "data.id", &id))
		return err_doubt(e, "virustotal: the answer is not a file report");
	if (!hash_parse(&by_id, id, strlen(id)) || by_id.kind != HASH_SHA256)
		return err_set(
		    e, FAULT_RETRY, "virustotal: the id of the report is not a SHA-256");
	report_read_hash(attributes, "sha256", HASH_SHA256, &r->sha256);
	report_read_hash(attributes, "sha1", HASH_SHA1, &r->sha1);
	report_read_hash(attributes, "md5", HASH_MD5, &r->md5);
	if (r->sha256.kind == HASH_NONE)
		r->sha256 = by_id;
	if (strcmp(r->sha256.hex, by_id.hex) != 0 || !report_is_about(r, asked))
		return err_set(e, FAULT_RETRY,
		    "virustotal: the report is about another file (%s)", by_id.hex);
	return true;
}

bool
file_report_parse(struct report *r, const char *body, size_t len,
    const struct hash *asked, struct err *e)
{
	const cJSON *attributes;

	*r = (struct report)REPORT_INIT;
	r->tree = json_parse_only(body, len, WANTED, e);
	if (r->tree == NULL) {
		e->fault = e->fault == FAULT_RETRY ? FAULT_DOUBT : e->fault;
		err_prefix(e, "virustotal: the answer cannot be read");
		return false;
	}
	attributes = json_at(r->tree, "data.attributes");
	if (!check_identity(r, attributes, asked, e))
		return false;
	read_stats(r, attributes);
	if (!json_int(attributes, "size", &r->size) || r->size < 0)
		r->size = -1;
	r->last_analysis_at = instant(attributes, "last_analysis_date");
	r->first_submission_at = instant(attributes, "first_submission_date");
	read_label(attributes, r->label);
	read_tlsh(attributes, r->tlsh);
	r->category = first_category(attributes);
	r->type_description = text_or_null(attributes, "type_description");
	r->magic = text_or_null(attributes, "magic");
	r->meaningful_name = text_or_null(attributes, "meaningful_name");
	if (!make_arrays(r, attributes))
		return err_set(e, FAULT_FATAL, "out of memory");
	traits_find(r);
	family_find(r);
	family_find_cve(r);
	return true;
}

const char *
file_report_verdict(const struct report *r, const struct verdict_rules *rules)
{
	const struct stats *s = &r->stats;
	int64_t total = stats_total(s);

	if (total == 0)
		return "not_analysed";
	if (s->malicious >= rules->malicious_from)
		return "malicious";
	if (s->malicious > 0 || s->suspicious > 0)
		return "suspicious";
	if (cJSON_GetArraySize(r->distributors) > 0)
		return "known_good";
	return total >= rules->verdicts_min ? "undetected" : "inconclusive";
}
