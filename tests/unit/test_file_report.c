/*
 * test_file_report.c - what is read from a file report, and what is refused.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>

#include "common/base/buf.h"
#include "enricher/providers/virustotal/file_report.h"
#include "tests/unit/tap.h"

#define SHA256 "15a0c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345"
#define SHA1 "15a0c0ffee0123456789abcdef0123456789abcd"
#define MD5 "15a0c0ffee0123456789abcdef012345"
#define FRAME(id, attributes)                                       \
	"{\"data\":{\"id\":\"" id                                   \
	"\",\"type\":\"file\",\"attributes\":{\"sha256\":\"" SHA256 \
	"\",\"sha1\":\"" SHA1 "\",\"md5\":\"" MD5 "\"" attributes "}}}"
#define STATS(m, s, u, h)                                                   \
	",\"last_analysis_stats\":{\"malicious\":" #m ",\"suspicious\":" #s \
	",\"undetected\":" #u ",\"harmless\":" #h                           \
	",\"timeout\":3,\"type-unsupported\":9}"
#define ENGINE(name, label) \
	"\"" name "\":{\"category\":\"malicious\",\"result\":\"" label "\"}"
#define RESULTS(engines) ",\"last_analysis_results\":{" engines "}"
#define CLASSES(text) ",\"popular_threat_classification\":{" text "}"

static const struct verdict_rules RULES = { .malicious_from = 5, .verdicts_min = 40 };

static struct report
parse(const char *text, const char *asked, bool *ok_out)
{
	struct err e = ERR_NONE;
	struct report r;
	struct hash h = { .kind = HASH_NONE };

	hash_parse(&h, asked, strlen(asked));
	*ok_out = file_report_parse(&r, text, strlen(text), &h, &e);
	if (!*ok_out)
		printf("# %s\n", e.text);
	return r;
}

static void
check_verdict(const char *attributes, const char *want, const char *words)
{
	bool parsed;
	struct report r = parse(attributes, SHA256, &parsed);

	is_text(parsed ? file_report_verdict(&r, &RULES) : "(refused)", want, words);
	report_done(&r);
}

static void
check_refused(const char *text, const char *asked, const char *words)
{
	bool parsed;
	struct report r = parse(text, asked, &parsed);

	ok(!parsed, words);
	report_done(&r);
}

static void
test_fields(void)
{
	bool parsed;
	struct report r = parse(
	    FRAME(SHA256,
		STATS(45, 0, 18,
		    0) ",\"size\":92416,\"last_analysis_date\":1771300000,"
		       "\"first_submission_date\":1771200000,\"type_description\":"
		       "\"ELF\","
		       "\"magic\":\"ELF "
		       "32-bit\",\"meaningful_name\":\"a\\u0000b\",\"tags\":[\"elf\",7,"
		       "\"upx\"]" CLASSES(
			   "\"suggested_threat_label\":\"trojan.mirai\","
			   "\"popular_threat_category\":[{\"value\":\"trojan\",\"count\":"
			   "9}],"
			   "\"popular_threat_name\":[{\"value\":\"mirai\",\"count\":33}]")
			   RESULTS(ENGINE("Alpha",
			       "Linux.Mirai.1") ",\"Beta\":{\"category\":\"undetected\","
						"\"result\":null}")),
	    MD5, &parsed);

	ok(parsed, "a report asked for by its MD5 is taken");
	is_text(r.sha256.hex, SHA256, "its SHA-256");
	is_int(r.stats.malicious, 45, "detections");
	is_int(
	    stats_total(&r.stats), 63, "timeouts and unsupported types are no verdicts");
	is_int(r.size, 92416, "size");
	is_int(r.last_analysis_at, 1771300000, "last analysis");
	is_text(r.meaningful_name,
	    "a\xef\xbf\xbd"
	    "b",
	    "a NUL in a name hides nothing");
	is_int(cJSON_GetArraySize(r.tags), 2, "tags that are texts");
	is_int(cJSON_GetArraySize(r.engines), 1, "engines that detect");
	is_text(r.category, "trojan", "category");
	is_text(r.label, "trojan.mirai", "label");
	ok(!r.pua, "a trojan is no unwanted application");
	report_done(&r);
}

#define TLSH "32842BBBE78511F62A1CFDB25A115582ACC50C0DCA973E84BAA794F163CF5F4A2810F7"

static void
check_tlsh(const char *value, const char *digest, const char *words)
{
	bool parsed;
	char text[512];
	struct report r;

	snprintf(text, sizeof text, FRAME(SHA256, ",\"tlsh\":%s"), value);
	r = parse(text, SHA256, &parsed);
	ok(parsed, words);
	is_text(r.tlsh, digest, "... its digest");
	report_done(&r);
}

static void
test_tlsh(void)
{
	check_tlsh("\"T1" TLSH "\"", "T1" TLSH, "a report with a TLSH");
	check_tlsh("\"" TLSH "\"", "T1" TLSH, "one in the old form");
	check_tlsh("\"TNULL\"", "", "a file that is too small for one");
	check_tlsh("\"T1" TLSH "<b>\"", "", "something else in its place");
	check_tlsh("7", "", "a number");
	check_tlsh("null", "", "null");
}

static void
test_verdicts(void)
{
	check_verdict(
	    FRAME(SHA256, STATS(5, 0, 60, 0)), "malicious", "five engines: malicious");
	check_verdict(
	    FRAME(SHA256, STATS(4, 0, 60, 0)), "suspicious", "four: suspicious");
	check_verdict(
	    FRAME(SHA256, STATS(0, 1, 60, 0)), "suspicious", "one that says suspicious");
	check_verdict(
	    FRAME(SHA256, STATS(0, 0, 40, 0)), "undetected", "forty and none against");
	check_verdict(
	    FRAME(SHA256, STATS(0, 0, 39, 0)), "inconclusive", "too few verdicts");
	check_verdict(
	    FRAME(SHA256, STATS(0, 0, 0, 0)), "not_analysed", "no verdict at all");
	check_verdict(FRAME(SHA256, ""), "not_analysed", "no statistics at all");
	check_verdict(FRAME(SHA256, ",\"last_analysis_stats\":null"), "not_analysed",
	    "null statistics");
	check_verdict(
	    FRAME(SHA256,
		",\"last_analysis_stats\":null" RESULTS(ENGINE("A", "x") "," ENGINE(
		    "B", "y") ",\"C\":{\"category\":\"type-unsupported\"}")),
	    "suspicious", "without statistics the results are counted");
	check_verdict(
	    FRAME(SHA256,
		STATS(0, 0, 9,
		    0) ",\"known_distributors\":{\"distributors\":[\"Example Corp\"]}"),
	    "known_good", "a known distributor");
	check_verdict(
	    FRAME(SHA256,
		STATS(1, 0, 60,
		    0) ",\"known_distributors\":{\"distributors\":[\"Example Corp\"]}"),
	    "suspicious", "a known distributor does not outweigh a detection");
	check_verdict(
	    FRAME(SHA256,
		STATS(45, 0, 18,
		    0) ",\"known_distributors\":{\"distributors\":[\"Example Corp\"]}"),
	    "malicious", "... nor many");
	check_verdict(FRAME(SHA256, STATS(5, 0, 60, 0) RESULTS(ENGINE("A", "x"))),
	    "malicious", "a list that is cut short");
}

static void
check_dates(const char *date, int64_t want, const char *words)
{
	bool parsed;
	char text[512];
	struct report r;

	snprintf(text, sizeof text,
	    FRAME(SHA256, ",\"last_analysis_date\":%s,\"first_submission_date\":%s"),
	    date, date);
	r = parse(text, SHA256, &parsed);
	is_int(r.last_analysis_at, want, words);
	is_int(r.first_submission_at, want, "... of the first submission too");
	report_done(&r);
}

static void
test_dates(void)
{
	check_dates("1771300000", 1771300000, "a date");
	check_dates("1771300000000", -1, "milliseconds");
	check_dates("\"1771300000\"", -1, "a text");
	check_dates("1771300000.7", -1, "a fraction");
}

static void
test_refusals(void)
{
	check_refused("<html>please wait</html>", SHA256, "a page is no report");
	check_refused("", SHA256, "nothing is no report");
	check_refused("{\"data\":null}", SHA256, "null is no report");
	check_refused(
	    "{\"data\":{\"id\":7,\"type\":\"file\"}}", SHA256, "a number is no id");
	check_refused(
	    FRAME("25a0c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345", ""),
	    SHA256, "an id that is not the file's SHA-256");
	check_refused(FRAME(SHA256, ""), "25a0c0ffee0123456789abcdef012345",
	    "another file's report");
	check_refused("{\"data\":{\"id\":\"" SHA256
		      "\",\"type\":\"url\",\"attributes\":{}}}",
	    SHA256, "a report of another kind");
	check_refused(FRAME(SHA256, "") "x", SHA256, "bytes behind the end");
}

static void
test_hostile(void)
{
	bool parsed;
	struct report r = parse(FRAME(SHA256,
				    ",\"meaningful_name\":\"\\ud800x\",\"size\":1e999,"
				    "\"last_analysis_date\":\"soon\","
				    "\"first_submission_date\":-5,\"tags\":\"one\","
				    "\"last_analysis_results\":[1,2]"),
	    SHA256, &parsed);

	ok(parsed, "a lone surrogate does not cost the report");
	is_int(r.size, -1, "an endless size is absent");
	is_int(r.last_analysis_at, -1, "a text is no instant");
	is_int(r.first_submission_at, -1, "a negative instant is absent");
	is_int(cJSON_GetArraySize(r.engines), 0, "numbers are no engines");
	report_done(&r);
}

/* A report of an odd but legal shape is taken whole. */
static struct report
take(const char *attributes, const char *words)
{
	bool parsed;
	struct report r = parse(attributes, SHA256, &parsed);

	ok(parsed, words);
	return r;
}

