// SPDX-License-Identifier: MIT
/* Attributes that are read and written, as calls of the model. */
#include "life/parts.h"

/* ---- what is written ---- */

static void add_word(struct mdt_buf *text, struct mdt_slice word)
{
	mdt_buf_addc(text, ' ');
	mdt_buf_add(text, mdt_slice_chomp(word));
}

// dev-loop1: by its node's name.
static void read_member(struct mdt_life *states, struct mdt_slice name,
			struct mdt_model_call *call)
{
	const struct mdt_device *device;

	mdt_buf_clear(&states->other);
	mdt_buf_adds(&states->other, "/dev/");
	mdt_buf_add(&states->other, name);
	device = mdt_trace_node(&states->annotator.trace, mdt_buf_slice(&states->other));
	if (!device || device->source == MDT_DEV_UNKNOWN)
		return;
	call->has_device = true;
	call->major = device->major;
	call->minor = device->minor;
}

// /sys/dev/block/9:0/md/... has a number in place of the name.
static struct mdt_life_array *array_of(struct mdt_life *states,
				       const struct mdt_about *about)
{
	return about->array ? mdt_life_array_of(states, about->array)
			    : mdt_life_array(states, about->md.array);
}

static void write_array(struct mdt_life *states, const struct mdt_event *event,
			const struct mdt_about *about, enum mdt_md_op op,
			struct mdt_slice bytes)
{
	const struct mdt_md_path *path = &about->md;
	struct mdt_model_call call = { .op = op };

	mdt_buf_clear(&states->text);
	if (call.op == MDT_OP_ATTRIBUTE) {
		mdt_model_attribute_read(path->kind == MDT_PATH_MEMBER_ATTR, path->attr,
					 bytes, &call);
		mdt_buf_adds(&states->text, "write ");
		mdt_buf_add(&states->text, path->attr);
	} else {
		call.word = mdt_model_word_find(call.op, bytes);
		mdt_buf_adds(&states->text, mdt_md_op_name(call.op));
	}
	add_word(&states->text, bytes);
	if (path->member.len) {
		read_member(states, path->member, &call);
		mdt_buf_adds(&states->text, " of ");
		mdt_buf_add(&states->text, path->member);
	}
	mdt_life_apply_event(states, array_of(states, about), &call, NULL, event,
			     "bytes ");
}

static void on_new_array(struct mdt_life *states, const struct mdt_event *event,
			 struct mdt_slice bytes)
{
	struct mdt_model_call call = { .op = MDT_OP_NEW_ARRAY };

	call.word = mdt_model_word_find(call.op, bytes);
	bytes = mdt_slice_chomp(bytes);
	mdt_buf_clear(&states->text);
	mdt_buf_adds(&states->text, "write new_array");
	add_word(&states->text, bytes);
	mdt_life_apply_event(states, mdt_life_array(states, bytes), &call, NULL, event,
			     "bytes ");
}

static bool is_no(struct mdt_slice word)
{
	return word.len &&
	       (word.str[0] == 'N' || word.str[0] == 'n' || word.str[0] == '0');
}

static void set_parameter(struct mdt_life *states, struct mdt_slice name,
			  struct mdt_slice bytes)
{
	if (mdt_slice_eq(name, SLICE("legacy_async_del_gendisk")))
		states->options.sync_delete = mdt_tri_of(is_no(bytes));
	if (mdt_slice_eq(name, SLICE("start_ro")))
		states->options.start_ro = mdt_tri_of(!is_no(bytes));
}

void mdt_life_attribute_write(struct mdt_life *states, const struct mdt_event *event,
			      const struct mdt_about *about, struct mdt_slice bytes)
{
	enum mdt_md_op op = mdt_md_op_of_write(&about->md);

	if (op == MDT_OP_NEW_ARRAY)
		on_new_array(states, event, bytes);
	else if (op != MDT_OPS)
		write_array(states, event, about, op, bytes);
	else if (about->md.kind == MDT_PATH_PARAMETER && mdt_event_succeeded(event))
		set_parameter(states, about->md.attr, bytes);
}

/* ---- what is read ---- */

struct seen {
	struct mdt_slice attr, text;
};

static bool see(struct mdt_model_state *state, const void *data)
{
	const struct seen *seen = data;

	return mdt_model_see(state, seen->attr, seen->text);
}

void mdt_life_see_attribute(struct mdt_life *states, struct mdt_life_array *array,
			    struct mdt_slice attr, struct mdt_slice text,
			    unsigned long line)
{
	struct seen seen = { attr, text };

	mdt_buf_clear(&states->text);
	mdt_buf_adds(&states->text, "read ");
	mdt_buf_add(&states->text, attr);
	mdt_buf_clear(&states->result);
	mdt_buf_add(&states->result, mdt_slice_chomp(text));
	mdt_life_see(states, array, see, &seen, line);
}

// start_ro is 1 where this is read without anything that explains it.
static void note_start_ro(struct mdt_life *states, const struct mdt_life_array *array,
			  struct mdt_slice text)
{
	const struct mdt_life_set *now = mdt_life_now(array);

	if (!mdt_slice_starts(text, SLICE("read-auto")))
		return;
	for (unsigned int i = 0; i < now->count; i++)
		if (now->states[i].running == MDT_YES &&
		    now->states[i].mode == MDT_MODE_RW)
			states->options.start_ro = MDT_YES;
}

static void start_auto(struct mdt_life_set *set)
{
	for (unsigned int i = 0; i < set->count; i++)
		set->states[i].mode = MDT_MODE_AUTO;
}

void mdt_life_attribute_read(struct mdt_life *states, const struct mdt_event *event,
			     const struct mdt_about *about, struct mdt_slice bytes)
{
	const struct mdt_md_path *path = &about->md;
	struct mdt_life_array *array;
	enum mdt_tri start_ro = states->options.start_ro;

	if (path->kind != MDT_PATH_ARRAY_ATTR || !mdt_event_succeeded(event) ||
	    !bytes.len || !mdt_model_sees(path->attr))
		return;
	array = array_of(states, about);
	if (!array)
		return;
	if (start_ro != MDT_YES)
		note_start_ro(states, array, bytes);
	if (start_ro != states->options.start_ro) {
		start_auto(&array->sure);
		start_auto(&array->presumed);
	}
	mdt_life_see_attribute(states, array, path->attr, bytes, event->line);
}
