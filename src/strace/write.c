// SPDX-License-Identifier: MIT
#include "strace/write.h"

static void write_hanging(struct mdt_ref ref, struct mdt_buf *ret)
{
	struct mdt_slice text = mdt_ref_text(ref);

	switch ((enum mdt_node_kind)mdt_ref_node(ref)->kind) {
	case MDT_NODE_PATH:
		mdt_buf_addc(ret, '<');
		mdt_buf_add(ret, text);
		mdt_buf_addc(ret, '>');
		if (mdt_ref_node(ref)->flags & MDT_NODE_DELETED)
			mdt_buf_adds(ret, "(deleted)");
		break;
	case MDT_NODE_COMMENT:
		mdt_buf_adds(ret,
			     mdt_ref_node(ref)->flags & MDT_NODE_INSIDE ? "/* " : " /* ");
		mdt_buf_add(ret, text);
		mdt_buf_adds(ret, " */");
		break;
	default:
		mdt_buf_adds(ret, " [");
		mdt_buf_add(ret, text);
		mdt_buf_addc(ret, ']');
	}
}

static bool is_inside(struct mdt_ref ref)
{
	return !mdt_node_hangs(mdt_ref_node(ref)) ||
	       mdt_ref_node(ref)->flags & MDT_NODE_INSIDE;
}

/*
 * "<unfinished ...>" among the arguments of a call that ended with its process: strace
 * has printed the comma of an argument that did not come, and always puts a blank before
 * it.
 */
static bool is_late(struct mdt_ref ref)
{
	return mdt_ref_node(ref)->kind == MDT_NODE_MISSING &&
	       !(mdt_ref_node(ref)->flags & MDT_NODE_SPACED) &&
	       mdt_slice_starts(mdt_ref_text(ref), SLICE("<unfinished"));
}

// The children from `it` on with `between` between them; what hangs on the parent is not
// among them.
static void write_children_from(struct mdt_ref parent, struct mdt_ref it,
				struct mdt_slice between,
				const struct mdt_replace *replace, struct mdt_buf *ret)
{
	uint32_t end = parent.at + mdt_ref_node(parent)->size;
	bool first = true;

	for (; it.at < end; it.at += mdt_ref_node(it)->size) {
		if (!is_inside(it))
			continue;
		if (mdt_ref_node(it)->flags & MDT_NODE_SPACED)
			mdt_buf_addc(ret, ' ');
		else if (!first && !(mdt_ref_node(it)->flags & MDT_NODE_GLUED))
			mdt_buf_add(ret, between);
		first = false;
		if (is_late(it))
			mdt_buf_addc(ret, ' ');
		if (mdt_node_hangs(mdt_ref_node(it)))
			write_hanging(it, ret);
		else
			mdt_write_value(it, replace, ret);
	}
}

static void write_children(struct mdt_ref parent, struct mdt_slice between,
			   const struct mdt_replace *replace, struct mdt_buf *ret)
{
	struct mdt_ref first = parent;

	first.at++;
	write_children_from(parent, first, between, replace, ret);
}

struct brackets {
	struct mdt_slice open;
	char close;
};

static struct brackets brackets_of(struct mdt_ref ref)
{
	bool not = mdt_ref_node(ref)->flags & MDT_NODE_NOT;

	switch ((enum mdt_node_kind)mdt_ref_node(ref)->kind) {
	case MDT_NODE_STRUCT:
		return (struct brackets){ SLICE("{"), '}' };
	case MDT_NODE_ARRAY:
		return (struct brackets){ not ? SLICE("~[") : SLICE("["), ']' };
	default:
		return (struct brackets){ not ? SLICE("~(") : SLICE("("), ')' };
	}
}

// Whether the text ends in blanks or a comma before its bracket: [ 0 ], {ifr_name="lo", }
static struct mdt_slice before_close(struct mdt_slice text, bool open)
{
	if (!open)
		text.len--;
	if (mdt_slice_ends(text, SLICE(", ")))
		return SLICE(", ");
	return mdt_slice_ends(text, SLICE(" ")) ? SLICE(" ") : SLICE("");
}

static void write_list(struct mdt_ref ref, const struct mdt_replace *replace,
		       struct mdt_buf *ret)
{
	const struct mdt_node *node = mdt_ref_node(ref);
	struct brackets brackets = brackets_of(ref);
	struct mdt_slice text = mdt_ref_text(ref);
	bool open = node->flags & MDT_NODE_OPEN;

	if (node->kind == MDT_NODE_CALL)
		mdt_buf_add(ret, mdt_ref_head(ref));
	mdt_buf_add(ret, brackets.open);
	if (node->kind == MDT_NODE_ARRAY && text.len > 2 &&
	    text.str[brackets.open.len] == ' ')
		mdt_buf_addc(ret, ' ');
	write_children(ref, SLICE(", "), replace, ret);
	mdt_buf_add(ret, before_close(text, open));
	if (!open)
		mdt_buf_addc(ret, brackets.close);
}

