/*
 * test_mail.c - what an e-mail looks like, whatever is in it, and what is an address.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/net/mail.h"

#include <openssl/evp.h>

#include "tests/unit/tap.h"

#define MESSAGE_MAX 100000
#define WORD_COLUMNS 66
#define LINE_COLUMNS 76
#define AT 1795947906 /* 2026-11-29T10:25:06Z */

static const char *const TO[] = { "ops@example.org", "root@localhost" };

static struct mail
mail(const char *subject, const char *text)
{
	return (struct mail){ .id = "41.potpress",
		.domain = "pots.example",
		.from = "potpress@pots.example",
		.to = TO,
		.to_count = 2,
		.at = AT,
		.subject = subject,
		.text = text };
}

static void
check_addresses(void)
{
	static const char *const GOOD[] = { "a@b", "ops+potpress@example.org",
		"first.last@mail-1.example.org", "root@localhost",
		"x!#$%&'*/=?^_`{|}~@y" };
	static const char *const BAD[] = { "", "@", "a@", "@b", "a b@c", "a@b c", "a@b>",
		"<a@b>", "a@b\r\nRCPT TO:<x@y>", "a@b\nx", "a\n@b", "a@b@c", "a..b@c",
		".a@b", "a.@b", "a@.b", "a@b.", "a@b..c", "a@-b", "a@b-", "\"a b\"@c",
		"a@[127.0.0.1]", "\xe3\x81\x82@b", "a@\xe3\x81\x82", "a,b@c", "a:b@c",
		"a;b@c", "a(b)@c", "a\\@b" };
	char words[80];

	for (size_t i = 0; i < sizeof GOOD / sizeof GOOD[0]; i++) {
		snprintf(words, sizeof words, "%s is an address", GOOD[i]);
		ok(mail_is_address(GOOD[i]), words);
	}
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		snprintf(words, sizeof words, "bad address %zu is none", i);
		ok(!mail_is_address(BAD[i]), words);
	}
}

static void
check_lengths(void)
{
	char local[70] = "", text[300] = "";

	memset(local, 'a', 64);
	snprintf(text, sizeof text, "%s@b", local);
	ok(mail_is_address(text), "64 bytes before the @ are an address");
	local[64] = 'a';
	snprintf(text, sizeof text, "%s@b", local);
	ok(!mail_is_address(text), "65 are none");
	memset(text, 'a', sizeof text - 1);
	text[1] = '@';
	for (int i = 10; i < 290; i += 10)
		text[i] = '.';
	text[MAIL_ADDRESS_MAX] = '\0';
	ok(mail_is_address(text), "254 bytes are an address");
	text[MAIL_ADDRESS_MAX] = 'a';
	text[MAIL_ADDRESS_MAX + 1] = '\0';
	ok(!mail_is_address(text), "255 are none");
	ok(mail_is_name("pots.example") && !mail_is_name("pots example") &&
		!mail_is_name("a\r\nb") && !mail_is_name("") && !mail_is_name("a/b"),
	    "a name for EHLO has letters, digits, hyphens and dots alone");
}

static void
check_message(void)
{
	auto_buf out = BUF_INIT(MESSAGE_MAX);
	struct mail m = mail("New file", "First line\nsecond\n");

	ok(mail_write(&out, &m), "a message is written");
	is_text(buf_text(&out),
	    "Date: Sun, 29 Nov 2026 10:25:06 +0000\r\n"
	    "From: potpress@pots.example\r\n"
	    "To: ops@example.org,\r\n"
	    " root@localhost\r\n"
	    "Message-ID: <41.potpress@pots.example>\r\n"
	    "Subject: =?UTF-8?B?TmV3IGZpbGU=?=\r\n"
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=UTF-8\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "\r\n"
	    "Rmlyc3QgbGluZQ0Kc2Vjb25kDQo=\r\n",
	    "with its headers, and its text in Base64 with CRLF");
}

/* Every line ends in CRLF and fits; no CR or LF stands elsewhere. */
static bool
lines_are_good(const char *text)
{
	while (*text != '\0') {
		size_t n = strcspn(text, "\r\n");

		if (n > LINE_COLUMNS || text[n] != '\r' || text[n + 1] != '\n')
			return false;
		text += n + 2;
	}
	return true;
}

