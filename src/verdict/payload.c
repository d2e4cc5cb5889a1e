// SPDX-License-Identifier: MIT
// What ioctls fill in, field by field.
#include <stdio.h>

#include "ioctl/value.h"
#include "verdict/parts.h"

struct walk {
	struct mdt_compare *compare;
	enum mdt_aside_of of;
	struct mdt_slice skip;
	const struct mdt_value *ran_parent; // the struct around, for devices
	const struct mdt_value *log_parent;
	size_t path; // where in compare->text the path ends
};

static void walk_value(struct walk *walk, const struct mdt_value *log,
		       const struct mdt_value *ran, struct mdt_slice name,
		       struct mdt_buf *path);

static bool is_leaf(const struct mdt_value *value)
{
	return !value->items;
}

static void leaf_text(const struct mdt_value *value, struct mdt_buf *ret)
{
	static const struct mdt_text_limits limits = { .string_max = 64,
						       .array_max = 16 };

	mdt_value_text(value, &limits, ret);
}

// A device's number that is another in the guest.
static bool is_mapped_device(const struct walk *walk, struct mdt_slice name)
{
	uint64_t log_major, log_minor, ran_major, ran_minor;

	if (!mdt_slice_eq(name, SLICE("major")) && !mdt_slice_eq(name, SLICE("minor")))
		return false;
	return walk->log_parent && walk->ran_parent &&
	       mdt_value_get(walk->log_parent, SLICE("major"), &log_major) &&
	       mdt_value_get(walk->log_parent, SLICE("minor"), &log_minor) &&
	       mdt_value_get(walk->ran_parent, SLICE("major"), &ran_major) &&
	       mdt_value_get(walk->ran_parent, SLICE("minor"), &ran_minor) &&
	       mdt_is_mapped(walk->compare, log_major, ran_major, log_minor, ran_minor);
}

static void walk_leaf(struct walk *walk, const struct mdt_value *log,
		      const struct mdt_value *ran, struct mdt_slice name,
		      struct mdt_buf *path)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf expected = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf actual = { 0 };
	bool is_bytes = mdt_value_is_bytes(log);
	struct mdt_compared it = { .of = walk->of,
				   .field = mdt_buf_slice(path),
				   .name = name,
				   .op = walk->of == MDT_OF_SUPER ? SLICE("superblock")
								  : SLICE("") };

	leaf_text(log, &expected);
	leaf_text(ran, &actual);
	it.expected = mdt_buf_slice(&expected);
	it.actual = mdt_buf_slice(&actual);
	it.has_numbers = !is_bytes && log->state == MDT_VALUE_WHOLE &&
			 ran->state == MDT_VALUE_WHOLE;
	it.expected_number = log->number;
	it.actual_number = ran->number;
	if (expected.failed || actual.failed) {
		walk->compare->failed_memory = true;
		return;
	}
	if (!mdt_slice_eq(it.expected, it.actual) && is_mapped_device(walk, name)) {
		mdt_check_add(
			walk->compare,
			(struct mdt_check){
				.kind = MDT_CHECK_SET_ASIDE,
				.field = it.field,
				.expected = it.expected,
				.actual = it.actual,
				.reason = SLICE(
					"the guest has the disk under another number") });
		return;
	}
	mdt_check_texts(walk->compare, &it);
}

static bool same_bytes(const struct mdt_value *log, const struct mdt_value *ran)
{
	return log->state == MDT_VALUE_WHOLE && mdt_slice_eq(log->bytes, ran->bytes);
}

// An array of numbers that is the same is one check; else each item that differs.
static void walk_array(struct walk *walk, const struct mdt_value *log,
		       const struct mdt_value *ran, struct mdt_slice name,
		       struct mdt_buf *path)
{
	size_t len = path->len;

