/*
 * test_db.c - the database file: created, opened, refused, waited for, full.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "common/base/clock.h"
#include "common/db/internal.h"
#include "tests/unit/with_db.h"

#define CREATORS 6
#define NOBODY 65534

static enum fault
open_at(const char *path, struct err *e)
{
	struct db other = { .handle = NULL };

	err_clear(e);
	if (db_open(&other, path, e))
		db_close(&other);
	return e->fault;
}

static enum fault
check_at(const char *path, struct err *e)
{
	struct db looked;

	err_clear(e);
	if (db_look(&looked, path, e))
		db_close(&looked);
	return e->fault;
}

static bool
says(const struct err *e, const char *part)
{
	if (strstr(e->text, part) != NULL)
		return true;
	printf("# it said: %s\n", e->text);
	return false;
}

static void
remove_database(void)
{
	db_close(&db);
	db_files_remove(db_path);
}

static int
mode_of(const char *suffix)
{
	char name[200];
	struct stat st;

	snprintf(name, sizeof name, "%s%s", db_path, suffix);
	return stat(name, &st) == 0 ? (int)(st.st_mode & 07777) : -1;
}

static void
write_file(const char *bytes, size_t len, off_t at)
{
	int fd = open(db_path, O_WRONLY | O_CREAT, 0640);

	if (fd < 0 || pwrite(fd, bytes, len, at) != (ssize_t)len)
		die("cannot write the file");
	close(fd);
}

/* ---- creating */

static void
test_creation(void)
{
	mode_t before = umask(0);

	db_fresh();
	umask(before);
	is_int(number("PRAGMA application_id"), DB_APPLICATION_ID, "a new file is ours");
	is_int(number("PRAGMA user_version"), DB_VERSION, "of the version of schema.sql");
	is_text(words("PRAGMA journal_mode"), "wal", "with a write-ahead log");
	is_int(number("PRAGMA synchronous"), 2, "synced at each commit");
	is_int(number("PRAGMA foreign_keys"), 1, "its references checked");
	sql("INSERT INTO sample (md5) VALUES ('00000000000000000000000000000001')");
	is_int(mode_of(""), 0640, "the file is 0640");
	is_int(mode_of("-wal"), 0640, "so is its -wal");
	is_int(mode_of("-shm"), 0640, "and its -shm");
	db_close(&db);
	db = (struct db){ .handle = NULL };
}

static void
test_reopening(void)
{
	struct err e = ERR_NONE;

	db_fresh();
	sql("INSERT INTO sample (md5) VALUES ('00000000000000000000000000000001')");
	db_close(&db);
	ok(db_open(&db, db_path, &e), "a file is opened again");
	is_int(number("SELECT count(*) FROM sample"), 1, "with what it held");
}

/* One of several programs that start at once on no file. */
static void
create_and_write(int number_of)
{
	struct db mine = { .handle = NULL };
	struct err e = ERR_NONE;
	char text[100];

	if (!db_open(&mine, db_path, &e)) {
		printf("# %s\n", e.text);
		_exit(1);
	}
	snprintf(
	    text, sizeof text, "INSERT INTO sample (md5) VALUES ('%032d')", number_of);
	if (sqlite3_exec(mine.handle, text, NULL, NULL, NULL) != SQLITE_OK)
		_exit(2);
	db_close(&mine);
	_exit(0);
}

static void
test_creating_at_once(void)
{
	struct err e = ERR_NONE;
	int failed = 0;

	for (int round = 0; round < 5; round++) {
		remove_database();
		for (int i = 0; i < CREATORS; i++)
			if (fork() == 0)
				create_and_write(i);
		for (int status; wait(&status) > 0;)
			failed += status != 0;
		if (!db_open(&db, db_path, &e))
			die(e.text);
		failed += number("SELECT count(*) FROM sample") != CREATORS;
		failed += strcmp(words("PRAGMA integrity_check"), "ok") != 0;
	}
	is_int(
	    failed, 0, "six programs that create the file at once all work, five times");
}

/* ---- refusing */

static void
check_refused(enum fault fault, const char *part, const char *name)
{
	struct err opened = ERR_NONE, checked = ERR_NONE;

	is_int(open_at(db_path, &opened), fault, name);
	ok(says(&opened, part), "in a sentence that says so");
	is_int(check_at(db_path, &checked), fault, "and so does --check");
	is_text(checked.text, opened.text, "in the same words");
}

