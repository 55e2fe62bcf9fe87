/*
 * gate.h - the one gate for text that is not ours: posts, feeds and alerts send none that did not pass
 * here.
 *
 * It knows the addresses and names of the sensors and their operator (identities.h) and cuts them wherever
 * a reader, a browser or a common tool would see them: in any spelling of their numbers, in compatibility
 * forms and look-alikes, escaped, encoded and backwards, in layers (escapes.c, encodings.c, match.c). Names
 * match as whole words in any case, where the script knows words. Of a disguise the whole token goes. Our
 * own phrases and hashes do not pass here.
 * A text costs time in proportion to its length, however many identities are known.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_GATE_H
#define POTPRESS_OUTGOING_GATE_H

#include <stdbool.h>
#include <stddef.h>

#include "common/base/buf.h"
#include "common/base/err.h"

#define GATE_TEXT_MAX \
	4096 /* bytes looked at; longer text is cut there; the limit of a stored URL */
#define GATE_STORED_NAME_MAX 512 /* the limit of other stored texts */
#define GATE_STORED_DETECTION_MAX \
	160 /* the limit of the names of rules and their authors */
#define GATE_CUT "***" /* what stands where something was cut */

struct gate;
struct gate *gate_new(struct err *e);
void gate_free(struct gate *g);
/* Forgets everything, before it is learned again. */
void gate_reset(struct gate *g);
/* An address, a network as ADDRESS/BITS, a name, or *.DOMAIN for a domain and all hosts below it. */
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
