/*
 * check.c - --check of the enricher: can VirusTotal be reached, and does it take our key?
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>

#include "enricher/enricher.h"

#define DIAGNOSIS_MAX 8192

int
enricher_check(struct stage *st)
{
	struct virustotal vt;
	struct err transport = ERR_NONE, fault = ERR_NONE;
	auto_reply reply = { .status = 0 };
	auto_buf why = BUF_INIT(DIAGNOSIS_MAX);

	vt_init(&vt, st->http, &st->config.enricher.service);
	http_diagnose(st->http, &vt.service, &why);
	if (why.len > 0) {
		printf("virustotal: %s\n", buf_text(&why));
		return 1;
	}
	vt_probe_wait(&vt, &reply, &transport);
	if (vt_answer(&reply, &transport, clock_now(&st->clock), &fault) == VT_FOUND)
		return 0;
	printf("%s\n", fault.fault != FAULT_NONE
			   ? fault.text
			   : "virustotal: `url` is not the API's: it answers 404 to a "
			     "key check; the usual one is "
			     "https://www.virustotal.com/api/v3");
	return 1;
}
