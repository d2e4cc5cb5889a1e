// SPDX-License-Identifier: MIT
// ioctl(), read() and write(): what the bytes are.
#include "diff/normal.h"

#include <inttypes.h>

#include "trace/about.h"
#include "ioctl/value.h"
#include "md/superblock.h"
#include "md/sysfs.h"
#include "strace/parse.h"

static void comma(struct mdt_normal *normal)
{
	mdt_buf_adds(&normal->text, ", ");
}

static bool is_kind(struct mdt_ref ref, enum mdt_node_kind kind)
{
	return mdt_ref_ok(ref) && mdt_ref_node(ref)->kind == kind;
}

/* ---- ioctl ---- */

// A struct that has just been decoded, with what rules know of its fields: as if strace
// had decoded it.
static struct mdt_error *put_decoded(struct mdt_normal *normal, struct mdt_slice text)
{
	struct mdt_event event;
	struct mdt_error *err = mdt_parse_call(text, &normal->nodes, &event);

	if (!err)
		mdt_normal_value(normal, mdt_event_arg(&event, 0));
	return err;
}

static struct mdt_error *put_payload(struct mdt_normal *normal,
				     const struct mdt_ioctl *row, struct mdt_ref string)
{
	static const struct mdt_text_limits limits = { .string_max = 64,
						       .array_max = 32 };
	struct mdt_value value;
	struct mdt_error *err;

	mdt_buf_clear(&normal->bytes);
	if (!mdt_ref_bytes(string, &normal->bytes)) {
		mdt_normal_value(normal, string);
		return NULL;
	}
	err = mdt_value_decode(row->type, row->meaning, mdt_buf_slice(&normal->bytes),
			       &normal->values, &value);
	if (err)
		return err;
	mdt_buf_clear(&normal->word);
	mdt_buf_adds(&normal->word, "x(");
	mdt_value_text(&value, &limits, &normal->word);
	mdt_buf_adds(&normal->word, ") = 0");
	err = mdt_buf_error(&normal->word);
	if (!err)
		err = put_decoded(normal, mdt_buf_slice(&normal->word));
	mdt_arena_clear(&normal->values);
	return err;
}

static void put_absent(struct mdt_normal *normal)
{
	mdt_buf_adds(&normal->text, "ADDR");
}

static struct mdt_error *put_change(struct mdt_normal *normal,
				    const struct mdt_ioctl *row, struct mdt_ref ref)
{
	struct mdt_ref in = mdt_ref_first(ref);
	struct mdt_error *err = put_payload(normal, row, in);

	mdt_buf_adds(&normal->text, " => ");
	return err ? err : put_payload(normal, row, mdt_ref_next(ref, in));
}

static struct mdt_error *put_argument(struct mdt_normal *normal,
				      const struct mdt_ioctl *row, struct mdt_ref ref)
{
	bool failed = mdt_event_failed(normal->event), has_payload;
	uint64_t value;

	has_payload = row && mdt_ioctl_has_payload(row);
	if (row && row->arg == MDT_ARG_VALUE && mdt_ref_u64(ref, &value)) {
		mdt_ioctl_arg_text(row, value, &normal->text);
	} else if (has_payload && row->arg == MDT_ARG_OUT && failed) {
		// What the call would have filled in is what stood there before.
		put_absent(normal);
	} else if (has_payload && mdt_ref_u64(ref, &value) && value &&
		   mdt_rule_fires(normal->rules, MDT_RULE_ADDRESSES)) {
		put_absent(normal);
	} else if (has_payload && is_kind(ref, MDT_NODE_STRING)) {
		return put_payload(normal, row, ref);
	} else if (has_payload && is_kind(ref, MDT_NODE_CHANGE) &&
		   is_kind(mdt_ref_first(ref), MDT_NODE_STRING)) {
		return put_change(normal, row, ref);
	} else {
		mdt_normal_value(normal, ref);
	}
	return NULL;
}

struct mdt_error *mdt_normal_ioctl(struct mdt_normal *normal)
{
	struct mdt_ref fd = mdt_event_arg(normal->event, 0),
		       request = mdt_ref_next(normal->event->call, fd);
	const struct mdt_ioctl *row;
	struct mdt_about about;
	struct mdt_ref argument;

