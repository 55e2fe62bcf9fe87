/*
 * test_ip.c - addresses as strangers write them.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/ip.h"

#include "tests/unit/tap.h"

static void
check_ip(const char *text, const char *want, const char *words)
{
	char out[IP_TEXT_MAX] = "untouched";
	bool parsed = ip_canonical(text, out);

	is_text(parsed ? out : "(none)", want, words);
}

static void
test_addresses(void)
{
	check_ip("192.0.2.1", "192.0.2.1", "an IPv4 address");
	check_ip(
	    "2001:DB8:0:0:0:0:0:1", "2001:db8::1", "an IPv6 address in its short form");
	check_ip("2001:db8::0001", "2001:db8::1", "also from another short form");
	check_ip("::", "::", "the shortest");
	check_ip("::ffff:192.0.2.1", "192.0.2.1", "an IPv4 address in IPv6");
	check_ip("::FFFF:c000:0201", "192.0.2.1", "also in digits");
	check_ip("0:0:0:0:0:ffff:192.0.2.1", "192.0.2.1", "also in full");
	check_ip("2001:0db8:ffff:ffff:ffff:ffff:192.0.2.255",
	    "2001:db8:ffff:ffff:ffff:ffff:c000:2ff", "the longest text");
}

static void
test_no_addresses(void)
{
	check_ip("", "(none)", "nothing");
	check_ip("localhost", "(none)", "a name");
	check_ip("192.0.2", "(none)", "three numbers");
	check_ip("192.0.2.1.1", "(none)", "five numbers");
	check_ip("192.0.2.256", "(none)", "a number too large");
	check_ip("192.0.2.010", "(none)", "a leading nought, which some read as octal");
	check_ip("0x7f.0.0.1", "(none)", "other bases");
	check_ip("3221225985", "(none)", "one large number");
	check_ip(" 192.0.2.1", "(none)", "a space before");
	check_ip("192.0.2.1 ", "(none)", "a space behind");
	check_ip("192.0.2.1:80", "(none)", "a port");
	check_ip("192.0.2.0/24", "(none)", "a network");
	check_ip("[2001:db8::1]", "(none)", "brackets");
	check_ip("fe80::1%eth0", "(none)", "a zone");
	check_ip("2001:db8::1::2", "(none)", "two gaps");
	check_ip("2001:db8::12345", "(none)", "five digits");
	check_ip("1:2:3:4:5:6:7:8:9", "(none)", "nine groups");
}

static void
check_network(const char *text, const char *want, const char *words)
{
	char address[IP_TEXT_MAX], got[IP_TEXT_MAX + 12] = "(none)";
	int bits;

	if (ip_network(text, address, &bits))
		snprintf(got, sizeof got, "%s/%d", address, bits);
	is_text(got, want, words);
}

static void
test_networks(void)
{
	check_network("203.0.113.0/24", "203.0.113.0/24", "an IPv4 network");
	check_network("0.0.0.0/0", "0.0.0.0/0", "the largest");
	check_network("203.0.113.7/32", "203.0.113.7/32", "the smallest");
	check_network("203.0.113.7/33", "(none)", "one bit too many");
	check_network("2001:DB8::/128", "2001:db8::/128", "an IPv6 network");
	check_network("2001:db8::/129", "(none)", "one bit too many");
	check_network("::ffff:192.0.2.0/120", "192.0.2.0/24", "IPv4 in IPv6");
	check_network("::ffff:192.0.2.0/95", "(none)", "more than all of IPv4");
	check_network("192.0.2.0", "(none)", "an address");
	check_network("192.0.2.0/", "(none)", "no bits");
	check_network("192.0.2.0/+8", "(none)", "a sign");
	check_network("192.0.2.0/8x", "(none)", "a letter behind");
	check_network("192.0.2.0/0008", "(none)", "too many digits");
	check_network("192.0.2/24", "(none)", "three numbers");
	check_network("/24", "(none)", "no address");
}

static void
check_cut(const char *text, const char *want, const char *what)
{
	char out[IP_CUT_MAX];

	is_text(ip_cut(text, out) ? out : "(none)", want, what);
}

static void
test_cut(void)
{
	check_cut("198.51.100.77", "198.51.100.0/24", "of an IPv4 address a /24 is told");
	check_cut("::ffff:198.51.100.77", "198.51.100.0/24", "also in IPv6");
	check_cut("2001:db8:1:2::3", "2001:db8:1::/48", "of an IPv6 address a /48");
	check_cut("198.51.100.0/24", "198.51.100.0/24", "a network stays one");
	check_cut("2001:db8:1::/48", "2001:db8:1::/48", "also of IPv6");
	check_cut("evil.example", "(none)", "a name has none");
}

static void
test_within(void)
{
	ok(ip_is_in("192.0.2.7", "192.0.2.7"), "an address is itself");
	ok(!ip_is_in("192.0.2.7", "192.0.2.70"), "and no other");
	ok(ip_is_in("2001:db8::7", "2001:DB8:0::7"), "in any spelling");
	ok(ip_is_in("192.0.2.129", "192.0.2.128/25"), "an address in a network");
	ok(!ip_is_in("192.0.2.127", "192.0.2.128/25"), "below it");
	ok(ip_is_in("10.21.3.4", "10.20.0.0/14"), "a boundary within a byte");
	ok(!ip_is_in("10.24.0.0", "10.20.0.0/14"), "behind it");
	ok(ip_is_in("198.51.100.1", "0.0.0.0/0"), "any IPv4 address");
	ok(!ip_is_in("2001:db8::1", "0.0.0.0/0"), "but no IPv6 address");
	ok(!ip_is_in("192.0.2.1", "::/0"), "nor the other way round");
	ok(ip_is_in("2001:db8:1:2::3", "2001:db8::/33"), "in an IPv6 network");
	ok(!ip_is_in("2001:db8:8000::1", "2001:db8::/33"), "outside of it");
	ok(ip_is_in("192.0.2.9", "::ffff:192.0.2.0/120"), "IPv4 in IPv6");
	ok(!ip_is_in("192.0.2.9", "my-monitor"), "a name is no range");
}

int
main(void)
{
	test_addresses();
	test_no_addresses();
	test_networks();
	test_cut();
	test_within();
	return done_testing();
}
