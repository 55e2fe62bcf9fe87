/*
 * test_http.c - transfers against a small server of our own: what is sent, read, refused, and
 * that nothing is ever sent twice.
 *
 * The server is a forked child on a loopback port; it counts connections and requests in memory
 * both share, and what it answers depends on the path. It ends with this program.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/ip.h"
#include "common/net/http.h"

#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "tests/unit/asleep.h"
#include "tests/unit/gzip.h"
#include "tests/unit/tap.h"

#define PEERS_MAX 32
#define REQUEST_MAX 8192
#define ANSWER_MAX 200000
#define PATH_BYTES 40
#define URL_MAX 200
#define REPLY_MAX 1000
#define QUICK_MS 1500
#define HOLD_MS 60000
#define LONG_VALUE_BYTES 300

/* ---- the server */

/* What parent and child share. */
struct seen {
	int connections, requests;
	char last[REQUEST_MAX]; /* the last request, as it came */
};

struct peer {
	int fd;
	size_t len;
	char bytes[REQUEST_MAX];
};

struct server {
	pid_t pid;
	int port;
	struct seen *seen;
};

static void
send_all(int fd, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

		if (n <= 0)
			return;
		bytes += n;
		len -= (size_t)n;
	}
}

/* A whole answer: status line, headers (each with its line's end) and body. */
static void
answer(int fd, const char *status, const char *headers, const void *body, size_t len)
{
	auto_buf b = BUF_INIT(ANSWER_MAX);

	buf_printf(
	    &b, "HTTP/1.1 %s\r\n%sContent-Length: %zu\r\n\r\n", status, headers, len);
	buf_put(&b, body, len);
	send_all(fd, buf_text(&b), b.len);
}

static void
answer_gzip(int fd, const char *name)
{
	auto_buf file = BUF_INIT(GZIP_FILE_MAX);

	gzip_put_named(&file, name);
	answer(fd, "200 OK", "Content-Encoding: gzip\r\n", file.ptr, file.len);
}

static void
answer_headers(int fd)
{
	static const char HEADERS[] =
	    "Content-Type: application/json; charset=UTF-8\r\n"
	    "retry-after:  120 \t\r\n"
	    "LOCATION: /elsewhere\r\n"
	    "Link: <https://blog.example/>; rel=\"next\", "
	    "<https://blog.example/wp-json/>; "
	    "rel=\"https://api.w.org/\"\r\n"
	    "Allow: GET, POST\r\n"
	    "WWW-Authenticate: Basic realm=\"x\"\r\n"
	    "Date: Sun, 09 Sep 2001 01:46:40 GMT\r\n"
	    "X-Retry-After: 7\r\n"
	    "Retry-After-Not: 8\r\n";

	answer(fd, "429 Too Many Requests", HEADERS, "{}", 2);
}

/* Repeats what it was sent, as error pages of gateways do. */
static void
answer_blabbing(int fd)
{
	static const char BODY[] =
	    "<p>Authorization: Basic cmVhZGVyOnBhc3M6d29yZA==</p>"
	    "{\"authorization\":\"Basic cmVhZGVyOnBhc3M6d29yZA\\u003d\\u003d\"}"
	    "<b>pass&#58;word</b> proxy: Z2F0ZTpvcGVu";

	answer(fd, "403 Forbidden",
	    "Location: /login?password=pass%3Aword\r\n"
	    "WWW-Authenticate: Basic realm=\"cmVhZGVyOnBhc3M6d29yZA==\"\r\n",
	    BODY, sizeof BODY - 1);
}

static void
answer_long_header(int fd)
{
	char value[LONG_VALUE_BYTES + 1];
	auto_buf headers = BUF_INIT(REQUEST_MAX);

	memset(value, 'x', sizeof value);
	value[LONG_VALUE_BYTES] = '\0';
	buf_printf(&headers, "Location: http://a.example/%s\r\n", value);
	answer(fd, "302 Found", buf_text(&headers), "", 0);
}

static void
answer_flood(int fd)
{
	auto_buf headers = BUF_INIT(ANSWER_MAX);

	for (int i = 0; i < 2 * HTTP_HEADERS_BYTES_MAX / 1000; i++)
		buf_printf(&headers, "X-%d: %0980d\r\n", i, 0);
	answer(fd, "200 OK", buf_text(&headers), "x", 1);
}

