/*
 * problem.c - reports a problem of the file, and finds the known name that was meant.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/distance.h"
#include "common/base/utf8.h"
#include "common/config/internal.h"

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

static const char *
nearer(const char *name, const char *a, const char *b)
{
	return distance(name, b) < distance(name, a) ? b : a;
}

/* Is one a typo of the other? */
static bool
is_near(const char *name, const char *known)
{
	return distance(name, known) <= 1 + strlen(name) / 3;
}

const char *
config_nearest_section(const struct config *c, const char *name)
{
	const char *best = c->sections->name;

	for (const struct config_section *s = c->sections; s->name; s++)
		best = nearer(name, best, s->name);
	return best;
}

static void
put_sections(struct buf *out, const struct config *c)
{
	for (const struct config_section *s = c->sections; s->name; s++)
		buf_printf(out, "%s[%s%s]", s == c->sections ? "" : ", ", s->name,
		    s->size > 0 ? " NAME" : "");
}

void
config_unknown_section(struct config_reader *r, const char *label)
{
	const char *best = config_nearest_section(r->config, label);
	auto_buf known = BUF_CUT(PROBLEM_MAX);

	put_sections(&known, r->config);
	if (is_near(label, best))
		config_problem(r, r->line,
		    "unknown section [%.60s]; the nearest known one is [%s]", label,
		    best);
	else
		config_problem(r, r->line, "unknown section [%.60s]; there are %s", label,
		    buf_text(&known));
}

static void
put_keys(struct buf *out, const struct key *keys)
{
	for (const struct key *k = keys; k->name; k++)
		buf_printf(out, "%s%s", k == keys ? "" : ", ", k->name);
}

static const struct config_section *
section_with_key(const struct config *c, const char *name)
{
	const struct config_section *s = c->sections;

	while (s->name && !config_key(s, name))
		s++;
	return s->name ? s : NULL;
}

void
config_unknown_key(struct config_reader *r, const char *name)
{
	const char *label = r->part->label;
	const struct key *keys = r->part->section->keys;
	const struct config_section *other = section_with_key(r->config, name);
	const char *best = keys->name;
	auto_buf known = BUF_CUT(PROBLEM_MAX);

	for (const struct key *k = keys; k->name; k++)
		best = nearer(name, best, k->name);
	put_keys(&known, keys);
	if (other)
		config_problem(r, r->line,
		    "unknown key '%.60s' in [%s]; it belongs in [%s]", name, label,
		    other->name);
	else if (is_near(name, best))
		config_problem(r, r->line,
		    "unknown key '%.60s' in [%s]; the nearest known one is '%s'", name,
		    label, best);
	else
		config_problem(r, r->line, "unknown key '%.60s' in [%s]; its keys are %s",
		    name, label, buf_text(&known));
}
