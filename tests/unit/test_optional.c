/*
 * test_optional.c - the lookups of an optional provider: made for files that the verdict calls malicious or
 * suspicious, skipped while it is not configured, and no trouble to what needs a verdict.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/store/optional.h"
#include "enricher/store/order.h"
#include "enricher/store/store.h"
#include "tests/unit/with_db.h"

#define NOW 1764000000
#define DAY 86400
#define NAME "malwarebazaar"
#define NOT_CONFIGURED "by rule: " NAME " is not configured"

static struct err e;

static void
begin(int64_t now)
{
	if (!store_optional_begin(&db, NAME, now, &e))
		die(e.text);
}

static void
end(void)
{
	if (!store_optional_end(&db, NAME, &e))
		die(e.text);
}

/* A file captured at `seen_at`, and VirusTotal's answer about it. */
static void
answered(int n, const char *verdict, int64_t seen_at)
{
	bool unknown = strcmp(verdict, "unknown") == 0;

	sql("INSERT INTO sample (id, sha256, first_seen, last_seen) VALUES (%d, "
	    "'%064d', %lld, %lld)",
	    n, n, (long long)seen_at, (long long)seen_at);
	sql("UPDATE lookup SET state = 'done', token = token + 1, outcome = '%s' WHERE "
	    "sample_id = %d AND provider = 'virustotal'",
	    unknown ? "not_found" : "found", n);
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict) "
	    "SELECT id, sample_id, %lld, outcome, '%s' FROM lookup WHERE sample_id = %d "
	    "AND provider = 'virustotal'",
	    (long long)seen_at + 60, verdict, n);
}

/* The files that are looked up there, and how their lookups are. */
static const char *
lookups(void)
{
	return words(
	    "SELECT coalesce(group_concat(sample_id || ' ' || state, ', '), 'none') FROM "
	    "(SELECT sample_id, state FROM lookup WHERE provider = '" NAME
	    "' ORDER BY sample_id)");
}

static void
listed(int n, const char *outcome)
{
	sql("UPDATE lookup SET state = 'done', token = token + 1, outcome = '%s', "
	    "due_at = CASE '%s' WHEN 'found' THEN 0 ELSE %d END "
	    "WHERE sample_id = %d AND provider = '" NAME "'",
	    outcome, outcome, NOW + DAY, n);
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict, "
	    "label) SELECT id, sample_id, %d, outcome, CASE outcome WHEN 'found' THEN "
	    "'malicious' ELSE 'unknown' END, 'Mirai' FROM lookup WHERE sample_id = %d "
	    "AND provider = '" NAME "'",
	    NOW, n);
}

/* ---- which files */

static void
test_which_files(void)
{
	static const char *const VERDICTS[] = { "malicious", "suspicious", "known_good",
		"undetected", "inconclusive", "not_analysed", "unknown" };

	db_fresh();
	for (int i = 0; i < 7; i++)
		answered(i + 1, VERDICTS[i], NOW);
	is_text(lookups(), "none", "never configured: nothing of it exists");
	db_fresh();
	begin(NOW);
	for (int i = 0; i < 7; i++)
		answered(i + 1, VERDICTS[i], NOW);
	is_text(lookups(), "1 pending, 2 pending",
	    "what is malicious or suspicious is looked up");
	is_int(number("SELECT count(*) FROM lookup WHERE provider = 'virustotal'"), 7,
	    "... and all at VirusTotal");
	is_int(number("SELECT since FROM lookup WHERE provider = '" NAME "' LIMIT 1"),
	    NOW + 60, "it waits since the verdict");
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict) "
	    "SELECT id, sample_id, %d, 'found', 'malicious' FROM lookup WHERE sample_id "
	    "= 7 AND provider = 'virustotal'",
	    NOW + DAY);
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict, "
	    "malicious) SELECT id, sample_id, %d, 'found', 'malicious', 9 FROM lookup "
	    "WHERE sample_id = 1 AND provider = 'virustotal'",
	    NOW + DAY);
	is_text(lookups(), "1 pending, 2 pending, 7 pending",
	    "also when the verdict comes later, and once");
	sql("INSERT INTO noise (hash, reason) VALUES ('%064d', 'mine')", 2);
	is_text(lookups(), "1 pending, 2 skipped, 7 pending", "noise is not");
	sql("DELETE FROM noise WHERE reason = 'mine'");
	is_text(lookups(), "1 pending, 2 pending, 7 pending", "... until it is none");
	sql("DELETE FROM sample WHERE id = 1");
	is_text(
	    lookups(), "2 pending, 7 pending", "a file that is forgotten takes it along");
}

