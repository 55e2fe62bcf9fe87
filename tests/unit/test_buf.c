/*
 * test_buf.c - the growing buffer: its limit, its stickiness, who owns the bytes.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/buf.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/tap.h"

static void
test_append(void)
{
	auto_buf b = BUF_INIT(100);

	is_text(buf_text(&b), "", "an empty buffer is an empty text");
	ok(b.ptr == NULL, "that holds no memory");
	ok(buf_ok(&b), "and has not failed");
	buf_put(&b, "a\0b", 3);
	is_int((int64_t)b.len, 3, "a NUL counts like any byte");
	ok(memcmp(b.ptr, "a\0b", 4) == 0, "and a NUL that does not count follows");
	buf_reset(&b);
	buf_puts(&b, "one");
	buf_putc(&b, ' ');
	buf_printf(&b, "%d-%s", 42, "two");
	is_text(buf_text(&b), "one 42-two",
	    "texts, characters and formats follow each other");
	is_int((int64_t)b.len, 10, "and are counted");
	buf_puts(&b, "");
	buf_printf(&b, "%s", "");
	is_text(buf_text(&b), "one 42-two", "nothing changes nothing");
}

static void
test_room(void)
{
	auto_buf b = BUF_INIT(5);
	char *room;

	buf_puts(&b, "12");
	room = buf_room(&b, 3);
	ok(room != NULL, "there is room up to the limit");
	memcpy(room, "34x", 3);
	buf_wrote(&b, 2);
	is_text(buf_text(&b), "1234", "what is written there counts as far as is said");
	is_int((int64_t)b.len, 4, "... and no further");
	ok(buf_room(&b, 2) == NULL && !buf_ok(&b), "more room than the limit fails");
}

static void
test_limit(void)
{
	auto_buf b = BUF_INIT(5);

	buf_puts(&b, "12345");
	ok(buf_ok(&b), "the limit itself is allowed");
	is_text(buf_text(&b), "12345", "and kept");
	buf_putc(&b, '6');
	ok(!buf_ok(&b), "one byte more fails");
	is_text(b.ptr, "12345", "its byte is dropped");
	is_int((int64_t)b.len, 5, "and not counted");
	buf_reset(&b);
	ok(buf_ok(&b), "a reset forgets the failure");
	is_text(buf_text(&b), "", "and the bytes");
	ok(b.ptr != NULL, "but keeps the memory");
	buf_puts(&b, "abc");
	is_text(buf_text(&b), "abc", "so that it can be used again");
}

static void
test_sticky(void)
{
	auto_buf b = BUF_INIT(5);

	buf_puts(&b, "123");
	buf_puts(&b, "456");
	is_text(b.ptr, "123", "an append that does not fit is dropped whole");
	buf_puts(&b, "4");
	is_text(b.ptr, "123", "later ones do nothing, even if they would fit");
	buf_printf(&b, "%d", 5);
	buf_putc(&b, '5');
	buf_put(&b, "5", 1);
	is_text(b.ptr, "123", "in whatever way they are made");
	ok(!buf_ok(&b), "and the failure stays");
	buf_reset(&b);
	buf_printf(&b, "%s", "123456");
	ok(!buf_ok(&b), "a format passes the limit");
	is_text(b.ptr, "", "and is dropped whole");
}

static void
test_first_too_long(void)
{
	auto_buf b = BUF_INIT(2), none = BUF_INIT(0);

	buf_puts(&b, "123");
	ok(!buf_ok(&b), "the first append may be too long");
	is_int((int64_t)b.len, 0, "nothing of it is kept");
	buf_put(&b, "x", (size_t)-1);
	is_int((int64_t)b.len, 0, "a length that would wrap does no harm");
	buf_reset(&b);
	buf_puts(&b, "1");
	buf_put(&b, "x", (size_t)-1);
	ok(!buf_ok(&b), "and fails");
	is_text(b.ptr, "1", "with the bytes before it kept");
	buf_putc(&none, 'x');
	ok(!buf_ok(&none), "a limit of nothing takes nothing");
}

/* How the program ends that reads this text. */
static int
end_of_reading(const struct buf *b)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		close(STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		_exit(buf_text(b)[0]);
	}
	waitpid(child, &status, 0);
	return status;
}