static void
test_foreign(void)
{
	db_fresh();
	sql("PRAGMA application_id = 7");
	db_close(&db);
	check_refused(FAULT_CONFIG, "of another program",
	    "a database with another application_id is refused");
	remove_database();
	if (sqlite3_open(db_path, &db.handle) != SQLITE_OK)
		die("cannot make a file");
	sql("CREATE TABLE theirs (a); INSERT INTO theirs VALUES (1)");
	db_close(&db);
	check_refused(
	    FAULT_CONFIG, "of another program", "so is one with tables of another kind");
	if (sqlite3_open(db_path, &db.handle) != SQLITE_OK)
		die("cannot open the file");
	is_text(words("PRAGMA journal_mode"), "delete", "which is left as it was");
}

static void
test_newer(void)
{
	db_fresh();
	sql("PRAGMA user_version = 99");
	db_close(&db);
	check_refused(FAULT_CONFIG, "newer potpress", "a newer file is refused");
}

static void
test_no_database(void)
{
	static const char TEXT[] = "dear diary, this is no database at all";

	remove_database();
	write_file(TEXT, sizeof TEXT, 0);
	check_refused(
	    FAULT_CONFIG, "is not an SQLite database", "a text file is refused");
	db_fresh();
	db_close(&db);
	write_file(TEXT, sizeof TEXT, 0);
	check_refused(FAULT_CONFIG, "is not an SQLite database",
	    "so is a database whose header was overwritten");
}

static void
test_corrupt(void)
{
	char zeros[2000] = "";

	db_fresh();
	db_close(&db);
	write_file(zeros, sizeof zeros, 100);
	check_refused(FAULT_CONFIG, "is corrupt", "a corrupt file is refused");
}

static void
test_missing_directory(void)
{
	struct err e = ERR_NONE;

	is_int(open_at("/tmp/potpress-no-such/p.db", &e), FAULT_CONFIG,
	    "a missing directory is a mistake of the configuration");
	ok(says(&e, "there is no directory /tmp/potpress-no-such"), "which is named");
	err_clear(&e);
	is_int(open_at("/tmp", &e), FAULT_CONFIG, "so is a directory in place of a file");
	ok(says(&e, "a file in it: /tmp/potpress.db"), "with the fix");
	is_int(check_at("/tmp/potpress-no-such/p.db", &e), FAULT_CONFIG,
	    "by --check as well");
}

