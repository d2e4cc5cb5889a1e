// SPDX-License-Identifier: MIT
#include "md/super_make.h"

#include "md/super_rows.h"

enum {
	SECTOR = 512,
	BAD_BLOCK_LOG = 8, // sectors
	DISK_FAULTY = 1 << 0,
	DISK_ACTIVE = 1 << 1,
	DISK_SYNC = 1 << 2,
	DISK_REMOVED = 1 << 3,
	SUPER_CLEAN = 1 << 0,
};

/* A superblock that is being made. The first fault stays. */
struct make {
	struct mdt_super_spec spec; // what is not said, filled in
	enum mdt_super_kind kind;
	struct mdt_super known;
	struct mdt_super_made made;
	struct mdt_error *err;
};

static const char *key_of(enum mdt_super_kind kind, enum mdt_super_field field)
{
	const struct mdt_super_form *form = &mdt_super_forms[kind];

	for (size_t i = 0; i < form->count; i++)
		if (form->rows[i].field == (int)field)
			return form->rows[i].key;
	return "a field";
}

/* A field on which the spec has a say. */
static void put(struct make *m, enum mdt_super_field field, uint64_t value)
{
	if (m->err || mdt_super_put(m->kind, m->made.bytes, field, value))
		return;
	m->err = mdt_error_create(
		MDT_ERR_INVALID, "%s %lld does not fit into a superblock %d.%d",
		key_of(m->kind, field), (long long)value, m->spec.major, m->spec.minor);
}

/* A field that follows from others, unless it is known. */
static void choose(struct make *m, enum mdt_super_field field, uint64_t value)
{
	uint64_t old;

	if (!mdt_super_find(&m->known, field, &old))
		put(m, field, value);
}

/* ---- the fields that a spec has as numbers ---- */

struct number {
	enum mdt_super_field field;
	size_t offset, size; // in struct mdt_super_spec
	bool is_signed;
};

#define NUMBER(field, member)                                                            \
	{                                                                                \
		MDT_SB_##field, offsetof(struct mdt_super_spec, member),                 \
			sizeof(((struct mdt_super_spec *)0)->member), false              \
	}
#define SIGNED(field, member)                                                            \
	{                                                                                \
		MDT_SB_##field, offsetof(struct mdt_super_spec, member),                 \
			sizeof(((struct mdt_super_spec *)0)->member), true               \
	}

// In the same units in both kinds.
static const struct number common[] = {
	SIGNED(LEVEL, level),		NUMBER(LAYOUT, layout),
	NUMBER(RAID_DISKS, raid_disks), NUMBER(CTIME, ctime),
	NUMBER(UTIME, utime),		NUMBER(EVENTS, events),
	NUMBER(DEV_NUMBER, dev_number),
};

static const struct number only_1[] = {
	NUMBER(CHUNK_SIZE, chunk),
	NUMBER(SIZE, size),
	NUMBER(RESYNC_OFFSET, resync_offset),
	NUMBER(FEATURE_MAP, feature_map),
	NUMBER(DATA_OFFSET, data_offset),
	NUMBER(DATA_SIZE, data_size),
	NUMBER(RECOVERY_OFFSET, recovery_offset),
	NUMBER(DEVFLAGS, devflags),
	NUMBER(MAX_DEV, max_dev),
	SIGNED(BITMAP_OFFSET, bitmap_offset),
};

static uint64_t load_number(const struct mdt_super_spec *spec,
			    const struct number *number)
{
	const char *at = (const char *)spec + number->offset;
	uint64_t wide;
	uint32_t word;

	if (number->size == sizeof(wide)) {
		memcpy(&wide, at, sizeof(wide));
		return wide;
	}
	if (number->size == 1)
		return *(const uint8_t *)at;
	memcpy(&word, at, sizeof(word));
	return number->is_signed ? (uint64_t)(int64_t)(int32_t)word : word;
}

static void store_number(struct mdt_super_spec *spec, const struct number *number,
			 uint64_t value)
{
	char *at = (char *)spec + number->offset;
	uint32_t word = (uint32_t)value;
	uint8_t byte = (uint8_t)value;

	if (number->size == sizeof(value))
		memcpy(at, &value, sizeof(value));
	else if (number->size == 1)
		memcpy(at, &byte, sizeof(byte));
	else
		memcpy(at, &word, sizeof(word));
}

static void put_numbers(struct make *m, const struct number *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		put(m, numbers[i].field, load_number(&m->spec, &numbers[i]));
}

