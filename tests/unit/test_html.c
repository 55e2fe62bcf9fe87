/*
 * test_html.c - text of strangers in a page: each hostile string of tests/fixtures/hostile.json becomes
 * exactly the bytes that the table says, and nothing else gets in.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/utf8.h"
#include "common/json/json.h"
#include "publisher/page/blocks.h"
#include "publisher/page/html.h"
#include "tests/unit/tap.h"

#define TABLE "tests/fixtures/hostile.json"
#define SHA256 "15a0c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345"

static void
put_bytes(struct buf *out, const char *hex)
{
	for (unsigned byte; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		buf_putc(out, (char)byte);
}

static void
check_row(const cJSON *row)
{
	const char *text = "", *stored = "";
	auto_buf bytes = BUF_INIT(4096), page = BUF_INIT(8192), want = BUF_INIT(8192);
	struct html h;

	if (json_text(row, "bytes", &text))
		put_bytes(&bytes, text);
	else if (json_text(row, "text", &text))
		buf_puts(&bytes, text);
	json_text(row, "stored", &stored);
	buf_printf(&want, "<code>%s</code>", stored);
	html_init(&h, &page, NULL);
	html_code(&h, buf_text(&bytes));
	is_text(buf_text(&page), buf_text(&want), stored);
	ok(html_finish(&h), "... and the page is whole");
}

static void
test_hostile(void)
{
	struct err e = ERR_NONE;
	auto_free char *text = NULL;
	size_t size = 0;
	FILE *f = fopen(TABLE, "re");
	cJSON *rows = NULL;
	int count = 0;

	if (ok(f != NULL && getdelim(&text, &size, '\0', f) > 0, "the table is there"))
		rows = json_parse(text, strlen(text), &e);
	if (f != NULL)
		fclose(f);
	for (const cJSON *row = NULL; (row = json_each(rows, "", row)) != NULL; count++)
		check_row(row);
	ok(count >= 40, "it holds at least forty strings");
	json_free(&rows);
}

/* ---- limits */

static void
code(const char *text, struct buf *out)
{
	struct html h;

	html_init(&h, out, NULL);
	html_code(&h, text);
	if (!html_finish(&h))
		buf_puts(out, " (failed)");
}

static void
test_length(void)
{
	auto_buf page = BUF_INIT(65536);
	char text[HTML_CODE_MAX * 2];

	memset(text, 'a', sizeof text);
	memcpy(text + HTML_CODE_MAX - 1, "\xe2\x82\xac and more", 13);
	text[sizeof text - 1] = '\0';
	code(text, &page);
	is_int((int64_t)page.len, HTML_CODE_MAX - 1 + 13,
	    "a text is cut at its limit, before a character that would be torn");
	buf_reset(&page);
	memset(text, '[', sizeof text - 1);
	code(text, &page);
	is_int((int64_t)page.len, HTML_CODE_MAX * 14 + 13,
	    "the limit counts before escaping");
}

static void
test_every_code_point(void)
{
	auto_buf page = BUF_INIT(4096), text = BUF_INIT(64);
	bool safe = true;

	for (uint32_t c = 1; c <= 0x10ffff; c += c <= 0xffff ? 1 : 251) {
		buf_reset(&page);
		buf_reset(&text);
		utf8_put(&text, c);
		code(buf_text(&text), &page);
		for (const char *p = buf_text(&page) + 6;
		     *p != '\0' && strcmp(p, "</code>") != 0; p++) {
			if (strncmp(p, "<span>[</span>", 14) == 0) {
				p += 13;
				continue;
			}
			safe = safe && strchr("<>[", *p) == NULL &&
			       (unsigned char)*p >= 0x20 && (unsigned char)*p < 0xf0;
		}
	}
	ok(safe, "no character leaves its code element");
}

/* ---- what is no text */

static void
test_structure(void)
{
	auto_buf page = BUF_INIT(4096);
	struct html h;

	html_init(&h, &page, NULL);
	html_token(&h, "a\"b");
	ok(!html_finish(&h), "a token with a quote fails the page");
	html_init(&h, &page, NULL);
	html_open(&h, TAG_TABLE);
	ok(!html_finish(&h), "an open tag fails the page");
	html_close(&h, TAG_TR);
	html_close(&h, TAG_TABLE);
	ok(!html_finish(&h), "a tag closed in another's place fails the page");
	html_init(&h, &page, NULL);
	html_button(&h, TAG_BUTTON, SHA256, "x");
	html_button(&h, TAG_LISTING_BUTTON, SHA256, "y");
	ok(html_finish(&h), "a button takes a SHA-256");
	html_button(&h, TAG_LISTING_BUTTON, "../" SHA256, "x");
	ok(!html_finish(&h), "a button takes nothing else");
	html_init(&h, &page, NULL);
	for (int i = 0; i <= HTML_DEPTH_MAX; i++)
		html_open(&h, TAG_TR);
	ok(!html_finish(&h), "too many open tags fail the page");
}

