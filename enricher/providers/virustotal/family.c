/*
 * family.c - see family.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/virustotal/family.h"

#include <ctype.h>
#include <string.h>

#include "enricher/providers/virustotal/file_report.h"

#define TOKEN_MIN 4
#define POPULAR_MIN 3
#define TOKENS_MAX 400
#define VOTES_MIN 2

/* Words engines put into labels that name a kind, a platform or a method, not a family. */
static const char *const GENERIC[] = { "adware", "agent", "android", "application",
	"artemis", "autoit", "backdoor", "based", "behaves", "behaveslike", "bomb",
	"botnet", "coin", "coinminer", "confidence", "crypt", "cryptominer", "dacic",
	"ddos", "deepscan", "detected", "download", "downloader", "dropper", "encrypted",
	"exploit", "file", "filerep", "gen", "generic", "generickd", "genericrxaa",
	"genkryptik", "grayware", "hacktool", "heur", "heuristic", "html", "infected",
	"java", "javascript", "linux", "loader", "macro", "macos", "malicious", "malware",
	"meterpreter", "mips", "miner", "moderate", "msil", "msoffice", "msword", "multi",
	"msexcel", "other", "packed", "patched", "perl", "phishing", "pua", "php",
	"possible", "powershell", "probably", "program", "proxy", "python", "ransom",
	"ransomware", "riskware", "rootkit", "script", "score", "shell", "small",
	"spyware", "static", "susp", "suspicious", "test", "tiny", "tool", "trjn", "troj",
	"trojan", "undef", "unix", "unknown", "unsafe", "unwanted", "variant", "vbs",
	"virus", "w32", "w97m", "win32", "win64", "windows", "worm", "x86", "x97m" };

/* Other spellings of a family, and the name it goes by. */
static const struct {
	const char *token, *family;
} ALIASES[] = { { "bashlite", "gafgyt" }, { "lightaidra", "aidra" },
	{ "kaiten", "tsunami" }, { "qbot", "gafgyt" }, { "torlus", "gafgyt" },
	{ "boatnet", "mirai" }, { "shellbot", "shellbot" } };

static bool
is_generic(const char *token)
{
	for (size_t i = 0; i < sizeof GENERIC / sizeof GENERIC[0]; i++)
		if (strcmp(token, GENERIC[i]) == 0)
			return true;
	return false;
}

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

/* Letters and digits in lower case; false when it holds anything else or is too long. */
static bool
lower(char out[FAMILY_MAX], const char *text, size_t len)
{
	if (len == 0 || len >= FAMILY_MAX)
		return false;
	for (size_t i = 0; i < len; i++) {
		if (!isalnum((unsigned char)text[i]))
			return false;
		out[i] = (char)tolower((unsigned char)text[i]);
	}
	out[len] = '\0';
	return true;
}

static void
strip_digits(char *token)
{
	size_t n = strlen(token);

	while (n > 0 && isdigit((unsigned char)token[n - 1]))
		n--;
	token[n] = '\0';
}

/* A word of an engine's label, without its trailing number; false when it is no name. */
static bool
token_clean(char out[FAMILY_MAX], const char *text, size_t len)
{
	if (!lower(out, text, len))
		return false;
	strip_digits(out);
	return strlen(out) >= TOKEN_MIN && !is_generic(out);
}

/* VirusTotal's own word keeps its digits (cve20214043); it only has to be more than generic. */
static bool
take_popular_name(struct report *r)
{
	const cJSON *first = json_each(r->tree,
	    "data.attributes.popular_threat_classification.popular_threat_name", NULL);
	char name[FAMILY_MAX], bare[FAMILY_MAX];
	const char *text;
	int64_t n = 0;

	if (!json_text(first, "value", &text) || !lower(name, text, strlen(text)))
		return false;
	memcpy(bare, name, sizeof bare);
	strip_digits(bare);
	if (strlen(bare) < POPULAR_MIN || is_generic(bare) || is_generic(name))
		return false;
	json_int(first, "count", &n);
	memcpy(r->family, name, sizeof r->family);
	r->family_source = "virustotal";
	r->family_count = n > 0 ? n : 0;
	return true;
}

struct vote {
	char token[FAMILY_MAX];
	int labels;
	int last_label; /* a label votes once for a token */
};

struct ballot {
	struct vote votes[TOKENS_MAX];
	int count;
};

static void
cast(struct ballot *b, const char *token, int label)
{
	int i = 0;

	while (i < b->count && strcmp(b->votes[i].token, token) != 0)
		i++;
	if (i == b->count) {
		if (b->count == TOKENS_MAX)
			return;
		b->count++;
		memcpy(b->votes[i].token, token, strlen(token) + 1);
		b->votes[i].last_label = -1;
	}
	if (b->votes[i].last_label == label)
		return;
	b->votes[i].last_label = label;
	b->votes[i].labels++;
}

static void
cast_label(struct ballot *b, const struct report *r, const char *label, int n)
{
	char token[FAMILY_MAX];

	while (*label != '\0') {
		size_t len = 0;

		while (isalnum((unsigned char)label[len]))
			len++;
		if (len > 0 && token_clean(token, label, len) && !is_hash_part(r, token))
			cast(b, family_of(token), n);
		label += len > 0 ? len : 1;
	}
}

static const char *
label_at(const cJSON *engines, int i)
{
	return cJSON_GetStringValue(
	    cJSON_GetArrayItem(cJSON_GetArrayItem(engines, i), 1));
}

static bool
was_cast(const cJSON *engines, int n, const char *label)
{
	for (int i = 0; i < n; i++) {
		const char *earlier = label_at(engines, i);

		if (earlier != NULL && strcmp(earlier, label) == 0)
			return true;
	}
	return false;
}

void
family_find(struct report *r)
{
	struct ballot b = { .count = 0 };
	const struct vote *best = NULL;

	if (take_popular_name(r))
		return;
	for (int i = 0; i < cJSON_GetArraySize(r->engines); i++) {
		const char *label = label_at(r->engines, i);

		if (label != NULL && !was_cast(r->engines, i, label))
			cast_label(&b, r, label, i);
	}
	for (int i = 0; i < b.count; i++)
		if (best == NULL || b.votes[i].labels > best->labels)
			best = &b.votes[i];
	if (best == NULL || best->labels < VOTES_MIN)
		return;
	memcpy(r->family, best->token, sizeof r->family);
	r->family_source = "vote";
	r->family_count = best->labels;
}
