// SPDX-License-Identifier: MIT
// What stands in front of each line: quotes, indentation, and what loggers write there.
#include "paste/stage.h"

enum { LEAD_MAX = 256 };

static char byte(struct mdt_slice s, size_t i)
{
	return i < s.len ? s.str[i] : '\0';
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_alpha(char c)
{
	return (unsigned char)((c | 0x20) - 'a') < 26 || (c & 0x80);
}

// Of names: hosts, files, pods, dates.
static bool is_word(char c)
{
	return is_digit(c) || is_alpha(c) || (c && memchr("._-/@~", c, 6));
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static size_t blanks(struct mdt_slice s, size_t from)
{
	while (is_blank(byte(s, from)))
		from++;
	return from;
}

// strace -k and -e read= begin their lines with a blank and a sign.
static bool is_below(struct mdt_slice s)
{
	return mdt_slice_starts(s, SLICE(" > /")) || mdt_slice_starts(s, SLICE(" > [")) ||
	       mdt_slice_starts(s, SLICE(" | 0"));
}

static void pass_from(struct paste_stage *stage, const struct paste_text *in, size_t from)
{
	paste_text_add(&stage->out, in, from, in->buf.len);
	paste_pass(stage, &stage->out);
}

/* ---- quotes ---- */

static size_t quote_length(struct mdt_slice s)
{
	size_t from = 0;

	for (;;) {
		size_t mark = blanks(s, from);

		if (byte(s, mark) != '>' || (from && is_below(mdt_slice_skip(s, from))))
			return from;
		from = mark + 1;
		if (byte(s, from) == ' ' && !is_below(mdt_slice_skip(s, from)))
			from++;
	}
}

static bool learn_quote(struct paste_stage *stage _unused_,
			const struct paste_lines *lines)
{
	for (size_t i = 0; i < lines->len; i++) {
		struct mdt_slice line = paste_lines_get(lines, i);

		if (!is_below(line) && quote_length(line))
			return true;
	}
	return false;
}

static void quote_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice s = paste_text_slice(in);

	pass_from(stage, in, is_below(s) ? 0 : quote_length(s));
}

/* ---- indentation ---- */

static bool learn_indent(struct paste_stage *stage, const struct paste_lines *lines)
{
	size_t counts[LEAD_MAX] = { 0 }, best = 0;

	for (size_t i = 0; i < lines->len; i++) {
		struct mdt_slice line = paste_lines_get(lines, i);
		size_t lead = blanks(line, 0);

		if (lead == line.len || lead >= LEAD_MAX)
			continue;
		if (is_alpha(line.str[lead]) || is_digit(line.str[lead]) ||
		    line.str[lead] == '<' || line.str[lead] == '[')
			counts[lead]++;
	}
	for (size_t i = 1; i < LEAD_MAX; i++)
		if (counts[i] > counts[best] || !best)
			best = i;
	stage->width = best;
	return counts[best] > 0;
}

// Lines of a list are indented as they like; what strace itself indents keeps its blank.
static void indent_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice s = paste_text_slice(in);
	size_t lead = blanks(s, 0), width = stage->width;

	if (lead >= width && is_below(mdt_slice_skip(s, width)))
		lead = width;
	else if (is_below(s))
		lead = 0;
	pass_from(stage, in, lead);
}

/* ---- what loggers write ---- */

/*
 * The shape of a prefix: numbers are 9, words are w, blanks are one, other signs are
 * themselves.
 * @return false when it is no prefix or too long.
 */
static bool shape_of(struct mdt_slice s, char *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < s.len;) {
		char c = byte(s, i);

		if (n + 2 > PASTE_FORM_LEN || c == '"' || c == '&')
			return false;
		if (is_word(c)) {
			bool word = false;

			for (; is_word(byte(s, i)); i++)
				word |= is_alpha(byte(s, i)) || byte(s, i) == '/';
			c = word ? 'w' : '9';
		} else if (is_blank(c)) {
			c = byte(s, i) == '\t' ? '\t' : ' ';
			i = blanks(s, i);
		} else {
			i++;
		}
		ret[n++] = c;
	}
	ret[n] = '\0';
	return n > 0;
}

