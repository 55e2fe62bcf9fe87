/*
 * broken.c - an index whose page failed goes behind the others.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "collector/collector.h"

/* With --once, that many indices may fail one after the other before the engine is at fault. */
#define ONCE_BROKEN_MAX 3

static void
note(struct source *src, const char *index, const struct err *why)
{
	src->broken_others += strcmp(src->broken, index) != 0;
	BUF_FIXED(src->broken, "%s", index);
	src->broken_why = *why;
	if (strstr(why->text, index) == NULL)
		err_prefix(&src->broken_why, "index %s", index);
}

/* The first failure counts as the engine's. --once cannot wait: it reads the others, and smaller pages of
 * this index, and fails at its end, unless several fail one after the other. */
static bool
is_engines(const struct collector *co, const struct source *src)
{
	if (co->st.options.once)
		return src->broken_others > ONCE_BROKEN_MAX;
	return failing_times(&src->failing, src->broken) == 1;
}

bool
broken_behind(struct collector *co, struct source *src, const char *index, bool heavy,
    const struct err *why, struct err *e)
{
	int64_t steady_ms = clock_steady_ms(&co->st.clock), again_ms;
	struct log_number again;

	if (!failing_add(&src->failing, index, heavy, co->st.options.once, steady_ms))
		return err_set(e, FAULT_FATAL, "out of memory");
	src->judge = true;
	note(src, index, why);
	if (is_engines(co, src)) {
		*e = src->broken_why;
		return false;
	}
	again_ms = failing_again_ms(&src->failing, index);
	log_line(&src->log, LOG_WARNING, "retry", "why", src->broken_why.text,
	    "again_in_s", log_number(&again, (again_ms - steady_ms) / 1000), NULL);
	return true;
}

bool
broken_is_left(const struct collector *co, const struct source *src)
{
	return co->st.options.once && http_in_flight(co->st.http) == 0 &&
	       failing_times(&src->failing, src->broken) > 0;
}
