/*
 * command.c - runs a program of the operator, with the alert as JSON on its standard input.
 *
 * There is no shell: the words of the configuration are its arguments, and nothing of an alert is in
 * them or in its environment. It runs in its own process group, which is killed when it exits or times
 * out. Meanwhile the publisher does other work and checks it from time to time.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/utf8.h"
#include "publisher/alerts/targets.h"
#include "publisher/alerts/text.h"

#define TYPE "command"
#define LATER 75 /* EX_TEMPFAIL of sysexits.h */
#define OUTPUT_MAX 400 /* bytes of its output that are logged; the rest is dropped */
#define PIPE_BYTES 4096

static char *const ENVIRONMENT[] = {
	(char[]){ "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" },
	(char[]){ "LC_ALL=C.UTF-8" }, (char[]){ "POTPRESS_ALERT=1" }, NULL
};

struct alert_child {
	pid_t pid;
	int64_t until_ms; /* clock_monotonic_ms */
	int in, out, out_end; /* its input; both ends of the pipe for its output */
	struct buf output;
	bool ended, stopped; /* the publisher stops and did not wait */
	int status;
};

static void
close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void
child_free(struct alert_child *c)
{
	if (c == NULL)
		return;
	close_fd(&c->in);
	close_fd(&c->out);
	close_fd(&c->out_end);
	buf_done(&c->output);
	free(c);
}

static struct alert_child *
child_new(void)
{
	struct alert_child *c = malloc(sizeof *c);

	if (c != NULL)
		*c = (struct alert_child){
			.in = -1, .out = -1, .out_end = -1, .output = BUF_CUT(OUTPUT_MAX)
		};
	return c;
}

/* Its input is a file in memory, so a slow reader does not block the publisher. */
static bool
open_input(struct alert_child *c, const char *json)
{
	size_t len = strlen(json);

	c->in = memfd_create("alert", MFD_CLOEXEC);
	return c->in >= 0 && write(c->in, json, len) == (ssize_t)len &&
	       lseek(c->in, 0, SEEK_SET) == 0;
}

static bool
open_output(struct alert_child *c)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	c->out = ends[0];
	c->out_end = ends[1];
	return fcntl(c->out, F_SETFL, O_NONBLOCK) == 0;
}

/* Its own process group, default signals, and only the three standard descriptors. */
static int
set_up(posix_spawn_file_actions_t *files, posix_spawnattr_t *how,
    const struct alert_child *c)
{
	sigset_t none, all;
	int failed = 0;

	sigemptyset(&none);
	sigfillset(&all);
	failed |= posix_spawn_file_actions_adddup2(files, c->in, STDIN_FILENO);
	failed |= posix_spawn_file_actions_adddup2(files, c->out_end, STDOUT_FILENO);
	failed |= posix_spawn_file_actions_adddup2(files, c->out_end, STDERR_FILENO);
	failed |= posix_spawn_file_actions_addclosefrom_np(files, STDERR_FILENO + 1);
	failed |= posix_spawn_file_actions_addchdir_np(files, "/");
	failed |= posix_spawnattr_setpgroup(how, 0);
	failed |= posix_spawnattr_setsigmask(how, &none);
	failed |= posix_spawnattr_setsigdefault(how, &all);
	failed |= posix_spawnattr_setflags(
	    how, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	return failed;
}

/* 0, or errno. */
static int
start(struct alert_child *c, const struct list *command)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	char *argv[CONFIG_LIST_MAX + 1] = { NULL };
	int failed;

	assert(command->count > 0);
	for (size_t i = 0; i < command->count; i++)
		argv[i] = command->items[i];
	if (posix_spawn_file_actions_init(&files) != 0)
		return ENOMEM;
	if (posix_spawnattr_init(&how) != 0) {
		posix_spawn_file_actions_destroy(&files);
		return ENOMEM;
	}
	failed = set_up(&files, &how, c) != 0
		     ? ENOMEM
		     : posix_spawn(&c->pid, argv[0], &files, &how, argv, ENVIRONMENT);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&how);
	close_fd(&c->in);
	close_fd(&c->out_end);
	return failed;
}

