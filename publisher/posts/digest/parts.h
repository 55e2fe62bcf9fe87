/*
 * parts.h - the parts of a digest's page, from its top to its end; each in a file of its name.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_PARTS_H
#define POTPRESS_DIGEST_PARTS_H

#include "publisher/page/page.h"
#include "publisher/posts/article.h"
#include "publisher/posts/digest/facts.h"

/* id: of the first block. */
void digest_put_banner(struct page *p, const struct digest_facts *f, const char *id);
void digest_put_files(struct page *p, const struct digest_facts *f);
/* Notes which titles of posts it shows. */
void digest_note_shown(
    const struct page *p, const struct digest_facts *f, struct article *out);
/* In it: what is new about the files. */
void digest_put_news(struct page *p, const struct digest_facts *f);
void digest_put_turned(struct page *p, const struct digest_facts *f);
void digest_put_block(struct page *p, const struct digest_facts *f);
void digest_put_days(struct page *p, const struct digest_facts *f);
/* a: has the pictures. */
void digest_put_attacks(
    struct page *p, const struct digest_facts *f, const struct article *a);
void digest_put_origin(
    struct page *p, const struct digest_facts *f, const struct article *a);
/* In longer periods: what rose most, and what is new among the largest. */
void digest_put_port_news(struct page *p, const struct digest_facts *f);
void digest_put_country_news(struct page *p, const struct digest_facts *f);
void digest_put_months(struct page *p, const struct digest_facts *f);
void digest_put_logins(struct page *p, const struct digest_facts *f);
/* Sensors whose clock was wrong; a part of the end. */
void digest_put_clocks(struct page *p, const struct digest_facts *f);
/* A sentence with names: one, several, or more than are listed ({1} names {2} how many {3} not listed). */
void digest_put_names(struct page *p, enum phrase one, enum phrase many,
    enum phrase many_more, const struct digest_names *n);
void digest_put_end(struct page *p, const struct digest_facts *f);

#endif
