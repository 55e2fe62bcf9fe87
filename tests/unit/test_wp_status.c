/*
 * test_wp_status.c - what WordPress's answers, and those of what stands before it, mean; and where
 * its REST API may lie.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/wordpress/status.h"

#include "publisher/wordpress/internal.h"
#include "tests/unit/tap.h"

#define NOW 1764500000
#define BODY_MAX 4096
#define REPLY_MAX_TEST 65536

#define HTML "<html><head><title>x</title></head><body>x</body></html>"
#define ERROR(code, status) \
	"{\"code\":\"" code "\",\"message\":\"m\",\"data\":{\"status\":" status "}}"
#define RULE ".a{color:red}.b[x]{margin:0}"
#define FRAME "#1 [internal function]: {closure}(Array)\n"
#define TEN(x) x x x x x x x x x x
#define NOTICE "<br />\n<b>Deprecated</b>: {x} in [a.php] on line <b>1</b><br />\n"

/* What an answer leads to; for a read and for a write. */
enum meaning { FINE, ROW, HELD, DOWN, REFUSED, DOUBT };
static const char *const WORDS[] = { "an answer", "charged to the row", "held",
	"the site rests", "credentials refused", "the neighbours judge" };

struct answer_case {
	const char *words;
	long status;
	const char *body;
	enum meaning read, write;
	bool unknown; /* a write's outcome */
};

