/*
 * alert CONFIG NAME KEY TITLE TEXT LINK - sends one alert to the target of [alert NAME], as the publisher
 * does, and prints what became of it: FAULT GONE UNKNOWN WAIT, and on the next line why. LINK may be "".
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "publisher/alerts/target.h"

#define PROBLEMS_MAX 10000
#define AT 1795947906

static const char *
word_of(const struct err *e)
{
	switch (e->fault) {
	case FAULT_NONE:
		return "done";
	case FAULT_RETRY:
		return "retry";
	case FAULT_REJECT:
		return "reject";
	case FAULT_OUTAGE:
		return e->outage == OUTAGE_QUOTA ? "wait" : "outage";
	case FAULT_DOUBT:
		return "doubt";
	case FAULT_CONFIG:
	case FAULT_FATAL:
		break;
	}
	return "fatal";
}

static struct alert_config *
section(const struct config *c, const char *name)
{
	for (size_t i = 0; i < c->alerts.count; i++)
		if (strcmp(c->alerts.names[i], name) == 0)
			return c->alerts.values[i];
	return NULL;
}

static bool
send_one(const struct config *config, char **argv, struct err *e)
{
	const struct alert_config *c = section(config, argv[2]);
	const struct alert a = { .key = argv[3],
		.rule = "unknown",
		.title = argv[4],
		.text = argv[5],
		.link = argv[6][0] != '\0' ? argv[6] : NULL,
		.at = AT };
	struct clock clock = clock_system();
	struct log log = { .stage = "alert", .clock = &clock, .fd = STDERR_FILENO };
	struct alert_line line = {
		.name = argv[2], .config = c, .clock = &clock, .log = &log
	};
	struct alert_answer answer;

	line.http = http_new("potpress/test", e);
	if (c == NULL || line.http == NULL)
		return err_set(e, FAULT_CONFIG, "no section [alert %s]", argv[2]);
	alert_send(&line, alert_target_of(c->type), &a, &answer);
	http_free(line.http);
	printf("%s %d %d %lld\n%s\n", word_of(&answer.e), answer.gone,
	    answer.e.unknown_outcome, (long long)answer.e.retry_after_s, answer.e.text);
	return true;
}

int
main(int argc, char **argv)
{
	auto_buf problems = BUF_CUT(PROBLEMS_MAX);
	struct err e = ERR_NONE;
	struct config config;
	bool good;

	if (argc != 7) {
		fprintf(stderr, "usage: alert CONFIG NAME KEY TITLE TEXT LINK\n");
		return 64;
	}
	good = config_read(&config, "publisher", argv[1], &problems, &e) &&
	       send_one(&config, argv, &e);
	config_done(&config);
	if (!good)
		fprintf(stderr, "alert: %s\n%s", e.text, buf_text(&problems));
	return good ? 0 : 1;
}
