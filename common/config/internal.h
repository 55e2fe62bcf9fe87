/*
 * internal.h - shared by the files of the configuration.
 *
 * read.c reads the file into its parts (part.c), text.c checks the text of one value and value.c stores
 * it, check.c checks whole sections, problem.c words what is wrong, show.c prints values and keys.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_CONFIG_INTERNAL_H
#define POTPRESS_CONFIG_INTERNAL_H

#include "common/config/table.h"

#define CONFIG_PARTS_MAX 40 /* sections of one file */
#define CONFIG_KEYS_MAX 32 /* of one section */
#define CONFIG_LABEL_MAX 80 /* bytes between the brackets of a header */
#define CONFIG_CREDENTIAL_MAX (2 * CONFIG_LABEL_MAX)
#define CONFIG_BLANKS " \t"

/* One section of one file; of a repeated kind each name is one. */
struct config_part {
	const struct config_section *section;
	char label[CONFIG_LABEL_MAX]; /* the text between the brackets */
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
	int line; /* the number of the line last read */
	bool in_section; /* a header was there, known or not */
	struct config_part *part; /* of the current line; NULL: none or unknown */
	struct config_part parts[CONFIG_PARTS_MAX];
	size_t parts_count;
};

/* config_read over any table of sections; the struct behind `out`, into which their offsets lead,
 * begins with it. */
bool config_read_sections(struct config *out, const struct config_section *sections,
    const char *own, const char *path, struct buf *problems, struct err *e);

/* ---- the sections of the file */

bool config_is_used(const struct config *c, const struct config_section *s);
void config_clear_values(struct config *c);
/* The key; NULL when the section has none of that name. */
const struct key *config_key(const struct config_section *s, const char *name);
int *config_key_line(struct config_part *p, const struct key *k);
/* The systemd credential that may hold a secret: the section and the key without its "_file". */
const char *config_credential(
    char out[CONFIG_CREDENTIAL_MAX], const char *label, const struct key *k);
/* The line to blame: the key's, else the header's, else the end of the file. */
int config_line(
    const struct config_reader *r, const struct config_part *p, const char *name);

/* ---- what is wrong */

/* Appends "FILE:LINE: sentence" (without line if 0), made safe to print. */
void config_problem(struct config_reader *r, int line, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for a key of a section, with the line to blame: `fmt` goes on after "KEY in
 * [SECTION]", with its own blank or punctuation. */
void config_key_problem(struct config_reader *r, const struct config_part *p,
    const char *name, const char *fmt, ...) __attribute__((format(printf, 4, 5)));
const char *config_nearest_section(const struct config *c, const char *name);
/* Names the nearest section, or all if none is near. */
void config_unknown_section(struct config_reader *r, const char *label);
/* Names the section that has this key, else the nearest key of this section, or all if none is near. */
void config_unknown_key(struct config_reader *r, const char *name);

/* ---- the whole section */

/* Reads the secrets and reports what is missing or does not fit together. */
void config_check(struct config_reader *r);
/* Was the key given in the file, or a secret as a credential? */
bool config_has(struct config_part *p, const char *name);
/* Where the first is given, the second must be. */
void config_check_needs(
    struct config_reader *r, struct config_part *p, const char *name, const char *needed);
/* The checks of every service. To be called last: it wipes secrets that would be sent in clear text, so
 * that --check does not send them, and records what is missing. */
void config_check_service(
    struct config_reader *r, struct config_part *p, struct service_config *c);

/* ---- one value */

/* Sets a value from its text, for lists adds to it. On failure nothing is changed, and the text of
 * `e` continues a sentence that began with the key ("is 'x'; expected yes or no"); it never quotes
 * what may hold a secret. FAULT_FATAL only without memory. */
bool config_set(const struct key *k, void *values, const char *text, struct err *e);
/* Releases a value: a text or list becomes NULL, a secret is wiped, numbers stay. */
void config_clear(const struct key *k, void *values);
/* The value as written in a file; "" for none. Not for lists. */
void config_put(struct buf *out, const struct key *k, const void *values);
bool config_is_list(const struct key *k);
/* Of a KEY_SECRET: the secret itself. */
struct secret *config_secret(const struct key *k, void *values);
/* "a whole number from 1 to 60", "yes or no". */
void config_expected(struct buf *out, const struct key *k);
/* Puts a copy of the text into `slot`. */
bool config_keep(char **slot, const char *text, struct err *e);

/* ---- one text */

/* Whether the text of a value, or of one element of a list, is valid for the key. Its canonical form is
 * appended to `out` unless it is the text itself. On false, `e` is set only if there is more to say
 * than what was expected. */
bool config_text_fits(
    const struct key *k, const char *text, struct buf *out, struct err *e);
/* Takes the blanks off both ends, in place; returns where the rest begins. */
char *config_trim(char *text);

#endif
