// SPDX-License-Identifier: MIT
#include "strace/look.h"
#include "strace/parse.h"

enum {
	COMM_MAX = 128, // 15 bytes, each escaped
	PID_DIGITS_MAX = 10,
	BRACKETS_MAX = 4096, // a security context is no longer than a page
};

// Behind the pid: `<comm>`; where it ends, or 0.
static size_t prefix_comm(struct mdt_slice line, size_t from, bool bracket,
			  struct mdt_prefix *ret)
{
	struct mdt_slice rest = mdt_slice_head(mdt_slice_skip(line, from + 1), COMM_MAX);
	const char *close = mdt_slice_find(rest, bracket ? SLICE(">]") : SLICE("> "));

	if (!close)
		return 0;
	ret->comm = mdt_slice_head(rest, (size_t)(close - rest.str));
	return (size_t)(close - line.str) + 1;
}

// `1234 ` or, in a bracket, `1234] `, also with a `<comm>`; returns where it ends, or 0.
static size_t prefix_pid(struct mdt_slice line, size_t from, bool bracket,
			 struct mdt_prefix *ret)
{
	size_t to = from;
	uint64_t pid = 0;

	while (is_digit(at(line, to)) && to - from < PID_DIGITS_MAX)
		pid = pid * 10 + (unsigned char)(line.str[to++] - '0');
	if (to == from || pid > UINT32_MAX)
		return 0;
	if (at(line, to) == '<')
		to = prefix_comm(line, to, bracket, ret);
	if (!to || (bracket && at(line, to++) != ']') || at(line, to) != ' ')
		return 0;
	ret->pid = (uint32_t)pid;
	return to + 1;
}

// `HH:MM:SS`, `HH:MM:SS.uuuuuu`, `1234567890`, `1234567890.123456`; its length.
static size_t clock_length(struct mdt_slice s, size_t from)
{
	size_t n = from + digits(s, from);

	if (n == from + 2 && at(s, n) == ':' && digits(s, n + 1) == 2 &&
	    at(s, n + 3) == ':' && digits(s, n + 4) == 2)
		n += 6;
	else if (n - from < 8) // seconds since 1970 have more digits, -r has fewer
		return 0;
	if (at(s, n) == '.' && digits(s, n + 1))
		n += 1 + digits(s, n + 1);
	return n > from ? n - from : 0;
}

// Eight digits are no pid (PID_MAX_LIMIT is 2^22) but a time, unless a time follows.
static bool is_clock(struct mdt_slice line)
{
	size_t n;

	if (!is_digit(at(line, 7)))
		return false;
	n = digits(line, 0);
	return n >= 8 && !(at(line, n) == ' ' && clock_length(line, n + blanks(line, n)));
}

// `[pid  1234] ` and `1234  `.
static size_t prefix_who(struct mdt_slice line, struct mdt_prefix *ret)
{
	bool bracket = mdt_slice_starts(line, SLICE("[pid "));
	size_t end = 0;

	if (bracket)
		end = prefix_pid(line, 5 + blanks(line, 5), true, ret);
	else if (is_digit(at(line, 0)) && !is_clock(line))
		end = prefix_pid(line, 0, false, ret);
	if (!end)
		ret->comm = (struct mdt_slice){ 0 };
	return bracket || !end ? end : end + blanks(line, end);
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
		struct mdt_slice rest =
			mdt_slice_head(mdt_slice_skip(line, from), BRACKETS_MAX);
		const char *close = memchr(rest.str, ']', rest.len);
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
		else if (is_context(in) && !is_digit(in.str[0])) // no time
			ret->context = in;
		else
			break;
		from += in.len + 3;
	}
	return from;
}

static size_t prefix_rest(struct mdt_slice line, size_t from, struct mdt_prefix *ret)
{
	if (at(line, from) == '[')
		from = prefix_brackets(line, from, ret);
	from = prefix_when(line, from, ret);
	if (at(line, from) == '[')
		from = prefix_brackets(line, from, ret);
	return from;
}

size_t mdt_parse_prefix(struct mdt_slice line, struct mdt_prefix *ret)
{
	size_t end = 0;

	if (!is_letter(at(line, 0)))
		end = prefix_who(line, ret);
	if (!is_letter(at(line, end)))
		end = prefix_rest(line, end, ret);
	ret->text = sub(line, 0, end);
	return end;
}
