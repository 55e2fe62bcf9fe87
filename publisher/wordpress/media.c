/*
 * media.c - pictures in the site's media library.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "common/base/sha256.h"
#include "publisher/wordpress/internal.h"

#define FORM_MAX (256 << 10) /* bytes: a picture and the names around it */
#define MEDIA_FIELDS "_fields=id,slug,source_url"

/* ---- finding */

/* The address stands in the post's markup, so it is one of plain characters. */
static bool
is_plain_url(const char *url)
{
	static const char ALLOWED[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:/%?=";

	return (strncmp(url, "https://", 8) == 0 || strncmp(url, "http://", 7) == 0) &&
	       url[strspn(url, ALLOWED)] == '\0';
}

static bool
read_media(const cJSON *item, struct wp_media *out)
{
	const char *slug, *url;

	*out = (struct wp_media){ .id = 0 };
	if (!json_int(item, "id", &out->id) || out->id <= 0 ||
	    !json_text(item, "slug", &slug) || !json_text(item, "source_url", &url) ||
	    strlen(slug) >= sizeof out->slug || strlen(url) >= sizeof out->url ||
	    !is_plain_url(url))
		return false;
	memcpy(out->slug, slug, strlen(slug) + 1);
	memcpy(out->url, url, strlen(url) + 1);
	return true;
}

bool
wp_media_find(struct wp *wp, const char *const *slugs, size_t count,
    struct wp_media out[WP_MEDIA_FOUND_MAX], size_t *found, struct err *e)
{
	auto_buf query = BUF_INIT(WP_URL_MAX);
	auto_answer a = { .tree = NULL };

	*found = 0;
	buf_puts(&query, "context=edit&per_page=100&" MEDIA_FIELDS "&slug=");
	for (size_t i = 0; i < count; i++) {
		buf_printf(&query, "%s%s", i > 0 ? "," : "", slugs[i]);
		for (int copy = 2; copy < 2 + WP_MEDIA_COPIES_MAX; copy++)
			buf_printf(&query, ",%s-%d", slugs[i], copy);
	}
	if (!buf_ok(&query))
		return err_set(e, FAULT_REJECT, "the names of pictures are too long");
	if (!wp_call(wp,
		&(struct wp_call){ .route = "wp/v2/media", .query = buf_text(&query) },
		&a, e))
		return false;
	for (const cJSON *i = NULL;
	     *found < WP_MEDIA_FOUND_MAX && (i = json_each(a.tree, "", i));)
		*found += read_media(i, &out[*found]);
	return cJSON_IsArray(a.tree) ||
	       err_doubt(
		   e, "wordpress: the answer to a search is not a list of pictures");
}

bool
wp_media_get(struct wp *wp, int64_t id, struct wp_media *out, struct err *e)
{
	char route[WP_ROUTE_MAX];
	auto_answer a = { .tree = NULL };

	*out = (struct wp_media){ .id = 0 };
	BUF_FIXED(route, "wp/v2/media/%lld", (long long)id);
	if (wp_call(
		wp, &(struct wp_call){ .route = route, .query = MEDIA_FIELDS }, &a, e))
		read_media(a.tree, out);
	else if (strcmp(a.code, "rest_post_invalid_id") != 0)
		return false;
	err_clear(e);
	return true;
}

/* ---- storing */

/* The boundary between the parts does not occur in them: it is made from their hash. */
static void
put_form(struct buf *form, struct buf *type, const char *slug, const struct buf *png)
{
	char boundary[SHA256_HEX_MAX];

	sha256_hex(buf_text(png), png->len, boundary);
	buf_printf(type, "Content-Type: multipart/form-data; boundary=%s", boundary);
	buf_printf(form,
	    "--%s\r\nContent-Disposition: form-data; name=\"slug\"\r\n\r\n%s\r\n",
	    boundary, slug);
	buf_printf(form,
	    "--%s\r\nContent-Disposition: form-data; name=\"file\"; filename=\"%s.png\"\r\n"
	    "Content-Type: image/png\r\n\r\n",
	    boundary, slug);
	buf_put(form, buf_text(png), png->len);
	buf_printf(form, "\r\n--%s--\r\n", boundary);
}

/* A file that WordPress does not take, a right that the user lacks, a disk that is full, a firewall. */
static bool
is_about_pictures(const struct wp_answer *a, const struct err *e)
{
	return e->fault == FAULT_REJECT || e->fault == FAULT_RETRY ||
	       e->fault == FAULT_DOUBT || a->status == 403 ||
	       strncmp(a->code, "rest_upload_", strlen("rest_upload_")) == 0;
}

bool
wp_media_upload(struct wp *wp, const char *slug, const struct buf *png,
    struct wp_media *out, bool *refused, struct err *e)
{
	auto_buf form = BUF_INIT(FORM_MAX), type = BUF_INIT(HTTP_HEADER_MAX);
	auto_answer a = { .tree = NULL };

	*refused = false;
	put_form(&form, &type, slug, png);
	if (!buf_ok(&form) || !buf_ok(&type))
		return err_set(e, FAULT_FATAL, "out of memory");
	if (!wp_call(wp,
		&(struct wp_call){ .route = "wp/v2/media",
		    .query = MEDIA_FIELDS,
		    .form = &form,
		    .form_type = buf_text(&type) },
		&a, e)) {
		*refused = is_about_pictures(&a, e);
		return false;
	}
	if (read_media(a.tree, out))
		return true;
	err_doubt(e, "wordpress: the answer to an upload is not a picture");
	e->unknown_outcome = true;
	*refused = true;
	return false;
}

bool
wp_media_remove(struct wp *wp, int64_t id, struct err *e)
{
	char route[WP_ROUTE_MAX];

	BUF_FIXED(route, "wp/v2/media/%lld", (long long)id);
	return wp_delete(wp, route, e);
}
