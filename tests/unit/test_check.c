/*
 * test_check.c - what --check says: once, on one line, fit for a terminal; which disks are shared.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage/check.h"

#include <string.h>
#include <unistd.h>

#include "tests/unit/tap.h"

static int64_t
at_noon(void *ctx)
{
	(void)ctx;
	return 1795521600;
}

/* Runs `say` with stdout in a file; returns what was printed. */
static const char *
printed(void (*say)(struct check *), struct check *c)
{
	static char text[4000];
	FILE *file = tmpfile();
	int out = dup(STDOUT_FILENO);
	size_t len;

	fflush(stdout);
	dup2(fileno(file), STDOUT_FILENO);
	say(c);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	close(out);
	rewind(file);
	len = fread(text, 1, sizeof text - 1, file);
	text[len] = '\0';
	fclose(file);
	return text;
}

static void
say_twice(struct check *c)
{
	check_problem(c, "the engine is %s", "away");
	check_problem(c, "the site is away");
	check_problem(c, "the engine is %s", "away");
}

static void
say_nasty(struct check *c)
{
	check_problem(c, "%s", "red \x1b[31m\nfeigned: line\r \xe2\x80\xae \xff");
}

static void
say_clocks(struct check *c)
{
	const struct clock ours = { .now = at_noon };

	check_clock(c, "x", 0, &ours);
	check_clock(c, "x", at_noon(NULL) + CHECK_CLOCK_OFF_S, &ours);
	check_clock(c, "x", at_noon(NULL) - CHECK_CLOCK_OFF_S, &ours);
	check_clock(c, "ahead", at_noon(NULL) + CHECK_CLOCK_OFF_S + 1, &ours);
	check_clock(c, "behind", at_noon(NULL) - 3600, &ours);
}

static void
test_saying(void)
{
	struct check c = CHECK_INIT;

	is_text(printed(say_twice, &c), "the engine is away\nthe site is away\n",
	    "a sentence is said once");
	is_int(c.problems, 3, "and every problem counted");
	is_text(printed(say_nasty, &c), "red  [31m feigned: line    \xef\xbf\xbd\n",
	    "a server's bytes stay text on one line");
	buf_done(&c.said);
}

static void
test_clocks(void)
{
	struct check c = CHECK_INIT;
	const char *text = printed(say_clocks, &c);

	is_int(c.problems, 2, "two clocks may differ by a minute, not by more");
	ok(strstr(text, "ahead: its clock is 61 seconds ahead of") != NULL, "ahead");
	ok(strstr(text, "behind: its clock is 3600 seconds behind") != NULL, "behind");
	buf_done(&c.said);
}

static void
test_disks(void)
{
	ok(check_is_network(0x6969), "NFS is a disk over a network");
	ok(check_is_network((long)0xff534d42), "CIFS is one");
	ok(check_is_network((long)(int)0xfe534d42), "SMB2 is one, whatever its sign");
	ok(!check_is_network(0xef53), "ext4 is none");
	ok(!check_is_network(0x9123683e), "btrfs is none");
	ok(!check_is_network(0x01021994), "tmpfs is none");
}

int
main(void)
{
	test_saying();
	test_clocks();
	test_disks();
	return done_testing();
}
