/*
 * problem.c - reports a problem of the file, and finds the known name that was meant.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "common/base/utf8.h"
#include "common/config/internal.h"

#define NAME_MAX_COMPARED 48 /* bytes of a name that are compared */
#define PROBLEM_MAX 5100 /* bytes of one problem, the path of the file among them */

static void __attribute__((format(printf, 4, 0))) report(
    struct config_reader *r, int line, const char *subject, const char *fmt, va_list ap)
{
	auto_buf sentence = BUF_CUT(PROBLEM_MAX);

	buf_printf(&sentence, "%.4096s:", r->config->path);
	if (line > 0)
		buf_printf(&sentence, "%d:", line);
	buf_printf(&sentence, " %s", subject);
	buf_vprintf(&sentence, fmt, ap);
	utf8_clean(r->problems, buf_text(&sentence), sentence.len, PROBLEM_MAX);
	buf_putc(r->problems, '\n');
	r->count++;
}

void
config_problem(struct config_reader *r, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(r, line, "", fmt, ap);
	va_end(ap);
}

void
config_key_problem(struct config_reader *r, const struct config_part *p, const char *name,
    const char *fmt, ...)
{
	char subject[2 * CONFIG_LABEL_MAX];
	va_list ap;

	BUF_FIXED(subject, "%s in [%s]", name, p->label);
	va_start(ap, fmt);
	report(r, config_line(r, p, name), subject, fmt, ap);
	va_end(ap);
}

/* Letters to insert, delete or change to make one of the other, in any case (Levenshtein). The
 * beginning of a name, written for the whole, is as near as a single letter. */
static size_t
name_distance(const char *a, const char *b)
{
	size_t row[NAME_MAX_COMPARED + 1], a_len = strnlen(a, NAME_MAX_COMPARED),
					   b_len = strnlen(b, NAME_MAX_COMPARED);

	if (a_len > 1 && a_len < b_len && strncasecmp(a, b, a_len) == 0)
		return 1;
	for (size_t j = 0; j <= b_len; j++)
		row[j] = j;
	for (size_t i = 1; i <= a_len; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= b_len; j++) {
			bool same = tolower((unsigned char)a[i - 1]) ==
				    tolower((unsigned char)b[j - 1]);
			size_t change = diagonal + (same ? 0 : 1);

			diagonal = row[j];
			if (change > row[j] + 1)
				change = row[j] + 1;
			row[j] = change < row[j - 1] + 1 ? change : row[j - 1] + 1;
		}
	}
	return row[b_len];
}

static const char *
nearer(const char *name, const char *a, const char *b)
{
	return name_distance(name, b) < name_distance(name, a) ? b : a;
}

const char *
config_nearest_section(const struct config *c, const char *name)
{
	const char *best = c->sections->name;

	for (const struct config_section *s = c->sections; s->name; s++)
		best = nearer(name, best, s->name);
	return best;
}

void
config_unknown_key(struct config_reader *r, const char *name)
{
	const char *label = r->part->label;
	const struct key *keys = r->part->section->keys;
	const char *best = keys->name;

	for (const struct config_section *s = r->config->sections; s->name; s++) {
		if (config_key(s, name)) {
			config_problem(r, r->line,
			    "unknown key '%.60s' in [%s]; it belongs in [%s]", name,
			    label, s->name);
			return;
		}
	}
	for (const struct key *k = keys; k->name; k++)
		best = nearer(name, best, k->name);
	config_problem(r, r->line,
	    "unknown key '%.60s' in [%s]; the nearest known one is '%s'", name, label,
	    best);
}
