/*
 * options.c - the collector's own options: reading the past.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/collector.h"
#include "common/base/clock.h"
#include "common/base/time.h"

#define END_OF_TIME INT64_C(253402300799) /* the last second of the year 9999 */
#define TO(member) offsetof(struct collector_options, member)

const struct option_row collector_options[] = {
	{ "since", 0, OPTION_DAY, TO(since), "DATE",
	    "read documents from this day (UTC, YYYY-MM-DD) on, then exit", OPTION_MODE,
	    NULL },
	{ "until", 0, OPTION_DAY, TO(until), "DATE",
	    "with --since: to the end of this day", OPTION_BESIDE, "since" },
	{ "yes", 0, OPTION_FLAG, TO(yes), NULL,
	    "with --since: go on even if the lookups take days", OPTION_BESIDE, "since" },
	{ 0 },
};

int64_t
collector_until_at(const struct collector_options *o)
{
	return o->until.given ? o->until.begins_at + DAY_S : END_OF_TIME;
}

void
collector_check_options(const void *own, struct buf *wrong)
{
	const struct collector_options *o = own;
	struct clock clock = clock_system();

	if (o->since.given && o->since.begins_at >= collector_until_at(o))
		buf_puts(wrong, "--until is before --since");
	else if (o->since.given && o->since.begins_at > clock_now(&clock))
		buf_puts(wrong, "--since is in the future");
}
