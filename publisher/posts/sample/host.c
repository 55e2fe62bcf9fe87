/*
 * host.c - see host.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/host.h"

#include <ctype.h>
#include <string.h>

#include "common/base/ip.h"

/* The host of a URL, without user and port. False when there is none. */
static bool
find_host(const char *url, struct sample_host *out)
{
	const char *host = strstr(url, "://"), *at;
	size_t len;

	if (host == NULL)
		return false;
	host += 3;
	len = strcspn(host, "/?#\\ \t\r\n\"'<>");
	at = memrchr(host, '@', len);
	if (at != NULL)
		host = at + 1;
	len = *host == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/?#\\ \t\r\n\"'<>");
	if (len > 1 && host[len - 1] == '.')
		len--;
	if (len == 0 || len >= SAMPLE_HOST_MAX || len > strlen(host))
		return false;
	memcpy(out->name, host, len);
	out->name[len] = '\0';
	return true;
}

static bool
is_among(const struct sample_host *all, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcasecmp(all[i].name, name) == 0)
			return true;
	return false;
}

size_t
sample_hosts(const struct sample_facts *f, struct sample_host out[SAMPLE_ROWS_MAX])
{
	size_t count = 0;

	for (size_t i = 0; i < f->url_count; i++)
		count += find_host(f->urls[i], &out[count]) &&
			 !is_among(out, count, out[count].name);
	return count;
}

/* ---- one spelling */

static bool
is_nobodys(const char *address)
{
	static const char *const RANGES[] = { "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10",
		"127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16",
		"224.0.0.0/3", "::/8", "fc00::/7", "fe80::/10", "ff00::/8" };

	for (size_t i = 0; i < sizeof RANGES / sizeof RANGES[0]; i++)
		if (ip_is_in(address, RANGES[i]))
			return true;
	return false;
}

/* An address, with the brackets of IPv6 removed. */
static bool
read_address(const char *name, char out[IP_TEXT_MAX])
{
	char bare[SAMPLE_HOST_MAX];
	size_t len = strlen(name);

	if (name[0] != '[')
		return ip_canonical(name, out);
	memcpy(bare, name + 1, len - 1);
	bare[len - 2] = '\0';
	return ip_canonical(bare, out);
}

/* In lower case, without the dot of the root. A name that ends in a number would be read as an address. */
static bool
read_name(struct sample_host *h)
{
	size_t len = strlen(h->name);
	const char *dot;

	for (char *c = h->name; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	if (len > 0 && h->name[len - 1] == '.')
		h->name[--len] = '\0';
	dot = strrchr(h->name, '.');
	return strspn(h->name, "abcdefghijklmnopqrstuvwxyz0123456789.-_") == len &&
	       dot != NULL && isalpha((unsigned char)dot[1]);
}

static bool
make_public(struct sample_host *h)
{
	char address[IP_TEXT_MAX];

	if (!read_address(h->name, address))
		return read_name(h);
	memcpy(h->name, address, strlen(address) + 1);
	return !is_nobodys(address);
}

size_t
sample_public_hosts(const struct sample_facts *f, struct sample_host out[SAMPLE_ROWS_MAX])
{
	size_t hosts = sample_hosts(f, out), count = 0;

	for (size_t i = 0; i < hosts; i++) {
		struct sample_host h = out[i];

		if (make_public(&h) && !is_among(out, count, h.name))
			out[count++] = h;
	}
	return count;
}
