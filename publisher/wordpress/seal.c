/*
 * seal.c - see seal.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/wordpress/seal.h"

#include <string.h>

#include "common/base/sha256.h"
#include "publisher/wordpress/canonical.h"

#define CANONICAL_MAX \
	(4 << 20) /* bytes; the answer that holds the content is limited to half of it */
#define EXCERPT_DIGITS 12
#define PLACES 2 /* in the comment of the first block, and in its tag */

static const char MARK[] = "potpress potpress-";

/* False when there is no room for the canonical form. */
static bool
hash(const char *title, const char *content, char seal[WP_SEAL_MAX])
{
	auto_buf text = BUF_INIT(CANONICAL_MAX);
	char whole[SHA256_HEX_MAX];

	wp_canonical_text(&text, title, strlen(title));
	wp_canonical(&text, content);
	if (!buf_ok(&text))
		return false;
	sha256_hex(buf_text(&text), text.len, whole);
	memcpy(seal, whole, WP_SEAL_MAX - 1);
	seal[WP_SEAL_MAX - 1] = '\0';
	return true;
}

static bool
hash_excerpt(const char *excerpt, char out[SHA256_HEX_MAX])
{
	auto_buf text = BUF_INIT(CANONICAL_MAX);

	wp_canonical_text(&text, excerpt, strlen(excerpt));
	if (!buf_ok(&text))
		return false;
	sha256_hex(buf_text(&text), text.len, out);
	out[EXCERPT_DIGITS] = '\0';
	return true;
}

char *
wp_seal_put(const char *title, const char *content, const char *excerpt,
    char seal[WP_SEAL_MAX], struct err *e)
{
	auto_buf out = BUF_INIT(CANONICAL_MAX);
	char own_excerpt[SHA256_HEX_MAX];
	const char *p = content;
	char *sealed;

	if (!hash(title, content, seal) || !hash_excerpt(excerpt, own_excerpt)) {
		err_set(e, FAULT_FATAL, "out of memory");
		return NULL;
	}
	for (int i = 0; i < PLACES; i++) {
		const char *mark = strstr(p, MARK);
		size_t len;

		if (mark == NULL)
			break;
		len = (size_t)(mark - p) + sizeof MARK - 1;
		len += strspn(p + len, "abcdefghijklmnopqrstuvwxyz_-");
		buf_put(&out, p, len);
		buf_printf(&out, " " WP_SEAL_CLASS "%s-%s", seal, own_excerpt);
		p += len;
	}
	buf_puts(&out, p);
	sealed = buf_take(&out);
	if (sealed == NULL)
		err_set(e, FAULT_FATAL, "out of memory");
	return sealed;
}

bool
wp_seal_holds(const char *title, const char *content, char seal[WP_SEAL_MAX])
{
	const char *carried = strstr(content, WP_SEAL_CLASS);
	char right[WP_SEAL_MAX];

	seal[0] = '\0';
	if (carried == NULL)
		return false;
	carried += strlen(WP_SEAL_CLASS);
	if (strspn(carried, "0123456789abcdef") < WP_SEAL_MAX - 1)
		return false;
	memcpy(seal, carried, WP_SEAL_MAX - 1);
	seal[WP_SEAL_MAX - 1] = '\0';
	return hash(title, content, right) && strcmp(seal, right) == 0;
}

bool
wp_seal_has_excerpt(const char *content, const char *excerpt)
{
	const char *carried = strstr(content, WP_SEAL_CLASS);
	char right[SHA256_HEX_MAX];

	if (carried == NULL)
		return true;
	carried += strlen(WP_SEAL_CLASS);
	carried += strspn(carried, "0123456789abcdef");
	if (*carried != '-' || strspn(carried + 1, "0123456789abcdef") < EXCERPT_DIGITS)
		return true;
	return hash_excerpt(excerpt, right) &&
	       strncmp(carried + 1, right, EXCERPT_DIGITS) == 0;
}
