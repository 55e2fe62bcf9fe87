/*
 * net.c - values that say where to connect: URLs, HOST:PORT, pinned keys.
 *
 * URLs are read by libcurl's parser, the one that will later connect, so that both see
 * the same host.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "common/config/internal.h"

#define HOST_MAX 255
/* 32 bytes in base64: 43 digits and one '='. The last digit carries 4 bits of the
 * key, so it is one of sixteen; libcurl compares text, and another spelling would
 * never match. */
#define PIN_PREFIX "sha256//"
#define PIN_DIGITS 43
#define PIN_LAST_DIGITS "AEIMQUYcgkosw048"
#define HOST_CHARACTERS \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_"

static bool
url_part_is_there(CURLU *url, CURLUPart part)
{
	char *value = NULL;
	bool there = curl_url_get(url, part, &value, 0) == CURLUE_OK;

	curl_free(value);
	return there;
}

static bool
url_scheme_is_in(CURLU *url, const char *words)
{
	char *scheme = NULL;
	bool in = curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
		  word_is_in(words, scheme);

	curl_free(scheme);
	return in;
}

static bool
check_url(const struct option *o, CURLU *url, const char *text, struct err *e)
{
	const char *host = strstr(text, "://");

	/* libcurl reads "https:///a" as the host a. */
	if (!host || host[3] == '/' ||
	    curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) !=
		CURLUE_OK ||
	    !url_scheme_is_in(url, o->words) || !url_part_is_there(url, CURLUPART_HOST))
		return option_wrong(o, NULL, e);
	if (url_part_is_there(url, CURLUPART_USER) ||
	    url_part_is_there(url, CURLUPART_PASSWORD))
		return err_set(e, FAULT_CONFIG,
		    "has a user or password in it; take them out, a secret belongs into "
		    "a file");
	if (strpbrk(text, "?#"))
		return err_set(e, FAULT_CONFIG,
		    "has a query or fragment ('?' or '#'); leave it out");
	return true;
}

bool
option_set_url(const struct option *o, char **place, const char *text, struct err *e)
{
	CURLU *url = curl_url();
	size_t len = strlen(text);

	if (!url)
		return err_set(e, FAULT_FATAL, "out of memory for the configuration");
	bool ok = check_url(o, url, text, e);

	curl_url_cleanup(url);
	while (len > 0 && text[len - 1] == '/')
		len--;
	return ok && option_keep(place, text, len, e);
}

static bool
host_is_loopback(const char *host)
{
	unsigned char v4[4];
	struct in6_addr v6;

	if (inet_pton(AF_INET, host, v4) == 1)
		return v4[0] == 127;
	if (inet_pton(AF_INET6, host, &v6) == 1)
		return IN6_IS_ADDR_LOOPBACK(&v6);
	return strcasecmp(host, "localhost") == 0;
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

bool
url_is_loopback(const char *text)
{
	CURLU *url = curl_url();
	char *host = NULL, bare[HOST_MAX + 1];
	bool is = url &&
		  curl_url_set(url, CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME) ==
		      CURLUE_OK &&
		  curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK &&
		  bare_host(bare, host, strlen(host)) && host_is_loopback(bare);

	curl_free(host);
	curl_url_cleanup(url);
	return is;
}

bool
hostport_is_loopback(const char *hostport)
{
	const char *colon = strrchr(hostport, ':');
	char bare[HOST_MAX + 1];

	return colon && bare_host(bare, hostport, (size_t)(colon - hostport)) &&
	       host_is_loopback(bare);
}

bool
option_set_hostport(const struct option *o, char **place, const char *text, struct err *e)
{
	const char *colon = strrchr(text, ':');
	char host[HOST_MAX + 1];
	struct in6_addr v6;

	if (!colon || !bare_host(host, text, (size_t)(colon - text)))
		return option_wrong(o, text, e);
	size_t digits = strspn(colon + 1, "0123456789");
	int64_t port = digits_value(colon + 1, digits, 1);

	if (digits == 0 || colon[1 + digits] != '\0' || port < 1 || port > 65535)
		return option_wrong(o, text, e);
	if (text[0] == '[' ? inet_pton(AF_INET6, host, &v6) != 1
			   : host[strspn(host, HOST_CHARACTERS)] != '\0')
		return option_wrong(o, text, e);
	return option_keep(place, text, strlen(text), e);
}

bool
option_set_pin(const struct option *o, char **place, const char *text, struct err *e)
{
	const char *digits = text + strlen(PIN_PREFIX);
	size_t len = strlen(text);

	if (len != strlen(PIN_PREFIX) + PIN_DIGITS + 1 ||
	    strncmp(text, PIN_PREFIX, strlen(PIN_PREFIX)) != 0)
		return option_wrong(o, text, e);
	for (size_t i = 0; i < PIN_DIGITS; i++)
		if (!isalnum((unsigned char)digits[i]) && digits[i] != '+' &&
		    digits[i] != '/')
			return option_wrong(o, text, e);
	if (digits[PIN_DIGITS] != '=' || !strchr(PIN_LAST_DIGITS, digits[PIN_DIGITS - 1]))
		return option_wrong(o, text, e);
	return option_keep(place, text, len, e);
}
