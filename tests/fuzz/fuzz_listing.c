/*
 * fuzz_listing.c - a body that claims to be MalwareBazaar's answer about a file.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/malwarebazaar/malwarebazaar.h"
#include "tests/fuzz/fuzz.h"

static const char NOT_FOUND[] = "hash_not_found";
static const char ASKED[] =
    "15a0c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct http_reply reply = { .status = 200, .body = BUF_INIT(1 << 20) };
	const struct err none = ERR_NONE;
	struct question q = { .kind = "file" };
	struct report r = REPORT_INIT;
	struct err e = ERR_NONE;
	enum answer a;

	hash_parse(&q.hash, ASKED, strlen(ASKED));
	buf_put(&reply.body, text, size);
	a = malwarebazaar.read(NULL, &q, &reply, &none, 0, &r, &e);
	promise((a == ANSWER_FAULT) == (e.fault != FAULT_NONE));
	promise(a != ANSWER_FOUND || strcmp(r.sha256.hex, ASKED) == 0);
	promise(a != ANSWER_NOT_FOUND ||
		memmem(text, size, NOT_FOUND, sizeof NOT_FOUND - 1) != NULL ||
		memchr(text, '\\', size) != NULL);
	promise(r.label[0] == '\0' || strpbrk(r.label, "<>\"'./:\\&") == NULL);
	report_done(&r);
	buf_done(&reply.body);
	free(text);
	return 0;
}
