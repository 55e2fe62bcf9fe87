/*
 * test_alert_bodies.c - what each target of alerts is sent, with attackers' words in every field, and that
 * it stays within the target's limits.
 *
 * tests/golden/alert.TYPE.txt holds method, URL, headers and body.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/sha256.h"
#include "common/base/utf8.h"
#include "common/json/json.h"
#include "publisher/alerts/target.h"
#include "tests/unit/golden.h"

#define TYPES 9
#define OUT_MAX (256 << 10)

static const char *const HTTP_TYPES[TYPES] = { "slack", "discord", "mattermost", "teams",
	"ntfy", "gotify", "telegram", "matrix", "webhook" };

static char topic[] = "pots", chat[] = "-100123", room[] = "!abc/d?e:matrix.example",
	    server[] = "https://alerts.example/base";

static struct alert_config
config(void)
{
	struct alert_config c = { .topic = topic, .chat = chat, .room = room };

	c.service.url = server;
	strcpy(c.secret_url.bytes, "https://hooks.example/SECRET");
	strcpy(c.token.bytes, "TOKEN");
	strcpy(c.key.bytes, "KEY");
	return c;
}

static const struct alert HOSTILE = { .key = "00ff",
	.rule = "unknown",
	.title =
	    "New: <!channel> <@U1|x> @everyone @here *b* _i_ ~s~ `c` [x](y) \"q\" & \\ #h",
	.text =
	    "wget hxxp://203[.]0[.]113[.]9/a.sh?x=1&y=\"2\"\n"
	    "```\n</pre><a href='x'>@all</a> <@&123> <:e:1> ||s|| /start\n"
	    "# head\n> quote\n- list\n{{DATE(2026-11-20T00:00:00Z,SHORT)}} "
	    "%s %lld ' \t\x7f\n"
	    "\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e \xf0\x9f\x90\x9d",
	.link = "https://blog.example/?p=1&x=<b>|_*\"'`)]",
	.at = 1795947906,
	.trouble = false };

/* As send.c puts it together, with the secrets' names in place of secrets. */
static void
put_request(struct buf *out, const struct alert_request *r)
{
	buf_printf(out, "%s %s%s%s\n", r->method, buf_text(&r->url),
	    r->url_secret != NULL ? r->url_secret->bytes : "",
	    r->url_after != NULL ? r->url_after : "");
	if (r->key_header != NULL)
		buf_printf(out, "%s: %s%s\n", r->key_header,
		    r->key_prefix != NULL ? r->key_prefix : "", r->key->bytes);
	for (size_t i = 0; i < sizeof r->headers / sizeof r->headers[0]; i++)
		if (r->headers[i][0] != '\0')
			buf_printf(out, "%s\n", r->headers[i]);
	buf_printf(out, "\n%s\n", r->body);
}

static bool
build(const char *type, const struct alert_config *c, const struct alert *a,
    struct alert_request *r)
{
	struct err e = ERR_NONE;

	*r = (struct alert_request){ .method = "POST", .url = BUF_INIT(HTTP_URL_MAX) };
	return alert_target_of(type)->build(c, a, r, &e) && buf_ok(&r->url);
}

static void
request_done(struct alert_request *r)
{
	buf_done(&r->url);
	free(r->body);
}

static void
check_golden(const char *type)
{
	struct alert_config c = config();
	auto_buf got = BUF_INIT(OUT_MAX);
	char path[100], words[100];
	struct alert_request r;

	snprintf(path, sizeof path, GOLDEN "alert.%s.txt", type);
	snprintf(words, sizeof words, "%s: the request is as agreed", type);
	if (ok(build(type, &c, &HOSTILE, &r), "a request is built"))
		put_request(&got, &r);
	golden_compare_text(path, buf_text(&got), words);
	request_done(&r);
}

/* ---- limits */

static size_t
utf16_units(const char *text)
{
	const char *end = text + strlen(text);
	size_t units = 0, n;

	for (; text < end; text += n)
		units += utf8_next(text, end, &n) > 0xffff ? 2 : 1;
	return units;
}

struct limit {
	const char *type, *path; /* of the text in the body */
	size_t max;
	bool bytes;
};

static const char *
text_at(const cJSON *tree, const struct limit *l)
{
	const char *text = NULL;
	const cJSON *blocks = json_at(tree, "blocks");

	if (blocks != NULL)
		tree = cJSON_GetArrayItem(blocks, strcmp(l->path, "header") == 0 ? 0 : 1);
	json_text(tree, blocks != NULL ? "text.text" : l->path, &text);
	return text;
}

