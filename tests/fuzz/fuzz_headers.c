/*
 * fuzz_headers.c - the header lines of an answer, the Link header of WordPress among them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "common/net/internal.h"
#include "tests/fuzz/fuzz.h"

static void
check_kept(const char kept[HTTP_HEADER_MAX])
{
	promise(memchr(kept, '\0', HTTP_HEADER_MAX) != NULL);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct transfer t = { .reply_max = 0 };
	size_t start = 0;

	/* libcurl calls with one line at a time, without a NUL behind it. */
	while (start < size) {
		const uint8_t *end = memchr(data + start, '\n', size - start);
		size_t len =
		    end == NULL ? size - start : (size_t)(end - data) + 1 - start;
		char *line = malloc(len);

		promise(line != NULL);
		memcpy(line, data + start, len);
		http_take_header(line, 1, len, &t);
		free(line);
		start += len;
	}
	check_kept(t.reply.content_type);
	check_kept(t.reply.retry_after);
	check_kept(t.reply.location);
	check_kept(t.reply.link_api);
	check_kept(t.reply.allow);
	check_kept(t.reply.www_authenticate);
	check_kept(t.reply.date);
	return 0;
}
