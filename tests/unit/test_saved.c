/*
 * test_saved.c - files of saved reports: what is found in them, and what hostile ones cost.
 *
 * SPDX-License-Identifier: MIT
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "enricher/saved.h"
#include "tests/unit/tap.h"

#define SAID_MAX 20000

static char path[] = "/tmp/potpress-saved-XXXXXX";
static char said[SAID_MAX]; /* on stderr by the last read_file */

static void
write_file(const char *text, size_t len)
{
	FILE *f = fopen(path, "w");

	if (f == NULL || fwrite(text, 1, len, f) != len || fclose(f) != 0)
		printf("Bail out! the test's file cannot be written\n");
}

/* What is found in the file; release with saved_done. */
static struct saved
read_file(void)
{
	struct saved s = { .reports = NULL };
	struct err e = ERR_NONE;
	int err = dup(STDERR_FILENO);
	FILE *to = tmpfile();
	size_t len;

	fflush(stderr);
	dup2(fileno(to), STDERR_FILENO);
	ok(saved_add_file(&s, path, &e), "a file is no fault of the process");
	fflush(stderr);
	dup2(err, STDERR_FILENO);
	close(err);
	rewind(to);
	len = fread(said, 1, SAID_MAX - 1, to);
	said[len] = '\0';
	fclose(to);
	return s;
}

static struct saved
read_text(const char *text)
{
	write_file(text, strlen(text));
	return read_file();
}

static void
is_report(const struct saved *s, size_t n, const char *text, const char *name)
{
	auto_buf body = BUF_INIT(1000);
	struct err e = ERR_NONE;

	ok(n < s->count && saved_read(&s->reports[n], &body, &e), name);
	is_text(buf_text(&body), text, "... as it is stored");
}

static void
test_forms(void)
{
	struct saved s = read_text(
	    "\xef\xbb\xbf{\"data\":1}\n\r\n {\n  \"id\": \"}\\\"{\"\n}\n"
	    "{\"data\":2} {\"data\":3}");

	is_int(
	    (int64_t)s.count, 4, "objects on one line, over several, and side by side");
	is_int(s.broken, 0, "all of them good");
	is_report(&s, 0, "{\"data\":1}", "a byte order mark is passed over");
	is_report(&s, 1, "{\"data\": {\n  \"id\": \"}\\\"{\"\n}}",
	    "an object without `data` gets it; brackets in texts are text");
	is_int(s.reports[1].line, 3, "its line is known");
	is_report(&s, 3, "{\"data\":3}", "the last needs no end of line");
	saved_done(&s);
	s = read_text("");
	is_int((int64_t)s.count + s.broken, 0, "an empty file is no mistake");
	saved_done(&s);
}

static void
test_dates(void)
{
	struct saved s = read_text(
	    "{\"data\":{\"attributes\":{\"last_analysis_date\":200}}}\n"
	    "{\"attributes\":{\"last_analysis_date\":100}}\n"
	    "{\"attributes\":{\"last_analysis_date\":\"soon\"}}\n"
	    "{\"data\":{\"attributes\":{\"last_analysis_date\":100}}}\n");
	struct stat st;

	saved_sort(&s);
	is_int(s.reports[0].date, 100, "the oldest comes first");
	is_int(s.reports[0].line, 2, "of one date, the first of the file");
	is_int(s.reports[1].line, 4, "then the next");
	is_int(s.reports[2].date, 200, "then the younger ones");
	stat(path, &st);
	is_int(s.reports[3].date, st.st_mtime, "one without a date has that of its file");
	saved_done(&s);
}

static void
test_broken(void)
{
	struct saved s = read_text(
	    "{\"cut\": {\n{\"data\":1}\nnothing\n{\"data\":2}\n[{\"data\":3}]\n"
	    "{\"data\":4}\n{\"text");

	is_int((int64_t)s.count, 3, "what is broken does not stop the rest");
	is_int(s.reports[0].line, 2, "the next line is read");
	is_int(s.reports[2].line, 6, "and what comes later");
	is_int(s.broken, 4, "each is counted");
	ok(strstr(said, ":1: an incomplete report\n") != NULL, "and named with its line");
	ok(strstr(said, ":3: not a JSON object\n") != NULL, "so is what is no object");
	ok(strstr(said, ":5: not a JSON object\n") != NULL, "so is a list");
	ok(strstr(said, ":7: an incomplete report\n") != NULL,
	    "so is what the file's end cuts");
	saved_done(&s);
}

static void
test_limits(void)
{
	size_t len = SAVED_REPORT_MAX + 100;
	char *text = malloc(len + 20);
	struct saved s;
	int lines = 0;

	memset(text, '{', len);
	memcpy(text + len, "\n{\"data\":1}\n", 12);
	write_file(text, len + 12);
	s = read_file();
	is_int((int64_t)s.count, 1, "a report over the limit costs only itself");
	ok(strstr(said, ":1: a report of more than 4 MiB") != NULL, "it is named");
	saved_done(&s);
	for (size_t i = 0; i < 5000; i++)
		memcpy(text + 2 * i, "{\n", 2);
	write_file(text, 10000);
	s = read_file();
	for (const char *p = said; (p = strchr(p, '\n')) != NULL; p++)
		lines++;
	is_int(s.broken, 5000, "all mistakes are counted");
	is_int(lines, SAVED_COMPLAINTS_MAX + 1, "not all are shown");
	saved_done(&s);
	free(text);
}

static void
test_changed_meanwhile(void)
{
	struct saved s = read_text("{\"data\":1}\n{\"data\":2}");
	auto_buf body = BUF_INIT(1000);
	struct err e = ERR_NONE;

	write_file("{\"data\":1}", 10);
	ok(!saved_read(&s.reports[1], &body, &e) && e.fault == FAULT_REJECT,
	    "a file that is cut meanwhile is noticed");
	saved_done(&s);
}

static void
test_no_file(void)
{
	struct saved s;

	unlink(path);
	s = read_file();
	is_int(s.broken, 1, "a file that is not there is counted");
	ok(strstr(said, ": No such file") != NULL, "with the reason");
	saved_done(&s);
	mkdir(path, 0700);
	s = read_file();
	ok(s.broken == 1 && strstr(said, "not a regular file") != NULL,
	    "so is a directory");
	rmdir(path);
	mkfifo(path, 0600);
	s = read_file();
	ok(s.broken == 1 && strstr(said, "not a regular file") != NULL,
	    "and a pipe, which is not waited for");
	saved_done(&s);
	unlink(path);
}

int
main(void)
{
	int fd = mkstemp(path);

	if (fd < 0)
		return 1;
	close(fd);
	test_forms();
	test_dates();
	test_broken();
	test_limits();
	test_changed_meanwhile();
	test_no_file();
	return done_testing();
}
