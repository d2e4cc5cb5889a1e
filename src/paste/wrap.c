// SPDX-License-Identifier: MIT
// Lines that a mailer or a terminal made of one.
#include "paste/stage.h"

enum { JOINED_MAX = 1 << 20, TEXT_MAX = 200 };

static char byte(struct mdt_slice s, size_t i)
{
	return i < s.len ? s.str[i] : '\0';
}

static char last_byte(struct mdt_slice s)
{
	return s.len ? s.str[s.len - 1] : '\0';
}

static struct mdt_slice chop(struct mdt_slice s)
{
	while (s.len &&
	       (last_byte(s) == ' ' || last_byte(s) == '\t' || last_byte(s) == '\r'))
		s.len--;
	return s;
}

static void judge(const struct paste_stage *stage, struct mdt_slice line,
		  struct mdt_paste_verdict *ret)
{
	stage->judge->line(stage->judge->data, line, ret);
}

// Whether a string is open behind @p s, which began with @p open.
static bool string_state(struct mdt_slice s, bool open)
{
	for (size_t i = 0; i < s.len; i++) {
		if (open && s.str[i] == '\\')
			i++;
		else if (s.str[i] == '"')
			open = !open;
	}
	return open;
}

/* ---- what is held ---- */

static void pass_pieces(struct paste_stage *stage)
{
	for (size_t i = 0; i < stage->piece_count; i++) {
		size_t to = i + 1 < stage->piece_count ? stage->pieces[i + 1]
						       : stage->held.buf.len;

		paste_text_clear(&stage->out);
		paste_text_add(&stage->out, &stage->held, stage->pieces[i], to);
		paste_pass(stage, &stage->out);
	}
}

// A string that never ended was no reason to join anything.
static void flush(struct paste_stage *stage)
{
	if (!stage->holds)
		return;
	stage->holds = false;
	if (stage->piece_count > 1 && stage->in_string &&
	    stage->verdict.kind == MDT_PASTE_OPEN)
		pass_pieces(stage);
	else
		paste_pass(stage, &stage->held);
	if (stage->blank_between) {
		paste_text_clear(&stage->out);
		paste_pass(stage, &stage->out);
	}
}

static void hold(struct paste_stage *stage, const struct paste_text *in,
		 const struct mdt_paste_verdict *verdict)
{
	struct mdt_slice s = paste_text_slice(in);

	flush(stage);
	paste_text_clear(&stage->held);
	paste_text_add(&stage->held, in, 0, s.len);
	stage->verdict = *verdict;
	stage->holds = true;
	stage->blank_between = false;
	stage->pieces[0] = 0;
	stage->piece_count = 1;
	stage->last_len = chop(s).len;
	stage->last_full = s.len;
	stage->in_string = string_state(s, false);
}

/* ---- joining ---- */

// A mailer takes the blank where it wraps, unless it means the text to flow (RFC 3676).
static bool needs_blank(const struct paste_stage *stage, struct mdt_slice a,
			struct mdt_slice b)
{
	if (stage->glue || last_byte(a) == ' ')
		return false;
	if (stage->in_string)
		return true;
	return !memchr("|([{", last_byte(a), 4) && !memchr("|)]},", byte(b, 0), 5);
}

static void join(struct paste_stage *stage, const struct paste_text *in, bool blank,
		 struct paste_text *ret)
{
	size_t len = stage->held.buf.len;

	paste_text_clear(ret);
	paste_text_add(ret, &stage->held, 0, len);
	if (blank)
		paste_text_addc(ret, ' ', paste_text_at(&stage->held, len));
	paste_text_add(ret, in, 0, in->buf.len);
}

static bool is_errno(struct mdt_slice s)
{
	s = mdt_slice_trim(s);
	return byte(s, 0) == 'E' && byte(s, 1) >= 'A' && byte(s, 1) <= 'Z';
}

// `<0.000042>`: -T, wrapped off.
static bool is_duration(struct mdt_slice s)
{
	return byte(s, 0) == '<' && byte(s, 1) >= '0' && byte(s, 1) <= '9' &&
	       last_byte(s) == '>' && s.len < 24;
}

// Cut at its column: even what makes sense may go on below.
static bool is_full(const struct paste_stage *stage)
{
	return stage->glue && stage->last_full == stage->full_width;
}

// A line that goes on below ends with a blank (RFC 3676, format=flowed).
static bool is_flowed(const struct paste_stage *stage)
{
	return stage->last_full == stage->last_len + 1 &&
	       last_byte(paste_text_slice(&stage->held)) == ' ';
}

