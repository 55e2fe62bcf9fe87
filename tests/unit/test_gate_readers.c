/*
 * test_gate_readers.c - what a person, a browser, a shell or a terminal reads as the identity is the
 * identity, and what only resembles it stays.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/outgoing/gate.h"
#include "tests/unit/tap.h"

static struct gate *gate;

static void
leaves(const char *text, const char *want, const char *words)
{
	auto_buf out = BUF_INIT(4 * GATE_TEXT_MAX);

	gate_pass(gate, text, GATE_TEXT_MAX, &out);
	is_text(buf_text(&out), want, words);
}

static void
test_bytes(void)
{
	leaves("\\xcb\\x00\\x71\\x0a", "\\***", "the bytes of an address in a script");
	leaves("\\xcb.\\x00.\\x71.\\x0a", "\\***", "... with dots");
	leaves("0xcb,0x00,0x71,0x0a", "***", "... as an array");
	leaves(
	    "\\x20\\x01\\x0d\\xb8\\x00\\x05\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
	    "\\x00\\x10",
	    "\\***", "the bytes of an IPv6 address in a script");
	leaves(
	    "0x20, 0x01, 0x0d, 0xb8, 0x00, 0x05, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, "
	    "0x00, 0x00, 0x00, 0x10",
	    "***", "... as an array");
	leaves("60 00 20 01 0d b8 00 05 00 00 00 00 00 00 00 00 00 10 ff", "60 00 *** ff",
	    "... in a dump");
	leaves(
	    "20:01:0d:b8:00:05:00:00:00:00:00:00:00:00:00:10", "***", "... with colons");
	leaves("1.2.16.32.1.13.184.0.5.0.0.0.0.0.0.0.0.0.16", "1.2.16.***",
	    "... as the numbers of an OID");
}

static void
test_translated(void)
{
	leaves("2001:db8:cb00:710a::", "***", "translated, after 32 bits (RFC 6052)");
	leaves("2001:db8:1cb:0:71:a00::", "2001:db8:1cb:0:71:a00::",
	    "... and not in between");
	leaves("2001:db8:1cb:71:a::", "***", "... after 40");
	leaves("2001:db8:122:cb00:71:a00::", "***", "... after 48");
	leaves("2001:db8:122:3cb:0:710a::", "***", "... after 56");
	leaves("2001:db8:122:344:cb:71:a00::", "***", "... after 64");
	leaves("64:ff9b:1:cb00:71:a00::", "***", "... with the prefix for local use");
}

static void
test_dots(void)
{
	leaves("203dot0dot113dot10", "***", "dots as words");
	leaves("203[punto]0[punto]113[punto]10", "***", "... of other languages");
	leaves(
	    "203\xe7\x82\xb9"
	    "0\xe7\x82\xb9"
	    "113\xe7\x82\xb9"
	    "10",
	    "***", "... in Japanese");
	leaves(
	    "203[\xe3\x83\x89\xe3\x83\x83\xe3\x83\x88]0[\xe3\x83\x89\xe3\x83\x83\xe3"
	    "\x83\x88]113[\xe3\x83\x89\xe3\x83\x83\xe3\x83\x88]10",
	    "***", "... in brackets");
	leaves(
	    "203\xe3\x80\x81"
	    "0\xe3\x80\x81"
	    "113\xe3\x80\x81"
	    "10",
	    "***", "Japanese commas");
	leaves(
	    "203\xe2\x97\x8f"
	    "0\xe2\x97\x8f"
	    "113\xe2\x97\x8f"
	    "10",
	    "***", "round marks");
	leaves("203\xe2\xa0\x80.0\xe2\xa0\x80.113\xe2\xa0\x80.10", "***",
	    "a letter of Braille that is blank");
}

static void
test_letters(void)
{
	leaves(
	    "\xe2\x91\xb5"
	    "0\xe2\x91\xb6.0.113.10",
	    "***", "digits in brackets");
	leaves(
	    "\xe4\xba\x8c\xe9\x9b\xb6\xe4\xb8\x89.\xe9\x9b\xb6.\xe4\xb8\x80\xe4\xb8"
	    "\x80\xe4\xb8\x89.\xe4\xb8\x80\xe9\x9b\xb6",
	    "***", "another zero of Han characters");
	leaves("\xf0\x9f\x87\xb2\xf0\x9f\x87\xbe-sensor", "***", "letters of flags");
	leaves("m\xca\x8f-sens\xe1\xb4\x8f\xca\x80", "***", "small capitals");
	leaves("\xf0\x9f\x85\xbc\xf0\x9f\x86\x88\xe2\x9e\x96sensor", "***",
	    "letters in squares, and a heavy minus");
	leaves("\xe3\x81\x8c\xe3\x83\xbc\xe3\x81\xa7\xe3\x82\x93", "***",
	    "a name in katakana, written in hiragana");
	leaves("\xef\xbd\xb6\xef\xbe\x9e\xef\xbd\xb0\xef\xbe\x83\xef\xbe\x9e\xef\xbe\x9d",
	    "***", "... in narrow letters");
	leaves("IZMIR-42 \xc4\xb1zm\xc4\xb1r-42 i\xcc\x87zmir-42", "*** *** ***",
	    "Turkish letters in any case");
	leaves("203\xc2\x85.0.113.10", "***", "a control character beyond ASCII");
}

static void
test_markup(void)
{
	leaves("203<b>.</b>0<wbr>.113<!-- -->.10", "***", "elements in an address");
	leaves("my-<i>sensor</i>", "***</i>", "... in a name");
	leaves("my-\x1b[1msensor", "***", "a terminal's colour in a name");
	leaves("203.$@0.1$*13.${x}10", "***", "what a shell leaves out");
	leaves("203.$()0.113.10", "***", "... and what a command prints that is none");
	leaves("my-/**/sensor 203./* x */0.113.10", "*** ***", "comments of a program");
	leaves("'203.0'.'.113.10'", "'***'", "a string in pieces, as in PHP");
	leaves("\"my-s\" & \"ensor\"", "\"***\"", "... in Basic");
	leaves("'my-s' .. 'ensor'", "'***'", "... in Lua");
	leaves("${jndi:ldap://${lower:2}0${::-3}.0.113.10/a}",
	    "${jndi:ldap://${lower:***/a}", "lookups of log4j");
	leaves("${env:NONE:-my}-sensor", "${env:NONE:***", "... in a name");
	leaves(
	    "&#x0000000000000000000032;03.0.113.10", "***", "an entity with many zeros");
}

