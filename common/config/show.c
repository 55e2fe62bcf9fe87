/*
 * show.c - prints values and keys: --show-config, --help, the list in
 * potpress.conf(5).
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/config/internal.h"

#define HELP_COLUMN 22 /* where the sentences of --help begin */
#define HELP_WIDTH 88
#define HELP_MAX 1000
#define MDOC_WIDTH 78

/* ---- --show-config */

static void
put_value(struct buf *out, const struct option *o, const void *place)
{
	const char *const *text = place;
	const int64_t *number = place;
	const bool *yes = place;

	switch (o->type) {
	case OPTION_INT:
		buf_printf(out, "%lld", (long long)*number);
		break;
	case OPTION_DURATION:
		duration_text(out, *number);
		break;
	case OPTION_BOOL:
		buf_puts(out, *yes ? "yes" : "no");
		break;
	case OPTION_TEXT:
	case OPTION_PATH:
	case OPTION_URL:
	case OPTION_WORD:
	case OPTION_HOSTPORT:
	case OPTION_PIN:
	case OPTION_TIMEZONE:
		if (*text)
			buf_puts(out, *text);
		break;
	case OPTION_SECRET:
	case OPTION_LIST:
		break; /* show_option, show_list */
	}
}

/* An element a line, so that no line gets too long to be read back. */
static bool
show_list(const struct list *l, const char *key, FILE *to)
{
	for (size_t i = 0; i < l->count; i++)
		fprintf(to, "%s = %s\n", key, l->items[i]);
	return l->count > 0;
}

static void
show_option(
    const struct config *c, const struct section *s, const struct option *o, FILE *to)
{
	const void *place = (const char *)config_values_const(c, s) + o->offset;
	auto_buf value = BUF_INIT(CONFIG_LINE_MAX);

	if (o->type == OPTION_SECRET)
		buf_puts(&value, config_secret_file(c, s, o));
	else
		put_value(&value, o, place);
	if (value.len > 0)
		fprintf(to, "%s = %s\n", o->key, buf_text(&value));
	else if (o->type != OPTION_LIST || !show_list(place, o->key, to))
		fprintf(to, "; %s =\n", o->key);
}

void
config_show(const struct config *c, FILE *to)
{
	const char *between = "";

	for (const struct section *s = config_sections; s->name; s++) {
		if (!config_is_used(c, s))
			continue;
		fprintf(to, "%s[%s]\n", between, s->name);
		for (const struct option *o = s->options; o->key; o++)
			show_option(c, s, o, to);
		between = "\n";
	}
}

/* ---- --help */

/* "required", "default 4", "optional"; where the secret may also come from. */
static void
put_default(struct buf *out, const struct section *s, const struct option *o)
{
	if (o->required)
		buf_puts(out, "required");
	else if (o->value)
		buf_printf(out, "default %s", o->value);
	else
		buf_puts(out, "optional");
	if (o->type == OPTION_SECRET)
		buf_printf(out, ", or the systemd credential %s.%.*s", s->name,
		    (int)(strlen(o->key) - strlen("_file")), o->key);
	if (o->type == OPTION_LIST)
		buf_puts(out, ", may be repeated");
}

/* Fills lines word by word up to `width`; all but the first begin at `indent`. */
static void
print_wrapped(FILE *to, const char *text, size_t indent, size_t width)
{
	size_t column = indent;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (column > indent && column + 1 + len > width) {
			fprintf(to, "\n%*s", (int)indent, "");
			column = indent;
		}
		if (column > indent)
			fputc(' ', to);
		fprintf(to, "%.*s", (int)len, text);
		column += len + (column > indent ? 1 : 0);
		text += len + strspn(text + len, " ");
	}
	fputc('\n', to);
}

static void
help_option(const struct section *s, const struct option *o, FILE *to)
{
	auto_buf text = BUF_INIT(HELP_MAX);

	buf_printf(&text, "%s (", o->help);
	option_expected(&text, o);
	buf_puts(&text, "; ");
	put_default(&text, s, o);
	buf_puts(&text, ")");
	fprintf(to, "  %-*s", HELP_COLUMN - 2, o->key);
	print_wrapped(to, buf_text(&text), HELP_COLUMN, HELP_WIDTH);
}

void
config_help(const char *program_section, FILE *to)
{
	const struct config used = { .program_section = program_section };

	for (const struct section *s = config_sections; s->name; s++) {
		if (!config_is_used(&used, s))
			continue;
		fprintf(to, "\n[%s] %s\n", s->name, s->help);
		for (const struct option *o = s->options; o->key; o++)
			help_option(s, o, to);
	}
}

/* ---- potpress.conf(5) */

/* Text as mdoc shows it: no escape, and no word that is a macro where a line begins. */
static void
print_mdoc(FILE *to, const char *text)
{
	auto_buf safe = BUF_INIT(HELP_MAX);

	for (const char *p = text; *p; p++) {
		if ((*p == '.' || *p == '\'') && (p == text || p[-1] == ' '))
			buf_puts(&safe, "\\&");
		if (*p == '\\')
			buf_puts(&safe, "\\e");
		else
			buf_putc(&safe, *p);
	}
	print_wrapped(to, buf_text(&safe), 0, MDOC_WIDTH);
}

static void
mdoc_option(const struct section *s, const struct option *o, FILE *to)
{
	auto_buf form = BUF_INIT(HELP_MAX);

	fprintf(to, ".It Ic %s\n", o->key);
	print_mdoc(to, o->help);
	buf_puts(&form, "Expected: ");
	option_expected(&form, o);
	buf_puts(&form, "; ");
	put_default(&form, s, o);
	buf_puts(&form, ".");
	print_mdoc(to, buf_text(&form));
}

void
config_mdoc(FILE *to)
{
	for (const struct section *s = config_sections; s->name; s++) {
		fprintf(to, ".Ss Section %s\n", s->name);
		print_mdoc(to, s->help);
		fputs(".Bl -tag -width Ds\n", to);
		for (const struct option *o = s->options; o->key; o++)
			mdoc_option(s, o, to);
		fputs(".El\n", to);
	}
}
