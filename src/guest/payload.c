// SPDX-License-Identifier: MIT
#include "guest/payload.h"

#include <linux/blkpg.h>
#include <linux/fs.h>
#include <linux/major.h>
#include <linux/raid/md_u.h>
#include <stdlib.h>

#include "base/devnum.h"
#include "guest/arg.h"
#include "guest/encode.h"
#include "ioctl/value.h"

enum {
	ROOM = 4096, /* behind what is asked for: a driver may write more than it says */
	SMALL = 65536, /* below the lowest address that a program can have mapped:
			* vm.mmap_min_addr */
};

void guest_payload_deinit(struct guest_payload *payload)
{
	free(payload->bytes);
	free(payload->inner);
	*payload = (struct guest_payload){ 0 };
}

static enum mdt_ioctl_arg arg_of(uint32_t number, const struct mdt_ioctl *row)
{
	if (row)
		return row->arg;
	switch (mdt_ioctl_dir(number)) {
	case MDT_DIR_NONE:
		return MDT_ARG_UNSAID;
	case MDT_DIR_WRITE:
		return MDT_ARG_IN;
	case MDT_DIR_READ:
		return MDT_ARG_OUT;
	case MDT_DIR_READ_WRITE:
		return MDT_ARG_INOUT;
	}
	unreachable();
}

// The size that is told: the type's where the number lies, or says nothing.
static size_t size_of(uint32_t number, const struct mdt_ioctl *row)
{
	size_t type = row && row->arg != MDT_ARG_VALUE && row->type ? row->type->size : 0;

	return type ? type : mdt_ioctl_size(number);
}

static bool make_memory(struct guest_call *call, size_t size, struct guest_payload *ret)
{
	ret->bytes = calloc(1, size + ROOM);
	ret->size = size;
	ret->is_memory = true;
	if (!ret->bytes)
		guest_call_refuse(call, "out of memory");
	return ret->bytes;
}

/* ---- a register ---- */

static bool make_dev(struct guest_call *call, struct mdt_ref ref,
		     struct guest_payload *ret)
{
	uint32_t major, minor;

	if (!guest_arg_dev(ref, &major, &minor)) {
		guest_call_refuse(call, "argument 3, %.*s, is not a device number",
				  SLICE_FMT(mdt_ref_text(ref)));
		return false;
	}
	guest_map_dev(call->map, GUEST_TO_KERNEL, &major, &minor);
	ret->value = mdt_dev_encode(major, minor);
	return true;
}

static bool make_value(struct guest_call *call, const struct mdt_ioctl *row,
		       struct mdt_ref ref, struct guest_payload *ret)
{
	int fd;

	if (row->meaning && row->meaning->kind == MDT_MEANING_DEV)
		return make_dev(call, ref, ret);
	if (row->meaning && row->meaning->kind == MDT_MEANING_FD) {
		if (!guest_call_fd(call, 2, &fd, NULL))
			return false;
		ret->value = (uint64_t)(int64_t)fd;
		return true;
	}
	return guest_call_number(call, 2, &ret->value);
}

/* ---- memory ---- */

// struct blkpg_ioctl_arg's data is a pointer that strace follows.
static bool make_blkpg(struct mdt_ref ref, struct guest_payload *ret)
{
	const struct mdt_type *type =
		mdt_ioctl_find_type(mdt_ioctl_builtin(), SLICE("struct blkpg_partition"));
	struct mdt_ref data = mdt_ref_member(ref, SLICE("data"));
	struct blkpg_ioctl_arg arg;
	uint64_t op, flags, len;

	if (!type || type->size != sizeof(struct blkpg_partition) ||
	    !guest_arg_number(mdt_ref_member(ref, SLICE("op")), &op) ||
	    !guest_arg_number(mdt_ref_member(ref, SLICE("flags")), &flags) ||
	    !guest_arg_number(mdt_ref_member(ref, SLICE("datalen")), &len))
		return false;
	ret->inner = calloc(1, type->size + ROOM);
	if (!ret->inner || !guest_encode(data, type, ret->inner))
		return false;
	arg = (struct blkpg_ioctl_arg){ (int)op, (int)flags, (int)len, ret->inner };
	memcpy(ret->bytes, &arg, sizeof(arg));
	return true;
}

static bool fill_memory(uint32_t number, const struct mdt_ioctl *row, struct mdt_ref ref,
			struct guest_payload *ret)
{
	bool is_array = mdt_ref_node(ref)->kind == MDT_NODE_ARRAY;

	if (number == BLKPG)
		return make_blkpg(ref, ret);
	if (!row || !row->type || row->type->size > ret->size)
		return false;
	// [512] is an int that a pointer points to.
	if (is_array && row->type->kind != MDT_TYPE_ARRAY)
		return mdt_ref_count(ref) == 1 &&
		       guest_encode(mdt_ref_first(ref), row->type, ret->bytes);
	return guest_encode(ref, row->type, ret->bytes);
}

// What the kernel is to read: bytes, or what strace has decoded.
static bool make_read(struct guest_call *call, uint32_t number,
		      const struct mdt_ioctl *row, struct mdt_ref ref,
		      struct guest_payload *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	size_t size = size_of(number, row);

	if (guest_arg_bytes(ref, &bytes)) {
		if (bytes.len > size)
			size = bytes.len;
		if (!make_memory(call, size, ret))
			return false;
		if (bytes.len)
			memcpy(ret->bytes, bytes.str, bytes.len);
		return true;
	}
	if (!make_memory(call, size, ret))
		return false;
	if (fill_memory(number, row, ref, ret))
		return true;
	guest_call_refuse(call,
			  "the kernel reads the argument, and it is not in the plan");
	return false;
}

