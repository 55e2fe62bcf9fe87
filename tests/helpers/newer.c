/*
 * newer PATH - opens the database as a later version of the programs would, and brings it up to date.
 *
 * It is linked with the migration below in place of common/migrations.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>

#include "common/db/db.h"

const struct migration migrations[] = {
	{ 3, "CREATE TABLE remark (sample_id INTEGER PRIMARY KEY, words TEXT NOT NULL) "
	     "STRICT;"
	     "INSERT INTO remark SELECT id, 'known before' FROM sample;"
	     "ALTER TABLE lookup ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;" },
	{ 0, NULL },
};

int
main(int argc, char **argv)
{
	struct db db = { .handle = NULL };
	struct err e = ERR_NONE;

	if (argc != 2 || !db_open(&db, argv[1], &e)) {
		fprintf(stderr, "newer: %s\n", argc == 2 ? e.text : "usage: newer PATH");
		return 1;
	}
	db_close(&db);
	return 0;
}