// `04:05:00,123`: the fraction of a second is no pid.
static bool is_in_number(struct mdt_slice line, size_t i)
{
	return i >= 2 && line.str[i - 1] == ',' && is_digit(line.str[i - 2]) &&
	       is_digit(byte(line, i));
}

// Where the log begins in a line whose call is at @p call: as early as its own words can.
static size_t log_start(const struct mdt_paste_judge *judge, struct mdt_slice line,
			size_t call)
{
	size_t from = call > LEAD_MAX ? call - LEAD_MAX : 0;

	for (size_t i = from; i < call; i++) {
		if (i && is_word(line.str[i - 1]) && line.str[i - 1] != '-')
			continue;
		if ((i && line.str[i] == ' ') || is_in_number(line, i))
			continue;
		if (judge->prefix(mdt_slice_skip(line, i)) == call - i)
			return i;
	}
	return call;
}

static size_t find_form(const struct paste_stage *stage, const char *shape)
{
	size_t i = 0;

	while (i < stage->form_count && strcmp(stage->forms[i], shape) != 0)
		i++;
	return i;
}

struct form_name {
	const char *shape; /* the beginning of one, or words in it */
	const char *name;
};

// What people call them; a shape without a row is undone all the same.
static const struct form_name form_names[] = {
	{ "+", "a diff" },
	{ "-+", "a diff" },
	{ ">", "quoted mail" },
	{ "[w/w/w] ", "kubectl logs" },
	{ "[w w 9 9:9:9 9]", "the kernel's log" },
	{ "<9>[", "the kernel's log" },
	{ "[ 9]", "the kernel's log" },
	{ "[9]", "the kernel's log" },
	{ "w |", "docker compose" },
	{ "w\tw", "CI logs" },
	{ "9:", "grep -n" },
	{ "w:9:", "grep -n" },
	{ "w:", "grep's file names" },
	{ "w-", "grep's file names" },
	{ " 9\t", "line numbers" },
	{ "9\t", "line numbers" },
	{ "(w) ", "a debugger" },
	{ "* ", "a list" },
	{ "- ", "a list" },
	{ "9- ", "a list" },
	{ "9) ", "a list" },
	{ "$ ", "a prompt" },
	{ "# ", "a prompt" },
};

// CRI, syslog and others begin with the same time; words that follow it tell them apart.
static const struct form_name form_words[] = {
	{ " stdout F ", "container logs (CRI)" },
	{ " stderr F ", "container logs (CRI)" },
	{ " stdout P ", "container logs (CRI)" },
	{ " stderr P ", "container logs (CRI)" },
	{ "[pod/", "kubectl logs" },
};

static const char *const months = "JanFebMarAprMayJunJulAugSepOctNovDec";

static bool is_month(struct mdt_slice lead)
{
	char name[4] = { 0 };

	if (lead.len < 4 || lead.str[3] != ' ')
		return false;
	memcpy(name, lead.str, 3);
	return strstr(months, name) != NULL;
}

// `2024-05-01`
static bool is_date(struct mdt_slice lead)
{
	return lead.len > 9 && is_digit(lead.str[0]) && is_digit(lead.str[3]) &&
	       lead.str[4] == '-' && lead.str[7] == '-';
}

static const char *name_of(struct mdt_slice lead, const char *shape)
{
	array_for_each (it, form_words)
		if (mdt_slice_find(lead, mdt_slice_cstr(it->shape)))
			return it->name;
	if (mdt_slice_starts(lead, SLICE("- ")) || mdt_slice_starts(lead, SLICE("* ")))
		return "a list";
	if (is_month(lead))
		return "syslog";
	if (is_date(lead))
		return mdt_slice_find(lead, SLICE(": ")) ? "syslog" : "ISO time stamps";
	array_for_each (it, form_names)
		if (strncmp(shape, it->shape, strlen(it->shape)) == 0)
			return it->name;
	return "a prefix before each line";
}

static void add_form(struct paste_stage *stage, struct mdt_slice lead, size_t *counts)
{
	char shape[PASTE_FORM_LEN];
	size_t i;

	if (!shape_of(lead, shape))
		return;
	i = find_form(stage, shape);
	if (i == PASTE_FORMS)
		return;
	if (i == stage->form_count) {
		stage->form_count++;
		memcpy(stage->forms[i], shape, sizeof(shape));
	}
	if (!stage->form_name || counts[i] + 1 > counts[0])
		stage->form_name = name_of(lead, shape);
	counts[i]++;
}

