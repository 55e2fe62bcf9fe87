/*
 * gate.h - the one gate for foreign text: posts, feeds and alerts send only text that has passed it.
 *
 * It knows the addresses and names of the sensors and their operator (identities.h) and removes them
 * wherever a reader, a browser or a common tool would find them: in any notation of their numbers, in
 * compatibility forms and look-alikes, escaped, encoded and reversed, in several layers (escapes.c,
 * encodings.c, match.c). Names match as whole words in any case, if the script separates words. If a
 * match is disguised, the whole token is removed. Our own phrases do not pass here. The time is
 * proportional to the length of the text, and independent of the number of known identities.
 *
 * Hashes do not pass here either: a gate cannot tell them apart. But the hash of a file that holds only
 * an identity reveals it. The rule is that a file any of whose hashes is in table noise is not looked
 * up, and that all outputs leave it out. Such hashes get there in three ways:
 * when an identity is learned (identities_learn, or identities_make_noise for rows written otherwise),
 * when a hash is added by hand (trigger noise_new), and, as the identity may not be known yet, while
 * all captures of a file are from services that reveal their visitor's address (hold_capture).
 *
 * Order: gate_new; gate_add for each identity, or identities_load for those of the database, again before
 * each text that a new identity must not pass; then gate_pass, gate_text or gate_network in any order;
 * gate_finds for the finished page, which must be false.
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
	4096 /* bytes examined; longer text is cut there; the limit of a stored URL */
#define GATE_STORED_NAME_MAX 512 /* the limit of other stored texts */
#define GATE_STORED_DETECTION_MAX \
	160 /* the limit of the names of rules and their authors */
#define GATE_CUT "***" /* replaces what was removed */

struct gate;
/* An empty gate; NULL with FAULT_FATAL without memory. */
struct gate *gate_new(struct err *e);
void gate_free(struct gate *g);
/* Forgets everything, to be filled again. */
void gate_reset(struct gate *g);
/* An address, a network as ADDRESS/BITS, a name, or *.DOMAIN for a domain and all hosts below it. */
bool gate_add(struct gate *g, const char *value, struct err *e);

/* Appends the text as valid UTF-8 without what is private, cut at max_bytes on a character boundary.
 * g NULL: nothing is private. */
void gate_pass(struct gate *g, const char *text, size_t max_bytes, struct buf *out);

/* The same for readers: also defangs live URLs, hosts and addresses. */
void gate_text(struct gate *g, const char *text, size_t max_bytes, struct buf *out);
/* A source address, shortened to its network: 203[.]0[.]113[.]0/24, 2001:db8:1::/48; GATE_CUT if it is
 * private. False when it is not an address. */
bool gate_network(struct gate *g, const char *address, struct buf *out);

/* Whether anything private is in a whole page, between two tags or in one. */
bool gate_finds(struct gate *g, const char *html);
/* Whether anything was removed since the last call. */
bool gate_has_cut(struct gate *g);

#endif
