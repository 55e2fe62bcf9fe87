/*
 * golden.h - compares a post, or any text, with a golden file.
 *
 * tests/golden/CASE.LANGUAGE.html holds title, excerpt and tags in a comment and the content below it, as
 * it would be sent. POTPRESS_GOLDEN=write (make golden) writes the files anew; the difference is reviewed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_GOLDEN_H
#define POTPRESS_GOLDEN_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "publisher/posts/article.h"
#include "tests/unit/tap.h"

#define GOLDEN "tests/golden/"

static inline void
golden_put_article(struct buf *out, const struct article *a)
{
	buf_printf(out, "<!--\ntitle:   %s\nexcerpt: %s\ntags:   ", a->title, a->excerpt);
	for (size_t i = 0; i < a->tag_count; i++)
		buf_printf(out, " %s (%s)", a->tags[i].name, a->tags[i].slug);
	buf_printf(out, "\n-->\n%s\n", a->content);
}

static inline char *
golden_read_all(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (f == NULL)
		return strdup("");
	if (getdelim(&text, &size, '\0', f) < 0) {
		free(text);
		text = strdup("");
	}
	fclose(f);
	return text;
}

static inline void
golden_write_all(const char *path, const char *text)
{
	FILE *f = fopen(path, "we");

	if (f == NULL || fputs(text, f) < 0)
		printf("# cannot write %s\n", path);
	if (f != NULL)
		fclose(f);
}

static inline void
golden_show_difference(const char *path, const char *got)
{
	char command[256];

	golden_write_all("build/golden.got", got);
	snprintf(
	    command, sizeof command, "diff -u %s build/golden.got | sed 's/^/# /'", path);
	if (system(command) != 0)
		printf("# the difference cannot be shown\n");
}

static inline void
golden_compare_text(const char *path, const char *got, const char *words)
{
	const char *mode = getenv("POTPRESS_GOLDEN");
	auto_free char *want = NULL;

	if (mode != NULL && strcmp(mode, "write") == 0)
		golden_write_all(path, got);
	want = golden_read_all(path);
	if (!ok(strcmp(want, got) == 0, words))
		golden_show_difference(path, got);
}

static inline void
golden_compare(const char *name, const char *language, const struct article *a)
{
	auto_buf got = BUF_INIT(ARTICLE_CONTENT_MAX * 2);
	char path[128], words[128];

	golden_put_article(&got, a);
	snprintf(path, sizeof path, GOLDEN "%s.%s.html", name, language);
	snprintf(words, sizeof words, "%s in %s is as agreed", name, language);
	golden_compare_text(path, buf_text(&got), words);
}

#endif
