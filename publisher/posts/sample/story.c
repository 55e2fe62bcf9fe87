/*
 * story.c - see parts.h: what the attacker did in the session that brought the file.
 *
 * User names may be personal or typed by mistake, so only common ones are shown; passwords are not
 * stored.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/outgoing/shell.h"
#include "publisher/posts/sample/parts.h"

#define COMMAND_MAX 2048 /* bytes of one command with its secrets cut */
#define LINES_AFTER_PASSWD 3 /* the old password, and twice the new one */

/* ---- the sentence */

static const char *const USUAL_NAMES[] = { "root", "admin", "administrator", "user",
	"guest", "test", "support", "ubuntu", "debian", "centos", "pi", "oracle",
	"postgres", "mysql", "git", "ftp", "ftpuser", "www", "www-data", "nagios",
	"hadoop", "jenkins", "deploy", "docker", "minecraft", "steam", "operator",
	"service", "ubnt", "default", "345gs5662d34", NULL };

static bool
is_usual(const char *name)
{
	for (const char *const *n = USUAL_NAMES; name != NULL && *n != NULL; n++)
		if (strcmp(*n, name) == 0)
			return true;
	return false;
}

static const char *const TOOLS[] = { "wget", "curl", "tftp", "ftpget", "ftp", "scp",
	NULL };

/* The word stands at the beginning of a command, or after a blank or a separator. */
static bool
is_run(const char *command, const char *tool)
{
	size_t len = strlen(tool);

	for (const char *p = command; (p = strstr(p, tool)) != NULL; p += len)
		if ((p == command || strchr(" \t;|&(/", p[-1]) != NULL) &&
		    (p[len] == ' ' || p[len] == '\t'))
			return true;
	return false;
}

/* What fetched files, if all commands name only one tool; NULL: unclear. */
static const char *
find_tool(const struct sample_story *s)
{
	const char *found = NULL;

	for (const cJSON *c = NULL; (c = json_each(s->commands, "", c));)
		for (const char *const *tool = TOOLS; *tool != NULL; tool++) {
			if (!cJSON_IsString(c) || !is_run(c->valuestring, *tool))
				continue;
			if (found != NULL && found != *tool)
				return NULL;
			found = *tool;
		}
	return found;
}

/* 11th, 21st */
static const char *
suffix(int64_t n)
{
	static const char *const SUFFIXES[] = { "th", "st", "nd", "rd" };

	return n / 10 % 10 != 1 && n % 10 < 4 ? SUFFIXES[n % 10] : SUFFIXES[0];
}

static const char *
ordinal(const struct page *p, struct word *w, int64_t n)
{
	if (n >= 1 && n <= PHRASE_ORDINALS)
		return phrase(p->language, PHRASE_ORDINAL + (unsigned)n - 1);
	BUF_FIXED(
	    w->text, "%lld%s", (long long)n, p->language == LANGUAGE_EN ? suffix(n) : "");
	return w->text;
}

static enum phrase
sentence_of(const struct sample_story *s, const char *tool)
{
	if (s->in)
		return s->typed == 0  ? PHRASE_STORY_IN
		       : tool == NULL ? PHRASE_STORY_IN_TYPED
				      : PHRASE_STORY_IN_FETCHED;
	return tool == NULL ? PHRASE_STORY_TYPED : PHRASE_STORY_FETCHED;
}

static void
put_sentence(struct page *p, const struct sample_facts *f)
{
	const struct sample_story *s = &f->story;
	const char *tool = f->downloads > 0 ? find_tool(s) : NULL;
	auto_buf as = BUF_CUT(WORD_MAX), over = BUF_CUT(WORD_MAX),
		 commands = BUF_CUT(WORD_MAX);
	struct word protocol, tries, typed;

	if (is_usual(s->user))
		phrase_plain(&as, p->language, PHRASE_STORY_AS,
		    (struct filling[FILLINGS_MAX]){ { .text = s->user } });
	page_protocol(p, &protocol, s->protocol);
	if (protocol.text[0] != '\0')
		phrase_plain(&over, p->language, PHRASE_STORY_OVER,
		    (struct filling[FILLINGS_MAX]){ { .text = protocol.text } });
	phrase_plain(&commands, p->language,
	    s->typed == 1 ? PHRASE_STORY_COMMAND : PHRASE_STORY_COMMANDS,
	    (struct filling[FILLINGS_MAX]){ { .text = page_number(&typed, s->typed) } });
	html_open(&p->h, TAG_PARAGRAPH);
	phrase_html(&p->h, p->language, sentence_of(s, tool),
	    (struct filling[FILLINGS_MAX]){ { .text = buf_text(&over) },
		{ .text = buf_text(&as) }, { .text = ordinal(p, &tries, s->tries) },
		{ .text = buf_text(&commands) }, { .text = tool != NULL ? tool : "" } });
	if (s->in) {
		page_space(p);
		page_say(p, PHRASE_STORY_ANYBODY, NULL, NULL);
	}
	html_close(&p->h, TAG_PARAGRAPH);
}

