// SPDX-License-Identifier: MIT
#include "strace/mixed.h"

#include "strace/look.h"
#include "strace/parse.h"

enum {
	PLACES_MAX = 8, // that are tried in one line
	WORDS_MAX = 64, // that are looked at for it
	COUNT_DIGITS_MAX = 10,
};

/* ---- the program's output ---- */

static size_t unescaped_length(struct mdt_slice inside)
{
	size_t len = 0;
	char byte;

	for (; inside.len; len++)
		inside = mdt_slice_skip(inside, mdt_unescape_one(inside, &byte));
	return len;
}

enum match {
	MATCH_NOT,
	MATCH_STRING, // the whole string stands there; the text may go on
	MATCH_LINE,   // the whole text is in the string, and a line's end behind it
};

static enum match match(struct mdt_slice inside, struct mdt_slice text)
{
	for (size_t i = 0; inside.len; i++) {
		char byte;

		inside = mdt_slice_skip(inside, mdt_unescape_one(inside, &byte));
		if (i == text.len)
			return byte == '\n' ? MATCH_LINE : MATCH_NOT;
		if (text.str[i] != byte)
			return MATCH_NOT;
	}
	return MATCH_STRING;
}

bool mdt_written_begins(const struct mdt_written *written, struct mdt_slice text)
{
	return match(written->inside, text) != MATCH_NOT;
}

bool mdt_written_is_line(const struct mdt_written *written, struct mdt_slice line)
{
	return match(written->inside, line) == MATCH_LINE;
}

// write(fd, string, count) or writev(fd, [{base, len}, ...], count), its parts as far as
// they are.
struct write_call {
	struct mdt_ref string; // the first
	struct mdt_ref count;
	uint64_t bytes; // of all vectors; 0 for write(), where count says it
};

static bool take_apart(const struct mdt_event *event, struct write_call *ret)
{
	struct mdt_ref data, vector;

	if (!mdt_slice_starts(event->name, SLICE("write")) || event->name.len > 6)
		return false;
	data = mdt_event_arg(event, 1);
	*ret = (struct write_call){ .string = data, .count = mdt_event_arg(event, 2) };
	if (event->name.len == 6 && event->name.str[5] != 'v')
		return false;
	if (event->name.len == 6) {
		vector = mdt_ref_first(data);
		ret->string = mdt_ref_first(vector);
		for (; mdt_ref_ok(vector); vector = mdt_ref_next(data, vector)) {
			uint64_t len;

			if (mdt_ref_u64(mdt_ref_child(vector, 1), &len) &&
			    __builtin_add_overflow(ret->bytes, len, &ret->bytes))
				return false;
		}
	}
	return mdt_ref_ok(ret->count) &&
	       (mdt_ref_inside(ret->string).len || mdt_ref_cut(ret->string));
}

static void set_start(struct mdt_written *written)
{
	struct mdt_slice inside = written->inside;
	char byte;

	written->start_len = 0;
	while (inside.len && written->start_len < array_size(written->start)) {
		inside = mdt_slice_skip(inside, mdt_unescape_one(inside, &byte));
		if (byte == '\n')
			break;
		written->start[written->start_len++] = byte;
	}
}

bool mdt_written(const struct mdt_event *event, struct mdt_written *ret)
{
	struct write_call call;

	if (!take_apart(event, &call) || !mdt_ref_u64(call.count, &ret->count) ||
	    !mdt_ref_inside(call.string).len)
		return false;
	if (call.bytes)
		ret->count = call.bytes;
	ret->inside = mdt_ref_inside(call.string);
	set_start(ret);
	return true;
}

/*
 * The digits of the count and of the output that follows run together: `2, "5\n", 25` is
 * a count of 2 and the output "5". The string says where to cut.
 */
static struct mdt_break split_count(struct mdt_slice rest, size_t base,
				    const struct write_call *call)
{
	struct mdt_written written = { .inside = mdt_ref_inside(call->string) };
	uint64_t shown = unescaped_length(written.inside);
	bool cut = mdt_ref_cut(call->string);
	size_t most = digits(mdt_slice_head(rest, COUNT_DIGITS_MAX), 0);

	// -s 0 shows nothing of it: all digits are the count's.
	for (size_t n = shown ? 1 : most; n && n <= most; n++) {
		if (!mdt_slice_to_dec(mdt_slice_head(rest, n), &written.count))
			break;
		if (call->bytes)
			written.count = call->bytes;
		else if (cut ? written.count <= shown : written.count != shown)
			continue;
		if (mdt_written_begins(&written, mdt_slice_skip(rest, n)))
			return (struct mdt_break){ base + n, written.count, true, true };
	}
	return (struct mdt_break){ 0 };
}

