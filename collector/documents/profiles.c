/*
 * profiles.c - the honeypots whose documents are read: one row each, see profile.h. Its name is also a
 * word of the key `profiles` (common/config/keys/collector.c).
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/documents/profile.h"

/* clang-format off */
const struct profile profiles[] = {
	{
		.name = "cowrie", .honeypot = "Cowrie",
		/* Not cowrie.log.closed: its shasum is that of keystrokes. */
		.select = { { .field = "eventid", .texts = { "cowrie.session.file_download",
						    "cowrie.session.file_upload" } } },
		.action = "download", .upload_text = "cowrie.session.file_upload",
		.files = { { .hash = "shasum", .url = "url", .names = { "destfile", "filename" } } },
		.session = "session", .source = "src_ip", .sensor = "t-pot_hostname",
	},
	{
		.name = "adbhoney", .honeypot = "Adbhoney",
		.select = { { .field = "eventid", .texts = { "adbhoney.session.file_download",
						    "adbhoney.session.file_upload" } } },
		.action = "download", .upload_text = "adbhoney.session.file_upload",
		.files = { { .hash = "shasum", .url = "src_url", .names = { "filename" } } },
		.session = "session", .source = "src_ip", .sensor = "t-pot_hostname",
		.source_elsewhere = true,
	},
	{
		.name = "h0neytr4p", .honeypot = "H0neytr4p",
		.select = { { .field = "payload_hash_md5" } },
		.action = "upload",
		/* No name: payload_filename is where the honeypot stores the file. */
		.files = { { .hash = "payload_hash_md5" } },
		/* The source is the whole X-Forwarded-For where the attacker sent one. */
		.source = "src_ip", .sensor = "t-pot_hostname", .source_claimed = true,
		.method = "request_method", .uri = "request_uri", .client = "header_user-agent",
	},
	{
		.name = "log4pot", .honeypot = "Log4pot",
		.select = { { .field = "reason", .texts = { "payload" } },
			    { .field = "type", .texts = { "Log4pot" } } },
		.action = "download",
		/* These are hashes of three files, not of one. ldap_sha256 is the LDAP server's answer. */
		.files = { { .hash = "class_sha256", .url = "javaCodeBase", .names = { "javaFactory" } },
			   { .hash = "generic_sha256" },
			   { .hash = "urls", .keys_are_urls = true } },
		.session = "correlation_id", .source = "src_ip", .sensor = "t-pot_hostname",
		.source_elsewhere = true,
	},
	{
		.name = "honeytrap", .honeypot = "Honeytrap",
		.select = { { .field = "download_count", .least = 1 },
			    { .field = "type", .texts = { "Honeytrap" } } },
		.action = "download",
		/* The hashes of further downloads are made over the bytes of the first; those of
		 * attack_connection over whatever a client sends. */
		.files = { { .hash = "downloads.payload_0.md5_hash", .url = "downloads.uri_0",
			     .names = { "downloads.filename_0" } } },
		.source = "src_ip", .sensor = "t-pot_hostname",
		.rare = true,
	},
	{ .name = NULL },
};
/* clang-format on */
