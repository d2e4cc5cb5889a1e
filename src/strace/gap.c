// SPDX-License-Identifier: MIT
#include "strace/parse.h"
#include "strace/reader_parts.h"

enum {
	PLACES_MAX = 8, // in a line, that are tried
	LOOKS_MAX = 32, // that are looked at for it
};

// Where strace's words begin in the line; the event's prefix stands before it.
size_t mdt_event_body(const struct mdt_event *event)
{
	return (size_t)(event->prefix.text.str - event->raw.str) + event->prefix.text.len;
}

void mdt_gap_open(struct mdt_reader *reader, enum mdt_gap gap, uint32_t pid, size_t len)
{
	reader->gap = gap;
	reader->gap_pid = pid;
	reader->gap_budget = 64 * (uint64_t)(len + 4096);
}

/*
 * Pass over output that is due at `from`.
 * @return Where the line goes on; past its end when the line's end is output, too.
 */
static size_t skip_output(struct mdt_reader *reader, struct mdt_slice line, size_t from)
{
	size_t rest = line.len - from;

	if (reader->output_left > rest) {
		reader->output_left -= rest + 1;
		return line.len + 1;
	}
	from += reader->output_left;
	reader->output_left = 0;
	return from;
}

// The open write that announced what stands here.
static const struct mdt_pending *announced_at(const struct mdt_reader *reader,
					      struct mdt_slice text)
{
	for (size_t i = 0; i < reader->announced_count; i++)
		if (mdt_written_begins(&reader->announced[i]->written, text))
			return reader->announced[i];
	return NULL;
}

static const struct mdt_pending *announced_line(const struct mdt_reader *reader,
						struct mdt_slice line)
{
	for (size_t i = 0; i < reader->announced_count; i++)
		if (mdt_written_is_line(&reader->announced[i]->written, line))
			return reader->announced[i];
	return NULL;
}

// Its output comes out here: so many bytes of it are due.
static bool expect_output(struct mdt_reader *reader, const struct mdt_pending *announced)
{
	if (!announced)
		return false;
	reader->output_left = announced->written.count;
	reader->mixed = true;
	mdt_pending_shown(reader, announced);
	return true;
}

// The same where one open write's output stands; `looks` is how many places may be looked
// at.
static struct mdt_error *find_output_of(struct mdt_reader *reader,
					const struct mdt_written *written,
					struct mdt_slice body, unsigned int *looks,
					struct mdt_break *ret)
{
	struct mdt_slice start = mdt_slice_from(written->start, written->start_len);
	struct mdt_slice rest = mdt_slice_skip(body, 1);
	struct mdt_error *err = NULL;
	const char *found;

	while (!err && !ret->found && start.len && *looks &&
	       (found = mdt_slice_find(rest, start))) {
		rest = mdt_slice_skip(rest, (size_t)(found - rest.str));
		--*looks;
		ret->at = (size_t)(found - body.str);
		ret->left = written->count;
		if (mdt_written_begins(written, rest))
			err = mdt_is_open_call(mdt_slice_head(body, ret->at),
					       &reader->scratch, &ret->found);
		rest = mdt_slice_skip(rest, 1);
	}
	return err;
}

struct mdt_error *mdt_gap_find_output(struct mdt_reader *reader, struct mdt_slice body,
				      struct mdt_break *ret)
{
	struct mdt_error *err = NULL;
	unsigned int looks = LOOKS_MAX;

	*ret = (struct mdt_break){ 0 };
	for (size_t i = 0; !err && !ret->found && i < reader->announced_count; i++) {
		const struct mdt_pending *announced = reader->announced[i];

		err = find_output_of(reader, &announced->written, body, &looks, ret);
		if (ret->found)
			mdt_pending_shown(reader, announced);
	}
	return err;
}

static bool may_go_on(struct mdt_slice head, struct mdt_slice rest)
{
	if (!rest.len || rest.str[0] == '<')
		return false;
	return memchr("), ", rest.str[0], 3) || mdt_slice_ends(head, SLICE("(")) ||
	       mdt_slice_ends(head, SLICE(", "));
}

