/*
 * read.c - reads the file, finds all of its problems in one run.
 *
 * An indented line is a line like any other, not a continuation. Nothing is ever cut: what is no
 * text or longer than CONFIG_LINE_MAX is refused.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/utf8.h"
#include "common/config/internal.h"

#define BLANKS " \t"
#define BYTE_ORDER_MARK "\xEF\xBB\xBF"
#define NAME_LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_."

/* ---- the sections of this file */

/* NULL without memory, or when there are too many. `name`: of a repeated kind. */
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
	if (used && name) {
		struct named *n = (struct named *)(void *)((char *)r->config + s->offset);

		if (n->count == CONFIG_NAMED_MAX)
			return NULL;
		n->values[n->count] = calloc(1, s->size);
		if (!n->values[n->count] ||
		    !config_keep(&n->names[n->count], name, strlen(name), &e)) {
			free(n->values[n->count]);
			r->no_memory = true;
			return NULL;
		}
		p->values = n->values[n->count++];
	} else if (used) {
		p->values = (char *)r->config + s->offset;
	}
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

/* The part that [KIND NAME] begins or goes on with; what is wrong with it is reported. */
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
	if (p)
		return p;
	p = add_part(r, s, name);
	if (!p && !r->no_memory)
		config_problem(r, r->line, "too many sections [%s NAME], at most %d",
		    s->name, CONFIG_NAMED_MAX);
	return p;
}

static struct config_part *
labelled_part(struct config_reader *r, const char *label)
{
	size_t kind = strcspn(label, BLANKS);
	const char *name = label + kind + strspn(label + kind, BLANKS);

	for (const struct config_section *s = r->config->sections; s->name; s++) {
		if (strlen(s->name) != kind || strncmp(s->name, label, kind) != 0)
			continue;
		if (s->size > 0)
			return named_part(r, s, name);
		if (*name == '\0')
			return find_part(r, s->name);
	}
	config_problem(r, r->line,
	    "unknown section [%.60s]; the nearest known one is [%s]", label,
	    config_nearest_section(r->config, label));
	return NULL;
}

static void
take_header(struct config_reader *r)
{
	char *label = r->text + 1, *close = strchr(label, ']');

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
	/* The default is not what was meant. */
	if (!config_is_list(k))
		config_clear(k, p->values);
}

static void
take_key(struct config_reader *r, const char *name, const char *value)
{
	const struct key *k;
	int *first;

	if (!r->in_section)
		config_problem(
		    r, r->line, "a key before any [section]; put the line below one");
	if (!r->part)
		return; /* its header is the problem */
	k = config_key(r->part->section, name);
	if (!k) {
		config_unknown_key(r, name);
		return;
	}
	first = config_key_line(r->part, k);
	if (*first != 0 && !config_is_list(k))
		config_problem(r, r->line,
		    "%s in [%s] is given twice, first on line %d; keep one of them", name,
		    r->part->label, *first);
	else {
		/* What the file lists takes the place of the default. */
		if (*first == 0 && config_is_list(k) && r->part->values)
			config_clear(k, r->part->values);
		take_value(r, k, value);
	}
	if (*first == 0)
		*first = r->line;
}

/* ---- lines */

/* Tells why these bytes cannot be a line of text. */
static bool
line_is_text(struct config_reader *r, const char *bytes, size_t len)
{
	const char *fault = NULL;

	if (len > CONFIG_LINE_MAX) {
		config_problem(r, r->line,
		    "the line is too long: %zu bytes, at most %d; a list key may be "
		    "repeated, with a few elements on each line",
		    len, CONFIG_LINE_MAX);
		return false;
	}
	if (!utf8_valid(bytes, len))
		fault = "bytes in it that are not UTF-8";
	for (size_t i = 0; i < len; i++)
		if (((unsigned char)bytes[i] < ' ' && bytes[i] != '\t') ||
		    bytes[i] == 127)
			fault = "a control character in it";
	if (memchr(bytes, '\0', len))
		fault = "a NUL byte in it";
	if (fault)
		config_problem(r, r->line,
		    "the line has %s; save the file as plain UTF-8 text", fault);
	return !fault;
}

/* Keeps a line without its comment and the space around. A comment begins with ';' after white
 * space, or with ';' or '#' as the first of its line. */
