/*
 * shell.h - removes secrets from commands that an attacker typed, before they are shown.
 *
 * A password that is set, or a long encoded text, may be made for one victim: showing it would tell its
 * author which honeypot recorded it. Addresses and names of ours are the gate's business.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_SHELL_H
#define POTPRESS_OUTGOING_SHELL_H

#include <stdbool.h>

#include "common/base/buf.h"

/* Encoded text of at least so many letters is removed. */
#define SHELL_ENCODED_MIN 40

/* Appends the command with GATE_CUT in place of secrets. */
void shell_put(struct buf *out, const char *command);
/* No command, but what a web client sent to the port; it may hold our address. */
bool shell_is_request(const char *command);
/* After this command, the next lines are passwords that are typed in. */
bool shell_asks_password(const char *command);

#endif