/* Reads its output; a full pipe would block it. */
static void
read_output(struct alert_child *c)
{
	char bytes[PIPE_BYTES];
	ssize_t n;

	while ((n = read(c->out, bytes, sizeof bytes)) > 0)
		utf8_clean(&c->output, bytes, (size_t)n, (size_t)n * 3);
}

/* It is reaped only after its group was killed: until then its number cannot be reused. */
static void
end_group(struct alert_child *c)
{
	kill(-c->pid, SIGKILL);
	while (waitpid(c->pid, &c->status, 0) < 0 && errno == EINTR)
		;
}

/* Whether it has ended, by itself or killed. */
static bool
is_over(struct alert_child *c, bool stop)
{
	siginfo_t info = { .si_pid = 0 };

	read_output(c);
	c->ended = waitid(P_PID, (id_t)c->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
		   info.si_pid == c->pid;
	c->stopped = stop;
	if (!c->ended && !stop && clock_monotonic_ms() < c->until_ms)
		return false;
	read_output(c);
	end_group(c);
	return true;
}

static void
judge_exit(const struct alert_child *c, int64_t timeout_s, struct err *e)
{
	auto_buf said = BUF_CUT(OUTPUT_MAX + 2), safe = BUF_CUT(OUTPUT_MAX + 2);
	int code = WIFEXITED(c->status) ? WEXITSTATUS(c->status) : -1;

	if (c->output.len > 0)
		buf_printf(&said, ": %s", buf_text(&c->output));
	utf8_put_printable(&safe, buf_text(&said));
	if (c->stopped && !c->ended) {
		err_outage(
		    e, OUTAGE_DOWN, 0, "command: killed because the publisher stops");
		e->unknown_outcome = true;
	} else if (!c->ended) {
		err_set(e, FAULT_RETRY, "command: killed after %llds (`timeout`)%s",
		    (long long)timeout_s, buf_text(&safe));
		e->unknown_outcome = true;
	} else if (code == LATER) {
		err_outage(e, OUTAGE_DOWN, 0,
		    "command: exit status %d: try again later%s", LATER, buf_text(&safe));
	} else if (code < 0) {
		err_set(e, FAULT_RETRY, "command: ended by signal %d%s",
		    WTERMSIG(c->status), buf_text(&safe));
	} else if (code > 0) {
		err_set(
		    e, FAULT_RETRY, "command: exit status %d%s", code, buf_text(&safe));
	}
}

static void
look(struct alert_flight *f, bool stop)
{
	struct alert_child *c = f->child;
	struct alert_answer *out = &f->answer;

	if (!is_over(c, stop))
		return;
	judge_exit(c, f->line.config->service.timeout_s, &out->e);
	if (out->e.fault == FAULT_NONE && c->output.len > 0)
		log_line(f->line.log, LOG_INFO, "done", "target", f->line.name, "output",
		    buf_text(&c->output), NULL);
	child_free(c);
	f->child = NULL;
	f->done = true;
}

static bool
run(struct alert_child *c, const struct alert_config *config, const char *json,
    struct err *e)
{
	int failed;

	if (c == NULL || !open_input(c, json) || !open_output(c))
		return err_set(e, FAULT_RETRY, "command: no descriptor is available: %s",
		    strerror(errno));
	failed = start(c, &config->command);
	if (failed != 0)
		return err_outage(e, OUTAGE_DOWN, 0, "command: %.200s cannot be run: %s",
		    config->command.items[0], strerror(failed));
	c->until_ms = clock_monotonic_ms() + config->service.timeout_s * 1000;
	return true;
}

static void
begin(struct alert_flight *f, const struct alert *a)
{
	auto_free char *json = alert_json(a, &f->answer.e);
	struct alert_child *c = json != NULL ? child_new() : NULL;

	if (json != NULL && run(c, f->line.config, json, &f->answer.e)) {
		f->child = c;
		return;
	}
	child_free(c);
	f->done = true;
}

const struct alert_target alert_command = { .type = TYPE, .begin = begin, .look = look };