static const char SHORT[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

/* One byte after the other. */
static void
answer_in_pieces(int fd)
{
	static const struct timespec moment = { .tv_nsec = 2000000 };

	for (size_t i = 0; i < sizeof SHORT - 1; i++) {
		nanosleep(&moment, NULL);
		send_all(fd, SHORT + i, 1);
	}
}

/* Answers the request for `path`; false when the connection is to be closed. */
static bool
serve(int fd, const char *path)
{
	static const char CUT[] = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf";
	char body[REPLY_MAX + 1];

	memset(body, 'x', sizeof body);
	if (strstr(path, "closed.example") != NULL) {
		answer(fd, "407 Proxy Authentication Required",
		    "Proxy-Authenticate: Basic realm=\"x\"\r\n", "", 0);
		return true;
	}
	if (strcmp(path, "/drop") == 0)
		return false;
	if (strcmp(path, "/silent") == 0)
		return true;
	if (strncmp(path, "/short/", 7) == 0) {
		send_all(fd, SHORT, strtoul(path + 7, NULL, 10));
		return false;
	}
	if (strcmp(path, "/cut") == 0) {
		send_all(fd, CUT, sizeof CUT - 1);
		return false;
	}
	if (strcmp(path, "/pieces") == 0)
		answer_in_pieces(fd);
	else if (strcmp(path, "/fits") == 0)
		answer(fd, "200 OK", "", body, REPLY_MAX);
	else if (strcmp(path, "/over") == 0)
		answer(fd, "200 OK", "", body, REPLY_MAX + 1);
	else if (strcmp(path, "/moved") == 0)
		answer(fd, "301 Moved Permanently", "Location: /good\r\n", "gone", 4);
	else if (strcmp(path, "/blabs") == 0)
		answer_blabbing(fd);
	else if (strcmp(path, "/headers") == 0)
		answer_headers(fd);
	else if (strcmp(path, "/long") == 0)
		answer_long_header(fd);
	else if (strcmp(path, "/flood") == 0)
		answer_flood(fd);
	else if (strncmp(path, "/gzip/", 6) == 0)
		answer_gzip(fd, path + 6);
	else if (strcmp(path, "/head") == 0)
		send_all(
		    fd, "HTTP/1.1 200 OK\r\nAllow: GET\r\nContent-Length: 9\r\n\r\n", 50);
	else
		answer(fd, "200 OK", "Content-Type: text/plain\r\nSet-Cookie: a=b\r\n",
		    "hello", 5);
	return strcmp(path, "/last") != 0;
}

/* Whether the bytes hold a request with all its body. */
static bool
is_whole(const struct peer *p)
{
	const char *end = strstr(p->bytes, "\r\n\r\n");
	const char *length = strcasestr(p->bytes, "\r\nContent-Length:");
	size_t body = 0;

	if (end == NULL)
		return false;
	if (length != NULL && length < end)
		body = strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
	return p->len >= (size_t)(end + 4 - p->bytes) + body;
}

static void
hang_up(struct peer *p)
{
	close(p->fd);
	p->fd = -1;
	p->len = 0;
}

static void
hear(struct peer *p, struct seen *seen)
{
	char path[URL_MAX] = "";
	ssize_t n = recv(p->fd, p->bytes + p->len, sizeof p->bytes - 1 - p->len, 0);

	if (n <= 0) {
		hang_up(p);
		return;
	}
	p->len += (size_t)n;
	p->bytes[p->len] = '\0';
	if (!is_whole(p))
		return;
	memcpy(seen->last, p->bytes, p->len + 1);
	seen->requests++;
	p->len = 0;
	if (sscanf(p->bytes, "%*s %199s", path) != 1 || !serve(p->fd, path))
		hang_up(p);
}

static void
greet(struct peer *peers, int listener, struct seen *seen)
{
	int fd = accept(listener, NULL, NULL);

	for (int i = 0; fd >= 0 && i < PEERS_MAX; i++)
		if (peers[i].fd < 0) {
			peers[i].fd = fd;
			seen->connections++;
			return;
		}
	if (fd >= 0)
		close(fd);
}

static void __attribute__((noreturn)) run_server(int listener, struct seen *seen)
{
	static struct peer peers[PEERS_MAX];
	struct pollfd fds[PEERS_MAX + 1];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < PEERS_MAX; i++)
		peers[i].fd = -1;
	for (;;) {
		for (int i = 0; i < PEERS_MAX; i++)
			fds[i] = (struct pollfd){ .fd = peers[i].fd, .events = POLLIN };
		fds[PEERS_MAX] = (struct pollfd){ .fd = listener, .events = POLLIN };
		if (poll(fds, PEERS_MAX + 1, -1) < 0)
			_exit(1);
		for (int i = 0; i < PEERS_MAX; i++)
			if (fds[i].fd >= 0 && fds[i].revents != 0)
				hear(&peers[i], seen);
		if (fds[PEERS_MAX].revents != 0)
			greet(peers, listener, seen);
	}
}

/* A listening loopback socket on a port the system chose. */
static int
listen_somewhere(int *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) != 0 ||
	    listen(fd, PEERS_MAX) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		return -1;
	*port = ntohs(at.sin_port);
	return fd;
}