/* Runs as a user who owns nothing here; returns the fault. */
static int
open_as_stranger(enum fault (*how)(const char *path, struct err *e), const char *part)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct err e = ERR_NONE;
		int fault;

		if (geteuid() == 0 && setuid(NOBODY) != 0)
			_exit(100);
		fault = (int)how(db_path, &e);
		_exit(says(&e, part) ? fault : 101);
	}
	if (waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

static void
test_unwritable(void)
{
	db_fresh();
	db_close(&db);
	chmod(db_directory, 0555);
	chmod(db_path, 0444);
	is_int(open_as_stranger(open_at, "cannot be written"), FAULT_FATAL,
	    "a file that cannot be written is refused, naming the fix");
	is_int(open_as_stranger(check_at, "cannot be written"), FAULT_FATAL,
	    "by --check as well");
	chmod(db_directory, 0755);
	db_files_remove(db_path);
	chmod(db_directory, 0555);
	is_int(open_as_stranger(open_at, "cannot create the database"), FAULT_FATAL,
	    "so is a directory where it cannot be created");
	chmod(db_directory, 0755);
}

/* As another user's sqlite3 shell can leave it. */
static void
test_wal_of_another(void)
{
	static const char *const SUFFIXES[] = { "-wal", "-shm" };
	char name[100], part[200];
	int owner = (int)geteuid();

	for (int i = 0; i < 2; i++) {
		db_fresh();
		chmod(db_directory, 0777);
		chmod(db_path, 0666);
		snprintf(name, sizeof name, "%s%s", db_path, SUFFIXES[!i]);
		chmod(name, 0666);
		snprintf(name, sizeof name, "%s%s", db_path, SUFFIXES[i]);
		chmod(name, 0);
		snprintf(part, sizeof part,
		    "p.db%s cannot be written: it belongs to uid %d, and this program runs "
		    "as uid %d: chown",
		    SUFFIXES[i], owner, owner == 0 ? NOBODY : owner);
		is_int(open_as_stranger(open_at, part), FAULT_FATAL,
		    "a file beside it of another user is refused, naming the fix");
		is_int(
		    open_as_stranger(check_at, part), FAULT_FATAL, "by --check as well");
		chmod(db_directory, 0755);
	}
}

static void
test_links(void)
{
	char link_path[100], directory_link[100], through[120];
	struct err e = ERR_NONE;

	db_fresh();
	snprintf(link_path, sizeof link_path, "%s/link.db", db_directory);
	snprintf(directory_link, sizeof directory_link, "%s-link", db_directory);
	snprintf(through, sizeof through, "%s/p.db", directory_link);
	if (symlink(db_path, link_path) != 0 ||
	    symlink(db_directory, directory_link) != 0)
		die("cannot make links");
	is_int(open_at(link_path, &e), FAULT_CONFIG, "a symbolic link is refused");
	ok(says(&e, "is a symbolic link"), "in a sentence that says so");
	is_int(check_at(link_path, &e), FAULT_CONFIG, "by --check as well");
	is_int(open_at(through, &e), FAULT_NONE, "its directory may be one");
	is_int(check_at(through, &e), FAULT_NONE, "for --check as well");
	unlink(link_path);
	unlink(directory_link);
	if (link(db_path, link_path) != 0)
		die("cannot make a link");
	is_int(open_at(link_path, &e), FAULT_CONFIG, "a second hard link is refused");
	ok(says(&e, "has 2 names"), "in a sentence that says so");
	is_int(open_at(db_path, &e), FAULT_CONFIG, "by its first name too");
	is_int(check_at(db_path, &e), FAULT_CONFIG, "and by --check");
	unlink(link_path);
	is_int(open_at(db_path, &e), FAULT_NONE, "with one name left it is fine");
}

/* ---- a file without its -wal */

static void
copy_file(const char *suffix, const char *to)
{
	char command[300];

	snprintf(command, sizeof command, "cp %s%s %s%s", db_path, suffix, to, suffix);
	if (system(command) != 0)
		die("cannot copy a file");
}

static const char *
loss_at(const char *path)
{
	struct db other = { .handle = NULL }, looked;
	const char *loss, *checked = NULL;
	struct err e = ERR_NONE;

	if (db_look(&looked, path, &e)) {
		checked = looked.loss;
		db_close(&looked);
	}
	ok(db_open(&other, path, &e), "it is opened");
	loss = other.loss;
	ok(loss == checked, "--check says the same");
	db_close(&other);
	return loss != NULL ? loss : "";
}

static void
test_lost_wal(void)
{
	char copy[100], wal[110];

	snprintf(copy, sizeof copy, "%s/copy.db", db_directory);
	snprintf(wal, sizeof wal, "%s-wal", db_path);
	db_fresh();
	is_text(loss_at(db_path), "", "a file at work has lost nothing");
	copy_file("", copy);
	ok(strstr(loss_at(copy), "it has no tables") != NULL,
	    "a copy without the -wal that holds everything is told");
	is_text(loss_at(copy), "", "once");
	db_files_remove(copy);
	sql("PRAGMA wal_checkpoint(TRUNCATE)");
	copy_file("", copy);
	copy_file("-shm", copy);
	ok(strstr(loss_at(copy), "-wal file is missing") != NULL,
	    "a file that keeps its -shm alone is told");
	db_files_remove(copy);
	db_close(&db);
	is_text(loss_at(db_path), "", "a file at rest has lost nothing");
	remove_database();
	close(open(db_path, O_WRONLY | O_CREAT, 0640));
	is_text(loss_at(db_path), "", "nor has one that was made by hand");
}

/* ---- looking */

/* The names in the directory, with size and time of change: what must stay the same. The -shm is
 * memory that is shared: reading may touch it. */
static void
picture(char *out, size_t size)
{
	struct dirent **names;
	int n = scandir(db_directory, &names, NULL, alphasort);
	size_t len = 0;

	for (int i = 0; i < n; i++) {
		char name[400];
		struct stat st;

		snprintf(name, sizeof name, "%s/%s", db_directory, names[i]->d_name);
		if (stat(name, &st) != 0 || !S_ISREG(st.st_mode))
			st = (struct stat){ .st_size = -1 };
		if (strcmp(name + strlen(name) - 4, "-shm") == 0)
			st.st_mtim = (struct timespec){ .tv_sec = 0 };
		len += (size_t)snprintf(out + len, size - len, "%s %lld %lld.%09ld; ",
		    names[i]->d_name, (long long)st.st_size, (long long)st.st_mtim.tv_sec,
		    st.st_mtim.tv_nsec);
		free(names[i]);
	}
	free(names);
}

static void
check_leaves_alone(bool want_exists, const char *name)
{
	char before[1000] = "", after[1000] = "";
	struct err e = ERR_NONE;
	struct db looked;

	picture(before, sizeof before);
	ok(db_look(&looked, db_path, &e), name);
	if (e.fault != FAULT_NONE)
		printf("# %s\n", e.text);
	is_int(looked.handle != NULL, want_exists, "saying whether there is a file");
	db_close(&looked);
	picture(after, sizeof after);
	is_text(after, before, "and nothing is created or changed");
}

static void
test_check(void)
{
	pid_t child;

	remove_database();
	check_leaves_alone(false, "--check accepts a directory without a database");
	db_fresh();
	sql("INSERT INTO sample (md5) VALUES ('00000000000000000000000000000001')");
	check_leaves_alone(true, "--check looks at a database in use");
	db_close(&db);
	check_leaves_alone(true, "--check looks at one that is not");
	child = fork();
	if (child == 0) {
		struct err e = ERR_NONE;

		db = (struct db){ .handle = NULL };
		if (!db_open(&db, db_path, &e))
			_exit(1);
		sql("INSERT INTO sample (md5) VALUES "
		    "('00000000000000000000000000000002')");
		raise(SIGKILL);
	}
	waitpid(child, NULL, 0);
	is_int(mode_of("-wal"), 0640, "a killed program leaves its -wal");
	check_leaves_alone(true, "--check looks at what a killed program left");
}

/* ---- waiting */

struct locked {
	sqlite3 *holder;
	int said;
	char sentence[300];
};

/* A person reads the log and ends the transaction of the forgotten shell. */
static void
end_it(void *ctx, const char *sentence)
{
	struct locked *l = ctx;

	snprintf(l->sentence, sizeof l->sentence, "%s", sentence);
	if (++l->said == 2)
		sql_in(l->holder, "ROLLBACK");
}

static void
only_count(void *ctx, const char *sentence)
{
	struct locked *l = ctx;

	(void)sentence;
	l->said++;
}

static bool
yes(void *ctx)
{
	(void)ctx;
	return true;
}

static void
test_lock(void)
{
	struct locked l = { .said = 0 };
	struct err e = ERR_NONE;
	int64_t started;

	db_fresh();
	if (sqlite3_open(db_path, &l.holder) != SQLITE_OK)
		die("no second connection");
	db.ctx = &l;
	db.say = end_it;
	db.say_ms = 40;
	sql_in(l.holder, "BEGIN IMMEDIATE");
	ok(db_begin(&db, &e), "a lock that is given up ends the wait");
	is_int(l.said, 2, "which was said more than once");
	ok(strstr(l.sentence, "locked by another program") != NULL,
	    "in a sentence about who may have it");
	db_rollback(&db);

	sql_in(l.holder, "BEGIN IMMEDIATE");
	db.say = only_count;
	db.give_up_ms = 200;
	ok(!db_begin(&db, &e) && e.fault == FAULT_FATAL,
	    "a lock that stays ends the program");
	ok(says(&e, "stayed locked by another program"), "saying why");
	err_clear(&e);
	db.give_up_ms = 600000;
	db.stop_asked = yes;
	started = clock_monotonic_ms();
	ok(!db_begin(&db, &e) && clock_monotonic_ms() - started < 60000,
	    "a program that is asked to stop does not wait for it");
	ok(db.stopped_waiting, "and knows that this is why");
	sql_in(l.holder, "ROLLBACK");
	err_clear(&e);
	ok(db_begin(&db, &e), "afterwards all is as before");
	db_rollback(&db);
	sqlite3_close(l.holder);
}

/* A file made by hand is not in WAL mode yet, and its lock is in the way of the switch. */
static void
test_lock_of_a_file_made_by_hand(void)
{
	struct locked l = { .said = 0 };
	struct err e = ERR_NONE;

	remove_database();
	if (sqlite3_open(db_path, &l.holder) != SQLITE_OK)
		die("cannot make a file");
	sql_in(l.holder, schema_sql);
	chmod(db_path, 0664);
	sql_in(l.holder, "BEGIN IMMEDIATE");
	db = (struct db){ .say = end_it, .ctx = &l, .say_ms = 40 };
	ok(db_open(&db, db_path, &e), "a file made from schema.sql by hand is opened");
	is_int(l.said, 2, "when its lock is given up, which was asked for");
	is_text(words("PRAGMA journal_mode"), "wal", "and gets its write-ahead log");
	is_int(mode_of(""), 0660, "others may not read it any more");
	sqlite3_close(l.holder);
}

/* ---- full */

static bool
fill(void *ctx, struct err *e)
{
	(void)ctx;
	for (int i = 0; i < 2000; i++) {
		static const char FILL_SQL[] =
		    "INSERT INTO rejected (source, index_name, document_id, reason, at) "
		    "VALUES ('main', 'x', :id, hex(zeroblob(2000)), 1)";
		struct statement *s = db_prepare(&db, FILL_SQL, e);

		db_bind_int(s, ":id", i);
		if (!db_run(s, e))
			return false;
	}
	return true;
}

static void
test_full_disk(void)
{
	struct err e = ERR_NONE;

	db_fresh();
	sql("PRAGMA max_page_count = %lld", (long long)number("PRAGMA page_count") + 50);
	ok(!db_transact(&db, fill, NULL, &e), "a full disk is a fault");
	is_int(e.fault, FAULT_FATAL, "of the environment");
	ok(says(&e, "the disk is full; make room"), "with its fix");
	ok(e.no_room, "told apart from others: who is at work waits");
	ok(db_has_room(&db), "until there is room");
	is_int(number("SELECT count(*) FROM rejected"), 0, "nothing is half written");
	sql("PRAGMA max_page_count = 100000");
	err_clear(&e);
	ok(db_transact(&db, fill, NULL, &e), "with room it goes on");
	is_int(number("SELECT count(*) FROM rejected"), 2000, "and all is there");
	is_text(words("PRAGMA integrity_check"), "ok", "in a sound file");
}

/* ---- statements */

static void
test_statements(void)
{
	static const char NULL_SQL[] = "SELECT NULL WHERE :id = 1";
	static const char VALUE_SQL[] = "SELECT :text, :blob";
	struct err e = ERR_NONE;
	struct statement *s;
	int64_t n = 7;
	char *copy;

	db_fresh();
	s = db_prepare(&db, NULL_SQL, &e);
	db_bind_int(s, ":id", 1);
	ok(db_one_int(s, &n, &e) && n == 7 && e.fault == FAULT_NONE,
	    "NULL is no number and no fault");
	s = db_prepare(&db, NULL_SQL, &e);
	ok(db_one_int(s, &n, &e) && n == 7 && e.fault == FAULT_NONE, "no row is neither");
	s = db_prepare(&db, VALUE_SQL, &e);
	db_bind_text(s, ":text", "it's");
	db_bind_blob(s, ":blob", "a\0b", 3);
	is_int(db_step(s, &e), 1, "a row");
	is_text(db_text(s, 0), "it's", "with its text");
	is_int(sqlite3_column_bytes(s->stmt, 1), 3, "and its bytes");
	copy = db_text_dup(s, 0);
	is_int(db_step(s, &e), 0, "and no more");
	is_text(copy, "it's", "a copy outlives the row");
	free(copy);
	ok(db_prepare(&db, VALUE_SQL, &e) == s, "statements are prepared once");
	is_int(db_step(s, &e), 1, "and start without bindings");
	is_text(db_text(s, 0), "", "NULL reads as an empty text");
	ok(db_text_dup(s, 0) == NULL, "and is no copy");
	db_reset(s);
	s = db_prepare(&db, VALUE_SQL, &e);
	db_bind_text(s, ":text",
	    "a\xff"
	    "b \xe3\x81\x82 \xe3\x81");
	is_int(db_step(s, &e), 1, "text that is not UTF-8 is taken");
	is_text(db_text(s, 0),
	    "a\xef\xbf\xbd"
	    "b \xe3\x81\x82 \xef\xbf\xbd\xef\xbf\xbd",
	    "with what is broken replaced");
	db_reset(s);
	s = db_prepare(&db, "SELECT nothing", &e);
	ok(s == NULL && e.fault == FAULT_FATAL, "what does not compile is a fault");
	db_bind_int(s, ":id", 1);
	ok(!db_run(s, &e) && e.fault == FAULT_FATAL, "which running it reports");
}

static void
test_changed(void)
{
	sqlite3 *other;

	db_fresh();
	db_changed(&db);
	sql("INSERT INTO sample (md5) VALUES ('00000000000000000000000000000001')");
	ok(!db_changed(&db), "our own commit is no news");
	if (sqlite3_open(db_path, &other) != SQLITE_OK)
		die("no second connection");
	sql_in(other, "UPDATE lookup SET state = 'held'");
	ok(db_changed(&db), "another's commit is");
	ok(!db_changed(&db), "once");
	sqlite3_close(other);
}

int
main(void)
{
	db_directory_make();
	chmod(db_directory, 0755);
	test_creation();
	test_reopening();
	test_creating_at_once();
	test_foreign();
	test_newer();
	test_no_database();
	test_corrupt();
	test_missing_directory();
	test_unwritable();
	test_wal_of_another();
	test_links();
	test_lost_wal();
	test_check();
	test_lock();
	test_lock_of_a_file_made_by_hand();
	test_full_disk();
	test_statements();
	test_changed();
	db_directory_remove();
	return done_testing();
}
