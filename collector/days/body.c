/*
 * body.c - see body.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/days/body.h"

#include <stdlib.h>
#include <string.h>

#include "collector/days/rankings.h"
#include "common/base/ip.h"
#include "common/base/time.h"

#define BODY_MAX (1 << 20) /* T-Pot's nginx takes 2 MiB */
#define TYPES_ASKED 100
#define PATTERN_MAX 900 /* of a regular expression; engines take 1,000 */
#define OCTETS 4

/* ---- which documents */

static void
put_addresses(struct json_writer *w, const struct list *list)
{
	char address[IP_TEXT_MAX];

	for (size_t i = 0; i < list->count; i++)
		if (ip_canonical(list->items[i], address))
			json_write(w, "%s", address);
}

/* The last octet that the network fixes in part: all of its values. */
static void
put_values(struct buf *out, unsigned first, unsigned count)
{
	buf_putc(out, '(');
	for (unsigned i = 0; i < count; i++)
		buf_printf(out, i > 0 ? "|%u" : "%u", first + i);
	buf_putc(out, ')');
}

/* T-Pot keeps addresses as texts: an IPv4 network is a regular expression, 10\.(16|17|18|19)\..* */
static void
put_pattern(struct buf *out, const char *address, int bits)
{
	const char *p = address;

	for (int octet = 0; octet < OCTETS && bits > 0; octet++, bits -= 8) {
		unsigned value = (unsigned)strtoul(p, NULL, 10), width = 1;

		if (bits < 8)
			width = 1U << (8 - bits);
		if (octet > 0)
			buf_puts(out, "\\.");
		put_values(out, value & ~(width - 1), width);
		p = strchr(p, '.') != NULL ? strchr(p, '.') + 1 : p;
		if (bits <= 8 && octet < OCTETS - 1)
			buf_puts(out, "\\..*");
	}
	if (out->len == 0)
		buf_puts(out, "[0-9]+\\..*");
}

/* An IPv6 network is known by the address that T-Pot located. */
static void
put_network(struct json_writer *w, const char *network)
{
	auto_buf pattern = BUF_INIT(PATTERN_MAX);
	char address[IP_TEXT_MAX];
	int bits;

	if (!ip_network(network, address, &bits))
		return;
	if (strchr(address, ':') != NULL) {
		json_write(w, "{'term':{'geoip.ip':%s}}", network);
		return;
	}
	put_pattern(&pattern, address, bits);
	json_write(w, "{'regexp':{'src_ip.keyword':{'value':%s}}}", buf_text(&pattern));
}

static void
put_networks(struct json_writer *w, const struct list *list)
{
	for (size_t i = 0; i < list->count; i++)
		put_network(w, list->items[i]);
}

static void
put_query(struct json_writer *w, const struct day_question *q)
{
	json_write(w,
	    "'query':{'bool':{'filter':[{'range':{'@timestamp':{'gte':%lld,'lt':%lld,"
	    "'format':'epoch_millis'}}}],'must_not':[{'terms':{'src_ip.keyword':[",
	    (long long)q->from_at * 1000, (long long)q->to_at * 1000);
	put_addresses(w, q->own);
	put_addresses(w, q->monitors);
	json_write(w, "]}}");
	put_networks(w, q->own);
	put_networks(w, q->monitors);
	json_write(w, "]}}");
}

/* ---- what is counted */

/* More values than wanted are taken from each shard, so that the sums over a day's indices are right. */
static void
put_ranking(struct json_writer *w, const struct top_values *r)
{
	json_write(w, "%s:{'terms':{'field':%s,'size':%lld,'shard_size':1000}",
	    r->dimension, r->field, (long long)r->size);
	if (r->sources || r->label != NULL)
		json_write(w, "'aggs':{");
	if (r->sources)
		json_write(w,
		    "'s':{'cardinality':{'field':'src_ip.keyword','precision_threshold':1000}}");
	if (r->label != NULL)
		json_write(w, "'l':{'terms':{'field':%s,'size':1}}", r->label);
	if (r->sources || r->label != NULL)
		json_write(w, "}");
	json_write(w, "}");
}

/* Hours from the day's first second on; the last one may be shorter. */
static void
put_totals(struct json_writer *w, const struct day_question *q)
{
	auto_buf offset = BUF_CUT(32);

	buf_printf(&offset, "+%llds", (long long)(q->from_at % HOUR_S));
	json_write(w,
	    "'sources':{'cardinality':{'field':'src_ip.keyword','precision_threshold':40000}},"
	    "'loudest':{'terms':{'field':'src_ip.keyword','size':1,'shard_size':1000}},"
	    "'hour':{'date_histogram':{'field':'@timestamp','fixed_interval':'1h','offset':%s,"
	    "'min_doc_count':1},'aggs':{'h':{'terms':{'field':'type.keyword','size':40}}}}",
	    buf_text(&offset));
}

static void
put_group(struct json_writer *w, const struct group *g, const struct day_question *q)
{
	json_write(w, "%s:{'filter':", g->name);
	g->put_filter(w, g);
	json_write(w, "'aggs':{");
	if (g == groups)
		put_totals(w, q);
	for (int n = 0; n < RANKINGS_MAX && g->rankings[n].dimension != NULL; n++)
		put_ranking(w, &g->rankings[n]);
	json_write(w, "}}");
}

char *
body_of_day(const struct day_question *q, struct err *e)
{
	auto_json_writer w = JSON_WRITER_INIT(BODY_MAX);

	json_write(&w, "{'size':0,'track_total_hits':false");
	put_query(&w, q);
	json_write(&w,
	    "'aggs':{'documents':{'filter':{'match_all':{}}},"
	    "'types':{'terms':{'field':'type.keyword','size':%lld}}",
	    (long long)TYPES_ASKED);
	for (const struct group *g = groups; g->name != NULL; g++)
		put_group(&w, g, q);
	json_write(&w, "}}");
	return json_written(&w, e);
}
