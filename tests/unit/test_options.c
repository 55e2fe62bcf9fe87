/*
 * test_options.c - the command line: what it sets, what it refuses, what --help tells.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "collector/collector.h"
#include "enricher/enricher.h"
#include "publisher/publisher.h"
#include "tests/unit/tap.h"

#define OUTPUT_MAX 20000
#define ARGUMENTS_MAX 8

/* One command line and what came of it. */
struct run {
	int status;
	struct options options;
	struct collector_options collector;
	struct publisher_options publisher;
	struct enricher_options enricher;
	char out[OUTPUT_MAX], err[OUTPUT_MAX];
};

static void
read_all(FILE *f, char out[OUTPUT_MAX])
{
	size_t len;

	rewind(f);
	len = fread(out, 1, OUTPUT_MAX - 1, f);
	out[len] = '\0';
	fclose(f);
}

/* Parses "potpress-SECTION" and the words of `line`; takes what is printed. */
static void
run(struct run *r, const char *section, const char *line)
{
	static char words[256];
	static char name[64];
	static char *argv[ARGUMENTS_MAX + 2];
	char *rest = words, *word;
	int argc = 1, out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
	FILE *to_out = tmpfile(), *to_err = tmpfile();
	struct program program = { section, "does one thing", NULL, NULL };
	void *own = NULL;

	r->collector = (struct collector_options){ .yes = false };
	r->publisher = (struct publisher_options){ .preview_dir = NULL };
	r->enricher = (struct enricher_options){ .reparse = false };
	if (strcmp(section, "collector") == 0) {
		own = &r->collector;
		program.rows = collector_options;
		program.check = collector_check_options;
	} else if (strcmp(section, "enricher") == 0) {
		own = &r->enricher;
		program.rows = enricher_options;
		program.check = enricher_check_options;
	} else if (strcmp(section, "publisher") == 0) {
		own = &r->publisher;
		program.rows = publisher_options;
	}
	memset(argv, 0, sizeof argv);
	argv[0] = name;
	snprintf(name, sizeof(name), "potpress-%s", section);
	snprintf(words, sizeof(words), "%s", line);
	while (argc <= ARGUMENTS_MAX && (word = strsep(&rest, " ")))
		if (*word)
			argv[argc++] = word;
	fflush(stdout);
	dup2(fileno(to_out), STDOUT_FILENO);
	dup2(fileno(to_err), STDERR_FILENO);
	r->status = options_parse(&r->options, &program, own, argc, argv);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	read_all(to_out, r->out);
	read_all(to_err, r->err);
}

static void
expect_usage(struct run *r, const char *section, const char *line, const char *words)
{
	char name[200];
	size_t len;

	run(r, section, line);
	len = strlen(r->err);
	snprintf(name, sizeof(name), "potpress-%s %s: 64", section, line);
	is_int(r->status, EXIT_USAGE_BAD, name);
	snprintf(name, sizeof(name), "potpress-%s %s: says %s", section, line, words);
	ok(strstr(r->err, words) && strstr(r->err, "--help"), name);
	ok(len > 0 && strchr(r->err, '\n') == r->err + len - 1 && r->out[0] == '\0',
	    "in one line on stderr");
}

