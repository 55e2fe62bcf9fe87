/*
 * general.c - the keys of [general] and [database], which every program uses.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/config/table.h"

const struct key config_general_keys[] = {
	{ "timezone", KEY_TIMEZONE, TO(general, timezone), "UTC",
	    .help = "Time zone of the times in posts and of counted days." },
	{ "log_level", KEY_WORD, TO(general, log_level), .words = "error warning info",
	    .help = "Lowest level to log; without this key info, or warning with "
		    "--once." },
	{ "metrics_dir", KEY_PATH, TO(general, metrics_dir),
	    .help = "Directory for potpress-STAGE.prom, read by node_exporter's textfile "
		    "collector; without this key no metrics are written." },
	{ "keep_sightings", KEY_INT, TO(general, keep_sightings), "0", 0, 36500,
	    .help =
		"Days after which single captures are deleted; their numbers stay. 0: "
		"never." },
	{ "keep_addresses", KEY_INT, TO(general, keep_addresses), "0", 0, 36500,
	    .help = "Days after which source addresses are cut to their networks (/24, "
		    "/48) in the database. 0: never." },
	{ "monitors", KEY_NETWORKS, TO(general, monitors),
	    .help = "Addresses and networks (CIDR) of your own monitoring: what comes "
		    "from there is neither stored nor counted." },
	{ 0 },
};

const struct key config_database_keys[] = {
	{ "path", KEY_PATH, TO(database, path), "/var/lib/potpress/potpress.db",
	    .help = "The database file; its directory must exist." },
	{ 0 },
};
