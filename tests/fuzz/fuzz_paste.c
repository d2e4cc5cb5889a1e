// SPDX-License-Identifier: MIT
// A log that something has changed: whatever is undone, every line keeps a place in the
// file, and the lines that come out can be read. Not in order yet: of a torn recording of
// a terminal that is wrapped, too, a line can come before one that begins earlier.
//
// Seeds: tests/fuzz/paste/* tests/golden/pasted-*.strace traces/notes/*.strace
// Max length: 8192
#include <stdint.h>
#include <stdlib.h>

#include "strace/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long lines_of(struct mdt_slice text)
{
	unsigned long count = 1;

	for (size_t i = 0; i < text.len; i++)
		count += text.str[i] == '\n';
	return count;
}

static void check(const struct mdt_event *event, unsigned long lines)
{
	if (!event->line || event->line > lines)
		abort();
	if (event->fault.expected && event->fault.line &&
	    (event->fault.line > lines || !event->fault.column))
		abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mdt_slice text = mdt_slice_from((const char *)data, size);
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	unsigned long lines = lines_of(text);
	struct mdt_event event;
	struct mdt_error *err;
	bool got = true;

	err = mdt_reader_create_text("fuzz", text, &reader);
	while (!err && got) {
		err = mdt_reader_next(reader, &event, &got);
		if (err || !got)
			break;
		check(&event, lines);
	}
	mdt_error_destroy(err);
	return 0;
}
