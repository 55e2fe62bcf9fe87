/*
 * test_text.c - UTF-8, hashes, addresses and times as strangers write them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/text.h"

#include "tests/unit/tap.h"

#define FFFD "\xef\xbf\xbd"
#define EURO "\xe2\x82\xac"
#define MD5 "15a0c0ffee0123456789abcdef012345"
#define SHA1 "15a0c0ffee0123456789abcdef0123456789abcd"
#define SHA256 "15a0c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345"
#define ROOM 1000
#define DAY_S 86400

/* ---- UTF-8 */

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

/* ---- hashes */

static void
check_hash(const char *text, enum hash_kind kind, const char *hex, const char *words)
{
	struct hash h = { .kind = HASH_NONE };

	ok(hash_parse(&h, text, strlen(text)), words);
	is_int(h.kind, kind, "... its kind");
	is_text(h.hex, hex, "... and its digits");
}

static void
check_no_hash(const char *text, size_t len, const char *words)
{
	struct hash h = { .kind = HASH_MD5, .hex = "untouched" };
	bool parsed = hash_parse(&h, text, len);

	ok(!parsed && h.kind == HASH_MD5 && strcmp(h.hex, "untouched") == 0, words);
}

static void
test_hashes(void)
{
	check_hash(MD5, HASH_MD5, MD5, "32 digits");
	check_hash(SHA1, HASH_SHA1, SHA1, "40 digits");
	check_hash(SHA256, HASH_SHA256, SHA256, "64 digits");
	check_hash("15A0C0FFEE0123456789ABCDEF012345", HASH_MD5, MD5,
	    "upper case becomes lower");
	check_hash("15a0C0fFEE0123456789abcDEF012345", HASH_MD5, MD5, "mixed case too");
	check_hash("00000000000000000000000000000001", HASH_MD5,
	    "00000000000000000000000000000001", "one digit that differs is enough");
	is_text(hash_kind_name(HASH_MD5), "md5", "the name of MD5");
	is_text(hash_kind_name(HASH_SHA1), "sha1", "of SHA-1");
	is_text(hash_kind_name(HASH_SHA256), "sha256", "of SHA-256");
	is_text(hash_kind_name(HASH_NONE), "", "no hash has no name");
}

static void
test_no_hashes(void)
{
	static const char WITH_NUL[] =
	    "15a0c0ffee012345\0"
	    "789abcdef012345";
	static const char NUL_BEHIND[] = MD5 "\0\0\0\0\0\0\0";

	check_no_hash("", 0, "nothing is no hash");
	check_no_hash(MD5, 31, "31 digits");
	check_no_hash(MD5 "6", 33, "33 digits");
	check_no_hash(SHA256 "6", 65, "65 digits");
	check_no_hash(SHA256 SHA256, 128, "128 digits");
	check_no_hash(
	    "15a0c0ffee0123456789abcdef01234g", 32, "a letter that is no digit");
	check_no_hash(" 5a0c0ffee0123456789abcdef012345", 32, "a space");
	check_no_hash("15a0c0ffee0123456789abcdef01234\n", 32, "a line's end");
	check_no_hash("0x5a0c0ffee0123456789abcdef01234", 32, "0x is no digit");
	check_no_hash(
	    "15a0c0ffee0123456789abcdef0123\xc3\xa9", 32, "a letter of another alphabet");
	check_no_hash(WITH_NUL, 32, "a NUL inside");
	check_no_hash(NUL_BEHIND, 40, "NULs behind");
}

static void
check_placeholder(const char *text, bool want, const char *words)
{
	struct hash h = { .kind = HASH_NONE };

	ok(hash_parse(&h, text, strlen(text)) && hash_is_placeholder(&h) == want, words);
}

static void
test_placeholders(void)
{
	check_placeholder("00000000000000000000000000000000", true, "all noughts");
	check_placeholder("ffffffffffffffffffffffffffffffffffffffff", true, "all equal");
	check_placeholder(
	    "aaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAA", true, "all equal in two cases");
	check_placeholder(
	    "00000000000000000000000000000001", false, "one digit that differs");
}

/* ---- addresses */

static void
check_ip(const char *text, const char *want, const char *words)
{
	char out[IP_TEXT_MAX] = "untouched";
	bool parsed = ip_canonical(text, out);

	is_text(parsed ? out : "(none)", want, words);
}

static void
test_addresses(void)
{
	check_ip("192.0.2.1", "192.0.2.1", "an IPv4 address");
	check_ip(
	    "2001:DB8:0:0:0:0:0:1", "2001:db8::1", "an IPv6 address in its short form");
	check_ip("2001:db8::0001", "2001:db8::1", "also from another short form");
	check_ip("::", "::", "the shortest");
	check_ip("::ffff:192.0.2.1", "192.0.2.1", "an IPv4 address in IPv6");
	check_ip("::FFFF:c000:0201", "192.0.2.1", "also in digits");
	check_ip("0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1", "also in full");
	check_ip("2001:0db8:ffff:ffff:ffff:ffff:192.0.2.255",
	    "2001:db8:ffff:ffff:ffff:ffff:c000:2ff", "the longest text");
}

