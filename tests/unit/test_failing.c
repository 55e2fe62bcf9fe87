/*
 * test_failing.c - an index whose pages fail is asked for less, later, and forgiven.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include "collector/failing.h"
#include "tests/unit/tap.h"

int
main(void)
{
	struct failing_list list = { .items = NULL };

	is_int(failing_page_size(&list, "a"), ELASTIC_PAGE, "nobody fails at first");
	ok(failing_again_ms(&list, "a") < 0, "and nobody waits");
	failing_add(&list, "a", true, false, 1000);
	is_int(failing_times(&list, "a"), 1, "one fails");
	is_int(failing_times(&list, "b"), 0, "and only that one");
	is_int(failing_again_ms(&list, "a"), 1000, "the first time it does not wait");
	is_int(failing_page_size(&list, "a"), ELASTIC_PAGE / 2, "half is asked for");
	failing_add(&list, "a", false, false, 1000);
	is_int(failing_again_ms(&list, "a"), 31000, "the second time half a minute");
	is_int(failing_page_size(&list, "a"), ELASTIC_PAGE / 2,
	    "light faults halve nothing");
	failing_add(&list, "a", false, false, 1000);
	is_int(failing_again_ms(&list, "a"), 61000, "then twice as long");
	for (int i = 0; i < 100; i++)
		failing_add(&list, "a", true, false, 1000);
	is_int(failing_again_ms(&list, "a"), 3601000, "at most an hour");
	is_int(failing_page_size(&list, "a"), 1, "and at least one document");
	failing_add(&list, "a", true, true, 1000);
	is_int(failing_again_ms(&list, "a"), 3601000,
	    "also for whom cannot wait, as less cannot be asked for");
	failing_add(&list, "b", true, true, 1000);
	failing_add(&list, "b", true, true, 1000);
	is_int(
	    failing_again_ms(&list, "b"), 1000, "who cannot wait asks for less at once");
	failing_add(&list, "b", false, true, 1000);
	ok(failing_again_ms(&list, "b") > 1000, "but not for the same again");
	for (int i = 0; i < 10; i++)
		failing_succeeded(&list, "b");
	failing_forgive(&list);
	ok(failing_times(&list, "a") == 0 && failing_again_ms(&list, "a") < 0 &&
		failing_page_size(&list, "a") == 1,
	    "when it was the engine nobody waits");
	failing_succeeded(&list, "a");
	is_int(failing_page_size(&list, "a"), 2, "pages grow again");
	for (int i = 0; i < 10; i++)
		failing_succeeded(&list, "a");
	is_int((int64_t)list.count, 0, "until it is as all others");
	failing_done(&list);
	return done_testing();
}
