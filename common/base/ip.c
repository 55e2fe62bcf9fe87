/*
 * ip.c - see ip.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/ip.h"

#include <arpa/inet.h>
#include <string.h>

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
