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
		mdt_buf_adds(ret, mdt_ref_node(ref)->flags & MDT_NODE_INSIDE ? "/* " : " /* ");
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
 * "<unfinished ...>" among the arguments of a call that ended with its process: strace has
 * printed the comma of an argument that did not come, and always puts a blank before it.
 */
static bool is_late(struct mdt_ref ref)
{
	return mdt_ref_node(ref)->kind == MDT_NODE_MISSING &&
	       !(mdt_ref_node(ref)->flags & MDT_NODE_SPACED) &&
	       mdt_slice_starts(mdt_ref_text(ref), SLICE("<unfinished"));
}

// The children with `between` between them; what hangs on the parent is not among them.
static void write_children(struct mdt_ref parent, struct mdt_slice between,
			   const struct mdt_replace *replace, struct mdt_buf *ret)
{
	uint32_t end = parent.at + mdt_ref_node(parent)->size;
	struct mdt_ref it = parent;
	bool first = true;

	for (it.at = parent.at + 1; it.at < end; it.at += mdt_ref_node(it)->size) {
		if (!is_inside(it))
			continue;
		if (mdt_ref_node(it)->flags & MDT_NODE_SPACED)
			mdt_buf_addc(ret, ' ');
		else if (!first)
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

// A bracket that was still open had its last comma printed, or not: its text says.
static void write_list(struct mdt_ref ref, const struct mdt_replace *replace,
		       struct mdt_buf *ret)
{
	const struct mdt_node *node = mdt_ref_node(ref);
	struct brackets brackets = brackets_of(ref);
	struct mdt_slice text = mdt_ref_text(ref);

	if (node->kind == MDT_NODE_CALL)
		mdt_buf_add(ret, mdt_ref_head(ref));
	mdt_buf_add(ret, brackets.open);
	write_children(ref, SLICE(", "), replace, ret);
	if (!(node->flags & MDT_NODE_OPEN))
		mdt_buf_addc(ret, brackets.close);
	else if (mdt_slice_ends(text, SLICE(", ")))
		mdt_buf_adds(ret, ", ");
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

// The blanks before `=`: as many as the log has, at least one.
static size_t blanks_before_result(const struct mdt_event *event)
{
	const char *end = mdt_ref_text(event->call).str + mdt_ref_text(event->call).len;
	size_t n = 0;

	while (end[n] == ' ')
		n++;
	return n ? n : 1;
}

static void write_result(const struct mdt_event *event, const struct mdt_replace *replace,
			 struct mdt_buf *ret)
{
	const struct mdt_result *result = &event->result;

	if (!result->present)
		return;
	mdt_buf_fill(ret, ' ', blanks_before_result(event));
	mdt_buf_adds(ret, "= ");
	mdt_write_value(result->value, replace, ret);
	mdt_buf_add(ret, result->tail);
	if (result->duration.len) {
		mdt_buf_adds(ret, " <");
		mdt_buf_add(ret, result->duration);
		mdt_buf_addc(ret, '>');
	}
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

void mdt_write_event(const struct mdt_event *event, const struct mdt_replace *replace,
		     struct mdt_buf *ret)
{
	bool has_call = mdt_ref_ok(event->call);

	switch (event->kind) {
	case MDT_EVENT_CALL:
	case MDT_EVENT_UNFINISHED:
		if (!has_call || (event->kind == MDT_EVENT_CALL && event->output.len))
			break;
		mdt_buf_add(ret, event->prefix.text);
		mdt_write_value(event->call, replace, ret);
		if (event->kind == MDT_EVENT_UNFINISHED)
			write_interruption(event, ret);
		else
			write_result(event, replace, ret);
		mdt_buf_add(ret, event->note);
		return;
	case MDT_EVENT_RESUMED:
		break;
	case MDT_EVENT_SIGNAL:
		mdt_buf_add(ret, event->prefix.text);
		write_subject(event, SLICE("--- "), SLICE(" ---"), ret);
		return;
	case MDT_EVENT_STOP:
		mdt_buf_add(ret, event->prefix.text);
		write_subject(event, SLICE("--- stopped by "), SLICE(" ---"), ret);
		return;
	case MDT_EVENT_EXIT:
		mdt_buf_add(ret, event->prefix.text);
		write_exit(event, ret);
		return;
	case MDT_EVENT_SUPERSEDED:
		mdt_buf_add(ret, event->prefix.text);
		write_subject(event, SLICE("+++ superseded by execve in pid "), SLICE(" +++"),
			      ret);
		return;
	case MDT_EVENT_MESSAGE:
	case MDT_EVENT_DEBUG:
	case MDT_EVENT_STACK:
	case MDT_EVENT_DUMP:
	case MDT_EVENT_TABLE:
	case MDT_EVENT_OUTPUT:
	case MDT_EVENT_COMMENT:
	case MDT_EVENT_BLANK:
	case MDT_EVENT_UNKNOWN:
		break;
	}
	mdt_buf_add(ret, event->raw);
}
