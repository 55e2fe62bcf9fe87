/*
 * value.c - stores the text of one value, and writes a value as text.
 *
 * config_set is the only place where text becomes a value. What it stores is canonical: URLs have
 * no trailing slash, list elements are trimmed, pairs have one space. Messages quote the value only
 * where it cannot hold a secret: never for file names of secrets (people paste the key itself
 * there) and never for URLs (people put passwords into them).
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/time.h"
#include "common/config/internal.h"

#define EXPECTED_MAX 300
/* One value, so that config_show can write it, with its key, into a line that can be read. */
#define VALUE_MAX (CONFIG_LINE_MAX - 100)

/* ---- types */

static const struct type {
	enum store { STORE_TEXT, STORE_NUMBER, STORE_BOOL, STORE_LIST } store;
	const char *expected; /* NULL: depends on the key's words or range */
} types[] = {
	[KEY_TEXT] = { STORE_TEXT, "text" },
	[KEY_PATH] = { STORE_TEXT, "an absolute path without a slash at its end" },
	[KEY_URL] = { STORE_TEXT, NULL },
	[KEY_HOSTPORT] = { STORE_TEXT, "HOST:PORT or [ADDRESS]:PORT" },
	[KEY_PIN] = { STORE_TEXT, "sha256// and the hash of a public key in base64" },
	[KEY_TIMEZONE] = { STORE_TEXT,
	    "UTC or a time zone of package tzdata, such as Asia/Tokyo" },
	[KEY_WORD] = { STORE_TEXT, NULL },
	[KEY_INT] = { STORE_NUMBER, NULL },
	[KEY_DURATION] = { STORE_NUMBER, NULL },
	[KEY_BOOL] = { STORE_BOOL, "yes or no" },
	[KEY_LIST] = { STORE_LIST, NULL },
	[KEY_PAIRS] = { STORE_LIST, "a list of HOST: NAME separated by commas" },
	[KEY_DURATIONS] = { STORE_LIST,
	    "a list of durations such as 1h, 1d separated by commas, or never" },
	[KEY_IDENTITIES] = { STORE_LIST,
	    "a list of words, addresses, networks and *.DOMAIN separated by commas" },
	[KEY_NETWORKS] = { STORE_LIST,
	    "a list of addresses and networks (CIDR) separated by commas" },
	[KEY_SECRET] = { STORE_TEXT, "an absolute path without a slash at its end" },
};

bool
config_is_list(const struct key *k)
{
	return types[k->type].store == STORE_LIST;
}

/* "a b c" as "a, b or c"; `after` follows each word, `last` joins the last two. */
static void
put_words(struct buf *out, const char *words, const char *after, const char *last)
{
	for (const char *p = words; *p; p++) {
		if (*p != ' ')
			buf_putc(out, *p);
		else
			buf_printf(out, "%s%s", after, strchr(p + 1, ' ') ? ", " : last);
	}
	buf_puts(out, after);
}

void
config_expected(struct buf *out, const struct key *k)
{
	if (types[k->type].expected) {
		buf_puts(out, types[k->type].expected);
	} else if (k->type == KEY_INT) {
		buf_printf(out, "a whole number from %lld to %lld", (long long)k->min,
		    (long long)k->max);
	} else if (k->type == KEY_DURATION) {
		buf_puts(out, "a duration from ");
		time_put_duration(out, k->min);
		buf_puts(out, " to ");
		time_put_duration(out, k->max);
		buf_puts(out, ", such as 30s, 15m, 24h or 7d");
	} else if (k->type == KEY_URL || k->type == KEY_WORD) {
		put_words(out, k->words, k->type == KEY_URL ? "://HOST" : "", " or ");
	} else if (k->words) {
		buf_puts(out, "one or more of ");
		put_words(out, k->words, "", " and ");
		buf_puts(out, ", separated by commas");
	} else {
		buf_puts(out, "a list separated by commas");
	}
}

/* ---- from text */

static bool
no_memory(struct err *e)
{
	return err_set(e, FAULT_FATAL, "out of memory for the configuration");
}

static bool
wrong(const struct key *k, const char *text, const char *how, struct err *e)
{
	auto_buf form = BUF_CUT(EXPECTED_MAX);

	config_expected(&form, k);
	if (k->type == KEY_URL || k->type == KEY_SECRET)
		return err_set(
		    e, FAULT_CONFIG, "is not valid; expected %s", buf_text(&form));
	return err_set(
	    e, FAULT_CONFIG, "is '%.60s'%s; expected %s", text, how, buf_text(&form));
}

bool
config_keep(char **slot, const char *text, struct err *e)
{
	char *copy = strdup(text);

	if (!copy)
		return no_memory(e);
	free(*slot);
	*slot = copy;
	return true;
}

