/*
 * vt.h - speaks VirusTotal's API v3: two requests and one table of what answers mean.
 *
 * Knows no curl, no queue. https://docs.virustotal.com/reference/errors is the source of the table.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_VIRUSTOTAL_VT_H
#define POTPRESS_VIRUSTOTAL_VT_H

#include "common/base/hash.h"
#include "common/net/http.h"

#define VT_REPORT_MAX (4 << 20) /* bytes of one report; the largest seen has 1.1 MB */
#define VT_NOT_YET_S 3600 /* NotAvailableYet: asked again after this */

struct vt {
	struct http *http;
	struct http_service service;
};

enum vt_answer { VT_FOUND, VT_NOT_FOUND, VT_FAULT };

void vt_init(struct vt *vt, struct http *http, const struct service_config *config);
/* GET /files/HASH; costs one request of the quota. `done` gets the raw answer. */
bool vt_ask(
    struct vt *vt, const struct hash *hash, http_done_fn *done, void *ctx, struct err *e);
/* GET /files/upload_url: needs a valid key and costs no quota; for probes and --check. */
bool vt_probe(struct vt *vt, http_done_fn *done, void *ctx, struct err *e);
bool vt_probe_wait(struct vt *vt, struct http_reply *reply, struct err *e);
/* Is this VirusTotal's good answer to a probe, and not a portal's page? */
bool vt_is_upload_url(const struct http_reply *reply);

/* What an answer means. VT_FOUND: a 200 that still has to be parsed. VT_FAULT fills e. `transport`
 * is the transfer's own fault (FAULT_NONE when an answer came). */
enum vt_answer vt_answer(const struct http_reply *reply, const struct err *transport,
    int64_t now, struct err *e);

#endif