static void
test_set(struct run *r)
{
	unsetenv("POTPRESS_CONFIG");
	run(r, "collector", "");
	is_int(r->status, -1, "nothing given: go on");
	is_text(r->options.config_path, CONFIG_DEFAULT_PATH, "the default file");
	ok(!r->options.once && !r->options.check && !r->options.show_config,
	    "and no mode");
	ok(!r->publisher.preview_dir && !r->options.offline, "and no preview");
	run(r, "collector", "--since 2025-11-01 --until 2025-11-02 --yes");
	ok(r->status == -1 && r->collector.since.given && r->collector.yes,
	    "--since and --yes");
	is_int(r->collector.since.begins_at, 1761955200,
	    "--since is the beginning of its day");
	is_int(collector_until_at(&r->collector), 1762128000,
	    "--until is the end of its day");
	run(r, "collector", "--once");
	ok(r->status == -1 && r->options.once && !r->options.check, "--once");
	ok(!r->options.verbose, "and not --verbose");
	run(r, "collector", "--once -v");
	ok(r->status == -1 && r->options.once && r->options.verbose, "-v");
	run(r, "enricher", "--verbose");
	ok(r->status == -1 && r->options.verbose, "--verbose");
	run(r, "enricher", "--check");
	ok(r->status == -1 && r->options.check && !r->options.once, "--check");
	run(r, "publisher", "--show-config");
	ok(r->status == -1 && r->options.show_config && !r->options.check,
	    "--show-config");
	run(r, "publisher", "--once --preview /srv/x -c a.conf");
	ok(r->status == -1 && r->options.once, "several options");
	is_text(r->publisher.preview_dir, "/srv/x", "--preview DIR");
	ok(r->options.offline, "--preview uses no service");
	is_text(r->options.config_path, "a.conf", "-c FILE");
	run(r, "publisher", "--preview=/srv/y -cb.conf");
	is_text(r->publisher.preview_dir, "/srv/y", "--preview=DIR");
	is_text(r->options.config_path, "b.conf", "-cFILE");
	is_text(r->err, "", "nothing is said of good usage");
}

#define MD5 "0123456789abcdef0123456789ABCDEF"

static void
test_operands(struct run *r)
{
	run(r, "enricher", "--ask " MD5 " --once " MD5);
	ok(r->status == -1 && r->enricher.ask.given && r->options.once,
	    "--ask takes the arguments that stand by themselves");
	is_int(r->enricher.ask.count, 2, "all of them");
	is_text(r->enricher.ask.items[1], MD5, "in their order");
	ok(r->options.by_hand && !r->options.offline && !r->enricher.import.given,
	    "it is done by hand, and asks");
	run(r, "enricher", "--import a.json -- --b.json");
	is_text(r->enricher.import.items[1], "--b.json", "--import takes files");
	ok(r->options.by_hand && r->options.offline, "it asks nobody");
	expect_usage(r, "enricher", "--ask", "--ask requires at least one HASH;");
	expect_usage(r, "enricher", "--import", "at least one FILE;");
	expect_usage(r, "enricher", "--ask " MD5 " xyz " MD5 "0",
	    "not an MD5, SHA-1 or SHA-256: 'xyz'");
	ok(strstr(r->err, "'" MD5 "0'") != NULL,
	    "every argument that is no hash is named");
	expect_usage(r, "enricher", "--ask " MD5 " --import", "cannot be combined");
	expect_usage(r, "enricher", "--reparse x", "'x'");
}

static void
test_config_path(struct run *r)
{
	setenv("POTPRESS_CONFIG", "/srv/env.conf", 1);
	run(r, "collector", "");
	is_text(r->options.config_path, "/srv/env.conf",
	    "POTPRESS_CONFIG wins over the default");
	run(r, "collector", "-c /srv/c.conf");
	is_text(r->options.config_path, "/srv/c.conf", "-c wins over POTPRESS_CONFIG");
	setenv("POTPRESS_CONFIG", "", 1);
	run(r, "collector", "");
	is_text(r->options.config_path, CONFIG_DEFAULT_PATH,
	    "an empty POTPRESS_CONFIG is none");
	unsetenv("POTPRESS_CONFIG");
}

static void
test_version(struct run *r)
{
	run(r, "enricher", "--version");
	is_int(r->status, 0, "--version ends with 0");
	is_text(r->out, "potpress-enricher " POTPRESS_VERSION "\n", "--version");
	is_text(r->err, "", "--version goes to stdout");
}

static void
test_help(struct run *r)
{
	static const char *const words[] = { "potpress-publisher - does one thing",
		"Usage: ", "-c FILE", "--once", "--check", "--show-config", "--version",
		"--help", "--preview DIR", "SIGTERM", "SIGHUP", "64", "75", "78",
		"[database]", "[publisher]", "sensor_names" };
	char name[80];

	run(r, "publisher", "--help --once");
	is_int(r->status, 0, "--help ends with 0");
	is_text(r->err, "", "--help goes to stdout");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		snprintf(name, sizeof(name), "--help tells %s", words[i]);
		ok(strstr(r->out, words[i]) != NULL, name);
	}
	run(r, "collector", "--help");
	ok(strstr(r->out, "--since DATE") && strstr(r->out, "--until DATE") &&
		strstr(r->out, "--yes"),
	    "--help of the collector tells how to read the past");
	ok(!strstr(r->out, "--preview"), "--help of another program has no --preview");
	ok(!strstr(r->out, "[publisher]"), "and none of the publisher's keys");
}

