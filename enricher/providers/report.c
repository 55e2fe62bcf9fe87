/*
 * report.c - see report.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/report.h"

#include <string.h>

void
report_done(struct report *r)
{
	json_free(&r->tree);
	*r = (struct report)REPORT_INIT;
}

void
report_read_hash(
    const cJSON *root, const char *path, enum hash_kind kind, struct hash *out)
{
	const char *text;

	if (!json_text(root, path, &text) || !hash_parse(out, text, strlen(text)) ||
	    out->kind != kind)
		*out = (struct hash){ .kind = HASH_NONE };
}

bool
report_is_about(const struct report *r, const struct hash *asked)
{
	const struct hash *own = asked->kind == HASH_SHA256 ? &r->sha256
				 : asked->kind == HASH_SHA1 ? &r->sha1
							    : &r->md5;

	return asked->kind != HASH_NONE && own->kind == asked->kind &&
	       strcmp(own->hex, asked->hex) == 0;
}
