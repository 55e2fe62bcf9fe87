/*
 * body.h - the one request that counts a day.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DAYS_BODY_H
#define POTPRESS_DAYS_BODY_H

#include <stdint.h>

#include "common/base/err.h"
#include "common/config/config.h"

struct day_question {
	int64_t from_at, to_at; /* the day, unix seconds */
	/* Addresses and networks that are not counted: the sensors' own, and the operator's monitoring. */
	const struct list *own, *monitors;
};

/* The body; the caller frees it. NULL with the fault. */
char *body_of_day(const struct day_question *q, struct err *e);

#endif
