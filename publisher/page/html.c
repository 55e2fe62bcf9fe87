/*
 * html.c - see html.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/page/html.h"

#include <ctype.h>
#include <string.h>

#include "common/base/utf8.h"
#include "common/outgoing/defang.h"

#define CODE_BYTES_MAX (HTML_CODE_MAX * 4)
#define REPLACEMENT 0xFFFD
#define BMP_LAST 0xFFFF
#define SHA256_HEX 64

/* Tables have a fixed layout: only there does WordPress's own style break words too long for a phone.
 * The editor compares a block's attributes with its markup: each pair must agree to the letter. */
#define MARGINS(top, bottom) \
	"\"spacing\":{\"margin\":{\"top\":\"" top "\",\"bottom\":\"" bottom "\"}}"
#define PADDING(y, x)                                                \
	"\"spacing\":{\"padding\":{\"top\":\"" y "\",\"right\":\"" x \
	"\",\"bottom\":\"" y "\",\"left\":\"" x "\"}}"
#define PADDING_CSS(y, x) \
	"padding-top:" y ";padding-right:" x ";padding-bottom:" y ";padding-left:" x
#define NEUTRAL                                                                    \
	"\"color\":{\"background\":\"#f3f5f7\",\"text\":\"#1f2933\"},\"border\":{" \
	"\"radius\":\"8px\"}"
#define NEUTRAL_CSS "border-radius:8px;color:#1f2933;background-color:#f3f5f7;"

