/*
 * test_config.c - every key of the configuration, and everything a file can get wrong.
 *
 * The tables here say a second time, in the words of a file, what common/config/keys says; a
 * key that is missing from them fails the test. Files are written to a directory of the
 * test's own.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/config/internal.h"
#include "tests/unit/tap.h"

#define SECRET_TEXT "correct-horse-battery"
#define API_KEY_TEXT "0123456789abcdef0123456789abcdef"
#define TEXT_MAX 65536
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
/* The pin of 32 zero bytes, and of another key. */
#define PIN "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define PIN_OTHER "sha256//47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="

static char dir[64];

/* One configuration read. */
struct run {
	bool good;
	struct config config;
	struct buf problems;
	struct err e;
};

static const char *
path_of(const char *name)
{
	static char paths[4][128];
	static unsigned int next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	return path;
}

static void
write_file(const char *name, const void *bytes, size_t len, mode_t mode)
{
	FILE *f = fopen(path_of(name), "w");

	if (!f || fwrite(bytes, 1, len, f) != len || fclose(f) != 0 ||
	    chmod(path_of(name), mode) != 0) {
		perror(path_of(name));
		exit(1);
	}
}

static void
run_bytes(struct run *r, const char *program, const void *bytes, size_t len)
{
	*r = (struct run){ .problems = BUF_INIT(TEXT_MAX) };
	write_file("conf", bytes, len, 0600);
	r->good = config_read(&r->config, program, path_of("conf"), &r->problems, &r->e);
}

static void
run_text(struct run *r, const char *program, const char *text)
{
	run_bytes(r, program, text, strlen(text));
}

static void
run_done(struct run *r)
{
	config_done(&r->config);
	buf_done(&r->problems);
}

static void
show(const struct config *c, struct buf *out)
{
	char *text = NULL;
	size_t len = 0;
	FILE *f = open_memstream(&text, &len);

	config_show(c, f);
	fclose(f);
	buf_puts(out, text);
	free(text);
}

/* Of one section alone: other sections have keys of the same names. */
static void
show_part(const struct config *c, const char *section, struct buf *out)
{
	auto_buf all = BUF_INIT(TEXT_MAX);
	char header[80];
	const char *begin;

	show(c, &all);
	snprintf(header, sizeof(header), "[%s]\n", section);
	begin = strstr(buf_text(&all), header);
	if (begin)
		buf_put(out, begin, (size_t)(strstr(begin, "\n\n") + 1 - begin));
}

/* Is there this whole line? */
static bool
has_line(const char *text, const char *line)
{
	size_t len = strlen(line);

	for (const char *p = text; (p = strstr(p, line)); p += len)
		if ((p == text || p[-1] == '\n') && p[len] == '\n')
			return true;
	return false;
}

