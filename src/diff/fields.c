// SPDX-License-Identifier: MIT
#include "diff/fields.h"

#include <stdio.h>
#include <stdlib.h>

#include "strace/parse.h"
#include "strace/write.h"

void mdt_diff_fields_deinit(struct mdt_diff_fields *fields)
{
	free(fields->items);
	mdt_nodes_deinit(&fields->old_nodes);
	mdt_nodes_deinit(&fields->new_nodes);
	mdt_buf_deinit(&fields->path);
	mdt_buf_deinit(&fields->value);
}

/* A walk over both calls at once. */
struct walk {
	struct mdt_diff_fields *out;
	const struct mdt_type *type; /* of the ioctl's argument, or NULL */
	bool lenient, failed;
};

static bool is_kind(struct mdt_ref ref, enum mdt_node_kind kind)
{
	return mdt_ref_ok(ref) && mdt_ref_node(ref)->kind == kind;
}

/* ---- what is found ---- */

static struct mdt_slice keep(struct walk *walk, struct mdt_slice text)
{
	struct mdt_slice ret = { 0 };

	if (!mdt_arena_copy(walk->out->arena, text, &ret))
		walk->failed = true;
	return ret;
}

static struct mdt_slice keep_value(struct walk *walk, struct mdt_ref ref)
{
	mdt_buf_clear(&walk->out->value);
	if (mdt_ref_ok(ref)) {
		struct mdt_slice name = mdt_ref_name(ref);

		mdt_write_value(ref, NULL, &walk->out->value);
		return keep(walk, mdt_slice_skip(mdt_buf_slice(&walk->out->value),
						 name.len ? name.len + 1 : 0));
	}
	return (struct mdt_slice){ 0 };
}

static struct mdt_diff_field *add(struct walk *walk)
{
	struct mdt_diff_fields *out = walk->out;

	if (!mdt_grow((void **)&out->items, &out->cap, out->len, sizeof(*out->items))) {
		walk->failed = true;
		return NULL;
	}
	out->items[out->len] = (struct mdt_diff_field){
		.name = keep(walk, mdt_buf_slice(&out->path)),
	};
	return &out->items[out->len++];
}

static void add_pair(struct walk *walk, struct mdt_ref old_ref, struct mdt_ref new_ref)
{
	struct mdt_diff_field *field = add(walk);

	if (!field)
		return;
	field->old_value = keep_value(walk, old_ref);
	field->new_value = keep_value(walk, new_ref);
}

/* ---- what one of the logs has not got ---- */

static bool is_absent(struct mdt_ref ref)
{
	return is_kind(ref, MDT_NODE_WORD) &&
	       mdt_slice_eq(mdt_ref_text(ref), SLICE("ADDR"));
}

static bool is_data(struct mdt_ref ref)
{
	return is_kind(ref, MDT_NODE_STRUCT) || is_kind(ref, MDT_NODE_STRING) ||
	       is_kind(ref, MDT_NODE_CHANGE) || is_kind(ref, MDT_NODE_ARRAY);
}

// "abc"... may be the beginning of "abcdef".
static bool may_be_same_text(struct mdt_ref a, struct mdt_ref b)
{
	struct mdt_slice x = mdt_ref_inside(a), y = mdt_ref_inside(b);

	if (!is_kind(a, MDT_NODE_STRING) || !is_kind(b, MDT_NODE_STRING))
		return false;
	return (mdt_ref_cut(a) && mdt_slice_starts(y, x)) ||
	       (mdt_ref_cut(b) && mdt_slice_starts(x, y));
}

// A superblock of which only the magic is there may be one that is there whole.
static bool may_be_same(struct walk *walk, struct mdt_ref a, struct mdt_ref b)
{
	if (!walk->lenient)
		return false;
	if ((is_absent(a) && is_data(b)) || (is_absent(b) && is_data(a)) ||
	    may_be_same_text(a, b)) {
		walk->out->absent++;
		return true;
	}
	return false;
}

static bool has_more(struct mdt_ref list)
{
	for (struct mdt_ref it = mdt_ref_first(list); mdt_ref_ok(it);
	     it = mdt_ref_next(list, it))
		if (is_kind(it, MDT_NODE_ELLIPSIS))
			return true;
	return false;
}

/* ---- sets ---- */

