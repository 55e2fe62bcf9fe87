/*
 * test_utf8.c - UTF-8 as strangers write them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/utf8.h"

#include <string.h>

#include "tests/unit/tap.h"

#define FFFD "\xef\xbf\xbd"
#define EURO "\xe2\x82\xac"
#define ROOM 1000

static void
check_clean_cut(
    const char *bytes, size_t len, size_t max, const char *want, const char *words)
{
	auto_buf out = BUF_INIT(ROOM);

	utf8_clean(&out, bytes, len, max);
	is_text(buf_text(&out), want, words);
}

static void
check_clean(const char *bytes, const char *want, const char *words)
{
	check_clean_cut(bytes, strlen(bytes), ROOM, want, words);
	ok(utf8_valid(bytes, strlen(bytes)) == (strcmp(bytes, want) == 0),
	    "... and is judged so");
}

static void
test_clean(void)
{
	check_clean("plain", "plain", "ASCII stays");
	check_clean("", "", "nothing stays nothing");
	check_clean("\xc2\x80\xdf\xbf", "\xc2\x80\xdf\xbf", "two bytes stay");
	check_clean(
	    "\xe0\xa0\x80\xef\xbf\xbf", "\xe0\xa0\x80\xef\xbf\xbf", "three bytes stay");
	check_clean("\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
	    "\xf0\x90\x80\x80\xf4\x8f\xbf\xbf", "four bytes stay");
	check_clean(FFFD, FFFD, "a replacement character that was written stays");
	check_clean("\xed\x9f\xbf\xee\x80\x80", "\xed\x9f\xbf\xee\x80\x80",
	    "the neighbours of the surrogates stay");
	check_clean_cut("a\0b", 3, ROOM, "a" FFFD "b", "a NUL is replaced");
}

static void
test_clean_broken(void)
{
	check_clean("\x80", FFFD, "a lone continuation");
	check_clean("\xff\xfe", FFFD FFFD, "bytes that never occur");
	check_clean("\xc0\x80", FFFD FFFD, "an overlong NUL, byte by byte");
	check_clean("\xc1\xbf", FFFD FFFD, "an overlong letter");
	check_clean("\xe0\x9f\xbf", FFFD FFFD FFFD, "an overlong form of three bytes");
	check_clean(
	    "\xf0\x8f\xbf\xbf", FFFD FFFD FFFD FFFD, "an overlong form of four bytes");
	check_clean("\xed\xa0\x80", FFFD FFFD FFFD, "the first surrogate");
	check_clean("\xed\xbf\xbf", FFFD FFFD FFFD, "the last surrogate");
	check_clean("\xf4\x90\x80\x80", FFFD FFFD FFFD FFFD, "past U+10FFFF");
	check_clean("\xf5\x80\x80\x80", FFFD FFFD FFFD FFFD, "far past it");
	check_clean("\xe2\x82", FFFD FFFD, "a character cut at the end");
	check_clean("\xe2\x82x", FFFD FFFD "x", "a character cut before a letter");
	check_clean("\xe2" EURO, FFFD EURO, "a first byte before a whole character");
	check_clean("a\xffz", "a" FFFD "z", "what is around stays");
}

static void
test_clean_cut(void)
{
	check_clean_cut("abcdef", 6, 3, "abc", "a text is cut");
	check_clean_cut("abc", 3, 3, "abc", "at what it may have, not before");
	check_clean_cut(
	    "a" EURO "b", 5, 4, "a" EURO, "a character that fits stays whole");
	check_clean_cut("a" EURO "b", 5, 3, "a", "one that does not is left out");
	check_clean_cut("a" EURO "b", 5, 2, "a", "whole");
	check_clean_cut("\xff\xff", 2, 5, FFFD, "the output counts, not the input");
	check_clean_cut("abc", 3, 0, "", "nothing fits into nothing");
	check_clean_cut(EURO, 2, ROOM, FFFD FFFD, "bytes behind the length are not read");
	ok(!utf8_valid("a\xe2\x82", 3), "a cut text is not valid");
	ok(utf8_valid("a\0b", 3), "a NUL is a character of UTF-8");
}

static void
check_next(const char *bytes, uint32_t code, size_t length, const char *words)
{
	size_t got = 99;
	uint32_t c = utf8_next(bytes, bytes + strlen(bytes), &got);

	is_int(c, code, words);
	is_int((int64_t)got, (int64_t)length, "... and its length");
}

static void
test_next(void)
{
	check_next("A", 0x41, 1, "a letter");
	check_next("\xc3\xa9x", 0xe9, 2, "a character of two bytes");
	check_next(EURO "x", 0x20ac, 3, "of three");
	check_next("\xf0\x9f\x98\x80x", 0x1f600, 4, "of four");
	check_next("\xff", 0xfffd, 1, "a broken byte has a length of one");
	check_next("\xe2\x82", 0xfffd, 1, "so has a cut character");
	check_next("\xed\xa0\x80", 0xfffd, 1, "and a surrogate");
	check_next(FFFD, 0xfffd, 3, "a real replacement character has three");
}

static void
test_put(void)
{
	static const uint32_t CODES[] = { 0x7f, 0x80, 0x7ff, 0x800, 0xffff, 0x10000,
		0x10ffff };
	auto_buf out = BUF_INIT(ROOM);
	const char *p;
	bool same = true;

	for (size_t i = 0; i < sizeof CODES / sizeof CODES[0]; i++)
		utf8_put(&out, CODES[i]);
	is_text(buf_text(&out),
	    "\x7f"
	    "\xc2\x80\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf\xf0\x90\x80\x80\xf4\x8f\xbf\xbf",
	    "code points become bytes");
	p = buf_text(&out);
	for (size_t i = 0, n; i < sizeof CODES / sizeof CODES[0]; i++, p += n)
		same = same && utf8_next(p, buf_text(&out) + out.len, &n) == CODES[i];
	ok(same, "and code points again");
}

int
main(void)
{
	test_clean();
	test_clean_broken();
	test_clean_cut();
	test_next();
	test_put();
	return done_testing();
}
