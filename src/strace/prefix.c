// SPDX-License-Identifier: MIT
#include "strace/look.h"
#include "strace/parse.h"

enum { COMM_MAX = 128 }; // 15 bytes, each escaped

// `1234<comm>` or `1234`, from @p from, up to `end`; returns where `end` begins, 0
// without.
static size_t prefix_pid(struct mdt_slice line, size_t from, struct mdt_slice end,
			 struct mdt_prefix *ret)
{
	size_t n = digits(line, from), to = from + n;
	uint64_t pid;

	if (!n || n > 10 || !mdt_slice_to_dec(sub(line, from, to), &pid) ||
	    pid > UINT32_MAX)
		return 0;
	if (at(line, to) == '<') {
		struct mdt_slice rest =
			mdt_slice_head(mdt_slice_skip(line, to + 1), COMM_MAX);
		const char *close = mdt_slice_find(rest, end.str[0] == ']' ? SLICE(">]")
									   : SLICE("> "));

		if (!close)
			return 0;
		ret->comm = mdt_slice_head(rest, (size_t)(close - rest.str));
		to = (size_t)(close - line.str) + 1;
	}
	if (!mdt_slice_starts(mdt_slice_skip(line, to), end))
		return 0;
	ret->pid = (uint32_t)pid;
	return to;
}

// `HH:MM:SS`, `HH:MM:SS.uuuuuu`, `1234567890`, `1234567890.123456`; its length.
static size_t clock_length(struct mdt_slice s, size_t from)
{
	size_t n = from + digits(s, from);

	if (n == from + 2 && at(s, n) == ':' && digits(s, n + 1) == 2 &&
	    at(s, n + 3) == ':' && digits(s, n + 4) == 2)
		n += 6;
	else if (n - from < 8 && at(s, n) != '.')
		return 0;
	if (at(s, n) == '.' && digits(s, n + 1))
		n += 1 + digits(s, n + 1);
	return n > from ? n - from : 0;
}

// Eight digits are no pid (PID_MAX_LIMIT is 2^22) but a time, unless a time follows.
static bool is_clock(struct mdt_slice line)
{
	size_t n = digits(line, 0);

	return n >= 8 && !(at(line, n) == ' ' && clock_length(line, n + blanks(line, n)));
}

// `[pid  1234] ` and `1234  `.
static size_t prefix_who(struct mdt_slice line, struct mdt_prefix *ret)
{
	size_t end;

	if (mdt_slice_starts(line, SLICE("[pid "))) {
		end = prefix_pid(line, 5 + blanks(line, 5), SLICE("] "), ret);
		if (end)
			return end + 2;
	} else if (is_digit(at(line, 0)) && !is_clock(line)) {
		end = prefix_pid(line, 0, SLICE(" "), ret);
		if (end)
			return end + blanks(line, end);
	}
	ret->comm = (struct mdt_slice){ 0 };
	return 0;
}

// -r: `%6ld.%06ld `, in brackets `(+     0.000123) ` when another time stands before it.
static size_t prefix_since(struct mdt_slice line, size_t from, struct mdt_prefix *ret)
{
	bool bracket = at(line, from) == '(' && at(line, from + 1) == '+';
	size_t start = from + (bracket ? 2 : 0), n;

	start += blanks(line, start);
	n = start + digits(line, start);
	if (n == start)
		return from;
	if (at(line, n) == '.')
		n += 1 + digits(line, n + 1);
	ret->since = sub(line, start, n);
	n += bracket && at(line, n) == ')';
	if (at(line, n) == ' ')
		return n + 1;
	ret->since = (struct mdt_slice){ 0 };
	return from;
}

static size_t prefix_when(struct mdt_slice line, size_t from, struct mdt_prefix *ret)
{
	size_t n;

	if (is_digit(at(line, from)) && (n = clock_length(line, from)) &&
	    at(line, from + n) == ' ') {
		ret->time = sub(line, from, from + n);
		from += n + 1;
	}
	if (at(line, from) == ' ' || at(line, from) == '(' || is_digit(at(line, from)))
		return prefix_since(line, from, ret);
	return from;
}

static bool all_of(struct mdt_slice s, const char *set)
{
	for (size_t i = 0; i < s.len; i++)
		if (!s.str[i] || !strchr(set, s.str[i]))
			return false;
	return s.len > 0;
}

// `[  16] `, `[00007f5d932be000] `, `[user:role:type] `, in any order and number.
static size_t prefix_brackets(struct mdt_slice line, size_t from, struct mdt_prefix *ret)
{
	while (at(line, from) == '[') {
		const char *close = memchr(line.str + from, ']', line.len - from);
		struct mdt_slice in;

		if (!close)
			break;
		in = sub(line, from + 1, (size_t)(close - line.str));
		if (at(line, from + in.len + 2) != ' ')
			break;
		if ((in.len == 16 || in.len == 8) && all_of(in, "0123456789abcdef?"))
			ret->ip = in;
		else if (in.len < 16 && (all_of(in, " 0123456789") || all_of(in, " ?")))
			ret->number = mdt_slice_trim(in);
		else if (memchr(in.str, ':', in.len) && !memchr(in.str, ' ', in.len))
			ret->context = in;
		else
			break;
		from += in.len + 3;
	}
	return from;
}

// Most lines of a log have a pid, `1234  ioctl(`, or nothing: no need to look for the rest.
static bool prefix_is_short(struct mdt_slice line, struct mdt_prefix *ret)
{
	uint32_t pid = 0;
	size_t n = 0;

	while (n < 8 && is_digit(at(line, n)))
		pid = pid * 10 + (uint32_t)(line.str[n++] - '0');
	if (n == 8 || (n && at(line, n) != ' '))
		return false;
	n += n ? blanks(line, n) : 0;
	if (!(at(line, n) >= 'a' && at(line, n) <= 'z'))
		return false;
	ret->pid = pid;
	ret->text = sub(line, 0, n);
	return true;
}

size_t mdt_parse_prefix(struct mdt_slice line, struct mdt_prefix *ret)
{
	size_t end;

	*ret = (struct mdt_prefix){ 0 };
	if (likely(prefix_is_short(line, ret)))
		return ret->text.len;
	end = prefix_who(line, ret);
	if (at(line, end) == '[')
		end = prefix_brackets(line, end, ret);
	end = prefix_when(line, end, ret);
	if (at(line, end) == '[')
		end = prefix_brackets(line, end, ret);
	ret->text = sub(line, 0, end);
	return end;
}
