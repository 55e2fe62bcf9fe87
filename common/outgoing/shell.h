/*
 * shell.h - removes secrets from commands that an attacker typed, before they are shown.
 *
 * A password that is set, or a long encoded text, may be made for one victim: showing it would tell its
 * author which honeypot recorded it. The gate removes our addresses and names.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_SHELL_H
#define POTPRESS_OUTGOING_SHELL_H

#include <stdbool.h>

#include "common/base/buf.h"

/* Encoded text of at least this many letters is removed. */
#define SHELL_ENCODED_MIN 40

/* Appends the command with GATE_CUT in place of secrets. */
void shell_put(struct buf *out, const char *command);
/* Whether it is not a command but a web request sent to the port; it may contain our address. */
bool shell_is_request(const char *command);
/* Whether the lines after this command are passwords that are typed in. */
bool shell_asks_password(const char *command);

#endif
