/*
 * profile.h - how to read each honeypot's documents, as a table with one row per honeypot.
 *
 * The names of the fields are those of T-Pot's Logstash documents; paths are looked up as nested
 * objects and as literal dotted keys.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DOCUMENTS_PROFILE_H
#define POTPRESS_DOCUMENTS_PROFILE_H

#include <stddef.h>

#include "common/config/config.h"
#include "common/json/json.h"
#include "common/json/write.h"

#define PROFILE_TEXTS_MAX 3
#define PROFILE_CONDITIONS_MAX 3
#define PROFILE_FILES_MAX 4

/* The field is one of the texts (or a list that holds one); without texts, a number of at least
 * `least`; without either, it is there. */
struct condition {
	const char *field; /* NULL ends a list */
	const char *texts[PROFILE_TEXTS_MAX];
	int64_t least;
};

/* Where a document describes one file. */
struct file_place {
	const char *hash; /* a text or a list of texts; NULL ends a list */
	/* `hash` is an object with URLs as keys, and as values hashes or the reason why there is none */
	bool keys_are_urls;
	const char *url;
	const char *names[PROFILE_TEXTS_MAX]; /* the first that is there and not empty */
};

struct profile {
	const char *name; /* as in `profiles` of the configuration */
	const char *honeypot; /* T-Pot's type */
	struct condition select[PROFILE_CONDITIONS_MAX]; /* all hold */
	const char *action; /* "download" or "upload" ... */
	const char *upload_text; /* ... but "upload" where select[0] is this */
	struct file_place files[PROFILE_FILES_MAX];
	const char *session, *source, *sensor;
	/* The request that brought the file, and its client, in the same document; NULL: none. */
	const char *method, *uri, *client;
	/* Other documents of the session contain the source if this one does not. */
	bool source_elsewhere;
	/* The source is only the client's own claim, and can be anybody's address. */
	bool source_claimed;
	/* Captures are so rare that their absence means nothing. */
	bool rare;
};

extern const struct profile profiles[]; /* ended by name NULL */

/* Subfields that may hold a text as it is; ended by NULL. */
extern const char *const profile_exact[];

#define PROFILES_MAX 16
/* The profiles the configuration names, all when it names none; ended by NULL. */
void profile_choose(const struct list *names, const struct profile *chosen[PROFILES_MAX]);
/* The profile that selects this document, or NULL. */
const struct profile *profile_of(
    const struct profile *const *chosen, const cJSON *source);
/* Whether it has the first of the fields by which one of them selects. */
bool profile_could_be(const struct profile *const *chosen, const cJSON *source);
/* A text, or one of a list of texts, at the path is this one. */
bool profile_holds(const cJSON *source, const char *path, const char *text);
/* A whole number, also one written as a text, alone or first in a list. */
bool profile_number(const cJSON *source, const char *path, int64_t *out);

/* Parts of a search. What selects the documents of one profile and of all the chosen ones ... */
void profile_put_selector(struct json_writer *w, const struct profile *p);
void profile_put_query(struct json_writer *w, const struct profile *const *chosen);
/* ... those whose field holds one of these texts; it may select more where the engine cuts texts into
 * words ... */
void profile_put_texts(
    struct json_writer *w, const char *field, const char *const *texts, size_t count);
/* ... and the member `_source`: every field that is read. */
void profile_put_source(struct json_writer *w, const struct profile *const *chosen);

/* A number made of their names: which documents are counted as read. */
int64_t profile_fingerprint(const struct profile *const *chosen);

#endif
