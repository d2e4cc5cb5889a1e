// SPDX-License-Identifier: MIT
// What other tracers print of the same calls, as strace would have: perf trace, ftrace
// and trace-cmd, ltrace -S, truss.
#include "paste/stage.h"

enum {
	ENOTSUPP = 524,	  // include/linux/errno.h, the kernel's own
	ERRNO_MAX = 4095, // include/linux/err.h: MAX_ERRNO
	DESCRIPTOR_MAX =
		1 << 20, // what is printed in hex below is a descriptor or a size
};

static char byte(struct mdt_slice s, size_t i)
{
	return i < s.len ? s.str[i] : '\0';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_name(char c)
{
	return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_';
}

static size_t name_length(struct mdt_slice s)
{
	size_t n = 0;

	while (is_name(byte(s, n)))
		n++;
	return n;
}

static struct mdt_slice after(struct mdt_slice s, struct mdt_slice words)
{
	const char *found = mdt_slice_find(s, words);

	return found ? mdt_slice_skip(s, (size_t)(found - s.str) + words.len)
		     : (struct mdt_slice){ 0 };
}

static struct mdt_slice trim(struct mdt_slice s)
{
	s = mdt_slice_trim(s);
	while (s.len && s.str[s.len - 1] == '\r')
		s.len--;
	return mdt_slice_trim(s);
}

/* ---- what is written ---- */

static void put(struct paste_stage *stage, struct mdt_slice text, struct mdt_paste_at at)
{
	for (size_t i = 0; i < text.len; i++)
		paste_text_addc(&stage->out, text.str[i], at);
}

static void puts_at(struct paste_stage *stage, const char *text, struct mdt_paste_at at)
{
	put(stage, mdt_slice_cstr(text), at);
}

// A result of the kernel's: 0x4, 0xfffffffffffffff0, -16.
static bool read_result(struct mdt_slice text, int64_t *ret)
{
	bool negative = byte(text, 0) == '-';
	uint64_t value;

	if (!mdt_slice_to_u64(mdt_slice_skip(text, negative), &value))
		return false;
	*ret = negative ? -(int64_t)(value & INT64_MAX) : (int64_t)value;
	if (*ret > INT32_MAX && *ret <= UINT32_MAX &&
	    *ret > (int64_t)UINT32_MAX - ERRNO_MAX)
		*ret -= (int64_t)UINT32_MAX + 1;
	return true;
}

static void put_result(struct paste_stage *stage, struct mdt_slice text,
		       struct mdt_paste_at at)
{
	const char *name, *means;
	_cleanup_(mdt_buf_deinit) struct mdt_buf number = { 0 };
	int64_t result;

	puts_at(stage, " = ", at);
	if (!read_result(text, &result)) {
		put(stage, text.len ? text : SLICE("?"), at);
		return;
	}
	if (result >= 0 || result < -ERRNO_MAX) {
		if (result >= 0 && result < DESCRIPTOR_MAX)
			mdt_buf_dec(&number, (uint64_t)result);
		else
			mdt_buf_hex(&number, (uint64_t)result);
		put(stage, mdt_buf_slice(&number), at);
		return;
	}
	name = strerrorname_np((int)-result);
	means = strerrordesc_np((int)-result);
	if (result == -ENOTSUPP)
		mdt_buf_adds(&number,
			     "-1 ENOTSUPP (Unknown error 524)"); // as strace does
	else if (!name)
		mdt_buf_printf(&number, "-1 (errno %d)", (int)-result);
	else
		mdt_buf_printf(&number, "-1 %s (%s)", name, means);
	put(stage, mdt_buf_slice(&number), at);
}

/* ---- arguments by name: `fd: 0x4, cmd: 0x40480923` ---- */

// Where the argument ends: at a comma outside of brackets and strings.
static size_t argument_length(struct mdt_slice s)
{
	unsigned int depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < s.len; i++) {
		char c = s.str[i];

		if (in_string && c == '\\')
			i++;
		else if (c == '"')
			in_string = !in_string;
		else if (in_string)
			continue;
		else if (memchr("([{", c, 3))
			depth++;
		else if (memchr(")]}", c, 3) && depth-- == 0)
			return i;
		else if (c == ',' && !depth)
			return i;
	}
	return s.len;
}

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
	else if (is_fd && number < DESCRIPTOR_MAX)
		mdt_buf_dec(&text, number);
	else
		mdt_buf_hex(&text, number);
	put(stage, mdt_buf_slice(&text), at);
}

