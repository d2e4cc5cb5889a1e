// SPDX-License-Identifier: MIT
#include "paste/stage.h"

enum { HEADS_MAX = 6 }; // places in a line where a call may begin

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

// The next `name(`, `<... `, `+++ ` or `--- ` from @p from on, at a word's beginning.
size_t paste_next_head(struct mdt_slice line, size_t from)
{
	for (size_t i = from; i + 2 < line.len; i++) {
		size_t n = i;

		if (i && is_name(line.str[i - 1]))
			continue;
		while (n < line.len && is_name(line.str[n]))
			n++;
		if (n > i && n < line.len && line.str[n] == '(' &&
		    (line.str[i] < '0' || line.str[i] > '9'))
			return i;
		if (line.str[i] == '<' &&
		    mdt_slice_starts(mdt_slice_skip(line, i), SLICE("<... ")))
			return i;
		if ((line.str[i] == '+' || line.str[i] == '-') &&
		    (mdt_slice_starts(mdt_slice_skip(line, i), SLICE("+++ ")) ||
		     mdt_slice_starts(mdt_slice_skip(line, i), SLICE("--- SIG"))))
			return i;
		if (n > i)
			i = n - 1;
	}
	return SIZE_MAX;
}

size_t paste_find_call(const struct mdt_paste_judge *judge, struct mdt_slice line,
		       struct mdt_paste_verdict *ret)
{
	size_t at = 0;

	for (unsigned int i = 0; i < HEADS_MAX; i++) {
		at = paste_next_head(line, at);
		if (at == SIZE_MAX)
			return at;
		judge->line(judge->data, mdt_slice_skip(line, at), ret);
		if (ret->kind >= MDT_PASTE_SAID && !ret->inner)
			return at;
		at++;
	}
	return SIZE_MAX;
}

void paste_pass(struct paste_stage *stage, const struct paste_text *line)
{
	struct paste_stage *next = stage->next;

	if (!next) {
		stage->sink(stage->sink_data, line);
		return;
	}
	paste_text_clear(&next->out);
	paste_text_add(&next->out, line, 0, 0);
	next->row->line(next, line);
}
