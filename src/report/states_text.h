/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The life of arrays as text and JSON, a call at a time, and as pictures of all calls.
 */
#ifndef MDT_REPORT_STATES_TEXT_H
#define MDT_REPORT_STATES_TEXT_H

#include "life/life.h"

/**
 * Calls as text. Calls that are made again and again with the same result and leave the
 * state as it was are one line.
 */
struct mdt_life_writer {
	struct mdt_buf *out; /* borrowed */
	bool with_file;	     /* several logs: names stand in front of line numbers */
	struct mdt_buf last; /* the line that may come again, without its place */
	unsigned long first_line, last_line, times;
	const char *file;
	struct mdt_buf line;
};

MDT_API void mdt_life_writer_deinit(struct mdt_life_writer *writer);
MDT_API void mdt_life_write(struct mdt_life_writer *writer,
			    const struct mdt_life_call *call);
/** At the end: what was held back, and each array's state. */
MDT_API void mdt_life_write_end(struct mdt_life_writer *writer,
				const struct mdt_life *states);

/** A call as one JSON object, with whose rules it was held against, without a newline;
 * docs/json.md has the schema. */
MDT_API void mdt_life_json(struct mdt_buf *buf, const struct mdt_life_call *call,
			   const struct mdt_life *life);

#endif
