// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "strace/parse.h"
#include "strace/reader_parts.h"

enum {
	PENDING_KEPT =
		1024, // how many buffers of calls that are over are kept for the next
	PENDING_SEARCHED =
		64, // how many open calls are looked at for a line without a pid
};

void mdt_pending_destroy(struct mdt_pending *pending)
{
	mdt_buf_deinit(&pending->text);
	free(pending);
}

void mdt_pending_shown(struct mdt_reader *reader, const struct mdt_pending *pending)
{
	for (size_t i = 0; i < reader->announced_count; i++) {
		if (reader->announced[i] == pending) {
			reader->announced[i] =
				reader->announced[--reader->announced_count];
			return;
		}
	}
}

void mdt_pending_announce(struct mdt_reader *reader, struct mdt_pending *pending,
			  const struct mdt_event *event)
{
	const char *text = event->call.text + mdt_ref_node(event->call)->off;

	if (!mdt_written(event, &pending->written))
		return;
	pending->written.inside.str =
		pending->text.str + (pending->written.inside.str - text);
	if (reader->announced_count == MDT_ANNOUNCED_MAX)
		mdt_pending_shown(reader, reader->announced[0]);
	reader->announced[reader->announced_count++] = pending;
}

struct mdt_error *mdt_pending_begin(struct mdt_reader *reader, uint32_t pid,
				    struct mdt_slice text, struct mdt_pending **ret)
{
	struct mdt_pending *pending = mdt_map_find(&reader->pending, pid);

	if (!pending) {
		pending = calloc(1, sizeof(*pending));
		if (!pending || !mdt_map_set(&reader->pending, pid, pending)) {
			free(pending);
			return &mdt_enomem;
		}
	}
	if (pending->text.len)
		mdt_pending_shown(reader, pending);
	else
		reader->open++;
	pending->line = reader->line;
	mdt_buf_clear(&pending->text);
	mdt_buf_add(&pending->text, text);
	*ret = pending;
	return mdt_buf_error(&pending->text);
}

void mdt_pending_end(struct mdt_reader *reader, uint32_t pid)
{
	struct mdt_pending *pending = mdt_map_find(&reader->pending, pid);

	if (!pending || !pending->text.len)
		return;
	reader->open--;
	pending->text.len = 0;
	if (reader->announced_count)
		mdt_pending_shown(reader, pending);
	if (reader->pending.live > PENDING_KEPT &&
	    mdt_map_set(&reader->pending, pid, NULL))
		mdt_pending_destroy(pending);
}

struct mdt_error *mdt_pending_move(struct mdt_reader *reader,
				   const struct mdt_event *event)
{
	uint32_t to = event->prefix.pid;
	struct mdt_pending *moved, *other;
	uint64_t from;

	mdt_pending_end(reader, to);
	if (!mdt_ref_u64(mdt_ref_first(event->subject), &from) || from == to)
		return NULL;
	moved = mdt_map_find(&reader->pending, from);
	other = mdt_map_find(&reader->pending, to);
	if (!moved || (mdt_map_set(&reader->pending, to, moved) &&
		       mdt_map_set(&reader->pending, from, other)))
		return NULL;
	return &mdt_enomem;
}

static bool is_open(const struct mdt_pending *pending, struct mdt_slice name)
{
	struct mdt_slice text;

	if (!pending)
		return false;
	text = mdt_buf_slice(&pending->text);
	return mdt_slice_starts(text, name) && text.len > name.len &&
	       text.str[name.len] == '(';
}

// The call that began last of those with this name, whoever began it.
static struct mdt_pending *find_by_name(struct mdt_reader *reader, struct mdt_slice name,
					uint32_t *pid)
{
	struct mdt_pending *found = NULL;

	if (reader->open > PENDING_SEARCHED)
		return NULL;
	mdt_map_for_each(it, &reader->pending)
	{
		struct mdt_pending *pending = it->value;

		if (is_open(pending, name) && (!found || pending->line > found->line)) {
			found = pending;
			*pid = (uint32_t)it->key;
		}
	}
	return found;
}

/*
 * The call that a `<... name resumed>` goes on with. strace -f prints pids only while
 * there are several processes: a call may begin with a pid and be resumed without one, or
 * the reverse. A thread that calls execve() gets the pid of its leader.
 */
static struct mdt_pending *pending_find(struct mdt_reader *reader, struct mdt_slice name,
					uint32_t *pid)
{
	struct mdt_pending *pending = mdt_map_find(&reader->pending, *pid);

	if (is_open(pending, name))
		return pending;
	if (!*pid || mdt_slice_starts(name, SLICE("execve")))
		return find_by_name(reader, name, pid);
	*pid = 0;
	pending = mdt_map_find(&reader->pending, 0);
	return is_open(pending, name) ? pending : NULL;
}

/*
 * Parse the open call with `tail` behind it. Faults are told as columns of this line,
 * where the tail stands.
 */
struct mdt_error *mdt_pending_join(struct mdt_reader *reader,
				   const struct mdt_pending *pending,
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
	ret->split = (uint32_t)head;
	if (ret->fault.expected) {
		size_t behind =
			ret->fault.column > head ? ret->fault.column - 1 - head : 0;

		ret->fault.column =
			(uint32_t)((size_t)(tail.str - ret->raw.str) + behind + 1);
	}
	return NULL;
}

/*
 * A call whose beginning is not in the log: its last arguments are all there is. The head
 * is made up, so that what is left can be read as values.
 */
static struct mdt_error *join_orphan(struct mdt_reader *reader, struct mdt_event *ret)
{
	struct mdt_pending head = { 0 };
	struct mdt_slice tail = ret->tail;
	struct mdt_error *err;

	mdt_buf_add(&head.text, ret->name);
	mdt_buf_addc(&head.text, '(');
	if (tail.len && tail.str[0] == ',')
		tail = mdt_slice_skip(tail, 1);
	err = mdt_buf_error(&head.text);
	if (!err)
		err = mdt_pending_join(reader, &head, tail, ret);
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

struct mdt_error *mdt_pending_resume(struct mdt_reader *reader, struct mdt_event *ret)
{
	uint32_t pid = ret->prefix.pid;
	struct mdt_slice name = ret->name;
	struct mdt_pending *pending = pending_find(reader, name, &pid);
	struct mdt_error *err;

	if (!pending)
		return join_orphan(reader, ret);
	err = mdt_pending_join(reader, pending, ret->tail, ret);
	if (err)
		return err;
	if (ret->fault.expected)
		ret->kind = MDT_EVENT_UNKNOWN;
	mdt_pending_end(reader, pid);
	return NULL;
}
