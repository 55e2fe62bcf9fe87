/* internal.h - shared by the enricher's stores. SPDX-License-Identifier: MIT */
#ifndef POTPRESS_ENRICHER_STORE_INTERNAL_H
#define POTPRESS_ENRICHER_STORE_INTERNAL_H

#include "enricher/store/store.h"

/* The columns of table analysis that a report fills, without the verdict. */
void store_bind_report(struct statement *s, const struct report *r);

#endif
