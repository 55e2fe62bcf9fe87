/*
 * test_smtp.c - e-mail over the transfers: what the server is sent, what its refusals are, and when a
 * message may have arrived although no answer came.
 *
 * The server is a forked child on a loopback port, which follows a script of one fault.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/net/http.h"
#include "common/net/mail.h"

#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/tap.h"

#define SEEN_MAX 16384
#define URL_BYTES 100
#define REPLY_MAX 1000
#define TIMEOUT_S 5
#define LOGIN "AHBvdABzZWNyZXQ=\r\n" /* pot and its password, as PLAIN has them */

/* What parent and child share: the fault (an answer to the command that begins with `at`; "" closes), and
 * all that was received. */
struct script {
	char at[20], answer[200];
	char seen[SEEN_MAX];
	int connections;
};

struct server {
	pid_t pid;
	int port;
	struct script *script;
};

static void
say(FILE *to, const char *line)
{
	fputs(line, to);
	fflush(to);
}

static const char *
usual(const char *line)
{
	if (strncmp(line, "EHLO", 4) == 0)
		return "250-pots.example\r\n250-AUTH PLAIN\r\n250 SIZE 100000\r\n";
	if (strncmp(line, "AUTH", 4) == 0)
		return "334 \r\n";
	if (strcmp(line, LOGIN) == 0)
		return "235 ok\r\n";
	if (strncmp(line, "DATA", 4) == 0)
		return "354 go on\r\n";
	return strncmp(line, "QUIT", 4) == 0 ? "221 bye\r\n" : "250 ok\r\n";
}

/* One line in, one answer out; inside of the message only its end has one. */
static void
talk(FILE *in, FILE *out, struct script *s)
{
	char line[1200];
	bool in_data = false;

	say(out, strcmp(s->at, "hello") == 0 ? s->answer : "220 ready\r\n");
	while (fgets(line, sizeof line, in) != NULL) {
		const char *command = in_data ? "." : line;
		bool faulty;

		if (strlen(s->seen) + strlen(line) < SEEN_MAX)
			strcat(s->seen, line);
		if (in_data && strcmp(line, ".\r\n") != 0)
			continue;
		faulty = s->at[0] != '\0' && strncmp(command, s->at, strlen(s->at)) == 0;
		if (faulty && s->answer[0] == '\0')
			return;
		in_data = !in_data && !faulty && strncmp(line, "DATA", 4) == 0;
		say(out, faulty ? s->answer : usual(command));
	}
}

static void __attribute__((noreturn)) run_server(int listener, struct script *s)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		FILE *in = fdopen(fd, "r"), *out = fdopen(dup(fd), "w");

		s->connections++;
		if (in == NULL || out == NULL)
			_exit(1);
		talk(in, out, s);
		fclose(in);
		fclose(out);
	}
}

static bool
server_start(struct server *s)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t len = sizeof at;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	s->script = mmap(NULL, sizeof *s->script, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (fd < 0 || bind(fd, (struct sockaddr *)&at, len) != 0 || listen(fd, 4) != 0 ||
	    getsockname(fd, (struct sockaddr *)&at, &len) != 0)
		return false;
	s->port = ntohs(at.sin_port);
	fflush(stdout);
	s->pid = fork();
	if (s->pid == 0)
		run_server(fd, s->script);
	close(fd);
	return s->pid > 0;
}

/* ---- the client's side */

struct bench {
	struct server *server;
	struct service_config config;
	struct http_service service;
	struct http *http;
	char url[URL_BYTES];
	struct http_reply reply;
	struct err e;
};

static const char BODY[] = "Subject: x\r\n\r\nfirst\r\n.\r\n..last\r\n";

static void
bench_open(struct bench *b, struct server *server, const char *at, const char *answer)
{
	*b = (struct bench){ .server = server, .config = { .timeout_s = TIMEOUT_S } };
	memset(server->script, 0, sizeof *server->script);
	strcpy(server->script->at, at);
	strcpy(server->script->answer, answer);
	snprintf(b->url, sizeof b->url, "smtp://127.0.0.1:%d", server->port);
	b->config.url = b->url;
	b->service = (struct http_service){
		.name = "mail", .config = &b->config, .helo = "pots.example"
	};
	b->http = http_new("potpress-unit/1", &b->e);
}

static bool
send_to(struct bench *b, const char *const *to, size_t count)
{
	struct http_mail mail = {
		.from = "pot@pots.example", .to = to, .to_count = count
	};
	auto_buf url = BUF_INIT(2 * URL_BYTES);
	struct http_request r = { .service = &b->service,
		.method = "POST",
		.mail = &mail,
		.body = BODY,
		.body_len = sizeof BODY - 1,
		.reply_max = REPLY_MAX };

	http_put_url(&url, &b->service);
	r.url = buf_text(&url);
	return http_perform(b->http, &r, &b->reply, &b->e);
}

