/*
 * time.c - see time.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/time.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "common/base/buf.h"

#define ZONES_DIR "/usr/share/zoneinfo/"
#define ZONE_NAME_MAX 64

static bool
digits(const char **p, int n, int *out)
{
	*out = 0;
	for (; n > 0; n--, (*p)++) {
		if (!isdigit((unsigned char)**p))
			return false;
		*out = *out * 10 + (**p - '0');
	}
	return true;
}

static bool
expect(const char **p, const char *any)
{
	if (**p == '\0' || strchr(any, **p) == NULL)
		return false;
	(*p)++;
	return true;
}

/* "Z", "+09:00", "+0900" or nothing. */
static bool
parse_offset(const char *p, int64_t *seconds)
{
	int hours, minutes, sign = *p == '-' ? -1 : 1;

	*seconds = 0;
	if (*p == '\0' || strcmp(p, "Z") == 0 || strcmp(p, "z") == 0)
		return true;
	if (!expect(&p, "+-") || !digits(&p, 2, &hours))
		return false;
	if (*p == ':')
		p++;
	if (!digits(&p, 2, &minutes) || *p != '\0' || hours > 14 || minutes > 59)
		return false;
	*seconds = sign * (hours * HOUR_S + minutes * MINUTE_S);
	return true;
}

static bool
in_range(const struct tm *t)
{
	return t->tm_year >= 0 && t->tm_mon >= 0 && t->tm_mon <= 11 && t->tm_mday >= 1 &&
	       t->tm_mday <= 31 && t->tm_hour <= 23 && t->tm_min <= 59 && t->tm_sec <= 60;
}

bool
time_parse_iso(const char *text, int64_t *unix_s)
{
	struct tm t = { 0 };
	const char *p = text;
	int64_t offset;

	if (!digits(&p, 4, &t.tm_year) || !expect(&p, "-") || !digits(&p, 2, &t.tm_mon) ||
	    !expect(&p, "-") || !digits(&p, 2, &t.tm_mday) || !expect(&p, "Tt ") ||
	    !digits(&p, 2, &t.tm_hour) || !expect(&p, ":") || !digits(&p, 2, &t.tm_min) ||
	    !expect(&p, ":") || !digits(&p, 2, &t.tm_sec))
		return false;
	t.tm_year -= 1900;
	t.tm_mon -= 1;
	if (*p == '.' || *p == ',')
		for (p++; isdigit((unsigned char)*p);)
			p++;
	if (!in_range(&t) || !parse_offset(p, &offset))
		return false;
	*unix_s = (int64_t)timegm(&t) - offset;
	return true;
}

static struct tm
split(int64_t unix_s)
{
	struct tm t = { 0 };
	time_t s = (time_t)unix_s;

	gmtime_r(&s, &t);
	return t;
}

void
time_format_iso(int64_t unix_s, char out[TIME_TEXT_MAX])
{
	struct tm t = split(unix_s);

	strftime(out, TIME_TEXT_MAX, "%Y-%m-%dT%H:%M:%SZ", &t);
}

void
time_format_day(int64_t unix_s, char out[TIME_TEXT_MAX])
{
	struct tm t = split(unix_s);

	strftime(out, TIME_TEXT_MAX, "%Y-%m-%d", &t);
}

void
time_format_month(int64_t unix_s, char out[TIME_TEXT_MAX])
{
	struct tm t = split(unix_s);

	strftime(out, TIME_TEXT_MAX, "%Y-%m", &t);
}

int64_t
time_next_day(int64_t unix_s)
{
	struct tm t = split(unix_s);
	struct tm next = {
		.tm_year = t.tm_year, .tm_mon = t.tm_mon, .tm_mday = t.tm_mday + 1
	};

	return (int64_t)timegm(&next);
}

int64_t
time_next_month(int64_t unix_s)
{
	struct tm t = split(unix_s);
	struct tm next = { .tm_year = t.tm_year, .tm_mon = t.tm_mon + 1, .tm_mday = 1 };

	return (int64_t)timegm(&next);
}

bool
time_parse_http(const char *text, int64_t *unix_s)
{
	struct tm t = { 0 };

	if (strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &t) == NULL)
		return false;
	*unix_s = (int64_t)timegm(&t);
	return true;
}

bool
time_parse_retry_after(const char *text, int64_t now_s, int64_t *seconds)
{
	const char *p = text;
	int64_t n = 0;

	while (*p == ' ')
		p++;
	if (isdigit((unsigned char)*p)) {
		for (; isdigit((unsigned char)*p) && n < 1000000000; p++)
			n = n * 10 + (*p - '0');
		*seconds = n;
		return *p == '\0' || *p == ' ';
	}
	if (!time_parse_http(p, &n))
		return false;
	*seconds = n > now_s ? n - now_s : 0;
	return true;
}

static const struct {
	const char *name;
	int64_t seconds;
	/* smallest number of seconds that is written in this unit: days only from two on */
	int64_t from;
} units[] = {
	{ "d", 86400, 2 * 86400 },
	{ "h", 3600, 3600 },
	{ "m", 60, 60 },
	{ "s", 1, 0 },
};
#define UNITS_COUNT (sizeof(units) / sizeof(units[0]))

bool
time_parse_duration(const char *text, int64_t *seconds)
{
	char *unit;
	int64_t n = strtoll(text, &unit, 10);

	for (size_t i = 0; isdigit((unsigned char)*text) && i < UNITS_COUNT; i++) {
		if (strcmp(unit, units[i].name) != 0)
			continue;
		if (__builtin_mul_overflow(n, units[i].seconds, seconds))
			*seconds = INT64_MAX;
		return true;
	}
	return false;
}

void
time_put_duration(struct buf *out, int64_t seconds)
{
	size_t i = 0;

	while (seconds < units[i].from || seconds % units[i].seconds != 0)
		i++;
	buf_printf(out, "%lld%s", (long long)(seconds / units[i].seconds), units[i].name);
}

bool
time_zone_is_known(const char *name)
{
	char path[sizeof(ZONES_DIR) + ZONE_NAME_MAX], magic[4] = { 0 };
	bool known;
	int fd;

	if (strcmp(name, "UTC") == 0)
		return true;
	if (strlen(name) > ZONE_NAME_MAX || name[0] == '/' || strstr(name, "..") ||
	    strstr(name, "//"))
		return false;
	fd = open(
	    BUF_FIXED(path, ZONES_DIR "%s", name), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return false;
	known = read(fd, magic, sizeof magic) == (ssize_t)sizeof magic &&
		memcmp(magic, "TZif", sizeof magic) == 0;
	(void)close(fd);
	return known;
}
