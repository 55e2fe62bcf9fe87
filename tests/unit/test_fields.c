/*
 * test_fields.c - whether an index maps the fields of the profiles so that searches find them.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>

#include "collector/searchable.h"
#include "tests/unit/tap.h"

#define TEXT(name) "\"" name "\":{\"text\":{\"type\":\"text\",\"searchable\":true}}"
#define OFF(name, type) \
	"\"" name "\":{\"" type "\":{\"type\":\"" type "\",\"searchable\":false}}"
#define CUT(name, most)                       \
	"\"" name "\":{\"full_name\":\"" name \
	"\",\"mapping\":{\"last\":{\"type\":" \
	"\"keyword\",\"ignore_above\":" most "}}}"
#define FIELDS(members) "{\"fields\":{" members "}}"
#define HITS(members) "{\"hits\":{\"hits\":[{" members "}]}}"

static const struct profile *chosen[PROFILES_MAX];

static void
choose(const char *name)
{
	char one[16];
	char *names[] = { one };
	const struct list list = { .items = names, .count = 1 };

	BUF_FIXED(one, "%s", name);
	profile_choose(&list, chosen);
}

/* What follows from an answer of _field_caps, and from one that brought documents. */
static enum fields_verdict
judge(const char *mapping, const char *documents, struct buf *why)
{
	struct err e = ERR_NONE;
	auto_json *mapped = json_parse(mapping, strlen(mapping), &e);
	auto_json *found = json_parse(documents, strlen(documents), &e);
	struct field_list list;

	fields_of(&list, chosen);
	fields_mapped(&list, mapped);
	fields_seen(&list, found);
	buf_reset(why);
	return fields_judge(&list, why);
}

static enum fields_verdict
verdict_of(const char *mapping, const char *documents)
{
	auto_buf why = BUF_CUT(FIELDS_WHY_MAX);

	return judge(mapping, documents, &why);
}

static void
test_list(void)
{
	const struct list every = { .count = 0 };
	struct field_list list;

	profile_choose(&every, chosen);
	fields_of(&list, chosen);
	is_int((int64_t)list.count, 5, "each field once");
	is_text(list.items[0].name, "eventid", "the first profile's is first");
	is_text(list.items[0].profile, "cowrie", "and names that profile");
}

static void
test_mapped(void)
{
	choose("cowrie");
	is_int(verdict_of(FIELDS(TEXT("eventid")), "{}"), FIELDS_FOUND, "a text alone");
	is_int(verdict_of(FIELDS(OFF("eventid", "text") "," TEXT("eventid.raw")), "{}"),
	    FIELDS_FOUND, "a subfield that is searched");
	is_int(verdict_of(FIELDS(OFF("eventid", "object")), "{}"), FIELDS_FOUND,
	    "an object: the engine refuses our documents itself");
	is_int(
	    verdict_of(FIELDS(OFF("eventid", "keyword") "," TEXT("eventid.exact")), "{}"),
	    FIELDS_HIDDEN, "a subfield of another name does not help");
	choose("h0neytr4p");
	is_int(verdict_of(FIELDS(OFF("payload_hash_md5", "text") "," TEXT(
			      "payload_hash_md5.keyword")),
		   "{}"),
	    FIELDS_HIDDEN, "nor a subfield where the field itself is asked for");
}

/* An index that maps eventid as a keyword of at most so many characters, of which so many are marked. */
static enum fields_verdict
cut_at(const char *members, const char *count, struct buf *why)
{
	struct err e = ERR_NONE;
	static const char MAPPED[] = FIELDS(TEXT("eventid") "," TEXT("payload_hash_md5"));
	auto_buf text = BUF_INIT(1024);
	struct field_list list;

	buf_printf(&text, "{\"index\":{\"mappings\":{%s}}}", members);
	auto_json *mapped = json_parse(MAPPED, strlen(MAPPED), &e);
	auto_json *cut = json_parse(buf_text(&text), text.len, &e);
	auto_json *marked = json_parse(count, strlen(count), &e);

	fields_of(&list, chosen);
	fields_mapped(&list, mapped);
	fields_cut(&list, cut);
	fields_marked(&list, marked);
	return fields_judge(&list, why);
}

static void
test_cut(void)
{
	auto_buf why = BUF_CUT(FIELDS_WHY_MAX);

	choose("cowrie");
	is_int(cut_at(CUT("eventid", "28"), "{}", &why), FIELDS_FOUND,
	    "what is looked for is not left out");
	is_int(cut_at(CUT("eventid", "27"), "{\"count\":0}", &why), FIELDS_HIDDEN,
	    "it is left out");
	is_text(buf_text(&why),
	    "maps field eventid with \"ignore_above\": 27, which leaves what profile "
	    "cowrie selects by it out of every search; raise it to 256 and run "
	    "_update_by_query or reindex, or remove cowrie from `profiles`",
	    "and that is said");
	is_int(cut_at(CUT("eventid", "27"), "{\"count\":1}", &why), FIELDS_FOUND,
	    "but marked, so it is found");
	is_int(cut_at(CUT("eventid.keyword", "8"), "{}", &why), FIELDS_FOUND,
	    "a subfield that is not needed");
	choose("h0neytr4p");
	is_int(cut_at(CUT("payload_hash_md5", "32"), "{}", &why), FIELDS_FOUND,
	    "a whole hash");
	is_int(cut_at(CUT("payload_hash_md5", "31"), "{}", &why), FIELDS_HIDDEN,
	    "a hash that is too long");
}

