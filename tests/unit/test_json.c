/*
 * test_json.c - JSON from strangers: what is refused, what is repaired, what the getters find.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/json/json.h"

#include <stdlib.h>

#include "common/base/buf.h"
#include "common/base/clock.h"
#include "common/json/write.h"
#include "tests/unit/tap.h"

#define FFFD "\xef\xbf\xbd"
#define BODY_MAX (8 << 20)
#define QUICK_MS 2000

/* ---- helpers */

static cJSON *
parse_bytes(const char *text, size_t len)
{
	struct err e = ERR_NONE;
	cJSON *root = json_parse(text, len, &e);

	if (root == NULL)
		printf("# %s\n", e.text);
	return root;
}

static cJSON *
parse(const char *text)
{
	return parse_bytes(text, strlen(text));
}

/* The body is refused with FAULT_RETRY and a sentence. */
static void
check_refused_bytes(const char *text, size_t len, const char *words)
{
	struct err e = ERR_NONE;
	auto_json *root = json_parse(text, len, &e);

	ok(root == NULL && e.fault == FAULT_RETRY && e.text[0] != '\0', words);
}

static void
check_refused(const char *text, const char *words)
{
	check_refused_bytes(text, strlen(text), words);
}

/* The value of "v" as a text. */
static void
check_text(const char *body, const char *want, const char *words)
{
	auto_json *root = parse(body);
	const char *got = "(none)";

	json_text(root, "v", &got);
	is_text(got, want, words);
}

static void
check_int(const char *number, int64_t want, const char *words)
{
	auto_buf body = BUF_INIT(200);
	int64_t got = -999;

	buf_printf(&body, "{\"v\":%s}", number);
	{
		auto_json *root = parse(buf_text(&body));

		ok(json_int(root, "v", &got), words);
		is_int(got, want, "... and its value");
	}
}

static void
check_no_int(const char *value, const char *words)
{
	auto_buf body = BUF_INIT(200);
	int64_t got = -999;

	buf_printf(&body, "{\"v\":%s}", value);
	{
		auto_json *root = parse(buf_text(&body));

		ok(root != NULL && !json_int(root, "v", &got) && got == -999, words);
	}
}

static void
repeat(struct buf *b, const char *text, int times)
{
	while (times-- > 0)
		buf_puts(b, text);
}

/* ---- parsing */

static void
test_whole(void)
{
	check_refused("", "nothing is no JSON");
	check_refused("  \n", "white space is no JSON");
	check_refused("<html>please wait</html>", "a page is no JSON");
	check_refused("{\"a\":1", "a cut object");
	check_refused("[1,2", "a cut list");
	check_refused("\"abc", "a cut text");
	check_refused("\"abc\\", "a text cut behind a backslash");
	check_refused("\"\\ud8", "a text cut in an escape");
	check_refused("{\"a\":1}x", "bytes behind the end");
	check_refused("{\"a\":1}{\"a\":2}", "a second value behind the first");
	check_refused("{\"a\":}", "a key without a value");
	check_refused("{\"a\":tru}", "half a word");
	check_refused("[1 2]", "a missing comma");
	check_refused("\"\\x41\"", "an escape that JSON does not know");
	check_refused("{\"a\":\xff}", "broken bytes outside a text");
}

static void
test_whole_taken(void)
{
	auto_json *spaced = parse(" \r\n\t{ \"a\" : [ ] } \n");
	auto_json *number = parse("12"), *text = parse("\"x\""), *nothing = parse("null");
	auto_json *part = parse_bytes("{\"a\":1}garbage", 7);

	ok(cJSON_IsObject(spaced), "white space around and inside is allowed");
	ok(cJSON_IsNumber(number), "a number is a value");
	ok(cJSON_IsString(text), "so is a text");
	ok(cJSON_IsNull(nothing), "so is null");
	ok(cJSON_IsObject(part), "what lies behind the length is not read");
}

static void
test_offsets(void)
{
	struct err e = ERR_NONE;

	json_parse("[1,2,x]", 7, &e);
	ok(strstr(e.text, "byte 5") != NULL,
	    "the sentence names the byte where JSON ends");
	json_parse("[1,2] x", 7, &e);
	ok(strstr(e.text, "byte 5") != NULL, "and where bytes follow");
}

