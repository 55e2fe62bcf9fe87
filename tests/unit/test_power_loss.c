/*
 * test_power_loss.c - the power goes at a random moment: no commit that was acknowledged is lost, none is
 * torn.
 *
 * The queue works on a database whose writes and syncs are recorded by a VFS of SQLite that stands before
 * the real one. A trial takes what was recorded up to a random point, and builds the files that the disk
 * could hold then: all writes before a file's last sync, and of those after it some whole, some dropped,
 * some cut to half, some torn at sectors of 512 bytes. SQLite opens them as after a restart. Controls
 * with fewer syncs and with none must fail, or the trials would show nothing.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>

#include "common/db/internal.h"
#include "common/db/queue.h"
#include "tests/unit/with_db.h"

#define NOW 1764000000
#define ROWS 60
#define TRIALS 1000
#define CONTROL_TRIALS 60
#define SECTOR 512
#define IMAGE_MAX (4 << 20)
#define CHECKPOINT_PAGES 25 /* many checkpoints in a short run */

enum which { MAIN, WAL, FILES, NEITHER = FILES };
enum kind { WRITE, TRUNCATE, SYNC, CLAIMED, DONE };

struct event {
	enum kind kind;
	enum which file;
	sqlite3_int64 at; /* offset, size, or the row that was acknowledged */
	size_t len;
	unsigned char *bytes;
};

static struct {
	bool on;
	struct event *items;
	size_t count, room;
} record;

static void
add(struct event ev, const void *bytes)
{
	if (!record.on || ev.file == NEITHER)
		return;
	if (record.count == record.room) {
		record.room = record.room > 0 ? 2 * record.room : 1024;
		record.items = realloc(record.items, record.room * sizeof ev);
	}
	if (ev.len > 0) {
		ev.bytes = malloc(ev.len);
		memcpy(ev.bytes, bytes, ev.len);
	}
	record.items[record.count++] = ev;
}

static void
forget(void)
{
	for (size_t i = 0; i < record.count; i++)
		free(record.items[i].bytes);
	record.count = 0;
}

/* ---- the VFS that listens */

struct heard {
	sqlite3_file base;
	enum which which;
	sqlite3_file *real; /* behind this struct, in the same memory */
};

static sqlite3_vfs *real_vfs, listener;

static struct heard *
heard(sqlite3_file *file)
{
	return (struct heard *)(void *)file;
}

static sqlite3_file *
real(sqlite3_file *file)
{
	return heard(file)->real;
}

static int
on_close(sqlite3_file *f)
{
	return real(f)->pMethods->xClose(real(f));
}

static int
on_read(sqlite3_file *f, void *out, int len, sqlite3_int64 at)
{
	return real(f)->pMethods->xRead(real(f), out, len, at);
}

static int
on_write(sqlite3_file *f, const void *bytes, int len, sqlite3_int64 at)
{
	add((struct event){ WRITE, heard(f)->which, at, (size_t)len, NULL }, bytes);
	return real(f)->pMethods->xWrite(real(f), bytes, len, at);
}

static int
on_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	add((struct event){ TRUNCATE, heard(f)->which, size, 0, NULL }, NULL);
	return real(f)->pMethods->xTruncate(real(f), size);
}

static int
on_sync(sqlite3_file *f, int flags)
{
	(void)flags;
	add((struct event){ SYNC, heard(f)->which, 0, 0, NULL }, NULL);
	return SQLITE_OK;
}

static int
on_size(sqlite3_file *f, sqlite3_int64 *size)
{
	return real(f)->pMethods->xFileSize(real(f), size);
}

static int
on_lock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xLock(real(f), level);
}

static int
on_unlock(sqlite3_file *f, int level)
{
	return real(f)->pMethods->xUnlock(real(f), level);
}

static int
on_check(sqlite3_file *f, int *locked)
{
	return real(f)->pMethods->xCheckReservedLock(real(f), locked);
}

static int
on_control(sqlite3_file *f, int what, void *arg)
{
	return real(f)->pMethods->xFileControl(real(f), what, arg);
}

static int
on_sector(sqlite3_file *f)
{
	return real(f)->pMethods->xSectorSize(real(f));
}

static int
on_device(sqlite3_file *f)
{
	return real(f)->pMethods->xDeviceCharacteristics(real(f));
}

static int
on_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
	return real(f)->pMethods->xShmMap(real(f), page, size, extend, out);
}

static int
on_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
	return real(f)->pMethods->xShmLock(real(f), at, n, flags);
}

static void
on_shm_barrier(sqlite3_file *f)
{
	real(f)->pMethods->xShmBarrier(real(f));
}

static int
on_shm_unmap(sqlite3_file *f, int gone)
{
	return real(f)->pMethods->xShmUnmap(real(f), gone);
}