static void __attribute__((format(printf, 2, 3))) check(bool good, const char *fmt, ...)
{
	char name[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(name, sizeof(name), fmt, ap);
	va_end(ap);
	ok(good, name);
}

static const struct config_section *
config_section_of(const char *name)
{
	const struct config_section *s = config_sections;

	while (strcmp(s->name, name) != 0)
		s++;
	return s;
}

/* ---- one key in a file that has all else that is required */

static const struct {
	const char *section, *key, *value;
} required[] = {
	{ "collector", "url", "https://tpot.example:64297/es" },
	{ "enricher", "api_key_file", "@api.key" },
	{ "publisher", "url", "https://blog.example" },
	{ "publisher", "user", "potpress" },
	{ "publisher", "password_file", "@password" },
};

/* "@name" stands for a file of the test's directory. */
static void
put_line(struct buf *b, const char *key, const char *value)
{
	buf_printf(b, "%s = %s\n", key, value[0] == '@' ? path_of(value + 1) : value);
}

static void
put_required(struct buf *b, const char *section, const char *but_key)
{
	for (size_t i = 0; i < COUNT(required); i++)
		if (strcmp(required[i].section, section) == 0 &&
		    strcmp(required[i].key, but_key) != 0)
			put_line(b, required[i].key, required[i].value);
}

/* The key, if it has a value, is in line 2. A line may follow it: "user=x" or NULL. */
static void
run_key(struct run *r, const char *section, const char *key, const char *value)
{
	const struct config_section *s = config_section_of(section);
	bool shared = s->shared || s->of;
	const char *program = shared ? "enricher" : section;
	auto_buf text = BUF_INIT(TEXT_MAX);

	buf_printf(&text, "[%s]\n", section);
	if (value)
		put_line(&text, key, value);
	if (strcmp(section, "collector") == 0 && strcmp(key, "user") == 0)
		put_line(&text, "password_file", "@password");
	if (strcmp(section, "collector") == 0 && strcmp(key, "password_file") == 0)
		put_line(&text, "user", "reader");
	if (s->optional && strcmp(key, "api_key_file") == 0)
		buf_puts(&text, "per_day = 7\n");
	else if (s->optional)
		put_line(&text, "api_key_file", "@api.key");
	put_required(&text, section, key);
	if (shared)
		buf_puts(&text, "[enricher]\n");
	if (shared)
		put_required(&text, "enricher", "");
	run_text(r, program, buf_text(&text));
}

static void
expect_value(const char *section, const char *key, const char *value, const char *shown)
{
	auto_buf text = BUF_INIT(TEXT_MAX), line = BUF_INIT(TEXT_MAX);
	struct run r;

	run_key(&r, section, key, value);
	show_part(&r.config, section, &text);
	if (shown)
		put_line(&line, key, shown);
	else
		buf_printf(&line, "; %s =\n", key);
	line.ptr[line.len - 1] = '\0';
	check(r.good && has_line(buf_text(&text), line.ptr), "%s.%s: %.60s", section, key,
	    value ? value : "default");
	if (!r.good || !has_line(buf_text(&text), line.ptr))
		printf("# wanted: %s\n# problems: %s\n", line.ptr, buf_text(&r.problems));
	run_done(&r);
}

static void
expect_problem(const char *section, const char *key, const char *value, const char *words)
{
	char where[160];
	struct run r;

	run_key(&r, section, key, value);
	snprintf(where, sizeof(where), "%s:2: ", path_of("conf"));
	bool good = !r.good && r.e.fault == FAULT_CONFIG &&
		    strncmp(buf_text(&r.problems), where, strlen(where)) == 0 &&
		    strstr(buf_text(&r.problems), key) &&
		    strstr(buf_text(&r.problems), words);
	check(good, "%s.%s: '%.60s' is refused: %s", section, key, value, words);
	if (!good)
		printf("# problems: %s\n", buf_text(&r.problems));
	run_done(&r);
}

/* ---- defaults */

#define TRANSPORT_DEFAULTS(section, timeout)                                           \
	{ section, "ca_file", NULL }, { section, "pinned_public_key", NULL },          \
	    { section, "connect_to", NULL }, { section, "proxy", NULL },               \
	    { section, "proxy_user", NULL }, { section, "proxy_password_file", NULL }, \
	    { section, "timeout", timeout },                                           \
	{                                                                              \
		section, "allow_http", "no"                                            \
	}

/* NULL: the key has no default. Required keys are elsewhere. */
static const struct {
	const char *section, *key, *shown;
} defaults[] = {
	{ "general", "timezone", "UTC" },
	{ "general", "log_level", NULL },
	{ "general", "metrics_dir", NULL },
	{ "general", "keep_sightings", "0" },
	{ "general", "keep_addresses", "0" },
	{ "general", "monitors", NULL },
	{ "database", "path", "/var/lib/potpress/potpress.db" },
	{ "collector", "user", NULL },
	{ "collector", "password_file", NULL },
	{ "collector", "api_key_file", NULL },
	{ "collector", "index", "logstash-*" },
	{ "collector", "profiles", NULL },
	{ "collector", "interval", "15m" },
	{ "collector", "start", "24h" },
	{ "collector", "count_attacks", "yes" },
	{ "collector", "stories", "yes" },
	{ "collector", "flood", "50" },
	{ "collector", "quiet_after", "24h" },
	TRANSPORT_DEFAULTS("collector", "50s"),
	{ "enricher", "url", "https://www.virustotal.com/api/v3" },
	{ "enricher", "account", "main" },
	{ "enricher", "user_id", NULL },
	{ "enricher", "per_minute", "4" },
	{ "enricher", "per_day", "500" },
	{ "enricher", "per_month", "15500" },
	{ "enricher", "concurrency", "4" },
	{ "enricher", "once_limit", "14m" },
	{ "enricher", "malicious_from", "5" },
	{ "enricher", "verdicts_min", "40" },
	{ "enricher", "unknown_again", "1h" }, /* a line for each element */
	{ "enricher", "known_again", "7d" },
	{ "enricher", "reserve", "50" },
	{ "enricher", "backlog", "3d" },
	{ "enricher", "pace", "fast" },
	TRANSPORT_DEFAULTS("enricher", "30s"),
	{ "malwarebazaar", "url", "https://mb-api.abuse.ch/api/v1" },
	{ "malwarebazaar", "api_key_file", NULL },
	{ "malwarebazaar", "account", "main" },
	{ "malwarebazaar", "per_minute", "10" },
	{ "malwarebazaar", "per_day", "500" },
	{ "malwarebazaar", "concurrency", "2" },
	TRANSPORT_DEFAULTS("malwarebazaar", "30s"),
	{ "publisher", "language", "en" },
	{ "publisher", "status", "publish" },
	{ "publisher", "category", "malware" },
	{ "publisher", "sample_posts", "noteworthy" },
	{ "publisher", "posts_per_day", "5" },
	{ "publisher", "digest", "weekly" },
	{ "publisher", "digest_category", "digest" },
	{ "publisher", "digest_after", "6h" },
	{ "publisher", "digest_catch_up", "7" },
	{ "publisher", "charts", "yes" },
	{ "publisher", "map", "yes" },
	{ "publisher", "publish_after", "0s" },
	{ "publisher", "engine_names", "folded" },
	{ "publisher", "api_url", NULL },
	{ "publisher", "private", NULL },
	{ "publisher", "sensor_names", NULL },
	TRANSPORT_DEFAULTS("publisher", "30s"),
};

static void
test_defaults(void)
{
	for (size_t i = 0; i < COUNT(defaults); i++) {
		const char *key = defaults[i].key;

		/* A password alone would be a problem of its own. */
		if (strcmp(defaults[i].section, "collector") == 0 &&
		    (strcmp(key, "user") == 0 || strcmp(key, "password_file") == 0))
			key = "index";
		expect_value(defaults[i].section, key, NULL,
		    key == defaults[i].key ? defaults[i].shown : "logstash-*");
	}
}

static void
test_required(void)
{
	for (size_t i = 0; i < COUNT(required); i++) {
		char words[200];
		struct run r;

		run_key(&r, required[i].section, required[i].key, NULL);
		snprintf(words, sizeof(words),
		    "%s:1: %s is missing in [%s]: ", path_of("conf"), required[i].key,
		    required[i].section);
		check(!r.good && strstr(buf_text(&r.problems), words),
		    "%s.%s is required", required[i].section, required[i].key);
		run_done(&r);
	}
}

/* ---- ranges */

#define TIMEOUT_RANGE(section)                                 \
	{                                                      \
		section, "timeout", "1s", "10m", "0s", "601s", \
		    "a duration from 1s to 10m"                \
	}

/* lowest, highest, one below (NULL: nothing is), one above. */
static const struct {
	const char *section, *key, *lowest, *highest, *below, *above, *range;
} ranges[] = {
	{ "collector", "interval", "1s", "24h", "0s", "86401s",
	    "a duration from 1s to 24h" },
	{ "collector", "start", "0s", "36500d", NULL, "36501d",
	    "a duration from 0s to 36500d" },
	{ "collector", "flood", "0", "1000000", NULL, "1000001", "from 0 to 1000000" },
	{ "collector", "quiet_after", "0s", "60d", NULL, "61d",
	    "a duration from 0s to 60d" },
	TIMEOUT_RANGE("collector"),
	{ "general", "keep_sightings", "0", "36500", NULL, "36501", "from 0 to 36500" },
	{ "general", "keep_addresses", "0", "36500", NULL, "36501", "from 0 to 36500" },
	{ "enricher", "per_minute", "1", "6000", "0", "6001", "from 1 to 6000" },
	{ "enricher", "per_day", "1", "500000", "0", "500001", "from 1 to 500000" },
	{ "enricher", "per_month", "1", "5000000", "0", "5000001", "from 1 to 5000000" },
	{ "enricher", "concurrency", "1", "64", "0", "65", "from 1 to 64" },
	{ "enricher", "once_limit", "1s", "24h", "0s", "86401s",
	    "a duration from 1s to 24h" },
	{ "enricher", "malicious_from", "1", "100", "0", "101", "from 1 to 100" },
	{ "enricher", "verdicts_min", "1", "100", "0", "101", "from 1 to 100" },
	{ "enricher", "reserve", "1", "90", "0", "91", "from 1 to 90" },
	{ "enricher", "backlog", "1h", "3650d", "59m", "3651d",
	    "a duration from 1h to 3650d" },
	TIMEOUT_RANGE("enricher"),
	{ "malwarebazaar", "per_minute", "1", "6000", "0", "6001", "from 1 to 6000" },
	{ "malwarebazaar", "per_day", "1", "500000", "0", "500001", "from 1 to 500000" },
	{ "malwarebazaar", "concurrency", "1", "64", "0", "65", "from 1 to 64" },
	TIMEOUT_RANGE("malwarebazaar"),
	{ "publisher", "publish_after", "0s", "30d", NULL, "2592001s",
	    "a duration from 0s to 30d" },
	TIMEOUT_RANGE("publisher"),
};

static void
test_ranges(void)
{
	for (size_t i = 0; i < COUNT(ranges); i++) {
		const char *section = ranges[i].section, *key = ranges[i].key;
		bool duration = strstr(ranges[i].range, "duration");

		expect_value(section, key, ranges[i].lowest, ranges[i].lowest);
		expect_value(section, key, ranges[i].highest, ranges[i].highest);
		expect_problem(section, key, ranges[i].above, "out of range");
		expect_problem(section, key, ranges[i].above, ranges[i].range);
		if (ranges[i].below)
			expect_problem(section, key, ranges[i].below, "out of range");
		expect_problem(section, key, "many", ranges[i].range);
		expect_problem(section, key, "-1", ranges[i].range);
		expect_problem(section, key, "+1", ranges[i].range);
		expect_problem(section, key, "1.5", ranges[i].range);
		expect_problem(section, key, duration ? "7" : "7s", ranges[i].range);
		expect_problem(section, key, duration ? "7w" : "0x7", ranges[i].range);
		expect_problem(
		    section, key, duration ? "1h30m" : "1 000", ranges[i].range);
		expect_problem(section, key,
		    duration ? "99999999999999999999d" : "99999999999999999999",
		    "out of range");
	}
}

/* ---- the other values */

/* shown NULL: as given. */
#define TRANSPORT_GOOD(section)                                      \
	{ section, "ca_file", "@ca.crt", NULL },                     \
	    { section, "pinned_public_key", PIN, NULL },             \
	    { section, "pinned_public_key", PIN_OTHER, NULL },       \
	    { section, "connect_to", "192.0.2.7:64297", NULL },      \
	    { section, "connect_to", "tpot.example:1", NULL },       \
	    { section, "connect_to", "[2001:db8::7]:65535", NULL },  \
	    { section, "proxy", "http://proxy.example:3128", NULL }, \
	    { section, "proxy", "socks5h://192.0.2.1:1080/",         \
		    "socks5h://192.0.2.1:1080" },                    \
	    { section, "allow_http", "yes", NULL },                  \
	{                                                            \
		section, "allow_http", "no", NULL                    \
	}
#define URL_GOOD(section)                                                \
	{ section, "url", "https://host.example:64297/es/",              \
		"https://host.example:64297/es" },                       \
	    { section, "url", "https://192.0.2.7", NULL },               \
	    { section, "url", "https://[2001:db8::7]:9200/a/b", NULL },  \
	    { section, "url",                                            \
		    "https://b\xc3\xbc"                                  \
		    "cher.example/es",                                   \
		    "https://xn--bcher-kva.example/es" },                \
	    { section, "url", "http://localhost:9200", NULL },           \
	    { section, "url", "http://LOCALHOST/", "http://LOCALHOST" }, \
	    { section, "url", "http://127.8.9.10:9200/es", NULL },       \
	{                                                                \
		section, "url", "http://[::1]:9200", NULL                \
	}

static const struct {
	const char *section, *key, *value, *shown;
} good_values[] = {
	{ "general", "log_level", "error", NULL },
	{ "general", "log_level", "info", NULL },
	{ "general", "metrics_dir", "/var/lib/prometheus/node-exporter", NULL },
	{ "database", "path", "/srv/a b/pot.db", NULL },
	{ "database", "path", "/srv/pot.db ; a comment", "/srv/pot.db" },
	{ "database", "path", "/srv/pot.db\t;a comment", "/srv/pot.db" },
	{ "database", "path", "/srv/a;b.db", NULL },
	{ "database", "path", "  /srv/pot.db\t ", "/srv/pot.db" },
	{ "collector", "user", "reader", NULL },
	{ "collector", "password_file", "@password", NULL },
	{ "collector", "api_key_file", "@api.key", NULL },
	{ "collector", "index", "logstash-2026.*", NULL },
	{ "collector", "profiles", "cowrie,h0neytr4p", "cowrie" },
	{ "collector", "profiles", " h0neytr4p ", "h0neytr4p" },
	{ "collector", "interval", "90s", NULL },
	{ "collector", "interval", "120s", "2m" },
	{ "collector", "interval", "1d", "24h" },
	{ "collector", "start", "48h", "2d" },
	URL_GOOD("collector"),
	TRANSPORT_GOOD("collector"),
	{ "enricher", "api_key_file", "@api.key", NULL },
	{ "enricher", "account", "second key", NULL },
	{ "enricher", "per_minute", "0007", "7" },
	URL_GOOD("enricher"),
	TRANSPORT_GOOD("enricher"),
	{ "malwarebazaar", "api_key_file", "@api.key", NULL },
	{ "malwarebazaar", "account", "second key", NULL },
	URL_GOOD("malwarebazaar"),
	TRANSPORT_GOOD("malwarebazaar"),
	{ "publisher", "user", "pot press", NULL },
	{ "publisher", "password_file", "@password", NULL },
	{ "publisher", "language", "ja", NULL },
	{ "publisher", "language", "en", NULL },
	{ "publisher", "status", "draft", NULL },
	{ "publisher", "status", "publish", NULL },
	{ "general", "timezone", "UTC", NULL },
	{ "publisher", "category", "\xe6\xa4\x9c\xe4\xbd\x93", NULL },
	{ "publisher", "sample_posts", "all", NULL },
	{ "publisher", "sample_posts", "none", NULL },
	{ "publisher", "posts_per_day", "20", NULL },
	{ "publisher", "digest", "daily, monthly", "monthly" },
	{ "publisher", "digest", "none", NULL },
	{ "publisher", "digest_category", "reports", NULL },
	{ "publisher", "digest_after", "0s", NULL },
	{ "publisher", "digest_catch_up", "31", NULL },
	{ "publisher", "charts", "no", NULL },
	{ "publisher", "map", "no", NULL },
	{ "publisher", "engine_names", "none", NULL },
	{ "publisher", "engine_names", "folded", NULL },
	{ "publisher", "api_url", "https://BLOG.example:443/wp-json/",
	    "https://BLOG.example:443/wp-json" },
	{ "general", "monitors", "192.0.2.4, 2001:db8:5::/48", "2001:db8:5::/48" },
	{ "publisher", "private", "203.0.113.10 , my-sensor", "my-sensor" },
	{ "publisher", "private", "203.0.113.0/24", NULL },
	{ "publisher", "private", "2001:db8::/32", NULL },
	{ "publisher", "private", "2001:db8::7", NULL },
	{ "publisher", "private", "*.pot.example", NULL },
	{ "publisher", "private", "a name of three words", NULL },
	{ "publisher", "private", "cafe", NULL },
	{ "publisher", "private", "12345", NULL },
	{ "publisher", "sensor_names", "host-a:Tokyo", "host-a: Tokyo" },
	{ "publisher", "sensor_names", "host-a :  New York: Bronx",
	    "host-a: New York: Bronx" },
	URL_GOOD("publisher"),
	TRANSPORT_GOOD("publisher"),
};

#define TRANSPORT_BAD(section)                                                          \
	{ section, "ca_file", "ca.crt", "an absolute path" },                           \
	    { section, "ca_file", "@absent.crt", "cannot be read: No such file" },      \
	    { section, "pinned_public_key", "sha256//AAAA", "sha256//" },               \
	    { section, "pinned_public_key", "md5///" PIN, "sha256//" },                 \
	    { section, "pinned_public_key",                                             \
		    "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=", "base64" }, \
	    { section, "pinned_public_key",                                             \
		    "sha256//AAAAAAAAAAAAAAAAAAAA!AAAAAAAAAAAAAAAAAAAAAA=", "base64" }, \
	    { section, "connect_to", "192.0.2.7", "HOST:PORT" },                        \
	    { section, "connect_to", "192.0.2.7:0", "HOST:PORT" },                      \
	    { section, "connect_to", "192.0.2.7:65536", "HOST:PORT" },                  \
	    { section, "connect_to", "192.0.2.7:https", "HOST:PORT" },                  \
	    { section, "connect_to", ":443", "HOST:PORT" },                             \
	    { section, "connect_to", "2001:db8::7:443", "HOST:PORT" },                  \
	    { section, "connect_to", "[192.0.2.7]:443", "HOST:PORT" },                  \
	    { section, "connect_to", "a b:443", "HOST:PORT" },                          \
	    { section, "proxy", "proxy.example:3128", "socks5h://HOST" },               \
	    { section, "proxy", "http://me:hidden@proxy.example",                       \
		    "a user or password" },                                             \
	    { section, "proxy_user", "a:b", "has a ':'" },                              \
	    { section, "proxy_user", "me", "needs proxy" },                             \
	    { section, "proxy_password_file", "secret", "an absolute path" },           \
	    { section, "proxy_password_file", "@password", "needs proxy_user" },        \
	    { section, "allow_http", "true", "yes or no" },                             \
	    { section, "allow_http", "Yes", "yes or no" },                              \
	{                                                                               \
		section, "allow_http", "1", "yes or no"                                 \
	}
#define URL_BAD(section)                                                                \
	{ section, "url", "host.example", "https://HOST or http://HOST" },              \
	    { section, "url", "ftp://host.example", "https://HOST or http://HOST" },    \
	    { section, "url", "https://", "https://HOST or http://HOST" },              \
	    { section, "url", "https:///path", "https://HOST or http://HOST" },         \
	    { section, "url", "https://host.example:99999",                             \
		    "https://HOST or http://HOST" },                                    \
	    { section, "url", "https://a b/", "https://HOST or http://HOST" },          \
	    { section, "url", "https://\xe2\x98\x83\xe2\x80\xae.example/",              \
		    "xn-- form" },                                                      \
	    { section, "url", "https://me:hidden@host.example", "a user or password" }, \
	    { section, "url", "https://me@host.example", "a user or password" },        \
	    { section, "url", "https://host.example/?a=b", "a query or fragment" },     \
	    { section, "url", "https://host.example/#top", "a query or fragment" },     \
	    { section, "url", "http://host.example", "allow_http = yes" },              \
	    { section, "url", "HTTP://192.0.2.7:9200", "allow_http = yes" },            \
	    { section, "url", "http://127.example/", "allow_http = yes" },              \
	    { section, "url", "http://localhost.example/", "allow_http = yes" },        \
	    { section, "url", "http://128.0.0.1/", "allow_http = yes" },                \
	    { section, "url", "http://[::2]/", "allow_http = yes" },                    \
	{                                                                               \
		section, "url", "", "has no value"                                      \
	}

static const struct {
	const char *section, *key, *value, *words;
} bad_values[] = {
	{ "general", "log_level", "debug", "expected error, warning or info" },
	{ "general", "metrics_dir", "metrics", "an absolute path" },
	{ "database", "path", "pot.db", "an absolute path" },
	{ "enricher", "unknown_again", "1h, soon", "a list of durations" },
	{ "enricher", "pace", "slow", "expected fast or even" },
	{ "enricher", "unknown_again", "1 h", "a list of durations" },
	{ "enricher", "known_again", "7", "or never" },
	{ "database", "path", "\"/srv/pot.db\"", "in quotation marks" },
	{ "publisher", "user", "'potpress'", "in quotation marks" },
	{ "database", "path", "/srv/", "an absolute path" },
	{ "database", "path", "", "has no value" },
	{ "database", "path", " ; /srv/pot.db", "has no value" },
	{ "collector", "user", "a:b", "has a ':'" },
	{ "collector", "user", "", "has no value" },
	{ "collector", "password_file", "password", "an absolute path" },
	{ "collector", "password_file", "@absent", "absent" },
	{ "collector", "api_key_file", "key", "an absolute path" },
	{ "collector", "index", "", "has no value" },
	{ "collector", "profiles", "cowrie, dionaea",
	    "'dionaea'; expected one or more of cowrie, " },
	{ "collector", "profiles", "cow",
	    "one or more of cowrie, adbhoney, h0neytr4p, log4pot and honeytrap, separated" },
	{ "collector", "profiles", "cowrie h0neytr4p",
	    "one or more of cowrie, adbhoney, h0neytr4p, log4pot and honeytrap, separated" },
	{ "collector", "profiles", "cowrie,", "an empty element" },
	URL_BAD("collector"),
	TRANSPORT_BAD("collector"),
	{ "enricher", "api_key_file", "key", "an absolute path" },
	{ "enricher", "account", "", "has no value" },
	{ "enricher", "user_id", "", "has no value" },
	URL_BAD("enricher"),
	TRANSPORT_BAD("enricher"),
	{ "malwarebazaar", "api_key_file", "key", "an absolute path" },
	{ "malwarebazaar", "api_key_file", "@absent", "absent" },
	{ "malwarebazaar", "account", "", "has no value" },
	URL_BAD("malwarebazaar"),
	TRANSPORT_BAD("malwarebazaar"),
	{ "publisher", "user", "pot:press", "has a ':'" },
	{ "publisher", "password_file", "password", "an absolute path" },
	{ "publisher", "language", "de", "expected en or ja" },
	{ "publisher", "language", "en ja", "expected en or ja" },
	{ "publisher", "language", "e", "expected en or ja" },
	{ "publisher", "status", "published", "expected publish or draft" },
	{ "general", "timezone", "Asia/Tokio", "package tzdata" },
	{ "general", "timezone", "../../../etc/passwd", "a time zone" },
	{ "general", "timezone", "/etc/localtime", "a time zone" },
	{ "general", "timezone", "Asia", "a time zone" },
	{ "general", "timezone", "zone.tab", "a time zone" },
	{ "publisher", "category", "", "has no value" },
	{ "publisher", "sample_posts", "some", "expected all, noteworthy or none" },
	{ "publisher", "posts_per_day", "0", "expected" },
	{ "publisher", "digest", "hourly", "expected one or more of daily" },
	{ "publisher", "digest_category", "", "has no value" },
	{ "publisher", "digest_after", "8d", "expected" },
	{ "publisher", "digest_catch_up", "0", "expected" },
	{ "publisher", "charts", "none", "expected" },
	{ "publisher", "map", "Natural Earth", "expected" },
	{ "publisher", "digest", "none, daily",
	    "must be none alone, or a list of digests" },
	{ "publisher", "engine_names", "all", "expected folded or none" },
	{ "publisher", "api_url", "wp-json", "https://HOST or http://HOST" },
	{ "publisher", "api_url", "https://other.example/wp-json", "of url" },
	{ "publisher", "api_url", "http://blog.example/wp-json", "of url" },
	{ "publisher", "api_url", "https://blog.example:8443/", "of url" },
	{ "publisher", "private", "203.0.113.0/33", "networks" },
	{ "collector", "count_attacks", "on", "yes or no" },
	{ "collector", "stories", "1", "yes or no" },
	{ "general", "monitors", "nagios.example", "a list of addresses" },
	{ "general", "monitors", "192.0.2.0/33", "a list of addresses" },
	{ "publisher", "private", "203.0.113/24", "networks" },
	{ "publisher", "private", "2001:db8::/129", "networks" },
	{ "publisher", "private", "203.0.113.256", "addresses" },
	{ "publisher", "private", "203.0.113", "addresses" },
	{ "publisher", "private", "2001:db8:::7", "addresses" },
	{ "publisher", "private", "*.example", "*.DOMAIN" },
	{ "publisher", "private", "pot*.example.org", "*.DOMAIN" },
	{ "publisher", "private", "*.*.example.org", "*.DOMAIN" },
	{ "publisher", "private", "a,,b", "an empty element" },
	{ "publisher", "private", "a,;b", "begins with ';'" },
	{ "publisher", "sensor_names", "Tokyo", "HOST: NAME" },
	{ "publisher", "sensor_names", "host-a:", "HOST: NAME" },
	{ "publisher", "sensor_names", ": Tokyo", "HOST: NAME" },
	{ "publisher", "sensor_names", "host-a:;x", "HOST: NAME" },
	URL_BAD("publisher"),
	TRANSPORT_BAD("publisher"),
};

static void
test_values(void)
{
	for (size_t i = 0; i < COUNT(good_values); i++)
		expect_value(good_values[i].section, good_values[i].key,
		    good_values[i].value,
		    good_values[i].shown ? good_values[i].shown : good_values[i].value);
	for (size_t i = 0; i < COUNT(bad_values); i++)
		expect_problem(bad_values[i].section, bad_values[i].key,
		    bad_values[i].value, bad_values[i].words);
}

/* Asia/Tokyo is known exactly when the system has a database of zones. */
static void
test_timezone(void)
{
	bool there = access("/usr/share/zoneinfo/Asia/Tokyo", R_OK) == 0;

	if (there)
		expect_value("general", "timezone", "Asia/Tokyo", "Asia/Tokyo");
	else
		expect_problem("general", "timezone", "Asia/Tokyo", "package tzdata");
}

/* ---- the tables */

static bool
is_tested(const char *section, const char *key, bool with_defaults)
{
	for (size_t i = 0; with_defaults && i < COUNT(defaults); i++)
		if (strcmp(defaults[i].section, section) == 0 &&
		    strcmp(defaults[i].key, key) == 0)
			return true;
	for (size_t i = 0; with_defaults && i < COUNT(required); i++)
		if (strcmp(required[i].section, section) == 0 &&
		    strcmp(required[i].key, key) == 0)
			return true;
	for (size_t i = 0; !with_defaults && i < COUNT(ranges); i++)
		if (strcmp(ranges[i].section, section) == 0 &&
		    strcmp(ranges[i].key, key) == 0)
			return true;
	for (size_t i = 0; !with_defaults && i < COUNT(bad_values); i++)
		if (strcmp(bad_values[i].section, section) == 0 &&
		    strcmp(bad_values[i].key, key) == 0)
			return true;
	return false;
}

static bool
offset_is_own(const struct config_section *s, const struct key *k)
{
	for (const struct key *p = s->keys; p->name; p++)
		if (p != k && (p->offset == k->offset || strcmp(p->name, k->name) == 0))
			return false;
	return true;
}

static void
test_tables(void)
{
	char *help = NULL, *mdoc = NULL;
	size_t help_len = 0, mdoc_len = 0;
	FILE *to_help = open_memstream(&help, &help_len),
	     *to_mdoc = open_memstream(&mdoc, &mdoc_len);
	size_t sections = 0;

	for (const struct config_section *s = config_sections; s->name; s++)
		config_help(s->name, to_help);
	config_mdoc(to_mdoc);
	fclose(to_help);
	fclose(to_mdoc);
	for (const struct config_section *s = config_sections; s->name; s++, sections++) {
		size_t keys = 0;
		char heading[80];
		const char *page;

		snprintf(heading, sizeof(heading), ".Ss Section %s%s\n", s->name,
		    s->size > 0 ? " NAME" : "");
		page = strstr(mdoc, heading);
		if (!page)
			page = "";
		for (const struct key *k = s->keys; k->name; k++, keys++) {
			char start[80], item[80];

			snprintf(start, sizeof(start), "\n  %s ", k->name);
			snprintf(
			    item, sizeof(item), "\n.It Ic %s\n%.20s", k->name, k->help);
			/* [alert NAME] has a test of its own: test_config_alert. */
			check(s->size > 0 || is_tested(s->name, k->name, true),
			    "%s.%s: its default is tested", s->name, k->name);
			check(s->size > 0 || is_tested(s->name, k->name, false),
			    "%s.%s: wrong values are tested", s->name, k->name);
			check(offset_is_own(s, k),
			    "%s.%s has a place and a name of its own", s->name, k->name);
			check(strstr(help, start) != NULL, "%s.%s is in --help", s->name,
			    k->name);
			check(strstr(page, item) &&
				  strstr(page, item) < strstr(page, ".El\n"),
			    "%s.%s is in the man page, with its help", s->name, k->name);
			check(k->help[strlen(k->help) - 1] == '.',
			    "%s.%s is explained in a sentence", s->name, k->name);
		}
		check(keys < CONFIG_KEYS_MAX, "[%s] fits the reader's tables", s->name);
	}
	check(sections < CONFIG_PARTS_MAX, "the sections fit the reader's tables");
	ok(strstr(mdoc, "credential enricher.api_key") &&
		strstr(mdoc, "credential alert NAME.url") &&
		!strstr(mdoc, "credential alert.url"),
	    "credentials have the names under which they are looked for");
	free(help);
	free(mdoc);
}

static void
test_help(void)
{
	char *help = NULL;
	size_t len = 0, longest = 0;
	FILE *to = open_memstream(&help, &len);

	config_help("enricher", to);
	fclose(to);
	for (const char *p = help; *p; p += strcspn(p, "\n") + 1)
		if (strcspn(p, "\n") > longest)
			longest = strcspn(p, "\n");
	check(
	    longest <= 90 && longest > 60, "--help fits into 90 columns (%zu)", longest);
	ok(strstr(help, "[database]") && strstr(help, "[enricher]"),
	    "--help tells the program's sections");
	ok(!strstr(help, "[publisher]") && !strstr(help, "[collector]"),
	    "--help tells no other sections");
	ok(strstr(help, " 6000; default 4)"), "--help tells range and default");
	free(help);
}

/* ---- a full file: each value arrives in its own member */

static void
put_transport(struct buf *b, const char *host, const char *seconds)
{
	buf_printf(b, "ca_file = %s\npinned_public_key = " PIN "\nconnect_to = %s:443\n",
	    path_of("ca.crt"), host);
	buf_printf(
	    b, "proxy = socks5://%s\ntimeout = %s\nallow_http = yes\n", host, seconds);
	buf_printf(b, "proxy_user = me\nproxy_password_file = %s\n", path_of("password"));
}

static void
full_file(struct buf *b)
{
	buf_puts(b,
	    "\xEF\xBB\xBF; a file with every key\n# and both kinds of comment\n"
	    "[general]\ntimezone = UTC\nlog_level = warning\n"
	    "metrics_dir = /srv/metrics\nkeep_sightings = 90\nkeep_addresses = 30\n"
	    "monitors = 192.0.2.4, 192.0.2.8/30\n"
	    "[database]\npath = /srv/pot.db\n\n[collector]   ; the T-Pot\n"
	    "  url = http://tpot.example/es  ; plain, and permitted\n"
	    "\tuser: reader\nindex=pot-*\n");
	buf_printf(b, "password_file = %s\n", path_of("password"));
	buf_puts(b,
	    "profiles = cowrie, h0neytr4p\r\ninterval = 7m\nstart = 3d\nflood = 9\nquiet_after = 2d\n"
	    "count_attacks = no\nstories = no\n");
	put_transport(b, "collector.example", "11s");
	buf_printf(b, "[enricher]\nurl = https://vt.example\napi_key_file = %s\n",
	    path_of("api.key"));
	buf_puts(b,
	    "account = second\nuser_id = jdoe\nper_minute = 11\nper_day = 12\nper_month = 13\n"
	    "concurrency = 14\nonce_limit = 15s\nmalicious_from = 16\nverdicts_min = "
	    "17\nunknown_again = 2h, 2d\nknown_again = never\nreserve = 18\n"
	    "backlog = 19h\npace = even\n");
	put_transport(b, "enricher.example", "12s");
	buf_printf(b,
	    "[publisher]\nurl = https://blog.example/sub\nuser = potpress\n"
	    "password_file = %s\n",
	    path_of("password"));
	buf_puts(b,
	    "language = ja\nstatus = draft\ncategory = pots\n"
	    "sample_posts = all\npublish_after = 2h\nengine_names = none\n"
	    "private = 203.0.113.10, my-sensor\nprivate = other\n"
	    "sensor_names = host-a: Tokyo, host-b: New York\n"
	    "sensor_names = host-c: Lima\n");
	put_transport(b, "publisher.example", "13s");
}

static void
check_transport(const struct service_config *c, const char *host, int64_t seconds)
{
	char text[80];

	is_text(c->ca_file, path_of("ca.crt"), "ca_file arrives");
	is_text(c->pinned_public_key, PIN, "pinned_public_key arrives");
	snprintf(text, sizeof(text), "%s:443", host);
	is_text(c->connect_to, text, "connect_to arrives");
	snprintf(text, sizeof(text), "socks5://%s", host);
	is_text(c->proxy, text, "proxy arrives");
	is_text(c->proxy_user, "me", "proxy_user arrives");
	is_text(c->proxy_password.bytes, SECRET_TEXT, "proxy_password arrives");
	is_int(c->timeout_s, seconds, "timeout arrives");
	ok(c->allow_http, "allow_http arrives");
}

static void
full_collector(const char *text)
{
	const struct collector_config *c;
	struct run r;

	run_text(&r, "collector", text);
	c = &r.config.collector;
	is_text(
	    buf_text(&r.problems), "", "a full file has no problems for the collector");
	is_text(r.config.path, path_of("conf"), "the path of the file is kept");
	is_text(r.config.database.path, "/srv/pot.db", "database.path arrives");
	is_text(c->service.url, "http://tpot.example/es", "collector.url arrives");
	is_text(c->service.user, "reader", "collector.user arrives");
	is_text(c->service.password.bytes, SECRET_TEXT, "collector.password arrives");
	is_text(c->index, "pot-*", "collector.index arrives");
	is_int((int64_t)c->profiles.count, 2, "collector.profiles arrives");
	is_text(c->profiles.items[1], "h0neytr4p", "collector.profiles keeps its order");
	is_int(c->interval_s, 420, "collector.interval arrives");
	is_int(c->start_s, 259200, "collector.start arrives");
	ok(!c->count_attacks && !c->stories,
	    "collector.count_attacks and collector.stories arrive");
	is_int(c->flood, 9, "collector.flood arrives");
	is_int(c->quiet_after_s, 172800, "collector.quiet_after arrives");
	check_transport(&c->service, "collector.example", 11);
	ok(!secret_is_set(&r.config.enricher.service.password),
	    "secrets of other sections stay unread");
	run_done(&r);
}

static void
full_enricher(const char *text)
{
	const struct enricher_config *c;
	struct run r;

	run_text(&r, "enricher", text);
	c = &r.config.enricher;
	is_text(
	    buf_text(&r.problems), "", "a full file has no problems for the enricher");
	is_text(c->service.url, "https://vt.example", "enricher.url arrives");
	is_text(c->service.password.bytes, API_KEY_TEXT, "enricher.api_key arrives");
	is_text(c->account, "second", "enricher.account arrives");
	is_text(c->user_id, "jdoe", "enricher.user_id arrives");
	is_int(c->per_minute, 11, "enricher.per_minute arrives");
	is_int(c->per_day, 12, "enricher.per_day arrives");
	is_int(c->per_month, 13, "enricher.per_month arrives");
	is_int(c->concurrency, 14, "enricher.concurrency arrives");
	is_int(c->once_limit_s, 15, "enricher.once_limit arrives");
	is_int(c->malicious_from, 16, "enricher.malicious_from arrives");
	is_int(c->verdicts_min, 17, "enricher.verdicts_min arrives");
	is_int((int64_t)c->unknown_again.count, 2,
	    "enricher.unknown_again takes the default's place");
	is_text(c->unknown_again.items[1], "2d", "... and arrives");
	is_text(c->known_again.items[0], "never", "enricher.known_again arrives");
	is_int(c->reserve, 18, "enricher.reserve arrives");
	is_int(c->backlog_s, 68400, "enricher.backlog arrives");
	is_text(c->pace, "even", "enricher.pace arrives");
	check_transport(&c->service, "enricher.example", 12);
	ok(!r.config.publisher.service.url, "values of other sections stay unread");
	run_done(&r);
}

static void
full_publisher(const char *text)
{
	const struct publisher_config *c;
	struct run r;

	run_text(&r, "publisher", text);
	c = &r.config.publisher;
	is_text(
	    buf_text(&r.problems), "", "a full file has no problems for the publisher");
	is_text(c->service.url, "https://blog.example/sub", "publisher.url arrives");
	is_text(c->service.user, "potpress", "publisher.user arrives");
	is_text(c->service.password.bytes, SECRET_TEXT, "publisher.password arrives");
	is_text(c->language, "ja", "publisher.language arrives");
	is_text(c->status, "draft", "publisher.status arrives");
	is_text(r.config.general.timezone, "UTC", "general.timezone arrives");
	is_int((long long)r.config.general.monitors.count, 2, "general.monitors arrive");
	is_text(r.config.general.log_level, "warning", "general.log_level arrives");
	is_text(
	    r.config.general.metrics_dir, "/srv/metrics", "general.metrics_dir arrives");
	is_int(r.config.general.keep_sightings, 90, "general.keep_sightings arrives");
	is_int(r.config.general.keep_addresses, 30, "general.keep_addresses arrives");
	is_text(c->category, "pots", "publisher.category arrives");
	is_text(c->sample_posts, "all", "publisher.sample_posts arrives");
	is_text(c->engine_names, "none", "publisher.engine_names arrives");
	is_int(c->publish_after_s, 7200, "publisher.publish_after arrives");
	is_int((int64_t)c->private_words.count, 3, "repeated list keys add up");
	is_text(c->private_words.items[0], "203.0.113.10", "publisher.private arrives");
	is_text(c->private_words.items[2], "other", "publisher.private goes on");
	is_int((int64_t)c->sensor_names.count, 3, "publisher.sensor_names adds up");
	is_text(c->sensor_names.items[1], "host-b: New York",
	    "publisher.sensor_names arrives");
	check_transport(&c->service, "publisher.example", 13);
	run_done(&r);
}

static void
test_full(void)
{
	auto_buf text = BUF_INIT(TEXT_MAX);

	full_file(&text);
	full_collector(buf_text(&text));
	full_enricher(buf_text(&text));
	full_publisher(buf_text(&text));
}

/* `wanted`: lines without the path, "2: sentence\n"; a sentence ending in "..." may
 * go on. */
static bool
problems_are(const struct run *r, const char *wanted)
{
	const char *got = buf_text(&r->problems), *path = path_of("conf");

	while (*wanted) {
		size_t len = strcspn(wanted, "\n"), open = 0;

		if (len > 3 && memcmp(wanted + len - 3, "...", 3) == 0)
			open = 3;
		if (strncmp(got, path, strlen(path)) != 0 || got[strlen(path)] != ':')
			return false;
		got += strlen(path) + 1;
		if (strncmp(got, wanted, len - open) != 0)
			return false;
		got += open ? strcspn(got, "\n") : len;
		if (*got != '\n')
			return false;
		got++;
		wanted += len + 1;
	}
	return *got == '\0';
}

/* ---- a section that may be repeated */

struct alert_values {
	char *target, *token_file;
	struct secret token;
	int64_t limit;
};

/* A configuration of the test's own: it begins with the real struct. */
struct alerts_config {
	struct config base;
	struct named alerts;
};

static const struct key alert_keys[] = {
	{ "target", KEY_TEXT, offsetof(struct alert_values, target), .required = true,
	    .help = "Where it goes." },
	{ "token_file", KEY_SECRET, offsetof(struct alert_values, token_file),
	    .secret = offsetof(struct alert_values, token), .help = "Who we are." },
	{ "limit", KEY_INT, offsetof(struct alert_values, limit), "7", 1, 9,
	    .help = "How many." },
	{ 0 },
};

static void
check_alert(struct config_reader *r, struct config_part *p, void *values)
{
	const struct alert_values *v = values;

	if (v->target && strcmp(v->target, "nowhere") == 0)
		config_problem(
		    r, config_line(r, p, "target"), "target in [%s] is bad", p->label);
}

static const struct config_section alert_sections[] = {
	{ "publisher", config_general_keys, .help = "Its own.",
	    .offset = offsetof(struct config, general) },
	{ "alert", alert_keys, "One of many.", offsetof(struct alerts_config, alerts),
	    .size = sizeof(struct alert_values), .of = "publisher",
	    .check = check_alert },
	{ 0 },
};

static void
run_alerts(struct run *r, struct alerts_config *c, const char *own, const char *text)
{
	*r = (struct run){ .problems = BUF_INIT(TEXT_MAX) };
	*c = (struct alerts_config){ .alerts = { .count = 0 } };
	write_file("conf", text, strlen(text), 0600);
	r->good = config_read_sections(
	    &c->base, alert_sections, own, path_of("conf"), &r->problems, &r->e);
}

static void
test_repeated_values(void)
{
	auto_buf text = BUF_INIT(TEXT_MAX), shown = BUF_INIT(TEXT_MAX);
	struct alerts_config c;
	const struct alert_values *a, *b;
	struct run r;

	buf_puts(&text, "[alert ops]\ntarget = x\n[alert  home]\ntarget = y\n");
	put_line(&text, "token_file", "@api.key");
	buf_puts(&text, "[publisher]\n[alert ops]\nlimit = 9\n");
	run_alerts(&r, &c, "publisher", buf_text(&text));
	a = c.alerts.values[0];
	b = c.alerts.values[1];
	ok(r.good && c.alerts.count == 2, "a section that is repeated under two names");
	is_text(c.alerts.names[0], "ops", "the first name");
	is_text(c.alerts.names[1], "home", "the second name");
	ok(strcmp(a->target, "x") == 0 && strcmp(b->target, "y") == 0,
	    "each has values of its own");
	ok(a->limit == 9 && b->limit == 7, "goes on later, or has the default");
	is_text(b->token.bytes, API_KEY_TEXT, "and secrets of its own");
	show(&c.base, &shown);
	ok(strstr(buf_text(&shown),
	       "[alert ops]\ntarget = x\n; token_file =\nlimit = 9\n"
	       "\n[alert home]\ntarget = y\ntoken_file = /"),
	    "both are shown");
	config_done(&c.base);
	buf_done(&r.problems);
}

static void
test_repeated_problems(void)
{
	struct alerts_config c;
	struct run r;

	run_alerts(&r, &c, "publisher",
	    "[alert]\n[alert a/b]\n[alert x]\nlimit = 10\nlimt = 3\n[alert y]\n"
	    "target = nowhere\n[alert x]\nlimit = 1\n");
	ok(problems_are(&r,
	       "1: [alert] needs a name of letters...\n"
	       "2: [alert] needs a name of letters...\n"
	       "4: limit in [alert x] is '10', which is out of range...\n"
	       "5: unknown key 'limt' in [alert x]; the nearest known one is 'limit'\n"
	       "9: limit in [alert x] is given twice, first on line 4...\n"
	       "3: target is missing in [alert x]: Where it goes.\n"
	       "7: target in [alert y] is bad\n"),
	    "problems of a repeated section name it");
	config_done(&c.base);
	buf_done(&r.problems);
	run_alerts(&r, &c, "other", "[alert x]\nlimit = 10\n");
	ok(r.good && c.alerts.count == 0, "another program leaves it alone");
	config_done(&c.base);
	buf_done(&r.problems);
}

/* ---- --show-config */

static void
round_trip(const char *program, const char *text, const char *name)
{
	auto_buf first = BUF_INIT(TEXT_MAX), second = BUF_INIT(TEXT_MAX);
	struct run r;

	run_text(&r, program, text);
	show(&r.config, &first);
	run_done(&r);
	run_text(&r, program, buf_text(&first));
	show(&r.config, &second);
	check(r.good, "what %s shows of %s can be read again", program, name);
	is_text(buf_text(&second), buf_text(&first), "and gives the same values");
	ok(!strstr(buf_text(&first), SECRET_TEXT) &&
		!strstr(buf_text(&first), API_KEY_TEXT),
	    "no secret is shown");
	ok(strstr(buf_text(&first), "_file = /"), "but the name of its file is");
	run_done(&r);
}

static void
test_show(void)
{
	auto_buf text = BUF_INIT(TEXT_MAX), small = BUF_INIT(TEXT_MAX);

	full_file(&text);
	round_trip("collector", buf_text(&text), "a full file");
	round_trip("enricher", buf_text(&text), "a full file");
	round_trip("publisher", buf_text(&text), "a full file");
	buf_puts(&small, "[collector]\nurl = https://a.example\n");
	put_line(&small, "api_key_file", "@api.key");
	buf_puts(&small, "[enricher]\n");
	put_required(&small, "enricher", "");
	buf_puts(&small, "[publisher]\n");
	put_required(&small, "publisher", "");
	round_trip("collector", buf_text(&small), "a small file");
	round_trip("enricher", buf_text(&small), "a small file");
	round_trip("publisher", buf_text(&small), "a small file");
}

/* ---- what a file can get wrong as a whole */

static void
expect_problems(
    const char *program, const char *text, const char *wanted, const char *name)
{
	struct run r;

	run_text(&r, program, text);
	ok(!r.good && problems_are(&r, wanted), name);
	if (!problems_are(&r, wanted))
		printf("# got:\n%s# wanted:\n%s", buf_text(&r.problems), wanted);
	run_done(&r);
}

#define COLLECTOR "[collector]\nurl = https://a.example\n"

static void
test_names(void)
{
	auto_buf text = BUF_INIT(TEXT_MAX);

	buf_puts(&text, "[publisher]\nlang = en\n");
	put_required(&text, "publisher", "");
	expect_problems("collector", COLLECTOR "intervall = 1m\n",
	    "3: unknown key 'intervall' in [collector]; the nearest known one is "
	    "'interval'\n",
	    "an unknown key, with the nearest one");
	expect_problems("publisher", buf_text(&text),
	    "2: unknown key 'lang' in [publisher]; the nearest known one is 'language'\n",
	    "the beginning of a key");
	expect_problems("collector", COLLECTOR "per_minute = 1\n",
	    "3: unknown key 'per_minute' in [collector]; it belongs in [enricher]\n",
	    "a key of another section");
	expect_problems("collector",
	    COLLECTOR "[publisher]\nlanguag = xx\nstatus = maybe\n",
	    "4: unknown key 'languag' in [publisher]; the nearest known one is "
	    "'language'\n",
	    "of other sections the names are checked, not the values");
	expect_problems("collector", COLLECTOR "[publisher]\ntimezone = UTC\n",
	    "4: unknown key 'timezone' in [publisher]; it belongs in [general]\n",
	    "a key that has moved to another section");
	expect_problems("collector", "[collector main]\n" COLLECTOR,
	    "1: unknown section [collector main]...\n",
	    "a name where a section has none");
	expect_problems("collector", COLLECTOR "[databse]\n",
	    "3: unknown section [databse]; the nearest known one is [database]\n",
	    "an unknown section without a key, with the nearest one");
	expect_problems("collector", COLLECTOR "[source]\n[mysource north]\n",
	    "3: unknown section [source]; there are [general], [database], [collector], "
	    "[enricher], [malwarebazaar], [publisher], [alert NAME]\n"
	    "4: unknown section [mysource north]; there are [general]...\n",
	    "a section that is near to none");
	expect_problems("collector", COLLECTOR "[general]\ncolour = red\n",
	    "4: unknown key 'colour' in [general]; its keys are timezone...\n",
	    "a key that is near to none");
	expect_problems("collector", "[Enricher]\nper_minute = 1\n" COLLECTOR,
	    "1: unknown section [Enricher]; the nearest known one is [enricher]\n",
	    "keys of an unknown section are no problems of their own");
	expect_problems("collector", COLLECTOR "[enricher\n[enricher] x\n[]\n",
	    "3: a section header is a name in brackets...\n"
	    "4: a section header is a name in brackets...\n"
	    "5: unknown section []...\n",
	    "section headers that are none");
	expect_problems("collector", COLLECTOR "INTERVAL = 1m\n",
	    "3: unknown key 'INTERVAL' in [collector]; the nearest known one is "
	    "'interval'\n",
	    "names have their case");
	expect_problems("collector", COLLECTOR "= 1m\n",
	    "3: unknown key '' in [collector]...\n", "a line without a key");
}

/* A misspelt form of every key gives that key as the nearest. */
static void
test_every_typo(void)
{
	for (const struct config_section *s = config_sections; s->name; s++) {
		for (const struct key *k = s->keys; k->name; k++) {
			char typo[64], nearest[80], text[200];
			struct run r;

			snprintf(typo, sizeof(typo), "%.*s_%s", 2, k->name, k->name + 2);
			snprintf(nearest, sizeof(nearest), "nearest known one is '%s'",
			    k->name);
			snprintf(text, sizeof(text), COLLECTOR "[%s%s]\n%s = x\n",
			    s->name, s->size > 0 ? " x" : "", typo);
			run_text(&r, "collector", text);
			check(!r.good &&
				  strstr(buf_text(&r.problems), ":4: unknown key") &&
				  strstr(buf_text(&r.problems), nearest),
			    "%s.%s: %s is near to it", s->name, k->name, typo);
			run_done(&r);
		}
	}
}

static void
expect_twice(const char *section, const struct key *k)
{
	char text[300], words[160], label[80];
	bool list = config_is_list(k);
	struct run r;

	snprintf(label, sizeof(label), "%s%s", section,
	    config_section_of(section)->size > 0 ? " x" : "");
	section = label;
	/* Of a section that is not read, so that any value does. */
	snprintf(
	    text, sizeof(text), "[%s]\n%s = x\n\n%s = x\n", section, k->name, k->name);
	run_text(&r, strcmp(section, "collector") == 0 ? "enricher" : "collector", text);
	snprintf(words, sizeof(words), ":4: %s in [%s] is given twice, first on line 2",
	    k->name, section);
	check(!strstr(buf_text(&r.problems), words) == list, "%s.%s %s twice", section,
	    k->name, list ? "may be given" : "is refused");
	run_done(&r);
}

static void
test_twice(void)
{
	for (const struct config_section *s = config_sections; s->name; s++)
		for (const struct key *k = s->keys; k->name; k++)
			expect_twice(s->name, k);
	expect_problems("collector",
	    COLLECTOR "[collector]\nindex = a\nurl = https://b.example\n",
	    "5: url in [collector] is given twice, first on line 2; keep one of them\n",
	    "a section may go on later, its keys are counted together");
}

static void
test_lines(void)
{
	expect_problems("collector", "url = x\n" COLLECTOR "just words\nhttps\n",
	    "1: a key before any [section]...\n"
	    "4: the line is neither KEY = VALUE nor [SECTION] nor a comment\n"
	    "5: the line is neither KEY = VALUE nor [SECTION] nor a comment\n",
	    "lines that are none");
	expect_problems("collector", COLLECTOR "index = a\n   more\n",
	    "4: the line is neither KEY...\n",
	    "an indented line does not continue another");
	expect_problems("collector", COLLECTOR "index = \x01\nindex = a\xff\nindex = b\n",
	    "3: the line has a control character...\n4: the line has bytes in it that "
	    "are not...\n",
	    "control characters and broken text");
	expect_problems("collector",
	    COLLECTOR
	    "index =\xC2\xA0"
	    "a\n# a\xC2\xA0"
	    "b\n\xEF\xBB\xBF[enricher]\n",
	    "3: the line has a no-break space (U+00A0) in it; remove it\n"
	    "5: the line has a byte order mark (U+FEFF) in it; remove it\n",
	    "characters that cannot be seen, but in comments");
	expect_problems(
	    "collector", "", "1: url is missing in [collector]: ...\n", "an empty file");
	expect_problems("collector", "\n\n; nothing\n",
	    "3: url is missing in [collector]: ...\n", "a file of comments");
}

static void
test_nul_and_bom(void)
{
	static const char nul[] = COLLECTOR "index = a\0b\nindex = c\n";
	static const char two_boms[] = "\xEF\xBB\xBF\xEF\xBB\xBF[collector]\n";
	struct run r;

	run_bytes(&r, "collector", nul, sizeof(nul) - 1);
	ok(problems_are(&r, "3: the line has a NUL byte in it...\n"),
	    "a NUL byte is refused");
	run_done(&r);
	run_text(&r, "collector", "\xEF\xBB\xBF" COLLECTOR);
	ok(r.good, "a byte order mark at the start is accepted");
	run_done(&r);
	run_text(&r, "collector", two_boms);
	ok(!r.good && r.config.collector.service.timeout_s == 50, "a second one is not");
	run_done(&r);
	run_text(&r, "collector", "[collector]\r\nurl = https://a.example\r\n");
	ok(r.good, "line ends of other systems are accepted");
	run_done(&r);
	run_text(&r, "collector", "[collector]\nurl = https://a.example");
	ok(r.good, "the last line needs no end");
	run_done(&r);
}

/* Every kind of problem in one file, and each is told with its line. */
static void
test_all_at_once(void)
{
	expect_problems("enricher",
	    "early = 1\n[database]\npath = here\n[enrich]\n[enricher]\nper_minute = "
	    "lots\n"
	    "per_day = 0\nwhat is this\nper_mont = 5\nconcurrency = 3\nconcurrency = 4\n"
	    "url = http://vt.example\n[publisher]\nsensor_name = a: b\n",
	    "1: a key before any [section]; put the line below one\n"
	    "3: path in [database] is 'here'; expected an absolute path without a slash at its end\n"
	    "4: unknown section [enrich]; the nearest known one is [enricher]\n"
	    "6: per_minute in [enricher] is 'lots'; expected a whole number from 1 to "
	    "6000\n"
	    "7: per_day in [enricher] is '0', which is out of range; expected a whole "
	    "number from "
	    "1 to 500000\n"
	    "8: the line is neither KEY = VALUE nor [SECTION] nor a comment\n"
	    "9: unknown key 'per_mont' in [enricher]; the nearest known one is "
	    "'per_month'\n"
	    "11: concurrency in [enricher] is given twice, first on line 10; keep one of "
	    "them\n"
	    "14: unknown key 'sensor_name' in [publisher]; the nearest known one is "
	    "'sensor_names'\n"
	    "5: api_key_file is missing in [enricher]: File that holds the "
	    "VirusTotal API key. (or the systemd credential enricher.api_key)\n"
	    "12: url in [enricher] is plain http to another machine: use https, or set "
	    "allow_http = yes in this section\n",
	    "eleven problems in one run, each with its line");
}

/* ---- long lines */

/* A line of `len` bytes: key, value, filler. */
static void
put_long(struct buf *b, const char *start, size_t len)
{
	buf_puts(b, start);
	for (size_t i = strlen(start); i < len; i++)
		buf_putc(b, 'a');
	buf_putc(b, '\n');
}

static void
expect_long_path(size_t len)
{
	auto_buf text = BUF_INIT(TEXT_MAX);
	struct run r;

	buf_puts(&text, COLLECTOR "[database]\n");
	put_long(&text, "path = /", len);
	buf_puts(&text, "[collector]\nindex = after\n");
	run_text(&r, "collector", buf_text(&text));
	check(r.good && strlen(r.config.database.path) == len - strlen("path = ") &&
		  strcmp(r.config.collector.index, "after") == 0,
	    "a line of %zu bytes is read whole", len);
	run_done(&r);
}

static void
test_long_lines(void)
{
	static const size_t lengths[] = { 190, 195, 196, 197, 198, 199, 200, 201, 202,
		255, 256, 1000, CONFIG_LINE_MAX - 100 };
	auto_buf text = BUF_INIT(TEXT_MAX), list = BUF_INIT(TEXT_MAX),
		 key = BUF_INIT(TEXT_MAX);
	struct run r;

	for (size_t i = 0; i < COUNT(lengths); i++)
		expect_long_path(lengths[i]);
	buf_puts(&text, COLLECTOR);
	put_long(&text, "; ", CONFIG_LINE_MAX);
	put_long(&text, "index = ", CONFIG_LINE_MAX + 1);
	put_long(&text, "; ", CONFIG_LINE_MAX + 1);
	put_long(&text, "index = ", CONFIG_LINE_MAX);
	buf_puts(&text, "intervall = 1m\n");
	expect_problems("collector", buf_text(&text),
	    "4: the line is too long: 4001 bytes, at most 4000; a list key may be "
	    "repeated, with "
	    "a few elements on each line\n5: the line is too long...\n"
	    "6: index in [collector] is too long, at most 3900 bytes\n7: unknown "
	    "key...\n",
	    "a line too long is a problem, and the lines after it are read");
	buf_puts(&key, COLLECTOR);
	put_long(&key, "index", 300);
	put_long(&key, "index = x ; ", 300);
	put_long(&key, "a", 250);
	key.ptr[key.len - 10] = '=';
	expect_problems("collector", buf_text(&key),
	    "3: the line is neither KEY...\n5: unknown key 'aaaa...\n",
	    "long lines without a key, and a long comment");
	buf_puts(&list, "[publisher]\n");
	put_required(&list, "publisher", "");
	buf_puts(&list, "private = word0");
	for (int i = 1; i < CONFIG_LIST_MAX; i++)
		buf_printf(&list, ",word%d", i);
	buf_puts(&list, " ; the end\n");
	run_text(&r, "publisher", buf_text(&list));
	ok(r.good && r.config.publisher.private_words.count == CONFIG_LIST_MAX &&
		strcmp(r.config.publisher.private_words.items[255], "word255") == 0,
	    "a list as long as may be");
	run_done(&r);
	buf_puts(&list, "private = one more\n");
	expect_problems("publisher", buf_text(&list),
	    "6: private in [publisher] has more than 256 elements\n",
	    "a list that is longer");
}

/* ---- files that cannot be read */

static void
expect_unreadable(const char *name, const char *words, const char *what)
{
	struct run r = { .problems = BUF_INIT(TEXT_MAX) };

	r.good = config_read(&r.config, "collector", path_of(name), &r.problems, &r.e);
	ok(!r.good && r.e.fault == FAULT_CONFIG && strstr(buf_text(&r.problems), words) &&
		strstr(buf_text(&r.problems), "-c FILE") &&
		strncmp(buf_text(&r.problems), path_of(name), strlen(path_of(name))) == 0,
	    what);
	run_done(&r);
}

/* Nobody reads a file of mode 0 but root, who reads it here as another user. */
static void
test_closed_file(void)
{
	uid_t me = geteuid();

	write_file("closed.conf", COLLECTOR, strlen(COLLECTOR), 0);
	ok(me != 0 || seteuid(1) == 0, "as a user who is not root");
	expect_unreadable("closed.conf", "Permission denied", "a file we may not read");
	expect_unreadable("closed.conf", me ? "user " : "user daemon may not read it",
	    "... names the user who may not");
	ok(seteuid(me) == 0, "back to ourselves");
}

static void
test_files(void)
{
	char *large = malloc(CONFIG_FILE_MAX + 1);

	expect_unreadable("absent.conf", "No such file", "a file that is not there");
	expect_unreadable("", "Is a directory", "a directory");
	memset(large, '\n', CONFIG_FILE_MAX + 1);
	write_file("large.conf", large, CONFIG_FILE_MAX + 1, 0600);
	expect_unreadable("large.conf", "larger than 1 MiB", "a file that is too large");
	free(large);
	test_closed_file();
}

/* ---- secrets */

static void
expect_secret_problem(
    const char *program, const char *text, const char *words, const char *name)
{
	struct run r;

	run_text(&r, program, text);
	ok(!r.good && strstr(buf_text(&r.problems), words) &&
		!strstr(buf_text(&r.problems), SECRET_TEXT) &&
		!strstr(r.e.text, SECRET_TEXT),
	    name);
	if (r.good || !strstr(buf_text(&r.problems), words))
		printf("# got: %s\n", buf_text(&r.problems));
	run_done(&r);
}

static void
test_secrets(void)
{
	auto_buf text = BUF_INIT(TEXT_MAX);
	char where[200];

	write_file("open.key", SECRET_TEXT "\n", sizeof(SECRET_TEXT), 0644);
	buf_puts(&text, "[enricher]\n");
	put_line(&text, "api_key_file", "@open.key");
	snprintf(
	    where, sizeof(where), "%s:2: api_key_file in [enricher]: ", path_of("conf"));
	expect_secret_problem("enricher", buf_text(&text), where,
	    "a secret that others may read is refused, with the line");
	expect_secret_problem("enricher", buf_text(&text), path_of("open.key"),
	    "the problem names the file");
	expect_secret_problem("enricher", "[enricher]\napi_key_file = " SECRET_TEXT "\n",
	    "api_key_file", "a secret in place of its file's name is not repeated");
	expect_secret_problem("enricher", "[enricher]\napi_key = " SECRET_TEXT "\n",
	    "'api_key_file'", "a secret under a wrong key is not repeated");
	expect_secret_problem("enricher", "[enricher]\n" SECRET_TEXT "\n",
	    ":2: the line is", "a secret on a line of its own is not repeated");
	expect_secret_problem("enricher",
	    "[enricher]\nurl = https://me:" SECRET_TEXT "@vt.example\n",
	    "a user or password", "a secret in a URL is not repeated");
	expect_secret_problem("enricher",
	    "[enricher]\nproxy = http://me:" SECRET_TEXT "@a.example\n",
	    "a user or password", "a secret in a proxy is not repeated");
}

/* A key file as editors and shells leave it. */
static void
expect_odd_key(const char *key, const char *words)
{
	char text[200], where[220];

	write_file("odd.key", key, strlen(key), 0600);
	snprintf(
	    text, sizeof(text), "[enricher]\napi_key_file = %s\n", path_of("odd.key"));
	snprintf(where, sizeof(where), ":2: api_key_file in [enricher]: the file has %s",
	    words);
	expect_secret_problem("enricher", text, where, words);
}

static void
test_odd_secrets(void)
{
	auto_buf text = BUF_INIT(TEXT_MAX);
	struct run r;

	expect_odd_key("\xEF\xBB\xBF" SECRET_TEXT, "a byte order mark");
	expect_odd_key("\xC2\xA0" SECRET_TEXT, "a no-break space");
	expect_odd_key("\"" SECRET_TEXT "\"", "quotation marks");
	expect_odd_key("VT_KEY=" SECRET_TEXT, "NAME= before the key");
	expect_odd_key("\xE2\x80\x9C" SECRET_TEXT, "characters that are not ASCII");
	write_file("odd.key", "aGVsbG8=", 8, 0600);
	buf_puts(&text, "[enricher]\n");
	put_line(&text, "api_key_file", "@odd.key");
	run_text(&r, "enricher", buf_text(&text));
	ok(r.good, "base64 with its '=' is a key");
	run_done(&r);
	write_file("odd.key", "pass=\"w\xC3\xB6rd\"", 12, 0600);
	buf_reset(&text);
	buf_puts(&text, COLLECTOR "user = reader\n");
	put_line(&text, "password_file", "@odd.key");
	run_text(&r, "collector", buf_text(&text));
	ok(r.good, "a password that a person chose may hold all of that");
	run_done(&r);
}

static void
test_credentials(void)
{
	auto_buf text = BUF_INIT(TEXT_MAX);
	struct run r;

	setenv("CREDENTIALS_DIRECTORY", dir, 1);
	write_file("enricher.api_key", API_KEY_TEXT "\n", sizeof(API_KEY_TEXT), 0400);
	write_file("collector.password", SECRET_TEXT, strlen(SECRET_TEXT), 0400);
	run_text(&r, "enricher", "[enricher]\n");
	ok(r.good, "a credential stands for the key's file");
	is_text(r.config.enricher.service.password.bytes, API_KEY_TEXT,
	    "its content is the key");
	show(&r.config, &text);
	ok(has_line(buf_text(&text), "; api_key_file ="), "then no file is shown");
	run_done(&r);
	buf_reset(&text);
	buf_puts(&text, "[enricher]\n");
	put_line(&text, "api_key_file", "@password");
	run_text(&r, "enricher", buf_text(&text));
	is_text(
	    r.config.enricher.service.password.bytes, SECRET_TEXT, "a file named wins");
	run_done(&r);
	run_text(&r, "collector", COLLECTOR "user = reader\n");
	ok(r.good, "a credential stands for the password of user");
	is_text(
	    r.config.collector.service.password.bytes, SECRET_TEXT, "its content is it");
	run_done(&r);
	expect_problems("publisher", "[publisher]\nurl = https://a.example\nuser = b\n",
	    "1: password_file is missing in [publisher]: ...\n",
	    "no credential, no file");
	unsetenv("CREDENTIALS_DIRECTORY");
}

/* ---- keys that belong together */

static void
expect_login(const char *user, const char *password, const char *key, const char *words)
{
	auto_buf text = BUF_INIT(TEXT_MAX);
	struct run r;

	buf_puts(&text, COLLECTOR);
	if (user)
		put_line(&text, "user", user);
	if (password)
		put_line(&text, "password_file", password);
	if (key)
		put_line(&text, "api_key_file", key);
	run_text(&r, "collector", buf_text(&text));
	check(words ? strstr(buf_text(&r.problems), words) != NULL : r.good,
	    "collector login: %s%s%s: %s", user ? "user " : "",
	    password ? "password " : "", key ? "key" : "", words ? words : "fits");
	run_done(&r);
}

static void
expect_index(int len, bool good)
{
	auto_buf text = BUF_INIT(TEXT_MAX);
	struct run r;

	buf_puts(&text, COLLECTOR);
	buf_printf(&text, "index = %0*d\n", len, 0);
	run_text(&r, "collector", buf_text(&text));
	check(good ? r.good : strstr(buf_text(&r.problems), "longer than 255") != NULL,
	    "index of %d bytes", len);
	run_done(&r);
}

static void
expect_plain(const char *lines, bool good, const char *name)
{
	char text[300];
	struct run r;

	snprintf(text, sizeof(text), "[collector]\n%s", lines);
	run_text(&r, "collector", text);
	ok(r.good == good && !strstr(buf_text(&r.problems), "plain http") == good, name);
	run_done(&r);
}

static void
test_together(void)
{
	expect_login(NULL, NULL, NULL, NULL);
	expect_login("reader", "@password", NULL, NULL);
	expect_login(NULL, NULL, "@api.key", NULL);
	expect_login("reader", NULL, NULL, ":3: user in [collector] needs password_file");
	expect_login(
	    NULL, "@password", NULL, ":3: password_file in [collector] needs user");
	expect_login(
	    "reader", "@password", "@api.key", ":3: [collector] has user and api_key");
	expect_index(255, true);
	expect_index(256, false);
	expect_plain("url = http://a.example\nallow_http = yes\n", true,
	    "plain http if permitted");
	expect_plain("allow_http = yes\nurl = http://a.example\n", true, "in any order");
	expect_plain(
	    "url = http://a.example\nallow_http = no\n", false, "not if forbidden");
	expect_plain("url = http://localhost\nconnect_to = 192.0.2.1:80\n", false,
	    "plain http to this machine that goes to another");
	expect_plain("url = http://localhost\nconnect_to = [::1]:80\n", true,
	    "plain http that stays here");
	expect_plain("url = http://localhost\nproxy = http://a.example\n", false,
	    "plain http that leaves through a proxy");
	expect_plain("url = https://a.example\nproxy = http://a.example\n", true,
	    "https through a proxy spoken to in plain");
}

/* ---- nothing makes it fall over */

static uint32_t
dice(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* A result always fits together: problems exactly when refused, each on a line with
 * the path. */
static bool
is_sane(const char *program, const char *bytes, size_t len)
{
	const char *path = path_of("conf");
	struct run r;
	bool sane;

	run_bytes(&r, program, bytes, len);
	sane = r.good ? r.problems.len == 0 && r.e.fault == FAULT_NONE
		      : r.problems.len > 0 && r.e.fault == FAULT_CONFIG;
	for (const char *p = buf_text(&r.problems); *p; p += strcspn(p, "\n") + 1)
		sane =
		    sane && strncmp(p, path, strlen(path)) == 0 && p[strlen(path)] == ':';
	run_done(&r);
	return sane;
}

/* What --check may still use of a file that has problems. */
static void
test_what_is_left(void)
{
	struct run r;
	char text[600];

	run_text(&r, "collector",
	    "[database]\npath = here\n[collector]\nurl = ftp://a.example\nindex = x-*\n");
	ok(!r.good && r.config.database.path == NULL &&
		r.config.collector.service.url == NULL,
	    "a value that is wrong leaves nothing, not even the default");
	is_text(r.config.collector.index, "x-*", "the others are kept");
	run_done(&r);

	r = (struct run){ .problems = BUF_INIT(TEXT_MAX) };
	r.good = config_read(&r.config, "enricher", path_of("gone"), &r.problems, &r.e);
	ok(!r.good && r.config.database.path == NULL &&
		r.config.enricher.service.url == NULL,
	    "of a file that cannot be read nothing is left");
	run_done(&r);

	write_file("left.key", SECRET_TEXT, strlen(SECRET_TEXT), 0600);
	snprintf(text, sizeof(text),
	    "[publisher]\nurl = http://a.example\nuser = u\npassword_file = %s\n",
	    path_of("left.key"));
	run_text(&r, "publisher", text);
	ok(!r.good && !secret_is_set(&r.config.publisher.service.password) &&
		r.config.publisher.service.secret_missing,
	    "a secret that would travel readable is forgotten");
	run_done(&r);

	snprintf(text, sizeof(text),
	    "[publisher]\nurl = https://a.example\nuser = u\npassword_file = "
	    "%s\nshiny = yes\n",
	    path_of("left.key"));
	run_text(&r, "publisher", text);
	ok(!r.good && secret_is_set(&r.config.publisher.service.password) &&
		!r.config.publisher.service.secret_missing,
	    "another problem leaves the secret");
	run_done(&r);
}

static void
test_any_bytes(void)
{
	static const char *const programs[] = { "collector", "enricher", "publisher" };
	auto_buf text = BUF_INIT(TEXT_MAX);
	uint32_t state = 20261124;
	char *bytes;
	int insane = 0;

	full_file(&text);
	for (size_t len = 0; len <= text.len; len++)
		insane += !is_sane(programs[len % 3], buf_text(&text), len);
	check(insane == 0, "every beginning of a file (%zu of them)", text.len + 1);
	bytes = malloc(text.len);
	for (int i = 0; i < 2000; i++) {
		memcpy(bytes, buf_text(&text), text.len);
		for (uint32_t flips = 1 + dice(&state) % 8; flips > 0; flips--)
			bytes[dice(&state) % text.len] = (char)(dice(&state) & 0xff);
		insane += !is_sane(programs[i % 3], bytes, text.len);
	}
	ok(insane == 0, "2000 files with random bytes in them");
	free(bytes);
}

/* ---- */

static void
remove_files(void)
{
	static const char *const names[] = { "conf", "password", "api.key", "ca.crt",
		"open.key", "odd.key", "large.conf", "closed.conf", "enricher.api_key",
		"collector.password" };

	for (size_t i = 0; i < COUNT(names); i++)
		(void)unlink(path_of(names[i]));
	(void)rmdir(dir);
}

int
main(void)
{
	snprintf(dir, sizeof(dir), "/tmp/potpress-config-XXXXXX");
	if (!mkdtemp(dir)) {
		perror(dir);
		return 1;
	}
	unsetenv("CREDENTIALS_DIRECTORY");
	write_file("password", SECRET_TEXT " \n", sizeof(SECRET_TEXT) + 1, 0600);
	write_file("api.key", API_KEY_TEXT "\n", sizeof(API_KEY_TEXT), 0600);
	write_file("ca.crt", "", 0, 0644);
	test_tables();
	test_defaults();
	test_required();
	test_ranges();
	test_values();
	test_timezone();
	test_help();
	test_full();
	test_show();
	test_repeated_values();
	test_repeated_problems();
	test_names();
	test_every_typo();
	test_twice();
	test_lines();
	test_nul_and_bom();
	test_all_at_once();
	test_long_lines();
	test_files();
	test_secrets();
	test_odd_secrets();
	test_credentials();
	test_together();
	test_what_is_left();
	test_any_bytes();
	remove_files();
	return done_testing();
}
