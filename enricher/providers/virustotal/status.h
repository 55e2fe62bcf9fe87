/*
 * status.h - what each status and error code of VirusTotal means. Only its own JSON is about a row or a
 * key; for anything else, the results of other rows decide (FAULT_DOUBT).
 *
 * https://docs.virustotal.com/reference/errors is the source of the table.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_VIRUSTOTAL_STATUS_H
#define POTPRESS_VIRUSTOTAL_STATUS_H

#include "common/base/time.h"
#include "enricher/providers/provider.h"

#define VIRUSTOTAL_NOT_YET_S HOUR_S /* NotAvailableYet: retried after this */

/* ANSWER_FOUND: a 200 that still has to be parsed. ANSWER_FAULT fills e. `transport` is the transfer's
 * own fault (FAULT_NONE when an answer came). */
enum answer virustotal_status(const struct http_reply *reply, const struct err *transport,
    int64_t now, struct err *e);

/* Sets FAULT_DOUBT for an answer that is not from VirusTotal, with what came and what to check. */
bool virustotal_doubt(const struct http_reply *reply, struct err *e);

#endif
