/*
 * test_hit.c - every shape of a document in T-Pot, and what hurts a reader.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "collector/documents/hit.h"
#include "common/base/utf8.h"
#include "tests/unit/tap.h"

#define NOW INT64_C(1795600000) /* 2026-11-25T09:46:40Z */
#define AT "\"@timestamp\":\"2026-11-25T03:14:07.512Z\""
#define AT_S INT64_C(1795576447)
#define NOT_FOUND_BY "the index does not keep in _source the field by which it was found"
#define SHA "5f1c8d0be9a7364218c0d9e7fa5b3c6d2e4f8091a2b3c4d5e6f708192a3b4c5d"
#define SHA2 "c0ffee00c0ffee11c0ffee22c0ffee33c0ffee44c0ffee55c0ffee66c0ffee77"
#define SHA3 "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define MD5 "00112233445566778899aabbccddeeff"
#define MD5_2 "ffeeddccbbaa99887766554433221100"
#define COWRIE AT ",\"type\":\"Cowrie\",\"eventid\":\"cowrie.session.file_download\","
#define COWRIE_UP AT ",\"type\":\"Cowrie\",\"eventid\":\"cowrie.session.file_upload\","
#define ADB AT ",\"type\":\"Adbhoney\",\"eventid\":\"adbhoney.session.file_"
#define TRAP AT ",\"type\":\"H0neytr4p\",\"protocol\":\"https\","
#define LOG4POT AT ",\"type\":\"Log4pot\",\"reason\":\"payload\","
#define HONEYTRAP AT ",\"type\":\"Honeytrap\",\"src_ip\":\"198.51.100.23\","
#define REPLACED "\xef\xbf\xbd"

static const struct profile *all[PROFILES_MAX];

/* The inside of a `_source`, and what it tells; what is left out it does not tell. */
struct shape {
	const char *what, *source;
	const char *profile;
	int captures;
	const char *action, *hash, *url, *file_name, *session, *src_ip;
	int64_t src_port, dest_port;
	const char *rejection; /* NULL: none */
};

