/*
 * check.c - see check.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/stage/check.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/vfs.h>

#include "common/base/utf8.h"

#define SENTENCE_MAX 8192
#define DIRECTORY_MAX 4200

/* ---- printing */

static void __attribute__((format(printf, 3, 0)))
print_line(const struct check *c, struct buf *line, const char *fmt, va_list ap)
{
	auto_buf sentence = BUF_CUT(SENTENCE_MAX);

	if (c->about != NULL)
		buf_printf(&sentence, "%s: ", c->about);
	buf_vprintf(&sentence, fmt, ap);
	utf8_put_printable(line, buf_text(&sentence));
	buf_putc(line, '\n');
}

void
check_problem(struct check *c, const char *fmt, ...)
{
	auto_buf line = BUF_CUT(4 * SENTENCE_MAX);
	va_list ap;

	va_start(ap, fmt);
	print_line(c, &line, fmt, ap);
	va_end(ap);
	c->problems++;
	if (strstr(buf_text(&c->said), buf_text(&line)) != NULL)
		return;
	buf_puts(&c->said, buf_text(&line));
	fputs(buf_text(&line), stdout);
}

void
check_fault(struct check *c, const struct err *e)
{
	check_problem(c, "%s", e->text);
}

void
check_note(const struct check *c, const char *fmt, ...)
{
	auto_buf line = BUF_CUT(4 * SENTENCE_MAX);
	va_list ap;

	va_start(ap, fmt);
	print_line(c, &line, fmt, ap);
	va_end(ap);
	fputs(buf_text(&line), stdout);
}

/* ---- the file system of the database */

bool
check_is_network(long type)
{
	/* statfs(2) and linux/magic.h: NFS, SMB, CIFS, SMB2, AFS, Ceph, Coda, 9P, Lustre, GFS2, OCFS2. */
	static const long TYPES[] = { 0x6969, 0x517b, 0xff534d42, 0xfe534d42, 0x5346414f,
		0x00c36400, 0x73757245, 0x01021997, 0x0bd00bd0, 0x01161970, 0x7461636f };

	for (size_t i = 0; i < sizeof TYPES / sizeof TYPES[0]; i++)
		if ((type & 0xffffffff) == TYPES[i])
			return true;
	return false;
}

static void
check_file_system(struct check *c, const char *path)
{
	auto_buf directory = BUF_INIT(DIRECTORY_MAX);
	const char *slash = strrchr(path, '/');
	struct statvfs room;
	struct statfs kind;
	int64_t free_bytes;

	buf_put(&directory, path, (size_t)(slash - path) + (slash == path));
	if (statfs(buf_text(&directory), &kind) == 0 &&
	    check_is_network((long)kind.f_type))
		check_problem(c,
		    "database: %s is on a network file system, where SQLite's locks "
		    "fail and the file gets corrupted; set `path` to a local disk",
		    path);
	if (statvfs(buf_text(&directory), &room) != 0)
		return;
	free_bytes = (int64_t)(room.f_bavail * room.f_frsize);
	if (free_bytes < CHECK_DISK_LOW)
		check_problem(c,
		    "database: the disk of %s is nearly full, %" PRId64
		    " MiB left; free some space, or move the database",
		    buf_text(&directory), free_bytes >> 20);
}

void
check_database(struct check *c, struct db *db, const char *path)
{
	struct err e = ERR_NONE;

	if (!db_look(db, path, &e)) {
		check_problem(c, "database: %s", e.text);
		c->unusable = c->unread = true;
	}
	if (db->loss != NULL)
		check_problem(c, "database: %s: %s", path, db->loss);
	check_file_system(c, path);
}

/* ---- the service */

bool
check_reach(struct check *c, struct http *h, const struct http_service *service)
{
	auto_buf why = BUF_CUT(SENTENCE_MAX);

	http_diagnose(h, service, &why);
	if (why.len == 0)
		return true;
	check_problem(c, "%s: %s", service->name, buf_text(&why));
	return false;
}

void
check_clock(
    struct check *c, const char *service, int64_t server, const struct clock *ours)
{
	int64_t ahead = server - clock_now(ours);

	if (server == 0 || (ahead <= CHECK_CLOCK_OFF_S && ahead >= -CHECK_CLOCK_OFF_S))
		return;
	check_problem(c,
	    "%s: its clock is %" PRId64
	    " seconds %s the clock of this machine; set whichever is wrong (with NTP "
	    "both stay right)",
	    service, ahead > 0 ? ahead : -ahead, ahead > 0 ? "ahead of" : "behind");
}
