/*
 * test_config_alert.c - sections [alert NAME]: what each type needs, takes and refuses.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/config/internal.h"
#include "tests/unit/tap.h"

#define TEXT_MAX 65536
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define PUBLISHER \
	"[publisher]\nurl = https://blog.example\nuser = potpress\npassword_file = @secret\n"

static char dir[64];

struct run {
	bool good;
	struct config config;
	struct buf problems;
	struct err e;
};

static void
put_file(const char *name, const char *text)
{
	char path[128];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", dir, name);
	f = fopen(path, "w");
	if (f == NULL || fputs(text, f) < 0 || fclose(f) != 0 || chmod(path, 0600) != 0) {
		perror(path);
		exit(1);
	}
}

/* '@' stands for the test's directory. */
static void
run(struct run *r, const char *alerts)
{
	auto_buf text = BUF_INIT(TEXT_MAX);
	char path[128];

	for (const char *part = PUBLISHER; part != NULL;
	     part = part == alerts ? NULL : alerts)
		for (const char *p = part; *p != '\0'; p++) {
			if (*p == '@' && p[-1] == ' ')
				buf_printf(&text, "%s/", dir);
			else
				buf_putc(&text, *p);
		}
	put_file("conf", buf_text(&text));
	snprintf(path, sizeof path, "%s/conf", dir);
	*r = (struct run){ .problems = BUF_INIT(TEXT_MAX) };
	r->good = config_read(&r->config, "publisher", path, &r->problems, &r->e);
}

static void
run_done(struct run *r)
{
	config_done(&r->config);
	buf_done(&r->problems);
}

static void
expect_good(const char *alert, const char *words)
{
	struct run r;

	char name[400];

	run(&r, alert);
	snprintf(name, sizeof name, "%s", words);
	for (char *p = name; (p = strchr(p, '\n')) != NULL;)
		*p = ' ';
	ok(r.good && r.config.alerts.count == 1, name);
	if (!r.good)
		printf("# %s\n", buf_text(&r.problems));
	run_done(&r);
}

static void
expect_problem(const char *alert, const char *problem, const char *words)
{
	struct run r;

	run(&r, alert);
	ok(!r.good && strstr(buf_text(&r.problems), problem) != NULL, words);
	if (strstr(buf_text(&r.problems), problem) == NULL)
		printf("# wanted: %s\n# %s\n", problem, buf_text(&r.problems));
	run_done(&r);
}

#define ALERT(type) "[alert ops]\ntype = " type "\n"
#define MAIL                                                                         \
	ALERT("email")                                                               \
	"url = smtps://mail.example:465\nfrom = pot@example.org\nto = a@x.example, " \
	"b@x.example\nhelo = pot.example.org\n"

static const char *const GOOD[] = {
	ALERT("slack") "url_file = @hook\n",
	ALERT("discord") "url_file = @hook\n",
	ALERT("mattermost") "url_file = @hook\n",
	ALERT("teams") "url_file = @hook\n",
	ALERT("ntfy") "topic = pots\n",
	ALERT("ntfy") "topic = pots\nurl = https://n.example\ntoken_file = @secret\n",
	ALERT("gotify") "url = https://g.example\ntoken_file = @secret\n",
	ALERT("telegram") "token_file = @secret\nchat = -100123\n",
	ALERT("matrix") "url = https://m.example\ntoken_file = @secret\nroom = !a:m.example\n",
	MAIL,
	MAIL "user = a\npassword_file = @secret\n",
	ALERT("webhook") "url = https://h.example/x\nkey_file = @secret\n",
	ALERT("webhook") "url_file = @hook\n",
	ALERT("command") "command = /usr/bin/logger, -t, pot\n",
	ALERT("ntfy") "topic = x\nevents = unknown, first\nevents = family\nfamilies = mirai\n",
	ALERT("ntfy") "topic = x\nevents = backup\nbackup_dir = /var/backups/p\n"
		      "backup_after = 3d\npaused_after = 30m\ndisk_free = 0\n",
};