/* clang-format off */
static const struct shape SHAPES[] = {
	{ .what = "cowrie: wget",
		.source = COWRIE "\"shasum\":\"" SHA "\",\"url\":\"http://198.51.100.66/a\",\"outfile\":\"dl/" SHA "\","
		"\"session\":\"f0a1\",\"protocol\":\"ssh\",\"src_ip\":\"192.0.2.44\"",
		.profile = "cowrie", .captures = 1, .action = "download", .hash = SHA, .url = "http://198.51.100.66/a", .session = "f0a1", .src_ip = "192.0.2.44", .dest_port = 22 },
	{ .what = "cowrie: tftp by telnet",
		.source = COWRIE "\"shasum\":\"" SHA "\",\"url\":\"tftp://198.51.100.66/a\",\"protocol\":\"telnet\","
		"\"destfile\":\"a.mips\"",
		.profile = "cowrie", .captures = 1, .action = "download", .hash = SHA, .url = "tftp://198.51.100.66/a", .file_name = "a.mips", .dest_port = 23 },
	{ .what = "cowrie: redirection",
		.source = COWRIE "\"shasum\":\"" SHA "\",\"duplicate\":true,\"destfile\":\"/tmp/.x\"",
		.profile = "cowrie", .captures = 1, .action = "download", .hash = SHA, .file_name = "/tmp/.x" },
	{ .what = "cowrie: standard input",
		.source = COWRIE "\"shasum\":\"" SHA "\",\"destfile\":\"\"",
		.profile = "cowrie", .captures = 1, .action = "download", .hash = SHA },
	{ .what = "cowrie: SFTP",
		.source = COWRIE_UP "\"shasum\":\"" SHA "\",\"filename\":\"sshd\"",
		.profile = "cowrie", .captures = 1, .action = "upload", .hash = SHA, .file_name = "sshd" },
	{ .what = "cowrie: SCP, whose url is a path",
		.source = COWRIE_UP "\"shasum\":\"" SHA "\",\"url\":\"/tmp/u.sh\",\"destfile\":\"/tmp/u.sh\","
		"\"filename\":\"u.sh\",\"outfile\":\"" SHA "\"",
		.profile = "cowrie", .captures = 1, .action = "upload", .hash = SHA, .file_name = "/tmp/u.sh" },
	{ .what = "cowrie: a path in url names the file where nothing else does",
		.source = COWRIE_UP "\"shasum\":\"" SHA "\",\"url\":\"/tmp/x?u=a://b\"",
		.profile = "cowrie", .captures = 1, .action = "upload", .hash = SHA, .file_name = "/tmp/x?u=a://b" },
	{ .what = "cowrie: SFTP through the proxy",
		.source = COWRIE_UP "\"shasum\":\"" SHA "\",\"url\":\"p.sh\",\"destfile\":\"\",\"filename\":\"p.sh\"",
		.profile = "cowrie", .captures = 1, .action = "upload", .hash = SHA, .file_name = "p.sh" },
	{ .what = "cowrie: a protocol line of SCP has no hash",
		.source = COWRIE "\"realm\":\"scp\",\"input\":\"C0644 3 x\"",
		.profile = "cowrie", .action = "download" },
	{ .what = "cowrie: an empty body",
		.source = COWRIE "\"shasum\":\"\",\"outfile\":\"\"",
		.profile = "cowrie", .action = "download" },
	{ .what = "cowrie: capitals",
		.source = COWRIE "\"shasum\":\"0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF\"",
		.profile = "cowrie", .captures = 1, .action = "download", .hash = SHA3 },
	{ .what = "cowrie: a list of two hashes",
		.source = COWRIE "\"shasum\":[\"" SHA "\",\"" SHA2 "\",\"\",null]",
		.profile = "cowrie", .captures = 2, .action = "download", .hash = SHA },
	{ .what = "cowrie: the same hash twice",
		.source = COWRIE "\"shasum\":[\"" SHA "\",\"" SHA "\"]",
		.profile = "cowrie", .captures = 1, .action = "download", .hash = SHA },
	{ .what = "cowrie: everything in lists",
		.source = AT ",\"type\":[\"Cowrie\"],\"eventid\":[\"cowrie.session.file_upload\"],\"shasum\":[\"" SHA "\"],"
		"\"src_ip\":[\"192.0.2.44\"],\"session\":[\"f0\"],\"src_port\":[\"4711\"],\"filename\":[\"a\"]",
		.profile = "cowrie", .captures = 1, .action = "upload", .hash = SHA, .file_name = "a", .session = "f0", .src_ip = "192.0.2.44", .src_port = 4711 },
	{ .what = "cowrie: an event that brought a type of its own",
		.source = AT ",\"type\":\"ssh-rsa\",\"eventid\":\"cowrie.session.file_upload\",\"shasum\":\"" SHA "\"",
		.profile = "cowrie", .captures = 1, .action = "upload", .hash = SHA },
	{ .what = "cowrie: keystrokes are no file",
		.source = AT ",\"type\":\"Cowrie\",\"eventid\":\"cowrie.log.closed\",\"shasum\":\"" SHA "\"" },
	{ .what = "cowrie: a failed download",
		.source = AT ",\"type\":\"Cowrie\",\"eventid\":\"cowrie.session.file_download.failed\",\"url\":\"http://x/\"" },

	{ .what = "adbhoney: upload",
		.source = ADB "upload\",\"shasum\":\"" SHA "\",\"filename\":\"/data/local/tmp/u.apk\",\"session\":\"9f3c\",\"src_ip\":\"192.0.2.44\","
		"\"outfile\":\"dl/" SHA ".raw\"",
		.profile = "adbhoney", .captures = 1, .action = "upload", .hash = SHA, .file_name = "/data/local/tmp/u.apk", .session = "9f3c", .src_ip = "192.0.2.44" },
	{ .what = "adbhoney: download, without a source",
		.source = ADB "download\",\"shasum\":\"" SHA "\",\"src_url\":\"http://198.51.100.66/w.sh\",\"filename\":\"w.sh\",\"session\":\"9f3c\"",
		.profile = "adbhoney", .captures = 1, .action = "download", .hash = SHA, .url = "http://198.51.100.66/w.sh", .file_name = "w.sh", .session = "9f3c" },

	{ .what = "h0neytr4p: upload",
		.source = TRAP "\"payload_hash_md5\":\"" MD5 "\",\"payload_filename\":\"/data/h0neytr4p/payloads/" MD5 "\",\"src_ip\":\"198.51.100.23\",\"dest_port\":443",
		.profile = "h0neytr4p", .captures = 1, .action = "upload", .hash = MD5, .src_ip = "198.51.100.23", .dest_port = 443 },
	{ .what = "h0neytr4p: the source is a header of the attacker's",
		.source = TRAP "\"payload_hash_md5\":\"" MD5 "\",\"src_ip\":\"127.0.0.1, <script>1</script>\",\"dest_port\":99999",
		.profile = "h0neytr4p", .captures = 1, .action = "upload", .hash = MD5 },
	{ .what = "h0neytr4p: no file in it",
		.source = TRAP "\"payload_hash_md5\":\"\",\"payload\":\"a=b\"",
		.profile = "h0neytr4p", .action = "upload" },

	{ .what = "log4pot: a class",
		.source = LOG4POT "\"class_sha256\":\"" SHA "\",\"ldap_sha256\":\"" SHA2 "\",\"javaCodeBase\":\"http://198.51.100.66:8888/\",\"javaFactory\":\"Exploit\",\"correlation_id\":\"3b8f\"",
		.profile = "log4pot", .captures = 1, .action = "download", .hash = SHA, .url = "http://198.51.100.66:8888/", .file_name = "Exploit", .session = "3b8f" },
	{ .what = "log4pot: generic",
		.source = LOG4POT "\"generic_sha256\":\"" SHA "\",\"jndi_handler\":\"generic\"",
		.profile = "log4pot", .captures = 1, .action = "download", .hash = SHA },
	{ .what = "log4pot: URLs as keys",
		.source = LOG4POT "\"urls\":{\"http://www.google.com/x\":\"excluded\",\"http://198.51.100.66/lh.sh\":\"" SHA "\",\"http://198.51.100.67/k\":\"error: (28, 'timed out')\"}",
		.profile = "log4pot", .captures = 1, .action = "download", .hash = SHA, .url = "http://198.51.100.66/lh.sh" },
	{ .what = "log4pot: URLs whose dots became levels of objects",
		.source = LOG4POT "\"urls\":{\"http://198\":{\"51\":{\"100\":{\"66/lh\":{\"sh\":\"" SHA "\"},\"67/k\":\"excluded\"}}}}",
		.profile = "log4pot", .captures = 1, .action = "download", .hash = SHA, .url = "http://198.51.100.66/lh.sh" },
	{ .what = "log4pot: a URL that is no UTF-8",
		.source = LOG4POT "\"urls\":{\"http://a/\\udc80\\u0000\":\"" SHA "\"}",
		.profile = "log4pot", .captures = 1, .action = "download", .hash = SHA, .url = "http://a/" REPLACED REPLACED },
	{ .what = "log4pot: the same file from two places",
		.source = LOG4POT "\"urls\":{\"http://198.51.100.66/a\":\"" SHA "\",\"http://198.51.100.66/b\":\"" SHA "\"}",
		.profile = "log4pot", .captures = 2, .action = "download", .hash = SHA, .url = "http://198.51.100.66/a" },
	{ .what = "log4pot: a class and what its command fetched",
		.source = LOG4POT "\"class_sha256\":\"" SHA "\",\"urls\":{\"http://198.51.100.66/a\":\"" SHA2 "\"}",
		.profile = "log4pot", .captures = 2, .action = "download", .hash = SHA },
	{ .what = "log4pot: nothing came",
		.source = LOG4POT "\"error\":\"(7, 'Failed to connect')\",\"jndi_handler\":\"ldap\"",
		.profile = "log4pot", .action = "download" },
	{ .what = "log4pot: a request is no payload",
		.source = AT ",\"type\":\"Log4pot\",\"reason\":\"request\",\"src_ip\":\"192.0.2.44\"" },
	{ .what = "log4pot: another honeypot's payload",
		.source = AT ",\"type\":\"Endlessh\",\"reason\":\"payload\",\"class_sha256\":\"" SHA "\"" },

	{ .what = "honeytrap: a download",
		.source = HONEYTRAP "\"download_count\":1,\"src_port\":51111,\"dest_port\":8088,\"attack_connection\":{\"payload\":{\"md5_hash\":\"" MD5_2 "\"}},"
		"\"downloads\":{\"uri_0\":\"ftp://198.51.100.66/n.exe\",\"filename_0\":\"n.exe\",\"payload_0\":{\"md5_hash\":\"" MD5 "\",\"sha512_hash\":\"" SHA SHA "\"}}",
		.profile = "honeytrap", .captures = 1, .action = "download", .hash = MD5, .url = "ftp://198.51.100.66/n.exe", .file_name = "n.exe", .src_ip = "198.51.100.23", .src_port = 51111, .dest_port = 8088 },
	{ .what = "honeytrap: of two downloads the first",
		.source = HONEYTRAP "\"download_count\":2,\"downloads\":{\"payload_0\":{\"md5_hash\":\"" MD5 "\"},\"payload_1\":{\"md5_hash\":\"" MD5_2 "\"}}",
		.profile = "honeytrap", .captures = 1, .action = "download", .hash = MD5, .src_ip = "198.51.100.23" },
	{ .what = "honeytrap: literal keys and numbers as texts",
		.source = HONEYTRAP "\"download_count\":\"1\",\"dest_port\":\"8088\",\"downloads.payload_0.md5_hash\":\"" MD5 "\",\"downloads.uri_0\":\"ftp://198.51.100.66/n\"",
		.profile = "honeytrap", .captures = 1, .action = "download", .hash = MD5, .url = "ftp://198.51.100.66/n", .src_ip = "198.51.100.23", .dest_port = 8088 },
	{ .what = "honeytrap: literal keys beside the object",
		.source = HONEYTRAP "\"download_count\":1,\"downloads\":{\"payload_0\":{\"md5_hash\":\"" MD5 "\"}},\"downloads.filename_0\":\"n\"",
		.profile = "honeytrap", .captures = 1, .action = "download", .hash = MD5, .file_name = "n", .src_ip = "198.51.100.23" },
	{ .what = "honeytrap: a connection alone",
		.source = HONEYTRAP "\"download_count\":0,\"downloads\":{},\"attack_connection\":{\"payload\":{\"md5_hash\":\"" MD5 "\"}}" },
	{ .what = "honeytrap: a count that is none",
		.source = HONEYTRAP "\"download_count\":\"1x\",\"downloads\":{\"payload_0\":{\"md5_hash\":\"" MD5 "\"}}" },

	{ .what = "suricata: not taken", .rejection = NOT_FOUND_BY,
		.source = AT ",\"type\":\"Suricata\",\"event_type\":\"fileinfo\",\"fileinfo\":{\"md5\":\"" MD5 "\",\"state\":\"CLOSED\"}" },
	{ .what = "glutton: not taken", .rejection = NOT_FOUND_BY,
		.source = AT ",\"type\":\"Glutton\",\"payload_hash\":\"" SHA "\"" },
	{ .what = "galah: not taken", .rejection = NOT_FOUND_BY,
		.source = AT ",\"type\":\"Galah\",\"request.bodySha256\":\"" SHA "\"" },
};
/* clang-format on */

