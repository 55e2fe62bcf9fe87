/*
 * write.h - JSON written piece by piece, as it will read.
 *
 * Pieces are JSON with ' in place of ", and commas between them are put where they are missing:
 *
 *	json_write(&w, "{'size':%lld,'query':{'bool':{'filter':[", (long long)size);
 *	json_write(&w, "{'term':{'type':%s}}", type);
 *	json_write(&w, "]}}}");
 *
 * %s is a text of any content, which becomes a JSON text with its quotes; %lld is a whole number. No
 * other conversion is known, and ' stands nowhere else. A piece that is lost makes the whole fail:
 * what json_written hands out is all that was written, and one whole JSON value.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef POTPRESS_JSON_WRITE_H
#define POTPRESS_JSON_WRITE_H

#include "common/base/buf.h"
#include "common/base/err.h"

struct json_writer {
	struct buf text;
};
#define JSON_WRITER_INIT(limit)         \
	{                               \
		.text = BUF_INIT(limit) \
	}
#define auto_json_writer __attribute__((cleanup(json_writer_done))) struct json_writer

void json_write(struct json_writer *w, const char *piece, ...)
    __attribute__((format(printf, 2, 3)));
/* The caller frees the text. NULL with FAULT_FATAL where it was too long, memory ran out, or the
 * pieces are no whole JSON value. The writer is empty after. */
char *json_written(struct json_writer *w, struct err *e);
void json_writer_done(struct json_writer *w);

#endif
