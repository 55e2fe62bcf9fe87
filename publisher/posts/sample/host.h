/*
 * host.h - the hosts of the URLs that a file came from.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_SAMPLE_HOST_H
#define POTPRESS_SAMPLE_HOST_H

#include "publisher/posts/sample/facts.h"

#define SAMPLE_HOST_MAX 256 /* bytes; a name in the DNS has at most 253 */

struct sample_host {
	char name[SAMPLE_HOST_MAX];
};

/* The different ones as the attackers wrote them, without user and port, newest first; returns how many. */
size_t sample_hosts(
    const struct sample_facts *f, struct sample_host out[SAMPLE_ROWS_MAX]);
/* The same in one spelling, without those that say nothing about where a file came from: names without a dot
 * and addresses that are nobody's on the internet. */
size_t sample_public_hosts(
    const struct sample_facts *f, struct sample_host out[SAMPLE_ROWS_MAX]);

#endif
