/* guard_internal.h - what the parts of the guard share.  SPDX-License-Identifier: MIT */
#ifndef POTPRESS_OUTGOING_GATE_INTERNAL_H
#define POTPRESS_OUTGOING_GATE_INTERNAL_H

#include <netinet/in.h>
#include <stdint.h>

#include "common/outgoing/gate.h"

struct private_name {
	char *text;
	size_t len;
};

struct gate {
	struct in6_addr *addresses; /* sorted; version 4 as mapped */
	size_t address_count;
	struct private_name *names;
	size_t name_count;
	bool cut; /* something was cut since gate_has_cut was asked */
};

/* A text, or what it says when decoded: each byte with the place in the original it stands for. */
struct view {
	char text[GATE_TEXT_MAX + 1];
	uint16_t first[GATE_TEXT_MAX], last[GATE_TEXT_MAX];
	size_t len;
	/* What stands beside a word may be the decoder's doing: words have no edges. */
	bool joined;
	/* Only addresses are looked for: a word backwards is often another one. */
	bool backwards;
};

struct found {
	size_t len; /* 0: nothing private begins here */
	bool disguised; /* written in another way than people write it */
};
/* Where an address stands in the sorted set, or would stand. */
size_t gate_place(const struct gate *g, const struct in6_addr *a, bool *there);
struct in6_addr gate_mapped(uint32_t v4);
/* What private address or name begins at this byte of the view. */
struct found gate_match(const struct gate *g, const struct view *v, size_t at);

/* The view decoded once more. False when there is nothing of the kind in it. */
bool gate_view_percent(const struct view *v, struct view *out);
/* BASE64_SHIFTS views together see every alignment; both alphabets, with or without padding. */
#define BASE64_SHIFTS 4
bool gate_view_base64(const struct view *v, size_t shift, struct view *out);
void gate_view_reversed(const struct view *v, struct view *out);

#endif
