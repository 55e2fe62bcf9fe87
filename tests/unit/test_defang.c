/*
 * test_defang.c - live indicators made dead; more of them in tests/fixtures/hostile.json.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/defang.h"
#include "tests/unit/tap.h"

static void
text(const char *live, const char *dead, const char *words)
{
	auto_buf out = BUF_INIT(512);

	defang_text(&out, live);
	is_text(buf_text(&out), dead, words);
}

static void
network(const char *address, const char *want, const char *words)
{
	auto_buf out = BUF_INIT(512);

	is_text(defang_network(&out, address) ? buf_text(&out) : "(none)", want, words);
}

int
main(void)
{
	text("", "", "nothing");
	text("x.arm7", "x.arm7", "a file name is no host");
	text("http://evil.example/x.sh", "hxxp://evil[.]example/x.sh",
	    "only the host's dots");
	text("https://evil.example", "hxxps://evil[.]example", "https");
	text("FTP://evil.example/", "fxp://evil[.]example/", "any case of letters");
	text("http://a.b:c.d@evil.example:80/", "hxxp://a.b:c.d@evil[.]example:80/",
	    "user and password stay");
	text("http://evil.example?a.b#c.d", "hxxp://evil[.]example?a.b#c.d",
	    "a query stays");
	text("http://evil\u3002one\uff0etwo\uff61example/x\u3002y",
	    "hxxp://evil[.]one[.]two[.]example/x\u3002y",
	    "other characters that a browser reads as dots");
	text("http://evil.example/198.51.100.7/", "hxxp://evil[.]example/198.51.100.7/",
	    "an address in the path stays");
	text("http://evil.example\\x.y", "hxxp://evil[.]example\\x.y",
	    "a backslash ends the host, as in a browser");
	text("http://a.example/x https://b.example/y",
	    "hxxp://a[.]example/x hxxps://b[.]example/y", "two URLs");
	text("http://a.example/?u=http://b.example/",
	    "hxxp://a[.]example/?u=hxxp://b[.]example/", "a URL within a URL");
	text("gopher://evil.example/", "gopher://evil[.]example/",
	    "another scheme: the host alone");
	text("tftp 198.51.100.7, 198.51.100.8:69",
	    "tftp 198[.]51[.]100[.]7, 198[.]51[.]100[.]8:69",
	    "addresses that stand alone");
	text("version 1.2.3.4.5", "version 1.2.3.4.5",
	    "a longer row of numbers is no address");
	text("a1.2.3.4 1.2.3.4b 1.2.3", "a1.2.3.4 1.2.3.4b 1.2.3",
	    "nor is part of a word");
	text("http:/evil.example/x.y HTTPS:\\\\evil.example http:///evil.example",
	    "hxxp:/evil[.]example/x.y hxxps:\\\\evil[.]example hxxp:///evil[.]example",
	    "what a browser takes for two slashes");
	text("http://a.example/http:/b.example http://http:/c.example",
	    "hxxp://a[.]example/hxxp:/b[.]example hxxp://hxxp:/c[.]example",
	    "... within a URL");
	text("http://a.example:/x.y http: /x a:/b.c",
	    "hxxp://a[.]example:/x.y http: /x a:/b.c", "... and nothing else");
	text("http://", "hxxp://", "a URL without anything");
	network("203.0.113.9", "203[.]0[.]113[.]0/24", "IPv4 to /24");
	network("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48", "IPv6 to /48");
	network("::1", "::/48", "a short IPv6 address");
	network("evil.example", "(none)", "no address");
	network("203.0.113.9/24", "203[.]0[.]113[.]0/24", "a network stays one");
	network("", "(none)", "nothing is no address");
	return done_testing();
}
