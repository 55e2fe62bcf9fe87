/*
 * check.c - what only the whole file shows: missing keys, secrets, what belongs
 * together.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "common/config/internal.h"

/* The line to blame for what is missing: the section's header, else the end of the
 * file. */
static int
section_line(const struct config_reader *r, const struct section *s)
{
	int line = r->header[s - config_sections];

	return line > 0 ? line : r->line > 0 ? r->line : 1;
}

/* The line of a key, where it was given. */
static int
key_line(struct config_reader *r, const struct section *s, const struct option *o)
{
	int line = *config_seen(r, s, o);

	return line > 0 ? line : section_line(r, s);
}

/* From the file, else the credential SECTION.KEY (the key's name without "_file"). */
static bool
read_secret(struct config_reader *r, const struct section *s, const struct option *o)
{
	struct secret *secret =
	    (struct secret *)(void *)((char *)config_values(r->config, s) + o->offset);
	const char *file = r->files[o - s->options];
	auto_buf name = BUF_INIT(128);
	struct err e = ERR_NONE;

	if (file && secret_read_file(secret, file, &e))
		return true;
	if (!file && *config_seen(r, s, o) == 0) {
		buf_printf(&name, "%s.%.*s", s->name,
		    (int)(strlen(o->key) - strlen("_file")), o->key);
		if (secret_read_credential(secret, buf_text(&name), &e))
			return true;
	}
	if (e.fault == FAULT_NONE)
		return false;
	config_problem(r, key_line(r, s, o), "%s in [%s]: %s", o->key, s->name, e.text);
	return true; /* not missing, but told */
}

static void
check_ca_file(struct config_reader *r, const struct section *s, const struct option *o)
{
	const char *const *file = config_place(r, s, o);

	if (*file && access(*file, R_OK) != 0)
		config_problem(r, *config_seen(r, s, o),
		    "ca_file in [%s], %.300s, cannot be read: %s", s->name, *file,
		    strerror(errno));
}

static void
check_required(struct config_reader *r, const struct section *s)
{
	for (const struct option *o = s->options; o->key; o++) {
		bool there = *config_seen(r, s, o) > 0;

		if (r->config->offline && strcmp(s->name, "database") != 0)
			continue;
		if (o->type == OPTION_SECRET)
			there = read_secret(r, s, o) || there;
		if (strcmp(o->key, "ca_file") == 0)
			check_ca_file(r, s, o);
		if (o->required && !there)
			config_problem(r, section_line(r, s), "%s is missing in [%s]: %s",
			    o->key, s->name, o->help);
	}
}

/* Does the traffic of this section leave the machine? Via connect_to and proxy too. */
static bool
leaves_machine(const struct service_config *c)
{
	return !url_is_loopback(c->url) ||
	       (c->connect_to && !hostport_is_loopback(c->connect_to)) ||
	       (c->proxy && !url_is_loopback(c->proxy));
}

static bool
is_readable_on_the_way(const struct service_config *c)
{
	return c->url && strncasecmp(c->url, "http:", 5) == 0 && !c->allow_http &&
	       leaves_machine(c);
}

static void
check_service(
    struct config_reader *r, const struct section *s, const struct service_config *c)
{
	const struct option *url = config_option(s, "url"),
			    *user = config_option(s, "user");

	if (r->config->offline)
		return;
	if (is_readable_on_the_way(c))
		config_problem(r, key_line(r, s, url),
		    "url in [%s] is plain http to another machine: use https, or say "
		    "allow_http = yes in this section",
		    s->name);
	if (c->user && strchr(c->user, ':'))
		config_problem(r, *config_seen(r, s, user),
		    "user in [%s] has a ':' in it, which Basic authentication cannot "
		    "carry",
		    s->name);
}

/* The collector logs in with user and password, with an API key, or not at all. */
static void
check_login(struct config_reader *r, const struct section *s)
{
	const struct collector_config *c = &r->config->collector;
	const struct option *user = config_option(s, "user"),
			    *key = config_option(s, "api_key_file"),
			    *password = config_option(s, "password_file");
	bool has_password =
	    secret_is_set(&c->service.password) || *config_seen(r, s, password) > 0;

	if (c->service.user && !has_password)
		config_problem(r, *config_seen(r, s, user),
		    "user in [collector] needs password_file");
	if (has_password && *config_seen(r, s, user) == 0)
		config_problem(r, key_line(r, s, password),
		    "password_file in [collector] needs user");
	if (c->service.user &&
	    (secret_is_set(&c->api_key) || *config_seen(r, s, key) > 0))
		config_problem(r, *config_seen(r, s, user),
		    "[collector] has user and api_key_file; keep one of them");
}

/* It stands in the path of each request, and web servers limit those. */
static void
check_index(struct config_reader *r, const struct section *s)
{
	const char *index = r->config->collector.index;

	if (index != NULL && strlen(index) > CONFIG_INDEX_MAX)
		config_problem(r, *config_seen(r, s, config_option(s, "index")),
		    "index in [collector] is longer than %d bytes: name the indices by "
		    "a pattern, as in logstash-*",
		    CONFIG_INDEX_MAX);
}

static bool
lacks_secret(struct config_reader *r, const struct section *s)
{
	for (const struct option *o = s->options; o->key; o++) {
		const struct secret *secret = (const struct secret *)(const void
			*)((const char *)config_values_const(r->config, s) + o->offset);

		if (o->type == OPTION_SECRET && !secret_is_set(secret) &&
		    (o->required || *config_seen(r, s, o) > 0))
			return true;
	}
	return false;
}

/* --check goes on with a file that has problems: no secret may then travel readable. */
static void
guard_secrets(struct config_reader *r, const struct section *s, struct service_config *c)
{
	if (is_readable_on_the_way(c)) {
		secret_wipe(&c->password);
		secret_wipe(&r->config->collector.api_key);
	}
	r->config->secret_missing =
	    lacks_secret(r, s) || (c->user && !secret_is_set(&c->password));
}

void
config_check(struct config_reader *r)
{
	struct config *c = r->config;

	for (const struct section *s = config_sections; s->name; s++) {
		struct service_config *service = NULL;

		if (!config_is_used(c, s))
			continue;
		check_required(r, s);
		if (strcmp(s->name, "collector") == 0)
			service = &c->collector.service;
		else if (strcmp(s->name, "enricher") == 0)
			service = &c->enricher.service;
		else if (strcmp(s->name, "publisher") == 0)
			service = &c->publisher.service;
		if (!service)
			continue;
		check_service(r, s, service);
		if (service == &c->collector.service) {
			check_login(r, s);
			check_index(r, s);
		}
		guard_secrets(r, s, service);
	}
}
