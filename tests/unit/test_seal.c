/*
 * test_seal.c - what the site's editor rewrites leaves a post ours; what a person changes does not.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/wordpress/seal.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/buf.h"
#include "tests/unit/tap.h"

#define TITLE "Mirai captured by Cowrie \u2013 b1f2"
#define EXCERPT "No engine detected it as of 25 Nov; AT&T \u2013 \u201cfirst\u201d"
#define PAGE_MAX 65536

static const char PAGE[] =
    "<!-- wp:group "
    "{\"style\":{\"color\":{\"text\":\"#611a15\"}},\"className\":\"potpress "
    "potpress-malicious\"} -->\n"
    "<div class=\"wp-block-group potpress potpress-malicious has-background\" "
    "id=\"potpress-b1f2\" "
    "style=\"color:#611a15;background-color:#fdecea;border-left-width:"
    "6px\"><!-- wp:paragraph -->\n"
    "<p class=\"is-b is-a\">Captured 22&nbsp;Nov &amp; seen &quot;again&quot; "
    "&#091;twice]</p>\n"
    "<!-- /wp:paragraph --></div>\n"
    "<!-- /wp:group -->\n\n"
    "<!-- wp:paragraph -->\n<p>First<br>block</p>\n<!-- /wp:paragraph -->\n\n"
    "<!-- wp:html -->\n<details open class style=\"\">x</details><p><a "
    "href=\"https://a.example/?x=1&amp;y=2\" "
    "rel=\"nofollow\">a</a></p>\n"
    "<!-- /wp:html -->\n";

struct change {
	const char *words, *from, *to;
};

/* The same page as the editor, or kses, may spell it. */
static const struct change SAME[] = {
	{ "nothing", "", "" },
	{ "an entity as its character", "&#091;", "[" },
	{ "quotes as characters", "&quot;again&quot;", "\"again\"" },
	{ "a no-break space as its bytes", "22&nbsp;Nov", "22\u00a0Nov" },
	{ "an ampersand as a number", "&amp; seen", "&#038; seen" },
	{ "the order of styles", "color:#611a15;background-color:#fdecea",
	    "background-color:#fdecea;color:#611a15" },
	{ "blanks in styles", "color:#611a15;background", "color: #611a15; background" },
	{ "the order of classes", "is-b is-a", "is-a  is-b" },
	{ "the order of attributes",
	    "<a href=\"https://a.example/?x=1&amp;y=2\" rel=\"nofollow\">",
	    "<a rel=\"nofollow\" href=\"https://a.example/?x=1&#038;y=2\">" },
	{ "a class of the editor's own", "<p>First",
	    "<p class=\"wp-block-paragraph\">First" },
	{ "the settings of a block", "{\"style\"", "{\"tagName\":\"div\",\"style\"" },
	{ "the way an empty element is closed", "<br>", "<br />" },
	{ "... without a blank", "<br>", "<br/>" },
	{ "the case of a tag", "<br>", "<BR>" },
	{ "lines between blocks", "-->\n\n<!-- wp:paragraph", "-->\n<!-- wp:paragraph" },
	{ "the other kind of quotes", "rel=\"nofollow\"", "rel='nofollow'" },
};

static const struct change OTHER[] = {
	{ "a word", "First", "Last" },
	{ "a letter", "First", "Fist" },
	{ "a word more", "First", "First of all" },
	{ "a word less", "First<br>block", "First<br>" },
	{ "a sentence", "block</p>", "block. See also here.</p>" },
	{ "a mark", "<p>First", "<p><strong>First</strong>" },
	{ "a link's target", "x=1", "x=3" },
	{ "a link", "<p>First", "<p><a href=\"https://b.example/\">First</a>" },
	{ "a colour", "#fdecea", "#ffffff" },
	{ "a class", "<p>First", "<p class=\"has-large-font-size\">First" },
	{ "a picture", "<p>First", "<img src=\"/x.png\"><p>First" },
	{ "a block", "<!-- wp:html -->", "<!-- wp:latest-posts /-->\n<!-- wp:html -->" },
	{ "the kind of a block", "<!-- wp:html -->", "<!-- wp:freeform -->" },
	{ "a comment", "<p>First", "<!--more--><p>First" },
	{ "text in a tag's place", "<br>", "&lt;br&gt;" },
	{ "the whole block", "<p>First<br>block</p>", "" },
};

