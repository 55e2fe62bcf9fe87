/*
 * options.c - the command line, the same for all programs.
 *
 * Usage is part of the interface: a mistake ends with EXIT_USAGE_BAD and one sentence on stderr
 * that names it; --help and --version go to stdout.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/config/options.h"

#include <assert.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/time.h"
#include "common/config/config.h"

#define ROWS_MAX 20 /* of one program, the common ones among them */
#define FIRST_ID 256 /* of rows; below it are letters */
#define FLAG(member) OPTION_FLAG, offsetof(struct options, member)

static const struct option_row common_rows[] = {
	{ NULL, 'c', OPTION_TEXT, offsetof(struct options, config_path), "FILE",
	    "configuration; else POTPRESS_CONFIG, else " CONFIG_DEFAULT_PATH, false },
	{ "once", 0, FLAG(once), NULL, "do all that is due now, then exit", false },
	{ "verbose", 'v', FLAG(verbose), NULL, "with --once: log what is done", false },
	{ "check", 0, FLAG(check), NULL,
	    "verify configuration and access, report every problem, change nothing",
	    false },
	{ "show-config", 0, FLAG(show_config), NULL,
	    "print the effective values, as a file that can be used again", false },
	{ "version", 0, FLAG(version), NULL, "print the version", false },
	{ "help", 0, FLAG(help), NULL, "print this help", false },
};
#define COMMON_ROWS (sizeof(common_rows) / sizeof(common_rows[0]))

static const char help_tail[] =
    "\nWithout --once it runs in the foreground until SIGTERM or SIGINT, and logs to "
    "stderr.\n"
    "\nSignals:\n"
    "  SIGTERM, SIGINT  finish or give back the work in hand and exit\n"
    "  SIGHUP           look for work now; end a pause with one try\n"
    "\nExit status:\n"
    "  0   stopped on request, or done\n"
    "  1   --check found a problem\n"
    "  64  bad usage\n"
    "  75  temporary failure: start it again later\n"
    "  78  bad configuration or database: needs manual action\n"
    "\nKeys of the configuration (see potpress.conf(5)):\n";

/* The common rows first, then the program's. */
static size_t
list_rows(const struct option_row *rows[ROWS_MAX], const struct program *p)
{
	size_t count = 0;

	while (count < COMMON_ROWS) {
		rows[count] = &common_rows[count];
		count++;
	}
	for (const struct option_row *own = p->rows; own && own->help; own++) {
		assert(count < ROWS_MAX);
		rows[count++] = own;
	}
	return count;
}

static void
print_help(const struct program *p)
{
	const struct option_row *rows[ROWS_MAX];
	size_t count = list_rows(rows, p);

	printf("potpress-%s - %s\n\nUsage: potpress-%s [OPTION]...\n", p->name,
	    p->summary, p->name);
	for (size_t i = 0; i < count; i++) {
		const struct option_row *row = rows[i];
		auto_buf names = BUF_CUT(80);

		if (row->letter)
			buf_printf(&names, "-%c%s", row->letter, row->name ? ", " : "");
		if (row->name)
			buf_printf(&names, "--%s", row->name);
		if (row->argument)
			buf_printf(&names, " %s", row->argument);
		printf("  %-17s%s\n", buf_text(&names), row->help);
	}
	fputs(help_tail, stdout);
	config_help(p->name, stdout);
}

static int
usage(const struct program *p, const char *what, const char *name)
{
	const char *quote = *name ? "'" : "";

	fprintf(stderr, "potpress-%s: %s%s%s%s%s; see potpress-%s --help\n", p->name,
	    what, *name ? " " : "", quote, name, quote, p->name);
	return EXIT_USAGE_BAD;
}

/* What getopt_long refused: `id` is '?' or ':'. It leaves in optopt the letter of a short option,
 * the id of a long one that is known, and 0 for a long one that is not. */
static int
refuse(const struct program *p, int id, char **argv)
{
	char letter[3] = { '-', (char)optopt, '\0' };
	bool is_letter = optopt > 0 && optopt < FIRST_ID;
	const char *name = is_letter ? letter : argv[optind - 1];

	if (id == ':')
		return usage(p, "an argument is missing after", name);
	if (optopt >= FIRST_ID)
		return usage(p, "this option takes no argument:", name);
	return usage(p, "unknown option", name);
}

/* "2026-11-20" */
static bool
parse_day(const char *text, struct option_day *day)
{
	char instant[TIME_TEXT_MAX], again[TIME_TEXT_MAX];

	if (strlen(text) != strlen("YYYY-MM-DD"))
		return false;
	BUF_FIXED(instant, "%sT00:00:00Z", text);
	if (!time_parse_iso(instant, &day->begins_at))
		return false;
	time_format_day(day->begins_at, again);
	day->given = true;
	return strcmp(again, text) == 0;
}

static bool
take(const struct option_row *row, void *values)
{
	void *place = (char *)values + row->offset;

	switch (row->type) {
	case OPTION_FLAG:
		*(bool *)place = true;
		return true;
	case OPTION_TEXT:
		*(const char **)place = optarg;
		return true;
	case OPTION_DAY:
		return parse_day(optarg, place);
	}
	return false;
}

static int
take_options(
    struct options *out, const struct program *p, void *own, int argc, char **argv)
{
	struct option table[ROWS_MAX + 1] = { 0 }, *next = table;
	const struct option_row *rows[ROWS_MAX];
	size_t i, count = list_rows(rows, p);
	int id;

	for (i = 0; i < count; i++)
		if (rows[i]->name)
			*next++ = (struct option){ .name = rows[i]->name,
				.has_arg =
				    rows[i]->argument ? required_argument : no_argument,
				.val = FIRST_ID + (int)i };
	optind = 0; /* glibc and musl: start afresh, whoever parsed before */
	opterr = 0;
	while (!out->help && !out->version &&
	       (id = getopt_long(argc, argv, ":c:v", table, NULL)) != -1) {
		if (id == '?' || id == ':')
			return refuse(p, id, argv);
		for (i = 0; rows[i]->letter != id && FIRST_ID + (int)i != id;)
			i++;
		if (!take(rows[i], i < COMMON_ROWS ? (void *)out : own))
			return usage(p, "a date is written YYYY-MM-DD, not", optarg);
		out->offline = out->offline || rows[i]->offline;
	}
	return -1;
}

int
options_parse(
    struct options *out, const struct program *program, void *own, int argc, char **argv)
{
	const char *path = getenv("POTPRESS_CONFIG"), *wrong = NULL;
	int status;

	*out =
	    (struct options){ .config_path = path && *path ? path : CONFIG_DEFAULT_PATH };
	status = take_options(out, program, own, argc, argv);
	if (status >= 0)
		return status;
	if (out->version)
		printf("potpress-%s %s\n", program->name, POTPRESS_VERSION);
	if (out->help)
		print_help(program);
	if (out->version || out->help)
		return EXIT_OK;
	if (optind < argc)
		return usage(program, "unexpected argument", argv[optind]);
	if (program->check)
		wrong = program->check(own);
	return wrong ? usage(program, wrong, "") : -1;
}
