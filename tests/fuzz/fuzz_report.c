/*
 * fuzz_report.c - file_report and what is read from labels: a body that claims to be a file report.
 *
 * SPDX-License-Identifier: MIT
 */
#include "enricher/providers/virustotal/detections.h"
#include "enricher/providers/virustotal/file_report.h"
#include "tests/fuzz/fuzz.h"

static const char ASKED[] =
    "15a0c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345";

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct verdict_rules RULES = { 5, 40 };
	char *text = fuzz_text(data, size);
	struct err e = ERR_NONE;
	struct hash asked;
	struct report r;

	hash_parse(&asked, ASKED, strlen(ASKED));
	if (file_report_parse(&r, text, size, &asked, &e)) {
		promise(strcmp(r.sha256.hex, ASKED) == 0);
		promise(stats_total(&r.stats) >= 0 && r.size >= -1);
		promise(file_report_verdict(&r, &RULES) != NULL);
		promise((r.family[0] == '\0') == (r.family_source == NULL));
		promise(cJSON_GetArraySize(r.detections) <= DETECTIONS_MAX);
		for (const char *p = r.family; *p != '\0'; p++)
			promise((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'));
	} else {
		promise(e.fault == FAULT_RETRY || e.fault == FAULT_DOUBT);
	}
	report_done(&r);
	free(text);
	return 0;
}
