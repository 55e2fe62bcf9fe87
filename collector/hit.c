/*
 * hit.c - see hit.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/hit.h"

#include <stdlib.h>
#include <string.h>

#define KEY_FORMAT "1-"
#define KEY_BYTES_MAX (HIT_URL_MAX + 8 * HIT_NAME_MAX)

static void
reject(struct hit *h, const char *why, const char *what)
{
	auto_buf text = BUF_INIT(sizeof h->rejection - 1);

	buf_printf(&text, "%s%.100s", why, what);
	if (buf_ok(&text))
		memcpy(h->rejection, buf_text(&text), text.len + 1);
}

/* ---- fields */

/* A text of the document, clean and cut; NULL when it is absent, empty or no text. */
static char *
clean_text(const cJSON *source, const char *path, size_t most)
{
	auto_buf clean = BUF_INIT(most + 8);
	const char *text;

	if (path == NULL || !json_text_nth(source, path, 0, &text) || text[0] == '\0')
		return NULL;
	utf8_clean(&clean, text, strlen(text), most);
	return buf_take(&clean);
}

static int64_t
number_within(const cJSON *source, const char *path, int64_t low, int64_t high)
{
	int64_t n;

	return json_int(source, path, &n) && n >= low && n <= high ? n : -1;
}

static void
read_source_address(struct hit *h, const cJSON *source)
{
	const char *text;

	if (!json_text_nth(source, "src_ip", 0, &text) || !ip_canonical(text, h->src_ip))
		h->src_ip[0] = '\0';
}

