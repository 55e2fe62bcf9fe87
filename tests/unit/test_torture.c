/*
 * test_torture.c - memory that runs out at every possible moment.
 *
 * The linker hands our calls of malloc and its kin to the functions below (see the Makefile); cJSON and
 * SQLite are given them by their hooks. Each case runs with its first allocation failing, then its
 * second, and so on until none fails; once alone, and once with all that follow. A case must not crash
 * (sanitizers watch), must not leak, and must not take a result that is incomplete for a good one.
 *
 * SPDX-License-Identifier: MIT
 */
#include <sqlite3.h>

#include "collector/documents/hit.h"
#include "common/base/hash.h"
#include "common/base/utf8.h"
#include "common/config/config.h"
#include "common/db/internal.h"
#include "common/db/queue.h"
#include "common/json/json.h"
#include "common/json/write.h"
#include "enricher/providers/virustotal/file_report.h"
#include <sys/stat.h>

#include "tests/unit/with_db.h"

#define NOW 1764000000
#define ROUNDS_MAX 20000
#define SQLITE_STEP 29 /* opening a database takes thousands of allocations */
#define SHA256 "15a0c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345"

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t len);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t len);

static bool armed;
static int fail_in; /* the how-manieth allocation fails */
static bool for_ever; /* and all after it */
static bool failed; /* one did fail */

static bool
runs_out(void)
{
	if (!armed)
		return false;
	if (failed)
		return for_ever;
	if (--fail_in > 0)
		return false;
	failed = true;
	return true;
}

void *
__wrap_malloc(size_t size)
{
	return runs_out() ? NULL : __real_malloc(size);
}

void *
__wrap_calloc(size_t count, size_t size)
{
	return runs_out() ? NULL : __real_calloc(count, size);
}

void *
__wrap_realloc(void *old, size_t size)
{
	return runs_out() ? NULL : __real_realloc(old, size);
}

char *
__wrap_strdup(const char *text)
{
	return runs_out() ? NULL : __real_strdup(text);
}

char *
__wrap_strndup(const char *text, size_t len)
{
	return runs_out() ? NULL : __real_strndup(text, len);
}

/* A case returns whether it has a result that it holds for complete. */
typedef bool torture_case(void);

/* Every step-th allocation fails in turn. Returns how many rounds gave a result although one failed. */
static int
torture(torture_case *run, int step, const char *name)
{
	int n, rounds = 0, results = 0;

	for_ever = false;
	for (int mode = 0; mode < 2; mode++, for_ever = true)
		for (n = 1; n < ROUNDS_MAX; n += step, rounds++) {
			bool good;

			fail_in = n;
			failed = false;
			armed = true;
			good = run();
			armed = false;
			if (!failed)
				break;
			results += good;
		}
	printf("# %s: %d rounds\n", name, rounds);
	ok(rounds > 1 && n < ROUNDS_MAX, name);
	ok(run(), "with memory it works");
	return results;
}

/* Every allocation counts for the result. */
static void
torture_all(torture_case *run, const char *name)
{
	is_int(torture(run, 1, name), 0, "no incomplete result is taken for a good one");
}

/* ---- buffers and texts */

static bool
buffers(void)
{
	auto_buf b = BUF_INIT(100000);
	char *taken;
	bool whole;

	for (int i = 0; i < 2000; i++)
		buf_printf(&b, "%d %s;", i, "words");
	whole = !b.failed && b.len == 20890;
	buf_reset(&b);
	buf_puts(&b, "taken");
	taken = buf_take(&b);
	whole = whole && taken != NULL && strcmp(taken, "taken") == 0;
	free(taken);
	return whole;
}

static bool
texts(void)
{
	static const char DIRTY[] = "caf\xc3\xa9 \xff\xfe evil\x01";
	auto_buf clean = BUF_INIT(1000);

	for (int i = 0; i < 20; i++)
		utf8_clean(&clean, DIRTY, sizeof DIRTY - 1, 100);
	return !clean.failed;
}

/* ---- JSON */

static const char PAGE[] =
    "{\"hits\":{\"hits\":[{\"a\":1},{\"b\":\"\\ud800\"},{\"c\":[1,2,3]}]}}";

