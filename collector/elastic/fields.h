/*
 * fields.h - can the documents of an index be selected? How it maps the fields by which the profiles do.
 *
 * T-Pot's own template maps each text so that it can be searched. Another may keep a field in the
 * documents alone ("dynamic": false) or switch its index off: no search finds them then, which looks
 * exactly like a quiet night.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ELASTIC_FIELDS_H
#define POTPRESS_ELASTIC_FIELDS_H

#include "collector/elastic/elastic.h"

#define FIELDS_MAX (PROFILES_MAX * PROFILE_CONDITIONS_MAX)
#define FIELDS_TYPE_MAX 32
#define FIELDS_WHY_MAX 360

/* How an index maps one of the fields. */
struct field {
	const char *name, *profile; /* which profile selects by it; neither owned */
	bool text; /* texts are looked for, also in its subfields */
	bool found; /* searches find it */
	char type[FIELDS_TYPE_MAX]; /* of the field itself; "": it is not mapped */
	bool seen; /* a document holds it, and it was not left out as one too many */
};

struct field_list {
	struct field items[FIELDS_MAX];
	size_t count;
};

enum fields_verdict {
	FIELDS_FOUND, /* all are mapped, which never ends */
	FIELDS_OPEN, /* some are not mapped, and no document is known that holds one */
	FIELDS_HIDDEN, /* documents hold one that no search finds */
};

/* Asks how an index maps them, by one small request, and where some are not mapped also for its newest
 * documents. HIDDEN: `why` says which field, how it is mapped, and what to do. An engine that does not
 * tell this user leaves it OPEN. Faults as of a page. */
bool elastic_fields(struct elastic *el, const char *index,
    const struct profile *const *chosen, enum fields_verdict *verdict, struct buf *why,
    struct err *e);

/* Parts of it. The fields of these profiles, each once ... */
void fields_of(struct field_list *out, const struct profile *const *chosen);
/* ... as an answer of _field_caps tells them ... */
void fields_mapped(struct field_list *list, const cJSON *answer);
/* ... what documents show of those that are not mapped ... */
void fields_seen(struct field_list *list, const cJSON *answer);
/* ... and what follows. */
enum fields_verdict fields_judge(const struct field_list *list, struct buf *why);

#endif
