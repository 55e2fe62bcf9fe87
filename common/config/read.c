/*
 * read.c - reads the file, finds all of its problems in one run.
 *
 * inih takes the lines apart, through a reader of ours that stands between it and the
 * file. inih as distributions build it cuts lines at 199 bytes, keeps the number of the
 * first bad line only, tells its handler no line numbers and says nothing of empty
 * sections. So the reader counts lines, refuses what is no text or longer than
 * CONFIG_LINE_MAX, checks section headers, takes comments and indentation away (an
 * indented line is a line like any other, not a continuation), and notices when inih
 * makes no key of a line. The value of a line that inih has no room for is kept by the
 * reader, and a stand-in goes through inih: nothing is ever cut.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <ini.h>

#include "common/base/utf8.h"
#include "common/config/internal.h"

#define STAND_IN "x"

/* ---- keys */

static void
take_value(struct config_reader *r, const struct option *o, const char *value)
{
	struct err e = ERR_NONE;

	if (!config_is_used(r->config, r->section) ||
	    option_set(o, config_place(r, r->section, o), value, &e))
		return;
	if (e.fault == FAULT_FATAL)
		r->no_memory = true;
	else
		config_problem(
		    r, r->line, "%s in [%s] %s", o->key, r->section->name, e.text);
	/* The default is not what was meant. */
	if (o->type != OPTION_SECRET && o->type != OPTION_LIST)
		option_clear(o, config_place(r, r->section, o));
}

/* inih's handler: one key of one line. */
static int
take_key(void *ctx, const char *section, const char *key, const char *value)
{
	struct config_reader *r = ctx;
	const struct option *o;
	int *first;

	(void)section; /* cut at 49 bytes by inih; the reader knows it whole */
	r->unanswered = false;
	if (!r->in_section) {
		config_problem(
		    r, r->line, "a key before any [section]; put the line below one");
		return 1;
	}
	if (!r->section)
		return 1; /* its header is the problem */
	o = config_option(r->section, key);
	if (!o) {
		config_unknown_key(r, key);
		return 1;
	}
	first = config_seen(r, r->section, o);
	if (*first != 0 && o->type != OPTION_LIST)
		config_problem(r, r->line,
		    "%s in [%s] is given twice, first in line %d; keep one of them", key,
		    r->section->name, *first);
	else
		take_value(r, o, r->long_value ? r->long_value : value);
	if (*first == 0)
		*first = r->line;
	return 1;
}

/* ---- lines */

static void
take_header(struct config_reader *r)
{
	char *name = r->text + 1, *close = strchr(name, ']');

	r->in_section = true;
	r->section = NULL;
	if (!close || close[1] != '\0') {
		config_problem(r, r->line,
		    "a section header is one word in brackets and nothing else, such as "
		    "[%s]",
		    config_nearest_section(name));
		return;
	}
	*close = '\0';
	r->section = config_section(name);
	if (!r->section)
		config_problem(r, r->line,
		    "unknown section [%.60s]; the nearest known one is [%s]", name,
		    config_nearest_section(name));
	else if (r->header[r->section - config_sections] == 0)
		r->header[r->section - config_sections] = r->line;
	*close = ']';
}

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

static bool
is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* A comment begins with ';' after white space, or with ';' or '#' as the first of its
 * line. */
static void
keep_line(struct config_reader *r, const char *start, const char *stop)
{
	size_t len = 0;

	while (start < stop && is_space(*start))
		start++;
	if (start < stop && *start == '#')
		stop = start;
	while (start + len < stop &&
	       !(start[len] == ';' && (len == 0 || is_space(start[len - 1]))))
		len++;
	while (len > 0 && is_space(start[len - 1]))
		len--;
	memcpy(r->text, start, len);
	r->text[len] = '\0';
}

/* Reads the next line into r->text, without its end, its comment and the space
 * around. False at the end of the file. A line with a fault is told and leaves an
 * empty text. */
static bool
next_line(struct config_reader *r)
{
	const char *start = r->next, *stop;

	if (start == r->end)
		return false;
	stop = memchr(start, '\n', (size_t)(r->end - start));
	r->next = stop ? stop + 1 : r->end;
	stop = stop ? stop : r->end;
	r->line++;
	if (stop > start && stop[-1] == '\r')
		stop--;
	if (!line_is_text(r, start, (size_t)(stop - start)))
		stop = start;
	keep_line(r, start, stop);
	return true;
}

/* Splits a line that inih has no room for; the value stays here. False when not even
 * the key fits or there is none. */
static bool
stand_in(struct config_reader *r, size_t room)
{
	size_t key = strcspn(r->text, "=:");

	if (r->text[key] == '\0' || key + sizeof("=" STAND_IN "\n") > room)
		return false;
	r->long_value = r->text + key + 1 + strspn(r->text + key + 1, " \t");
	return true;
}

/* Copies at most what there is room for; the caller has made sure that it is all. */
static void
give(char *out, size_t room, const char *text, size_t len, const char *tail)
{
	size_t tail_len = strlen(tail);

	if (len + tail_len >= room)
		len = 0;
	memcpy(out, text, len);
	memcpy(out + len, tail, tail_len + 1);
}

/* What inih did not make a key of. The line is not quoted: it may be a secret on its
 * own. */