static bool spend(struct mdt_reader *reader, size_t bytes)
{
	if (reader->gap_budget < bytes)
		return false;
	reader->gap_budget -= bytes;
	return true;
}

// A trial parses into nodes of its own, so that the event that stands keeps its values.
static void swap_nodes(struct mdt_reader *reader)
{
	struct mdt_nodes nodes = reader->nodes;

	reader->nodes = reader->scratch;
	reader->scratch = nodes;
}

// ` <unfinished ...>` in the gap: from here on the call is like any other that is
// unfinished.
static struct mdt_error *interrupt_gap(struct mdt_reader *reader,
				       struct mdt_pending *pending, struct mdt_slice rest,
				       struct mdt_event *ret, bool *done)
{
	struct mdt_slice interruption = mdt_parse_interruption(rest);
	struct mdt_event trial = *ret;
	size_t old = pending->text.len;
	struct mdt_error *err;

	if (!interruption.len)
		return NULL;
	rest.len -= interruption.len;
	if (mdt_slice_ends(rest, SLICE(" ")))
		rest.len--;
	if (rest.len && rest.str[0] != ',' && rest.str[0] != ')')
		return NULL;
	if (rest.len)
		mdt_pending_shown(reader, pending);
	mdt_buf_add(&pending->text, rest);
	err = mdt_buf_error(&pending->text);
	swap_nodes(reader);
	if (!err)
		err = mdt_parse_open_call(mdt_buf_slice(&pending->text), 0,
					  &reader->nodes, &trial);
	if (err)
		return err;
	*done = !trial.fault.expected && !trial.result.present;
	if (*done) {
		*ret = trial;
		ret->kind = MDT_EVENT_UNFINISHED;
		ret->interruption = interruption;
		ret->began = pending->line == reader->line ? 0 : pending->line;
		reader->gap = MDT_GAP_NONE;
	} else {
		pending->text.len = old;
		swap_nodes(reader);
	}
	return NULL;
}

// The call's other half.
static struct mdt_error *close_gap(struct mdt_reader *reader, struct mdt_pending *pending,
				   struct mdt_slice rest, struct mdt_event *ret,
				   bool *done)
{
	struct mdt_event trial = *ret;
	struct mdt_error *err;

	if (!may_go_on(mdt_buf_slice(&pending->text), rest))
		return NULL;
	swap_nodes(reader);
	err = mdt_pending_join(reader, pending, rest, &trial);
	if (err || trial.fault.expected || !trial.result.present ||
	    (trial.note.len && rest.str[0] != ')')) {
		swap_nodes(reader);
		return err;
	}
	*ret = trial;
	ret->tail = rest;
	ret->kind = MDT_EVENT_RESUMED;
	if (pending->line == reader->line) {
		ret->kind = MDT_EVENT_CALL;
		ret->began = 0;
	}
	mdt_pending_end(reader, reader->gap_pid);
	reader->gap = MDT_GAP_NONE;
	*done = true;
	return NULL;
}

// Whether the call goes on at `from`: the event is then whole.
static struct mdt_error *go_on(struct mdt_reader *reader, struct mdt_event *ret,
			       size_t from, bool *done)
{
	struct mdt_pending *pending = mdt_map_find(&reader->pending, reader->gap_pid);
	struct mdt_slice rest = mdt_slice_skip(ret->raw, from);
	struct mdt_error *err;

	*done = false;
	if (!pending || !pending->text.len || !rest.len ||
	    !spend(reader, pending->text.len + rest.len))
		return NULL;
	err = interrupt_gap(reader, pending, rest, ret, done);
	if (!err && !*done)
		err = close_gap(reader, pending, rest, ret, done);
	if (*done)
		ret->prefix.pid = reader->gap_pid;
	return err;
}

