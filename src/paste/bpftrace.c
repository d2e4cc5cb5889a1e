// SPDX-License-Identifier: MIT
/*
 * bpftrace, whose programs print what they like. Two ways are usual: names and values
 * (`mdadm 4211 ioctl fd=4 cmd=0x932 ret=-16`), and a heading over columns, as
 * opensnoop.bt has it (`PID COMM FD ERR PATH`).
 */
#include "paste/witness.h"

enum field {
	FIELD_NONE,
	FIELD_PID,
	FIELD_COMM,
	FIELD_CALL,
	FIELD_FD,
	FIELD_CMD,
	FIELD_ARG,
	FIELD_PATH,
	FIELD_RET,
	FIELD_ERR, /* an errno, 0 for none */
	FIELD_IGNORED,
	FIELDS,
};

static const struct {
	struct mdt_slice name;
	enum field field;
} names[] = {
	{ SLICE_INIT("pid"), FIELD_PID },	{ SLICE_INIT("tid"), FIELD_PID },
	{ SLICE_INIT("comm"), FIELD_COMM },	{ SLICE_INIT("process"), FIELD_COMM },
	{ SLICE_INIT("syscall"), FIELD_CALL },	{ SLICE_INIT("call"), FIELD_CALL },
	{ SLICE_INIT("fd"), FIELD_FD },		{ SLICE_INIT("cmd"), FIELD_CMD },
	{ SLICE_INIT("command"), FIELD_CMD },	{ SLICE_INIT("request"), FIELD_CMD },
	{ SLICE_INIT("req"), FIELD_CMD },	{ SLICE_INIT("ioctl"), FIELD_CMD },
	{ SLICE_INIT("arg"), FIELD_ARG },	{ SLICE_INIT("argp"), FIELD_ARG },
	{ SLICE_INIT("path"), FIELD_PATH },	{ SLICE_INIT("filename"), FIELD_PATH },
	{ SLICE_INIT("file"), FIELD_PATH },	{ SLICE_INIT("fname"), FIELD_PATH },
	{ SLICE_INIT("ret"), FIELD_RET },	{ SLICE_INIT("retval"), FIELD_RET },
	{ SLICE_INIT("result"), FIELD_RET },	{ SLICE_INIT("rc"), FIELD_RET },
	{ SLICE_INIT("err"), FIELD_ERR },	{ SLICE_INIT("errno"), FIELD_ERR },
	{ SLICE_INIT("time"), FIELD_IGNORED },	{ SLICE_INIT("time(s)"), FIELD_IGNORED },
	{ SLICE_INIT("cpu"), FIELD_IGNORED },	{ SLICE_INIT("uid"), FIELD_IGNORED },
	{ SLICE_INIT("flags"), FIELD_IGNORED },
};

// What a line tells; empty: it does not.
struct entry {
	struct mdt_slice of[FIELDS];
	bool is_exit;
};

