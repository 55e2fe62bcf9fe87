/*
 * defang.h - defangs live indicators in text for readers; the database keeps the originals. The gate
 * does it for untrusted text (gate_text).
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_OUTGOING_DEFANG_H
#define POTPRESS_OUTGOING_DEFANG_H

#include "common/base/buf.h"

/* http to hxxp, https to hxxps, ftp to fxp, and the dots of the host to [.], at every "://" of the
 * text; user, path and query are unchanged. IPv4 addresses outside of URLs get [.] as well. */
void defang_text(struct buf *out, const char *text);
/* An address or host: 203[.]0[.]113[.]9. */
void defang_host(struct buf *out, const char *host, size_t len);
/* A source address, shortened to its network: 203[.]0[.]113[.]0/24, 2001:db8:1::/48. False when it is
 * not an address. */
bool defang_network(struct buf *out, const char *address);

#endif