static bool
json(void)
{
	struct err e = ERR_NONE;
	cJSON *tree = json_parse(PAGE, sizeof PAGE - 1, &e);
	char *printed = tree != NULL ? json_print(tree) : NULL;
	bool good = printed != NULL;

	free(printed);
	json_free(&tree);
	return good && e.fault == FAULT_NONE;
}

static bool
json_pieces_written(void)
{
	auto_json_writer w = JSON_WRITER_INIT(1000);
	struct err e = ERR_NONE;

	json_write(&w, "{'filter':[");
	for (int i = 0; i < 20; i++)
		json_write(&w, "{'term':{'number':%lld}}", (long long)i);
	json_write(&w, "]}");
	auto_free char *text = json_written(&w, &e);

	return text != NULL && strlen(text) == 462;
}

static bool
count_element(void *ctx, const char *element, size_t len)
{
	struct err ignored = ERR_NONE;
	cJSON *tree = json_parse(element, len, &ignored);
	int *count = ctx;

	*count += tree != NULL;
	json_free(&tree);
	return true;
}

static bool
json_pieces(void)
{
	struct err e = ERR_NONE;
	int count = 0;

	return json_split(
		   PAGE, sizeof PAGE - 1, "hits.hits", count_element, &count, &e) &&
	       count == 3;
}

/* ---- configuration */

static char config_path[100], secret_path[100];

static void
write_config(void)
{
	FILE *f;

	snprintf(config_path, sizeof config_path, "%s/conf", db_directory);
	snprintf(secret_path, sizeof secret_path, "%s/secret", db_directory);
	f = fopen(secret_path, "w");
	if (f == NULL || fputs("wonderful secret words\n", f) < 0 || fclose(f) != 0 ||
	    chmod(secret_path, 0600) != 0)
		die("cannot write a file");
	f = fopen(config_path, "w");
	if (f == NULL ||
	    fprintf(f,
		"[database]\npath = %s\n[publisher]\nurl = https://blog.example\n"
		"user = me\npassword_file = %s\nprivate = one, two\nprivate = three\n"
		"sensor_names = a: A, b: B\n[enricher]\nper_minute = 7\n",
		db_path, secret_path) < 0 ||
	    fclose(f) != 0)
		die("cannot write a file");
}

static bool
configuration(void)
{
	struct buf problems = BUF_INIT(10000);
	struct config c = { .path = NULL };
	struct err e = ERR_NONE;
	bool good = config_read(&c, "publisher", config_path, &problems, &e);

	good = good && c.publisher.private_words.count == 3 &&
	       c.publisher.sensor_names.count == 2 &&
	       strcmp(c.database.path, db_path) == 0;
	config_done(&c);
	buf_done(&problems);
	return good;
}

/* ---- documents of others */

static const char REPORT[] =
    "{\"data\":{\"id\":\"" SHA256
    "\",\"type\":\"file\",\"attributes\":{\"sha256\":\"" SHA256
    "\",\"size\":5,\"last_analysis_date\":1771300000,\"tags\":[\"elf\",\"upx\"],"
    "\"last_analysis_stats\":{\"malicious\":2,\"suspicious\":0,\"undetected\":1,"
    "\"harmless\":0},\"last_analysis_results\":{\"A\":{\"category\":\"malicious\","
    "\"result\":\"Linux.Mirai\"},\"B\":{\"category\":\"malicious\",\"result\":"
    "\"Trojan.Mirai.b\"}},\"popular_threat_classification\":{"
    "\"suggested_threat_label\":\"trojan.mirai\"}}}}";

static bool
reports(void)
{
	struct err e = ERR_NONE;
	struct report r = { .tree = NULL };
	struct hash asked;
	bool good;

	hash_parse(&asked, SHA256, 64);
	good = file_report_parse(&r, REPORT, sizeof REPORT - 1, &asked, &e);
	good =
	    good && cJSON_GetArraySize(r.engines) == 2 && cJSON_GetArraySize(r.tags) == 2;
	report_done(&r);
	return good;
}