// Whether what came of a call that may have been whole is better than it was.
static bool is_better(const struct paste_stage *stage, struct mdt_slice line,
		      const struct mdt_paste_verdict *joined)
{
	if (joined->noted && !stage->verdict.noted &&
	    stage->verdict.kind != MDT_PASTE_HALF)
		return false;
	switch (stage->verdict.kind) {
	case MDT_PASTE_OPEN:
		if (joined->kind == MDT_PASTE_SAID) // --- SIGCHLD {...} ---
			return mdt_slice_ends(line, SLICE(" ---"));
		return joined->kind >= MDT_PASTE_OPEN && !joined->noted;
	case MDT_PASTE_HALF:
		if (stage->verdict.bare && !is_errno(line))
			return false;
		return (joined->kind == MDT_PASTE_WHOLE && !joined->noted) ||
		       (joined->kind == MDT_PASTE_HALF && !stage->verdict.bare &&
			line.len < TEXT_MAX) ||
		       (joined->kind == MDT_PASTE_HALF && stage->verdict.bare);
	case MDT_PASTE_WHOLE:
		return joined->kind >= MDT_PASTE_HALF && !joined->noted &&
		       (is_full(stage) || is_duration(line) || is_flowed(stage));
	case MDT_PASTE_OTHER:
		return is_full(stage) &&
		       (joined->kind >= MDT_PASTE_OPEN
				? !joined->noted
				: joined->reached > stage->verdict.reached);
	case MDT_PASTE_BLANK:
	case MDT_PASTE_SAID:
		break;
	}
	return false;
}

static size_t word_length(struct mdt_slice line)
{
	const char *blank = line.len ? memchr(line.str, ' ', line.len) : NULL;

	return blank ? (size_t)(blank - line.str) : line.len;
}

static void accept(struct paste_stage *stage, size_t at, struct mdt_slice line,
		   const struct mdt_paste_verdict *verdict)
{
	struct paste_text old = stage->held;

	stage->held = stage->out;
	stage->out = old;
	stage->pieces[stage->piece_count++] = at;
	stage->verdict = *verdict;
	stage->in_string = string_state(line, stage->in_string);
	if (!stage->joins || stage->last_full < stage->full_min)
		stage->full_min = stage->last_full;
	if (stage->last_full > stage->full_max)
		stage->full_max = stage->last_full;
	if (stage->last_len > stage->join_max)
		stage->join_max = stage->last_len;
	if (!stage->joins || stage->last_len + word_length(line) < stage->join_limit)
		stage->join_limit = stage->last_len + word_length(line);
	stage->joins++;
	stage->last_len = chop(line).len;
	stage->last_full = line.len;
	stage->blank_between = false;
}

static bool try_join(struct paste_stage *stage, const struct paste_text *in, bool blank)
{
	struct mdt_slice line = paste_text_slice(in);
	struct mdt_paste_verdict verdict = stage->verdict;
	size_t at = stage->held.buf.len + blank;

	join(stage, in, blank, &stage->out);
	// Inside a string anything makes sense that does not end it.
	if (!stage->in_string || memchr(line.str, '"', line.len)) {
		judge(stage, paste_text_slice(&stage->out), &verdict);
		if (!is_better(stage, chop(line), &verdict))
			return false;
	}
	accept(stage, at, line, &verdict);
	return true;
}

// Output that a program wrote into a call: its words go on where the line was full.
static bool is_talk_wrapped(const struct paste_stage *stage, struct mdt_slice line)
{
	size_t word = word_length(line);

	return stage->verdict.talk && stage->is_width && word && byte(line, 0) != ')' &&
	       stage->piece_count < 8 && stage->last_len + 1 + word > stage->width;
}

static bool may_go_on(const struct paste_stage *stage, struct mdt_slice line,
		      const struct mdt_paste_verdict *verdict)
{
	size_t most = stage->in_string ? PASTE_PIECES : PASTE_OPEN_PIECES;

	if (!stage->holds || stage->piece_count >= most ||
	    stage->held.buf.len > JOINED_MAX)
		return false;
	if (stage->verdict.kind == MDT_PASTE_WHOLE)
		return is_duration(line) ||
		       (is_full(stage) && verdict->kind == MDT_PASTE_OTHER) ||
		       (is_flowed(stage) && byte(line, 0) == '(');
	// A terminal cuts anywhere: what begins a call may make no sense by itself.
	if (stage->verdict.kind == MDT_PASTE_OTHER)
		return is_full(stage) && stage->verdict.reached;
	if (stage->verdict.kind != MDT_PASTE_OPEN &&
	    stage->verdict.kind != MDT_PASTE_HALF)
		return false;
	return verdict->kind == MDT_PASTE_OTHER || verdict->inner ||
	       (verdict->kind == MDT_PASTE_SAID && byte(line, 0) == ' ');
}

static void ignore(void *data _unused_, const struct paste_text *line _unused_)
{
}

// `4211`, `[pid  4211]`: of `strace -f`, and the first argument had no room beside it.
static bool is_pid_alone(const struct paste_stage *stage, struct mdt_slice line)
{
	char text[24];

	line = chop(line);
	if (!line.len || line.len + 2 > sizeof(text))
		return false;
	memcpy(text, line.str, line.len);
	text[line.len] = ' ';
	return stage->judge->prefix(mdt_slice_from(text, line.len + 1)) == line.len + 1;
}

