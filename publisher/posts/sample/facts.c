/*
 * facts.c - see facts.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/sample/facts.h"

#include <stdlib.h>

static void
free_all(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
}

void
sample_facts_done(struct sample_facts *f)
{
	char *texts[] = { f->key, f->sha256, f->sha1, f->md5, f->country, f->label,
		f->category, f->family, f->type, f->magic, f->vt_name };

	free_all(texts, sizeof texts / sizeof texts[0]);
	free_all(f->honeypots, f->honeypot_count);
	free_all(f->urls, f->url_count);
	free_all(f->names, f->name_count);
	for (size_t i = 0; i < f->row_count; i++) {
		struct fact_capture *c = &f->rows[i];
		char *row[] = { c->honeypot, c->sensor, c->src_ip, c->country };

		free_all(row, sizeof row / sizeof row[0]);
	}
	cJSON_Delete(f->vt_tags);
	cJSON_Delete(f->engines);
	cJSON_Delete(f->distributors);
	*f = (struct sample_facts){ .key = NULL };
}
