/*
 * guard.h - the one gate for text that is not ours: nothing leaves without passing guard_pass.
 *
 * It knows the sensors' addresses and names (what T-Pot told, and the operator's own list) and cuts
 * them wherever an attacker wrote them: addresses in any spelling of their numbers (guard_match.c) and
 * backwards, names as whole words in any case, and both also where they are percent-encoded or in
 * base64. Of a disguise the whole token goes. Our own phrases and hashes do not pass here.
 * A text costs time in proportion to its length, however many addresses are known.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_GUARD_H
#define POTPRESS_OUTGOING_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"
#include "common/base/err.h"

#define GUARD_TEXT_MAX 2048 /* bytes looked at; longer text is cut there */
#define GUARD_CUT "***" /* what stands where something was cut */

struct guard;
struct guard *guard_new(struct err *e);
void guard_free(struct guard *g);
/* Forgets everything, before it is learned anew. */
void guard_reset(struct guard *g);
/* An address or a name. */
bool guard_add(struct guard *g, const char *value, struct err *e);

/* Appends the text as valid UTF-8 without what is private, cut at max_bytes on a character boundary.
 * g NULL: nothing is private. */
void guard_pass(struct guard *g, const char *text, size_t max_bytes, struct buf *out);

/* Whether anything was cut since this was last asked. */
bool guard_has_cut(struct guard *g);

#endif
