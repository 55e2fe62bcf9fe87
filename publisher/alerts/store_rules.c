/*
 * store_rules.c - the rules, and the statements that find their events; see rules.h.
 *
 * Columns: key, at, the arguments of the sentence, link. A rule by_answer reads the answers after
 * :after up to :upto; the others read events since :since.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/alerts/rules.h"

#define HASH "coalesce(s.sha256, s.sha1, s.md5)"
#define ANSWERS                                                                         \
	"FROM analysis a "                                                              \
	"JOIN lookup l ON l.id = a.lookup_id "                                          \
	"JOIN provider p ON p.name = l.provider AND p.kind = l.kind AND p.verdict = 1 " \
	"JOIN sample s ON s.id = a.sample_id "                                          \
	"LEFT JOIN post t ON t.sample_id = s.id AND t.kind = 'sample' "                 \
	"  AND t.replaced_by IS NULL "                                                  \
	"LEFT JOIN sighting g ON g.id = ( "                                             \
	"  SELECT n.id FROM sighting n WHERE n.sample_id = s.id "                       \
	"  ORDER BY n.seen_at DESC LIMIT 1) "
#define NEW                        \
	"WHERE a.id > :after "     \
	"  AND a.id <= :upto "     \
	"  AND a.test_file = 0 "   \
	"  AND NOT EXISTS ( "      \
	"    SELECT 1 FROM noise " \
	"    WHERE hash IN (s.sha256, s.sha1, s.md5)) "
#define BEFORE                              \
	"SELECT max(o.id) FROM analysis o " \
	"WHERE o.lookup_id = a.lookup_id AND o.id < a.id"
#define DAY(AT) "strftime('%Y-%m-%d', " AT ", 'unixepoch')"
/* "45/63 2026-11-30": engines that say malicious, those with a verdict, and the day of the analysis. */
#define RATIO                                                                      \
	"CASE WHEN a.malicious + a.suspicious + a.undetected + a.harmless > 0 "    \
	"THEN a.malicious || '/' || "                                              \
	"(a.malicious + a.suspicious + a.undetected + a.harmless) || ' ' || " DAY( \
	    "coalesce(a.last_analysis_at, a.fetched_at)") " END"

static const char UNKNOWN_SQL[] = "SELECT 'unknown ' || " HASH ", a.fetched_at, " HASH
				  ", g.honeypot, g.url, NULL, "
				  "  t.link " ANSWERS NEW
				  "AND a.outcome = 'not_found' "
				  "  AND NOT EXISTS (SELECT 1 FROM analysis o "
				  "    WHERE o.lookup_id = a.lookup_id AND o.id < a.id) "
				  "ORDER BY a.id";
/* By our own clock, as a sensor's is not reliable enough; of the oldest captures. */
static const char FIRST_SQL[] =
    "SELECT 'first ' || " HASH ", a.fetched_at, " HASH ", g.honeypot, " RATIO
    ", NULL, "
    "  t.link " ANSWERS NEW
    "AND a.outcome = 'found' "
    "  AND a.first_submission_at > ( "
    "    SELECT min(collected_at) FROM ( "
    "      SELECT c.collected_at FROM sighting c WHERE c.sample_id = s.id "
    "      ORDER BY c.seen_at LIMIT 100) AS oldest) "
    "ORDER BY a.id";
static const char FAMILY_SQL[] =
    "SELECT 'family ' || a.family || ' ' || " HASH ", a.fetched_at, " HASH
    ", a.family, "
    "  g.honeypot, " RATIO ", t.link " ANSWERS NEW
    "AND a.family IS NOT NULL "
    "  AND a.malicious + a.suspicious > 0 "
    "ORDER BY a.id";
static const char CHANGED_SQL[] =
    "SELECT 'changed ' || a.id, a.fetched_at, " HASH ", o.verdict, a.verdict, " RATIO
    ", "
    "  t.link " ANSWERS "JOIN analysis o ON o.id = (" BEFORE ") " NEW
    "AND o.verdict <> a.verdict "
    "ORDER BY a.id";
static const char DIGEST_SQL[] =
    "SELECT 'digest ' || key, published_at, title, NULL, NULL, NULL, link "
    "FROM post "
    "WHERE published_at >= :since "
    "  AND kind = 'digest' "
    "  AND link IS NOT NULL "
    "ORDER BY published_at "
    "LIMIT 20";
/* A target gets no messages about itself. */
static const char HELD_SQL[] =
    "SELECT 'held lookup ' || id || ' ' || " DAY("settled_at") ", settled_at, 'lookup', "
    "  value, last_error, NULL, NULL "
    "FROM lookup "
    "WHERE state = 'held' "
    "  AND settled_at >= :since "
    "UNION ALL "
    "SELECT 'held post ' || id || ' ' || " DAY("settled_at") ", settled_at, 'post', "
    "  key, last_error, NULL, NULL "
    "FROM post "
    "WHERE state = 'held' "
    "  AND settled_at >= :since "
    "UNION ALL "
    "SELECT 'held message ' || id || ' ' || " DAY("settled_at") ", settled_at, 'message', "
    "  target, last_error, NULL, NULL "
    "FROM message "
    "WHERE state = 'held' "
    "  AND settled_at >= :since "
    "  AND target <> :target "
    "ORDER BY settled_at "
    "LIMIT 500";
