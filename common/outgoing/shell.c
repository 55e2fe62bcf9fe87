/*
 * shell.c - see shell.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/outgoing/shell.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "common/outgoing/gate.h"

#define BLANKS " \t\r\n"
#define SEPARATORS BLANKS ";|&()<>`\"'"
#define ENCODED                                          \
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrst" \
	"uvwxyz0123456789+/="

/* These set or read a password, from their input or their arguments. */
static const char *const SETTERS[] = { "chpasswd", "passwd", "usermod", "useradd",
	"adduser", "sshpass", "mysql", "mkpasswd", "openssl", "su", "sudo", NULL };
/* The output of these in the same command may be the password. */
static const char *const SPEAKERS[] = { "echo", "printf", "mkpasswd", "openssl", NULL };
static const char *const OPTIONS[] = { "-p", "-u", "--password", "--user", "--passwd",
	NULL };
static const char *const LOGINS[] = { "-u", "-U", NULL };
/* Names of variables, fields and options that hold a secret are or end in one of these, with = after it, and
 * headers with : after it; in any case of letters. */
static const char *const KEEPERS[] = { "authorization", "cookie", "key", "pass", "passwd",
	"password", "pwd", "secret", "token", NULL };
/* In any case of letters. */
static const char *const VERBS[] = { "get ", "post ", "head ", "put ", "options ",
	"connect ", "delete ", "patch ", "trace ", "propfind ", "host:", "user-agent:",
	"referer:", "x-forwarded-for:", "cookie:", "authorization:", NULL };

static bool
is_one_of(const char *const *list, const char *word, size_t len)
{
	for (; *list != NULL; list++)
		if (strlen(*list) == len && strncasecmp(*list, word, len) == 0)
			return true;
	return false;
}

/* The name of a program without its path. */
static const char *
base_name(const char *word, size_t *len)
{
	const char *slash = memrchr(word, '/', *len);

	if (slash == NULL)
		return word;
	*len -= (size_t)(slash + 1 - word);
	return slash + 1;
}

/* One of the words of the command is one of these programs. */
static bool
runs_any(const char *command, const char *const *programs)
{
	for (const char *p = command; *p != '\0';) {
		size_t len = strcspn(p, SEPARATORS), name = len;
		const char *base = base_name(p, &name);

		if (is_one_of(programs, base, name))
			return true;
		p += len > 0 ? len : 1;
	}
	return false;
}

/* ---- what is removed */

/* From a program that prints text up to the next program. */
static size_t
speech(const char *p)
{
	char quote = '\0';
	size_t n = 0;

	for (; p[n] != '\0'; n++) {
		if (quote != '\0')
			quote = p[n] == quote ? '\0' : quote;
		else if (p[n] == '"' || p[n] == '\'')
			quote = p[n];
		else if (strchr("|;&>", p[n]) != NULL)
			break;
	}
	while (n > 0 && strchr(BLANKS, p[n - 1]) != NULL)
		n--;
	return n;
}

/* A word, with quotes. */
static size_t
argument(const char *p)
{
	size_t blank = strspn(p, BLANKS "="), n = blank;

	if (p[n] == '"' || p[n] == '\'')
		return n + 1 + strcspn(p + n + 1, (char[]){ p[n], '\0' }) +
		       (strchr(p + n + 1, p[n]) != NULL);
	n += strcspn(p + n, BLANKS ";|&");
	return n > blank ? n : 0;
}

/* user:password@ of a URL; 0: there is none. */
static size_t
credentials(const char *p)
{
	size_t len = strcspn(p, "/?#" SEPARATORS);
	const char *at = memrchr(p, '@', len);

	return at != NULL ? (size_t)(at - p) : 0;
}

static size_t
encoded(const char *p)
{
	size_t n = strspn(p, ENCODED);

	return n >= SHELL_ENCODED_MIN ? n : 0;
}

/* ---- the command */

struct scrubbing {
	struct buf *out;
	const char *command;
	bool sets; /* a password is set in this command */
};

static void
cut(struct scrubbing *c)
{
	buf_puts(c->out, GATE_CUT);
}

/* Length of the name of a secret that the word ends in; 0: none. */
static size_t
keeper(const char *word, size_t len)
{
	for (const char *const *k = KEEPERS; *k != NULL; k++) {
		size_t n = strlen(*k);

		if (len >= n && strncasecmp(word + len - n, *k, n) == 0)
			return n;
	}
	return 0;
}

/* X-Api-Key or --header=Cookie, but not monkey */
static bool
is_header(const char *word, size_t len)
{
	size_t n = keeper(word, len);

	return n > 0 && (n == len || strchr("-=", word[len - n - 1]) != NULL);
}

/* A value that the shell does not split at blanks with a backslash before them. */
static size_t
unquoted(const char *p)
{
	size_t n = strcspn(p, SEPARATORS);

	while (n > 0 && p[n - 1] == '\\' && p[n] != '\0')
		n += 1 + strcspn(p + n + 1, SEPARATORS);
	return n;
}

/* Of a header that the word begins with, up to the quote around it or the next command; *value: where it
 * begins. 0: it is none. */
static size_t
value_of_header(
    const struct scrubbing *c, const char *word, size_t len, const char **value)
{
	const char *colon = memchr(word, ':', len);
	bool quoted = word > c->command && strchr("\"'", word[-1]) != NULL;

	if (colon == NULL)
		return 0;
	*value = colon + 1;
	if (strncmp(word, "-H", 2) == 0)
		word += 2;
	if (colon <= word || !is_header(word, (size_t)(colon - word)))
		return 0;
	if (quoted || strchr(BLANKS, **value) != NULL)
		return strcspn(*value, "\"';|&");
	return strchr("\"'", **value) != NULL ? argument(*value) : unquoted(*value);
}

