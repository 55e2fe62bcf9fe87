/*
 * seal.h - the proof, carried by a post itself, that its title and content are ours.
 *
 * The seal is a class of the first block, potpress-seal-HASH, behind "potpress potpress-VERDICT". The
 * hash is taken over what a reader can see changed: words, order, marks, links, pictures, colours and
 * the names of blocks. What WordPress's editor spells in another way when somebody saves a post without
 * changing a word is left out: entities, white space, the order of attributes, of classes and of styles,
 * classes that it adds itself, the settings in the comments around blocks. So our own post is known
 * again after such a save, with a restored database and with a new one; and a changed word is not.
 *
 * It is no signature: who wants to imitate it can. It keeps people's work from being overwritten and
 * ours from being taken for theirs.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_WORDPRESS_SEAL_H
#define POTPRESS_WORDPRESS_SEAL_H

#include <stdbool.h>

#include "common/base/err.h"

#define WP_SEAL_MAX 33 /* 32 digits and the NUL */

/* The content with its seal; the caller frees it. NULL with FAULT_FATAL. seal: its hash. */
char *wp_seal_put(
    const char *title, const char *content, char seal[WP_SEAL_MAX], struct err *e);
/* Whether the content carries the seal of this title and content; seal: the one it carries, "" none. */
bool wp_seal_holds(const char *title, const char *content, char seal[WP_SEAL_MAX]);

#endif
