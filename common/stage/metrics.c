/*
 * metrics.c - [general] metrics_dir: numbers for Prometheus' textfile collector; see internal.h.
 *
 * The text format 0.0.4. The programs share this table, so that the HELP texts of their files are the
 * same, as the collector demands; each sample is written by one program only. Labels are words of the
 * programs, never text of an attacker or a sensor, and their number is small. Counters come from totals
 * that never fall.
 *
 * SPDX-License-Identifier: MIT
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/stage/internal.h"

#define METRICS_MAX (64 << 10)
#define LABELS_MAX 3
#define LABEL_MAX 64 /* bytes of a value */
#define PATH_BYTES 4200

/* Each statement gives the value, then the labels. It may ask for :stage, :now, :started_at, :version,
 * :file_bytes and :wal_bytes. */
/* clang-format off */
static const char INFO_SQL[] =
	"SELECT 1, CAST(:stage AS TEXT), CAST(:version AS TEXT)";
static const char STARTED_SQL[] =
	"SELECT CAST(:started_at AS INTEGER), CAST(:stage AS TEXT)";
static const char ALIVE_SQL[] =
	"SELECT CAST(:now AS INTEGER), CAST(:stage AS TEXT)";
static const char TROUBLE_SQL[] =
	"SELECT count(trouble), CAST(:stage AS TEXT) "
	"FROM stage "
	"WHERE name = :stage";
static const char PAUSED_SQL[] =
	"SELECT min(since), stage, service, kind "
	"FROM pause "
	"WHERE stage = :stage "
	"  AND until > :now "
	"GROUP BY stage, service, kind";
static const char LOOKUP_ROWS_SQL[] =
	"SELECT count(*), 'enricher', 'pending' FROM lookup WHERE state = 'pending' "
	"UNION ALL "
	"SELECT count(*), 'enricher', 'leased' FROM lookup WHERE state = 'leased' "
	"UNION ALL "
	"SELECT count(*), 'enricher', 'held' FROM lookup WHERE state = 'held'";
static const char POST_ROWS_SQL[] =
	"SELECT count(*), 'publisher', 'pending' FROM post WHERE state = 'pending' "
	"UNION ALL "
	"SELECT count(*), 'publisher', 'leased' FROM post WHERE state = 'leased' "
	"UNION ALL "
	"SELECT count(*), 'publisher', 'held' FROM post WHERE state = 'held'";
static const char SAMPLES_SQL[] =
	"SELECT n FROM total WHERE name = 'samples'";
static const char CAPTURES_SQL[] =
	"SELECT n, label FROM total WHERE name = 'captures' ORDER BY label";
static const char LATEST_SQL[] =
	"SELECT max(seen_at) FROM sighting";
static const char ANSWERS_SQL[] =
	"SELECT n, label FROM total WHERE name = 'answers' ORDER BY label";
static const char REQUESTS_SQL[] =
	"SELECT sum(used), provider FROM quota WHERE length(period) = 7 GROUP BY provider";
static const char USED_SQL[] =
	"SELECT sum(used_day), provider, 'day' FROM quota_today GROUP BY provider "
	"UNION ALL "
	"SELECT sum(used_month), provider, 'month' FROM quota_today GROUP BY provider";
static const char ALLOWED_SQL[] =
	"SELECT sum(per_day), provider, 'day' FROM quota_today GROUP BY provider "
	"UNION ALL "
	"SELECT sum(per_month), provider, 'month' FROM quota_today GROUP BY provider";
static const char PUBLISHED_SQL[] =
	"SELECT n FROM total WHERE name = 'published'";
static const char REVISED_SQL[] =
	"SELECT n FROM total WHERE name = 'revised'";
static const char SENT_SQL[] =
	"SELECT n, label FROM total WHERE name = 'messages' ORDER BY label";
static const char MESSAGE_ROWS_SQL[] =
	"SELECT count(m.id), t.name, 'waiting' "
	"FROM alert_target t LEFT JOIN message m ON m.target = t.name AND m.state = 'pending' "
	"GROUP BY t.name "
	"UNION ALL "
	"SELECT count(m.id), t.name, 'held' "
	"FROM alert_target t LEFT JOIN message m ON m.target = t.name AND m.state = 'held' "
	"GROUP BY t.name";