static void
test_surrogates(void)
{
	check_text(
	    "{\"v\":\"a\\ud800b\"}", "a" FFFD "b", "a lone high surrogate is replaced");
	check_text("{\"v\":\"a\\uDFFFb\"}", "a" FFFD "b", "a lone low surrogate too");
	check_text("{\"v\":\"\\ud800\"}", FFFD, "also at the end");
	check_text("{\"v\":\"\\ud800\\ud800x\"}", FFFD FFFD "x", "two high ones are two");
	check_text("{\"v\":\"\\ud800\\u0041\"}", FFFD "A", "what follows one stays");
	check_text("{\"v\":\"\\ude00\\ud83d\"}", FFFD FFFD, "a pair the wrong way round");
	check_text("{\"v\":\"\\ud83d\\ude00\"}", "\xf0\x9f\x98\x80",
	    "a good pair is one character");
	check_text("{\"v\":\"\\ud800\\ud83d\\ude00\"}", FFFD "\xf0\x9f\x98\x80",
	    "also behind a lone one");
	check_text("{\"v\":\"\\\\ud800\"}", "\\ud800",
	    "an escaped backslash starts no surrogate");
	check_text(
	    "{\"\\udc00k\":1,\"v\":\"x\"}", "x", "one in a key does not cost the rest");
}

static void
test_nul(void)
{
	check_text("{\"v\":\"a\\u0000b\"}", "a" FFFD "b", "\\u0000 hides nothing");
	check_text("{\"v\":\"\\u0000\"}", FFFD, "also alone");
	check_text(
	    "{\"v\":\"\\\\u0000\"}", "\\u0000", "an escaped backslash starts no NUL");
	check_text(
	    "{\"v\\u0000\":1,\"v\":\"x\"}", "x", "a NUL in a key makes another key");
	check_text("{\"v\":\"\\u00e9\\n\\\"\\/\"}", "\xc3\xa9\n\"/",
	    "other escapes are what they are");
}

static void
test_broken_bytes(void)
{
	check_text(
	    "{\"v\":\"a\xff"
	    "b\"}",
	    "a" FFFD "b", "a byte that is no UTF-8");
	check_text("{\"v\":\"\xc0\x80\"}", FFFD FFFD, "an overlong NUL");
	check_text("{\"v\":\"\xed\xa0\x80\"}", FFFD FFFD FFFD, "a surrogate in UTF-8");
	check_text(
	    "{\"v\":\"\xe2\x82\"}", FFFD FFFD, "a cut character does not eat the quote");
	check_text("{\"v\":\"\xf4\x90\x80\x80\"}", FFFD FFFD FFFD FFFD,
	    "past the last code point");
	check_text("{\"v\":\"\xe2\x82\xac\"}", "\xe2\x82\xac", "good characters stay");
	check_text(
	    "{\"\xff\":1,\"v\":\"\\ud800\xfe\"}", FFFD FFFD, "several kinds at once");
}

/* ---- limits */

static void
check_depth(int depth, bool taken, const char *words)
{
	auto_buf body = BUF_INIT(BODY_MAX);
	struct err e = ERR_NONE;

	repeat(&body, "[{\"a\":", depth / 2);
	repeat(&body, "[", depth % 2);
	repeat(&body, depth % 2 ? "" : "1", 1);
	repeat(&body, "]", depth % 2);
	repeat(&body, "}]", depth / 2);
	{
		auto_json *root = json_parse(buf_text(&body), body.len, &e);

		ok((root != NULL) == taken, words);
	}
}

static void
test_depth(void)
{
	check_depth(JSON_DEPTH_MAX, true, "200 levels are taken");
	check_depth(JSON_DEPTH_MAX + 1, false, "201 are not");
	check_depth(2000, false, "nor are 2000");
	check_text("{\"a\":\"[[[[[[[[{{{{\",\"v\":\"x\"}", "x",
	    "brackets in a text are no levels");
}

/* A list of `values` - 1 elements. */
static void
put_list(struct buf *body, const char *element, int values)
{
	buf_puts(body, "[");
	for (int i = 0; i < values - 1; i++)
		buf_printf(body, i > 0 ? ",%s" : "%s", element);
	buf_puts(body, "]");
}

