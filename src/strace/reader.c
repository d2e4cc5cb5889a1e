// SPDX-License-Identifier: MIT
#include "strace/reader.h"

#include <stdlib.h>

#include "strace/parse.h"
#include "strace/reader_parts.h"

enum {
	ESC = '\033',
	SAMPLE = 64 << 10, // bytes from which it is found out what a log has gone through
};

/* ---- life ---- */

static uint32_t pid_of_name(const char *path)
{
	const char *dot = strrchr(path, '.');
	uint64_t pid;

	if (!dot || strchr(dot, '/') ||
	    !mdt_slice_to_dec(mdt_slice_cstr(dot + 1), &pid) || pid > UINT32_MAX)
		return 0;
	return (uint32_t)pid;
}

static struct mdt_error *reader_new(const char *path, struct mdt_reader **ret)
{
	*ret = calloc(1, sizeof(**ret));
	if (!*ret)
		return &mdt_enomem;
	(*ret)->pid = pid_of_name(path);
	return NULL;
}

static enum mdt_input input_setting;
static void (*on_undone)(const char *path, struct mdt_slice words);

void mdt_reader_on_undone(void (*undone)(const char *path, struct mdt_slice words))
{
	on_undone = undone;
}

void mdt_reader_set_input(enum mdt_input input)
{
	input_setting = input;
}

// What people give for a log that is none, by its first bytes (file(1) knows the same
// ones).
static const struct {
	size_t at;
	struct mdt_slice bytes;
	const char *what;
} others[] = {
	{ 257, SLICE_INIT("ustar"), "a tar archive" },
	{ 0, SLICE_INIT("PK\3\4"), "a zip archive" },
	{ 0, SLICE_INIT("7z\xbc\xaf\x27\x1c"), "a 7z archive" },
	{ 0, SLICE_INIT("Rar!\x1a\x07"), "a rar archive" },
	{ 0, SLICE_INIT("070701"), "a cpio archive" },
	{ 0, SLICE_INIT("!<arch>\n"), "an archive of ar (a .deb, or a library)" },
	{ 0, SLICE_INIT("\xed\xab\xee\xdb"), "a package of RPM" },
	{ 0, SLICE_INIT("\xff\xfe\0\0"), "text in UTF-32" },
	{ 0, SLICE_INIT("\0\0\xfe\xff"), "text in UTF-32" },
};

static struct mdt_error *check_kind(struct mdt_reader *reader, const char *path)
{
	struct mdt_slice sample;

	if (input_setting == MDT_INPUT_AS_IS)
		return NULL;
	mdt_source_peek(reader->source, SAMPLE, &sample);
	array_for_each (it, others)
		if (sample.len > it->at &&
		    mdt_slice_starts(mdt_slice_skip(sample, it->at), it->bytes))
			return mdt_error_create(
				MDT_ERR_FORMAT, "%s: this is %s, and not a log",
				strcmp(path, "-") ? path : "standard input", it->what);
	return NULL;
}

// Most logs are clean, which the first lines tell.
static struct mdt_error *detect(struct mdt_reader *reader, const char *path)
{
	struct mdt_slice sample;
	struct mdt_error *err;

	if (input_setting == MDT_INPUT_AS_IS)
		return NULL;
	reader->judge = mdt_judge(&reader->judged);
	mdt_source_peek(reader->source, SAMPLE, &sample);
	err = mdt_paste_detect(&reader->judge, sample, &reader->paste);
	if (!err && reader->paste && on_undone)
		on_undone(path, mdt_paste_words(reader->paste));
	return err;
}

struct mdt_error *mdt_reader_create(const char *path, struct mdt_reader **ret)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err = reader_new(path, &reader);

	if (!err)
		err = mdt_source_create(path, &reader->source);
	if (!err)
		err = check_kind(reader, path);
	if (!err)
		err = detect(reader, path);
	if (!err)
		*ret = no_cleanup_ptr(reader);
	return err;
}

