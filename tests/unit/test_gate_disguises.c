/*
 * test_gate_disguises.c - an identity in any three disguises, one inside the other: nothing of it leaves.
 *
 * A seeded generator draws an identity, writes it in a form that tools or readers take for it, puts words
 * around it and wraps the text; what leaves must hold none of the wrapped forms. POTPRESS_ROUNDS sets how
 * many (make test: a few thousand), POTPRESS_SEED where they begin.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "common/base/utf8.h"
#include "common/outgoing/gate.h"
#include "tests/unit/tap.h"

#define ROUNDS 6000
#define WRAPS 3
#define FAILURES_SHOWN 5

static uint64_t dice;

static uint32_t
roll(uint32_t sides)
{
	dice = dice * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(dice >> 33) % sides;
}

#define ANY(array) (array)[roll(sizeof(array) / sizeof((array)[0]))]

/* ---- what is private */

static const char *const NAMES[] = { "my-sensor", "lab.example.org", "tpot-tokyo-01",
	"\xc3\x9c"
	"ber-Knoten",
	"\xe3\x83\xa9\xe3\x83\x9c\xe6\x9d\xb1\xe4\xba\xac",
	"\xd1\x81\xd0\xb5\xd1\x80\xd0\xb2\xd0\xb5\xd1\x80-7" };

#define V4 0xcb00710au /* 203.0.113.10 */

static void
put_v4(struct buf *out, uint32_t a)
{
	unsigned p[4] = { a >> 24, a >> 16 & 255, a >> 8 & 255, a & 255 };
	static const char *const GAPS[] = { "-", "_", ",", ", ", "[.]", "(.)", "[dot]",
		" dot ", " ", "\xe3\x80\x82", " . ", "x", " then ", "\xe2\x86\x92" };
	const char *gap = ANY(GAPS);

	switch (roll(12)) {
	case 0:
		buf_printf(out, "%u%s%u%s%u%s%u", p[0], gap, p[1], gap, p[2], gap, p[3]);
		break;
	case 1:
		buf_printf(out, "0x%x.0x%X.0x%x.0x%x", p[0], p[1], p[2], p[3]);
		break;
	case 2:
		buf_printf(out, "0%o.0%o.0%o.0%o", p[0], p[1], p[2], p[3]);
		break;
	case 3:
		buf_printf(out, "%u.%u.%u", p[0], p[1], a & 0xffff);
		break;
	case 4:
		buf_printf(out, "%u.%u", p[0], a & 0xffffff);
		break;
	case 5:
		buf_printf(out, "0x%x.0x%x", p[0], a & 0xffffff);
		break;
	case 6:
		buf_printf(out, "%u", a);
		break;
	case 7:
		buf_printf(out, "0x%08X", a);
		break;
	case 8:
		buf_printf(out, "0%o", a);
		break;
	case 9:
		buf_printf(out, "::ffff:%u.%u.%u.%u", p[0], p[1], p[2], p[3]);
		break;
	case 10:
		buf_printf(out, "%u.%u.%u.%u", p[3], p[2], p[1], p[0]);
		break;
	default:
		buf_printf(out, "%u.%u.%u.%u", p[0], p[1], p[2], p[3]);
	}
}

static void
put_v6(struct buf *out)
{
	static const char *const FORMS[] = { "2001:db8:5::10",
		"2001:0DB8:0005:0:0:0:0:0010", "2001-db8-5--10", "2001_db8_5__10",
		"20010db8000500000000000000000010", "2001:db8:5:0:0:0:0.0.0.16",
		"2001[:]db8[:]5[:]0[:]0[:]0[:]0[:]10",
		"0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.5.0.0.0.8.b.d.0.1.0.0.2" };

	buf_puts(out, ANY(FORMS));
}

/* ---- disguises: each writes a text in another way */

static void
wrap_percent(const char *text, struct buf *out)
{
	bool all = roll(2) == 0;

	for (const char *p = text; *p != '\0'; p++)
		if (all || (unsigned char)*p >= 0x80 || roll(3) == 0 || *p == '%')
			buf_printf(out, roll(2) ? "%%%02x" : "%%%02X", (unsigned char)*p);
		else
			buf_putc(out, *p);
}