static bool is_set(struct mdt_ref ref)
{
	return is_kind(ref, MDT_NODE_FLAGS) || is_kind(ref, MDT_NODE_WORD);
}

static bool has_flag(struct mdt_ref set, struct mdt_slice flag)
{
	if (!is_kind(set, MDT_NODE_FLAGS))
		return mdt_slice_eq(mdt_ref_text(set), flag);
	for (struct mdt_ref it = mdt_ref_first(set); mdt_ref_ok(it);
	     it = mdt_ref_next(set, it))
		if (mdt_slice_eq(mdt_ref_text(it), flag))
			return true;
	return false;
}

// "A gone, B new": the flags of @p set that @p other has not.
static void add_missing(struct mdt_buf *note, struct mdt_ref set, struct mdt_ref other,
			const char *what)
{
	struct mdt_ref it = is_kind(set, MDT_NODE_FLAGS) ? mdt_ref_first(set) : set;

	for (; mdt_ref_ok(it); it = mdt_ref_next(set, it)) {
		if (!has_flag(other, mdt_ref_text(it))) {
			if (note->len)
				mdt_buf_adds(note, ", ");
			mdt_buf_add(note, mdt_ref_text(it));
			mdt_buf_adds(note, what);
		}
		if (it.at == set.at)
			break;
	}
}

// The number of a set of flags whose names the ioctl's type has.
static bool set_number(const struct mdt_meaning *meaning, struct mdt_ref set,
		       uint64_t *ret)
{
	struct mdt_ref it = is_kind(set, MDT_NODE_FLAGS) ? mdt_ref_first(set) : set;
	uint64_t number;

	*ret = 0;
	if (mdt_ref_u64(set, ret))
		return true;
	for (; mdt_ref_ok(it); it = mdt_ref_next(set, it)) {
		bool found = mdt_ref_u64(it, &number);

		for (uint32_t i = 0; !found && i < meaning->count; i++) {
			const struct mdt_constant *constant = &meaning->constants[i];

			if (!mdt_slice_eq_cstr(mdt_ref_text(it), constant->name))
				continue;
			number = meaning->kind == MDT_MEANING_BITS
					 ? UINT64_C(1) << (constant->value & 63)
					 : constant->value;
			found = true;
		}
		if (!found)
			return false;
		*ret |= number;
		if (it.at == set.at)
			break;
	}
	return true;
}

static const struct mdt_meaning *meaning_of(const struct walk *walk,
					    struct mdt_slice name)
{
	const struct mdt_member *member =
		walk->type && name.len ? mdt_type_find_member(walk->type, name, NULL)
				       : NULL;
	const struct mdt_meaning *meaning = member ? member->meaning : NULL;

	return meaning && (meaning->kind == MDT_MEANING_BITS ||
			   meaning->kind == MDT_MEANING_FLAGS)
		       ? meaning
		       : NULL;
}

static struct mdt_slice keep_number(struct walk *walk, uint64_t number)
{
	mdt_buf_clear(&walk->out->value);
	mdt_buf_dec(&walk->out->value, number);
	return keep(walk, mdt_buf_slice(&walk->out->value));
}

static void add_set(struct walk *walk, struct mdt_ref a, struct mdt_ref b)
{
	const struct mdt_meaning *meaning = meaning_of(walk, mdt_ref_name(a));
	struct mdt_buf *note = &walk->out->value;
	size_t index = walk->out->len;
	uint64_t x, y;

	add_pair(walk, a, b);
	if (walk->failed)
		return;
	mdt_buf_clear(note);
	add_missing(note, a, b, " gone");
	add_missing(note, b, a, " new");
	walk->out->items[index].note = keep(walk, mdt_buf_slice(note));
	if (meaning && set_number(meaning, a, &x) && set_number(meaning, b, &y)) {
		walk->out->items[index].old_value = keep_number(walk, x);
		walk->out->items[index].new_value = keep_number(walk, y);
	}
}

/* ---- values ---- */

static void compare(struct walk *walk, struct mdt_ref a, struct mdt_ref b);

static void compare_at(struct walk *walk, struct mdt_slice name, struct mdt_ref a,
		       struct mdt_ref b)
{
	struct mdt_buf *path = &walk->out->path;
	size_t before = path->len;

