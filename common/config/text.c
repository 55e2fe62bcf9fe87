/*
 * text.c - which texts are values of which kind of key.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

#include "common/base/ip.h"
#include "common/base/time.h"
#include "common/config/internal.h"
#include "common/net/url.h"

#define DIGITS "0123456789"
/* 32 bytes in base64: 43 digits and one '='. The last digit carries 4 bits of the key, so it is one
 * of sixteen; libcurl compares text, and another spelling would never match. */
#define PIN_PREFIX "sha256//"
#define PIN_DIGITS 43
#define PIN_LAST_DIGITS "AEIMQUYcgkosw048"

static bool
scheme_is_in(const char *words, const char *url)
{
	size_t len = strcspn(url, ":");
	char scheme[16] = "";

	for (size_t i = 0; i < len && len < sizeof(scheme); i++)
		scheme[i] = (char)tolower((unsigned char)url[i]);
	return config_word_is_in(words, scheme);
}

bool
config_is_url(const struct config_text *t)
{
	enum url_fault fault = scheme_is_in(t->key->words, t->text)
				   ? url_read_base(t->out, t->text)
				   : URL_BAD;

	if (fault == URL_LOGIN)
		return err_set(t->e, FAULT_CONFIG,
		    "has a user or password in it; take them out and keep secrets in a "
		    "file");
	if (fault == URL_QUERY)
		return err_set(t->e, FAULT_CONFIG,
		    "has a query or fragment ('?' or '#'); leave it out");
	if (fault == URL_SCRIPT)
		return err_set(t->e, FAULT_CONFIG,
		    "has letters outside ASCII; write the host in its xn-- form");
	return fault == URL_GOOD;
}

bool
config_is_hostport(const struct config_text *t)
{
	return url_is_hostport(t->text);
}

bool
config_is_pin(const struct config_text *t)
{
	const char *digits = t->text + strlen(PIN_PREFIX);
	size_t len = 0;

	if (strncmp(t->text, PIN_PREFIX, strlen(PIN_PREFIX)) != 0)
		return false;
	while (isalnum((unsigned char)digits[len]) || digits[len] == '+' ||
	       digits[len] == '/')
		len++;
	return len == PIN_DIGITS && strcmp(digits + len, "=") == 0 &&
	       strchr(PIN_LAST_DIGITS, digits[PIN_DIGITS - 1]);
}

/* "203.0.113.0/24", "2001:db8::/32" */
static bool
is_network(const char *text, const char *slash)
{
	char address[IP_TEXT_MAX], canonical[IP_TEXT_MAX];
	size_t len = (size_t)(slash - text), digits = strspn(slash + 1, DIGITS);
	int prefix = 0;

	if (len >= sizeof(address) || digits == 0 || digits > 3 || slash[1 + digits])
		return false;
	memcpy(address, text, len);
	address[len] = '\0';
	for (const char *p = slash + 1; *p; p++)
		prefix = prefix * 10 + (*p - '0');
	return ip_canonical(address, canonical) &&
	       prefix <= (strchr(address, ':') ? 128 : 32);
}

/* What looks like an address, a network or a wildcard must be one; anything else is a word. So a slip
 * in the list of what must not be published is found here and not on the site. */
static bool
looks_right(const char *text)
{
	const char *slash = strchr(text, '/'), *domain = text + 2;
	char canonical[IP_TEXT_MAX];

	if (slash)
		return is_network(text, slash);
	if (strchr(text, '*'))
		return strncmp(text, "*.", 2) == 0 && strchr(domain, '.') &&
		       !strpbrk(domain, "* ") && *domain != '.';
	if ((text[strspn(text, DIGITS ".")] == '\0' && strchr(text, '.')) ||
	    (text[strspn(text, DIGITS "abcdefABCDEF:")] == '\0' && strchr(text, ':')))
		return ip_canonical(text, canonical);
	return true;
}

bool
config_is_text(const struct config_text *t)
{
	return *t->text != ';' ||
	       err_set(t->e, FAULT_CONFIG, "begins with ';', as comments do");
}

bool
config_is_path(const struct config_text *t)
{
	return t->text[0] == '/' && t->text[strlen(t->text) - 1] != '/';
}

bool
config_word_is_in(const char *words, const char *text)
{
	size_t len = strlen(text);

	if (len == 0 || strchr(text, ' '))
		return false;
	for (const char *p = words; (p = strstr(p, text)); p += len)
		if ((p == words || p[-1] == ' ') && (p[len] == ' ' || p[len] == '\0'))
			return true;
	return false;
}

bool
config_is_word(const struct config_text *t)
{
	return config_word_is_in(t->key->words, t->text);
}

bool
config_is_timezone(const struct config_text *t)
{
	return time_zone_is_known(t->text);
}

bool
config_is_item(const struct config_text *t)
{
	if (*t->text == ';')
		return err_set(t->e, FAULT_CONFIG,
		    "has an element that begins with ';', as comments do");
	return !t->key->words || config_is_word(t);
}

bool
config_is_delay(const struct config_text *t)
{
	int64_t seconds;

	return config_duration(t->text, &seconds) || strcmp(t->text, "never") == 0;
}

bool
config_is_private(const struct config_text *t)
{
	return config_is_item(t) && looks_right(t->text);
}

/* "host :  Name" as "host: Name". */
bool
config_is_pair(const struct config_text *t)
{
	size_t host = strcspn(t->text, ":");
	const char *name = t->text + host + (t->text[host] == ':');

	name += strspn(name, " \t");
	if (!config_is_item(t) || host == 0 || *name == '\0' || *name == ';')
		return false;
	while (host > 0 && strchr(" \t", t->text[host - 1]))
		host--;
	buf_printf(t->out, "%.*s: %s", (int)host, t->text, name);
	return true;
}
