/*
 * countries.h - names of countries and territories by their ISO 3166 code.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_PAGE_COUNTRIES_H
#define POTPRESS_PAGE_COUNTRIES_H

#include "publisher/page/phrases.h"

/* NULL for another code. */
const char *country_name(enum language language, const char *code);

#endif
