/*
 * ip.h - addresses from untrusted text, parsed once into canonical form.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_IP_H
#define POTPRESS_IP_H

#include <stdbool.h>

/* Canonical text of an IPv4 or IPv6 address (inet_pton/inet_ntop; v4-mapped becomes v4). False if it is
 * not an address. `out` has room for at least IP_TEXT_MAX bytes. */
#define IP_TEXT_MAX 46
bool ip_canonical(const char *text, char out[IP_TEXT_MAX]);
/* "203.0.113.0/24", "2001:db8::/32": the canonical address and the bits of its prefix, for a v4-mapped
 * network those of IPv4. False when it is not a network. */
bool ip_network(const char *text, char address[IP_TEXT_MAX], int *bits);
/* The network that is published in place of an address, its /24 or /48: "198.51.100.0/24"; a network is
 * unchanged. False when it is not an address. */
#define IP_CUT_MAX (IP_TEXT_MAX + 4)
bool ip_cut(const char *text, char out[IP_CUT_MAX]);
/* Whether a canonical address equals this address or lies in this network. */
bool ip_is_in(const char *address, const char *range);
/* Whether it is a port: 1 to 65535, digits alone. */
bool ip_is_port(const char *text);

#endif
