/*
 * test_days.c - which days are counted, what is asked about them, and what is kept of the answer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/day_indices.h"
#include "collector/days/body.h"
#include "collector/store/days.h"
#include "common/base/calendar.h"
#include "common/base/time.h"
#include "tests/unit/with_db.h"

#define HOUR 3600
#define DAY 86400

static int64_t
instant(const char *text)
{
	int64_t at = 0;

	if (!time_parse_iso(text, &at))
		die(text);
	return at;
}

/* ---- days */

static void
check_day(const struct day *d, const char *date, const char *from, int64_t hours)
{
	is_text(d->date, date, "the date");
	is_int(d->from_at, instant(from), "begins");
	is_int((d->to_at - d->from_at) / HOUR, hours, "has so many hours");
}

static void
test_plan(void)
{
	struct day d, next;

	calendar_zone("UTC");
	plan_first(&d, instant("2026-11-20T14:20:00Z"));
	check_day(&d, "2026-11-20", "2026-11-20T00:00:00Z", 24);
	is_int(d.look_at, d.to_at + 900, "is counted soon after its end");
	is_int(plan_look(&d, 4), d.to_at + 7 * DAY, "and for the last time a week later");
	is_int(plan_look(&d, 5), 0, "then no more");

	calendar_zone("America/New_York");
	plan_first(&d, instant("2026-11-01T12:00:00Z"));
	check_day(&d, "2026-11-01", "2026-11-01T04:00:00Z", 25);
	calendar_zone("Australia/Lord_Howe");
	plan_first(&d, instant("2026-10-04T06:00:00Z"));
	is_int(d.to_at - d.from_at, 23 * HOUR + HOUR / 2, "a day of half an hour less");
	calendar_zone("America/Santiago");
	plan_first(&d, instant("2026-09-06T12:00:00Z"));
	check_day(&d, "2026-09-06", "2026-09-06T04:00:00Z", 23);

	calendar_zone("Pacific/Apia");
	plan_first(&d, instant("2011-12-30T00:00:00Z"));
	plan_next(&next, &d);
	is_text(d.date, "2011-12-29", "the day before the one that Apia skipped");
	is_text(next.date, "2011-12-31", "is followed by the one after it");
	is_int(next.from_at, d.to_at, "at once");
}

static void
test_zone_change(void)
{
	struct day d, next;

	calendar_zone("UTC");
	plan_first(&d, instant("2026-11-20T12:00:00Z"));
	calendar_zone("Asia/Tokyo");
	plan_next(&next, &d);
	check_day(&next, "2026-11-21", "2026-11-21T00:00:00Z", 15);
	calendar_zone("America/New_York");
	plan_next(&next, &d);
	check_day(&next, "2026-11-21", "2026-11-21T00:00:00Z", 29);
	calendar_zone("Etc/GMT+12");
	plan_first(&d, instant("2026-11-20T13:00:00Z"));
	calendar_zone("Pacific/Kiritimati");
	plan_next(&next, &d);
	is_text(
	    next.date, "2026-11-22", "a date that is over before it begins is skipped");
	ok(next.from_at == d.to_at && next.to_at > next.from_at, "and no hour is lost");
	calendar_zone("UTC");
}

static struct cursor
cursor_of(const char *index, int64_t position, int64_t checkpoint)
{
	struct cursor c = { .position = position, .checkpoint = checkpoint };

	BUF_FIXED(c.index, "%s", index);
	return c;
}

static void
test_indices(void)
{
	struct cursor all[] = { cursor_of("logstash-2026.11.19", 4, 4),
		cursor_of("logstash-2026.11.20", 9, 9),
		cursor_of("logstash-2026.11.21", 5, 5),
		cursor_of("logstash-2026.11.22", 7, 7) };
	struct cursor_list list = { .items = all, .count = 4 };
	struct day_indices in;
	struct day d;

	calendar_zone("Asia/Tokyo");
	plan_first(&d, instant("2026-11-21T00:00:00Z"));
	day_indices_find(&in, &d, &list);
	is_text(buf_text(&in.names), "logstash-2026.11.20,logstash-2026.11.21",
	    "the UTC days that a local day touches");
	ok(in.read && in.whole, "all there, and read");
	is_int(in.checkpoint, 16, "the numbers that were read");
	buf_done(&in.names);

	all[2].checkpoint = 6;
	all[1] = cursor_of("cowrie", 9, 9);
	day_indices_find(&in, &d, &list);
	is_text(buf_text(&in.names), "cowrie,logstash-2026.11.21",
	    "an index without a day may hold any");
	ok(!in.read && in.whole, "one is not read yet");
	buf_done(&in.names);

	list.count = 1;
	day_indices_find(&in, &d, &list);
	ok(!in.whole && in.shards == 0, "no index of the day");
	buf_done(&in.names);
	calendar_zone("UTC");
}

/* ---- the request */

