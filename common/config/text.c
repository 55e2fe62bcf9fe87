/*
 * text.c - which texts are values of which kind of key.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <strings.h>

#include "common/base/ip.h"
#include "common/base/time.h"
#include "common/config/internal.h"
#include "common/net/url.h"

#define DIGITS "0123456789"
/* 32 bytes in base64: 43 digits and one '='. The last digit carries 4 bits of the key, so it is one
 * of sixteen; libcurl compares text, and another spelling would never match. */
#define PIN_PREFIX "sha256//"
#define PIN_DIGITS 43
#define BASE64 "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" DIGITS "+/"
#define PIN_LAST_DIGITS "AEIMQUYcgkosw048"

char *
config_trim(char *text)
{
	size_t len;

	text += strspn(text, CONFIG_BLANKS);
	len = strlen(text);
	while (len > 0 && strchr(CONFIG_BLANKS, text[len - 1]))
		text[--len] = '\0';
	return text;
}

/* Whether these first `len` bytes of a text are one of the words. */
static bool
is_one_of(const char *words, const char *text, size_t len,
    int (*differ)(const char *a, const char *b, size_t len))
{
	for (size_t n; (n = strcspn(words, " ")) > 0; words += n + strspn(words + n, " "))
		if (n == len && differ(words, text, n) == 0)
			return true;
	return false;
}

static bool
is_url(const char *text, struct buf *out, struct err *e)
{
	static const char *const FAULTS[] = {
		[URL_LOGIN] = ("has a user or password in it; take them out and keep "
			       "secrets in a file"),
		[URL_QUERY] = "has a query or fragment ('?' or '#'); leave it out",
		[URL_SCRIPT] =
		    "has letters outside ASCII; write the host in its xn-- form"
	};
	enum url_fault fault = url_read_base(out, text);

	if (fault < sizeof(FAULTS) / sizeof(FAULTS[0]) && FAULTS[fault])
		return err_set(e, FAULT_CONFIG, "%s", FAULTS[fault]);
	return fault == URL_GOOD;
}

static bool
is_pin(const char *text)
{
	const char *digits = text + strlen(PIN_PREFIX);

	return strncmp(text, PIN_PREFIX, strlen(PIN_PREFIX)) == 0 &&
	       strspn(digits, BASE64) == PIN_DIGITS &&
	       strcmp(digits + PIN_DIGITS, "=") == 0 &&
	       strchr(PIN_LAST_DIGITS, digits[PIN_DIGITS - 1]);
}

/* Text that looks like an address, a network or a wildcard must be one; anything else is a word. So a
 * typo in the list of what must not be published is found here and not on the site. */
static bool
is_identity(const char *text)
{
	const char *domain = text + 2;
	char canonical[IP_TEXT_MAX];
	int bits;

	if (strchr(text, '/'))
		return ip_network(text, canonical, &bits);
	if (strchr(text, '*'))
		return strncmp(text, "*.", 2) == 0 && strchr(domain, '.') &&
		       !strpbrk(domain, "* ") && *domain != '.';
	if ((text[strspn(text, DIGITS ".")] == '\0' && strchr(text, '.')) ||
	    (text[strspn(text, DIGITS "abcdefABCDEF:")] == '\0' && strchr(text, ':')))
		return ip_canonical(text, canonical);
	return true;
}

/* "host :  Name" as "host: Name". */
static bool
is_pair(const char *text, struct buf *out)
{
	size_t host = strcspn(text, ":");
	const char *name = text + host + (text[host] == ':');

	name += strspn(name, CONFIG_BLANKS);
	if (host == 0 || *name == '\0' || *name == ';')
		return false;
	while (host > 0 && strchr(CONFIG_BLANKS, text[host - 1]))
		host--;
	buf_printf(out, "%.*s: %s", (int)host, text, name);
	return true;
}

bool
config_text_fits(const struct key *k, const char *text, struct buf *out, struct err *e)
{
	char canonical[IP_TEXT_MAX];
	int64_t seconds;
	int bits;

	switch (k->type) {
	case KEY_PATH:
	case KEY_SECRET:
		return text[0] == '/' && text[strlen(text) - 1] != '/';
	case KEY_URL:
		return is_one_of(k->words, text, strcspn(text, ":"), strncasecmp) &&
		       is_url(text, out, e);
	case KEY_HOSTPORT:
		return url_is_hostport(text);
	case KEY_PIN:
		return is_pin(text);
	case KEY_TIMEZONE:
		return time_zone_is_known(text);
	case KEY_WORD:
		return is_one_of(k->words, text, strlen(text), strncmp);
	case KEY_LIST:
		return !k->words || is_one_of(k->words, text, strlen(text), strncmp);
	case KEY_PAIRS:
		return is_pair(text, out);
	case KEY_DURATIONS:
		return time_parse_duration(text, &seconds) || strcmp(text, "never") == 0;
	case KEY_IDENTITIES:
		return is_identity(text);
	case KEY_NETWORKS:
		return ip_canonical(text, canonical) ||
		       ip_network(text, canonical, &bits);
	case KEY_TEXT:
	case KEY_INT:
	case KEY_DURATION:
	case KEY_BOOL:
		break;
	}
	return true;
}