static void
test_odd_shapes(void)
{
	struct report r = take(
	    FRAME(SHA256, STATS(7, 0, 58, 0) CLASSES(
			      "\"suggested_threat_label\":\"trojan.\","
			      "\"popular_threat_category\":[{\"value\":\"trojan\"}]")),
	    "a label without a name");

	is_text(r.label, "trojan", "... loses its dot");
	report_done(&r);
	r = take(
	    FRAME(SHA256, CLASSES("\"suggested_threat_label\":\".\"")), "a lone dot");
	is_text(r.label, "", "... is no label");
	report_done(&r);
	r = take(FRAME(SHA256, STATS(35, 0, 24, 0)), "no classification");
	is_text(r.label, "", "... no label");
	is_text(r.category, NULL, "... no category");
	report_done(&r);
	r = take(FRAME(SHA256,
		     ",\"last_analysis_stats\":null,"
		     "\"last_analysis_results\":null,\"names\":null,"
		     "\"tags\":null,\"popular_threat_classification\":null"),
	    "nulls where objects are due");
	is_int(r.last_analysis_at, -1, "... and no date");
	is_int(cJSON_GetArraySize(r.tags), 0, "... and no tags");
	report_done(&r);
	r = take(FRAME(SHA256,
		     ",\"macho_info\":[{\"size_cmds\":18446744073709551615}],"
		     "\"bundle_info\":{\"uncompressed_size\":"
		     "3.3356434083164046e+21},\"size\":"
		     "3.3356434083164046e+21,\"first_submission_date\":"
		     "9223372036854775808"),
	    "numbers beyond 2^63");
	is_int(r.size, -1, "... a size that no file has is absent");
	is_int(r.first_submission_at, -1, "... and so is such a date");
	report_done(&r);
	r = take(FRAME(SHA256, ",\"SHA256\":\"x\",\"size\":5,\"Size\":6,\"size\":7"),
	    "keys in two cases and twice");
	is_int(r.size, 5, "... the first of the right case counts");
	report_done(&r);
}

