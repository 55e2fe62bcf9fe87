/*
 * session.h - what other documents of the same session tell of a capture.
 *
 * Adbhoney's downloads and Log4pot's payloads name no source; the beginning of the session does.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_SESSION_H
#define POTPRESS_COLLECTOR_SESSION_H

#include "collector/documents/hit.h"
#include "collector/elastic/elastic.h"

/* Looks up the sources of all hits of a page that lack one, by one search in the page's index and
 * that of the day before. What is not found stays unknown, as it does where the engine refuses the
 * search. FAULT_OUTAGE: nothing was learned; the page is to be read again. */
bool session_origins(struct elastic *el, const struct profile *const *chosen,
    const char *index, struct hit_list *hits, struct err *e);

/* Parts of it. The body of the search (caller frees); NULL when no hit lacks a source. */
bool session_body(const struct profile *const *chosen, const struct hit_list *hits,
    char **body, struct err *e);
/* "logstash-2026.11.20,logstash-2026.11.19"; a name that ends in no day stays alone. */
void session_indices(struct buf *out, const char *index);
void session_answer(
    const struct profile *const *chosen, const cJSON *answer, struct hit_list *hits);

#endif
