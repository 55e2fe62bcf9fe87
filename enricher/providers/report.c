/*
 * report.c - see report.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/report.h"

void
report_done(struct report *r)
{
	cJSON_Delete(r->tree);
	cJSON_Delete(r->tags);
	cJSON_Delete(r->engines);
	cJSON_Delete(r->distributors);
	cJSON_Delete(r->detections);
	*r = (struct report)REPORT_INIT;
}
