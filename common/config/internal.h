/*
 * internal.h - what the files of the configuration share among themselves.
 *
 * config_keys.c holds the tables and config.c the struct of the values. config_read.c
 * reads the file, config_value.c and config_net.c turn the text of one value into what
 * it means, config_check.c looks at the whole, config_problem.c words what is wrong,
 * config_show.c prints values and keys. Nobody else includes this but options.c and the
 * tests of these files.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_CONFIG_INTERNAL_H
#define POTPRESS_CONFIG_INTERNAL_H

#include "common/config/config.h"

#define CONFIG_SECTIONS_MAX 8
#define CONFIG_KEYS_MAX 32 /* of one section */
#define CONFIG_PATH_MAX 4200 /* bytes of the path of the file, and a line number */

/* `words` of a list whose elements have the form "NAME: TEXT"; kept with exactly one
 * space. */
#define CONFIG_PAIRS ":"

/* The name of the file that a secret of the program's section came from, "" for none.
 * struct config keeps only what the files hold, and config_show needs their names:
 * they follow the path in the block of config.path, each ended by NUL, in the order
 * of the section's secrets. So this works on what config_read has filled and on
 * nothing else. */
const char *config_secret_file(
    const struct config *c, const struct section *s, const struct option *o);

/* NULL when there is no such section. */
const struct section *config_section(const char *name);
/* The struct of a section's values, into which the rows' offsets lead. */
void *config_values(struct config *c, const struct section *s);
const void *config_values_const(const struct config *c, const struct section *s);
/* True for [database] and the program's own section: only their values count. */
bool config_is_used(const struct config *c, const struct section *s);

/* NULL when the section has no such key. */
const struct option *config_option(const struct section *s, const char *key);

/* POTPRESS_CONFIG, else CONFIG_DEFAULT_PATH. */
const char *config_default_path(void);

/* One run over one file. */
struct config_reader {
	struct config *config;
	const char *path;
	struct buf *problems;
	int count; /* problems so far */
	bool no_memory;

	const char *next, *end; /* what is not read yet */
	int line; /* the number of the line last read */
	char text[CONFIG_LINE_MAX + 1]; /* that line without comment and outer space */
	const char *long_value; /* its value when inih gets a stand-in */
	bool unanswered; /* given to inih, and the handler was not called yet */

	bool in_section; /* a header was there, known or not */
	const struct section *section; /* of the current line; NULL: none or unknown */
	/* Line of each key, 0: not there. */
	int seen[CONFIG_SECTIONS_MAX][CONFIG_KEYS_MAX];
	int header[CONFIG_SECTIONS_MAX]; /* line of each section's first header */
	char *files[CONFIG_KEYS_MAX]; /* of the secrets of the program's section */
};

/* Appends "FILE:LINE: sentence" (without line if 0), whatever bytes the file put into
 * it. */
void config_problem(struct config_reader *r, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
const char *config_nearest_section(const char *name);
/* A key that another section has is most likely in the wrong place, else it is
 * misspelt. */
void config_unknown_key(struct config_reader *r, const char *key);
/* The line where a key was first given, 0 for none. */
int *config_seen(
    struct config_reader *r, const struct section *s, const struct option *o);
/* Where the text of a row goes: for secrets the name of their file. */
void *config_place(
    struct config_reader *r, const struct section *s, const struct option *o);
/* Reads the secrets and tells what is missing or does not fit together. */
void config_check(struct config_reader *r);

/* Sets the value of one row from its text, for lists adds to it. For OPTION_SECRET
 * *place is the file's name (char *). On failure nothing is changed, and the text of
 * `e` continues a sentence that began with the key ("is 'x'; expected yes or no"); it
 * never quotes what may hold a secret. FAULT_FATAL only without memory. */
bool option_set(const struct option *o, void *place, const char *text, struct err *e);
/* Gives a value back: a text or list becomes NULL, a secret is wiped, numbers stay. */
void option_clear(const struct option *o, void *place);
/* Is `text` one of the words, which single spaces part? */
bool word_is_in(const char *words, const char *text);
bool option_set_url(
    const struct option *o, char **place, const char *text, struct err *e);
bool option_set_hostport(
    const struct option *o, char **place, const char *text, struct err *e);
bool option_set_pin(
    const struct option *o, char **place, const char *text, struct err *e);
/* The usual complaint, false; `text` is quoted unless NULL. */
bool option_wrong(const struct option *o, const char *text, struct err *e);
/* Replaces a text value by a copy. */
bool option_keep(char **slot, const char *text, size_t len, struct err *e);
/* `len` digits as a number of units; INT64_MAX when it is larger than any range. */
int64_t digits_value(const char *digits, size_t len, int64_t unit);
/* "a whole number from 1 to 60", "yes or no": for problems, --help and the man page. */
void option_expected(struct buf *out, const struct option *o);
/* The largest unit that fits without a rest; days only from two on: "15m", "24h",
 * "7d". */
void duration_text(struct buf *out, int64_t seconds);
void list_done(struct list *l);

/* Is this URL's host, or the host of this HOST:PORT, the machine itself: localhost,
 * 127/8, ::1? */
bool url_is_loopback(const char *url);
bool hostport_is_loopback(const char *hostport);

#endif