/* Bodies that are too much: refused with a sentence, whatever their size. */
static void
test_too_much(void)
{
	auto_buf brackets = BUF_INIT(2 << 20);
	auto_buf values = BUF_INIT(4 << 20);

	for (int i = 0; i < 1000000; i++)
		buf_putc(&brackets, '[');
	check_refused(buf_text(&brackets), SHA256, "a million brackets");
	buf_puts(&values, "{\"data\":[0");
	for (int i = 0; i < JSON_VALUES_MAX; i++)
		buf_puts(&values, ",0");
	buf_puts(&values, "]}");
	check_refused(buf_text(&values), SHA256, "more values than any report has");
}

/* The largest report seen has 1.1 MB, most of it the exports of a library. */
static void
test_huge(void)
{
	auto_buf body = BUF_INIT(4 << 20);
	bool parsed;
	struct report r;

	buf_puts(&body, "{\"data\":{\"id\":\"" SHA256
			"\",\"type\":\"file\",\"attributes\":{\"sha256\":\"" SHA256
			"\",\"pe_info\":{\"exports\":[\"first\"");
	for (int i = 0; i < 34000; i++)
		buf_printf(&body, ",\n    \"exported_function_name_%d\"", i);
	buf_puts(&body, "]},\"size\":3949944" STATS(0, 0, 72, 0) "}}}");
	ok(body.len > 1100000, "a report of 1.1 MB");
	r = parse(buf_text(&body), SHA256, &parsed);
	ok(parsed, "... is taken");
	is_int(r.size, 3949944, "... what comes behind the bulk too");
	report_done(&r);
}

int
main(void)
{
	test_fields();
	test_tlsh();
	test_verdicts();
	test_dates();
	test_refusals();
	test_hostile();
	test_odd_shapes();
	test_too_much();
	test_huge();
	return done_testing();
}