static void
check_count(const char *element, int values, bool taken, const char *words)
{
	auto_buf body = BUF_INIT(BODY_MAX);
	struct err e = ERR_NONE;

	put_list(&body, element, values);
	{
		auto_json *root = json_parse(buf_text(&body), body.len, &e);

		ok((root != NULL) == taken, words);
	}
}

static void
test_count(void)
{
	check_count("1", JSON_VALUES_MAX, true, "100000 values are taken");
	check_count("1", JSON_VALUES_MAX + 1, false, "one more number is not");
	check_count("\"\"", JSON_VALUES_MAX + 1, false, "one more text is not");
	check_count("[]", JSON_VALUES_MAX + 1, false, "one more list is not");
	check_count("{}", JSON_VALUES_MAX + 1, false, "one more object is not");
	check_count("null", JSON_VALUES_MAX + 1, false, "one more null is not");
	check_text(
	    "{\"a\":\"1,2,3,{},[]\",\"v\":\"x\"}", "x", "commas in a text are no values");
}

static int trees_built;

cJSON *__real_tree_parse(const char *text, size_t len, const char **stopped);
cJSON *__wrap_tree_parse(const char *text, size_t len, const char **stopped);

cJSON *
__wrap_tree_parse(const char *text, size_t len, const char **stopped)
{
	trees_built++;
	return __real_tree_parse(text, len, stopped);
}

/* No tree is built of a body that is refused, and no time is lost with it. */
static void
check_cheap(const char *piece, int times, const char *words)
{
	auto_buf body = BUF_INIT(BODY_MAX);
	struct err e = ERR_NONE;
	int64_t start;

	repeat(&body, piece, times);
	trees_built = 0;
	start = clock_monotonic_ms();
	{
		auto_json *root = json_parse(buf_text(&body), body.len, &e);

		ok(root == NULL && trees_built == 0 &&
			clock_monotonic_ms() - start < QUICK_MS,
		    words);
	}
}

static void
test_cheap_refusals(void)
{
	check_cheap("[", 1000000, "a million brackets cost no memory");
	check_cheap("[],", 1000000, "a million empty lists neither");
	check_cheap("{\"a\":", 1000000, "a million nested objects neither");
	check_cheap("1,", 1000000, "a million numbers neither");
}

/* ---- getters */

static void
test_int(void)
{
	check_int("0", 0, "nought");
	check_int("-7", -7, "a negative number");
	check_int("1.0", 1, "a whole number written with a point");
	check_int("12e2", 1200, "or with an exponent");
	check_int("9007199254740992", 9007199254740992, "2^53");
	check_int("-9007199254740992", -9007199254740992, "-2^53");
	check_no_int("9007199254740994", "more than 2^53");
	check_no_int("-9007199254740994", "less than -2^53");
	check_no_int("9223372036854775807", "the largest of 64 bits");
	check_no_int("99999999999999999999", "beyond 64 bits");
	check_no_int("1e999", "an endless number");
	check_no_int("-1e999", "an endless negative one");
	check_no_int("1.5", "a fraction");
	check_no_int("\"12\"", "a text of digits");
	check_no_int("true", "true");
	check_no_int("null", "null");
	check_no_int("[1]", "a list");
	check_no_int("{}", "an object");
}

static void
test_wrong_types(void)
{
	auto_json *root =
	    parse("{\"n\":1,\"t\":\"x\",\"z\":null,\"b\":false,\"l\":[\"x\"],\"o\":{}}");
	static const char *const NO_TEXT[] = { "n", "z", "b", "l", "o", "missing", "t.x",
		"l.0" };
	static const char *const NO_BOOL[] = { "n", "z", "t", "l", "o", "missing",
		"b.x" };
	const char *text = "untouched";
	bool flag = true, refused = true;

	for (size_t i = 0; i < sizeof NO_TEXT / sizeof NO_TEXT[0]; i++)
		refused = refused && !json_text(root, NO_TEXT[i], &text);
	ok(refused, "only a text is a text");
	is_text(text, "untouched", "and the output stays as it was");
	refused = true;
	for (size_t i = 0; i < sizeof NO_BOOL / sizeof NO_BOOL[0]; i++)
		refused = refused && !json_bool(root, NO_BOOL[i], &flag);
	ok(refused && flag, "only true and false are booleans");
	ok(json_bool(root, "b", &flag) && !flag, "false is read");
	ok(json_each(root, "t", NULL) == NULL, "a text has no elements");
	ok(json_at(NULL, "a.b") == NULL, "no tree has no nodes");
	ok(!json_text(NULL, "a", &text), "and no texts");
	ok(json_each(NULL, "a", NULL) == NULL, "and no elements");
}

