/*
 * fuzz_answers.c - what an answer means, for each service: the first byte chooses the status.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/elastic/status.h"
#include "enricher/providers/virustotal/status.h"
#include "publisher/wordpress/status.h"
#include "tests/fuzz/fuzz.h"

#define NOW 1764547200

static const long STATUSES[] = { 200, 201, 204, 301, 400, 401, 403, 404, 408, 409, 410,
	413, 418, 424, 429, 500, 501, 502, 503, 504 };

static void
read_as_each(const struct http_reply *reply)
{
	const struct err none = ERR_NONE;
	struct err e = ERR_NONE;
	struct wp_answer a;

	promise(virustotal_status(reply, &none, NOW, &e) != ANSWER_FAULT ||
		e.fault != FAULT_NONE);
	err_clear(&e);
	promise(elastic_status(reply, &none, NOW, &e) == (e.fault == FAULT_NONE));
	for (int write = 0; write < 2; write++) {
		err_clear(&e);
		promise(wp_status_read(&a, reply, &none, write == 1, NOW, &e) ==
			(e.fault == FAULT_NONE));
		wp_status_done(&a);
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	auto_reply reply = { .status = 200, .body = BUF_INIT(size + 1) };
	size_t n = 0;

	if (size == 0)
		return 0;
	reply.status = STATUSES[data[0] % (sizeof STATUSES / sizeof STATUSES[0])];
	buf_put(&reply.body, (const char *)data + 1, size - 1);
	while (n + 1 < HTTP_HEADER_MAX && n + 1 < size && data[n + 1] != '\n')
		n++;
	memcpy(reply.retry_after, data + 1, n);
	memcpy(reply.location, data + 1, n);
	read_as_each(&reply);
	return 0;
}
