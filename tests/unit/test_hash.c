/*
 * test_hash.c - file hashes as strangers write them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/hash.h"

#include <string.h>

#include "tests/unit/tap.h"

#define MD5 "15a0c0ffee0123456789abcdef012345"
#define SHA1 "15a0c0ffee0123456789abcdef0123456789abcd"
#define SHA256 "15a0c0ffee0123456789abcdef0123456789abcdef0123456789abcdef012345"

static void
check_hash(const char *text, enum hash_kind kind, const char *hex, const char *words)
{
	struct hash h = { .kind = HASH_NONE };

	ok(hash_parse(&h, text, strlen(text)), words);
	is_int(h.kind, kind, "... its kind");
	is_text(h.hex, hex, "... and its digits");
}

static void
check_no_hash(const char *text, size_t len, const char *words)
{
	struct hash h = { .kind = HASH_MD5, .hex = "untouched" };
	bool parsed = hash_parse(&h, text, len);

	ok(!parsed && h.kind == HASH_MD5 && strcmp(h.hex, "untouched") == 0, words);
}

static void
test_hashes(void)
{
	check_hash(MD5, HASH_MD5, MD5, "32 digits");
	check_hash(SHA1, HASH_SHA1, SHA1, "40 digits");
	check_hash(SHA256, HASH_SHA256, SHA256, "64 digits");
	check_hash("15A0C0FFEE0123456789ABCDEF012345", HASH_MD5, MD5,
	    "upper case becomes lower");
	check_hash("15a0C0fFEE0123456789abcDEF012345", HASH_MD5, MD5, "mixed case too");
	check_hash("00000000000000000000000000000001", HASH_MD5,
	    "00000000000000000000000000000001", "one digit that differs is enough");
}

static void
test_no_hashes(void)
{
	static const char WITH_NUL[] =
	    "15a0c0ffee012345\0"
	    "789abcdef012345";
	static const char NUL_BEHIND[] = MD5 "\0\0\0\0\0\0\0";

	check_no_hash("", 0, "nothing is no hash");
	check_no_hash(MD5, 31, "31 digits");
	check_no_hash(MD5 "6", 33, "33 digits");
	check_no_hash(SHA256 "6", 65, "65 digits");
	check_no_hash(SHA256 SHA256, 128, "128 digits");
	check_no_hash(
	    "15a0c0ffee0123456789abcdef01234g", 32, "a letter that is no digit");
	check_no_hash(" 5a0c0ffee0123456789abcdef012345", 32, "a space");
	check_no_hash("15a0c0ffee0123456789abcdef01234\n", 32, "a line's end");
	check_no_hash("0x5a0c0ffee0123456789abcdef01234", 32, "0x is no digit");
	check_no_hash(
	    "15a0c0ffee0123456789abcdef0123\xc3\xa9", 32, "a letter of another alphabet");
	check_no_hash(WITH_NUL, 32, "a NUL inside");
	check_no_hash(NUL_BEHIND, 40, "NULs behind");
}

static void
check_placeholder(const char *text, bool want, const char *words)
{
	struct hash h = { .kind = HASH_NONE };

	ok(hash_parse(&h, text, strlen(text)) && hash_is_placeholder(&h) == want, words);
}

static void
test_placeholders(void)
{
	check_placeholder("00000000000000000000000000000000", true, "all noughts");
	check_placeholder("ffffffffffffffffffffffffffffffffffffffff", true, "all equal");
	check_placeholder(
	    "aaaaaaaaaaaaaaaaAAAAAAAAAAAAAAAA", true, "all equal in two cases");
	check_placeholder(
	    "00000000000000000000000000000001", false, "one digit that differs");
}

int
main(void)
{
	test_hashes();
	test_no_hashes();
	test_placeholders();
	return done_testing();
}
