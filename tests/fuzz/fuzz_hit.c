/*
 * fuzz_hit.c - collector/hit: one document of T-Pot, written by attackers in part, and a page of them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/hit.h"
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
	free(text);
	return 0;
}
