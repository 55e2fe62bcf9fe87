/*
 * test_time.c - times as strangers write them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"

#include "tests/unit/tap.h"

#define NOW_S 1000000000 /* Sun, 09 Sep 2001 01:46:40 GMT */

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

static void
check_duration(const char *text, int64_t want, const char *written, const char *words)
{
	auto_buf out = BUF_INIT(40);
	int64_t got = -1;

	ok(time_parse_duration(text, &got), words);
	is_int(got, want, "... and its seconds");
	time_put_duration(&out, got);
	is_text(buf_text(&out), written, "... and how they are written");
}

static void
test_durations(void)
{
	static const char *const OTHERS[] = { "", "s", "5", "5w", "5S", "5 s", " 5s",
		"+5s", "-5s", "1.5h", "1h30m", "0x5s", "5ss" };
	int64_t got = 77;
	bool refused = true;

	check_duration("0s", 0, "0s", "no time");
	check_duration("90s", 90, "90s", "seconds");
	check_duration("120s", 120, "2m", "whole minutes");
	check_duration("1d", DAY_S, "24h", "one day");
	check_duration("48h", 2 * DAY_S, "2d", "two days");
	for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++)
		refused = refused && !time_parse_duration(OTHERS[i], &got);
	ok(refused && got == 77, "anything else is none, and changes nothing");
	ok(time_parse_duration("99999999999999999999s", &got) && got == INT64_MAX,
	    "too many digits: the largest");
	ok(time_parse_duration("9223372036854775807d", &got) && got == INT64_MAX,
	    "too many days: the largest");
}

int
main(void)
{
	test_iso();
	test_no_iso();
	test_formats();
	test_next_times();
	test_retry_after();
	test_retry_after_huge();
	test_durations();
	return done_testing();
}
