/*
 * capture.c - the files that one document names.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>

#include <string.h>

#include "collector/documents/internal.h"
#include "common/base/utf8.h"

#define KEY_FORMAT "1-"
#define KEY_BYTES_MAX (HIT_URL_MAX + 8 * HIT_NAME_MAX)

static void
put_part(struct buf *b, const char *text)
{
	if (text == NULL)
		buf_puts(b, "n,");
	else
		buf_printf(b, "%zu:%s,", strlen(text), text);
}

/* Only values of the document itself: an address from another document may not be found next time. */
static bool
make_key(const struct hit *h, struct capture *c)
{
	const char *src_ip = h->origin.src_ip[0] != '\0' ? h->origin.src_ip : NULL;
	auto_buf b = BUF_INIT(KEY_BYTES_MAX);
	char hex[SHA256_HEX_MAX];

	put_part(&b, h->profile->honeypot);
	put_part(&b, h->sensor);
	put_part(&b, h->session != NULL ? h->session : src_ip);
	put_part(&b, c->hash.hex);
	put_part(&b, c->url);
	buf_printf(&b, "%lld", (long long)h->event_at);
	if (!buf_ok(&b))
		return false;
	sha256_hex(buf_text(&b), b.len, hex);
	BUF_FIXED(c->event_key, "%s%s", KEY_FORMAT, hex);
	return true;
}

static bool
is_known(const struct hit *h, const struct capture *c)
{
	for (int i = 0; i < h->capture_count; i++)
		if (strcmp(h->captures[i].event_key, c->event_key) == 0)
			return true;
	return false;
}

static void
add_capture(struct hit *h, struct capture *c)
{
	struct capture *grown = NULL;
	size_t count = (size_t)h->capture_count;

	if (!make_key(h, c)) {
		hit_reject(h, "out of memory", "");
		return;
	}
	if (is_known(h, c))
		return;
	if (count < HIT_HASHES_MAX)
		grown = realloc(h->captures, (count + 1) * sizeof *grown);
	if (grown == NULL) {
		hit_reject(h, "it contains more hashes than can be stored", "");
		return;
	}
	h->captures = grown;
	h->captures[h->capture_count++] = *c;
}

/* The hit takes ownership of the text, which may be NULL. */
static const char *
own(struct hit *h, char *text)
{
	char **grown = NULL;

	if (text != NULL)
		grown = realloc(h->texts, ((size_t)h->text_count + 1) * sizeof *grown);
	if (grown == NULL) {
		free(text);
		return NULL;
	}
	h->texts = grown;
	h->texts[h->text_count++] = text;
	return text;
}

/* A scheme and ://; SCP puts a path where a URL is expected. */
static bool
looks_like_url(const char *text)
{
	size_t n = strspn(
	    text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

	return n > 0 && strncmp(text + n, "://", 3) == 0;
}

static void
read_names(
    struct hit *h, const struct file_place *place, const cJSON *source, struct capture *c)
{
	c->url = own(h, hit_text(source, place->url, HIT_URL_MAX));
	for (int i = 0; i < PROFILE_TEXTS_MAX && c->file_name == NULL; i++)
		c->file_name = own(h, hit_text(source, place->names[i], HIT_NAME_MAX));
	if (c->url == NULL || looks_like_url(c->url))
		return;
	c->url = NULL;
	if (c->file_name == NULL)
		c->file_name = own(h, hit_text(source, place->url, HIT_NAME_MAX));
}

/* An absent or empty hash is no capture; a malformed one is a rejection. False in both cases. */
static bool
read_hash(
    struct hit *h, const struct file_place *place, const cJSON *node, struct hash *hash)
{
	if (cJSON_IsNull(node) || (cJSON_IsString(node) && node->valuestring[0] == '\0'))
		return false;
	if (!cJSON_IsString(node)) {
		hit_reject(h, place->hash, " is not text");
		return false;
	}
	if (hash_parse(hash, node->valuestring, strlen(node->valuestring)) &&
	    !hash_is_placeholder(hash))
		return true;
	hit_reject(h, "no hash: ", node->valuestring);
	return false;
}

/* Log4pot fetches each URL it finds and records the file's hash, or why there is none. */
static bool
is_excuse(const cJSON *node)
{
	return cJSON_IsString(node) && (strcmp(node->valuestring, "excluded") == 0 ||
					   strncmp(node->valuestring, "error", 5) == 0);
}

/* An index with synthetic _source takes the dots of a URL for levels of objects: `before` is the URL's part
 * above this one. */
static void
read_files_by_url(
    struct hit *h, const struct file_place *place, const cJSON *node, const char *before)
{
	for (const cJSON *i = NULL; (i = json_each(node, "", i));) {
		auto_buf url = BUF_CUT(HIT_URL_MAX);
		struct capture c = { .url = NULL };

		buf_puts(&url, before);
		utf8_clean(&url, i->string, strlen(i->string), HIT_URL_MAX - url.len);
		if (cJSON_IsObject(i)) {
			buf_putc(&url, '.');
			read_files_by_url(h, place, i, buf_text(&url));
			continue;
		}
		if (is_excuse(i) || !read_hash(h, place, i, &c.hash))
			continue;
		c.url = own(h, url.len > 0 ? buf_take(&url) : NULL);
		add_capture(h, &c);
	}
}

static void
read_files(struct hit *h, const struct file_place *place, const cJSON *source)
{
	const cJSON *node = json_at(source, place->hash);
	struct capture c = { .url = NULL };

	if (node == NULL)
		return;
	if (place->keys_are_urls && cJSON_IsObject(node)) {
		read_files_by_url(h, place, node, "");
		return;
	}
	read_names(h, place, source, &c);
	if (!cJSON_IsArray(node) && read_hash(h, place, node, &c.hash))
		add_capture(h, &c);
	if (cJSON_IsArray(node))
		for (const cJSON *i = NULL; (i = json_each(node, "", i));)
			if (read_hash(h, place, i, &c.hash))
				add_capture(h, &c);
}

void
hit_captures_read(struct hit *h, const cJSON *source)
{
	const struct file_place *place = h->profile->files;

	for (int i = 0; i < PROFILE_FILES_MAX && place[i].hash != NULL; i++)
		read_files(h, &place[i], source);
}

void
hit_captures_done(struct hit *h)
{
	for (int i = 0; i < h->text_count; i++)
		free(h->texts[i]);
	free(h->texts);
	free(h->captures);
}