	if (same_bytes(log, ran)) {
		walk_leaf(walk, log, ran, name, path);
		return;
	}
	for (uint32_t i = 0; i < log->count; i++) {
		if (i < ran->count && same_bytes(&log->items[i], &ran->items[i]))
			continue;
		mdt_buf_printf(path, "[%u]", i);
		if (i < ran->count)
			walk_value(walk, &log->items[i], &ran->items[i], name, path);
		else
			mdt_check_add(walk->compare,
				      (struct mdt_check){ .kind = MDT_CHECK_DIFFERS,
							  .field = mdt_buf_slice(path),
							  .actual = SLICE("not there") });
		path->len = len;
	}
}

static void walk_struct(struct walk *walk, const struct mdt_value *log,
			const struct mdt_value *ran, struct mdt_buf *path)
{
	const struct mdt_value *log_parent = walk->log_parent;
	const struct mdt_value *ran_parent = walk->ran_parent;
	size_t len = path->len;

	walk->log_parent = log;
	walk->ran_parent = ran;
	for (uint32_t i = 0; i < log->count && i < ran->count; i++) {
		struct mdt_slice name = mdt_slice_cstr(mdt_value_name(&log->items[i]));

		if (walk->skip.len && mdt_slice_eq(name, walk->skip))
			continue;
		if (name.len && path->len)
			mdt_buf_addc(path, '.');
		mdt_buf_add(path, name);
		walk_value(walk, &log->items[i], &ran->items[i], name, path);
		path->len = len;
	}
	walk->log_parent = log_parent;
	walk->ran_parent = ran_parent;
}

static void walk_value(struct walk *walk, const struct mdt_value *log,
		       const struct mdt_value *ran, struct mdt_slice name,
		       struct mdt_buf *path)
{
	if (path->failed || walk->compare->failed_memory)
		return;
	if (log->state == MDT_VALUE_ABSENT ||
	    (log->state == MDT_VALUE_CUT && is_leaf(log) && !mdt_value_is_bytes(log))) {
		// Of what is read from a disk, mdt_compare_disk() says how much there is.
		if (walk->of == MDT_OF_IOCTL && path->len)
			mdt_check_absent(walk->compare, mdt_buf_slice(path),
					 (struct mdt_slice){ 0 },
					 "the log has the argument only in part");
		return;
	}
	if (ran->state == MDT_VALUE_ABSENT) {
		mdt_check_add(walk->compare,
			      (struct mdt_check){ .kind = MDT_CHECK_DIFFERS,
						  .field = mdt_buf_slice(path),
						  .actual = SLICE("not there") });
		return;
	}
	if (is_leaf(log) || is_leaf(ran))
		walk_leaf(walk, log, ran, name, path);
	else if (log->type->kind == MDT_TYPE_ARRAY)
		walk_array(walk, log, ran, name, path);
	else
		walk_struct(walk, log, ran, path);
}

struct mdt_error *mdt_compare_struct(struct mdt_compare *compare, enum mdt_aside_of of,
				     const struct mdt_type *type,
				     const struct mdt_meaning *meaning,
				     struct mdt_slice log, struct mdt_slice ran,
				     struct mdt_slice skip)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };
	struct walk walk = { .compare = compare, .of = of, .skip = skip };
	struct mdt_value log_value, ran_value;
	struct mdt_error *err;

	// A cut value is compared as far as it goes: the kernel's is cut at the same
	// byte.
	if (type->size > log.len)
		ran = mdt_slice_head(ran, log.len);
	err = mdt_value_decode(type, meaning, log, &compare->values, &log_value);
	if (!err)
		err = mdt_value_decode(type, meaning, ran, &compare->values, &ran_value);
	if (err)
		return err;
	if (is_leaf(&log_value))
		mdt_buf_adds(&path, "arg");
	walk_value(&walk, &log_value, &ran_value, SLICE("arg"), &path);
	return mdt_buf_error(&path);
}

/* ---- what strace has decoded: [512], {heads=2, ...} ---- */

