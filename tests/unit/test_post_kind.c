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

static const struct post_kind WEATHER = {
	.name = "weather",
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

	ok(publisher_render(pb, id, pb->gate, &a, &e), "a made-up kind is rendered");
	is_text(a.content, "<p>Rain in <code>tokyo</code></p>", "... by its own rules");
	is_text(a.excerpt, "Now.", "... as of now");
	article_done(&a);
}

static void
test_a_row_has_its_marker(struct publisher *pb, const struct post_row *row)
{
	char marker[PUBLISHER_MARKER_MAX];
	int64_t until;

	ok(publisher_marker(pb, row, marker, &e), "it has a marker");
	is_text(marker, "id=\"potpress-weather-tokyo\"", "... of its own");
	ok(publisher_not_before(pb, row, &until, &e), "it has a due rule");
	is_int(until, NOW + 65, "... that knows the options");
}

static void
test_a_key_that_is_too_long(struct publisher *pb, const struct post_row *row)
{
	struct post_row longer = *row;
	char key[PUBLISHER_MARKER_MAX + 1], marker[PUBLISHER_MARKER_MAX];

	memset(key, 'k', sizeof key - 1);
	key[sizeof key - 1] = '\0';
	longer.key = key;
	ok(!publisher_marker(pb, &longer, marker, &e) && e.fault == FAULT_REJECT,
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
	ok(!publisher_render_row(pb, &other, pb->gate, &a, &e) &&
		e.fault == FAULT_REJECT && strstr(e.text, "horoscope") != NULL,
	    "a kind this version does not know is refused by name");
	err_clear(&e);
}

static void
test_preview(struct publisher *pb)
{
	char dir[64], path[96], text[4096] = "";
	FILE *f;

	snprintf(dir, sizeof dir, "%s/preview", db_directory);
	ok(preview_write(pb, dir, &e) > 0,
	    "it is previewed; what has nothing to tell is left out");
	snprintf(path, sizeof path, "%s/tokyo.html", dir);
	f = fopen(path, "re");
	if (f != NULL) {
		text[fread(text, 1, sizeof text - 1, f)] = '\0';
		fclose(f);
	}
	ok(strstr(text, "Rain in <code>tokyo</code>") != NULL, "... as a page");
	unlink(path);
	snprintf(path, sizeof path, "%s/index.html", dir);
	unlink(path);
	rmdir(dir);
}

int
main(void)
{
	struct publisher pb;
	struct post_row row;

	db_directory_make();
	db_fresh();
	sql("INSERT INTO post (kind, key, slug) VALUES ('weather', 'tokyo', "
	    "'weather-tokyo'), ('weather', 'nowhere', 'weather-nowhere')");
	pb = publisher();
	if (!ok(store_post(&pb.st.db, 1, &row, &e), "a row without a sample is read"))
		die(e.text);
	is_text(row.kind, "weather", "... with its kind");
	test_a_row_is_rendered(&pb, row.id);
	test_a_row_has_its_marker(&pb, &row);
	test_a_key_that_is_too_long(&pb, &row);
	test_another_kind(&pb, &row);
	test_preview(&pb);
	store_post_done(&row);
	gate_free(pb.gate);
	db = pb.st.db;
	db_directory_remove();
	return done_testing();
}