/* As by --reparse, long after the answer. */
static void
read_again(int n, const char *verdict)
{
	sql("UPDATE analysis SET verdict = '%s' WHERE sample_id = %d", verdict, n);
}

static void
test_read_again(void)
{
	db_fresh();
	begin(NOW);
	answered(1, "undetected", NOW);
	answered(2, "malicious", NOW);
	answered(3, "undetected", NOW);
	sql("INSERT INTO noise (hash, reason) VALUES ('%064d', 'mine')", 3);
	sql("DELETE FROM lookup WHERE sample_id = 2 AND provider = '" NAME "'");
	for (int n = 1; n <= 3; n++)
		read_again(n, "suspicious");
	is_text(lookups(), "1 pending",
	    "a file that its stored answer turns out to detect is looked up");
	is_int(number("SELECT since IS NULL FROM lookup WHERE provider = '" NAME "'"), 1,
	    "... however long ago the answer came");
	read_again(1, "undetected");
	answered(4, "suspicious", NOW);
	sql("INSERT INTO analysis (lookup_id, sample_id, fetched_at, outcome, verdict) "
	    "SELECT id, sample_id, %d, 'found', 'undetected' FROM lookup WHERE sample_id "
	    "= 4 AND provider = 'virustotal'",
	    NOW + DAY);
	sql("DELETE FROM lookup WHERE sample_id = 4 AND provider = '" NAME "'");
	sql("UPDATE analysis SET verdict = 'undetected' WHERE sample_id = 4");
	sql("UPDATE analysis SET verdict = 'malicious' WHERE sample_id = 4 AND fetched_at < %d",
	    NOW + DAY);
	is_text(lookups(), "1 pending", "an answer that is not the newest is none");
}

static void
test_noise_stays_with_its_provider(void)
{
	db_fresh();
	begin(NOW);
	answered(1, "undetected", NOW);
	sql("INSERT INTO noise (hash, reason) VALUES ('%064d', 'mine')", 1);
	sql("DELETE FROM noise WHERE reason = 'mine'");
	is_text(
	    lookups(), "none", "what was noise is asked about only where it was before");
}

/* ---- switched on and off */

static const char *
requeued_as_noise(void)
{
	sql("UPDATE lookup SET state = 'pending' WHERE provider = '" NAME "'");
	begin(NOW);
	return lookups();
}

static void
test_noise_stays_noise(void)
{
	db_fresh();
	begin(NOW);
	answered(1, "malicious", NOW);
	sql("INSERT INTO noise (hash, reason) VALUES ('%064d', 'mine')", 1);
	end();
	is_text(requeued_as_noise(), "1 skipped",
	    "noise that is requeued while it is not configured is not looked up later");
}

static void
test_the_past(void)
{
	db_fresh();
	answered(1, "malicious", NOW - 31 * DAY);
	answered(2, "malicious", NOW - 29 * DAY);
	answered(3, "undetected", NOW);
	answered(4, "suspicious", NOW - DAY);
	answered(5, "malicious", NOW);
	sql("INSERT INTO noise (hash, reason) VALUES ('%064d', 'mine')", 5);
	begin(NOW);
	is_text(lookups(), "2 pending, 4 pending",
	    "at first, detected files of the last 30 days are looked up");
	begin(NOW + 40 * DAY);
	is_text(lookups(), "2 pending, 4 pending", "... at a restart nothing more");
	db_fresh();
	sql("BEGIN");
	for (int i = 1; i <= OPTIONAL_PAST_MAX + 50; i++)
		answered(i, "malicious", NOW - DAY + i);
	sql("COMMIT");
	begin(NOW);
	is_int(number("SELECT count(*) FROM lookup WHERE provider = '" NAME "'"),
	    OPTIONAL_PAST_MAX, "however many there are, no more than so many");
	is_int(number("SELECT min(sample_id) FROM lookup WHERE provider = '" NAME "'"),
	    51, "... of the newest");
}