static bool
set_text(const struct key *k, char **place, const char *text, struct err *e)
{
	auto_buf canonical = BUF_INIT(CONFIG_LINE_MAX + 2);

	if (!config_text_fits(k, text, &canonical, e))
		return e->fault != FAULT_NONE ? false : wrong(k, text, "", e);
	if (!buf_ok(&canonical))
		return no_memory(e);
	return config_keep(place, canonical.len > 0 ? buf_text(&canonical) : text, e);
}

static bool
set_number(const struct key *k, int64_t *place, const char *text, struct err *e)
{
	char *end;
	int64_t n = strtoll(text, &end, 10); /* of too many digits: the largest number */
	bool good = k->type == KEY_DURATION
			? time_parse_duration(text, &n)
			: isdigit((unsigned char)*text) && *end == '\0';

	if (!good)
		return wrong(k, text, "", e);
	if (n < k->min || n > k->max)
		return wrong(k, text, ", which is out of range", e);
	*place = n;
	return true;
}

static bool
set_bool(const struct key *k, bool *place, const char *text, struct err *e)
{
	if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
		return wrong(k, text, "", e);
	*place = text[0] == 'y';
	return true;
}

static bool
add_item(const struct key *k, struct list *l, const char *item, struct err *e)
{
	char *copy = NULL, **items;

	if (l->count == CONFIG_LIST_MAX)
		return err_set(
		    e, FAULT_CONFIG, "has more than %d elements", CONFIG_LIST_MAX);
	if (*item == '\0' || *item == ';')
		return err_set(e, FAULT_CONFIG, "has an %s",
		    *item ? "element that begins with ';', as comments do"
			  : "empty element; look for an extra comma");
	if (!set_text(k, &copy, item, e))
		return false;
	items = reallocarray(l->items, l->count + 1, sizeof(*items));
	if (!items) {
		free(copy);
		return no_memory(e);
	}
	l->items = items;
	items[l->count++] = copy;
	return true;
}

/* Adds all elements of `text` or none. */
static bool
set_list(const struct key *k, struct list *l, const char *text, struct err *e)
{
	auto_free char *copy = strdup(text);
	char *rest = copy, *item;
	size_t before = l->count;
	bool ok = copy || no_memory(e);

	while (ok && (item = strsep(&rest, ",")))
		ok = add_item(k, l, config_trim(item), e);
	while (!ok && l->count > before)
		free(l->items[--l->count]);
	return ok;
}

bool
config_set(const struct key *k, void *values, const char *text, struct err *e)
{
	void *place = (char *)values + k->offset;

	if (*text == '\0' || *text == ';')
		return err_set(e, FAULT_CONFIG, "%s",
		    *text ? "begins with ';', as comments do"
			  : "has no value; give one or remove the line");
	if (strchr("\"'", *text) && text[1] && text[strlen(text) - 1] == *text)
		return err_set(e, FAULT_CONFIG, "is in quotation marks; leave them out");
	if (strlen(text) > VALUE_MAX)
		return err_set(
		    e, FAULT_CONFIG, "is too long, at most %d bytes", VALUE_MAX);
	switch (types[k->type].store) {
	case STORE_NUMBER:
		return set_number(k, place, text, e);
	case STORE_BOOL:
		return set_bool(k, place, text, e);
	case STORE_LIST:
		return set_list(k, place, text, e);
	case STORE_TEXT:
		break;
	}
	return set_text(k, place, text, e);
}

/* ---- from the value */

struct secret *
config_secret(const struct key *k, void *values)
{
	return (struct secret *)(void *)((char *)values + k->secret);
}

void
config_clear(const struct key *k, void *values)
{
	char **text = (char **)(void *)((char *)values + k->offset);
	struct list *l = (struct list *)(void *)text;

	if (k->type == KEY_SECRET)
		secret_wipe(config_secret(k, values));
	if (types[k->type].store == STORE_TEXT) {
		free(*text);
		*text = NULL;
	} else if (config_is_list(k)) {
		for (size_t i = 0; i < l->count; i++)
			free(l->items[i]);
		free(l->items);
		*l = (struct list){ 0 };
	}
}

void
config_put(struct buf *out, const struct key *k, const void *values)
{
	const void *place = (const char *)values + k->offset;
	const char *const *text = place;
	const int64_t *number = place;
	const bool *yes = place;

	if (k->type == KEY_INT)
		buf_printf(out, "%lld", (long long)*number);
	else if (k->type == KEY_DURATION)
		time_put_duration(out, *number);
	else if (k->type == KEY_BOOL)
		buf_puts(out, *yes ? "yes" : "no");
	else if (!config_is_list(k) && *text)
		buf_puts(out, *text);
}