// The number in `[41943040]`, `41943040`, or in bytes.
static bool scalar(struct mdt_ref ref, const struct mdt_ioctl *row, struct mdt_buf *bytes,
		   uint64_t *ret)
{
	size_t size = row && row->type ? row->type->size : 0;

	if (!mdt_ref_ok(ref))
		return false;
	if (mdt_ref_node(ref)->kind == MDT_NODE_ARRAY && mdt_ref_count(ref) == 1)
		return mdt_ref_u64(mdt_ref_first(ref), ret);
	mdt_buf_clear(bytes);
	if (!mdt_ref_bytes(ref, bytes) || !size || size > 8 || bytes->len < size)
		return false;
	*ret = 0;
	for (size_t i = size; i--;)
		*ret = *ret << 8 | (unsigned char)bytes->str[i];
	return true;
}

static void compare_scalar(struct mdt_compare *compare, uint64_t log, uint64_t ran)
{
	char expected[24], actual[24];
	struct mdt_compared it = {
		.of = MDT_OF_IOCTL,
		.field = SLICE("arg"),
		.expected = { expected, 0 },
		.actual = { actual, 0 },
		.has_numbers = true,
		.expected_number = log,
		.actual_number = ran,
	};

	it.expected.len = (size_t)snprintf(expected, sizeof(expected), "%llu",
					   (unsigned long long)log);
	it.actual.len =
		(size_t)snprintf(actual, sizeof(actual), "%llu", (unsigned long long)ran);
	mdt_check_texts(compare, &it);
}

static struct mdt_slice member_text(struct mdt_ref ref, struct mdt_value *value,
				    struct mdt_slice name, struct mdt_buf *text)
{
	struct mdt_value *found = value ? mdt_value_find(value, name) : NULL;

	if (!value)
		return mdt_ref_text(mdt_ref_member(ref, name));
	mdt_buf_clear(text);
	if (found)
		leaf_text(found, text);
	return mdt_buf_slice(text);
}

// {heads=2, sectors=4}: each field that the log names, with what the kernel gave as a
// struct or as bytes.
static struct mdt_error *compare_members(struct mdt_compare *compare, struct mdt_ref log,
					 struct mdt_ref ran)
{
	const struct mdt_ioctl *row = compare->about.ioctl;
	struct mdt_value decoded, *value = NULL;
	struct mdt_error *err;
	struct mdt_ref field;

	mdt_buf_clear(&compare->ran_bytes);
	if (row && row->type && mdt_ref_bytes(ran, &compare->ran_bytes)) {
		err = mdt_value_decode(row->type, row->meaning,
				       mdt_buf_slice(&compare->ran_bytes),
				       &compare->values, &decoded);
		if (err)
			return err;
		value = &decoded;
	}
	for (field = mdt_ref_first(log); mdt_ref_ok(field);
	     field = mdt_ref_next(log, field)) {
		struct mdt_slice name = mdt_ref_name(field);
		struct mdt_compared it = { .of = MDT_OF_IOCTL,
					   .field = name,
					   .expected = mdt_ref_text(field) };

		if (!name.len || mdt_ref_node(field)->kind != MDT_NODE_INT)
			continue;
		it.actual = member_text(ran, value, name, &compare->text);
		mdt_check_texts(compare, &it);
	}
	return NULL;
}

/* ---- the argument ---- */

static bool is_kind(struct mdt_ref ref, enum mdt_node_kind kind)
{
	return mdt_ref_ok(ref) && mdt_ref_node(ref)->kind == kind;
}

// `in => out`: what the kernel wrote.
static struct mdt_ref output_of(struct mdt_ref ref)
{
	if (is_kind(ref, MDT_NODE_CHANGE))
		return mdt_ref_next(ref, mdt_ref_first(ref));
	return ref;
}

static struct mdt_error *compare_bytes(struct mdt_compare *compare)
{
	const struct mdt_ioctl *row = compare->about.ioctl;
	struct mdt_slice log = mdt_buf_slice(&compare->log_bytes);
	struct mdt_slice ran = mdt_buf_slice(&compare->ran_bytes);
	struct mdt_compared it = { .of = MDT_OF_IOCTL, .field = SLICE("arg") };
	_cleanup_(mdt_buf_deinit) struct mdt_buf expected = { 0 };

