/*
 * status.h - what an HTTP status means that means the same at every service.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PROVIDERS_STATUS_H
#define POTPRESS_PROVIDERS_STATUS_H

#include "common/base/err.h"
#include "common/net/http.h"

/* Who was asked, in messages. */
struct status_of {
	const char *name; /* "virustotal" */
	const char *title; /* "VirusTotal" */
};

/* Sets the fault of a redirect, a proxy's login, a quota that is spent, or a server's fault; `code` is the
 * service's own word, "" for none. False: this status is the service's to explain. */
bool status_fault(const struct status_of *of, const struct http_reply *reply,
    const char *code, int64_t now, struct err *e);
/* Seconds until the service may be asked again, as it requested; 0: it did not. */
int64_t status_retry_after(const struct http_reply *reply, int64_t now);
/* The answer is not the service's own; returns false. */
bool status_doubt(
    const struct status_of *of, const struct http_reply *reply, struct err *e);

#endif
