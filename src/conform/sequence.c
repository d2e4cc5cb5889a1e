// SPDX-License-Identifier: MIT
#include "conform/sequence.h"

#include <linux/major.h>
#include <linux/raid/md_u.h>
#include <sys/ioctl.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/devnum.h"
#include "model/super.h"

// Linux gives major 240 to nobody (Documentation/admin-guide/devices.txt).
const struct mdt_conform_disk mdt_conform_disks[MDT_CONFORM_DISKS] = {
	{ 7, 0, 1024, true, "/dev/loop0", "loop0" },
	{ 7, 1, 1024, true, "/dev/loop1", "loop1" },
	{ 7, 2, 1024, true, "/dev/loop2", "loop2" },
	{ 7, 3, 1024, true, "/dev/loop3", "loop3" },
	{ 7, 4, 1024, true, "/dev/loop4", "loop4" },
	[MDT_CONFORM_SMALL] = { 7, 5, 512, true, "/dev/loop5", "loop5" },
	[MDT_CONFORM_EMPTY] = { 7, 6, 0, true, "/dev/loop6", "loop6" },
	[MDT_CONFORM_MISSING] = { 240, 1, 0, false, NULL, NULL },
	[MDT_CONFORM_TOO_LARGE] = { 4096, 0, 0, false, NULL, NULL },
};

/* ---- calls ---- */

void mdt_conform_sequence_deinit(struct mdt_conform_sequence *sequence)
{
	for (size_t i = 0; i < MDT_CONFORM_DISKS; i++)
		free(sequence->contents[i].bytes);
	free(sequence->calls);
	*sequence = (struct mdt_conform_sequence){ 0 };
}

struct mdt_conform_call *mdt_conform_add(struct mdt_conform_sequence *sequence)
{
	struct mdt_conform_call *call;

	if (!mdt_grow((void **)&sequence->calls, &sequence->cap, sequence->count,
		      sizeof(*sequence->calls)))
		return NULL;
	call = &sequence->calls[sequence->count++];
	*call = (struct mdt_conform_call){ 0 };
	return call;
}

static size_t content_size(const struct mdt_conform_content *content)
{
	size_t ret = 0;

	for (unsigned int i = 0; i < content->piece_count; i++)
		ret = (size_t)content->pieces[i].from + content->pieces[i].len;
	return ret;
}

static bool copy_content(const struct mdt_conform_content *from,
			 struct mdt_conform_content *ret)
{
	size_t size = content_size(from);

	*ret = *from;
	if (!from->bytes)
		return true;
	ret->bytes = malloc(size);
	if (ret->bytes)
		memcpy(ret->bytes, from->bytes, size);
	return ret->bytes;
}

struct mdt_error *mdt_conform_select(const struct mdt_conform_sequence *from,
				     const bool *keep, struct mdt_conform_sequence *ret)
{
	*ret = *from;
	ret->calls = NULL;
	ret->count = ret->cap = 0;
	for (size_t i = 0; i < MDT_CONFORM_DISKS; i++)
		ret->contents[i].bytes = NULL;
	for (size_t i = 0; i < MDT_CONFORM_DISKS; i++)
		if (!copy_content(&from->contents[i], &ret->contents[i]))
			return &mdt_enomem;
	for (size_t i = 0; i < from->count; i++) {
		struct mdt_conform_call *call = keep[i] ? mdt_conform_add(ret) : NULL;

		if (keep[i] && !call)
			return &mdt_enomem;
		if (call)
			*call = from->calls[i];
	}
	return NULL;
}

/* ---- disks ---- */

// What is written are the parts that are not zero, in whole sectors.
static void find_pieces(struct mdt_conform_content *content, size_t len)
{
	enum { SECTOR = 512 };

	content->piece_count = 0;
	for (size_t at = 0; at < len; at += SECTOR) {
		size_t end = at + SECTOR < len ? at + SECTOR : len;
		unsigned int last = content->piece_count - 1;
		bool zero = true;

		for (size_t i = at; i < end; i++)
			zero &= !content->bytes[i];
		if (zero)
			continue;
		if (content->piece_count &&
		    (content->piece_count == MDT_CONFORM_PIECES ||
		     content->pieces[last].from + content->pieces[last].len == at)) {
			content->pieces[last].len =
				(uint16_t)(end - content->pieces[last].from);
			continue;
		}
		content->pieces[content->piece_count].from = (uint16_t)at;
		content->pieces[content->piece_count++].len = (uint16_t)(end - at);
	}
}

struct mdt_error *mdt_conform_content_set(struct mdt_conform_content *content,
					  const uint8_t *bytes, size_t len,
					  uint64_t offset, int64_t sectors)
{
	struct mdt_super super;

	free(content->bytes);
	content->bytes = malloc(len);
	if (!content->bytes)
		return &mdt_enomem;
	memcpy(content->bytes, bytes, len);
	content->offset = offset;
	find_pieces(content, len);
	super = mdt_super_from(mdt_slice_from((const char *)bytes, len), offset);
	mdt_model_super_from(&super, sectors, &content->super);
	return NULL;
}

