/*
 * publisher.h - shared by the files of the publisher.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PUBLISHER_H
#define POTPRESS_PUBLISHER_H

#include "common/outgoing/identities.h"
#include "common/outgoing/ways.h"
#include "common/stage/stage.h"
#include "publisher/alerts/alerts.h"
#include "publisher/posts/kind.h"
#include "publisher/site_clock.h"
#include "publisher/store/store.h"
#include "publisher/wordpress/wp.h"

#define PUBLISH_LOOK_UP_S 60 /* an open write is looked up this long after it was sent */

/* The search of posts for identities learned after they were written; see revisit.h. */
struct revisit {
	struct identity_list fresh; /* the new identities */
	struct gate *gate; /* knows only the new identities */
	int64_t after_id; /* progress of the search */
};

struct publisher_options {
	const char *preview_dir; /* --preview DIR; NULL: not given */
	bool send; /* --send: a test message to each target of alerts, with --check */
};

struct publisher {
	struct stage st;
	struct service *service; /* one of st's */
	struct publisher_options asked;
	struct wp wp;
	struct way_peer peer; /* of connect_to */
	const struct post_kind *const *kinds; /* ended by NULL */
	struct post_options options;
	struct gate *gate;
	struct revisit revisit;
	struct alerts alerts;
	struct ahead *ahead; /* owned; see ahead.h */
	int64_t told_at; /* when the number of remaining posts was last logged */
	int64_t plan_at; /* when kinds may have more rows to make */
	struct site_clock site_clock;
	bool ready; /* the site was discovered and accepts our login */
	bool moderated; /* it was logged that the site makes our posts pending */
	bool edits_kept_back; /* it was logged that it does not show our edits */
	bool pictures_refused; /* it was logged that the site refuses our pictures */
};

/* The settings of posts; the configuration owns the texts. */
struct post_options publisher_settings(const struct config *config);
/* The attribute of the first block that marks a post as ours: id="potpress-KEY", of a digest
 * id="potpress-digest-KEY". */
#define PUBLISHER_MARKER_MAX 128
bool publisher_marker(struct publisher *pb, const char *kind, const char *key,
    char out[PUBLISHER_MARKER_MAX], struct err *e);
/* The earliest time to publish the row; 0: at once. */
bool publisher_not_before(
    struct publisher *pb, const struct post_row *row, int64_t *not_before, struct err *e);
/* When the published row is rendered again; 0: when something changes. */
int64_t publisher_next_look(
    struct publisher *pb, const struct post_row *row, int64_t now);
/* The slug of the post's category. */
bool publisher_category(struct publisher *pb, const struct post_row *row,
    const char **category, struct err *e);
/* Decides which pending rows are published at all; *more: there are further ones. */
bool publisher_judge(struct publisher *pb, int64_t now, bool *more, struct err *e);
/* Whether that was decided about the row. */
bool publisher_is_judged(struct publisher *pb, const struct post_row *row);
/* Makes the rows that the kinds make themselves; *next_at: when there may be more. */
bool publisher_plan(struct publisher *pb, int64_t now, int64_t *next_at, struct err *e);
/* The post as it would be written now. FAULT_REJECT if there is nothing to publish, or if the page
 * cannot be written. The caller releases the article in either case. */
bool publisher_render_row(struct publisher *pb, const struct post_row *row,
    const struct post_options *o, struct gate *gate, struct article *out, struct err *e);
/* The same outside of the queue, where such a post is left to its own turn (false, FAULT_NONE). */
bool publisher_render(struct publisher *pb, int64_t id, const struct post_options *o,
    struct gate *gate, struct article *out, struct err *e);

/* The step of stage_run, and the stop. */
bool publisher_step(void *ctx, int64_t now, struct step *out, struct err *e);
bool publisher_stop(void *ctx, struct err *e);
/* The publisher's own options. */
extern const struct option_row publisher_options[];
/* --check of the live access; see struct stage_spec. */
void publisher_check(struct stage *st, struct check *c);

#endif
