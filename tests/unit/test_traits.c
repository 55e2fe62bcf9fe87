/*
 * test_traits.c - what a report says beside its engines' verdicts: unwanted applications, test files,
 * and what sandboxes and rules recognised.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/buf.h"
#include "enricher/providers/virustotal/detections.h"
#include "enricher/providers/virustotal/file_report.h"
#include "tests/unit/tap.h"

#define SHA256 "7e57c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345"
#define LABELS(...) ((const char *const[]){ __VA_ARGS__, NULL })

static struct report
report_of(const char *attributes, const char *const *labels)
{
	auto_buf body = BUF_INIT(1 << 20);
	struct hash asked = { .kind = HASH_NONE };
	struct err e = ERR_NONE;
	struct report r;

	buf_printf(&body,
	    "{\"data\":{\"id\":\"%s\",\"type\":\"file\",\"attributes\":{%s%s"
	    "\"last_analysis_results\":{\"Clean\":{\"category\":\"undetected\","
	    "\"result\":null}",
	    SHA256, attributes, attributes[0] != '\0' ? "," : "");
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
check_unwanted(
    const char *attributes, const char *const *labels, bool want, const char *words)
{
	struct report r = report_of(attributes, labels);

	is_int(r.pua, want, words);
	report_done(&r);
}

#define CATEGORY(word)                                                    \
	"\"popular_threat_classification\":{\"popular_threat_category\":" \
	"[{\"value\":\"" word "\",\"count\":9}]}"

static void
test_unwanted(void)
{
	check_unwanted(
	    CATEGORY("pua"), LABELS("Trojan.A"), true, "VirusTotal's category");
	check_unwanted(CATEGORY("miner"),
	    LABELS("not-a-virus:HEUR:RiskTool.Linux.BitCoinMiner.n",
		"Application.Linux.Miner.C", "PUA.CoinMiner", "Trojan.Miner"),
	    true, "most labels, where the category is another");
	check_unwanted("",
	    LABELS("a variant of Linux/Miner.X potentially unwanted", "Miner.Trojan"),
	    false, "half of the labels are not most");
	check_unwanted("",
	    LABELS("not-a-virus:NetTool.Linux.Proxy.a", "PUADlManager:Win32/OfferCore",
		"Tool.Linux.BtcMine.12", "ELF:BitCoinMiner-HF [Tool]",
		"PrivacyRisk.SPR/CoinMiner.abc", "Linux.Trojan.Miner",
		"Trojan.Linux.Miner", "Trojan.CoinMiner", "Miner:Linux/CoinMiner.A"),
	    true, "most labels, in each engine's words");
	check_unwanted("",
	    LABELS("PUA.CoinMiner", "Riskware/Miner", "Trojan.Miner",
		"Malicious (score: 99)", "malicious (high confidence)",
		"win/malicious_confidence_100% (W)", "Static AI - Malicious ELF"),
	    true, "what a machine says of every file is neither for nor against it");
	check_unwanted("", LABELS("Trojan.Tool.A", "Trojan.Toolbox", "Hacktool.B"), false,
	    "a hacking tool is malware");
	check_unwanted("", LABELS("Trojan.Mirai", "Backdoor.Mirai", "PUP.x"), false,
	    "one label of three");
	check_unwanted("", LABELS("Pupy.A", "Pupy.B"), false, "a name that begins so");
	check_unwanted("", LABELS("", ""), false, "engines without a label");
}

static void
check_test_file_of(
    const char *attributes, const char *const *labels, bool want, const char *words)
{
	struct report r = report_of(attributes, labels);

	is_int(r.test_file, want, words);
	report_done(&r);
}

static void
check_test_file(const char *const *labels, bool want, const char *words)
{
	check_test_file_of("", labels, want, words);
}

static void
test_test_files(void)
{
	check_test_file(LABELS("EICAR-Test-File (not a virus)", "Eicar.Com", "Trojan.x"),
	    true, "EICAR's, as most engines say");
	check_test_file(
	    LABELS("AMTSO_Test", "PUA.AMTSO.test"), true, "another association's");
	check_test_file(LABELS("Trojan.Mirai", "Backdoor.Mirai", "EICAR_Test"), false,
	    "malware that holds EICAR's text");
	check_test_file_of("\"size\":68", LABELS("EICAR-Test-File"), true,
	    "one engine, of a file of its size");
	check_test_file_of("\"size\":51200", LABELS("EICAR-Test-File"), false,
	    "... of a larger one, which may only contain it");
	check_test_file_of("\"size\":51200",
	    LABELS("EICAR", "EICAR", "EICAR", "EICAR", "EICAR"), true,
	    "... unless many say so");
	check_test_file(LABELS("Trojan.Tester", "Test.Trojan"), false, "other tests");
}

static void
check_detections(const char *attributes, const char *want, const char *words)
{
	struct report r = report_of(attributes, LABELS("Trojan.x"));
	char *text = json_print(r.detections);

	is_text(text, want, words);
	cJSON_free(text);
	report_done(&r);
}

#define YARA(name, more) "{\"rule_name\":\"" name "\"" more "}"
#define SIGMA(level, title)                                     \
	"{\"rule_level\":\"" level "\",\"rule_title\":\"" title \
	"\",\"rule_author\":\"An\"}"

static void
test_detections(void)
{
	check_detections("", "[]", "nobody recognised anything");
	check_detections(
	    "\"sandbox_verdicts\":{\"Box "
	    "1\":{\"category\":\"malicious\",\"sandbox_name\":"
	    "\"Box 1\",\"malware_names\":[\"XMRig\",\"Orcus\"]},\"Box "
	    "2\":{\"sandbox_name\":"
	    "\"Box 2\",\"malware_names\":[\"xmrig\"]},\"Box 3\":{\"category\":"
	    "\"harmless\"}}",
	    "[[\"sandbox\",\"XMRig\",\"Box 1\"],[\"sandbox\",\"Orcus\",\"Box 1\"]]",
	    "names that sandboxes give, each once");
	check_detections("\"crowdsourced_yara_results\":[" YARA(
			     "Miner_A", ",\"author\":\"Somebody\"") "," YARA("Miner_A",
			     "") "," YARA("B", ",\"author\":7") ",{\"rule_name\":[]},3]",
	    "[[\"yara\",\"Miner_A\",\"Somebody\"],[\"yara\",\"B\",\"\"]]",
	    "crowdsourced YARA rules with their author");
	check_detections("\"sigma_analysis_results\":[" SIGMA("low", "Logon") "," SIGMA(
			     "high", "Dump") "," SIGMA("critical", "Wipe") "]",
	    "[[\"sigma\",\"Dump\",\"An\"],[\"sigma\",\"Wipe\",\"An\"]]",
	    "Sigma rules of high level");
	check_detections(
	    "\"crowdsourced_ids_results\":[{\"alert_severity\":\"high\",\"rule_msg\":"
	    "\"C&C\",\"rule_source\":\"Open\"},{\"alert_severity\":\"medium\","
	    "\"rule_msg\":\"DNS\"}]",
	    "[[\"ids\",\"C&C\",\"Open\"]]", "intrusion detection of high severity");
}

static void
test_many_detections(void)
{
	auto_buf attributes = BUF_INIT(1 << 20);
	struct report r;

	buf_puts(&attributes, "\"crowdsourced_yara_results\":[{}");
	for (int i = 0; i < 50; i++)
		buf_printf(&attributes, ",{\"rule_name\":\"%0*d\"}", 400, i);
	buf_puts(&attributes, "],\"crowdsourced_ids_results\":[{}");
	for (int i = 0; i < 50; i++)
		buf_printf(&attributes,
		    ",{\"alert_severity\":\"high\",\"rule_msg\":\"rule %d\"}", i);
	buf_puts(&attributes, "]");
	r = report_of(buf_text(&attributes), LABELS("Trojan.x"));
	is_int(cJSON_GetArraySize(r.detections), 1 + DETECTIONS_KIND_MAX,
	    "no kind takes the place of the others, names are cut");
	report_done(&r);
}

int
main(void)
{
	test_unwanted();
	test_test_files();
	test_detections();
	test_many_detections();
	return done_testing();
}
