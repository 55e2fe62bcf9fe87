/*
 * index_day.c - see index_day.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "collector/elastic/index_day.h"

#include <string.h>

#include "common/base/time.h"

#define DAY_TEXT "YYYY.MM.DD"
#define DAY_LEN (sizeof DAY_TEXT - 1)

bool
index_day(const char *index, int64_t *begins_at)
{
	size_t len = strlen(index);
	const char *day = index + (len >= DAY_LEN ? len - DAY_LEN : 0);
	auto_buf instant = BUF_CUT(TIME_TEXT_MAX);

	if (len < DAY_LEN || day[4] != '.' || day[7] != '.')
		return false;
	buf_printf(&instant, "%.4s-%.2s-%.2sT00:00:00Z", day, day + 5, day + 8);
	return time_parse_iso(buf_text(&instant), begins_at);
}

void
index_day_put_other(struct buf *out, const char *index, int days)
{
	char day[TIME_TEXT_MAX];
	int64_t at;

	if (!index_day(index, &at))
		return;
	time_format_day(at + days * (int64_t)INDEX_DAY_S, day);
	buf_putc(out, ',');
	buf_put(out, index, strlen(index) - DAY_LEN);
	buf_printf(out, "%.4s.%.2s.%.2s", day, day + 5, day + 8);
}