static void
check_answered(struct config_reader *r)
{
	if (r->unanswered)
		config_problem(r, r->line,
		    "the line is neither KEY = VALUE nor [SECTION] nor a comment");
	r->unanswered = false;
}

/* inih's reader, in the manner of fgets: one line into `out`, NULL at the end. */
static char *
give_line(char *out, int size, void *ctx)
{
	struct config_reader *r = ctx;
	size_t room = size > 0 ? (size_t)size : 0, len;

	check_answered(r);
	r->long_value = NULL;
	if (room < sizeof("=" STAND_IN "\n") || !next_line(r))
		return NULL;
	len = strlen(r->text);
	if (r->text[0] == '[') {
		take_header(r);
		len = 0; /* inih has nothing to add */
	} else if (len + sizeof("\n") > room && !stand_in(r, room)) {
		r->unanswered = true; /* told before the next line */
		len = 0;
	}
	r->unanswered = r->unanswered || len > 0;
	if (r->long_value)
		give(out, room, r->text, strcspn(r->text, "=:"), "=" STAND_IN "\n");
	else
		give(out, room, r->text, len, "\n");
	return out;
}

/* ---- the file */

static bool
load_error(struct config_reader *r, const char *what)
{
	config_problem(r, 0,
	    "%s; name another file with -c FILE or in POTPRESS_CONFIG, or see "
	    "potpress.conf(5)",
	    what);
	return false;
}

static bool
load(struct config_reader *r, struct buf *file)
{
	int fd = open(r->path, O_RDONLY | O_CLOEXEC);
	char piece[4096], what[200];
	ssize_t n = 0;

	if (fd < 0) {
		snprintf(what, sizeof(what), "the configuration cannot be opened: %s",
		    strerror(errno));
		return load_error(r, what);
	}
	while (buf_ok(file) &&
	       ((n = read(fd, piece, sizeof(piece))) > 0 || (n < 0 && errno == EINTR)))
		if (n > 0)
			buf_put(file, piece, (size_t)n);
	snprintf(
	    what, sizeof(what), "the configuration cannot be read: %s", strerror(errno));
	(void)close(fd);
	if (n < 0)
		return load_error(r, what);
	if (!buf_ok(file))
		return load_error(
		    r, "the file is larger than 1 MiB and no configuration");
	return true;
}

static void
parse(struct config_reader *r, const struct buf *file)
{
	r->next = buf_text(file);
	r->end = r->next + file->len;
	if (file->len >= 3 && memcmp(r->next, "\xEF\xBB\xBF", 3) == 0)
		r->next += 3;
	/* Its result is the first bad line, and the reader has told all of them. */
	(void)ini_parse_stream(give_line, r, take_key, r);
	if (r->next != r->end)
		r->no_memory = true;
	check_answered(r);
}

/* ---- config_read */

/* The path and behind it the names of the secrets' files, for config_secret_file. */
static bool
keep_files(struct config_reader *r)
{
	auto_buf block =
	    BUF_INIT(CONFIG_PATH_MAX + (CONFIG_KEYS_MAX + 1) * CONFIG_LINE_MAX);

	buf_put(&block, r->path, strlen(r->path) + 1);
	for (const struct section *s = config_sections; s->name; s++) {
		for (const struct option *o = s->options; o->key; o++) {
			const char *file = r->files[o - s->options];

			if (!config_is_used(r->config, s) || o->type != OPTION_SECRET)
				continue;
			buf_put(&block, file ? file : "", file ? strlen(file) + 1 : 1);
		}
	}
	r->config->path = buf_take(&block);
	return r->config->path;
}

static bool
set_defaults(struct config_reader *r)
{
	struct err e = ERR_NONE;
	bool ok = true;

	for (const struct section *s = config_sections; s->name; s++)
		for (const struct option *o = s->options; o->key; o++)
			if (config_is_used(r->config, s) && o->value)
				ok = option_set(o, config_place(r, s, o), o->value, &e) &&
				     ok;
	return ok;
}

/* Without the file nobody knows what was meant. */
static void
forget_defaults(struct config *c)
{
	const char *section = c->program_section;
	bool offline = c->offline;

	config_done(c);
	c->program_section = section;
	c->offline = offline;
}

static void
reader_free(struct config_reader *r)
{
	for (size_t i = 0; i < CONFIG_KEYS_MAX; i++)
		free(r->files[i]);
	free(r);
}

bool
config_read(struct config *out, const char *program_section, const char *path,
    struct buf *problems, struct err *e)
{
	struct config_reader *r = calloc(1, sizeof(*r));
	auto_buf file = BUF_INIT(CONFIG_FILE_MAX);
	int count;
	bool enough;

	*out = (struct config){ .program_section = program_section,
		.offline = out->offline };
	if (!r)
		return err_set(e, FAULT_FATAL, "out of memory for the configuration");
	*r = (struct config_reader){ .config = out, .path = path, .problems = problems };
	enough = set_defaults(r);
	if (enough && load(r, &file)) {
		parse(r, &file);
		config_check(r);
	} else {
		forget_defaults(out);
	}
	enough = keep_files(r) && enough && !r->no_memory;
	count = r->count;
	reader_free(r);
	if (!enough)
		return err_set(e, FAULT_FATAL, "out of memory for the configuration");
	if (count > 0)
		return err_set(e, FAULT_CONFIG, "the configuration %s has %d problem%s",
		    path, count, count == 1 ? "" : "s");
	return true;
}
