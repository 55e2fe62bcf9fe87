/*
 * table.h - how a section of the configuration is described: its keys, its values, its check.
 *
 * A new key is a row in a file of common/config/keys/ and a member of the section's struct in
 * config.h. A new section is a file there, its keys and check declared below, a line in sections.c, and a
 * struct in config.h that is a member of struct config.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_CONFIG_TABLE_H
#define POTPRESS_CONFIG_TABLE_H

#include "common/base/time.h"
#include "common/config/config.h"

enum key_type {
	KEY_TEXT, /* char * */
	KEY_PATH, /* char *, absolute */
	KEY_URL, /* char *, without a slash at its end; schemes as in `words` */
	KEY_HOSTPORT, /* char *, HOST:PORT or [v6]:PORT */
	KEY_PIN, /* char *, sha256//BASE64 */
	KEY_TIMEZONE, /* char *, a zone of the system's database */
	KEY_WORD, /* char *, one of `words` */
	KEY_INT, /* int64_t within min..max */
	KEY_DURATION, /* int64_t seconds within min..max; "30s 15m 24h 7d" */
	KEY_BOOL, /* bool; yes or no */
	/* struct list; commas, and the key may be repeated; items as in `words` */
	KEY_LIST,
	KEY_PAIRS, /* struct list of "NAME: TEXT", kept with exactly one space */
	KEY_DURATIONS, /* struct list of durations, or of the word never */
	KEY_IDENTITIES, /* struct list of words, addresses, networks and "*.DOMAIN" */
	KEY_NETWORKS, /* struct list of addresses and networks */
	KEY_SECRET, /* struct secret at `secret`, char * with its file at `offset` */
};

struct key {
	const char *name;
	enum key_type type;
	size_t offset; /* into the section's struct */
	const char *value; /* the default, as written in a file; NULL: none */
	int64_t min, max;
	size_t secret;
	const char *words; /* allowed words with single blanks between them; NULL: any */
	bool required;
	const char *help; /* one sentence, also in the man page */
};

struct config_reader;
struct config_part;

struct config_section {
	const char *name;
	const struct key *keys; /* ended by name NULL */
	const char *help;
	size_t offset; /* into struct config: the values, or a struct named */
	size_t size; /* not 0: [NAME X] may be repeated, each with values of this size */
	const char *of; /* the section of the program that uses it; NULL: its own name */
	bool shared; /* every program uses it */
	bool
	    optional; /* --show-config leaves it out if all its keys have their defaults; no lists */
	/* Checks the section as a whole; `values` is the section's struct. NULL: there is nothing to
	 * check. */
	void (*check)(struct config_reader *r, struct config_part *part, void *values);
};

/* The real sections, ended by name NULL. */
extern const struct config_section config_sections[];
extern const struct key config_general_keys[], config_database_keys[],
    config_collector_keys[], config_enricher_keys[], config_malwarebazaar_keys[],
    config_publisher_keys[], config_alert_keys[];
void config_check_collector(struct config_reader *r, struct config_part *p, void *values);
void config_check_enricher(struct config_reader *r, struct config_part *p, void *values);
void config_check_malwarebazaar(
    struct config_reader *r, struct config_part *p, void *values);
void config_check_publisher(struct config_reader *r, struct config_part *p, void *values);
void config_check_alert(struct config_reader *r, struct config_part *p, void *values);

/* `words` of a secret that a program made: ASCII without quotation marks and without "NAME=". */
#define CONFIG_KEY "key"

#define TO(where, member) .offset = offsetof(struct where##_config, member)
#define SECRET_TO(where, member) \
	TO(where, member##_file), .secret = offsetof(struct where##_config, member)

/* Keys that every service has: how it is reached and trusted. */
/* clang-format off */
#define TRANSPORT_ROWS(where, timeout_default, timeout_help)				\
	{ "ca_file", KEY_PATH, TO(where, service.ca_file),				\
	    .help = "Certificates (PEM) to trust in place of the system's." },		\
	{ "pinned_public_key", KEY_PIN, TO(where, service.pinned_public_key),		\
	    .help = "Public key that the server must have; without ca_file it "		\
		    "replaces the check of the certificate, with it both must hold." },	\
	{ "connect_to", KEY_HOSTPORT, TO(where, service.connect_to),			\
	    .help = "Connect here instead of to the host in url; the certificate is "	\
		    "still checked for the host in url." },				\
	{ "proxy", KEY_URL, TO(where, service.proxy),					\
	    .words = "http https socks5 socks5h",					\
	    .help = "Proxy to use, without user or password in it; variables "		\
		    "such as https_proxy are ignored." },				\
	{ "proxy_user", KEY_TEXT, TO(where, service.proxy_user),			\
	    .help = "User name for the proxy (Basic authentication)." },		\
	{ "proxy_password_file", KEY_SECRET, SECRET_TO(where, service.proxy_password),	\
	    .help = "File that holds the password of proxy_user; it is sent in clear "	\
		    "text to a proxy that is reached by http." },			\
	{ "timeout", KEY_DURATION, TO(where, service.timeout_s), timeout_default,	\
	    1, 10 * MINUTE_S, .help = (timeout_help) },					\
	{ "allow_http", KEY_BOOL, TO(where, service.allow_http), "no",			\
	    .help = "Permit plain http to another machine; secrets are then sent in "	\
		    "clear text." }
/* clang-format on */

#endif
