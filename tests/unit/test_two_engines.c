/*
 * test_two_engines.c - two T-Pots, one of them made up, before a small engine of our own: --check and
 * --since work on both, and what is logged once a day is logged of each.
 *
 * The engine is a forked child on a loopback port that answers as the path asks; it ends with this program.
 *
 * SPDX-License-Identifier: MIT
 */
#include <arpa/inet.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "collector/collector.h"
#include "collector/survey.h"
#include "common/stage/internal.h"
#include "tests/unit/with_db.h"
#include "tests/unit/with_log.h"

#define NOW 1764000000
#define REQUEST_MAX 65536
#define STEPS_MAX 100
#define NEAR "near-2025.11.24"
#define FAR "far-2025.11.24"

/* ---- the engine */

static void
answer(int fd, const char *status, const char *body)
{
	auto_buf b = BUF_INIT(REQUEST_MAX);

	buf_printf(&b,
	    "HTTP/1.1 %s\r\nContent-Type: application/json\r\nConnection: close\r\n"
	    "Content-Length: %zu\r\n\r\n%s",
	    status, strlen(body), body);
	if (send(fd, buf_text(&b), b.len, MSG_NOSIGNAL) < 0)
		_exit(1);
}

/* One document of each index, whose hash its number names. */
static void
answer_page(int fd, bool far)
{
	auto_buf b = BUF_INIT(REQUEST_MAX);

	buf_printf(&b,
	    "{\"timed_out\":false,\"_shards\":{\"total\":1,\"failed\":0},\"hits\":{\"hits\":["
	    "{\"_id\":\"x\",\"_seq_no\":0,\"_source\":{\"type\":\"Cowrie\","
	    "\"eventid\":\"cowrie.session.file_download\",\"session\":\"s\",\"shasum\":"
	    "\"%s8d0be9a7364218c0d9e7fa5b3c6d2e4f8091a2b3c4d5e6f708192a3b4c5d\","
	    "\"@timestamp\":\"2025-11-24T15:00:00Z\"}}]}}",
	    far ? "fa12" : "ea12");
	answer(fd, "200 OK", buf_text(&b));
}

/* To a user without the privilege monitor. */
static void
answer_request(int fd, const char *request)
{
	bool far = strncmp(strchr(request, '/'), "/far", 4) == 0;

	if (strstr(request, "/_stats") != NULL || strstr(request, "/_field_caps") != NULL)
		answer(fd, "403 Forbidden",
		    "{\"error\":{\"type\":\"security_exception\",\"reason\":\"no\"},\"status\":"
		    "403}");
	else if (strstr(request, "aggregations.i") == NULL)
		answer_page(fd, far);
	else if (strstr(request, "_shards:0") == NULL)
		answer(fd, "200 OK",
		    "{\"timed_out\":false,\"_shards\":{\"total\":0,\"failed\":0}}");
	else
		answer(fd, "200 OK",
		    far ? "{\"timed_out\":false,\"_shards\":{\"total\":1,\"failed\":0},"
			  "\"aggregations\":{\"i\":{\"buckets\":[{\"key\":\"" FAR
			  "\",\"m\":{\"value\":0}}]}}}"
			: "{\"timed_out\":false,\"_shards\":{\"total\":1,\"failed\":0},"
			  "\"aggregations\":{\"i\":{\"buckets\":[{\"key\":\"" NEAR
			  "\",\"m\":{\"value\":0}}]}}}");
}

static bool
is_whole(const char *request)
{
	const char *body = strstr(request, "\r\n\r\n"),
		   *length = strcasestr(request, "Content-Length:");

	return body != NULL && (length == NULL || (long)strlen(body + 4) >=
						      strtol(length + 15, NULL, 10));
}

static void
serve(int fd)
{
	char request[REQUEST_MAX] = "";
	size_t len = 0;
	ssize_t n = 1;

	while (n > 0 && !is_whole(request) && len < sizeof request - 1) {
		n = recv(fd, request + len, sizeof request - 1 - len, 0);
		len += n > 0 ? (size_t)n : 0;
		request[len] = '\0';
	}
	if (is_whole(request))
		answer_request(fd, request);
	close(fd);
}

static pid_t
start_engine(char *url, size_t size)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t len = sizeof a;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	pid_t pid;

	if (bind(listener, (struct sockaddr *)&a, len) != 0 ||
	    listen(listener, 16) != 0 ||
	    getsockname(listener, (struct sockaddr *)&a, &len) != 0)
		die("no port");
	snprintf(url, size, "http://127.0.0.1:%d", ntohs(a.sin_port));
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			serve(accept(listener, NULL, NULL));
	}
	close(listener);
	return pid;
}

/* ---- the collector */

static char url[64], nowhere[] = "http://127.0.0.1:1";
static struct collector co;
static struct collector_config far;
static struct backfill past;

static const struct collector_config *
far_source(const struct config *c, size_t n, const char **name)
{
	(void)c;
	*name = "far";
	return n == 0 ? &far : NULL;
}

static struct source_row table[] = { { NULL }, { far_source }, { NULL } };

static struct collector_config
config_of(char *index, char *where)
{
	struct collector_config c = { .index = index, .interval_s = 60 };

	c.service.url = where;
	c.service.timeout_s = 20;
	return c;
}