/* ---- 1.x ---- */

static void put_text(struct make *m, size_t offset, const void *text, size_t len,
		     size_t size)
{
	memset(m->made.bytes + offset, 0, size);
	if (len)
		memcpy(m->made.bytes + offset, text, len);
}

// init_super1() in mdadm's super1.c: as many roles as fill the last sector. More when
// this device, or one that is known, has no place in it.
static uint32_t choose_max_dev(const struct make *m)
{
	const struct mdt_super_spec *spec = &m->spec;
	uint64_t needed = spec->raid_disks, known, max_dev;

	if (mdt_super_find(&m->known, MDT_SB_MAX_DEV, &known))
		return (uint32_t)known;
	if (spec->role_count > needed)
		needed = spec->role_count;
	if ((uint64_t)spec->dev_number + 1 > needed)
		needed = (uint64_t)spec->dev_number + 1;
	max_dev = (SUPER_1_ROLES + 2 * needed + SECTOR - 1) / SECTOR * (SECTOR / 2) -
		  SUPER_1_ROLES / 2;
	return max_dev > MDT_SUPER_1_ROLES ? MDT_SUPER_1_ROLES : (uint32_t)max_dev;
}

static void put_roles(struct make *m)
{
	const struct mdt_super_spec *spec = &m->spec;

	for (size_t i = 0; i < spec->max_dev; i++) {
		size_t at = SUPER_1_ROLES + 2 * i;
		uint16_t role = MDT_ROLE_RAW_SPARE;

		if (i == spec->dev_number)
			role = spec->role;
		else if (spec->roles && i < spec->role_count)
			role = spec->roles[i];
		else if (mdt_super_holds(m->known.bytes, at, 2))
			continue;
		mdt_super_store(m->made.bytes + at, role, 2, false);
	}
}

// write_init_super1() in mdadm's super1.c. With a bitmap it leaves what that needs; we
// leave what mdadm chooses without.
static void put_bad_blocks(struct make *m, uint64_t super_sector)
{
	const struct mdt_super_spec *spec = &m->spec;
	uint64_t room = mdt_super_bitmap_room(spec->size);
	uint64_t offset = 8 + room;

	if (spec->no_bad_blocks)
		return;
	if (spec->minor == 0) {
		if (super_sector < spec->data_offset + spec->data_size + BAD_BLOCK_LOG)
			return;
		offset = (uint64_t)-BAD_BLOCK_LOG;
	} else if (spec->data_offset < super_sector + offset + BAD_BLOCK_LOG) {
		if (spec->data_offset < super_sector + 2 * BAD_BLOCK_LOG)
			return;
		offset = spec->data_offset - BAD_BLOCK_LOG - super_sector;
	}
	choose(m, MDT_SB_BBLOG_SIZE, BAD_BLOCK_LOG);
	choose(m, MDT_SB_BBLOG_OFFSET, offset);
}

static struct mdt_error *check_spec_1(const struct mdt_super_spec *spec)
{
	if (spec->name.len > SUPER_1_NAME_SIZE)
		return mdt_error_create(MDT_ERR_INVALID,
					"the name has %zu bytes, 32 are possible",
					spec->name.len);
	if (spec->max_dev > MDT_SUPER_1_ROLES)
		return mdt_error_create(MDT_ERR_INVALID,
					"max_dev is %u, at most 1920 are possible",
					spec->max_dev);
	if (spec->dev_number >= spec->max_dev || spec->role_count > spec->max_dev)
		return mdt_error_create(
			MDT_ERR_INVALID, "%s %zu has no place in the %u roles",
			spec->dev_number >= spec->max_dev ? "dev_number" : "role",
			spec->dev_number >= spec->max_dev ? spec->dev_number
							  : spec->role_count - 1,
			spec->max_dev);
	return NULL;
}

// The room in front of 1.0's superblock: what write_init_super1() leaves for a bitmap and
// for bad blocks, or less when the component needs it. That the data begins at
// data_offset and not at 0 is ours.
static uint64_t data_size_1_0(const struct mdt_super_spec *spec, uint64_t super_sector)
{
	uint64_t kept = mdt_super_bitmap_room(spec->size) + BAD_BLOCK_LOG;
	uint64_t free;

	if (spec->data_offset >= super_sector)
		return 0;
	free = super_sector - spec->data_offset;
	if (spec->size <= free && free - spec->size < kept)
		kept = free - spec->size;
	return free > kept ? free - kept : 0;
}

