/*
 * write.h - writes JSON in pieces that look like the result.
 *
 * Pieces are JSON with ' in place of "; missing commas between pieces are added:
 *
 * json_write(&w, "{'size':%lld,'query':{'bool':{'filter':[", (long long)size);
 * json_write(&w, "{'term':{'type':%s}}", type);
 * json_write(&w, "]}}}");
 *
 * %s is any text, which becomes a JSON string with its quotes; %lld is a whole number. There are no
 * other conversions, and ' has no other use. If a piece is lost, everything fails: json_written returns
 * all that was written, as one complete JSON value, or NULL.
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
/* The caller frees the text. NULL with FAULT_FATAL if it was too long, memory ran out, or the pieces
 * are not one complete JSON value. The writer is empty afterwards. */
char *json_written(struct json_writer *w, struct err *e);
void json_writer_done(struct json_writer *w);

#endif
