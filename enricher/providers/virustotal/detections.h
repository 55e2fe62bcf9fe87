/*
 * detections.h - detections by others than the engines: sandboxes, crowdsourced YARA rules, Sigma rules
 * and intrusion detection rules of high level.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_VIRUSTOTAL_DETECTIONS_H
#define POTPRESS_VIRUSTOTAL_DETECTIONS_H

#include "common/json/json.h"

#define DETECTIONS_MAX 20 /* stored per report ... */
#define DETECTIONS_KIND_MAX 8 /* ... and per kind */
#define DETECTIONS_TEXT_MAX 160 /* bytes of a name or an author */

/* Of a report's attributes: an array of [kind, name, by] as table analysis keeps it: kind is sandbox, yara,
 * sigma or ids; by is the sandbox, or the rule's author or source, "" if there is none. Each name of a
 * kind once. NULL when memory ran out. */
cJSON *detections_read(const cJSON *attributes);

#endif