static struct mdt_error *choose_data(struct make *m, uint64_t super_sector)
{
	struct mdt_super_spec *spec = &m->spec;
	struct mdt_super_room room;
	struct mdt_error *err;

	if (!spec->data_offset)
		mdt_super_find(&m->known, MDT_SB_DATA_OFFSET, &spec->data_offset);
	err = mdt_super_room(spec->major, spec->minor, spec->device_size, spec->chunk,
			     spec->data_offset, &room);
	if (err)
		return err;
	spec->data_offset = room.data_offset;
	if (!spec->size && !mdt_super_find(&m->known, MDT_SB_SIZE, &spec->size))
		spec->size = mdt_super_component(spec->level, spec->chunk, room.size);
	else if (spec->size == MDT_SIZE_NONE)
		spec->size = 0;
	if (spec->major == 0 || spec->data_size ||
	    mdt_super_find(&m->known, MDT_SB_DATA_SIZE, &spec->data_size))
		return NULL;
	spec->data_size = spec->minor == 0
				  ? data_size_1_0(spec, super_sector)
				  : spec->device_size / SECTOR - spec->data_offset;
	return NULL;
}

static struct mdt_error *make_1(struct make *m)
{
	struct mdt_super_spec *spec = &m->spec;
	uint64_t super_sector = m->made.offset / SECTOR;
	struct mdt_error *err;

	if (!spec->max_dev)
		spec->max_dev = choose_max_dev(m);
	err = check_spec_1(spec);
	if (err)
		return err;
	if (spec->feature_map & 1 && !spec->bitmap_offset) {
		uint64_t offset;

		spec->bitmap_offset =
			mdt_super_find(&m->known, MDT_SB_BITMAP_OFFSET, &offset)
				? (int32_t)offset
				: mdt_super_bitmap_offset(spec);
	}
	put_text(m, SUPER_1_UUID, spec->set_uuid.bytes, 16, 16);
	put_text(m, SUPER_1_NAME, spec->name.str, spec->name.len, SUPER_1_NAME_SIZE);
	put_text(m, SUPER_1_DEVICE_UUID, spec->device_uuid.bytes, 16, 16);
	put(m, MDT_SB_SUPER_OFFSET, super_sector);
	put_numbers(m, common, array_size(common));
	put_numbers(m, only_1, array_size(only_1));
	put_bad_blocks(m, super_sector);
	put_roles(m);
	return NULL;
}

/* ---- 0.90 ---- */

static void store_disk(uint8_t *at, const struct mdt_super_disk *disk)
{
	mdt_super_store(at, disk->number, 4, false);
	mdt_super_store(at + 4, disk->major, 4, false);
	mdt_super_store(at + 8, disk->minor, 4, false);
	mdt_super_store(at + 12, (uint32_t)disk->raid_disk, 4, false);
	mdt_super_store(at + 16, disk->state, 4, false);
}

/* This device, when no table of disks is given. */
static struct mdt_super_disk disk_of_role(const struct mdt_super_spec *spec)
{
	struct mdt_super_disk disk = { .number = spec->dev_number,
				       .raid_disk = (int32_t)spec->dev_number };

	if (spec->role < 0xff00) {
		disk.raid_disk = spec->role;
		disk.state = DISK_ACTIVE | DISK_SYNC;
	} else if (spec->role == MDT_ROLE_RAW_FAULTY) {
		disk.state = DISK_FAULTY;
	}
	return disk;
}

static struct mdt_error *put_disk(struct make *m, const struct mdt_super_disk *disk,
				  bool seen[MDT_SUPER_0_DISKS])
{
	if (disk->number >= MDT_SUPER_0_DISKS)
		return mdt_error_create(
			MDT_ERR_INVALID,
			"disk %u has no place in a superblock 0.90, which "
			"has 27",
			disk->number);
	if (seen[disk->number])
		return mdt_error_create(MDT_ERR_INVALID, "disk %u is given twice",
					disk->number);
	seen[disk->number] = true;
	store_disk(m->made.bytes + SUPER_0_DISKS + disk->number * SUPER_0_DISK_SIZE,
		   disk);
	if (disk->number == m->spec.dev_number)
		store_disk(m->made.bytes + SUPER_0_THIS_DISK, disk);
	return NULL;
}

