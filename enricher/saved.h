/*
 * saved.h - finds saved reports in files: JSON objects, one after another, each on one line or many.
 *
 * The files are the operator's, but their contents are untrusted: everything is bounded, and a broken
 * object does not affect the others. The next object begins at the next line that starts with "{". The
 * files must not change between saved_add_file and saved_read.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ENRICHER_SAVED_H
#define POTPRESS_ENRICHER_SAVED_H

#include "common/base/buf.h"
#include "common/base/err.h"

#define SAVED_REPORT_MAX (4 << 20) /* bytes of one report, as from VirusTotal */
#define SAVED_REPORTS_MAX 2000000 /* in one import */
#define SAVED_COMPLAINTS_MAX 20 /* shown for one file */

struct saved_report {
	size_t number; /* in the order of the files */
	const char *file;
	int64_t line; /* of its first byte, from 1 */
	int64_t at; /* its place in the file */
	size_t len;
	int64_t date; /* of the analysis; of the file if it names none */
};

struct saved {
	struct saved_report *reports;
	size_t count, room;
	/* objects and files that cannot be used; each was named on stderr */
	int64_t broken;
};

/* Adds the reports of a file. FAULT_FATAL when there are too many, or no memory. */
bool saved_add_file(struct saved *s, const char *path, struct err *e);
/* The oldest first; of one date, in the order of the files. */
void saved_sort(struct saved *s);
/* The report as VirusTotal would have sent it: {"data": ...}. */
bool saved_read(const struct saved_report *r, struct buf *out, struct err *e);
/* Names a report that cannot be used, on stderr. */
void saved_complain(const char *file, int64_t line, const char *why);
void saved_done(struct saved *s);

#endif
