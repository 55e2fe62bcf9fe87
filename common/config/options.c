/*
 * options.c - the command line, the same for all programs.
 *
 * Usage is part of the interface: a mistake exits with EXIT_USAGE_BAD after one sentence on
 * stderr that names it; --help and --version go to stdout.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/config/options.h"

#include <assert.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/time.h"
#include "common/config/config.h"

#define ROWS_MAX 20 /* of one program, the common ones among them */
#define WRONG_MAX 4000 /* bytes of a sentence about bad usage */
#define FIRST_ID 256 /* of rows; below it are letters */
#define FLAG(member) OPTION_FLAG, offsetof(struct options, member)

static const struct option_row common_rows[] = {
	{ NULL, 'c', OPTION_TEXT, offsetof(struct options, config_path), "FILE",
	    "configuration file; otherwise POTPRESS_CONFIG, or " CONFIG_DEFAULT_PATH,
	    OPTION_BESIDE, NULL },
	{ "once", 0, FLAG(once), NULL, "do all that is due now, then exit", OPTION_BESIDE,
	    NULL },
	{ "verbose", 'v', FLAG(verbose), NULL, "with --once: log what is done",
	    OPTION_BESIDE, NULL },
	{ "check", 0, FLAG(check), NULL,
	    "verify configuration and access, report every problem, change nothing",
	    OPTION_MODE, NULL },
	{ "show-config", 0, FLAG(show_config), NULL,
	    "print the effective values, as a file that can be used again", OPTION_MODE,
	    NULL },
	{ "version", 0, FLAG(version), NULL, "print the version", OPTION_BESIDE, NULL },
	{ "help", 0, FLAG(help), NULL, "print this help", OPTION_BESIDE, NULL },
};
#define COMMON_ROWS (sizeof(common_rows) / sizeof(common_rows[0]))

static const char help_tail[] =
    "\nWithout --once it runs in the foreground until SIGTERM or SIGINT, and logs to "
    "stderr.\n"
    "\nSignals:\n"
    "  SIGTERM, SIGINT  finish or give back the current work and exit\n"
    "  SIGHUP           look for work now; end a pause with one attempt\n"
    "\nExit status:\n"
    "  0   stopped on request, or done\n"
    "  1   --check found a problem\n"
    "  64  bad usage\n"
    "  75  temporary failure: start it again later\n"
    "  78  bad configuration or database: needs manual action\n"
    "\nKeys of the configuration (see potpress.conf(5)):\n";

/* The common rows first, then the program's; NULL at the end. */
static const struct option_row *
row_at(const struct program *p, size_t i)
{
	if (i < COMMON_ROWS)
		return &common_rows[i];
	i -= COMMON_ROWS;
	return p->rows && p->rows[i].help ? &p->rows[i] : NULL;
}

