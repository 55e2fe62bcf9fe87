/*
 * err.h - one error value that says what must be done next, not which line failed.
 *
 * Functions return false and fill the caller's struct err; the fault decides what the stage
 * does with the row and the service (stage_settle). The text is a sentence
 * for the operator: it names the thing, what happened and, where we know it, the fix.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_BASE_ERR_H
#define POTPRESS_BASE_ERR_H

#include <stdbool.h>
#include <stdint.h>

enum fault {
	FAULT_NONE,
	FAULT_RETRY, /* this row is charged an attempt and tried again later */
	FAULT_REJECT, /* this row will never succeed: hold it */
	FAULT_OUTAGE, /* the service, not the row: give the row back, pause the service */
	/* the answer may not come from the service itself (a page, an unknown status or code): the
	 * results of other rows decide whether this row or the service is at fault */
	FAULT_DOUBT,
	FAULT_CONFIG, /* this process cannot work until the operator acts: exit 78 */
	/* this process cannot continue: log, exit 75, let the supervisor restart it */
	FAULT_FATAL,
};

/* Why a service is paused; decides how long and what ends the pause. */
enum outage {
	OUTAGE_DOWN, /* refused, timed out, 5xx: growing pauses, one probe */
	OUTAGE_QUOTA, /* quota exceeded (429): pauses as ledger_refused says */
	/* refused key or password: probed hourly, on start, on SIGHUP */
	OUTAGE_CREDENTIALS,
};

#define ERR_TEXT_MAX 400

struct err {
	enum fault fault;
	enum outage outage; /* only meaningful with FAULT_OUTAGE */
	int64_t retry_after_s; /* as the service requested; 0: it did not */
	/* FAULT_FATAL because the disk is full: a running program waits for db_has_room */
	bool no_room;
	/* a write may have succeeded although there was no answer */
	bool unknown_outcome;
	char text[ERR_TEXT_MAX];
};

#define ERR_NONE                    \
	{                           \
		.fault = FAULT_NONE \
	}

/* Sets fault and text (always cut on a UTF-8 boundary); returns false, so failing is one line. */
bool err_set(struct err *e, enum fault fault, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for FAULT_OUTAGE with its kind; retry_after_s as the service asked, else 0. */
bool err_outage(struct err *e, enum outage kind, int64_t retry_after_s, const char *fmt,
    ...) __attribute__((format(printf, 4, 5)));
/* The same for FAULT_DOUBT: the text says what answered, and what to do if the service is at fault. */
bool err_doubt(struct err *e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Puts "context: " before the text. */
void err_prefix(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Makes it ERR_NONE again. */
void err_clear(struct err *e);

/* Exit statuses, an interface to supervisors and scripts. */
enum exit_status {
	EXIT_OK = 0,
	EXIT_PROBLEM = 1, /* --check found something */
	EXIT_USAGE_BAD = 64,
	EXIT_ENVIRONMENT = 75,
	EXIT_CONFIG_BAD = 78,
};
/* The exit status a failed process ends with: FAULT_CONFIG 78, else 75. */
enum exit_status err_exit_status(const struct err *e);

#endif
