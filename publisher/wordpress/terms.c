/*
 * terms.c - categories and tags by number; see wp.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <strings.h>

#include "publisher/wordpress/internal.h"

/* ---- what is known */

static struct wp_known_term *
known_term(struct wp *wp, const char *taxonomy, const char *slug)
{
	int64_t now = clock_now(wp->clock);

	for (size_t i = 0; i < WP_TERMS_MAX; i++) {
		struct wp_known_term *t = &wp->terms[i];
		bool old = t->id == 0 &&
			   (now < t->asked_at || now >= t->asked_at + WP_TERM_AGAIN_S);

		if (t->asked_at != 0 && !old && strcmp(t->slug, slug) == 0 &&
		    strcmp(t->taxonomy, taxonomy) == 0)
			return t;
	}
	return NULL;
}

static void
remember(struct wp *wp, const char *taxonomy, const char *slug, int64_t id)
{
	struct wp_known_term *t = &wp->terms[wp->next_term];

	if (strlen(slug) >= sizeof t->slug || strlen(taxonomy) >= sizeof t->taxonomy)
		return;
	*t = (struct wp_known_term){ .id = id, .asked_at = clock_now(wp->clock) };
	memcpy(t->slug, slug, strlen(slug) + 1);
	memcpy(t->taxonomy, taxonomy, strlen(taxonomy) + 1);
	wp->next_term = (wp->next_term + 1) % WP_TERMS_MAX;
}

void
wp_forget_terms(struct wp *wp)
{
	memset(wp->terms, 0, sizeof wp->terms);
	wp->next_term = 0;
}

/* ---- asking the site */

/* WordPress keeps a slug outside of ASCII percent-encoded in lower case. */
static bool
is_same_slug(const char *have, const char *slug)
{
	auto_buf encoded = BUF_INIT(3 * WP_SLUG_MAX);

	http_escape(&encoded, slug);
	return strcmp(have, slug) == 0 ||
	       (buf_ok(&encoded) && strcasecmp(have, buf_text(&encoded)) == 0);
}

static bool
find_term(
    struct wp *wp, const char *taxonomy, const char *slug, int64_t *id, struct err *e)
{
	char route[WP_ROUTE_MAX];
	auto_buf query = BUF_INIT(WP_URL_MAX);
	auto_answer a = { .tree = NULL };

	*id = 0;
	BUF_FIXED(route, "wp/v2/%s", taxonomy);
	buf_puts(&query, "slug=");
	http_escape(&query, slug);
	buf_puts(&query, "&_fields=id,slug");
	if (!buf_ok(&query))
		return err_set(
		    e, FAULT_REJECT, "wordpress: the slug of a term is too long");
	if (!wp_call(wp, &(struct wp_call){ .route = route, .query = buf_text(&query) },
		&a, e))
		return false;
	if (!cJSON_IsArray(a.tree))
		return err_doubt(e, "wordpress: the answer to a search is not a list");
	for (const cJSON *i = NULL; (i = json_each(a.tree, "", i));) {
		const char *have;

		if (json_text(i, "slug", &have) && is_same_slug(have, slug))
			json_int(i, "id", id);
	}
	return true;
}

static char *
term_json(const char *slug, const char *name)
{
	auto_json *body = cJSON_CreateObject();

	if (cJSON_AddStringToObject(body, "slug", slug) == NULL ||
	    cJSON_AddStringToObject(body, "name", name) == NULL)
		return NULL;
	return json_print(body);
}

/* A firewall or a plugin answered, or WordPress broke, only when a term was made; if it is the whole site, the
 * post will show it. A site in maintenance, or that asks us to slow down, says so. */
static bool
is_broken(const struct wp_answer *a, const struct err *e)
{
	return e->fault == FAULT_DOUBT ||
	       (e->fault == FAULT_OUTAGE && a->status >= 500 && a->status != 503);
}

/* A term that the site refuses must not delay a post: *id 0. */
static bool
is_about_the_term(const struct wp_answer *a, const struct err *e)
{
	return e->fault == FAULT_REJECT || strcmp(a->code, "db_insert_error") == 0 ||
	       ((a->status == 400 || a->status == 403) && a->code[0] != '\0');
}

static bool
make_term(struct wp *wp, const char *taxonomy, const char *slug, const char *name,
    int64_t *id, struct err *e)
{
	char route[WP_ROUTE_MAX];
	auto_free char *body = term_json(slug, name);
	auto_answer a = { .tree = NULL };
	bool broken;

	if (body == NULL)
		return err_set(e, FAULT_FATAL, "out of memory");
	BUF_FIXED(route, "wp/v2/%s", taxonomy);
	if (wp_call(wp,
		&(struct wp_call){
		    .route = route, .query = "_fields=id,slug", .body = body },
		&a, e)) {
		/* Two requests at once can create two terms: the one with the exact slug counts. */
		if (!find_term(wp, taxonomy, slug, id, e))
			return false;
		if (*id == 0)
			json_int(a.tree, "id", id);
		return true;
	}
	if (strcmp(a.code, "term_exists") == 0)
		*id = a.term_id;
	else if (!is_about_the_term(&a, e) && !is_broken(&a, e))
		return false;
	broken = is_broken(&a, e);
	err_clear(e);
	return !broken || find_term(wp, taxonomy, slug, id, e);
}

bool
wp_has_term(
    struct wp *wp, const char *taxonomy, const char *slug, bool *found, struct err *e)
{
	int64_t id;

	if (!find_term(wp, taxonomy, slug, &id, e))
		return false;
	*found = id != 0;
	return true;
}

bool
wp_term(struct wp *wp, const char *taxonomy, const char *slug, const char *name,
    int64_t *id, struct err *e)
{
	const struct wp_known_term *known = known_term(wp, taxonomy, slug);

	if (known != NULL) {
		*id = known->id;
		return true;
	}
	if (!find_term(wp, taxonomy, slug, id, e) ||
	    (*id == 0 && !make_term(wp, taxonomy, slug, name, id, e)))
		return false;
	remember(wp, taxonomy, slug, *id);
	return true;
}
