// SPDX-License-Identifier: MIT
// One line: parse it, write it again, print it as JSON.
// Seed lines: traces/*/*.strace tests/golden/*.strace
#include <stdint.h>
#include <stdlib.h>

#include "report/event_json.h"
#include "strace/parse.h"
#include "strace/write.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_slice(struct mdt_slice line, struct mdt_slice part)
{
	if (part.len &&
	    (part.str < line.str || part.str + part.len > line.str + line.len))
		abort();
}

// Every value lies in the line, and in its parent.
static void check_values(struct mdt_slice line, struct mdt_ref parent, unsigned int depth)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };

	for (struct mdt_ref it = mdt_ref_first(parent); mdt_ref_ok(it);
	     it = mdt_ref_next(parent, it)) {
		check_slice(line, mdt_ref_text(it));
		check_slice(line, mdt_ref_name(it));
		mdt_buf_clear(&bytes);
		mdt_ref_bytes(it, &bytes);
		if (depth > 256)
			abort();
		check_values(line, it, depth + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	_cleanup_(mdt_nodes_deinit) struct mdt_nodes nodes = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	// A copy of its own, so that one byte past the end is out of bounds.
	char *text = malloc(size + 1);
	struct mdt_slice line = mdt_slice_from(text, size);
	struct mdt_event event;

	if (!text)
		return 0;
	memcpy(text, data, size);
	text = realloc(text, size ? size : 1);
	line.str = text;
	if (!mdt_parse_line(line, &nodes, &event)) {
		if (event.kind == MDT_EVENT_UNKNOWN && !event.fault.expected)
			abort();
		if (event.fault.expected && event.fault.column > size + 1)
			abort();
		check_slice(line, event.prefix.text);
		check_slice(line, event.note);
		check_values(line, event.call, 0);
		mdt_write_event(&event, NULL, &buf);
		mdt_buf_clear(&buf);
		mdt_event_json(&buf, "fuzz", &event);
		if (!mdt_is_utf8(mdt_buf_slice(&buf)))
			abort();
	}
	free(text);
	return 0;
}