// As super_90_sync() in drivers/md/md.c counts them: what is removed has failed, but is
// no disk; and a slot that nobody has has failed.
static void put_counts(struct make *m, const struct mdt_super_disk *disks, size_t count)
{
	uint32_t active = 0, spare = 0, failed = 0, present = 0, slots = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t state = disks[i].state;

		present += !(state & DISK_REMOVED);
		if (state & (DISK_FAULTY | DISK_REMOVED))
			failed++;
		else if (state & DISK_SYNC)
			active++;
		else
			spare++;
		slots += disks[i].raid_disk >= 0 &&
			 (uint32_t)disks[i].raid_disk < m->spec.raid_disks &&
			 (state & (DISK_SYNC | DISK_REMOVED));
	}
	if (slots < m->spec.raid_disks)
		failed += m->spec.raid_disks - slots;
	choose(m, MDT_SB_NR_DISKS, present);
	choose(m, MDT_SB_ACTIVE_DISKS, active);
	choose(m, MDT_SB_WORKING_DISKS, active + spare);
	choose(m, MDT_SB_FAILED_DISKS, failed);
	choose(m, MDT_SB_SPARE_DISKS, spare);
}

static struct mdt_error *put_disks(struct make *m)
{
	struct mdt_super_disk own = disk_of_role(&m->spec);
	const struct mdt_super_disk *disks = m->spec.disks;
	size_t count = m->spec.disk_count;
	bool seen[MDT_SUPER_0_DISKS] = { false };

	if (!count) {
		disks = &own;
		count = 1;
	}
	for (size_t i = 0; i < count; i++) {
		struct mdt_error *err = put_disk(m, &disks[i], seen);

		if (err)
			return err;
	}
	if (m->spec.dev_number >= MDT_SUPER_0_DISKS || !seen[m->spec.dev_number])
		return mdt_error_create(MDT_ERR_INVALID,
					"disk %u, this device, is not among the disks",
					m->spec.dev_number);
	put_counts(m, disks, count);
	return NULL;
}

// 0.90 has the uuid as four words, which mdadm prints as numbers.
static void put_uuid_0(struct make *m)
{
	static const uint16_t offsets[] = { SUPER_0_UUID0, SUPER_0_UUID1,
					    SUPER_0_UUID1 + 4, SUPER_0_UUID1 + 8 };

	for (size_t i = 0; i < array_size(offsets); i++) {
		const uint8_t *word = &m->spec.set_uuid.bytes[4 * i];

		for (size_t j = 0; j < 4; j++)
			m->made.bytes[offsets[i] + j] = word[3 - j];
	}
}

// super_90_validate() in drivers/md/md.c: recovery_cp only counts when the array is not
// clean and cp_events is events.
static struct mdt_error *make_0(struct make *m)
{
	const struct mdt_super_spec *spec = &m->spec;
	bool clean = spec->resync_offset == MDT_RESYNC_DONE;

	if (spec->raid_disks > MDT_SUPER_0_DISKS)
		return mdt_error_create(MDT_ERR_INVALID,
					"%u raid disks are more than the 27 of a "
					"superblock 0.90",
					spec->raid_disks);
	put(m, MDT_SB_MINOR, 90);
	put_uuid_0(m);
	put_numbers(m, common, array_size(common));
	put(m, MDT_SB_SIZE, spec->size / 2);
	put(m, MDT_SB_CHUNK_SIZE, (uint64_t)spec->chunk * SECTOR);
	put(m, MDT_SB_MD_MINOR, spec->md_minor);
	choose(m, MDT_SB_CP_EVENTS, spec->events);
	if (clean)
		choose(m, MDT_SB_RESYNC_OFFSET, UINT32_MAX);
	else
		put(m, MDT_SB_RESYNC_OFFSET, spec->resync_offset);
	choose(m, MDT_SB_STATE, clean ? SUPER_CLEAN : 0);
	return put_disks(m);
}

/* ---- what is known ---- */

static struct mdt_error *run(struct make *m)
{
	struct mdt_super_spec *spec = &m->spec;
	struct mdt_error *err = choose_data(m, m->made.offset / SECTOR);

	if (err)
		return err;
	mdt_super_put(m->kind, m->made.bytes, MDT_SB_MAGIC, SUPER_MAGIC);
	put(m, MDT_SB_MAJOR, (uint64_t)spec->major);
	err = m->kind == MDT_SUPER_1 ? make_1(m) : make_0(m);
	if (err)
		return err;
	if (m->err)
		return no_cleanup_ptr(m->err);
	mdt_super_fill_csum(m->made.bytes, sizeof(m->made.bytes));
	m->made.size = spec->size;
	m->made.data_offset = spec->data_offset;
	m->made.data_size = spec->major ? spec->data_size : spec->size;
	m->made.bitmap_offset = spec->bitmap_offset;
	return mdt_super_check_known(m->kind, m->known.bytes, m->made.bytes);
}