// The same at a later place: output that nobody announced stands before it.
static struct mdt_error *go_on_later(struct mdt_reader *reader, struct mdt_event *ret,
				     size_t *from, bool *done)
{
	struct mdt_slice interruption = mdt_parse_interruption(ret->raw);
	struct mdt_error *err = NULL;
	unsigned int tried = 0;

	*done = false;
	if (interruption.len) {
		size_t at = ret->raw.len - interruption.len;

		*from = at && ret->raw.str[at - 1] == ' ' ? at - 1 : at;
		return go_on(reader, ret, *from, done);
	}
	for (size_t i = *from; !err && i < ret->raw.len && tried < PLACES_MAX; i++) {
		if (!memchr("),", ret->raw.str[i], 2))
			continue;
		tried++;
		err = go_on(reader, ret, i, done);
		if (*done) {
			*from = i;
			break;
		}
	}
	return err;
}

/*
 * Pass over what may stand in a gap, up to where the call goes on: output that is due or
 * announced, strace's messages.
 * @param[in,out] from In the line; past its end when all of it belongs to the gap.
 */
static struct mdt_error *cross_gap(struct mdt_reader *reader, struct mdt_event *ret,
				   size_t *from, bool *done)
{
	struct mdt_slice line = ret->raw, rest;
	struct mdt_error *err;

	do {
		*from = skip_output(reader, line, *from);
		*done = false;
		if (*from > line.len)
			return NULL;
		err = go_on(reader, ret, *from, done);
		if (err || *done)
			return err;
		rest = mdt_slice_skip(line, *from);
		if (mdt_is_own_message(rest)) {
			*from = line.len + 1;
			return NULL;
		}
	} while (expect_output(reader, announced_at(reader, rest)));
	return NULL;
}

// The first half of a call that breaks off, as an event of its own.
static struct mdt_error *begin_gap(struct mdt_reader *reader, struct mdt_break brk,
				   struct mdt_event *ret)
{
	struct mdt_slice text =
		mdt_slice_head(mdt_slice_skip(ret->raw, mdt_event_body(ret)), brk.at);
	struct mdt_pending *pending;
	struct mdt_error *err;

	err = mdt_parse_open_call(text, 0, &reader->nodes, ret);
	if (!err)
		err = mdt_pending_begin(reader, ret->prefix.pid, text, &pending);
	if (err)
		return err;
	ret->kind = MDT_EVENT_UNFINISHED;
	ret->fault = (struct mdt_fault){ 0 };
	ret->interruption = (struct mdt_slice){ 0 };
	reader->output_left = brk.left;
	reader->mixed = true;
	if (!brk.own)
		mdt_pending_announce(reader, pending, ret);
	mdt_gap_open(reader, MDT_GAP_CERTAIN, ret->prefix.pid, text.len);
	return NULL;
}

struct mdt_error *mdt_gap_break(struct mdt_reader *reader, struct mdt_break brk,
				struct mdt_event *ret)
{
	size_t begin = mdt_event_body(ret) + brk.at, from = begin;
	struct mdt_slice line = ret->raw;
	struct mdt_error *err = begin_gap(reader, brk, ret);
	bool done = false;

	if (!err)
		err = cross_gap(reader, ret, &from, &done);
	if (!err && !done && from <= line.len)
		err = go_on_later(reader, ret, &from, &done);
	if (!done)
		from = line.len;
	ret->output = mdt_slice_from(line.str + begin, from - begin);
	return err;
}

void mdt_gap_set_output(struct mdt_event *ret, struct mdt_slice line)
{
	mdt_event_init(ret, line);
	ret->kind = mdt_is_own_message(line) ? MDT_EVENT_MESSAGE : MDT_EVENT_OUTPUT;
	if (ret->kind == MDT_EVENT_OUTPUT)
		ret->output = line;
}

