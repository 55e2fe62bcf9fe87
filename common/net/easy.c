/*
 * easy.c - checked calls of curl_easy_setopt.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/clock.h"
#include "common/net/internal.h"
#include "common/net/url.h"

void
http_opt_text(struct easy *c, CURLoption option, const char *value)
{
	CURLcode code = curl_easy_setopt(c->handle, option, value);

	if (c->failed == CURLE_OK)
		c->failed = code;
}

void
http_opt_num(struct easy *c, CURLoption option, long value)
{
	CURLcode code = curl_easy_setopt(c->handle, option, value);

	if (c->failed == CURLE_OK)
		c->failed = code;
}

void
http_opt_list(struct easy *c, CURLoption option, struct curl_slist *list)
{
	CURLcode code = curl_easy_setopt(c->handle, option, list);

	if (c->failed == CURLE_OK)
		c->failed = code;
}

bool
http_is_local(const struct service_config *c)
{
	return url_is_loopback(c->url) &&
	       (c->connect_to == NULL || url_hostport_is_loopback(c->connect_to)) &&
	       (c->proxy == NULL || url_is_loopback(c->proxy));
}

long
http_time_left_ms(const struct http *h, const struct http_service *service)
{
	int64_t timeout = service->config->timeout_s * 1000, left;

	if (h->deadline_ms == 0)
		return (long)timeout;
	left = h->deadline_ms - clock_monotonic_ms();
	return (long)(left < timeout ? left : timeout);
}
