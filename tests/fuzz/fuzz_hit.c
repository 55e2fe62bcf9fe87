/*
 * fuzz_hit.c - one document of T-Pot, written by attackers in part, and a page of them;
 * the engine's answers to what is asked beside.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/origins.h"

#include "collector/survey.h"
#include "common/base/utf8.h"
#include "tests/fuzz/fuzz.h"

#define NOW 1764547200
#define MOST 20

static void
check_text(const char *text, size_t most)
{
	if (text != NULL)
		promise(strlen(text) <= most && utf8_valid(text, strlen(text)));
}

static void
check_hit(const struct hit *h)
{
	promise(h->profile != NULL || h->capture_count == 0);
	promise(h->capture_count >= 0 && h->capture_count <= HIT_HASHES_MAX);
	for (int i = 0; i < h->capture_count; i++) {
		promise(h->captures[i].hash.kind != HASH_NONE);
		promise(h->captures[i].event_key[0] != '\0');
		check_text(h->captures[i].url, HIT_URL_MAX);
		check_text(h->captures[i].file_name, HIT_NAME_MAX);
	}
	if (h->capture_count > 0)
		promise(
		    h->seen_at >= CLOCK_EARLIEST && h->seen_at <= NOW + CLOCK_AHEAD_S);
	check_text(h->rejection, HIT_REJECTION_MAX);
	for (int i = 0; i < h->identity_count; i++)
		check_text(h->identities[i].value, HIT_NAME_MAX);
}

/* A capture that waits for its source; "s" is its session. */
static void
join(const struct profile *const *chosen, const cJSON *answer)
{
	static const char WAITS[] =
	    "{\"_source\":{\"eventid\":\"adbhoney.session.file_download\",\"session\":"
	    "\"s\",\"shasum\":"
	    "\"5f1c8d0be9a7364218c0d9e7fa5b3c6d2e4f8091a2b3c4d5e6f708192a3b4c5d\"}}";
	struct hit h;
	struct hit_list list = { .items = &h, .count = 1 };

	hit_read(&h, WAITS, sizeof WAITS - 1, chosen, NOW);
	promise(h.capture_count == 1);
	origins_answer(chosen, answer, &list);
	promise(strlen(h.origin.src_ip) < IP_TEXT_MAX);
	check_text(h.origin.city, HIT_NAME_MAX);
	check_text(h.origin.as_org, HIT_NAME_MAX);
	promise(h.origin.src_port <= 65535 && h.origin.dest_port <= 65535);
	check_hit(&h);
	hit_done(&h);
}

static void
survey(const struct profile *const *chosen, const cJSON *answer)
{
	struct survey all[PROFILES_MAX];
	struct err e = ERR_NONE;

	if (!survey_answer(chosen, answer, all, &e)) {
		promise(e.fault == FAULT_OUTAGE);
		return;
	}
	for (const struct survey *s = all; s->profile != NULL; s++) {
		auto_buf sentence = BUF_INIT(SURVEY_SENTENCE_MAX);

		survey_is_silent(s, &sentence);
		promise(buf_ok(&sentence));
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct profile *chosen[PROFILES_MAX];
	const struct list all = { 0 };
	char *text = fuzz_text(data, size);
	struct err e = ERR_NONE;
	struct hit_list list = { 0 };
	struct hit h;

	profile_choose(&all, chosen);
	hit_read(&h, text, size, chosen, NOW);
	check_hit(&h);
	hit_done(&h);
	if (hit_list_read(&list, text, size, MOST, chosen, NOW, &e)) {
		promise(list.count <= MOST);
		for (size_t i = 0; i < list.count; i++)
			check_hit(&list.items[i]);
	}
	hit_list_done(&list);
	auto_json *answer = json_parse(text, size, &e);

	join(chosen, answer);
	survey(chosen, answer);
	free(text);
	return 0;
}
