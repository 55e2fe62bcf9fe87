/*
 * alert.c - the keys of [alert NAME] and which of them each type of target uses.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>
#include <strings.h>

#include "common/config/internal.h"
#include "common/net/mail.h"
#include "common/net/url.h"

const struct key config_alert_keys[] = {
	{ "type", KEY_WORD, TO(alert, type), .required = true,
	    .words = "slack discord mattermost teams ntfy gotify telegram matrix email "
		     "webhook command",
	    .help = "Type of the target." },
	{ "url", KEY_URL, TO(alert, url), .words = "https http smtps smtp",
	    .help = "The server of ntfy, gotify, matrix or telegram; the address of "
		    "webhook; of email smtps://HOST:465, or smtp://HOST:587 with "
		    "STARTTLS." },
	{ "url_file", KEY_SECRET, TO(alert, url_file),
	    .secret = offsetof(struct alert_config, secret_url), .words = CONFIG_KEY,
	    .help = "File that holds the whole URL of a webhook (slack, discord, "
		    "mattermost, teams, webhook): who knows it can post." },
	{ "token_file", KEY_SECRET, SECRET_TO(alert, token), .words = CONFIG_KEY,
	    .help = "File that holds the token of gotify, matrix, ntfy or telegram." },
	{ "user", KEY_TEXT, TO(alert, service.user),
	    .help = "User name for ntfy or email; needs password_file." },
	{ "password_file", KEY_SECRET, SECRET_TO(alert, service.password),
	    .help = "File that holds the password of user." },
	{ "topic", KEY_TEXT, TO(alert, topic), .help = "Topic of ntfy." },
	{ "chat", KEY_TEXT, TO(alert, chat),
	    .help = "Chat of telegram: a number, or @NAME of a channel." },
	{ "room", KEY_TEXT, TO(alert, room), .help = "Room of matrix: !ID:SERVER." },
	{ "from", KEY_TEXT, TO(alert, from), .help = "Sender of email: NAME@HOST." },
	{ "to", KEY_LIST, TO(alert, to), .help = "Recipients of email: NAME@HOST." },
	{ "helo", KEY_TEXT, TO(alert, helo),
	    .help = "Name by which email introduces this host to the mail server; never "
		    "the host's own name." },
	{ "command", KEY_LIST, TO(alert, command),
	    .help = "Program to run, with its full path, then its arguments; the alert "
		    "is on its standard input, as JSON." },
	{ "key_file", KEY_SECRET, SECRET_TO(alert, key),
	    .help = "File that holds the key with which webhook signs "
		    "(X-Potpress-Signature, HMAC-SHA256)." },
	{ "events", KEY_LIST, TO(alert, events),
	    .words = "unknown first family changed digest held paused quota quiet clock "
		     "disk backup",
	    .help = "Events that are sent to it; without this key all of them." },
	{ "families", KEY_LIST, TO(alert, families),
	    .help = "Malware families for event family, such as mirai." },
	{ "paused_after", KEY_DURATION, TO(alert, paused_after_s), "1h", 60, 30 * DAY_S,
	    .help = "A pause that lasts longer is reported." },
	{ "disk_free", KEY_INT, TO(alert, disk_free_mib), "1024", 0, 1 << 20,
	    .help =
		"MiB: less free space on the disk of the database is reported. 0: never." },
	{ "backup_dir", KEY_PATH, TO(alert, backup_dir),
	    .help = "Directory of potpress-backup; without this key the age of backups "
		    "is not checked." },
	{ "backup_after", KEY_DURATION, TO(alert, backup_after_s), "2d", HOUR_S,
	    365 * DAY_S, .help = "A newest backup older than this is reported." },
	TRANSPORT_ROWS(alert, "10s", "Longest time for one message, at most 60s."),
	{ 0 },
};

#define LETTERS_AND_DIGITS \
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

#define WEBHOOK "url_file"
#define TRANSPORT                                                                     \
	" ca_file pinned_public_key connect_to proxy proxy_user proxy_password_file " \
	"allow_http timeout"
#define RULES \
	" type events families paused_after disk_free backup_dir backup_after timeout"

/* `needs`: keys that must be given; `takes`: keys that it uses besides. */
static const struct kind {
	const char *type, *needs, *takes, *url; /* default of url; NULL: none */
	bool is_mail;
} KINDS[] = {
	{ "slack", WEBHOOK, TRANSPORT, NULL, false },
	{ "discord", WEBHOOK, TRANSPORT, NULL, false },
	{ "mattermost", WEBHOOK, TRANSPORT, NULL, false },
	{ "teams", WEBHOOK, TRANSPORT, NULL, false },
	{ "ntfy", "topic", "url token_file user password_file" TRANSPORT,
	    "https://ntfy.sh", false },
	{ "gotify", "url token_file", TRANSPORT, NULL, false },
	{ "telegram", "token_file chat", "url" TRANSPORT, "https://api.telegram.org",
	    false },
	{ "matrix", "url token_file room", TRANSPORT, NULL, false },
	{ "email", "url from to helo", "user password_file" TRANSPORT, NULL, true },
	{ "webhook", "", "url url_file key_file" TRANSPORT, NULL, false },
	{ "command", "command", "", NULL, false },
};

static bool
has_word(const char *words, const char *word)
{
	size_t len = strlen(word);

	for (const char *p = words; (p = strstr(p, word)) != NULL; p += len)
		if ((p == words || p[-1] == ' ') && (p[len] == ' ' || p[len] == '\0'))
			return true;
	return false;
}

static const struct kind *
kind_of(const struct alert_config *c)
{
	for (size_t i = 0; c->type && i < sizeof(KINDS) / sizeof(KINDS[0]); i++)
		if (strcmp(KINDS[i].type, c->type) == 0)
			return &KINDS[i];
	return NULL;
}