static void
read_source(struct hit *h, const char *source)
{
	auto_buf text = BUF_INIT(1 << 20);

	buf_printf(&text, "{\"_id\":\"d1\",\"_seq_no\":7,\"_source\":{%s}}", source);
	hit_read(h, buf_text(&text), text.len, all, NOW);
}

static void
check_first(const struct hit *h, const struct shape *s)
{
	const struct capture *c = h->captures;

	is_text(c->hash.hex, s->hash, "... its hash");
	is_text(c->url, s->url, "... its URL");
	is_text(c->file_name, s->file_name, "... its name");
	is_int((int64_t)strlen(c->event_key), 66, "... its key");
}

static void
check_shape(const struct shape *s)
{
	struct hit h;

	read_source(&h, s->source);
	printf("# %s\n", s->what);
	is_text(h.profile != NULL ? h.profile->name : NULL, s->profile,
	    "the profile that selects it");
	is_int(h.capture_count, s->captures, "the number of files");
	is_text(h.rejection, s->rejection != NULL ? s->rejection : "",
	    "whether it is rejected");
	is_int(h.seq_no, 7, "its position");
	is_text(h.id, "d1", "its id");
	if (s->profile != NULL) {
		is_text(h.action, s->action, "what happened");
		is_text(h.session, s->session, "the session");
		is_text(
		    h.origin.src_ip, s->src_ip != NULL ? s->src_ip : "", "the source");
		is_int(h.origin.src_port, s->src_port > 0 ? s->src_port : -1,
		    "the source's port");
		is_int(
		    h.origin.dest_port, s->dest_port > 0 ? s->dest_port : -1, "the port");
		is_int(h.event_at, AT_S, "the time");
		is_int(h.seen_at, AT_S, "the time is believed");
	}
	if (s->captures > 0)
		check_first(&h, s);
	hit_done(&h);
}

