/*
 * family.h - the malware family of a report, with who named it and how many engines agree.
 *
 * VirusTotal's most frequent threat name counts if it is a name and not a generic word; else the
 * engines vote: equal labels once (one engine is sold under several brands), generic words and
 * parts of hashes never, at least two labels.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_VIRUSTOTAL_FAMILY_H
#define POTPRESS_VIRUSTOTAL_FAMILY_H

struct report;

/* Fills family, family_source and family_count; family "" where nobody knows. */
void family_find(struct report *r);

#endif