static bool same_letters(struct mdt_slice a, struct mdt_slice lower)
{
	if (a.len != lower.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		if ((a.str[i] >= 'A' && a.str[i] <= 'Z' ? a.str[i] + 32 : a.str[i]) !=
		    lower.str[i])
			return false;
	return true;
}

static enum field field_of(struct mdt_slice name)
{
	array_for_each (it, names)
		if (same_letters(name, it->name))
			return it->field;
	return FIELD_NONE;
}

static bool all_digits(struct mdt_slice s)
{
	for (size_t i = 0; i < s.len; i++)
		if (!witness_is_digit(s.str[i]))
			return false;
	return s.len > 0;
}

static struct mdt_slice next_word(struct mdt_slice *rest)
{
	struct mdt_slice word;
	size_t n = 0;

	*rest = witness_trim(*rest);
	while (n < rest->len && rest->str[n] != ' ' && rest->str[n] != '\t' &&
	       rest->str[n] != ',')
		n++;
	word = mdt_slice_head(*rest, n);
	*rest = mdt_slice_skip(*rest, n + (n < rest->len));
	return word;
}

/* ---- the words of a line without a heading ---- */

// `sys_enter_ioctl`, `tracepoint:syscalls:sys_exit_ioctl`, `ioctl`
static bool read_call(struct entry *entry, struct mdt_slice word)
{
	static const struct mdt_slice calls[] = {
		SLICE_INIT("ioctl"),
		SLICE_INIT("open"),
		SLICE_INIT("openat"),
	};
	static const struct mdt_slice enter = SLICE_INIT("sys_enter_"),
				      leave = SLICE_INIT("sys_exit_");
	const char *at;

	while (word.len && memchr(":(", word.str[word.len - 1], 2))
		word.len--;
	if ((at = mdt_slice_find(word, leave)))
		word = mdt_slice_skip(word, (size_t)(at - word.str) + leave.len);
	else if ((at = mdt_slice_find(word, enter)))
		word = mdt_slice_skip(word, (size_t)(at - word.str) + enter.len);
	array_for_each (it, calls) {
		if (!mdt_slice_eq(word, *it))
			continue;
		entry->of[FIELD_CALL] = word;
		return true;
	}
	return false;
}

// `4211`, `mdadm(4211)`, `mdadm[4211]:`, `mdadm-4211`, `mdadm/4211`
static void read_task(struct entry *entry, struct mdt_slice word)
{
	size_t end, from;

	while (word.len && memchr(":)]", word.str[word.len - 1], 3))
		word.len--;
	for (from = end = word.len; from && witness_is_digit(word.str[from - 1]);)
		from--;
	if (from == end || (from && !memchr("([-/:", word.str[from - 1], 5)))
		return;
	if (from && witness_is_digit(word.str[0])) // a time
		return;
	entry->of[FIELD_PID] = mdt_slice_skip(word, from);
}

// `fd=4`, `fd:4`, `fd= 4`, `fd: 4`
static bool read_pair(struct entry *entry, struct mdt_slice word, struct mdt_slice *rest)
{
	size_t n = 0;
	enum field field;

	while (n < word.len && word.str[n] != '=' && word.str[n] != ':')
		n++;
	if (n == word.len)
		return false;
	field = field_of(mdt_slice_head(word, n));
	if (field == FIELD_NONE)
		return false;
	word = mdt_slice_skip(word, n + 1);
	if (!word.len)
		word = next_word(rest);
	entry->of[field] = word;
	return true;
}

static void read_words(struct entry *entry, struct mdt_slice line)
{
	while (line.len) {
		struct mdt_slice word = next_word(&line);

		if (!word.len || read_pair(entry, word, &line))
			continue;
		if (!read_call(entry, word) && !entry->of[FIELD_PID].len)
			read_task(entry, word);
	}
}

/* ---- the columns of one with a heading ---- */

// @return How many columns, 0 if this is not a heading.
static size_t read_heading(struct mdt_slice line, unsigned char *columns)
{
	bool has_fd = false, has_more = false;
	size_t count = 0;

	while (line.len) {
		struct mdt_slice word = next_word(&line);
		enum field field;

		if (!word.len)
			continue;
		field = field_of(word);
		if (field == FIELD_NONE || count == PASTE_COLUMNS ||
		    (word.str[0] >= 'a' && word.str[0] <= 'z'))
			return 0;
		columns[count++] = (unsigned char)field;
		has_fd = has_fd || field == FIELD_FD;
		has_more = has_more || field == FIELD_CMD || field == FIELD_PATH;
	}
	return has_fd && has_more ? count : 0;
}

static void read_columns(struct entry *entry, struct mdt_slice line,
			 const unsigned char *columns, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct mdt_slice word =
			i + 1 < count ? next_word(&line) : witness_trim(line);

		entry->of[columns[i]] = word;
	}
}

/* ---- a line ---- */

