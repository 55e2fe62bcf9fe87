/*
 * config.h - one INI file for the three programs, and the values each of them takes from it.
 *
 * Every program checks the names of all sections and keys; values and secrets only of the sections
 * it uses: [general], [database] and its own. All problems of a file are found in one run, each
 * with file:line, unknown names with the nearest known one. The keys lie in common/config/keys/,
 * a table per section; defaults, range checks, --help, --show-config and the list in
 * potpress.conf(5) all come from these tables.
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
#include "common/net/access.h"

#define CONFIG_LINE_MAX 4000 /* bytes of one line; longer ones are a problem, not cut */
#define CONFIG_FILE_MAX (1 << 20)
#define CONFIG_LIST_MAX 256 /* elements of a list key */
#define CONFIG_NAMED_MAX 16 /* sections of one repeated kind */
#define CONFIG_INDEX_MAX 255 /* bytes of [collector] index */
#define CONFIG_ORIGIN_MAX 300 /* bytes of scheme, host and port */
#define CONFIG_ALERT_TIMEOUT_MAX 60 /* seconds */
#define CONFIG_ACCOUNT \
	"main" /* the account where only one is configured; no message names it */
#define CONFIG_DEFAULT_PATH "/etc/potpress/potpress.conf"

struct list {
	char **items; /* each trimmed, never empty */
	size_t count;
};

/* The sections [KIND NAME] of one kind, in the order of the file. */
struct named {
	char *names[CONFIG_NAMED_MAX];
	void *values[CONFIG_NAMED_MAX]; /* each the struct of the kind's table */
	size_t count;
};

struct general_config {
	char *timezone, *log_level; /* log_level NULL: not given */
	char *metrics_dir; /* NULL: none */
	int64_t keep_sightings, keep_addresses; /* days; 0: for ever */
	struct list monitors; /* addresses and networks */
};

struct database_config {
	char *path;
};

/* A secret's *_file is the name of the file it was read from, NULL for a systemd credential. */
struct collector_config {
	struct service_config service; /* password or api_key */
	struct secret api_key;
	char *api_key_file, *index;
	struct list profiles; /* empty: all built in */
	int64_t interval_s, start_s;
	bool count_attacks, stories;
	int64_t flood; /* 0: no cap */
	int64_t quiet_after_s; /* 0: silence is not reported */
};

struct enricher_config {
	struct service_config service; /* password is the VirusTotal key */
	char *account;
	char *user_id; /* at VirusTotal; NULL: its counters are not requested */
	int64_t per_minute, per_day, per_month, concurrency;
	int64_t once_limit_s, malicious_from, verdicts_min;
	int64_t reserve, backlog_s;
	char *pace; /* fast or even */
	struct list unknown_again, known_again; /* durations: time_parse_duration */
};

struct malwarebazaar_config {
	struct service_config service; /* password is the Auth-Key; not set: not asked */
	char *account;
	int64_t per_minute, per_day, concurrency;
};

struct publisher_config {
	struct service_config service;
	char *api_url; /* of the REST API; NULL: to be discovered */
	char *language, *status, *category, *sample_posts, *engine_names;
	char *digest_category;
	int64_t posts_per_day, publish_after_s, digest_after_s, digest_catch_up;
	bool charts, map;
	struct list digest;
	struct list private_words, sensor_names; /* sensor_names: "host: Public name" */
};

/* One place to which alerts are sent, [alert NAME]. What its type does not use is NULL or empty. */
struct alert_config {
	/* its url is `url`, or scheme, host and port of the URL in url_file; NULL: type command, or unusable */
	struct service_config service;
	char *type, *url, *url_file;
	struct secret secret_url; /* the whole URL of a webhook */
	struct secret token, key; /* key: for the signature of type webhook */
	char *token_file, *key_file;
	char *topic, *chat, *room;
	char *from, *helo;
	struct list to;
	struct list command; /* the program, then its arguments */
	struct list events; /* empty: all */
	struct list families;
	int64_t paused_after_s, disk_free_mib, backup_after_s;
	char *backup_dir; /* NULL: the age of backups is not watched */
	bool unusable; /* there are problems in the file; --check skips this target */
	char origin[CONFIG_ORIGIN_MAX];
};

struct config_section;
struct config {
	/* Set before config_read: the service is not used (--preview), so its required keys and
	 * secrets may be missing. */
	bool offline;
	const struct config_section *sections;
	const char *own; /* the name of the program's section */
	char *path;
	struct general_config general;
	struct database_config database;
	struct collector_config collector;
	struct enricher_config enricher;
	struct malwarebazaar_config malwarebazaar;
	struct publisher_config publisher;
	struct named alerts; /* of struct alert_config */
};

/* Reads the file for the program whose own section is `own` and fills `out` with defaults and
 * values. False with FAULT_CONFIG and all problems, a line each ("FILE:LINE: sentence"), appended
 * to `problems`; what could be read is filled in (a text whose value is wrong is NULL), for --check.
 * `out` must be released with config_done in either case. */
bool config_read(struct config *out, const char *own, const char *path,
    struct buf *problems, struct err *e);
void config_done(struct config *c);

/* Effective values of the sections the program uses, as an INI that can be fed back; secrets
 * appear as their file names. */
void config_show(const struct config *c, FILE *to);
/* The keys of these sections with default, range and help, for --help. */
void config_help(const char *own, FILE *to);
/* All keys as mdoc for potpress.conf(5): the Makefile builds the page from it. */
void config_mdoc(FILE *to);

#endif
