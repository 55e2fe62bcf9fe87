/*
 * family.c - see family.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/virustotal/family.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "common/base/buf.h"
#include "enricher/providers/report.h"
#include "enricher/providers/virustotal/labels.h"

#define TOKEN_MIN 4
#define POPULAR_MIN 3
#define TOKENS_MAX 400
#define VOTES_MIN 3
#define CVE_ENGINES_MIN 2
#define CVES_MAX 16

/* Other spellings of a family, and its common name. */
static const struct {
	const char *token, *family;
} ALIASES[] = { { "bashlite", "gafgyt" }, { "lightaidra", "aidra" },
	{ "kaiten", "tsunami" }, { "qbot", "gafgyt" }, { "torlus", "gafgyt" },
	{ "boatnet", "mirai" } };

static bool
is_hash_part(const struct report *r, const char *token)
{
	size_t n = strlen(token);

	return strncmp(r->sha256.hex, token, n) == 0 ||
	       strncmp(r->md5.hex, token, n) == 0 || strncmp(r->sha1.hex, token, n) == 0;
}

static const char *
family_of(const char *token)
{
	for (size_t i = 0; i < sizeof ALIASES / sizeof ALIASES[0]; i++)
		if (strcmp(token, ALIASES[i].token) == 0)
			return ALIASES[i].family;
	return token;
}

/* As many digits as letters, or more: the number of a signature, such as R002C0. */
static bool
is_number(const char *word)
{
	size_t digits = 0, len = strlen(word);

	for (size_t i = 0; i < len; i++)
		digits += isdigit((unsigned char)word[i]) != 0;
	return 2 * digits >= len;
}

static bool
is_a_name(const char *word, size_t at_least)
{
	char bare[FAMILY_MAX];

	BUF_FIXED(bare, "%s", word);
	label_strip_digits(bare);
	return strlen(bare) >= at_least && !is_number(bare) &&
	       !label_word_is_generic(bare) && !label_word_is_generic(word);
}

static int64_t
engines_using(const struct report *r, const char *name)
{
	const char *label;
	int64_t n = 0;

	for (const cJSON *i = NULL; (label = label_next(r->engines, &i)) != NULL;)
		n += label_has(label, name);
	return n;
}

/* A name from VirusTotal keeps its digits. VirusTotal's count is used only if no engine of this report
 * spells the name that way. */
static bool
take_name(struct report *r, const cJSON *item)
{
	char name[LABEL_WORD_MAX];
	const char *text, *rest;
	int64_t n = 0, used;

	if (!json_text(item, "value", &text))
		return false;
	rest = text;
	if (!label_word(&rest, name) || strlen(name) != strlen(text) ||
	    !is_a_name(name, POPULAR_MIN) || is_hash_part(r, name))
		return false;
	json_int(item, "count", &n);
	used = engines_using(r, name);
	if (used > 0)
		n = used;
	BUF_FIXED(r->family, "%s", name);
	r->family_source = "virustotal";
	r->family_count = n > 0 ? n : 0;
	return true;
}

static bool
take_popular_name(struct report *r)
{
	static const char PATH[] =
	    "data.attributes.popular_threat_classification.popular_threat_name";

	for (const cJSON *i = NULL; (i = json_each(r->tree, PATH, i));)
		if (take_name(r, i))
			return true;
	return false;
}

/* ---- the engines' vote */

struct vote {
	char token[FAMILY_MAX];
	int labels, engines;
	const cJSON
	    *last; /* the last engine that used it: each engine votes once for a token */
};

struct ballot {
	struct vote votes[TOKENS_MAX];
	int count;
};

static void
cast(struct ballot *b, const char *token, const cJSON *engine, bool new_label)
{
	int i = 0;

	while (i < b->count && strcmp(b->votes[i].token, token) != 0)
		i++;
	if (i == b->count) {
		if (b->count == TOKENS_MAX)
			return;
		b->votes[b->count++] = (struct vote){ .labels = 0 };
		BUF_FIXED(b->votes[i].token, "%s", token);
	}
	if (b->votes[i].last == engine)
		return;
	b->votes[i].last = engine;
	b->votes[i].engines++;
	b->votes[i].labels += new_label;
}

static void
cast_label(
    struct ballot *b, const struct report *r, const char *label, const cJSON *engine)
{
	bool new_label = !label_is_repeated(r->engines, engine);
	const char *variant = label_variant(label);
	char token[LABEL_WORD_MAX];

	label = label_past_cluster(label);
	while (label < variant && label_word(&label, token)) {
		if (!is_a_name(token, TOKEN_MIN) || is_hash_part(r, token))
			continue;
		label_strip_digits(token);
		if (!is_hash_part(r, token))
			cast(b, family_of(token), engine, new_label);
	}
}

static void
take_vote(struct report *r)
{
	struct ballot b = { .count = 0 };
	const struct vote *best = NULL;
	const char *label;

	for (const cJSON *i = NULL; (label = label_next(r->engines, &i)) != NULL;)
		if ((label_senses(label) & LABEL_GUESS) == 0)
			cast_label(&b, r, label, i);
	for (int i = 0; i < b.count; i++)
		if (best == NULL || b.votes[i].labels > best->labels)
			best = &b.votes[i];
	if (best == NULL || best->labels < VOTES_MIN)
		return;
	memcpy(r->family, best->token, sizeof r->family);
	r->family_source = "vote";
	r->family_count = best->engines;
}

void
family_find(struct report *r)
{
	if (!take_popular_name(r))
		take_vote(r);
}

/* ---- CVE numbers, as engines write them: CVE-2021-4034, CVE_2021_4034, cve20214034 */

static int
digits(const char *text, int most)
{
	int n = 0;

	while (n < most && isdigit((unsigned char)text[n]))
		n++;
	return n;
}

static bool
read_cve(const char *at, char out[CVE_MAX])
{
	const char *year, *number;
	int n;

	if (strncasecmp(at, "cve", 3) != 0)
		return false;
	year = at + 3 + (at[3] == '-' || at[3] == '_');
	if (digits(year, 4) != 4 ||
	    (strncmp(year, "19", 2) != 0 && strncmp(year, "20", 2) != 0))
		return false;
	number = year + 4 + (year[4] == '-' || year[4] == '_');
	n = digits(number, 8);
	if (n < 4 || n > 7)
		return false;
	buf_fixed(out, CVE_MAX, "CVE-%.4s-%.*s", year, n, number);
	return true;
}

static bool
label_cve(const char *label, char out[CVE_MAX])
{
	for (const char *p = label; *p != '\0'; p++)
		if ((*p == 'c' || *p == 'C') &&
		    (p == label || !isalnum((unsigned char)p[-1])) && read_cve(p, out))
			return true;
	return false;
}

void
family_find_cve(struct report *r)
{
	struct {
		char name[CVE_MAX];
		int engines;
	} found[CVES_MAX];
	char name[CVE_MAX];
	const char *label;
	int n = 0, best = 0;

	for (const cJSON *i = NULL; (label = label_next(r->engines, &i)) != NULL;) {
		int at = 0;

		if (!label_cve(label, name))
			continue;
		while (at < n && strcmp(found[at].name, name) != 0)
			at++;
		if (at == CVES_MAX)
			continue;
		if (at == n) {
			memcpy(found[n].name, name, sizeof name);
			found[n++].engines = 0;
		}
		if (++found[at].engines > found[best].engines)
			best = at;
	}
	if (n > 0 && found[best].engines >= CVE_ENGINES_MIN)
		memcpy(r->cve, found[best].name, sizeof r->cve);
}