static const struct answer_case CASES[] = {
	/* WordPress's own */
	{ "a post", 201, "{\"id\":5,\"slug\":\"s\"}", FINE, FINE, false },
	{ "an empty list", 200, "[]", FINE, FINE, false },
	{ "a list under an error's status", 500, "[{\"id\":5}]", FINE, FINE, false },
	{ "a post under a wrong status", 404, "{\"id\":5}", FINE, FINE, false },
	{ "a post behind a byte order mark", 200, "\xef\xbb\xbf{\"id\":5}", FINE, FINE,
	    false },
	{ "a post behind a plugin's notice", 200, NOTICE "{\"id\":5}", FINE, FINE,
	    false },
	{ "a post before a notice of PHP's end", 201, "{\"id\":5}\n" NOTICE, FINE, FINE,
	    false },
	{ "an empty list before a cache's comment", 200, "[]\n<!-- cached 14:06 -->",
	    FINE, FINE, false },
	{ "a post with another status of success", 202, "{\"id\":5}", FINE, FINE, false },
	{ "an error before a notice", 400, ERROR("rest_invalid_param", "400") NOTICE,
	    DOUBT, DOUBT, false },
	{ "an error behind a notice, with 200", 200,
	    NOTICE ERROR("rest_invalid_param", "400"), DOUBT, DOUBT, false },
	{ "a post behind a plugin's style sheet", 200, TEN(TEN(RULE)) "{\"id\":5}", FINE,
	    FINE, false },
	{ "an empty list behind a plugin's stack trace", 200, TEN(TEN(FRAME)) "[]", FINE,
	    FINE, false },
	{ "an error behind both", 403,
	    TEN(TEN(RULE) FRAME) ERROR("jwt_auth_failed", "403"), DOUBT, DOUBT, false },
	{ "a page with a style sheet alone", 200, TEN(TEN(RULE)) HTML, DOUBT, DOUBT,
	    true },
	{ "a fault of the server behind a notice, with 200", 200,
	    NOTICE ERROR("internal_server_error", "500"), DOWN, DOWN, true },
	{ "maintenance", 503, ERROR("wp_die", "503"), DOWN, DOWN, true },
	{ "database down", 500, ERROR("wp_die", "500"), DOWN, DOWN, true },
	{ "a plugin died", 500, ERROR("internal_server_error", "500"), DOWN, DOWN, true },
	{ "too many requests", 429, ERROR("too_many_requests", "429"), DOWN, DOWN,
	    false },
	{ "not logged in", 401, ERROR("rest_not_logged_in", "401"), REFUSED, REFUSED,
	    false },
	{ "wrong password, as core says it", 401, ERROR("rest_cannot_create", "401"),
	    REFUSED, REFUSED, false },
	{ "wrong password at an edit", 401, ERROR("rest_cannot_edit", "401"), REFUSED,
	    REFUSED, false },
	{ "wrong password at a deletion", 401, ERROR("rest_cannot_delete", "401"),
	    REFUSED, REFUSED, false },
	{ "wrong password, as a plugin says it", 401, ERROR("incorrect_password", "401"),
	    REFUSED, REFUSED, false },
	{ "a closed API", 401, ERROR("rest_cannot_access", "401"), REFUSED, REFUSED,
	    false },
	{ "a code nobody knows with 401", 401, ERROR("whatever", "401"), REFUSED, REFUSED,
	    false },
	{ "a subscriber", 403, ERROR("rest_cannot_create", "403"), REFUSED, REFUSED,
	    false },
	{ "a contributor", 403, ERROR("rest_cannot_publish", "403"), REFUSED, REFUSED,
	    false },
	{ "another user's post", 403, ERROR("rest_cannot_edit", "403"), DOUBT, DOUBT,
	    false },
	{ "a plugin's own refusal", 403, ERROR("jwt_auth_failed", "403"), DOUBT, DOUBT,
	    false },
	{ "another one", 400, ERROR("acme_publishing_is_off", "400"), DOUBT, DOUBT,
	    false },
	{ "a field that is not taken", 400, ERROR("rest_invalid_param", "400"), DOUBT,
	    DOUBT, false },
	{ "a field that a plugin wants", 400, ERROR("rest_missing_callback_param", "400"),
	    DOUBT, DOUBT, false },
	{ "our text was lost on the way", 400, ERROR("empty_content", "400"), DOUBT,
	    DOUBT, false },
	{ "our text was cut on the way", 400, ERROR("rest_invalid_json", "400"), DOUBT,
	    DOUBT, false },
	{ "the database's character set", 500, ERROR("db_insert_error", "500"), DOUBT,
	    DOUBT, false },
	{ "data that is a text", 500,
	    "{\"code\":\"db_insert_error\",\"message\":\"m\",\"data\":\"x\"}", DOUBT,
	    DOUBT, false },
	{ "data that is null", 500,
	    "{\"code\":\"empty_term_name\",\"message\":\"m\",\"data\":null}", HELD, HELD,
	    false },
	{ "a post that is gone", 404, ERROR("rest_post_invalid_id", "404"), ROW, ROW,
	    false },
	{ "no such route", 404, ERROR("rest_no_route", "404"), DOWN, DOWN, false },
	/* of what stands before it, or of a part of it */
	{ "empty, 500", 500, "", DOWN, DOWN, true },
	{ "bad gateway", 502, HTML, DOWN, DOWN, true },
	{ "gateway timeout", 504, HTML, DOWN, DOWN, true },
	{ "a gateway's error in JSON", 503, "{\"message\":\"no upstream\"}", DOWN, DOWN,
	    true },
	{ "a plugin that wants a rest", 503, HTML, DOWN, DOWN, true },
	{ "too many, by a page", 429, HTML, DOWN, DOWN, false },
	{ "too large", 413, HTML, DOUBT, DOUBT, false },
	{ "too large, as the site says", 413, ERROR("acme_too_large", "413"), HELD, HELD,
	    false },
	{ "a firewall's page", 403, HTML, DOUBT, DOUBT, true },
	{ "a firewall's number", 403, "{\"code\":1020,\"message\":\"m\"}", DOUBT, DOUBT,
	    true },
	{ "a page that begins with a bracket", 200, "[x] " HTML, DOUBT, DOUBT, true },
	{ "a page with brackets in it", 200, "<p>[]</p>{}<p>", DOUBT, DOUBT, true },
	{ "a login before it", 401, HTML, REFUSED, REFUSED, false },
	{ "moved", 301, "", DOWN, DOWN, false },
	{ "moved, with a list", 302, "[{\"id\":5}]", DOWN, DOWN, false },
	{ "no API there", 404, HTML, DOUBT, DOUBT, true },
	{ "http to a port of TLS", 400, HTML, DOUBT, DOUBT, true },
	{ "a captcha with 200", 200, HTML, DOUBT, DOUBT, true },
	{ "empty, 200", 200, "", DOUBT, DOUBT, true },
	{ "cut", 201, "{\"id\":5056,\"slug\":\"", DOUBT, DOUBT, true },
	{ "a bare number", 200, "5", DOUBT, DOUBT, true },
};