static void
test_codes(void)
{
	leaves("32:30:33:2e:30:2e:31:31:33:2e:31:30", "***", "a dump with colons");
	leaves("32-30-33-2e-30-2e-31-31-33-2e-31-30", "***", "... with dashes");
	leaves("062 060 063 056 060 056 061 061 063 056 061 060", "***",
	    "characters as octal numbers");
	leaves(
	    "00110010 00110000 00110011 00101110 00110000 00101110 00110001 00110001 "
	    "00110011 00101110 00110001 00110000",
	    "***", "... as binary ones");
}

static void
test_links(void)
{
	static const char *const FORMS[] = { "203x0x113x10",
		"203 then 0 then 113 then 10", "203(ponto)0(ponto)113(ponto)10",
		"203\xd1\x82\xd0\xbe\xd1\x87\xd0\xba\xd0\xb0"
		"0\xd1\x82\xd0\xbe\xd1\x87\xd0\xba\xd0\xb0"
		"113\xd1\x82\xd0\xbe\xd1\x87\xd0\xba\xd0\xb0"
		"10",
		"203\xe2\x86\x92"
		"0\xe2\x86\x92"
		"113\xe2\x86\x92"
		"10",
		"203$(echo .)0$(echo .)113$(echo .)10", "203.0.113.{10}",
		"203.0.113.[10-10]", "203.0.113.1[0]",
		"11001011.00000000.01110001.00001010",
		"0b11001011000000000111000100001010", "-889163510", "3,405,803,786",
		"0xCB00_710A", "2-0-3-.-0-.-1-1-3-.-1-0", "203.0.\n113.10",
		"2001;db8;5;;10", "2001/db8/5//10",
		"2001 colon db8 colon 5 colon 0 colon 0 "
		"colon 0 colon 0 colon 10",
		"42540766411288637486002058097527357456",
		"b80d0120000005000000000010000000" };

	for (size_t i = 0; i < sizeof FORMS / sizeof FORMS[0]; i++) {
		auto_buf out = BUF_INIT(4 * GATE_TEXT_MAX);

		gate_pass(gate, FORMS[i], GATE_TEXT_MAX, &out);
		ok(strstr(buf_text(&out), "***") != NULL &&
			strstr(buf_text(&out), "113") == NULL &&
			strstr(buf_text(&out), "db8") == NULL,
		    FORMS[i]);
	}
	leaves("02 00 00 50 cb 00 71 0a 00 00", "02 00 00 50 *** 00 00",
	    "its bytes in a longer dump");
}