struct mdt_error *mdt_reader_create_text(const char *path, struct mdt_slice text,
					 struct mdt_reader **ret)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err = mdt_reader_create_memory(path, text, &reader);

	if (!err)
		err = detect(reader, path);
	if (!err)
		*ret = no_cleanup_ptr(reader);
	return err;
}

struct mdt_error *mdt_reader_create_memory(const char *path, struct mdt_slice text,
					   struct mdt_reader **ret)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err = reader_new(path, &reader);

	if (!err)
		err = mdt_source_create_memory(path, text, &reader->source);
	if (!err)
		*ret = no_cleanup_ptr(reader);
	return err;
}

void mdt_reader_destroy(struct mdt_reader *reader)
{
	if (!reader)
		return;
	mdt_map_for_each(it, &reader->pending) mdt_pending_destroy(it->value);
	mdt_map_deinit(&reader->pending);
	mdt_source_destroy(reader->source);
	mdt_paste_destroy(reader->paste);
	mdt_nodes_deinit(&reader->judged);
	mdt_error_destroy(reader->source_error);
	mdt_nodes_deinit(&reader->nodes);
	mdt_nodes_deinit(&reader->scratch);
	mdt_memo_deinit(&reader->memo);
	mdt_buf_deinit(&reader->joined);
	mdt_buf_deinit(&reader->plain);
	free(reader);
}

bool mdt_reader_may_wait(const struct mdt_reader *reader)
{
	return mdt_source_may_wait(reader->source);
}

size_t mdt_reader_unfinished(const struct mdt_reader *reader)
{
	return reader->open;
}

struct mdt_slice mdt_reader_undone(const struct mdt_reader *reader)
{
	return reader->paste ? mdt_paste_words(reader->paste) : (struct mdt_slice){ 0 };
}

uint32_t mdt_reader_pid(const struct mdt_reader *reader)
{
	return reader->pid;
}

/* ---- what an event means for the lines that follow ---- */

// The log ends in the middle of a call.
static bool is_cut_off(const struct mdt_reader *reader, const struct mdt_event *event)
{
	return event->fault.column > event->raw.len && !reader->eol;
}

static struct mdt_error *read_cut_off(struct mdt_reader *reader, struct mdt_event *ret)
{
	struct mdt_slice text = mdt_slice_skip(ret->raw, mdt_event_body(ret));
	struct mdt_error *err = mdt_parse_open_call(text, 0, &reader->nodes, ret);

	ret->kind = MDT_EVENT_UNFINISHED;
	ret->fault = (struct mdt_fault){ 0 };
	return err;
}

/*
 * Where output that nobody announced may begin, before the fault that it led to: its
 * words look like values, `vfork(from vfork`, and run into them, `flags=SIGCHLDbin`. No
 * name that strace prints for an argument has small letters behind capitals, or only
 * small ones.
 */
static size_t guess_output(struct mdt_slice body, size_t fault)
{
	size_t at = fault, name;

	while (at && !memchr("(=|", body.str[at - 1], 3) &&
	       !(body.str[at - 1] == ' ' && at > 1 && body.str[at - 2] == ','))
		at--;
	name = at;
	while (at < fault && ((body.str[at] >= 'A' && body.str[at] <= 'Z') ||
			      memchr("_0123456789", body.str[at], 11)))
		at++;
	return at < fault && body.str[at] >= 'a' && body.str[at] <= 'z' && at != name + 1
		       ? at
		       : fault;
}

// Words of others in a call that makes no sense.
static struct mdt_error *find_break(struct mdt_reader *reader, struct mdt_slice body,
				    size_t fault, struct mdt_break *ret)
{
	struct mdt_error *err = mdt_find_message(body, &reader->scratch, ret);

	if (!err && !ret->found)
		err = mdt_gap_find_output(reader, body, ret);
	if (err || ret->found)
		return err;
	*ret = (struct mdt_break){ .at = guess_output(body, fault) };
	return mdt_is_open_call(mdt_slice_head(body, ret->at), &reader->scratch,
				&ret->found);
}

