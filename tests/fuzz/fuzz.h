/*
 * fuzz.h - what the fuzzers share. Each fuzz_NAME.c gives one parser of outside text whatever bytes
 * come, and aborts where a promise of its header is broken; the sanitizers watch the rest.
 *
 * `make test` gives each every file of corpus/NAME (replay.c); `make fuzz SECONDS=600` lets libFuzzer
 * look for more. What it finds goes to corpus/NAME, so that it stays found.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_FUZZ_H
#define POTPRESS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void
promise(bool held)
{
	if (!held)
		abort();
}

/* The bytes in memory of just their size and a NUL, so that reading past the end is noticed. */
static inline char *
fuzz_text(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	promise(text != NULL);
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	return text;
}

#endif
