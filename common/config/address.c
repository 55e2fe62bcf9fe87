/*
 * address.c - values that say where to connect: URLs, HOST:PORT, pinned keys.
 *
 * URLs are read by libcurl's parser, the one that will later connect, so that both see the same
 * host.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
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

bool
config_is_url(const struct key *k, const char *text, struct buf *out, struct err *e)
{
	CURLU *url = curl_url();
	size_t len = strlen(text);
	bool ok = url ? check_url(k, url, text, e)
		      : err_set(e, FAULT_FATAL, "out of memory for the configuration");

	curl_url_cleanup(url);
	while (len > 0 && text[len - 1] == '/')
		len--;
	buf_put(out, text, len);
	return ok;
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
	CURLU *url = curl_url();
	char *host = NULL;
	bool is = url &&
		  curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) ==
		      CURLUE_OK &&
		  curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
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
