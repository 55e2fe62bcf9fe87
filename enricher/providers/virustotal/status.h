/*
 * status.h - what each status and error code of VirusTotal means. Only its own JSON is about a row
 * or a key; what anything else means, the neighbours of the row judge.
 *
 * https://docs.virustotal.com/reference/errors is the source of the table.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_VIRUSTOTAL_STATUS_H
#define POTPRESS_VIRUSTOTAL_STATUS_H

#include "enricher/providers/provider.h"

#define VIRUSTOTAL_NOT_YET_S 3600 /* NotAvailableYet: asked again after this */

/* ANSWER_FOUND: a 200 that still has to be parsed. ANSWER_FAULT fills e. `transport` is the transfer's
 * own fault (FAULT_NONE when an answer came). */
enum answer virustotal_status(const struct http_reply *reply, const struct err *transport,
    int64_t now, struct err *e);

/* An answer that is not VirusTotal's own: FAULT_DOUBT with what came and what to look at. */
bool virustotal_doubt(const struct http_reply *reply, struct err *e);

#endif
