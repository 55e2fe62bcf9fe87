/*
 * labels.c - see labels.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/virustotal/labels.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define SAME_ENGINE_MARK " (B)" /* Emsisoft's suffix of a Bitdefender label */
#define VARIANT_MAX 6 /* letters */

/* For lists in the order of the alphabet whose items begin with their word. */
static int
by_word(const void *word, const void *item)
{
	const char *a = word, *b = *(const char *const *)item;

	return *a != *b ? *a - *b : strcmp(a, b);
}

#define FIND(word, list) \
	bsearch(word, list, sizeof(list) / sizeof(list)[0], sizeof(list)[0], by_word)

static const char *
label_of(const cJSON *engine)
{
	return engine->child->next->valuestring;
}

const char *
label_next(const cJSON *engines, const cJSON **engine)
{
	*engine = *engine != NULL ? (*engine)->next : engines->child;
	return *engine != NULL ? label_of(*engine) : NULL;
}

static size_t
own_length(const char *label)
{
	size_t len = strlen(label), mark = strlen(SAME_ENGINE_MARK);

	return len > mark && strcmp(label + len - mark, SAME_ENGINE_MARK) == 0
		   ? len - mark
		   : len;
}

static bool
is_same(const char *a, const char *b)
{
	size_t len = own_length(a);

	return own_length(b) == len && strncmp(a, b, len) == 0;
}

bool
label_is_repeated(const cJSON *engines, const cJSON *engine)
{
	const char *label = label_of(engine);

	for (const cJSON *i = engines->child; i != engine; i = i->next)
		if (is_same(label_of(i), label))
			return true;
	return false;
}

/* The letter or digit as it stands in a word, or 0: the character is in none. */
static char
letter(char c)
{
	if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
		return c;
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : '\0';
}

bool
label_word(const char **at, char out[LABEL_WORD_MAX])
{
	const char *p = *at;

	for (;;) {
		size_t len = 0;
		char c;

		while (*p != '\0' && letter(*p) == '\0')
			p++;
		for (; (c = letter(*p)) != '\0'; p++, len++)
			if (len < LABEL_WORD_MAX)
				out[len] = c;
		*at = p;
		if (len == 0)
			return false;
		if (len >= LABEL_WORD_MAX)
			continue;
		out[len] = '\0';
		return true;
	}
}

/* A few lower-case letters after the last dot of a label that otherwise has capitals. */
const char *
label_variant(const char *label)
{
	const char *end = label + own_length(label), *dot = end;
	bool capitals = false;
	int dots = 0;

	for (const char *p = label; p < end; p++) {
		if (*p == '.') {
			dots++;
			dot = p;
		}
	}
	for (const char *p = label; p < dot; p++)
		capitals = capitals || isupper((unsigned char)*p);
	for (const char *p = dot + 1; p < end; p++)
		if (!islower((unsigned char)*p))
			return end;
	return capitals && dots > 1 && end - dot - 1 <= VARIANT_MAX ? dot : end;
}

const char *
label_past_cluster(const char *label)
{
	static const char *const MARKS[] = { "Gen:Variant.", "Gen:Heur." };
	char cluster[LABEL_WORD_MAX];

	for (size_t i = 0; i < sizeof MARKS / sizeof MARKS[0]; i++) {
		const char *rest = label + strlen(MARKS[i]);

		if (strncmp(label, MARKS[i], strlen(MARKS[i])) == 0 &&
		    label_word(&rest, cluster))
			return rest;
	}
	return label;
}

bool
label_has(const char *label, const char *word)
{
	while (*label != '\0') {
		const char *w = word;

		for (; *w != '\0' && letter(*label) == *w; label++)
			w++;
		if (*w == '\0' && letter(*label) == '\0')
			return true;
		while (letter(*label) != '\0')
			label++;
		while (*label != '\0' && letter(*label) == '\0')
			label++;
	}
	return false;
}