static const struct {
	const char *start, *end;
} TAGS[TAG_COUNT] = {
	[TAG_BANNER] = { "", "</div>\n<!-- /wp:group -->\n\n" },
	[TAG_KICKER] = { "<!-- wp:paragraph "
			 "{\"style\":{\"typography\":{\"fontSize\":\"0.85rem\","
			 "\"fontStyle\":\"normal\",\"fontWeight\":\"700\",\"lineHeight\":"
			 "\"1.2\","
			 "\"letterSpacing\":\"0.08em\"}," MARGINS(
			     "0", "0.5rem") "}} -->\n"
					    "<p "
					    "style=\"margin-top:0;margin-bottom:0.5rem;"
					    "font-size:0.85rem;font-style:normal;"
					    "font-weight:700;letter-spacing:0.08em;line-"
					    "height:1.2\">",
	    "</p>\n<!-- /wp:paragraph -->" },
	[TAG_HEADLINE] = { "\n\n<!-- wp:paragraph "
			   "{\"style\":{\"typography\":{\"fontSize\":\"1.75rem\","
			   "\"lineHeight\":\"1.25\"}," MARGINS("0",
			       "0.75rem") "}} -->\n"
					  "<p "
					  "style=\"margin-top:0;margin-bottom:0.75rem;"
					  "font-size:1.75rem;line-height:1.25\">",
	    "</p>\n<!-- /wp:paragraph -->" },
	[TAG_DETAIL] = { "\n\n<!-- wp:paragraph "
			 "{\"style\":{\"typography\":{\"fontSize\":\"0.95rem\","
			 "\"lineHeight\":\"1.5\"}," MARGINS(
			     "0", "0") "}} -->\n"
				       "<p "
				       "style=\"margin-top:0;margin-bottom:0;font-size:0."
				       "95rem;line-height:1.5\">",
	    "</p>\n<!-- /wp:paragraph -->" },
	[TAG_CARDS] = { "<!-- wp:columns "
			"{\"isStackedOnMobile\":false,\"style\":{\"spacing\":{"
			"\"blockGap\":"
			"{\"top\":\"0.75rem\",\"left\":\"0.75rem\"}}}} -->\n"
			"<div class=\"wp-block-columns is-not-stacked-on-mobile\">",
	    "</div>\n<!-- /wp:columns -->\n\n" },
	[TAG_CARD] = { "<!-- wp:column {\"style\":{" NEUTRAL "," PADDING("1rem",
			   "0.75rem") "}} -->\n"
				      "<div class=\"wp-block-column has-text-color "
				      "has-background\" style=\"" NEUTRAL_CSS PADDING_CSS(
					  "1rem",
					  "0.75rem") "\">"
						     "<!-- wp:paragraph "
						     "{\"align\":\"center\",\"style\":{"
						     "\"typography\":{\"fontSize\":\"0."
						     "8rem\","
						     "\"lineHeight\":\"1.5\"}," MARGINS(
							 "0", "0") "}} -->\n"
								   "<p "
								   "class=\"has-text-"
								   "align-center\" "
								   "style=\"margin-top:0;"
								   "margin-bottom:0;font-"
								   "size:0.8rem;"
								   "line-height:1.5\">",
	    "</p>\n<!-- /wp:paragraph --></div>\n<!-- /wp:column -->" },
	[TAG_CARD_NAME] = { "<strong style=\"font-size:1rem;line-height:1.75\">",
	    "</strong><br>" },
	[TAG_CARD_VALUE] = { "<strong style=\"font-size:1.35rem;line-height:1.3\">",
	    "</strong><br>" },
	[TAG_PARAGRAPH] = { "<!-- wp:paragraph -->\n<p>",
	    "</p>\n<!-- /wp:paragraph -->\n\n" },
	[TAG_SMALL_PRINT] = { "<!-- wp:paragraph "
			      "{\"style\":{\"spacing\":{\"margin\":{\"top\":\"2rem\"}}},"
			      "\"fontSize\":\"small\"} -->\n<p "
			      "class=\"has-small-font-size\" style=\"margin-top:2rem\">",
	    "</p>\n<!-- /wp:paragraph -->" },
	[TAG_HEADING] = { "<!-- wp:heading "
			  "{\"style\":{\"typography\":{\"fontSize\":\"1.4rem\","
			  "\"fontStyle\":\"normal\",\"fontWeight\":\"700\","
			  "\"lineHeight\":\"1.3\"}," MARGINS(
			      "2.25rem", "0.75rem") "}} -->\n"
						    "<h2 class=\"wp-block-heading\" "
						    "style=\"margin-top:2.25rem;margin-"
						    "bottom:0.75rem;"
						    "font-size:1.4rem;font-style:normal;"
						    "font-weight:700;line-height:1.3\">",
	    "</h2>\n<!-- /wp:heading -->\n\n" },
	[TAG_TABLE] = { "<!-- wp:table "
			"{\"hasFixedLayout\":true,\"style\":{\"border\":{\"color\":\"#"
			"c9d1d9\",\"width\":\"1px\"}"
			","
			"\"typography\":{\"fontSize\":\"0.95rem\"}}} -->\n"
			"<figure class=\"wp-block-table\" "
			"style=\"font-size:0.95rem\"><table class=\"has-border-color "
			"has-fixed-layout\" "
			"style=\"border-color:#c9d1d9;border-width:1px\">",
	    "</table></figure>\n<!-- /wp:table -->" },
	[TAG_THEAD] = { "<thead>", "</thead>" },
	[TAG_TBODY] = { "<tbody>", "</tbody>" },
	[TAG_TR] = { "<tr>", "</tr>" },
	[TAG_TH] = { "<th class=\"has-text-align-left\" data-align=\"left\">", "</th>" },
	[TAG_TD] = { "<td>", "</td>" },
	[TAG_PRE] = { "<!-- wp:code {\"style\":{" NEUTRAL "," PADDING("1rem",
			  "1rem") ",\"typography\":{\"fontSize\":\"0.85rem\"}}} -->\n"
				  "<pre class=\"wp-block-code has-text-color "
				  "has-background\" style=\"" NEUTRAL_CSS PADDING_CSS(
				      "1rem", "1rem") ";font-size:0.85rem\">",
	    "</pre>\n<!-- /wp:code -->\n\n" },
	[TAG_CODE] = { "<code>", "</code>" },
	[TAG_STRONG] = { "<strong>", "</strong>" },
	[TAG_DETAILS] = { "<!-- wp:details -->\n<details class=\"wp-block-details\">",
	    "</details>\n<!-- /wp:details -->\n\n" },
	[TAG_SUMMARY] = { "<summary>", "</summary>" },
	[TAG_BUTTONS] = { "<!-- wp:buttons -->\n<div class=\"wp-block-buttons\">",
	    "</div>\n<!-- /wp:buttons -->\n\n" },
};

void
html_init(struct html *h, struct buf *out, struct guard *guard)
{
	*h = (struct html){ .out = out, .guard = guard };
}

void
html_push(struct html *h, enum html_tag tag)
{
	if (h->depth == HTML_DEPTH_MAX)
		h->failed = true;
	else
		h->open[h->depth++] = tag;
}

void
html_open(struct html *h, enum html_tag tag)
{
	buf_puts(h->out, TAGS[tag].start);
	html_push(h, tag);
}

void
html_close(struct html *h, enum html_tag tag)
{
	if (h->depth == 0 || h->open[h->depth - 1] != tag) {
		h->failed = true;
		return;
	}
	h->depth--;
	buf_puts(h->out, TAGS[tag].end);
}

bool
html_finish(const struct html *h)
{
	return !h->failed && h->depth == 0 && buf_ok(h->out);
}

void
html_literal(struct html *h, const char *literal)
{
	buf_puts(h->out, literal);
}

void
html_token(struct html *h, const char *token)
{
	for (const char *p = token; *p != '\0'; p++)
		if (!isalnum((unsigned char)*p) && strchr("#.%_-", *p) == NULL)
			h->failed = true;
	if (!h->failed)
		buf_puts(h->out, token);
}

