/*
 * test_family.c - the family's name: VirusTotal's own where it is one, else what the engines agree on.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/buf.h"
#include "enricher/providers/virustotal/family.h"
#include "enricher/providers/virustotal/file_report.h"
#include "tests/unit/tap.h"

#define SHA256 "beefc0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345"

/* `names`: the inside of popular_threat_name; `labels`: what engines say, NULL-ended. */
static struct report
report_of(const char *names, const char *const *labels)
{
	auto_buf body = BUF_INIT(65536);
	struct hash asked = { .kind = HASH_NONE };
	struct err e = ERR_NONE;
	struct report r;

	buf_printf(&body,
	    "{\"data\":{\"id\":\"%s\",\"type\":\"file\",\"attributes\":{"
	    "\"popular_threat_classification\":{\"popular_threat_name\":[%s]},"
	    "\"last_analysis_results\":{\"Clean\":{\"category\":\"undetected\","
	    "\"result\":null}",
	    SHA256, names);
	for (int i = 0; labels[i] != NULL; i++)
		buf_printf(&body,
		    ",\"Engine %d\":{\"category\":\"malicious\",\"result\":\"%s\"}", i,
		    labels[i]);
	buf_puts(&body, "}}}}");
	hash_parse(&asked, SHA256, strlen(SHA256));
	if (!report_parse(&r, buf_text(&body), body.len, &asked, &e))
		printf("# %s\n", e.text);
	return r;
}

static void
check(const char *names, const char *const *labels, const char *family,
    const char *source, int count, const char *words)
{
	struct report r = report_of(names, labels);

	is_text(r.family, family, words);
	is_text(r.family_source, source, "... by whom");
	if (source != NULL)
		is_int(r.family_count, count, "... and how many agree");
	report_done(&r);
}

#define NAME(value, count) "{\"value\":\"" value "\",\"count\":" #count "}"
#define LABELS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define NOBODY ((const char *const[]){ NULL })

static void
test_virustotals_name(void)
{
	check(NAME("Mirai", 33) "," NAME("gafgyt", 5), NOBODY, "mirai", "virustotal", 33,
	    "the first name, in lower case");
	check(NAME("cve20214043", 3), NOBODY, "cve20214043", "virustotal", 3,
	    "its digits stay");
	check(NAME("eicar", 52) "," NAME("test", 4), NOBODY, "eicar", "virustotal", 52,
	    "the test file is called by its name");
	check(NAME("msil", 9), NOBODY, "", NULL, 0, "a platform is no family");
	check(NAME("w97m", 9), NOBODY, "", NULL, 0, "nor is a document's kind");
	check(NAME("downloader11", 9), NOBODY, "", NULL, 0, "nor a numbered kind");
	check(NAME("<b>", 9), NOBODY, "", NULL, 0, "nor what is no word");
	check("7,{\"value\":[]}", NOBODY, "", NULL, 0, "nor what is no text");
	check("", NOBODY, "", NULL, 0, "nobody knows");
}

static void
test_votes(void)
{
	check("",
	    LABELS("Generic.Linux.Medusa.C.1", "Generic.Linux.Medusa.C.1",
		"Generic.Linux.Medusa.C.1", "Linux/Mirai.A", "Backdoor.Mirai!x",
		"Shell.Downloader"),
	    "mirai", "vote", 2, "equal labels of one engine's brands count once");
	check(NAME("msil", 12), LABELS("MSIL.Orcus.1", "Trojan.Orcus2"), "orcus", "vote",
	    2, "the engines vote when VirusTotal has only a platform");
	check("", LABELS("Linux/Tsunami.x"), "", NULL, 0, "one label is no vote");
	check("", LABELS("Bot.Bashlite", "ELF/Gafgyt.1"), "gafgyt", "vote", 2,
	    "two spellings of one family");
	check("", LABELS("Mirai.Mirai.Mirai", "Other"), "", NULL, 0,
	    "a label that repeats a word votes once");
	check("", LABELS("Trojan.beefc0ffee01", "W32.beefc0ffee01"), "", NULL, 0,
	    "parts of the file's own hash are no name");
	check("", LABELS("Trojan.Generic.Agent", "Agent.Generic", "HEUR:Trojan"), "",
	    NULL, 0, "generic words are no name");
	check("", LABELS("a.b.c", "a.b.d"), "", NULL, 0, "short words are no name");
	check("", LABELS("\\u0000Evil.Kinsing", "\xc3\xa9vil/Kinsing.a"), "kinsing",
	    "vote", 2, "labels in any alphabet do no harm");
}

int
main(void)
{
	test_virustotals_name();
	test_votes();
	return done_testing();
}