static bool
send_one(struct bench *b)
{
	static const char *const TO[] = { "ops@example.org", "you@example.org" };

	return send_to(b, TO, 2);
}

static void
bench_close(struct bench *b)
{
	http_reply_done(&b->reply);
	http_free(b->http);
}

static void
check_dialogue(struct server *server)
{
	struct bench b;
	const char *seen = server->script->seen;

	bench_open(&b, server, "", "");
	b.service.user = "pot";
	strcpy(b.config.password.bytes, "secret");
	ok(send_one(&b) && b.reply.status == 250, "a message is delivered");
	ok(strncmp(seen, "EHLO pots.example\r\n", 19) == 0,
	    "we introduce ourselves with the name of the configuration");
	ok(strstr(seen, "AUTH PLAIN\r\n" LOGIN) != NULL, "log in");
	ok(strstr(seen, "MAIL FROM:<pot@pots.example>") != NULL &&
		strstr(seen,
		    "RCPT TO:<ops@example.org>\r\nRCPT TO:<you@example.org>\r\nDATA\r\n") !=
		    NULL,
	    "and name sender and recipients");
	ok(strstr(seen, "first\r\n..\r\n...last\r\n.\r\n") != NULL,
	    "a dot of the message does not end it");
	ok(strstr(seen, "QUIT") != NULL, "and the connection is closed at once");
	bench_close(&b);
}

struct refusal {
	const char *at, *answer;
	long status;
	const char *words;
};

static void
check_refusals(struct server *server)
{
	static const struct refusal CASES[] = {
		{ "hello", "421 too busy\r\n", 421,
		    "a greeting that refuses is its code" },
		{ "AUTH", "535 5.7.8 no\r\n", 535, "a refused login is its code" },
		{ "MAIL", "550 5.7.1 no\r\n", 550, "so is a refused sender" },
		{ "RCPT", "450 4.2.0 later\r\n", 450,
		    "and a recipient to be tried later" },
		{ "RCPT", "550-5.1.1 no such\r\n550 5.1.1 user\r\n", 550,
		    "and a recipient that is unknown" },
		{ "DATA", "452 4.3.1 full\r\n", 452, "and a full disk" },
		{ ".", "554 5.7.1 spam\r\n", 554, "and a refused message" },
	};

	for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
		const struct refusal *c = &CASES[i];
		struct bench b;

		bench_open(&b, server, c->at, c->answer);
		b.service.user = "pot";
		strcpy(b.config.password.bytes, "secret");
		ok(send_one(&b) && b.reply.status == c->status, c->words);
		is_text(buf_text(&b.reply.body), c->answer, "with its words");
		bench_close(&b);
	}
}

static void
check_lost(struct server *server)
{
	struct bench b;

	bench_open(&b, server, "RCPT", "");
	ok(!send_one(&b) && b.e.fault == FAULT_OUTAGE && !b.e.unknown_outcome,
	    "cut before the message: nothing arrived");
	bench_close(&b);
	bench_open(&b, server, ".", "");
	ok(!send_one(&b) && b.e.fault == FAULT_OUTAGE && b.e.unknown_outcome,
	    "cut after the message: it may have arrived");
	bench_close(&b);
}

static void
check_guards(struct server *server)
{
	static const char *const EVIL[] = { "ops@example.org>\r\nRCPT TO:<x@y" };
	char ca[] = "/etc/ssl/certs/ca-certificates.crt";
	struct bench b;

	bench_open(&b, server, "", "");
	ok(!send_to(&b, EVIL, 1) && server->script->connections == 0,
	    "a recipient with a command in it is sent to no server");
	bench_close(&b);
	bench_open(&b, server, "", "");
	b.config.ca_file = ca;
	err_clear(&b.e);
	ok(!send_one(&b) && strstr(b.e.text, "STARTTLS") != NULL &&
		strstr(server->script->seen, "MAIL") == NULL,
	    "where a certificate is asked for, nothing is sent without STARTTLS");
	bench_close(&b);
}

int
main(void)
{
	struct server server = { 0 };

	if (!server_start(&server)) {
		printf("Bail out! no server\n");
		return 1;
	}
	check_dialogue(&server);
	check_refusals(&server);
	check_lost(&server);
	check_guards(&server);
	kill(server.pid, SIGKILL);
	waitpid(server.pid, NULL, 0);
	return done_testing();
}