static void
check_path(const char *body, const char *path, const char *want, const char *words)
{
	auto_json *root = parse(body);
	const char *got = "(none)";

	json_text(root, path, &got);
	is_text(got, want, words);
}

static void
test_paths(void)
{
	check_path("{\"a\":{\"b\":{\"c\":\"x\"}}}", "a.b.c", "x", "nested objects");
	check_path("{\"a.b.c\":\"x\"}", "a.b.c", "x", "one literal dotted key");
	check_path("{\"a\":{\"b.c\":\"x\"}}", "a.b.c", "x", "a dotted key in an object");
	check_path("{\"a\":{\"z\":1},\"a.b\":\"x\"}", "a.b", "x",
	    "a dotted key beside an object");
	check_path("{\"a\":7,\"a.b\":\"x\"}", "a.b", "x", "a dotted key beside a number");
	check_path(
	    "{\"a\":{\"b\":{}},\"a.b.c\":\"x\"}", "a.b.c", "x", "beside a longer nest");
	check_path("{\"A\":{\"b\":\"x\"}}", "a.b", "(none)", "case counts");
	check_path("{\"ab\":\"x\"}", "a", "(none)", "the start of a key is not the key");
	check_path("{\"a\":\"x\"}", "ab", "(none)", "nor is a longer one");
	check_path(
	    "{\"a\":[{\"b\":\"x\"}]}", "a.b", "(none)", "a list is not walked through");
	check_path(
	    "{\"a\":\"1\",\"a\":\"2\"}", "a", "1", "of equal keys the first counts");
	check_path("{\"\":\"x\"}", "a", "(none)", "an empty key is none of ours");
	check_path("\"x\"", "", "x", "an empty path is the value itself");
}

static void
test_each(void)
{
	auto_json *root =
	    parse("{\"d\":{\"l\":[1,\"x\",null],\"e\":[],\"o\":{\"k\":1,\"m\":2}}}");
	int n = 0, members = 0, empty = 0;
	bool named = true;

	for (const cJSON *i = NULL; (i = json_each(root, "d.l", i)) != NULL;)
		n++;
	is_int(n, 3, "every element of a list is visited");
	for (const cJSON *i = NULL; (i = json_each(root, "d.o", i)) != NULL; members++)
		named = named && i->string != NULL;
	is_int(members, 2, "every member of an object");
	ok(named, "with its name");
	for (const cJSON *i = NULL; (i = json_each(root, "d.e", i)) != NULL;)
		empty++;
	is_int(empty, 0, "an empty list has none");
	ok(json_each(root, "d.missing", NULL) == NULL, "a missing one neither");
}

static void
check_nth(const cJSON *root, const char *path, int n, const char *want, const char *words)
{
	const char *got = "(none)";
	bool found = json_text_nth(root, path, n, &got);

	is_text(got, want, words);
	ok(found == (strcmp(want, "(none)") != 0), "... and says so");
}

static void
test_nth(void)
{
	auto_json *root =
	    parse("{\"s\":\"x\",\"l\":[7,\"a\",null,\"b\",[\"c\"]],\"n\":1,\"e\":[]}");

	check_nth(root, "s", 0, "x", "a text is the first of one");
	check_nth(root, "s", 1, "(none)", "and has no second");
	check_nth(root, "l", 0, "a", "elements that are no texts are skipped");
	check_nth(root, "l", 1, "b", "also between texts");
	check_nth(root, "l", 2, "(none)", "a list in a list is no text");
	check_nth(root, "n", 0, "(none)", "a number holds no text");
	check_nth(root, "e", 0, "(none)", "nor does an empty list");
	check_nth(root, "missing", 0, "(none)", "nor does nothing");
}

