/*
 * user.c - see user.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/user.h"

#include <pwd.h>
#include <string.h>
#include <unistd.h>

#include "common/base/buf.h"

const char *
user_name(char out[USER_NAME_MAX])
{
	const struct passwd *p = getpwuid(geteuid());

	if (p != NULL && strlen(p->pw_name) < USER_NAME_MAX)
		return buf_fixed(out, USER_NAME_MAX, "%s", p->pw_name);
	return buf_fixed(out, USER_NAME_MAX, "%lld", (long long)geteuid());
}
