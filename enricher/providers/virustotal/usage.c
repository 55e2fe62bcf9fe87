/*
 * usage.c - see usage.h. Days and months are those of UTC, as in the ledger (VirusTotal's API v3, "Access
 * control").
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/virustotal/usage.h"

static int64_t
used(const cJSON *root, const char *path)
{
	int64_t n;

	return json_int(root, path, &n) && n >= 0 ? n : -1;
}

bool
usage_parse(struct usage *out, const char *body, size_t len)
{
	struct err ignored = ERR_NONE;
	auto_json *root = json_parse(body, len, &ignored);

	if (root == NULL)
		return false;
	out->day = used(root, "data.api_requests_daily.user.used");
	out->month = used(root, "data.api_requests_monthly.user.used");
	return out->day >= 0 || out->month >= 0;
}
