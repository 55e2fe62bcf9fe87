/*
 * peer.c - the addresses that requests really go to; see http.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/net/internal.h"

void
http_tell_peers(struct http *h, http_peer_fn *tell, void *ctx)
{
	h->tell_peer = tell;
	h->tell_peer_ctx = ctx;
}

void
http_note_peer(const struct transfer *t, const char *address)
{
	const struct http *h = t->http;

	if (h->tell_peer != NULL && t->service->config->proxy == NULL)
		h->tell_peer(h->tell_peer_ctx, t->service->config, address);
}
