/*
 * traits.h - what else the engines agree on: that a file is a potentially unwanted application, or a
 * test file. VirusTotal has no field for either.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_VIRUSTOTAL_TRAITS_H
#define POTPRESS_VIRUSTOTAL_TRAITS_H

#include <stdbool.h>

struct report;

/* VirusTotal's category says so, or more than half of the labels do. */
bool traits_is_unwanted(const struct report *r);
/* A file made to test antivirus programs, such as EICAR's: half of the labels or more say so. */
bool traits_is_test_file(const struct report *r);

#endif
