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
	if (!file_report_parse(&r, buf_text(&body), body.len, &asked, &e))
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
	check(NAME("mirai", 2), LABELS("Linux.Mirai.a", "Linux.Mirai.a", "ELF/MIRAI"),
	    "mirai", "virustotal", 3,
	    "each engine of the report that uses it is counted");
	check(NAME("hosts2", 6) "," NAME("qhost7", 3), NOBODY, "qhost7", "virustotal", 3,
	    "the next name where the first is none; its digits stay");
	check(NAME("malformed", 9) "," NAME("dllhijacker", 4), NOBODY, "", NULL, 0,
	    "what is wrong with a file, or how it works, is no family");
	check(
	    NAME("cve20214043", 3), NOBODY, "", NULL, 0, "a vulnerability is no family");
	check(NAME("eicar", 52) "," NAME("test", 4), NOBODY, "eicar", "virustotal", 52,
	    "the test file is called by its name");
	check(NAME("tedy", 21) "," NAME("lazy", 9) "," NAME("ser", 3), NOBODY, "", NULL,
	    0, "what a machine calls files that look alike is no family");
	check(NAME("multiverse", 4) "," NAME("kinsing", 3), NOBODY, "kinsing",
	    "virustotal", 3, "... the next name is");
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
		"Generic.Linux.Medusa.C.1", "Generic.Linux.Medusa.C.1 (B)",
		"Linux/Mirai.A", "Backdoor.Mirai!x", "Shell.Downloader", "ELF:Mirai-Z"),
	    "mirai", "vote", 3, "equal labels of one engine's brands count once");
	check("",
	    LABELS("Linux/Mirai.A", "Linux/Mirai.A", "Backdoor.Mirai!x", "ELF:Mirai-Z",
		"Linux/Mirai.A"),
	    "mirai", "vote", 5, "each engine that uses the name is counted");
	check(NAME("msil", 12), LABELS("MSIL.Orcus.1", "Trojan.Orcus2", "RAT:Orcus"),
	    "orcus", "vote", 3, "the engines vote when VirusTotal has only a platform");
	check("", LABELS("Linux/Tsunami.x", "Tsunami.y", "Linux/Tsunami.x"), "", NULL, 0,
	    "two different labels are no vote");
	check("", LABELS("Bot.Bashlite", "ELF/Gafgyt.1", "Qbot.a"), "gafgyt", "vote", 3,
	    "three spellings of one family");
	check("", LABELS("Mirai.Mirai.Mirai", "Other", "Third"), "", NULL, 0,
	    "a label that repeats a word votes once");
	check("", LABELS("Trojan.beefc0ffee01", "W32.beefc0ffee01", "Mal.beefc0ffee01"),
	    "", NULL, 0, "parts of the file's own hash are no name");
	check("",
	    LABELS("Trojan.Linux.Miner.enjc", "Riskware.Elf.Agent.enjc",
		"Coin.Miner.B.enjc"),
	    "", NULL, 0, "the letters of a variant are no name");
	check("", LABELS("trojan.linux.kinsing", "unix.bot.kinsing", "a.b.kinsing"),
	    "kinsing", "vote", 3, "a name in small letters is one");
	check("",
	    LABELS("Gen:Variant.Fragtor.12", "Trojan.Fragtor.D1F", "exe.trojan.fragtor",
		"Trojan:Linux/Multiverse", "Trojan.Linux.Multiverse.4!c",
		"elf.trojan.multiverse", "Tool.BtcMine.1", "Tool.Linux.BtcMine.2",
		"Riskware.Elf64.BtcMine.abcdef"),
	    "", NULL, 0, "a machine's names for files that look alike are no name");
	check("",
	    LABELS("Gen:Variant.Abcdefgh.12", "Gen:Variant.Abcdefgh.12 (B)",
		"Trojan.Abcdefgh.D1F", "exe.trojan.abcdefgh"),
	    "", NULL, 0, "... nor is what one engine calls so and others repeat");
	check("",
	    LABELS("Gen:Variant.Backdoor.Linux.Kinsing.1", "ELF/Kinsing.A!tr",
		"Linux.Kinsing.7"),
	    "kinsing", "vote", 3, "a name after the kind counts");
	check("", LABELS("a.b.c", "a.b.d", "a.b.e"), "", NULL, 0,
	    "short words are no name");
	check("",
	    LABELS("\\u0000Wild.Kinsing", "\xc3\xa9/Kinsing.a", "Kinsing!\xe3\x81\x82"),
	    "kinsing", "vote", 3, "labels in any alphabet do no harm");
}

