/*
 * show.c - prints values and keys: --show-config, --help, the list in potpress.conf(5).
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

/* A list has a line for each element, so that no line is too long to be read back. */
static void
show_key(const struct key *k, const void *values, FILE *to)
{
	const struct list *l = (const void *)((const char *)values + k->offset);
	size_t count = config_is_list(k) ? l->count : 0;
	auto_buf value = BUF_INIT(CONFIG_LINE_MAX);

	config_put(&value, k, values);
	if (value.len > 0)
		fprintf(to, "%s = %s\n", k->name, buf_text(&value));
	for (size_t i = 0; i < count; i++)
		fprintf(to, "%s = %s\n", k->name, l->items[i]);
	if (value.len == 0 && count == 0)
		fprintf(to, "; %s =\n", k->name);
}

static void
show_section(
    const struct config_section *s, const char *name, const void *values, FILE *to)
{
	fprintf(to, "[%s%s%s]\n", s->name, name ? " " : "", name ? name : "");
	for (const struct key *k = s->keys; k->name; k++)
		show_key(k, values, to);
	fputc('\n', to);
}

static bool
is_default(const struct config_section *s, const void *values)
{
	for (const struct key *k = s->keys; k->name; k++) {
		auto_buf value = BUF_INIT(CONFIG_LINE_MAX);

		config_put(&value, k, values);
		if (strcmp(buf_text(&value), k->value ? k->value : "") != 0)
			return false;
	}
	return true;
}

void
config_show(const struct config *c, FILE *to)
{
	for (const struct config_section *s = c->sections; s->name; s++) {
		const void *at = (const char *)c + s->offset;
		const struct named *n = at;

		if (!config_is_used(c, s) || (s->optional && is_default(s, at)))
			continue;
		if (s->size == 0)
			show_section(s, NULL, at, to);
		for (size_t i = 0; s->size > 0 && i < n->count; i++)
			show_section(s, n->names[i], n->values[i], to);
	}
}

/* ---- --help */

/* Fills lines word by word up to `width`; all but the first begin at `indent`. */
static void
print_wrapped(FILE *to, const char *text, size_t indent, size_t width)
{
	size_t column = 0;

	while (*text) {
		size_t len = strcspn(text, " ");

		if (column > 0 && indent + column + 1 + len > width) {
			fprintf(to, "\n%*s", (int)indent, "");
			column = 0;
		}
		column +=
		    (size_t)fprintf(to, "%s%.*s", column > 0 ? " " : "", (int)len, text);
		text += len + strspn(text + len, " ");
	}
	fputc('\n', to);
}

/* What stands between the brackets of its header: "enricher", "alert NAME". */
static const char *
header(char out[CONFIG_LABEL_MAX], const struct config_section *s)
{
	return buf_fixed(
	    out, CONFIG_LABEL_MAX, "%s%s", s->name, s->size > 0 ? " NAME" : "");
}

/* "Language of the posts (en or ja; default en)" */
static void
put_key(struct buf *out, const struct config_section *s, const struct key *k)
{
	char label[CONFIG_LABEL_MAX], name[CONFIG_CREDENTIAL_MAX];

	buf_printf(out, "%s (", k->help);
	config_expected(out, k);
	buf_puts(out, k->value      ? "; default "
		      : k->required ? "; required"
				    : "; optional");
	buf_puts(out, k->value ? k->value : "");
	if (k->type == KEY_SECRET)
		buf_printf(out, ", or the systemd credential %s",
		    config_credential(name, header(label, s), k));
	buf_puts(out, config_is_list(k) ? ", may be repeated)" : ")");
}

static void
help_key(const struct config_section *s, const struct key *k, FILE *to)
{
	auto_buf text = BUF_CUT(HELP_MAX);

	put_key(&text, s, k);
	fprintf(to, "  %-*s", HELP_COLUMN - 2, k->name);
	print_wrapped(to, buf_text(&text), HELP_COLUMN, HELP_WIDTH);
}

void
config_help(const char *own, FILE *to)
{
	const struct config used = { .own = own };
	char label[CONFIG_LABEL_MAX];

	for (const struct config_section *s = config_sections; s->name; s++) {
		if (!config_is_used(&used, s))
			continue;
		fprintf(to, "\n[%s] %s\n", header(label, s), s->help);
		for (const struct key *k = s->keys; k->name; k++)
			help_key(s, k, to);
	}
}

/* ---- potpress.conf(5) */

/* Text as mdoc shows it: no escape, and no word that is a macro where a line begins. */
static void
print_mdoc(FILE *to, const char *text)
{
	auto_buf safe = BUF_CUT(HELP_MAX);

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
mdoc_key(const struct config_section *s, const struct key *k, FILE *to)
{
	auto_buf text = BUF_CUT(HELP_MAX);

	put_key(&text, s, k);
	fprintf(to, ".It Ic %s\n", k->name);
	print_mdoc(to, buf_text(&text));
}

void
config_mdoc(FILE *to)
{
	char label[CONFIG_LABEL_MAX];

	for (const struct config_section *s = config_sections; s->name; s++) {
		fprintf(to, ".Ss Section %s\n", header(label, s));
		print_mdoc(to, s->help);
		fputs(".Bl -tag -width Ds\n", to);
		for (const struct key *k = s->keys; k->name; k++)
			mdoc_key(s, k, to);
		fputs(".El\n", to);
	}
}
