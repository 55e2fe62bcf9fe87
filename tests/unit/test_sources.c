/*
 * test_sources.c - two T-Pots, one of them made up: each has its own service and its own cursors.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>

#include "collector/collector.h"
#include "collector/growth.h"
#include "common/stage/internal.h"
#include "tests/unit/with_db.h"

#define NOW 1764000000
#define SHA "5f1c8d0be9a7364218c0d9e7fa5b3c6d2e4f8091a2b3c4d5e6f708192a3b4c5d"

static struct collector co;
static struct collector_config far;

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

/* What a second T-Pot takes: a function and a line. */
static const struct collector_config *
far_source(const struct config *c, size_t n, const char **name)
{
	(void)c;
	*name = "far";
	return n == 0 ? &far : NULL;
}

static struct source_row table[] = { { NULL }, { far_source }, { NULL } };

/* Nobody listens at port 1. */
static struct collector_config
config_of(char *index)
{
	static char url[] = "http://127.0.0.1:1";
	struct collector_config c = { .index = index, .interval_s = 60 };

	c.service.url = url;
	c.service.timeout_s = 5;
	return c;
}

static void
open_both(void)
{
	static char near_index[] = "logstash-*", far_index[] = "cowrie-*", zone[] = "UTC";
	struct err e = ERR_NONE;

	db_fresh();
	far = config_of(far_index);
	co.st = (struct stage){ .name = "collector",
		.clock = { clock_says, half, NULL, 20, NULL },
		.db = db,
		.lock_fd = -1 };
	co.st.config.collector = config_of(near_index);
	co.st.config.database.path = db_path;
	co.st.config.general.timezone = zone;
	co.st.log = (struct log){ .stage = "collector",
		.clock = &co.st.clock,
		.fd = open("/dev/null", O_WRONLY | O_CLOEXEC) };
	co.st.http = http_new("test", &e);
	if (co.st.http == NULL || !events_open(&co.st.events, co.st.http, &e))
		die(e.text);
	table[0] = sources[0];
	source_add_services(&co.st, table);
	if (!collector_init(&co, table, &e))
		die(e.text);
}

static void
close_both(void)
{
	collector_done(&co);
	events_close(&co.st.events);
	http_free(co.st.http);
	close(co.st.log.fd);
	db_close(&co.st.db);
	db = (struct db){ .handle = NULL };
}

static void
test_services(void)
{
	struct step step = { .wake_at = INT64_MAX };
	struct err e = ERR_NONE;

	ok(collector_step(&co, NOW, &step, &e), "a step");
	is_text(words("SELECT group_concat(account, ' ') FROM (SELECT account FROM pause "
		      "ORDER BY account)"),
	    "far main", "each is asked, and paused by itself");
	ok(stage_succeeded(&co.st, co.sources[1].service, &e), "the far one is back");
	is_text(words("SELECT account FROM pause"), "main", "the other one stays paused");
}

static struct cursor
cursor_of(const struct source *src, int64_t checkpoint)
{
	struct cursor c = { .source = src->name,
		.index = "logstash-2026.11.20",
		.uuid = "u",
		.position = -1,
		.checkpoint = checkpoint,
		.start_until = -1,
		.last_number = -1,
		.highest = -1,
		.again_to = -1 };

	return c;
}

static void
take_page(const struct source *src, const struct cursor *c, struct page_counts *counts)
{
	static const char DOCUMENT[] =
	    "{\"_id\":\"x\",\"_seq_no\":3,\"_source\":{\"eventid\":"
	    "\"cowrie.session.file_download\",\"shasum\":\"" SHA
	    "\",\"@timestamp\":\"2025-11-24T15:00:00Z\"}}";
	struct hit_list hits = { .items = calloc(1, sizeof(struct hit)), .count = 1 };
	const struct hit_page page = {
		.cursor = c, .hits = &hits, .full = true, .up_to = 5, .now = NOW
	};
	struct err e = ERR_NONE;

	hit_read(&hits.items[0], DOCUMENT, sizeof DOCUMENT - 1, src->chosen, NOW);
	ok(store_page(&co.st.db, &page, counts, &e), "a page of a source");
	hit_list_done(&hits);
}

