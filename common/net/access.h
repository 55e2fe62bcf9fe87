/*
 * access.h - where a service is, how it is reached and trusted, and our login.
 *
 * Filled in by the configuration, used in common/net.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_NET_ACCESS_H
#define POTPRESS_NET_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/base/secret.h"

/* Texts are NULL where nothing was given. A secret's *_file is the name of the file it was read from,
 * NULL for a systemd credential. */
struct service_config {
	char *url, *user, *password_file;
	struct secret password; /* also the API key */
	char *ca_file, *pinned_public_key, *connect_to;
	char *proxy, *proxy_user, *proxy_password_file;
	struct secret proxy_password;
	int64_t timeout_s;
	bool allow_http;
	bool secret_missing; /* a required one could not be read; for --check */
};

#endif
