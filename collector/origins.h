/*
 * origins.h - finds the source of a capture in other documents of its session.
 *
 * Adbhoney's downloads and Log4pot's payloads name no source; the beginning of the session does.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_ORIGINS_H
#define POTPRESS_COLLECTOR_ORIGINS_H

#include "collector/documents/hit.h"
#include "collector/elastic/elastic.h"

/* Looks up the sources of all hits of a page that lack one, by one search in the page's index and that
 * of the day before. A source that is not found, or a search that the engine refuses, leaves it
 * unknown. FAULT_OUTAGE: the search failed, and the page must be read again. */
bool origins_find(struct elastic *el, const struct profile *const *chosen,
    const char *index, struct hit_list *hits, struct err *e);

/* Parts of it. The body of the search (caller frees); NULL when no hit lacks a source. */
bool origins_body(const struct profile *const *chosen, const struct hit_list *hits,
    char **body, struct err *e);
/* "logstash-2026.11.20,logstash-2026.11.19"; only the name itself if it does not end in a day. */
void origins_indices(struct buf *out, const char *index);
void origins_answer(
    const struct profile *const *chosen, const cJSON *answer, struct hit_list *hits);

#endif