static bool
fills(enum html_tag tag, struct html_place place, struct buf *page)
{
	struct html h;

	buf_reset(page);
	html_init(&h, page, NULL);
	html_open_with(&h, tag, (struct html_place[HTML_PLACES_MAX]){ place });
	html_close(&h, tag);
	return html_finish(&h);
}

static void
test_places(void)
{
	auto_buf page = BUF_INIT(4096);

	ok(fills(TAG_BUTTON, (struct html_place){ "sha256", SHA256 }, &page) &&
		strstr(buf_text(&page), "/gui/file/" SHA256 "\"") != NULL,
	    "a place of a tag is filled");
	ok(!fills(TAG_BUTTON, (struct html_place){ "sha256", "\"" }, &page),
	    "... with nothing that leaves it");
	ok(!fills(TAG_BUTTON, (struct html_place){ "sha1", SHA256 }, &page),
	    "a place that nothing fills fails the page");
}

static void
test_blocks(void)
{
	bool whole = true;

	for (int tag = 0; tag < TAG_COUNT; tag++)
		whole = whole && html_blocks[tag].start != NULL &&
			html_blocks[tag].start[0] == '<';
	ok(whole, "every tag has its markup");
}

/* ---- labels */

static void
reduced(void (*how)(struct gate *, const char *, size_t, struct buf *), const char *text,
    const char *want, const char *words)
{
	auto_buf out = BUF_INIT(256);
	struct err e = ERR_NONE;
	struct gate *g = gate_new(&e);

	gate_add(g, "203.0.113.10", &e);
	how(g, text, 40, &out);
	is_text(buf_text(&out), want, words);
	gate_free(g);
}

static void
label(const char *text, const char *want, const char *words)
{
	reduced(html_label, text, want, words);
}

static void
name(const char *text, const char *want, const char *words)
{
	reduced(html_name, text, want, words);
}

static void
test_labels(void)
{
	label("trojan.mirai/gafgyt", "trojan.mirai/gafgyt", "a label stays as it is");
	label("W32/Fam:X (B)-a_1", "W32/Fam:X (B)-a_1", "... with all that labels hold");
	label(
	    "<b>a</b>&\"'[]\\{}|*", "ba/b", "nothing that WordPress would read is left");
	label("C++, C#", "C++ C#", "languages keep their names");
	label("\xe6\x97\xa5\xf0\x9f\x98\x80x", "x", "only ASCII is left");
	label("http://evil.example", "http:evil.example", "no URL is left");
	label("http:\"//evil.example", "http:evil.example",
	    "... nor made by what is taken out");
	label("203.0.113.10", "***", "a label passes the gate");
	label(
	    "a 203\xe3\x80\x82"
	    "0\xe3\x80\x82"
	    "113\xe3\x80\x82"
	    "10 b",
	    "a *** b", "... before letters are left out of it");
	label("203.0.<>113.10", "***", "... after what is taken out, not before");
	label("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
	    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "a long label is cut");
}

static void
test_names(void)
{
	name("Société Générale, A&B 'Labs'", "Société Générale, A&B 'Labs'",
	    "a name keeps its accents and marks");
	name("日本電気株式会社", "日本電気株式会社", "... and letters of any script");
	name("<b>日</b>[x]{}|*\\\"`", "b日/bx",
	    "nothing that WordPress would read is left");
	name("日\u202e本\u200b\U0001f600\xff", "日本", "nothing invisible is left");
	name("日\u3164本\u2800\ufe0f", "日本", "... nor what looks blank");
	name("Z\u0301\u0301\u0301\u0301\u0301z", "Z\u0301\u0301\u0301\u0301z",
	    "no tower of accents is left");
	name("http:\"//例え.example", "http:例え.example", "no URL is left");
	name("２０３．０．１１３．１０ 株式会社", "*** 株式会社",
	    "a name passes the gate");
	name("あああああああああああああああ", "あああああああああああああ",
	    "a long name is cut between two letters");
}

int
main(void)
{
	test_hostile();
	test_length();
	test_every_code_point();
	test_structure();
	test_places();
	test_blocks();
	test_labels();
	test_names();
	return done_testing();
}