static const sqlite3_io_methods METHODS = { 2, on_close, on_read, on_write, on_truncate,
	on_sync, on_size, on_lock, on_unlock, on_check, on_control, on_sector, on_device,
	on_shm_map, on_shm_lock, on_shm_barrier, on_shm_unmap, NULL, NULL };

static int
on_open(sqlite3_vfs *vfs, sqlite3_filename name, sqlite3_file *file, int flags, int *got)
{
	struct heard *h = heard(file);
	int rc;

	(void)vfs;
	h->real = (sqlite3_file *)(void *)(h + 1);
	h->which = (flags & SQLITE_OPEN_MAIN_DB) != 0 ? MAIN
		   : (flags & SQLITE_OPEN_WAL) != 0   ? WAL
						      : NEITHER;
	rc = real_vfs->xOpen(real_vfs, name, h->real, flags, got);
	h->base.pMethods = h->real->pMethods != NULL ? &METHODS : NULL;
	return rc;
}

static void
listen_to_sqlite(void)
{
	real_vfs = sqlite3_vfs_find(NULL);
	listener = *real_vfs;
	listener.zName = "listener";
	listener.szOsFile = (int)sizeof(struct heard) + real_vfs->szOsFile;
	listener.xOpen = on_open;
	listener.pNext = NULL;
	sqlite3_vfs_register(&listener, 1);
}

/* ---- what is recorded */

static void
acknowledged(enum kind kind, int64_t row)
{
	add((struct event){ kind, MAIN, row, 0, NULL }, NULL);
}

/* Each row is claimed in one commit; in another it is done and its result is kept. */
static void
work(void)
{
	struct err e = ERR_NONE;
	struct queue queue;
	struct job job;

	queue_init(&queue, &db, &queue_lookup, "enricher");
	queue.provider = "virustotal";
	while (queue_claim(&queue, NOW, &job, 1, &e) == 1) {
		acknowledged(CLAIMED, job.id);
		if (!db_begin(&db, &e) || queue_done(&queue, &job, NOW, 0, &e) != SETTLED)
			die(e.text);
		sql("INSERT INTO rejected (source, index_name, document_id, reason, at) "
		    "VALUES ('main', 'x', %lld, hex(randomblob(2000)), 1)",
		    (long long)job.id);
		if (!db_commit(&db, &e))
			die(e.text);
		acknowledged(DONE, job.id);
	}
	if (e.fault != FAULT_NONE)
		die(e.text);
}

struct image {
	unsigned char *bytes;
	size_t len;
};

/* The main file as the recording finds it: whole and alone. */
static struct image base;

static void
read_base(void)
{
	int fd = open(db_path, O_RDONLY);
	ssize_t n;

	base.bytes = base.bytes != NULL ? base.bytes : malloc(IMAGE_MAX);
	n = read(fd, base.bytes, IMAGE_MAX);
	close(fd);
	if (n <= 0)
		die("cannot read the file");
	base.len = (size_t)n;
}

static void
record_run(const char *synchronous)
{
	struct err e = ERR_NONE;

	forget();
	db_fresh();
	sql("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
	    "%d) "
	    "INSERT INTO lookup (value) SELECT 'v' || i FROM n",
	    ROWS);
	db_close(&db);
	read_base();
	db = (struct db){ .handle = NULL };
	record.on = true;
	if (!db_open(&db, db_path, &e))
		die(e.text);
	sql("PRAGMA synchronous = %s; PRAGMA wal_autocheckpoint = %d", synchronous,
	    CHECKPOINT_PAGES);
	work();
	record.on = false;
	db_close(&db);
	db = (struct db){ .handle = NULL };
}

/* ---- what the disk holds when the power is gone */

static unsigned dice;

static unsigned
draw(unsigned bound)
{
	return (unsigned)rand_r(&dice) % bound;
}

static void
put(struct image *to, size_t at, const unsigned char *bytes, size_t len)
{
	if (at + len > IMAGE_MAX)
		die("the image is too small");
	if (at > to->len)
		memset(to->bytes + to->len, 0, at - to->len);
	memcpy(to->bytes + at, bytes, len);
	if (at + len > to->len)
		to->len = at + len;
}

static void
apply(struct image *to, const struct event *ev)
{
	if (ev->kind == WRITE)
		put(to, (size_t)ev->at, ev->bytes, ev->len);
	else if (ev->kind == TRUNCATE && (size_t)ev->at < to->len)
		to->len = (size_t)ev->at;
}

/* Sectors of the write are there or not, each for itself. */
static void
apply_torn(struct image *to, const struct event *ev)
{
	size_t at = (size_t)ev->at, end = at + ev->len;

	while (at < end) {
		size_t next = (at / SECTOR + 1) * SECTOR;

		next = next < end ? next : end;
		if (draw(2) == 0)
			put(to, at, ev->bytes + (at - (size_t)ev->at), next - at);
		at = next;
	}
}

