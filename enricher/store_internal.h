/* store_internal.h - what the enricher's stores share.  SPDX-License-Identifier: MIT */
#ifndef POTPRESS_ENRICHER_STORE_INTERNAL_H
#define POTPRESS_ENRICHER_STORE_INTERNAL_H

#include "enricher/store.h"

/* The columns of table analysis that a report fills, but for the verdict: each by its name. */
void store_bind_report(struct statement *s, const struct report *r);

#endif