static void
test_no_addresses(void)
{
	check_ip("", "(none)", "nothing");
	check_ip("localhost", "(none)", "a name");
	check_ip("192.0.2", "(none)", "three numbers");
	check_ip("192.0.2.1.1", "(none)", "five numbers");
	check_ip("192.0.2.256", "(none)", "a number too large");
	check_ip("192.0.2.010", "(none)", "a leading nought, which some read as octal");
	check_ip("0x7f.0.0.1", "(none)", "other bases");
	check_ip("3221225985", "(none)", "one large number");
	check_ip(" 192.0.2.1", "(none)", "a space before");
	check_ip("192.0.2.1 ", "(none)", "a space behind");
	check_ip("192.0.2.1:80", "(none)", "a port");
	check_ip("192.0.2.0/24", "(none)", "a network");
	check_ip("[2001:db8::1]", "(none)", "brackets");
	check_ip("fe80::1%eth0", "(none)", "a zone");
	check_ip("2001:db8::1::2", "(none)", "two gaps");
	check_ip("2001:db8::12345", "(none)", "five digits");
	check_ip("1:2:3:4:5:6:7:8:9", "(none)", "nine groups");
}

/* ---- times */

static void
check_iso(const char *text, int64_t want, const char *words)
{
	int64_t got = -12345;

	ok(time_parse_iso(text, &got), words);
	is_int(got, want, "... and its seconds");
}

static void
check_no_iso(const char *text, const char *words)
{
	int64_t got = -12345;

	ok(!time_parse_iso(text, &got) && got == -12345, words);
}

static void
test_iso(void)
{
	check_iso("1970-01-01T00:00:00Z", 0, "the epoch");
	check_iso("2026-11-20T05:06:07Z", 1795151167, "an instant");
	check_iso("2026-11-20T05:06:07", 1795151167, "no offset means UTC");
	check_iso("2026-11-20T05:06:07.999999999Z", 1795151167, "a fraction is cut off");
	check_iso("2026-11-20T05:06:07.5", 1795151167, "also without an offset");
	check_iso("1969-12-31T23:59:59.5Z", -1, "also before the epoch");
	check_iso("2026-11-20T14:06:07+09:00", 1795151167, "an offset to the east");
	check_iso(
	    "2026-11-20T00:36:07.123-04:30", 1795151167, "to the west, with minutes");
	check_iso("2026-11-20T05:06:07+00:00", 1795151167, "of nothing");
	check_iso("2027-01-01T00:30:00+01:00", 1798759800, "across the year's end");
	check_iso("2024-02-29T00:00:00Z", 1709164800, "a leap day");
	check_iso("2000-02-29T00:00:00Z", 951782400, "a leap day of a century");
	check_iso("1900-01-01T00:00:00Z", -2208988800, "the first year");
	check_iso("9999-12-31T23:59:59Z", 253402300799, "the last year");
	check_iso("2038-01-19T03:14:08Z", 2147483648, "past 32 bits");
}

static void
test_no_iso(void)
{
	check_no_iso("", "nothing");
	check_no_iso("soon", "a word");
	check_no_iso("1795151167", "a number");
	check_no_iso("2026-11-20", "a day");
	check_no_iso("2026-11-20T05:06", "no seconds");
	check_no_iso("2026-11-20T05:06:07Zx", "more behind the end");
	check_no_iso("2026-11-20T05:06:07 Z", "a space inside");
	check_no_iso(" 2026-11-20T05:06:07Z", "a space before");
	check_no_iso("2026-00-20T05:06:07Z", "month 0");
	check_no_iso("2026-13-20T05:06:07Z", "month 13");
	check_no_iso("2026-11-00T05:06:07Z", "day 0");
	check_no_iso("2026-11-32T05:06:07Z", "day 32");
	check_no_iso("2026-11-20T24:00:00Z", "hour 24");
	check_no_iso("2026-11-20T05:60:00Z", "minute 60");
	check_no_iso("2026-11-20T05:06:61Z", "second 61");
	check_no_iso("2026-1-20T05:06:07Z", "one digit of a month");
	check_no_iso("-026-11-20T05:06:07Z", "a sign");
	check_no_iso("12026-11-20T05:06:07Z", "five digits of a year");
	check_no_iso("1899-12-31T23:59:59Z", "before 1900");
	check_no_iso("2026-11-20T05:06:07+", "half an offset");
	check_no_iso("2026-11-20T05:06:07+09:0", "three quarters of an offset");
	check_no_iso("2026-11-20T05:06:07+99:00", "an offset too large");
	check_no_iso("2026-11-20T05:06:07+01:60", "an offset of 60 minutes");
	check_no_iso(
	    "2026-11-20T05:06:07\xc2\xb1"
	    "01:00",
	    "a sign of another alphabet");
}

