/*
 * test_migrate.c - a filled file of version 2 brought to made-up versions 3 and 4 while it is in use.
 *
 * This program is linked with the migrations below in place of common/migrations.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "common/db/queue.h"
#include "tests/unit/with_db.h"

#define ROWS 2000
#define NOW 1764000000
#define AT_ONCE 4

const struct migration migrations[] = {
	{ 3, "ALTER TABLE sample ADD COLUMN note TEXT;"
	     "UPDATE sample SET note = 'seen by 003';"
	     "SELECT halfway();"
	     "CREATE TABLE extra (a INTEGER) STRICT;" },
	{ 4, "INSERT INTO extra (a) VALUES (3);" },
	{ 0, NULL },
};

/* What happens in the middle of migration 3. */
static enum { GO_ON, FAIL, DIE } halfway_is;

static void
halfway(sqlite3_context *context, int count, sqlite3_value **values)
{
	(void)count;
	(void)values;
	if (halfway_is == DIE)
		raise(SIGKILL);
	if (halfway_is == FAIL)
		sqlite3_result_error(context, "made to fail", -1);
}

static int
add_halfway(sqlite3 *handle, char **message, const struct sqlite3_api_routines *api)
{
	(void)message;
	(void)api;
	return sqlite3_create_function(
	    handle, "halfway", 0, SQLITE_UTF8, NULL, halfway, NULL, NULL);
}

static int
    copy_mode; /* of the copy, empty, when SQLite opens its source; -1: never seen so */

/* Called for every connection. */
static int
look_at_copy(sqlite3 *handle, char **message, const struct sqlite3_api_routines *api)
{
	char path[100];
	struct stat st;

	(void)handle;
	(void)message;
	(void)api;
	snprintf(path, sizeof path, "%s.before-003.partial", db_path);
	if (stat(path, &st) == 0 && st.st_size == 0)
		copy_mode = st.st_mode & 07777;
	return SQLITE_OK;
}

static void
raw_open(struct db *of)
{
	*of = (struct db){ .path = db_path };
	if (sqlite3_open(db_path, &of->handle) != SQLITE_OK)
		die("cannot open the file");
}

static void
beside(char *out, size_t size, const char *suffix)
{
	snprintf(out, size, "%s%s", db_path, suffix);
}

/* A file as a program of version 2 leaves it, filled; `db` is that program's connection. */
static void
fresh_version_2(void)
{
	char copy[100];

	halfway_is = GO_ON;
	db_close(&db);
	db_files_remove(db_path);
	beside(copy, sizeof copy, ".before-003");
	unlink(copy);
	raw_open(&db);
	sql("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; BEGIN");
	sql_in(db.handle, schema_sql);
	sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
	    "%d) "
	    "INSERT INTO sample (md5) SELECT printf('%%032x', i) FROM n; COMMIT",
	    ROWS);
}

static bool
open_new(struct db *newer, struct err *e)
{
	*newer = (struct db){ .handle = NULL };
	err_clear(e);
	return db_open(newer, db_path, e);
}

static void
check_is_version_2(const char *when)
{
	printf("# %s\n", when);
	is_int(number("PRAGMA user_version"), 2, "the version is 2");
	is_int(number("SELECT count(*) FROM pragma_table_info('sample') WHERE name = "
		      "'note'"),
	    0, "nothing of the migration is there");
	is_int(number("SELECT count(*) FROM sample"), ROWS, "no row is lost");
	is_text(words("PRAGMA integrity_check"), "ok", "the file is sound");
}

static void
check_is_version_4(const char *when)
{
	printf("# %s\n", when);
	is_int(number("PRAGMA user_version"), 4, "the version is 4");
	is_int(number("SELECT count(*) FROM sample WHERE note = 'seen by 003'"), ROWS,
	    "the third version saw every row");
	is_int(number("SELECT count(*) FROM extra WHERE a = 3"), 1,
	    "the fourth was applied once");
	is_text(words("PRAGMA integrity_check"), "ok", "the file is sound");
}

static void
check_copy(void)
{
	struct db kept = { .handle = NULL }, current = db;
	char path[100];
	struct stat st;

	beside(path, sizeof path, ".before-003");
	ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0640,
	    "a copy is kept, for the same eyes only");
	if (sqlite3_open(path, &kept.handle) != SQLITE_OK)
		die("cannot open the copy");
	db = kept;
	check_is_version_2("the copy");
	db_close(&db);
	db = current;
	beside(path, sizeof path, ".before-004");
	ok(access(path, F_OK) != 0, "one copy, before the first step");
	beside(path, sizeof path, ".before-003.partial");
	ok(access(path, F_OK) != 0, "and nothing half made beside it");
}

