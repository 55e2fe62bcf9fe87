/*
 * address.c - values that say where to connect, whom to trust there and whose address is private.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

#include "common/base/ip.h"
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

bool
config_is_identity(const char *text)
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
