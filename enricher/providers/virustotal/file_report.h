/*
 * file_report.h - turns a VirusTotal file report into a report as stored.
 *
 * The source of every rule is VirusTotal's file object (API v3, "Files").
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_VIRUSTOTAL_FILE_REPORT_H
#define POTPRESS_VIRUSTOTAL_FILE_REPORT_H

#include "enricher/providers/report.h"

/* Parses a 200 body. FAULT_DOUBT with a sentence when it is not a file report, FAULT_RETRY when it is
 * about another file than `asked`. Release with report_done in either case. */
bool file_report_parse(struct report *r, const char *body, size_t len,
    const struct hash *asked, struct err *e);

struct verdict_rules {
	int64_t malicious_from, verdicts_min;
};

/* The verdict: malicious, suspicious, known_good, undetected, inconclusive, not_analysed. */
const char *file_report_verdict(
    const struct report *r, const struct verdict_rules *rules);

#endif