/* ---- splitting */

struct pieces {
	struct buf text; /* the elements, each followed by ';' */
	int count, stop_after;
};

static bool
take_piece(void *ctx, const char *element, size_t len)
{
	struct pieces *p = ctx;

	buf_put(&p->text, element, len);
	buf_putc(&p->text, ';');
	return ++p->count != p->stop_after;
}

static void
check_split(const char *body, const char *path, const char *want, const char *words)
{
	struct pieces p = { .text = BUF_INIT(BODY_MAX) };
	struct err e = ERR_NONE;

	ok(json_split(body, strlen(body), path, take_piece, &p, &e), words);
	is_text(buf_text(&p.text), want, "... and the elements");
	buf_done(&p.text);
}

static void
check_no_split(const char *body, const char *path, const char *words)
{
	struct pieces p = { .text = BUF_INIT(BODY_MAX) };
	struct err e = ERR_NONE;
	bool split = json_split(body, strlen(body), path, take_piece, &p, &e);

	ok(!split && e.fault == FAULT_RETRY && e.text[0] != '\0', words);
	buf_done(&p.text);
}

static void
test_split(void)
{
	check_split("{\"hits\":{\"hits\":[{\"a\":1},{\"b\":[2,3]}]}}", "hits.hits",
	    "{\"a\":1};{\"b\":[2,3]};", "elements of a nested list");
	check_split(
	    "[1,\"x\",null]", "", "1;\"x\";null;", "an empty path is the body itself");
	check_split(" { \"h\" : [ 1 , 2 ] } ", "h", "1;2;",
	    "white space is no part of an element");
	check_split("{\"h\":[]}", "h", "", "an empty list");
	check_split("{\"h\":[ ]}", "h", "", "also with a space");
	check_split("{\"x\":{\"h\":[7]},\"h\":[8]}", "h", "8;",
	    "a key deeper down is another key");
	check_split("{\"k\":\"\\\"h\\\":[1]\",\"h\":[2]}", "h", "2;",
	    "a list in a text is no list");
	check_split("{\"h\":[\"],[\",\"\\\"]\"]}", "h", "\"],[\";\"\\\"]\";",
	    "brackets in texts");
	check_split("{\"a\":1}", "h", "", "a missing path is no element");
	check_split("{\"a\":{\"b\":1}}", "a.h", "", "also further down");
	check_split("{}", "h.i", "", "also of nothing at all");
	check_split("{\"h\":[1],\"h\":[2]}", "h", "1;", "of equal keys the first counts");
	check_split("{\"hh\":[1],\"h\":[2]}", "h", "2;", "a longer key is another key");
}

static void
test_split_broken_element(void)
{
	check_split("{\"h\":[{\"a\":1},{\"a\":tru},{\"a\":3}]}", "h",
	    "{\"a\":1};{\"a\":tru};{\"a\":3};", "a broken word costs only its element");
	check_split("{\"h\":[{\"a\":1},{\"a\" \"b\"},{\"a\":3}]}", "h",
	    "{\"a\":1};{\"a\" \"b\"};{\"a\":3};", "a missing colon too");
	check_split("{\"h\":[1,\"\xff\\ud800\",3]}", "h", "1;\"\xff\\ud800\";3;",
	    "broken bytes are handed on as they came");
}

static void
test_split_broken_frame(void)
{
	static const char WHOLE[] = "{\"hits\":{\"hits\":[{\"a\":1},{\"b\":2}]}}";
	struct pieces p = { .text = BUF_INIT(BODY_MAX) };
	struct err e = ERR_NONE;
	bool cut = true;

	for (size_t len = 0; len < sizeof WHOLE - 1; len++)
		cut = cut && !json_split(WHOLE, len, "hits.hits", take_piece, &p, &e);
	ok(cut, "a body cut at any byte is refused");
	is_int(p.count, 0, "before any element is handed on");
	buf_done(&p.text);
	check_no_split("", "h", "nothing");
	check_no_split("<html><body>Bad Gateway</body></html>", "h", "a page");
	check_no_split("{\"h\":[1]} x", "h", "bytes behind the end");
	check_no_split("{\"h\":{}}", "h", "an object instead of a list");
	check_no_split("{\"h\":\"x\"}", "h", "a text instead of a list");
	check_no_split("{\"h\":null}", "h", "null instead of a list");
	check_no_split("[{\"h\":[]}]", "h", "a list instead of an object");
	check_no_split("{\"a\":[]}", "a.h", "a list on the way");
	check_no_split("{\"h\":[1 2]}", "h", "a missing comma");
	check_no_split("{h:[1]}", "h", "a key without quotes");
}

