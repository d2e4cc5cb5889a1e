// SPDX-License-Identifier: MIT
#include "strace/reader.h"

#include <stdlib.h>

#include "base/map.h"
#include "strace/parse.h"
#include "strace/source.h"

enum {
	PENDING_KEPT = 1024, // how many buffers of calls that are over are kept for the next
	PENDING_SEARCHED = 64, // how many open calls are looked at for a line without a pid
};

// A call that began: its text up to where strace stopped. Not open: the text is empty.
struct pending {
	unsigned long line;
	struct mdt_buf text;
};

enum table_state {
	TABLE_NONE,
	TABLE_HEADING, // a line of column titles was seen
	TABLE_ROWS,
};

struct mdt_reader {
	struct mdt_source *source;
	struct mdt_nodes nodes;
	struct mdt_buf joined;
	struct mdt_map pending; // pid to struct pending
	size_t open;
	unsigned long line;
	uint32_t pid;
	enum table_state table;
	bool in_piece;
	bool eol; // the line has an end: it is not the last one, cut by the end of the file
	// The traced program's output stands in the middle of a call:
	bool broken;
	uint32_t broken_pid;
	uint64_t output_left;
};

/* ---- life ---- */

static uint32_t pid_of_name(const char *path)
{
	const char *dot = strrchr(path, '.');
	uint64_t pid;

	if (!dot || strchr(dot, '/') || !mdt_slice_to_dec(mdt_slice_cstr(dot + 1), &pid) ||
	    pid > UINT32_MAX)
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

struct mdt_error *mdt_reader_create(const char *path, struct mdt_reader **ret)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	struct mdt_error *err = reader_new(path, &reader);

	if (!err)
		err = mdt_source_create(path, &reader->source);
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

static void pending_destroy(struct pending *pending)
{
	mdt_buf_deinit(&pending->text);
	free(pending);
}

void mdt_reader_destroy(struct mdt_reader *reader)
{
	if (!reader)
		return;
	mdt_map_for_each(it, &reader->pending)
		pending_destroy(it->value);
	mdt_map_deinit(&reader->pending);
	mdt_source_destroy(reader->source);
	mdt_nodes_deinit(&reader->nodes);
	mdt_buf_deinit(&reader->joined);
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

uint32_t mdt_reader_pid(const struct mdt_reader *reader)
{
	return reader->pid;
}

/* ---- calls that are open ---- */

static struct mdt_error *pending_begin(struct mdt_reader *reader, uint32_t pid,
				       struct mdt_slice text)
{
	struct pending *pending = mdt_map_find(&reader->pending, pid);

	if (!pending) {
		pending = calloc(1, sizeof(*pending));
		if (!pending || !mdt_map_set(&reader->pending, pid, pending)) {
			free(pending);
			return &mdt_enomem;
		}
	}
	reader->open += pending->text.len == 0;
	pending->line = reader->line;
	mdt_buf_clear(&pending->text);
	mdt_buf_add(&pending->text, text);
	return mdt_buf_error(&pending->text);
}

static void pending_end(struct mdt_reader *reader, uint32_t pid)
{
	struct pending *pending = mdt_map_find(&reader->pending, pid);

	if (!pending)
		return;
	reader->open -= pending->text.len != 0;
	pending->text.len = 0;
	if (reader->pending.live > PENDING_KEPT && mdt_map_set(&reader->pending, pid, NULL))
		pending_destroy(pending);
}

static bool is_open(const struct pending *pending, struct mdt_slice name)
{
	struct mdt_slice text;

	if (!pending)
		return false;
	text = mdt_buf_slice(&pending->text);
	return mdt_slice_starts(text, name) && text.len > name.len &&
	       text.str[name.len] == '(';
}

/*
 * The call that a `<... name resumed>` goes on with. strace -f prints pids only while there are
 * several processes: a call may begin with a pid and be resumed without one, or the reverse.
 */
static struct pending *pending_find(struct mdt_reader *reader, struct mdt_slice name,
				    uint32_t *pid)
{
	struct pending *pending = mdt_map_find(&reader->pending, *pid);

	if (is_open(pending, name))
		return pending;
	if (*pid) {
		pending = mdt_map_find(&reader->pending, 0);
		*pid = 0;
		return is_open(pending, name) ? pending : NULL;
	}
	if (reader->pending.len > PENDING_SEARCHED)
		return NULL;
	pending = NULL;
	mdt_map_for_each(it, &reader->pending) {
		if (is_open(it->value, name)) {
			pending = it->value;
			*pid = (uint32_t)it->key;
		}
	}
	return pending;
}

/*
 * Parse the open call with `tail` behind it. Faults are told as columns of this line, where the
 * tail begins at column `column`.
 */
static struct mdt_error *join(struct mdt_reader *reader, const struct pending *pending,
			      struct mdt_slice tail, struct mdt_event *ret)
{
	struct mdt_buf *joined = &reader->joined;
	size_t head = pending->text.len;
	struct mdt_error *err;

	mdt_buf_clear(joined);
	mdt_buf_add(joined, mdt_buf_slice(&pending->text));
	mdt_buf_add(joined, tail);
	err = mdt_buf_error(joined);
	if (!err)
		err = mdt_parse_call(mdt_buf_slice(joined), &reader->nodes, ret);
	if (err)
		return err;
	ret->began = pending->line;
	if (ret->fault.expected) {
		size_t behind = ret->fault.column > head ? ret->fault.column - 1 - head : 0;

		ret->fault.column = (uint32_t)((size_t)(tail.str - ret->raw.str) + behind + 1);
	}
	return NULL;
}

/*
 * A call whose beginning is not in the log: its last arguments are all there is. The head is
 * made up, so that what is left can be read as values.
 */
static struct mdt_error *join_orphan(struct mdt_reader *reader, struct mdt_event *ret)
{
	struct pending head = { 0 };
	struct mdt_slice tail = ret->tail;
	struct mdt_error *err;

	mdt_buf_add(&head.text, ret->name);
	mdt_buf_addc(&head.text, '(');
	if (tail.len && tail.str[0] == ',')
		tail = mdt_slice_skip(tail, 1);
	err = mdt_buf_error(&head.text);
	if (!err)
		err = join(reader, &head, tail, ret);
	mdt_buf_deinit(&head.text);
	// Its first half may have opened brackets that nobody can know of.
	if (!err && ret->fault.expected) {
		ret->fault.expected = NULL;
		ret->call = mdt_ref_none();
		ret->result = (struct mdt_result){ .value = mdt_ref_none(),
						   .aux = mdt_ref_none() };
	}
	return err;
}

static struct mdt_error *resume(struct mdt_reader *reader, struct mdt_event *ret)
{
	uint32_t pid = ret->prefix.pid;
	struct mdt_slice name = ret->name;
	struct pending *pending = pending_find(reader, name, &pid);
	struct mdt_error *err;

	if (!pending)
		return join_orphan(reader, ret);
	err = join(reader, pending, ret->tail, ret);
	if (err)
		return err;
	if (ret->fault.expected)
		ret->kind = MDT_EVENT_UNKNOWN;
	pending_end(reader, pid);
	return NULL;
}

/* ---- the traced program's output between strace's words ---- */

static struct mdt_error *open_call(struct mdt_reader *reader, struct mdt_slice text,
				   size_t from, struct mdt_event *ret)
{
	struct mdt_error *err = mdt_parse_open_call(text, from, &reader->nodes, ret);

	ret->kind = MDT_EVENT_UNFINISHED;
	ret->fault = (struct mdt_fault){ 0 };
	return err;
}

// The call up to the output is open; what follows the output, here or below, goes on with it.
static struct mdt_error *break_off(struct mdt_reader *reader, struct mdt_break brk,
				   size_t from, struct mdt_event *ret)
{
	struct mdt_slice body = mdt_slice_skip(ret->raw, from);
	struct mdt_error *err = pending_begin(reader, ret->prefix.pid,
					      mdt_slice_head(body, brk.at));
	struct pending *pending;

	if (err)
		return err;
	ret->output = mdt_slice_head(mdt_slice_skip(body, brk.at), brk.left);
	if (brk.left < body.len - brk.at) {
		pending = mdt_map_find(&reader->pending, ret->prefix.pid);
		err = join(reader, pending, mdt_slice_skip(body, brk.at + brk.left), ret);
		ret->began = 0;
		ret->kind = ret->fault.expected ? MDT_EVENT_UNKNOWN : MDT_EVENT_CALL;
		pending_end(reader, ret->prefix.pid);
		return err;
	}
	reader->broken = true;
	reader->broken_pid = ret->prefix.pid;
	reader->output_left = brk.left - (body.len - brk.at);
	reader->output_left -= reader->output_left != 0;
	return open_call(reader, mdt_slice_head(ret->raw, from + brk.at), from, ret);
}

static bool goes_on(struct mdt_slice rest)
{
	return mdt_slice_starts(mdt_slice_trim(rest), SLICE(")")) ||
	       mdt_parse_interruption(rest).len || mdt_slice_find(rest, SLICE(") "));
}

// A line while output is expected; *done when it has been dealt with.
static struct mdt_error *go_on(struct mdt_reader *reader, struct mdt_event *ret, bool *done)
{
	struct mdt_slice line = ret->raw, rest;
	struct pending *pending = mdt_map_find(&reader->pending, reader->broken_pid);
	struct mdt_error *err;

	*done = true;
	if (reader->output_left > line.len) {
		reader->output_left -= line.len + 1;
		ret->kind = MDT_EVENT_OUTPUT;
		ret->output = line;
		return NULL;
	}
	if (!reader->output_left && mdt_is_own_message(line)) {
		ret->kind = MDT_EVENT_MESSAGE;
		return NULL;
	}
	reader->broken = false;
	rest = mdt_slice_skip(line, reader->output_left);
	ret->output = mdt_slice_head(line, reader->output_left);
	*done = pending && pending->text.len && goes_on(rest);
	if (!*done)
		return NULL;
	ret->prefix.pid = reader->broken_pid;
	ret->interruption = mdt_parse_interruption(rest);
	if (ret->interruption.len) {
		mdt_buf_add(&pending->text,
			    mdt_slice_head(rest, rest.len - ret->interruption.len));
		err = mdt_buf_error(&pending->text);
		return err ? err : open_call(reader, mdt_buf_slice(&pending->text), 0, ret);
	}
	ret->tail = rest;
	err = join(reader, pending, rest, ret);
	ret->kind = MDT_EVENT_RESUMED;
	*done = !ret->fault.expected;
	pending_end(reader, reader->broken_pid);
	return err;
}

/* ---- tables of -c ---- */

static bool all_words_in(struct mdt_slice line, const struct mdt_slice *words, size_t count)
{
	size_t found = 0;

	line = mdt_slice_trim(line);
	while (line.len) {
		size_t n = 0, i = 0;

		while (n < line.len && line.str[n] != ' ')
			n++;
		while (i < count && !mdt_slice_eq(words[i], mdt_slice_head(line, n)))
			i++;
		if (i == count)
			return false;
		found++;
		line = mdt_slice_trim(mdt_slice_skip(line, n));
	}
	return found > 0;
}

// Column titles of src/count.c, and the line of strace --summary-columns over several ABIs.
static bool is_heading(struct mdt_slice line)
{
	static const struct mdt_slice titles[] = {
		SLICE_INIT("%"),	  SLICE_INIT("time"),	   SLICE_INIT("seconds"),
		SLICE_INIT("total-time"), SLICE_INIT("usecs/call"), SLICE_INIT("shortest"),
		SLICE_INIT("longest"),	  SLICE_INIT("calls"),	   SLICE_INIT("errors"),
		SLICE_INIT("syscall"),	  SLICE_INIT("min-time"),  SLICE_INIT("max-time"),
		SLICE_INIT("avg-time"),	  SLICE_INIT("name"),
	};

	return all_words_in(line, titles, array_size(titles)) ||
	       mdt_slice_starts(line, SLICE("System call usage summary for "));
}

static bool is_ruler(struct mdt_slice line)
{
	line = mdt_slice_trim(line);
	for (size_t i = 0; i < line.len; i++)
		if (line.str[i] != '-' && line.str[i] != ' ')
			return false;
	return line.len > 1;
}

// A line that the line parser has no name for, or takes for something else inside a table.
static void follow_table(struct mdt_reader *reader, struct mdt_event *ret)
{
	struct mdt_slice line = ret->raw, words = mdt_slice_trim(line);
	bool row = reader->table == TABLE_ROWS &&
		   (ret->kind == MDT_EVENT_UNKNOWN || is_ruler(line));

	if (row || (reader->table == TABLE_HEADING && is_ruler(line))) {
		reader->table = TABLE_ROWS;
		ret->kind = MDT_EVENT_TABLE;
		if (mdt_slice_ends(words, SLICE("total")) &&
		    (words.len == 5 || words.str[words.len - 6] == ' '))
			reader->table = TABLE_NONE;
	} else if (ret->kind == MDT_EVENT_TABLE ||
		   (ret->kind == MDT_EVENT_UNKNOWN && is_heading(line))) {
		reader->table = TABLE_HEADING;
		ret->kind = MDT_EVENT_TABLE;
	} else {
		reader->table = TABLE_NONE;
	}
	if (ret->kind == MDT_EVENT_TABLE) {
		ret->fault = (struct mdt_fault){ 0 };
		ret->prefix = (struct mdt_prefix){ 0 };
	}
}

/* ---- lines ---- */

static struct mdt_error *follow(struct mdt_reader *reader, struct mdt_event *ret)
{
	size_t from = ret->prefix.text.len, cut;
	struct mdt_break brk;

	switch (ret->kind) {
	case MDT_EVENT_UNKNOWN:
		if (!ret->name.len)
			break;
		// fallthrough
	case MDT_EVENT_CALL:
		brk = mdt_parse_break(mdt_slice_skip(ret->raw, from), ret);
		if (brk.found)
			return break_off(reader, brk, from, ret);
		if (ret->fault.column > ret->raw.len && !reader->eol)
			return open_call(reader, ret->raw, from, ret);
		if (reader->open)
			pending_end(reader, ret->prefix.pid);
		break;
	case MDT_EVENT_UNFINISHED:
		cut = mdt_ref_node(ret->call)->len;
		return pending_begin(reader, ret->prefix.pid,
				     mdt_slice_from(ret->raw.str + from, cut));
	case MDT_EVENT_RESUMED:
		return resume(reader, ret);
	case MDT_EVENT_EXIT:
	case MDT_EVENT_SUPERSEDED:
		if (reader->open)
			pending_end(reader, ret->prefix.pid);
		break;
	case MDT_EVENT_SIGNAL:
	case MDT_EVENT_STOP:
	case MDT_EVENT_MESSAGE:
	case MDT_EVENT_DEBUG:
	case MDT_EVENT_STACK:
	case MDT_EVENT_DUMP:
	case MDT_EVENT_TABLE:
	case MDT_EVENT_OUTPUT:
	case MDT_EVENT_COMMENT:
	case MDT_EVENT_BLANK:
		break;
	}
	if (reader->table != TABLE_NONE || ret->kind == MDT_EVENT_UNKNOWN ||
	    ret->kind == MDT_EVENT_TABLE)
		follow_table(reader, ret);
	return NULL;
}

// Only a line that is over the limit comes in pieces; the first one says so.
static bool read_piece(struct mdt_reader *reader, const struct mdt_line *line,
		       struct mdt_event *ret)
{
	bool was_piece = reader->in_piece;

	reader->in_piece = line->is_piece;
	if (was_piece)
		*ret = (struct mdt_event){ .kind = MDT_EVENT_OUTPUT, .raw = line->text };
	else
		reader->line++;
	return was_piece;
}

static struct mdt_error *read_line(struct mdt_reader *reader, const struct mdt_line *line,
				   struct mdt_event *ret)
{
	struct mdt_error *err = NULL;
	bool done = false;

	if (read_piece(reader, line, ret))
		return NULL;
	if (reader->broken) {
		*ret = (struct mdt_event){
			.raw = line->text,
			.call = mdt_ref_none(),
			.subject = mdt_ref_none(),
			.result = { .value = mdt_ref_none(), .aux = mdt_ref_none() },
		};
		err = go_on(reader, ret, &done);
	}
	if (!err && !done)
		err = mdt_parse_line(line->text, &reader->nodes, ret);
	if (err)
		return err;
	if (!ret->prefix.pid)
		ret->prefix.pid = reader->pid;
	reader->eol = line->eol.len != 0;
	return done ? NULL : follow(reader, ret);
}

struct mdt_error *mdt_reader_next(struct mdt_reader *reader, struct mdt_event *ret, bool *got)
{
	struct mdt_line line;
	struct mdt_error *err = mdt_source_next(reader->source, &line, got);

	if (err || !*got)
		return err;
	err = read_line(reader, &line, ret);
	ret->line = reader->line;
	ret->eol = line.eol;
	return err;
}
