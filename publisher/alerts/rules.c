/*
 * rules.c - the sentence of an event; see rules.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/alerts/rules.h"

#include <string.h>

#include "common/base/utf8.h"
#include "common/outgoing/sensor_name.h"

#define DIGITS "0123456789"

const struct alert_rule *
alert_rule_of(const char *name)
{
	for (const struct alert_rule *r = alert_rules; r->name != NULL; r++)
		if (strcmp(r->name, name) == 0)
			return r;
	return NULL;
}

bool
alert_rule_is_wanted(const struct alert_rule *rule, const struct alert_config *c)
{
	for (size_t i = 0; i < c->events.count; i++)
		if (strcmp(c->events.items[i], rule->name) == 0)
			return true;
	return c->events.count == 0;
}

/* A word of the database in the language of the message. */
static const char *
said(const char *word, const struct alert_voice *voice)
{
	static const struct {
		const char *word, *words[2];
	} WORDS[] = { { "malicious", { "malicious", "悪性" } },
		{ "suspicious", { "suspicious", "疑わしい" } },
		{ "known_good", { "known software", "既知のソフトウェア" } },
		{ "undetected", { "not detected", "検出なし" } },
		{ "inconclusive", { "few verdicts", "判定数が不足" } },
		{ "not_analysed", { "no verdict", "判定なし" } },
		{ "unknown", { "unknown to VirusTotal", "VirusTotal に記録なし" } },
		{ "sensor", { "sensor", "センサー" } },
		{ "honeypot", { "honeypot", "ハニーポット" } },
		{ "ahead", { "ahead", "進んで" } },
		{ "behind", { "behind", "遅れて" } } };

	for (size_t i = 0; i < sizeof WORDS / sizeof WORDS[0]; i++)
		if (strcmp(WORDS[i].word, word) == 0)
			return WORDS[i].words[voice->japanese];
	return word;
}

/* "2 h 5 min", as view clocks has it, in Japanese. */
static bool
put_offset(struct buf *out, const char *text)
{
	size_t hours = strspn(text, DIGITS), at = hours + strlen(" h "), minutes;

	if (hours == 0 || strncmp(text + hours, " h ", strlen(" h ")) != 0)
		return false;
	minutes = strspn(text + at, DIGITS);
	if (strcmp(text + at + minutes, " min") != 0)
		return false;
	buf_printf(out, "%.*s 時間 %.*s 分", (int)hours, text, (int)minutes, text + at);
	return true;
}

/* "45/63 2026-11-30", as the rules have it. */
static bool
put_ratio(struct buf *out, const char *text, const struct alert_voice *voice)
{
	size_t ratio = strcspn(text, " "), numbers = strspn(text, DIGITS "/");

	if (memchr(text, '/', ratio) == NULL || numbers != ratio || text[ratio] == '\0')
		return false;
	buf_printf(out, voice->japanese ? "%.*s (%s 時点)" : "%.*s as of %s", (int)ratio,
	    text, text + ratio + 1);
	return true;
}

static bool
is_sensor(const struct alert_rule *rule, const struct alert_event *event, int i)
{
	return i > 0 && (rule->own & (1U << (i - 1))) != 0 &&
	       event->arguments[i - 1] != NULL &&
	       strcmp(event->arguments[i - 1], "sensor") == 0;
}

static void
put_argument(struct buf *out, const struct alert_rule *rule,
    const struct alert_event *event, int i, const struct alert_voice *voice)
{
	auto_buf guarded = BUF_CUT(4 * ALERT_ARGUMENT_MAX);
	const char *text = event->arguments[i];

	if ((rule->own & (1U << i)) != 0) {
		if (!put_ratio(out, text, voice) &&
		    !(voice->japanese && put_offset(out, text)))
			utf8_put_printable(out, said(text, voice));
		return;
	}
	if (is_sensor(rule, event, i)) {
		const char *name = sensor_name(voice->sensor_names, text);

		buf_puts(out, name != NULL ? name : GATE_CUT);
		return;
	}
	gate_text(voice->gate, text, ALERT_ARGUMENT_MAX, &guarded);
	utf8_put_printable(out, buf_text(&guarded));
}

/* Is an argument in this part of the sentence missing? */
static bool
lacks(const char *part, const char *end, const struct alert_event *event)
{
	for (; part < end; part++)
		if (*part == '%' && event->arguments[part[1] - '1'] == NULL)
			return true;
	return false;
}

static void
put_part(struct buf *out, const char *part, const char *end,
    const struct alert_rule *rule, const struct alert_event *event,
    const struct alert_voice *voice)
{
	for (; part < end; part++) {
		if (*part != '%') {
			buf_putc(out, *part);
			continue;
		}
		part++;
		if (event->arguments[*part - '1'] != NULL)
			put_argument(out, rule, event, *part - '1', voice);
	}
}

void
alert_rule_put(struct buf *out, const struct alert_rule *rule,
    const struct alert_event *event, const struct alert_voice *voice)
{
	const char *p = rule->sentence[voice->japanese];

	while (*p != '\0') {
		const char *open = strchr(p, '{');
		const char *close = open != NULL ? strchr(open, '}') : NULL;

		if (close == NULL) {
			put_part(out, p, p + strlen(p), rule, event, voice);
			return;
		}
		put_part(out, p, open, rule, event, voice);
		if (!lacks(open, close, event))
			put_part(out, open + 1, close, rule, event, voice);
		p = close + 1;
	}
}