// Only shapes that come again, unless no call is without a prefix.
static void drop_rare(struct paste_stage *stage, const size_t *counts, size_t clean,
		      size_t total)
{
	size_t kept = 0;

	for (size_t i = 0; i < stage->form_count; i++) {
		if (clean && (counts[i] < 2 || counts[i] * 20 < total))
			continue;
		if (kept != i)
			memcpy(stage->forms[kept], stage->forms[i], PASTE_FORM_LEN);
		kept++;
	}
	stage->form_count = kept;
}

static bool learn_prefix(struct paste_stage *stage, const struct paste_lines *lines)
{
	size_t counts[PASTE_FORMS] = { 0 }, clean = 0, total = 0;

	for (size_t i = 0; i < lines->len; i++) {
		struct mdt_slice line = paste_lines_get(lines, i);
		struct mdt_paste_verdict verdict;
		size_t call = paste_find_call(stage->judge, line, &verdict), start;

		if (call == SIZE_MAX)
			continue;
		total++;
		start = log_start(stage->judge, line, call);
		clean += start == 0;
		if (start)
			add_form(stage, mdt_slice_head(line, start), counts);
	}
	drop_rare(stage, counts, clean, total);
	stage->is_diff = find_form(stage, "+") < stage->form_count;
	return stage->form_count > 0 && clean * 2 <= total;
}

static bool is_dropped(const struct paste_stage *stage, struct mdt_slice s)
{
	if (!stage->is_diff)
		return false;
	if (mdt_slice_starts(s, SLICE("--- ")) || mdt_slice_starts(s, SLICE("+++ ")))
		return !mdt_slice_ends(s, SLICE(" ---")) &&
		       !mdt_slice_ends(s, SLICE(" +++"));
	return byte(s, 0) == '-' || mdt_slice_starts(s, SLICE("@@ ")) ||
	       mdt_slice_starts(s, SLICE("diff ")) ||
	       mdt_slice_starts(s, SLICE("index ")) || byte(s, 0) == '\\';
}

// The longest beginning that has a learnt shape.
static size_t form_length(const struct paste_stage *stage, struct mdt_slice line)
{
	struct mdt_slice head = mdt_slice_head(line, LEAD_MAX);
	char shape[PASTE_FORM_LEN];
	size_t best = 0, longest = 0;

	for (size_t i = 1; i <= head.len; i++) {
		if (i < head.len && is_word(head.str[i]) && is_word(head.str[i - 1]))
			continue;
		if (!shape_of(mdt_slice_head(head, i), shape))
			break;
		// Of several blanks the first ends a prefix, the others are the line's.
		if (strlen(shape) > longest &&
		    find_form(stage, shape) < stage->form_count) {
			best = i;
			longest = strlen(shape);
		}
	}
	return best;
}

static size_t lead_length(const struct paste_stage *stage, struct mdt_slice line)
{
	struct mdt_paste_verdict verdict;
	size_t call = paste_find_call(stage->judge, line, &verdict), start;
	char shape[PASTE_FORM_LEN];

	if (call != SIZE_MAX) {
		start = log_start(stage->judge, line, call);
		if (!start || (shape_of(mdt_slice_head(line, start), shape) &&
			       find_form(stage, shape) < stage->form_count))
			return start;
	}
	return form_length(stage, line);
}

/*
 * `trace.411:`: the files of strace -ff have a process each, and grep says which.
 * @return Where its number begins, or @p lead.
 */
static size_t file_pid(const struct paste_stage *stage, struct mdt_slice line,
		       size_t lead)
{
	size_t i = lead;

	if (lead < 3 || (byte(line, lead - 1) != ':' && byte(line, lead - 1) != '-'))
		return lead;
	for (i = lead - 1; i && is_digit(line.str[i - 1]);)
		i--;
	if (i == lead - 1 || !i || line.str[i - 1] != '.' || lead - i > 9 ||
	    memchr(line.str, ' ', lead) || is_digit(byte(line, lead)) ||
	    stage->judge->prefix(mdt_slice_skip(line, lead)))
		return lead;
	return i;
}

