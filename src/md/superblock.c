// SPDX-License-Identifier: MIT
#include "md/superblock.h"

#include "md/super_rows.h"

// Numbers of <linux/raid/md_p.h> and drivers/md/md-bitmap.h; those that super_make.c
// needs as well are in super_rows.h. The unit test builds superblocks with the header's
// structs, as a second witness.
enum {
	SUPER_1_SIZE = 4096, // what the kernel reads
	SUPER_1_MAX_DEV = (SUPER_1_SIZE - SUPER_1_ROLES) / 2,
	BITMAP_CLUSTER = 72,
	SECTOR = 512,
};

enum {
	ROLE_SPARE = 0xffff,
	ROLE_FAULTY = 0xfffe,
	ROLE_JOURNAL = 0xfffd,
	ROLE_MAX = 0xff00,
	DISK_FAULTY = 1 << 0,
	DISK_SYNC = 1 << 2,
};

static uint64_t load(const char *at, size_t size, bool big_endian)
{
	const unsigned char *bytes = (const unsigned char *)at;
	uint64_t value = 0;

	for (size_t i = 0; i < size; i++)
		value |= (uint64_t)bytes[i] << 8 * (big_endian ? size - 1 - i : i);
	return value;
}

void mdt_super_store(uint8_t *at, uint64_t value, size_t size, bool big_endian)
{
	for (size_t i = 0; i < size; i++)
		at[i] = (uint8_t)(value >> 8 * (big_endian ? size - 1 - i : i));
}

bool mdt_super_holds(struct mdt_slice bytes, size_t offset, size_t size)
{
	return bytes.len >= size && offset <= bytes.len - size;
}

static bool load_at(const struct mdt_super *super, size_t offset, size_t size,
		    uint64_t *ret)
{
	if (!mdt_super_holds(super->bytes, offset, size))
		return false;
	*ret = load(super->bytes.str + offset, size, super->big_endian);
	return true;
}

/* ---- the fields ---- */

#define NUMBER(field, key, offset, size, brief, show, format)                            \
	{                                                                                \
		MDT_SB_##field, key, offset, size, false, brief, show, format            \
	}
#define SIGNED(field, key, offset, size, brief, show, format)                            \
	{                                                                                \
		MDT_SB_##field, key, offset, size, true, brief, show, format             \
	}
#define SPECIAL(key, offset, brief, format)                                              \
	{                                                                                \
		-1, key, offset, 0, false, brief, SHOW_ALWAYS, format                    \
	}

static const struct mdt_super_field_row rows_unknown[] = {
	NUMBER(MAGIC, "magic", 0, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_HEX),
	NUMBER(MAJOR, "major_version", 4, 4, BRIEF_YES, SHOW_ALWAYS, FORMAT_DEC),
};