	if (!mdt_ref_ok(request))
		return NULL;
	mdt_about_find(&normal->trace, normal->table, normal->event, &about);
	row = about.ioctl;
	comma(normal);
	if (row)
		mdt_buf_adds(&normal->text, row->name);
	else if (about.has_request)
		mdt_buf_printf(&normal->text, "0x%" PRIx32, about.request);
	else
		mdt_buf_add(&normal->text, mdt_ref_text(request));
	argument = mdt_ref_next(normal->event->call, request);
	if (!mdt_ref_ok(argument))
		return NULL;
	comma(normal);
	return put_argument(normal, row, argument);
}

/* ---- read and write ---- */

struct transfer {
	const struct mdt_file *file; /* NULL: not known */
	struct mdt_slice path;
	struct mdt_ref data;
	bool writes, cut;
	uint64_t offset; /* or MDT_OFFSET_UNKNOWN */
};

static struct transfer transfer_of(struct mdt_normal *normal)
{
	const struct mdt_event *event = normal->event;
	struct mdt_ref position = mdt_event_arg(event, 3);
	struct transfer it = { .writes = normal->row->kind == MDT_CALL_WRITE };

	it.file = mdt_trace_file(&normal->trace, event, mdt_event_arg(event, 0));
	it.data = mdt_event_arg(event, 1);
	it.cut = mdt_ref_cut(it.data);
	it.offset = MDT_OFFSET_UNKNOWN;
	if (it.file) {
		it.path = it.file->path;
		if (!mdt_ref_u64(position, &it.offset))
			it.offset = it.file->has_offset ? it.file->offset
							: MDT_OFFSET_UNKNOWN;
	}
	return it;
}

static bool is_number(struct mdt_slice word)
{
	for (size_t i = 0; i < word.len; i++)
		if (word.str[i] < '0' || word.str[i] > '9')
			if (i || word.str[i] != '-' || word.len < 2)
				return false;
	return word.len;
}

static bool is_name(struct mdt_slice word)
{
	for (size_t i = 0; i < word.len; i++) {
		char c = word.str[i];

		if (!(c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (i && c >= '0' && c <= '9')))
			return false;
	}
	return word.len;
}

// A field of a superblock, as strace would write one; what is no number and no name is
// text.
static void put_super_row(struct mdt_buf *ret, const struct mdt_super_row *row)
{
	mdt_buf_adds(ret, row->key);
	mdt_buf_addc(ret, '=');
	if (row->kind != MDT_VALUE_TEXT && (is_number(row->value) || is_name(row->value)))
		mdt_buf_add(ret, row->value);
	else
		mdt_bytes_text(row->value, false, ret);
}

static struct mdt_error *put_super(struct mdt_normal *normal,
				   const struct mdt_super *super)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf scratch = { 0 };
	struct mdt_buf *text = &normal->word;
	struct mdt_super_row row;
	const char *before = "x({";
	struct mdt_error *err;
	size_t pos = 0;

	mdt_buf_clear(text);
	while (mdt_super_next(super, &pos, &scratch, &row)) {
		mdt_buf_adds(text, before);
		before = ", ";
		if (strcmp(row.key, "missing") == 0)
			mdt_buf_adds(text, "...");
		else
			put_super_row(text, &row);
	}
	mdt_buf_adds(text, "}) = 0");
	err = mdt_buf_error(&scratch);
	if (!err)
		err = mdt_buf_error(text);
	return err ? err : put_decoded(normal, mdt_buf_slice(text));
}

// By its first byte, before all of it is looked at; mdt_super_from() has the magics.
static bool may_be_super(struct mdt_ref data)
{
	struct mdt_slice inside = mdt_ref_inside(data);
	char first;

	if (!inside.len)
		return false;
	mdt_unescape_one(inside, &first);
	return first == 'b' || first == '\xfc' || first == '\xa9';
}

