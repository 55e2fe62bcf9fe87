/*
 * log.h - logfmt on stderr, one line per finished unit of work.
 *
 * ts= level= stage= event= come first. Values are quoted where needed; control characters,
 * quotes, backslashes and invalid UTF-8 are escaped, since many values come from attackers, and
 * a value is cut at LOG_VALUE_MAX bytes. A line is written with one write(2).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_BASE_LOG_H
#define POTPRESS_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

#define LOG_VALUE_MAX 512
#define LOG_LINE_MAX 4096

enum log_level { LOG_ERROR = 1, LOG_WARNING, LOG_INFO };

struct clock;
/* Set once by stage_open: the stage's name, the clock and where lines go (normally 2). */
struct log {
	const char *stage;
	const struct clock *clock;
	int fd;
	bool journal; /* lines begin with their priority, as sd-daemon(3) has it */
	enum log_level least; /* less important lines are dropped; 0: none */
	/* the source that each line is about, if there are several, after event=; NULL: none */
	const char *source;
};

/* event: started stopped waiting done retry held rejected paused resumed lease_lost heartbeat.
 * fields: alternating key and value (const char *), ended by NULL; a NULL value drops its pair.
 * log_line(l, LOG_INFO, "done", "sha256", hex, "verdict", word, NULL) */
void log_line(const struct log *l, enum log_level level, const char *event, ...)
    __attribute__((sentinel));

/* A number as a value for log_line, written into the caller's buffer. */
struct log_number {
	char text[24];
};
const char *log_number(struct log_number *n, int64_t value);

#endif