static void
test_failed_text(void)
{
	auto_buf b = BUF_INIT(5), all = BUF_INIT(100);
	int status;

	buf_puts(&b, "id=");
	status = end_of_reading(&b);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 'i', "a whole text can be read");
	buf_puts(&b, "too long");
	status = end_of_reading(&b);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT,
	    "the text of a buffer that failed cannot be had");
	buf_puts(&all, "x");
	buf_add(&all, &b);
	ok(!buf_ok(&all), "... nor by adding it to another");
}

/* How the program ends that writes so many letters into an array of eight bytes. */
static int
end_of_writing(int letters)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		char array[8];

		close(STDERR_FILENO);
		signal(SIGABRT, SIG_DFL);
		_exit(BUF_FIXED(array, "%0*d", letters, 0)[0]);
	}
	waitpid(child, &status, 0);
	return status;
}

static void
test_fixed(void)
{
	int status = end_of_writing(7);

	ok(WIFEXITED(status) && WEXITSTATUS(status) == '0',
	    "a short text stands in its array");
	status = end_of_writing(8);
	ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "... and never cut short");
}

static void
test_cut(void)
{
	auto_buf b = BUF_CUT(5), other = BUF_CUT(3);

	buf_puts(&b, "abc");
	buf_printf(&b, "%s", "d\xe2\x82\xac");
	ok(buf_ok(&b), "a sentence for people is cut, and has not failed");
	is_text(buf_text(&b), "abcd", "... not within a character");
	buf_puts(&other, "xyz1");
	buf_reset(&b);
	buf_add(&b, &other);
	is_text(buf_text(&b), "xyz", "... and can be added to another");
}

static void
test_growth(void)
{
	auto_buf b = BUF_INIT(1000000);
	bool same = true;

	for (int i = 0; i < 100000; i++)
		buf_printf(&b, "%d,", i % 10);
	ok(buf_ok(&b), "a buffer grows");
	is_int((int64_t)b.len, 200000, "by what is put in");
	for (size_t i = 0; i < b.len && same; i++)
		same = b.ptr[i] == (i % 2 == 1 ? ',' : (char)('0' + i / 2 % 10));
	ok(same, "and keeps every byte");
	is_int((int64_t)strlen(buf_text(&b)), 200000, "a NUL follows");
}

static void
test_take(void)
{
	struct buf b = BUF_INIT(5);
	auto_free char *word = NULL, *empty = NULL;

	buf_puts(&b, "word");
	word = buf_take(&b);
	is_text(word, "word", "taken bytes belong to the caller");
	is_int((int64_t)b.len, 0, "the buffer is empty after");
	is_text(buf_text(&b), "", "and shares nothing with them");
	buf_puts(&b, "12345");
	is_text(word, "word", "also when it is used again");
	ok(buf_ok(&b), "with the same limit");
	buf_putc(&b, '6');
	ok(buf_take(&b) == NULL, "of a failed buffer nothing can be taken");
	is_text(buf_text(&b), "", "it is empty after");
	empty = buf_take(&b);
	is_text(empty, "", "nothing put in is an empty text, not NULL");
	buf_done(&b);
}

static void
test_release(void)
{
	struct buf b = BUF_INIT(9);
	char *p = strdup("x");

	buf_puts(&b, "x");
	buf_done(&b);
	is_text(buf_text(&b), "", "a released buffer is empty");
	buf_done(&b);
	ok(b.ptr == NULL, "and may be released twice");
	buf_free_pointer(&p);
	ok(p == NULL, "a freed pointer points nowhere");
	buf_free_pointer(&p);
	ok(p == NULL, "and may be freed twice");
}

int
main(void)
{
	test_append();
	test_room();
	test_limit();
	test_sticky();
	test_first_too_long();
	test_failed_text();
	test_fixed();
	test_cut();
	test_growth();
	test_take();
	test_release();
	return done_testing();
}
