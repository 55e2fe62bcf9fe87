/*
 * saved.c - see saved.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/saved.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/utf8.h"
#include "common/json/json.h"

#define CHUNK (64 << 10)
#define COMPLAINT_MAX 1000

void
saved_complain(const char *file, int64_t line, const char *why)
{
	auto_buf text = BUF_CUT(COMPLAINT_MAX), clean = BUF_CUT(COMPLAINT_MAX);

	buf_puts(&text, file);
	if (line > 0)
		buf_printf(&text, ":%lld", (long long)line);
	buf_printf(&text, ": %s", why);
	utf8_put_printable(&clean, buf_text(&text));
	fprintf(stderr, "%s\n", buf_text(&clean));
}

/* ---- one object after another */

/* A file that is being read. */
struct reader {
	struct saved *saved;
	const char *path;
	int64_t modified_at;
	int64_t at, line; /* of the byte that comes next */
	int complaints;
	struct buf object; /* so far; empty: between objects */
	int64_t object_at, object_line;
	size_t depth;
	bool in_text, escaped;
	bool skipping; /* the rest of a broken object */
	bool line_began; /* the byte that comes next is the first of its line */
};

static void
complain(struct reader *r, int64_t line, const char *why)
{
	r->saved->broken++;
	if (++r->complaints <= SAVED_COMPLAINTS_MAX)
		saved_complain(r->path, line, why);
	else if (r->complaints == SAVED_COMPLAINTS_MAX + 1)
		saved_complain(r->path, line, "and more, not shown");
}

static bool
add(struct saved *s, const struct saved_report *r, struct err *e)
{
	size_t room = s->room > 0 ? 2 * s->room : 64;
	struct saved_report *longer;

	if (s->count == SAVED_REPORTS_MAX)
		return err_set(e, FAULT_FATAL, "%s: more than %d reports in one import",
		    r->file, SAVED_REPORTS_MAX);
	if (s->count == s->room) {
		longer = reallocarray(s->reports, room, sizeof *longer);
		if (longer == NULL)
			return err_set(e, FAULT_FATAL, "out of memory");
		s->reports = longer;
		s->room = room;
	}
	s->reports[s->count++] = *r;
	return true;
}

/* The whole number at the path, 0 if there is none; the rest is looked at when the report is read. */
static int64_t
number_at(const struct buf *object, const char *path)
{
	struct err ignored = ERR_NONE;
	const char *text;
	size_t len;
	int64_t n = 0;

	if (!json_raw(buf_text(object), object->len, path, &text, &len, &ignored))
		return 0;
	for (size_t i = 0; text != NULL && i < len && i < 12; i++) {
		if (text[i] < '0' || text[i] > '9')
			return 0;
		n = n * 10 + (text[i] - '0');
	}
	return n;
}

static int64_t
date_of(const struct reader *r)
{
	int64_t date = number_at(&r->object, "data.attributes.last_analysis_date");

	if (date == 0)
		date = number_at(&r->object, "attributes.last_analysis_date");
	return date > 0 ? date : r->modified_at;
}

static bool
end_object(struct reader *r, struct err *e)
{
	const struct saved_report report = { .number = r->saved->count,
		.file = r->path,
		.line = r->object_line,
		.at = r->object_at,
		.len = r->object.len,
		.date = date_of(r) };

	buf_reset(&r->object);
	return add(r->saved, &report, e);
}

static void
break_off(struct reader *r, const char *why)
{
	complain(r, r->object_line, why);
	buf_reset(&r->object);
	r->skipping = true;
	r->depth = 0;
	r->in_text = false;
}

static void
begin_object(struct reader *r)
{
	r->object_at = r->at;
	r->object_line = r->line;
	r->depth = 0;
	r->in_text = r->escaped = r->skipping = false;
}

/* Brackets outside of texts. */
static void
count_depth(struct reader *r, char c)
{
	if (r->escaped)
		r->escaped = false;
	else if (r->in_text && c == '\\')
		r->escaped = true;
	else if (c == '"')
		r->in_text = !r->in_text;
	else if (!r->in_text && (c == '{' || c == '['))
		r->depth++;
	else if (!r->in_text && (c == '}' || c == ']') && r->depth > 0)
		r->depth--;
}

static bool
take_byte_inside(struct reader *r, char c, struct err *e)
{
	buf_putc(&r->object, c);
	if (!buf_ok(&r->object)) {
		break_off(r, "a report of more than 4 MiB");
		return true;
	}
	count_depth(r, c);
	return r->depth > 0 || end_object(r, e);
}