static bool is_number(struct mdt_slice s)
{
	bool negative = witness_byte(s, 0) == '-';

	s = mdt_slice_skip(s, negative);
	if (mdt_slice_starts(s, SLICE("0x")))
		s = mdt_slice_skip(s, 2);
	for (size_t i = 0; i < s.len; i++)
		if (mdt_hex_digit(s.str[i]) < 0)
			return false;
	return s.len > 0 && s.len <= 16;
}

// Whether the line is an ioctl's or an open's, its beginning, its end or both.
static bool is_entry(struct entry *entry)
{
	const struct mdt_slice *of = entry->of;
	bool ends = is_number(of[FIELD_RET]) || is_number(of[FIELD_ERR]);

	if (of[FIELD_PID].len && !all_digits(of[FIELD_PID]))
		return false;
	if (of[FIELD_CMD].len)
		return is_number(of[FIELD_CMD]) && is_number(of[FIELD_FD]);
	if (of[FIELD_PATH].len)
		return ends || of[FIELD_CALL].len || is_number(of[FIELD_FD]);
	entry->is_exit = of[FIELD_CALL].len && is_number(of[FIELD_RET]);
	return entry->is_exit;
}

static bool read_entry(const struct paste_stage *stage, struct mdt_slice line,
		       struct entry *ret)
{
	*ret = (struct entry){ 0 };
	if (stage->column_count)
		read_columns(ret, line, stage->columns, stage->column_count);
	else
		read_words(ret, line);
	return is_entry(ret);
}

/* ---- how numbers are printed ---- */

static bool read_based(struct mdt_slice s, unsigned int base, uint64_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < s.len; i++) {
		int digit = mdt_hex_digit(s.str[i]);

		if (digit < 0 || (unsigned int)digit >= base)
			return false;
		*ret = *ret * base + (unsigned int)digit;
	}
	return s.len > 0;
}

// Whether a request is of a driver that logs are full of: the type is its second byte.
static bool is_usual(uint64_t request)
{
	static const unsigned char types[] = { 0x03, 0x09, 0x12, 0x22, 0x53, 0x54, 0x89,
					       0x94, 0xfd, 'L',	 'N',  'X',  'f' };

	return request && request <= UINT32_MAX &&
	       memchr(types, (int)(request >> 8 & 0xff), sizeof(types)) != NULL;
}

// `%x` prints no 0x: which reading of all requests makes more sense?
static int hex_votes(struct mdt_slice cmd)
{
	uint64_t as_hex, as_decimal;

	if (mdt_slice_starts(cmd, SLICE("0x")) || !read_based(cmd, 16, &as_hex))
		return 0;
	if (!read_based(cmd, 10, &as_decimal))
		return 16;
	return is_usual(as_hex) - is_usual(as_decimal);
}

bool witness_learn_bpftrace(struct paste_stage *stage, const struct paste_lines *lines)
{
	int votes = 0;
	size_t found = 0;
	struct entry entry;

	stage->column_count = 0;
	stage->has_results = false;
	for (size_t i = 0; i < lines->len && !stage->column_count; i++)
		stage->column_count =
			read_heading(paste_lines_get(lines, i), stage->columns);
	for (size_t i = 0; i < lines->len; i++) {
		if (!read_entry(stage, paste_lines_get(lines, i), &entry))
			continue;
		found++;
		votes += hex_votes(entry.of[FIELD_CMD]);
		stage->has_results = stage->has_results || entry.of[FIELD_RET].len ||
				     entry.of[FIELD_ERR].len;
	}
	stage->is_hex = votes > 0;
	return found > 0;
}

/* ---- what strace would have printed ---- */

static void put_number(struct paste_stage *stage, struct mdt_slice number,
		       struct mdt_paste_at at)
{
	uint64_t value;
	bool is_hex = !mdt_slice_starts(number, SLICE("0x")) &&
		      (stage->is_hex || !read_based(number, 10, &value));

