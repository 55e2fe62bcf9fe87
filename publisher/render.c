/*
 * render.c - see publisher.h: renders a row of table post by the rules of its kind.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/publisher.h"
#include "publisher/store/media.h"

bool
publisher_marker(struct publisher *pb, const char *kind_name, const char *key,
    char out[PUBLISHER_MARKER_MAX], struct err *e)
{
	const struct post_kind *kind = post_kind_find(pb->kinds, kind_name, e);
	auto_buf marker = BUF_INIT(PUBLISHER_MARKER_MAX - 1);

	if (kind == NULL)
		return false;
	buf_printf(&marker, "id=\"%s%s\"", kind->marker, key);
	if (!buf_ok(&marker))
		return err_set(e, FAULT_REJECT, "the key is too long for a post");
	memcpy(out, buf_text(&marker), marker.len + 1);
	return true;
}

bool
publisher_not_before(
    struct publisher *pb, const struct post_row *row, int64_t *not_before, struct err *e)
{
	const struct post_kind *kind = post_kind_find(pb->kinds, row->kind, e);

	*not_before = kind != NULL ? kind->not_before(row, &pb->options) : 0;
	return kind != NULL;
}

/* Where the article's pictures are: on the site or, in a preview, beside the page. */
static bool
place_pictures(
    struct publisher *pb, const struct post_row *row, struct article *a, struct err *e)
{
	struct media_row rows[MEDIA_ROWS_MAX];
	size_t count;

	if (!store_media(&pb->st.db, row->id, pb->st.config.publisher.service.url, rows,
		&count, e))
		return false;
	for (size_t i = 0; i < a->picture_count; i++) {
		struct picture *p = &a->pictures[i];

		sha256_hex(buf_text(&p->png), p->png.len, p->sha256);
		if (pb->asked.preview_dir != NULL)
			BUF_FIXED(p->url, "%s-%s.png", row->key, p->role);
		for (size_t k = 0; k < count && p->url[0] == '\0'; k++)
			if (strcmp(rows[k].sha256, p->sha256) == 0)
				memcpy(p->url, rows[k].url, sizeof p->url);
	}
	return true;
}

static bool
draw_pictures(struct publisher *pb, const struct post_kind *kind,
    const struct post_row *row, const struct post_options *o, const void *facts,
    struct article *out, struct err *e)
{
	return kind->draw == NULL ||
	       (kind->draw(facts, o, out, e) && place_pictures(pb, row, out, e));
}

bool
publisher_category(struct publisher *pb, const struct post_row *row,
    const char **category, struct err *e)
{
	const struct post_kind *kind = post_kind_find(pb->kinds, row->kind, e);

	*category = kind != NULL ? kind->category(&pb->options) : NULL;
	return kind != NULL;
}

int64_t
publisher_next_look(struct publisher *pb, const struct post_row *row, int64_t now)
{
	struct err ignored = ERR_NONE;
	const struct post_kind *kind = post_kind_find(pb->kinds, row->kind, &ignored);

	return kind != NULL && kind->next_look != NULL && !row->withdraw
		   ? kind->next_look(row, &pb->options, now)
		   : 0;
}

bool
publisher_render_row(struct publisher *pb, const struct post_row *row,
    const struct post_options *o, struct gate *gate, struct article *out, struct err *e)
{
	const struct post_kind *kind = post_kind_find(pb->kinds, row->kind, e);
	void *facts;
	bool ok;

	if (kind == NULL)
		return false;
	facts = kind->load(&pb->st.db, row, o, clock_now(&pb->st.clock), e);
	if (facts == NULL)
		return false;
	ok = draw_pictures(pb, kind, row, o, facts, out, e) &&
	     kind->render(facts, o, gate, out, e);
	kind->release(facts);
	return ok;
}

bool
publisher_render(struct publisher *pb, int64_t id, const struct post_options *o,
    struct gate *gate, struct article *out, struct err *e)
{
	struct post_row row = { .id = 0 };
	bool ok = store_post(&pb->st.db, id, &row, e) &&
		  publisher_render_row(pb, &row, o, gate, out, e);

	store_post_done(&row);
	if (!ok && e->fault == FAULT_REJECT)
		err_clear(e);
	return ok;
}
