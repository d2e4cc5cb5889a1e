// SPDX-License-Identifier: MIT
// ltrace -S, truss
#include "paste/witness.h"

static size_t find_text(struct mdt_slice s, struct mdt_slice words)
{
	const char *found = mdt_slice_find(s, words);

	return found ? (size_t)(found - s.str) : SIZE_MAX;
}

// `SYS_ioctl(`, at a word's beginning.
static size_t find_sys(struct mdt_slice s)
{
	size_t at = find_text(s, SLICE("SYS_"));

	return at != SIZE_MAX && (!at || s.str[at - 1] == ' ') &&
			       witness_name_length(mdt_slice_skip(s, at + 4))
		       ? at
		       : SIZE_MAX;
}

bool witness_learn_ltrace(struct paste_stage *stage _unused_,
			  const struct paste_lines *lines)
{
	for (size_t i = 0; i < lines->len; i++)
		if (find_sys(paste_lines_get(lines, i)) != SIZE_MAX)
			return true;
	return witness_has(lines, SLICE("@SYS("));
}

// The result of a system call, which ltrace prints as the kernel gave it.
static void pass_call(struct paste_stage *stage, const struct paste_text *in, size_t from)
{
	struct mdt_slice s = paste_text_slice(in);
	const char *equals = memrchr(s.str, '=', s.len);
	size_t at = equals ? (size_t)(equals - s.str) : s.len;
	struct mdt_slice result = witness_trim(mdt_slice_skip(s, at + 1));
	int64_t value;

	if (!equals || !witness_read_result(result, &value) || value >= 0) {
		paste_text_add(&stage->out, in, from, s.len);
	} else {
		while (at > from && s.str[at - 1] == ' ')
			at--;
		paste_text_add(&stage->out, in, from, at);
		witness_result(stage, result, paste_text_at(in, at));
	}
	paste_pass(stage, &stage->out);
}

// The library's calls around those of the system are not strace's.
void witness_ltrace_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice s = paste_text_slice(in);
	size_t sys = find_sys(s), suffix = find_text(s, SLICE("@SYS("));
	size_t from = sys != SIZE_MAX ? sys : suffix;

	if (from == SIZE_MAX)
		return;
	paste_text_add(&stage->out, in, 0, from);
	pass_call(stage, in, from + 4);
}

bool witness_learn_truss(struct paste_stage *stage _unused_,
			 const struct paste_lines *lines)
{
	return witness_has(lines, SLICE(" Err#")) || witness_has(lines, SLICE(" ERR#"));
}

// `ioctl(3, 0x932, 0x0)    Err#16 EBUSY`
void witness_truss_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice s = paste_text_slice(in), number;
	size_t from = find_text(s, SLICE(" Err#")), n;
	_cleanup_(mdt_buf_deinit) struct mdt_buf result = { 0 };

	if (from == SIZE_MAX)
		from = find_text(s, SLICE(" ERR#"));
	if (from == SIZE_MAX) {
		for (size_t i = 0; i < s.len; i++)
			paste_text_addc(&stage->out, s.str[i] == '\t' ? ' ' : s.str[i],
					in->at[i]);
		paste_pass(stage, &stage->out);
		return;
	}
	number = mdt_slice_skip(s, from + 5);
	for (n = 0; witness_is_digit(witness_byte(number, n));)
		n++;
	mdt_buf_addc(&result, '-');
	mdt_buf_add(&result, mdt_slice_head(number, n));
	while (from && (s.str[from - 1] == ' ' || s.str[from - 1] == '\t'))
		from--;
	paste_text_add(&stage->out, in, 0, from);
	witness_result(stage, mdt_buf_slice(&result), paste_text_at(in, from));
	paste_pass(stage, &stage->out);
}
