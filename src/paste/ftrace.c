// SPDX-License-Identifier: MIT
// ftrace, trace-cmd report, perf script
#include "paste/witness.h"

static bool is_hex_digits(struct mdt_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (mdt_hex_digit(s.str[i]) < 0)
			return false;
	return s.len > 0;
}

// A number of ftrace is hex, whether it says so or not.
static bool read_hex(struct mdt_slice s, uint64_t *ret)
{
	if (mdt_slice_starts(s, SLICE("0x")))
		s = mdt_slice_skip(s, 2);
	if (!is_hex_digits(s) || s.len > 16)
		return false;
	*ret = 0;
	for (size_t i = 0; i < s.len; i++)
		*ret = *ret << 4 | (uint64_t)mdt_hex_digit(s.str[i]);
	return true;
}

static void put_hex_argument(struct paste_stage *stage, struct mdt_slice name,
			     struct mdt_slice value, struct mdt_paste_at at)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	bool is_fd = mdt_slice_ends(name, SLICE("fd"));
	uint64_t number;

	if (!read_hex(value, &number))
		mdt_buf_add(&text, value);
	else if (is_fd && (int32_t)number == -100) // AT_FDCWD
		mdt_buf_adds(&text, "AT_FDCWD");
	else if (is_fd && number < WITNESS_DESCRIPTOR_MAX)
		mdt_buf_dec(&text, number);
	else
		mdt_buf_hex(&text, number);
	witness_put(stage, mdt_buf_slice(&text), at);
}

struct entry {
	struct mdt_slice pid, name, args, result;
	bool is_exit;
};

// `mdadm-4211  [003]`, `mdadm  4211 [003]`
static bool read_task(struct mdt_slice line, struct entry *ret)
{
	const char *cpu = mdt_slice_find(line, SLICE(" ["));
	size_t end = cpu ? (size_t)(cpu - line.str) : 0, from;

	while (end && line.str[end - 1] == ' ')
		end--;
	for (from = end; from && witness_is_digit(line.str[from - 1]);)
		from--;
	ret->pid = mdt_slice_from(line.str + from, end - from);
	return from && end > from &&
	       (line.str[from - 1] == '-' || line.str[from - 1] == ' ');
}

static bool read_event(struct mdt_slice s, struct entry *ret)
{
	size_t name;

	if (mdt_slice_starts(s, SLICE("sys_enter_"))) {
		s = mdt_slice_skip(s, 10);
	} else if (mdt_slice_starts(s, SLICE("sys_exit_"))) {
		s = mdt_slice_skip(s, 9);
		ret->is_exit = true;
	} else {
		s = mdt_slice_skip(s, 4);
	}
	name = witness_name_length(s);
	ret->name = mdt_slice_head(s, name);
	s = mdt_slice_skip(s, name);
	if (mdt_slice_starts(s, SLICE(" -> "))) {
		ret->is_exit = true;
		s = mdt_slice_skip(s, 4);
	}
	while (s.len && (s.str[0] == ':' || s.str[0] == ' ' || s.str[0] == '('))
		s = mdt_slice_skip(s, 1);
	*(ret->is_exit ? &ret->result : &ret->args) = witness_trim(s);
	return name > 0;
}

static bool read_entry(struct mdt_slice line, struct entry *ret)
{
	struct mdt_slice rest = witness_after(line, SLICE(": "));
	const char *sys;

	*ret = (struct entry){ 0 };
	if (mdt_slice_starts(mdt_slice_trim(line), SLICE("#")) || !read_task(line, ret))
		return false;
	sys = rest.len ? mdt_slice_find(rest, SLICE("sys_")) : NULL;
	if (!sys)
		return false;
	return read_event(mdt_slice_from(sys, (size_t)(line.str + line.len - sys)), ret);
}

bool witness_learn_ftrace(struct paste_stage *stage _unused_,
			  const struct paste_lines *lines)
{
	struct entry entry;

	for (size_t i = 0; i < lines->len; i++)
		if (read_entry(paste_lines_get(lines, i), &entry))
			return true;
	return false;
}

/*
 * An entry and its exit are two lines, as strace has them when another task comes
 * between: whoever reads them joins them.
 */
void witness_ftrace_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice s = paste_text_slice(in);
	struct mdt_paste_at at = paste_text_at(in, 0);
	struct entry entry;

	if (!read_entry(s, &entry)) {
		if (witness_byte(mdt_slice_trim(s), 0) != '#' ||
		    witness_byte(s, 0) == '#')
			paste_pass(stage, in);
		return;
	}
	witness_put(stage, entry.pid, at);
	paste_text_addc(&stage->out, ' ', at);
	if (entry.is_exit) {
		witness_puts(stage, "<... ", at);
		witness_put(stage, entry.name, at);
		witness_puts(stage, " resumed>)", at);
		witness_result(stage, entry.result, at);
	} else {
		witness_put(stage, entry.name, at);
		witness_arguments(stage, entry.args, put_hex_argument, at);
		stage->out.buf.len--;
		witness_puts(stage, " <unfinished ...>", at);
	}
	paste_pass(stage, &stage->out);
}