static void
print_help(const struct program *p)
{
	const struct option_row *row;

	printf("potpress-%s - %s\n\nUsage: potpress-%s [OPTION]...\n", p->name,
	    p->summary, p->name);
	for (size_t i = 0; (row = row_at(p, i)); i++) {
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

static int __attribute__((format(printf, 2, 3)))
usage(const struct program *p, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "potpress-%s: ", p->name);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fprintf(stderr, "; see potpress-%s --help\n", p->name);
	return EXIT_USAGE_BAD;
}

/* Reports what getopt_long rejected: `id` is '?' or ':'. optopt is the letter of a short option, the id
 * of a known long one, and 0 for an unknown long one. */
static int
refuse(const struct program *p, int id, char **argv)
{
	char letter[3] = { '-', (char)optopt, '\0' };
	bool is_letter = optopt > 0 && optopt < FIRST_ID;
	const char *name = is_letter ? letter : argv[optind - 1];

	if (id == ':')
		return usage(p, "an argument is missing after '%s'", name);
	if (optopt >= FIRST_ID)
		return usage(p, "this option takes no argument: '%s'", name);
	return usage(p, "unknown option '%s'", name);
}

/* "2026-11-20" */
static bool
parse_day(const char *text, struct option_day *day)
{
	char instant[TIME_TEXT_MAX], again[TIME_TEXT_MAX];

	if (strlen(text) != strlen("YYYY-MM-DD") ||
	    !time_parse_iso(BUF_FIXED(instant, "%sT00:00:00Z", text), &day->begins_at))
		return false;
	time_format_day(day->begins_at, again);
	day->given = true;
	return strcmp(again, text) == 0;
}

/* Takes the option with this letter or id; false if its argument is not a date. */
static bool
take_option(
    struct options *out, const struct program *p, void *own, int id, bool given[ROWS_MAX])
{
	const struct option_row *row;

	for (size_t i = 0; (row = row_at(p, i)); i++) {
		void *values = i < COMMON_ROWS ? out : own;
		void *place = (char *)values + row->offset;

		if (row->letter != id && FIRST_ID + (int)i != id)
			continue;
		given[i] = true;
		out->offline = out->offline || row->role == OPTION_MODE_OFFLINE;
		out->by_hand = out->by_hand || row->type == OPTION_OPERANDS;
		if (row->type == OPTION_DAY)
			return parse_day(optarg, place);
		if (row->type == OPTION_TEXT)
			*(const char **)place = optarg;
		else if (row->type == OPTION_OPERANDS)
			((struct option_operands *)place)->given = true;
		else
			*(bool *)place = true;
	}
	return true;
}

static int
take_options(struct options *out, const struct program *p, void *own, int argc,
    char **argv, bool given[ROWS_MAX])
{
	struct option table[ROWS_MAX + 1] = { 0 }, *next = table;
	const struct option_row *row;
	int id;

	for (int i = 0; (row = row_at(p, (size_t)i)); i++) {
		assert(i < ROWS_MAX);
		if (row->name)
			*next++ = (struct option){ row->name,
				row->type == OPTION_TEXT || row->type == OPTION_DAY
				    ? required_argument
				    : no_argument,
				NULL, FIRST_ID + i };
	}
	optind = 0; /* glibc and musl: start from the beginning after an earlier parse */
	opterr = 0;
	while (!out->help && !out->version &&
	       (id = getopt_long(argc, argv, ":c:v", table, NULL)) != -1) {
		if (id == '?' || id == ':')
			return refuse(p, id, argv);
		if (!take_option(out, p, own, id, given))
			return usage(p, "a date is written YYYY-MM-DD, not '%s'", optarg);
	}
	return -1;
}

static bool
is_given(const struct program *p, const bool given[ROWS_MAX], const char *name)
{
	const struct option_row *row;

	for (size_t i = 0; (row = row_at(p, i)); i++)
		if (given[i] && row->name && strcmp(row->name, name) == 0)
			return true;
	return false;
}

/* Options that cannot both be meant, and those that lack another one; -1, or the exit status. */
static int
compare_options(const struct program *p, const bool given[ROWS_MAX])
{
	const struct option_row *row, *mode = NULL;

	for (size_t i = 0; (row = row_at(p, i)); i++) {
		if (!given[i])
			continue;
		if (row->needs && !is_given(p, given, row->needs))
			return usage(p, "--%s requires --%s", row->name, row->needs);
		if (row->role == OPTION_BESIDE)
			continue;
		if (mode)
			return usage(
			    p, "--%s and --%s cannot be combined", mode->name, row->name);
		mode = row;
	}
	return -1;
}

/* Gives the operands to the option that takes them; -1, or the exit status. */
static int
take_operands(const struct program *p, void *own, int argc, char **argv)
{
	bool taken = optind == argc;

	for (const struct option_row *row = p->rows; row && row->help; row++) {
		struct option_operands *o = (void *)((char *)own + row->offset);

		if (row->type != OPTION_OPERANDS || !o->given)
			continue;
		o->items = argv + optind;
		o->count = argc - optind;
		if (o->count == 0)
			return usage(p, "--%s requires at least one %.*s", row->name,
			    (int)strcspn(row->argument, "."), row->argument);
		taken = true;
	}
	return taken ? -1 : usage(p, "unexpected argument '%s'", argv[optind]);
}

int
options_parse(
    struct options *out, const struct program *program, void *own, int argc, char **argv)
{
	const char *path = getenv("POTPRESS_CONFIG");
	auto_buf wrong = BUF_CUT(WRONG_MAX);
	bool given[ROWS_MAX] = { false };
	int status;

	*out =
	    (struct options){ .config_path = path && *path ? path : CONFIG_DEFAULT_PATH };
	status = take_options(out, program, own, argc, argv, given);
	if (status >= 0)
		return status;
	if (out->version)
		printf("potpress-%s %s\n", program->name, POTPRESS_VERSION);
	if (out->help)
		print_help(program);
	if (out->version || out->help)
		return EXIT_OK;
	status = compare_options(program, given);
	if (status < 0)
		status = take_operands(program, own, argc, argv);
	if (status >= 0)
		return status;
	if (program->check)
		program->check(own, &wrong);
	return wrong.len > 0 ? usage(program, "%s", buf_text(&wrong)) : -1;
}