static void
check_keys(struct config_reader *r, struct config_part *p, const struct kind *kind)
{
	for (const struct key *k = p->section->keys; k->name; k++) {
		bool needed = has_word(kind->needs, k->name);

		if (needed && !config_has(p, k->name))
			config_problem(r, config_line(r, p, k->name),
			    "%s is missing in [%s]: type %s needs it. %s", k->name,
			    p->label, kind->type, k->help);
		if (!needed && *config_key_line(p, k) > 0 &&
		    !has_word(kind->takes, k->name) && !has_word(RULES, k->name))
			config_key_problem(r, p, k->name,
			    " is not used by type %s; remove the line", kind->type);
	}
}

/* The URL: `url`, the one in url_file, or the default. */
static void
find_address(struct config_reader *r, struct config_part *p, struct alert_config *c,
    const struct kind *kind)
{
	auto_buf origin = BUF_INIT(CONFIG_ORIGIN_MAX - 1);

	if (c->url && config_has(p, "url_file"))
		config_key_problem(
		    r, p, "url_file", " and url are both given; keep one of them");
	if (c->url)
		buf_puts(&origin, "");
	else if (!secret_is_set(&c->secret_url))
		buf_puts(&origin, kind->url ? kind->url : "");
	else if (!url_origin(&origin, c->secret_url.bytes) || !buf_ok(&origin) ||
		 strncmp(buf_text(&origin), "http", 4) != 0)
		config_key_problem(r, p, "url_file",
		    ": the file must contain the URL of the webhook, https://HOST/...");
	if (buf_ok(&origin))
		BUF_FIXED(c->origin, "%s", buf_text(&origin));
	c->service.url = c->url ? c->url : c->origin[0] ? c->origin : NULL;
	if (c->url && (strncasecmp(c->url, "smtp", 4) == 0) != kind->is_mail)
		config_key_problem(r, p, "url", " must begin with %s for type %s",
		    kind->is_mail ? "smtps:// or smtp://" : "https://", kind->type);
	if (strcmp(kind->type, "webhook") == 0 && !c->url && !config_has(p, "url_file"))
		config_problem(r, p->header,
		    "url or url_file is missing in [%s]: type webhook needs one of them",
		    p->label);
}

static void
check_mail(struct config_reader *r, struct config_part *p, const struct alert_config *c)
{
	if (c->from && !mail_is_address(c->from))
		config_key_problem(r, p, "from", " must be one address, NAME@HOST");
	for (size_t i = 0; i < c->to.count; i++)
		if (!mail_is_address(c->to.items[i]))
			config_key_problem(r, p, "to",
			    " contains '%.60s', which is not an "
			    "address; expected NAME@HOST",
			    c->to.items[i]);
	if (c->helo && !mail_is_name(c->helo))
		config_key_problem(
		    r, p, "helo", " must be a host name, such as alerts.example.org");
}

static void
check_place(struct config_reader *r, struct config_part *p, const struct alert_config *c)
{
	if (c->room && (c->room[0] != '!' || strchr(c->room, ' ')))
		config_key_problem(r, p, "room",
		    " must be the room's internal ID, such as !abc:matrix.example (in "
		    "Element under Settings, Advanced), not its alias");
	if (c->chat && c->chat[0] != '@' &&
	    c->chat[strspn(c->chat, "-0123456789")] != '\0')
		config_key_problem(
		    r, p, "chat", " must be a number or @NAME of a channel");
	if (c->topic && c->topic[strspn(c->topic, LETTERS_AND_DIGITS "-_")] != '\0')
		config_key_problem(
		    r, p, "topic", " must consist of letters, digits, '-' and '_'");
	if (c->command.count > 0 && c->command.items[0][0] != '/')
		config_key_problem(
		    r, p, "command", " must begin with the full path of a program");
}

/* Keys about events that need each other. */
static void
check_rules(struct config_reader *r, struct config_part *p, const struct alert_config *c)
{
	bool named = c->events.count > 0;

	for (size_t i = 0; i < c->events.count; i++) {
		if (strcmp(c->events.items[i], "family") == 0 && c->families.count == 0)
			config_key_problem(r, p, "events",
			    " contains family: list "
			    "the families in `families`");
		if (strcmp(c->events.items[i], "backup") == 0 && !c->backup_dir)
			config_key_problem(r, p, "events",
			    " contains backup: set backup_dir to its directory");
		named = named && strcmp(c->events.items[i], "family") != 0;
	}
	if (named && c->families.count > 0)
		config_key_problem(
		    r, p, "families", " needs family among the events, or no `events`");
	if (c->service.timeout_s > CONFIG_ALERT_TIMEOUT_MAX)
		config_key_problem(
		    r, p, "timeout", " is longer than %ds", CONFIG_ALERT_TIMEOUT_MAX);
}

static void
check_service(struct config_reader *r, struct config_part *p, struct alert_config *c)
{
	config_check_needs(r, p, "user", "password_file");
	config_check_needs(r, p, "password_file", "user");
	config_check_service(r, p, &c->service);
}

void
config_check_alert(struct config_reader *r, struct config_part *p, void *values)
{
	struct alert_config *c = values;
	const struct kind *kind = kind_of(c);
	int problems = r->count;

	if (r->config->offline)
		return;
	if (kind) {
		check_keys(r, p, kind);
		find_address(r, p, c, kind);
	}
	check_mail(r, p, c);
	check_place(r, p, c);
	check_rules(r, p, c);
	check_service(r, p, c);
	c->unusable = !kind || c->service.secret_missing || r->count > problems;
}
