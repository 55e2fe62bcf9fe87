/*
 * start.c - how a program begins and ends: options, configuration, database, lock.
 *
 * SPDX-License-Identifier: MIT
 */
#include <assert.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "common/stage/internal.h"

#define PROBLEMS_MAX (1 << 20)
#define HOLDER_TRY_MS 1000 /* how soon a program takes the place of one that died */
/* Buffers of this size grow without a copy and go back to the system once they are freed; glibc would
 * raise its own threshold at the first large answer. */
#define MAPPED_FROM (128 << 10)
/* Free memory is kept for the next answer; an idle program gives it back (memory.c). */
#define KEPT_FREE (4 << 20)

static void
say_problems(const struct stage *st, const struct buf *problems, const struct err *e)
{
	FILE *to = st->options.check ? stdout : stderr;

	if (problems->len > 0)
		fputs(buf_text(problems), to);
	else
		fprintf(to, "%s\n", e->text);
}

/* Core files must not contain secrets. */
static void
forbid_core_files(void)
{
	const struct rlimit none = { .rlim_cur = 0, .rlim_max = 0 };

	prctl(PR_SET_DUMPABLE, 0);
	setrlimit(RLIMIT_CORE, &none);
}

int
stage_begin(
    struct stage *st, const struct stage_spec *spec, void *own, int argc, char **argv)
{
	const struct program program = { spec->name, spec->summary, spec->options,
		spec->check_options };
	auto_buf problems = BUF_CUT(PROBLEMS_MAX);
	struct err e = ERR_NONE;
	bool good;
	int status;

	forbid_core_files();
	mallopt(M_MMAP_THRESHOLD, MAPPED_FROM);
	mallopt(M_TRIM_THRESHOLD, KEPT_FREE);
	*st = (struct stage){
		.name = spec->name, .single = spec->single, .lock_fd = -1, .own = own
	};
	st->clock = clock_system();
	status = options_parse(&st->options, &program, own, argc, argv);
	if (status >= 0)
		return status;
	st->config.offline = st->options.offline;
	/* Problems are printed even if the check is cut short. */
	if (st->options.check)
		setvbuf(stdout, NULL, _IOLBF, 0);
	good =
	    config_read(&st->config, spec->name, st->options.config_path, &problems, &e);
	if (!good)
		say_problems(st, &problems, &e);
	spec->add_services(st);
	if (st->options.check) {
		status = stage_check(st, spec, good);
	} else if (!good) {
		status = EXIT_CONFIG_BAD;
	} else if (st->options.show_config) {
		config_show(&st->config, stdout);
		status = EXIT_OK;
	}
	if (status >= 0)
		config_done(&st->config);
	return status;
}

void
stage_add_service(struct stage *st, const char *name, const char *account,
    const struct service_config *config)
{
	assert(st->service_count < STAGE_SERVICES_MAX);
	st->services[st->service_count++] = (struct service){
		.stage = st->name, .name = name, .account = account, .config = config
	};
}

static void
say_waiting(void *ctx, const char *sentence)
{
	const struct stage *st = ctx;

	log_line(&st->log, LOG_WARNING, "waiting", "why", sentence, NULL);
}

static bool
stop_asked(void *ctx)
{
	return stage_stop_asked(ctx);
}

/* True with *mine false: with --once, when another process has it. */
static bool
become_holder(struct stage *st, bool *mine, struct err *e)
{
	char held_by[HOLDER_MAX];
	bool said = false;

	for (;;) {
		if (!holder_try(st, mine, held_by, e))
			return false;
		if (*mine)
			return true;
		if (!said)
			log_line(&st->log, LOG_WARNING, "waiting", "why",
			    "another process runs this stage on this database", "holder",
			    held_by, NULL);
		notify_status(&st->events.notify, "another process holds this stage");
		said = true;
		if (st->options.once || stage_stop_asked(st))
			return true;
		events_wait(&st->events, stage_shorter(st, HOLDER_TRY_MS));
	}
}

static bool
free_dead_leases(struct stage *st, struct err *e)
{
	struct log_number n;
	int freed;

	if (st->queue.sql == NULL)
		return true;
	freed = queue_free_all(&st->queue, clock_now(&st->clock), e);
	if (freed > 0)
		log_line(&st->log, LOG_INFO, "resumed", "freed", log_number(&n, freed),
		    "why", "leases of a process that no longer runs", NULL);
	return freed >= 0;
}

/* Cron mails whatever is printed, so --once logs only problems unless asked for more; so does what a
 * person does by hand. */
static enum log_level
least_level(const struct stage *st)
{
	const char *wanted = st->config.general.log_level;

	if (st->options.verbose)
		return LOG_INFO;
	if (wanted == NULL)
		return st->options.once || st->options.by_hand ? LOG_WARNING : LOG_INFO;
	return strcmp(wanted, "error") == 0     ? LOG_ERROR
	       : strcmp(wanted, "warning") == 0 ? LOG_WARNING
						: LOG_INFO;
}

/* It may have waited long to become the holder. */
static bool
begin_work(struct stage *st, int64_t now, struct err *e)
{
	if (!heartbeat_new(st, now, e) || !stage_probe_now(st, now, e))
		return false;
	db_reserve_keep(&st->db);
	metrics_write(st, now);
	return true;
}

bool
stage_open(struct stage *st, const struct stage_spec *spec, struct err *e)
{
	bool mine = false;

	st->log = (struct log){ .stage = st->name,
		.clock = &st->clock,
		.fd = STDERR_FILENO,
		.least = least_level(st),
		.journal = notify_is_journal(STDERR_FILENO) };
	st->started_at = clock_now(&st->clock);
	st->http = http_new("potpress/" POTPRESS_VERSION, e);
	if (st->http == NULL || !events_open(&st->events, st->http, e))
		return false;
	st->db.say = say_waiting;
	st->db.stop_asked = stop_asked;
	st->db.ctx = st;
	if (!db_open(&st->db, st->config.database.path, e))
		return false;
	notify_ready(&st->events.notify);
	queue_init(&st->queue, &st->db, spec->queue, st->name);
	log_line(&st->log, st->db.loss == NULL ? LOG_INFO : LOG_WARNING, "started",
	    "version", POTPRESS_VERSION, "database", st->config.database.path, "owner",
	    st->queue.owner, "why", st->db.loss, NULL);
	if (st->single && !become_holder(st, &mine, e))
		return false;
	if (st->single && !mine)
		return false;
	if (st->single && !free_dead_leases(st, e))
		return false;
	stage_doing(st, "starting");
	return ahead_pull_back(st, e) && begin_work(st, clock_now(&st->clock), e);
}

int
stage_close(struct stage *st, const struct err *e)
{
	bool failed = e->fault != FAULT_NONE && !st->db.stopped_waiting;
	struct log_number n;

	if (db_is_open(&st->db) && st->beat_at != 0) {
		metrics_write(st, clock_now(&st->clock));
		heartbeat_gone(st);
	}
	log_line(&st->log, failed ? LOG_ERROR : LOG_INFO, "stopped", "status",
	    log_number(&n, failed ? err_exit_status(e) : EXIT_OK), "why",
	    e->fault != FAULT_NONE ? e->text : NULL, NULL);
	http_free(st->http);
	events_close(&st->events);
	db_close(&st->db);
	holder_free(st);
	config_done(&st->config);
	/* Keeps a supervisor from restarting in a tight loop. */
	if (failed && !st->options.once)
		sleep(1);
	return failed ? (int)err_exit_status(e) : EXIT_OK;
}