/* ---- what is rejected */

static const struct {
	const char *what, *source, *why;
	int captures;
} BROKEN[] = {
	{ "63 digits and a blank",
	    COWRIE "\"shasum\":\"" MD5 "0011223344556677889900112233445 \"",
	    "no hash: " MD5 "0011223344556677889900112233445 ", 0 },
	{ "a NUL behind 64 good digits", COWRIE "\"shasum\":\"" SHA "\\u0000junk\"",
	    "no hash: " SHA REPLACED "junk", 0 },
	{ "SHA-512", COWRIE "\"shasum\":\"" MD5 MD5 MD5 MD5 "\"",
	    "no hash: " MD5 MD5 MD5 "0011", 0 },
	{ "digits that are all equal",
	    COWRIE "\"shasum\":\"00000000000000000000000000000000\"",
	    "no hash: 00000000000000000000000000000000", 0 },
	{ "a number", COWRIE "\"shasum\":12345", "shasum is not text", 0 },
	{ "an object", COWRIE "\"shasum\":{\"a\":1}", "shasum is not text", 0 },
	{ "one good and one bad", COWRIE "\"shasum\":[\"" SHA "\",\"x\",\"y\"]",
	    "no hash: x", 1 },
	{ "escapes for a terminal", COWRIE "\"shasum\":\"\\u001b[31mred\\n\\u007f\"",
	    "no hash:  [31mred  ", 0 },
	{ "a cut between two bytes", COWRIE "\"shasum\":\"" MD5 MD5 MD5 "abc\xd1\x8f\"",
	    "no hash: " MD5 MD5 MD5 "abc", 0 },
	{ "a URL's word that is neither hash nor excuse",
	    LOG4POT "\"urls\":{\"http://a/\":\"tree\",\"http://b/\":\"" SHA "\"}",
	    "no hash: tree", 1 },
	{ "URLs that are a list", LOG4POT "\"urls\":[\"http://a/\"]",
	    "no hash: http://a/", 0 },
	{ "a hash by URL that is a number", LOG4POT "\"urls\":{\"http://a/\":1}",
	    "urls is not text", 0 },
};

