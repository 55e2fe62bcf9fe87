/*
 * test_sha256.c - SHA-256 against the examples of its standard (FIPS 180).
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/sha256.h"

#include <stdlib.h>

#include "common/base/buf.h"
#include "tests/unit/tap.h"

#define MILLION 1000000

static void
check(const void *bytes, size_t len, const char *want, const char *words)
{
	char hex[SHA256_HEX_MAX];

	memset(hex, '#', sizeof hex);
	sha256_hex(bytes, len, hex);
	is_text(hex, want, words);
}

int
main(void)
{
	auto_free char *many = malloc(MILLION);

	check("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	    "nothing");
	check("abc", 3,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	    "three letters");
	check("abcd", 3,
	    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
	    "what lies behind the length does not count");
	check("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 56,
	    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
	    "two blocks");
	check("\0", 1, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
	    "a NUL");
	if (many != NULL) {
		memset(many, 'a', MILLION);
		check(many, MILLION,
		    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
		    "a million letters");
	}
	return done_testing();
}
