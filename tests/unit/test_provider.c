/*
 * test_provider.c - a second provider, made up here: a row of table provider and an entry of the table
 * the enricher opens are all it needs.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>

#include "enricher/enricher.h"
#include "tests/unit/with_db.h"

#define NOW 1764000000
#define HASH_A "aa00c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345"
#define HASH_A_MD5 "aa00c0ffee0123456789abcdef012345"
#define REPORT                                            \
	"{\"data\":{\"type\":\"file\",\"id\":\"" HASH_A   \
	"\",\"attributes\":{"                             \
	"\"sha256\":\"" HASH_A "\",\"md5\":\"" HASH_A_MD5 \
	"\","                                             \
	"\"last_analysis_stats\":{\"malicious\":9,\"undetected\":60}}}}"

/* ---- the oracle: it answers "yes" or "no", about files and dreams */

static struct account
oracle_account(const struct config *config)
{
	return (struct account){ .name = "delphi",
		.service = &config->publisher.service,
		.per_minute = 1,
		.per_day = 2,
		.per_month = 3,
		.concurrency = 2 };
}

static void *
oracle_open(const struct config *config, struct err *e)
{
	(void)config;
	(void)e;
	return malloc(1);
}

static void
oracle_ask(
    void *client, const struct question *q, struct buf *url, struct http_request *out)
{
	(void)client;
	buf_printf(url, "http://127.0.0.1:1/%s", q->value);
	*out = (struct http_request){ .method = "GET", .url = buf_text(url) };
}

static void
oracle_probe(void *client, struct buf *url, struct http_request *out)
{
	(void)client;
	buf_puts(url, "http://127.0.0.1:1/");
	*out = (struct http_request){ .method = "GET", .url = buf_text(url) };
}

static bool
oracle_probed(void *client, const struct http_reply *reply, const struct err *transport,
    int64_t now, struct err *e)
{
	(void)client;
	(void)transport;
	(void)now;
	return reply->status == 200 || err_outage(e, OUTAGE_DOWN, 0, "oracle: asleep");
}

static enum answer
oracle_read(void *client, const struct question *q, const struct http_reply *reply,
    const struct err *transport, int64_t now, struct report *out, struct err *e)
{
	(void)client;
	(void)transport;
	(void)now;
	if (reply->status == 503) {
		err_outage(e, OUTAGE_DOWN, 0, "oracle: asleep");
		return ANSWER_FAULT;
	}
	out->verdict = "known_good";
	out->sha256 = q->hash;
	return strstr(buf_text(&reply->body), "yes") != NULL ? ANSWER_FOUND
							     : ANSWER_NOT_FOUND;
}

/* Its reports begin with "oracle" and name the file. */
static bool
oracle_recognise(const char *body, size_t len, struct question *out, struct err *e)
{
	const char *said = memmem(body, len, "\"oracle\":\"", 10);

	*out = (struct question){ .kind = "file" };
	return (said != NULL && hash_parse(&out->hash, said + 10, 64)) ||
	       err_set(e, FAULT_REJECT, "not the oracle's");
}

static const char *const ORACLE_KINDS[] = { "file", "dream", NULL };

static const struct provider oracle = { .name = "oracle",
	.kinds = ORACLE_KINDS,
	.account = oracle_account,
	.open = oracle_open,
	.close = free,
	.ask = oracle_ask,
	.probe = oracle_probe,
	.probed = oracle_probed,
	.read = oracle_read,
	.recognise = oracle_recognise };

/* ---- an enricher with both */

static struct enricher en;
static struct desk *virustotal_desk, *oracle_desk;

static int64_t
clock_says(void *ctx)
{
	(void)ctx;
	return NOW;
}

static uint32_t
half(void *ctx)
{
	(void)ctx;
	return UINT32_MAX / 2;
}

static void
open_enricher(void)
{
	const struct provider *table[] = { providers[0], &oracle, NULL };
	static char fast[] = "fast";
	struct config *c = &en.st.config;
	struct err e = ERR_NONE;

	db_fresh();
	sql("INSERT INTO provider (name, kind) VALUES ('oracle', 'file')");
	sql("INSERT INTO sample (md5) VALUES ('" HASH_A_MD5 "')");
	sql("INSERT INTO sample (sha256) VALUES ('" HASH_A "')");
	en = (struct enricher){ .st.name = "enricher" };
	en.st.clock = (struct clock){ .now = clock_says, .draw = half, .tick_ms = 20 };
	en.st.db = db;
	en.st.log = (struct log){ .stage = "enricher",
		.clock = &en.st.clock,
		.fd = open("/dev/null", O_WRONLY | O_CLOEXEC) };
	c->enricher.account = strdup("main");
	c->enricher.service.url = strdup("http://127.0.0.1:1");
	c->enricher.service.timeout_s = c->publisher.service.timeout_s = 1;
	c->enricher.per_minute = c->enricher.per_day = c->enricher.per_month = 10;
	c->enricher.concurrency = 4;
	c->enricher.pace = fast;
	c->enricher.malicious_from = 5;
	c->enricher.verdicts_min = 40;
	en.st.http = http_new("test", &e);
	queue_init(&en.st.queue, &en.st.db, &queue_lookup, "enricher");
	for (int i = 0; table[i] != NULL; i++) {
		struct account a = table[i]->account(c);

		stage_add_service(&en.st, table[i]->name, a.name, a.service);
	}
	if (en.st.http == NULL || !events_open(&en.st.events, en.st.http, &e) ||
	    !enricher_open_desks(&en, table, &e))
		die(e.text);
	virustotal_desk = en.desks[0];
	oracle_desk = en.desks[1];
}

