/*
 * known.h - what is private: addresses and networks (known.c), names (known_names.c), and what the end of a
 * cut text may begin (tail.c).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_KNOWN_H
#define POTPRESS_OUTGOING_KNOWN_H

#include <netinet/in.h>
#include <stdint.h>

#include "common/outgoing/gate.h"

#define TAIL_FORM_MAX 48 /* an address in text */
#define LOW_BITS 64 /* tables of characters look at their low six bits */

struct address {
	uint64_t high, low; /* version 4 as mapped */
};

struct range {
	struct address first, last;
};

struct range_set {
	struct range *items; /* sorted, not touching, once settled */
	size_t count;
};

struct name {
	uint32_t *c; /* as it is read, in lower case */
	size_t len;
	/* index + 1 of the longest other name that it begins with; 0: none */
	size_t parent;
	bool whole_domain; /* matches all hosts below it as well */
};

struct name_set {
	struct name *items; /* sorted, once settled */
	size_t count;
	/* For the first character of each name, a bit for each second one. */
	uint64_t beginnings[LOW_BITS];
};

struct gate {
	struct range_set narrow, wide; /* up to 256 addresses, and more */
	/* A bit for the first two bytes of each address in them. */
	uint64_t v4_starts[0x10000 / 64], v6_starts[0x10000 / 64];
	struct name_set names;
	struct name_set alike; /* as view_alike reads them, which has only letters */
	size_t shortest; /* length of the shortest of all of them */
	/* How the end of a cut text may begin an address; sorted, once settled. */
	char (*tail_forms)[TAIL_FORM_MAX];
	size_t tail_form_count;
	bool settled;
	bool cut; /* something was removed since the last gate_has_cut */
	struct view *views; /* VIEWS_MAX of them */
};

/* Must be called before anything is searched. */
void known_settle(struct gate *g);
/* sure: it is clearly an address. Otherwise it is one of many readings of a plain number, and only
 * single addresses and small networks match. */
bool known_v4(const struct gate *g, uint32_t address, bool sure);
/* within: also an IPv4 address in it: mapped, compatible, translated, 6to4 after the prefix, Teredo
 * upside down. */
bool known_v6(const struct gate *g, const struct in6_addr *a, bool within);
bool known_add_name(struct gate *g, const char *text, struct err *e);
void known_settle_names(struct gate *g);
void known_free_names(struct name_set *set);
/* Whether a name may begin at p. */
bool known_begins(const struct name_set *set, const uint32_t *p);
/* The longest name that begins at p; NULL: none. */
const struct name *known_name(const struct name_set *set, const uint32_t *p);
/* The next name that begins there, a shorter one. */
const struct name *known_shorter(
    const struct name_set *set, const struct name *n, const uint32_t *p);

/* ---- tail.c: the forms of an address that the end of a text may begin */
bool tail_add(struct gate *g, const struct in6_addr *a, struct err *e);
void tail_settle(struct gate *g);

#endif
