/*
 * value.c - what the text of one value means.
 *
 * option_set is the only place where text becomes a value. What it stores is canonical:
 * URLs have no trailing slash, list elements are trimmed, pairs have one space. Messages
 * quote the value only where it cannot hold a secret: never for file names of secrets
 * (people paste the key itself there) and never for URLs (people put passwords into
 * them).
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/config/internal.h"

#define ZONES_DIR "/usr/share/zoneinfo/"
#define ZONE_NAME_MAX 64
#define EXPECTED_MAX 300
/* One value, so that config_show can write it, with its key, into a line that can be
 * read. */
#define VALUE_MAX (CONFIG_LINE_MAX - 100)

bool
option_wrong(const struct option *o, const char *text, struct err *e)
{
	auto_buf form = BUF_INIT(EXPECTED_MAX);

	option_expected(&form, o);
	if (!text)
		return err_set(
		    e, FAULT_CONFIG, "is not valid; expected %s", buf_text(&form));
	return err_set(e, FAULT_CONFIG, "is '%.60s'; expected %s", text, buf_text(&form));
}

static bool
out_of_range(const struct option *o, const char *text, struct err *e)
{
	auto_buf form = BUF_INIT(EXPECTED_MAX);

	option_expected(&form, o);
	return err_set(e, FAULT_CONFIG, "is '%.60s', which is out of range; expected %s",
	    text, buf_text(&form));
}

int64_t
digits_value(const char *digits, size_t len, int64_t unit)
{
	int64_t n = 0;

	for (size_t i = 0; i < len; i++)
		if (__builtin_mul_overflow(n, 10, &n) ||
		    __builtin_add_overflow(n, digits[i] - '0', &n))
			return INT64_MAX;
	return __builtin_mul_overflow(n, unit, &n) ? INT64_MAX : n;
}

static bool
set_number(const struct option *o, int64_t *place, const char *text, struct err *e)
{
	size_t len = strspn(text, "0123456789");
	int64_t unit = 1;
	const char *rest = text + len;

	if (o->type == OPTION_DURATION && *rest) {
		unit = *rest == 'd' ? 86400 : *rest == 'h' ? 3600 : *rest == 'm' ? 60 : 1;
		if (!strchr("smhd", *rest++))
			return option_wrong(o, text, e);
	} else if (o->type == OPTION_DURATION) {
		return option_wrong(o, text, e);
	}
	if (len == 0 || *rest)
		return option_wrong(o, text, e);
	int64_t n = digits_value(text, len, unit);

	if (n < o->min || n > o->max)
		return out_of_range(o, text, e);
	*place = n;
	return true;
}

static bool
set_bool(const struct option *o, bool *place, const char *text, struct err *e)
{
	bool yes = strcmp(text, "yes") == 0;

	if (!yes && strcmp(text, "no") != 0)
		return option_wrong(o, text, e);
	*place = yes;
	return true;
}

bool
word_is_in(const char *words, const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || strchr(text, ' '))
		return false;
	for (const char *p = words; (p = strstr(p, text)); p += len)
		if ((p == words || p[-1] == ' ') && (p[len] == ' ' || p[len] == '\0'))
			return true;
	return false;
}

static bool
set_path(const struct option *o, char **place, const char *text, struct err *e)
{
	bool secret = o->type == OPTION_SECRET;

	if (text[0] != '/' || text[strlen(text) - 1] == '/')
		return option_wrong(o, secret ? NULL : text, e);
	return option_keep(place, text, strlen(text), e);
}