unsigned
label_senses(const char *label)
{
	static const struct telling {
		const char *word;
		enum label_sense sense;
	} TELLING[] = { { "adware", LABEL_UNWANTED }, { "ai", LABEL_GUESS },
		{ "amtso", LABEL_TEST }, { "appl", LABEL_UNWANTED },
		{ "application", LABEL_UNWANTED }, { "applicunsaf", LABEL_UNWANTED },
		{ "applicunwnt", LABEL_UNWANTED }, { "bscope", LABEL_GUESS },
		{ "bundler", LABEL_UNWANTED }, { "cloud", LABEL_GUESS },
		{ "confidence", LABEL_GUESS }, { "eicar", LABEL_TEST },
		{ "eicartest", LABEL_TEST }, { "eicartestfile", LABEL_TEST },
		{ "grayware", LABEL_UNWANTED }, { "greyware", LABEL_UNWANTED },
		{ "gtube", LABEL_TEST }, { "ml", LABEL_GUESS },
		{ "nettool", LABEL_UNWANTED }, { "optional", LABEL_UNWANTED },
		{ "potentially", LABEL_UNWANTED }, { "potunwan", LABEL_UNWANTED },
		{ "ptua", LABEL_UNWANTED }, { "pua", LABEL_UNWANTED },
		{ "puaadvertising", LABEL_UNWANTED }, { "puabundler", LABEL_UNWANTED },
		{ "puadlmanager", LABEL_UNWANTED }, { "puamson", LABEL_UNWANTED },
		{ "puatorrent", LABEL_UNWANTED }, { "puf", LABEL_UNWANTED },
		{ "pup", LABEL_UNWANTED }, { "pus", LABEL_UNWANTED },
		{ "puw", LABEL_UNWANTED }, { "remoteadmin", LABEL_UNWANTED },
		{ "reputation", LABEL_GUESS }, { "risktool", LABEL_UNWANTED },
		{ "riskware", LABEL_UNWANTED }, { "riskwaretool", LABEL_UNWANTED },
		{ "score", LABEL_GUESS }, { "softwarebundler", LABEL_UNWANTED },
		{ "spr", LABEL_UNWANTED }, { "static", LABEL_GUESS },
		{ "testfile", LABEL_TEST }, { "testvirus", LABEL_TEST },
		{ "tool", LABEL_UNWANTED }, { "unsafe", LABEL_GUESS },
		{ "unwaders", LABEL_UNWANTED }, { "unwanted", LABEL_UNWANTED },
		{ "unwnt", LABEL_UNWANTED }, { "wicar", LABEL_TEST } };
	char own[LABEL_WORD_MAX];
	unsigned senses = 0;

	while (label_word(&label, own)) {
		const struct telling *t = FIND(own, TELLING);

		senses |= t != NULL ? t->sense : 0;
	}
	return senses;
}

void
label_strip_digits(char *word)
{
	size_t n = strlen(word);

	while (n > 0 && isdigit((unsigned char)word[n - 1]))
		n--;
	word[n] = '\0';
}

/* Kinds of malware and of files, platforms, methods, and words that engines use when they have no name:
 * also the names of clusters that a machine made, like Zusy and Multiverse. */