static bool
server_start(struct server *s)
{
	int listener = listen_somewhere(&s->port);

	s->seen = mmap(NULL, sizeof *s->seen, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (listener < 0 || s->seen == MAP_FAILED)
		return false;
	fflush(stdout);
	s->pid = fork();
	if (s->pid == 0)
		run_server(listener, s->seen);
	close(listener);
	return s->pid > 0;
}

static void
server_stop(struct server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	munmap(s->seen, sizeof *s->seen);
}

/* ---- the client's side */

/* A service of its own, a transfer handle and the server; one per test. */
struct bench {
	const struct server *server;
	struct http *http;
	struct service_config config;
	struct http_service service;
	char url[URL_MAX];
	int requests, connections; /* of the server, when the test began */
};

static void
bench_open(struct bench *b, const struct server *server)
{
	struct err e = ERR_NONE;

	*b = (struct bench){ .server = server,
		.config = { .timeout_s = 20, .allow_http = true } };
	b->service = (struct http_service){ .name = "unit", .config = &b->config };
	b->requests = server->seen->requests;
	b->connections = server->seen->connections;
	b->http = http_new("potpress-unit/1", &e);
	if (b->http == NULL) {
		printf("Bail out! %s\n", e.text);
		exit(1);
	}
}

static void
bench_close(struct bench *b)
{
	http_free(b->http);
}

static int
requests_seen(const struct bench *b)
{
	return b->server->seen->requests - b->requests;
}

static int
connections_seen(const struct bench *b)
{
	return b->server->seen->connections - b->connections;
}

static struct http_request
request(struct bench *b, const char *path)
{
	snprintf(b->url, sizeof b->url, "http://127.0.0.1:%d%s", b->server->port, path);
	return (struct http_request){ .service = &b->service,
		.method = "GET",
		.url = b->url,
		.reply_max = REPLY_MAX };
}

static struct http_request
post(struct bench *b, const char *path, const char *body)
{
	struct http_request r = request(b, path);

	r.method = "POST";
	r.body = body;
	r.body_len = strlen(body);
	r.headers[0] = "Content-Type: application/json";
	return r;
}

static bool
perform(struct bench *b, const struct http_request *r, struct http_reply *reply,
    struct err *e)
{
	bool done = http_perform(b->http, r, reply, e);

	if (!done)
		printf("# %s\n", e->text);
	return done;
}

static bool
get(struct bench *b, const char *path, struct http_reply *reply, struct err *e)
{
	struct http_request r = request(b, path);

	return perform(b, &r, reply, e);
}

static bool
is_down(const struct err *e, bool unknown_outcome)
{
	return e->fault == FAULT_OUTAGE && e->outage == OUTAGE_DOWN &&
	       e->text[0] != '\0' && e->unknown_outcome == unknown_outcome;
}

static bool
was_sent(const struct bench *b, const char *text)
{
	return strstr(b->server->seen->last, text) != NULL;
}

/* ---- what is sent and read */

static void
test_get(const struct server *server)
{
	struct bench b;
	auto_reply first = { 0 }, second = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	ok(get(&b, "/good?a=b", &first, &e), "a request is answered");
	is_int(first.status, 200, "its status");
	is_text(buf_text(&first.body), "hello", "its body");
	is_text(first.content_type, "text/plain", "its type");
	is_text(first.location, "", "a header that did not come is empty");
	ok(first.took_ms >= 0 && first.took_ms < QUICK_MS, "its time");
	ok(!first.too_large && e.fault == FAULT_NONE, "and no fault");
	ok(was_sent(&b, "GET /good?a=b HTTP/1.1\r\n"), "it was a GET");
	ok(was_sent(&b, "User-Agent: potpress-unit/1\r\n"), "under our name");
	ok(was_sent(&b, "Accept-Encoding: ") && was_sent(&b, "gzip"),
	    "that takes packed answers");
	ok(!was_sent(&b, "Authorization:"), "without a password");
	ok(get(&b, "/good", &second, &e), "a second one too");
	is_int(connections_seen(&b), 1, "over the same connection");
	ok(!was_sent(&b, "Cookie:"), "without the cookie of the first");
	bench_close(&b);
}

static void
test_post(const struct server *server)
{
	struct bench b;
	struct http_request r;
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	r = post(&b, "/good", "{\"a\":\"x\"}");
	r.headers[1] = "X-Unit: one";
	ok(perform(&b, &r, &reply, &e), "a body is sent");
	ok(was_sent(&b, "POST /good HTTP/1.1\r\n"), "by POST");
	ok(was_sent(&b, "\r\n\r\n{\"a\":\"x\"}"), "as it is");
	ok(was_sent(&b, "Content-Length: 9\r\n"), "with its length");
	ok(was_sent(&b, "Content-Type: application/json\r\n"),
	    "with the caller's headers");
	ok(was_sent(&b, "X-Unit: one\r\n"), "all of them");
	bench_close(&b);
}

static void
test_head(const struct server *server)
{
	struct bench b;
	struct http_request r;
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	r = request(&b, "/head");
	r.method = "HEAD";
	ok(perform(&b, &r, &reply, &e), "HEAD does not wait for a body");
	ok(was_sent(&b, "HEAD /head HTTP/1.1\r\n"), "it is sent as HEAD");
	is_text(reply.allow, "GET", "its headers are read");
	bench_close(&b);
}

static void
test_credentials(const struct server *server)
{
	static const struct secret KEY = { "k3y" };
	struct bench b;
	auto_reply with_key = { 0 }, with_password = { 0 }, suffixed = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	b.service.key_header = "x-apikey";
	b.service.key = &KEY;
	ok(get(&b, "/good", &with_key, &e) && was_sent(&b, "x-apikey: k3y\r\n"),
	    "a key is sent");
	b.service.key_header = "Authorization";
	b.service.key_prefix = "ApiKey ";
	b.service.user_agent_suffix = "; gzip";
	ok(get(&b, "/good", &suffixed, &e) &&
		was_sent(&b, "Authorization: ApiKey k3y\r\n"),
	    "with what stands before it");
	ok(was_sent(&b, "User-Agent: potpress-unit/1; gzip\r\n"),
	    "a service may want more in the name");
	b.service.key_header = NULL;
	b.service.user = "reader";
	snprintf(b.config.password.bytes, sizeof b.config.password.bytes, "pass:word");
	ok(get(&b, "/good", &with_password, &e) &&
		was_sent(&b, "Authorization: Basic cmVhZGVyOnBhc3M6d29yZA==\r\n"),
	    "user and password are sent at once, as Basic");
	bench_close(&b);
}

static void
test_secrets_are_hidden(const struct server *server)
{
	static char gate[] = "gate";
	struct bench b;
	auto_reply r = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	b.service.user = "reader";
	b.config.proxy_user = gate;
	snprintf(b.config.password.bytes, sizeof b.config.password.bytes, "pass:word");
	snprintf(
	    b.config.proxy_password.bytes, sizeof b.config.proxy_password.bytes, "open");
	ok(get(&b, "/blabs", &r, &e), "a server repeats what it was sent");
	is_text(buf_text(&r.body),
	    "<p>Authorization: Basic ************************</p>"
	    "{\"authorization\":\"Basic **********************************\"}"
	    "<b>*************</b> proxy: ************",
	    "neither the password nor what is sent of it is read, however it is spelled");
	is_text(r.location, "/login?password=***********", "nor in an address");
	is_text(r.www_authenticate, "Basic realm=\"************************\"",
	    "nor in a header");
	bench_close(&b);
}

static void
test_headers(const struct server *server)
{
	struct bench b;
	auto_reply r = { 0 }, lengthy = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	ok(get(&b, "/headers", &r, &e), "an answer that says no is an answer");
	is_int(r.status, 429, "with its status");
	is_text(r.content_type, "application/json; charset=UTF-8", "Content-Type");
	is_text(r.retry_after, "120",
	    "Retry-After, in any case and without the space around");
	is_text(r.location, "/elsewhere", "Location");
	is_text(r.link_api, "https://blog.example/wp-json/",
	    "Link: the target with WordPress's rel");
	is_text(r.allow, "GET, POST", "Allow");
	is_text(r.www_authenticate, "Basic realm=\"x\"", "WWW-Authenticate");
	is_text(r.date, "Sun, 09 Sep 2001 01:46:40 GMT", "Date");
	ok(get(&b, "/long", &lengthy, &e), "a header of any length is survived");
	is_text(lengthy.location, "",
	    "one that is too long is left out, since a cut address is another");
	bench_close(&b);
}

static void
test_redirect(const struct server *server)
{
	struct bench b;
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	ok(get(&b, "/moved", &reply, &e), "a redirect is an answer");
	is_int(reply.status, 301, "with its status");
	is_text(reply.location, "/good", "and its target");
	is_text(buf_text(&reply.body), "gone", "and its own body");
	is_int(requests_seen(&b), 1, "it is not followed");
	bench_close(&b);
}

static void
test_gzip(const struct server *server)
{
	struct bench b;
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	ok(get(&b, "/gzip/word/0", &reply, &e), "a packed answer is taken");
	is_text(buf_text(&reply.body), "unpacked", "and unpacked");
	bench_close(&b);
}

/* ---- bodies that are wanted as they were sent */

static bool
get_packed(struct bench *b, const char *path, struct http_reply *reply, struct err *e)
{
	struct http_request r = request(b, path);

	r.keep_packed = true;
	return perform(b, &r, reply, e);
}

static void
test_packed(const struct server *server)
{
	struct bench b;
	auto_reply gzip = { 0 }, plain = { 0 }, empty = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	ok(get_packed(&b, "/gzip/word/0", &gzip, &e),
	    "a packed answer may be kept as it was sent");
	is_text(buf_text(&gzip.body), GZIP_WORD, "it is unpacked all the same");
	ok(zlib_is(&gzip.packed, GZIP_WORD), "what is kept is a zlib stream of the body");
	ok(get_packed(&b, "/gzip/zeros/0", &empty, &e) && empty.body.len == 0 &&
		zlib_is(&empty.packed, ""),
	    "so is an empty one");
	ok(get_packed(&b, "/good", &plain, &e) && plain.body.len > 0,
	    "an answer that is not packed is taken");
	is_int((int64_t)plain.packed.len, 0, "as it is");
	bench_close(&b);
}

/* Whether it is received, each for itself. */
static bool
is_packed_word(struct bench *b, const char *name, size_t n)
{
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;
	char path[PATH_BYTES];

	return get_packed(b, BUF_FIXED(path, "/gzip/%s/%zu", name, n), &reply, &e) &&
	       strcmp(buf_text(&reply.body), GZIP_WORD) == 0 &&
	       zlib_is(&reply.packed, GZIP_WORD);
}

static bool
is_broken(struct bench *b, const char *name, size_t n)
{
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;
	char path[PATH_BYTES];

	return !get_packed(b, BUF_FIXED(path, "/gzip/%s/%zu", name, n), &reply, &e) &&
	       is_down(&e, true) && !reply.too_large;
}

static bool
is_too_large(struct bench *b, const char *name, size_t n)
{
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;
	char path[PATH_BYTES];

	return !get_packed(b, BUF_FIXED(path, "/gzip/%s/%zu", name, n), &reply, &e) &&
	       reply.too_large && e.fault == FAULT_RETRY && reply.body.len <= REPLY_MAX &&
	       reply.body.cap < 2 * REPLY_MAX;
}

static void
test_packed_fields(const struct server *server)
{
	struct bench b;
	bool good = true;

	bench_open(&b, server);
	for (size_t flags = 0; flags < 32; flags++)
		good = is_packed_word(&b, "fields", flags) && good;
	ok(good, "all optional fields of a gzip file are passed over");
	ok(is_broken(&b, "fields", 32), "... but no unknown one");
	bench_close(&b);
}

static void
test_packed_damage(const struct server *server)
{
	auto_buf file = BUF_INIT(GZIP_FILE_MAX);
	struct bench b;
	bool broken = true;

	bench_open(&b, server);
	gzip_put_word(&file, 0);
	for (size_t len = 1; len < file.len; len++)
		broken = is_broken(&b, "cut", len) && broken;
	ok(broken, "a packed body that is cut anywhere is an outage");
	broken = true;
	for (size_t at = GZIP_HEADER; at < file.len; at++)
		broken = is_broken(&b, "damaged", at) && broken;
	ok(broken, "so is one with a wrong byte in data, checksum, or size");
	ok(is_broken(&b, "damaged", 0) && is_broken(&b, "damaged", 2),
	    "... or one that is no gzip file");
	ok(is_broken(&b, "and-more", 0) && is_broken(&b, "twice", 0),
	    "... or with more behind it");
	bench_close(&b);
}

/* Bytes that a gzip file may give as its size. */
static const size_t TOLD[] = { 0, 1, 7, 9, REPLY_MAX - 1, REPLY_MAX, REPLY_MAX + 1,
	5000001, UINT32_MAX };

static void
test_packed_lies(const struct server *server)
{
	struct bench b;
	bool broken = true, too_large = true;

	bench_open(&b, server);
	for (size_t i = 0; i < sizeof TOLD / sizeof TOLD[0]; i++) {
		broken = is_broken(&b, "lie", TOLD[i]) && broken;
		too_large = is_too_large(&b, "lying-bomb", TOLD[i]) && too_large;
	}
	ok(broken, "a packed body of another size than it tells is damaged");
	ok(too_large, "... or too large, and no more room is made for it than the limit");
	bench_close(&b);
}

static void
test_packed_limits(const struct server *server)
{
	struct bench b;
	auto_reply fits = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	ok(get_packed(&b, "/gzip/zeros/1000", &fits, &e),
	    "a packed body of just the limit is taken");
	is_int((int64_t)fits.body.len, REPLY_MAX, "whole");
	ok(is_too_large(&b, "zeros", REPLY_MAX + 1), "one byte more is too large");
	ok(is_too_large(&b, "zeros", 5000000), "and far more");
	bench_close(&b);
}

static void
test_packed_secrets(const struct server *server)
{
	static const struct secret KEY = { "0123456789abcdef0123" };
	struct bench b;
	auto_reply key = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	b.service.key_header = "x-apikey";
	b.service.key = &KEY;
	ok(get_packed(&b, "/gzip/key/0", &key, &e) && key.packed.len == 0,
	    "a body that repeats the key is not kept as it was sent");
	is_text(buf_text(&key.body), "your key is ********************",
	    "... but with the key hidden");
	bench_close(&b);
}

static void
test_environment(const struct server *server)
{
	struct bench b;
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;

	unsetenv("no_proxy");
	unsetenv("NO_PROXY");
	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	bench_open(&b, server);
	ok(get(&b, "/good", &reply, &e), "the environment's proxies are not used");
	bench_close(&b);
	unsetenv("http_proxy");
	unsetenv("ALL_PROXY");
}

/* "http://a.example/x" of another host and "a.example:443" of a tunnel ask the server as a proxy. */
static void
proxied_get(struct bench *b, const char *url, struct err *e)
{
	auto_reply reply = { 0 };
	struct http_request r = request(b, "");
	char proxy[URL_MAX];

	*e = (struct err)ERR_NONE;
	snprintf(proxy, sizeof proxy, "http://127.0.0.1:%d", b->server->port);
	b->config.proxy = proxy;
	r.url = url;
	(void)http_perform(b->http, &r, &reply, e);
}

static void
test_proxy_login(const struct server *server)
{
	static const char *const URLS[] = { "http://closed.example/",
		"https://closed.example/" };
	char user[] = "me";
	struct bench b;
	struct err e;

	bench_open(&b, server);
	for (size_t i = 0; i < 2; i++) {
		b.config.proxy_user = NULL;
		proxied_get(&b, URLS[i], &e);
		ok(e.fault == FAULT_OUTAGE && e.outage == OUTAGE_CREDENTIALS &&
			!e.unknown_outcome && strstr(e.text, "proxy asks for a login") &&
			strstr(e.text, "proxy_password_file"),
		    "a proxy that wants a login is named, and what to set");
		b.config.proxy_user = user;
		snprintf(b.config.proxy_password.bytes, SECRET_MAX, "s3cret");
		proxied_get(&b, URLS[i], &e);
		ok(e.outage == OUTAGE_CREDENTIALS &&
			strstr(e.text, "proxy rejected proxy_user"),
		    "so is one that refuses ours");
		ok(was_sent(&b, "Proxy-Authorization: Basic bWU6czNjcmV0\r\n"),
		    "the login was sent");
	}
	proxied_get(&b, "http://open.example/", &e);
	ok(e.fault == FAULT_NONE, "one that takes it lets us through");
	bench_close(&b);
}

static void
note_peer(void *ctx, const struct service_config *config, const char *address)
{
	char *peer = ctx;

	(void)config;
	snprintf(peer, IP_TEXT_MAX, "%s", address);
}

static void
test_peers(const struct server *server)
{
	char peer[IP_TEXT_MAX] = "";
	auto_reply reply = { 0 };
	struct bench b;
	struct err e = ERR_NONE;

	bench_open(&b, server);
	http_tell_peers(b.http, note_peer, peer);
	proxied_get(&b, "http://open.example/", &e);
	is_text(peer, "", "the address of a proxy is not told");
	b.config.proxy = NULL;
	ok(get(&b, "/good", &reply, &e), "without one");
	is_text(peer, "127.0.0.1", "... the server's address is");
	bench_close(&b);
}

static void
test_ignored_proxy(const struct server *server)
{
	char nowhere[] = "127.0.0.1:1";
	struct err e = ERR_NONE;
	struct bench b;

	setenv("https_proxy", "http://127.0.0.1:1", 1);
	bench_open(&b, server);
	b.config.connect_to = nowhere;
	proxied_get(&b, "http://127.0.0.1:1/", &e);
	ok(!strstr(e.text, "https_proxy"), "with `proxy` the environment is no matter");
	b.config.proxy = NULL;
	(void)get(&b, "/good", &(struct http_reply){ 0 }, &e);
	ok(strstr(e.text, "https_proxy is set, but only `proxy`") != NULL,
	    "a proxy that only the environment knows is hinted at");
	bench_close(&b);
	unsetenv("https_proxy");
}

static void
test_protocols(const struct server *server)
{
	struct bench b;
	struct http_request r;
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	r = request(&b, "/good");
	r.url = "file:///etc/hostname";
	ok(!perform(&b, &r, &reply, &e), "no file is read");
	is_int((int64_t)reply.body.len, 0, "not a byte of it");
	bench_close(&b);
}

/* ---- limits */

static void
check_over(struct bench *b, const char *path, const char *words)
{
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;

	ok(!get(b, path, &reply, &e) && reply.too_large, words);
	is_int(e.fault, FAULT_RETRY, "... it is no outage");
	ok(strstr(e.text, "exceeds the limit") != NULL, "... the sentence says so");
	ok(reply.body.len <= REPLY_MAX, "... and no more was kept");
}

static void
test_size(const struct server *server)
{
	struct bench b;
	auto_reply fits = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	ok(get(&b, "/fits", &fits, &e) && !fits.too_large,
	    "an answer of just the limit is taken");
	is_int((int64_t)fits.body.len, REPLY_MAX, "whole");
	check_over(&b, "/over", "one byte more is too large");
	check_over(&b, "/gzip/zeros/5000000", "the unpacked size counts");
	bench_close(&b);
}

static void
test_header_flood(const struct server *server)
{
	struct bench b;
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	ok(!get(&b, "/flood", &reply, &e), "headers without end are refused");
	ok(is_down(&e, true), "as a fault of the service");
	bench_close(&b);
}

/* ---- failures of the transport */

static void
test_refused(const struct server *server)
{
	struct bench b;
	struct http_request r;
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;
	int port = 0, fd = listen_somewhere(&port);

	bench_open(&b, server);
	r = post(&b, "/", "{}");
	snprintf(b.url, sizeof b.url, "http://127.0.0.1:%d/", port);
	/* Nobody listens where somebody just did. */
	close(fd);
	ok(!perform(&b, &r, &reply, &e), "a refused connection fails");
	ok(is_down(&e, false), "the service is down, and nothing can have happened");
	is_int(reply.status, 0, "there is no answer");
	ok(strstr(e.text, "unit") != NULL, "the sentence names the service");
	bench_close(&b);
}

static void
test_no_answer(const struct server *server)
{
	struct bench b;
	struct http_request r;
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	r = post(&b, "/drop", "{}");
	ok(!perform(&b, &r, &reply, &e), "a connection closed without an answer fails");
	ok(is_down(&e, true), "and the outcome is unknown");
	is_int(reply.status, 0, "there is no status");
	is_int(requests_seen(&b), 1, "it was sent once");
	bench_close(&b);
}

static void
test_cut_answer(const struct server *server)
{
	struct bench b;
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	ok(!get(&b, "/cut", &reply, &e), "a cut answer fails");
	ok(is_down(&e, true), "and the outcome is unknown");
	is_int(reply.status, 200, "the status of what came is told");
	ok(!reply.too_large, "it was not too large");
	bench_close(&b);
}

static void
test_cut_anywhere(const struct server *server)
{
	size_t lost = 0;

	for (size_t n = 0; n < sizeof SHORT; n++) {
		struct bench b;
		char path[PATH_BYTES];
		auto_reply reply = { 0 };
		struct err e = ERR_NONE;

		bench_open(&b, server);
		snprintf(path, sizeof path, "/short/%zu", n);
		if (!get(&b, path, &reply, &e) && is_down(&e, true))
			lost++;
		else if (n < sizeof SHORT - 1)
			printf("# cut after %zu bytes: %s\n", n, e.text);
		bench_close(&b);
	}
	is_int((int64_t)lost, sizeof SHORT - 1,
	    "an answer cut after any of its bytes is lost, and only the whole one is "
	    "none");
}

static void
test_timeout(const struct server *server)
{
	struct bench b;
	auto_reply reply = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	b.config.timeout_s = 1;
	ok(!get(&b, "/silent", &reply, &e), "a silent server is not waited for for ever");
	ok(is_down(&e, true), "and the outcome is unknown");
	ok(strstr(e.text, "timed out") != NULL, "the sentence says so");
	ok(reply.took_ms >= 900 && reply.took_ms < 10000,
	    "after the time of the configuration");
	bench_close(&b);
}

/* A connection is kept after the first answer; the server takes the second request and hangs up. */
static void
check_lost_on_reuse(const struct server *server, bool with_body, const char *words)
{
	struct bench b;
	struct http_request r;
	auto_reply first = { 0 }, second = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	ok(get(&b, "/good", &first, &e) && requests_seen(&b) == 1, words);
	r = with_body ? post(&b, "/drop", "{\"once\":1}") : request(&b, "/drop");
	ok(!perform(&b, &r, &second, &e), "... whose answer is lost");
	ok(is_down(&e, true), "... has an unknown outcome");
	is_int(second.status, 0, "... and no status");
	is_int(requests_seen(&b), 2, "... the server saw it exactly once");
	bench_close(&b);
}

static void
test_lost_on_reuse(const struct server *server)
{
	check_lost_on_reuse(server, false, "a GET on a kept connection");
	check_lost_on_reuse(server, true, "a POST on a kept connection");
}

static void
test_closed_between(const struct server *server)
{
	struct timespec moment = { .tv_nsec = 50000000 };
	struct bench b;
	struct http_request r;
	auto_reply first = { 0 }, second = { 0 };
	struct err e = ERR_NONE;
	int opened;

	bench_open(&b, server);
	ok(get(&b, "/last", &first, &e),
	    "a server may close a connection it promised to keep");
	/* Connections are counted in their order: what an earlier test opened is behind us. */
	opened = connections_seen(&b);
	nanosleep(&moment, NULL);
	r = post(&b, "/good", "{}");
	ok(perform(&b, &r, &second, &e) && second.status == 200,
	    "the next request takes a new one");
	is_int(requests_seen(&b), 2, "and is sent once");
	is_int(connections_seen(&b) - opened, 1, "over a second connection");
	bench_close(&b);
}

/* ---- several at once, and the wait */

struct tally {
	int done, statuses, faults;
};

static void
count_done(void *ctx, struct http_reply *reply, const struct err *e)
{
	struct tally *t = ctx;

	t->done++;
	t->statuses += (int)reply->status;
	t->faults += e->fault != FAULT_NONE;
}

static void
test_several(const struct server *server)
{
	struct tally t = { 0 };
	struct err e = ERR_NONE;
	struct http_request r;
	struct bench b;
	bool started = true;

	bench_open(&b, server);
	r = request(&b, "/good");
	for (int i = 0; i < 4; i++)
		started = http_start(b.http, &r, count_done, &t, &e) && started;
	ok(started && http_in_flight(b.http) == 4, "four requests are under way");
	is_int(t.done, 0, "nothing is answered before somebody waits");
	memset(b.url, '#', sizeof b.url - 1);
	for (int i = 0; i < 100 && http_in_flight(b.http) > 0; i++)
		http_poll(b.http, -1, 1000);
	is_int(t.done, 4, "each is answered once");
	is_int(t.statuses, 800, "with its status, and its own copy of the address");
	is_int(t.faults, 0, "without a fault");
	is_int(http_in_flight(b.http), 0, "then nothing is under way");
	bench_close(&b);
}

static void
test_meanwhile(const struct server *server)
{
	struct tally t = { 0 };
	struct err e = ERR_NONE;
	struct http_request r;
	struct bench b;
	auto_reply reply = { 0 };

	bench_open(&b, server);
	r = request(&b, "/silent");
	ok(http_start(b.http, &r, count_done, &t, &e), "one request hangs");
	ok(get(&b, "/good", &reply, &e), "another is answered meanwhile");
	is_int(http_in_flight(b.http), 1, "the first goes on");
	bench_close(&b);
	is_int(t.done, 0, "and is ended without calling back");
}

struct chore {
	struct bench *b;
	int times;
	bool answered;
};

static void
do_chore(void *ctx)
{
	struct chore *c = ctx;
	struct err e = ERR_NONE;
	auto_reply reply = { 0 };

	c->times++;
	c->answered = get(c->b, "/good", &reply, &e);
}

static void
test_chore(const struct server *server)
{
	struct err e = ERR_NONE;
	struct http_request r;
	struct bench b;
	struct chore chore = { .b = &b };
	auto_reply reply = { 0 };

	bench_open(&b, server);
	r = request(&b, "/good");
	r.meanwhile = do_chore;
	r.meanwhile_ctx = &chore;
	ok(http_perform(b.http, &r, &reply, &e) && reply.status == 200,
	    "a request is answered while something else is done");
	is_int(chore.times, 1, "... once");
	ok(chore.answered, "which may be a request of its own");
	bench_close(&b);
}

static void
test_poll(const struct server *server)
{
	struct tally t = { 0 };
	struct err e = ERR_NONE;
	struct http_request r;
	struct bench b;
	int64_t start;
	int ends[2];

	bench_open(&b, server);
	r = request(&b, "/pieces");
	ok(http_start(b.http, &r, count_done, &t, &e), "a request is under way");
	http_poll(b.http, -1, HOLD_MS);
	is_int(t.done, 1, "a wait lasts until the last piece of its answer");
	start = clock_monotonic_ms();
	http_poll(b.http, -1, 100);
	ok(clock_monotonic_ms() - start >= 90, "a wait without work lasts its time");
	ok(pipe(ends) == 0 && write(ends[1], "x", 1) == 1, "somebody writes to a pipe");
	start = clock_monotonic_ms();
	http_poll(b.http, ends[0], HOLD_MS);
	ok(clock_monotonic_ms() - start < QUICK_MS, "which ends a wait");
	close(ends[0]);
	close(ends[1]);
	bench_close(&b);
}

/* Once the server has the request. */
static void
give_up(void *ctx, int ms)
{
	struct bench *b = ctx;

	http_poll(b->http, -1, ms / 50);
	if (requests_seen(b) > 0)
		http_give_up(b->http, "no longer wanted");
}

static void
test_give_up(const struct server *server)
{
	struct bench b;
	auto_reply hanging = { 0 };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	http_wait_by(b.http, give_up, &b);
	ok(!get(&b, "/silent", &hanging, &e), "a request is given up");
	ok(strstr(e.text, "no longer wanted") != NULL, "the sentence says why");
	ok(is_down(&e, true), "and the outcome is unknown");
	is_int(http_in_flight(b.http), 0, "nothing is left under way");
	bench_close(&b);
}

/* ---- the rest */

static void
test_diagnose(const struct server *server)
{
	auto_buf good = BUF_INIT(REQUEST_MAX), bad = BUF_INIT(REQUEST_MAX);
	struct bench b;
	char closed[URL_MAX];
	int port = 0, fd = listen_somewhere(&port);

	bench_open(&b, server);
	request(&b, "/good");
	b.config.url = b.url;
	http_diagnose(b.http, &b.service, &good);
	is_text(buf_text(&good), "",
	    "of a service that can be reached there is nothing to say");
	is_int(requests_seen(&b), 0, "and no request was sent to find out");
	close(fd);
	snprintf(closed, sizeof closed, "http://127.0.0.1:%d/", port);
	b.config.url = closed;
	http_diagnose(b.http, &b.service, &bad);
	ok(strstr(buf_text(&bad), closed) != NULL, "of another its address is named");
	ok(strstr(buf_text(&bad), "the connection was refused") != NULL, "and the cause");
	bench_close(&b);
}

static void
test_escape(void)
{
	auto_buf b = BUF_INIT(REQUEST_MAX);

	http_escape(&b, "azAZ09-._~");
	is_text(buf_text(&b), "azAZ09-._~", "unreserved characters stay");
	buf_reset(&b);
	http_escape(&b, "a b/c?d&e=f#g%h+\"");
	is_text(buf_text(&b), "a%20b%2Fc%3Fd%26e%3Df%23g%25h%2B%22", "all others do not");
	buf_reset(&b);
	http_escape(&b, "\xc3\xbc\n\x7f");
	is_text(buf_text(&b), "%C3%BC%0A%7F", "byte by byte");
}

struct ending {
	bool done;
	struct err e;
};

static void
note_ending(void *ctx, struct http_reply *reply, const struct err *e)
{
	struct ending *end = ctx;

	(void)reply;
	end->e = *e;
	end->done = true;
}

/* libcurl measures by a clock that stands still meanwhile. Last: this process stays in that time. */
static void
test_sleep_of_the_machine(const struct server *server)
{
	struct bench b;
	struct http_request r;
	struct ending end = { .done = false };
	struct err e = ERR_NONE;

	bench_open(&b, server);
	r = request(&b, "/good");
	ok(http_start(b.http, &r, note_ending, &end, &e), "a request is set up");
	if (ok(asleep_for(1000), ASLEEP_NEEDS)) {
		while (!end.done)
			http_poll(b.http, -1, 100);
		ok(is_down(&end.e, false),
		    "the machine sleeps past its timeout: it fails");
		is_int(requests_seen(&b), 0, "... and is not sent");
		end.done = false;
		ok(http_start(b.http, &r, note_ending, &end, &e), "a later one");
		while (!end.done)
			http_poll(b.http, -1, 100);
		ok(end.e.fault == FAULT_NONE && requests_seen(&b) == 1, "... is");
	}
	bench_close(&b);
}

int
main(void)
{
	struct server server;

	if (!ok(server_start(&server), "a server of our own"))
		return done_testing();
	test_get(&server);
	test_post(&server);
	test_head(&server);
	test_credentials(&server);
	test_secrets_are_hidden(&server);
	test_headers(&server);
	test_redirect(&server);
	test_gzip(&server);
	test_packed(&server);
	test_packed_fields(&server);
	test_packed_damage(&server);
	test_packed_lies(&server);
	test_packed_limits(&server);
	test_packed_secrets(&server);
	test_environment(&server);
	test_proxy_login(&server);
	test_peers(&server);
	test_ignored_proxy(&server);
	test_protocols(&server);
	test_size(&server);
	test_header_flood(&server);
	test_refused(&server);
	test_no_answer(&server);
	test_cut_answer(&server);
	test_cut_anywhere(&server);
	test_timeout(&server);
	test_lost_on_reuse(&server);
	test_closed_between(&server);
	test_several(&server);
	test_meanwhile(&server);
	test_chore(&server);
	test_poll(&server);
	test_give_up(&server);
	test_diagnose(&server);
	test_escape();
	test_sleep_of_the_machine(&server);
	server_stop(&server);
	return done_testing();
}