static void
test_formats(void)
{
	char out[TIME_TEXT_MAX];
	int64_t back = 0;

	time_format_iso(1795151167, out);
	is_text(out, "2026-11-20T05:06:07Z", "an instant is written");
	ok(time_parse_iso(out, &back) && back == 1795151167, "and read again");
	time_format_iso(0, out);
	is_text(out, "1970-01-01T00:00:00Z", "the epoch");
	time_format_iso(-1, out);
	is_text(out, "1969-12-31T23:59:59Z", "before the epoch");
	time_format_iso(253402300799, out);
	is_text(out, "9999-12-31T23:59:59Z", "the last instant");
	time_format_day(1798761599, out);
	is_text(out, "2026-12-31", "the last second of a day");
	time_format_day(1798761600, out);
	is_text(out, "2027-01-01", "the first of the next");
	time_format_month(1798761599, out);
	is_text(out, "2026-12", "the last second of a month");
	time_format_month(1798761600, out);
	is_text(out, "2027-01", "the first of the next month");
}

static void
check_next_times(const char *from, const char *day, const char *month, const char *words)
{
	char out[TIME_TEXT_MAX];
	int64_t at = 0;

	ok(time_parse_iso(from, &at), words);
	time_format_iso(time_next_day(at), out);
	is_text(out, day, "... the next day");
	time_format_iso(time_next_month(at), out);
	is_text(out, month, "... the next month");
}

static void
test_next_times(void)
{
	check_next_times("2026-11-20T05:06:07Z", "2026-11-21T00:00:00Z",
	    "2026-12-01T00:00:00Z", "in the middle of a month");
	check_next_times("2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z",
	    "2027-01-01T00:00:00Z", "at the year's end");
	check_next_times("2027-01-01T00:00:00Z", "2027-01-02T00:00:00Z",
	    "2027-02-01T00:00:00Z", "at its beginning");
	check_next_times("2026-01-31T12:00:00Z", "2026-02-01T00:00:00Z",
	    "2026-02-01T00:00:00Z", "before a short month");
	check_next_times("2024-02-28T12:00:00Z", "2024-02-29T00:00:00Z",
	    "2024-03-01T00:00:00Z", "before a leap day");
	check_next_times("2026-02-28T12:00:00Z", "2026-03-01T00:00:00Z",
	    "2026-03-01T00:00:00Z", "where there is none");
	is_int(time_next_day(0), DAY_S, "the first second of a day is part of it");
	is_int(time_next_day(-1), 0, "before the epoch");
}

#define NOW_S 1000000000 /* Sun, 09 Sep 2001 01:46:40 GMT */

static void
check_retry(const char *text, int64_t want, const char *words)
{
	int64_t got = -12345;

	ok(time_parse_retry_after(text, NOW_S, &got), words);
	is_int(got, want, "... and its seconds");
}

static void
check_no_retry(const char *text, const char *words)
{
	int64_t got = -12345;

	ok(!time_parse_retry_after(text, NOW_S, &got), words);
}

static void
test_retry_after(void)
{
	check_retry("120", 120, "seconds");
	check_retry("0", 0, "no seconds");
	check_retry(" 120 ", 120, "spaces around are no fault");
	check_retry("86400", 86400, "a day");
	check_retry("1000000000", 1000000000, "thirty years");
	check_retry("Sun, 09 Sep 2001 01:47:40 GMT", 60, "an HTTP date");
	check_retry("Mon, 10 Sep 2001 01:46:40 GMT", DAY_S, "of the next day");
	check_retry("Sun, 09 Sep 2001 01:46:40 GMT", 0, "of now");
	check_retry("Sun, 09 Sep 2001 01:46:00 GMT", 0, "of the past: no wait");
	check_retry("Thu, 01 Jan 1970 00:00:00 GMT", 0, "of the far past");
	check_retry(
	    "Fri, 31 Dec 9999 23:59:59 GMT", 253402300799 - NOW_S, "of the far future");
	check_no_retry("", "nothing");
	check_no_retry("soon", "a word");
	check_no_retry("-5", "a negative number");
	check_no_retry("+5", "a sign");
	check_no_retry("1.5", "a fraction");
	check_no_retry("120s", "a unit");
	check_no_retry("Sun, 09 Sep 2001", "a day without a time");
	check_no_retry("Sun, 09 Sep 2001 01:47:40 PST", "a time of another zone");
	check_no_retry("2001-09-09T01:47:40Z", "an instant in another form");
}

static void
test_retry_after_huge(void)
{
	static const char *const HUGE_WAITS[] = { "9223372036854775808",
		"18446744073709551617", "99999999999999999999999999999999" };
	bool long_or_refused = true;

	for (size_t i = 0; i < sizeof HUGE_WAITS / sizeof HUGE_WAITS[0]; i++) {
		int64_t got = NOW_S;
		bool parsed = time_parse_retry_after(HUGE_WAITS[i], NOW_S, &got);

		long_or_refused = long_or_refused && (!parsed || got >= NOW_S);
	}
	ok(long_or_refused, "a number beyond 64 bits never becomes a short wait");
}

int
main(void)
{
	test_clean();
	test_clean_broken();
	test_clean_cut();
	test_next();
	test_put();
	test_hashes();
	test_no_hashes();
	test_placeholders();
	test_addresses();
	test_no_addresses();
	test_iso();
	test_no_iso();
	test_formats();
	test_next_times();
	test_retry_after();
	test_retry_after_huge();
	return done_testing();
}
