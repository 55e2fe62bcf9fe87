/*
 * test_alerts.c - the rules of alerts, what they say, and how events become one message.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/alerts/internal.h"
#include "tests/unit/with_db.h"

#define NOW INT64_C(1764500000)

static struct gate *gate;
static char *names[] = { (char[]){ "host-a: Tokyo" }, (char[]){ "host-c:Osaka" } };
static struct list sensor_names = { names, 2 };

static struct alert_voice
voice(bool japanese)
{
	return (struct alert_voice){ japanese, gate, &sensor_names };
}

static const char *
said(const char *rule, bool japanese, const char *a, const char *b, const char *c,
    const char *d)
{
	static char text[2 * ALERT_BODY_TEXT_MAX];
	struct alert_event event = { .key = "k", .arguments = { a, b, c, d } };
	struct alert_voice v = voice(japanese);
	auto_buf out = BUF_CUT(ALERT_BODY_TEXT_MAX);

	alert_rule_put(&out, alert_rule_of(rule), &event, &v);
	snprintf(text, sizeof text, "%s", buf_text(&out));
	return text;
}

static void
test_sentences(void)
{
	is_text(said("unknown", false, "ab12", "Cowrie", "http://evil.example/x", NULL),
	    "ab12 is unknown to VirusTotal; captured by Cowrie from hxxp://evil[.]example/x",
	    "a URL is defanged");
	is_text(said("unknown", false, "ab12", NULL, NULL, NULL),
	    "ab12 is unknown to VirusTotal", "what is not known is left out");
	is_text(said("changed", true, "ab12", "undetected", "known_good", NULL),
	    "ab12: 判定が「検出なし」から「既知のソフトウェア」に変わりました",
	    "Japanese, verdicts too");
	is_text(said("family", false, "ab12", "mirai", "Cowrie", "45/63 2026-11-30"),
	    "ab12 is mirai; captured by Cowrie; detections 45/63 as of 2026-11-30",
	    "a ratio has its date");
	is_text(said("first", true, "ab12", "Cowrie", "1/60 2026-11-30", NULL),
	    "ab12 は VirusTotal に登録される前に捕獲しました (Cowrie)。検出 1/60 (2026-11-30 時点)",
	    "... in Japanese, too");
	is_text(
	    said("held", false, "post", "k", "at 203.0.113.77\n@all \xe2\x80\xae", NULL),
	    "A row of table post is held (k): at *** @all  ",
	    "private and invisible text goes");
	is_text(said("quiet", false, "sensor", "host-a", "2026-11-01", NULL),
	    "The sensor Tokyo has had no events since 2026-11-01",
	    "a sensor by its public name");
	is_text(said("clock", false, "sensor", "host-a", "2 h 5 min", "ahead"),
	    "The clock of sensor Tokyo is 2 h 5 min ahead; correct it, for example with NTP",
	    "a wrong clock");
	is_text(said("clock", true, "sensor", "host-a", "2 h 5 min", "behind"),
	    "センサー Tokyo の時計が 2 時間 5 分遅れています。NTP などで合わせてください",
	    "and in Japanese, its offset too");
	is_text(said("quiet", false, "sensor", "host-c", "2026-11-01", NULL),
	    "The sensor Osaka has had no events since 2026-11-01",
	    "... as posts name it, with a blank after the colon or without");
	ok(strstr(said("quiet", false, "sensor", "host-b", "2026-11-01", NULL),
	       "host-b") == NULL,
	    "a sensor without one is not named");
	for (const struct alert_rule *r = alert_rules; r->name != NULL; r++)
		ok(said(r->name, false, "a", "b", "c", "d")[0] != '\0' &&
			said(r->name, true, "a", "b", "c", "d")[0] != '\0',
		    r->name);
}

static void
test_wanted(void)
{
	char *items[] = { (char[]){ "held" } };
	struct alert_config all = { .events = { NULL, 0 } },
			    some = { .events = { items, 1 } };

	ok(alert_rule_is_wanted(alert_rule_of("disk"), &all),
	    "without events everything");
	ok(alert_rule_is_wanted(alert_rule_of("held"), &some) &&
		!alert_rule_is_wanted(alert_rule_of("disk"), &some),
	    "with events only those");
	ok(alert_rule_of("nothing") == NULL, "no other rule");
}

static void
add(const char *key, const char *body)
{
	struct alert_event event = { .key = key, .at = NOW };
	struct err e = ERR_NONE;

	if (!alert_store_add(&db, "ops", alert_rule_of("unknown"), &event, body, &e))
		die(e.text);
}

static int64_t
next(bool *sealed)
{
	struct alert_state state;
	struct err e = ERR_NONE;
	int64_t at;

	if (!alert_store_state(&db, "ops", &state, &e) ||
	    !alert_store_next(&db, "ops", &state, &at, sealed, &e))
		die(e.text);
	return at;
}

static void
test_gathering(void)
{
	struct alert_message m;
	struct alert_composed c;
	struct alert_voice v = voice(false);
	struct err e = ERR_NONE;
	bool sealed;
	char key[20];

	db_fresh();
	ok(alert_store_target(&db, "ops", "s", NOW, &e), "a new target");
	is_int(next(&sealed), INT64_MAX, "nothing waits");
	for (int i = 0; i < 47; i++)
		add(BUF_FIXED(key, "u %d", i), "a file at 203.0.113.77");
	add("u 0", "again");
	is_int(number("SELECT count(*) FROM message"), 47, "an event is one row");
	ok(next(&sealed) <= NOW && !sealed, "the first message at once");
	ok(alert_store_seal(&db, "ops", NOW, &e), "47 become one");
	is_int(
	    number(
		"SELECT count(*) FROM message WHERE part_of = 1 AND state = 'skipped'"),
	    46, "the others are parts");
	ok(alert_store_message(&db, 1, &m, &e), "it is read");
	alert_compose(&c, &m, "ops", 1, &v);
	is_text(c.alert.title, "potpress: 47 alerts", "its title");
	ok(strstr(c.alert.text, "\nand 37 more") != NULL, "ten are named");
	ok(strstr(c.alert.text, "203.0.113.77") == NULL,
	    "guarded by what was learned since");
	is_int((int64_t)strlen(c.alert.key), 32, "its key");
	alert_composed_done(&c);
	alert_message_done(&m);
	ok(alert_store_sending(&db, 1, "ops", NOW, &e), "it is being sent");
	add("late", "later");
	ok(next(&sealed) == 0 && sealed, "a message that was begun comes first");
	sql("UPDATE message SET state = 'done', token = token + 1 WHERE id = 1");
	is_int(next(&sealed), NOW + ALERT_GATHER_S, "the next one ten minutes later");
}

static void
test_stopping(void)
{
	struct alert_state state;
	struct err e = ERR_NONE;

	db_fresh();
	alert_store_target(&db, "ops", "s", NOW, &e);
	add("a", "a");
	ok(alert_store_refused(&db, "ops", "slack: 404", NOW, &e), "a refusal");
	ok(alert_store_state(&db, "ops", &state, &e) && state.stopped,
	    "stops the target");
	is_text(words("SELECT state FROM message"), "skipped", "and skips what waits");
	ok(alert_store_target(&db, "ops", "s", NOW + 9, &e) &&
		alert_store_state(&db, "ops", &state, &e) && state.stopped,
	    "a restart changes nothing");
	ok(alert_store_target(&db, "ops", "t", NOW + 9, &e) &&
		alert_store_state(&db, "ops", &state, &e) && !state.stopped,
	    "other settings end it");
	is_int(state.since, NOW + 9, "and nothing of the past is told");
	alert_store_refused(&db, "ops", "slack: 404", NOW, &e);
	sql("UPDATE message SET state = 'pending'");
	ok(alert_store_state(&db, "ops", &state, &e) && !state.stopped,
	    "a requeue ends it");
	ok(alert_store_tidy(&db, &(struct named){ .count = 0 }, NOW, &e),
	    "a target that is gone");
	is_int(number("SELECT count(*) FROM alert_target"), 0, "is forgotten");
	is_text(words("SELECT state FROM message"), "skipped", "with what waits for it");
}

static void
test_backups(void)
{
	char path[200];
	FILE *f;

	BUF_FIXED(path, "%s/potpress-2025-11-30T041500Z.db", db_directory);
	is_int(alert_watch_backup(db_directory), 0, "no backup");
	f = fopen(path, "w");
	if (f != NULL)
		fclose(f);
	is_int(alert_watch_backup(db_directory), 1764476100, "its time is in its name");
	unlink(path);
	ok(alert_watch_disk(db_path) >= 0, "free space");
}

int
main(void)
{
	struct err e = ERR_NONE;

	db_directory_make();
	gate = gate_new(&e);
	if (gate == NULL || !gate_add(gate, "203.0.113.77", &e))
		die(e.text);
	test_sentences();
	test_wanted();
	test_gathering();
	test_stopping();
	test_backups();
	gate_free(gate);
	db_directory_remove();
	return done_testing();
}