/* Outside of objects there is only white space. */
static bool
take_byte_outside(struct reader *r, char c, bool first_of_line, struct err *e)
{
	if (c == '{' && (!r->skipping || first_of_line)) {
		begin_object(r);
		return take_byte_inside(r, c, e);
	}
	if (strchr(" \t\r\n", c) != NULL && c != '\0')
		return true;
	if (!r->skipping) {
		complain(r, r->line, "not a JSON object");
		r->skipping = true;
	}
	return true;
}

static bool
take_byte(struct reader *r, char c, struct err *e)
{
	bool first = r->line_began, ok;

	if (first && c == '{' && r->object.len > 0)
		break_off(r, "an incomplete report");
	ok = r->object.len > 0 ? take_byte_inside(r, c, e)
			       : take_byte_outside(r, c, first, e);
	r->line_began = c == '\n';
	r->line += c == '\n';
	r->at++;
	return ok;
}

static bool
take_all(struct reader *r, FILE *f, struct err *e)
{
	char chunk[CHUNK];
	size_t len, skip;

	while ((len = fread(chunk, 1, sizeof chunk, f)) > 0) {
		skip =
		    r->at == 0 && len >= 3 && memcmp(chunk, UTF8_BYTE_ORDER_MARK, 3) == 0
			? 3
			: 0;
		r->at += (int64_t)skip;
		for (size_t i = skip; i < len; i++)
			if (!take_byte(r, chunk[i], e))
				return false;
	}
	if (ferror(f))
		complain(r, 0, strerror(errno));
	if (r->object.len > 0)
		break_off(r, "an incomplete report");
	return true;
}

/* NULL after a complaint. A pipe without a writer does not block. */
static FILE *
open_file(struct reader *r)
{
	int fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	FILE *f = fd >= 0 ? fdopen(fd, "r") : NULL;
	struct stat st;

	if (f != NULL && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		r->modified_at = st.st_mtime;
		return f;
	}
	complain(r, 0, f == NULL ? strerror(errno) : "not a regular file");
	if (f != NULL)
		fclose(f);
	else if (fd >= 0)
		close(fd);
	return NULL;
}

bool
saved_add_file(struct saved *s, const char *path, struct err *e)
{
	struct reader r = { .saved = s,
		.path = path,
		.line = 1,
		.line_began = true,
		.object = BUF_INIT(SAVED_REPORT_MAX) };
	FILE *f = open_file(&r);
	bool ok = true;

	if (f != NULL) {
		ok = take_all(&r, f, e);
		fclose(f);
	}
	buf_done(&r.object);
	return ok;
}

/* ---- in order */

static int
by_date(const void *a, const void *b)
{
	const struct saved_report *x = a, *y = b;

	if (x->date != y->date)
		return x->date < y->date ? -1 : 1;
	return x->number < y->number ? -1 : x->number > y->number;
}

void
saved_sort(struct saved *s)
{
	if (s->count > 0)
		qsort(s->reports, s->count, sizeof *s->reports, by_date);
}

static bool
read_part(const struct saved_report *r, struct buf *out, struct err *e)
{
	FILE *f = fopen(r->file, "re");
	char chunk[CHUNK];
	size_t len = 1;
	bool whole;

	if (f != NULL && fseeko(f, r->at, SEEK_SET) == 0)
		while (out->len < r->len && len > 0) {
			size_t rest = r->len - out->len;

			len =
			    fread(chunk, 1, rest < sizeof chunk ? rest : sizeof chunk, f);
			buf_put(out, chunk, len);
		}
	if (f != NULL)
		fclose(f);
	whole = out->len == r->len;
	return whole || err_set(e, FAULT_REJECT, "the file changed while it was read");
}

bool
saved_read(const struct saved_report *r, struct buf *out, struct err *e)
{
	struct err ignored = ERR_NONE;
	auto_buf bytes = BUF_INIT(SAVED_REPORT_MAX);
	const char *data = NULL;
	size_t len;

	if (!read_part(r, &bytes, e))
		return false;
	json_raw(buf_text(&bytes), bytes.len, "data", &data, &len, &ignored);
	if (data == NULL)
		buf_puts(out, "{\"data\": ");
	buf_add(out, &bytes);
	if (data == NULL)
		buf_putc(out, '}');
	return buf_ok(out) || err_set(e, FAULT_FATAL, "out of memory");
}

void
saved_done(struct saved *s)
{
	free(s->reports);
	*s = (struct saved){ .reports = NULL };
}