static void
close_enricher(void)
{
	enricher_close_desks(&en);
	http_free(en.st.http);
	events_close(&en.st.events);
	close(en.st.log.fd);
	free(en.st.config.enricher.account);
	free(en.st.config.enricher.service.url);
	db = en.st.db;
}

/* Claims and books one row of the provider, as desk_ask does, and answers it. */
static int64_t
answer_one(struct desk *d, long status, const char *body)
{
	struct flight *f = &d->flights[0];
	struct booking b = { .purpose = "file" };
	struct http_reply reply = { .status = status, .body = BUF_INIT(4096) };
	struct err none = ERR_NONE, e = ERR_NONE;
	struct job job;
	int booked = 0;

	if (queue_claim(&d->queue, NOW, &job, 1, &e) != 1)
		return 0;
	*f = (struct flight){ .desk = d, .state = FLIGHT_SENT, .job = job };
	if (!store_lookup(&en.st.db, job.id, &f->lookup, &e) ||
	    !ledger_book(&d->ledger, NOW, &b, 1, &booked, &e))
		die(e.text);
	d->flying++;
	f->request_id = b.id;
	buf_puts(&reply.body, body);
	desk_answered(f, &reply, &none);
	http_reply_done(&reply);
	if (!desk_settle(d, 0, &e))
		die(e.text);
	return job.id;
}

static void
test_each_has_its_rows(void)
{
	int64_t id;

	open_enricher();
	is_int(number("SELECT count(*) FROM lookup WHERE provider = 'oracle'"), 2,
	    "a new sample makes a lookup at the provider");
	id = answer_one(oracle_desk, 200, "yes");
	is_text(words("SELECT provider FROM lookup WHERE id = %d", (int)id), "oracle",
	    "its desk claims its rows");
	is_text(words("SELECT outcome || ' ' || verdict FROM analysis"),
	    "found known_good", "its answer is kept");
	answer_one(oracle_desk, 200, "no");
	is_int(answer_one(oracle_desk, 200, "no"), 0, "... and no others");
	is_int(number("SELECT count(*) FROM lookup WHERE provider = 'virustotal' AND "
		      "state = 'pending'"),
	    2, "VirusTotal's wait for VirusTotal");
	close_enricher();
}

static void
test_the_verdict_is_virustotals(void)
{
	open_enricher();
	answer_one(oracle_desk, 200, "yes");
	answer_one(oracle_desk, 200, "yes");
	is_int(number("SELECT count(*) FROM post"), 0, "another's answer makes no post");
	is_int(number("SELECT count(*) FROM verdict"), 0, "... and is no verdict");
	is_int(number("SELECT count(*) FROM recent"), 0, "... and nothing to show");
	answer_one(virustotal_desk, 404, "{\"error\":{\"code\":\"NotFoundError\"}}");
	is_int(number("SELECT count(*) FROM post"), 1, "VirusTotal's makes one");
	answer_one(virustotal_desk, 200, REPORT);
	is_text(words("SELECT a.verdict FROM verdict v JOIN analysis a ON a.id = "
		      "v.analysis_id"),
	    "malicious", "its verdict stands");
	sql("UPDATE post SET state = 'done', token = token + 1");
	sql("UPDATE lookup SET state = 'pending' WHERE provider = 'oracle'");
	answer_one(oracle_desk, 200, "no");
	is_text(words("SELECT a.verdict FROM verdict v JOIN analysis a ON a.id = "
		      "v.analysis_id"),
	    "malicious", "... whatever another says later");
	is_int(number("SELECT count(*) FROM post WHERE state = 'pending'"), 0,
	    "... which renews no post");
	close_enricher();
}