static void
test_split_stops(void)
{
	struct pieces p = { .text = BUF_INIT(BODY_MAX), .stop_after = 2 };
	struct err e = ERR_NONE;

	ok(json_split("[1,2,3,4]", 9, "", take_piece, &p, &e), "stopping is no fault");
	is_text(buf_text(&p.text), "1;2;", "nothing is handed on after it");
	buf_done(&p.text);
}

static void
test_split_large(void)
{
	struct pieces p = { .text = BUF_INIT(BODY_MAX) };
	auto_buf list = BUF_INIT(BODY_MAX), deep = BUF_INIT(BODY_MAX);
	struct err e = ERR_NONE;

	put_list(&list, "1", 2 * JSON_VALUES_MAX);
	ok(json_split(buf_text(&list), list.len, "", take_piece, &p, &e),
	    "a list of more values than a tree may hold is split");
	is_int(p.count, 2 * JSON_VALUES_MAX - 1, "into all its elements");
	repeat(&deep, "[", 1000000);
	repeat(&deep, "]", 1000000);
	p.count = 0;
	ok(json_split(buf_text(&deep), deep.len, "", take_piece, &p, &e) && p.count == 1,
	    "a million levels are one element, and no recursion");
	buf_done(&p.text);
}

static void
check_raw(const char *body, const char *path, const char *want, const char *words)
{
	struct err e = ERR_NONE;
	const char *value = "untouched";
	size_t len = 0;
	bool read = json_raw(body, strlen(body), path, &value, &len, &e);
	size_t want_len = want != NULL ? strlen(want) : 0;

	ok(read && (want == NULL ? value == NULL
				 : len == want_len && memcmp(value, want, len) == 0),
	    words);
	ok(value == NULL || (value >= body && value + len <= body + strlen(body)),
	    "... and it lies in the body");
}

static void
test_raw(void)
{
	struct err e = ERR_NONE;
	const char *value;
	size_t len;

	check_raw(
	    "{\"a\":{\"b\": [1, 2] }}", "a.b", "[1, 2]", "a list as it was written");
	check_raw("{\"a\":\"x\\u0041\"}", "a", "\"x\\u0041\"",
	    "a text with its quotes and escapes");
	check_raw("{\"a\": 1.50 }", "a", "1.50", "a number as it was written");
	check_raw("{\"a\":null}", "a", "null", "null is a value");
	check_raw("{\"a\":1}", "b", NULL, "a missing path leads nowhere");
	check_raw("{\"a\":{}}", "a.b", NULL, "also further down");
	check_raw(" {\"a\":1} ", "", "{\"a\":1}", "an empty path is the body itself");
	ok(!json_raw("{\"a\":1", 6, "a", &value, &len, &e) && e.fault == FAULT_RETRY,
	    "a cut body is refused");
	ok(!json_raw("<html>", 6, "a", &value, &len, &e), "so is a page");
	ok(!json_raw("{\"a\":}", 6, "a", &value, &len, &e) && value == NULL,
	    "a key without a value has none");
}

static void
test_print(void)
{
	auto_json *root = parse(" { \"a\" : [ 1 , \"x\\\"y\" ] } ");
	auto_free char *text = json_print(root);

	is_text(text, "{\"a\":[1,\"x\\\"y\"]}", "a tree is printed without white space");
	json_free(&root);
	ok(root == NULL, "a freed tree points nowhere");
}

static bool
note_member(void *ctx, const char *name, size_t name_len, const char *value, size_t len)
{
	struct buf *all = ctx;

	buf_put(all, name, name_len);
	buf_putc(all, '=');
	buf_put(all, value, len);
	buf_putc(all, ';');
	return true;
}

