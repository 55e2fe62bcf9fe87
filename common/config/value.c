/*
 * value.c - what the text of one value means, and how a value is written.
 *
 * config_set is the only place where text becomes a value. What it stores is canonical: URLs have
 * no trailing slash, list elements are trimmed, pairs have one space. Messages quote the value only
 * where it cannot hold a secret: never for file names of secrets (people paste the key itself
 * there) and never for URLs (people put passwords into them).
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "common/config/internal.h"

#define EXPECTED_MAX 300
/* One value, so that config_show can write it, with its key, into a line that can be read. */
#define VALUE_MAX (CONFIG_LINE_MAX - 100)

/* ---- types */

enum store { STORE_TEXT, STORE_NUMBER, STORE_BOOL, STORE_LIST, STORE_SECRET };

static const struct type {
	enum store store;
	const char *expected; /* NULL: by the key's words or range */
	/* Of a text, or of each element of a list. */
	bool (*check)(const struct config_text *);
	bool unquoted; /* may hold a secret */
} types[] = {
	[KEY_TEXT] = { STORE_TEXT, "text", config_is_text, false },
	[KEY_PATH] = { STORE_TEXT, "the full path of a file", config_is_path, false },
	[KEY_URL] = { STORE_TEXT, NULL, config_is_url, true },
	[KEY_HOSTPORT] = { STORE_TEXT, "HOST:PORT or [ADDRESS]:PORT", config_is_hostport,
	    false },
	[KEY_PIN] = { STORE_TEXT, "sha256// and the hash of a public key in base64",
	    config_is_pin, false },
	[KEY_TIMEZONE] = { STORE_TEXT, "a time zone such as UTC or Asia/Tokyo",
	    config_is_timezone, false },
	[KEY_WORD] = { STORE_TEXT, NULL, config_is_word, false },
	[KEY_INT] = { STORE_NUMBER, NULL, NULL, false },
	[KEY_DURATION] = { STORE_NUMBER, NULL, NULL, false },
	[KEY_BOOL] = { STORE_BOOL, "yes or no", NULL, false },
	[KEY_LIST] = { STORE_LIST, NULL, config_is_item, false },
	[KEY_PAIRS] = { STORE_LIST, "a list of HOST: NAME separated by commas",
	    config_is_pair, false },
	[KEY_DURATIONS] = { STORE_LIST,
	    "a list of durations such as 1h, 1d separated by commas, or never",
	    config_is_delay, false },
	[KEY_IDENTITIES] = { STORE_LIST,
	    "a list of words, addresses, networks and *.DOMAIN separated by commas",
	    config_is_private, false },
	[KEY_SECRET] = { STORE_SECRET, "the full path of a file", config_is_path, true },
};

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

/* In the largest unit that fits without a rest; days only from two on: "15m", "24h", "7d". */
static void
put_duration(struct buf *out, int64_t seconds)
{
	static const struct {
		int64_t length, from;
		char unit;
	} units[] = { { DAY, 2 * DAY, 'd' }, { HOUR, HOUR, 'h' }, { MINUTE, MINUTE, 'm' },
		{ 1, 0, 's' } };
	size_t i = 0;

	while (seconds < units[i].from || seconds % units[i].length != 0)
		i++;
	buf_printf(out, "%lld%c", (long long)(seconds / units[i].length), units[i].unit);
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
		put_duration(out, k->min);
		buf_puts(out, " to ");
		put_duration(out, k->max);
		buf_puts(out, ", such as 30s, 15m, 24h or 7d");
	} else if (k->type == KEY_URL) {
		put_words(out, k->words, "://HOST", " or ");
	} else if (k->type == KEY_LIST && k->words) {
		buf_puts(out, "one or more of ");
		put_words(out, k->words, "", " and ");
		buf_puts(out, ", separated by commas");
	} else if (k->type == KEY_LIST) {
		buf_puts(out, "a list separated by commas");
	} else {
		put_words(out, k->words ? k->words : "", "", " or ");
	}
}

/* The usual complaint, false. */
static bool
wrong(const struct key *k, const char *text, const char *how, struct err *e)
{
	auto_buf form = BUF_CUT(EXPECTED_MAX);

	config_expected(&form, k);
	if (types[k->type].unquoted)
		return err_set(
		    e, FAULT_CONFIG, "is not valid; expected %s", buf_text(&form));
	return err_set(
	    e, FAULT_CONFIG, "is '%.60s'%s; expected %s", text, how, buf_text(&form));
}

/* ---- from text */

bool
config_keep(char **slot, const char *text, size_t len, struct err *e)
{
	char *copy = strndup(text, len);

	if (!copy)
		return err_set(e, FAULT_FATAL, "out of memory for the configuration");
	free(*slot);
	*slot = copy;
	return true;
}