/* A write that was not synced. */
static void
apply_perhaps(struct image *to, const struct event *ev)
{
	struct event half = *ev;

	switch (draw(4)) {
	case 0:
		apply(to, ev);
		break;
	case 1:
		half.len = ev->len / 2 / SECTOR * SECTOR;
		apply(to, &half);
		break;
	case 2:
		if (ev->kind == WRITE)
			apply_torn(to, ev);
		break;
	default:
		break; /* lost */
	}
}

static size_t
last_sync(enum which file, size_t cut)
{
	while (cut > 0 && !(record.items[cut - 1].kind == SYNC &&
			      record.items[cut - 1].file == file))
		cut--;
	return cut;
}

static void
build_image(enum which file, size_t cut, struct image *out)
{
	size_t synced = last_sync(file, cut);

	out->len = 0;
	if (file == MAIN)
		put(out, 0, base.bytes, base.len);
	for (size_t i = 0; i < cut; i++) {
		const struct event *ev = &record.items[i];

		if (ev->file != file || ev->kind > TRUNCATE)
			continue;
		if (i < synced)
			apply(out, ev);
		else
			apply_perhaps(out, ev);
	}
}

static void
write_image(const char *path, const struct image *image)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, image->bytes, image->len) != (ssize_t)image->len)
		die("cannot write an image");
	close(fd);
}

/* ---- one trial */

struct outcome {
	int unsound, torn, lost;
};

static void
judge(size_t cut, struct outcome *sum)
{
	if (strcmp(words("PRAGMA integrity_check"), "ok") != 0) {
		sum->unsound++;
		return;
	}
	sum->torn +=
	    number(
		"SELECT count(*) FROM lookup l WHERE (l.state = 'done') <> EXISTS "
		"(SELECT 1 FROM rejected r WHERE r.document_id = l.id)") != 0;
	for (size_t i = cut; i-- > 0;) {
		const struct event *ev = &record.items[i];
		const char *want = ev->kind == DONE ? "'done'" : "'leased', 'done'";

		if (ev->kind != CLAIMED && ev->kind != DONE)
			continue;
		/* The newest is enough: commits are in one file, in order. */
		sum->lost += number("SELECT state IN (%s) FROM lookup WHERE id = %lld",
				 want, (long long)ev->at) != 1;
		return;
	}
}

static bool
opens(void)
{
	static const char PROBE[] =
	    "PRAGMA synchronous = OFF; SELECT count(*) FROM lookup";

	db = (struct db){ .handle = NULL };
	return sqlite3_open(db_path, &db.handle) == SQLITE_OK &&
	       sqlite3_exec(db.handle, PROBE, NULL, NULL, NULL) == SQLITE_OK;
}

static struct outcome
lose_power(int trials)
{
	static struct image images[FILES];
	struct outcome sum = { 0 };
	char wal_path[sizeof db_path + 8];

	snprintf(wal_path, sizeof wal_path, "%s-wal", db_path);
	for (int file = 0; file < FILES; file++)
		images[file].bytes = malloc(IMAGE_MAX);
	for (int i = 0; i < trials; i++) {
		size_t cut = draw((unsigned)record.count + 1);

		db_files_remove(db_path);
		for (int file = 0; file < FILES; file++)
			build_image((enum which)file, cut, &images[file]);
		write_image(db_path, &images[MAIN]);
		write_image(wal_path, &images[WAL]);
		if (opens())
			judge(cut, &sum);
		else
			sum.unsound++;
		db_close(&db);
	}
	for (int file = 0; file < FILES; file++)
		free(images[file].bytes);
	return sum;
}

/* A run that must fail, or the trials before it show nothing. */
static struct outcome
control(const char *synchronous)
{
	struct outcome sum;

	record_run(synchronous);
	sum = lose_power(CONTROL_TRIALS);
	printf("# synchronous=%s, of %d: %d unsound, %d torn, %d lost\n", synchronous,
	    CONTROL_TRIALS, sum.unsound, sum.torn, sum.lost);
	return sum;
}

int
main(void)
{
	struct outcome sum;
	size_t syncs = 0;

	dice = 20251124;
	listen_to_sqlite();
	db_directory_make();
	record_run("FULL");
	for (size_t i = 0; i < record.count; i++)
		syncs += record.items[i].kind == SYNC && record.items[i].file == MAIN;
	ok(syncs > 3, "the recorded run has checkpoints");
	sum = lose_power(TRIALS);
	is_int(sum.unsound, 0, "a thousand losses of power: the file is always sound");
	is_int(sum.torn, 0, "no commit is torn");
	is_int(sum.lost, 0, "no acknowledged commit is lost");
	sum = control("NORMAL");
	ok(sum.unsound == 0 && sum.lost > 0,
	    "with fewer syncs commits are lost, and this is seen");
	sum = control("OFF");
	ok(sum.unsound > 0, "without syncs files are unsound, and this is seen");
	forget();
	free(record.items);
	free(base.bytes);
	db_directory_remove();
	return done_testing();
}
