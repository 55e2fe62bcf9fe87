/*
 * list_keys.c - prints the configuration keys as mdoc: the build puts them into potpress.conf(5).
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/config/config.h"

int
main(void)
{
	config_mdoc(stdout);
	return 0;
}
