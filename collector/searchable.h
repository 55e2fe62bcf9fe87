/*
 * searchable.h - an index whose documents no search would find is not skipped: it waits, and this is
 * logged.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_SEARCHABLE_H
#define POTPRESS_COLLECTOR_SEARCHABLE_H

#include "collector/elastic/fields.h"

/* What is known of an index, by its uuid. */
struct searchable {
	char uuid[ELASTIC_UUID_MAX];
	int64_t wait_ms,
	    /* steady: when it is checked again; INT64_MAX: never, all is mapped */
	    again_ms;
};

struct searchable_list {
	struct searchable *items;
	size_t count;
	char said[FIELDS_WHY_MAX + 1]; /* why an index was last skipped */
};

/* Whether its mapping must be requested: the index is new, or some fields were not mapped at the last
 * check. */
bool searchable_is_due(
    const struct searchable_list *list, const char *uuid, int64_t now_ms);
/* Records that it may be read. False: out of memory. */
bool searchable_note(struct searchable_list *list, const char *uuid,
    enum fields_verdict verdict, int64_t now_ms);
void searchable_done(struct searchable_list *list);

#endif
