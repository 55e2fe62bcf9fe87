/*
 * test_virustotal_status.c - what each answer of VirusTotal means, row by row.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/virustotal/status.h"
#include "tests/unit/tap.h"

#define NOW 1764547200 /* Mon, 01 Dec 2025 00:00:00 GMT */

struct row {
	const char *words;
	long status;
	const char *body;
	const char *retry_after;
	enum answer means;
	enum fault fault;
	enum outage outage;
	int64_t retry_after_s;
};

#define CODE(name) "{\"error\":{\"message\":\"words\",\"code\":\"" name "\"}}"
#define PAGE "<html><title>429</title>429 Too Many Requests</html>"
#define HTML "<html>please log in</html>"
#define DOUBT ANSWER_FAULT, FAULT_DOUBT, 0, 0
#define OUTAGE(kind) ANSWER_FAULT, FAULT_OUTAGE, OUTAGE_##kind

/* clang-format off */
static const struct row ANSWERS[] = {
	{ "a report", 200, "{}", "", ANSWER_FOUND, FAULT_NONE, 0, 0 },
	{ "an empty 200 is for the parser", 200, "", "", ANSWER_FOUND, FAULT_NONE, 0, 0 },
	{ "204 is a quota's", 204, "", "", OUTAGE(QUOTA), 0 },
	{ "another 2xx", 202, "", "", DOUBT },
	{ "a redirect is a wrong way", 302, "", "", OUTAGE(DOWN), 0 },
	{ "a malformed id", 400, CODE("BadRequestError"), "", ANSWER_FAULT, FAULT_REJECT, 0, 0 },
	{ "a bad argument", 400, CODE("InvalidArgumentError"), "", ANSWER_FAULT, FAULT_REJECT, 0, 0 },
	{ "not available yet: in an hour", 400, CODE("NotAvailableYet"), "", ANSWER_FAULT, FAULT_RETRY, 0, VIRUSTOTAL_NOT_YET_S },
	{ "no key sent", 401, CODE("AuthenticationRequiredError"), "", OUTAGE(CREDENTIALS), 0 },
	{ "a wrong key", 401, CODE("WrongCredentialsError"), "", OUTAGE(CREDENTIALS), 0 },
	{ "an account not confirmed", 401, CODE("UserNotActiveError"), "", OUTAGE(CREDENTIALS), 0 },
	{ "a key that is not allowed", 403, CODE("ForbiddenError"), "", OUTAGE(CREDENTIALS), 0 },
	{ "not known", 404, CODE("NotFoundError"), "", ANSWER_NOT_FOUND, FAULT_NONE, 0, 0 },
	{ "a file not known", 404, "{\"error\":{\"code\":\"NotFoundError\",\"message\":\"File \\\"00\\\" not found\"}}", "", ANSWER_NOT_FOUND, FAULT_NONE, 0, 0 },
	{ "an address not known", 404, "{\"error\":{\"code\":\"NotFoundError\",\"message\":\"URL \\\"/x\\\" not found\"}}", "", OUTAGE(DOWN), 0 },
	{ "... in other words", 404, "{\"error\":{\"code\":\"NotFoundError\",\"message\":\"Resource not found.\"}}", "", OUTAGE(DOWN), 0 },
	{ "a 404 of somebody else", 404, "<html>no such page</html>", "", DOUBT },
	{ "an empty 404", 404, "", "", DOUBT },
	{ "a 404 of another code", 404, CODE("OtherError"), "", DOUBT },
	{ "a request timed out there", 408, "", "", OUTAGE(DOWN), 0 },
	{ "a conflict cannot be repeated", 409, CODE("AlreadyExistsError"), "", ANSWER_FAULT, FAULT_REJECT, 0, 0 },
	{ "a status nobody knows", 418, "", "", DOUBT },
	{ "a code nobody knows", 400, CODE("SomeNewError"), "", DOUBT },
	{ "a known code under another status", 402, CODE("BadRequestError"), "", DOUBT },
	{ "the key in words of somebody else", 401, "{\"error\":\"WrongCredentialsError\"}", "", DOUBT },
	{ "a proxy's login", 407, HTML, "", OUTAGE(DOWN), 0 },
	{ "a request it depends on failed: the neighbours judge", 424, CODE("FailedDependencyError"), "", DOUBT },
	{ "a quota is spent", 429, CODE("QuotaExceededError"), "", OUTAGE(QUOTA), 0 },
	{ "too many requests", 429, CODE("TooManyRequestsError"), "", OUTAGE(QUOTA), 0 },
	{ "the front end's own 429", 429, PAGE, "", OUTAGE(QUOTA), 0 },
	{ "with seconds to wait", 429, CODE("QuotaExceededError"), "90", OUTAGE(QUOTA), 90 },
	{ "with a date to wait for", 429, PAGE, "Mon, 01 Dec 2025 00:05:00 GMT", OUTAGE(QUOTA), 300 },
	{ "with a date that is over", 429, PAGE, "Sun, 30 Nov 2025 00:05:00 GMT", OUTAGE(QUOTA), 0 },
	{ "with nonsense to wait for", 429, PAGE, "soon", OUTAGE(QUOTA), 0 },
	{ "with a negative wait", 429, PAGE, "-5", OUTAGE(QUOTA), 0 },
	{ "a server's fault", 500, "<html>oops</html>", "", OUTAGE(DOWN), 0 },
	{ "a gateway's", 502, "<html>oops</html>", "", OUTAGE(DOWN), 0 },
	{ "for a while", 503, CODE("TransientError"), "120", OUTAGE(DOWN), 120 },
	{ "too slow", 504, CODE("DeadlineExceededError"), "", OUTAGE(DOWN), 0 },
	{ "5xx nobody knows", 599, "", "", OUTAGE(DOWN), 0 },
};
/* clang-format on */

