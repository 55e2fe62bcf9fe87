/*
 * address.c - values that say where to connect: URLs, HOST:PORT, pinned keys.
 *
 * URLs are read by libcurl's parser, the one that will later connect, so that both see the same
 * host.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <locale.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "common/config/internal.h"

#define HOST_MAX 255
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
/* 32 bytes in base64: 43 digits and one '='. The last digit carries 4 bits of the key, so it is one
 * of sixteen; libcurl compares text, and another spelling would never match. */
#define PIN_PREFIX "sha256//"
#define PIN_DIGITS 43
#define PIN_LAST_DIGITS "AEIMQUYcgkosw048"

static bool
has_part(CURLU *url, CURLUPart part, const char *words)
{
	char *value = NULL;
	bool has = curl_url_get(url, part, &value, 0) == CURLUE_OK &&
		   (!words || config_word_is_in(words, value));

	curl_free(value);
	return has;
}

static bool
check_url(const struct key *k, CURLU *url, const char *text, struct err *e)
{
	const char *host = strstr(text, "://");

	/* libcurl reads "https:///a" as the host a. */
	if (!host || host[3] == '/' ||
	    curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) !=
		CURLUE_OK ||
	    !has_part(url, CURLUPART_SCHEME, k->words) ||
	    !has_part(url, CURLUPART_HOST, NULL))
		return false;
	if (has_part(url, CURLUPART_USER, NULL) ||
	    has_part(url, CURLUPART_PASSWORD, NULL))
		return err_set(e, FAULT_CONFIG,
		    "has a user or password in it; take them out and keep secrets in a "
		    "file");
	if (strpbrk(text, "?#"))
		return err_set(e, FAULT_CONFIG,
		    "has a query or fragment ('?' or '#'); leave it out");
	return true;
}

/* The URL with its host as the network knows it (xn--). libidn2 takes the bytes of the locale, so
 * that one of UTF-8 is set meanwhile. */
static bool
to_ascii(CURLU *url, struct buf *out)
{
	bool done = false;
#ifdef CURLU_PUNYCODE
	locale_t utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	locale_t before = utf8 ? uselocale(utf8) : (locale_t)0;
	char *ascii = NULL;

	done = curl_url_get(url, CURLUPART_URL, &ascii, CURLU_PUNYCODE) == CURLUE_OK;
	buf_puts(out, done ? ascii : "");
	curl_free(ascii);
	if (utf8) {
		uselocale(before);
		freelocale(utf8);
	}
#endif
	return done;
}

static bool
is_ascii(const char *text)
{
	while (*text && (unsigned char)*text < 128)
		text++;
	return *text == '\0';
}

bool
config_is_url(const struct key *k, const char *text, struct buf *out, struct err *e)
{
	CURLU *url = curl_url();
	bool ok = url ? check_url(k, url, text, e)
		      : err_set(e, FAULT_FATAL, "out of memory for the configuration");
	auto_buf ascii = BUF_INIT(CONFIG_LINE_MAX);

	if (ok && !is_ascii(text)) {
		ok =
		    to_ascii(url, &ascii) && buf_ok(&ascii) && is_ascii(buf_text(&ascii));
		if (!ok)
			err_set(e, FAULT_CONFIG,
			    "has letters outside ASCII; write the host in its xn-- form");
		else
			text = buf_text(&ascii);
	}
	curl_url_cleanup(url);
	size_t len = strlen(text);

	while (len > 0 && text[len - 1] == '/')
		len--;
	buf_put(out, text, len);
	return ok;
}

static CURLU *
parsed(const char *text)
{
	CURLU *url = curl_url();

	if (url && curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) !=
		       CURLUE_OK) {
		curl_url_cleanup(url);
		url = NULL;
	}
	return url;
}

static bool
same_part(CURLU *a, CURLU *b, CURLUPart part)
{
	char *x = NULL, *y = NULL;
	bool same = a && b &&
		    curl_url_get(a, part, &x, CURLU_DEFAULT_PORT) == CURLUE_OK &&
		    curl_url_get(b, part, &y, CURLU_DEFAULT_PORT) == CURLUE_OK &&
		    strcasecmp(x, y) == 0;

	curl_free(x);
	curl_free(y);
	return same;
}

bool
config_same_origin(const char *url, const char *other)
{
	CURLU *a = parsed(url), *b = parsed(other);
	bool same = same_part(a, b, CURLUPART_SCHEME) &&
		    same_part(a, b, CURLUPART_HOST) && same_part(a, b, CURLUPART_PORT);

	curl_url_cleanup(a);
	curl_url_cleanup(b);
	return same;
}

