/*
 * store_related.h - finds the posts about files that are related to a file.
 *
 * Related are files of the same family, from the same host, or nearly the same by their TLSH digests, as the
 * posts about them show (table shown). The more of this, the closer. A host that brought files of many
 * families is one that anybody uses, so it relates nothing.
 *
 * The work is the same however many posts there are: it looks at the newest of each family and host, and
 * compares the newest digests.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_SAMPLE_STORE_RELATED_H
#define POTPRESS_SAMPLE_STORE_RELATED_H

#include "common/db/db.h"
#include "publisher/posts/sample/facts.h"

/* Files this close are nearly the same: in the measurements that TLSH was published with, of 1,000 pairs of
 * unrelated files fewer than one was within 40. */
#define SAMPLE_CLOSE 30
#define SAMPLE_NEWEST_MAX 50 /* posts about one family, or one host */
#define SAMPLE_DIGESTS_MAX 5000 /* newest digests that are compared */
#define SAMPLE_HOST_FAMILIES_MAX 5 /* of a host's newest posts */

/* Fills related, of the posts that are public on this site and whose rows are older: so what a post links to
 * stays the same when it is written again. */
bool sample_related_read(struct db *db, int64_t post_id, const char *site,
    struct sample_facts *f, struct err *e);

#endif