// mdp_super_t
static const struct mdt_super_field_row rows_0[] = {
	SPECIAL("version", 0, BRIEF_NO, FORMAT_VERSION),
	SPECIAL("byte_order", 0, BRIEF_YES, FORMAT_BYTE_ORDER),
	NUMBER(MAGIC, "magic", 0, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_HEX),
	NUMBER(MAJOR, "major_version", 4, 4, BRIEF_NO, SHOW_NEVER, FORMAT_DEC),
	NUMBER(MINOR, "minor_version", 8, 4, BRIEF_NO, SHOW_NEVER, FORMAT_DEC),
	SPECIAL("uuid", SUPER_0_UUID0, BRIEF_YES, FORMAT_UUID),
	SIGNED(LEVEL, "level", 28, 4, BRIEF_YES, SHOW_ALWAYS, FORMAT_LEVEL),
	NUMBER(LAYOUT, "layout", 256, 4, BRIEF_IF_SET, SHOW_ALWAYS, FORMAT_LAYOUT),
	NUMBER(RAID_DISKS, "raid_disks", 40, 4, BRIEF_YES, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(NR_DISKS, "nr_disks", 36, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(SIZE, "size", 32, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(CHUNK_SIZE, "chunk_size", 260, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(MD_MINOR, "md_minor", 44, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(NOT_PERSISTENT, "not_persistent", 48, 4, BRIEF_NO, SHOW_ALWAYS,
	       FORMAT_DEC),
	NUMBER(CTIME, "ctime", 24, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_TIME),
	NUMBER(UTIME, "utime", 128, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_TIME),
	NUMBER(STATE, "state", 132, 4, BRIEF_YES, SHOW_ALWAYS, FORMAT_STATE_BITS),
	NUMBER(ACTIVE_DISKS, "active_disks", 136, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(WORKING_DISKS, "working_disks", 140, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(FAILED_DISKS, "failed_disks", 144, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(SPARE_DISKS, "spare_disks", 148, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(RESHAPE_POSITION, "reshape_position", 176, 8, BRIEF_YES, SHOW_IN_RESHAPE,
	       FORMAT_DEC),
	SIGNED(NEW_LEVEL, "new_level", 184, 4, BRIEF_YES, SHOW_IN_RESHAPE, FORMAT_LEVEL),
	SIGNED(DELTA_DISKS, "delta_disks", 188, 4, BRIEF_YES, SHOW_IN_RESHAPE,
	       FORMAT_DEC),
	NUMBER(NEW_LAYOUT, "new_layout", 192, 4, BRIEF_NO, SHOW_IN_RESHAPE, FORMAT_DEC),
	NUMBER(NEW_CHUNK, "new_chunk", 196, 4, BRIEF_NO, SHOW_IN_RESHAPE, FORMAT_DEC),
	NUMBER(DEV_NUMBER, "dev_number", 3968, 4, BRIEF_YES, SHOW_ALWAYS, FORMAT_DEC),
	SPECIAL("role", 0, BRIEF_YES, FORMAT_ROLE),
	NUMBER(THIS_MAJOR, "this_disk.major", 3972, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(THIS_MINOR, "this_disk.minor", 3976, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	SIGNED(THIS_RAID_DISK, "this_disk.raid_disk", 3980, 4, BRIEF_NO, SHOW_ALWAYS,
	       FORMAT_DEC),
	NUMBER(THIS_STATE, "this_disk.state", 3984, 4, BRIEF_NO, SHOW_ALWAYS,
	       FORMAT_DISK_BITS),
	NUMBER(EVENTS, "events", 156, 8, BRIEF_YES, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(CP_EVENTS, "cp_events", 164, 8, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(RESYNC_OFFSET, "recovery_cp", 172, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(CSUM, "csum", SUPER_0_CSUM, 4, BRIEF_YES, SHOW_ALWAYS, FORMAT_CSUM),
};

// struct mdp_superblock_1; logical_block_size is new in 6.19, in what was pad3.
static const struct mdt_super_field_row rows_1[] = {
	SPECIAL("version", 0, BRIEF_NO, FORMAT_VERSION),
	NUMBER(MAGIC, "magic", 0, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_HEX),
	NUMBER(MAJOR, "major_version", 4, 4, BRIEF_NO, SHOW_NEVER, FORMAT_DEC),
	SPECIAL("uuid", SUPER_1_UUID, BRIEF_YES, FORMAT_UUID),
	SPECIAL("name", SUPER_1_NAME, BRIEF_YES, FORMAT_NAME),
	SIGNED(LEVEL, "level", 72, 4, BRIEF_YES, SHOW_ALWAYS, FORMAT_LEVEL),
	NUMBER(LAYOUT, "layout", 76, 4, BRIEF_IF_SET, SHOW_ALWAYS, FORMAT_LAYOUT),
	NUMBER(RAID_DISKS, "raid_disks", 92, 4, BRIEF_YES, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(SIZE, "size", 80, 8, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(CHUNK_SIZE, "chunksize", 88, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(FEATURE_MAP, "feature_map", 8, 4, BRIEF_IF_SET, SHOW_ALWAYS,
	       FORMAT_FEATURE_BITS),
	NUMBER(CTIME, "ctime", 64, 5, BRIEF_NO, SHOW_ALWAYS, FORMAT_TIME),
	NUMBER(UTIME, "utime", 192, 5, BRIEF_NO, SHOW_ALWAYS, FORMAT_TIME),
	NUMBER(DATA_OFFSET, "data_offset", 128, 8, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(DATA_SIZE, "data_size", 136, 8, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(SUPER_OFFSET, "super_offset", 144, 8, BRIEF_NO, SHOW_ALWAYS,
	       FORMAT_SUPER_OFFSET),
	SIGNED(BITMAP_OFFSET, "bitmap_offset", 96, 4, BRIEF_YES, SHOW_WITH_BITMAP,
	       FORMAT_DEC),
	NUMBER(RESHAPE_POSITION, "reshape_position", 104, 8, BRIEF_YES, SHOW_IN_RESHAPE,
	       FORMAT_DEC),
	SIGNED(NEW_LEVEL, "new_level", 100, 4, BRIEF_YES, SHOW_IN_RESHAPE, FORMAT_LEVEL),
	SIGNED(DELTA_DISKS, "delta_disks", 112, 4, BRIEF_YES, SHOW_IN_RESHAPE,
	       FORMAT_DEC),
	NUMBER(NEW_LAYOUT, "new_layout", 116, 4, BRIEF_NO, SHOW_IN_RESHAPE, FORMAT_DEC),
	NUMBER(NEW_CHUNK, "new_chunk", 120, 4, BRIEF_NO, SHOW_IN_RESHAPE, FORMAT_DEC),
	SIGNED(NEW_OFFSET, "new_offset", 124, 4, BRIEF_NO, SHOW_WITH_NEW_OFFSET,
	       FORMAT_DEC),
	NUMBER(DEV_NUMBER, "dev_number", 160, 4, BRIEF_YES, SHOW_ALWAYS, FORMAT_DEC),
	SPECIAL("role", 0, BRIEF_YES, FORMAT_ROLE),
	SPECIAL("device_uuid", SUPER_1_DEVICE_UUID, BRIEF_NO, FORMAT_RAW_UUID),
	NUMBER(DEVFLAGS, "devflags", 184, 1, BRIEF_IF_SET, SHOW_ALWAYS,
	       FORMAT_DEVICE_BITS),
	NUMBER(CORRECTED_READ, "cnt_corrected_read", 164, 4, BRIEF_IF_SET, SHOW_ALWAYS,
	       FORMAT_DEC),
	NUMBER(BBLOG_SHIFT, "bblog_shift", 185, 1, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(BBLOG_SIZE, "bblog_size", 186, 2, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	SIGNED(BBLOG_OFFSET, "bblog_offset", 188, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(EVENTS, "events", 200, 8, BRIEF_YES, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(RECOVERY_OFFSET, "recovery_offset", 152, 8, BRIEF_YES, SHOW_WITH_RECOVERY,
	       FORMAT_DEC),
	NUMBER(RESYNC_OFFSET, "resync_offset", 208, 8, BRIEF_YES, SHOW_ALWAYS,
	       FORMAT_RESYNC),
	NUMBER(LOGICAL_BLOCK_SIZE, "logical_block_size", 224, 4, BRIEF_YES, SHOW_NONZERO,
	       FORMAT_DEC),
	NUMBER(CSUM, "csum", SUPER_1_CSUM, 4, BRIEF_YES, SHOW_ALWAYS, FORMAT_CSUM),
	NUMBER(MAX_DEV, "max_dev", 220, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_DEC),
};

// bitmap_super_t
static const struct mdt_super_field_row rows_bitmap[] = {
	NUMBER(MAGIC, "magic", 0, 4, BRIEF_NO, SHOW_ALWAYS, FORMAT_HEX),
	NUMBER(VERSION, "version", 4, 4, BRIEF_YES, SHOW_ALWAYS, FORMAT_DEC),
	SPECIAL("uuid", BITMAP_UUID, BRIEF_YES, FORMAT_UUID),
	NUMBER(EVENTS, "events", 24, 8, BRIEF_YES, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(EVENTS_CLEARED, "events_cleared", 32, 8, BRIEF_YES, SHOW_ALWAYS,
	       FORMAT_DEC),
	NUMBER(SYNC_SIZE, "sync_size", 40, 8, BRIEF_YES, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(STATE, "state", 48, 4, BRIEF_YES, SHOW_ALWAYS, FORMAT_BITMAP_BITS),
	NUMBER(CHUNK_SIZE, "chunksize", 52, 4, BRIEF_YES, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(DAEMON_SLEEP, "daemon_sleep", 56, 4, BRIEF_YES, SHOW_ALWAYS, FORMAT_DEC),
	NUMBER(WRITE_BEHIND, "write_behind", 60, 4, BRIEF_IF_SET, SHOW_ALWAYS,
	       FORMAT_DEC),
	NUMBER(SECTORS_RESERVED, "sectors_reserved", 64, 4, BRIEF_IF_SET, SHOW_ALWAYS,
	       FORMAT_DEC),
	NUMBER(NODES, "nodes", 68, 4, BRIEF_IF_SET, SHOW_ALWAYS, FORMAT_DEC),
	SPECIAL("cluster_name", BITMAP_CLUSTER, BRIEF_YES, FORMAT_CLUSTER),
};

const struct mdt_super_form mdt_super_forms[] = {
	[MDT_SUPER_NONE] = { NULL, 0 },
	[MDT_SUPER_UNKNOWN] = { rows_unknown, array_size(rows_unknown) },
	[MDT_SUPER_0] = { rows_0, array_size(rows_0) },
	[MDT_SUPER_1] = { rows_1, array_size(rows_1) },
	[MDT_SUPER_BITMAP] = { rows_bitmap, array_size(rows_bitmap) },
	[MDT_SUPER_ZEROED] = { NULL, 0 },
};

bool mdt_super_load_row(const struct mdt_super *super,
			const struct mdt_super_field_row *row, uint64_t *ret)
{
	if (!row->size || !load_at(super, row->offset, row->size, ret))
		return false;
	if (row->is_signed)
		*ret = (uint64_t)(int64_t)(int32_t)*ret;
	return true;
}

bool mdt_super_find(const struct mdt_super *super, enum mdt_super_field field,
		    uint64_t *ret)
{
	const struct mdt_super_form *form = &mdt_super_forms[super->kind];

	for (size_t i = 0; i < form->count; i++)
		if (form->rows[i].field == (int)field)
			return mdt_super_load_row(super, &form->rows[i], ret);
	return false;
}

static bool fits(const struct mdt_super_field_row *row, uint64_t value)
{
	if (row->is_signed)
		return (int64_t)value == (int32_t)value;
	return row->size == 8 || value >> 8 * row->size == 0;
}

bool mdt_super_put(enum mdt_super_kind kind, uint8_t *bytes, enum mdt_super_field field,
		   uint64_t value)
{
	const struct mdt_super_form *form = &mdt_super_forms[kind];

	for (size_t i = 0; i < form->count; i++) {
		if (form->rows[i].field != (int)field)
			continue;
		if (!fits(&form->rows[i], value))
			return false;
		mdt_super_store(bytes + form->rows[i].offset, value, form->rows[i].size,
				false);
		return true;
	}
	return false;
}

/* ---- recognising ---- */

static bool all_zero(struct mdt_slice bytes)
{
	return bytes.len && bytes.str[0] == 0 &&
	       memcmp(bytes.str, bytes.str + 1, bytes.len - 1) == 0;
}

static enum mdt_super_kind kind_of_md(const struct mdt_super *super)
{
	uint64_t major;

	if (!load_at(super, 4, 4, &major))
		return MDT_SUPER_UNKNOWN;
	if (major == 0)
		return MDT_SUPER_0;
	return major == 1 && !super->big_endian ? MDT_SUPER_1 : MDT_SUPER_UNKNOWN;
}

static enum mdt_super_kind kind_of(struct mdt_super *super)
{
	uint64_t magic;

	if (!load_at(super, 0, 4, &magic))
		return MDT_SUPER_NONE;
	super->big_endian = magic == __builtin_bswap32(SUPER_MAGIC);
	if (magic == SUPER_MAGIC || super->big_endian)
		return kind_of_md(super);
	if (magic == BITMAP_MAGIC)
		return MDT_SUPER_BITMAP;
	return all_zero(super->bytes) ? MDT_SUPER_ZEROED : MDT_SUPER_NONE;
}

static int minor_of_offset(uint64_t offset)
{
	return offset == 0 ? 1 : offset == 8 * SECTOR ? 2 : 0;
}

static int minor_of(const struct mdt_super *super)
{
	uint64_t value;

	if (super->kind == MDT_SUPER_0)
		return load_at(super, 8, 4, &value) && value <= INT32_MAX ? (int)value
									  : -1;
	if (super->kind != MDT_SUPER_1)
		return -1;
	if (super->offset != MDT_OFFSET_UNKNOWN)
		return minor_of_offset(super->offset);
	if (!mdt_super_find(super, MDT_SB_SUPER_OFFSET, &value) ||
	    value > UINT64_MAX / SECTOR)
		return -1;
	return minor_of_offset(value * SECTOR);
}

static uint64_t size_of_super1(const struct mdt_super *super)
{
	uint64_t max_dev = 0;

	mdt_super_find(super, MDT_SB_MAX_DEV, &max_dev);
	return max_dev > SUPER_1_MAX_DEV ? SUPER_1_SIZE : SUPER_1_ROLES + 2 * max_dev;
}

static uint64_t size_of(const struct mdt_super *super)
{
	switch (super->kind) {
	case MDT_SUPER_0:
		return SUPER_0_SIZE;
	case MDT_SUPER_1:
		return size_of_super1(super);
	case MDT_SUPER_BITMAP:
		return BITMAP_SIZE;
	case MDT_SUPER_UNKNOWN:
		return super->bytes.len < 8 ? 8 : super->bytes.len;
	case MDT_SUPER_NONE:
	case MDT_SUPER_ZEROED:
		return super->bytes.len;
	}
	unreachable();
}

struct mdt_super mdt_super_from(struct mdt_slice bytes, uint64_t offset)
{
	struct mdt_super super = { .bytes = bytes, .offset = offset, .major = -1 };

	super.kind = kind_of(&super);
	if (super.kind == MDT_SUPER_0 || super.kind == MDT_SUPER_1)
		super.major = super.kind == MDT_SUPER_1;
	super.minor = minor_of(&super);
	super.super_size = size_of(&super);
	super.missing = super.super_size > bytes.len ? super.super_size - bytes.len : 0;
	return super;
}

/* ---- what is more than a number ---- */

// 0.90 has the uuid as four words in the order of its host; mdadm prints them as numbers.
static bool uuid_of_super0(const struct mdt_super *super, struct mdt_uuid *ret)
{
	static const uint16_t offsets[] = { SUPER_0_UUID0, SUPER_0_UUID1,
					    SUPER_0_UUID1 + 4, SUPER_0_UUID1 + 8 };
	uint64_t word;

	if (!mdt_super_holds(super->bytes, SUPER_0_UUID1, 12))
		return false;
	for (size_t i = 0; i < array_size(offsets); i++) {
		if (!load_at(super, offsets[i], 4, &word))
			return false;
		mdt_super_store(&ret->bytes[4 * i], word, 4, true);
	}
	return true;
}

bool mdt_super_uuid(const struct mdt_super *super, struct mdt_uuid *ret)
{
	size_t offset = super->kind == MDT_SUPER_1 ? SUPER_1_UUID : BITMAP_UUID;

	if (super->kind == MDT_SUPER_0)
		return uuid_of_super0(super, ret);
	if (super->kind != MDT_SUPER_1 && super->kind != MDT_SUPER_BITMAP)
		return false;
	if (!mdt_super_holds(super->bytes, offset, sizeof(ret->bytes)))
		return false;
	memcpy(ret->bytes, super->bytes.str + offset, sizeof(ret->bytes));
	return true;
}

void mdt_uuid_print(struct mdt_buf *buf, const struct mdt_uuid *uuid)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < sizeof(uuid->bytes); i++) {
		if (i && i % 4 == 0)
			mdt_buf_addc(buf, ':');
		mdt_buf_addc(buf, digits[uuid->bytes[i] >> 4]);
		mdt_buf_addc(buf, digits[uuid->bytes[i] & 15]);
	}
}

bool mdt_super_text_at(const struct mdt_super *super, size_t offset, size_t size,
		       struct mdt_slice *ret)
{
	struct mdt_slice text =
		mdt_slice_head(mdt_slice_skip(super->bytes, offset), size);
	const char *end = text.len ? memchr(text.str, '\0', text.len) : NULL;

	if (!end && text.len < size)
		return false;
	*ret = end ? mdt_slice_head(text, (size_t)(end - text.str)) : text;
	return true;
}

bool mdt_super_name(const struct mdt_super *super, struct mdt_slice *ret)
{
	return super->kind == MDT_SUPER_1 &&
	       mdt_super_text_at(super, SUPER_1_NAME, SUPER_1_NAME_SIZE, ret);
}

// super_90_validate() in drivers/md/md.c: faulty comes first, and only a device in sync
// has a slot.
static bool role_of_super0(const struct mdt_super *super, struct mdt_role *ret)
{
	uint64_t state, slot;

	if (!mdt_super_find(super, MDT_SB_THIS_STATE, &state) ||
	    !mdt_super_find(super, MDT_SB_THIS_RAID_DISK, &slot))
		return false;
	*ret = (struct mdt_role){ MDT_ROLE_SPARE, (uint32_t)slot, 0 };
	if (state & DISK_FAULTY)
		ret->kind = MDT_ROLE_FAULTY;
	else if (state & DISK_SYNC)
		*ret = (struct mdt_role){ MDT_ROLE_ACTIVE, (uint32_t)slot,
					  (uint32_t)slot };
	return true;
}

static enum mdt_role_kind role_kind(uint32_t raw)
{
	if (raw < ROLE_MAX)
		return MDT_ROLE_ACTIVE;
	if (raw == ROLE_SPARE)
		return MDT_ROLE_SPARE;
	if (raw == ROLE_FAULTY)
		return MDT_ROLE_FAULTY;
	return raw == ROLE_JOURNAL ? MDT_ROLE_JOURNAL : MDT_ROLE_INVALID;
}

// super_1_validate() in drivers/md/md.c: a dev_number past max_dev is a spare.
static bool role_of_super1(const struct mdt_super *super, struct mdt_role *ret)
{
	uint64_t number, max_dev, raw = ROLE_SPARE;

	if (!mdt_super_find(super, MDT_SB_DEV_NUMBER, &number) ||
	    !mdt_super_find(super, MDT_SB_MAX_DEV, &max_dev))
		return false;
	if (number < max_dev && !load_at(super, SUPER_1_ROLES + 2 * number, 2, &raw))
		return false;
	*ret = (struct mdt_role){ role_kind((uint32_t)raw), (uint32_t)raw, 0 };
	if (ret->kind == MDT_ROLE_ACTIVE)
		ret->slot = ret->raw;
	return true;
}

bool mdt_super_role(const struct mdt_super *super, struct mdt_role *ret)
{
	if (super->kind == MDT_SUPER_0)
		return role_of_super0(super, ret);
	return super->kind == MDT_SUPER_1 && role_of_super1(super, ret);
}

const char *mdt_role_name(enum mdt_role_kind kind)
{
	switch (kind) {
	case MDT_ROLE_ACTIVE:
		return "active";
	case MDT_ROLE_SPARE:
		return "spare";
	case MDT_ROLE_FAULTY:
		return "faulty";
	case MDT_ROLE_JOURNAL:
		return "journal";
	case MDT_ROLE_INVALID:
		return "invalid";
	}
	unreachable();
}

/* ---- checksums ---- */

/* The sum of all words but the one at `skip`, folded once to 32 bits. */
static uint32_t sum_words(struct mdt_slice bytes, size_t skip, bool big_endian)
{
	uint64_t sum = 0;
	size_t at;

	for (at = 0; at + 4 <= bytes.len; at += 4)
		if (at != skip)
			sum += load(bytes.str + at, 4, big_endian);
	if (at + 2 <= bytes.len)
		sum += load(bytes.str + at, 2, big_endian);
	return (uint32_t)sum + (uint32_t)(sum >> 32);
}

bool mdt_super1_csum(struct mdt_slice bytes, uint32_t *ret)
{
	struct mdt_super super = { .kind = MDT_SUPER_1, .bytes = bytes };
	uint64_t max_dev;

	if (!mdt_super_find(&super, MDT_SB_MAX_DEV, &max_dev) ||
	    max_dev > SUPER_1_MAX_DEV || bytes.len < SUPER_1_ROLES + 2 * max_dev)
		return false;
	*ret = sum_words(mdt_slice_head(bytes, SUPER_1_ROLES + 2 * max_dev), SUPER_1_CSUM,
			 false);
	return true;
}

bool mdt_super0_csum(struct mdt_slice bytes, bool big_endian, uint32_t *ret)
{
	if (bytes.len < SUPER_0_SIZE)
		return false;
	*ret = sum_words(mdt_slice_head(bytes, SUPER_0_SIZE), SUPER_0_CSUM, big_endian);
	return true;
}

static bool compute(const struct mdt_super *super, uint32_t *ret)
{
	if (super->kind == MDT_SUPER_0)
		return mdt_super0_csum(super->bytes, super->big_endian, ret);
	return super->kind == MDT_SUPER_1 && mdt_super1_csum(super->bytes, ret);
}

// md_csum_fold() in drivers/md/md.c.
static uint32_t fold(uint32_t csum)
{
	csum = (csum & 0xffff) + (csum >> 16);
	return (csum & 0xffff) + (csum >> 16);
}

static bool same_csum(enum mdt_super_kind kind, uint32_t a, uint32_t b)
{
	return kind == MDT_SUPER_0 ? fold(a) == fold(b) : a == b;
}

struct mdt_csum mdt_super_csum(const struct mdt_super *super)
{
	struct mdt_csum csum = { .kind = MDT_CSUM_NONE };
	uint64_t stored, max_dev;

	if (super->kind != MDT_SUPER_0 && super->kind != MDT_SUPER_1)
		return csum;
	if (compute(super, &csum.computed) &&
	    mdt_super_find(super, MDT_SB_CSUM, &stored)) {
		csum.stored = (uint32_t)stored;
		csum.kind = same_csum(super->kind, csum.stored, csum.computed)
				    ? MDT_CSUM_CORRECT
				    : MDT_CSUM_WRONG;
	} else if (mdt_super_find(super, MDT_SB_MAX_DEV, &max_dev) &&
		   max_dev > SUPER_1_MAX_DEV) {
		csum.kind = MDT_CSUM_BAD_SIZE;
	} else {
		csum.kind = MDT_CSUM_ABSENT;
	}
	return csum;
}

bool mdt_super_fill_csum(uint8_t *bytes, size_t len)
{
	struct mdt_super super = mdt_super_from(mdt_slice_from((const char *)bytes, len),
						MDT_OFFSET_UNKNOWN);
	uint32_t csum;

	if (!compute(&super, &csum))
		return false;
	mdt_super_store(bytes + (super.kind == MDT_SUPER_0 ? SUPER_0_CSUM : SUPER_1_CSUM),
			csum, 4, super.big_endian);
	return true;
}

/* ---- where superblocks live ---- */

static bool offset_0(uint64_t sectors, uint64_t *ret)
{
	if (sectors < 128)
		return false;
	*ret = (sectors & ~UINT64_C(127)) - 128;
	return true;
}

static bool offset_1_0(uint64_t sectors, uint64_t *ret)
{
	if (sectors < 16)
		return false;
	*ret = (sectors - 16) & ~UINT64_C(7);
	return true;
}

static bool offset_1_1(uint64_t sectors, uint64_t *ret)
{
	*ret = 0;
	return sectors >= 8;
}

static bool offset_1_2(uint64_t sectors, uint64_t *ret)
{
	*ret = 8;
	return sectors >= 16;
}

static const struct place {
	int major, minor;
	const char *version;
	bool needs_size;
	bool (*offset)(uint64_t sectors, uint64_t *ret);
} places[] = {
	{ 1, 2, "1.2", false, offset_1_2 },
	{ 1, 1, "1.1", false, offset_1_1 },
	{ 1, 0, "1.0", true, offset_1_0 },
	{ 0, 90, "0.90", true, offset_0 },
};

static bool place_offset(const struct place *place, uint64_t device_size, uint64_t *ret)
{
	uint64_t sector;

	if (place->needs_size && device_size == MDT_OFFSET_UNKNOWN)
		return false;
	if (!place->offset(device_size / SECTOR, &sector))
		return false;
	*ret = sector * SECTOR;
	return true;
}

bool mdt_super_offset(int major, int minor, uint64_t device_size, uint64_t *ret)
{
	array_for_each (it, places)
		if (it->major == major && it->minor == minor)
			return place_offset(it, device_size, ret);
	return false;
}

const char *mdt_super_version_at(uint64_t offset, uint64_t device_size)
{
	uint64_t place;

	array_for_each (it, places)
		if (place_offset(it, device_size, &place) && place == offset)
			return it->version;
	return NULL;
}
