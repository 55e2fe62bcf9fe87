/*
 * plan.h - which days there are, and when each is counted.
 *
 * Days are those of the zone of the process. A day begins where the last one ended, so that no hour is
 * missed or counted twice when the zone is changed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DAYS_PLAN_H
#define POTPRESS_DAYS_PLAN_H

#include <stdint.h>

#include "common/base/time.h"

#define PLAN_BACK_DAYS 7 /* the first day counted is at most this far back */
/* Later, an index may be gone: T-Pot keeps them for 30 days. */
#define PLAN_GIVE_UP_S (30 * DAY_S)
#define DAY_DATE_MAX 16

/* A row of table day; see there. */
struct day {
	int64_t id;
	char date[DAY_DATE_MAX];
	int64_t from_at, to_at, look_at, looks;
	int64_t counted_at; /* 0: never */
	int64_t checkpoint; /* -1: unknown */
};

/* The day of an instant. */
void plan_first(struct day *out, int64_t at);
/* The day after this one. */
void plan_next(struct day *out, const struct day *last);
/* When a day is looked at for the n-th time, from 0; 0: no more. */
int64_t plan_look(const struct day *day, int64_t n);

#endif