/* Status 64, one sentence with `words` on stderr, nothing on stdout. */
static void
test_refused(struct run *r)
{
	expect_usage(r, "collector", "--frob", "unknown option '--frob'");
	expect_usage(r, "collector", "-x", "'-x'");
	expect_usage(r, "collector", "-ox", "'-o'");
	expect_usage(r, "collector", "-c", "missing after '-c'");
	expect_usage(r, "collector", "now", "'now'");
	expect_usage(r, "collector", "--once now", "'now'");
	expect_usage(r, "collector", "now --once", "'now'");
	expect_usage(r, "collector", "-- --once", "'--once'");
	expect_usage(r, "collector", "--once=yes", "no argument: '--once=yes'");
	expect_usage(r, "collector", "--verbose=yes", "no argument: '--verbose=yes'");
	expect_usage(r, "collector", "--preview /srv/x", "'--preview'");
	expect_usage(r, "enricher", "--preview /srv/x", "'--preview'");
	expect_usage(r, "enricher", "--since 2026-11-01", "'--since'");
	expect_usage(r, "collector", "--since 2026-11-1", "YYYY-MM-DD, not '2026-11-1'");
	expect_usage(r, "collector", "--since 2026-02-30", "not '2026-02-30'");
	expect_usage(r, "collector", "--until 2026-11-01", "--until requires --since");
	expect_usage(r, "collector", "--yes", "--yes requires --since");
	expect_usage(r, "collector", "--since 2026-11-02 --until 2026-11-01",
	    "--until is before --since;");
	expect_usage(r, "collector", "--since 9998-11-02", "--since is in the future;");
	expect_usage(r, "publisher", "--preview", "missing after '--preview'");
	expect_usage(r, "publisher", "--frob", "potpress-publisher:");
}

/* Each would silently win over the other. */
static void
test_pairs(struct run *r)
{
	static const char *const PAIRS[][4] = {
		{ "publisher", "--show-config --check", "--check", "--show-config" },
		{ "collector", "--since 2025-11-01 --check", "--check", "--since" },
		{ "collector", "--show-config --since 2025-11-01", "--show-config",
		    "--since" },
		{ "enricher", "--check --ask " MD5, "--check", "--ask" },
		{ "enricher", "--ask " MD5 " --reparse", "--ask", "--reparse" },
		{ "enricher", "--import a.json --reparse", "--import", "--reparse" },
		{ "publisher", "--preview /srv/x --check", "--check", "--preview" },
		{ "publisher", "--preview /srv/x --show-config", "--show-config",
		    "--preview" },
	};
	char words[80];

	for (size_t i = 0; i < sizeof PAIRS / sizeof PAIRS[0]; i++) {
		snprintf(words, sizeof words, "%s and %s cannot be combined;",
		    PAIRS[i][2], PAIRS[i][3]);
		expect_usage(r, PAIRS[i][0], PAIRS[i][1], words);
	}
	expect_usage(r, "publisher", "--send", "--send requires --check;");
	run(r, "publisher", "--check --send -v");
	ok(r->status == -1 && r->options.check && r->publisher.send,
	    "--check --send means something");
	run(r, "collector", "--once --since 2025-11-01");
	ok(r->status == -1, "--once goes with what exits by itself");
	run(r, "collector", "--once --check");
	ok(r->status == -1 && r->options.check, "as a check does");
	run(r, "collector", "--check --check");
	ok(r->status == -1, "an option may be given twice");
	run(r, "publisher", "--check --show-config --help");
	is_int(r->status, 0, "--help wins");
}

int
main(void)
{
	struct run *r = calloc(1, sizeof(*r));

	if (!r)
		return 1;
	test_set(r);
	test_operands(r);
	test_config_path(r);
	test_version(r);
	test_help(r);
	test_refused(r);
	test_pairs(r);
	free(r);
	return done_testing();
}