static void
test_in_use(void)
{
	struct queue queue;
	struct job before[2], after[2];
	struct err e = ERR_NONE;
	struct db newer;

	fresh_version_2();
	copy_mode = -1;
	umask(0);
	queue_init(&queue, &db, &queue_lookup, "enricher");
	queue.provider = "virustotal";
	is_int(queue_claim(&queue, NOW, before, 2, &e), 2,
	    "a program of version 2 is at work");
	ok(open_new(&newer, &e), "a newer program brings the file up to date");
	if (e.fault != FAULT_NONE)
		printf("# %s\n", e.text);
	umask(022);
	is_int(copy_mode, 0640, "its copy is hidden from others before its first byte");
	is_int(queue_done(&queue, &before[0], NOW, 0, &e), SETTLED,
	    "the older one finishes what it had");
	is_int(queue_claim(&queue, NOW, after, 2, &e), 2,
	    "claims more, and goes on working");
	sql("INSERT INTO sample (md5, note) VALUES ('%032x', 'seen by 003')", ROWS + 1);
	sql("DELETE FROM sample WHERE md5 = '%032x'", ROWS + 1);
	check_is_version_4("after both");
	check_copy();
	db_close(&newer);
	ok(open_new(&newer, &e), "the next start has nothing to do");
	db_close(&newer);
	check_is_version_4("then");
}

static void
test_failing(void)
{
	struct err e = ERR_NONE;
	struct db newer;

	fresh_version_2();
	halfway_is = FAIL;
	ok(!open_new(&newer, &e) && e.fault == FAULT_FATAL,
	    "a migration that fails ends the program");
	ok(strstr(e.text, "made to fail") != NULL, "saying why");
	check_is_version_2("after it failed");
	halfway_is = GO_ON;
	ok(open_new(&newer, &e), "the next try works");
	db_close(&newer);
	check_is_version_4("then");
	check_copy();
}

static void
test_killed(void)
{
	char partial[100];
	struct err e = ERR_NONE;
	struct db newer;
	pid_t child;
	int status;

	fresh_version_2();
	db_close(&db);
	child = fork();
	if (child == 0) {
		halfway_is = DIE;
		open_new(&newer, &e);
		_exit(0);
	}
	waitpid(child, &status, 0);
	ok(WIFSIGNALED(status), "a program is killed in the middle of a migration");
	raw_open(&db);
	check_is_version_2("after it was killed");
	/* One that was killed while it copied leaves a piece of the copy. */
	beside(partial, sizeof partial, ".before-003.partial");
	close(open(partial, O_WRONLY | O_CREAT, 0640));
	ok(open_new(&newer, &e), "the next start brings it up to date");
	db_close(&newer);
	check_is_version_4("then");
	check_copy();
}

static void
test_at_once(void)
{
	int failed = 0;

	fresh_version_2();
	db_close(&db);
	for (int i = 0; i < AT_ONCE; i++)
		if (fork() == 0) {
			struct err e = ERR_NONE;
			struct db newer;

			_exit(open_new(&newer, &e) ? 0 : 1);
		}
	for (int status; wait(&status) > 0;)
		failed += status != 0;
	is_int(failed, 0, "four programs that start at once all work");
	raw_open(&db);
	check_is_version_4("after them");
	check_copy();
}

static void
test_new_file(void)
{
	char copy[100];

	beside(copy, sizeof copy, ".before-003");
	unlink(copy);
	halfway_is = GO_ON;
	db_fresh();
	is_int(number("PRAGMA user_version"), 4, "a new file has the newest version");
	is_int(number("SELECT count(*) FROM extra"), 1, "by the same steps");
	ok(access(copy, F_OK) != 0, "and nothing to keep a copy of");
}

int
main(void)
{
	sqlite3_auto_extension((void (*)(void))add_halfway);
	sqlite3_auto_extension((void (*)(void))look_at_copy);
	db_directory_make();
	test_in_use();
	test_failing();
	test_killed();
	test_at_once();
	test_new_file();
	db_directory_remove();
	return done_testing();
}