static const char STOPPED_SQL[] =
	"SELECT stopped_at IS NOT NULL, name FROM alert_target ORDER BY name";
static const char BYTES_SQL[] =
	"SELECT CAST(:file_bytes AS INTEGER), 'main' "
	"UNION ALL "
	"SELECT CAST(:wal_bytes AS INTEGER), 'wal'";

static const struct metric {
	const char *stage; /* who writes it; NULL: each its own samples */
	const char *name, *type, *help;
	const char *labels[LABELS_MAX + 1];
	const char *sql;
} METRICS[] = {
	{ NULL, "potpress_stage_info", "gauge", "A running program and its version.", { "stage", "version" }, INFO_SQL },
	{ NULL, "potpress_stage_start_timestamp_seconds", "gauge", "When the program started.", { "stage" }, STARTED_SQL },
	{ NULL, "potpress_stage_alive_timestamp_seconds", "gauge", "The program's last sign of life.", { "stage" }, ALIVE_SQL },
	{ NULL, "potpress_stage_troubles", "gauge",
	    "Programs of this stage that cannot work, for example because the disk is full.", { "stage" }, TROUBLE_SQL },
	{ NULL, "potpress_pause_since_timestamp_seconds", "gauge",
	    "When the pause of a service began: down, quota or credentials.", { "stage", "service", "kind" }, PAUSED_SQL },
	{ "enricher", "potpress_queue_rows", "gauge",
	    "Rows of the stage's queue that wait, are being worked on, or need attention.", { "stage", "state" }, LOOKUP_ROWS_SQL },
	{ "publisher", "potpress_queue_rows", "gauge",
	    "Rows of the stage's queue that wait, are being worked on, or need attention.", { "stage", "state" }, POST_ROWS_SQL },
	{ "collector", "potpress_samples_total", "counter", "Different files ever captured.", { NULL }, SAMPLES_SQL },
	{ "collector", "potpress_captures_total", "counter", "Captures ever counted.", { "honeypot" }, CAPTURES_SQL },
	{ "collector", "potpress_latest_capture_timestamp_seconds", "gauge", "When a file was last captured.", { NULL }, LATEST_SQL },
	{ "collector", "potpress_database_bytes", "gauge", "Size of the database file and of its -wal.", { "file" }, BYTES_SQL },
	{ "enricher", "potpress_answers_total", "counter", "Different answers about files.", { "outcome" }, ANSWERS_SQL },
	{ "enricher", "potpress_requests_total", "counter", "Requests that count against the quota.", { "provider" }, REQUESTS_SQL },
	{ "enricher", "potpress_quota_used", "gauge", "Requests counted in the day or month.", { "provider", "period" }, USED_SQL },
	{ "enricher", "potpress_quota_limit", "gauge", "Requests that the quota allows in the day or month.", { "provider", "period" }, ALLOWED_SQL },
	{ "publisher", "potpress_posts_published_total", "counter", "Posts ever published.", { NULL }, PUBLISHED_SQL },
	{ "publisher", "potpress_posts_revised_total", "counter", "Updates of published posts.", { NULL }, REVISED_SQL },
	{ "publisher", "potpress_messages_sent_total", "counter", "Alerts that a target accepted.", { "target" }, SENT_SQL },
	{ "publisher", "potpress_message_rows", "gauge",
	    "Events that wait to be sent to a target, and messages that need attention.", { "target", "state" }, MESSAGE_ROWS_SQL },
	{ "publisher", "potpress_alert_target_stopped", "gauge",
	    "1: nothing is sent to this target until its section or row is changed.", { "target" }, STOPPED_SQL },
};
/* clang-format on */

#define METRICS_COUNT (sizeof METRICS / sizeof METRICS[0])

/* ---- the text */

static void
bind_all(struct statement *s, const struct stage *st, int64_t now)
{
	db_offer_text(s, ":stage", st->name);
	db_offer_text(s, ":version", POTPRESS_VERSION);
	db_offer_int(s, ":now", now);
	db_offer_int(s, ":started_at", st->started_at);
	db_offer_int(s, ":file_bytes", db_file_bytes(&st->db));
	db_offer_int(s, ":wal_bytes", db_wal_bytes(&st->db));
}