static void
check_hostile(void)
{
	auto_buf out = BUF_INIT(MESSAGE_MAX);
	struct mail m = mail("x\r\nBcc: victim@example.net\r\n\r\nbody",
	    ".\r\n.\nMAIL FROM:<a@b>\r\rfrom\n.\n");

	ok(mail_write(&out, &m) && lines_are_good(buf_text(&out)),
	    "no text breaks a line of the message");
	ok(strstr(buf_text(&out), "victim") == NULL &&
		strstr(buf_text(&out), "MAIL") == NULL &&
		strstr(buf_text(&out), "\r\n.") == NULL,
	    "nor becomes a header, a command or a lone dot");
}

/* Each word of the subject decoded by itself is text again, and together they are the subject. */
static void
check_words(const char *subject, const char *words)
{
	auto_buf out = BUF_INIT(MESSAGE_MAX), joined = BUF_INIT(MESSAGE_MAX);
	struct mail m = mail(subject, "");
	bool good = mail_write(&out, &m);
	const char *p = strstr(buf_text(&out), "Subject:");

	while (good && (p = strstr(p, " =?UTF-8?B?")) != NULL) {
		const char *end = strstr(p, "?=\r\n");
		unsigned char raw[100] = "";
		int n;

		p += 11;
		good = end != NULL && end + 2 - p + 10 <= WORD_COLUMNS;
		n = good ? EVP_DecodeBlock(raw, (const unsigned char *)p, (int)(end - p))
			 : 0;
		for (const char *pad = end; good && pad > p && pad[-1] == '='; pad--)
			n--;
		good = good && (raw[0] & 0xc0) != 0x80;
		buf_put(&joined, raw, (size_t)n);
	}
	ok(good && lines_are_good(buf_text(&out)), words);
	is_text(buf_text(&joined), subject, "and they are the subject");
}

#define KANA "\xe3\x81\x82\xe3\x81\x84\xe3\x81\x86\xe3\x81\x88\xe3\x81\x8a"

static void
check_subjects(void)
{
	check_words(KANA KANA "\xe3\x81\x8b\xe3\x81\x8d\xe3\x81\x8f",
	    "thirteen kana are one word");
	check_words(
	    "a" KANA KANA KANA, "one letter more: the words end between characters");
	check_words(KANA KANA KANA KANA KANA KANA KANA KANA KANA KANA,
	    "a long Japanese subject is several words");
	check_words("\xf0\x9f\x90\x9d\xf0\x9f\x90\x9d" KANA KANA KANA "x",
	    "characters of four bytes are not split");
	check_words("=?UTF-8?B?QQ==?=", "what looks like a word is text");
}

static void
check_refusals(void)
{
	static const char *const EVIL[] = { "ops@example.org>\r\nRCPT TO:<x@y" };
	auto_buf out = BUF_INIT(MESSAGE_MAX), small = BUF_INIT(200);
	struct mail m = mail("s", "t");

	m.to = EVIL;
	m.to_count = 1;
	ok(!mail_write(&out, &m) && out.len == 0,
	    "a recipient that is no address is refused");
	m = mail("s", "t");
	m.from = "a@b\r\nX: y";
	ok(!mail_write(&out, &m) && out.len == 0, "so is a sender");
	m = mail("s", "t");
	m.id = "1>\r\nX: y";
	ok(!mail_write(&out, &m) && out.len == 0, "and what would not be a Message-ID");
	m = mail("s", "t");
	m.domain = "b>c";
	ok(!mail_write(&out, &m) && out.len == 0, "and a domain that is none");
	m.domain = "b";
	m.to_count = 0;
	ok(!mail_write(&out, &m), "and a message to nobody");
	m = mail("s", "t");
	ok(!mail_write(&small, &m), "what does not fit is no message");
}

int
main(void)
{
	check_addresses();
	check_lengths();
	check_message();
	check_hostile();
	check_subjects();
	check_refusals();
	return done_testing();
}
