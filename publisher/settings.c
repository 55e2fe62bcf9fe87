/*
 * settings.c - what the configuration says about posts. --check asks too, with values that may be NULL.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/publisher.h"

static bool
is_word(const char *value, const char *word)
{
	return value != NULL && strcmp(value, word) == 0;
}

static enum sample_posts
which_samples(const char *word)
{
	if (is_word(word, "all"))
		return SAMPLE_POSTS_ALL;
	return is_word(word, "none") ? SAMPLE_POSTS_NONE : SAMPLE_POSTS_NOTEWORTHY;
}

static void
choose_digests(const struct list *words, bool chosen[SPAN_COUNT])
{
	static const char *const WORDS[SPAN_COUNT] = { "daily", "weekly", "monthly" };

	for (size_t i = 0; i < words->count; i++)
		for (int s = 0; s < SPAN_COUNT; s++)
			chosen[s] |= strcmp(words->items[i], WORDS[s]) == 0;
}

struct post_options
publisher_settings(const struct config *config)
{
	const struct publisher_config *c = &config->publisher;
	struct post_options o = {
		.language = is_word(c->language, "ja") ? LANGUAGE_JA : LANGUAGE_EN,
		.timezone = config->general.timezone,
		.site = c->service.url,
		.engine_names = is_word(c->engine_names, "folded"),
		.sensor_names = &c->sensor_names,
		.publish_after_s = c->publish_after_s,
		.sample_posts = which_samples(c->sample_posts),
		.posts_per_day = c->posts_per_day,
		.category = c->category,
		.digest_category = c->digest_category,
		.digest_after_s = c->digest_after_s,
		.digest_catch_up = c->digest_catch_up,
		.charts = c->charts,
		.map = c->map,
	};

	choose_digests(&c->digest, o.digests);
	return o;
}
