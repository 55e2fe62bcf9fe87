/*
 * answers.c - see answers.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/answers.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

#include "common/base/buf.h"
#include "common/base/ip.h"

#define ANSWER_MAX 1024
#define HOST_MAX 256
#define AZURE_METADATA \
	0xa83f8110 /* 168.63.129.16; the other clouds' are link-local or shared */

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* ---- contents of such files */

/* %s is the address or name. */
static const char *const TEXTS[] = { "%s", "%s\n", "%s\r\n", "%s\n\n", " %s", "%s ",
	" %s\n", "\"%s\"", "\"%s\"\n" };
static const char *const PAGES[] = { "Current IP Address: %s",
	"<html><head><title>Current IP Check</title></head><body>Current IP Address: %s</body></html>",
	"<html><head><title>Current IP Check</title></head><body>Current IP Address: %s</body></html>\n",
	"<html><head><title>Current IP Check</title></head><body>Current IP Address: %s</body></html>\r\n",
	"callback({\"ip\":\"%s\"});", "ip=%s", "ip=%s\n", "Your IP: %s\n",
	"<pre>%s</pre>", "%s<br>" };
static const char *const KEYS[] = { "ip", "query", "origin", "address", "ip_address",
	"ipAddress", "ip_addr", "IP", "your_ip", "clientIp" };
static const char *const OBJECTS[] = { "{\"%s\":\"%s\"}", "{\"%s\": \"%s\"}",
	"{ \"%s\": \"%s\" }", "{\n  \"%s\": \"%s\"\n}", "{\n    \"%s\": \"%s\"\n}",
	"{\n\t\"%s\": \"%s\"\n}" };
static const char *const ENDS[] = { "", "\n" };

struct taker {
	bool (*take)(void *ctx, const struct hash *hash, struct err *e);
	void *ctx;
};

static bool
take_all(const struct taker *t, const struct buf *answer, struct err *e)
{
	static const enum hash_kind KINDS[] = { HASH_SHA256, HASH_SHA1, HASH_MD5 };

	for (size_t i = 0; i < COUNT(KINDS); i++) {
		struct hash h;

		hash_bytes(&h, KINDS[i], buf_text(answer), answer->len);
		if (!t->take(t->ctx, &h, e))
			return false;
	}
	return true;
}

/* Hands over each text with the value inserted. */
static bool
take_texts(const struct taker *t, const char *const *texts, size_t count,
    const char *value, struct err *e)
{
	for (size_t i = 0; i < count; i++) {
		auto_buf answer = BUF_CUT(ANSWER_MAX);
		const char *place = strstr(texts[i], "%s");

		buf_put(&answer, texts[i], (size_t)(place - texts[i]));
		buf_puts(&answer, value);
		buf_puts(&answer, place + 2);
		if (!take_all(t, &answer, e))
			return false;
	}
	return true;
}

static bool
take_objects(const struct taker *t, const char *key, const char *value, struct err *e)
{
	for (size_t i = 0; i < COUNT(OBJECTS); i++) {
		auto_buf object = BUF_CUT(ANSWER_MAX);
		const char *place = strstr(OBJECTS[i], "%s");
		const char *text;

		buf_put(&object, OBJECTS[i], (size_t)(place - OBJECTS[i]));
		buf_puts(&object, key);
		buf_puts(&object, place + 2);
		for (size_t n = 0; n < COUNT(ENDS); n++) {
			auto_buf whole = BUF_CUT(ANSWER_MAX);

			buf_add(&whole, &object);
			buf_puts(&whole, ENDS[n]);
			text = buf_text(&whole);
			if (!take_texts(t, &text, 1, value, e))
				return false;
		}
	}
	return true;
}

bool
answers_hashes(const char *value,
    bool (*take)(void *ctx, const struct hash *hash, struct err *e), void *ctx,
    struct err *e)
{
	const struct taker t = { .take = take, .ctx = ctx };
	char address[IP_TEXT_MAX];

	if (strchr(value, '/') != NULL || value[0] == '*')
		return true;
	if (!take_texts(&t, TEXTS, COUNT(TEXTS), value, e))
		return false;
	if (!ip_canonical(value, address))
		return true;
	for (size_t i = 0; i < COUNT(KEYS); i++)
		if (!take_objects(&t, KEYS[i], value, e))
			return false;
	return take_texts(&t, PAGES, COUNT(PAGES), value, e);
}

/* ---- where such files come from */

/* Services that answer with the client's address; hosts below them count as well. */
static const char *const SERVICES[] = { "ifconfig.me", "ifconfig.co", "ifconfig.io",
	"icanhazip.com", "ipinfo.io", "ipify.org", "ip-api.com", "checkip.amazonaws.com",
	"checkip.dyndns.org", "checkip.dyndns.com", "checkip.dns.he.net", "ident.me",
	"tnedi.me", "ip.sb", "ipecho.net", "wtfismyip.com", "myexternalip.com",
	"whatismyip.akamai.com", "whatismyipaddress.com", "whatismyip.com",
	"whatismyip.org", "ip.me", "ipapi.co", "ipapi.com", "ipwho.is", "ipwhois.app",
	"ipwhois.io", "freegeoip.app", "freegeoip.live", "freegeoip.net", "geoplugin.net",
	"geojs.io", "ipgeolocation.io", "ipdata.co", "l2.io", "tnx.nl", "curlmyip.net",
	"curlmyip.com", "eth0.me", "ipof.in", "myip.com", "myip.dnsomatic.com",
	"my-ip.io", "seeip.org", "trackip.net", "2ip.ru", "2ip.io", "2ip.me", "ip.cn",
	"ipip.net", "cip.cc", "ip138.com", "ipaddress.sh", "ip.tyk.nu",
	"diagnostic.opendns.com", "db-ip.com", "ipaddr.site", "ifcfg.me",
	"ip.appspot.com", "inet-ip.info", "api.myip.la", "myip.la", "ip.zxinc.org",
	"ip.nf", "showmyip.com", "showip.net", "ipchicken.com", "moanmyip.com",
	"whoer.net", "getmyip.dev", "ipleak.net", "ip.gs", "ip4.me", "ip6.me" };
