/*
 * test_err.c - the one error value: what it carries, where it is cut, what a process ends with.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/err.h"
#include "common/base/utf8.h"
#include "tests/unit/tap.h"

#define EURO "\xe2\x82\xac" /* three bytes */
#define WORDS_MAX (2 * ERR_TEXT_MAX)

/* `lead` letters and then euro signs, longer than an error's text. */
static const char *
long_words(char words[WORDS_MAX], size_t lead)
{
	memset(words, 'x', lead);
	for (size_t at = lead; at + 4 <= WORDS_MAX; at += 3)
		memcpy(words + at, EURO, 4);
	return words;
}

/* Text is UTF-8 and not shorter than one character less than what fits. */
static bool
is_cut_well(const struct err *e)
{
	size_t n = strlen(e->text);

	return n < ERR_TEXT_MAX && n >= ERR_TEXT_MAX - 5 && utf8_valid(e->text, n);
}

static void
test_set(void)
{
	struct err e = ERR_NONE;

	is_int(e.fault, FAULT_NONE, "a new error says nothing");
	is_text(e.text, "", "and has no text");
	e.outage = OUTAGE_QUOTA;
	e.retry_after_s = 77;
	e.unknown_outcome = true;
	ok(!err_set(&e, FAULT_REJECT, "sample %d: %s", 7, "no"), "err_set returns false");
	is_int(e.fault, FAULT_REJECT, "the fault");
	is_text(e.text, "sample 7: no", "the sentence");
	is_int(e.retry_after_s, 0, "nothing is left of an earlier pause");
	ok(!e.unknown_outcome, "nor of an earlier doubt");
	err_set(&e, FAULT_RETRY, "again: %s", e.text);
	is_text(e.text, "again: sample 7: no", "the text may be built from itself");
}

static void
test_outage(void)
{
	struct err e = ERR_NONE;

	e.unknown_outcome = true;
	ok(!err_outage(&e, OUTAGE_QUOTA, 60, "HTTP %d", 429), "err_outage returns false");
	is_int(e.fault, FAULT_OUTAGE, "an outage is a fault of its own");
	is_int(e.outage, OUTAGE_QUOTA, "its kind");
	is_int(e.retry_after_s, 60, "what the service asked for");
	is_text(e.text, "HTTP 429", "its sentence");
	ok(!e.unknown_outcome, "an answered request leaves no doubt");
	err_clear(&e);
	is_int(e.fault, FAULT_NONE, "a cleared error says nothing");
	is_int(e.retry_after_s, 0, "asks for no pause");
	is_text(e.text, "", "and has no text");
}

static void
test_prefix(void)
{
	struct err e = ERR_NONE;

	err_outage(&e, OUTAGE_CREDENTIALS, 5, "refused");
	e.unknown_outcome = true;
	err_prefix(&e, "sample %s", "15a0");
	is_text(e.text, "sample 15a0: refused", "a prefix stands before the text");
	is_int(e.fault, FAULT_OUTAGE, "the fault stays");
	is_int(e.outage, OUTAGE_CREDENTIALS, "its kind too");
	is_int(e.retry_after_s, 5, "the pause too");
	ok(e.unknown_outcome, "the doubt too");
	err_prefix(&e, "%s", e.text);
	is_text(e.text, "sample 15a0: refused: sample 15a0: refused",
	    "a prefix may be made of the text itself");
}

static void
test_cut(void)
{
	char words[WORDS_MAX];
	bool set = true, outage = true, prefix = true, prefixed = true;

	for (size_t lead = 0; lead < 3; lead++) {
		struct err e = ERR_NONE;

		err_set(&e, FAULT_RETRY, "%s", long_words(words, lead));
		set = set && is_cut_well(&e);
		err_prefix(&e, "x");
		prefixed = prefixed && is_cut_well(&e) && strncmp(e.text, "x: ", 3) == 0;
		err_outage(&e, OUTAGE_DOWN, 0, "%s", long_words(words, lead));
		outage = outage && is_cut_well(&e);
		err_prefix(&e, "%s", long_words(words, lead));
		prefix = prefix && is_cut_well(&e);
	}
	ok(set, "a long text is cut on a character boundary");
	ok(outage, "an outage's as well");
	ok(prefixed, "a long text behind a prefix as well");
	ok(prefix, "a long prefix as well");
}

static void
test_cut_ascii(void)
{
	char words[WORDS_MAX];
	struct err e = ERR_NONE;

	memset(words, 'x', sizeof words);
	words[ERR_TEXT_MAX - 1] = '\0';
	err_set(&e, FAULT_RETRY, "%s", words);
	is_int(
	    (int64_t)strlen(e.text), ERR_TEXT_MAX - 1, "a text that just fits is whole");
	words[ERR_TEXT_MAX - 1] = 'x';
	words[ERR_TEXT_MAX] = '\0';
	err_set(&e, FAULT_RETRY, "%s", words);
	is_int((int64_t)strlen(e.text), ERR_TEXT_MAX - 1, "one byte more is cut");
	err_set(&e, FAULT_RETRY, "%s", "sch\xc3\xb6n");
	is_text(e.text, "sch\xc3\xb6n", "a short text keeps its last character");
	err_set(&e, FAULT_RETRY, "%s", "gr\xc3\xbc");
	is_text(e.text, "gr\xc3\xbc", "also one of two bytes");
}

static void
test_exit_status(void)
{
	struct err e = ERR_NONE;

	err_set(&e, FAULT_CONFIG, "x");
	is_int(err_exit_status(&e), 78, "a configuration fault ends with 78");
	err_set(&e, FAULT_FATAL, "x");
	is_int(err_exit_status(&e), 75, "a fatal one with 75");
	err_set(&e, FAULT_OUTAGE, "x");
	is_int(err_exit_status(&e), 75, "an outage too");
	is_int(EXIT_OK, 0, "done is 0");
	is_int(EXIT_PROBLEM, 1, "a problem found by --check is 1");
	is_int(EXIT_USAGE_BAD, 64, "bad usage is 64");
}

int
main(void)
{
	test_set();
	test_outage();
	test_prefix();
	test_cut();
	test_cut_ascii();
	test_exit_status();
	return done_testing();
}
