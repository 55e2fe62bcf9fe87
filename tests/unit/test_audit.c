/*
 * test_audit.c - what an audit concludes from the documents up to a cursor.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/collector.h"
#include "tests/unit/tap.h"

/* Of a cursor that has read 4 documents, the last of them d with number 3. */
static void
is_verdict(enum audit_verdict want, int64_t want_missed, int64_t documents,
    int64_t last_number, const char *last_id, const char *name)
{
	const struct cursor c = { .seen = 4, .last_number = 3, .last_id = "d" };
	struct audit found = { .documents = documents, .last_number = last_number };
	int64_t missed;

	BUF_FIXED(found.last_id, "%s", last_id);
	is_int(audit_judge(&c, &found, &missed), want, name);
	is_int(missed, want_missed, "and how many are known to be missed");
}

static void
test_counted(void)
{
	is_verdict(AUDIT_AGREES, 0, 4, 3, "d", "as many, and the same is the last");
	is_verdict(AUDIT_AGREES, 0, 2, 3, "d", "older ones may be deleted");
	is_verdict(AUDIT_MISSED, 3, 7, 3, "d", "more than were read");
	is_verdict(AUDIT_MISSED, 1, 4, 5, "e", "as many, but one was never read");
	is_verdict(AUDIT_MISSED, 1, 4, 3, "e", "as many, but another one has its number");
	is_verdict(AUDIT_MISSED, 1, 3, 3, "e", "fewer, but another one has its number");
}

static void
test_last_gone(void)
{
	is_verdict(AUDIT_LAST_GONE, 0, 3, 2, "c", "the last one is gone");
	is_verdict(AUDIT_LAST_GONE, 0, 4, 2, "e", "and was replaced by one before it");
	is_verdict(AUDIT_LAST_GONE, 0, 0, -1, "", "all are gone");
}

static void
test_never_counted(void)
{
	const struct cursor c = { .seen = -1, .last_number = 3, .last_id = "d" };
	const struct audit found = { .documents = 9, .last_number = 8, .last_id = "x" };
	int64_t missed;

	is_int(audit_judge(&c, &found, &missed), AUDIT_AGREES,
	    "after a change of the profiles there is nothing to compare");
	is_int(missed, 0, "and nothing is known to be missed");
}

int
main(void)
{
	test_counted();
	test_last_gone();
	test_never_counted();
	return done_testing();
}
