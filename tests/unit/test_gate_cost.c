/*
 * test_gate_cost.c - the time for one text is bounded, whatever an attacker writes and however much is private.
 *
 * The limit is processor time and leaves room for slow machines and sanitizers; tests/bench/gate.c measures.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <time.h>

#include "common/outgoing/gate.h"
#include "tests/unit/tap.h"

#define MOST_MS 150
#define IDENTITIES 1000

static struct gate *
many_identities(void)
{
	struct err e = ERR_NONE;
	struct gate *g = gate_new(&e);
	char value[64];

	for (int i = 0; i < IDENTITIES; i++) {
		BUF_FIXED(value, "198.51.%d.%d", (i * 7) % 250, i % 250);
		gate_add(g, value, &e);
		BUF_FIXED(value, "2001:db8:%x::%x", i, i * 3);
		gate_add(g, value, &e);
		BUF_FIXED(value, "sensor-%03d.lab.example", i);
		gate_add(g, value, &e);
	}
	gate_add(g, "*.lab.example", &e);
	return g;
}

static double
passing_ms(struct gate *g, const char *text)
{
	auto_buf out = BUF_INIT(4 * GATE_TEXT_MAX);
	struct timespec from, to;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	gate_pass(g, text, GATE_TEXT_MAX, &out);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	return (double)(to.tv_sec - from.tv_sec) * 1e3 +
	       (double)(to.tv_nsec - from.tv_nsec) / 1e6;
}

static void
check(struct gate *g, const char *piece, size_t length, const char *words)
{
	char text[GATE_TEXT_MAX + 1];
	size_t len = strlen(piece);
	double ms;

	for (size_t i = 0; i < length; i++)
		text[i] = piece[i % len];
	text[length] = '\0';
	ms = passing_ms(g, text);
	if (!ok(ms < MOST_MS, words))
		printf("# took %.0f ms\n", ms);
}

int
main(void)
{
	struct gate *g = many_identities();

	passing_ms(g, "the first text makes it ready");
	check(g, "%25&#x26;\\x5c.[1]' ", GATE_TEXT_MAX,
	    "a text of escapes that was cut, whose end may be the beginning of any identity");
	check(g, "%25&#x26;\\x5c.[1]' ", GATE_STORED_NAME_MAX, "... a shorter one");
	check(g, "MDAw", GATE_TEXT_MAX, "zeros without an end in base64");
	check(g, "a.lab.example", GATE_TEXT_MAX, "one name after the other of a domain");
	check(g, "bGFiLmV4YW1wbGUu", GATE_TEXT_MAX, "... in base64");
	check(g, "xn--a-", GATE_TEXT_MAX, "labels of punycode within labels");
	check(g, "786e2d2d612d", GATE_TEXT_MAX, "... in hexadecimal");
	check(g, "1.", GATE_TEXT_MAX, "numbers and dots without an end");
	check(g, "1::", GATE_TEXT_MAX, "... and colons");
	gate_free(g);
	return done_testing();
}