	if (before && name.len && name.str[0] != '[')
		mdt_buf_addc(path, '.');
	mdt_buf_add(path, name);
	compare(walk, a, b);
	path->len = before;
}

// Fields by name: one that only one side has is a difference of its own.
static void compare_structs(struct walk *walk, struct mdt_ref a, struct mdt_ref b)
{
	bool a_more = walk->lenient && has_more(a), b_more = walk->lenient && has_more(b);

	for (struct mdt_ref it = mdt_ref_first(a); mdt_ref_ok(it);
	     it = mdt_ref_next(a, it)) {
		struct mdt_slice name = mdt_ref_name(it);
		struct mdt_ref other = mdt_ref_member(b, name);

		if (name.len && (mdt_ref_ok(other) || !b_more))
			compare_at(walk, name, it, other);
	}
	for (struct mdt_ref it = mdt_ref_first(b); mdt_ref_ok(it);
	     it = mdt_ref_next(b, it)) {
		struct mdt_slice name = mdt_ref_name(it);

		if (name.len && !a_more && !mdt_ref_ok(mdt_ref_member(a, name)))
			compare_at(walk, name, mdt_ref_none(), it);
	}
	walk->out->absent += a_more != b_more;
}

static void compare_lists(struct walk *walk, struct mdt_ref a, struct mdt_ref b)
{
	bool a_more = walk->lenient && has_more(a), b_more = walk->lenient && has_more(b);
	struct mdt_ref x = mdt_ref_first(a), y = mdt_ref_first(b);
	char index[32];

	for (unsigned int i = 0; mdt_ref_ok(x) || mdt_ref_ok(y); i++) {
		if ((a_more && (!mdt_ref_ok(x) || is_kind(x, MDT_NODE_ELLIPSIS))) ||
		    (b_more && (!mdt_ref_ok(y) || is_kind(y, MDT_NODE_ELLIPSIS)))) {
			walk->out->absent++;
			break;
		}
		snprintf(index, sizeof(index), "[%u]", i);
		compare_at(walk, mdt_slice_cstr(index), x, y);
		x = mdt_ref_ok(x) ? mdt_ref_next(a, x) : x;
		y = mdt_ref_ok(y) ? mdt_ref_next(b, y) : y;
	}
}

// in => out; where one log has only one of the two, it is what was passed in.
static void compare_changes(struct walk *walk, struct mdt_ref a, struct mdt_ref b)
{
	struct mdt_ref x = is_kind(a, MDT_NODE_CHANGE) ? mdt_ref_first(a) : a;
	struct mdt_ref y = is_kind(b, MDT_NODE_CHANGE) ? mdt_ref_first(b) : b;

	compare(walk, x, y);
	if (is_kind(a, MDT_NODE_CHANGE) && is_kind(b, MDT_NODE_CHANGE))
		compare_at(walk, SLICE("=>"), mdt_ref_next(a, x), mdt_ref_next(b, y));
}

static bool same_text(struct walk *walk, struct mdt_ref a, struct mdt_ref b)
{
	struct mdt_buf *value = &walk->out->value;
	size_t middle;

	mdt_buf_clear(value);
	mdt_write_value(a, NULL, value);
	middle = value->len;
	mdt_write_value(b, NULL, value);
	return mdt_slice_eq(mdt_slice_head(mdt_buf_slice(value), middle),
			    mdt_slice_skip(mdt_buf_slice(value), middle));
}

static void compare(struct walk *walk, struct mdt_ref a, struct mdt_ref b)
{
	bool both = mdt_ref_ok(a) && mdt_ref_ok(b);

	if (both && (same_text(walk, a, b) || may_be_same(walk, a, b)))
		return;
	if (both && (is_kind(a, MDT_NODE_CHANGE) || is_kind(b, MDT_NODE_CHANGE)))
		compare_changes(walk, a, b);
	else if (is_kind(a, MDT_NODE_STRUCT) && is_kind(b, MDT_NODE_STRUCT))
		compare_structs(walk, a, b);
	else if (is_kind(a, MDT_NODE_ARRAY) && is_kind(b, MDT_NODE_ARRAY))
		compare_lists(walk, a, b);
	else if (both && is_set(a) && is_set(b))
		add_set(walk, a, b);
	else
		add_pair(walk, a, b);
}

/* ---- calls ---- */