/* A used-up quota has its own rule. */
static const char PAUSED_SQL[] =
    "SELECT 'paused ' || service || ' ' || account || ' ' || " DAY("since") ", since, "
    "  service, nullif(account, '" CONFIG_ACCOUNT "'), "
    "  strftime('%Y-%m-%dT%H:%M:%SZ', since, 'unixepoch'), why, NULL "
    "FROM pause "
    "WHERE since <= :now - :paused_after "
    "  AND kind <> 'quota' "
    "  AND NOT (service = 'alert' AND account = :target)";
static const char QUOTA_SQL[] =
    "SELECT 'quota ' || q.provider || ' ' || q.account || ' ' || q.period, "
    "  CAST(:now AS INTEGER), "
    "  q.provider, nullif(q.account, '" CONFIG_ACCOUNT "'), q.period, NULL, NULL "
    "FROM service v "
    "CROSS JOIN quota q ON q.provider = v.service AND q.account = v.account "
    "  AND q.period = " DAY(":now") " "
    "WHERE q.used >= q.allowed";
static const char QUIET_SQL[] =
    "SELECT 'quiet ' || source || ' ' || kind || ' ' || name || ' ' || said_at, said_at, "
    "  kind, name, " DAY("last_at") ", NULL, NULL "
    "FROM silence "
    "WHERE said_at >= :since "
    "  AND ended_at IS NULL";
/* Once each time it goes wrong: the day is the first after the last on which it was right. */
static const char CLOCK_SQL[] =
    "SELECT 'clock ' || c.source || ' ' || c.sensor || ' ' || ( "
    "    SELECT min(w.date) FROM clock_day w "
    "    WHERE w.source = c.source AND w.sensor = c.sensor AND w.off <> 0 "
    "      AND w.date > coalesce((SELECT max(r.date) FROM clock_day r "
    "        WHERE r.source = c.source AND r.sensor = c.sensor AND r.off = 0), '')), "
    "  CAST(:now AS INTEGER), 'sensor', c.sensor, "
    "  substr(c.off, 1, instr(c.off, ' min') + 3), "
    "  substr(c.off, instr(c.off, ' min') + 5), NULL "
    "FROM clocks c";

const struct alert_rule alert_rules[] = {
	{ "unknown", false, true, UNKNOWN_SQL, 1,
	    { "File unknown to VirusTotal", "VirusTotal に記録のないファイル" },
	    { "%1 is unknown to VirusTotal{; captured by %2}{ from %3}",
		"%1 は VirusTotal に記録がありません{ (%2 で捕獲)}{。入手元: %3}" } },
	{ "first", false, true, FIRST_SQL, 5,
	    { "Captured here first", "VirusTotal への登録前に捕獲" },
	    { "%1 was captured here before VirusTotal received it{; captured by "
	      "%2}{; detections %3}",
		"%1 は VirusTotal に登録される前に捕獲しました{ (%2)}{。検出 %3}" } },
	{ "family", false, true, FAMILY_SQL, 9,
	    { "Family on your list", "指定したファミリー" },
	    { "%1 is %2{; captured by %3}{; detections %4}",
		"%1 は %2 です{ (%3 で捕獲)}{。検出 %4}" } },
	{ "changed", false, true, CHANGED_SQL, 15, { "Verdict changed", "判定の変化" },
	    { "%1: the verdict changed from %2 to %3{; detections %4}",
		"%1: 判定が「%2」から「%3」に変わりました{。検出 %4}" } },
	{ "digest", false, false, DIGEST_SQL, 1, { "New digest", "新しい観測記事" },
	    { "%1", "%1" } },
	{ "held", true, false, HELD_SQL, 1, { "Held row", "保留中の行" },
	    { "A row of table %1 is held (%2){: %3}",
		"表 %1 の行が保留されています (%2){: %3}" } },
	{ "paused", true, false, PAUSED_SQL, 7,
	    { "Service paused", "サービスの一時停止" },
	    { "%1{ (%2)} has been paused since %3: %4",
		"%1{ (%2)} を %3 から一時停止しています: %4" } },
	{ "quota", true, false, QUOTA_SQL, 7, { "Quota used up", "照会枠の使い切り" },
	    { "The quota of %1{ (%2)} for %3 (UTC) is used up",
		"%1{ (%2)} の %3 (UTC) の照会枠を使い切りました" } },
	{ "quiet", true, false, QUIET_SQL, 5,
	    { "Silent sensor or honeypot", "記録の途絶えたセンサーまたはハニーポット" },
	    { "The %1 %2 has had no events since %3",
		"%1 %2 は %3 からイベントの記録がありません" } },
	{ "clock", true, false, CLOCK_SQL, 13, { "Wrong clock", "時計のずれ" },
	    { "The clock of %1 %2 is %3 %4; correct it, for example with NTP",
		"%1 %2 の時計が %3%4います。NTP などで合わせてください" } },
	{ "disk", true, false, NULL, 1, { "Disk nearly full", "ディスクの空き不足" },
	    { "Only %1 MiB are free on the disk of the database; free some space",
		"データベースのあるディスクの空きが %1 MiB しかありません" } },
	{ "backup", true, false, NULL, 1, { "Backup too old", "古いバックアップ" },
	    { "The newest backup is from %1; check potpress-backup and its timer",
		"最新のバックアップは %1 のものです。potpress-backup を確認してください" } },
	{ 0 },
};
