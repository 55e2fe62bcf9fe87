/*
 * test_alert_command.c - a command of the operator: what it gets, what its end means, and that nothing of
 * it is left.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "publisher/alerts/target.h"
#include "tests/unit/golden.h"

#define TIMEOUT_S 10
#define QUICK_MS 8000
#define PATH_BYTES 200

static char home[] = "/tmp/potpress-command-XXXXXX";

static const struct alert ALERT = { .key = "00ff",
	.rule = "held",
	.title = "$(touch evil) `touch evil` '; touch evil; \"",
	.text = "--help\n\xe6\x97\xa5",
	.at = 1795947906,
	.trouble = true };

struct bench {
	struct alert_config config;
	struct alert_line line;
	struct clock clock;
	struct log log;
	struct alert_answer out;
	char *words[8];
};

static const char *
in_home(const char *name)
{
	static char path[PATH_BYTES];

	snprintf(path, sizeof path, "%s/%s", home, name);
	return path;
}

/* Runs /bin/sh -c SCRIPT, where $1 is our directory. */
static void
run(struct bench *b, const char *script, int64_t timeout_s)
{
	struct err e = ERR_NONE;

	b->words[0] = strdup("/bin/sh");
	b->words[1] = strdup("-c");
	b->words[2] = strdup(script);
	b->words[3] = strdup("sh");
	b->words[4] = strdup(home);
	b->config = (struct alert_config){ .command = { b->words, 5 } };
	b->config.service.timeout_s = timeout_s;
	b->clock = clock_system();
	b->log = (struct log){ .stage = "unit", .clock = &b->clock, .fd = STDOUT_FILENO };
	b->line = (struct alert_line){ .name = "ops",
		.config = &b->config,
		.http = http_new("unit", &e),
		.clock = &b->clock,
		.log = &b->log };
	alert_send(&b->line, alert_target_of("command"), &ALERT, &b->out);
	http_free(b->line.http);
	for (int i = 0; i < 5; i++)
		free(b->words[i]);
}

static void
check_end(const char *script, enum fault fault, const char *says, const char *words)
{
	struct bench b = { 0 };

	run(&b, script, TIMEOUT_S);
	ok(b.out.e.fault == fault && !b.out.gone && strstr(b.out.e.text, says) != NULL,
	    words);
	if (b.out.e.fault != FAULT_NONE)
		printf("# %s\n", b.out.e.text);
}

static void
check_ends(void)
{
	check_end("exit 0", FAULT_NONE, "", "exit status 0 is done");
	check_end("cat >/dev/null; exit 75", FAULT_OUTAGE, "75", "75 is later");
	check_end("echo 'no such pager' >&2; exit 3", FAULT_RETRY, "3: no such pager",
	    "another status is charged, with what it said");
	check_end("kill -SEGV $$", FAULT_RETRY, "signal 11", "so is a signal");
	check_end("exec 0<&- 1>&- 2>&-; exit 0", FAULT_NONE, "",
	    "it may close what it was given");
	check_end("printf 'a\\033[31m\\nevent=done \\377'; exit 1", FAULT_RETRY, "a",
	    "its output is safe to print");
}

static void
check_given(void)
{
	struct bench b = { 0 };
	unsigned long long blocked = 1, ignored = 1;
	char *got;

	run(&b,
	    "cat >$1/in; env | sort >$1/env; echo \"$#\" >$1/argc; ls /proc/self/fd "
	    "| wc -l >$1/fds; grep -E '^Sig(Blk|Ign)' /proc/self/status >$1/signals; "
	    "pwd >$1/pwd",
	    TIMEOUT_S);
	ok(b.out.e.fault == FAULT_NONE, "a command runs");
	got = golden_read_all(in_home("in"));
	is_text(got,
	    "{\"id\":\"00ff\",\"rule\":\"held\",\"at\":\"2026-11-29T10:25:06Z\","
	    "\"title\":\"$(touch evil) `touch evil` '; touch evil; \\\"\","
	    "\"text\":\"--help\\u000a\xe6\x97\xa5\",\"trouble\":true}",
	    "the alert is on its standard input, as JSON");
	free(got);
	got = golden_read_all(in_home("env"));
	ok(strstr(got, "LC_ALL=C.UTF-8\n") != NULL && strstr(got, "HOME") == NULL &&
		strstr(got, "SECRET") == NULL && strstr(got, "evil") == NULL,
	    "its environment has nothing of ours and nothing of the alert");
	free(got);
	got = golden_read_all(in_home("argc"));
	is_text(got, "1\n", "its arguments are those of the configuration");
	free(got);
	got = golden_read_all(in_home("fds"));
	is_text(got, "4\n", "it has three descriptors (and the one of ls)");
	free(got);
	got = golden_read_all(in_home("signals"));
	/* libc keeps two of the signals above 31 for itself. */
	ok(sscanf(got, "SigBlk: %llx SigIgn: %llx", &blocked, &ignored) == 2 &&
		blocked == 0 && (ignored & 0x7fffffff) == 0,
	    "no signal is blocked or ignored in it");
	free(got);
	got = golden_read_all(in_home("pwd"));
	is_text(got, "/\n", "its directory is the root");
	free(got);
}