/* Names of private networks. */
static const char *const PRIVATE_NAMES[] = { "localhost", "local", "internal", "lan",
	"home.arpa", "intranet", "corp", "home", "localdomain" };
/* Paths at which many hosts answer with it. */
static const char *const PATHS[] = { "/cdn-cgi/trace", "/latest/meta-data",
	"/computeMetadata/", "/metadata/instance", "/opc/v1/", "/opc/v2/" };
/* Hosts that answer with it at one path only. */
static const struct {
	const char *host, *path;
} PAGES_OF[] = { { "httpbin.org", "/ip" }, { "httpbin.io", "/ip" },
	{ "postman-echo.com", "/ip" }, { "api.cloudflare.com", "/cdn-cgi" },
	{ "www.cloudflare.com", "/cdn-cgi" }, { "httpbingo.org", "/ip" } };

/* Networks that are not public (IANA's registries of special-purpose addresses). */
static const struct {
	uint32_t first;
	int bits;
} SPECIAL_V4[] = { { 0x00000000, 8 }, { 0x0a000000, 8 }, { 0x64400000, 10 },
	{ 0x7f000000, 8 }, { 0xa9fe0000, 16 }, { 0xac100000, 12 }, { 0xc0000000, 24 },
	{ 0xc0a80000, 16 }, { 0xc6120000, 15 }, { 0xf0000000, 4 } };

static bool
is_special_v4(uint32_t a)
{
	for (size_t i = 0; i < COUNT(SPECIAL_V4); i++)
		if ((a ^ SPECIAL_V4[i].first) >> (32 - SPECIAL_V4[i].bits) == 0)
			return true;
	return a == AZURE_METADATA;
}

bool
answers_private(const char *host)
{
	struct in6_addr six;
	struct in_addr four;
	uint32_t mapped;

	if (inet_aton(host, &four) != 0)
		return is_special_v4(ntohl(four.s_addr));
	if (inet_pton(AF_INET6, host, &six) != 1)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&six) || IN6_IS_ADDR_V4COMPAT(&six)) {
		memcpy(&mapped, six.s6_addr + 12, sizeof mapped);
		return is_special_v4(ntohl(mapped));
	}
	return IN6_IS_ADDR_LOOPBACK(&six) || IN6_IS_ADDR_UNSPECIFIED(&six) ||
	       IN6_IS_ADDR_LINKLOCAL(&six) || IN6_IS_ADDR_SITELOCAL(&six) ||
	       (six.s6_addr[0] & 0xfe) == 0xfc;
}

/* The name itself, or a host below it. */
static bool
is_below(const char *host, const char *name)
{
	size_t len = strlen(host), tail = strlen(name);

	return len >= tail && strcasecmp(host + len - tail, name) == 0 &&
	       (len == tail || host[len - tail - 1] == '.');
}

static bool
is_one_of(const char *host, const char *const *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is_below(host, names[i]))
			return true;
	return false;
}

static bool
begins_with(const char *path, const char *with)
{
	return strncasecmp(path, with, strlen(with)) == 0;
}

/* curl accepts one to three slashes; further on, "://" is part of a path or query. */
static const char *
after_scheme(const char *url)
{
	const char *slash = url + strcspn(url, "/?#");

	return slash > url && slash[-1] == ':' ? slash + strspn(slash, "/") : url;
}

const char *
answers_host(const char *url, size_t *len)
{
	const char *host = after_scheme(url);
	size_t authority = strcspn(host, "/?#\\ ");
	const char *at = memrchr(host, '@', authority);

	if (at != NULL) {
		authority -= (size_t)(at + 1 - host);
		host = at + 1;
	}
	if (host[0] == '[') {
		host++;
		*len = strcspn(host, "]%/");
		return host;
	}
	*len = strcspn(host, ":/?#\\ ");
	*len = *len < authority ? *len : authority;
	while (*len > 0 && host[*len - 1] == '.')
		--*len;
	return host;
}

bool
answers_tell(const char *url)
{
	char host[HOST_MAX];
	size_t len;
	const char *start = answers_host(url, &len), *path = start + len;

	if (len == 0 || len >= sizeof host)
		return false;
	BUF_FIXED(host, "%.*s", (int)len, start);
	path += strcspn(path, "/");
	if (answers_private(host) || is_one_of(host, SERVICES, COUNT(SERVICES)) ||
	    is_one_of(host, PRIVATE_NAMES, COUNT(PRIVATE_NAMES)))
		return true;
	for (size_t i = 0; i < COUNT(PATHS); i++)
		if (begins_with(path, PATHS[i]))
			return true;
	for (size_t i = 0; i < COUNT(PAGES_OF); i++)
		if (is_below(host, PAGES_OF[i].host) &&
		    begins_with(path, PAGES_OF[i].path))
			return true;
	return false;
}