// Most calls have a pid, so a call without one lost it to the line above.
static bool wants_pid(const struct paste_stage *stage, struct mdt_slice line,
		      const struct mdt_paste_verdict *verdict)
{
	return stage->with_pid > stage->without_pid && verdict->kind != MDT_PASTE_SAID &&
	       stage->holds && stage->piece_count == 1 && byte(line, 0) >= 'a' &&
	       byte(line, 0) <= 'z' &&
	       (verdict->kind >= MDT_PASTE_OPEN || verdict->reached) &&
	       is_pid_alone(stage, paste_text_slice(&stage->held));
}

static void count_pid(struct paste_stage *stage, struct mdt_slice line,
		      const struct mdt_paste_verdict *verdict)
{
	if (verdict->kind < MDT_PASTE_OPEN)
		return;
	if (stage->judge->prefix(line))
		stage->with_pid++;
	else
		stage->without_pid++;
}

static void join_pid(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_paste_verdict verdict;
	size_t at = stage->held.buf.len + 1;

	join(stage, in, last_byte(paste_text_slice(&stage->held)) != ' ', &stage->out);
	judge(stage, paste_text_slice(&stage->out), &verdict);
	accept(stage, at, paste_text_slice(in), &verdict);
}

static void wrap_line(struct paste_stage *stage, const struct paste_text *in)
{
	struct mdt_slice line = paste_text_slice(in);
	struct mdt_paste_verdict verdict;

	judge(stage, line, &verdict);
	if (verdict.kind == MDT_PASTE_BLANK && stage->holds && !stage->blank_between &&
	    (stage->verdict.kind == MDT_PASTE_OPEN ||
	     stage->verdict.kind == MDT_PASTE_HALF)) {
		stage->blank_between = true;
		return;
	}
	if (wants_pid(stage, line, &verdict)) {
		join_pid(stage, in);
		return;
	}
	if (stage->sink == ignore)
		count_pid(stage, line, &verdict);
	if (may_go_on(stage, line, &verdict)) {
		bool blank = needs_blank(stage, paste_text_slice(&stage->held), line);

		if (try_join(stage, in, blank) || try_join(stage, in, !blank))
			return;
	} else if (verdict.kind == MDT_PASTE_OTHER && is_talk_wrapped(stage, line)) {
		bool blank =
			!stage->glue && last_byte(paste_text_slice(&stage->held)) != ' ';

		join(stage, in, blank, &stage->out);
		verdict = stage->verdict;
		accept(stage, stage->held.buf.len + blank, line, &verdict);
		return;
	}
	hold(stage, in, &verdict);
}

/*
 * Which width it was: one that people use, if no line was longer and none would have had
 * room for the next word.
 */
static size_t likely_width(const struct paste_stage *stage)
{
	static const size_t usual[] = { 72, 76, 78, 80, 74, 70, 79, 75, 65, 64, 68 };

	array_for_each (it, usual)
		if (*it >= stage->join_max && *it <= stage->join_limit)
			return *it;
	return stage->join_max;
}

// Lines that a mailer of this width would have broken: they are proof against a width.
static size_t count_unbroken(const struct paste_lines *lines, size_t width)
{
	size_t count = 0;

	for (size_t i = 0; i < lines->len; i++) {
		struct mdt_slice s = chop(paste_lines_get(lines, i));

		count += s.len > width && memchr(s.str, ' ', s.len) != NULL;
	}
	return count;
}

// A dry run says how wide the lines were, and whether all were cut at one column.
static bool learn_wrap(struct paste_stage *stage, const struct paste_lines *lines)
{
	size_t longest = 0;
	struct paste_text line = { 0 };

	stage->sink = ignore;
	stage->with_pid = stage->without_pid = 0;
	for (size_t i = 0; i < lines->len; i++) {
		struct mdt_slice s = paste_lines_get(lines, i);

		paste_text_set(&line, s, (struct mdt_paste_at){ 1, 1 });
		wrap_line(stage, &line);
		longest = s.len > longest ? s.len : longest;
	}
	stage->holds = false;
	stage->verdict.kind = MDT_PASTE_BLANK;
	paste_text_deinit(&line);
	stage->width = likely_width(stage);
	stage->full_width = longest;
	stage->glue = stage->joins > 1 && stage->full_min == stage->full_max &&
		      longest == stage->full_max;
	stage->is_width = stage->joins > count_unbroken(lines, stage->width);
	return stage->joins > 0;
}

static void wrap_words(const struct paste_stage *stage, struct mdt_buf *ret)
{
	mdt_buf_adds(ret, "wrapped");
	if (stage->is_width)
		mdt_buf_printf(ret, " at %zu", stage->width);
}

const struct paste_row paste_wrap_rows[] = {
	{ "wrapped", 3, learn_wrap, wrap_line, flush, wrap_words },
	{ 0 },
};