struct mdt_error *mdt_super_make(const struct mdt_super_spec *spec,
				 struct mdt_slice known, struct mdt_super_made *ret)
{
	struct make m = { .spec = *spec,
			  .kind = spec->major == 1 ? MDT_SUPER_1 : MDT_SUPER_0 };
	struct mdt_error *err;

	known = mdt_slice_head(known, MDT_SUPER_BYTES);
	m.known = (struct mdt_super){ .kind = m.kind, .bytes = known };
	if (known.len)
		memcpy(m.made.bytes, known.str, known.len);
	if (!mdt_super_offset(spec->major, spec->minor, spec->device_size,
			      &m.made.offset)) {
		struct mdt_super_room room;

		// It says which of the two it is.
		return mdt_super_room(spec->major, spec->minor, spec->device_size,
				      spec->chunk, spec->data_offset, &room);
	}
	err = run(&m);
	mdt_error_destroy(m.err);
	if (!err)
		*ret = m.made;
	return err;
}

/* ---- learning ---- */

static void learn_numbers(const struct mdt_super *super, const struct number *numbers,
			  size_t count, struct mdt_super_spec *spec)
{
	uint64_t value;

	for (size_t i = 0; i < count; i++)
		if (mdt_super_find(super, numbers[i].field, &value))
			store_number(spec, &numbers[i], value);
}

static void learn_0(const struct mdt_super *super, struct mdt_super_spec *spec)
{
	uint64_t value, state;

	if (mdt_super_find(super, MDT_SB_SIZE, &value))
		spec->size = value ? value * 2 : MDT_SIZE_NONE;
	if (mdt_super_find(super, MDT_SB_CHUNK_SIZE, &value))
		spec->chunk = (uint32_t)value / SECTOR;
	if (mdt_super_find(super, MDT_SB_MD_MINOR, &value))
		spec->md_minor = (uint32_t)value;
	if (mdt_super_find(super, MDT_SB_RESYNC_OFFSET, &value) &&
	    mdt_super_find(super, MDT_SB_STATE, &state))
		spec->resync_offset = state & SUPER_CLEAN ? MDT_RESYNC_DONE : value;
}

static void learn_1(const struct mdt_super *super, struct mdt_super_spec *spec)
{
	uint64_t value;

	if (super->minor >= 0)
		spec->minor = super->minor;
	learn_numbers(super, only_1, array_size(only_1), spec);
	if (mdt_super_find(super, MDT_SB_SIZE, &value) && !value)
		spec->size = MDT_SIZE_NONE;
	if (mdt_super_find(super, MDT_SB_BBLOG_SIZE, &value))
		spec->no_bad_blocks = !value;
	mdt_super_name(super, &spec->name);
	if (mdt_super_holds(super->bytes, SUPER_1_DEVICE_UUID, 16))
		memcpy(spec->device_uuid.bytes, super->bytes.str + SUPER_1_DEVICE_UUID,
		       16);
}

bool mdt_super_learn(struct mdt_slice known, struct mdt_super_spec *spec)
{
	struct mdt_super super = mdt_super_from(known, MDT_OFFSET_UNKNOWN);
	struct mdt_role role;

	if ((super.kind != MDT_SUPER_0 && super.kind != MDT_SUPER_1) ||
	    super.big_endian || (super.kind == MDT_SUPER_0 && super.minor > 90))
		return false;
	if (super.kind == MDT_SUPER_0)
		spec->minor = 90;
	else if (spec->major != 1)
		spec->minor = 2;
	spec->major = super.major;
	learn_numbers(&super, common, array_size(common), spec);
	mdt_super_uuid(&super, &spec->set_uuid);
	if (super.kind == MDT_SUPER_0)
		learn_0(&super, spec);
	else
		learn_1(&super, spec);
	if (mdt_super_role(&super, &role))
		spec->role = role.kind == MDT_ROLE_ACTIVE   ? (uint16_t)role.slot
			     : role.kind == MDT_ROLE_FAULTY ? MDT_ROLE_RAW_FAULTY
			     : super.kind == MDT_SUPER_1    ? (uint16_t)role.raw
							    : MDT_ROLE_RAW_SPARE;
	return true;
}