/* ---- commands */

static void
put_command(struct page *p, const char *command, bool password)
{
	auto_buf shown = BUF_CUT(COMMAND_MAX);

	if (password && strpbrk(command, " \t;|&") == NULL)
		buf_puts(&shown, GATE_CUT);
	else
		shell_put(&shown, command);
	html_code_short(&p->h, buf_text(&shown));
}

/* Commands that a web client sent are none. */
static bool
is_shown(const cJSON *c)
{
	return cJSON_IsString(c) && c->valuestring[0] != '\0' &&
	       !shell_is_request(c->valuestring);
}

static void
put_lines(struct page *p, const struct sample_story *s)
{
	int shown = 0, passwords = 0;

	html_open(&p->h, TAG_CODE);
	for (const cJSON *c = NULL;
	     shown < STORY_LINES_MAX && (c = json_each(s->commands, "", c));) {
		if (!is_shown(c))
			continue;
		if (shown++ > 0)
			HTML_LIT(&p->h, "\n");
		put_command(p, c->valuestring, passwords > 0);
		passwords = shell_asks_password(c->valuestring)
				? LINES_AFTER_PASSWD
				: passwords - (passwords > 0);
	}
	html_close(&p->h, TAG_CODE);
}

static int64_t
count_shown(const struct sample_story *s)
{
	int64_t n = 0;

	for (const cJSON *c = NULL; (c = json_each(s->commands, "", c));)
		n += is_shown(c);
	return n < STORY_LINES_MAX ? n : STORY_LINES_MAX;
}

static void
put_commands(struct page *p, const struct sample_story *s)
{
	int64_t shown = count_shown(s);
	struct word first, all;

	if (shown == 0)
		return;
	html_open(&p->h, TAG_AREA);
	html_open(&p->h, TAG_FOLD);
	html_open(&p->h, TAG_FOLD_SUMMARY);
	page_say(p,
	    s->typed == 1      ? PHRASE_SHOW_COMMAND
	    : shown < s->typed ? PHRASE_SHOW_FIRST_COMMANDS
			       : PHRASE_SHOW_COMMANDS,
	    page_number(&first, shown), page_number(&all, s->typed));
	html_close(&p->h, TAG_FOLD_SUMMARY);
	html_open(&p->h, TAG_LINES);
	put_lines(p, s);
	html_close(&p->h, TAG_LINES);
	html_close(&p->h, TAG_FOLD);
	html_close(&p->h, TAG_AREA);
}

/* ---- requests */

static void
put_request(struct page *p, const struct sample_story *s)
{
	auto_buf shown = BUF_CUT(COMMAND_MAX);

	shell_put(&shown, s->request);
	html_open(&p->h, TAG_PARAGRAPH);
	page_say(p,
	    strcmp(s->honeypot, "Log4pot") == 0 ? PHRASE_STORY_EXPLOIT
						: PHRASE_STORY_REQUEST,
	    NULL, NULL);
	html_close(&p->h, TAG_PARAGRAPH);
	html_open(&p->h, TAG_AREA);
	html_open(&p->h, TAG_LINES);
	html_code(&p->h, buf_text(&shown));
	html_close(&p->h, TAG_LINES);
	html_close(&p->h, TAG_AREA);
}

void
sample_put_story(struct page *p, const struct sample_facts *f)
{
	const struct sample_story *s = &f->story;

	if (s->honeypot == NULL)
		return;
	if (s->request != NULL) {
		put_request(p, s);
		return;
	}
	if (!s->in && s->typed == 0)
		return;
	put_sentence(p, f);
	put_commands(p, s);
}