/* A file of the system's database of time zones (tzfile(5)). UTC needs none. */
static bool
zone_is_known(const char *name)
{
	char path[sizeof(ZONES_DIR) + ZONE_NAME_MAX], magic[4] = { 0 };
	size_t len = strlen(name);

	if (strcmp(name, "UTC") == 0)
		return true;
	if (len > ZONE_NAME_MAX || name[0] == '/' || strstr(name, "..") ||
	    strstr(name, "//"))
		return false;
	memcpy(path, ZONES_DIR, sizeof(ZONES_DIR) - 1);
	memcpy(path + sizeof(ZONES_DIR) - 1, name, len + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return false;
	bool known = read(fd, magic, sizeof(magic)) == (ssize_t)sizeof(magic) &&
		     memcmp(magic, "TZif", sizeof(magic)) == 0;
	(void)close(fd);
	return known;
}

/* ---- lists */

static bool
list_add(struct list *l, const char *text, size_t len, struct err *e)
{
	char **items = reallocarray(l->items, l->count + 1, sizeof(*items));

	if (!items)
		return err_set(e, FAULT_FATAL, "out of memory for the configuration");
	l->items = items;
	items[l->count] = NULL;
	if (!option_keep(&items[l->count], text, len, e))
		return false;
	l->count++;
	return true;
}

/* "host:  Name": where the name begins, NULL when this is no such pair. */
static const char *
pair_name(const char *item)
{
	const char *colon = strchr(item, ':');

	if (!colon || colon == item)
		return NULL;
	colon += 1 + strspn(colon + 1, " \t");
	return *colon == '\0' || *colon == ';' ? NULL : colon;
}

/* The same with one space after the colon and none before. */
static void
put_pair(struct buf *out, const char *item, const char *name)
{
	size_t host = strcspn(item, ":");

	while (host > 0 && (item[host - 1] == ' ' || item[host - 1] == '\t'))
		host--;
	buf_put(out, item, host);
	buf_puts(out, ": ");
	buf_puts(out, name);
}

static bool
add_item(const struct option *o, struct list *l, const char *item, struct err *e)
{
	bool pairs = o->words && strcmp(o->words, CONFIG_PAIRS) == 0;
	auto_buf text = BUF_INIT(CONFIG_LINE_MAX + 2);

	if (l->count == CONFIG_LIST_MAX)
		return err_set(
		    e, FAULT_CONFIG, "has more than %d elements", CONFIG_LIST_MAX);
	if (*item == '\0')
		return err_set(
		    e, FAULT_CONFIG, "has an empty element; look for a comma too many");
	if (*item == ';')
		return err_set(e, FAULT_CONFIG,
		    "has an element that begins with ';', as comments do");
	if (o->words && !pairs && !word_is_in(o->words, item))
		return option_wrong(o, item, e);
	if (pairs && !pair_name(item))
		return option_wrong(o, item, e);
	if (pairs)
		put_pair(&text, item, pair_name(item));
	else
		buf_puts(&text, item);
	if (!buf_ok(&text))
		return err_set(e, FAULT_FATAL, "out of memory for the configuration");
	return list_add(l, buf_text(&text), text.len, e);
}

/* Adds the elements of `text`, which it takes apart. */
static bool
add_items(const struct option *o, struct list *l, char *text, struct err *e)
{
	char *item;

	while ((item = strsep(&text, ","))) {
		item += strspn(item, " \t");
		size_t len = strlen(item);

		while (len > 0 && (item[len - 1] == ' ' || item[len - 1] == '\t'))
			item[--len] = '\0';
		if (!add_item(o, l, item, e))
			return false;
	}
	return true;
}

static bool
set_list(const struct option *o, struct list *place, const char *text, struct err *e)
{
	size_t before = place->count;
	char *copy = strdup(text);
	bool ok;

	if (!copy)
		return err_set(e, FAULT_FATAL, "out of memory for the configuration");
	ok = add_items(o, place, copy, e);
	free(copy);
	while (!ok && place->count > before)
		free(place->items[--place->count]);
	return ok;
}

bool
option_set(const struct option *o, void *place, const char *text, struct err *e)
{
	if (*text == '\0')
		return err_set(
		    e, FAULT_CONFIG, "has no value; give one or take the line out");
	if (strlen(text) > VALUE_MAX)
		return err_set(
		    e, FAULT_CONFIG, "is too long, at most %d bytes", VALUE_MAX);
	switch (o->type) {
	case OPTION_INT:
	case OPTION_DURATION:
		return set_number(o, place, text, e);
	case OPTION_BOOL:
		return set_bool(o, place, text, e);
	case OPTION_LIST:
		return set_list(o, place, text, e);
	case OPTION_PATH:
	case OPTION_SECRET:
		return set_path(o, place, text, e);
	case OPTION_URL:
		return option_set_url(o, place, text, e);
	case OPTION_HOSTPORT:
		return option_set_hostport(o, place, text, e);
	case OPTION_PIN:
		return option_set_pin(o, place, text, e);
	case OPTION_WORD:
		return word_is_in(o->words, text)
			   ? option_keep(place, text, strlen(text), e)
			   : option_wrong(o, text, e);
	case OPTION_TIMEZONE:
		return zone_is_known(text) ? option_keep(place, text, strlen(text), e)
					   : option_wrong(o, text, e);
	case OPTION_TEXT:
		break;
	}
	if (*text == ';')
		return err_set(e, FAULT_CONFIG, "begins with ';', as comments do");
	return option_keep(place, text, strlen(text), e);
}
