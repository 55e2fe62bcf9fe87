/*
 * internal.h - shared by the readers of a document.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DOCUMENTS_INTERNAL_H
#define POTPRESS_DOCUMENTS_INTERNAL_H

#include "collector/documents/hit.h"

/* A text of the document, cleaned and cut; NULL when it is absent, empty or not a text. The caller
 * frees. */
char *hit_text(const cJSON *source, const char *path, size_t most);
/* Records the reason and the value in the document, without control characters. The first reason stays. */
void hit_reject(struct hit *h, const char *why, const char *what);

/* The captures of a document whose profile, session, origin and times are read. */
void hit_captures_read(struct hit *h, const cJSON *source);
void hit_captures_done(struct hit *h);

#endif
