/*
 * read.c - reads the file and reports all of its problems in one run.
 *
 * An indented line is an ordinary line, not a continuation. Nothing is ever cut: a line that is not
 * text or is longer than CONFIG_LINE_MAX is refused.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/user.h"
#include "common/base/utf8.h"
#include "common/config/internal.h"

#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

/* ---- the sections of this file */

/* The values of [KIND NAME], new; NULL when there are too many, or without memory. */
static void *
add_values(struct config_reader *r, const struct config_section *s, const char *name)
{
	struct named *n = (struct named *)(void *)((char *)r->config + s->offset);
	struct err e = ERR_NONE;

	if (n->count == CONFIG_NAMED_MAX)
		return NULL;
	n->values[n->count] = calloc(1, s->size);
	if (!n->values[n->count] || !config_keep(&n->names[n->count], name, &e)) {
		free(n->values[n->count]);
		r->no_memory = true;
		return NULL;
	}
	return n->values[n->count++];
}

/* `name`: of a repeated kind, else NULL. NULL without memory, or when there are too many. */
static struct config_part *
add_part(struct config_reader *r, const struct config_section *s, const char *name)
{
	struct config_part *p = &r->parts[r->parts_count];
	bool used = config_is_used(r->config, s);
	struct err e = ERR_NONE;

	if (r->parts_count == CONFIG_PARTS_MAX)
		return NULL;
	*p = (struct config_part){ .section = s };
	BUF_FIXED(p->label, "%s%s%s", s->name, name ? " " : "", name ? name : "");
	if (used)
		p->values = name ? add_values(r, s, name) : (char *)r->config + s->offset;
	if (used && !p->values)
		return NULL;
	for (const struct key *k = s->keys; used && k->name; k++)
		if (k->value && !config_set(k, p->values, k->value, &e))
			r->no_memory = true;
	r->parts_count++;
	return p;
}

static struct config_part *
find_part(struct config_reader *r, const char *label)
{
	for (size_t i = 0; i < r->parts_count; i++)
		if (strcmp(r->parts[i].label, label) == 0)
			return &r->parts[i];
	return NULL;
}

/* The part that [KIND NAME] begins or continues; NULL after a problem, or without memory. */
static struct config_part *
named_part(struct config_reader *r, const struct config_section *s, const char *name)
{
	char label[CONFIG_LABEL_MAX];
	struct config_part *p;

	if (*name == '\0' || name[strspn(name, NAME_LETTERS)] != '\0' ||
	    snprintf(label, sizeof(label), "%s %s", s->name, name) >=
		(int)sizeof(label)) {
		config_problem(r, r->line,
		    "[%s] needs a name of letters, digits, '-', '_' and '.', such as "
		    "[%s main]",
		    s->name, s->name);
		return NULL;
	}
	p = find_part(r, label);
	if (!p)
		p = add_part(r, s, name);
	if (!p && !r->no_memory)
		config_problem(r, r->line, "too many sections [%s NAME], at most %d",
		    s->name, CONFIG_NAMED_MAX);
	return p;
}

/* NULL after a problem, or without memory. */
static struct config_part *
labelled_part(struct config_reader *r, const char *label)
{
	size_t kind = strcspn(label, CONFIG_BLANKS);
	const char *name = label + kind + strspn(label + kind, CONFIG_BLANKS);

	for (const struct config_section *s = r->config->sections; s->name; s++) {
		if (strlen(s->name) != kind || strncmp(s->name, label, kind) != 0)
			continue;
		if (s->size > 0)
			return named_part(r, s, name);
		if (*name == '\0')
			return find_part(r, s->name);
	}
	config_unknown_section(r, label);
	return NULL;
}

/* `label`: what follows the opening bracket. */
static void
take_header(struct config_reader *r, char *label)
{
	char *close = strchr(label, ']');

	r->in_section = true;
	r->part = NULL;
	if (!close || close[1] != '\0') {
		config_problem(r, r->line,
		    "a section header is a name in brackets and nothing else, such as "
		    "[%s]",
		    config_nearest_section(r->config, label));
		return;
	}
	*close = '\0';
	r->part = labelled_part(r, label);
	if (r->part && r->part->header == 0)
		r->part->header = r->line;
}

/* ---- keys */

static void
take_value(struct config_reader *r, const struct key *k, const char *value)
{
	struct config_part *p = r->part;
	struct err e = ERR_NONE;

	if (!p->values || config_set(k, p->values, value, &e))
		return;
	if (e.fault == FAULT_FATAL)
		r->no_memory = true;
	else
		config_problem(r, r->line, "%s in [%s] %s", k->name, p->label, e.text);
}

static void
take_key(struct config_reader *r, const char *name, const char *value)
{
	struct config_part *p = r->part;
	const struct key *k;
	int *first;

	if (!r->in_section)
		config_problem(
		    r, r->line, "a key before any [section]; put the line below one");
	if (!p)
		return; /* its header is the problem */
	k = config_key(p->section, name);
	if (!k) {
		config_unknown_key(r, name);
		return;
	}
	first = config_key_line(p, k);
	if (*first == 0) {
		*first = r->line;
		/* The default, which a bad value must not leave. */
		if (p->values)
			config_clear(k, p->values);
	} else if (!config_is_list(k)) {
		config_problem(r, r->line,
		    "%s in [%s] is given twice, first on line %d; keep one of them", name,
		    p->label, *first);
		return;
	}
	take_value(r, k, value);
}