static bool is_partial(struct mdt_slice lead)
{
	return mdt_slice_ends(lead, SLICE(" stderr P ")) ||
	       mdt_slice_ends(lead, SLICE(" stdout P "));
}

static void prefix_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice s = paste_text_slice(in);
	size_t lead, pid;

	if (is_dropped(stage, s))
		return;
	lead = lead_length(stage, s);
	pid = file_pid(stage, s, lead);
	if (stage->is_diff && !lead && byte(s, 0) == ' ')
		lead = pid = 1;
	if (!stage->holds) {
		paste_text_clear(&stage->held);
		if (pid < lead) {
			paste_text_add(&stage->held, in, pid, lead - 1);
			paste_text_addc(&stage->held, ' ', in->at[lead - 1]);
		}
	}
	paste_text_add(&stage->held, in, lead, s.len);
	stage->holds =
		is_partial(mdt_slice_head(s, lead)) && stage->held.buf.len < 1 << 20;
	if (!stage->holds)
		paste_pass(stage, &stage->held);
}

static void prefix_end(struct paste_stage *stage)
{
	if (stage->holds)
		paste_pass(stage, &stage->held);
}

static void prefix_words(const struct paste_stage *stage, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, stage->is_diff ? "a diff, its new side" : stage->form_name);
}

/* ---- line numbers that look like pids ---- */

/*
 * ` 79 241573 open(`, `79: open(`
 * @param[out] second The number that follows; 0: none does.
 * @param[out] ret Where the rest begins.
 */
static bool read_numbers(struct mdt_slice s, uint64_t *first, uint64_t *second,
			 size_t *ret)
{
	size_t at = blanks(s, 0), end = at;

	*second = 0;
	while (is_digit(byte(s, end)))
		end++;
	if (end - at > 8 ||
	    !mdt_slice_to_dec(mdt_slice_from(s.str + at, end - at), first))
		return false;
	end += byte(s, end) == ':' || byte(s, end) == '|';
	at = blanks(s, end);
	*ret = at;
	if (at == end)
		return false;
	for (end = at; is_digit(byte(s, end));)
		end++;
	if (!is_blank(byte(s, end)) ||
	    !mdt_slice_to_dec(mdt_slice_from(s.str + at, end - at), second))
		*second = 0;
	return true;
}

struct numbering {
	uint64_t last, pid, first;
	size_t count, same, with_pid;
};

static bool count_number(struct numbering *it, struct mdt_slice line)
{
	uint64_t first, second;
	size_t from;

	if (!read_numbers(line, &first, &second, &from) ||
	    (it->count && first <= it->last))
		return false;
	it->same += it->count && second && second == it->pid;
	it->with_pid += second != 0;
	it->first = it->count ? it->first : first;
	it->last = first;
	it->pid = second;
	it->count++;
	return true;
}

/*
 * Pids come again, and the numbers of lines never do. With a pid behind them two lines
 * are enough; without, three in a row, or more with gaps.
 */
bool paste_is_numbered(const struct paste_lines *lines)
{
	struct numbering it = { 0 };

	for (size_t i = 0; i < lines->len; i++) {
		struct mdt_slice line = paste_lines_get(lines, i);

		if (mdt_slice_trim(line).len && !count_number(&it, line))
			return false;
	}
	if (it.count > 1 && it.with_pid == it.count)
		return it.same * 2 >= it.count - 1;
	return (it.count > 2 && it.last - it.first < it.count + it.count / 4) ||
	       it.count > 5;
}

static bool learn_numbers(struct paste_stage *stage _unused_,
			  const struct paste_lines *lines)
{
	return paste_is_numbered(lines);
}

static void numbers_line(struct paste_stage *stage, const struct paste_text *in)
{
	uint64_t first, second;
	size_t from;

	if (!read_numbers(paste_text_slice(in), &first, &second, &from))
		from = 0;
	pass_from(stage, in, from);
}

const struct paste_row paste_lead_rows[] = {
	{ "line numbers", 2, learn_numbers, numbers_line, NULL, NULL },
	{ "quoted mail", 2, learn_quote, quote_line, NULL, NULL },
	{ "indented", 2, learn_indent, indent_line, NULL, NULL },
	{ "a prefix", 2, learn_prefix, prefix_line, prefix_end, prefix_words },
	{ 0 },
};