/* What follows a name in JSON, whose quote may have a backslash before it: "password": "..."; *value: where it
 * begins. 0: it is none. */
static size_t
value_in_json(const char *word, size_t len, const char *rest, const char **value)
{
	const char *p = rest;

	if (len > 0 && word[len - 1] == '\\')
		len--;
	if (*p != '"' || keeper(word, len) == 0)
		return 0;
	p += 1 + strspn(p + 1, BLANKS);
	if (*p != ':')
		return 0;
	p += 1 + strspn(p + 1, BLANKS);
	*value = p;
	p += *p == '\\';
	return *p == '"' ? (size_t)(p - *value) + argument(p)
			 : strcspn(p, ",}" SEPARATORS);
}

/* -u user:password, user,password or user%password */
static size_t
login(const char *rest)
{
	size_t n = argument(rest), start = strspn(rest, BLANKS "=\"'");
	size_t user = strcspn(rest + start, ":,%" BLANKS);

	return isalpha((unsigned char)rest[start]) && start + user < n ? n : 0;
}

/* An option, or what keeps a secret and has one here. */
static bool
comes_before_secret(
    const struct scrubbing *c, const char *word, size_t len, const char *rest)
{
	if (is_one_of(OPTIONS, word, len))
		return c->sets || len > 2 || rest[0] == '=';
	/* A command or a variable is no secret. */
	return rest[0] == '=' && strchr(BLANKS "$`", rest[1]) == NULL &&
	       keeper(word, len) > 0;
}

/* A value that is part of the word, or follows it within quotes. Returns where the command goes on; NULL:
 * there is none. */
static const char *
cut_value(struct scrubbing *c, const char *word, size_t len)
{
	const char *value;
	size_t n = value_of_header(c, word, len, &value);

	if (n == 0)
		n = value_in_json(word, len, word + len, &value);
	if (n == 0 || strspn(value, BLANKS) >= n)
		return NULL;
	buf_put(c->out, word, (size_t)(value - word));
	buf_put(c->out, value, strspn(value, BLANKS));
	cut(c);
	return value + n;
}

/* What follows a word; returns how much of it was removed. */
static size_t
cut_after(struct scrubbing *c, const char *word, size_t len, const char *rest)
{
	size_t name = len, n = 0;
	const char *base = base_name(word, &name);

	if (c->sets && is_one_of(SPEAKERS, base, name))
		n = speech(rest);
	else if (comes_before_secret(c, word, len, rest))
		n = argument(rest);
	else if (is_one_of(LOGINS, word, len))
		n = login(rest);
	if (n == 0 || (strspn(rest, BLANKS) >= n))
		return 0;
	buf_putc(c->out, rest[0] == '=' ? '=' : ' ');
	cut(c);
	return n;
}

/* The value of an option without a blank before it: -pSECRET, -uroot:SECRET. */
static size_t
glued(const struct scrubbing *c, const char *p, size_t len)
{
	if (c->sets && len > 2 && strncmp(p, "-p", 2) == 0)
		return len - 2;
	return len > 2 && strncasecmp(p, "-u", 2) == 0 ? login(p + 2) : 0;
}

/* A word up to the next separator; returns where the command goes on. */
static const char *
put_word(struct scrubbing *c, const char *p, size_t len)
{
	const char *scheme = memmem(p, len, "://", 3);
	const char *colon = memchr(p, ':', len);
	const char *behind = cut_value(c, p, len);
	size_t n = strcspn(p + 1, "=") + 1; /* at least one byte, so that it goes on */
	size_t word = n < len ? n : len;

	if (behind != NULL)
		return behind;
	if (scheme != NULL) {
		buf_put(c->out, p, (size_t)(scheme + 3 - p));
		n = credentials(scheme + 3);
		if (n > 0)
			cut(c);
		return scheme + 3 + n;
	}
	if (c->sets && colon != NULL) {
		buf_put(c->out, p, (size_t)(colon + 1 - p));
		cut(c);
		return p + len;
	}
	n = glued(c, p, len);
	if (n > 0) {
		buf_put(c->out, p, 2);
		cut(c);
		return p + 2 + n;
	}
	buf_put(c->out, p, word);
	return p + word + cut_after(c, p, word, p + word);
}

/* Redirected text has no word before it. */
static size_t
here_text(const struct scrubbing *c, const char *p)
{
	return c->sets && strncmp(p, "<<", 2) == 0 ? strlen(p) : 0;
}

void
shell_put(struct buf *out, const char *command)
{
	struct scrubbing c = {
		.out = out, .command = command, .sets = runs_any(command, SETTERS)
	};

	for (const char *p = command; *p != '\0';) {
		size_t len = strcspn(p, SEPARATORS), n = encoded(p);

		if (n > 0 || (n = here_text(&c, p)) > 0) {
			cut(&c);
			p += n;
		} else if (len > 0) {
			p = put_word(&c, p, len);
		} else {
			buf_putc(out, *p++);
		}
	}
}

bool
shell_is_request(const char *command)
{
	command += strspn(command, BLANKS);
	for (const char *const *v = VERBS; *v != NULL; v++)
		if (strncasecmp(command, *v, strlen(*v)) == 0)
			return true;
	return false;
}

bool
shell_asks_password(const char *command)
{
	static const char *const ASKING[] = { "passwd", "su", "login", "adduser", NULL };

	return strpbrk(command, "|<") == NULL && runs_any(command, ASKING);
}
