/*
 * watch.h - wakes a program when another one writes to the database.
 *
 * Each commit appends to the -wal file, which inotify(7) reports. Looking at the database instead, often
 * enough to see a commit within a second, would wake each program more than once a second for ever.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_STAGE_WATCH_H
#define POTPRESS_STAGE_WATCH_H

#include <stdbool.h>

struct watch {
	int fd; /* readable after a write; -1: no watch is available */
	bool armed; /* the next write is reported */
	bool written; /* a write was reported */
	int looks; /* how often to look at the database after the last write */
};

/* The -wal is written before the commit can be seen: on a slow disk it may take this many looks. */
#define WATCH_LOOKS 3

/* Without inotify there is no watch, which is not a fault. */
void watch_open(struct watch *w);
void watch_close(struct watch *w);
/* Reads the descriptor's events. */
void watch_read(struct watch *w);
/* Whether there was a write, by this program or another one, since watch_arm. Always true if there is
 * no watch. */
bool watch_written(const struct watch *w);
/* From now on the next write to the database at `path` is reported, once: a thousand commits in a row
 * need not wake the program a thousand times. Look at the database after this call. */
void watch_arm(struct watch *w, const char *path);

#endif