	if (row && row->type)
		return mdt_compare_struct(compare, MDT_OF_IOCTL, row->type, row->meaning,
					  log, ran, (struct mdt_slice){ 0 });
	mdt_buf_clear(&compare->text);
	mdt_bytes_brief(log, &expected);
	mdt_bytes_brief(mdt_slice_head(ran, log.len), &compare->text);
	it.expected = mdt_buf_slice(&expected);
	it.actual = mdt_buf_slice(&compare->text);
	mdt_check_texts(compare, &it);
	return mdt_buf_error(&expected);
}

// Nothing to compare with: the fields that the kernel gave, as they are.
static struct mdt_error *show_only(struct mdt_compare *compare, struct mdt_ref ran,
				   const char *reason)
{
	const struct mdt_ioctl *row = compare->about.ioctl;
	struct mdt_value value;
	struct mdt_error *err;

	mdt_buf_clear(&compare->ran_bytes);
	if (!row || !row->type || row->type->kind != MDT_TYPE_STRUCT ||
	    !mdt_ref_bytes(ran, &compare->ran_bytes)) {
		mdt_check_absent(compare, SLICE("arg"), (struct mdt_slice){ 0 }, reason);
		return NULL;
	}
	err = mdt_value_decode(row->type, row->meaning,
			       mdt_buf_slice(&compare->ran_bytes), &compare->values,
			       &value);
	for (uint32_t i = 0; !err && i < value.count; i++) {
		mdt_buf_clear(&compare->text);
		leaf_text(&value.items[i], &compare->text);
		mdt_check_absent(compare, mdt_slice_cstr(mdt_value_name(&value.items[i])),
				 mdt_buf_slice(&compare->text), reason);
	}
	return err;
}

static bool is_derived(const struct mdt_plan_step *step)
{
	return step->derived_count != 0;
}

struct mdt_error *mdt_compare_payload(struct mdt_compare *compare)
{
	const struct mdt_ioctl *row = compare->about.ioctl;
	struct mdt_ref log = output_of(mdt_event_arg(compare->log, 2));
	struct mdt_ref ran = output_of(mdt_event_arg(compare->ran, 2));
	uint64_t log_number, ran_number;

	// What the kernel only reads, or never looks at, is no output.
	if (row && row->arg != MDT_ARG_OUT && row->arg != MDT_ARG_INOUT &&
	    row->arg != MDT_ARG_UNSAID)
		return NULL;
	if (!mdt_ref_ok(log) || (row && row->arg == MDT_ARG_UNSAID && !row->type &&
				 !is_kind(log, MDT_NODE_ARRAY)))
		return NULL;
	if (is_derived(compare->verdict->step))
		return show_only(
			compare, ran,
			"the argument was derived, so its output is not the log's");
	if (is_kind(log, MDT_NODE_STRUCT))
		return compare_members(compare, log, ran);
	if (is_kind(log, MDT_NODE_ARRAY)) {
		if (scalar(log, row, &compare->log_bytes, &log_number) &&
		    scalar(ran, row, &compare->ran_bytes, &ran_number))
			compare_scalar(compare, log_number, ran_number);
		return NULL;
	}
	mdt_buf_clear(&compare->log_bytes);
	mdt_buf_clear(&compare->ran_bytes);
	if (!mdt_ref_bytes(log, &compare->log_bytes))
		return show_only(compare, ran, "the log has only its address");
	// The guest shows what the kernel wrote; scalars as strace does.
	if (is_kind(ran, MDT_NODE_ARRAY) &&
	    scalar(log, row, &compare->log_bytes, &log_number) &&
	    scalar(ran, row, &compare->ran_bytes, &ran_number)) {
		compare_scalar(compare, log_number, ran_number);
		return NULL;
	}
	mdt_ref_bytes(ran, &compare->ran_bytes);
	return compare_bytes(compare);
}