/* Engines that agree on such words know no name. */
static void
test_words_that_are_no_names(void)
{
	check("", LABELS("HEUR/AGEN.1300001", "TR/Agen.a", "Trojan.Agen.b"), "", NULL, 0,
	    "a heuristic");
	check("",
	    LABELS("malicious (high confidence)", "Malicious.high.ml.score",
		"W.high.confidence"),
	    "", NULL, 0, "how sure a model is");
	check("", LABELS("Krypt.a", "W32/Kryptik.B", "Trojan.Krypt.c"), "", NULL, 0,
	    "encryption");
	check("",
	    LABELS("RiskTool.AndroidOS.x", "Android.RiskTool.y", "AndroidOS/RiskTool.z"),
	    "", NULL, 0, "a tool, a platform");
	check("", LABELS("Linux.BitCoinMiner.a", "BitcoinMiner", "Riskware/BitCoinMiner"),
	    "", NULL, 0, "what it mines");
	check("", LABELS("Trojan.Blocker.a", "Ransom.Blocker", "Win32.Blocker"), "", NULL,
	    0, "that it blocks");
	check("", LABELS("Trojan.Injector.a", "Injector!1", "W32/DllInjector"), "", NULL,
	    0, "that it injects");
	check("", LABELS("Trojan.Generic.Agent", "Agent.Generic", "HEUR:Trojan"), "",
	    NULL, 0, "generic words");
	check("", LABELS("TROJ_GEN.R002C0PA1", "R002C0.a", "Backdoor.R002C0"), "", NULL,
	    0, "numbers of signatures");
	check("", LABELS("Trojan.Save.a", "Win32.Save.b", "Save.c"), "", NULL, 0,
	    "an engine's own name");
	check("", LABELS("Linux.ShellAgent.a", "ShellAgent", "Script.ShellAgent"), "",
	    NULL, 0, "that it is an agent");
	check("",
	    LABELS("AI:Kestrel.1", "Kestrel (score: 99)", "ML.Kestrel", "Kestrel.Unsafe"),
	    "", NULL, 0, "guesses of models do not vote");
}

static void
check_cve(const char *const *labels, const char *cve, const char *words)
{
	struct report r = report_of("", labels);

	is_text(r.cve, cve, words);
	is_text(r.family, "", "... and no family");
	report_done(&r);
}

static void
test_vulnerabilities(void)
{
	check_cve(LABELS("Exploit:Linux/CVE-2021-4034.A", "HEUR:Exploit.CVE-2021-4034.b",
		      "ELF/CVE_2021_4034!x", "Exploit.CVE-2017-11882"),
	    "CVE-2021-4034", "the number that most engines name");
	check_cve(LABELS("Exp.cve20170199.a", "RTF/CVE20170199", "Exp/CVE-2017-0199"),
	    "CVE-2017-0199", "however they write it");
	check_cve(LABELS("Exploit.CVE-2021-4034", "Trojan.Agent"), "",
	    "one engine is not enough");
	check_cve(
	    LABELS("CVE-3021-4034", "CVE-2021", "XCVE-2021-4034", "cve-2021-123456789"),
	    "", "what is no number of a vulnerability");
}

int
main(void)
{
	test_virustotals_name();
	test_votes();
	test_words_that_are_no_names();
	test_vulnerabilities();
	return done_testing();
}
