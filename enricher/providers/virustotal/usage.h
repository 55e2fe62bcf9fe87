/*
 * usage.h - how many requests VirusTotal has counted: its answer to /users/ID/overall_quotas.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_VIRUSTOTAL_USAGE_H
#define POTPRESS_VIRUSTOTAL_USAGE_H

#include "enricher/providers/provider.h"

/* The user's own numbers, not those of a group. False if neither is there. */
bool usage_parse(struct usage *out, const char *body, size_t len);

#endif