static void write_bare(struct mdt_ref ref, const struct mdt_replace *replace,
		       struct mdt_buf *ret)
{
	switch ((enum mdt_node_kind)mdt_ref_node(ref)->kind) {
	case MDT_NODE_CALL:
	case MDT_NODE_STRUCT:
	case MDT_NODE_ARRAY:
	case MDT_NODE_GROUP:
		write_list(ref, replace, ret);
		break;
	case MDT_NODE_FLAGS:
	case MDT_NODE_EITHER:
	case MDT_NODE_CHANGE:
		write_children(ref, mdt_ref_head(ref), replace, ret);
		break;
	default:
		mdt_buf_add(ret, mdt_ref_text(ref));
	}
}

void mdt_write_value(struct mdt_ref ref, const struct mdt_replace *replace,
		     struct mdt_buf *ret)
{
	struct mdt_ref it = ref;
	uint32_t end;

	if (!mdt_ref_ok(ref))
		return;
	if (mdt_ref_node(ref)->name_len) {
		mdt_buf_add(ret, mdt_ref_name(ref));
		mdt_buf_addc(ret, '=');
	}
	if (replace && replace->value(replace->data, ref, ret))
		return;
	write_bare(ref, replace, ret);
	end = ref.at + mdt_ref_node(ref)->size;
	for (it.at = ref.at + 1; it.at < end; it.at += mdt_ref_node(it)->size)
		if (!is_inside(it))
			write_hanging(it, ret);
}

// strace -a: the column of `=` unless told otherwise.
enum { RESULT_COLUMN = 40 };

/*
 * The blanks before `=`: it stays in its column as long as there is room. One blank tells
 * only that the call reaches up to the column or beyond: then the column is the usual
 * one, or there is none.
 * @param len Of the call as it is written now.
 */
static size_t blanks_before_result(const struct mdt_event *event, size_t len)
{
	struct mdt_slice call = mdt_ref_text(event->call);
	size_t prefix = event->prefix.text.len, blanks = 0, end;

	while (call.str[call.len + blanks] == ' ')
		blanks++;
	end = call.len + (blanks ? blanks : 1);
	if (blanks == 1 && len < call.len)
		end = prefix + call.len < RESULT_COLUMN || prefix > RESULT_COLUMN
			      ? 0
			      : RESULT_COLUMN - prefix;
	return end > len ? end - len : 1;
}

// @param call_len How long the call has become.
static void write_result(const struct mdt_event *event, const struct mdt_replace *replace,
			 size_t call_len, struct mdt_buf *ret)
{
	const struct mdt_result *result = &event->result;

	if (!result->present)
		return;
	mdt_buf_fill(ret, ' ', blanks_before_result(event, call_len));
	mdt_buf_adds(ret, "= ");
	mdt_write_value(result->value, replace, ret);
	mdt_buf_add(ret, result->tail);
	if (result->duration.len) {
		mdt_buf_adds(ret, " <");
		mdt_buf_add(ret, result->duration);
		mdt_buf_addc(ret, '>');
	}
}

static void write_prefix(const struct mdt_event *event, struct mdt_buf *ret)
{
	mdt_buf_add(ret, event->before);
	mdt_buf_add(ret, event->prefix.text);
}

// Where a value begins in its text, with its name.
static uint32_t start_of(const struct mdt_node *node)
{
	return node->off - (node->name_len ? node->name_len + 1u : 0);
}

// And where it ends, with what hangs on it: where writing it would leave off.
static size_t end_of(struct mdt_ref ref)
{
	const struct mdt_node *node = mdt_ref_node(ref), *last = node + node->size - 1;
	size_t end = node->off + node->len;

	if (last == node || !mdt_node_hangs(last) || last->off < end)
		return end;
	return last->off + last->len + (last->kind == MDT_NODE_COMMENT ? 3 : 1);
}

/*
 * The arguments that stand behind `resumed>`: those that begin at the split or later.
 * What is before the first of them, a comma or nothing, is taken from the log.
 * @return false when the split is in the middle of a value.
 */