/* One of the escapes, for each character. */
static void
wrap_escapes(const char *text, struct buf *out)
{
	uint32_t kind = roll(7);
	const char *p = text, *end = text + strlen(text);

	while (p < end) {
		size_t n;
		uint32_t c = utf8_next(p, end, &n);

		p += n;
		if (c > 0xffff || (kind < 3 && c > 0x7f))
			utf8_put(out, c);
		else if (kind == 0)
			buf_printf(out, "\\x%02x", c);
		else if (kind == 1)
			buf_printf(out, "\\%03o", c);
		else if (kind == 2)
			buf_printf(out, "=%02X", c);
		else if (kind == 3)
			buf_printf(out, "&#%u;", c);
		else if (kind == 4)
			buf_printf(out, "&#x%X;", c);
		else if (kind == 5)
			buf_printf(out, "%%u%04x", c);
		else
			buf_printf(out, "\\u%04x", c);
	}
}

/* Letters of an alphabet, so many bits each; the whole text, or the words before it too. */
static void
wrap_alphabet(const char *text, struct buf *out)
{
	static const struct {
		const char *letters;
		unsigned bits;
		const char *pad;
	} ALPHABETS[] = {
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", 6,
		    "=" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", 6,
		    "" },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 5, "=" },
		{ "abcdefghijklmnopqrstuvwxyz234567", 5, "" },
		{ "0123456789abcdef", 4, "" }, { "0123456789ABCDEF", 4, "" }
	};
	uint32_t which = roll(6), bits = 0;
	unsigned held = 0, per = ALPHABETS[which].bits;

	for (const char *p = text; *p != '\0'; p++) {
		bits = bits << 8 | (unsigned char)*p;
		for (held += 8; held >= per; held -= per)
			buf_putc(
			    out, ALPHABETS[which]
				     .letters[bits >> (held - per) & ((1u << per) - 1)]);
	}
	if (held > 0)
		buf_putc(out,
		    ALPHABETS[which].letters[bits << (per - held) & ((1u << per) - 1)]);
	buf_puts(out, ALPHABETS[which].pad);
}

/* Full-width forms of ASCII. */
static void
wrap_wide(const char *text, struct buf *out)
{
	for (const char *p = text; *p != '\0'; p++)
		if (*p > ' ' && *p < '\x7f')
			utf8_put(out, (uint32_t)*p - '!' + 0xff01);
		else
			buf_putc(out, *p);
}

/* Characters nobody sees, between all others. */
static void
wrap_invisible(const char *text, struct buf *out)
{
	static const uint32_t UNSEEN[] = { 0xad, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff,
		0xfe0f, 0x34f, 0x180e, 0xe0001 };
	const char *p = text, *end = text + strlen(text);

	while (p < end) {
		size_t n;
		uint32_t c = utf8_next(p, end, &n);

		utf8_put(out, c);
		if (roll(2))
			utf8_put(out, ANY(UNSEEN));
		p += n;
	}
}

/* Quotes as a shell drops them. */
static void
wrap_quotes(const char *text, struct buf *out)
{
	for (const char *p = text; *p != '\0'; p++) {
		buf_putc(out, *p);
		if (p[1] != '\0' && (unsigned char)p[1] < 0x80 &&
		    (unsigned char)*p < 0x80 && roll(4) == 0)
			buf_puts(out, roll(2) ? "\"\"" : "''");
	}
}

/* Look-alikes of digits and marks. */
static void
wrap_look_alikes(const char *text, struct buf *out)
{
	static const uint32_t ZEROS[] = { 0x660, 0x966, 0xe50, 0xff10, 0x1d7ce, 0x1d7f6 };
	uint32_t zero = ANY(ZEROS);

	for (const char *p = text; *p != '\0'; p++)
		if (*p >= '0' && *p <= '9')
			utf8_put(out, zero + (uint32_t)(*p - '0'));
		else if (*p == '.')
			utf8_put(out, roll(2) ? 0x3002 : 0x2024);
		else if (*p == '-')
			utf8_put(out, roll(2) ? 0x2011 : 0x2212);
		else
			buf_putc(out, *p);
}

/* Characters as numbers. */
static void
wrap_codes(const char *text, struct buf *out)
{
	const char *gap = roll(2) ? "," : ", ", *p = text, *end = text + strlen(text);
	bool decimal = roll(2) == 0;

	while (p < end) {
		size_t n;
		uint32_t c = utf8_next(p, end, &n);

		buf_printf(out, decimal ? "%s%u" : "%s0x%02x", p > text ? gap : "", c);
		p += n;
	}
}