void mdt_conform_begin_state(const struct mdt_conform_sequence *sequence,
			     struct mdt_model_state *ret)
{
	memset(ret, 0, sizeof(*ret)); // padding too: states are compared as bytes
	mdt_model_state_init(ret);
	ret->no_bitmaps = true;
	for (size_t i = 0; i < MDT_CONFORM_TOO_LARGE; i++) {
		const struct mdt_conform_disk *from = &mdt_conform_disks[i];
		struct mdt_model_disk *disk =
			mdt_model_disk_get(ret, from->major, from->minor);

		disk->missing = from->is_there ? MDT_NO : MDT_YES;
		disk->claimed = sequence->claimed[i] ? MDT_YES : MDT_NO;
		disk->read_only = sequence->read_only[i] ? MDT_YES : MDT_NO;
		disk->size = from->sectors;
		disk->super = sequence->contents[i].super;
		if (!sequence->contents[i].bytes)
			disk->super.kind = MDT_MODEL_SUPER_NONE;
	}
}

/* ---- the model's calls ---- */

static const struct {
	uint32_t request;
	enum mdt_md_op op;
} requests[] = {
#define ROW(name)                                                                        \
	{                                                                                \
		name, MDT_OP_##name                                                      \
	}
	ROW(RAID_VERSION),     ROW(GET_ARRAY_INFO),  ROW(GET_DISK_INFO),
	ROW(GET_BITMAP_FILE),  ROW(SET_ARRAY_INFO),  ROW(ADD_NEW_DISK),
	ROW(RUN_ARRAY),	       ROW(STOP_ARRAY),	     ROW(STOP_ARRAY_RO),
	ROW(RESTART_ARRAY_RW), ROW(SET_DISK_FAULTY), ROW(HOT_REMOVE_DISK),
	ROW(HOT_ADD_DISK),     ROW(SET_BITMAP_FILE), ROW(CLUSTERED_DISK_NACK),
#undef ROW
};

enum mdt_md_op mdt_conform_op(uint32_t request)
{
	array_for_each (it, requests)
		if (it->request == request)
			return it->op;
	return MDT_OP_OTHER_IOCTL;
}

static void read_info(const struct mdt_conform_call *call, struct mdt_model_call *ret)
{
	mdu_array_info_t info = { 0 };

	if (call->arg == MDT_CONFORM_ARG_BYTES)
		memcpy(&info, call->bytes, sizeof(info));
	ret->has_info = true;
	ret->info = (struct mdt_model_info){
		.major_version = info.major_version,
		.minor_version = info.minor_version,
		.level = info.level,
		.size = info.size,
		.raid_disks = info.raid_disks,
		.not_persistent = info.not_persistent,
		.state = info.state,
		.layout = info.layout,
		.chunk_size = info.chunk_size,
		.same_ctime = call->same_ctime ? MDT_YES : MDT_NO,
	};
}

static void read_disk(const struct mdt_conform_call *call, struct mdt_model_call *ret)
{
	mdu_disk_info_t info;

	memcpy(&info, call->bytes, sizeof(info));
	ret->has_disk_info = ret->has_device = true;
	ret->major = (uint32_t)info.major;
	ret->minor = (uint32_t)info.minor;
	ret->number = info.number;
	ret->raid_disk = info.raid_disk;
	ret->disk_state = (uint32_t)info.state;
}

static enum mdt_model_bitmap_fd bitmap_fd(uint64_t value)
{
	if ((int32_t)value < 0)
		return MDT_BITMAP_FD_NONE;
	return value == MDT_CONFORM_FILE_FD ? MDT_BITMAP_FD_FILE : MDT_BITMAP_FD_BAD;
}

static void read_ioctl(const struct mdt_conform_call *call, struct mdt_model_call *ret)
{
	ret->op = mdt_conform_op(call->request);
	if (call->arg == MDT_CONFORM_ARG_POINTER)
		ret->bad_pointer = MDT_YES;
	switch (ret->op) {
	case MDT_OP_SET_ARRAY_INFO:
		read_info(call, ret);
		return;
	case MDT_OP_ADD_NEW_DISK:
		if (call->arg == MDT_CONFORM_ARG_BYTES)
			read_disk(call, ret);
		else
			ret->bad_pointer = MDT_YES;
		return;
	case MDT_OP_SET_DISK_FAULTY:
	case MDT_OP_HOT_ADD_DISK:
	case MDT_OP_HOT_REMOVE_DISK:
		ret->has_device = true;
		ret->major = mdt_dev_major(call->value);
		ret->minor = mdt_dev_minor(call->value);
		return;
	case MDT_OP_SET_BITMAP_FILE:
		ret->fd = bitmap_fd(call->value);
		return;
	default:
		return;
	}
}

void mdt_conform_model_call(const struct mdt_conform_call *call,
			    struct mdt_model_call *ret)
{
	*ret = (struct mdt_model_call){ 0 };
	switch (call->kind) {
	case MDT_CONFORM_OPEN:
	case MDT_CONFORM_CLOSE:
		ret->op = call->kind == MDT_CONFORM_OPEN ? MDT_OP_OPEN : MDT_OP_CLOSE;
		ret->exclusive = call->exclusive;
		return;
	case MDT_CONFORM_IOCTL:
		read_ioctl(call, ret);
		return;
	case MDT_CONFORM_PARAMETER:
		ret->op = MDT_OP_NEW_ARRAY;
		ret->word = mdt_model_word_find(ret->op, mdt_slice_cstr(call->word));
		return;
	case MDT_CONFORM_ATTRIBUTE:
		ret->op = call->op;
		ret->word = mdt_model_word_find(ret->op, mdt_slice_cstr(call->word));
		ret->has_device = call->op == MDT_OP_MEMBER_STATE;
		ret->major = mdt_conform_disks[call->disk].major;
		ret->minor = mdt_conform_disks[call->disk].minor;
		return;
	}
	unreachable();
}
