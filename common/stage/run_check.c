/*
 * run_check.c - --check of every program: configuration, database, then the live service.
 *
 * SPDX-License-Identifier: MIT
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include "common/stage/internal.h"

#define CHECK_REST_MS 300 /* of `timeout`, reserved for printing */

/* The check may take as long as one request to the slowest service. */
static int64_t
check_timeout_s(const struct stage *st)
{
	int64_t longest = 0;

	for (size_t i = 0; i < st->service_count; i++)
		if (st->services[i].config->timeout_s > longest)
			longest = st->services[i].config->timeout_s;
	return longest;
}

/* The first service is what the stage is for. */
static bool
knows_where(const struct stage *st)
{
	return st->services[0].config->url != NULL;
}

static volatile sig_atomic_t status_if_it_hangs;

static void
give_up(int signal_number)
{
	static const char TEXT[] = "timeout reached; remaining checks skipped\n";

	(void)signal_number;
	if (write(STDOUT_FILENO, TEXT, sizeof TEXT - 1) < 0)
		_exit(EXIT_ENVIRONMENT);
	_exit(status_if_it_hangs);
}

/* Requests time out a little earlier; this ends what nothing else can, such as a dead file system. */
static void
set_alarm(int64_t timeout_s)
{
	struct itimerval timer = { .it_value = { .tv_sec = timeout_s } };

	signal(SIGALRM, give_up);
	setitimer(ITIMER_REAL, &timer, NULL);
}

static void
check_services(
    struct stage *st, const struct stage_spec *spec, struct check *c, int64_t deadline_ms)
{
	struct err e = ERR_NONE;

	st->http = http_new("potpress/" POTPRESS_VERSION, &e);
	if (st->http == NULL) {
		check_fault(c, &e);
		return;
	}
	http_set_deadline(st->http, deadline_ms);
	spec->check(st, c);
	http_free(st->http);
	st->http = NULL;
}

int
stage_check(struct stage *st, const struct stage_spec *spec, bool good_configuration)
{
	int64_t timeout_s = check_timeout_s(st);
	int64_t deadline_ms = clock_monotonic_ms() + timeout_s * 1000 - CHECK_REST_MS;
	struct check c = CHECK_INIT;

	c.unusable = !good_configuration;
	status_if_it_hangs = c.unusable ? EXIT_CONFIG_BAD : EXIT_PROBLEM;
	set_alarm(timeout_s);
	if (st->config.database.path != NULL)
		check_database(&c, &st->db, st->config.database.path);
	if (c.unusable)
		status_if_it_hangs = EXIT_CONFIG_BAD;
	if (knows_where(st))
		check_services(st, spec, &c, deadline_ms);
	db_close(&st->db);
	buf_done(&c.said);
	if (c.unusable)
		return EXIT_CONFIG_BAD;
	if (c.problems > 0)
		return EXIT_PROBLEM;
	printf("%s: no problems found\n", st->name);
	return EXIT_OK;
}
