/*
 * url.c - see url.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/net/url.h"

#include <arpa/inet.h>
#include <locale.h>
#include <string.h>
#include <strings.h>

#include <curl/curl.h>

#include "common/base/ip.h"
#include "common/base/utf8.h"

#define HOST_MAX 255
#define URL_MAX 4000 /* bytes of one in its xn-- form */
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"

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
has_part(CURLU *url, CURLUPart part)
{
	char *value = NULL;
	bool has = curl_url_get(url, part, &value, 0) == CURLUE_OK;

	curl_free(value);
	return has;
}

/* The URL with its host in xn-- form. libidn2 uses the locale's encoding, so a UTF-8 locale is set
 * meanwhile. */
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

static enum url_fault
look_at(struct buf *out, CURLU *url, const char *text)
{
	auto_buf ascii = BUF_INIT(URL_MAX);
	size_t len;

	if (!has_part(url, CURLUPART_HOST))
		return URL_BAD;
	if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_PASSWORD))
		return URL_LOGIN;
	if (strpbrk(text, "?#"))
		return URL_QUERY;
	if (!utf8_is_ascii(text)) {
		if (!to_ascii(url, &ascii) || !buf_ok(&ascii) ||
		    !utf8_is_ascii(buf_text(&ascii)))
			return URL_SCRIPT;
		text = buf_text(&ascii);
	}
	len = strlen(text);
	while (len > 0 && text[len - 1] == '/')
		len--;
	buf_put(out, text, len);
	return URL_GOOD;
}

bool
url_ascii(struct buf *out, const char *text)
{
	CURLU *url;
	bool done = utf8_is_ascii(text);

	if (done) {
		buf_puts(out, text);
		return true;
	}
	url = parsed(text);
	done = url && to_ascii(url, out);
	curl_url_cleanup(url);
	return done;
}

enum url_fault
url_read_base(struct buf *out, const char *text)
{
	const char *host = strstr(text, "://");
	enum url_fault fault = URL_BAD;
	CURLU *url;

	/* libcurl reads "https:///a" as the host a. */
	if (!host || host[3] == '/')
		return URL_BAD;
	url = parsed(text);
	if (url)
		fault = look_at(out, url, text);
	curl_url_cleanup(url);
	return fault;
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
url_same_origin(const char *url, const char *other)
{
	CURLU *a = parsed(url), *b = parsed(other);
	bool same = same_part(a, b, CURLUPART_SCHEME) &&
		    same_part(a, b, CURLUPART_HOST) && same_part(a, b, CURLUPART_PORT);

	curl_url_cleanup(a);
	curl_url_cleanup(b);
	return same;
}

bool
url_origin(struct buf *out, const char *text)
{
	CURLU *url = parsed(text);
	bool good = url && has_part(url, CURLUPART_HOST) &&
		    !has_part(url, CURLUPART_USER) && !has_part(url, CURLUPART_PASSWORD);
	char *scheme = NULL, *host = NULL, *port = NULL;

	good = good && curl_url_get(url, CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK &&
	       curl_url_get(url, CURLUPART_HOST, &host, 0) == CURLUE_OK;
	if (good) {
		buf_printf(out, "%s://%s", scheme, host);
		if (curl_url_get(url, CURLUPART_PORT, &port, 0) == CURLUE_OK)
			buf_printf(out, ":%s", port);
	}
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	curl_url_cleanup(url);
	return good;
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
url_is_loopback(const char *text)
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
url_hostport_is_loopback(const char *hostport)
{
	const char *colon = strrchr(hostport, ':');

	return colon && host_is_loopback(hostport, (size_t)(colon - hostport));
}

bool
url_is_hostport(const char *text)
{
	const char *colon = strrchr(text, ':');
	char host[HOST_MAX + 1];
	struct in6_addr v6;

	if (!colon || !bare_host(host, text, (size_t)(colon - text)) ||
	    !ip_is_port(colon + 1))
		return false;
	return text[0] == '[' ? inet_pton(AF_INET6, host, &v6) == 1
			      : host[strspn(host, LETTERS DIGITS ".-_")] == '\0';
}