static const struct {
	const char *alert, *problem;
} BAD[] = {
	{ "[alert ops]\nurl_file = @hook\n", "type is missing in [alert ops]" },
	{ ALERT("irc"), "type in [alert ops] is 'irc'" },
	{ ALERT("slack"), "url_file is missing in [alert ops]: type slack needs it" },
	{ ALERT("slack") "url_file = @secret\n", "must contain the URL of the webhook" },
	{ ALERT("slack") "url_file = @plain\n", "plain http to another machine" },
	{ ALERT("slack") "url_file = @hook\ntopic = x\n",
	    ":8: topic in [alert ops] is not used by type slack" },
	{ ALERT("ntfy"), "topic is missing" },
	{ ALERT("ntfy") "topic = a/b\n", "letters, digits" },
	{ ALERT("ntfy") "topic = a\nuser = x\n",
	    "user in [alert ops] needs password_file" },
	{ ALERT("telegram") "token_file = @secret\nchat = me\n",
	    "must be a number or @NAME" },
	{ ALERT("matrix") "url = https://m.example\ntoken_file = @secret\nroom = #a:m\n",
	    "internal ID" },
	{ ALERT("gotify") "url = smtp://g.example\ntoken_file = @secret\n",
	    "must begin with https://" },
	{ ALERT("email") "url = https://m.example\nfrom = a@b\nto = c@d\nhelo = e\n",
	    "must begin with smtps:// or smtp://" },
	{ ALERT("email") "url = smtps://m.example\nfrom = a@b\nto = c@d\n",
	    "helo is missing" },
	{ ALERT("email") "url = smtps://m.example\nfrom = a>@b\nto = c@d\nhelo = e\n",
	    "from in [alert ops] must be one address" },
	{ ALERT(
	      "email") "url = smtps://m.example\nfrom = a@b\nto = c@d, e f@g\nhelo = e\n",
	    "'e f@g', which is not an address" },
	{ ALERT("email") "url = smtps://m.example\nfrom = a@b\nto = c@d\nhelo = a b\n",
	    "helo in [alert ops] must be a host name" },
	{ ALERT("webhook"), "url or url_file is missing" },
	{ ALERT("webhook") "url = https://h.example\nurl_file = @hook\n",
	    "keep one of them" },
	{ ALERT("command") "command = logger\n", "full path of a program" },
	{ ALERT("ntfy") "topic = x\nevents = family\n", "list the families" },
	{ ALERT("ntfy") "topic = x\nevents = digest\nfamilies = mirai\n",
	    "needs family" },
	{ ALERT("ntfy") "topic = x\nevents = backup\n", "set backup_dir" },
	{ ALERT("ntfy") "topic = x\nevents = everything\n", "events in [alert ops] is" },
	{ ALERT("ntfy") "topic = x\ntimeout = 61s\n",
	    "timeout in [alert ops] is longer than 60s" },
	{ ALERT("ntfy") "topic = x\npaused_after = 59s\n", "out of range" },
	{ ALERT("ntfy") "topic = x\ndisk_free = -1\n", "a whole number" },
	{ ALERT("ntfy") "topic = x\nbackup_after = 1m\n", "out of range" },
};

static void
test_values(void)
{
	const struct alert_config *a, *b;
	struct run r;

	run(&r,
	    "[alert ops]\ntype = slack\nurl_file = @hook\n"
	    "[alert home]\ntype = telegram\ntoken_file = @secret\nchat = 5\n");
	a = r.config.alerts.values[0];
	b = r.config.alerts.values[1];
	ok(r.good && r.config.alerts.count == 2, "two targets");
	is_text(r.config.alerts.names[1], "home", "each has its name");
	is_text(a->service.url, "https://hooks.example:8443",
	    "of a secret URL only scheme, host and port are known");
	is_text(a->secret_url.bytes, "https://hooks.example:8443/T/B?sig=1",
	    "... and kept whole");
	is_text(b->service.url, "https://api.telegram.org", "a server by default");
	is_int(a->paused_after_s, 3600, "paused_after by default");
	is_int(a->disk_free_mib, 1024, "disk_free by default");
	is_int(a->service.timeout_s, 10, "timeout by default");
	ok(!a->unusable && !b->unusable, "both can be used");
	run_done(&r);
}

static void
test_one_bad(void)
{
	struct run r;

	run(&r,
	    "[alert a]\ntype = slack\nurl_file = @none\n[alert b]\ntype = ntfy\ntopic = x\n");
	ok(!r.good && !r.config.publisher.service.secret_missing,
	    "a target's missing secret does not keep --check from the site");
	ok(((struct alert_config *)r.config.alerts.values[0])->unusable &&
		!((struct alert_config *)r.config.alerts.values[1])->unusable,
	    "and only that target is left out");
	run_done(&r);
}

static void
clean_up(void)
{
	static const char *const NAMES[] = { "conf", "secret", "hook", "plain" };
	char path[128];

	for (size_t i = 0; i < COUNT(NAMES); i++) {
		snprintf(path, sizeof path, "%s/%s", dir, NAMES[i]);
		(void)unlink(path);
	}
	(void)rmdir(dir);
}

int
main(void)
{
	snprintf(dir, sizeof dir, "/tmp/potpress-test-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return 1;
	put_file("secret", "correct-horse-battery\n");
	put_file("hook", "https://hooks.example:8443/T/B?sig=1\n");
	put_file("plain", "http://hooks.example/T/B\n");
	for (size_t i = 0; i < COUNT(GOOD); i++)
		expect_good(GOOD[i], GOOD[i] + strlen("[alert ops]\n"));
	for (size_t i = 0; i < COUNT(BAD); i++)
		expect_problem(BAD[i].alert, BAD[i].problem, BAD[i].problem);
	test_values();
	test_one_bad();
	clean_up();
	return done_testing();
}