/* The page with one change. */
static void
put_changed(struct buf *out, const char *page, const struct change *c)
{
	const char *at = strstr(page, c->from);

	buf_put(out, page, (size_t)(at - page));
	buf_puts(out, c->to);
	buf_puts(out, at + strlen(c->from));
}

static void
test_change(const char *sealed, const struct change *c, bool same)
{
	auto_buf page = BUF_INIT(PAGE_MAX);
	char seal[WP_SEAL_MAX];

	put_changed(&page, sealed, c);
	ok(wp_seal_holds(TITLE, buf_text(&page), seal) == same, c->words);
}

static void
test_place(const char *sealed, const char *seal)
{
	auto_buf class = BUF_INIT(PAGE_MAX);
	const char *first, *second;

	is_int((int)strlen(seal), WP_SEAL_MAX - 1, "a seal has 32 digits");
	buf_printf(&class, " potpress-seal-%s-", seal);
	first = strstr(sealed, buf_text(&class));
	second = first != NULL ? strstr(first + 1, buf_text(&class)) : NULL;
	ok(second != NULL && strstr(second + 1, buf_text(&class)) == NULL,
	    "it stands in the first block's comment and in its tag");
	is_int((int)strlen(sealed), (int)(strlen(PAGE) + 2 * (class.len + 12)),
	    "... and nothing else was changed");
}

static void
test_others(const char *sealed)
{
	static const struct change MOVE = { "",
		"<!-- wp:paragraph -->\n<p>First<br>block</p>\n<!-- "
		"/wp:paragraph -->\n\n",
		"" };
	auto_buf moved = BUF_INIT(PAGE_MAX);
	char seal[WP_SEAL_MAX];

	put_changed(&moved, sealed, &MOVE);
	buf_puts(&moved, MOVE.from);
	ok(!wp_seal_holds(TITLE, buf_text(&moved), seal), "a moved block");
	ok(!wp_seal_holds("My title", sealed, seal), "another title");
	ok(wp_seal_holds("Mirai captured by Cowrie &#8211; b1f2", sealed, seal),
	    "the same title, spelled by kses");
	ok(!wp_seal_holds(TITLE, PAGE, seal) && seal[0] == '\0', "a page without a seal");
	ok(!wp_seal_holds(TITLE, "<p class=\"potpress-seal-12\">", seal) &&
		seal[0] == '\0',
	    "... and with half of one");
	ok(!wp_seal_holds(
	       TITLE, "<!-- wp:x potpress-seal-0123456789abcdef0123456789abcdef", seal),
	    "a page that ends in a comment");
	ok(!wp_seal_holds(
	       "", "<a b='potpress-seal-0123456789abcdef0123456789abcdef <", seal),
	    "... or in a tag");
}

static void
test_excerpt(const char *sealed)
{
	ok(wp_seal_has_excerpt(sealed, EXCERPT), "the excerpt is known");
	ok(wp_seal_has_excerpt(sealed,
	       "No engine detected it as of 25 Nov; AT&amp;T &#8211; \u201cfirst\u201d"),
	    "... spelled by kses, too");
	ok(!wp_seal_has_excerpt(sealed, "My own words"), "another one is not ours");
	ok(!wp_seal_has_excerpt(sealed, ""), "nor is none");
	ok(wp_seal_has_excerpt(PAGE, "My own words"),
	    "a page without a seal cannot tell");
	ok(wp_seal_has_excerpt(
	       "<p class=\"potpress-seal-0123456789abcdef0123456789abcdef\">", "x"),
	    "nor one whose seal is older than excerpts");
}

int
main(void)
{
	struct err e = ERR_NONE;
	char seal[WP_SEAL_MAX];
	char *sealed = wp_seal_put(TITLE, PAGE, EXCERPT, seal, &e);

	test_place(sealed, seal);
	for (size_t i = 0; i < sizeof SAME / sizeof SAME[0]; i++)
		test_change(sealed, &SAME[i], true);
	for (size_t i = 0; i < sizeof OTHER / sizeof OTHER[0]; i++)
		test_change(sealed, &OTHER[i], false);
	test_others(sealed);
	test_excerpt(sealed);
	free(sealed);
	return done_testing();
}
