/*
 * options.c - the command line, the same for all programs.
 *
 * Usage is part of the interface: a mistake ends with EXIT_USAGE_BAD and one sentence on
 * stderr that names it; --help and --version go to stdout.
 *
 * SPDX-License-Identifier: MIT
 */
/* Both getopt.h and config.h have a struct option; getopt's is called otherwise here. */
#define option getopt_row
#include <getopt.h>
#undef option
#include <stdio.h>
#include <string.h>

#include "common/base/buf.h"
#include "common/base/time.h"
#include "common/config/internal.h"

enum long_option {
	LONG_ONCE = 256,
	LONG_CHECK,
	LONG_SHOW,
	LONG_VERSION,
	LONG_HELP,
	LONG_PREVIEW,
	LONG_SINCE,
	LONG_UNTIL,
	LONG_YES
};

#define DAY_S 86400
#define END_OF_TIME 253402300799 /* the last second of the year 9999 */

static const struct option_text {
	const char *name;
	int id;
	const char *argument, *help;
	const char *only; /* the program that has it; NULL: all */
} option_texts[] = {
	{ "once", LONG_ONCE, NULL, "do all that is due now, then exit", NULL },
	{ "check", LONG_CHECK, NULL,
	    "verify configuration and access, change nothing, tell every problem", NULL },
	{ "show-config", LONG_SHOW, NULL,
	    "print the values in effect, as a file that can be used again", NULL },
	{ "version", LONG_VERSION, NULL, "print the version", NULL },
	{ "help", LONG_HELP, NULL, "print this", NULL },
	{ "preview", LONG_PREVIEW, "DIR",
	    "write the posts as files into DIR; send nothing", "publisher" },
	{ "since", LONG_SINCE, "DATE",
	    "read the past from this day (UTC, YYYY-MM-DD) on, then exit", "collector" },
	{ "until", LONG_UNTIL, "DATE", "with --since: to the end of this day",
	    "collector" },
	{ "yes", LONG_YES, NULL,
	    "with --since: also more than VirusTotal answers in a day", "collector" },
};
#define OPTION_TEXTS (sizeof(option_texts) / sizeof(option_texts[0]))

static bool
is_of(const struct option_text *t, const char *section)
{
	return t->only == NULL || strcmp(t->only, section) == 0;
}

static const char help_tail[] =
    "\nWithout --once it runs in the foreground until SIGTERM or SIGINT, and logs to "
    "stderr.\n"
    "\nSignals:\n"
    "  SIGTERM, SIGINT  finish or give back the work in hand and exit\n"
    "  SIGHUP           look for work now; end a pause with one try\n"
    "\nExit status:\n"
    "  0   asked to stop, or done\n"
    "  1   --check found a problem\n"
    "  64  bad usage\n"
    "  75  the environment failed: start it again later\n"
    "  78  bad configuration or database: a person must act\n"
    "\nKeys of the configuration (see potpress.conf(5)):\n";

static void
print_help(const char *section, const char *summary)
{
	printf("potpress-%s - %s\n\nUsage: potpress-%s [OPTION]...\n", section, summary,
	    section);
	printf("  -c FILE          configuration; else POTPRESS_CONFIG, else %s\n",
	    CONFIG_DEFAULT_PATH);
	for (size_t i = 0; i < OPTION_TEXTS; i++) {
		const struct option_text *t = &option_texts[i];
		int width;

		if (!is_of(t, section))
			continue;
		width = printf("  --%s%s%s", t->name, t->argument ? " " : "",
		    t->argument ? t->argument : "");
		printf("%*s%s\n", 19 - width, "", t->help);
	}
	fputs(help_tail, stdout);
	config_help(section, stdout);
}

static int
usage(const char *section, const char *what, const char *name)
{
	fprintf(stderr, "potpress-%s: %s '%s'; see potpress-%s --help\n", section, what,
	    name, section);
	return EXIT_USAGE_BAD;
}

/* What getopt_long refused: `id` is '?' or ':'. It leaves in optopt the letter of a
 * short option, the id of a long one that is known, and 0 for a long one that is not. */
static int
refuse(const char *section, int id, char **argv)
{
	char letter[3] = { '-', (char)optopt, '\0' };
	bool is_letter = optopt > 0 && optopt < LONG_ONCE;
	const char *name = is_letter ? letter : argv[optind - 1];

	if (id == ':')
		return usage(section, "an argument is missing after", name);
	if (optopt >= LONG_ONCE)
		return usage(section, "this option takes no argument:", name);
	return usage(section, "unknown option", name);
}

/* "2026-11-20": the day begins at *unix_s. */
static bool
parse_day(const char *text, int64_t *unix_s)
{
	auto_buf instant = BUF_INIT(TIME_TEXT_MAX);
	char day[TIME_TEXT_MAX];

	buf_printf(&instant, "%.10sT00:00:00Z", text);
	if (!time_parse_iso(buf_text(&instant), unix_s))
		return false;
	time_format_day(*unix_s, day);
	return strcmp(day, text) == 0;
}

/* Returns as options_parse does, as do the next two. */
static int
take_day(int64_t *unix_s, const char *section)
{
	if (parse_day(optarg, unix_s))
		return -1;
	return usage(section, "a date is written YYYY-MM-DD, not", optarg);
}

static int
check_range(const struct options *o, const char *section)
{
	if (!o->backfill && (o->until_at != END_OF_TIME || o->yes))
		return usage(section, "--until and --yes belong to", "--since");
	if (o->backfill && o->since_at >= o->until_at)
		return usage(section, "the day of --until is before that of", "--since");
	return -1;
}

static int
take_option(struct options *out, int id, const char *section, const char *summary)
{
	int status;

	switch (id) {
	case 'c':
		out->config_path = optarg;
		break;
	case LONG_ONCE:
		out->once = true;
		break;
	case LONG_CHECK:
		out->check = true;
		break;
	case LONG_SHOW:
		out->show_config = true;
		break;
	case LONG_PREVIEW:
		out->preview_dir = optarg;
		break;
	case LONG_SINCE:
		out->backfill = true;
		return take_day(&out->since_at, section);
	case LONG_UNTIL:
		status = take_day(&out->until_at, section);
		out->until_at += DAY_S;
		return status;
	case LONG_YES:
		out->yes = true;
		break;
	case LONG_VERSION:
		printf("potpress-%s %s\n", section, POTPRESS_VERSION);
		return EXIT_OK;
	case LONG_HELP:
		print_help(section, summary);
		return EXIT_OK;
	}
	return -1;
}

int
options_parse(
    struct options *out, const char *section, const char *summary, int argc, char **argv)
{
	struct getopt_row table[OPTION_TEXTS + 1] = { 0 };
	int id, status, rows = 0;

	for (size_t i = 0; i < OPTION_TEXTS; i++) {
		const struct option_text *t = &option_texts[i];

		if (is_of(t, section))
			table[rows++] = (struct getopt_row){ .name = t->name,
				.has_arg = t->argument ? required_argument : no_argument,
				.val = t->id };
	}
	*out = (struct options){ .config_path = config_default_path(),
		.until_at = END_OF_TIME };
	optind = 0; /* glibc and musl: start anew, whoever parsed before */
	opterr = 0;
	while ((id = getopt_long(argc, argv, ":c:", table, NULL)) != -1) {
		if (id == '?' || id == ':')
			return refuse(section, id, argv);
		status = take_option(out, id, section, summary);
		if (status >= 0)
			return status;
	}
	if (optind < argc)
		return usage(section, "there is no use for the argument", argv[optind]);
	return check_range(out, section);
}
