/*
 * hit.c - see hit.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/documents/internal.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/time.h"
#include "common/base/utf8.h"

#define EPOCH_MIN 1e9 /* seconds, in 2001 */
#define EPOCH_MS_MIN 1e11 /* as milliseconds in 1973, as seconds in the year 5138 */
#define EPOCH_MAX 1e15

static int64_t
number_within(const cJSON *source, const char *path, int64_t low, int64_t high)
{
	int64_t n;

	return profile_number(source, path, &n) && n >= low && n <= high ? n : -1;
}

static bool
is_country(const char *text)
{
	return text != NULL && strlen(text) == 2 && text[0] >= 'A' && text[0] <= 'Z' &&
	       text[1] >= 'A' && text[1] <= 'Z';
}

void
hit_origin_read(struct origin *o, const struct profile *p, const cJSON *source)
{
	const char *text;

	*o = (struct origin){ .src_ip = "" };
	if (!json_text_nth(source, p->source, 0, &text) || !ip_canonical(text, o->src_ip))
		o->src_ip[0] = '\0';
	o->claimed = p->source_claimed && o->src_ip[0] != '\0';
	o->src_port = number_within(source, "src_port", 1, 65535);
	o->dest_port = number_within(source, "dest_port", 1, 65535);
	o->asn = number_within(source, "geoip.asn", 0, UINT32_MAX);
	o->city = hit_text(source, "geoip.city_name", HIT_NAME_MAX);
	o->as_org = hit_text(source, "geoip.as_org", HIT_NAME_MAX);
	o->country = hit_text(source, "geoip.country_code2", HIT_NAME_MAX);
	if (!is_country(o->country)) {
		free(o->country);
		o->country = NULL;
	}
}

static char *
copy_of(const char *text)
{
	return text != NULL ? strdup(text) : NULL;
}

void
hit_origin_copy(struct origin *to, const struct origin *from)
{
	*to = *from;
	to->country = copy_of(from->country);
	to->city = copy_of(from->city);
	to->as_org = copy_of(from->as_org);
}

void
hit_origin_done(struct origin *o)
{
	free(o->country);
	free(o->city);
	free(o->as_org);
	*o = (struct origin){ .src_port = -1, .dest_port = -1, .asn = -1 };
}

char *
hit_session(const struct profile *p, const cJSON *source)
{
	return hit_text(source, p->session, HIT_NAME_MAX);
}

/* Cowrie's file events have no port. */
static int64_t
port_of(const char *protocol)
{
	if (protocol != NULL && strcmp(protocol, "ssh") == 0)
		return 22;
	return protocol != NULL && strcmp(protocol, "telnet") == 0 ? 23 : -1;
}

static void
read_request(struct hit *h, const cJSON *source)
{
	auto_free char *method = hit_text(source, h->profile->method, HIT_NAME_MAX);
	auto_free char *uri = hit_text(source, h->profile->uri, HIT_NAME_MAX);
	auto_buf request = BUF_CUT(HIT_NAME_MAX);

	h->client = hit_text(source, h->profile->client, HIT_NAME_MAX);
	if (method == NULL || uri == NULL)
		return;
	buf_printf(&request, "%s %s", method, uri);
	h->request = buf_take(&request);
}

/* Seconds or milliseconds since 1970, as some shippers write them. */
static bool
read_epoch(const cJSON *source, const char *path, int64_t *unix_s)
{
	const cJSON *node = json_at(source, path);
	const char *text;
	char *end = NULL;
	double n = 0;

	if (cJSON_IsArray(node))
		node = node->child;
	if (json_text(node, "", &text))
		n = strtod(text, &end);
	else if (cJSON_IsNumber(node))
		n = node->valuedouble;
	if ((end != NULL && *end != '\0') || !(n >= EPOCH_MIN && n < EPOCH_MAX))
		return false;
	*unix_s = (int64_t)(n < EPOCH_MS_MIN ? n : n / 1000);
	return true;
}

static bool
read_time(const cJSON *source, const char *path, int64_t *unix_s)
{
	const char *text;

	return (json_text_nth(source, path, 0, &text) && time_parse_iso(text, unix_s)) ||
	       read_epoch(source, path, unix_s);
}

static void
read_times(struct hit *h, const cJSON *source, int64_t collected_at)
{
	if (!read_time(source, "@timestamp", &h->event_at) &&
	    !read_time(source, "timestamp", &h->event_at))
		h->event_at = 0;
	h->clock_wrong =
	    h->event_at < CLOCK_EARLIEST || h->event_at > collected_at + CLOCK_AHEAD_S;
	h->seen_at = h->clock_wrong ? collected_at : h->event_at;
}

/* ---- identities of the sensor */