static void
keep_line(struct config_reader *r, const char *start, const char *stop)
{
	size_t len = 0;

	while (start < stop && strchr(BLANKS, *start))
		start++;
	if (start < stop && *start == '#')
		stop = start;
	while (start + len < stop &&
	       !(start[len] == ';' && (len == 0 || strchr(BLANKS, start[len - 1]))))
		len++;
	while (len > 0 && strchr(BLANKS, start[len - 1]))
		len--;
	memcpy(r->text, start, len);
	r->text[len] = '\0';
}

/* A line that is no key is not quoted: it may be a secret on its own. */
static void
take_line(struct config_reader *r)
{
	char *value = r->text + strcspn(r->text, "=:");
	const char *odd = utf8_unseen(r->text);
	size_t len = (size_t)(value - r->text);

	if (odd) {
		config_problem(r, r->line, "the line has %s in it; remove it", odd);
	} else if (r->text[0] == '[') {
		take_header(r);
	} else if (*value == '\0' && len > 0) {
		config_problem(r, r->line,
		    "the line is neither KEY = VALUE nor [SECTION] nor a comment");
	} else if (len > 0 || *value) {
		while (len > 0 && strchr(BLANKS, r->text[len - 1]))
			len--;
		r->text[len] = '\0';
		value++;
		take_key(r, r->text, value + strspn(value, BLANKS));
	}
}

static void
take_lines(struct config_reader *r)
{
	while (r->next < r->end) {
		const char *start = r->next,
			   *stop = memchr(start, '\n', (size_t)(r->end - start));

		r->next = stop ? stop + 1 : r->end;
		stop = stop ? stop : r->end;
		r->line++;
		if (stop > start && stop[-1] == '\r')
			stop--;
		if (!line_is_text(r, start, (size_t)(stop - start)))
			continue;
		keep_line(r, start, stop);
		take_line(r);
	}
}

/* ---- the file */

/* The bytes of the file, to be freed; NULL after a problem, or without memory. */
static char *
load(struct config_reader *r, size_t *len)
{
	FILE *f = fopen(r->config->path, "re");
	char *bytes = malloc(CONFIG_FILE_MAX + 1);

	*len = f && bytes ? fread(bytes, 1, CONFIG_FILE_MAX + 1, f) : 0;
	if (!f || ferror(f))
		config_problem(r, 0,
		    "the configuration cannot be %s: %s; name another file with -c FILE "
		    "or in POTPRESS_CONFIG, or see potpress.conf(5)",
		    f ? "read" : "opened", strerror(errno));
	else if (*len > CONFIG_FILE_MAX)
		config_problem(r, 0,
		    "the file is larger than 1 MiB, so it is no configuration; name another "
		    "one with -c FILE");
	if (f)
		(void)fclose(f);
	r->no_memory = r->no_memory || !bytes;
	if (r->count == 0)
		return bytes;
	free(bytes);
	return NULL;
}

/* False: without the file nobody knows what was meant. */
static bool
read_file(struct config_reader *r)
{
	size_t len, mark = strlen(BYTE_ORDER_MARK);
	auto_free char *bytes = load(r, &len);

	if (!bytes)
		return false;
	r->next = bytes;
	r->end = bytes + len;
	if (len >= mark && memcmp(bytes, BYTE_ORDER_MARK, mark) == 0)
		r->next += mark;
	take_lines(r);
	config_check(r);
	return true;
}

bool
config_read_sections(struct config *out, const struct config_section *sections,
    const char *own, const char *path, struct buf *problems, struct err *e)
{
	struct config_reader *r = calloc(1, sizeof(*r));
	int count = 0;
	bool enough = r && config_keep(&out->path, path, strlen(path), e);

	out->sections = sections;
	out->own = own;
	if (enough) {
		r->config = out;
		r->problems = problems;
		for (const struct config_section *s = sections; s->name; s++)
			if (s->size == 0)
				(void)add_part(r, s, NULL);
		if (!read_file(r))
			config_clear_values(out);
		enough = !r->no_memory;
		count = r->count;
	}
	free(r);
	if (!enough)
		return err_set(e, FAULT_FATAL, "out of memory for the configuration");
	if (count > 0)
		return err_set(e, FAULT_CONFIG, "the configuration %s has %d problem%s",
		    path, count, count == 1 ? "" : "s");
	return true;
}