static void
check_broken(void)
{
	for (size_t i = 0; i < sizeof BROKEN / sizeof BROKEN[0]; i++) {
		struct hit h;

		read_source(&h, BROKEN[i].source);
		printf("# %s\n", BROKEN[i].what);
		is_text(h.rejection, BROKEN[i].why, "the reason");
		is_int(h.capture_count, BROKEN[i].captures, "what is good stays");
		ok(utf8_valid(h.rejection, strlen(h.rejection)), "the reason is UTF-8");
		hit_done(&h);
	}
}

/* ---- texts, places, times */

static void
check_texts(void)
{
	auto_buf source = BUF_INIT(1 << 20);
	struct hit h;

	buf_puts(
	    &source, COWRIE "\"shasum\":\"" SHA "\",\"url\":\"http://a/\\ud800x\\u0000y");
	for (int i = 0; i < HIT_URL_MAX; i++)
		buf_puts(&source, "\xd1\x8f");
	buf_puts(&source, "\",\"session\":\"");
	for (int i = 0; i < HIT_NAME_MAX; i++)
		buf_puts(&source, "\xf0\x9f\x90\x88");
	buf_puts(&source, "\",\"destfile\":12,\"filename\":true,\"protocol\":{\"a\":1}");
	read_source(&h, buf_text(&source));
	is_int(h.capture_count, 1, "hostile texts around a good hash cost nothing");
	ok(strncmp(h.captures[0].url, "http://a/" REPLACED "x" REPLACED "y", 17) == 0,
	    "a lone surrogate and a NUL are replaced");
	is_int((int64_t)strlen(h.captures[0].url), HIT_URL_MAX - 1,
	    "a URL is cut before the character that passes the limit");
	is_int((int64_t)strlen(h.session), HIT_NAME_MAX, "so is a session");
	ok(utf8_valid(h.captures[0].url, strlen(h.captures[0].url)),
	    "what is left is UTF-8");
	is_text(h.captures[0].file_name, NULL, "names that are no text are none");
	is_text(h.protocol, NULL, "nor is a protocol");
	hit_done(&h);
}

static void
check_scp_name(void)
{
	auto_buf source = BUF_INIT(1 << 16);
	struct hit h;

	buf_puts(&source, COWRIE_UP "\"shasum\":\"" SHA "\",\"url\":\"/");
	for (int i = 0; i < HIT_NAME_MAX; i++)
		buf_puts(&source, "\xd1\x8f");
	buf_puts(&source, "\"");
	read_source(&h, buf_text(&source));
	is_int((int64_t)strlen(h.captures[0].file_name), HIT_NAME_MAX - 1,
	    "a path that becomes the name is cut between characters");
	hit_done(&h);
}

static const struct {
	const char *place;
	const char *country, *city, *as_org;
	int64_t asn;
} PLACES[] = {
	{ "\"geoip\":{\"country_code2\":\"VN\",\"city_name\":\"Hanoi\",\"asn\":64500,"
	  "\"as_org\":\"NET\"}",
	    "VN", "Hanoi", "NET", 64500 },
	{ "\"geoip.country_code2\":\"VN\",\"geoip\":{\"asn\":\"64500\"}", "VN", NULL,
	    NULL, 64500 },
	{ "\"geoip\":{}", NULL, NULL, NULL, -1 },
	{ "\"geoip\":null", NULL, NULL, NULL, -1 },
	{ "\"geoip\":{\"country_code2\":\"vn\",\"asn\":-1}", NULL, NULL, NULL, -1 },
	{ "\"geoip\":{\"country_code2\":\"<b>\",\"asn\":4294967296,\"city_name\":[]}",
	    NULL, NULL, NULL, -1 },
	{ "\"geoip\":{\"asn\":1.5,\"as_org\":7}", NULL, NULL, NULL, -1 },
};

static void
check_places(void)
{
	for (size_t i = 0; i < sizeof PLACES / sizeof PLACES[0]; i++) {
		auto_buf source = BUF_INIT(4096);
		struct hit h;

		buf_printf(&source, COWRIE "%s", PLACES[i].place);
		read_source(&h, buf_text(&source));
		printf("# %s\n", PLACES[i].place);
		is_text(h.origin.country, PLACES[i].country, "the country");
		is_text(h.origin.city, PLACES[i].city, "the city");
		is_text(h.origin.as_org, PLACES[i].as_org, "the network's name");
		is_int(h.origin.asn, PLACES[i].asn, "the network's number");
		hit_done(&h);
	}
}