/* ---- text */

static bool
is_open(const struct html *h, enum html_tag tag)
{
	for (int i = 0; i < h->depth; i++)
		if (h->open[i] == tag)
			return true;
	return false;
}

/* Control characters, marks that turn the reading direction, and what is no character. */
static bool
is_unprintable(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c <= 0x9f) || c == 0x200e || c == 0x200f ||
	       c == 0x061c || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069) || c == 0xfeff || c == 0xfffe || c == 0xffff;
}

static const char *
entity(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#039;";
	case '[':
		return "&#091;";
	case ']':
		return "&#093;";
	case '#':
		return "&#035;";
	case '\\':
		return "&#092;";
	default:
		return NULL;
	}
}

static void
put_character(struct html *h, uint32_t c, const char *rest, const char *end)
{
	if (is_unprintable(c))
		utf8_put(h->out, REPLACEMENT);
	else if (entity(c) != NULL)
		buf_puts(h->out, entity(c));
	else if (c > BMP_LAST)
		buf_printf(h->out, "&#x%x;", (unsigned)c);
	else if (c == ':' && end - rest >= 2 && rest[0] == '/' && rest[1] == '/')
		buf_puts(h->out, "&#058;");
	else if (c == 'W' && end - rest >= 8 && memcmp(rest, "ordpress", 8) == 0)
		buf_puts(h->out, "&#087;");
	else
		utf8_put(h->out, c);
}

static bool
is_dead(const char *text, const char *colon)
{
	static const char *const DEAD[] = { "hxxp", "hxxps", "fxp", "fxps" };

	for (size_t i = 0; i < sizeof DEAD / sizeof DEAD[0]; i++) {
		size_t len = strlen(DEAD[i]);

		if ((size_t)(colon - text) >= len &&
		    memcmp(colon - len, DEAD[i], len) == 0)
			return true;
	}
	return false;
}

static void
put_escaped(struct html *h, const char *text, size_t len)
{
	const char *p = text, *end = text + len;

	while (p < end) {
		size_t n;
		uint32_t c = utf8_next(p, end, &n);

		if (c == ':' && is_dead(text, p))
			buf_putc(h->out, ':');
		else
			put_character(h, c, p + n, end);
		p += n;
	}
}

void
html_text(struct html *h, const char *text)
{
	put_escaped(h, text, strlen(text));
}

static void
put_code(struct html *h, const char *text, size_t max_bytes)
{
	auto_buf passed = BUF_INIT(HTML_CODE_MAX + 8);
	auto_buf dead = BUF_INIT(CODE_BYTES_MAX);
	bool inside = is_open(h, TAG_CODE);

	guard_pass(h->guard, text, max_bytes, &passed);
	defang_text(&dead, buf_text(&passed));
	if (!buf_ok(&dead))
		h->failed = true;
	if (!inside)
		html_open(h, TAG_CODE);
	put_escaped(h, buf_text(&dead), dead.len);
	if (!inside)
		html_close(h, TAG_CODE);
}

void
html_code(struct html *h, const char *text)
{
	put_code(h, text, HTML_CODE_MAX);
}

void
html_code_short(struct html *h, const char *text)
{
	put_code(h, text, HTML_SHORT_MAX);
}

void
html_virustotal_button(struct html *h, const char *sha256, const char *label)
{
	if (strspn(sha256, "0123456789abcdef") != SHA256_HEX ||
	    sha256[SHA256_HEX] != '\0') {
		h->failed = true;
		return;
	}
	html_open(h, TAG_BUTTONS);
	HTML_LIT(h,
	    "<!-- wp:button -->\n<div class=\"wp-block-button\"><a "
	    "class=\"wp-block-button__link "
	    "wp-element-button\" href=\"https://www.virustotal.com/gui/file/");
	html_token(h, sha256);
	HTML_LIT(h, "\" target=\"_blank\" rel=\"noreferrer noopener nofollow\">");
	html_text(h, label);
	HTML_LIT(h, "</a></div>\n<!-- /wp:button -->");
	html_close(h, TAG_BUTTONS);
}

/* Reduced first: what is taken out may have stood in the middle of a private name or of "://". */
void
html_label(struct guard *g, const char *text, size_t max_bytes, struct buf *out)
{
	auto_buf plain = BUF_INIT(GUARD_TEXT_MAX);
	char last = ' ';

	for (const char *p = text; *p != '\0' && plain.len < GUARD_TEXT_MAX - 1; p++) {
		if (!isalnum((unsigned char)*p) && strchr(" ._/:()-", *p) == NULL)
			continue;
		if (*p == '/' && last == ':')
			continue;
		last = *p;
		buf_putc(&plain, last);
	}
	guard_pass(g, buf_text(&plain), max_bytes, out);
}
