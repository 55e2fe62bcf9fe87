/*
 * publisher.h - what the parts of the publisher share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PUBLISHER_H
#define POTPRESS_PUBLISHER_H

#include "common/stage.h"
#include "publisher/article.h"
#include "publisher/guard.h"
#include "publisher/store.h"
#include "publisher/wordpress.h"

#define PUBLISH_LOOK_UP_S 60 /* an open write is looked up this long after it was sent */

struct publisher {
	struct stage st;
	struct wordpress wp;
	struct article_options options;
	struct guard *guard;
	bool ready; /* the site was discovered and knows us */
};

/* --check of the live access; see struct stage_spec. */
void publisher_check(struct stage *st, struct check *c);

#endif
