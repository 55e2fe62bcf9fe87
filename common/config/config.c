/*
 * config.c - the struct that holds the values, and what kind of text each key expects.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "common/config/internal.h"

const char *
config_default_path(void)
{
	const char *path = getenv("POTPRESS_CONFIG");

	return path && *path ? path : CONFIG_DEFAULT_PATH;
}

const struct section *
config_section(const char *name)
{
	for (const struct section *s = config_sections; s->name; s++)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}

const struct option *
config_option(const struct section *s, const char *key)
{
	for (const struct option *o = s->options; o->key; o++)
		if (strcmp(o->key, key) == 0)
			return o;
	return NULL;
}

const void *
config_values_const(const struct config *c, const struct section *s)
{
	if (strcmp(s->name, "database") == 0)
		return &c->database;
	if (strcmp(s->name, "collector") == 0)
		return &c->collector;
	if (strcmp(s->name, "enricher") == 0)
		return &c->enricher;
	return &c->publisher;
}

void *
config_values(struct config *c, const struct section *s)
{
	const char *values = config_values_const(c, s);

	return (char *)c + (values - (const char *)c);
}

bool
config_is_used(const struct config *c, const struct section *s)
{
	return strcmp(s->name, "database") == 0 ||
	       strcmp(s->name, c->program_section) == 0;
}

const char *
config_secret_file(
    const struct config *c, const struct section *s, const struct option *o)
{
	const char *file = c->path;

	for (const struct option *p = s->options; p <= o; p++)
		if (p->type == OPTION_SECRET)
			file += strlen(file) + 1;
	return file;
}

int *
config_seen(struct config_reader *r, const struct section *s, const struct option *o)
{
	return &r->seen[s - config_sections][o - s->options];
}

void *
config_place(struct config_reader *r, const struct section *s, const struct option *o)
{
	if (o->type == OPTION_SECRET)
		return &r->files[o - s->options];
	return (char *)config_values(r->config, s) + o->offset;
}

bool
option_keep(char **slot, const char *text, size_t len, struct err *e)
{
	char *copy = strndup(text, len);

	if (!copy)
		return err_set(e, FAULT_FATAL, "out of memory for the configuration");
	free(*slot);
	*slot = copy;
	return true;
}

void
list_done(struct list *l)
{
	for (size_t i = 0; i < l->count; i++)
		free(l->items[i]);
	free(l->items);
	*l = (struct list){ 0 };
}

void
option_clear(const struct option *o, void *place)
{
	char **text = place;

	switch (o->type) {
	case OPTION_INT:
	case OPTION_DURATION:
	case OPTION_BOOL:
		break;
	case OPTION_LIST:
		list_done(place);
		break;
	case OPTION_SECRET:
		secret_wipe(place);
		break;
	case OPTION_TEXT:
	case OPTION_PATH:
	case OPTION_URL:
	case OPTION_WORD:
	case OPTION_HOSTPORT:
	case OPTION_PIN:
	case OPTION_TIMEZONE:
		free(*text);
		*text = NULL;
		break;
	}
}

void
config_done(struct config *c)
{
	for (const struct section *s = config_sections; s->name; s++)
		for (const struct option *o = s->options; o->key; o++)
			option_clear(o, (char *)config_values(c, s) + o->offset);
	free(c->path);
	*c = (struct config){ 0 };
}

void
duration_text(struct buf *out, int64_t seconds)
{
	static const struct {
		int64_t length, from;
		char unit;
	} units[] = { { 86400, 172800, 'd' }, { 3600, 3600, 'h' }, { 60, 60, 'm' },
		{ 1, 0, 's' } };
	size_t i = 0;

	while (seconds < units[i].from || seconds % units[i].length != 0)
		i++;
	buf_printf(out, "%lld%c", (long long)(seconds / units[i].length), units[i].unit);
}

/* "en ja" as "en or ja". */
static void
put_words(struct buf *out, const char *words, const char *between)
{
	for (const char *p = words; *p; p++) {
		if (*p == ' ')
			buf_puts(out, between);
		else
			buf_putc(out, *p);
	}
}

static void
put_range(struct buf *out, const struct option *o)
{
	if (o->type == OPTION_INT) {
		buf_printf(out, "a whole number from %lld to %lld", (long long)o->min,
		    (long long)o->max);
		return;
	}
	buf_puts(out, "a duration from ");
	duration_text(out, o->min);
	buf_puts(out, " to ");
	duration_text(out, o->max);
	buf_puts(out, ", such as 30s, 15m, 24h or 7d");
}

static void
put_list_form(struct buf *out, const struct option *o)
{
	if (!o->words) {
		buf_puts(out, "a list separated by commas");
	} else if (strcmp(o->words, CONFIG_PAIRS) == 0) {
		buf_puts(out, "a list of HOST: NAME separated by commas");
	} else {
		buf_puts(out, "a list of ");
		put_words(out, o->words, " or ");
		buf_puts(out, " separated by commas");
	}
}

void
option_expected(struct buf *out, const struct option *o)
{
	switch (o->type) {
	case OPTION_TEXT:
		buf_puts(out, "text");
		break;
	case OPTION_PATH:
	case OPTION_SECRET:
		buf_puts(out, "the full path of a file");
		break;
	case OPTION_URL:
		put_words(out, o->words, ":// or ");
		buf_puts(out, "://HOST");
		break;
	case OPTION_INT:
	case OPTION_DURATION:
		put_range(out, o);
		break;
	case OPTION_BOOL:
		buf_puts(out, "yes or no");
		break;
	case OPTION_WORD:
		put_words(out, o->words, " or ");
		break;
	case OPTION_LIST:
		put_list_form(out, o);
		break;
	case OPTION_HOSTPORT:
		buf_puts(out, "HOST:PORT or [ADDRESS]:PORT");
		break;
	case OPTION_PIN:
		buf_puts(out, "sha256// and the hash of a public key in base64");
		break;
	case OPTION_TIMEZONE:
		buf_puts(out, "a time zone such as UTC or Asia/Tokyo");
		break;
	}
}
