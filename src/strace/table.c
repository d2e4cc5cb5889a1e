// SPDX-License-Identifier: MIT
#include "strace/reader_parts.h"

static bool all_words_in(struct mdt_slice line, const struct mdt_slice *words,
			 size_t count)
{
	size_t found = 0;

	line = mdt_slice_trim(line);
	while (line.len) {
		size_t n = 0, i = 0;

		while (n < line.len && line.str[n] != ' ')
			n++;
		while (i < count && !mdt_slice_eq(words[i], mdt_slice_head(line, n)))
			i++;
		if (i == count)
			return false;
		found++;
		line = mdt_slice_trim(mdt_slice_skip(line, n));
	}
	return found > 0;
}

// Column titles of src/count.c, and the line of strace --summary-columns over several
// ABIs.
static bool is_heading(struct mdt_slice line)
{
	static const struct mdt_slice titles[] = {
		SLICE_INIT("%"),	  SLICE_INIT("time"),
		SLICE_INIT("seconds"),	  SLICE_INIT("total-time"),
		SLICE_INIT("usecs/call"), SLICE_INIT("shortest"),
		SLICE_INIT("longest"),	  SLICE_INIT("calls"),
		SLICE_INIT("errors"),	  SLICE_INIT("syscall"),
		SLICE_INIT("min-time"),	  SLICE_INIT("max-time"),
		SLICE_INIT("avg-time"),	  SLICE_INIT("name"),
	};

	return all_words_in(line, titles, array_size(titles)) ||
	       mdt_slice_starts(line, SLICE("System call usage summary for "));
}

static bool is_ruler(struct mdt_slice line)
{
	line = mdt_slice_trim(line);
	for (size_t i = 0; i < line.len; i++)
		if (line.str[i] != '-' && line.str[i] != ' ')
			return false;
	return line.len > 1;
}

// The upper edge of the box that strace --tips prints.
static bool is_tip_heading(struct mdt_slice line)
{
	if (!mdt_slice_starts(line, SLICE("  ________________")))
		return false;
	for (size_t i = 0; i < line.len; i++)
		if (line.str[i] != '_' && line.str[i] != ' ')
			return false;
	return true;
}

// @return Whether the line belongs to a tip.
static bool follow_tip(struct mdt_reader *reader, struct mdt_event *ret)
{
	if (ret->kind != MDT_EVENT_UNKNOWN && ret->kind != MDT_EVENT_DUMP)
		return false;
	if (reader->table != MDT_TABLE_TIP && !is_tip_heading(ret->raw))
		return false;
	reader->table = MDT_TABLE_TIP;
	ret->kind = MDT_EVENT_MESSAGE;
	ret->fault = (struct mdt_fault){ 0 };
	return true;
}

// A heading, a ruler, rows, a ruler, and the sum of all in one more row.
static enum mdt_table next_part(enum mdt_table part, struct mdt_slice line, bool unknown)
{
	if (part == MDT_TABLE_SUM)
		return unknown ? MDT_TABLE_END : MDT_TABLE_NONE;
	if (part == MDT_TABLE_HEADING && is_ruler(line))
		return MDT_TABLE_ROWS;
	if (part == MDT_TABLE_ROWS && is_ruler(line))
		return MDT_TABLE_SUM;
	if (part == MDT_TABLE_ROWS && unknown)
		return MDT_TABLE_ROWS;
	return unknown && is_heading(line) ? MDT_TABLE_HEADING : MDT_TABLE_NONE;
}

void mdt_table_follow(struct mdt_reader *reader, struct mdt_event *ret)
{
	bool unknown = ret->kind == MDT_EVENT_UNKNOWN || ret->kind == MDT_EVENT_TABLE;

	if (follow_tip(reader, ret))
		return;
	reader->table = next_part(reader->table, ret->raw, unknown);
	if (reader->table == MDT_TABLE_NONE)
		return;
	ret->kind = MDT_EVENT_TABLE;
	ret->fault = (struct mdt_fault){ 0 };
	ret->prefix = (struct mdt_prefix){ 0 };
}
