/*
 * internal.h - what the files of the configuration share among themselves.
 *
 * read.c takes the file apart, value.c and text.c turn the text of one value into what it
 * means, check.c looks at the whole, problem.c words what is wrong, show.c prints values and keys.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_CONFIG_INTERNAL_H
#define POTPRESS_CONFIG_INTERNAL_H

#include "common/config/table.h"

#define CONFIG_PARTS_MAX 40 /* sections of one file */
#define CONFIG_KEYS_MAX 32 /* of one section */
#define CONFIG_LABEL_MAX 80 /* bytes between the brackets of a header */

/* One section of one file; of a repeated kind each name is one. */
struct config_part {
	const struct config_section *section;
	char label[CONFIG_LABEL_MAX]; /* what stands between the brackets */
	void *values; /* NULL: another program's */
	int header; /* line of its first header, 0: none */
	int lines[CONFIG_KEYS_MAX]; /* where each key was first given, 0: nowhere */
};

/* One run over one file. */
struct config_reader {
	struct config *config;
	struct buf *problems;
	int count; /* problems so far */
	bool no_memory;
	const char *next, *end; /* what is not read yet */
	int line; /* the number of the line last read */
	char text[CONFIG_LINE_MAX + 1]; /* that line without comment and outer space */
	bool in_section; /* a header was there, known or not */
	struct config_part *part; /* of the current line; NULL: none or unknown */
	struct config_part parts[CONFIG_PARTS_MAX];
	size_t parts_count;
};

/* config_read over any table of sections; the struct behind `out`, into which their offsets lead,
 * begins with it. */
bool config_read_sections(struct config *out, const struct config_section *sections,
    const char *own, const char *path, struct buf *problems, struct err *e);
bool config_is_used(const struct config *c, const struct config_section *s);
void config_clear_values(struct config *c);
/* NULL when the section has no such key. */
const struct key *config_key(const struct config_section *s, const char *name);
int *config_key_line(struct config_part *p, const struct key *k);

/* ---- what is wrong */

/* Appends "FILE:LINE: sentence" (without line if 0), whatever bytes the file put into it. */
void config_problem(struct config_reader *r, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
const char *config_nearest_section(const struct config *c, const char *name);
/* A key that another section has is most likely in the wrong place, else it is misspelt. */
void config_unknown_key(struct config_reader *r, const char *name);

/* ---- the whole section */

/* Reads the secrets and reports what is missing or does not fit together. */
void config_check(struct config_reader *r);
/* The line to blame: the key's, else the header's, else the end of the file. */
int config_line(
    const struct config_reader *r, const struct config_part *p, const char *name);
/* Was the key given in the file, or a secret as a credential? */
bool config_has(struct config_part *p, const char *name);
/* Where the first is given, the second must be. */
void config_check_needs(
    struct config_reader *r, struct config_part *p, const char *name, const char *needed);
/* What all sections of a service need. To be called last: it forgets secrets that would travel in
 * clear text, which --check must not send, and notes what is missing. */
void config_check_service(
    struct config_reader *r, struct config_part *p, struct service_config *c);

/* ---- one value */

/* Sets a value from its text, for lists adds to it. On failure nothing is changed, and the text of
 * `e` continues a sentence that began with the key ("is 'x'; expected yes or no"); it never quotes
 * what may hold a secret. FAULT_FATAL only without memory. */
bool config_set(const struct key *k, void *values, const char *text, struct err *e);
/* Gives a value back: a text or list becomes NULL, a secret is wiped, numbers stay. */
void config_clear(const struct key *k, void *values);
/* As the file would say it; "" for none. Not for lists. */
void config_put(struct buf *out, const struct key *k, const void *values);
bool config_is_list(const struct key *k);
/* "a whole number from 1 to 60", "yes or no". */
void config_expected(struct buf *out, const struct key *k);
bool config_word_is_in(const char *words, const char *text);
bool config_keep(char **slot, const char *text, size_t len, struct err *e);

/* The text of a value, or of one element of a list, to be checked: true, with the canonical form in
 * `out` unless it is the text itself; else false, and `e` is set only if there is more to say than what
 * was expected. */
struct config_text {
	const struct key *key;
	const char *text;
	struct buf *out;
	struct err *e;
};
bool config_is_url(const struct config_text *t);
bool config_is_hostport(const struct config_text *t);
bool config_is_pin(const struct config_text *t);
bool config_is_text(const struct config_text *t);
bool config_is_path(const struct config_text *t);
bool config_is_word(const struct config_text *t);
bool config_is_timezone(const struct config_text *t);
bool config_is_item(const struct config_text *t);
bool config_is_private(const struct config_text *t);
bool config_is_delay(const struct config_text *t); /* a duration, or never */
bool config_is_pair(const struct config_text *t);

#endif
