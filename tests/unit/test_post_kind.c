/*
 * test_post_kind.c - a made-up kind of post: a row of it is rendered, previewed and held back like any other, and
 * nothing but a table names it.
 *
 * SPDX-License-Identifier: MIT
 */
#include <sys/stat.h>

#include "publisher/preview.h"
#include "tests/unit/with_db.h"

#define NOW 1764158400

static struct err e;

/* ---- the kind: the weather at a place */

struct weather {
	char place[32];
	int64_t at;
};

static int64_t
not_before(const struct post_row *row, const struct post_options *o)
{
	(void)row;
	return NOW + 60 + o->publish_after_s;
}

static void *
load(struct db *unused, const struct post_row *row, const struct post_options *o,
    int64_t now, struct err *err)
{
	struct weather *w;

	(void)unused;
	(void)o;
	if (strcmp(row->key, "nowhere") == 0) {
		err_set(err, FAULT_REJECT, "there is no weather");
		return NULL;
	}
	w = calloc(1, sizeof *w);
	w->at = now;
	snprintf(w->place, sizeof w->place, "%s", row->key);
	return w;
}

static bool
render(const void *facts, const struct post_options *o, struct gate *gate,
    struct article *out, struct err *err)
{
	const struct weather *w = facts;
	auto_buf content = BUF_INIT(ARTICLE_CONTENT_MAX);
	struct html h;

	(void)err;
	html_init(&h, &content, gate);
	HTML_LIT(&h, "<p>");
	html_text(&h, o->language == LANGUAGE_JA ? "雨 " : "Rain in ");
	html_code(&h, w->place);
	HTML_LIT(&h, "</p>");
	*out = (struct article){ .key = strdup(w->place),
		.title = strdup("Weather"),
		.content = buf_take(&content),
		.excerpt = strdup(w->at == NOW ? "Now." : "Then.") };
	return html_finish(&h);
}

static bool
is_wanted(const struct post_options *o)
{
	return o->map;
}

static const char *
category(const struct post_options *o)
{
	return o->category;
}

/* Judges none of them. */
static bool
judge(
    struct db *at, const struct post_options *o, int64_t now, bool *more, struct err *err)
{
	(void)at, (void)o, (void)now, (void)err;
	*more = false;
	return true;
}

static bool
is_judged(const struct post_row *row, const struct post_options *o)
{
	(void)o;
	return strcmp(row->key, "undecided") != 0;
}

static const struct post_kind WEATHER = {
	.name = "weather",
	.judge = judge,
	.is_judged = is_judged,
	.is_wanted = is_wanted,
	.category = category,
	.marker = "potpress-weather-",
	.not_before = not_before,
	.load = load,
	.release = free,
	.render = render,
};
static const struct post_kind *const KINDS[] = { &WEATHER, NULL };

/* ---- the tests */

static int64_t
noon(void *ctx)
{
	(void)ctx;
	return NOW;
}

static struct publisher
publisher(void)
{
	struct publisher pb = { .kinds = KINDS, .gate = gate_new(&e) };

	pb.st.db = db;
	pb.st.clock = (struct clock){ .now = noon };
	pb.options = (struct post_options){
		.language = LANGUAGE_EN, .timezone = "UTC", .publish_after_s = 5
	};
	return pb;
}

static void
test_a_row_is_rendered(struct publisher *pb, int64_t id)
{
	struct article a = { .title = NULL };

	ok(publisher_render(pb, id, &pb->options, pb->gate, &a, &e),
	    "a made-up kind is rendered");
	is_text(a.content, "<p>Rain in <code>tokyo</code></p>", "... by its own rules");
	is_text(a.excerpt, "Now.", "... as of now");
	article_done(&a);
}

static void
test_a_row_has_its_marker(struct publisher *pb, const struct post_row *row)
{
	char marker[PUBLISHER_MARKER_MAX];
	int64_t until;

	ok(publisher_marker(pb, row->kind, row->key, marker, &e), "it has a marker");
	is_text(marker, "id=\"potpress-weather-tokyo\"", "... of its own");
	ok(publisher_not_before(pb, row, &until, &e), "it has a due rule");
	is_int(until, NOW + 65, "... that knows the options");
}

static void
test_a_key_that_is_too_long(struct publisher *pb, const struct post_row *row)
{
	char key[PUBLISHER_MARKER_MAX + 1], marker[PUBLISHER_MARKER_MAX];

	memset(key, 'k', sizeof key - 1);
	key[sizeof key - 1] = '\0';
	ok(!publisher_marker(pb, row->kind, key, marker, &e) && e.fault == FAULT_REJECT,
	    "a key too long for a marker is refused");
	err_clear(&e);
}

static void
test_another_kind(struct publisher *pb, const struct post_row *row)
{
	struct article a = { .title = NULL };
	struct post_row other = *row;
	char kind[] = "horoscope";

	other.kind = kind;
	ok(!publisher_render_row(pb, &other, &pb->options, pb->gate, &a, &e) &&
		e.fault == FAULT_REJECT && strstr(e.text, "horoscope") != NULL,
	    "a kind this version does not know is refused by name");
	err_clear(&e);
}

