/*
 * test_dates.c - dates in both languages and in zones with and without a name of their own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/calendar.h"
#include "publisher/page/date.h"
#include "tests/unit/tap.h"

#define NIGHT 1763852405 /* 22 November 2025 23:00:05 UTC */
#define NEW_YEAR 1767225599 /* 31 December 2025 23:59:59 UTC */
#define SUMMER 1751328000 /* 1 July 2025 00:00 UTC */

static void
check(const char *zone, enum language language, enum date_form form, int64_t at,
    const char *want)
{
	auto_buf out = BUF_INIT(128), plain = BUF_INIT(128);

	calendar_zone(zone);
	date_put(&out, language, form, at);
	/* No-break spaces are shown as tildes here, word joiners as plus signs. */
	for (const char *p = buf_text(&out); *p != '\0'; p++) {
		bool no_break = strncmp(p, "\u00a0", 2) == 0;
		bool joiner = strncmp(p, "\u2060", 3) == 0;

		buf_putc(&plain, joiner ? '+' : no_break ? '~' : *p);
		p += joiner ? 2 : no_break;
	}
	is_text(buf_text(&plain), want, zone);
}

static void
test_english(void)
{
	check("UTC", LANGUAGE_EN, DATE_SHORT, NIGHT, "22~Nov~2025");
	check("UTC", LANGUAGE_EN, DATE_LONG, NIGHT, "22~November~2025");
	check("UTC", LANGUAGE_EN, DATE_MINUTE, NIGHT, "22~Nov~2025 23:00~UTC");
	check("UTC", LANGUAGE_EN, DATE_HOUR, NIGHT, "22~Nov~2025, 23:00–+24:00~UTC");
	check("UTC", LANGUAGE_EN, DATE_HOURS, SUMMER, "00:00–+01:00");
	check("UTC", LANGUAGE_EN, DATE_MINUTE, 0, "1~Jan~1970 00:00~UTC");
}

static void
test_japanese(void)
{
	check("Asia/Tokyo", LANGUAGE_JA, DATE_SHORT, NEW_YEAR, "2026/01/01");
	check("Asia/Tokyo", LANGUAGE_JA, DATE_LONG, NEW_YEAR, "2026年1月1日");
	check("Asia/Tokyo", LANGUAGE_JA, DATE_MINUTE, NIGHT, "2025/11/23 08:00~JST");
	check("Asia/Tokyo", LANGUAGE_JA, DATE_HOUR, NIGHT, "2025/11/23 8時台~JST");
	check("Asia/Tokyo", LANGUAGE_JA, DATE_HOURS, NIGHT, "8時台");
}

static void
test_zones(void)
{
	check("Europe/Berlin", LANGUAGE_EN, DATE_MINUTE, SUMMER, "1~Jul~2025 02:00~CEST");
	check("Europe/Berlin", LANGUAGE_EN, DATE_MINUTE, NIGHT, "23~Nov~2025 00:00~CET");
	check("Asia/Tehran", LANGUAGE_EN, DATE_MINUTE, NIGHT,
	    "23~Nov~2025 02:30~UTC+03:30");
	check("America/Sao_Paulo", LANGUAGE_EN, DATE_MINUTE, NIGHT,
	    "22~Nov~2025 20:00~UTC-03:00");
	calendar_zone("Europe/Berlin");
	ok(!date_same_zone(SUMMER, NIGHT), "summer time is another zone");
	ok(date_same_zone(NIGHT, NEW_YEAR), "winter is one");
}

int
main(void)
{
	test_english();
	test_japanese();
	test_zones();
	return done_testing();
}
