/*
 * failing.h - indices whose pages failed: they go behind the others, and get smaller requests.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_COLLECTOR_FAILING_H
#define POTPRESS_COLLECTOR_FAILING_H

#include "collector/elastic/elastic.h"

struct failing {
	char index[ELASTIC_INDEX_MAX];
	int times; /* in a row */
	int page_size;
	int64_t again_ms; /* steady: not before */
};

struct failing_list {
	struct failing *items;
	size_t count;
};

/* 0 and ELASTIC_PAGE for an index that is not failing. */
int failing_times(const struct failing_list *list, const char *index);
int failing_page_size(const struct failing_list *list, const char *index);
int64_t failing_again_ms(const struct failing_list *list, const char *index);
/* Records a failure; heavy: a smaller request may help, which need not wait if `at_once`. False: out of
 * memory. */
bool failing_add(struct failing_list *list, const char *index, bool heavy, bool at_once,
    int64_t now_ms);
/* Records that a page was too large: the next one is half the size. */
bool failing_halve(struct failing_list *list, const char *index);
/* Records that a page was read: the next one may be larger. */
void failing_succeeded(struct failing_list *list, const char *index);
/* The engine was at fault, or the operator asks for a poll now: no index waits. */
void failing_forgive(struct failing_list *list);
void failing_done(struct failing_list *list);

#endif
