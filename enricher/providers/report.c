/*
 * report.c - see report.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/report.h"

void
report_done(struct report *r)
{
	json_free(&r->tree);
	json_free(&r->tags);
	json_free(&r->engines);
	json_free(&r->distributors);
	json_free(&r->detections);
	*r = (struct report)REPORT_INIT;
}
