/*
 * check.c - --check of the targets, and --check --send.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/sha256.h"
#include "publisher/alerts/internal.h"

#define UNIQUE_MAX 200
#define LABEL_MAX 120

static void
send_test(const struct stage *st, struct check *c, size_t i, const char *label)
{
	const struct alert_target *kind = alert_target_of(alerts_config(st, i)->type);
	struct alert_line line = { st->config.alerts.names[i], alerts_config(st, i),
		st->http, &st->clock, &st->log };
	auto_buf unique = BUF_CUT(UNIQUE_MAX);
	char key[SHA256_HEX_MAX];
	struct alert a = { .key = key,
		.rule = "test",
		.title = "potpress: test",
		.text = "This is a test message from potpress-publisher --check --send.",
		.at = clock_now(&st->clock) };
	struct alert_answer answer;

	buf_printf(&unique, "%s %lld %lld", line.name, (long long)a.at,
	    (long long)clock_monotonic_ms());
	sha256_hex(buf_text(&unique), unique.len, key);
	key[32] = '\0';
	alert_send(&line, kind, &a, &answer);
	if (answer.e.fault == FAULT_NONE && !answer.gone)
		check_note(c, "%s: the test message was accepted", label);
	else
		check_problem(c, "%s: %s", label, answer.e.text);
}

static bool
check_command(struct check *c, const char *label, const char *path)
{
	struct stat st;
	const char *why = NULL;

	if (access(path, X_OK) != 0 || stat(path, &st) != 0)
		why = strerror(errno);
	else if (!S_ISREG(st.st_mode))
		why = "it is not a file";
	if (why != NULL)
		check_problem(c,
		    "%s: the user of the publisher (uid %d) cannot run %s: %s; correct "
		    "`command`, or chmod and chown the file",
		    label, (int)geteuid(), path, why);
	return why == NULL;
}

void
alerts_check(struct stage *st, struct check *c, bool send)
{
	for (size_t i = 0; i < st->config.alerts.count; i++) {
		const struct alert_config *a = alerts_config(st, i);
		struct http_service service = { .config = &a->service, .helo = a->helo };
		char label[LABEL_MAX];

		if (a->unusable)
			continue;
		service.name = BUF_FIXED(
		    label, "alert %.60s (%s)", st->config.alerts.names[i], a->type);
		if (service.config->url != NULL && !check_reach(c, st->http, &service))
			continue;
		if (a->command.count > 0 && !check_command(c, label, a->command.items[0]))
			continue;
		if (send)
			send_test(st, c, i, label);
	}
}
