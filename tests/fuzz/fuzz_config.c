/*
 * fuzz_config.c - config_read: a configuration file, by each of the three programs.
 *
 * SPDX-License-Identifier: MIT
 */
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/config/config.h"
#include "tests/fuzz/fuzz.h"

#define PROBLEMS_MAX (1 << 20)
#define PATH_BYTES 40

static void
read_as(const char *section, const char *path)
{
	auto_buf problems = BUF_INIT(PROBLEMS_MAX);
	struct config c = { .offline = true };
	struct err e = ERR_NONE;
	bool good = config_read(&c, section, path, &problems, &e);

	promise(good || e.fault == FAULT_CONFIG);
	promise(!good || problems.len == 0);
	config_done(&c);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("configuration", MFD_CLOEXEC);
	auto_buf path = BUF_INIT(PATH_BYTES);

	promise(fd >= 0);
	/* Files that the input names are not ours to read; "_file" is no key then. */
	if (memmem(data, size, "_file", 5) == NULL &&
	    write(fd, data, size) == (ssize_t)size) {
		buf_printf(&path, "/proc/self/fd/%d", fd);
		read_as("collector", buf_text(&path));
		read_as("enricher", buf_text(&path));
		read_as("publisher", buf_text(&path));
	}
	close(fd);
	return 0;
}
