/*
 * tlsh.h - TLSH digests, by which similar files are found: how far two of them are apart.
 *
 * By Trend Micro's definition. Their library is C++; these lines are all of it that is needed here.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_BASE_TLSH_H
#define POTPRESS_BASE_TLSH_H

#include <stdbool.h>

/* "T1", 70 hex digits in upper case, and a NUL. */
#define TLSH_TEXT_MAX 73

/* Reads a digest in untrusted text, also in the old form without T1. False if it is none. */
bool tlsh_parse(const char *text, char out[TLSH_TEXT_MAX]);
/* The distance of two digests from tlsh_parse: 0 for files that are (nearly) the same, hundreds for unrelated
 * ones. */
int tlsh_distance(const char *a, const char *b);

#endif
