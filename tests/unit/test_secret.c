/*
 * test_secret.c - which files may hold a secret, and what of them is taken.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/secret.h"

#include <fcntl.h>
#include <grp.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "tests/unit/tap.h"

#define CONTENT "pa55-w0rd" /* never in a message */
#define PATH_ROOM 200
#define GROUPS_MAX 64

/* A directory of our own, with the file every test writes. */
struct place {
	char directory[PATH_ROOM], file[PATH_ROOM + 20];
};

static bool
place_open(struct place *p)
{
	snprintf(p->directory, sizeof p->directory, "/tmp/potpress-secret-XXXXXX");
	if (mkdtemp(p->directory) == NULL)
		return false;
	snprintf(p->file, sizeof p->file, "%s/the.key", p->directory);
	return true;
}

static void
place_close(const struct place *p)
{
	unlink(p->file);
	rmdir(p->directory);
}

static bool
put_file(const struct place *p, const char *bytes, size_t len, mode_t mode)
{
	int fd;
	bool put;

	unlink(p->file);
	fd = open(p->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return false;
	put = write(fd, bytes, len) == (ssize_t)len && fchmod(fd, mode) == 0;
	close(fd);
	return put;
}

/* ---- what is taken */

static void
check_taken_bytes(const struct place *p, const char *bytes, size_t len, const char *want,
    const char *words)
{
	struct secret s = { "" };
	struct err e = ERR_NONE;

	ok(put_file(p, bytes, len, 0600) && secret_read_file(&s, p->file, &e), words);
	is_text(s.bytes, want, "... and it is the secret");
}

static void
check_taken(const struct place *p, const char *bytes, const char *want, const char *words)
{
	check_taken_bytes(p, bytes, strlen(bytes), want, words);
}

/* FAULT_CONFIG, the file's name in the text and none of its content. */
static bool
is_refusal(const struct place *p, const struct err *e, const struct secret *s)
{
	return e->fault == FAULT_CONFIG && strstr(e->text, p->file) != NULL &&
	       strstr(e->text, CONTENT) == NULL && !secret_is_set(s);
}

static void
check_refused(const struct place *p, const char *bytes, size_t len, const char *fix,
    const char *words)
{
	struct secret s = { "" };
	struct err e = ERR_NONE;
	bool refused =
	    put_file(p, bytes, len, 0600) && !secret_read_file(&s, p->file, &e);

	ok(refused && is_refusal(p, &e, &s), words);
	if (!ok(strstr(e.text, fix) != NULL, "... and the sentence tells why"))
		printf("# %s\n", e.text);
}

static void
test_content(const struct place *p)
{
	check_taken(p, CONTENT, CONTENT, "a file without a line's end");
	check_taken(p, CONTENT "\n", CONTENT, "a line");
	check_taken(p, CONTENT "\r\n", CONTENT, "a line of another system");
	check_taken(p, CONTENT " \t\n\n", CONTENT, "trailing white space is stripped");
	check_taken(
	    p, " two words\n", " two words", "white space before and inside is not");
	check_taken(
	    p, "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f", "letters of other alphabets");
	check_refused(p, "", 0, "empty", "an empty file");
	check_refused(p, "\n", 1, "empty", "an empty line");
	check_refused(p, " \t\r\n", 4, "empty", "white space alone");
	check_refused(p, CONTENT "\nsecond\n", strlen(CONTENT) + 8, "more than one line",
	    "two lines");
	check_refused(p, CONTENT "\tx", strlen(CONTENT) + 2, "control", "a tab inside");
	check_refused(
	    p, CONTENT "\x1b[0m", strlen(CONTENT) + 4, "control", "an escape sequence");
	check_refused(
	    p, CONTENT "\x7f", strlen(CONTENT) + 1, "control", "a delete character");
	check_refused(p, CONTENT "\0x", strlen(CONTENT) + 2, "control", "a NUL inside");
	check_refused(p, CONTENT "\0", strlen(CONTENT) + 1, "control", "a NUL behind");
}

static void
test_length(const struct place *p)
{
	char bytes[4 * SECRET_MAX + 1], longest[SECRET_MAX];

	memset(bytes, 'x', sizeof bytes);
	memset(longest, 'x', sizeof longest);
	longest[SECRET_MAX - 1] = '\0';
	check_taken_bytes(p, bytes, SECRET_MAX - 1, longest, "the longest secret");
	check_refused(p, bytes, SECRET_MAX, "1023 bytes", "one byte more");
	check_refused(p, bytes, sizeof bytes, "1023 bytes", "four times as much");
}

/* ---- who else may read it */

static void
check_mode(const struct place *p, mode_t mode, bool taken, const char *words)
{
	struct secret s = { "" };
	struct err e = ERR_NONE;
	bool put = put_file(p, CONTENT "\n", strlen(CONTENT) + 1, mode);
	bool got = secret_read_file(&s, p->file, &e);

	ok(put && got == taken && (taken || is_refusal(p, &e, &s)), words);
	if (!taken)
		ok(strstr(e.text, "chmod 600") != NULL,
		    "... and the sentence names the fix");
}

static void
test_modes(const struct place *p)
{
	check_mode(p, 0600, true, "0600 is right");
	check_mode(p, 0400, true, "0400 too");
	check_mode(p, 0640, true, "0640 with this program's group too");
	check_mode(p, 0644, false, "0644 is read by everybody");
	check_mode(p, 0604, false, "so is 0604");
	check_mode(p, 0602, false, "0602 is written by everybody");
	check_mode(p, 0601, false, "0601 has no use");
	check_mode(p, 0666, false, "0666 is the worst");
}

/* A group that we can give a file to and that is not the process's own. */
static bool
give_to_other_group(const char *file)
{
	gid_t groups[GROUPS_MAX];
	int n = getgroups(GROUPS_MAX, groups);

	for (int i = 0; i < n; i++)
		if (groups[i] != getegid() && chown(file, (uid_t)-1, groups[i]) == 0)
			return true;
	return chown(file, (uid_t)-1, getegid() + 1) == 0;
}

static void
check_other_group(const struct place *p, mode_t mode, bool taken, const char *words)
{
	struct secret s = { "" };
	struct err e = ERR_NONE;
	bool got;

	/* Giving a file away may clear bits of its mode. */
	if (!put_file(p, CONTENT, strlen(CONTENT), 0600) ||
	    !give_to_other_group(p->file) || chmod(p->file, mode) != 0) {
		printf("# not tried, since there is no second group here: %s\n", words);
		return;
	}
	got = secret_read_file(&s, p->file, &e);
	ok(got == taken && (taken || is_refusal(p, &e, &s)), words);
}

static void
test_groups(const struct place *p)
{
	check_other_group(
	    p, 0600, true, "another group that may not read it does no harm");
	check_other_group(p, 0640, false, "another group that may is refused");
	check_other_group(p, 0620, false, "also one that may write it");
}

static void
test_no_file(const struct place *p)
{
	struct secret s = { "" };
	struct err e = ERR_NONE, d = ERR_NONE;

	unlink(p->file);
	ok(!secret_read_file(&s, p->file, &e) && is_refusal(p, &e, &s),
	    "a missing file is refused by name");
	ok(!secret_read_file(&s, p->directory, &d) && d.fault == FAULT_CONFIG &&
		strstr(d.text, p->directory) != NULL,
	    "a directory is no secret");
	ok(mkfifo(p->file, 0600) == 0 && !secret_read_file(&s, p->file, &e) &&
		is_refusal(p, &e, &s),
	    "a pipe is none either, and nobody waits for it");
}

/* Nobody reads a file of mode 0 but root, who reads it here as another user. */
static void
test_closed_file(const struct place *p)
{
	uid_t me = geteuid();
	struct secret s = { "" };
	struct err e = ERR_NONE;
	bool put = put_file(p, CONTENT, strlen(CONTENT), 0);
	bool got;

	ok(put && (me != 0 || seteuid(1) == 0), "a file that may not be read");
	got = secret_read_file(&s, p->file, &e);
	ok(seteuid(me) == 0 && !got && is_refusal(p, &e, &s), "... is refused by name");
	ok(strstr(e.text, "Permission denied") && strstr(e.text, "chown "),
	    "... with the reason and the fix");
}

/* ---- credentials */

static void
test_credentials(const struct place *p)
{
	struct secret s = { "" };
	struct err e = ERR_NONE;

	unsetenv("CREDENTIALS_DIRECTORY");
	ok(!secret_read_credential(&s, "the.key", &e) && e.fault == FAULT_NONE,
	    "without a directory there are no credentials, and no error");
	setenv("CREDENTIALS_DIRECTORY", p->directory, 1);
	unlink(p->file);
	ok(!secret_read_credential(&s, "the.key", &e) && e.fault == FAULT_NONE,
	    "one that is not there is no error");
	ok(put_file(p, CONTENT "\n", strlen(CONTENT) + 1, 0444) &&
		secret_read_credential(&s, "the.key", &e),
	    "one that is there is read, whatever its mode");
	is_text(s.bytes, CONTENT, "without its line's end");
	secret_wipe(&s);
	ok(put_file(p, "", 0, 0400) && !secret_read_credential(&s, "the.key", &e),
	    "an empty one is refused");
	ok(is_refusal(p, &e, &s), "by name");
	unsetenv("CREDENTIALS_DIRECTORY");
}

static void
test_wipe(const struct place *p)
{
	struct secret s = { "" }, nothing = { "" };
	struct err e = ERR_NONE;

	ok(!secret_is_set(&s), "at first there is no secret");
	put_file(p, CONTENT, strlen(CONTENT), 0600);
	ok(secret_read_file(&s, p->file, &e) && secret_is_set(&s), "then there is one");
	memset(nothing.bytes, 0, sizeof nothing.bytes);
	secret_wipe(&s);
	ok(memcmp(s.bytes, nothing.bytes, SECRET_MAX) == 0,
	    "wiping leaves no byte of it");
	ok(!secret_is_set(&s), "and no secret");
}

static void
hides(const char *before, const char *after, const char *name)
{
	char bytes[100];
	size_t len = strlen(before);

	memcpy(bytes, before, len + 1);
	secret_hide("swordfish", bytes, len);
	is_text(bytes, after, name);
}

static void
test_hide(void)
{
	hides("", "", "in nothing there is nothing to hide");
	hides("swordfis", "swordfis", "nor in a beginning of it");
	hides("swordfish", "*********", "the secret alone is hidden");
	hides("aswordfishswordfishb", "a******************b",
	    "and every time it stands there");
}

/* Wherever it stands, between bytes of its own and others. */
static void
test_hide_anywhere(void)
{
	static const char *const AROUND[] = { "----------------------------------------",
		"wordwordwordwordwordwordwordwordwordword",
		"w-w-w-w-w-w-w-w-w-w-w-w-w-w-w-w-w-w-w-w-",
		"swordfis-swordfis-swordfis-swordfis-swor" };
	char bytes[41], hidden[41];
	int found = 0, wanted = 0;

	for (size_t i = 0; i < sizeof AROUND / sizeof AROUND[0]; i++)
		for (size_t at = 0; at + 9 <= 40; at++) {
			memcpy(bytes, AROUND[i], sizeof bytes);
			memcpy(hidden, AROUND[i], sizeof hidden);
			memcpy(bytes + at, "swordfish", 9);
			memcpy(hidden + at, "*********", 9);
			found += secret_hide("swordfish", bytes, 40) &&
				 strcmp(bytes, hidden) == 0;
			wanted++;
		}
	is_int(found, wanted, "a secret is hidden wherever it stands");
}

/* The same in the spellings of those who quote it. */
static void
test_hide_spelled(void)
{
	static const char *const SPELLED[] = { "a/b+c&d=", "a\\/b+c&d=",
		"a%2Fb%2bc%26d%3D", "a/b+c&amp;d=", "a&#47;b&#x2B;c&#38;d&#061;",
		"\\u0061\\u002fb+c\\u0026d=" };
	char bytes[100];

	for (size_t i = 0; i < sizeof SPELLED / sizeof SPELLED[0]; i++) {
		size_t len = strlen(SPELLED[i]);

		snprintf(bytes, sizeof bytes, "<%s>", SPELLED[i]);
		secret_hide("a/b+c&d=", bytes, len + 2);
		ok(bytes[0] == '<' && bytes[len + 1] == '>' &&
			strspn(bytes + 1, "*") == len,
		    SPELLED[i]);
	}
	snprintf(bytes, sizeof bytes, "&lt;&apos;-&amp;&gt;&quot;");
	ok(secret_hide("<'-&>\"", bytes, strlen(bytes)) &&
		strspn(bytes, "*") == strlen("&lt;&apos;-&amp;&gt;&quot;"),
	    "each of the names that HTML has for characters");
	snprintf(bytes, sizeof bytes, "a%%2Fb is no secret");
	secret_hide("a/b+c&d=", bytes, strlen(bytes));
	is_text(bytes, "a%2Fb is no secret", "what only begins like it stays");
}

int
main(void)
{
	struct place p;

	if (!ok(place_open(&p), "a directory of our own"))
		return done_testing();
	test_content(&p);
	test_length(&p);
	test_modes(&p);
	test_groups(&p);
	test_no_file(&p);
	test_closed_file(&p);
	test_credentials(&p);
	test_wipe(&p);
	test_hide();
	test_hide_anywhere();
	test_hide_spelled();
	place_close(&p);
	return done_testing();
}
