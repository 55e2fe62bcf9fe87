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

static void
check_hmac(const char *key, size_t key_len, const char *text, const char *want,
    const char *words)
{
	char hex[SHA256_HEX_MAX];

	memset(hex, '#', sizeof hex);
	sha256_hmac_hex(key, key_len, text, strlen(text), hex);
	is_text(hex, want, words);
}

/* The examples of RFC 4231. */
static void
check_hmacs(void)
{
	char key[131], fifty[51];

	memset(key, 0x0b, sizeof key);
	check_hmac(key, 20, "Hi There",
	    "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
	    "HMAC with a key of 20 bytes");
	check_hmac("Jefe", 4, "what do ya want for nothing?",
	    "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
	    "HMAC with a key shorter than the hash");
	memset(key, 0xaa, sizeof key);
	memset(fifty, 0xdd, sizeof fifty);
	fifty[50] = '\0';
	check_hmac(key, 20, fifty,
	    "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
	    "HMAC of bytes that are no text");
	check_hmac(key, 131, "Test Using Larger Than Block-Size Key - Hash Key First",
	    "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
	    "HMAC with a key longer than a block");
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
	check_hmacs();
	return done_testing();
}