static void
test_alike(void)
{
	leaves("\xce\x9c\xce\xa5-S\xce\x95\xce\x9dS\xce\x9fR", "***",
	    "capitals of Greek in a name");
	leaves(
	    "\xe1\x8e\xb7\xe1\x8e\xa9-\xe1\x8f\x9a\xe1\x8e\xacN\xe1\x8f\x9aO\xe1\x8f\x92",
	    "***", "letters of Cherokee");
	leaves("m\xc6\xb4-\xca\x82\xc9\x87\xc9\xb2\xca\x82o\xc9\xbd", "***",
	    "letters with hooks");
	leaves(
	    "my-s\xd6\x85"
	    "2",
	    "my-s\xd6\x85"
	    "2",
	    "... in another word");
	leaves("my-53n50r MY-SENS0R rny-sensor", "*** *** ***",
	    "digits for letters, and two letters that look like one");
	leaves("20\xd0\x97.0.11\xd0\x97.10", "***", "a letter that looks like 3");
	leaves("\xe2\x9d\xb7\xe2\x93\xbf\xe2\x9d\xb8.0.113.\xe2\x9d\xbf", "***",
	    "black circles, one with two digits");
	leaves(
	    "\xe3\x80\xa2\xe3\x80\x87\xe3\x80\xa3.0.\xe5\xa3\xb9\xe5\xa3\xb9\xe5\x8f\x83.10",
	    "***", "digits of traders and of contracts");
	leaves(
	    "\xce\xbd\xce\xae\xcf\x83\xce\xbf\xcf\x82-7 \xce\x9d\xce\x97\xce\xa3\xce\x9f\xce\xa3-7 "
	    "\xce\x9d\xce\xae\xcf\x83\xce\xbf\xcf\x82-7",
	    "*** *** ***", "a Greek name in any case");
}

static void
test_more_escapes(void)
{
	static const char *const FORMS[] = { "203%c0%ae0%c0%ae113%c0%ae10",
		"203%e0%80%ae0.113.10", "203\\2e 0\\2e 113\\2e 10", "203\\00002e0.113.10",
		"203\\N{U+2E}0.113.10", "203\\o{56}0.113.10", "203\\0460\\046113\\04610",
		"203+AC4-0+AC4-113+AC4-10", "+AG0AeQAtAHMAZQBuAHMAbwBy-",
		"\\109\\121\\045\\115\\101\\110\\115\\111\\114", "&mfr;&yfr;-sensor",
		"&mopf;y-&sscr;ens&oacute;r", "my&lrm;-sen&NoBreak;sor",
		"&nbspmy-sensor&lt", "&ampmy-sensor", "&quotmy-sensor&quot",
		"\\bmy-sensor", "\\fmy-sensor", "\\amy-sensor", "\\emy-sensor",
		"\\e[31mmy-sensor\\e[0m", "^[[31mmy-sensor", "[31mmy-sensor",
		"$1my-$9sensor", "my%x%-sensor", "x = 'my-'||'sensor' y",
		"(\"my-\" <> \"sensor\")", "a \"my-\" +\n  \"sensor\" b",
		"echo my-\\\nsensor x", "see my-\nsensor now",
		"=?utf-8?B?bXkt?= =?utf-8?B?c2Vuc29y?=", "m.y.-.s.e.n.s.o.r",
		"m y - s e n s o r now", "${lower:m}y${lower:-}sensor",
		"String.fromCharCode(109)+String.fromCharCode(121)+String.fromCharCode(45)+"
		"String.fromCharCode(115)+String.fromCharCode(101)+String.fromCharCode(110)+"
		"String.fromCharCode(115)+String.fromCharCode(111)+String.fromCharCode(114)",
		"Chr(&H6d) & Chr(&H79) & Chr(&H2d) & Chr(&H73) & Chr(&H65) & Chr(&H6e) & "
		"Chr(&H73) & Chr(&H6f) & Chr(&H72)" };

	for (size_t i = 0; i < sizeof FORMS / sizeof FORMS[0]; i++) {
		auto_buf out = BUF_INIT(4 * GATE_TEXT_MAX);

		gate_pass(gate, FORMS[i], GATE_TEXT_MAX, &out);
		ok(strstr(buf_text(&out), "***") != NULL &&
			strstr(buf_text(&out), "sensor") == NULL,
		    FORMS[i]);
	}
}