static bool
set_text(const struct key *k, char **place, const char *text, struct err *e)
{
	auto_buf canonical = BUF_INIT(CONFIG_LINE_MAX + 2);

	if (!types[k->type].check(&(struct config_text){ k, text, &canonical, e }))
		return e->fault != FAULT_NONE ? false : wrong(k, text, "", e);
	if (!buf_ok(&canonical))
		return err_set(e, FAULT_FATAL, "out of memory for the configuration");
	if (canonical.len > 0)
		text = buf_text(&canonical);
	return config_keep(place, text, strlen(text), e);
}

/* INT64_MAX when it is larger than any range. */
static int64_t
digits_value(const char *digits, size_t len, int64_t unit)
{
	int64_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, digits[i] - '0', &n))
			return INT64_MAX;
	return __builtin_mul_overflow(n, unit, &n) ? INT64_MAX : n;
}

/* Digits with a letter of a unit behind them; INT64_MAX when it is larger than any range. */
bool
config_duration(const char *text, int64_t *seconds)
{
	static const int64_t units[] = { 1, MINUTE, HOUR, DAY };
	size_t len = strspn(text, "0123456789");
	const char *unit = strchr("smhd", text[len]);

	if (len == 0 || text[len] == '\0' || !unit || text[len + 1] != '\0')
		return false;
	*seconds = digits_value(text, len, units[unit - strchr("smhd", 's')]);
	return true;
}

static bool
set_number(const struct key *k, int64_t *place, const char *text, struct err *e)
{
	size_t len = strspn(text, "0123456789");
	int64_t n = 0;
	bool good =
	    k->type == KEY_INT ? len > 0 && !text[len] : config_duration(text, &n);

	if (!good)
		return wrong(k, text, "", e);
	if (k->type == KEY_INT)
		n = digits_value(text, len, 1);
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
	char **items;

	if (l->count == CONFIG_LIST_MAX)
		return err_set(
		    e, FAULT_CONFIG, "has more than %d elements", CONFIG_LIST_MAX);
	if (*item == '\0')
		return err_set(
		    e, FAULT_CONFIG, "has an empty element; look for an extra comma");
	items = reallocarray(l->items, l->count + 1, sizeof(*items));
	if (!items)
		return err_set(e, FAULT_FATAL, "out of memory for the configuration");
	l->items = items;
	items[l->count] = NULL;
	if (!set_text(k, &items[l->count], item, e))
		return false;
	l->count++;
	return true;
}

/* Adds the elements of `text`, which it takes apart; all or none. */
static bool
set_list(const struct key *k, struct list *l, char *text, struct err *e)
{
	size_t before = l->count;
	bool ok = text || err_set(e, FAULT_FATAL, "out of memory for the configuration");
	char *item;

	while (ok && (item = strsep(&text, ","))) {
		item += strspn(item, " \t");
		size_t len = strlen(item);

		while (len > 0 && (item[len - 1] == ' ' || item[len - 1] == '\t'))
			item[--len] = '\0';
		ok = add_item(k, l, item, e);
	}
	while (!ok && l->count > before)
		free(l->items[--l->count]);
	return ok;
}

bool
config_set(const struct key *k, void *values, const char *text, struct err *e)
{
	void *place = (char *)values + k->offset;

	if (*text == '\0')
		return err_set(
		    e, FAULT_CONFIG, "has no value; give one or remove the line");
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
	case STORE_LIST: {
		char *copy = strdup(text);
		bool ok = set_list(k, place, copy, e);

		free(copy);
		return ok;
	}
	case STORE_TEXT:
	case STORE_SECRET:
		break;
	}
	return set_text(k, place, text, e);
}

/* ---- from the value */

void
config_clear(const struct key *k, void *values)
{
	char **text = (char **)(void *)((char *)values + k->offset);
	struct list *l = (struct list *)(void *)text;

	switch (types[k->type].store) {
	case STORE_NUMBER:
	case STORE_BOOL:
		break;
	case STORE_LIST:
		for (size_t i = 0; i < l->count; i++)
			free(l->items[i]);
		free(l->items);
		*l = (struct list){ 0 };
		break;
	case STORE_SECRET:
		secret_wipe((struct secret *)(void *)((char *)values + k->secret));
		free(*text);
		*text = NULL;
		break;
	case STORE_TEXT:
		free(*text);
		*text = NULL;
		break;
	}
}

bool
config_is_list(const struct key *k)
{
	return types[k->type].store == STORE_LIST;
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
		put_duration(out, *number);
	else if (k->type == KEY_BOOL)
		buf_puts(out, *yes ? "yes" : "no");
	else if (types[k->type].store != STORE_LIST && *text)
		buf_puts(out, *text);
}
