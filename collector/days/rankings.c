/*
 * rankings.c - see rankings.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/days/rankings.h"

#include "collector/days/types.h"
#include "common/base/buf.h"

#define FIELD_MAX 100

/* ---- filters */

static void
put_term(struct json_writer *w, const char *field, const char *value)
{
	auto_buf name = BUF_INIT(FIELD_MAX);

	buf_printf(&name, "%s.keyword", field);
	json_write(w, "{'term':{%s:%s}}", buf_text(&name), value);
}

static void
put_attacks(struct json_writer *w, const struct group *g)
{
	(void)g;
	json_write(w, "{'bool':{'filter':[{'terms':{'type.keyword':[");
	for (const struct attack_type *t = attack_types; t->name != NULL; t++)
		json_write(w, "%s", t->name);
	/* Dionaea also logs its own connections. */
	json_write(w, "]}}],'must_not':[{'bool':{'filter':[");
	put_term(w, "type", "Dionaea");
	json_write(w, "{'terms':{'connection.type.keyword':['connect','listen']}}]}}]}}");
}

/* Newer Cowries name the port in every document, older ones only where a session begins. */
static void
put_port(struct json_writer *w, const struct group *g)
{
	json_write(w, "{'bool':{'filter':[");
	put_attacks(w, g);
	json_write(w, "{'bool':{'should':[{'bool':{'must_not':[");
	put_term(w, "type", "Cowrie");
	json_write(w, "]}}");
	put_term(w, "eventid", "cowrie.session.connect");
	json_write(w, "]}}]}}");
}

static void
put_visits(struct json_writer *w, const struct group *g)
{
	(void)g;
	json_write(w, "{'bool':{'should':[");
	for (const struct attack_type *t = attack_types; t->name != NULL; t++) {
		if (t->visit == NULL)
			continue;
		json_write(w, "{'bool':{'filter':[");
		put_term(w, "type", t->name);
		put_term(w, t->visit_field, t->visit);
		json_write(w, "]}}");
	}
	json_write(w, "]}}");
}

static void
put_logins(struct json_writer *w, const struct group *g)
{
	json_write(w, "{'bool':{'filter':[");
	put_attacks(w, g);
	json_write(w, "{'exists':{'field':'username.keyword'}}]}}");
}

static void
put_commands(struct json_writer *w, const struct group *g)
{
	(void)g;
	json_write(w,
	    "{'terms':{'eventid.keyword':['cowrie.command.input','adbhoney.command.input']}}");
}

static void
put_alerts(struct json_writer *w, const struct group *g)
{
	(void)g;
	json_write(w, "{'bool':{'filter':[");
	put_term(w, "type", "Suricata");
	put_term(w, "event_type", "alert");
	json_write(w, "]}}");
}

static void
put_types(struct json_writer *w, const struct group *g)
{
	json_write(w, "{'terms':{'type.keyword':[");
	for (int n = 0; n < GROUP_TYPES_MAX && g->types[n] != NULL; n++)
		json_write(w, "%s", g->types[n]);
	json_write(w, "]}}");
}

/* ---- the table */

/* Honeypots for the web name the path and the method in different fields. Elsewhere `path` is a log file. */
/* clang-format off */
const struct group groups[] = {
	{ "attacks", put_attacks, .rankings = {
		{ "honeypot", "type.keyword", 40, true, NULL },
		{ "sensor", "t-pot_hostname.keyword", 50, true, NULL },
		{ "country", "geoip.country_code2.keyword", 250, true, NULL },
		{ "asn", "geoip.asn", 20, true, "geoip.as_org.keyword" },
		{ "city", "geoip.city_name.keyword", 20, true, "geoip.country_code2.keyword" },
		{ "rep", "ip_rep.keyword", 20, true, NULL } } },
	{ "ports", put_port, .rankings = { { "port", "dest_port", 30, true, NULL } } },
	{ "visits", put_visits, .rankings = { { "session", "type.keyword", 40, true, NULL } } },
	{ "cowrie", put_types, { "Cowrie" }, {
		{ "event", "eventid.keyword", 50, false, NULL },
		{ "hassh", "hassh.keyword", 10, true, NULL },
		{ "client", "version.keyword", 10, true, NULL } } },
	{ "logins", put_logins, .rankings = {
		{ "user", "username.keyword", 50, true, NULL },
		{ "password", "password.keyword", 50, true, NULL } } },
	{ "commands", put_commands, .rankings = { { "command", "input.keyword", 50, true, NULL } } },
	{ "alerts", put_alerts, .rankings = {
		{ "signature", "alert.signature.keyword", 30, true, NULL },
		{ "cve", "alert.cve_id.keyword", 20, true, NULL } } },
	{ "web_path", put_types, { "Tanner", "Honeyaml", "Go-pot" }, {
		{ "path", "path.keyword", 30, true, NULL } } },
	{ "web_uri", put_types, { "H0neytr4p", "Beelzebub" }, {
		{ "path", "request_uri.keyword", 30, true, NULL } } },
	{ "web_galah", put_types, { "Galah" }, {
		{ "path", "request.requestURI.keyword", 30, true, NULL },
		{ "method", "request.method.keyword", 10, true, NULL } } },
	/* The same from T-Pot 24.04.2 on. */
	{ "web_galah_http", put_types, { "Galah" }, {
		{ "path", "http_request.requestURI.keyword", 30, true, NULL },
		{ "method", "http_request.method.keyword", 10, true, NULL } } },
	{ "web_url", put_types, { "Wordpot", "Hellpot" }, {
		{ "path", "url.keyword", 30, true, NULL } } },
	{ "web_http", put_types, { "ElasticPot", "Ipphoney" }, {
		{ "path", "http.url.keyword", 30, true, NULL } } },
	{ "web_method", put_types, { "Tanner", "Honeyaml", "Go-pot" }, {
		{ "method", "method.keyword", 10, true, NULL } } },
	{ "web_verb", put_types, { "H0neytr4p", "Beelzebub" }, {
		{ "method", "request_method.keyword", 10, true, NULL } } },
	{ .name = NULL },
};
/* clang-format on */