static void
test_cursors(void)
{
	struct page_counts counts = { .documents = 0 };
	struct err e = ERR_NONE;

	for (size_t n = 0; n < co.source_count; n++) {
		struct cursor c = cursor_of(&co.sources[n], 5);
		struct poll poll = { .source = co.sources[n].name,
			.pattern = "logstash-*",
			.changed = &c,
			.count = 1,
			.first = true,
			.now = NOW };

		ok(store_poll(&co.st.db, &poll, &e), "a poll of a source");
		if (n == 1)
			take_page(&co.sources[n], &c, &counts);
	}
	is_text(words("SELECT group_concat(source || position, ' ') FROM cursor "
		      "WHERE shard = 0"),
	    "far3 main-1", "the same index of two sources has a cursor each");
	is_int(number("SELECT seen FROM cursor WHERE source = 'far' AND shard = 0"), 1,
	    "which counts what was read");
	is_text(words("SELECT last_number || last_id FROM cursor WHERE source = 'far' "
		      "AND shard = 0"),
	    "3x", "and knows the last document");
	is_text(
	    words("SELECT source FROM sighting"), "far", "a capture names its source");
}

/* An index that was read up to number 3, where one document was found. */
static void
test_read_again(void)
{
	struct cursor_list known;
	struct err e = ERR_NONE;

	ok(store_cursors(&co.st.db, "far", &known, &e) && known.count == 1, "a cursor");
	ok(store_read_again(&co.st.db, &known.items[0], NOW, &e), "is read again");
	is_text(
	    words(
		"SELECT position || ' ' || checkpoint || ' ' || seen || ' ' || again_to "
		"FROM cursor WHERE source = 'far' AND shard = 0"),
	    "-1 -1 0 3", "from the start, with nothing counted");
	store_cursors_done(&known);
	ok(store_count_anew(&co.st.db, "far", 77, &e) &&
		store_cursors(&co.st.db, "far", &known, &e),
	    "other profiles");
	ok(known.counted == 77 && known.items[0].seen == -1,
	    "make what was counted worthless");
	store_cursors_done(&known);
	is_int(
	    number("SELECT count(*) FROM cursor WHERE source = 'main' AND seen IS NULL"),
	    0, "of that source alone");
}

/* As version 0.1.0 left its cursors: read up to number 5, without counting. */
static void
test_never_counted(void)
{
	struct cursor_list known;
	struct page_counts counts = { .documents = 0 };
	struct err e = ERR_NONE;

	sql("UPDATE cursor SET position = 5, checkpoint = 5, seen = NULL, again_to = NULL "
	    "WHERE source = 'far' AND shard = 0");
	sql("DELETE FROM sighting");
	ok(store_recount(&co.st.db, "far", 77, &e) &&
		store_cursors(&co.st.db, "far", &known, &e),
	    "all is read again");
	ok(known.counted == 77 && known.items[0].position == -1 &&
		known.items[0].seen == 0 && known.items[0].again_to == 5,
	    "from the start, and counted");
	take_page(&co.sources[1], &known.items[0], &counts);
	is_int(counts.missed, 1, "a new capture in what had been read had been missed");
	known.items[0].position = 2;
	known.items[0].again_to = 2;
	sql("DELETE FROM sighting");
	take_page(&co.sources[1], &known.items[0], &counts);
	is_int(counts.missed, 1, "one that came later was not");
	store_cursors_done(&known);
	is_int(number("SELECT count(*) FROM cursor WHERE again_to IS NOT NULL"), 0,
	    "it ends at the checkpoint");
}

/* A first poll of tomorrow: this clock may be behind, or that one was ahead. */
static void
test_pulled_back(void)
{
	struct cursor_list known;
	struct err e = ERR_NONE;

	sql("UPDATE cursor SET position = 3, start_at = 5000, start_until = 2, "
	    "checkpoint_at = 9000 WHERE source = 'far'");
	ok(store_pull_back(&co.st.db, "far", 7000, 3000, &e), "the clock says 7000");
	ok(store_cursors(&co.st.db, "far", &known, &e), "then");
	ok(known.polled && known.polled_at == 7000 && known.start_at == 3000,
	    "the first poll was now, and takes documents that are older");
	ok(known.items[0].position == -1 && known.items[0].start_at == 3000,
	    "all is read again");
	is_int(
	    known.items[0].start_until, 2, "what came since is taken whatever its time");
	store_cursors_done(&known);
	ok(store_pull_back(&co.st.db, "far", 7000, 6000, &e) &&
		store_cursors(&co.st.db, "far", &known, &e) && known.start_at == 3000,
	    "never are fewer documents taken than before");
	store_cursors_done(&known);
}

int
main(void)
{
	db_directory_make();
	open_both();
	test_services();
	test_cursors();
	test_read_again();
	test_never_counted();
	test_pulled_back();
	close_both();
	db_directory_remove();
	return done_testing();
}
