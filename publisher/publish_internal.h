/* publish_internal.h - what the parts of publishing one row share.  SPDX-License-Identifier: MIT */
#ifndef POTPRESS_PUBLISH_INTERNAL_H
#define POTPRESS_PUBLISH_INTERNAL_H

#include "common/base/sha256.h"
#include "publisher/publish.h"

/* One row on its way. */
struct work {
	struct publisher *pb;
	struct job *job;
	struct post_row row;
	struct article article;
	char hash[SHA256_HEX_MAX]; /* of the content we would send */
	char marker[PUBLISHER_MARKER_MAX];
	struct wp_post found; /* id 0: none on the site */
	struct wp_post copy; /* ours under a numbered slug; id 0: none */
	struct wp_post written;
	bool wrote;
	bool undone; /* of the announced write nothing is left on the site */
	bool skip; /* the row ends as skipped; fault.text says why */
	bool lease_lost;
	int64_t not_before;
	struct err fault;
};

bool publish_in_trash(const struct wp_post *p);

/* Creates the post, or brings the found one up to date. */
bool publish_write(struct work *w, struct err *e);
/* Makes the found post a draft. */
bool publish_withdraw(struct work *w, struct err *e);
/* An earlier create of ours whose answer was lost had got the slug with a number: that copy goes. */
bool publish_remove_copy(struct work *w, struct err *e);

#endif
