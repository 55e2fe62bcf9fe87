/*
 * files_sql.h - the statements about the files captured in a period begin with these.
 *
 * A client's own claim and files that are noise are no part of them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_DIGEST_FILES_SQL_H
#define POTPRESS_DIGEST_FILES_SQL_H

#include "publisher/store/noise.h"

/* Each file captured in the period. */
#define FILES                                                                     \
	"WITH files AS ( "                                                        \
	"  SELECT s.id, s.sha256, s.first_seen, c.captures, "                     \
	"  CAST(s.first_seen >= :from_at AS INTEGER) AS is_new, "                 \
	"  (SELECT v.analysis_id FROM verdict v WHERE v.sample_id = s.id) "       \
	"  AS analysis_id "                                                       \
	"  FROM (SELECT sample_id, sum(captures) AS captures FROM capture "       \
	"    WHERE seen_at >= :from_at AND seen_at < :to_at GROUP BY sample_id) " \
	"  AS c "                                                                 \
	"  JOIN sample s ON s.id = c.sample_id "                                  \
	"  WHERE NOT " IS_NOISE("s") ") "
/* ... and of the new ones what is known. */
#define CLASSES                                                                     \
	FILES                                                                       \
	", classes AS ( "                                                           \
	"  SELECT f.id, f.sha256, f.captures, a.malicious, a.last_analysis_at, "    \
	"  a.first_fetched_at, a.fetched_at, a.first_submission_at, "               \
	"  a.malicious + a.suspicious + a.undetected + a.harmless AS verdicts, "    \
	"  CASE WHEN a.verdict = 'malicious' THEN a.family END AS family, "         \
	"  CASE WHEN a.test_file = 1 THEN 'test' "                                  \
	"  WHEN a.verdict = 'malicious' AND a.pua = 1 THEN 'pua' "                  \
	"  WHEN a.verdict IS NOT NULL THEN a.verdict "                              \
	"  WHEN EXISTS (SELECT 1 FROM lookup l WHERE l.sample_id = f.id "           \
	"    AND l.state = 'skipped') THEN 'left_out' ELSE 'waiting' END AS class " \
	"  FROM files f "                                                           \
	"  LEFT JOIN analysis a ON a.id = f.analysis_id "                           \
	"  WHERE f.is_new = 1) "

#endif
