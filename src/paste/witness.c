// SPDX-License-Identifier: MIT
// What the readers of other tracers share.
#include "paste/witness.h"

enum {
	ENOTSUPP = 524,	  // include/linux/errno.h, the kernel's own
	ERRNO_MAX = 4095, // include/linux/err.h: MAX_ERRNO
};

size_t witness_name_length(struct mdt_slice s)
{
	size_t n = 0;

	while (witness_is_name(witness_byte(s, n)))
		n++;
	return n;
}

struct mdt_slice witness_after(struct mdt_slice s, struct mdt_slice words)
{
	const char *found = mdt_slice_find(s, words);

	return found ? mdt_slice_skip(s, (size_t)(found - s.str) + words.len)
		     : (struct mdt_slice){ 0 };
}

struct mdt_slice witness_trim(struct mdt_slice s)
{
	s = mdt_slice_trim(s);
	while (s.len && s.str[s.len - 1] == '\r')
		s.len--;
	return mdt_slice_trim(s);
}

/* ---- what is written ---- */

void witness_put(struct paste_stage *stage, struct mdt_slice text, struct mdt_paste_at at)
{
	for (size_t i = 0; i < text.len; i++)
		paste_text_addc(&stage->out, text.str[i], at);
}

void witness_puts(struct paste_stage *stage, const char *text, struct mdt_paste_at at)
{
	witness_put(stage, mdt_slice_cstr(text), at);
}

// A result of the kernel's: 0x4, 0xfffffffffffffff0, -16.
bool witness_read_result(struct mdt_slice text, int64_t *ret)
{
	bool negative = witness_byte(text, 0) == '-';
	uint64_t value;

	if (!mdt_slice_to_u64(mdt_slice_skip(text, negative), &value))
		return false;
	*ret = negative ? -(int64_t)(value & INT64_MAX) : (int64_t)value;
	if (*ret > INT32_MAX && *ret <= UINT32_MAX &&
	    *ret > (int64_t)UINT32_MAX - ERRNO_MAX)
		*ret -= (int64_t)UINT32_MAX + 1;
	return true;
}

void witness_result(struct paste_stage *stage, struct mdt_slice text,
		    struct mdt_paste_at at)
{
	const char *name, *means;
	_cleanup_(mdt_buf_deinit) struct mdt_buf number = { 0 };
	int64_t result;

	witness_puts(stage, " = ", at);
	if (!witness_read_result(text, &result)) {
		witness_put(stage, text.len ? text : SLICE("?"), at);
		return;
	}
	if (result >= 0 || result < -ERRNO_MAX) {
		if (result >= 0 && result < WITNESS_DESCRIPTOR_MAX)
			mdt_buf_dec(&number, (uint64_t)result);
		else
			mdt_buf_hex(&number, (uint64_t)result);
		witness_put(stage, mdt_buf_slice(&number), at);
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
	witness_put(stage, mdt_buf_slice(&number), at);
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

typedef void put_argument(struct paste_stage *stage, struct mdt_slice name,
			  struct mdt_slice value, struct mdt_paste_at at);

// @return How much of @p s the arguments are.
size_t witness_arguments(struct paste_stage *stage, struct mdt_slice s,
			 witness_argument *put_one, struct mdt_paste_at at)
{
	size_t from = 0;

	paste_text_addc(&stage->out, '(', at);
	while (from < s.len && witness_byte(s, from) != ')') {
		struct mdt_slice rest = mdt_slice_skip(s, from);
		size_t n = argument_length(rest), name = witness_name_length(rest);
		struct mdt_slice value = mdt_slice_head(rest, n);

		if (from)
			witness_puts(stage, ", ", at);
		if (witness_byte(rest, name) == ':')
			value = mdt_slice_skip(value, name + 1);
		else
			name = 0;
		put_one(stage, mdt_slice_head(rest, name), mdt_slice_trim(value), at);
		from += n ? n : 1; // a bracket that closes nothing
		while (witness_byte(s, from) == ',' || witness_byte(s, from) == ' ')
			from++;
	}
	paste_text_addc(&stage->out, ')', at);
	return from;
}

bool witness_has(const struct paste_lines *lines, struct mdt_slice words)
{
	for (size_t i = 0; i < lines->len; i++)
		if (mdt_slice_find(paste_lines_get(lines, i), words))
			return true;
	return false;
}
