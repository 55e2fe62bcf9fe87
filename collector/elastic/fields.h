/*
 * fields.h - whether an index maps the fields by which the profiles select documents.
 *
 * T-Pot's own template makes each text searchable. Other templates may not map a field ("dynamic":
 * false), switch its index off, or ignore long texts ("ignore_above"): then no search finds the
 * documents, which looks like the absence of attacks.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_ELASTIC_FIELDS_H
#define POTPRESS_ELASTIC_FIELDS_H

#include "collector/elastic/elastic.h"

#define FIELDS_MAX (PROFILES_MAX * PROFILE_CONDITIONS_MAX)
#define FIELDS_TYPE_MAX 32
#define FIELDS_NAME_MAX 100
#define FIELDS_WHY_MAX 360
#define FIELDS_TIME "@timestamp"
#define FIELDS_WAYS_MAX 3 /* the field itself, then its subfields of profile_exact */

/* How an index maps one of the fields. */
struct field {
	const char *name, *profile; /* the profile that selects by it; neither is owned */
	bool text; /* texts are looked for, also in its subfields */
	int64_t longest; /* characters of the longest value searched for; 0: unknown */
	const char *longest_of; /* the profile that searches for it; not owned */
	bool found[FIELDS_WAYS_MAX]; /* searches find it under this name */
	int64_t cut; /* an ignore_above below `longest`; 0: there is none */
	char type[FIELDS_TYPE_MAX]; /* of the field itself; "": it is not mapped */
	/* a document contains it, and it was not ignored because of the index's field limit */
	bool seen;
};

/* The n-th name under which an index may have it; false: there are no more. */
bool fields_way(const struct field *f, int n, char name[FIELDS_NAME_MAX]);
bool fields_is_found(const struct field *f);

struct field_list {
	struct field items[FIELDS_MAX];
	size_t count;
	bool by_time; /* documents are also selected by their time ... */
	/* ... by which no search can, as it is mapped so; "": searches can */
	char time_type[FIELDS_TYPE_MAX];
};

enum fields_verdict {
	FIELDS_FOUND, /* all are mapped, which never changes */
	FIELDS_OPEN, /* some are not mapped, and no document is known to contain one */
	FIELDS_HIDDEN, /* documents contain one that no search finds */
};

/* Requests the mapping of an index, and if some fields are not mapped, also its newest documents. by_time:
 * documents will also be selected by their time.
 * HIDDEN: `why` names the field, its mapping, and the fix. If the engine does not tell this user, the
 * result is OPEN. Faults as for a page. */
bool elastic_fields(struct elastic *el, const char *index,
    const struct profile *const *chosen, bool by_time, enum fields_verdict *verdict,
    struct buf *why, struct err *e);

/* Its parts, for tests. The fields of these profiles, each once ... */
void fields_of(struct field_list *out, const struct profile *const *chosen);
/* ... filled in from an answer of _field_caps ... */
void fields_mapped(struct field_list *list, const cJSON *answer);
/* ... from one of _mapping/field, which names the texts that are ignored as too long ... */
void fields_cut(struct field_list *list, const cJSON *answer);
/* ... and a count of documents that the engine marks because it ignored one ... */
void fields_marked(struct field_list *list, const cJSON *answer);
/* ... and, for those that are not mapped, from documents ... */
void fields_seen(struct field_list *list, const cJSON *answer);
/* ... and the conclusion. */
enum fields_verdict fields_judge(const struct field_list *list, struct buf *why);

#endif