// perf leaves the O_ out of flags: RDWR|EXCL.
static void put_flags(struct paste_stage *stage, struct mdt_slice value,
		      struct mdt_paste_at at)
{
	for (size_t i = 0; i < value.len; i++) {
		bool begins = !i || value.str[i - 1] == '|';

		if (begins && value.str[i] >= 'A' && value.str[i] <= 'Z' &&
		    !mdt_slice_starts(mdt_slice_skip(value, i), SLICE("O_")))
			puts_at(stage, "O_", at);
		paste_text_addc(&stage->out, value.str[i], at);
	}
}

// (WRITE, 0x9, 0x23, 0x48): perf's tools/perf/trace/beauty/ioctl.c
static void put_command(struct paste_stage *stage, struct mdt_slice value,
			struct mdt_paste_at at)
{
	puts_at(stage, "_IOC(_IOC_", at);
	for (size_t i = 1; i < value.len; i++) {
		paste_text_addc(&stage->out, value.str[i], at);
		if (value.str[i] == '|')
			puts_at(stage, "_IOC_", at);
	}
}

static void put_perf_argument(struct paste_stage *stage, struct mdt_slice name,
			      struct mdt_slice value, struct mdt_paste_at at)
{
	if (mdt_slice_eq(value, SLICE("CWD")))
		puts_at(stage, "AT_FDCWD", at);
	else if (mdt_slice_eq(name, SLICE("flags")) &&
		 mdt_slice_starts(paste_text_slice(&stage->held), SLICE("open")))
		put_flags(stage, value, at);
	else if (mdt_slice_eq(name, SLICE("cmd")) && byte(value, 0) == '(')
		put_command(stage, value, at);
	else
		put(stage, value, at);
}

typedef void put_argument(struct paste_stage *stage, struct mdt_slice name,
			  struct mdt_slice value, struct mdt_paste_at at);

// @return How much of @p s the arguments are.
static size_t put_arguments(struct paste_stage *stage, struct mdt_slice s,
			    put_argument *put_one, struct mdt_paste_at at)
{
	size_t from = 0;

	paste_text_addc(&stage->out, '(', at);
	while (from < s.len && byte(s, from) != ')') {
		struct mdt_slice rest = mdt_slice_skip(s, from);
		size_t n = argument_length(rest), name = name_length(rest);
		struct mdt_slice value = mdt_slice_head(rest, n);

		if (from)
			puts_at(stage, ", ", at);
		if (byte(rest, name) == ':')
			value = mdt_slice_skip(value, name + 1);
		else
			name = 0;
		put_one(stage, mdt_slice_head(rest, name), mdt_slice_trim(value), at);
		from += n ? n : 1; // a bracket that closes nothing
		while (byte(s, from) == ',' || byte(s, from) == ' ')
			from++;
	}
	paste_text_addc(&stage->out, ')', at);
	return from;
}

/* ---- ftrace, trace-cmd report, perf script ---- */

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
	for (from = end; from && is_digit(line.str[from - 1]);)
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
	name = name_length(s);
	ret->name = mdt_slice_head(s, name);
	s = mdt_slice_skip(s, name);
	if (mdt_slice_starts(s, SLICE(" -> "))) {
		ret->is_exit = true;
		s = mdt_slice_skip(s, 4);
	}
	while (s.len && (s.str[0] == ':' || s.str[0] == ' ' || s.str[0] == '('))
		s = mdt_slice_skip(s, 1);
	*(ret->is_exit ? &ret->result : &ret->args) = trim(s);
	return name > 0;
}

