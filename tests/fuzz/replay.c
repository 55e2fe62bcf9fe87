/*
 * replay.c - a fuzzer without libFuzzer: gives it the files of a directory, one line of TAP each.
 *
 *      fuzz_NAME [DIRECTORY]     default tests/fuzz/corpus/NAME
 *
 * SPDX-License-Identifier: MIT
 */
#include <dirent.h>
#include <stdio.h>

#include "common/base/buf.h"
#include "tests/fuzz/fuzz.h"
#include "tests/unit/tap.h"

#define INPUT_MAX (2 << 20)
#define NAME_MAX_BYTES 400

static bool
replay(const char *directory, const char *name)
{
	auto_buf path = BUF_INIT(NAME_MAX_BYTES);
	uint8_t *bytes = malloc(INPUT_MAX);
	FILE *f;
	size_t size;

	buf_printf(&path, "%s/%s", directory, name);
	f = fopen(buf_text(&path), "re");
	if (f == NULL || bytes == NULL) {
		if (f != NULL)
			fclose(f);
		free(bytes);
		return false;
	}
	size = fread(bytes, 1, INPUT_MAX, f);
	fclose(f);
	LLVMFuzzerTestOneInput(bytes, size);
	free(bytes);
	return true;
}

int
main(int argc, char **argv)
{
	const char *own = strstr(argv[0], "fuzz_");
	auto_buf directory = BUF_INIT(NAME_MAX_BYTES);
	const struct dirent *entry;
	DIR *d;

	if (argc > 1)
		buf_puts(&directory, argv[1]);
	else
		buf_printf(
		    &directory, "tests/fuzz/corpus/%s", own == NULL ? "" : own + 5);
	d = opendir(buf_text(&directory));
	if (d == NULL) {
		printf("Bail out! no directory %s\n", buf_text(&directory));
		return 1;
	}
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			ok(replay(buf_text(&directory), entry->d_name), entry->d_name);
	closedir(d);
	return done_testing();
}