/* ---- which of them ---- */

static bool is_null(struct mdt_ref ref)
{
	uint64_t number;

	return !mdt_ref_ok(ref) || (guest_arg_number(ref, &number) && !number);
}

// Of an ioctl that says nothing of its argument, only what is no address is passed on.
static bool make_unsaid(struct guest_call *call, struct mdt_ref ref,
			struct guest_payload *ret)
{
	if (guest_arg_number(ref, &ret->value) &&
	    (ret->value < SMALL || (int64_t)ret->value < 0))
		return true;
	guest_call_refuse(call, "mdtrace does not know what this ioctl's argument is");
	return false;
}

// An address at which nothing is: the log's program got EFAULT for it, and so do we.
static bool is_nowhere(struct mdt_ref ref, struct guest_payload *ret)
{
	uint64_t number;

	if (!guest_arg_number(ref, &number) || number >= SMALL)
		return false;
	ret->value = number;
	return true;
}

bool guest_payload_make(struct guest_call *call, uint32_t number,
			const struct mdt_ioctl *row, struct guest_payload *ret)
{
	struct mdt_ref ref = mdt_event_arg(call->event, 2);
	enum mdt_ioctl_arg arg = arg_of(number, row);

	if (arg == MDT_ARG_VALUE)
		return make_value(call, row, ref, ret);
	if (is_null(ref) || arg == MDT_ARG_IGNORED)
		return true;
	if (arg != MDT_ARG_UNSAID && is_nowhere(ref, ret))
		return true;
	switch (arg) {
	case MDT_ARG_IN:
	case MDT_ARG_INOUT:
		return make_read(call, number, row, ref, ret);
	case MDT_ARG_OUT:
		return make_memory(call, size_of(number, row), ret);
	default:
		return make_unsaid(call, ref, ret);
	}
}

/* ---- what came back ---- */

// Devices in md's structs: at which byte a major number stands, with the minor behind it.
static void map_back(const struct guest_call *call, uint32_t number,
		     struct guest_payload *payload)
{
	mdu_disk_info_t info;
	uint32_t major, minor;

	if (number != GET_DISK_INFO || payload->size < sizeof(info))
		return;
	memcpy(&info, payload->bytes, sizeof(info));
	major = (uint32_t)info.major;
	minor = (uint32_t)info.minor;
	guest_map_dev(call->map, GUEST_TO_LOG, &major, &minor);
	info.major = (int)major;
	info.minor = (int)minor;
	memcpy(payload->bytes, &info, sizeof(info));
}

static void write_number(const struct mdt_value *value, struct mdt_buf *ret)
{
	mdt_buf_addc(ret, '[');
	if (value->type->is_signed)
		mdt_buf_printf(ret, "%ld", (long)value->number);
	else
		mdt_buf_dec(ret, value->number);
	mdt_buf_addc(ret, ']');
}

// As strace prints it: a number of a block device in brackets, a struct where it has
// decoded one, the bytes otherwise.
static void write_payload(struct guest_call *call, const struct mdt_ioctl *row,
			  struct mdt_ref ref, struct mdt_slice bytes, struct mdt_buf *ret)
{
	enum mdt_node_kind kind = (enum mdt_node_kind)mdt_ref_node(ref)->kind;
	struct mdt_value value;
	bool is_number;

	if (kind == MDT_NODE_STRING || !row || !row->type ||
	    mdt_value_decode(row->type, row->meaning, bytes, call->arena, &value)) {
		mdt_bytes_text(bytes, true, ret);
		return;
	}
	is_number = row->type->kind == MDT_TYPE_INT || row->type->kind == MDT_TYPE_ENUM;
	if (is_number && value.state == MDT_VALUE_WHOLE)
		write_number(&value, ret);
	else if (kind == MDT_NODE_STRUCT)
		mdt_value_text(&value, &(struct mdt_text_limits){ 0 }, ret);
	else
		mdt_bytes_text(bytes, true, ret);
}

// Whether the log has the same; a pointer says nothing.
static bool same_payload(struct mdt_ref ref, struct mdt_slice bytes,
			 struct mdt_slice text)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 };

	switch ((enum mdt_node_kind)mdt_ref_node(ref)->kind) {
	case MDT_NODE_STRING:
		mdt_ref_bytes(ref, &log);
		return mdt_ref_cut(ref) ? mdt_slice_starts(bytes, mdt_buf_slice(&log))
					: mdt_slice_eq(bytes, mdt_buf_slice(&log));
	case MDT_NODE_ARRAY:
		return mdt_slice_eq(mdt_ref_text(ref), text);
	default:
		return true;
	}
}

void guest_payload_say(struct guest_call *call, uint32_t number,
		       const struct mdt_ioctl *row, struct guest_payload *payload)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_ref ref = mdt_event_arg(call->event, 2);
	enum mdt_ioctl_arg arg = arg_of(number, row);
	struct mdt_slice bytes;
	bool agrees;

	if (!payload->is_memory || (arg != MDT_ARG_OUT && arg != MDT_ARG_INOUT))
		return;
	map_back(call, number, payload);
	bytes = mdt_slice_from((char *)payload->bytes, payload->size);
	write_payload(call, row, ref, bytes, &text);
	agrees = same_payload(ref, bytes, mdt_buf_slice(&text));
	if (agrees && mdt_ref_node(ref)->kind == MDT_NODE_STRING && !mdt_ref_cut(ref))
		return; // in the log's spelling
	if (!text.failed)
		guest_call_change(call, ref, mdt_buf_slice(&text), agrees);
}
