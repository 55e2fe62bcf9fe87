/*
 * attacks.c - see parts.h: all attacks by honeypot and port, and when there were most.
 *
 * SPDX-License-Identifier: MIT
 */
#include <string.h>

#include "publisher/posts/digest/parts.h"
#include "publisher/posts/digest/pictures.h"
#include "publisher/posts/digest/ranking.h"

#define HOUR_S 3600
#define GAP_HOURS 3 /* shorter ones are no news */
#define GAP_EVENTS 10 /* an hour on average: else silence is usual */

static const struct {
	const char *port, *name;
} SERVICES[] = { { "21", "FTP" }, { "22", "SSH" }, { "23", "Telnet" }, { "25", "SMTP" },
	{ "53", "DNS" }, { "80", "HTTP" }, { "110", "POP3" }, { "123", "NTP" },
	{ "135", "RPC" }, { "139", "NetBIOS" }, { "143", "IMAP" }, { "161", "SNMP" },
	{ "443", "HTTPS" }, { "445", "SMB" }, { "502", "Modbus" }, { "587", "SMTP" },
	{ "993", "IMAPS" }, { "995", "POP3S" }, { "1433", "MSSQL" }, { "1883", "MQTT" },
	{ "2323", "Telnet" }, { "3306", "MySQL" }, { "3389", "RDP" }, { "5060", "SIP" },
	{ "5432", "PostgreSQL" }, { "5555", "ADB" }, { "5900", "VNC" },
	{ "6379", "Redis" }, { "8080", "HTTP" }, { "8443", "HTTPS" },
	{ "9200", "Elasticsearch" }, { "11211", "memcached" }, { "27017", "MongoDB" } };

static void
put_port(struct page *p, const struct digest_count *row)
{
	digest_put_label(p, row);
	for (size_t i = 0; i < sizeof SERVICES / sizeof SERVICES[0]; i++)
		if (strcmp(SERVICES[i].port, row->value) == 0) {
			html_text(&p->h, " ");
			html_text(&p->h, SERVICES[i].name);
		}
}

static void
put_busiest(struct page *p, const struct digest_facts *f)
{
	struct word hours, number;
	size_t most = 0;

	for (size_t i = 1; i < f->hour_count; i++)
		if (f->hours[i] > f->hours[most])
			most = i;
	if (f->hour_count == 0 || f->hours[most] == 0)
		return;
	html_open(&p->h, TAG_SAYS);
	page_say(p, PHRASE_DIGEST_BUSIEST,
	    page_date(p, &hours, DATE_HOURS, f->from_at + (int64_t)most * HOUR_S),
	    page_number(&number, f->hours[most]));
	html_close(&p->h, TAG_SAYS);
}

/* The longest run of hours without an event. */
static void
put_gap(struct page *p, const struct digest_facts *f)
{
	int64_t hours = (f->to_at - f->from_at) / HOUR_S;
	int64_t length = 0, longest = 0, end = 0;
	struct word from, to;

	if (f->hour_count == 0 || f->attacks.events < hours * GAP_EVENTS)
		return;
	for (int64_t i = 0; i < hours && i < DIGEST_HOURS_MAX; i++) {
		length = f->hours[i] == 0 ? length + 1 : 0;
		if (length > longest) {
			longest = length;
			end = i + 1;
		}
	}
	if (longest < GAP_HOURS)
		return;
	html_open(&p->h, TAG_SAYS);
	page_say(p, PHRASE_DIGEST_GAP,
	    page_date(p, &from, DATE_TIME, f->from_at + (end - longest) * HOUR_S),
	    page_date(p, &to, DATE_TIME, f->from_at + end * HOUR_S));
	html_close(&p->h, TAG_SAYS);
}

void
digest_put_attacks(struct page *p, const struct digest_facts *f, const struct article *a)
{
	const struct ranking honeypots = { .top = &f->honeypots,
		.name = PHRASE_DIGEST_C_HONEYPOT,
		.number = PHRASE_DIGEST_C_EVENTS,
		.sources =
		    f->period.span == SPAN_DAY ? PHRASE_DIGEST_C_SOURCES : PHRASE_COUNT,
		.put = digest_put_label };
	const struct ranking ports = { .top = &f->ports,
		.name = PHRASE_DIGEST_C_PORT,
		.number = PHRASE_DIGEST_C_EVENTS,
		.sources = PHRASE_COUNT,
		.put = put_port };

	if (f->honeypots.count + f->ports.count == 0)
		return;
	page_heading(p, PHRASE_DIGEST_H_ATTACKS);
	html_open(&p->h, TAG_AREA);
	put_busiest(p, f);
	put_gap(p, f);
	digest_put_bars(p, f, a);
	digest_put_series(p, f);
	digest_put_ranking(p, &honeypots);
	digest_put_ranking(p, &ports);
	html_close(&p->h, TAG_AREA);
}
