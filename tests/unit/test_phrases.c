/*
 * test_phrases.c - the table of phrases is whole: both languages, the same places, nothing that must not
 * be said.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <stdio.h>

#include "publisher/page/countries.h"
#include "publisher/page/phrases.h"
#include "tests/unit/tap.h"

/* Which places a phrase has, as bits. */
static unsigned
places(const char *text)
{
	unsigned seen = 0;

	for (const char *p = text; (p = strchr(p, '{')) != NULL; p++)
		seen |= isdigit((unsigned char)p[1]) && p[2] == '}' ? 1U << (p[1] - '0')
								    : 1U << 31;
	return seen;
}

static void
test_table(void)
{
	for (int p = 0; p < PHRASE_COUNT; p++) {
		const char *en = phrase(LANGUAGE_EN, (enum phrase)p);
		const char *ja = phrase(LANGUAGE_JA, (enum phrase)p);
		char words[64];

		snprintf(words, sizeof words, "phrase %d is there in both languages", p);
		if (!ok(en != NULL && ja != NULL && en[0] != '\0' && ja[0] != '\0',
			words))
			continue;
		is_int(places(en), places(ja), "... with the same places");
		ok((places(en) & ~(2U | 4U | 8U | 16U | 32U)) == 0,
		    "... all of them fillable");
		ok(strpbrk(en, "<>&\"'") == NULL && strpbrk(ja, "<>&\"'") == NULL,
		    "... and without what a title would have to escape");
	}
}

static void
test_words(void)
{
	static const char *const NEVER[] = { "harmless", "clean", "benign", "safe", "0/0",
		"無害です", "安全" };
	bool said = false;

	for (int p = 0; p < PHRASE_COUNT; p++)
		for (size_t i = 0; i < sizeof NEVER / sizeof NEVER[0]; i++)
			said |= strstr(phrase(LANGUAGE_EN, (enum phrase)p), NEVER[i]) ||
				strstr(phrase(LANGUAGE_JA, (enum phrase)p), NEVER[i]);
	ok(!said, "no phrase calls a file harmless");
}

static void
test_dated(void)
{
	for (int v = 0; v < VERDICT_COUNT; v++)
		ok(places(phrase(LANGUAGE_EN, PHRASE_HEADLINE + (enum phrase)v)) &
			1U << 3,
		    "every verdict's headline says as of when");
	ok(places(phrase(LANGUAGE_EN, PHRASE_HEADLINE_SUSPECTED)) & 1U << 3,
	    "... and where some engine is suspicious");
	for (int v = 0; v < VERDICT_COUNT; v++)
		ok(places(phrase(LANGUAGE_EN, PHRASE_TITLE + (enum phrase)v)) & 1U << 4,
		    "... and every title");
	ok(places(phrase(LANGUAGE_EN, PHRASE_CARD_CAPTURES)) & 1U << 1,
	    "... and the number of captures");
}

static void
test_verdicts(void)
{
	enum verdict back;

	for (int v = 0; v < VERDICT_COUNT; v++)
		ok(verdict_parse(verdict_word((enum verdict)v), &back) &&
			back == (enum verdict)v,
		    verdict_word((enum verdict)v));
	ok(!verdict_parse("clean", &back), "another word is no verdict");
}

static void
test_filling(void)
{
	auto_buf plain = BUF_INIT(256), page = BUF_INIT(256);
	const struct filling fillings[FILLINGS_MAX] = { { .text = "a{2}<",
	    .strong = true } };
	struct html h;

	phrase_plain(&plain, LANGUAGE_EN, PHRASE_LABEL, fillings);
	is_text(buf_text(&plain), "label a{2}<", "a filling is not filled again");
	html_init(&h, &page, NULL);
	phrase_html(&h, LANGUAGE_EN, PHRASE_LABEL, fillings);
	is_text(buf_text(&page), "label <strong>a{2}&lt;</strong>",
	    "... and is escaped in a page");
}

static void
test_countries(void)
{
	char code[3] = "";
	bool plain = true;
	int known = 0;

	for (code[0] = 'A'; code[0] <= 'Z'; code[0]++)
		for (code[1] = 'A'; code[1] <= 'Z'; code[1]++) {
			const char *en = country_name(LANGUAGE_EN, code);
			const char *ja = country_name(LANGUAGE_JA, code);

			plain = plain && (en == NULL) == (ja == NULL) &&
				(en == NULL || (strpbrk(en, "<>&\"'[]") == NULL &&
						   strpbrk(ja, "<>&\"'[]") == NULL));
			known += en != NULL;
		}
	is_int(known, 250, "every country has its name");
	ok(plain, "... in both languages, fit for a page");
	is_text(country_name(LANGUAGE_EN, "NL"), "Netherlands", "... in English");
	is_text(country_name(LANGUAGE_JA, "NL"), "オランダ", "... and in Japanese");
	ok(country_name(LANGUAGE_EN, "ZZ") == NULL, "another code has none");
}

int
main(void)
{
	test_table();
	test_words();
	test_dated();
	test_verdicts();
	test_filling();
	test_countries();
	return done_testing();
}
