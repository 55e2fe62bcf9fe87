/* store_internal.h - shared by the stores of a sample's facts. SPDX-License-Identifier: MIT */
#ifndef POTPRESS_SAMPLE_STORE_INTERNAL_H
#define POTPRESS_SAMPLE_STORE_INTERNAL_H

#include "publisher/posts/sample/store.h"

/* Removes URLs of floods, from which or in whose session many different files came: otherwise an
 * attacker could get an innocent host blocked by flooding a honeypot through it. */
bool sample_leave_out_floods(
    struct db *db, int64_t sample_id, struct sample_facts *f, struct err *e);

#endif