static void
add_identity(struct hit *h, const char *text, bool address)
{
	struct identity *i = &h->identities[h->identity_count];
	auto_buf clean = BUF_INIT(HIT_NAME_MAX - 8);

	utf8_clean(&clean, text, strlen(text), HIT_NAME_MAX - 8);
	if (clean.len == 0)
		return;
	i->kind = address ? "address" : "name";
	memcpy(i->value, buf_text(&clean), clean.len + 1);
	if (!address || ip_canonical(buf_text(&clean), i->value))
		h->identity_count++;
}

/* A value that was added twice on its way is a list. */
static void
add_identities(struct hit *h, const cJSON *source, const char *path, bool address)
{
	const char *text;

	for (int n = 0; h->identity_count < HIT_IDENTITIES_MAX &&
			json_text_nth(source, path, n, &text);
	     n++)
		add_identity(h, text, address);
}

/* ---- the hit */

/* The position and id of a hit that cannot be parsed: the engine prints them before the document. */
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
read_document(struct hit *h, const cJSON *source, int64_t collected_at)
{
	const struct profile *p = h->profile;

	h->action = p->action;
	if (p->upload_text != NULL &&
	    profile_holds(source, p->select[0].field, p->upload_text))
		h->action = "upload";
	hit_origin_read(&h->origin, p, source);
	h->sensor = hit_text(source, p->sensor, HIT_NAME_MAX);
	h->session = hit_session(p, source);
	h->protocol = hit_text(source, "protocol", HIT_NAME_MAX);
	read_request(h, source);
	if (h->origin.dest_port < 0)
		h->origin.dest_port = port_of(h->protocol);
	read_times(h, source, collected_at);
	hit_captures_read(h, source);
}

void
hit_read(struct hit *h, const char *text, size_t len, const struct profile *const *chosen,
    int64_t collected_at)
{
	struct err e = ERR_NONE;
	auto_json *root = json_parse(text, len, &e);
	const cJSON *source;

	*h = (struct hit){ .seq_no = -1 };
	if (root == NULL) {
		scan_frame(h, text, len);
		hit_reject(h, "cannot be read: ", e.text);
		return;
	}
	read_frame(h, root);
	source = json_at(root, "_source");
	if (source == NULL) {
		hit_reject(h, "the index keeps no _source, so it cannot be read", "");
		return;
	}
	add_identities(h, source, "t-pot_hostname", false);
	add_identities(h, source, "t-pot_ip_ext", true);
	add_identities(h, source, "t-pot_ip_int", true);
	h->profile = profile_of(chosen, source);
	if (h->profile != NULL)
		read_document(h, source, collected_at);
	else if (!profile_could_be(chosen, source))
		hit_reject(h,
		    "the index does not keep in _source the field by which it was found",
		    "");
}

void
hit_too_large(struct hit *h)
{
	h->rejection[0] = '\0';
	hit_reject(h, "the document is too large to be read", "");
}

void
hit_move(struct hit *to, struct hit *from)
{
	hit_done(to);
	*to = *from;
	*from = (struct hit){ .seq_no = -1 };
}

void
hit_done(struct hit *h)
{
	hit_captures_done(h);
	free(h->sensor);
	free(h->session);
	free(h->protocol);
	free(h->request);
	free(h->client);
	hit_origin_done(&h->origin);
	*h = (struct hit){ .seq_no = -1 };
}

/* ---- the page */

struct page_reading {
	struct hit_list *list;
	const struct profile *const *chosen;
	size_t most;
	int64_t collected_at;
	struct err *e;
};

static bool
read_one(void *ctx, const char *text, size_t len)
{
	struct page_reading *f = ctx;
	struct hit_list *list = f->list;

	if (list->count == f->most)
		return err_set(
		    f->e, FAULT_RETRY, "more than the %zu documents asked for", f->most);
	hit_read(&list->items[list->count++], text, len, f->chosen, f->collected_at);
	return true;
}

bool
hit_list_read(struct hit_list *out, const char *body, size_t len, size_t most,
    const struct profile *const *chosen, int64_t collected_at, struct err *e)
{
	struct page_reading f = { out, chosen, most, collected_at, e };

	*out = (struct hit_list){ .items = calloc(most, sizeof *out->items) };
	if (out->items == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	return json_split(body, len, "hits.hits", read_one, &f, e) &&
	       e->fault == FAULT_NONE;
}

bool
hit_list_leave_last(struct hit_list *list)
{
	size_t n = list->count;

	while (n > 0 && list->items[n - 1].seq_no == list->items[list->count - 1].seq_no)
		n--;
	if (n == 0)
		return false;
	while (list->count > n)
		hit_done(&list->items[--list->count]);
	return true;
}

void
hit_list_swap(struct hit_list *one, struct hit_list *other)
{
	struct hit_list kept = *one;

	*one = *other;
	*other = kept;
}

void
hit_list_done(struct hit_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		hit_done(&list->items[i]);
	free(list->items);
	*list = (struct hit_list){ .items = NULL };
}