static void
test_switched_off(void)
{
	db_fresh();
	begin(NOW);
	for (int i = 1; i <= 6; i++)
		answered(i, "malicious", NOW);
	sql("UPDATE lookup SET state = 'skipped', token = token + 1, shed_at = %d, "
	    "last_error = 'shed: waited' WHERE provider = '" NAME "' AND sample_id = 6",
	    NOW);
	listed(2, "found");
	listed(3, "not_found");
	sql("UPDATE lookup SET state = 'leased', token = token + 1, owner = 'o', "
	    "lease_until = %d WHERE provider = '" NAME "' AND sample_id = 4",
	    NOW);
	sql("UPDATE lookup SET state = 'held', token = token + 1 WHERE provider = '" NAME
	    "' AND sample_id = 5");
	sql("INSERT INTO pause (service, account, kind, since, until, why, stage) VALUES "
	    "('" NAME "', 'main', 'credentials', 1, %d, 'rejected', 'enricher')",
	    NOW + 3600);
	sql("INSERT INTO quota (provider, account, period, used, allowed) VALUES ('" NAME
	    "', 'main', '2025-11-24', 3, 500)");
	end();
	is_text(lookups(),
	    "1 skipped, 2 done, 3 skipped, 4 skipped, 5 skipped, 6 skipped",
	    "not configured: what is not finished is skipped");
	is_text(words("SELECT DISTINCT last_error FROM lookup WHERE provider = '" NAME
		      "' AND state = 'skipped'"),
	    NOT_CONFIGURED, "... with this reason");
	is_int(number("SELECT count(*) FROM held"), 0, "nothing of it is held");
	is_int(number("SELECT count(*) FROM pause"), 0, "... or paused");
	is_int(number("SELECT count(*) FROM quota_today"), 0, "... or counted");
	answered(7, "malicious", NOW);
	ok(strstr(lookups(), "7 ") == NULL, "new files are not looked up there");
	sql("INSERT INTO sighting (event_key, sample_id, source, profile, honeypot, action, "
	    "event_at, collected_at, seen_at) VALUES ('k', 6, 'main', 'cowrie', 'Cowrie', "
	    "'download', %d, %d, %d)",
	    NOW, NOW, NOW);
	ok(strstr(lookups(), "6 skipped") != NULL, "... nor what is captured again");
	sql("UPDATE lookup SET state = 'pending' WHERE sample_id = 1");
	is_text(words("SELECT state || ' ' || last_error FROM lookup WHERE provider = "
		      "'" NAME "' AND sample_id = 1"),
	    "skipped " NOT_CONFIGURED, "nor is what you requeue");
	is_text(words("SELECT state FROM lookup WHERE provider = 'virustotal' AND "
		      "sample_id = 1"),
	    "pending", "... but at VirusTotal");
	sql("INSERT INTO pause (service, account, kind, since, until, why, stage) VALUES "
	    "('" NAME "', 'main', 'down', 1, %d, 'by another process', 'enricher')",
	    NOW + 3600);
	end();
	is_int(number("SELECT count(*) FROM pause"), 0,
	    "a process that still had it leaves no pause behind");
	begin(NOW);
	is_text(lookups(),
	    "1 pending, 2 done, 3 pending, 4 pending, 5 pending, 6 pending, 7 pending",
	    "configured again: they wait again");
	is_int(number("SELECT rank FROM lookup WHERE provider = '" NAME
		      "' AND sample_id = 3"),
	    2, "what was asked before comes after new ones");
}

/* ---- what others see of it */

static void
test_views(void)
{
	bool was = true;

	db_fresh();
	begin(NOW);
	answered(1, "malicious", NOW);
	is_int(number("SELECT waiting + again + shed + flooded FROM unasked"), 0,
	    "no file waits for a verdict");
	sql("UPDATE lookup SET state = 'skipped', token = token + 1, shed_at = %d WHERE "
	    "provider = '" NAME "'",
	    NOW);
	is_int(number("SELECT shed FROM unasked"), 0, "... or was shed");
	if (!store_was_overload(&db, "virustotal", NOW - DAY, &was, &e))
		die(e.text);
	ok(!was, "... or is logged as such");
	sql("INSERT INTO pause (service, account, kind, since, until, why, stage) VALUES "
	    "('" NAME "', 'main', 'down', 1, %d, '" NAME ": no', 'enricher')",
	    NOW);
	is_text(words("SELECT coalesce(paused_until, 'never') || ' ' || why FROM status "
		      "WHERE stage = 'enricher'"),
	    "never " NAME ": no", "its pause is shown, but is not the stage's");
	is_int(number("SELECT sum(n) FROM total WHERE name = 'answers'"), 1,
	    "answers about files are counted");
	listed(1, "found");
	is_int(number("SELECT sum(n) FROM total WHERE name = 'answers'"), 1,
	    "... its own are not");
	is_int(number("SELECT count(*) FROM recent"), 1, "... or shown as a verdict");
	is_text(words("SELECT a.label FROM verdict v LEFT JOIN analysis a ON a.id = "
		      "v.analysis_id"),
	    "", "the verdict stays VirusTotal's");
}

