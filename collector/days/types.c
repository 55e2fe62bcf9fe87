/*
 * types.c - see types.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/days/types.h"

#include <stddef.h>
#include <string.h>

/* clang-format off */
const struct attack_type attack_types[] = {
	{ "Adbhoney", "eventid", "adbhoney.session.connect" },
	{ "Beelzebub", NULL, NULL },
	{ "Ciscoasa", NULL, NULL },
	{ "CitrixHoneypot", NULL, NULL },
	{ "ConPot", NULL, NULL },
	{ "Cowrie", "eventid", "cowrie.session.connect" },
	{ "Ddospot", NULL, NULL },
	{ "Dicompot", NULL, NULL },
	{ "Dionaea", "connection.type", "accept" },
	{ "ElasticPot", NULL, NULL },
	{ "Endlessh", "reason", "ACCEPT" },
	{ "Galah", NULL, NULL },
	{ "Glutton", NULL, NULL },
	{ "Go-pot", "phase", "start" },
	{ "H0neytr4p", NULL, NULL },
	{ "Hellpot", "reason", "NEW" },
	{ "Heralding", NULL, NULL },
	{ "Honeyaml", NULL, NULL },
	{ "Honeypots", "action", "connection" },
	{ "Honeytrap", NULL, NULL },
	{ "Ipphoney", NULL, NULL },
	{ "Log4pot", NULL, NULL },
	{ "Mailoney", NULL, NULL },
	{ "Medpot", NULL, NULL },
	{ "Miniprint", NULL, NULL },
	{ "RDPHoneypot", NULL, NULL },
	{ "Redishoneypot", "action", "NewConnect" },
	{ "Sentrypeer", NULL, NULL },
	{ "Tanner", NULL, NULL },
	{ "Wordpot", NULL, NULL },
	{ NULL, NULL, NULL },
};
/* clang-format on */

/* The keys are what Cowrie writes over `type` in documents about an SSH key. */
static const char *const OTHERS[] = { "Suricata", "P0f", "Fatt", "Satori", "Spiderfoot",
	"NGINX", "ssh-rsa", "ssh-dss", "ssh-ed25519", "ecdsa-sha2-nistp256",
	"ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", NULL };

bool
types_is_known(const char *type)
{
	for (const struct attack_type *t = attack_types; t->name != NULL; t++)
		if (strcmp(t->name, type) == 0)
			return true;
	for (const char *const *other = OTHERS; *other != NULL; other++)
		if (strcmp(*other, type) == 0)
			return true;
	return false;
}