static pid_t
pid_in(const char *name)
{
	auto_free char *text = golden_read_all(in_home(name));

	return (pid_t)strtol(text, NULL, 10);
}

static bool
is_gone(pid_t pid)
{
	for (int i = 0; i < 100; i++) {
		char path[PATH_BYTES], state = 'Z';
		FILE *f;

		snprintf(path, sizeof path, "/proc/%d/stat", pid);
		f = fopen(path, "re");
		if (f == NULL)
			return true;
		/* Whoever adopts it may be slow to bury it. */
		if (fscanf(f, "%*d %*s %c", &state) != 1)
			state = 'Z';
		fclose(f);
		if (state == 'Z')
			return true;
		usleep(20000);
	}
	return false;
}

static void
check_time(void)
{
	struct bench b = { 0 };
	int64_t before = clock_monotonic_ms();

	run(&b, "sleep 300 & echo $! >$1/child; echo $$ >$1/self; echo slow; wait", 1);
	ok(b.out.e.fault == FAULT_RETRY && b.out.e.unknown_outcome &&
		strstr(b.out.e.text, "1s (`timeout`): slow") != NULL,
	    "a command that is too slow is killed, and may have done its work");
	ok(clock_monotonic_ms() - before < QUICK_MS, "at once");
	ok(is_gone(pid_in("self")) && is_gone(pid_in("child")),
	    "with all that it started");
	run(&b, "sleep 300 & echo $! >$1/child", TIMEOUT_S);
	ok(b.out.e.fault == FAULT_NONE && clock_monotonic_ms() - before < 2 * QUICK_MS,
	    "what it leaves behind keeps nobody waiting");
	ok(is_gone(pid_in("child")), "and is killed as well");
}

static void
check_output(void)
{
	struct bench b = { 0 };

	run(&b, "head -c 3000000 /dev/zero | tr '\\0' x; exit 1", TIMEOUT_S);
	ok(b.out.e.fault == FAULT_RETRY && strlen(b.out.e.text) < ERR_TEXT_MAX,
	    "three megabytes of output are read, and cut");
}

/* As a program waits that was asked to stop. */
static void
give_up(void *ctx, int ms)
{
	(void)ms;
	http_give_up(ctx, "asked to stop");
}

static void
check_stop(void)
{
	struct bench b = { 0 };
	struct err e = ERR_NONE;
	char path[] = "/bin/sleep", long_time[] = "300", *words[] = { path, long_time };
	struct alert_config c = { .command = { words, 2 } };
	struct alert_line line = { .config = &c, .http = http_new("unit", &e) };

	c.service.timeout_s = TIMEOUT_S;
	http_wait_by(line.http, give_up, line.http);
	alert_send(&line, alert_target_of("command"), &ALERT, &b.out);
	ok(b.out.e.fault == FAULT_OUTAGE && b.out.e.unknown_outcome &&
		strstr(b.out.e.text, "publisher stops") != NULL,
	    "a command that keeps the publisher from ending is killed");
	http_free(line.http);
}

static void
check_missing(void)
{
	struct bench b = { 0 };
	struct err e = ERR_NONE;
	char path[] = "/nonexistent/pager", *words[] = { path };
	struct alert_config c = { .command = { words, 1 } };
	struct alert_line line = { .config = &c, .http = http_new("unit", &e) };

	c.service.timeout_s = TIMEOUT_S;
	alert_send(&line, alert_target_of("command"), &ALERT, &b.out);
	ok(b.out.e.fault == FAULT_OUTAGE && strstr(b.out.e.text, path) != NULL,
	    "a command that is not there is named, and no message is charged");
	http_free(line.http);
}

int
main(void)
{
	if (mkdtemp(home) == NULL) {
		printf("Bail out! no directory\n");
		return 1;
	}
	setenv("SECRET", "x", 1);
	signal(SIGPIPE, SIG_IGN);
	check_ends();
	check_given();
	check_time();
	check_output();
	check_stop();
	check_missing();
	ok(waitpid(-1, NULL, WNOHANG) < 0 && errno == ECHILD,
	    "no child is left unburied");
	for (const char *const *n = (const char *const[]){ "in", "env", "argc", "fds",
		 "signals", "pwd", "self", "child", NULL };
	     *n != NULL; n++)
		unlink(in_home(*n));
	ok(rmdir(home) == 0, "nothing else was written");
	return done_testing();
}
