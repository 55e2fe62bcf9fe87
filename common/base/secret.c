/*
 * secret.c - see secret.h.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/secret.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/buf.h"
#include "common/base/user.h"
#include "common/base/utf8.h"

#define PATH_TEXT_MAX 4200

static bool
check_mode(const struct stat *st, const char *path, struct err *e)
{
	if (!S_ISREG(st->st_mode))
		return err_set(e, FAULT_CONFIG, "%s is not a regular file", path);
	if ((st->st_mode & 0007) != 0)
		return err_set(e, FAULT_CONFIG, "%s is readable by others: chmod 600 %s",
		    path, path);
	if ((st->st_mode & 0070) != 0 && st->st_gid != getegid())
		return err_set(e, FAULT_CONFIG,
		    "%s is readable by a group other than this program's: chmod 600 %s",
		    path, path);
	return true;
}

/* Strips trailing white space; the rest must be printable. */
static bool
accept(struct secret *out, char *bytes, size_t len, const char *path, struct err *e)
{
	if (len >= SECRET_MAX)
		return err_set(e, FAULT_CONFIG,
		    "%s has more than %d bytes; it must contain the secret and nothing else",
		    path, SECRET_MAX - 1);
	while (len > 0 && isspace((unsigned char)bytes[len - 1]))
		len--;
	if (len == 0)
		return err_set(
		    e, FAULT_CONFIG, "%s is empty; put the secret into it", path);
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)bytes[i] < 0x20 || bytes[i] == 0x7f)
			return err_set(e, FAULT_CONFIG,
			    "%s has more than one line or control characters; it must contain "
			    "the secret and nothing else",
			    path);
	memcpy(out->bytes, bytes, len);
	out->bytes[len] = '\0';
	return true;
}

static bool
read_fd(struct secret *out, int fd, const char *path, bool check, struct err *e)
{
	char bytes[SECRET_MAX + 1];
	struct stat st;
	ssize_t n;
	bool ok;

	if (fstat(fd, &st) != 0)
		return err_set(
		    e, FAULT_CONFIG, "cannot read %s: %s", path, strerror(errno));
	if (check && !check_mode(&st, path, e))
		return false;
	n = read(fd, bytes, SECRET_MAX);
	if (n < 0)
		return err_set(
		    e, FAULT_CONFIG, "cannot read %s: %s", path, strerror(errno));
	ok = accept(out, bytes, (size_t)n, path, e);
	explicit_bzero(bytes, sizeof bytes);
	return ok;
}

static bool
read_path(struct secret *out, const char *path, bool check, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char user[USER_NAME_MAX];
	bool ok;

	if (fd < 0 && errno == EACCES)
		return err_set(e, FAULT_CONFIG,
		    "cannot read %s: Permission denied; it must belong to the user this "
		    "program runs as: chown %s %s",
		    path, user_name(user), path);
	if (fd < 0)
		return err_set(
		    e, FAULT_CONFIG, "cannot read %s: %s", path, strerror(errno));
	ok = read_fd(out, fd, path, check, e);
	close(fd);
	return ok;
}

bool
secret_read_file(struct secret *out, const char *path, struct err *e)
{
	return read_path(out, path, true, e);
}

bool
secret_read_credential(struct secret *out, const char *name, struct err *e)
{
	const char *directory = secure_getenv("CREDENTIALS_DIRECTORY");
	auto_buf path = BUF_INIT(PATH_TEXT_MAX);

	if (directory == NULL)
		return false;
	buf_printf(&path, "%s/%s", directory, name);
	if (!buf_ok(&path) || access(buf_text(&path), F_OK) != 0)
		return false;
	/* systemd guards the directory itself. */
	return read_path(out, buf_text(&path), false, e);
}

const char *
secret_oddity(const struct secret *s, bool is_key)
{
	const char *bytes = s->bytes, *odd = utf8_unseen(bytes);
	size_t name = strspn(bytes,
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_"
	    "0123456789");

	if (odd != NULL || !is_key)
		return odd;
	if (strpbrk(bytes, "\"'`"))
		return "quotation marks";
	for (const char *p = bytes; *p; p++)
		if ((unsigned char)*p > 126)
			return "characters that are not ASCII";
	/* Base64 has '=' only at its end. */
	return bytes[name] == '=' && bytes[name + strspn(bytes + name, "=")]
		   ? "NAME= before the key"
		   : NULL;
}

void
secret_wipe(struct secret *s)
{
	explicit_bzero(s->bytes, sizeof s->bytes);
}