// Whether output that begins so could be taken for the rest of the call.
static bool may_look_whole(struct mdt_ref string)
{
	struct mdt_slice inside = mdt_ref_inside(string);

	return inside.len &&
	       (is_digit(inside.str[0]) || memchr(")\\ ", inside.str[0], 3));
}

struct mdt_break mdt_find_own_output(struct mdt_slice body, const struct mdt_event *event)
{
	struct write_call call;
	size_t from;

	if (!take_apart(event, &call) ||
	    (!event->fault.expected && !may_look_whole(call.string)))
		return (struct mdt_break){ 0 };
	from = (size_t)(mdt_ref_text(call.count).str - body.str);
	return split_count(mdt_slice_skip(body, from), from, &call);
}

/* ---- strace's own messages ---- */

struct mdt_error *mdt_is_open_call(struct mdt_slice text, struct mdt_nodes *nodes,
				   bool *ret)
{
	struct mdt_event event = { .raw = text };
	struct mdt_error *err = mdt_parse_open_call(text, 0, nodes, &event);

	*ret = !err && !event.fault.expected && !event.result.present;
	return err;
}

/*
 * Where the path before strace's name begins, the longest first:
 * `SIGCHLD../../src/strace: `. A path begins with a slash or a dot, and no part of it
 * with more than two dots.
 */
static struct mdt_error *find_path_start(struct mdt_slice body, size_t name,
					 struct mdt_nodes *nodes, struct mdt_break *ret)
{
	struct mdt_error *err = NULL;
	unsigned int tried = 0;
	size_t from = name;

	while (from && (is_name_char(body.str[from - 1]) || body.str[from - 1] == '/'))
		from--;
	for (; !err && !ret->found && from < name && tried < PLACES_MAX; from++) {
		if (body.str[from] != '/' && body.str[from] != '.')
			continue;
		if (mdt_slice_starts(mdt_slice_skip(body, from), SLICE("...")))
			continue;
		tried++;
		ret->at = from;
		err = mdt_is_open_call(mdt_slice_head(body, from), nodes, &ret->found);
	}
	return err;
}

static struct mdt_error *find_message_start(struct mdt_slice body, size_t name,
					    struct mdt_nodes *nodes,
					    struct mdt_break *ret)
{
	struct mdt_error *err = NULL;

	// The slash may also be a comment's end: /* 45 vars */strace: ...
	if (at(body, name - 1) == '/')
		err = find_path_start(body, name, nodes, ret);
	if (err || ret->found)
		return err;
	ret->at = name;
	return mdt_is_open_call(mdt_slice_head(body, name), nodes, &ret->found);
}

static const char *next_message(struct mdt_slice s)
{
	const char *name = mdt_slice_find(s, SLICE("strace"));
	const char *process = mdt_slice_find(s, SLICE("Process "));

	return !name || (process && process < name) ? process : name;
}

struct mdt_error *mdt_find_message(struct mdt_slice body, struct mdt_nodes *nodes,
				   struct mdt_break *ret)
{
	struct mdt_slice rest = mdt_slice_skip(body, 1);
	struct mdt_error *err = NULL;
	unsigned int tried = 0;

	*ret = (struct mdt_break){ 0 };
	for (unsigned int words = 0; words < WORDS_MAX && tried < PLACES_MAX; words++) {
		const char *found = next_message(rest);

		if (err || ret->found || !found)
			break;
		rest = mdt_slice_skip(rest, (size_t)(found - rest.str));
		if (mdt_message_name(rest) || mdt_is_old_message(rest)) {
			tried++;
			err = find_message_start(body, (size_t)(found - body.str), nodes,
						 ret);
		}
		rest = mdt_slice_skip(rest, 1);
	}
	if (ret->found)
		ret->left = body.len - ret->at + 1;
	return err;
}