/* The host without the brackets of an IPv6 address. */
static bool
bare_host(char out[HOST_MAX + 1], const char *host, size_t len)
{
	if (len > 2 && host[0] == '[' && host[len - 1] == ']') {
		host++;
		len -= 2;
	}
	if (len == 0 || len > HOST_MAX)
		return false;
	memcpy(out, host, len);
	out[len] = '\0';
	return true;
}

static bool
host_is_loopback(const char *host, size_t len)
{
	char bare[HOST_MAX + 1];
	unsigned char v4[4];
	struct in6_addr v6;

	if (!bare_host(bare, host, len))
		return false;
	if (inet_pton(AF_INET, bare, v4) == 1)
		return v4[0] == 127;
	if (inet_pton(AF_INET6, bare, &v6) == 1)
		return IN6_IS_ADDR_LOOPBACK(&v6);
	return strcasecmp(bare, "localhost") == 0;
}

bool
config_url_is_loopback(const char *text)
{
	CURLU *url = parsed(text);
	char *host = NULL;
	bool is = url && curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
		  host_is_loopback(host, strlen(host));

	curl_free(host);
	curl_url_cleanup(url);
	return is;
}

bool
config_hostport_is_loopback(const char *hostport)
{
	const char *colon = strrchr(hostport, ':');

	return colon && host_is_loopback(hostport, (size_t)(colon - hostport));
}

/* 1 to 65535, digits alone. */
static bool
is_port(const char *text)
{
	size_t len = strlen(text);
	int port = 0;

	if (len == 0 || len > 5 || strspn(text, DIGITS) != len)
		return false;
	for (const char *p = text; *p; p++)
		port = port * 10 + (*p - '0');
	return port >= 1 && port <= 65535;
}

bool
config_is_hostport(const struct key *k, const char *text, struct buf *out, struct err *e)
{
	const char *colon = strrchr(text, ':');
	char host[HOST_MAX + 1];
	struct in6_addr v6;

	(void)k;
	(void)out;
	(void)e;
	if (!colon || !bare_host(host, text, (size_t)(colon - text)) ||
	    !is_port(colon + 1))
		return false;
	return text[0] == '[' ? inet_pton(AF_INET6, host, &v6) == 1
			      : host[strspn(host, LETTERS DIGITS ".-_")] == '\0';
}

bool
config_is_pin(const struct key *k, const char *text, struct buf *out, struct err *e)
{
	const char *digits = text + strlen(PIN_PREFIX);

	(void)k;
	(void)out;
	(void)e;
	return strncmp(text, PIN_PREFIX, strlen(PIN_PREFIX)) == 0 &&
	       strspn(digits, LETTERS DIGITS "+/") == PIN_DIGITS &&
	       strcmp(digits + PIN_DIGITS, "=") == 0 &&
	       strchr(PIN_LAST_DIGITS, digits[PIN_DIGITS - 1]);
}

/* "203.0.113.0/24", "2001:db8::/32" */
static bool
is_network(const char *text, const char *slash)
{
	char address[HOST_MAX + 1];
	unsigned char bytes[16];
	size_t digits = strspn(slash + 1, DIGITS);
	int prefix = 0;

	if (!bare_host(address, text, (size_t)(slash - text)) || digits == 0 ||
	    digits > 3 || slash[1 + digits] != '\0')
		return false;
	for (const char *p = slash + 1; *p; p++)
		prefix = prefix * 10 + (*p - '0');
	return (inet_pton(AF_INET, address, bytes) == 1 && prefix <= 32) ||
	       (inet_pton(AF_INET6, address, bytes) == 1 && prefix <= 128);
}

bool
config_is_identity(const char *text)
{
	const char *slash = strchr(text, '/'), *domain = text + 2;
	unsigned char bytes[16];

	if (slash)
		return is_network(text, slash);
	if (strchr(text, '*'))
		return strncmp(text, "*.", 2) == 0 && strchr(domain, '.') &&
		       !strpbrk(domain, "* ") && *domain != '.';
	if (text[strspn(text, DIGITS ".")] == '\0' && strchr(text, '.'))
		return inet_pton(AF_INET, text, bytes) == 1;
	if (text[strspn(text, DIGITS "abcdefABCDEF:")] == '\0' && strchr(text, ':'))
		return inet_pton(AF_INET6, text, bytes) == 1;
	return true;
}
