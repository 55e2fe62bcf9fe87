/*
 * facts.c - see facts.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/facts.h"

#include <stdlib.h>

static void
free_all(char **texts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(texts[i]);
}

static void
free_top(struct digest_top *top)
{
	for (size_t i = 0; i < top->count; i++) {
		free(top->rows[i].value);
		free(top->rows[i].label);
	}
}

void
digest_history_done(struct digest_history *h)
{
	free_all(h->families.names, h->families.count);
	free_all(h->quiet_honeypots.names, h->quiet_honeypots.count);
}

void
digest_facts_done(struct digest_facts *f)
{
	struct digest_top *const tops[] = { &f->honeypots, &f->ports, &f->countries,
		&f->networks, &f->users, &f->passwords, &f->commands, &f->vulnerabilities,
		&f->signatures };

	for (size_t i = 0; i < f->group_count; i++)
		free(f->groups[i].family);
	for (size_t i = 0; i < f->post_count; i++) {
		free(f->posts[i].title);
		free(f->posts[i].link);
	}
	free_all(f->urls, f->url_count);
	free_all(f->hashes, f->hash_count);
	for (size_t i = 0; i < sizeof tops / sizeof tops[0]; i++)
		free_top(tops[i]);
	for (size_t i = 0; i < f->part_count; i++)
		free(f->parts[i].link);
	for (size_t i = 0; i < f->clock_count; i++)
		free(f->clocks[i].name);
	free(f->link_before);
	digest_history_done(&f->history);
	*f = (struct digest_facts){ .from_at = 0 };
}
