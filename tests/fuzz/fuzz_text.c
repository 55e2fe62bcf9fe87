/*
 * fuzz_text.c - UTF-8, hashes, addresses, instants, Retry-After.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/hash.h"
#include "common/base/ip.h"
#include "common/base/time.h"
#include "common/base/utf8.h"
#include "common/outgoing/shell.h"
#include "tests/fuzz/fuzz.h"

#define NOW 1764547200

static void
clean(const char *text, size_t size, size_t most)
{
	auto_buf once = BUF_INIT(4 * size + 16);
	auto_buf twice = BUF_INIT(4 * size + 16);

	utf8_clean(&once, text, size, most);
	promise(buf_ok(&once) && once.len <= most);
	promise(utf8_valid(buf_text(&once), once.len));
	utf8_clean(&twice, buf_text(&once), once.len, most);
	promise(strcmp(buf_text(&once), buf_text(&twice)) == 0);
}

static void
shell(const char *text, size_t size)
{
	auto_buf out = BUF_INIT(4 * size + 16);

	shell_put(&out, text);
	promise(buf_ok(&out));
}

static void
instants(const char *text)
{
	char printed[TIME_TEXT_MAX], day[TIME_TEXT_MAX];
	int64_t t, again, seconds = 0;

	if (time_parse_iso(text, &t)) {
		time_format_iso(t, printed);
		promise(time_parse_iso(printed, &again) && again == t);
		time_format_day(t, day);
		promise(time_next_day(t) > t && time_next_month(t) >= time_next_day(t));
	}
	if (time_parse_retry_after(text, NOW, &seconds))
		promise(seconds >= 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	char address[IP_TEXT_MAX], again[IP_TEXT_MAX];
	struct hash h;

	clean(text, size, size / 2);
	clean(text, size, 4 * size + 8);
	instants(text);
	shell(text, size);
	if (hash_parse(&h, text, size))
		promise(strlen(h.hex) == size);
	if (ip_canonical(text, address))
		promise(ip_canonical(address, again) && strcmp(address, again) == 0);
	free(text);
	return 0;
}