static void
fill(struct http_reply *reply, const struct row *a)
{
	*reply = (struct http_reply){ .status = a->status,
		.location = "https://elsewhere.example/",
		.body = BUF_INIT(4096) };
	buf_puts(&reply->body, a->body);
	memcpy(reply->retry_after, a->retry_after, strlen(a->retry_after) + 1);
}

static void
check(const struct row *a)
{
	const struct err none = ERR_NONE;
	struct err e = ERR_NONE;
	auto_reply reply;

	fill(&reply, a);
	is_int(virustotal_status(&reply, &none, NOW, &e), a->means, a->words);
	is_int(e.fault, a->fault, "... its fault");
	if (a->fault == FAULT_OUTAGE)
		is_int(e.outage, a->outage, "... what kind of pause");
	is_int(e.retry_after_s, a->retry_after_s, "... how long");
	ok(strstr(e.text, " :") == NULL, a->words);
	ok(a->fault == FAULT_NONE || strncmp(e.text, "virustotal: ", 12) == 0,
	    "... and a sentence");
}

static void
test_transport(void)
{
	struct err lost = ERR_NONE, large = ERR_NONE, e = ERR_NONE;
	auto_reply reply;

	fill(&reply, &ANSWERS[0]);
	err_outage(&lost, OUTAGE_DOWN, 0, "virustotal: cut");
	is_int(virustotal_status(&reply, &lost, NOW, &e), ANSWER_FAULT,
	    "a cut answer is no answer");
	is_int(e.outage, OUTAGE_DOWN, "... but an outage");
	reply.too_large = true;
	err_set(&large, FAULT_RETRY, "virustotal: over the size limit");
	err_clear(&e);
	virustotal_status(&reply, &large, NOW, &e);
	is_int(e.fault, FAULT_RETRY, "a report over the size limit is about the row");
	reply.status = 503;
	err_clear(&e);
	virustotal_status(&reply, &large, NOW, &e);
	is_int(e.fault, FAULT_OUTAGE, "an error page over the size limit is an outage");
}

/* A box in between answers every request with a page of its own: that is never about the row or the key. */
static void
test_pages(void)
{
	static const long STATUSES[] = { 400, 401, 402, 403, 404, 405, 406, 409, 410, 418,
		421, 424, 451 };

	for (size_t i = 0; i < sizeof STATUSES / sizeof STATUSES[0]; i++) {
		const struct row page = {
			.status = STATUSES[i], .body = HTML, .retry_after = ""
		};
		const struct err none = ERR_NONE;
		struct err e = ERR_NONE;
		auto_reply reply;

		fill(&reply, &page);
		virustotal_status(&reply, &none, NOW, &e);
		printf("# HTTP %ld\n", STATUSES[i]);
		is_int(e.fault, FAULT_DOUBT, "a page is nobody's word");
		ok(strstr(e.text, "with a page: a proxy, firewall or portal") != NULL,
		    "... and named as one");
	}
}

int
main(void)
{
	for (size_t i = 0; i < sizeof ANSWERS / sizeof ANSWERS[0]; i++)
		check(&ANSWERS[i]);
	test_transport();
	test_pages();
	return done_testing();
}