static const struct {
	const char *times;
	int64_t event_at;
	bool wrong;
} TIMES[] = {
	{ "\"@timestamp\":\"2026-11-25T03:14:07.999Z\"", AT_S, false },
	{ "\"@timestamp\":\"2026-11-25T12:14:07+09:00\"", AT_S, false },
	{ "\"@timestamp\":[\"2026-11-25T03:14:07Z\"]", AT_S, false },
	{ "\"timestamp\":\"2026-11-25T03:14:07\"", AT_S, false },
	{ "\"@timestamp\":\"yesterday\",\"timestamp\":\"2026-11-25T03:14:07Z\"", AT_S,
	    false },
	{ "\"@timestamp\":1795576447512", AT_S, false },
	{ "\"@timestamp\":1795576447.512", AT_S, false },
	{ "\"@timestamp\":[\"1795576447512\"]", AT_S, false },
	{ "\"@timestamp\":\"2026\",\"timestamp\":1795576447", AT_S, false },
	{ "\"@timestamp\":-1795576447", 0, true },
	{ "\"@timestamp\":1e300", 0, true },
	{ "\"@timestamp\":\"nan\"", 0, true },
	{ "\"x\":1", 0, true },
	{ "\"@timestamp\":\"1970-01-01T03:25:45Z\"", 12345, true },
	{ "\"@timestamp\":\"2014-12-31T23:59:59Z\"", CLOCK_EARLIEST - 1, true },
	{ "\"@timestamp\":\"2015-01-01T00:00:00Z\"", CLOCK_EARLIEST, false },
	{ "\"@timestamp\":\"2026-11-25T10:46:40Z\"", NOW + CLOCK_AHEAD_S, false },
	{ "\"@timestamp\":\"2026-11-25T10:46:41Z\"", NOW + CLOCK_AHEAD_S + 1, true },
	{ "\"@timestamp\":\"2026-11-29T09:46:40Z\"", NOW + 4 * 86400, true },
};

static void
check_times(void)
{
	for (size_t i = 0; i < sizeof TIMES / sizeof TIMES[0]; i++) {
		auto_buf source = BUF_INIT(4096);
		struct hit h;

		buf_printf(&source,
		    "\"eventid\":\"cowrie.session.file_upload\",\"shasum\":\"" SHA
		    "\",%s",
		    TIMES[i].times);
		read_source(&h, buf_text(&source));
		printf("# %s\n", TIMES[i].times);
		is_int(h.event_at, TIMES[i].event_at, "what the sensor's clock said");
		is_int(h.clock_wrong, TIMES[i].wrong, "whether it is believed");
		is_int(h.seen_at, TIMES[i].wrong ? NOW : TIMES[i].event_at,
		    "when it was seen");
		hit_done(&h);
	}
}

/* ---- keys */

static void
key_of(const char *source, char key[EVENT_KEY_MAX])
{
	struct hit h;

	read_source(&h, source);
	key[0] = '\0';
	if (h.capture_count == 1)
		memcpy(key, h.captures[0].event_key, EVENT_KEY_MAX);
	hit_done(&h);
}

#define DOCUMENT(sensor, session, ip, url, more)                            \
	"\"eventid\":\"cowrie.session.file_download\",\"type\":\"Cowrie\"," \
	"\"shasum\":\"" SHA "\"," sensor session ip url more
#define SENSOR "\"t-pot_hostname\":\"one\","
#define SESSION "\"session\":\"f0\","
#define IP "\"src_ip\":\"192.0.2.44\","
#define URL "\"url\":\"http://a/\","

