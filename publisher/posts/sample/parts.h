/*
 * parts.h - the parts of a sample's page, from its top to its end; each in a file of its name.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_SAMPLE_PARTS_H
#define POTPRESS_SAMPLE_PARTS_H

#include "publisher/page/page.h"
#include "publisher/posts/article.h"
#include "publisher/posts/sample/facts.h"

/* id: of the first block. */
void sample_put_banner(struct page *p, const struct sample_facts *f, const char *id);
void sample_put_indicators(struct page *p, const struct sample_facts *f);
void sample_put_arrival(struct page *p, const struct sample_facts *f);
/* What the attacker did in the session that brought the file. */
void sample_put_story(struct page *p, const struct sample_facts *f);
/* names: whether to list each engine's name for it. */
void sample_put_detections(struct page *p, const struct sample_facts *f, bool names);
void sample_put_file(struct page *p, const struct sample_facts *f);
/* Links to other posts. */
void sample_put_related(struct page *p, const struct sample_facts *f);
/* What others may find it by, and the titles of other posts that the page shows. */
void sample_note_shown(
    const struct page *p, const struct sample_facts *f, struct article *out);

#endif