static bool write_late_arguments(const struct mdt_event *event,
				 const struct mdt_replace *replace, struct mdt_buf *ret)
{
	struct mdt_ref call = event->call, it = mdt_ref_first(call),
		       last = mdt_ref_none();
	struct mdt_slice text = mdt_ref_text(call),
			 late = mdt_slice_skip(text, event->split);
	size_t before;

	while (mdt_ref_ok(it) && start_of(mdt_ref_node(it)) < event->split) {
		last = it;
		it = mdt_ref_next(call, it);
	}
	if (mdt_ref_ok(last) && end_of(last) > event->split)
		return false;
	if (!mdt_ref_ok(it)) {
		mdt_buf_add(ret, late);
		return true;
	}
	before = start_of(mdt_ref_node(it)) - event->split;
	if (is_late(it) || mdt_ref_node(it)->flags & MDT_NODE_SPACED)
		before--; // write_children_from() adds the blank
	mdt_buf_add(ret, mdt_slice_head(late, before));
	write_children_from(call, it, SLICE(", "), replace, ret);
	mdt_buf_add(ret, before_close(text, false));
	mdt_buf_addc(ret, ')');
	return true;
}

static bool write_resumed(const struct mdt_event *event,
			  const struct mdt_replace *replace, struct mdt_buf *ret)
{
	struct mdt_slice body = mdt_slice_skip(event->raw, event->before.len);
	size_t len = ret->len;

	body = mdt_slice_skip(body, event->prefix.text.len);
	if (!event->began || !mdt_ref_ok(event->call) ||
	    !mdt_slice_starts(body, SLICE("<... ")))
		return false;
	write_prefix(event, ret);
	mdt_buf_adds(ret, "<... ");
	mdt_buf_add(ret, event->name);
	mdt_buf_adds(ret, " resumed>");
	if (!write_late_arguments(event, replace, ret)) {
		ret->len = len;
		return false;
	}
	write_result(event, replace, mdt_ref_text(event->call).len, ret);
	mdt_buf_add(ret, event->note);
	return true;
}

// What stands instead of the rest: strace's word for it, or the output of the program.
static void write_interruption(const struct mdt_event *event, struct mdt_buf *ret)
{
	mdt_buf_add(ret, event->output);
	if (event->interruption.len)
		mdt_buf_addc(ret, ' ');
	mdt_buf_add(ret, event->interruption);
}

static void write_subject(const struct mdt_event *event, struct mdt_slice before,
			  struct mdt_slice after, struct mdt_buf *ret)
{
	mdt_buf_add(ret, before);
	write_children(event->subject, SLICE(" "), NULL, ret);
	mdt_buf_add(ret, after);
}

static void write_exit(const struct mdt_event *event, struct mdt_buf *ret)
{
	struct mdt_slice body = mdt_slice_skip(event->raw, event->prefix.text.len);
	bool exited = mdt_slice_starts(body, SLICE("+++ exited"));

	write_subject(event, exited ? SLICE("+++ exited with ") : SLICE("+++ killed by "),
		      SLICE(" +++"), ret);
}

// Whether the line holds the call as it is, not a part of it and something else.
static bool is_in_line(const struct mdt_event *event)
{
	return mdt_ref_ok(event->call) && !event->began &&
	       !(event->kind == MDT_EVENT_CALL && event->output.len);
}

void mdt_write_event(const struct mdt_event *event, const struct mdt_replace *replace,
		     struct mdt_buf *ret)
{
	size_t start;

	if (event->colored && !replace) {
		mdt_buf_add(ret, event->raw);
		return;
	}
	switch (event->kind) {
	case MDT_EVENT_CALL:
	case MDT_EVENT_UNFINISHED:
		if (!is_in_line(event))
			break;
		write_prefix(event, ret);
		start = ret->len;
		mdt_write_value(event->call, replace, ret);
		if (event->kind == MDT_EVENT_UNFINISHED)
			write_interruption(event, ret);
		else
			write_result(event, replace, ret->len - start, ret);
		mdt_buf_add(ret, event->note);
		return;
	case MDT_EVENT_RESUMED:
		if (write_resumed(event, replace, ret))
			return;
		break;
	case MDT_EVENT_SIGNAL:
		write_prefix(event, ret);
		write_subject(event, SLICE("--- "), SLICE(" ---"), ret);
		return;
	case MDT_EVENT_STOP:
		write_prefix(event, ret);
		write_subject(event, SLICE("--- stopped by "), SLICE(" ---"), ret);
		return;
	case MDT_EVENT_EXIT:
		write_prefix(event, ret);
		write_exit(event, ret);
		return;
	case MDT_EVENT_SUPERSEDED:
		write_prefix(event, ret);
		write_subject(event, SLICE("+++ superseded by execve in pid "),
			      SLICE(" +++"), ret);
		return;
	case MDT_EVENT_MESSAGE:
	case MDT_EVENT_DEBUG:
	case MDT_EVENT_STACK:
	case MDT_EVENT_DUMP:
	case MDT_EVENT_TABLE:
	case MDT_EVENT_OUTPUT:
	case MDT_EVENT_KERNEL:
	case MDT_EVENT_COMMENT:
	case MDT_EVENT_BLANK:
	case MDT_EVENT_UNKNOWN:
		break;
	}
	mdt_buf_add(ret, event->raw);
}
