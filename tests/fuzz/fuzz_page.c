/*
 * fuzz_page.c - the way of strangers' text into a page: the gate, escaping, and whole articles.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>

#include "common/base/utf8.h"
#include "common/outgoing/defang.h"
#include "publisher/page/html.h"
#include "publisher/posts/sample/facts.h"
#include "publisher/posts/sample/sample.h"
#include "tests/fuzz/fuzz.h"

#define ADDRESS "192.0.2.77"
#define OUT_MAX (1 << 20)

static const char SHA256[] =
    "15a0c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345";

static struct gate *
gate(void)
{
	static struct gate *g;
	struct err e = ERR_NONE;

	if (g == NULL) {
		g = gate_new(&e);
		promise(g != NULL && gate_add(g, ADDRESS, &e) &&
			gate_add(g, "sensor-one", &e));
	}
	return g;
}

/* The address stands nowhere as a word of its own. */
static void
check_private(const char *text)
{
	for (const char *p = text; (p = strstr(p, ADDRESS)) != NULL; p++)
		promise((p > text && (isalnum((unsigned char)p[-1]) || p[-1] == '.')) ||
			isalnum((unsigned char)p[strlen(ADDRESS)]) ||
			p[strlen(ADDRESS)] == '.');
}

static void
pass(const char *text)
{
	auto_buf out = BUF_INIT(OUT_MAX);

	gate_pass(gate(), text, HTML_CODE_MAX, &out);
	promise(buf_ok(&out) && utf8_valid(buf_text(&out), out.len));
	check_private(buf_text(&out));
	buf_reset(&out);
	defang_text(&out, text);
	promise(buf_ok(&out) && strstr(buf_text(&out), "http://") == NULL);
	buf_reset(&out);
	html_label(gate(), text, 60, &out);
	promise(buf_ok(&out) && out.len <= 60);
	promise(strpbrk(buf_text(&out), "<>[]&\"'") == NULL);
}

static bool
begins(const char *p, const char *with)
{
	return strncmp(p, with, strlen(with)) == 0;
}

/* A bracket is taken apart, or one of a defanged host's. */
static bool
is_inert(const char *start, const char *p)
{
	return begins(p, "[.]") || begins(p, "[:]") ||
	       (p - start >= 6 && begins(p - 6, "<span>[</span>"));
}

static void
code(const char *text)
{
	static const char *const TAGS[] = { "<code>", "</code>", "<span>", "</span>" };
	auto_buf out = BUF_INIT(OUT_MAX);
	struct html h;

	html_init(&h, &out, gate());
	html_code(&h, text);
	promise(html_finish(&h));
	for (const char *p = buf_text(&out); *p != '\0'; p++) {
		bool ours = *p != '<';

		for (size_t i = 0; i < sizeof TAGS / sizeof TAGS[0]; i++)
			ours = ours || begins(p, TAGS[i]);
		promise(ours);
		promise(*p != '[' || is_inert(buf_text(&out), p));
	}
	promise(utf8_valid(buf_text(&out), out.len));
}

static void
article(const char *text, enum verdict verdict)
{
	const struct post_options options = { .language = verdict % LANGUAGE_COUNT,
		.timezone = "UTC",
		.engine_names = true };
	struct sample_facts f = { .key = strdup(SHA256),
		.sha256 = strdup(SHA256),
		.now = 1764547200,
		.captures = 3,
		.first_seen = 1764460800,
		.last_seen = 1764500000,
		.first_collected_at = 1764460801,
		.country_count = 1,
		.verdict = verdict,
		.fetched_at = 1764547100,
		.last_analysis_at = 1764400000,
		.first_submission_at = 1764000000,
		.detections = 7,
		.verdicts = 60,
		.size = 4096 };
	struct article a = { 0 };
	struct err e = ERR_NONE;

	f.label = strdup(text);
	f.category = strdup(text);
	f.family = strdup(text);
	f.type = strdup(text);
	f.magic = strdup(text);
	f.vt_name = strdup(text);
	f.countries[f.countries_shown++] =
	    (struct sample_country){ .code = strdup(text), .addresses = 1 };
	f.urls[0] = strdup(text);
	f.url_count = 1;
	f.urls_total = 1;
	f.names[0] = strdup(text);
	f.name_count = 1;
	f.honeypots[0] = strdup(text);
	f.honeypot_count = 1;
	if (post_kind_sample.render(&f, &options, gate(), &a, &e)) {
		check_private(a.content);
		check_private(a.title);
		check_private(a.excerpt);
		promise(strpbrk(a.excerpt, "<>") == NULL);
	} else {
		promise(e.fault == FAULT_REJECT);
	}
	article_done(&a);
	sample_facts_done(&f);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);

	pass(text);
	code(text);
	article(text, size > 0 ? data[0] % VERDICT_COUNT : VERDICT_UNKNOWN);
	free(text);
	return 0;
}
