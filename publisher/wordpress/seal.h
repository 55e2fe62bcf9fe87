/*
 * seal.h - the proof, in the post itself, that its title and content are ours.
 *
 * The seal is a class of the first block, potpress-seal-HASH, after "potpress potpress-VERDICT". The
 * hash covers what a reader can see: words, order, marks, links, pictures, colours and the names of
 * blocks. It ignores what WordPress's editor changes when somebody saves a post without changing a
 * word: entities, white space, the order of attributes, classes and styles, classes that it adds, and
 * the settings in the comments around blocks. So our own post is recognized after such a save, and with
 * a restored or a new database; a post with a changed word is not.
 *
 * The excerpt has a shorter hash of its own behind it: people may change theirs without editing the post.
 *
 * It is not a signature: anybody can forge it. It prevents that people's work is overwritten, and that
 * ours is taken for theirs.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_WORDPRESS_SEAL_H
#define POTPRESS_WORDPRESS_SEAL_H

#include <stdbool.h>

#include "common/base/err.h"

#define WP_SEAL_MAX 33 /* 32 digits and the NUL */

/* The content with its seal; the caller frees it. NULL with FAULT_FATAL. seal: its hash. */
char *wp_seal_put(const char *title, const char *content, const char *excerpt,
    char seal[WP_SEAL_MAX], struct err *e);
/* Whether the content has the seal of this title and content; seal: the one it has, "" none. */
bool wp_seal_holds(const char *title, const char *content, char seal[WP_SEAL_MAX]);
/* Whether the excerpt is the one that was written with the content; also if the content does not tell. */
bool wp_seal_has_excerpt(const char *content, const char *excerpt);

#endif
