/*
 * test_log.c - log lines: one write each, and nothing of an attacker's in them that acts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/log.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/utf8.h"
#include "tests/unit/tap.h"

#define HEAD "ts=2026-11-20T05:06:07Z level=info stage=unit event=done"
#define OUTPUT_MAX (4 * LOG_LINE_MAX)
#define VALUE_MAX (2 * LOG_LINE_MAX)

static int64_t
fixed_now(void *ctx)
{
	(void)ctx;
	return 1795151167;
}

static uint32_t
fixed_draw(void *ctx)
{
	(void)ctx;
	return 0;
}

static const struct clock CLOCK = { fixed_now, fixed_draw, NULL, 1, NULL, false, NULL };

/* A log whose lines can be read one write at a time: a packet pipe keeps writes apart. */
struct sink {
	struct log log;
	int in;
};

static struct sink
sink_open(void)
{
	struct sink s = { .log = { .stage = "unit", .clock = &CLOCK, .fd = -1 },
		.in = -1 };
	int ends[2];

	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK | O_DIRECT) == 0) {
		s.in = ends[0];
		s.log.fd = ends[1];
	}
	return s;
}

static void
sink_close(struct sink *s)
{
	close(s->in);
	close(s->log.fd);
}

/* The next write, "" when there is none. */
static const char *
next_write(const struct sink *s, char text[OUTPUT_MAX])
{
	ssize_t n = read(s->in, text, OUTPUT_MAX - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* What the value of a field looks like in a line. */
static void
check_value(const char *value, const char *want, const char *words)
{
	struct sink s = sink_open();
	char got[OUTPUT_MAX], line[OUTPUT_MAX];

	log_line(&s.log, LOG_INFO, "done", "v", value, NULL);
	snprintf(line, sizeof line, HEAD " v=%s\n", want);
	is_text(next_write(&s, got), line, words);
	sink_close(&s);
}

static void
test_line(void)
{
	struct sink s = sink_open();
	char got[OUTPUT_MAX];

	log_line(&s.log, LOG_INFO, "done", NULL);
	is_text(
	    next_write(&s, got), HEAD "\n", "time, level, stage and event come first");
	log_line(&s.log, LOG_ERROR, "stopped", "a", "1", "b", "2", NULL);
	is_text(next_write(&s, got),
	    "ts=2026-11-20T05:06:07Z level=error stage=unit event=stopped a=1 b=2\n",
	    "then the pairs in their order");
	log_line(&s.log, LOG_WARNING, "retry", NULL);
	is_text(next_write(&s, got),
	    "ts=2026-11-20T05:06:07Z level=warning stage=unit event=retry\n",
	    "a warning");
	log_line(&s.log, LOG_INFO, "done", "a", (const char *)NULL, "b", "2", "c",
	    (const char *)NULL, NULL);
	is_text(next_write(&s, got), HEAD " b=2\n", "a NULL value drops its pair alone");
	is_text(next_write(&s, got), "", "and nothing else is written");
	sink_close(&s);
}

static void
test_plain_values(void)
{
	check_value("word", "word", "a word needs no quotes");
	check_value("a/b:c,[d]'e'", "a/b:c,[d]'e'", "nor do most signs");
	check_value("", "\"\"", "nothing is quoted");
	check_value("two words", "\"two words\"", "a space is quoted");
	check_value(
	    "a=b", "\"a=b\"", "an equals sign is quoted, so that no pair is forged");
	check_value("say \"x\"", "\"say \\\"x\\\"\"", "quotes are escaped");
	check_value("a\"b", "\"a\\\"b\"", "also without a space");
	check_value("a\\b", "\"a\\\\b\"", "a backslash is escaped");
	check_value("sch\xc3\xb6n", "\"sch\xc3\xb6n\"", "other alphabets can be read");
}

static void
test_hostile_values(void)
{
	check_value("a\nts=1 level=error", "\"a\\nts=1 level=error\"",
	    "a newline starts no line");
	check_value("a\rb", "\"a\\x0db\"", "a carriage return overwrites none");
	check_value("a\tb", "\"a\\x09b\"", "a tab");
	check_value("\x1b[31m", "\"\\x1b[31m\"", "ESC reaches no terminal");
	check_value(
	    "\x07\x08\x7f", "\"\\x07\\x08\\x7f\"", "nor do bell, backspace and delete");
	check_value(
	    "\xc2\x9b"
	    "31m",
	    "\"\\x9b31m\"", "nor does the one-character CSI");
	check_value("a\xff\xc3", "\"a\\xff\\xc3\"", "broken bytes are shown, not sent");
	check_value("\xed\xa0\x80", "\"\\xed\\xa0\\x80\"", "surrogates too");
	check_value(
	    "a\xe2\x80\xae"
	    "b",
	    "\"a\\u{202e}b\"", "text that would run backwards is shown as such");
	check_value(
	    "a\xe2\x80\xa8"
	    "b",
	    "\"a\\u{2028}b\"", "a line separator too");
}

static void
test_value_cut(void)
{
	char value[VALUE_MAX + 1], want[VALUE_MAX + 100];

	memset(value, 'x', sizeof value);
	value[LOG_VALUE_MAX] = '\0';
	check_value(value, value, "a value of 512 bytes is whole");
	snprintf(want, sizeof want, "\"%s…\"", value);
	value[LOG_VALUE_MAX] = 'x';
	value[LOG_VALUE_MAX + 1] = '\0';
	check_value(value, want, "one of 513 is cut, and says so");
	value[LOG_VALUE_MAX + 1] = 'x';
	value[VALUE_MAX] = '\0';
	check_value(value, want, "so is one that is longer than a line");
}

static void
test_value_cut_character(void)
{
	char value[LOG_VALUE_MAX + 100], got[OUTPUT_MAX];
	struct sink s = sink_open();
	size_t n;

	memset(value, 'x', LOG_VALUE_MAX - 1);
	memcpy(value + LOG_VALUE_MAX - 1, "\xe2\x82\xac", 4);
	log_line(&s.log, LOG_INFO, "done", "v", value, NULL);
	n = strlen(next_write(&s, got));
	ok(n > LOG_VALUE_MAX && utf8_valid(got, n),
	    "a cut character does not break the line");
	sink_close(&s);
}

static void
test_long_line(void)
{
	char value[LOG_VALUE_MAX + 1], got[OUTPUT_MAX];
	struct sink s = sink_open();
	size_t n;

	memset(value, '\x01', sizeof value);
	value[LOG_VALUE_MAX] = '\0';
	log_line(&s.log, LOG_INFO, "done", "a", value, "b", value, "c", value, "last",
	    "1", NULL);
	n = strlen(next_write(&s, got));
	ok(n > LOG_VALUE_MAX && n <= LOG_LINE_MAX, "a line stays within its limit");
	ok(n > 0 && got[n - 1] == '\n' && strchr(got, '\n') == got + n - 1,
	    "and is one line");
	ok(strstr(got, " a=\"") != NULL && strstr(got, " c=") == NULL,
	    "a pair that does not fit is left out");
	ok(strstr(got, "\\x01\" last=1\n") != NULL,
	    "whole, and what fits behind it stays");
	is_text(next_write(&s, got), "", "it was written at once");
	sink_close(&s);
}

static void
test_writes(void)
{
	char got[OUTPUT_MAX];
	struct sink s = sink_open();

	log_line(&s.log, LOG_INFO, "done", "n", "1", NULL);
	log_line(&s.log, LOG_INFO, "done", "n", "2", NULL);
	is_text(next_write(&s, got), HEAD " n=1\n", "each line is one write");
	is_text(next_write(&s, got), HEAD " n=2\n", "of its own");
	is_text(next_write(&s, got), "", "and no more");
	sink_close(&s);
}

static void
test_least(void)
{
	char got[OUTPUT_MAX];
	struct sink s = sink_open();

	s.log.least = LOG_WARNING;
	log_line(&s.log, LOG_INFO, "done", NULL);
	is_text(next_write(&s, got), "", "less important lines are dropped");
	log_line(&s.log, LOG_WARNING, "paused", NULL);
	ok(next_write(&s, got)[0] != '\0', "others are written");
	log_line(&s.log, LOG_ERROR, "stopped", NULL);
	ok(next_write(&s, got)[0] != '\0', "more important ones as well");
	sink_close(&s);
}

static void
test_journal(void)
{
	char got[OUTPUT_MAX];
	struct sink s = sink_open();

	s.log.journal = true;
	log_line(&s.log, LOG_INFO, "done", NULL);
	is_text(next_write(&s, got), "<6>" HEAD "\n", "the journal is told the priority");
	log_line(&s.log, LOG_ERROR, "stopped", NULL);
	ok(strncmp(next_write(&s, got), "<3>ts=", 6) == 0, "that of an error is 3");
	sink_close(&s);
}

static void
test_numbers(void)
{
	struct log_number a, b;

	is_text(log_number(&a, 0), "0", "nought");
	is_text(log_number(&a, INT64_MAX), "9223372036854775807", "the largest number");
	is_text(log_number(&b, INT64_MIN), "-9223372036854775808", "the smallest");
	is_text(a.text, "9223372036854775807", "each in its own buffer");
}

int
main(void)
{
	test_line();
	test_plain_values();
	test_hostile_values();
	test_value_cut();
	test_value_cut_character();
	test_long_line();
	test_writes();
	test_least();
	test_journal();
	test_numbers();
	return done_testing();
}