static const char *const GENERIC[] = { "abrisk", "access", "adware", "agen", "agent",
	"agentb", "agnt", "amd64", "amsi", "amtso", "android", "androidos", "antivirus",
	"apk", "apple", "application", "applicunsaf", "applicunwnt", "archbomb",
	"archive", "arm", "arm64", "armv", "artemis", "attribute", "autoit", "autorun",
	"babar", "backdoor", "backdor", "banker", "barys", "based", "bash", "bat",
	"batch", "bitcoinminer", "bkdr", "black", "blocker", "bodegun", "bomb", "boot",
	"bootkit", "bot", "botnet", "browser", "brute", "bruteforce", "btcmine", "bulz",
	"bundle", "bundler", "bypass", "casdet", "cerbu", "clean", "clicker", "cloud",
	"cloudsword", "code", "coin", "coinbitminer", "coinmin", "coinmine", "coinminer",
	"common", "compromised", "confidence", "config", "corrupt", "corrupted",
	"cracktool", "crypt", "crypted", "crypter", "cryptic", "cryptocoin",
	"cryptominer", "cryptor", "cve", "dacic", "dangerous", "dangerousobject",
	"dapato", "ddos", "ddoser", "deb", "deceptor", "decoy", "deepscan", "delf",
	"delphi", "destructive", "detected", "detection", "dex", "dialer", "disabler",
	"dldr", "dldragnt", "dll", "dloadr", "doc", "document", "docx", "doina", "dos",
	"dotnet", "downld", "downldr", "download", "downloader", "driver", "dropped",
	"dropper", "dropr", "drpr", "eldorado", "elf", "elf32", "elf64", "email", "eml",
	"encoded", "encoder", "encrypt", "encrypted", "escalation", "evasion", "excel",
	"exe", "exec", "executable", "execute", "executor", "exp", "expl", "exploit",
	"exploitkit", "fake", "fakealert", "fakeapp", "fakeav", "fakems", "falsesign",
	"family", "file", "filecoder", "filecryptor", "filerep", "filerepmalware",
	"filerepmetagen", "flood", "flooder", "found", "fragtor", "fraud", "fugrafa",
	"game", "gamehack", "gametool", "gen", "gena", "gencirc", "genericgb",
	"genericrx", "generik", "genetic", "genkryptik", "genmalicious", "genome",
	"genus", "genust", "genvariant", "gif", "graftor", "grayware", "greyware", "hack",
	"hacktool", "heracles", "heur", "heuristic", "hidden", "high", "highconfidence",
	"hijack", "hijacker", "hktl", "hll", "hoax", "hostile", "hosts", "htm", "html",
	"html5", "i386", "iframe", "igeneric", "img", "infect", "infected", "infector",
	"infostealer", "inject", "injected", "injection", "injector", "injuke",
	"installer", "intel", "internet", "ios", "irc", "iso", "jacard", "jaik", "jar",
	"jatif", "java", "javas", "javascript", "johnnie", "jorik", "jpeg", "jpg", "kazy",
	"keygen", "keylog", "keylogger", "kill", "killav", "killproc", "krypt", "kryptik",
	"kryptk", "lazy", "leonem", "linux", "lnk", "lnkrun", "load", "loader",
	"localexploit", "lock", "locker", "lockscreen", "logger", "lookslike", "lookup",
	"lowconfidence", "lowfi", "mac", "macho", "macos", "macro", "macros", "mail",
	"mailer", "mal", "malagent", "malbehav", "malcode", "maldoc", "malform",
	"malformed", "malgent", "malicious", "maliciousscript", "malicioussoftware",
	"maltrec", "malw", "malware", "malwarex", "malxmr", "marsilia", "meterpreter",
	"mht", "midie", "mikey", "mine", "miner", "minerd", "minerx", "mint", "mips",
	"mipsel", "mlwr", "mobile", "moderate", "monerominer", "monitor", "msexcel",
	"msi", "msil", "msilheracles", "msilperseus", "msilzilla", "msoffice", "msword",
	"multi", "multidrop", "multiple", "multiverse", "name", "nekark", "net",
	"nettool", "network", "neutral", "nix", "nodejs", "nsis", "obfs", "obfus",
	"obfuscated", "obfuscator", "object", "offer", "office", "onlinegames", "open",
	"optional", "osx", "other", "pack", "packed", "packedent", "packer", "packunwan",
	"password", "passwordstealer", "patch", "patched", "patcher", "payload", "pdf",
	"perl", "perseus", "phish", "phisher", "phishing", "phonzy", "php", "platform",
	"png", "polymorphic", "portscan", "possible", "possiblethreat", "potential",
	"potentially", "potunwan", "powerpc", "powershell", "powpc", "ppt", "presenoker",
	"probably", "program", "proxy", "psw", "ptua", "pua", "pup", "puw", "pwsx",
	"python", "ransom", "ransomware", "rar", "rat", "rating", "razy", "redcap",
	"remote", "remoteadmin", "reputation", "resource", "reverse", "reverseshell",
	"revshell", "rgen", "risk", "riskgen", "risktool", "riskware", "riskwaretool",
	"rogue", "rogueware", "rootkit", "rpm", "rtf", "ruby", "runner", "sabsik",
	"sagent", "sagnt", "save", "scam", "scan", "scanner", "score", "screen",
	"screenlocker", "script", "scripts", "searcher", "sensor", "ser", "server",
	"setup", "sgeneric", "sh", "shell", "shellagnt", "shellcode", "shellrun",
	"shellscript", "siggen", "skeeyah", "smali", "small", "snort", "socks",
	"software", "sonbokli", "spam", "spammer", "sparc", "spread", "spreader", "spy",
	"spyware", "sshbrute", "stage", "stager", "starter", "startpage", "static",
	"steal", "stealer", "strictor", "superh", "susgen", "susp", "suspect",
	"suspectcrc", "suspected", "suspiciousfile", "swf", "symbos", "symmi", "system",
	"tedy", "temonde", "test", "testfile", "testvirus", "threat", "tiny", "tnega",
	"tool", "toolbar", "tools", "torjan", "trackware", "triage", "trjn", "troj",
	"trojan", "trojanspy", "trojware", "trusted", "tscope", "tsgeneric", "tspy",
	"txt", "ulise", "ulpm", "unclassified", "undef", "undefined", "undetected",
	"unix", "unknown", "unp", "unsafe", "unsafesoftware", "unwaders", "unwanted",
	"unwnt", "url", "ursu", "usteal", "uztuby", "valyria", "variant", "variants",
	"vba", "vbcrypt", "vbinject", "vbkrypt", "vbs", "vbscript", "very", "vigorf",
	"vir", "virtool", "virus", "viser", "vulnerable", "w32", "w64", "w97m", "wacapew",
	"wacatac", "webshell", "website", "wget", "win", "win16", "win32", "win64",
	"windows", "wisdomeyes", "word", "worm", "wormx", "x64", "x86", "x97m", "xls",
	"xml", "xmlhttp", "xpack", "yakes", "zard", "zip", "znyonm", "zpack", "zusy" };

bool
label_word_is_generic(const char *word)
{
	/* As engines join them: TrojanDropper, GenericKD, BehavesLike, BitCoinMiner, DllInjector. */
	static const char *const PREFIXES[] = { "behav", "generic", "heur", "malware",
		"suspic", "trojan", "unclassif" };
	static const char *const SUFFIXES[] = { "agent", "agnt", "dldr", "downldr",
		"downloader", "dropper", "exploit", "hijacker", "injector", "miner",
		"virus" };
	size_t len = strlen(word);

	if (FIND(word, GENERIC) != NULL)
		return true;
	for (size_t i = 0; i < sizeof PREFIXES / sizeof PREFIXES[0]; i++)
		if (strncmp(word, PREFIXES[i], strlen(PREFIXES[i])) == 0)
			return true;
	for (size_t i = 0; i < sizeof SUFFIXES / sizeof SUFFIXES[0]; i++) {
		size_t n = strlen(SUFFIXES[i]);

		if (len >= n && strcmp(word + len - n, SUFFIXES[i]) == 0)
			return true;
	}
	return false;
}