/* ---- a file that turns out to be another one */

static void
keep_answer(const char *provider, int n, const struct lookup *l, struct report *r,
    bool joins_hashes)
{
	auto_buf body = BUF_INIT(64), packed = BUF_INIT(64);
	const struct kept_answer a = { .lookup = l,
		.report = r,
		.joins_hashes = joins_hashes,
		.body = &body,
		.packed = &packed,
		.now = NOW };

	buf_puts(&body, "{}");
	if (!store_answer(&db, &a, &e))
		die(e.text);
	sql("UPDATE lookup SET state = 'done', token = token + 1 WHERE sample_id = %d AND "
	    "provider = '%s'",
	    n, provider);
}

static void
claimed(const char *provider, int n, struct lookup *out)
{
	int64_t id =
	    number("SELECT id FROM lookup WHERE sample_id = %d AND provider = '%s'", n,
		provider);

	if (!store_lookup(&db, id, out, &e))
		die(e.text);
}

static void
test_merged_while_asked(void)
{
	struct report known = { .verdict = "malicious", .sha256 = { HASH_SHA256, "" } };
	struct report listing = { .verdict = "malicious", .label = "Mirai" };
	struct lookup first, listed;

	db_fresh();
	begin(NOW);
	sql("INSERT INTO sample (id, md5, first_seen, last_seen) VALUES (1, '%032d', %d, %d)",
	    1, NOW, NOW);
	answered(2, "malicious", NOW);
	claimed("virustotal", 1, &first);
	claimed(NAME, 2, &listed);
	snprintf(known.sha256.hex, sizeof known.sha256.hex, "%064d", 2);
	keep_answer("virustotal", 1, &first, &known, true);
	is_text(lookups(), "1 pending", "its lookup goes to the file that stays");
	keep_answer(NAME, 1, &listed, &listing, false);
	is_int(number("SELECT sample_id FROM analysis WHERE label = 'Mirai'"), 1,
	    "... and so does an answer that was on its way");
}

static const char *
post_state(const char *set)
{
	sql("UPDATE post SET %s", set);
	sql("DELETE FROM analysis WHERE label = 'Mirai'");
	listed(1, "found");
	return words("SELECT state FROM post");
}

static void
test_posts_follow(void)
{
	db_fresh();
	begin(NOW);
	answered(1, "malicious", NOW);
	sql("UPDATE post SET state = 'done', token = token + 1, content_hash = 'h'");
	listed(1, "not_found");
	is_text(
	    words("SELECT state FROM post"), "done", "a file not listed changes no post");
	listed(1, "found");
	is_text(words("SELECT state || ' ' || content_hash FROM post"), "pending h",
	    "a listing is added to the post");
	is_text(post_state("state = 'leased', token = token + 1, owner = 'o', "
			   "lease_until = 9"),
	    "pending", "... also while it is being written");
	is_text(post_state("state = 'held', token = token + 1"), "held",
	    "a held post stays so");
	is_text(post_state("state = 'skipped', token = token + 1"), "skipped",
	    "... and a skipped one");
	is_text(post_state("state = 'done', token = token + 1, wanted = 'withdraw'"),
	    "done", "... and one that was withdrawn");
	is_text(post_state("state = 'done', token = token + 1, wanted = 'publish', "
			   "done_by_hand = 1"),
	    "done", "... and one that you set to done");
	is_int(number("SELECT count(*) FROM lookup WHERE provider = 'virustotal' AND "
		      "state <> 'done'"),
	    0, "VirusTotal is not asked for it");
}

int
main(void)
{
	db_directory_make();
	test_which_files();
	test_read_again();
	test_noise_stays_with_its_provider();
	test_noise_stays_noise();
	test_the_past();
	test_merged_while_asked();
	test_switched_off();
	test_views();
	test_posts_follow();
	db_directory_remove();
	return done_testing();
}