/* ---- lines */

/* False after a problem. */
static bool
line_is_text(struct config_reader *r, const char *bytes, size_t len)
{
	const char *fault =
	    utf8_valid(bytes, len) ? NULL : "bytes in it that are not UTF-8";

	if (len > CONFIG_LINE_MAX) {
		config_problem(r, r->line,
		    "the line is too long: %zu bytes, at most %d; a list key may be "
		    "repeated, with a few elements on each line",
		    len, CONFIG_LINE_MAX);
		return false;
	}
	for (const char *p = bytes; p < bytes + len; p++)
		if (((unsigned char)*p < ' ' && *p != '\t') || *p == 127)
			fault = "a control character in it";
	if (memchr(bytes, '\0', len))
		fault = "a NUL byte in it";
	if (fault)
		config_problem(r, r->line,
		    "the line has %s; save the file as plain UTF-8 text", fault);
	return !fault;
}

/* Cuts the comment off: it begins with ';' after white space, or with ';' or '#' as the first of its
 * line. */
static void
cut_comment(char *line)
{
	char *first = line + strspn(line, CONFIG_BLANKS), *end = first;

	while (*end && *first != '#' &&
	       !(*end == ';' && (end == first || strchr(CONFIG_BLANKS, end[-1]))))
		end++;
	*end = '\0';
}

/* `line`: without comment and the space around. A line that is not a key is not quoted, as it may be a
 * secret. */
static void
take_line(struct config_reader *r, char *line)
{
	char *sign = line + strcspn(line, "=:");
	const char *odd = utf8_unseen(line);

	if (odd) {
		config_problem(r, r->line, "the line has %s in it; remove it", odd);
	} else if (*line == '[') {
		take_header(r, line + 1);
	} else if (*sign) {
		*sign = '\0';
		take_key(r, config_trim(line), config_trim(sign + 1));
	} else if (*line) {
		config_problem(r, r->line,
		    "the line is neither KEY = VALUE nor [SECTION] nor a comment");
	}
}

/* Takes the bytes apart in place; one more behind them may be written. */
static void
take_lines(struct config_reader *r, char *next, char *end)
{
	while (next < end) {
		char *line = next, *stop = memchr(next, '\n', (size_t)(end - next));

		next = stop ? stop + 1 : end;
		stop = stop ? stop : end;
		r->line++;
		if (stop > line && stop[-1] == '\r')
			stop--;
		*stop = '\0';
		if (!line_is_text(r, line, (size_t)(stop - line)))
			continue;
		cut_comment(line);
		take_line(r, config_trim(line));
	}
}

/* ---- the file */

/* False after a problem. `bytes` has room for one more than the file. */
static bool
load(struct config_reader *r, char bytes[CONFIG_FILE_MAX + 1], size_t *len)
{
	FILE *f = fopen(r->config->path, "re");
	auto_buf advice = BUF_CUT(CONFIG_LINE_MAX);
	char user[USER_NAME_MAX];
	int cause;

	*len = f ? fread(bytes, 1, CONFIG_FILE_MAX + 1, f) : 0;
	cause = errno;
	if (cause == EACCES)
		buf_printf(&advice,
		    "user %s may not read it: start the program as user potpress, give the "
		    "file the group potpress and mode 0640, or ",
		    user_name(user));
	if (!f || ferror(f))
		config_problem(r, 0,
		    "the configuration cannot be %s: %s; %sname another file with -c FILE "
		    "or in POTPRESS_CONFIG, or see potpress.conf(5)",
		    f ? "read" : "opened", strerror(cause), buf_text(&advice));
	else if (*len > CONFIG_FILE_MAX)
		config_problem(r, 0,
		    "the file is larger than 1 MiB, so it is no configuration; name another "
		    "one with -c FILE");
	if (f)
		(void)fclose(f);
	return r->count == 0;
}

static void
read_file(struct config_reader *r)
{
	char *bytes = malloc(CONFIG_FILE_MAX + 1);
	size_t len, mark = strlen(UTF8_BYTE_ORDER_MARK);

	if (!bytes) {
		r->no_memory = true;
	} else if (load(r, bytes, &len)) {
		if (len < mark || memcmp(bytes, UTF8_BYTE_ORDER_MARK, mark) != 0)
			mark = 0;
		take_lines(r, bytes + mark, bytes + len);
		config_check(r);
	} else {
		/* Without the file, not even the defaults are what was meant. */
		config_clear_values(r->config);
	}
	free(bytes);
}

bool
config_read_sections(struct config *out, const struct config_section *sections,
    const char *own, const char *path, struct buf *problems, struct err *e)
{
	struct config_reader r = { .config = out, .problems = problems };

	out->sections = sections;
	out->own = own;
	if (!config_keep(&out->path, path, e))
		return false;
	for (const struct config_section *s = sections; s->name; s++)
		if (s->size == 0)
			(void)add_part(&r, s, NULL);
	read_file(&r);
	if (r.no_memory)
		return err_set(e, FAULT_FATAL, "out of memory for the configuration");
	if (r.count > 0)
		return err_set(e, FAULT_CONFIG, "the configuration %s has %d problem%s",
		    path, r.count, r.count == 1 ? "" : "s");
	return true;
}

bool
config_read(struct config *out, const char *own, const char *path, struct buf *problems,
    struct err *e)
{
	*out = (struct config){ .offline = out->offline };
	return config_read_sections(out, config_sections, own, path, problems, e);
}
