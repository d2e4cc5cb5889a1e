// SPDX-License-Identifier: MIT
// perf trace
#include "paste/witness.h"

// perf leaves the O_ out of flags: RDWR|EXCL.
static void put_flags(struct paste_stage *stage, struct mdt_slice value,
		      struct mdt_paste_at at)
{
	for (size_t i = 0; i < value.len; i++) {
		bool begins = !i || value.str[i - 1] == '|';

		if (begins && value.str[i] >= 'A' && value.str[i] <= 'Z' &&
		    !mdt_slice_starts(mdt_slice_skip(value, i), SLICE("O_")))
			witness_puts(stage, "O_", at);
		paste_text_addc(&stage->out, value.str[i], at);
	}
}

// (WRITE, 0x9, 0x23, 0x48): perf's tools/perf/trace/beauty/ioctl.c
static void put_command(struct paste_stage *stage, struct mdt_slice value,
			struct mdt_paste_at at)
{
	witness_puts(stage, "_IOC(_IOC_", at);
	for (size_t i = 1; i < value.len; i++) {
		paste_text_addc(&stage->out, value.str[i], at);
		if (value.str[i] == '|')
			witness_puts(stage, "_IOC_", at);
	}
}

static void put_perf_argument(struct paste_stage *stage, struct mdt_slice name,
			      struct mdt_slice value, struct mdt_paste_at at)
{
	if (mdt_slice_eq(value, SLICE("CWD")))
		witness_puts(stage, "AT_FDCWD", at);
	else if (mdt_slice_eq(name, SLICE("flags")) &&
		 mdt_slice_starts(paste_text_slice(&stage->held), SLICE("open")))
		put_flags(stage, value, at);
	else if (mdt_slice_eq(name, SLICE("cmd")) && witness_byte(value, 0) == '(')
		put_command(stage, value, at);
	else
		witness_put(stage, value, at);
}

// `     0.641 ( 0.007 ms): mdadm/4211 ioctl(`
static bool read_perf(struct mdt_slice line, struct mdt_slice *pid,
		      struct mdt_slice *call)
{
	struct mdt_slice rest = mdt_slice_trim(line), task;
	const char *close = mdt_slice_find(rest, SLICE("): ")), *end;
	size_t from;

	if (!witness_is_digit(witness_byte(rest, 0)) ||
	    !mdt_slice_find(rest, SLICE("(")) || !close)
		return false;
	task = mdt_slice_skip(rest, (size_t)(close - rest.str) + 3);
	end = memchr(task.str, ' ', task.len);
	if (!end)
		return false;
	*call = mdt_slice_trim(mdt_slice_skip(task, (size_t)(end - task.str)));
	task = mdt_slice_head(task, (size_t)(end - task.str));
	for (from = task.len; from && witness_is_digit(task.str[from - 1]);)
		from--;
	*pid = mdt_slice_skip(task, from);
	return pid->len &&
	       (!from || task.str[from - 1] == '/' || task.str[from - 1] == ':');
}

bool witness_learn_perf(struct paste_stage *stage _unused_,
			const struct paste_lines *lines)
{
	struct mdt_slice pid, call;

	for (size_t i = 0; i < lines->len; i++)
		if (read_perf(paste_lines_get(lines, i), &pid, &call))
			return true;
	return false;
}

static void perf_result(struct paste_stage *stage, struct mdt_slice rest,
			struct mdt_paste_at at)
{
	struct mdt_slice result = witness_after(rest, SLICE("= "));

	if (mdt_slice_ends(rest, SLICE("...")) && !result.len) {
		stage->out.buf.len--;
		witness_puts(stage, " <unfinished ...>", at);
	} else if (mdt_slice_find(result, SLICE("("))) {
		witness_puts(stage, " = ", at);
		witness_put(stage, result, at);
	} else {
		witness_result(stage, result, at);
	}
}

void witness_perf_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice pid, call, s = paste_text_slice(in);
	struct mdt_paste_at at = paste_text_at(in, 0);
	size_t name;

	if (!read_perf(s, &pid, &call)) {
		paste_pass(stage, in);
		return;
	}
	witness_put(stage, pid, at);
	paste_text_addc(&stage->out, ' ', at);
	if (mdt_slice_starts(call, SLICE("... [continued]: "))) {
		call = mdt_slice_skip(call, 17);
		name = witness_name_length(call);
		witness_puts(stage, "<... ", at);
		witness_put(stage, mdt_slice_head(call, name), at);
		witness_puts(stage, " resumed>)", at);
		perf_result(stage, mdt_slice_skip(call, name), at);
	} else {
		name = witness_name_length(call);
		witness_put(stage, mdt_slice_head(call, name), at);
		paste_text_clear(&stage->held);
		for (size_t i = 0; i < name; i++)
			paste_text_addc(&stage->held, call.str[i], at);
		call = mdt_slice_skip(call, name + 1);
		name = witness_arguments(stage, call, put_perf_argument, at);
		perf_result(stage, mdt_slice_skip(call, name), at);
	}
	paste_pass(stage, &stage->out);
}