static char *
body_with(const char *monitor)
{
	char address[] = "203.0.113.10", name[] = "my-sensor", copy[64], *body;
	char *own_items[] = { address, name };
	char *monitor_items[] = { NULL };
	struct list own = { own_items, 2 }, monitors = { monitor_items, 1 };
	struct day_question q = { .from_at = 1795186800 + 1800,
		.to_at = 1795186800 + DAY,
		.own = &own,
		.monitors = &monitors };
	struct err e = ERR_NONE;

	snprintf(copy, sizeof copy, "%s", monitor);
	monitor_items[0] = copy;
	body = body_of_day(&q, &e);
	if (body == NULL)
		die(e.text);
	return body;
}

static void
check_monitor(const char *monitor, const char *part)
{
	auto_free char *body = body_with(monitor);

	if (strstr(body, part) == NULL)
		printf("# %.900s\n", body);
	ok(strstr(body, part) != NULL, part);
}

static void
test_body(void)
{
	struct err e = ERR_NONE;
	auto_free char *body = body_with("192.0.2.4");
	auto_json *root = json_parse(body, strlen(body), &e);
	int64_t n = 0;

	ok(root != NULL, "the request is JSON");
	printf("# %zu bytes\n", strlen(body));
	ok(strlen(body) < 9000, "and small");
	json_int(json_each(root, "query.bool.filter", NULL), "range.@timestamp.gte", &n);
	is_int(n, (int64_t)(1795186800 + 1800) * 1000, "from the first second");
	ok(strstr(body, "\"offset\":\"+1800s\"") != NULL, "hours begin with the day");
	ok(strstr(body, "[\"203.0.113.10\",\"192.0.2.4\"]") != NULL,
	    "own addresses and monitors are left out, names are no addresses");
	check_monitor("192.0.2.0/24", "\"(192)\\\\.(0)\\\\.(2)\\\\..*\"");
	check_monitor("10.20.0.0/14", "\"(10)\\\\.(20|21|22|23)\\\\..*\"");
	check_monitor(
	    "192.0.2.252/30", "\"(192)\\\\.(0)\\\\.(2)\\\\.(252|253|254|255)\"");
	check_monitor("0.0.0.0/0", "\"[0-9]+\\\\..*\"");
	check_monitor("128.0.0.0/1", "|254|255)\\\\..*\"");
	check_monitor("2001:db8:5::/48", "{\"term\":{\"geoip.ip\":\"2001:db8:5::/48\"}}");
}

/* ---- the answer */

#define HEAD "{\"timed_out\":false,\"_shards\":{\"total\":2,\"failed\":0}"
#define FROM INT64_C(1795186800)

static const char ANSWER[] = HEAD
    ",\"aggregations\":{\"documents\":{\"doc_count\":30},"
    "\"types\":{\"buckets\":[{\"key\":\"Cowrie\",\"doc_count\":20},{\"key\":\"Newpot\",\"doc_count\":1},"
    "{\"key\":\"Suricata\",\"doc_count\":9}]},"
    "\"attacks\":{\"doc_count\":20,\"sources\":{\"value\":7},"
    "\"loudest\":{\"buckets\":[{\"key\":\"198.51.100.9\",\"doc_count\":11}]},"
    "\"hour\":{\"buckets\":[{\"key\":1795190400000,\"doc_count\":20,\"h\":{\"buckets\":"
    "[{\"key\":\"Cowrie\",\"doc_count\":20}]}}]},"
    "\"honeypot\":{\"buckets\":[{\"key\":\"Cowrie\",\"doc_count\":20,\"s\":{\"value\":7}}]},"
    "\"asn\":{\"buckets\":[{\"key\":64500,\"doc_count\":3,\"s\":{\"value\":2},\"l\":{\"buckets\":"
    "[{\"key\":\"Example\",\"doc_count\":3}]}}]},"
    "\"city\":{\"buckets\":[{\"key\":\"\",\"doc_count\":3},{\"doc_count\":1},{\"key\":{\"a\":1},\"doc_count\":1}]}},"
    "\"visits\":{\"doc_count\":4},"
    "\"web_path\":{\"path\":{\"buckets\":[{\"key\":\"/\",\"doc_count\":2,\"s\":{\"value\":2}}]}},"
    "\"web_uri\":{\"path\":{\"buckets\":[{\"key\":\"/\",\"doc_count\":3,\"s\":{\"value\":1}}]}},"
    "\"web_galah_http\":{\"path\":{\"buckets\":[{\"key\":\"/new\",\"doc_count\":4}]}},"
    "\"commands\":{\"command\":{\"buckets\":[{\"key\":\"a\\u0000b\\ud800\",\"doc_count\":-5}]}}}}";

static const struct day_count *
count_of(const struct day_counts *c, const char *dimension, const char *value)
{
	static const struct day_count none = { .events = -1, .sources = -1 };

	for (size_t i = 0; i < c->count; i++)
		if (strcmp(c->items[i].dimension, dimension) == 0 &&
		    strcmp(c->items[i].value, value) == 0)
			return &c->items[i];
	return &none;
}

