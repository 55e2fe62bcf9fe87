/*
 * mail.c - see mail.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/net/mail.h"

#include <openssl/evp.h>
#include <string.h>
#include <time.h>

#include "common/base/utf8.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define ATOM LETTERS DIGITS "!#$%&'*+-/=?^_`{|}~"
#define LOCAL_MAX 64 /* bytes before the @: RFC 5321 4.5.3.1.1 */
#define LABEL_MAX 63
#define NAME_MAX_BYTES 253
#define ID_MAX 100
/* Bytes in one RFC 2047 word, so that the first line, with "Subject: " and "=?UTF-8?B??=", has at most
 * 76 columns; a multiple of three, as Base64 encodes three bytes as four. */
#define WORD_BYTES 39
#define LINE_BYTES 57 /* 76 columns of Base64: RFC 2045 6.8 */
#define LINE_COLUMNS 76
#define BODY_MAX 65536
#define DATE_MAX 40

/* Atoms of these characters with single dots between them. */
static bool
is_dotted(const char *text, size_t len, const char *characters, size_t atom_max)
{
	size_t atom = 0;

	for (size_t i = 0; i < len; i++) {
		if (text[i] == '.' && atom > 0)
			atom = 0;
		else if (strchr(characters, text[i]) == NULL || ++atom > atom_max)
			return false;
	}
	return atom > 0;
}

bool
mail_is_name(const char *text)
{
	size_t len = strlen(text);

	return len <= NAME_MAX_BYTES && text[0] != '-' && strstr(text, ".-") == NULL &&
	       strstr(text, "-.") == NULL && (len == 0 || text[len - 1] != '-') &&
	       is_dotted(text, len, LETTERS DIGITS "-", LABEL_MAX);
}

bool
mail_is_address(const char *text)
{
	const char *at = strchr(text, '@');

	return at != NULL && strlen(text) <= MAIL_ADDRESS_MAX &&
	       is_dotted(text, (size_t)(at - text), ATOM, LOCAL_MAX) &&
	       mail_is_name(at + 1);
}

static bool
is_good(const struct mail *m)
{
	if (!mail_is_address(m->from) || !mail_is_name(m->domain) || m->to_count == 0 ||
	    m->to_count > MAIL_RECIPIENTS_MAX ||
	    !is_dotted(m->id, strlen(m->id), LETTERS DIGITS "-", ID_MAX))
		return false;
	for (size_t i = 0; i < m->to_count; i++)
		if (!mail_is_address(m->to[i]))
			return false;
	return true;
}

/* Encodes at most LINE_BYTES. */
static void
put_base64(struct buf *out, const char *bytes, size_t len)
{
	unsigned char text[LINE_COLUMNS + 1];

	EVP_EncodeBlock(text, (const unsigned char *)bytes, (int)len);
	buf_puts(out, (const char *)text);
}

/* The bytes of whole characters that fit into one word. */
static size_t
word_length(const char *text)
{
	const char *end = text + strlen(text);
	size_t used = 0, n;

	while (text + used < end) {
		utf8_next(text + used, end, &n);
		if (used + n > WORD_BYTES)
			break;
		used += n;
	}
	return used;
}

/* Each word is on its own line, folded by the blank before it. */
static void
put_subject(struct buf *out, const char *text)
{
	buf_puts(out, "Subject:");
	while (*text != '\0') {
		size_t n = word_length(text);

		buf_puts(out, " =?UTF-8?B?");
		put_base64(out, text, n);
		buf_puts(out, "?=\r\n");
		text += n;
	}
}

static void
put_date(struct buf *out, int64_t at)
{
	static const char *const DAYS[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri",
		"Sat" };
	static const char *const MONTHS[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
		"Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t when = (time_t)at;
	struct tm t = { 0 };

	if (gmtime_r(&when, &t) == NULL)
		return;
	buf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\r\n", DAYS[t.tm_wday],
	    t.tm_mday, MONTHS[t.tm_mon], t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

static void
put_recipients(struct buf *out, const struct mail *m)
{
	for (size_t i = 0; i < m->to_count; i++)
		buf_printf(out, "%s%s%s", i == 0 ? "To: " : " ", m->to[i],
		    i + 1 < m->to_count ? ",\r\n" : "\r\n");
}

/* Lines end in CRLF before the text is encoded: RFC 2045 6.8. */
static void
put_body(struct buf *out, const char *text)
{
	auto_buf lines = BUF_INIT(BODY_MAX);

	for (const char *p = text; *p != '\0'; p++) {
		if (*p == '\n')
			buf_putc(&lines, '\r');
		if (*p != '\r')
			buf_putc(&lines, *p);
	}
	if (!buf_ok(&lines)) {
		out->failed = true;
		return;
	}
	for (size_t i = 0; i < lines.len; i += LINE_BYTES) {
		size_t left = lines.len - i;

		put_base64(out, lines.ptr + i, left < LINE_BYTES ? left : LINE_BYTES);
		buf_puts(out, "\r\n");
	}
}

bool
mail_write(struct buf *out, const struct mail *m)
{
	if (!is_good(m))
		return false;
	put_date(out, m->at);
	buf_printf(out, "From: %s\r\n", m->from);
	put_recipients(out, m);
	buf_printf(out, "Message-ID: <%s@%s>\r\n", m->id, m->domain);
	put_subject(out, m->subject);
	buf_puts(out,
	    "MIME-Version: 1.0\r\n"
	    "Content-Type: text/plain; charset=UTF-8\r\n"
	    "Content-Transfer-Encoding: base64\r\n"
	    "Auto-Submitted: auto-generated\r\n"
	    "\r\n");
	put_body(out, m->text);
	return buf_ok(out);
}