// What people call the arguments of the calls that matter most.
static struct mdt_slice argument_name(struct mdt_slice call, unsigned int index)
{
	static const struct {
		const char *call;
		const char *names[4];
	} rows[] = {
		{ "open", { "path", "flags", "mode" } },
		{ "ioctl", { "descriptor", "request", "" } },
		{ "read", { "descriptor", "bytes", "size" } },
		{ "write", { "descriptor", "bytes", "size" } },
		{ "pread", { "descriptor", "bytes", "size", "offset" } },
		{ "pwrite", { "descriptor", "bytes", "size", "offset" } },
		{ "mknod", { "path", "mode", "device" } },
		{ "execve", { "program", "argv", "environment" } },
	};
	static const char *const others[] = { "argument 0", "argument 1", "argument 2",
					      "argument 3", "argument 4", "argument 5" };

	array_for_each (it, rows)
		if (mdt_slice_eq_cstr(call, it->call) && index < array_size(it->names) &&
		    it->names[index])
			return mdt_slice_cstr(it->names[index]);
	return mdt_slice_cstr(others[index < array_size(others) ? index : 5]);
}

static void compare_arguments(struct walk *walk, const struct mdt_event *a,
			      const struct mdt_event *b)
{
	struct mdt_ref x = mdt_ref_first(a->call), y = mdt_ref_first(b->call);

	for (unsigned int i = 0; mdt_ref_ok(x) || mdt_ref_ok(y); i++) {
		compare_at(walk, argument_name(a->name, i), x, y);
		x = mdt_ref_ok(x) ? mdt_ref_next(a->call, x) : x;
		y = mdt_ref_ok(y) ? mdt_ref_next(b->call, y) : y;
	}
}

static struct mdt_slice result_text(const struct mdt_event *event)
{
	const struct mdt_result *result = &event->result;

	if (result->error.len)
		return result->error;
	return mdt_ref_text(result->value);
}

static void compare_results(struct walk *walk, const struct mdt_event *a,
			    const struct mdt_event *b)
{
	struct mdt_slice x = result_text(a), y = result_text(b);
	struct mdt_diff_field *field;
	bool counts = mdt_event_succeeded(a) && mdt_event_succeeded(b);

	// The count of bytes follows from the bytes.
	if (mdt_slice_eq(x, y) || (counts && walk->out->len))
		return;
	mdt_buf_clear(&walk->out->path);
	mdt_buf_adds(&walk->out->path, "result");
	field = add(walk);
	if (!field)
		return;
	field->old_value = keep(walk, x);
	field->new_value = keep(walk, y);
}

static void compare_lines(struct walk *walk, struct mdt_slice a, struct mdt_slice b)
{
	struct mdt_diff_field *field;

	mdt_buf_clear(&walk->out->path);
	field = add(walk);
	if (!field)
		return;
	field->old_value = keep(walk, a);
	field->new_value = keep(walk, b);
}

struct mdt_error *mdt_diff_fields_compare(struct mdt_diff_fields *fields,
					  struct mdt_slice old_text,
					  struct mdt_slice new_text, bool lenient)
{
	struct walk walk = { .out = fields, .lenient = lenient };
	const struct mdt_ioctl *row;
	struct mdt_event a, b;
	struct mdt_error *err;

	fields->len = 0;
	fields->absent = 0;
	mdt_buf_clear(&fields->path);
	if (mdt_slice_eq(old_text, new_text))
		return NULL;
	err = mdt_parse_line(old_text, &fields->old_nodes, &a);
	if (!err)
		err = mdt_parse_line(new_text, &fields->new_nodes, &b);
	if (err)
		return err;
	if (a.kind != MDT_EVENT_CALL || b.kind != MDT_EVENT_CALL ||
	    !mdt_slice_eq(a.name, b.name)) {
		compare_lines(&walk, old_text, new_text);
		return walk.failed ? &mdt_enomem : NULL;
	}
	row = mdt_slice_eq(a.name, SLICE("ioctl"))
		      ? mdt_ioctl_find_name(fields->table,
					    mdt_ref_text(mdt_event_arg(&a, 1)))
		      : NULL;
	walk.type = row ? row->type : NULL;
	compare_arguments(&walk, &a, &b);
	compare_results(&walk, &a, &b);
	return walk.failed || fields->value.failed || fields->path.failed ? &mdt_enomem
									  : NULL;
}
