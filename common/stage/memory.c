/*
 * memory.c - releases memory that an idle program does not need.
 *
 * Most of a program's resident memory is code of libraries that ran once, at the start or in a TLS
 * handshake. Read-only pages of a file can be dropped at any time: the kernel maps those that are still
 * used again, from its cache.
 *
 * SPDX-License-Identifier: MIT
 */
#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include "common/stage/internal.h"

#define GIVE_BACK_MS 60000

static int
drop_pages(struct dl_phdr_info *object, size_t size, void *ctx)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)size;
	(void)ctx;
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		uintptr_t from = object->dlpi_addr + part->p_vaddr;
		uintptr_t first = from & ~(page - 1);

		if (part->p_type == PT_LOAD && (part->p_flags & PF_W) == 0)
			madvise(
			    (void *)first, from + part->p_memsz - first, MADV_DONTNEED);
	}
	return 0;
}

void
memory_give_back(struct stage *st)
{
	int64_t now_ms = clock_monotonic_ms();

	if (st->gave_back_ms != 0 && now_ms < st->gave_back_ms + GIVE_BACK_MS)
		return;
	st->gave_back_ms = now_ms;
	malloc_trim(0);
	dl_iterate_phdr(drop_pages, NULL);
}