static void
test_not_mapped(void)
{
	choose("cowrie");
	is_int(verdict_of("{}", "{}"), FIELDS_OPEN, "nothing was written yet");
	is_int(verdict_of("{}", HITS("\"_source\":{\"type\":\"Dionaea\"}")), FIELDS_OPEN,
	    "only other honeypots wrote");
	is_int(verdict_of("{}", HITS("\"_source\":{\"eventid\":null}")), FIELDS_OPEN,
	    "what is null is not mapped");
	is_int(verdict_of("{}", HITS("\"_source\":{\"eventid\":[]}")), FIELDS_OPEN,
	    "nor what is empty");
	is_int(verdict_of("{}", HITS("\"_ignored\":[\"eventid\"],\"_source\":{"
				     "\"eventid\":\"cowrie.login.failed\"}")),
	    FIELDS_OPEN, "one past the field limit is found by its mark");
	is_int(
	    verdict_of("{}", HITS("\"_source\":{\"eventid\":\"cowrie.login.failed\"}")),
	    FIELDS_HIDDEN, "a document holds it");
	is_int(verdict_of(FIELDS(TEXT("eventid")),
		   HITS("\"_source\":{\"eventid\":\"cowrie.login.failed\"}")),
	    FIELDS_FOUND, "as it does where it is mapped");
}

static void
test_words(void)
{
	auto_buf why = BUF_CUT(FIELDS_WHY_MAX);

	choose("cowrie");
	judge("{}", HITS("\"_source\":{\"eventid\":\"a\"}"), &why);
	is_text(buf_text(&why),
	    "holds field eventid in its documents, but does not map it (\"dynamic\": "
	    "false?), so no search finds what profile cowrie selects by it; map it as "
	    "keyword and run _update_by_query or reindex, or remove cowrie from "
	    "`profiles`",
	    "not mapped");
	judge(FIELDS(OFF("eventid", "text")), "{}", &why);
	ok(strncmp(buf_text(&why), "maps field eventid as text with its index off, ",
	       strlen("maps field eventid as text with its index off, ")) == 0,
	    "mapped, and not indexed");
}

static void
test_when(void)
{
	struct searchable_list list = { .count = 0 };

	ok(searchable_is_due(&list, "u", 0), "an index that is new is asked");
	ok(searchable_note(&list, "u", FIELDS_OPEN, 0), "not all is mapped");
	ok(!searchable_is_due(&list, "u", 59999), "not at each page");
	ok(searchable_is_due(&list, "u", 60000), "but again after a minute");
	ok(searchable_is_due(&list, "v", 0), "another is asked by itself");
	for (int n = 0; n < 10; n++)
		searchable_note(&list, "u", FIELDS_OPEN, 0);
	ok(!searchable_is_due(&list, "u", 3600000) &&
		searchable_is_due(&list, "u", 3840000),
	    "in the end about once an hour");
	ok(searchable_note(&list, "u", FIELDS_FOUND, 0), "all is mapped");
	ok(!searchable_is_due(&list, "u", INT64_MAX - 1), "that is for good");
	searchable_done(&list);
}

/* Of an index with such an @timestamp, when documents are selected by their time or not. */
static void
is_timed(const char *mapping, bool by_time, enum fields_verdict want, const char *name)
{
	auto_buf why = BUF_CUT(FIELDS_WHY_MAX), text = BUF_INIT(1024);
	struct err e = ERR_NONE;
	struct field_list list;

	buf_printf(&text, FIELDS(TEXT("eventid") "%s"), mapping);
	auto_json *mapped = json_parse(buf_text(&text), text.len, &e);

	fields_of(&list, chosen);
	list.by_time = by_time;
	fields_mapped(&list, mapped);
	is_int(fields_judge(&list, &why), want, name);
	ok((strstr(buf_text(&why), "@timestamp") != NULL) == (want == FIELDS_HIDDEN),
	    "... and the reason names the field");
}

static void
test_times(void)
{
#define TIME(type)                                        \
	",\"@timestamp\":{\"" type "\":{\"type\":\"" type \
	"\","                                             \
	"\"searchable\":true}}"
	choose("cowrie");
	is_timed("", true, FIELDS_FOUND, "no times at all");
	is_timed(TIME("date"), true, FIELDS_FOUND, "a date");
	is_timed(TIME("date_nanos"), true, FIELDS_FOUND, "a finer one");
	is_timed(TIME("keyword"), true, FIELDS_FOUND, "a keyword has the same order");
	is_timed(TIME("text"), true, FIELDS_HIDDEN, "words have not");
	is_timed(TIME("long"), true, FIELDS_HIDDEN, "a number cannot be compared");
	is_timed("," OFF("@timestamp", "date"), true, FIELDS_HIDDEN, "its index is off");
	is_timed(TIME("text"), false, FIELDS_FOUND, "where no time matters");
}

int
main(void)
{
	test_list();
	test_mapped();
	test_cut();
	test_times();
	test_not_mapped();
	test_words();
	test_when();
	return done_testing();
}
