/*
 * config.h - one INI file, and one table of keys that gives everything else.
 *
 * Each row of a table gives a key's type, default, range and help sentence; parsing, defaults,
 * range checks, --help, --show-config and the list in potpress.conf(5) all come from it. All
 * tables lie in config_keys.c. Every program checks the names of all sections and keys; values and
 * secrets only of [database] and its own section. All problems of a file are found in one run,
 * each with file:line, unknown names with the nearest known one.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_CONFIG_H
#define POTPRESS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "common/base/buf.h"
#include "common/base/err.h"
#include "common/base/secret.h"

#define CONFIG_LINE_MAX 4000 /* bytes of one line; longer ones are a problem, not cut */
#define CONFIG_FILE_MAX (1 << 20)
#define CONFIG_LIST_MAX 256 /* elements of a list key */
#define CONFIG_DEFAULT_PATH "/etc/potpress/potpress.conf"

enum option_type {
	OPTION_TEXT, /* char * */
	OPTION_PATH, /* char *, absolute */
	OPTION_URL, /* char *, http(s); plain http only to loopback or with allow_http */
	OPTION_INT, /* int64_t within min..max */
	OPTION_DURATION, /* int64_t seconds within min..max; "30s 15m 24h 7d" */
	OPTION_BOOL, /* bool; yes or no */
	OPTION_WORD, /* char *, one of `words` */
	OPTION_LIST, /* struct list; commas, and the key may be repeated */
	OPTION_SECRET, /* struct secret, read from the file named; NAME_file */
	OPTION_HOSTPORT, /* char *, HOST:PORT or [v6]:PORT */
	OPTION_PIN, /* char *, sha256//BASE64 */
	OPTION_TIMEZONE, /* char *, a zone of the system's database */
};

struct list {
	char **items; /* each trimmed, never empty */
	size_t count;
};

struct option {
	const char *key;
	enum option_type type;
	size_t offset; /* into the section's struct */
	const char *value; /* the default as the file would say it; NULL: none */
	int64_t min, max; /* OPTION_INT, OPTION_DURATION (seconds) */
	const char *words; /* OPTION_WORD: "en ja"; OPTION_LIST: allowed items or NULL */
	bool required;
	const char *help; /* one sentence, also in the man page */
};

struct section {
	const char *name;
	const struct option *options; /* ended by key NULL */
	const char *help;
};

struct database_config {
	char *path;
};

/* What every section that speaks to a service has. */
struct service_config {
	char *url, *user;
	struct secret password; /* also the API key */
	char *ca_file, *pinned_public_key, *connect_to, *proxy;
	int64_t timeout_s;
	bool allow_http;
};

#define CONFIG_INDEX_MAX 255 /* bytes of `index` */

struct collector_config {
	struct service_config service; /* password_file or api_key_file */
	struct secret api_key;
	char *index;
	struct list profiles; /* empty: all built in */
	int64_t interval_s, start_s;
};

struct enricher_config {
	struct service_config service; /* password is the VirusTotal key */
	char *account;
	int64_t per_minute, per_day, per_month, concurrency;
	int64_t once_limit_s, malicious_from, verdicts_min;
};

struct publisher_config {
	struct service_config service;
	char *language, *status, *timezone, *category, *sample_posts, *engine_names;
	int64_t publish_after_s;
	struct list private_words, sensor_names; /* sensor_names: "host: Public name" */
};

struct config {
	bool offline; /* set before config_read: the service is not used (--preview), so
				   its required keys and secrets may be missing */
	const char *program_section; /* "collector", "enricher" or "publisher" */
	/* the program's section asks for a secret that could not be had */
	bool secret_missing;
	char *path;
	struct database_config database;
	struct collector_config collector;
	struct enricher_config enricher;
	struct publisher_config publisher;
};

/* The sections of config_keys.c, ended by name NULL. */
extern const struct section config_sections[];

/* Reads the file and fills `out` with defaults and values. False with FAULT_CONFIG and all
 * problems, a line each ("FILE:LINE: sentence"), appended to `problems`; what could be read is filled
 * in (a text whose value is wrong is NULL), for --check. `out` must be released with config_done in
 * either case. */
bool config_read(struct config *out, const char *program_section, const char *path,
    struct buf *problems, struct err *e);
void config_done(struct config *c);

/* Effective values of [database] and the program's section as an INI that can be fed back;
 * secrets appear as their file names. */
void config_show(const struct config *c, FILE *to);
/* The keys of [database] and one section with default, range and help, for --help. */
void config_help(const char *program_section, FILE *to);
/* All keys as mdoc for potpress.conf(5): the Makefile builds the page from it. */
void config_mdoc(FILE *to);

/* Command line of every program. */
struct options {
	const char *config_path; /* -c, else POTPRESS_CONFIG, else CONFIG_DEFAULT_PATH */
	const char *preview_dir; /* --preview DIR, publisher only */
	bool backfill, yes; /* --since, --yes: collector only */
	int64_t since_at, until_at; /* of --since: unix seconds, until is exclusive */
	bool once, check, show_config;
};
/* Returns -1 to go on, else the exit status to end with (0 after --help and --version, 64 after
 * a sentence on stderr about bad usage). */
int options_parse(
    struct options *out, const char *section, const char *summary, int argc, char **argv);

#endif
