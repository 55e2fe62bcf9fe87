/*
 * user.h - the user this program runs as, for advice about files.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_BASE_USER_H
#define POTPRESS_BASE_USER_H

#define USER_NAME_MAX 64

/* The name of the effective user, or its number if it has none. Returns out. */
const char *user_name(char out[USER_NAME_MAX]);

#endif