struct mdt_error *mdt_gap_read(struct mdt_reader *reader, struct mdt_slice line,
			       size_t *from, struct mdt_event *ret, bool *done)
{
	struct mdt_error *err;

	if (!reader->output_left && reader->gap != MDT_GAP_CERTAIN &&
	    !expect_output(reader, announced_line(reader, mdt_slice_skip(line, *from))))
		return NULL;
	mdt_event_init(ret, line);
	if (reader->gap == MDT_GAP_NONE) {
		*from = skip_output(reader, line, *from);
	} else {
		err = cross_gap(reader, ret, from, done);
		if (err)
			return err;
		if (*done && *from)
			ret->output = mdt_slice_head(line, *from);
	}
	if (!*done && *from > line.len) {
		*done = true;
		mdt_gap_set_output(ret, line);
	}
	return NULL;
}

// strace's words from `from` on, with output before them.
struct mdt_error *mdt_parse_behind(struct mdt_slice line, size_t from,
				   struct mdt_nodes *nodes, struct mdt_event *ret)
{
	struct mdt_error *err = mdt_parse_line(mdt_slice_skip(line, from), nodes, ret);

	ret->raw = line;
	ret->before = mdt_slice_head(line, from);
	if (ret->fault.expected)
		ret->fault.column += (uint32_t)from;
	return err;
}

static bool looks_right(const struct mdt_event *event)
{
	struct mdt_slice body = mdt_slice_skip(event->raw, mdt_event_body(event));

	return event->prefix.text.len &&
	       (event->kind <= MDT_EVENT_SUPERSEDED ||
		(event->name.len && mdt_find_own_output(body, event).found));
}

/*
 * Output without a line's end that nobody announced, and then a line of strace's that
 * begins with a pid or a time: `child [pid 5] close(3) = 0`.
 */
static struct mdt_error *find_line_start(struct mdt_reader *reader, struct mdt_event *ret)
{
	struct mdt_slice line = ret->raw;
	unsigned int tried = 0, looks = 0;

	for (size_t i = 1; i < line.len && tried < PLACES_MAX && looks < LOOKS_MAX; i++) {
		char c = line.str[i], before = line.str[i - 1];
		struct mdt_event trial;
		struct mdt_prefix prefix = { 0 };
		struct mdt_error *err;

		if (before == c || (c != '[' && c != ' ' && !(c >= '0' && c <= '9')) ||
		    (before >= '0' && before <= '9'))
			continue;
		looks++;
		if (!mdt_parse_prefix(mdt_slice_skip(line, i), &prefix))
			continue;
		tried++;
		err = mdt_parse_behind(line, i, &reader->nodes, &trial);
		if (err)
			return err;
		if (looks_right(&trial)) {
			*ret = trial;
			return NULL;
		}
	}
	return NULL;
}

/*
 * A line in which a call goes on, maybe after output. One that begins with a call of its
 * own is not searched for the end of another that only did not make sense: both may be
 * spoiled in the same way.
 */
static struct mdt_error *find_other_half(struct mdt_reader *reader, struct mdt_slice line,
					 size_t from, struct mdt_event *ret, bool *done)
{
	enum mdt_gap least = ret->name.len ? MDT_GAP_CERTAIN : MDT_GAP_LIKELY;
	struct mdt_event trial;
	struct mdt_error *err;

	mdt_event_init(&trial, line);
	err = go_on(reader, &trial, from, done);
	if (!err && !*done && reader->gap >= least)
		err = go_on_later(reader, &trial, &from, done);
	if (*done) {
		*ret = trial;
		ret->output = mdt_slice_head(line, from);
	}
	return err;
}

struct mdt_error *mdt_gap_explain(struct mdt_reader *reader, struct mdt_slice line,
				  size_t from, struct mdt_event *ret, bool *done)
{
	struct mdt_error *err = NULL;

	if (expect_output(reader, announced_at(reader, mdt_slice_skip(line, from)))) {
		err = mdt_gap_read(reader, line, &from, ret, done);
		return err || *done ? err
				    : mdt_parse_behind(line, from, &reader->nodes, ret);
	}
	if (reader->gap != MDT_GAP_NONE)
		err = find_other_half(reader, line, from, ret, done);
	if (!err && !*done && !ret->name.len)
		err = find_line_start(reader, ret);
	return err;
}
