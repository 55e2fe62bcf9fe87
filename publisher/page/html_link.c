/*
 * html_link.c - see html.h: what leads to a place on the site, a link or a picture.
 *
 * SPDX-License-Identifier: MIT
 */
#include <ctype.h>
#include <string.h>

#include "publisher/page/html.h"

/* Plain characters of addresses only: nothing that would have to be escaped. */
static bool
is_plain_url(const char *url)
{
	bool web = strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0;

	for (; *url != '\0'; url++)
		if (!isalnum((unsigned char)*url) && strchr(":/?=#.%_~-", *url) == NULL)
			return false;
	return web;
}

void
html_link(struct html *h, const char *url, const char *text)
{
	bool plain = is_plain_url(url);

	if (plain) {
		HTML_LIT(h, "<a style=\"color:#0b4f71\" href=\"");
		buf_puts(h->out, url);
		HTML_LIT(h, "\">");
	}
	html_text(h, text);
	if (plain)
		HTML_LIT(h, "</a>");
}

/* In an attribute no character may need an entity, or be the begin of a shortcode. */
static void
put_attribute(struct html *h, const char *text)
{
	if (strpbrk(text, "\"<>&[]") != NULL)
		h->failed = true;
	else
		buf_puts(h->out, text);
}

void
html_picture(
    struct html *h, const char *url, const char *alternative, int width, int height)
{
	char number[16];

	HTML_LIT(h, "<img src=\"");
	if (is_plain_url(url))
		buf_puts(h->out, url);
	else
		html_token(h, url);
	HTML_LIT(h, "\" alt=\"");
	put_attribute(h, alternative);
	HTML_LIT(h, "\" width=\"");
	html_token(h, BUF_FIXED(number, "%d", width));
	HTML_LIT(h, "\" height=\"");
	html_token(h, BUF_FIXED(number, "%d", height));
	HTML_LIT(h, "\" style=\"width:100%;height:auto\">");
}
