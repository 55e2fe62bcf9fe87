/*
 * defang.c - see defang.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/defang.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "common/base/ip.h"

static const struct {
	const char *live, *dead;
} SCHEMES[] = { { "https", "hxxps" }, { "http", "hxxp" }, { "ftps", "fxps" },
	{ "ftp", "fxp" } };

/* What browsers read as a dot in a host. */
static const char *const DOTS[] = { ".", "\u3002", "\uff0e", "\uff61" };

/* Length of the dot at p, 0 if there is none. */
static size_t
dot_len(const char *p, size_t len)
{
	for (size_t i = 0; i < sizeof DOTS / sizeof DOTS[0]; i++) {
		size_t n = strlen(DOTS[i]);

		if (n <= len && memcmp(p, DOTS[i], n) == 0)
			return n;
	}
	return 0;
}

void
defang_host(struct buf *out, const char *host, size_t len)
{
	for (size_t i = 0, n; i < len; i += n) {
		bool dead =
		    i > 0 && i + 1 < len && host[i - 1] == '[' && host[i + 1] == ']';

		n = dot_len(host + i, len - i);
		if (n > 0 && !dead)
			buf_puts(out, "[.]");
		else
			buf_put(out, host + i, n = n > 0 ? n : 1);
	}
}

/* The start of the scheme that ends at `colon`. */
static const char *
scheme_start(const char *text, const char *colon)
{
	while (colon > text && isalpha((unsigned char)colon[-1]))
		colon--;
	return colon;
}

static void
put_scheme(struct buf *out, const char *scheme, size_t len)
{
	for (size_t i = 0; i < sizeof SCHEMES / sizeof SCHEMES[0]; i++) {
		size_t live = strlen(SCHEMES[i].live);

		/* "xhttp" is not one of these schemes, but it ends in a live "http". */
		if (len < live ||
		    strncasecmp(scheme + len - live, SCHEMES[i].live, live) != 0)
			continue;
		buf_put(out, scheme, len - live);
		buf_puts(out, SCHEMES[i].dead);
		return;
	}
	buf_put(out, scheme, len);
}

static bool
is_known_scheme(const char *scheme, size_t len)
{
	for (size_t i = 0; i < sizeof SCHEMES / sizeof SCHEMES[0]; i++) {
		size_t n = strlen(SCHEMES[i].live);

		if (len >= n && strncasecmp(scheme + len - n, SCHEMES[i].live, n) == 0)
			return true;
	}
	return false;
}

/* Writes the part between "://" and the path; returns the start of the rest. */
static const char *
put_authority(struct buf *out, const char *p)
{
	size_t len = strcspn(p, "/?#\\ \t\r\n\"'<>");
	const char *at = memrchr(p, '@', len);
	const char *host = at != NULL ? at + 1 : p;

	/* A second scheme where the host should be. */
	if (len > 0 && p[len - 1] == ':' &&
	    (strncmp(p + len, "//", 2) == 0 || is_known_scheme(p, len - 1)))
		return p;
	buf_put(out, p, (size_t)(host - p));
	defang_host(out, host, len - (size_t)(host - p));
	return p + len;
}

/* Length of the four numbers of an address at p, 0 if there is none or it is part of something longer. */
static size_t
address_len(const char *start, const char *p)
{
	size_t len = 0;

	if (p > start && (isalnum((unsigned char)p[-1]) || p[-1] == '.'))
		return 0;
	for (int part = 0; part < 4; part++) {
		size_t digits = strspn(p + len, "0123456789");

		if (digits == 0 || digits > 3)
			return 0;
		len += digits;
		if (part < 3 && p[len++] != '.')
			return 0;
	}
	return isalnum((unsigned char)p[len]) ||
		       (p[len] == '.' && isdigit((unsigned char)p[len + 1]))
		   ? 0
		   : len;
}

/* Text outside of URLs: only addresses change. */
static void
put_words(struct buf *out, const char *text, size_t len)
{
	const char *p = text, *end = text + len;

	while (p < end) {
		size_t n = address_len(text, p);

		if (n > 0)
			defang_host(out, p, n);
		else
			buf_putc(out, *p);
		p += n > 0 ? n : 1;
	}
}

/* The length of what separates scheme and host at p: "://", or what browsers take for it after a scheme that
 * they know, ":/", ":///" and ":\\"; 0: none. */
static size_t
separator_len(const char *start, const char *p)
{
	const char *scheme = scheme_start(start, p);
	size_t slashes = p[0] == ':' ? strspn(p + 1, "/\\") : 0;
	unsigned char host = (unsigned char)p[1 + slashes];

	if (slashes == 0)
		return 0;
	if (is_known_scheme(scheme, (size_t)(p - scheme)) &&
	    (isalnum(host) || host == '[' || host >= 0x80))
		return 1 + slashes;
	return strncmp(p, "://", 3) == 0 ? 3 : 0;
}

/* The first such place before `end`; NULL: there is none. */
static const char *
find_separator(const char *start, const char *end, size_t *len)
{
	for (const char *p = start; p < end; p++) {
		*len = separator_len(start, p);
		if (*len > 0)
			return p;
	}
	return NULL;
}

void
defang_text(struct buf *out, const char *text)
{
	const char *p = text, *mark;
	size_t path, len;

	while ((mark = find_separator(p, p + strlen(p), &len)) != NULL) {
		const char *scheme = scheme_start(p, mark);

		put_words(out, p, (size_t)(scheme - p));
		put_scheme(out, scheme, (size_t)(mark - scheme));
		buf_put(out, mark, len);
		p = put_authority(out, mark + len);
		/* The rest of the URL is unchanged, except for another URL inside it. */
		path = strcspn(p, " \t\r\n\"'<>");
		mark = find_separator(p, p + path, &len);
		if (mark != NULL)
			path = (size_t)(scheme_start(p, mark) - p);
		buf_put(out, p, path);
		p += path;
	}
	put_words(out, p, strlen(p));
}

bool
defang_network(struct buf *out, const char *address)
{
	char network[IP_CUT_MAX];
	size_t len;

	if (!ip_cut(address, network))
		return false;
	len = strchr(network, ':') == NULL ? strcspn(network, "/") : 0;
	defang_host(out, network, len);
	buf_puts(out, network + len);
	return true;
}