static bool
is_country(const char *text)
{
	return text != NULL && strlen(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' &&
	       text[1] >= 'A' && text[1] <= 'Z';
}

static void
read_place(struct hit *h, const cJSON *source)
{
	h->country = clean_text(source, "geoip.country_code2", HIT_NAME_MAX);
	if (!is_country(h->country)) {
		free(h->country);
		h->country = NULL;
	}
	h->city = clean_text(source, "geoip.city_name", HIT_NAME_MAX);
	h->asn = number_within(source, "geoip.asn", 0, UINT32_MAX);
	h->as_org = clean_text(source, "geoip.as_org", HIT_NAME_MAX);
}

/* Cowrie's file events name no port of their own. */
static int64_t
port_of(const char *protocol)
{
	if (protocol != NULL && strcmp(protocol, "ssh") == 0)
		return 22;
	return protocol != NULL && strcmp(protocol, "telnet") == 0 ? 23 : -1;
}

static bool
looks_like_url(const char *text)
{
	return strstr(text, "://") != NULL;
}

static void
read_names(struct hit *h, const cJSON *source)
{
	const struct profile *p = h->profile;

	h->url = clean_text(source, p->url, HIT_URL_MAX);
	for (int i = 0;
	     i < PROFILE_VALUES_MAX && p->file_names[i] != NULL && h->file_name == NULL;
	     i++)
		h->file_name = clean_text(source, p->file_names[i], HIT_NAME_MAX);
	/* SCP puts a path where a URL is expected. */
	if (h->url == NULL || looks_like_url(h->url))
		return;
	if (h->file_name == NULL)
		h->file_name = strndup(h->url, HIT_NAME_MAX);
	free(h->url);
	h->url = NULL;
}

static void
read_honeypot(struct hit *h, const cJSON *source)
{
	h->honeypot = clean_text(source, "type", HIT_NAME_MAX);
	/* An event that brings a type of its own overwrites T-Pot's. */
	if (h->honeypot != NULL && strcmp(h->honeypot, h->profile->honeypot) == 0)
		return;
	free(h->honeypot);
	h->honeypot = strdup(h->profile->honeypot);
}

static void
read_action(struct hit *h, const cJSON *source)
{
	const char *value;

	h->action = "upload";
	if (h->profile->upload_value != NULL &&
	    json_text(source, h->profile->select, &value) &&
	    strcmp(value, h->profile->upload_value) != 0)
		h->action = "download";
}

static void
read_times(struct hit *h, const cJSON *source, int64_t collected_at)
{
	const char *text;

	if (!(json_text(source, "@timestamp", &text) &&
		time_parse_iso(text, &h->event_at)) &&
	    !(json_text(source, "timestamp", &text) &&
		time_parse_iso(text, &h->event_at)))
		h->event_at = 0;
	h->clock_wrong =
	    h->event_at < CLOCK_EARLIEST || h->event_at > collected_at + CLOCK_AHEAD_S;
	h->seen_at = h->clock_wrong ? collected_at : h->event_at;
}

/* ---- identities of the sensor */

static void
add_identity(struct hit *h, const cJSON *source, const char *path, bool address)
{
	struct identity *i = &h->identities[h->identity_count];
	char *text = clean_text(source, path, HIT_NAME_MAX - 8);

	if (text == NULL)
		return;
	i->kind = address ? "address" : "name";
	if (!address)
		memcpy(i->value, text, strlen(text) + 1);
	if (!address || ip_canonical(text, i->value))
		h->identity_count++;
	free(text);
}

/* ---- hashes */

static void
put_part(struct buf *b, const char *text)
{
	if (text == NULL)
		buf_puts(b, "n,");
	else
		buf_printf(b, "%zu:%s,", strlen(text), text);
}

/* What makes two documents the same capture; see table sighting. */
static void
make_key(const struct hit *h, struct capture *c)
{
	auto_buf b = BUF_INIT(KEY_BYTES_MAX);
	auto_buf key = BUF_INIT(EVENT_KEY_MAX - 1);
	char hex[DIGEST_HEX_MAX];

	put_part(&b, h->honeypot);
	put_part(&b, h->sensor);
	put_part(&b, h->session != NULL     ? h->session
		     : h->src_ip[0] != '\0' ? h->src_ip
					    : NULL);
	put_part(&b, c->hash.hex);
	put_part(&b, h->url);
	buf_printf(&b, "%lld", (long long)h->event_at);
	digest_sha256(buf_text(&b), b.len, hex);
	buf_printf(&key, "%s%s", KEY_FORMAT, hex);
	memcpy(c->event_key, buf_text(&key), key.len + 1);
}

static bool
is_known(const struct hit *h, const struct hash *hash)
{
	for (int i = 0; i < h->capture_count; i++)
		if (strcmp(h->captures[i].hash.hex, hash->hex) == 0)
			return true;
	return false;
}

static void
add_hash(struct hit *h, const cJSON *node)
{
	struct capture *c = &h->captures[h->capture_count];

	if (cJSON_IsNull(node) ||
	    (cJSON_IsString(node) && node->valuestring[0] == '\0')) {
		h->empty++;
		return;
	}
	if (!cJSON_IsString(node)) {
		reject(h, h->profile->hash, " holds something that is no text");
		return;
	}
	if (!hash_parse(&c->hash, node->valuestring, strlen(node->valuestring))) {
		reject(h, "no hash: ", node->valuestring);
		return;
	}
	if (is_known(h, &c->hash))
		return;
	if (h->capture_count + 1 == HIT_HASHES_MAX) {
		reject(h, "it names too many hashes in ", h->profile->hash);
		return;
	}
	make_key(h, c);
	h->capture_count++;
}

static void
read_hashes(struct hit *h, const cJSON *source)
{
	const cJSON *node = json_at(source, h->profile->hash);

	if (node == NULL)
		h->empty++;
	else if (!cJSON_IsArray(node))
		add_hash(h, node);
	else
		for (const cJSON *i = node->child; i != NULL; i = i->next)
			add_hash(h, i);
}

/* ---- the hit */

/* Position and id of a hit that cannot be parsed: the engine prints them before the document. */
static void
scan_frame(struct hit *h, const char *text, size_t len)
{
	static const char SEQ[] = "\"_seq_no\":", ID[] = "\"_id\":\"";
	const char *seq = memmem(text, len, SEQ, sizeof SEQ - 1);
	const char *id = memmem(text, len, ID, sizeof ID - 1), *end;

	if (seq != NULL)
		h->seq_no = strtoll(seq + sizeof SEQ - 1, NULL, 10);
	if (id == NULL)
		return;
	id += sizeof ID - 1;
	end = memchr(id, '"', len - (size_t)(id - text));
	if (end != NULL && (size_t)(end - id) < sizeof h->id) {
		memcpy(h->id, id, (size_t)(end - id));
		h->id[end - id] = '\0';
	}
}

static void
read_frame(struct hit *h, const cJSON *root)
{
	const char *id;

	json_int(root, "_seq_no", &h->seq_no);
	if (json_text(root, "_id", &id) && strlen(id) < sizeof h->id)
		memcpy(h->id, id, strlen(id) + 1);
}

static void
read_capture(struct hit *h, const cJSON *source, int64_t collected_at)
{
	read_honeypot(h, source);
	read_action(h, source);
	read_source_address(h, source);
	read_place(h, source);
	h->sensor = clean_text(source, "t-pot_hostname", HIT_NAME_MAX);
	h->session = clean_text(source, h->profile->session, HIT_NAME_MAX);
	h->protocol = clean_text(source, "protocol", HIT_NAME_MAX);
	h->src_port = number_within(source, "src_port", 1, 65535);
	h->dest_port = number_within(source, "dest_port", 1, 65535);
	if (h->dest_port < 0)
		h->dest_port = port_of(h->protocol);
	read_names(h, source);
	read_times(h, source, collected_at);
	read_hashes(h, source);
}

void
hit_read(struct hit *h, const char *text, size_t len, const struct profile *const *chosen,
    int64_t collected_at)
{
	struct err e = ERR_NONE;
	auto_json *root = json_parse(text, len, &e);
	const cJSON *source;

	*h = (struct hit){ .seq_no = -1, .src_port = -1, .dest_port = -1, .asn = -1 };
	if (root == NULL) {
		scan_frame(h, text, len);
		reject(h, "cannot be read: ", e.text);
		return;
	}
	read_frame(h, root);
	source = json_at(root, "_source");
	if (source == NULL)
		return;
	add_identity(h, source, "t-pot_hostname", false);
	add_identity(h, source, "t-pot_ip_ext", true);
	add_identity(h, source, "t-pot_ip_int", true);
	h->profile = profile_of(chosen, source);
	if (h->profile != NULL)
		read_capture(h, source, collected_at);
}

void
hit_done(struct hit *h)
{
	free(h->honeypot);
	free(h->sensor);
	free(h->session);
	free(h->country);
	free(h->city);
	free(h->as_org);
	free(h->protocol);
	free(h->url);
	free(h->file_name);
	*h = (struct hit){ .seq_no = -1 };
}