static void
configure(struct stage *st, char *near_url, char *far_url)
{
	static char near_index[] = "near-*", far_index[] = "far-*", zone[] = "UTC";

	table[0] = sources[0];
	far = config_of(far_index, far_url);
	st->config.collector = config_of(near_index, near_url);
	st->config.database.path = db_path;
	st->config.general.timezone = zone;
	st->clock = clock_of_test();
	now = NOW;
}

static void
open_both(void)
{
	struct err e = ERR_NONE;

	db_fresh();
	past = (struct backfill){ .phase = BACKFILL_LIST };
	co = (struct collector){ .backfill = &past,
		.st = { .name = "collector", .db = db, .lock_fd = -1 } };
	configure(&co.st, url, url);
	co.st.log = log_of_test("collector", &co.st.clock);
	co.st.http = http_new("test", &e);
	if (co.st.http == NULL || !events_open(&co.st.events, co.st.http, &e))
		die(e.text);
	source_add_services(&co.st, table);
	if (!collector_init(&co, table, &e))
		die(e.text);
}

static void
close_both(void)
{
	backfill_done(&past);
	collector_done(&co);
	events_close(&co.st.events);
	http_free(co.st.http);
	db_close(&co.st.db);
	db = (struct db){ .handle = NULL };
}

/* ---- what they do */

static void
test_since(void)
{
	struct step step = { .finished = false };
	struct err e = ERR_NONE;
	const char *log;
	int steps = 0;

	open_both();
	while (!step.finished && steps++ < STEPS_MAX)
		if (!collector_step(&co, NOW, &step, &e))
			die(e.text);
	ok(step.finished, "the past of both is read to its end");
	is_text(
	    words("SELECT group_concat(source || ' ' || hash, ', ') FROM (SELECT "
		  "source, substr(sha256, 1, 4) AS hash FROM sighting JOIN sample s ON "
		  "s.id = sample_id ORDER BY source)"),
	    "far fa12, main ea12", "each capture names its source");
	is_int(number("SELECT count(*) FROM sample"), 2, "both files are there");
	log = logged();
	ok(strstr(log, "lookups_to_queue=2") != NULL,
	    "the cost of both is told before either is read");
	ok(strstr(log, "source=far what=reading index=" FAR) != NULL &&
		strstr(log, "source=main what=reading index=" NEAR) != NULL,
	    "lines about one of several name it");
	ok(strstr(log, "event=done documents=2 ") != NULL, "the last counts both");
	close_both();
}

static void
test_daily(void)
{
	struct trouble t = { .count = 1 };
	struct err e = ERR_NONE;
	bool due;

	open_both();
	ok(source_daily(&co.sources[0], &co.st.db, "profiles", NOW, &due, &e) && due,
	    "a warning of one source is due");
	ok(source_daily(&co.sources[0], &co.st.db, "profiles", NOW, &due, &e) && !due,
	    "once a day");
	ok(source_daily(&co.sources[1], &co.st.db, "profiles", NOW, &due, &e) && due,
	    "that of the other one is another");
	err_set(&t.first, FAULT_RETRY, "index gone");
	ok(trouble_say_once(&co, &co.sources[1], &t, NOW, &e) &&
		strstr(logged(), "event=waiting source=far why=\"index gone\"") != NULL,
	    "and names it");
	close_both();
}

static void
test_pause_names_the_account(void)
{
	struct err down = ERR_NONE, e = ERR_NONE;

	open_both();
	err_outage(&down, OUTAGE_DOWN, 0, "elasticsearch: down");
	ok(stage_pause(&co.st, co.sources[1].service, &down, 0, &e) &&
		strstr(logged(), "service=elasticsearch account=far ") != NULL,
	    "a pause says which of two it is about");
	close_both();
}

static void
test_check(void)
{
	struct stage st = { .name = "collector" };
	struct check c = CHECK_INIT;
	struct err e = ERR_NONE;

	configure(&st, nowhere, nowhere);
	st.http = http_new("test", &e);
	if (st.http == NULL)
		die(e.text);
	fflush(stdout);
	collector_check(&st, table, &c);
	is_int(c.problems, 2, "--check looks at both");
	ok(strstr(buf_text(&c.said), "main: elasticsearch: http://127.0.0.1:1") != NULL &&
		strstr(buf_text(&c.said), "far: elasticsearch: http://127.0.0.1:1") !=
		    NULL,
	    "and says which of them it is about");
	buf_done(&c.said);
	http_free(st.http);
}

static void
test_one_is_not_named(void)
{
	static const struct source_row NONE[] = { { NULL } };
	struct source_entry entries[SOURCES_MAX];
	struct config c = { .offline = false };

	is_int((int64_t)source_list(&c, NONE, entries), 0, "no section, no source");
	is_int((int64_t)source_list(&c, sources, entries), 1, "[collector] is one");
	is_text(entries[0].name, "main", "which is called main");
}

int
main(void)
{
	pid_t engine = start_engine(url, sizeof url);

	db_directory_make();
	test_since();
	test_daily();
	test_pause_names_the_account();
	test_check();
	test_one_is_not_named();
	db_directory_remove();
	kill(engine, SIGKILL);
	waitpid(engine, NULL, 0);
	return done_testing();
}