static enum meaning
meaning_of(bool taken, const struct err *e)
{
	if (taken)
		return FINE;
	switch (e->fault) {
	case FAULT_RETRY:
		return ROW;
	case FAULT_REJECT:
		return HELD;
	case FAULT_DOUBT:
		return DOUBT;
	case FAULT_OUTAGE:
		return e->outage == OUTAGE_CREDENTIALS ? REFUSED : DOWN;
	case FAULT_NONE:
	case FAULT_CONFIG:
	case FAULT_FATAL:
		break;
	}
	return FINE;
}

static struct http_reply
reply_of(long status, const char *body)
{
	struct http_reply r = { .status = status, .body = BUF_INIT(REPLY_MAX_TEST) };

	buf_puts(&r.body, body);
	return r;
}

static void
test_case(const struct answer_case *c, bool write)
{
	auto_reply reply = reply_of(c->status, c->body);
	auto_buf words = BUF_INIT(BODY_MAX);
	auto_answer a = { .tree = NULL };
	struct err none = ERR_NONE, e = ERR_NONE;
	enum meaning want = write ? c->write : c->read;
	bool taken = wp_status_read(&a, &reply, &none, write, NOW, &e);

	buf_printf(
	    &words, "%s, to a %s: %s", c->words, write ? "write" : "read", WORDS[want]);
	is_int(meaning_of(taken, &e), want, buf_text(&words));
	is_int(e.unknown_outcome, write && c->unknown, "... its outcome is known or not");
	ok(taken == (a.tree != NULL), "... with a tree only for an answer");
	ok(taken || strstr(e.text, "wordpress") == e.text, "... and says whose fault");
}

static void
test_details(void)
{
	auto_reply wait = reply_of(503, ERROR("wp_die", "503"));
	auto_reply exists = reply_of(400,
	    "{\"code\":\"term_exists\",\"message\":\"m\",\"data\":{\"status\":400,"
	    "\"term_id\":2}}");
	auto_reply lost = reply_of(0, "");
	auto_answer a = { .tree = NULL }, b = { .tree = NULL }, c = { .tree = NULL };
	struct err none = ERR_NONE, e = ERR_NONE, cut = ERR_NONE;

	memcpy(wait.retry_after, "600", sizeof "600");
	wp_status_read(&a, &wait, &none, false, NOW, &e);
	is_int(e.retry_after_s, 600, "Retry-After is kept");
	wp_status_read(&b, &exists, &none, true, NOW, &e);
	is_text(b.code, "term_exists", "a term that exists: its code");
	is_int(b.term_id, 2, "... and its number");
	err_outage(&cut, OUTAGE_DOWN, 0, "wordpress: cut");
	cut.unknown_outcome = true;
	wp_status_read(&c, &lost, &cut, true, NOW, &e);
	ok(e.unknown_outcome, "no answer to a write: its outcome is unknown");
	wp_status_read(&c, &lost, &cut, false, NOW, &e);
	ok(!e.unknown_outcome, "no answer to a read: nothing can have happened");
}

struct base_case {
	const char *url, *link, *base; /* base NULL: refused */
	bool plain;
};

