/*
 * virustotal.h - VirusTotal's API v3 as a provider: three requests and their answers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_VIRUSTOTAL_H
#define POTPRESS_VIRUSTOTAL_H

#include "enricher/providers/provider.h"

#define VIRUSTOTAL_REPORT_MAX \
	(4 << 20) /* bytes of one report; the largest seen has 1.1 MB */

extern const struct provider virustotal;

#endif
