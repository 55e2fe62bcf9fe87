/*
 * sections.c - the sections of the configuration, in the order they are shown in.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/config/table.h"

#define VALUES(member) .offset = offsetof(struct config, member)

const struct config_section config_sections[] = {
	{ "general", config_general_keys, "Settings of all programs.", VALUES(general),
	    .shared = true },
	{ "database", config_database_keys, "The database all programs share.",
	    VALUES(database), .shared = true },
	{ "collector", config_collector_keys, "The T-Pot whose captures are read.",
	    VALUES(collector), .check = config_check_collector },
	{ "enricher", config_enricher_keys, "VirusTotal, and the quota of the key.",
	    VALUES(enricher), .check = config_check_enricher },
	{ "malwarebazaar", config_malwarebazaar_keys,
	    "A second opinion about malware; off without api_key_file.",
	    VALUES(malwarebazaar), .of = "enricher", .optional = true,
	    .check = config_check_malwarebazaar },
	{ "publisher", config_publisher_keys, "The WordPress site and its posts.",
	    VALUES(publisher), .check = config_check_publisher },
	{ "alert", config_alert_keys, "A target of alerts; choose any NAME.",
	    VALUES(alerts), .size = sizeof(struct alert_config), .of = "publisher",
	    .check = config_check_alert },
	{ 0 },
};
