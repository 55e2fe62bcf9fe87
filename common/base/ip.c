/*
 * ip.c - see ip.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/ip.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"

#define V4_HOST_BYTES 1 /* bits that are not published: a /24 remains */
#define V6_NETWORK_BYTES 6 /* bits that are published: a /48 */

bool
ip_canonical(const char *text, char out[IP_TEXT_MAX])
{
	struct in6_addr six;
	struct in_addr four;

	if (inet_pton(AF_INET, text, &four) == 1)
		return inet_ntop(AF_INET, &four, out, IP_TEXT_MAX) != NULL;
	if (inet_pton(AF_INET6, text, &six) != 1)
		return false;
	if (IN6_IS_ADDR_V4MAPPED(&six)) {
		memcpy(&four, six.s6_addr + 12, sizeof four);
		return inet_ntop(AF_INET, &four, out, IP_TEXT_MAX) != NULL;
	}
	return inet_ntop(AF_INET6, &six, out, IP_TEXT_MAX) != NULL;
}

bool
ip_network(const char *text, char address[IP_TEXT_MAX], int *bits)
{
	char copy[IP_TEXT_MAX];
	size_t len = strcspn(text, "/"), digits = 0;
	bool is_v6 = memchr(text, ':', len) != NULL;

	if (text[len] == '/')
		digits = strspn(text + len + 1, "0123456789");
	if (len >= sizeof copy || digits == 0 || digits > 3 || text[len + 1 + digits])
		return false;
	memcpy(copy, text, len);
	copy[len] = '\0';
	*bits = (int)strtol(text + len + 1, NULL, 10);
	if (!ip_canonical(copy, address) || *bits > (is_v6 ? 128 : 32))
		return false;
	if (is_v6 && !strchr(address, ':'))
		*bits -= 128 - 32;
	return *bits >= 0;
}

bool
ip_cut(const char *text, char out[IP_CUT_MAX])
{
	char address[IP_TEXT_MAX];
	unsigned char bytes[sizeof(struct in6_addr)] = { 0 };
	int bits;
	bool v4;

	if (!ip_canonical(text, address) && !ip_network(text, address, &bits))
		return false;
	v4 = inet_pton(AF_INET, address, bytes) == 1;
	if (v4) {
		memset(bytes + 4 - V4_HOST_BYTES, 0, V4_HOST_BYTES);
	} else {
		inet_pton(AF_INET6, address, bytes);
		memset(bytes + V6_NETWORK_BYTES, 0, sizeof bytes - V6_NETWORK_BYTES);
	}
	inet_ntop(v4 ? AF_INET : AF_INET6, bytes, address, sizeof address);
	buf_fixed(out, IP_CUT_MAX, "%s%s", address, v4 ? "/24" : "/48");
	return true;
}

/* Whether both have the same first bits. */
static bool
same_bits(const unsigned char *a, const unsigned char *b, int bits)
{
	int whole = bits / 8, rest = bits % 8;
	unsigned char mask = (unsigned char)(0xff00 >> rest);

	return memcmp(a, b, (size_t)whole) == 0 &&
	       (rest == 0 || ((a[whole] ^ b[whole]) & mask) == 0);
}

bool
ip_is_in(const char *address, const char *range)
{
	unsigned char one[sizeof(struct in6_addr)], other[sizeof(struct in6_addr)];
	int family = strchr(address, ':') != NULL ? AF_INET6 : AF_INET, bits;
	char base[IP_TEXT_MAX];

	if (ip_canonical(range, base))
		return strcmp(address, base) == 0;
	return ip_network(range, base, &bits) && inet_pton(family, address, one) == 1 &&
	       inet_pton(family, base, other) == 1 && same_bits(one, other, bits);
}

bool
ip_is_port(const char *text)
{
	size_t len = strlen(text);
	int port = 0;

	if (len == 0 || len > 5 || strspn(text, "0123456789") != len)
		return false;
	for (const char *p = text; *p; p++)
		port = port * 10 + (*p - '0');
	return port >= 1 && port <= 65535;
}
