/*
 * test_report.c - what is read from a file report, and what is refused.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <stdlib.h>

#include "enricher/report.h"
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
	*ok_out = report_parse(&r, text, strlen(text), &h, &e);
	if (!*ok_out)
		printf("# %s\n", e.text);
	return r;
}

static void
check_verdict(const char *attributes, const char *want, const char *words)
{
	bool parsed;
	struct report r = parse(attributes, SHA256, &parsed);

	is_text(parsed ? report_verdict(&r, &RULES) : "(refused)", want, words);
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
check_family(const char *text, const char *family, const char *source, const char *words)
{
	bool parsed;
	struct report r = parse(text, SHA256, &parsed);

	is_text(r.family, family, words);
	is_text(r.family_source, source, "... and who named it");
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
		STATS(0, 0, 9,
		    0) ",\"known_distributors\":{\"distributors\":[\"Example Corp\"]}"),
	    "known_good", "a known distributor");
	check_verdict(
	    FRAME(SHA256,
		STATS(1, 0, 60,
		    0) ",\"known_distributors\":{\"distributors\":[\"Example Corp\"]}"),
	    "suspicious", "a known distributor does not outweigh a detection");
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

static void
test_families(void)
{
	check_family(
	    FRAME(SHA256,
		CLASSES("\"popular_threat_name\":[{\"value\":\"Mirai\",\"count\":3}]")),
	    "mirai", "virustotal", "VirusTotal's name");
	check_family(
	    FRAME(SHA256,
		CLASSES(
		    "\"popular_threat_name\":[{\"value\":\"cve20214043\",\"count\":3}]")),
	    "cve20214043", "virustotal", "digits of a name stay");
	check_family(FRAME(SHA256, CLASSES("\"suggested_threat_label\":\"trojan.\"")), "",
	    NULL, "a label without a name");
	check_family(
	    FRAME(SHA256,
		CLASSES("\"popular_threat_name\":[{\"value\":\"msil\",\"count\":9}]")),
	    "", NULL, "a platform is no family");
	check_family(
	    FRAME(SHA256, RESULTS(ENGINE("A", "Generic.Linux.Medusa.C.1") "," ENGINE(
			      "B", "Generic.Linux.Medusa.C.1") "," ENGINE("C",
			      "Generic.Linux.Medusa.C.1") "," ENGINE("D",
			      "Linux/Mirai.A") "," ENGINE("E",
			      "Backdoor.Mirai!x") "," ENGINE("F", "Shell.Downloader"))),
	    "mirai", "vote", "equal labels of one engine's brands count once");
	check_family(FRAME(SHA256, RESULTS(ENGINE("A", "Linux/Tsunami.x"))), "", NULL,
	    "one label is no vote");
	check_family(FRAME(SHA256, RESULTS(ENGINE("A", "Bot.Bashlite") "," ENGINE(
				       "B", "ELF/Gafgyt.1"))),
	    "gafgyt", "vote", "two spellings of one family");
}

int
main(void)
{
	test_fields();
	test_verdicts();
	test_refusals();
	test_hostile();
	test_families();
	return done_testing();
}