/* ---- the preview */

static void
read_file(const char *dir, const char *name, char *text, size_t size)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "re");
	text[0] = '\0';
	if (f == NULL)
		return;
	text[fread(text, 1, size - 1, f)] = '\0';
	fclose(f);
}

static void
remove_file(const char *dir, const char *name)
{
	char path[128];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	unlink(path);
}

static void
test_preview(struct publisher *pb, const char *dir)
{
	char text[4096];

	is_int(preview_write(pb, dir, &e), 1,
	    "it is previewed; what has nothing to tell is left out");
	read_file(dir, "tokyo.html", text, sizeof text);
	ok(strstr(text, "Rain in <code>tokyo</code>") != NULL, "... as a page");
	read_file(dir, "index.html", text, sizeof text);
	ok(strstr(text, "tokyo.html") != NULL && strstr(text, "nowhere") == NULL,
	    "... and in the index");
	ok(strstr(text, "undecided") == NULL,
	    "what no rule has selected is no part of it");
}

/* Somebody may have put a link where a file goes. */
static void
test_preview_follows_no_link(struct publisher *pb, const char *dir)
{
	char text[4096], link[128];

	snprintf(link, sizeof link, "%s/index.html", dir);
	unlink(link);
	if (symlink(db_path, link) != 0)
		die("no link");
	is_int(preview_write(pb, dir, &e), 1, "a link in the way is replaced");
	read_file(dir, "index.html", text, sizeof text);
	ok(strstr(text, "tokyo.html") != NULL, "... by the page");
	is_int(number("SELECT count(*) FROM post"), 3, "... and not followed");
	snprintf(link, sizeof link, "%s-link", dir);
	if (symlink(dir, link) != 0)
		die("no link");
	ok(preview_write(pb, link, &e) == 0 && e.fault == FAULT_FATAL,
	    "a directory that is a link is refused");
	err_clear(&e);
	unlink(link);
}

static void
test_preview_in_a_foreign_directory(struct publisher *pb, const char *dir)
{
	const char *foreign = geteuid() == 0 ? dir : "/";

	if (geteuid() == 0 && chown(dir, 12345, (gid_t)-1) != 0)
		die("no foreign directory");
	ok(preview_write(pb, foreign, &e) == 0 && strstr(e.text, "another user") != NULL,
	    "another user's directory is refused");
	err_clear(&e);
}

/* With the built-in kinds, which share a category here. */
static void
test_categories(void)
{
	const struct post_kind *const kinds[] = { &WEATHER, post_kinds[0], post_kinds[1],
		NULL };
	struct post_options o = { .category = "weather",
		.digest_category = "digest",
		.sample_posts = SAMPLE_POSTS_NOTEWORTHY };
	const char *slugs[POST_CATEGORIES_MAX];

	is_int((int64_t)post_kind_categories(kinds, &o, slugs), 1,
	    "a kind that is not wanted needs no category");
	o.map = o.digests[SPAN_DAY] = true;
	is_int((int64_t)post_kind_categories(kinds, &o, slugs), 2,
	    "each category is named once");
	is_text(slugs[0], "weather", "... that of a made-up kind");
	is_text(slugs[1], "digest", "... and that of digests");
	o.digest_category = NULL;
	is_int((int64_t)post_kind_categories(kinds, &o, slugs), 1,
	    "a value that could not be read is none");
}

int
main(void)
{
	struct publisher pb;
	struct post_row row;
	char dir[64];

	db_directory_make();
	db_fresh();
	sql("INSERT INTO post (kind, key, slug) VALUES ('weather', 'tokyo', "
	    "'Weather-Tokyo'), ('weather', 'nowhere', 'weather-nowhere'), "
	    "('weather', 'undecided', 'weather-undecided')");
	pb = publisher();
	if (!ok(store_post(&pb.st.db, 1, &row, &e), "a row without a sample is read"))
		die(e.text);
	is_text(row.kind, "weather", "... with its kind");
	is_text(
	    row.slug, "weather-tokyo", "... and its slug in lower case, as on the site");
	test_a_row_is_rendered(&pb, row.id);
	test_a_row_has_its_marker(&pb, &row);
	test_a_key_that_is_too_long(&pb, &row);
	test_another_kind(&pb, &row);
	test_categories();
	snprintf(dir, sizeof dir, "%s/preview", db_directory);
	test_preview(&pb, dir);
	test_preview_follows_no_link(&pb, dir);
	test_preview_in_a_foreign_directory(&pb, dir);
	remove_file(dir, "tokyo.html");
	remove_file(dir, "index.html");
	rmdir(dir);
	store_post_done(&row);
	gate_free(pb.gate);
	db = pb.st.db;
	db_directory_remove();
	return done_testing();
}
