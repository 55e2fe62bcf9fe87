/*
 * check.c - what only a whole section shows: missing keys, secrets, what belongs together.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/config/internal.h"
#include "common/net/url.h"

int
config_line(const struct config_reader *r, const struct config_part *p, const char *name)
{
	int line = p->lines[config_key(p->section, name) - p->section->keys];

	line = line > 0 ? line : p->header;
	return line > 0 ? line : r->line > 0 ? r->line : 1;
}

static struct secret *
secret_of(const struct config_part *p, const struct key *k)
{
	return (struct secret *)(void *)((char *)p->values + k->secret);
}

bool
config_has(struct config_part *p, const char *name)
{
	const struct key *k = config_key(p->section, name);

	return *config_key_line(p, k) > 0 ||
	       (k->type == KEY_SECRET && secret_is_set(secret_of(p, k)));
}

static bool
accept_secret(struct config_reader *r, struct config_part *p, const struct key *k)
{
	const char *odd = secret_oddity(secret_of(p, k), k->words != NULL);

	if (odd) {
		config_problem(r, config_line(r, p, k->name),
		    "%s in [%s]: the file has %s in it: it must contain the secret and "
		    "nothing else",
		    k->name, p->label, odd);
		secret_wipe(secret_of(p, k));
	}
	return true;
}

/* A credential is called SECTION.KEY, without the key's "_file". */
static int
credential_length(const struct key *k)
{
	return (int)(strlen(k->name) - strlen("_file"));
}

/* From the file, else the credential. False: there is
 * none. */
static bool
read_secret(struct config_reader *r, struct config_part *p, const struct key *k)
{
	char name[2 * CONFIG_LABEL_MAX];
	const char *file = *(char **)(void *)((char *)p->values + k->offset);
	struct err e = ERR_NONE;

	if (file && secret_read_file(secret_of(p, k), file, &e))
		return accept_secret(r, p, k);
	if (*config_key_line(p, k) == 0) {
		BUF_FIXED(name, "%s.%.*s", p->label, credential_length(k), k->name);
		if (secret_read_credential(secret_of(p, k), name, &e))
			return accept_secret(r, p, k);
	}
	if (e.fault != FAULT_NONE)
		config_problem(r, config_line(r, p, k->name), "%s in [%s]: %s", k->name,
		    p->label, e.text);
	return e.fault != FAULT_NONE || *config_key_line(p, k) > 0;
}

static void
say_missing(struct config_reader *r, const struct config_part *p, const struct key *k)
{
	int line = p->header > 0 ? p->header : r->line > 0 ? r->line : 1;

	if (k->type == KEY_SECRET)
		config_problem(r, line,
		    "%s is missing in [%s]: %s (or the systemd credential %s.%.*s)",
		    k->name, p->label, k->help, p->label, credential_length(k), k->name);
	else
		config_problem(
		    r, line, "%s is missing in [%s]: %s", k->name, p->label, k->help);
}

static void
check_required(struct config_reader *r, struct config_part *p)
{
	for (const struct key *k = p->section->keys; k->name; k++) {
		bool there = k->type == KEY_SECRET ? read_secret(r, p, k)
						   : *config_key_line(p, k) > 0;

		if (k->required && !there)
			say_missing(r, p, k);
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
		config_problem(r, config_line(r, p, name), "%s in [%s] needs %s", name,
		    p->label, needed);
}

/* ---- services */

/* Is what goes to this service readable on its way to another machine? Via connect_to and proxy
 * too. */
static bool
is_clear_text(const struct service_config *c)
{
	return c->url && strncasecmp(c->url, "http:", 5) == 0 && !c->allow_http &&
	       (!url_is_loopback(c->url) ||
		   (c->connect_to && !url_hostport_is_loopback(c->connect_to)) ||
		   (c->proxy && !url_is_loopback(c->proxy)));
}

static bool
lacks_secret(struct config_part *p, const struct key *k)
{
	return k->type == KEY_SECRET && !secret_is_set(secret_of(p, k)) &&
	       (k->required || *config_key_line(p, k) > 0);
}

static void
tell_colon(
    struct config_reader *r, struct config_part *p, const char *name, const char *user)
{
	if (user && strchr(user, ':'))
		config_problem(r, config_line(r, p, name),
		    "%s in [%s] has a ':' in it, which Basic authentication cannot carry",
		    name, p->label);
}

static void
tell_service_problems(
    struct config_reader *r, struct config_part *p, const struct service_config *c)
{
	if (c->ca_file && access(c->ca_file, R_OK) != 0)
		config_problem(r, config_line(r, p, "ca_file"),
		    "ca_file in [%s], %.300s, cannot be read: %s", p->label, c->ca_file,
		    strerror(errno));
	if (is_clear_text(c))
		config_problem(r, config_line(r, p, "url"),
		    "url in [%s] is plain http to another machine: use https, or set "
		    "allow_http = yes in this section",
		    p->label);
	tell_colon(r, p, "user", c->user);
	tell_colon(r, p, "proxy_user", c->proxy_user);
	config_check_needs(r, p, "proxy_user", "proxy");
	config_check_needs(r, p, "proxy_user", "proxy_password_file");
	config_check_needs(r, p, "proxy_password_file", "proxy_user");
}

void
config_check_service(
    struct config_reader *r, struct config_part *p, struct service_config *c)
{
	bool *missing = &r->config->secret_missing;

	if (!r->config->offline)
		tell_service_problems(r, p, c);
	for (const struct key *k = p->section->keys; k->name; k++) {
		if (k->type == KEY_SECRET && is_clear_text(c))
			secret_wipe(secret_of(p, k));
		*missing = *missing || lacks_secret(p, k);
	}
	*missing = *missing || (c->user && !secret_is_set(&c->password));
}