/* 203.0.113.10 in tags, which show nothing. */
static void
test_tags(void)
{
	leaves(
	    "a\xf3\xa0\x80\xb2\xf3\xa0\x80\xb0\xf3\xa0\x80\xb3\xf3\xa0\x80\xae"
	    "\xf3\xa0\x80\xb0\xf3\xa0\x80\xae\xf3\xa0\x80\xb1\xf3\xa0\x80\xb1"
	    "\xf3\xa0\x80\xb3\xf3\xa0\x80\xae\xf3\xa0\x80\xb1\xf3\xa0\x80\xb0"
	    "b",
	    "ab", "tags that spell an address");
	leaves("my-\xf3\xa0\x80\x81sensor", "***", "... within a name");
	leaves("x\xf3\xa0\x84\x80y", "xy", "... and selectors of forms");
}

/* What a reader takes for something else. */
static void
test_kept(void)
{
	static const char *const KEPT[] = { "5.10.203.0", "v203.0.113",
		"OpenSSH_8.9p1 Ubuntu-3ubuntu0.10", "1.3.6.1.2.1.31.1.1.1.10.113",
		"2026-11-30T14:06:00Z", "20261130140600", "203.0.113.1000",
		"Chrome/120.0.6099.109", "1.1.1n-0+deb11u5",
		"d41d8cd98f00b204e9800998ecf8427e", "00:50:56:c0:00:08",
		"{3F2504E0-4F89-11D3-9A0C-0305E82C3301}", "1700000000", "CVE-2023-0113",
		"5C 00 00 00 01 00 00 00 04 00 00 00 00 10 00 00 04 00 00 00 01 00",
		"\\x7f\\x45\\x4c\\x46\\x01\\x01\\x01", "sensors my_sensors", "izmir",
		"\xe3\x81\x8c\xe3\x83\xbc\xe3\x81\xa7", "${HOME}/x $@ <b>203</b>",
		"a point of 203 items, 0 of 113", "'203', '0' and '113' /* 10 */",
		"'my', 'sensor'", "http://evil.example/dot/203",
		"padding: 203px 0px 113px 10px", "margin: 10px 0px 0px 4px",
		"10d 0d 0d 4d", "my sensor s3nsor y-53n50r", "C:\\my\\bin\\sensor",
		"%my% $my [31m 11001011 00000000 01110001", "10 00 00 04 0a 00 00 04 ff",
		"00010203040506070809101112131415161718", "a-b-c-d-e-f-g-h" };

	for (size_t i = 0; i < sizeof KEPT / sizeof KEPT[0]; i++)
		leaves(KEPT[i], KEPT[i], "what is something else stays");
}

int
main(void)
{
	static const char *const VALUES[] = { "203.0.113.10", "2001:db8:5::10",
		"10.0.0.4", "my-sensor",
		"\xe3\x82\xac\xe3\x83\xbc\xe3\x83\x87\xe3\x83\xb3", "\xc4\xb0zmir-42",
		"\xce\xbd\xce\xae\xcf\x83\xce\xbf\xcf\x82-7" };
	struct err e = ERR_NONE;

	gate = gate_new(&e);
	for (size_t i = 0; i < sizeof VALUES / sizeof VALUES[0]; i++)
		gate_add(gate, VALUES[i], &e);
	test_bytes();
	test_translated();
	test_dots();
	test_letters();
	test_markup();
	test_codes();
	test_links();
	test_alike();
	test_more_escapes();
	test_tags();
	test_kept();
	gate_free(gate);
	return done_testing();
}
