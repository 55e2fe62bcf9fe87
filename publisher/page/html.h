/*
 * html.h - writes a page's blocks so that hostile text cannot become active.
 *
 * There is no way to write a raw string: tags are enumerators with markup from blocks.html, other
 * markup of our own is a string literal (HTML_LIT does not compile with a variable), tokens are checked
 * letter by letter, and text is always escaped. Untrusted text is written only by html_code, inside
 * <code>, after the gate and defanged. Text is written as a browser's innerHTML serializes it, so that
 * saving a post in WordPress's editor (6.1 to 7.1) changes nothing: entities only for & < > and
 * no-break spaces. The editor turns other entities back into characters, so text that WordPress would
 * interpret, such as brackets of shortcodes, is split by a <span>.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PAGE_HTML_H
#define POTPRESS_PAGE_HTML_H

#include "common/base/buf.h"
#include "common/outgoing/gate.h"

#define HTML_DEPTH_MAX 16
#define HTML_CODE_MAX 512 /* bytes of one untrusted text */
#define HTML_SHORT_MAX 96 /* the same where there may be many */

/* blocks.html has the markup of each. */
enum html_tag {
	TAG_BANNER, /* $id, $classes, $background, $text, $accent */
	TAG_KICKER,
	TAG_LEAD,
	TAG_BAR, /* $accent up to $share, then $track */
	TAG_REMARK, /* between lead and detail */
	TAG_DETAIL,
	TAG_HEADING,
	TAG_HASH, /* the box of indicators when it is only a hash; */
	TAG_HASH_ABOVE, /* the same above */
	TAG_INDICATORS, /* the rest of them */
	TAG_INDICATORS_ALONE, /* a box without a hash above */
	TAG_NOTE,
	TAG_MORE, /* front pages omit what follows */
	TAG_CARDS,
	TAG_CARD,
	TAG_CARD_VALUE,
	TAG_CARD_VALUE_LONG,
	TAG_PARAGRAPH,
	TAG_AREA, /* for tables and folds, which the editor changes anywhere else */
	TAG_AREA_BOXED, /* for those with links */
	TAG_SAYS,
	TAG_FOLD,
	TAG_FOLD_SUMMARY,
	TAG_LINES, /* lines of code in a fold */
	TAG_UNFOLD, /* in a cell */
	TAG_UNFOLD_SUMMARY,
	TAG_TABLE,
	TAG_THEAD,
	TAG_TBODY,
	TAG_TR,
	TAG_TH, /* $width */
	TAG_TD,
	TAG_TD_WORD, /* may hold a word too long for a phone */
	TAG_LABEL, /* the narrow left column of facts, and the right one */
	TAG_FACT,
	TAG_FACT_WORD,
	TAG_SHARE, /* a bar of $share after a few words */
	TAG_CODE,
	TAG_STRONG,
	TAG_BUTTONS,
	TAG_BUTTON, /* $sha256: VirusTotal's page about a file */
	TAG_LISTING_BUTTON, /* $sha256: MalwareBazaar's */
	TAG_SMALL_PRINT,
	TAG_FIGURE, /* a box with a picture and its legend */
	TAG_LEGEND,
	TAG_KEY, /* $accent */
	/* a box for links: many themes' colours for them are too pale elsewhere */
	TAG_LINKS,
	TAG_LINKS_ITEM,
	TAG_LINKS_REASON, /* may hold a word too long for a phone */
	TAG_WORD, /* one word of a text */
	TAG_COUNT
};

struct html {
	struct buf *out;
	struct gate *gate;
	enum html_tag open[HTML_DEPTH_MAX];
	int depth;
	bool follows; /* a block ended here: an empty line precedes the next one */
	bool failed;
};

/* The value of a placeholder in a tag's markup; checked as by html_token. */
struct html_place {
	const char *name, *token;
};
#define HTML_PLACES_MAX 6

void html_init(struct html *h, struct buf *out, struct gate *gate);
void html_open(struct html *h, enum html_tag tag);
/* The same for a tag with placeholders; a missing value fails the page. */
void html_open_with(
    struct html *h, enum html_tag tag, const struct html_place places[HTML_PLACES_MAX]);
void html_close(struct html *h, enum html_tag tag);
/* False when anything failed, a tag is open, or the text is over its limit. */
bool html_finish(const struct html *h);

#define HTML_LIT(h, lit) html_literal((h), "" lit "")
void html_literal(struct html *h, const char *literal); /* only through HTML_LIT */
/* Class names, colours, numbers, hashes: letters, digits, blanks and #.%_- only, else the page fails. */
void html_token(struct html *h, const char *token);
/* Our own text. */
void html_text(struct html *h, const char *text);
/* Untrusted text, inside <code>, which is opened unless one is open. Each text is one line: line breaks
 * and tabs count as control characters. */
void html_code(struct html *h, const char *text);
void html_code_short(struct html *h, const char *text);
/* The same for a host outside of a URL. */
void html_host(struct html *h, const char *host);
/* A button to another site's page about a file; anything but 64 hex digits fails. */
void html_button(
    struct html *h, enum html_tag button, const char *sha256, const char *label);

/* A picture on the site, or a file beside the page. alternative: our own text, for those who do not see it. */
void html_picture(
    struct html *h, const char *url, const char *alternative, int width, int height);
/* A link to a page of the site, as the site gave its address; any other text becomes no link. */
void html_link(struct html *h, const char *url, const char *text);

/* A short name from VirusTotal or T-Pot for use in a sentence: past the gate, reduced to
 * [A-Za-z0-9 ._/:()+#-], at most max_bytes. */
void html_label(struct gate *g, const char *text, size_t max_bytes, struct buf *out);
/* The same for the name of a company, network, author or place: letters of any language and &', stay too. */
void html_name(struct gate *g, const char *text, size_t max_bytes, struct buf *out);

#endif
