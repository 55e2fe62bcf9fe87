/*
 * options.h - the command line: what all programs have, and the few options of one program.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_CONFIG_OPTIONS_H
#define POTPRESS_CONFIG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/base/buf.h"

struct option_day {
	bool given;
	int64_t begins_at; /* unix seconds, UTC */
};

/* The operands, for an option that takes several. */
struct option_operands {
	bool given;
	char *const *items; /* of argv */
	int count;
};

struct option_row {
	const char *name; /* of --name; NULL: only a letter */
	char letter; /* '\0': none */
	enum { OPTION_FLAG, OPTION_TEXT, OPTION_DAY, OPTION_OPERANDS } type;
	/* of the bool, const char *, struct option_day or option_operands */
	size_t offset;
	const char *argument, *help; /* argument NULL for a flag */
	/* of the modes only one can be given; offline, the service is not used */
	enum { OPTION_BESIDE, OPTION_MODE, OPTION_MODE_OFFLINE } role;
	const char *needs; /* the option without which it means nothing, or NULL */
};

struct program {
	const char *name; /* "collector": also the section of its configuration */
	const char *summary; /* one sentence for --help */
	/* its own options, ended by help NULL; NULL: none */
	const struct option_row *rows;
	/* Writes a sentence about options that do not fit together; nothing if all do. May be NULL. */
	void (*check)(const void *own, struct buf *wrong);
};

struct options {
	const char *config_path; /* -c, else POTPRESS_CONFIG, else CONFIG_DEFAULT_PATH */
	bool once, verbose, check, show_config, help, version;
	bool offline; /* a mode without the service was given */
	/* one with operands was given: its results are printed on stdout */
	bool by_hand;
};

/* `own` is the struct the program's rows lead to, set to its defaults. Returns -1 to go on, else the
 * exit status (0 after --help and --version, 64 after a sentence on stderr about bad usage). */
int options_parse(
    struct options *out, const struct program *program, void *own, int argc, char **argv);

#endif
