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

static void
free_capture(struct sample_capture *c)
{
	char *texts[] = { c->honeypot, c->sensor, c->action, c->src_ip, c->country,
		c->as_org, c->protocol };

	free_all(texts, sizeof texts / sizeof texts[0]);
}

void
sample_related_done(struct sample_related *r)
{
	free(r->title);
	free(r->link);
	free(r->host);
}

void
sample_facts_done(struct sample_facts *f)
{
	char *texts[] = { f->key, f->sha256, f->sha1, f->md5, f->label, f->category,
		f->family, f->cve, f->type, f->magic, f->vt_name, f->tlsh, f->reason,
		f->listed_as };
	cJSON *lists[] = { f->vt_tags, f->engines, f->distributors, f->others };

	free_all(texts, sizeof texts / sizeof texts[0]);
	free_all(f->honeypots, f->honeypot_count);
	free_all(f->protocols, f->protocol_count);
	free_all(f->urls, f->url_count);
	free_all(f->names, f->name_count);
	for (size_t i = 0; i < f->countries_shown; i++)
		free(f->countries[i].code);
	for (size_t i = 0; i < f->row_count; i++)
		free_capture(&f->rows[i]);
	for (size_t i = 0; i < f->related_count; i++)
		sample_related_done(&f->related[i]);
	sample_story_done(&f->story);
	for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
		json_free(&lists[i]);
	*f = (struct sample_facts){ .key = NULL };
}