static void
test_answer(void)
{
	struct day_counts c;
	struct err e = ERR_NONE;

	ok(counts_read(&c, ANSWER, sizeof ANSWER - 1, FROM, &e), "an answer is read");
	is_int(c.events, 20, "events");
	is_int(c.sources, 7, "sources");
	is_int(c.sessions, 4, "sessions");
	is_int(c.loudest, 11, "the loudest address");
	is_int(c.unknown_count, 1, "a type that is in no list");
	is_text(c.unknown[0], "Newpot", "by name");
	is_int(count_of(&c, "hour", "01")->events, 20, "an hour");
	is_int(count_of(&c, "hour", "01 Cowrie")->events, 20, "an hour of a honeypot");
	is_text(count_of(&c, "asn", "64500")->label, "Example", "a number with a label");
	is_int(count_of(&c, "city", "")->events, -1, "empty and odd keys are dropped");
	is_int(
	    count_of(&c, "path", "/")->events, 5, "two fields of one dimension add up");
	is_int(count_of(&c, "path", "/")->sources, -1, "but their sources do not");
	is_int(count_of(&c, "path", "/new")->events, 4, "as newer T-Pots spell it");
	is_int(count_of(&c, "command", "a\uFFFDb\uFFFD")->events, 0,
	    "hostile texts are cleaned, odd numbers are none");
	counts_done(&c);
}

static void
check_fault(const char *answer, enum fault want, const char *words)
{
	struct day_counts c;
	struct err e = ERR_NONE;
	bool good = counts_read(&c, answer, strlen(answer), FROM, &e);

	is_int(good ? FAULT_NONE : e.fault, want, words);
	counts_done(&c);
}

static void
test_faults(void)
{
	check_fault("{\"timed_out\":false,\"_shards\":{\"total\":0,\"failed\":0}}",
	    FAULT_NONE, "no index is an answer");
	check_fault(HEAD "}", FAULT_RETRY, "no totals");
	check_fault(
	    "{\"timed_out\":true,\"_shards\":{\"total\":1,\"failed\":0},\"aggregations\":{\"documents\":"
	    "{\"doc_count\":0},\"attacks\":{\"doc_count\":0}}}",
	    FAULT_RETRY, "it timed out");
	check_fault(
	    "{\"timed_out\":false,\"_shards\":{\"total\":2,\"failed\":1},\"aggregations\":{\"documents\":"
	    "{\"doc_count\":0},\"attacks\":{\"doc_count\":0}}}",
	    FAULT_RETRY, "a shard failed");
	check_fault(HEAD
	    ",\"aggregations\":{\"documents\":{\"doc_count\":9},\"types\":{\"buckets\":[]},"
	    "\"attacks\":{\"doc_count\":0}}}",
	    FAULT_REJECT, "documents without types are not T-Pot's: not \"no attacks\"");
	check_fault(HEAD
	    ",\"aggregations\":{\"documents\":{\"doc_count\":0},\"attacks\":{\"doc_count\":0}}}",
	    FAULT_NONE, "an empty day");
	check_fault("<html>", FAULT_RETRY, "a page");
}

/* ---- the database */

static void
keep(const struct day *day, struct day_counts *c, int64_t now, bool want_changed,
    const char *words)
{
	const struct day_next next = { .look_at = now + 1, .looks = 1 };
	struct err e = ERR_NONE;
	bool changed = !want_changed;

	ok(store_day_counted(&db, day, c, &next, 5, now, &changed, &e), "stored");
	ok(changed == want_changed, words);
}

static void
test_store(void)
{
	char cowrie[] = "Cowrie";
	struct day_count one = {
		.dimension = "honeypot", .value = cowrie, .events = 3, .sources = 2
	};
	struct day_counts c = { .events = 3, .sources = 2, .items = &one, .count = 1 };
	struct day day;
	struct err e = ERR_NONE;
	bool found;

	db_fresh();
	plan_first(&day, instant("2026-11-20T12:00:00Z"));
	ok(store_day_begin(&db, "main", "UTC", &day, &e), "a day begins");
	ok(store_day_due(&db, "main", &day, &found, &e) && found, "and is due some time");
	is_int(day.counted_at, 0, "it is not counted");
	keep(&day, &c, 1000, true, "the first numbers are new");
	keep(&day, &c, 2000, false, "the same again are not");
	is_int(number("SELECT counted_at FROM day"), 1000, "and leave the time");
	one.sources = -1;
	keep(&day, &c, 3000, true, "other sources are");
	is_int(number("SELECT sources IS NULL FROM day_count"), 1, "they are stored");
	is_int(number("SELECT complete FROM day"), 1, "the day is complete");
	ok(store_days_not_begun(&db, "main", day.from_at, &e), "a clock is right");
	is_int(number("SELECT count(*) FROM day"), 1, "a day that has begun stays");
	ok(store_days_not_begun(&db, "main", day.from_at - 1, &e), "a clock was ahead");
	is_int(
	    number("SELECT count(*) FROM day_count"), 0, "its day goes with its numbers");
}

int
main(void)
{
	db_directory_make();
	test_plan();
	test_zone_change();
	test_indices();
	test_body();
	test_answer();
	test_faults();
	test_store();
	db_close(&db);
	return done_testing();
}