static void
check_keys(void)
{
	static const char FIRST[] = DOCUMENT(SENSOR, SESSION, IP, URL, AT);
	static const struct {
		const char *source;
		bool same;
		const char *words;
	} OTHERS[] = {
		{ DOCUMENT(SENSOR, SESSION, IP, URL,
		      "\"@timestamp\":\"2026-11-25T03:14:07.001Z\""),
		    true, "the same second is the same capture" },
		{ DOCUMENT(SENSOR, SESSION, "", URL, AT ",\"destfile\":\"x\""), true,
		    "beside a session neither source nor name counts" },
		{ DOCUMENT(SENSOR, SESSION, IP, URL, AT ",\"type\":\"ssh-rsa\""), true,
		    "nor does a type that was overwritten" },
		{ DOCUMENT(SENSOR, SESSION, IP, URL,
		      "\"@timestamp\":\"2026-11-25T03:14:08Z\""),
		    false, "another second" },
		{ DOCUMENT("", SESSION, IP, URL, AT), false, "no sensor" },
		{ DOCUMENT(SENSOR, "", IP, URL, AT), false, "no session" },
		{ DOCUMENT(SENSOR, SESSION, IP, "", AT), false, "no URL" },
		{ DOCUMENT(SENSOR, "\"session\":\"f1\",", IP, URL, AT), false,
		    "another session" },
	};
	char first[EVENT_KEY_MAX], key[EVENT_KEY_MAX], digest[SHA256_HEX_MAX];
	static const char PLAIN[] =
	    "6:Cowrie,3:one,2:f0,64:" SHA ",9:http://a/,1795576447";
	static const char EMPTY[] = "6:Cowrie,n,n,64:" SHA ",n,1795576447";

	key_of(FIRST, first);
	sha256_hex(PLAIN, sizeof PLAIN - 1, digest);
	ok(strncmp(first, "1-", 2) == 0, "a key begins with its format");
	is_text(first + 2, digest, "and goes on with a hash over what is fixed");
	for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
		key_of(OTHERS[i].source, key);
		is_int(strcmp(first, key) == 0, OTHERS[i].same, OTHERS[i].words);
	}
	key_of(DOCUMENT("", "", "", "", AT), key);
	sha256_hex(EMPTY, sizeof EMPTY - 1, digest);
	is_text(key + 2, digest, "what is absent is told from what is empty");
	key_of(DOCUMENT(SENSOR, "", IP, URL, AT), first);
	key_of(DOCUMENT(SENSOR, "", "\"src_ip\":\"192.0.2.45\",", URL, AT), key);
	ok(strcmp(first, key) != 0, "without a session the source counts");
}

/* ---- limits */

static void
check_many_hashes(void)
{
	auto_buf source = BUF_INIT(1 << 20);
	struct hit h;

	buf_puts(&source, COWRIE "\"shasum\":[");
	for (int i = 0; i < 10 * HIT_HASHES_MAX; i++)
		buf_printf(&source, "%s\"%064d\"", i > 0 ? "," : "", 1000 + i);
	buf_puts(&source, "],\"url\":\"http://a/\",\"destfile\":\"b\"");
	read_source(&h, buf_text(&source));
	is_int(
	    h.capture_count, HIT_HASHES_MAX, "so many hashes of one document are taken");
	is_text(h.rejection, "it contains more hashes than can be stored",
	    "the rest is said");
	hit_done(&h);
}

static void
check_unreadable(void)
{
	static const struct {
		const char *text, *why;
	} BAD[] = {
		{ "{\"_id\":\"d1\",\"_seq_no\":7,\"_source\":{\"shasum\":}}",
		    "not JSON" },
		{ "{\"_id\":\"d1\",\"_seq_no\":7,\"_source\":{\"a\":tru}}",
		    "cannot be read" },
	};
	auto_buf deep = BUF_INIT(1 << 16);
	struct hit h;

	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
		hit_read(&h, BAD[i].text, strlen(BAD[i].text), all, NOW);
		is_int(h.seq_no, 7, "a hit that cannot be read keeps its position");
		is_text(h.id, "d1", "and its id");
		ok(strstr(h.rejection, BAD[i].why) != NULL, "and says why");
		hit_done(&h);
	}
	buf_puts(&deep, "{\"_id\":\"d1\",\"_seq_no\":7,\"_source\":{\"urls\":");
	for (int i = 0; i < 1000; i++)
		buf_puts(&deep, "[");
	for (int i = 0; i < 1000; i++)
		buf_puts(&deep, "]");
	buf_puts(&deep, "}}");
	hit_read(&h, buf_text(&deep), deep.len, all, NOW);
	ok(strstr(h.rejection, "deeper") != NULL, "a document of a thousand brackets");
	hit_done(&h);
	read_source(&h, "\"shasum\":\"" SHA "\",\"src_ip\":\"198.51.100.7\"");
	is_text(h.rejection, NOT_FOUND_BY, "a part of a document says why");
	hit_done(&h);
	hit_read(&h, "{\"_id\":5,\"_seq_no\":\"x\"}", 23, all, NOW);
	is_int(h.seq_no, -1, "no position is said");
	is_int(h.capture_count, 0, "a hit without a document tells nothing");
	is_text(h.rejection, "the index keeps no _source, so it cannot be read",
	    "and says why");
	hit_done(&h);
}