/* The longest texts there can be, of this character. */
static void
check_limit(const struct limit *l, const char *character)
{
	struct alert_config c = config();
	struct alert a = HOSTILE;
	char title[ALERT_TITLE_MAX + 1] = "", text[ALERT_TEXT_MAX + 1] = "", words[100];
	size_t n = strlen(character), size;
	struct alert_request r;
	struct err e = ERR_NONE;
	auto_json *tree = NULL;
	const char *got;

	for (size_t i = 0; i + n <= ALERT_TITLE_MAX; i += n)
		memcpy(title + i, character, n + 1);
	for (size_t i = 0; i + n <= ALERT_TEXT_MAX; i += n)
		memcpy(text + i, character, n + 1);
	a.title = title;
	a.text = text;
	if (!ok(build(l->type, &c, &a, &r), "the longest alert fits into a request"))
		return;
	tree = json_parse(r.body, strlen(r.body), &e);
	got = text_at(tree, l);
	size = got == NULL ? 0 : l->bytes ? strlen(got) : utf16_units(got);
	snprintf(words, sizeof words, "%s: %s of '%s' has %zu, at most %zu", l->type,
	    l->path, character, size, l->max);
	ok(got != NULL && size > 0 && size <= l->max && utf8_valid(got, strlen(got)),
	    words);
	request_done(&r);
}

static void
check_limits(void)
{
	static const struct limit LIMITS[] = { { "slack", "header", 150, false },
		{ "slack", "section", 3000, false },
		{ "discord", "content", 2000, false },
		{ "mattermost", "text", 16383, false }, { "ntfy", "message", 4096, true },
		/* in it are <pre> and entities, which do not count at Telegram */
		{ "telegram", "text", 6 * 4096 + 11, false } };
	static const char *const CHARACTERS[] = { "a", "\xe3\x81\x82", "\xf0\x9f\x90\x9d",
		"&", "@", "`", "\"" };

	for (size_t i = 0; i < sizeof LIMITS / sizeof LIMITS[0]; i++)
		for (size_t k = 0; k < sizeof CHARACTERS / sizeof CHARACTERS[0]; k++)
			check_limit(&LIMITS[i], CHARACTERS[k]);
}

/* A workflow takes 28 KB, a Matrix event 64 KB. */
static void
check_sizes(const char *type, size_t max)
{
	struct alert_config c = config();
	struct alert a = HOSTILE;
	char text[ALERT_TEXT_MAX + 1], words[100];
	struct alert_request r;

	memset(text, '\n', ALERT_TEXT_MAX);
	text[ALERT_TEXT_MAX] = '\0';
	a.text = text;
	snprintf(words, sizeof words, "%s: the longest request has at most %zu bytes",
	    type, max);
	ok(build(type, &c, &a, &r) && strlen(r.body) <= max, words);
	request_done(&r);
}

/* ---- cuts */

static void
check_long_link(const char *type)
{
	struct alert_config c = config();
	struct alert a = HOSTILE;
	char link[3000] = "https://blog.example/", words[100];
	struct alert_request r;

	memset(link + strlen(link), '<', sizeof link - 1 - strlen(link));
	link[sizeof link - 1] = '\0';
	a.link = link;
	snprintf(words, sizeof words, "%s: a link that would fill a message is left out",
	    type);
	ok(build(type, &c, &a, &r) && strstr(r.body, "blog.example") == NULL, words);
	request_done(&r);
}

static void
check_signature(void)
{
	struct alert_config c = config();
	char hex[SHA256_HEX_MAX], want[HTTP_HEADER_MAX];
	struct alert_request r;

	if (!ok(build("webhook", &c, &HOSTILE, &r), "a webhook's request is built"))
		return;
	sha256_hmac_hex("KEY", 3, r.body, strlen(r.body), hex);
	snprintf(want, sizeof want, "X-Potpress-Signature: sha256=%s", hex);
	is_text(r.headers[1], want, "the signature is that of the body");
	request_done(&r);
	c.key.bytes[0] = '\0';
	ok(build("webhook", &c, &HOSTILE, &r) && r.headers[1][0] == '\0',
	    "without a key nothing is signed");
	request_done(&r);
}

static void
check_least(const char *type)
{
	struct alert_config c = config();
	struct alert a = { .key = "0", .rule = "quiet", .title = "t", .text = "" };
	struct alert_request r;
	char words[100];

	snprintf(words, sizeof words, "%s: neither text nor link are needed", type);
	ok(build(type, &c, &a, &r), words);
	request_done(&r);
}

int
main(void)
{
	for (size_t i = 0; i < TYPES; i++) {
		check_golden(HTTP_TYPES[i]);
		check_long_link(HTTP_TYPES[i]);
		check_least(HTTP_TYPES[i]);
	}
	check_limits();
	check_sizes("teams", 21000);
	check_sizes("matrix", 60000);
	check_signature();
	ok(alert_target_of("pager") == NULL, "an unknown type is none");
	return done_testing();
}