static void
test_one_file_keeps_its_lookups(void)
{
	open_enricher();
	answer_one(oracle_desk, 200, "yes");
	answer_one(virustotal_desk, 200, REPORT);
	is_int(number("SELECT count(*) FROM sample"), 1,
	    "VirusTotal's answer makes one of two");
	is_text(words("SELECT group_concat(provider, ' ') FROM (SELECT provider FROM "
		      "lookup ORDER BY provider)"),
	    "oracle virustotal", "one lookup stays at each provider");
	is_int(number("SELECT count(*) FROM analysis WHERE lookup_id = (SELECT id FROM "
		      "lookup WHERE provider = 'oracle')"),
	    1, "with its answers");
	close_enricher();
}

static void
test_each_has_its_ledger_and_pause(void)
{
	struct ledger_room room;
	struct err e = ERR_NONE;

	open_enricher();
	answer_one(oracle_desk, 200, "yes");
	is_text(words("SELECT provider || ' ' || account || ' ' || purpose FROM request"),
	    "oracle delphi file", "requests are booked in its own ledger");
	ledger_room(&oracle_desk->ledger, NOW, &room, &e);
	is_int(room.requests, 0, "its minute is over");
	ledger_room(&virustotal_desk->ledger, NOW, &room, &e);
	is_int(room.requests, 10, "VirusTotal's is not");
	answer_one(oracle_desk, 503, "");
	is_text(words("SELECT service || ' ' || account FROM pause"), "oracle delphi",
	    "its outage pauses it alone");
	close_enricher();
}

static void
test_strange_kinds_are_held(void)
{
	struct err e = ERR_NONE;

	open_enricher();
	sql("DELETE FROM lookup");
	sql("INSERT INTO lookup (kind, value) VALUES ('dream', 'of sheep')");
	virustotal_desk->order = (struct order){ .plan = { { 1, 1, 1 } }, .ranges = 1 };
	if (!desk_ask(virustotal_desk, 1, &e))
		die(e.text);
	ok(strstr(words("SELECT last_error FROM lookup WHERE state = 'held'"),
	       "virustotal has no answers of kind dream") != NULL,
	    "a question of a kind the provider does not answer is held");
	is_int(virustotal_desk->flying, 0, "... unasked");
	is_int(number("SELECT count(*) FROM request"), 0, "... and costs nothing");
	close_enricher();
}

/* A saved report of each, and one of neither. */
static void
test_import_finds_whose_report_it_is(void)
{
	static char path[sizeof db_directory + 16];
	static char *const FILES[] = { path };
	struct step step = { .finished = false };
	struct err e = ERR_NONE;
	FILE *f;

	open_enricher();
	snprintf(path, sizeof path, "%s/saved", db_directory);
	f = fopen(path, "w");
	if (f == NULL ||
	    fprintf(f,
		"{\"data\":{\"oracle\":\"%s\",\"says\":\"yes\"}}\n" REPORT "\n{}\n",
		HASH_A) < 0 ||
	    fclose(f) != 0)
		die("no file");
	en.asked.import =
	    (struct option_operands){ .given = true, .items = FILES, .count = 1 };
	fflush(stdout);
	while (!step.finished)
		if (!enricher_import(&en, NOW, &step, &e))
			die(e.text);
	is_text(
	    words("SELECT group_concat(provider || ' ' || verdict, ', ') FROM (SELECT "
		  "l.provider, a.verdict FROM analysis a JOIN lookup l ON l.id = "
		  "a.lookup_id ORDER BY l.provider)"),
	    "oracle known_good, virustotal malicious",
	    "a saved report is read by the provider that knows it as its own");
	is_int(
	    enricher_import_done(&en, 0), EXIT_PROBLEM, "what nobody knows is not used");
	unlink(path);
	close_enricher();
}

static void
test_ask_asks_who_decides(void)
{
	static char hash[] = HASH_A;
	static char *items[] = { hash };
	struct step step = { .finished = false };
	struct err e = ERR_NONE;

	open_enricher();
	sql("UPDATE lookup SET rank = 0, due_at = 0 WHERE provider = 'oracle'");
	en.asked.ask =
	    (struct option_operands){ .given = true, .items = items, .count = 1 };
	fflush(stdout);
	if (!enricher_ask(&en, NOW, &step, &e))
		die(e.text);
	ok(en.by_hand.desk == virustotal_desk, "the answer comes from who decides");
	is_int(virustotal_desk->flying + virustotal_desk->probing, 1, "... who is asked");
	is_int(oracle_desk->flying + oracle_desk->probing, 0, "... and nobody else");
	enricher_ask_done(&en);
	close_enricher();
}

int
main(void)
{
	db_directory_make();
	test_each_has_its_rows();
	test_the_verdict_is_virustotals();
	test_one_file_keeps_its_lookups();
	test_each_has_its_ledger_and_pause();
	test_strange_kinds_are_held();
	test_import_finds_whose_report_it_is();
	test_ask_asks_who_decides();
	db_directory_remove();
	return done_testing();
}