/* The last character first. */
static void
wrap_backwards(const char *text, struct buf *out)
{
	const char *p = text + strlen(text);

	while (p > text) {
		const char *end = p--;

		while (p > text && ((unsigned char)*p & 0xc0) == 0x80)
			p--;
		buf_put(out, p, (size_t)(end - p));
	}
}

static void (*const WRAPPINGS[])(const char *, struct buf *) = { wrap_percent,
	wrap_escapes, wrap_alphabet, wrap_wide, wrap_invisible, wrap_quotes,
	wrap_look_alikes, wrap_codes, wrap_backwards };

/* ---- one round */

static struct gate *
everybody(void)
{
	struct err e = ERR_NONE;
	struct gate *g = gate_new(&e);

	gate_add(g, "203.0.113.10", &e);
	gate_add(g, "2001:db8:5::10", &e);
	for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++)
		gate_add(g, NAMES[i], &e);
	return g;
}

static void
put_identity(struct buf *out)
{
	switch (roll(3)) {
	case 0:
		put_v4(out, V4);
		break;
	case 1:
		put_v6(out);
		break;
	default:
		buf_puts(out, ANY(NAMES));
	}
}

/* Whether all of it went: what is left must not hold the wrapped text, whole or in half. */
static bool
is_gone(const char *left, const char *wrapped)
{
	size_t len = strlen(wrapped);

	return strstr(left, wrapped) == NULL && strstr(left, wrapped + len / 2) == NULL &&
	       memmem(left, strlen(left), wrapped, len / 2) == NULL &&
	       strstr(left, GATE_CUT) != NULL;
}

static bool
one_round(struct gate *g, bool show)
{
	static const char *const BEFORE[] = { "", "http://198.51.100.9/?u=", "wget ",
		"x ", "(" };
	static const char *const AFTER[] = { "", "/x.sh", " now", ")", "&z=1" };
	auto_buf plain = BUF_INIT(GATE_TEXT_MAX), text = BUF_INIT(GATE_TEXT_MAX);
	auto_buf out = BUF_INIT(GATE_TEXT_MAX * 3), wrapped = BUF_INIT(GATE_TEXT_MAX);
	uint32_t wraps = roll(WRAPS + 1), how;
	bool gone, turned = false;

	put_identity(&plain);
	buf_add(&wrapped, &plain);
	for (uint32_t i = 0; i < wraps; i++) {
		auto_buf next = BUF_INIT(GATE_TEXT_MAX);

		/* Once turned round is enough for anybody. */
		do
			how = roll(sizeof WRAPPINGS / sizeof WRAPPINGS[0]);
		while (turned && WRAPPINGS[how] == wrap_backwards);
		turned |= WRAPPINGS[how] == wrap_backwards;
		WRAPPINGS[how](buf_text(&wrapped), &next);
		buf_reset(&wrapped);
		buf_add(&wrapped, &next);
		if (!buf_ok(&wrapped))
			return true;
	}
	buf_puts(&text, ANY(BEFORE));
	buf_add(&text, &wrapped);
	buf_puts(&text, ANY(AFTER));
	if (!buf_ok(&text))
		return true;
	gate_pass(g, buf_text(&text), GATE_TEXT_MAX, &out);
	gone = is_gone(buf_text(&out), buf_text(&wrapped));
	if (!gone && show)
		printf("# %s\n#  as %s\n# left %s\n", buf_text(&plain), buf_text(&text),
		    buf_text(&out));
	return gone;
}

int
main(void)
{
	const char *rounds = getenv("POTPRESS_ROUNDS"), *seed = getenv("POTPRESS_SEED");
	long most = rounds != NULL ? atol(rounds) : ROUNDS, failed = 0;
	struct gate *g = everybody();

	dice = seed != NULL ? (uint64_t)atoll(seed) : 2026;
	for (long i = 0; i < most; i++)
		failed += !one_round(g, failed < FAILURES_SHOWN);
	if (!is_int(failed, 0, "an identity in up to three disguises never leaves"))
		printf("# of %ld\n", most);
	gate_free(g);
	return done_testing();
}
