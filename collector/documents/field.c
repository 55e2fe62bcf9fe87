/*
 * field.c - cleans texts of a document for storage.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "collector/documents/internal.h"
#include "common/base/utf8.h"

#define QUOTED_MAX 100

void
hit_reject(struct hit *h, const char *why, const char *what)
{
	auto_buf quoted = BUF_CUT(QUOTED_MAX);

	if (h->rejection[0] != '\0')
		return;
	utf8_clean(&quoted, what, strlen(what), QUOTED_MAX);
	for (size_t i = 0; i < quoted.len; i++)
		if ((unsigned char)quoted.ptr[i] < ' ' || quoted.ptr[i] == '\x7f')
			quoted.ptr[i] = ' ';
	BUF_FIXED(h->rejection, "%s%s", why, buf_text(&quoted));
}

char *
hit_text(const cJSON *source, const char *path, size_t most)
{
	auto_buf clean = BUF_INIT(most);
	const char *text;

	if (path == NULL || !json_text_nth(source, path, 0, &text) || text[0] == '\0')
		return NULL;
	utf8_clean(&clean, text, strlen(text), most);
	return buf_take(&clean);
}
