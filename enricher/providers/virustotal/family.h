/*
 * family.h - the malware family of a report, who named it, how many engines use the name; and the
 * vulnerability an exploit is named for.
 *
 * The first of VirusTotal's most frequent threat names that is a name and not a generic word; else
 * the engines vote: labels of machine learning and generic words do not count, nor do parts of
 * hashes; equal labels count once, and a name needs VOTES_MIN different labels. The number of
 * engines counts each engine that uses the name.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_VIRUSTOTAL_FAMILY_H
#define POTPRESS_VIRUSTOTAL_FAMILY_H

struct report;

/* Fills family, family_source and family_count; family "" if unknown. */
void family_find(struct report *r);
/* Fills cve ("CVE-2021-4034", "" where none): the one that most engines name, at least two of them. */
void family_find_cve(struct report *r);

#endif