static const struct base_case BASES[] = {
	{ "https://blog.example", "https://blog.example/wp-json/",
	    "https://blog.example/wp-json/", false },
	{ "https://blog.example/", "https://blog.example/wp-json",
	    "https://blog.example/wp-json/", false },
	{ "https://Blog.example", "https://blog.example/wp-json/",
	    "https://Blog.example/wp-json/", false },
	{ "https://blog.example/sub", "https://blog.example/sub/index.php?rest_route=/",
	    "https://blog.example/sub/index.php?rest_route=/", true },
	{ "http://127.0.0.1:8080", "http://127.0.0.1:8080/?rest_route=/",
	    "http://127.0.0.1:8080/?rest_route=/", true },
	/* the same place in other words */
	{ "https://blog.example", "http://blog.example/wp-json/",
	    "https://blog.example/wp-json/", false },
	{ "https://blog.example", "http://blog.example:8080/wp-json/",
	    "https://blog.example/wp-json/", false },
	{ "http://blog.example", "https://blog.example/wp-json/",
	    "http://blog.example/wp-json/", false },
	{ "https://blog.example", "https://blog.example:443/wp-json/",
	    "https://blog.example/wp-json/", false },
	{ "https://blog.example:443/", "https://blog.example/wp-json/",
	    "https://blog.example:443/wp-json/", false },
	{ "https://blog.example", "https://blog.example./wp-json/",
	    "https://blog.example/wp-json/", false },
	{ "https://blog.example.", "https://blog.example/wp-json/",
	    "https://blog.example./wp-json/", false },
	{ "http://[::1]:8080", "http://[::1]:8080/wp-json/", "http://[::1]:8080/wp-json/",
	    false },
	/* elsewhere */
	{ "https://blog.example", "", NULL, false },
	{ "https://blog.example", "https://blog.example", NULL, false },
	{ "https://blog.example", "https://blog.example.evil.test/wp-json/", NULL,
	    false },
	{ "https://blog.example", "https://blog.example@evil.test/wp-json/", NULL,
	    false },
	{ "https://blog.example", "https://blog.example:8443/wp-json/", NULL, false },
	{ "http://[::1]", "http://[::1]:8080/wp-json/", NULL, false },
	{ "https://blog.example", "https://www.blog.example/wp-json/", NULL, false },
	{ "https://blog.example", "//blog.example/wp-json/", NULL, false },
	{ "https://blog.example", "/wp-json/", NULL, false },
};

static void
test_base(const struct base_case *c)
{
	auto_buf url = BUF_INIT(BODY_MAX);
	auto_buf words = BUF_INIT(BODY_MAX);
	struct service_config config = { .timeout_s = 1 };
	struct wp wp = { .service = { .name = "wordpress", .config = &config } };
	struct err e = ERR_NONE;
	bool taken;

	buf_puts(&url, c->url);
	config.url = url.ptr;
	taken = wp_take_base(&wp, c->link, &e);
	buf_printf(&words, "%s and Link %s: %s", c->url, c->link,
	    c->base != NULL ? "taken" : "refused");
	ok(taken == (c->base != NULL), buf_text(&words));
	is_text(wp.base, c->base != NULL ? c->base : "", "... the base");
	ok(wp.plain == c->plain, "... how queries are joined");
	ok(!taken || wp.other_scheme == (c->url[4] != c->link[4]),
	    "... and whether the site calls itself by another scheme");
	ok(taken || e.fault == FAULT_OUTAGE, "... nothing but a pause");
}

static void
test_page(const char *html, const char *link, const char *words)
{
	auto_buf out = BUF_INIT(BODY_MAX);

	wp_link_in_page(html, &out);
	is_text(buf_text(&out), link, words);
}

static void
test_pages(void)
{
	test_page(
	    "<html><head><link rel=\"https://api.w.org/\" "
	    "href=\"https://b.example/wp-json/\" /></head>",
	    "https://b.example/wp-json/", "a page names its API");
	test_page(
	    "<link rel='stylesheet' href='x.css'><LINK HREF='https://b.example/?a=1"
	    "&#038;rest_route=/&amp;b' rel='https://api.w.org/'>",
	    "https://b.example/?a=1&rest_route=/&b",
	    "... in any order, quotes and letters, with entities");
	test_page("<link rel=\"https://api.w.org/\">", "", "no address: none");
	test_page("<link rel=\"https://api.w.org/evil\" href=\"https://e.example/\">", "",
	    "another relation: none");
	test_page("<link rel=\"https://api.w.org/\" href=\"https://b", "", "cut: none");
	test_page("<title>Log in</title>", "", "a login page: none");
	test_page("", "", "nothing: none");
}

int
main(void)
{
	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		test_case(&CASES[i], false);
		test_case(&CASES[i], true);
	}
	test_details();
	for (size_t i = 0; i < sizeof BASES / sizeof BASES[0]; i++)
		test_base(&BASES[i]);
	test_pages();
	return done_testing();
}
