/*
 * watch.c - free disk space and the age of the newest backup.
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <string.h>
#include <sys/statvfs.h>

#include "common/base/time.h"
#include "publisher/alerts/internal.h"

#define DIRECTORY_MAX 4200
#define NAMES_MAX 100000 /* entries read of a directory */

int64_t
alert_watch_disk(const char *database)
{
	auto_buf directory = BUF_INIT(DIRECTORY_MAX);
	const char *slash = strrchr(database, '/');
	struct statvfs room;

	buf_put(&directory, database, (size_t)(slash - database) + (slash == database));
	if (!buf_ok(&directory) || statvfs(buf_text(&directory), &room) != 0)
		return -1;
	return (int64_t)(room.f_bavail * room.f_frsize) >> 20;
}

/* The time in a name that potpress-backup gives: potpress-2026-11-30T041500Z.db */
static bool
read_name(const char *name, int64_t *at)
{
	static const char PATTERN[] = "potpress-####-##-##T######Z.db";
	char iso[TIME_TEXT_MAX];

	if (strlen(name) != sizeof PATTERN - 1)
		return false;
	for (size_t i = 0; PATTERN[i] != '\0'; i++)
		if (PATTERN[i] == '#' ? name[i] < '0' || name[i] > '9'
				      : name[i] != PATTERN[i])
			return false;
	BUF_FIXED(iso, "%.4s-%.2s-%.2sT%.2s:%.2s:%.2sZ", name + 9, name + 14, name + 17,
	    name + 20, name + 22, name + 24);
	return time_parse_iso(iso, at);
}

int64_t
alert_watch_backup(const char *directory)
{
	DIR *d = opendir(directory);
	const struct dirent *entry;
	int64_t newest = 0, at;
	int left = NAMES_MAX;

	while (d != NULL && left-- > 0 && (entry = readdir(d)) != NULL)
		if (read_name(entry->d_name, &at) && at > newest)
			newest = at;
	if (d != NULL)
		closedir(d);
	return newest;
}