static bool read_entry(struct mdt_slice line, struct entry *ret)
{
	struct mdt_slice rest = after(line, SLICE(": "));
	const char *sys;

	*ret = (struct entry){ 0 };
	if (mdt_slice_starts(mdt_slice_trim(line), SLICE("#")) || !read_task(line, ret))
		return false;
	sys = rest.len ? mdt_slice_find(rest, SLICE("sys_")) : NULL;
	if (!sys)
		return false;
	return read_event(mdt_slice_from(sys, (size_t)(line.str + line.len - sys)), ret);
}

static bool learn_ftrace(struct paste_stage *stage _unused_,
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
static void ftrace_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice s = paste_text_slice(in);
	struct mdt_paste_at at = paste_text_at(in, 0);
	struct entry entry;

	if (!read_entry(s, &entry)) {
		if (byte(mdt_slice_trim(s), 0) != '#' || byte(s, 0) == '#')
			paste_pass(stage, in);
		return;
	}
	put(stage, entry.pid, at);
	paste_text_addc(&stage->out, ' ', at);
	if (entry.is_exit) {
		puts_at(stage, "<... ", at);
		put(stage, entry.name, at);
		puts_at(stage, " resumed>)", at);
		put_result(stage, entry.result, at);
	} else {
		put(stage, entry.name, at);
		put_arguments(stage, entry.args, put_hex_argument, at);
		stage->out.buf.len--;
		puts_at(stage, " <unfinished ...>", at);
	}
	paste_pass(stage, &stage->out);
}

/* ---- perf trace ---- */

// `     0.641 ( 0.007 ms): mdadm/4211 ioctl(`
static bool read_perf(struct mdt_slice line, struct mdt_slice *pid,
		      struct mdt_slice *call)
{
	struct mdt_slice rest = mdt_slice_trim(line), task;
	const char *close = mdt_slice_find(rest, SLICE("): ")), *end;
	size_t from;

	if (!is_digit(byte(rest, 0)) || !mdt_slice_find(rest, SLICE("(")) || !close)
		return false;
	task = mdt_slice_skip(rest, (size_t)(close - rest.str) + 3);
	end = memchr(task.str, ' ', task.len);
	if (!end)
		return false;
	*call = mdt_slice_trim(mdt_slice_skip(task, (size_t)(end - task.str)));
	task = mdt_slice_head(task, (size_t)(end - task.str));
	for (from = task.len; from && is_digit(task.str[from - 1]);)
		from--;
	*pid = mdt_slice_skip(task, from);
	return pid->len &&
	       (!from || task.str[from - 1] == '/' || task.str[from - 1] == ':');
}

static bool learn_perf(struct paste_stage *stage _unused_,
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
	struct mdt_slice result = after(rest, SLICE("= "));

	if (mdt_slice_ends(rest, SLICE("...")) && !result.len) {
		stage->out.buf.len--;
		puts_at(stage, " <unfinished ...>", at);
	} else if (mdt_slice_find(result, SLICE("("))) {
		puts_at(stage, " = ", at);
		put(stage, result, at);
	} else {
		put_result(stage, result, at);
	}
}

static void perf_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice pid, call, s = paste_text_slice(in);
	struct mdt_paste_at at = paste_text_at(in, 0);
	size_t name;

	if (!read_perf(s, &pid, &call)) {
		paste_pass(stage, in);
		return;
	}
	put(stage, pid, at);
	paste_text_addc(&stage->out, ' ', at);
	if (mdt_slice_starts(call, SLICE("... [continued]: "))) {
		call = mdt_slice_skip(call, 17);
		name = name_length(call);
		puts_at(stage, "<... ", at);
		put(stage, mdt_slice_head(call, name), at);
		puts_at(stage, " resumed>)", at);
		perf_result(stage, mdt_slice_skip(call, name), at);
	} else {
		name = name_length(call);
		put(stage, mdt_slice_head(call, name), at);
		paste_text_clear(&stage->held);
		for (size_t i = 0; i < name; i++)
			paste_text_addc(&stage->held, call.str[i], at);
		call = mdt_slice_skip(call, name + 1);
		name = put_arguments(stage, call, put_perf_argument, at);
		perf_result(stage, mdt_slice_skip(call, name), at);
	}
	paste_pass(stage, &stage->out);
}

