/*
 * traits.h - what else the engines agree on: that a file is a potentially unwanted application, or a
 * test file. VirusTotal has no field for either.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_VIRUSTOTAL_TRAITS_H
#define POTPRESS_VIRUSTOTAL_TRAITS_H

struct report;

/* Sets pua: VirusTotal's category says so, or more than half of the labels do. Sets test_file: a file made
 * to test antivirus programs, such as EICAR's: half of the labels or more say so. */
void traits_find(struct report *r);

#endif