static const char HITS[] =
    "{\"hits\":{\"hits\":[{\"_id\":\"x\",\"_seq_no\":7,\"_source\":{\"type\":\"Cowrie\","
    "\"eventid\":\"cowrie.session.file_download\",\"@timestamp\":"
    "\"2025-11-24T12:00:00.000Z\",\"session\":\"abc\",\"shasum\":\"" SHA256
    "\",\"url\":\"http://192.0.2.7/x\",\"filename\":\"x\",\"src_ip\":\"192.0.2.9\","
    "\"t-pot_hostname\":\"mysensor\",\"t-pot_ip_ext\":\"198.51.100.3\",\"geoip\":{"
    "\"country_code2\":\"NL\",\"city_name\":\"Delft\",\"asn\":64500,\"as_org\":"
    "\"Example\"}}}]}}";

static bool
hits(void)
{
	const struct profile *chosen[PROFILES_MAX];
	struct list none = { .count = 0 };
	struct hit_list list = { .items = NULL };
	struct err e = ERR_NONE;
	bool good;

	profile_choose(&none, chosen);
	good = hit_list_read(&list, HITS, sizeof HITS - 1, 10, chosen, NOW, &e) &&
	       list.count == 1 && list.items[0].capture_count == 1 &&
	       list.items[0].captures[0].url != NULL && list.items[0].session != NULL &&
	       list.items[0].identity_count > 0;
	hit_list_done(&list);
	return good;
}

/* ---- the database */

static sqlite3_mem_methods plain;

static void *
sqlite_malloc(int size)
{
	return runs_out() ? NULL : plain.xMalloc(size);
}

static void *
sqlite_realloc(void *old, int size)
{
	return runs_out() ? NULL : plain.xRealloc(old, size);
}

static void
give_sqlite_our_malloc(void)
{
	sqlite3_mem_methods ours;

	sqlite3_config(SQLITE_CONFIG_GETMALLOC, &plain);
	ours = plain;
	ours.xMalloc = sqlite_malloc;
	ours.xRealloc = sqlite_realloc;
	sqlite3_config(SQLITE_CONFIG_MALLOC, &ours);
}

static int inconsistent;

/* Claims a row and settles it; memory may end anywhere in between. */
static bool
queue_cycle(void)
{
	struct db mine = { .handle = NULL };
	struct queue queue;
	struct err e = ERR_NONE;
	struct job job;
	bool good;

	good = db_open(&mine, db_path, &e);
	if (good) {
		queue_init(&queue, &mine, &queue_lookup, "enricher");
		queue.provider = "virustotal";
		good = queue_claim(&queue, NOW, &job, 1, &e) == 1 && db_begin(&mine, &e);
		if (good && queue_done(&queue, &job, NOW, 0, &e) != SETTLED) {
			db_rollback(&mine);
			good = false;
		}
		good = good && db_commit(&mine, &e);
	}
	if (!good && e.fault == FAULT_NONE)
		inconsistent++;
	db_close(&mine);
	/* One row again, whatever became of it. */
	armed = false;
	good = good && number("SELECT count(*) FROM lookup WHERE state = 'done'") == 1;
	inconsistent += number("SELECT count(*) FROM lookup") != 1;
	sql("UPDATE lookup SET state = 'pending'");
	return good;
}

static void
test_database(void)
{
	db_fresh();
	sql("INSERT INTO lookup (value) VALUES ('v')");
	/* SQLite can do without some of its memory. */
	torture(queue_cycle, SQLITE_STEP, "a row is claimed and settled");
	is_int(inconsistent, 0, "each failure is a fault, and the row stays one");
	is_text(words("PRAGMA integrity_check"), "ok", "in a sound file");
}

int
main(void)
{
	cJSON_Hooks hooks = { __wrap_malloc, free };

	give_sqlite_our_malloc();
	cJSON_InitHooks(&hooks);
	db_directory_make();
	write_config();
	torture_all(buffers, "buffers");
	torture_all(texts, "texts");
	torture_all(json, "JSON is parsed and printed");
	torture_all(json_pieces, "JSON in pieces");
	torture_all(json_pieces_written, "JSON that is written");
	torture_all(configuration, "a configuration is read");
	torture_all(reports, "a report is read");
	/* A text of a document may be lost, not the document. */
	torture(hits, 1, "a page of hits is read");
	test_database();
	unlink(config_path);
	unlink(secret_path);
	db_directory_remove();
	return done_testing();
}