static void
test_members(void)
{
	static const char BODY[] = " {\"a\": {\"x.y\" : [1, {\"b\":2}] ,\"z\":\"}\"} }";
	static const char *const BAD[] = { "{\"a\":[1]}", "{\"a\":{\"b\"}}",
		"{\"a\":{1:2}}", "{\"a\":{\"b\":1 2}}", "{\"a\":{" };
	auto_buf all = BUF_INIT(1000);
	struct err e = ERR_NONE;

	ok(json_members(BODY, sizeof BODY - 1, "a", note_member, &all, &e), "members");
	is_text(buf_text(&all), "x.y=[1, {\"b\":2}];z=\"}\";", "each with its value");
	ok(json_members("{}", 2, "a", note_member, &all, &e), "none is no fault");
	for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++)
		ok(!json_members(BAD[i], strlen(BAD[i]), "a", note_member, &all, &e),
		    BAD[i]);
}

/* Several at once, larger and smaller, freed in another order. */
static void
test_trees(void)
{
	auto_buf large = BUF_INIT(BODY_MAX);
	cJSON *trees[4], *made = cJSON_CreateArray();
	struct err e = ERR_NONE;
	const char *text;

	buf_puts(&large, "[\"");
	repeat(&large, "0123456789", 300000);
	buf_puts(&large, "\"");
	repeat(&large, ",{\"a\":\"b\"}", 20000);
	buf_puts(&large, "]");
	trees[0] = json_parse("[\"first\"]", 9, &e);
	trees[1] = json_parse(buf_text(&large), large.len, &e);
	trees[2] = json_parse("{\"c\":", 5, &e);
	trees[3] = json_parse("[\"last\"]", 8, &e);
	ok(trees[2] == NULL, "one of them cannot be read");
	is_int(cJSON_GetArraySize(trees[1]), 20001, "the large one is whole");
	json_free(&trees[0]);
	ok(json_text_nth(trees[1], "", 0, &text) && strlen(text) == 3000000,
	    "what is left stays");
	json_free(&trees[1]);
	ok(json_text_nth(trees[3], "", 0, &text) && strcmp(text, "last") == 0,
	    "to the last");
	ok(json_add_text(made, text), "a tree that was made here grows");
	json_free(&trees[3]);
	is_text(cJSON_GetStringValue(cJSON_GetArrayItem(made, 0)), "last",
	    "and has texts of its own");
	json_free(&made);
	ok(made == NULL, "it is freed by the same function");
}

static void
test_made_in_tree(void)
{
	auto_json *root = parse("[\"lent\"]");
	cJSON *made, *free_again;
	const char *text;

	json_make_in(root);
	made = cJSON_CreateArray();
	ok(json_text_nth(root, "", 0, &text) && json_lend_text(made, text) &&
		json_add_text(made, "added"),
	    "an array lies in the tree of its texts");
	json_make_in(NULL);
	free_again = cJSON_CreateArray();
	auto_free char *printed = json_print(made);
	is_text(printed, "[\"lent\",\"added\"]", "and is as any other");
	json_free(&free_again);
	json_free(&root);
	ok(root == NULL, "it goes with the tree");
}

/* ---- writing */

static void
test_write(void)
{
	auto_json_writer w = JSON_WRITER_INIT(1000);
	struct err e = ERR_NONE;

	json_write(&w, "{'size':%lld,'list':[", -5LL);
	json_write(&w, "%s", "it's \"quoted\" \\ \n\x01 \xff %s");
	json_write(&w, "{%s:[1,2]}", "a key");
	json_write(&w, "[]");
	json_write(&w, "]");
	json_write(&w, "'last':");
	json_write(&w, "true");
	json_write(&w, "}");
	auto_free char *text = json_written(&w, &e);

	is_text(text,
	    "{\"size\":-5,\"list\":[\"it's \\\"quoted\\\" \\\\ \\u000a\\u0001 "
	    "\xef\xbf\xbd "
	    "%s\",{\"a key\":[1,2]},[]],\"last\":true}",
	    "pieces are joined by commas, and texts are escaped");
}

