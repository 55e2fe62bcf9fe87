/*
 * space.c - how large the database is on disk, and giving back what it does not need; see db.h.
 *
 * Free pages are used again, so a file is made smaller only after much was deleted.
 *
 * SPDX-License-Identifier: MIT
 */
#include <sys/stat.h>

#include "common/base/buf.h"
#include "common/db/internal.h"

#define SHRINK_PAGES 1000 /* at once, as in SHRINK_SQL: about 4 MB, and 30 ms */
#define SHRINK_PART 5 /* only while more than one in this many pages is free */
#define AUTO_VACUUM_INCREMENTAL 2

static const char FREE_SQL[] =
    "SELECT "
    "  (SELECT auto_vacuum FROM pragma_auto_vacuum), "
    "  (SELECT freelist_count FROM pragma_freelist_count), "
    "  (SELECT page_count FROM pragma_page_count)";
static const char SHRINK_SQL[] = "PRAGMA incremental_vacuum(1000)";

bool
db_shrink(struct db *db, bool *more, struct err *e)
{
	struct statement *s = db_prepare(db, FREE_SQL, e);
	int64_t unused;

	*more = false;
	if (db_step(s, e) != 1)
		return false;
	unused = db_int(s, 0) == AUTO_VACUUM_INCREMENTAL ? db_int(s, 1) : 0;
	*more = unused > SHRINK_PAGES && unused * SHRINK_PART > db_int(s, 2);
	db_reset(s);
	return !*more || db_run(db_prepare(db, SHRINK_SQL, e), e);
}

static int64_t
size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 ? st.st_size : 0;
}

int64_t
db_wal_bytes(const struct db *db)
{
	char path[DB_PATH_TEXT_MAX];

	BUF_FIXED(path, "%s-wal", db->path);
	return size_of(path);
}

int64_t
db_file_bytes(const struct db *db)
{
	return size_of(db->path);
}
