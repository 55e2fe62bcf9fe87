/*
 * providers.c - the built-in providers.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/malwarebazaar/malwarebazaar.h"
#include "enricher/providers/provider.h"
#include "enricher/providers/virustotal/virustotal.h"

const struct provider *const providers[] = { &virustotal, &malwarebazaar, NULL };
