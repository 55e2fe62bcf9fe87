/*
 * ranking.c - see ranking.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "publisher/posts/digest/ranking.h"

#include <string.h>

#include "publisher/posts/digest/words.h"

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

const char *
digest_service(const char *port)
{
	for (size_t i = 0; i < sizeof SERVICES / sizeof SERVICES[0]; i++)
		if (strcmp(SERVICES[i].port, port) == 0)
			return SERVICES[i].name;
	return NULL;
}

void
digest_put_label(struct page *p, const struct digest_count *row)
{
	struct word word;

	html_text(&p->h, page_label(p, &word, row->value));
}

void
digest_put_typed(struct page *p, const struct digest_count *row)
{
	html_code_short(&p->h, row->value);
}

static int64_t
number_of(const struct ranking *r, const struct digest_count *row)
{
	int64_t n = r->by_source ? row->sources : row->events;

	return r->days > 0 ? digest_mean(n, r->days) : n;
}

/* The first row is the largest. */
static void
put_bar(struct page *p, const struct ranking *r, const struct digest_count *row)
{
	int64_t n = number_of(r, row), most = number_of(r, &r->top->rows[0]);
	int64_t tenths = most > 0 ? n * 1000 / most : 0;
	struct word number;
	char share[32];

	BUF_FIXED(
	    share, "%lld.%lld%%", (long long)(tenths / 10), (long long)(tenths % 10));
	html_open(&p->h, TAG_TD);
	html_open_with(
	    &p->h, TAG_SHARE, (struct html_place[HTML_PLACES_MAX]){ { "share", share } });
	html_text(&p->h, page_number(&number, n));
	html_close(&p->h, TAG_SHARE);
	html_close(&p->h, TAG_TD);
}

/* Where it stood in the period before, if not in the same place. */
static void
put_rank_before(struct page *p, const struct ranking *r, const struct digest_count *row)
{
	int64_t rank = row - r->top->rows + 1;
	struct word before;

	if (row->rank_before < 0 || row->rank_before == rank)
		return;
	page_break(p);
	page_say(p,
	    (row->rank_before > 0 ? PHRASE_DIGEST_RANK_BEFORE
				  : PHRASE_DIGEST_NO_RANK_BEFORE) +
		r->span,
	    page_number(&before, row->rank_before), NULL);
}

static void
put_row(struct page *p, const struct ranking *r, const struct digest_count *row)
{
	struct word number;

	html_open(&p->h, TAG_TR);
	html_open(&p->h, TAG_TD_WORD);
	r->put(p, row);
	put_rank_before(p, r, row);
	html_close(&p->h, TAG_TD_WORD);
	put_bar(p, r, row);
	if (r->sources != PHRASE_COUNT) {
		html_open(&p->h, TAG_TD);
		html_text(&p->h, page_number(&number, row->sources));
		html_close(&p->h, TAG_TD);
	}
	html_close(&p->h, TAG_TR);
}

static void
put_others(struct page *p, const struct ranking *r)
{
	int64_t values = r->top->values - (int64_t)r->top->count;
	int64_t rest = r->top->events;
	struct word a, b;

	for (size_t i = 0; i < r->top->count; i++)
		rest -= r->by_source ? r->top->rows[i].sources : r->top->rows[i].events;
	if (r->days > 0)
		rest = digest_mean(rest, r->days);
	if (values <= 0)
		return;
	html_open(&p->h, TAG_SAYS);
	page_say(p, PHRASE_DIGEST_OTHERS, page_number(&a, values), page_number(&b, rest));
	html_close(&p->h, TAG_SAYS);
}

void
digest_put_ranking(struct page *p, const struct ranking *r)
{
	bool third = r->sources != PHRASE_COUNT;

	if (r->top->count == 0)
		return;
	page_table(p,
	    (struct page_column[]){ { r->name, "45%", NULL },
		{ r->number, third ? "35%" : "55%", NULL },
		{ third ? r->sources : r->number, "20%", NULL } },
	    third ? 3 : 2);
	for (size_t i = 0; i < r->top->count; i++)
		put_row(p, r, &r->top->rows[i]);
	page_table_end(p);
	put_others(p, r);
}