static void
test_write_broken(void)
{
	auto_json_writer w = JSON_WRITER_INIT(20), open = JSON_WRITER_INIT(100);
	struct err e = ERR_NONE;

	json_write(&w, "{'filter':[");
	json_write(&w, "{'term':{'a':%s}}", "does not fit");
	json_write(&w, "]}");
	ok(json_written(&w, &e) == NULL && e.fault == FAULT_FATAL,
	    "a piece that is lost makes the whole fail");
	json_write(&w, "{}");
	auto_free char *again = json_written(&w, &e);
	is_text(again, "{}", "a writer begins anew");
	json_write(&open, "{'filter':[");
	ok(json_written(&open, &e) == NULL, "what is not closed is not handed out");
	json_write(&open, "{}}");
	ok(json_written(&open, &e) == NULL, "nor what is closed twice");
}

/* ---- parts of a tree */

static const char *const WANTED[] = { "data.id", "data.of.*.name", "data.list", NULL };

static void
check_part(const char *text, const char *expected, const char *what)
{
	struct err e = ERR_NONE;
	auto_json *root = json_parse_only(text, strlen(text), WANTED, &e);
	char *printed = root != NULL ? json_print(root) : NULL;

	is_text(printed != NULL ? printed : e.text, expected, what);
	free(printed);
}

static void
test_parts(void)
{
	check_part(
	    "{\"data\": {\"x\": [1, {}], \"id\": \"a,}\", \"of\": {\"p\": {\"v\": "
	    "1, \"name\": 2}, \"q\":{}, \"r\": 3}, \"list\": [{\"y\": 1}]}, \"z\": null}",
	    "{\"data\":{\"id\":\"a,}\",\"of\":{\"p\":{\"name\":2},\"q\":{},\"r\":3},\"list\":[{"
	    "\"y\":1}]}}",
	    "only what the paths lead to is in the tree");
	check_part("{\"data\": {\"ids\": 1, \"i\": 2, \"\": 3, \"id\": {\"deep\": 4}}}",
	    "{\"data\":{\"id\":{\"deep\":4}}}", "whole keys count, and whole values");
	check_part("{\"data.id\": 1, \"data.list\": 2, \"data\": {\"id\": 3}}",
	    "{\"data\":{\"id\":3}}", "a key with a dot is none of a path");
	check_part(
	    "{\"data\":\n                {\"x of some length\": \"a \\\"} \\\\\","
	    "                  \"id\"  : \"12345678\\\"  \\\\\"}}",
	    "{\"data\":{\"id\":\"12345678\\\"  \\\\\"}}",
	    "escaped quotes end no string, wherever they stand");
	check_part("[1, 2]", "[1,2]", "what is no object is there whole");
	check_part("{\"data\": {\"id\": \"\\u0000\"}}",
	    "{\"data\":{\"id\":\"" FFFD "\"}}", "strings are cleaned as ever");
	check_part("{\"data\": {\"id\": tru, \"x\": 1}}", "not JSON at byte 16 of 29",
	    "a fault is told by its place in the whole");
	check_part("{\"data\": {\"x\": 1 \"id\": 1}}", "not JSON at byte 17 of 26",
	    "also one in between");
	check_part(
	    "{\"data\": {\"id\": 1}", "not JSON at byte 17 of 18", "a cut one too");
	check_part(
	    "{} {}", "bytes after the JSON value at byte 2 of 5", "nothing may follow");
}

static void
test_parts_nul(void)
{
	static const char TEXT[] = "{\"data\":{\"id\0 and more than that\": 1}}";
	struct err e = ERR_NONE;
	auto_json *root = json_parse_only(TEXT, sizeof TEXT - 1, WANTED, &e);

	ok(json_at(root, "data.id") == NULL, "a name does not end at a NUL");
}

int
main(void)
{
	test_whole();
	test_whole_taken();
	test_offsets();
	test_surrogates();
	test_nul();
	test_broken_bytes();
	test_depth();
	test_count();
	test_cheap_refusals();
	test_int();
	test_wrong_types();
	test_paths();
	test_each();
	test_nth();
	test_split();
	test_split_broken_element();
	test_split_broken_frame();
	test_split_stops();
	test_split_large();
	test_raw();
	test_print();
	test_trees();
	test_made_in_tree();
	test_members();
	test_write();
	test_write_broken();
	test_parts();
	test_parts_nul();
	return done_testing();
}
