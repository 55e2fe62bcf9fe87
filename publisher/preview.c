/*
 * preview.c - see preview.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/preview.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const struct option_row publisher_options[] = {
	{ "preview", 0, OPTION_TEXT, offsetof(struct publisher_options, preview_dir),
	    "DIR", "write the posts as files into DIR; send nothing", OPTION_MODE_OFFLINE,
	    NULL },
	{ "send", 0, OPTION_FLAG, offsetof(struct publisher_options, send), NULL,
	    "with --check: also send a test message to each target of alerts",
	    OPTION_BESIDE, "check" },
	{ 0 },
};

#define NEW_FILE ".potpress-preview.new"
#define INDEX_MAX (64 << 20)
#define PAGE_MAX (ARTICLE_CONTENT_MAX + 16384)

/* In all of our pages, and by it an index is known to be ours. */
#define POLICY                                                                        \
	"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; " \
	"style-src 'unsafe-inline'; img-src 'self' file:\">"
#define HEAD_1 "<!doctype html>\n<html lang=\""
#define HEAD_2                                                                              \
	"\">\n<head>\n<meta charset=\"utf-8\">\n"                                           \
	"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n" POLICY \
	"\n<style>\n"                                                                       \
	"body { max-width: 40rem; margin: 2rem auto; padding: 0 1rem; font: 1.1rem/1.6 "    \
	"system-ui, sans-serif; color: #1f2933; background: #fff; }\n"                      \
	"h1 { font-size: 1.9rem; line-height: 1.25; overflow-wrap: anywhere; }\n"           \
	"a { color: #0b5394; }\n"                                                           \
	"pre { white-space: pre-wrap; overflow-wrap: anywhere; }\n"                         \
	"table { width: 100%; border-collapse: collapse; }\n"                               \
	".has-fixed-layout { table-layout: fixed; }\n"                                      \
	"figure { margin: 0; }\n"                                                           \
	"td, th { border: 1px solid #c9d1d9; padding: 0.4rem; text-align: left; "           \
	"overflow-wrap: anywhere; }\n"                                                      \
	".wp-block-columns { display: flex; gap: 0.75rem; margin: 0.75rem 0; }\n"           \
	".wp-block-column { flex: 1; }\n"                                                   \
	".wp-block-details, .wp-block-buttons { margin: 1rem 0; }\n"                        \
	".wp-block-button__link { display: inline-block; padding: 0.5rem 1.2rem; "          \
	"color: #fff; background: #1f2933; border-radius: 4px; text-decoration: "           \
	"none; }\n"                                                                         \
	".has-text-align-center { text-align: center; }\n"                                  \
	".has-small-font-size { font-size: 0.85rem; }\n"                                    \
	".index { padding: 0; list-style: none; }\n"                                        \
	".index li { padding: 0.75rem 0; border-top: 1px solid #c9d1d9; }\n"                \
	"</style>\n<title>"

/* The directory for the files. */
struct folder {
	const char *path;
	int fd;
};

static bool
cannot_write(const struct folder *to, const char *file, struct err *e)
{
	return err_set(e, FAULT_FATAL, "%s/%s: %s", to->path, file, strerror(errno));
}

static const char *
language_word(const struct publisher *pb)
{
	return pb->options.language == LANGUAGE_JA ? "ja" : "en";
}

static void
put_head(struct html *h, const struct publisher *pb, const char *title)
{
	HTML_LIT(h, HEAD_1);
	html_token(h, language_word(pb));
	HTML_LIT(h, HEAD_2);
	html_text(h, title);
	HTML_LIT(h, "</title>\n</head>\n<body>\n<h1>");
	html_text(h, title);
	HTML_LIT(h, "</h1>\n");
}

/* A file is written under another name and then renamed, so an existing file or link at its place is
 * never opened. */
static bool
write_file(
    const struct folder *to, const char *file, const struct buf *bytes, struct err *e)
{
	FILE *f;
	int fd;
	bool ok;

	unlinkat(to->fd, NEW_FILE, 0);
	fd = openat(
	    to->fd, NEW_FILE, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);
	f = fd >= 0 ? fdopen(fd, "w") : NULL;
	if (f == NULL)
		return cannot_write(to, file, e);
	ok = fwrite(buf_text(bytes), 1, bytes->len, f) == bytes->len;
	if (fclose(f) != 0 || !ok || renameat(to->fd, NEW_FILE, to->fd, file) != 0)
		return cannot_write(to, file, e);
	return true;
}

static bool
write_html(
    const struct folder *to, const char *name, const struct buf *text, struct err *e)
{
	char file[NAME_MAX + 1];

	if (!buf_ok(text) || strlen(name) + sizeof ".html" > sizeof file)
		return err_set(e, FAULT_FATAL, "%s: too long", name);
	return write_file(to, BUF_FIXED(file, "%s.html", name), text, e);
}

/* Beside the page, under the names that it has for them. */
static bool
write_pictures(const struct folder *to, const struct article *a, struct err *e)
{
	for (size_t i = 0; i < a->picture_count; i++)
		if (!write_file(to, a->pictures[i].url, &a->pictures[i].png, e))
			return false;
	return true;
}

