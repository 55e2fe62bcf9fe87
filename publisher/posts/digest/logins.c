/*
 * logins.c - see parts.h: what attackers typed, and which vulnerabilities they used. The texts are
 * hostile: they pass the gate and are in code; what few addresses tried is not read at all.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/parts.h"
#include "publisher/posts/digest/ranking.h"

static void
put_commands(struct page *p, const struct digest_facts *f)
{
	const struct ranking commands = { .top = &f->commands,
		.name = PHRASE_DIGEST_C_COMMAND,
		.number = PHRASE_DIGEST_C_TIMES,
		.sources = PHRASE_COUNT,
		.put = digest_put_typed };

	if (f->commands.count == 0)
		return;
	html_open(&p->h, TAG_FOLD);
	html_open(&p->h, TAG_FOLD_SUMMARY);
	html_text(&p->h, phrase(p->language, PHRASE_DIGEST_COMMANDS));
	html_close(&p->h, TAG_FOLD_SUMMARY);
	digest_put_ranking(p, &commands);
	html_close(&p->h, TAG_FOLD);
}

static void
put_logins(struct page *p, const struct digest_facts *f)
{
	const struct ranking users = { .top = &f->users,
		.name = PHRASE_DIGEST_C_USER,
		.number = PHRASE_DIGEST_C_TIMES,
		.sources = PHRASE_COUNT,
		.put = digest_put_typed };
	struct ranking passwords = users;

	passwords.top = &f->passwords;
	passwords.name = PHRASE_DIGEST_C_PASSWORD;
	page_heading(p, PHRASE_DIGEST_H_LOGINS);
	html_open(&p->h, TAG_AREA);
	digest_put_ranking(p, &users);
	digest_put_ranking(p, &passwords);
	put_commands(p, f);
	html_open(&p->h, TAG_SAYS);
	page_say_count(
	    p, PHRASE_DIGEST_FEW_SOURCES, PHRASE_DIGEST_FEW_SOURCES, DIGEST_SOURCES_MIN);
	html_close(&p->h, TAG_SAYS);
	html_close(&p->h, TAG_AREA);
}

static void
put_alerts(struct page *p, const struct digest_facts *f)
{
	const struct ranking vulnerabilities = { .top = &f->vulnerabilities,
		.name = PHRASE_DIGEST_C_CVE,
		.number = PHRASE_DIGEST_C_ALERTS,
		.sources = PHRASE_COUNT,
		.put = digest_put_label };
	struct ranking signatures = vulnerabilities;

	signatures.top = &f->signatures;
	signatures.name = PHRASE_DIGEST_C_SIGNATURE;
	page_heading(p, PHRASE_DIGEST_H_ALERTS);
	html_open(&p->h, TAG_AREA);
	digest_put_ranking(p, &vulnerabilities);
	digest_put_ranking(p, &signatures);
	html_close(&p->h, TAG_AREA);
}

void
digest_put_logins(struct page *p, const struct digest_facts *f)
{
	if (f->users.count + f->passwords.count + f->commands.count > 0)
		put_logins(p, f);
	if (f->vulnerabilities.count + f->signatures.count > 0)
		put_alerts(p, f);
}