// A call that makes no sense: something stands in the middle of it, or it may go on
// below.
static struct mdt_error *follow_fault(struct mdt_reader *reader, struct mdt_event *ret)
{
	struct mdt_slice body = mdt_slice_skip(ret->raw, mdt_event_body(ret));
	size_t fault = ret->fault.column - 1 - mdt_event_body(ret);
	struct mdt_pending *pending;
	struct mdt_break brk;
	struct mdt_error *err;

	if (fault > body.len)
		fault = body.len;
	err = find_break(reader, body, fault, &brk);
	if (err || !brk.found)
		return err;
	if (brk.left || (reader->mixed && brk.at < body.len))
		return mdt_gap_break(reader, brk, ret);
	mdt_gap_open(reader, MDT_GAP_LIKELY, ret->prefix.pid, brk.at);
	return mdt_pending_begin(reader, ret->prefix.pid, mdt_slice_head(body, brk.at),
				 &pending);
}

// write() and writev()
static bool may_write(const struct mdt_event *event)
{
	return event->name.str[0] == 'w';
}

static struct mdt_error *follow_call(struct mdt_reader *reader, struct mdt_event *ret)
{
	struct mdt_break brk = { 0 };

	if (may_write(ret))
		brk = mdt_find_own_output(mdt_slice_skip(ret->raw, mdt_event_body(ret)),
					  ret);
	if (brk.found)
		return mdt_gap_break(reader, brk, ret);
	if (ret->fault.expected)
		return follow_fault(reader, ret);
	if (reader->open)
		mdt_pending_end(reader, ret->prefix.pid);
	return NULL;
}

static struct mdt_error *follow_unfinished(struct mdt_reader *reader,
					   struct mdt_event *ret)
{
	struct mdt_slice body = mdt_slice_skip(ret->raw, mdt_event_body(ret));
	struct mdt_break brk = { 0 };
	struct mdt_pending *pending;
	struct mdt_error *err;

	if (may_write(ret))
		brk = mdt_find_own_output(body, ret);
	if (brk.found)
		return mdt_gap_break(reader, brk, ret);
	body.len = mdt_ref_node(ret->call)->len;
	err = mdt_pending_begin(reader, ret->prefix.pid, body, &pending);
	if (err)
		return err;
	mdt_pending_announce(reader, pending, ret);
	mdt_gap_open(reader, MDT_GAP_POSSIBLE, ret->prefix.pid, body.len);
	return NULL;
}

// strace says something that is whole: the other half of a call does not come any more.
static void leave_gap(struct mdt_reader *reader)
{
	if (reader->gap == MDT_GAP_LIKELY)
		mdt_pending_end(reader, reader->gap_pid);
	reader->gap = MDT_GAP_NONE;
}

static struct mdt_error *follow(struct mdt_reader *reader, struct mdt_event *ret)
{
	bool is_whole = ret->kind <= MDT_EVENT_SUPERSEDED || ret->name.len;

	if (reader->gap != MDT_GAP_NONE && is_whole)
		leave_gap(reader);
	if (is_whole)
		reader->in_report = false;
	switch (ret->kind) {
	case MDT_EVENT_UNKNOWN:
		if (!ret->name.len)
			break;
		if (is_cut_off(reader, ret))
			return read_cut_off(reader, ret);
		// fallthrough
	case MDT_EVENT_CALL:
		return follow_call(reader, ret);
	case MDT_EVENT_UNFINISHED:
		return follow_unfinished(reader, ret);
	case MDT_EVENT_RESUMED:
		return mdt_pending_resume(reader, ret);
	case MDT_EVENT_SUPERSEDED:
		if (reader->open)
			return mdt_pending_move(reader, ret);
		break;
	case MDT_EVENT_EXIT:
		if (reader->open)
			mdt_pending_end(reader, ret->prefix.pid);
		break;
	case MDT_EVENT_SIGNAL:
	case MDT_EVENT_STOP:
	case MDT_EVENT_MESSAGE:
	case MDT_EVENT_DEBUG:
	case MDT_EVENT_STACK:
	case MDT_EVENT_DUMP:
	case MDT_EVENT_TABLE:
	case MDT_EVENT_OUTPUT:
	case MDT_EVENT_KERNEL:
	case MDT_EVENT_COMMENT:
	case MDT_EVENT_BLANK:
		break;
	}
	if (reader->table != MDT_TABLE_NONE || ret->kind == MDT_EVENT_UNKNOWN ||
	    ret->kind == MDT_EVENT_TABLE)
		mdt_table_follow(reader, ret);
	mdt_kernel_line_follow(reader, ret);
	// In such a log a line that has nothing of strace's is output, even if
	// unannounced.
	if (ret->kind == MDT_EVENT_UNKNOWN && !ret->name.len &&
	    (reader->mixed || reader->gap == MDT_GAP_CERTAIN))
		mdt_gap_set_output(ret, ret->raw);
	return NULL;
}