static struct mdt_error *put_device_data(struct mdt_normal *normal,
					 const struct transfer *transfer)
{
	struct mdt_super super;

	if (!may_be_super(transfer->data)) {
		mdt_normal_value(normal, transfer->data);
		return NULL;
	}
	mdt_buf_clear(&normal->bytes);
	mdt_ref_bytes(transfer->data, &normal->bytes);
	super = mdt_super_from(mdt_buf_slice(&normal->bytes), transfer->offset);
	if (super.kind != MDT_SUPER_0 && super.kind != MDT_SUPER_1 &&
	    super.kind != MDT_SUPER_BITMAP) {
		mdt_normal_value(normal, transfer->data);
		return NULL;
	}
	return put_super(normal, &super);
}

static bool is_random(struct mdt_slice path)
{
	return mdt_slice_eq(path, SLICE("/dev/urandom")) ||
	       mdt_slice_eq(path, SLICE("/dev/random")) ||
	       mdt_slice_eq(path, SLICE("/proc/sys/kernel/random/uuid"));
}

static bool shows_progress(struct mdt_slice path)
{
	struct mdt_md_path parsed;

	return mdt_slice_starts(path, SLICE("/proc/mdstat")) &&
	       mdt_md_path_parse(path, &parsed);
}

// sync_completed and sync_speed of an array: nothing but progress.
static bool is_progress(struct mdt_slice path)
{
	return mdt_slice_ends(path, SLICE("/md/sync_completed")) ||
	       mdt_slice_ends(path, SLICE("/md/sync_speed"));
}

static void put_mdstat(struct mdt_normal *normal, const struct transfer *transfer)
{
	mdt_buf_clear(&normal->bytes);
	mdt_ref_bytes(transfer->data, &normal->bytes);
	mdt_buf_clear(&normal->word);
	mdt_normal_mask_progress(normal->rules, mdt_buf_slice(&normal->bytes),
				 &normal->word);
	mdt_normal_bytes(normal, mdt_buf_slice(&normal->word), transfer->cut);
}

static struct mdt_error *put_data(struct mdt_normal *normal,
				  const struct transfer *transfer)
{
	struct mdt_slice path = transfer->path;

	if (!is_kind(transfer->data, MDT_NODE_STRING)) {
		mdt_normal_value(normal, transfer->data);
	} else if (!transfer->writes && is_random(path) &&
		   mdt_rule_fires(normal->rules, MDT_RULE_RANDOM)) {
		mdt_buf_adds(&normal->text, "RANDOM");
	} else if (transfer->file && transfer->file->device) {
		return put_device_data(normal, transfer);
	} else if (!transfer->writes && is_progress(path) &&
		   mdt_ref_inside(transfer->data).len &&
		   mdt_rule_fires(normal->rules, MDT_RULE_PROGRESS)) {
		mdt_buf_adds(&normal->text, "PROGRESS");
	} else if (!transfer->writes && shows_progress(path)) {
		put_mdstat(normal, transfer);
	} else {
		mdt_normal_value(normal, transfer->data);
	}
	return NULL;
}

// Less than was asked for: how much was asked for is the C library's business.
static void put_size(struct mdt_normal *normal, const struct transfer *transfer)
{
	struct mdt_ref size = mdt_event_arg(normal->event, 2);
	uint64_t asked, got;

	if (!mdt_ref_ok(size))
		return;
	comma(normal);
	if (!transfer->writes && mdt_event_succeeded(normal->event) &&
	    mdt_ref_u64(size, &asked) && mdt_ref_u64(normal->event->result.value, &got) &&
	    got < asked && mdt_rule_fires(normal->rules, MDT_RULE_READ_SIZE))
		mdt_buf_adds(&normal->text, "SIZE");
	else
		mdt_normal_value(normal, size);
}

struct mdt_error *mdt_normal_transfer(struct mdt_normal *normal)
{
	struct transfer transfer = transfer_of(normal);
	struct mdt_ref position = mdt_event_arg(normal->event, 3);
	struct mdt_error *err;

	if (!mdt_ref_ok(transfer.data))
		return NULL;
	comma(normal);
	err = put_data(normal, &transfer);
	put_size(normal, &transfer);
	if (mdt_ref_ok(position)) {
		comma(normal);
		mdt_normal_value(normal, position);
	}
	return err;
}
