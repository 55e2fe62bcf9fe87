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

#include "common/config_internal.h"

enum long_option {
	LONG_ONCE = 256,
	LONG_CHECK,
	LONG_SHOW,
	LONG_VERSION,
	LONG_HELP,
	LONG_PREVIEW
};

/* --preview is last, so that the other programs end the table before it. */
static const struct option_text {
	const char *name;
	int id;
	const char *argument, *help;
} option_texts[] = {
	{ "once", LONG_ONCE, NULL, "do all that is due now, then exit" },
	{ "check", LONG_CHECK, NULL,
	    "verify configuration and access, change nothing, tell every problem" },
	{ "show-config", LONG_SHOW, NULL,
	    "print the values in effect, as a file that can be used again" },
	{ "version", LONG_VERSION, NULL, "print the version" },
	{ "help", LONG_HELP, NULL, "print this" },
	{ "preview", LONG_PREVIEW, "DIR",
	    "write the posts as files into DIR; send nothing" },
};
#define OPTION_TEXTS (sizeof(option_texts) / sizeof(option_texts[0]))

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

static size_t
options_of(const char *section)
{
	return strcmp(section, "publisher") == 0 ? OPTION_TEXTS : OPTION_TEXTS - 1;
}

static void
print_help(const char *section, const char *summary)
{
	printf("potpress-%s - %s\n\nUsage: potpress-%s [OPTION]...\n", section, summary,
	    section);
	printf("  -c FILE          configuration; else POTPRESS_CONFIG, else %s\n",
	    CONFIG_DEFAULT_PATH);
	for (size_t i = 0; i < options_of(section); i++) {
		const struct option_text *t = &option_texts[i];
		int width = printf("  --%s%s%s", t->name, t->argument ? " " : "",
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

/* Returns as options_parse does. */
static int
take_option(struct options *out, int id, const char *section, const char *summary)
{
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
	int id, status;

	for (size_t i = 0; i < options_of(section); i++)
		table[i] = (struct getopt_row){ .name = option_texts[i].name,
			.has_arg =
			    option_texts[i].argument ? required_argument : no_argument,
			.val = option_texts[i].id };
	*out = (struct options){ .config_path = config_default_path() };
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
	return -1;
}