/* Words need no escapes; any other value was not written by the programs. */
static void
put_label(struct buf *out, const char *name, const char *value)
{
	static const char WORD[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	    "0123456789_.-";
	size_t len = strlen(value);
	bool word = len <= LABEL_MAX && strspn(value, WORD) == len;

	buf_printf(out, "%s=\"%s\"", name, word ? value : "other");
}

static void
put_sample(struct buf *out, const struct metric *m, struct statement *s)
{
	buf_puts(out, m->name);
	for (int i = 0; m->labels[i] != NULL; i++) {
		buf_puts(out, i == 0 ? "{" : ",");
		put_label(out, m->labels[i], db_text(s, i + 1));
	}
	buf_puts(out, m->labels[0] != NULL ? "} " : " ");
	buf_printf(out, "%lld\n", (long long)db_int(s, 0));
}

static bool
put_metric(
    struct buf *out, struct stage *st, const struct metric *m, int64_t now, struct err *e)
{
	struct statement *s = db_prepare(&st->db, m->sql, e);
	bool any = false;
	int step;

	bind_all(s, st, now);
	while ((step = db_step(s, e)) == 1) {
		if (db_is_null(s, 0))
			continue;
		if (!any)
			buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", m->name, m->help,
			    m->name, m->type);
		any = true;
		put_sample(out, m, s);
	}
	return step == 0;
}

static bool
put_all(struct buf *out, struct stage *st, int64_t now, struct err *e)
{
	for (size_t i = 0; i < METRICS_COUNT; i++) {
		const struct metric *m = &METRICS[i];

		if ((m->stage == NULL || strcmp(m->stage, st->name) == 0) &&
		    !put_metric(out, st, m, now, e))
			return false;
	}
	return true;
}

/* ---- the file */

static bool
write_all(const char *path, const struct buf *text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	bool ok = fd >= 0 && fchmod(fd, 0644) == 0 &&
		  write(fd, text->ptr, text->len) == (ssize_t)text->len;

	if (fd >= 0 && close(fd) != 0)
		ok = false;
	return ok;
}

static bool
put_in_place(const char *path, const struct buf *text, struct err *e)
{
	char fresh[PATH_BYTES];

	BUF_FIXED(fresh, "%s.%d", path, (int)getpid());
	if (write_all(fresh, text) && rename(fresh, path) == 0)
		return true;
	err_set(e, FAULT_RETRY, "metrics_dir: %s cannot be written: %s", path,
	    strerror(errno));
	unlink(fresh);
	return false;
}

/* Removes files of processes that were killed while writing. */
static void
remove_stale(const char *path)
{
	char pattern[PATH_BYTES];
	glob_t found;

	BUF_FIXED(pattern, "%s.[0-9]*", path);
	if (glob(pattern, GLOB_NOSORT, NULL, &found) != 0)
		return;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *pid = strrchr(found.gl_pathv[i], '.') + 1;

		if (kill((pid_t)strtol(pid, NULL, 10), 0) != 0 && errno == ESRCH)
			unlink(found.gl_pathv[i]);
	}
	globfree(&found);
}

void
metrics_write(struct stage *st, int64_t now)
{
	const char *directory = st->config.general.metrics_dir;
	auto_buf text = BUF_INIT(METRICS_MAX);
	struct err e = ERR_NONE;
	char path[PATH_BYTES];
	bool ok;

	if (directory == NULL || strlen(directory) > PATH_BYTES / 2)
		return;
	BUF_FIXED(path, "%s/potpress-%s.prom", directory, st->name);
	if (!st->metrics_begun)
		remove_stale(path);
	st->metrics_begun = true;
	ok =
	    put_all(&text, st, now, &e) && buf_ok(&text) && put_in_place(path, &text, &e);
	if (!ok && !st->metrics_failed)
		log_line(&st->log, LOG_WARNING, "retry", "why",
		    e.text[0] != '\0' ? e.text : "metrics_dir: out of memory", NULL);
	st->metrics_failed = !ok;
}