	witness_puts(stage, is_hex ? "0x" : "", at);
	witness_put(stage, number, at);
}

static void put_path(struct paste_stage *stage, struct mdt_slice path,
		     struct mdt_paste_at at)
{
	bool quoted = witness_byte(path, 0) == '"';

	witness_puts(stage, quoted ? "" : "\"", at);
	for (size_t i = 0; i < path.len; i++) {
		if (!quoted && (path.str[i] == '"' || path.str[i] == '\\'))
			paste_text_addc(&stage->out, '\\', at);
		paste_text_addc(&stage->out, path.str[i], at);
	}
	witness_puts(stage, quoted ? "" : "\"", at);
}

static void put_call(struct paste_stage *stage, const struct entry *entry,
		     struct mdt_paste_at at)
{
	const struct mdt_slice *of = entry->of;

	if (of[FIELD_PATH].len && !of[FIELD_CMD].len) {
		witness_puts(stage, "openat(AT_FDCWD, ", at);
		put_path(stage, of[FIELD_PATH], at);
		return;
	}
	witness_puts(stage, "ioctl(", at);
	witness_put(stage, of[FIELD_FD], at);
	witness_puts(stage, ", ", at);
	put_number(stage, of[FIELD_CMD], at);
	witness_puts(stage, ", ", at);
	if (is_number(of[FIELD_ARG]))
		put_number(stage, of[FIELD_ARG], at);
	else
		paste_text_addc(&stage->out, '0', at);
}

// opensnoop has the descriptor, or the errno where there is none.
static void put_end(struct paste_stage *stage, const struct entry *entry,
		    struct mdt_paste_at at)
{
	const struct mdt_slice *of = entry->of;
	_cleanup_(mdt_buf_deinit) struct mdt_buf error = { 0 };
	bool fails = of[FIELD_ERR].len && !mdt_slice_eq(of[FIELD_ERR], SLICE("0"));
	struct mdt_slice result = of[FIELD_RET];

	if (fails) {
		mdt_buf_adds(&error, witness_byte(of[FIELD_ERR], 0) == '-' ? "" : "-");
		mdt_buf_add(&error, of[FIELD_ERR]);
		result = mdt_buf_slice(&error);
	} else if (!result.len && of[FIELD_PATH].len) {
		result = of[FIELD_FD];
	} else if (!result.len && of[FIELD_ERR].len) {
		result = of[FIELD_ERR];
	}
	if (!result.len && stage->has_results) {
		witness_puts(stage, " <unfinished ...>", at);
		return;
	}
	paste_text_addc(&stage->out, ')', at);
	witness_result(stage, result, at);
}

static bool is_own_word(struct mdt_slice line)
{
	return (mdt_slice_starts(line, SLICE("Attach")) &&
		mdt_slice_find(line, SLICE(" probe"))) ||
	       mdt_slice_starts(line, SLICE("Tracing "));
}

void witness_bpftrace_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice line = paste_text_slice(in);
	struct mdt_paste_at at = paste_text_at(in, 0);
	unsigned char columns[PASTE_COLUMNS];
	struct entry entry;

	if (is_own_word(line) || read_heading(line, columns))
		return;
	if (!read_entry(stage, line, &entry)) {
		paste_pass(stage, in);
		return;
	}
	if (entry.of[FIELD_PID].len) {
		witness_put(stage, entry.of[FIELD_PID], at);
		paste_text_addc(&stage->out, ' ', at);
	}
	if (entry.is_exit) {
		witness_puts(stage, "<... ", at);
		witness_put(stage, entry.of[FIELD_CALL], at);
		witness_puts(stage, " resumed>)", at);
		witness_result(stage, entry.of[FIELD_RET], at);
	} else {
		put_call(stage, &entry, at);
		put_end(stage, &entry, at);
	}
	paste_pass(stage, &stage->out);
}
