/*
 * check.c - checks whole sections: missing keys, secrets, keys that need each other.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/config/internal.h"
#include "common/net/http.h"

bool
config_has(struct config_part *p, const char *name)
{
	const struct key *k = config_key(p->section, name);

	return *config_key_line(p, k) > 0 ||
	       (k->type == KEY_SECRET && secret_is_set(config_secret(k, p->values)));
}

/* Reads the secret from its file, else from the credential. False: neither is configured. */
static bool
read_secret(struct config_reader *r, struct config_part *p, const struct key *k)
{
	struct secret *secret = config_secret(k, p->values);
	const char *file = *(char **)(void *)((char *)p->values + k->offset), *odd;
	bool given = *config_key_line(p, k) > 0, found = false;
	char name[CONFIG_CREDENTIAL_MAX];
	struct err e = ERR_NONE;

	if (file)
		found = secret_read_file(secret, file, &e);
	else if (!given)
		found = secret_read_credential(
		    secret, config_credential(name, p->label, k), &e);
	if (e.fault != FAULT_NONE)
		config_key_problem(r, p, k->name, ": %s", e.text);
	odd = found ? secret_oddity(secret, k->words != NULL) : NULL;
	if (odd) {
		config_key_problem(r, p, k->name,
		    ": the file has %s in it: it must contain the secret and nothing else",
		    odd);
		secret_wipe(secret);
	}
	return given || found || e.fault != FAULT_NONE;
}

static void
report_missing(struct config_reader *r, const struct config_part *p, const struct key *k)
{
	char name[CONFIG_CREDENTIAL_MAX], hint[CONFIG_CREDENTIAL_MAX + 40] = "";

	if (k->type == KEY_SECRET)
		BUF_FIXED(hint, " (or the systemd credential %s)",
		    config_credential(name, p->label, k));
	config_problem(r, config_line(r, p, k->name), "%s is missing in [%s]: %s%s",
	    k->name, p->label, k->help, hint);
}

static void
check_required(struct config_reader *r, struct config_part *p)
{
	for (const struct key *k = p->section->keys; k->name; k++) {
		bool there = k->type == KEY_SECRET ? read_secret(r, p, k)
						   : *config_key_line(p, k) > 0;

		if (k->required && !there)
			report_missing(r, p, k);
	}
}

void
config_check(struct config_reader *r)
{
	for (size_t i = 0; i < r->parts_count; i++) {
		struct config_part *p = &r->parts[i];

		if (!p->values)
			continue;
		if (!r->config->offline)
			check_required(r, p);
		if (p->section->check)
			p->section->check(r, p, p->values);
	}
}

void
config_check_needs(
    struct config_reader *r, struct config_part *p, const char *name, const char *needed)
{
	if (config_has(p, name) && !config_has(p, needed))
		config_key_problem(r, p, name, " needs %s", needed);
}

/* ---- services */

/* Does the service get its requests in clear text over the network, directly, by connect_to or by a
 * proxy? */
static bool
is_clear_text(const struct service_config *c)
{
	return c->url && strncasecmp(c->url, "http:", 5) == 0 && !c->allow_http &&
	       !http_is_local(c);
}

static void
check_user(
    struct config_reader *r, struct config_part *p, const char *name, const char *user)
{
	if (user && strchr(user, ':'))
		config_key_problem(r, p, name,
		    " has a ':' in it, which Basic authentication cannot carry");
}

static void
check_transport(
    struct config_reader *r, struct config_part *p, const struct service_config *c)
{
	if (c->ca_file && access(c->ca_file, R_OK) != 0)
		config_key_problem(r, p, "ca_file", ", %.300s, cannot be read: %s",
		    c->ca_file, strerror(errno));
	if (is_clear_text(c))
		config_key_problem(r, p, "url",
		    " is plain http to another machine: use https, or set "
		    "allow_http = yes in this section");
	check_user(r, p, "user", c->user);
	check_user(r, p, "proxy_user", c->proxy_user);
	config_check_needs(r, p, "proxy_user", "proxy");
	config_check_needs(r, p, "proxy_user", "proxy_password_file");
	config_check_needs(r, p, "proxy_password_file", "proxy_user");
}

void
config_check_service(
    struct config_reader *r, struct config_part *p, struct service_config *c)
{
	bool missing = false;

	if (!r->config->offline)
		check_transport(r, p, c);
	for (const struct key *k = p->section->keys; k->name; k++) {
		if (k->type != KEY_SECRET)
			continue;
		if (is_clear_text(c))
			secret_wipe(config_secret(k, p->values));
		if ((k->required || *config_key_line(p, k) > 0) &&
		    !secret_is_set(config_secret(k, p->values)))
			missing = true;
	}
	if (missing || (c->user && !secret_is_set(&c->password)))
		c->secret_missing = true;
}