/* Reads up to `most` digits; returns their number. */
static size_t
digits(const char *at, const char *end, unsigned base, size_t most, unsigned *value)
{
	size_t n = 0;

	for (*value = 0; n < most && at + n < end; n++) {
		char c = (char)tolower((unsigned char)at[n]);
		unsigned digit = c >= '0' && c <= '9'   ? (unsigned)(c - '0')
				 : c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10
							: base;

		if (digit >= base)
			break;
		*value = *value * base + digit;
	}
	return n;
}

/* As HTML escapes it: &#47; &#x2f; &amp; */
static size_t
spelled_html(const char *at, const char *end, unsigned char c)
{
	static const struct {
		char c;
		const char *name;
	} NAMED[] = { { '&', "&amp;" }, { '<', "&lt;" }, { '>', "&gt;" },
		{ '"', "&quot;" }, { '\'', "&apos;" } };
	size_t left = (size_t)(end - at), start, n;
	unsigned value;

	for (size_t i = 0; i < sizeof NAMED / sizeof NAMED[0]; i++) {
		n = strlen(NAMED[i].name);
		if (NAMED[i].c == (char)c && left >= n &&
		    memcmp(at, NAMED[i].name, n) == 0)
			return n;
	}
	if (left < 4 || at[1] != '#')
		return 0;
	start = at[2] == 'x' || at[2] == 'X' ? 3 : 2;
	n = digits(at + start, end, start == 3 ? 16 : 10, 7, &value);
	return n > 0 && value == c && start + n < left && at[start + n] == ';'
		   ? start + n + 1
		   : 0;
}

/* As JSON escapes it: \/ \u002f */
static size_t
spelled_json(const char *at, const char *end, unsigned char c)
{
	unsigned value;

	if (end - at >= 2 && (unsigned char)at[1] == c)
		return 2;
	return end - at >= 6 && at[1] == 'u' && digits(at + 2, end, 16, 4, &value) == 4 &&
		       value == c
		   ? 6
		   : 0;
}

/* Length of the text at `at` that stands for c, plain or escaped; 0: none. */
static size_t
spelled(const char *at, const char *end, unsigned char c)
{
	unsigned value;

	if ((unsigned char)*at == c && c != '%' && c != '&' && c != '\\')
		return 1;
	switch (*at) {
	case '%':
		if (digits(at + 1, end, 16, 2, &value) == 2 && value == c)
			return 3;
		break;
	case '&':
		if (spelled_html(at, end, c) > 0)
			return spelled_html(at, end, c);
		break;
	case '\\':
		if (spelled_json(at, end, c) > 0)
			return spelled_json(at, end, c);
		break;
	default:
		break;
	}
	return (unsigned char)*at == c;
}

/* Length of the secret at `at`, in any spelling; 0: it is not there. */
static size_t
stands_at(const char *at, const char *end, const char *secret)
{
	const char *p = at;

	for (; *secret != '\0'; secret++) {
		size_t n = p < end ? spelled(p, end, (unsigned char)*secret) : 0;

		if (n == 0)
			return 0;
		p += n;
	}
	return (size_t)(p - at);
}

/* The bytes of which all spellings of the secret consist. */
static void
bytes_of(const char *secret, bool used[UCHAR_MAX + 1])
{
	static const char ESCAPES[] = "%&#;\\xXu0123456789abcdefABCDEFglmopqst";

	for (const char *p = ESCAPES; *p != '\0'; p++)
		used[(unsigned char)*p] = true;
	for (; *secret != '\0'; secret++)
		used[(unsigned char)*secret] = true;
}

/* What is searched, and the secret's bytes: no spelling is shorter than the secret. */
struct search {
	bool used[UCHAR_MAX + 1];
	size_t shortest;
	const char *end;
	const char *seen; /* up to here the bytes from `at` on are of the secret */
};

/* The next place where a spelling may stand; NULL: none. Seen from its end, most stretches hold a byte
 * that is in no spelling, and all up to that byte is passed over. */
static char *
may_stand(char *at, struct search *s)
{
	while ((size_t)(s->end - at) >= s->shortest) {
		char *stop = at + s->shortest, *p = stop;

		while (p > at && p > s->seen && s->used[(unsigned char)p[-1]])
			p--;
		if (p == at || p == s->seen) {
			s->seen = stop;
			return at;
		}
		at = p;
		s->seen = p;
	}
	return NULL;
}

bool
secret_hide(const char *secret, char *bytes, size_t len)
{
	struct search s = {
		.shortest = strlen(secret), .end = bytes + len, .seen = bytes
	};
	char *at = bytes;
	bool stood = false;

	if (s.shortest == 0)
		return false;
	bytes_of(secret, s.used);
	while ((at = may_stand(at, &s)) != NULL) {
		size_t n = stands_at(at, s.end, secret);

		if (n > 0)
			memset(at, '*', n);
		stood = stood || n > 0;
		at += n > 0 ? n : 1;
	}
	return stood;
}