static void
check_identities(void)
{
	struct hit h;

	read_source(&h,
	    "\"type\":\"Dionaea\",\"t-pot_hostname\":\"hive-one\",\"t-pot_ip_ext\":"
	    "\"203.0.113.10\",\"t-pot_ip_int\":\"FE80::0:1\"");
	is_int(h.identity_count, 3, "a sensor is known from every document");
	is_text(h.identities[0].value, "hive-one", "its name");
	is_text(h.identities[2].value, "fe80::1", "its addresses in canonical form");
	is_text(h.identities[2].kind, "address", "kind of an address");
	hit_done(&h);
	read_source(&h, "\"t-pot_ip_ext\":\"unknown\",\"t-pot_hostname\":\"\"");
	is_int(h.identity_count, 0, "what is no address is none");
	hit_done(&h);
	read_source(&h,
	    "\"t-pot_hostname\":[\"one\",5,\"two\"],\"t-pot_ip_ext\":[\"x\",\"203.0.113."
	    "11\"]");
	is_int(h.identity_count, 3, "of a list all are kept");
	is_text(h.identities[1].value, "two", "the second name");
	is_text(
	    h.identities[2].value, "203.0.113.11", "and the address behind what is none");
	hit_done(&h);
	read_source(&h,
	    "\"t-pot_hostname\":[\"1\",\"2\",\"3\",\"4\",\"5\",\"6\",\"7\",\"8\",\"9\"],"
	    "\"t-pot_ip_int\":\"10.0.0.1\"");
	is_int(h.identity_count, HIT_IDENTITIES_MAX, "but no more than fit");
	hit_done(&h);
}

/* ---- pages */

static void
check_pages(void)
{
	static const char PAGE[] =
	    "{\"hits\":{\"hits\":[{\"_id\":\"a\",\"_seq_no\":1,\"_source\":{\"shasum\":}}"
	    ","
	    "{\"_id\":\"b\",\"_seq_no\":2,\"_source\":{" COWRIE "\"shasum\":\"" SHA
	    "\"}}]}}";
	struct err e = ERR_NONE;
	struct hit_list list;

	ok(hit_list_read(&list, PAGE, sizeof PAGE - 1, 2, all, NOW, &e), "a page");
	is_int((int64_t)list.count, 2, "one broken document loses only itself");
	is_int(list.items[1].capture_count, 1, "the next one is taken");
	hit_list_done(&list);
	ok(!hit_list_read(&list, PAGE, sizeof PAGE - 1, 1, all, NOW, &e) &&
		e.fault == FAULT_RETRY,
	    "more documents than asked for are refused");
	hit_list_done(&list);
	err_clear(&e);
	ok(hit_list_read(&list, "{\"timed_out\":false}", 19, 2, all, NOW, &e) &&
		list.count == 0,
	    "a page without hits");
	hit_list_done(&list);
	ok(!hit_list_read(&list, PAGE, sizeof PAGE - 9, 2, all, NOW, &e),
	    "a page cut short");
	hit_list_done(&list);
}

/* Of a full page with these numbers, so many are kept. */
static void
is_left(const char *numbers, int64_t kept, const char *name)
{
	auto_buf page = BUF_INIT(4096);
	struct err e = ERR_NONE;
	struct hit_list list;

	buf_puts(&page, "{\"hits\":{\"hits\":[");
	for (const char *n = numbers; *n != '\0'; n++)
		buf_printf(&page,
		    "%s{\"_id\":\"a\",\"_seq_no\":%c,\"_source\":{" COWRIE
		    "\"shasum\":\"" SHA "\"}}",
		    n > numbers ? "," : "", *n);
	buf_puts(&page, "]}}");
	ok(hit_list_read(&list, buf_text(&page), page.len, 9, all, NOW, &e), "a page");
	ok(hit_list_leave_last(&list) == (kept < (int64_t)strlen(numbers)), name);
	is_int((int64_t)list.count, kept, "... so many of it are");
	hit_list_done(&list);
}

/* A hit that was listed without its document. */
static void
check_alone(void)
{
	static const char LISTED[] = "{\"_id\":\"d\",\"_seq_no\":3}";
	struct hit listed, read;

	hit_read(&listed, LISTED, sizeof LISTED - 1, all, NOW);
	hit_too_large(&listed);
	is_text(listed.rejection, "the document is too large to be read",
	    "too large is the reason");
	read_source(&read, COWRIE "\"shasum\":\"" SHA "\"");
	hit_move(&listed, &read);
	is_int(listed.capture_count, 1, "the document takes its place");
	is_text(listed.rejection, "", "... without the reason");
	is_int(read.capture_count, 0, "... and is moved");
	hit_done(&read);
	hit_done(&listed);
}

static void
check_ends(void)
{
	is_left("123", 2, "the last number of a full page may have more documents");
	is_left("12333", 2, "... and all of those that it has are left to the next page");
	is_left("1", 1, "but a page of one number stays");
	is_left("333", 3, "... whole");
	is_left("", 0, "an empty one stays so");
}

int
main(void)
{
	const struct list none = { .count = 0 };

	profile_choose(&none, all);
	for (size_t i = 0; i < sizeof SHAPES / sizeof SHAPES[0]; i++)
		check_shape(&SHAPES[i]);
	check_broken();
	check_texts();
	check_scp_name();
	check_places();
	check_times();
	check_keys();
	check_many_hashes();
	check_unreadable();
	check_identities();
	check_pages();
	check_alone();
	check_ends();
	return done_testing();
}