/* ---- ltrace -S, truss ---- */

static size_t find_text(struct mdt_slice s, struct mdt_slice words)
{
	const char *found = mdt_slice_find(s, words);

	return found ? (size_t)(found - s.str) : SIZE_MAX;
}

static bool learn_words(const struct paste_lines *lines, struct mdt_slice words)
{
	for (size_t i = 0; i < lines->len; i++)
		if (mdt_slice_find(paste_lines_get(lines, i), words))
			return true;
	return false;
}

// `SYS_ioctl(`, at a word's beginning.
static size_t find_sys(struct mdt_slice s)
{
	size_t at = find_text(s, SLICE("SYS_"));

	return at != SIZE_MAX && (!at || s.str[at - 1] == ' ') &&
			       name_length(mdt_slice_skip(s, at + 4))
		       ? at
		       : SIZE_MAX;
}

static bool learn_ltrace(struct paste_stage *stage _unused_,
			 const struct paste_lines *lines)
{
	for (size_t i = 0; i < lines->len; i++)
		if (find_sys(paste_lines_get(lines, i)) != SIZE_MAX)
			return true;
	return learn_words(lines, SLICE("@SYS("));
}

// The result of a system call, which ltrace prints as the kernel gave it.
static void pass_call(struct paste_stage *stage, const struct paste_text *in, size_t from)
{
	struct mdt_slice s = paste_text_slice(in);
	const char *equals = memrchr(s.str, '=', s.len);
	size_t at = equals ? (size_t)(equals - s.str) : s.len;
	struct mdt_slice result = trim(mdt_slice_skip(s, at + 1));
	int64_t value;

	if (!equals || !read_result(result, &value) || value >= 0) {
		paste_text_add(&stage->out, in, from, s.len);
	} else {
		while (at > from && s.str[at - 1] == ' ')
			at--;
		paste_text_add(&stage->out, in, from, at);
		put_result(stage, result, paste_text_at(in, at));
	}
	paste_pass(stage, &stage->out);
}

// The library's calls around those of the system are not strace's.
static void ltrace_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice s = paste_text_slice(in);
	size_t sys = find_sys(s), suffix = find_text(s, SLICE("@SYS("));
	size_t from = sys != SIZE_MAX ? sys : suffix;

	if (from == SIZE_MAX)
		return;
	paste_text_add(&stage->out, in, 0, from);
	pass_call(stage, in, from + 4);
}

static bool learn_truss(struct paste_stage *stage _unused_,
			const struct paste_lines *lines)
{
	return learn_words(lines, SLICE(" Err#")) || learn_words(lines, SLICE(" ERR#"));
}

// `ioctl(3, 0x932, 0x0)    Err#16 EBUSY`
static void truss_line(struct paste_stage *stage, const struct paste_text *in)
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
	for (n = 0; is_digit(byte(number, n));)
		n++;
	mdt_buf_addc(&result, '-');
	mdt_buf_add(&result, mdt_slice_head(number, n));
	while (from && (s.str[from - 1] == ' ' || s.str[from - 1] == '\t'))
		from--;
	paste_text_add(&stage->out, in, 0, from);
	put_result(stage, mdt_buf_slice(&result), paste_text_at(in, from));
	paste_pass(stage, &stage->out);
}

const struct paste_row paste_witness_rows[] = {
	{ "ftrace", 1, learn_ftrace, ftrace_line, NULL, NULL },
	{ "perf trace", 1, learn_perf, perf_line, NULL, NULL },
	{ "truss", 1, learn_truss, truss_line, NULL, NULL },
	{ 0 },
};

const struct paste_row paste_certain_rows[] = {
	{ "ltrace -S", 1, learn_ltrace, ltrace_line, NULL, NULL },
	{ 0 },
};
