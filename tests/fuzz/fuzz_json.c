/*
 * fuzz_json.c - common/json: the tree, the getters, splitting and finding raw text.
 *
 * SPDX-License-Identifier: MIT
 */
#include "common/base/utf8.h"
#include "common/json/json.h"
#include "tests/fuzz/fuzz.h"

static const char *const PATHS[] = { "", "a", "a.b", "data.id", "hits.hits",
	"data.attributes.last_analysis_stats.malicious", "a.b.c.d.e.f" };

static void
read_all(const cJSON *root, const char *path)
{
	const char *text = NULL;
	int64_t n = 0;
	bool yes;

	if (json_text(root, path, &text))
		promise(utf8_valid(text, strlen(text)));
	if (json_int(root, path, &n))
		promise(n <= (INT64_C(1) << 53) && n >= -(INT64_C(1) << 53));
	json_bool(root, path, &yes);
	for (int i = 0; i < 3; i++)
		json_text_nth(root, path, i, &text);
	for (const cJSON *i = NULL; (i = json_each(root, path, i)) != NULL;)
		json_text(i, "id", &text);
}

struct span {
	const char *text;
	size_t len;
	int left;
};

static bool
take(void *ctx, const char *element, size_t len)
{
	struct span *whole = ctx;
	struct err e = ERR_NONE;
	cJSON *tree = json_parse(element, len, &e);

	json_free(&tree);
	promise(element >= whole->text && element + len <= whole->text + whole->len);
	return whole->left-- > 0;
}

/* What was parsed can be printed and parsed again. */
static void
again(const cJSON *tree)
{
	struct err e = ERR_NONE;
	char *printed = json_print(tree);
	auto_json *second = NULL;

	promise(printed != NULL);
	second = json_parse(printed, strlen(printed), &e);
	promise(second != NULL);
	free(printed);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(data, size);
	struct err e = ERR_NONE;
	auto_json *tree = json_parse(text, size, &e);

	promise((tree == NULL) == (e.fault != FAULT_NONE));
	for (size_t i = 0; i < sizeof PATHS / sizeof PATHS[0]; i++) {
		struct span whole = { text, size, 20 };
		const char *raw;
		size_t len;

		read_all(tree, PATHS[i]);
		json_split(text, size, PATHS[i], take, &whole, &e);
		if (json_raw(text, size, PATHS[i], &raw, &len, &e) && raw != NULL)
			promise(raw >= text && raw + len <= text + size);
	}
	if (tree != NULL)
		again(tree);
	free(text);
	return 0;
}