/* ---- colors ---- */

// The length of an escape sequence at `from`, ESC [ digits and semicolons m, or 0.
static size_t escape_length(struct mdt_slice line, size_t from)
{
	size_t n = from + 2;

	if (line.str[from] != ESC || from + 1 >= line.len || line.str[from + 1] != '[')
		return 0;
	while (n < line.len &&
	       (line.str[n] == ';' || (line.str[n] >= '0' && line.str[n] <= '9')))
		n++;
	return n < line.len && line.str[n] == 'm' ? n + 1 - from : 0;
}

void mdt_strip_colors(struct mdt_slice line, struct mdt_buf *plain)
{
	mdt_buf_clear(plain);
	for (size_t i = 0; i < line.len;) {
		size_t escape = escape_length(line, i);

		if (!escape)
			mdt_buf_addc(plain, line.str[i]);
		i += escape ? escape : 1;
	}
}

// The column in the line of what is column `plain` without the colors.
static uint32_t colored_column(struct mdt_slice line, uint32_t plain)
{
	size_t i = 0;

	while (i < line.len) {
		size_t escape = escape_length(line, i);

		if (!escape && !--plain)
			break;
		i += escape ? escape : 1;
	}
	return (uint32_t)i + 1;
}

static bool has_color(struct mdt_slice line)
{
	return line.len && memchr(line.str, ESC, line.len);
}

/* ---- lines ---- */

static struct mdt_error *read_words(struct mdt_reader *reader, struct mdt_slice line,
				    struct mdt_event *ret);

static struct mdt_error *read_colored(struct mdt_reader *reader, struct mdt_slice line,
				      struct mdt_event *ret)
{
	struct mdt_error *err;

	reader->colored = true;
	mdt_strip_colors(line, &reader->plain);
	err = mdt_buf_error(&reader->plain);
	if (!err)
		err = read_words(reader, mdt_buf_slice(&reader->plain), ret);
	ret->raw = line;
	ret->colored = true;
	if (ret->fault.expected)
		ret->fault.column = colored_column(line, ret->fault.column);
	return err;
}

// Whether colors may be why the line is not understood, or will not be later.
static bool is_colored(const struct mdt_event *event)
{
	return (event->kind == MDT_EVENT_UNKNOWN || event->kind == MDT_EVENT_RESUMED) &&
	       has_color(event->raw);
}

// mdt_parse_line(), but for what is remembered of a line with the same call.
static struct mdt_error *parse_line(struct mdt_reader *reader, struct mdt_slice line,
				    struct mdt_event *ret)
{
	struct mdt_error *err;
	size_t from;

	if (!line.len || line.str[0] == ' ' || line.len > MDT_LINE_MAX)
		return mdt_parse_line(line, &reader->nodes, ret);
	mdt_event_init(ret, line);
	from = mdt_parse_prefix(line, &ret->prefix);
	if (mdt_memo_find(&reader->memo, mdt_slice_skip(line, from), ret))
		return NULL;
	err = mdt_parse_body(line, from, &reader->nodes, ret);
	if (!err)
		mdt_memo_keep(&reader->memo, ret, &reader->nodes);
	return err;
}