static void
put_tags(struct html *h, const struct article *a)
{
	for (size_t i = 0; i < a->tag_count; i++) {
		html_text(h, i > 0 ? ", " : "");
		html_text(h, a->tags[i].name);
	}
}

/* The page as on a site: title, content, and the other fields that are sent. */
static bool
write_page(const struct publisher *pb, const struct folder *to, const char *key,
    const struct article *a, struct err *e)
{
	auto_buf text = BUF_INIT(PAGE_MAX);
	struct html h;

	html_init(&h, &text, pb->gate);
	put_head(&h, pb, a->title);
	buf_puts(&text, a->content);
	HTML_LIT(&h, "\n<hr>\n<p class=\"has-small-font-size\">");
	html_text(&h, a->excerpt);
	HTML_LIT(&h, "<br>");
	put_tags(&h, a);
	HTML_LIT(&h, "</p>\n</body>\n</html>\n");
	if (!html_finish(&h))
		return err_set(e, FAULT_FATAL, "%s: the page cannot be written", key);
	return write_html(to, key, &text, e) && write_pictures(to, a, e);
}

static void
put_entry(struct html *index, const struct article *a)
{
	HTML_LIT(index, "<li><a href=\"");
	html_token(index, a->key);
	HTML_LIT(index, ".html\">");
	html_text(index, a->title);
	HTML_LIT(index, "</a><br>\n<span class=\"has-small-font-size\">");
	html_text(index, a->excerpt);
	HTML_LIT(index, "</span></li>\n");
}

/* Left out by a rule, but captured again since: it waits to be judged again. */
static bool
waits_for_rules(struct publisher *pb, int64_t id, struct err *e)
{
	struct post_row row;
	bool waits = store_post(&pb->st.db, id, &row, e) && row.kind != NULL &&
		     !publisher_is_judged(pb, &row);

	store_post_done(&row);
	return waits;
}

/* A post that has nothing to publish yet is skipped. */
static bool
preview_post(struct publisher *pb, const struct folder *to, int64_t id,
    struct html *index, int *written, struct err *e)
{
	struct article a = { .title = NULL };
	bool ok = !waits_for_rules(pb, id, e) && e->fault == FAULT_NONE &&
		  publisher_render(pb, id, &pb->options, pb->gate, &a, e) &&
		  write_page(pb, to, a.key, &a, e);

	if (ok)
		put_entry(index, &a);
	*written += ok;
	article_done(&a);
	return ok || e->fault == FAULT_NONE;
}

static int
write_all(struct publisher *pb, const struct folder *to, const int64_t *ids, size_t count,
    struct err *e)
{
	auto_buf text = BUF_INIT(INDEX_MAX);
	struct html index;
	int written = 0;

	html_init(&index, &text, pb->gate);
	put_head(&index, pb, "potpress");
	HTML_LIT(&index, "<ul class=\"index\">\n");
	for (size_t i = 0; i < count; i++)
		if (!preview_post(pb, to, ids[i], &index, &written, e))
			return 0;
	HTML_LIT(&index, "</ul>\n</body>\n</html>\n");
	if (!html_finish(&index)) {
		err_set(e, FAULT_FATAL, "the index of the preview is too long");
		return 0;
	}
	return write_html(to, "index", &text, e) ? written : 0;
}

/* False for a site, whose own index would be lost. */
static bool
may_hold_preview(const struct folder *to, struct err *e)
{
	char start[1024];
	int fd =
	    openat(to->fd, "index.html", O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	ssize_t n;

	if (fd < 0)
		return true;
	n = read(fd, start, sizeof start);
	close(fd);
	if (n >= 0 && memmem(start, (size_t)n, POLICY, strlen(POLICY)) != NULL)
		return true;
	return err_set(e, FAULT_FATAL,
	    "%s/index.html is not from potpress; name an empty directory", to->path);
}

/* In another user's directory, that user could replace our files. */
static bool
open_folder(struct folder *to, struct err *e)
{
	struct stat st;

	if (mkdir(to->path, 0755) != 0 && errno != EEXIST)
		return err_set(e, FAULT_FATAL, "%s: %s", to->path, strerror(errno));
	to->fd = open(to->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (to->fd < 0 || fstat(to->fd, &st) != 0)
		return err_set(e, FAULT_FATAL, "%s: %s", to->path, strerror(errno));
	if (st.st_uid != geteuid())
		return err_set(e, FAULT_FATAL,
		    "%s belongs to another user; name a directory of your own", to->path);
	return may_hold_preview(to, e);
}

int
preview_write(struct publisher *pb, const char *dir, struct err *e)
{
	struct folder to = { .path = dir, .fd = -1 };
	auto_free int64_t *ids = NULL;
	size_t count;
	int written = 0;

	if (open_folder(&to, e) && store_wanted(&pb->st.db, &ids, &count, e))
		written = write_all(pb, &to, ids, count, e);
	if (to.fd >= 0)
		close(to.fd);
	return written;
}
