/*
 * readers.c - see readers.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/stories/readers.h"

#include <stddef.h>
#include <string.h>

/* clang-format off */
const struct story_reader story_readers[] = {
	{ "Cowrie", "session", "eventid", {
		{ "cowrie.login.success", TOLD_LOGIN, { "username" } },
		{ "cowrie.login.failed", TOLD_REFUSED, { "username" } },
		{ "cowrie.command.input", TOLD_COMMAND, { "input" } },
		{ "cowrie.client.version", TOLD_CLIENT, { "version" } },
		{ "cowrie.client.kex", TOLD_HASSH, { "hassh" } },
		{ "cowrie.session.closed", TOLD_END, { NULL } } },
	  .ends = true },
	{ "Adbhoney", "session", "eventid", {
		{ "adbhoney.command.input", TOLD_COMMAND, { "input" } },
		{ "adbhoney.session.closed", TOLD_END, { NULL } } },
	  .ends = true },
	/* The exploit comes after the request, and says more. */
	{ "Log4pot", "correlation_id", "reason", {
		{ "request", TOLD_REQUEST, { "request_uri", "request" } },
		{ "exploit", TOLD_REQUEST, { "deobfuscated_payload", "payload" } } },
	  .ends = false },
	{ .honeypot = NULL },
};
/* clang-format on */

const struct story_reader *
readers_of(const char *honeypot)
{
	for (const struct story_reader *r = story_readers; r->honeypot != NULL; r++)
		if (strcmp(r->honeypot, honeypot) == 0)
			return r;
	return NULL;
}