static struct mdt_error *read_words(struct mdt_reader *reader, struct mdt_slice line,
				    struct mdt_event *ret)
{
	struct mdt_error *err = NULL;
	bool done = false;
	size_t from = 0;

	if (unlikely(reader->output_left || reader->announced_count ||
		     reader->gap == MDT_GAP_CERTAIN))
		err = mdt_gap_read(reader, line, &from, ret, &done);
	if (!err && !done)
		err = likely(!from) ? parse_line(reader, line, ret)
				    : mdt_parse_behind(line, from, &reader->nodes, ret);
	if (!err && !done && !reader->colored && is_colored(ret))
		return read_colored(reader, line, ret);
	if (!err && !done && ret->kind == MDT_EVENT_UNKNOWN)
		err = mdt_gap_explain(reader, line, from, ret, &done);
	if (err)
		return err;
	if (!ret->prefix.pid)
		ret->prefix.pid = reader->pid;
	return done ? NULL : follow(reader, ret);
}

// Only a line that is over the limit comes in pieces; the first one says so.
static bool read_piece(struct mdt_reader *reader, const struct mdt_line *line,
		       struct mdt_event *ret)
{
	bool was_piece = reader->in_piece;

	reader->in_piece = line->is_piece;
	if (!was_piece) {
		reader->line++;
		return false;
	}
	mdt_event_init(ret, line->text);
	ret->kind = MDT_EVENT_OUTPUT;
	return true;
}

static struct mdt_error *read_line(struct mdt_reader *reader, const struct mdt_line *line,
				   struct mdt_event *ret)
{
	if (read_piece(reader, line, ret))
		return NULL;
	reader->eol = line->eol.len != 0;
	if (unlikely(reader->colored) && has_color(line->text))
		return read_colored(reader, line->text, ret);
	return read_words(reader, line->text, ret);
}

/* ---- lines that were changed ---- */

static struct mdt_error *feed(struct mdt_reader *reader)
{
	struct mdt_line line;
	bool got;

	reader->source_error = mdt_source_next(reader->source, &line, &got);
	if (!reader->source_error && got)
		return mdt_paste_feed(reader->paste, line.text);
	reader->source_ended = true;
	return mdt_paste_end(reader->paste);
}

// What people write around a log is not strace's, and no fault of it.
static void forgive_prose(struct mdt_event *event)
{
	struct mdt_slice line = event->raw;

	if (event->kind != MDT_EVENT_UNKNOWN || event->name.len ||
	    (memchr(line.str, '(', line.len) && mdt_slice_find(line, SLICE("= "))))
		return;
	event->kind = MDT_EVENT_COMMENT;
	event->fault = (struct mdt_fault){ 0 };
}

static struct mdt_error *read_pasted(struct mdt_reader *reader, struct mdt_event *ret,
				     bool *got)
{
	const struct mdt_paste_at *at;
	struct mdt_line line = { .eol = SLICE_INIT("\n") };
	struct mdt_error *err = NULL;
	uint32_t column;

	while (!err && !mdt_paste_take(reader->paste, &line.text, &at)) {
		*got = false;
		if (reader->source_ended)
			return no_cleanup_ptr(reader->source_error);
		err = feed(reader);
	}
	*got = true;
	if (err)
		return err;
	reader->line = at[0].line - 1;
	err = read_line(reader, &line, ret);
	ret->line = at[0].line;
	ret->eol = line.eol;
	forgive_prose(ret);
	if (ret->fault.expected) {
		column = ret->fault.column - 1;
		at += column < line.text.len ? column : line.text.len;
		ret->fault.line = at->line;
		ret->fault.column = at->column;
	}
	return err;
}

struct mdt_error *mdt_reader_next(struct mdt_reader *reader, struct mdt_event *ret,
				  bool *got)
{
	struct mdt_line line;
	struct mdt_error *err;

	if (unlikely(reader->paste))
		return read_pasted(reader, ret, got);
	err = mdt_source_next(reader->source, &line, got);

	if (err || !*got)
		return err;
	err = read_line(reader, &line, ret);
	ret->line = reader->line;
	ret->eol = line.eol;
	return err;
}
