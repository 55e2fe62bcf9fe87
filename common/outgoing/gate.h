/*
 * gate.h - the one gate for text that is not ours: posts, feeds and alerts send none that did not pass
 * here.
 *
 * It knows the sensors' addresses and names (what T-Pot told, and the operator's own list) and cuts
 * them wherever an attacker wrote them: addresses in any spelling of their numbers (gate_match.c) and
 * backwards, names as whole words in any case, and both also where they are percent-encoded or in
 * base64. Of a disguise the whole token goes. Our own phrases and hashes do not pass here.
 * A text costs time in proportion to its length, however many addresses are known.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_GATE_H
#define POTPRESS_OUTGOING_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"
#include "common/base/err.h"

#define GATE_TEXT_MAX 2048 /* bytes looked at; longer text is cut there */
#define GATE_CUT "***" /* what stands where something was cut */

struct gate;
struct gate *gate_new(struct err *e);
void gate_free(struct gate *g);
/* Forgets everything, before it is learned anew. */
void gate_reset(struct gate *g);
/* An address or a name. */
bool gate_add(struct gate *g, const char *value, struct err *e);

/* Appends the text as valid UTF-8 without what is private, cut at max_bytes on a character boundary.
 * g NULL: nothing is private. */
void gate_pass(struct gate *g, const char *text, size_t max_bytes, struct buf *out);

/* The same for readers: live URLs, hosts and addresses are made dead as well. */
void gate_text(struct gate *g, const char *text, size_t max_bytes, struct buf *out);
/* A source address, shortened to its network: 203[.]0[.]113[.]0/24, 2001:db8:1::/48; GATE_CUT where it is
 * private. False when it is no address. */
bool gate_network(struct gate *g, const char *address, struct buf *out);

/* Whether anything was cut since this was last asked. */
bool gate_has_cut(struct gate *g);

#endif
