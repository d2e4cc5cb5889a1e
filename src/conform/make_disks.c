// SPDX-License-Identifier: MIT
// The array that a sequence is about, and the superblocks that its disks have.
#include "conform/make_parts.h"
#include "md/super_make.h"

enum {
	COMPONENT = 512,  // sectors: every disk but the small one has room for more
	DATA_OFFSET = 32, // sectors: behind superblock and bitmap
	MAX_DEV = 128,	  // 256 + 2 * 128 bytes: one sector
	EVENTS = 20,
	CTIME = 1500000000, // any time but 0
	SHORT = 400,	    // sectors: fewer chunks than others have
	/* MD_FEATURE_* */
	FEATURE_BITMAP = 1 << 0,
	FEATURE_RAID0_LAYOUT = 1 << 12,
};

// What is wrong with a disk's superblock.
enum defect {
	RIGHT,
	NONE,
	OTHER_UUID,
	OTHER_SLOT,   // another member's
	OTHER_NUMBER, // the same of dev_number
	HIGH_SLOT,    // none of the array's
	STALE_1,
	STALE_2,
	NEWER,
	BAD_CSUM,
	OTHER_MAJOR,
	OTHER_MINOR,
	FAULTY,
	SPARE,
	DEFECTS,
};

#define CHOOSE(maker, from) (from)[conform_below(maker, array_size(from))]

// Mostly what mdadm chooses, now and then what is none.
static int32_t choose_layout(struct conform_maker *maker, int32_t level)
{
	static const int32_t raid0[] = { 0, 1, 2 };
	static const int32_t raid5[] = { 2, 2, 2, 0, 1, 3, 4, 5, 2, 2, 2, 7 };
	static const int32_t raid6[] = { 2, 2, 2, 0, 4, 5, 8, 10, 16, 20, 2, 7 };
	static const int32_t raid10[] = {
		0x102, 0x102, 0x102, 0x102,   0x103,   0x201, 0x10201,
		0x202, 0x102, 0x102, 0x40201, 0x80102, 0x101, 0x100,
	};

	switch (level) {
	case 0:
		return CHOOSE(maker, raid0);
	case 4:
	case 5:
		return CHOOSE(maker, raid5);
	case 6:
		return CHOOSE(maker, raid6);
	case 10:
		return CHOOSE(maker, raid10);
	default:
		return 0;
	}
}

static int32_t choose_chunk(struct conform_maker *maker, int32_t level)
{
	static const int32_t usual[] = { 65536, 65536, 65536, 4096, 8192, 131072 };
	static const int32_t unusual[] = { 0, 2048, 12288, 6144 };

	if (level == -1)
		return conform_once_in(maker, 3) ? 65536 : 0;
	if (!conform_once_in(maker, 15))
		return CHOOSE(maker, usual);
	// A raid0 with chunks below a page is not worth the kernel's warnings.
	return level ? CHOOSE(maker, unusual) : conform_once_in(maker, 2) ? 12288 : 0;
}

static uint32_t choose_slots(struct conform_maker *maker, int32_t level)
{
	static const uint32_t mirrors[] = { 2, 2, 3, 4, 4, 1 };
	static const uint32_t striped[] = { 2, 2, 3, 3, 4, 1 };
	static const uint32_t parity[] = { 2, 3, 3, 3, 4 };
	static const uint32_t parities[] = { 4, 4, 4, 5, 4, 3 };

	switch (level) {
	case 10:
		return CHOOSE(maker, mirrors);
	case 4:
	case 5:
		// The kernel divides by the number of those that have data.
		return CHOOSE(maker, parity);
	case 6:
		return CHOOSE(maker, parities);
	default:
		return CHOOSE(maker, striped);
	}
}

static void choose_shape(struct conform_maker *maker)
{
	struct conform_profile *ret = &maker->profile;

	ret->raid_disks = choose_slots(maker, ret->level);
	ret->layout = choose_layout(maker, ret->level);
	ret->chunk_size = choose_chunk(maker, ret->level);
	if (ret->level <= 0 && conform_once_in(maker, 3))
		ret->short_of = conform_below(maker, 1 << MDT_CONFORM_MEMBERS);
}

void conform_choose_profile(struct conform_maker *maker)
{
	static const struct {
		int major, minor;
	} versions[] = { { 1, 2 }, { 1, 2 },  { 1, 2 }, { 1, 1 },
			 { 1, 0 }, { 0, 90 }, { 0, 90 } };
	struct conform_profile *ret = &maker->profile;
	uint32_t which = conform_below(maker, array_size(versions));

	ret->full = conform_once_in(maker, 5);
	ret->persistent = !ret->full || conform_once_in(maker, 2);
	ret->major = ret->full ? 0 : versions[which].major;
	ret->minor = ret->full ? 90 : versions[which].minor;
	ret->raid_disks = conform_once_in(maker, 3) ? 1 + conform_below(maker, 4) : 2;
	if (ret->level != 1)
		choose_shape(maker);
	ret->members = conform_once_in(maker, 4)
			       ? 1 + conform_below(maker, MDT_CONFORM_MEMBERS)
			       : ret->raid_disks;
}

struct roles {
	uint16_t by_number[MDT_CONFORM_MEMBERS + 1];
	struct mdt_super_disk disks[MDT_CONFORM_MEMBERS + 1];
};

static void fill_roles(const struct conform_profile *profile, struct roles *ret)
{
	for (uint32_t i = 0; i <= MDT_CONFORM_MEMBERS; i++) {
		bool active = i < profile->raid_disks;

		ret->by_number[i] = (uint16_t)(active ? i : MDT_ROLE_RAW_SPARE);
		ret->disks[i] = (struct mdt_super_disk){
			.number = i,
			.major = mdt_conform_disks[i].major,
			.minor = mdt_conform_disks[i].minor,
			.raid_disk = (int32_t)i,
			.state = active ? 6 : 0, // MD_DISK_ACTIVE|MD_DISK_SYNC
		};
	}
}

static void set_role(struct mdt_super_spec *spec, struct roles *roles, uint32_t number,
		     uint32_t slot)
{
	spec->dev_number = number;
	spec->role = (uint16_t)slot;
	roles->disks[number].raid_disk = (int32_t)(slot < 100 ? slot : number);
	roles->disks[number].state = slot < 100 ? 6 : slot == MDT_ROLE_RAW_FAULTY ? 1 : 0;
}

static void spoil(struct conform_maker *maker, enum defect defect, uint32_t disk,
		  struct roles *roles, struct mdt_super_spec *spec)
{
	uint32_t other = disk ? disk - 1 : 1;

	switch (defect) {
	case OTHER_UUID:
		spec->set_uuid.bytes[0] ^= 1;
		break;
	case OTHER_SLOT:
		set_role(spec, roles, disk, other);
		break;
	case OTHER_NUMBER:
		set_role(spec, roles, other, disk);
		break;
	case HIGH_SLOT:
		set_role(spec, roles, disk, maker->profile.raid_disks + 1);
		break;
	case STALE_1:
		spec->events -= 1;
		break;
	case STALE_2:
		spec->events -= 2 + conform_below(maker, 3);
		break;
	case NEWER:
		spec->events += 1 + conform_below(maker, 3);
		break;
	case OTHER_MAJOR:
		spec->major = !spec->major;
		spec->minor = spec->major ? 2 : 90;
		break;
	case OTHER_MINOR:
		spec->minor = spec->major ? (spec->minor + 1) % 3 : 90;
		break;
	case FAULTY:
		set_role(spec, roles, disk, MDT_ROLE_RAW_FAULTY);
		break;
	case SPARE:
		set_role(spec, roles, disk, MDT_ROLE_RAW_SPARE);
		break;
	case RIGHT:
	case NONE:
	case BAD_CSUM:
	case DEFECTS:
		break;
	}
}

// What all the array's superblocks have.
static struct mdt_super_spec array_spec(const struct conform_maker *maker)
{
	struct mdt_super_spec spec = MDT_SUPER_SPEC_INIT;

	spec.major = maker->profile.major;
	spec.minor = maker->profile.minor;
	spec.raid_disks = maker->profile.raid_disks;
	spec.ctime = spec.utime = CTIME;
	spec.events = EVENTS;
	spec.size = COMPONENT;
	spec.level = maker->profile.level;
	spec.layout = (uint32_t)maker->profile.layout;
	spec.chunk = (uint32_t)maker->profile.chunk_size / 512;
	if (spec.level <= 0 && maker->sequence->number % 4)
		spec.size = MDT_SIZE_NONE; // as mdadm has it
	if (spec.level == 0 && spec.layout)
		spec.feature_map |= FEATURE_RAID0_LAYOUT;
	spec.no_bad_blocks = true;
	spec.md_minor = MDT_CONFORM_MINOR;
	for (size_t i = 0; i < sizeof(spec.set_uuid.bytes); i++)
		spec.set_uuid.bytes[i] =
			(uint8_t)(maker->sequence->number >> i % 4 * 8 | i);
	return spec;
}

// What is unusual in all of them.
static void spoil_array(struct conform_maker *maker, struct mdt_super_spec *spec)
{
	enum { OVERLAPPING = 1016 }; // sectors: of 1.0, into the superblock

	if (conform_once_in(maker, maker->sequence->slow ? 2 : 6))
		spec->resync_offset = 0;
	if (conform_once_in(maker, 30)) {
		spec->level = conform_once_in(maker, 2) && spec->raid_disks > 1 ? 5 : 77;
		spec->feature_map = 0;
	}
	if (conform_once_in(maker, 40) && spec->major == 1 && spec->minor == 2)
		spec->feature_map |= FEATURE_BITMAP;
	if (conform_once_in(maker, 20) && spec->major == 1 && spec->minor == 0)
		spec->size = OVERLAPPING;
}

// A superblock that cannot be made there (the disk is too small) is none.
static struct mdt_error *write_super(struct conform_maker *maker, uint32_t disk,
				     const struct mdt_super_spec *array,
				     enum defect defect)
{
	struct mdt_conform_content *content = &maker->sequence->contents[disk];
	struct mdt_super_spec spec = *array;
	struct mdt_super_made made;
	struct roles roles;
	struct mdt_error *err;

	fill_roles(&maker->profile, &roles);
	spec.device_size = 512 * (uint64_t)mdt_conform_disks[disk].sectors;
	set_role(&spec, &roles, disk, roles.by_number[disk]);
	spoil(maker, defect, disk, &roles, &spec);
	spec.max_dev = spec.major ? MAX_DEV : 0;
	spec.data_offset = spec.major && spec.minor ? DATA_OFFSET : 0;
	if (!spec.major)
		spec.feature_map = 0;
	if (!spec.major || spec.minor != 2)
		spec.feature_map &= ~(uint32_t)FEATURE_BITMAP;
	spec.bitmap_offset = spec.feature_map & FEATURE_BITMAP ? 8 : 0;
	if (spec.major && maker->profile.short_of >> disk & 1)
		spec.data_size = SHORT;
	if (!spec.major) {
		spec.disks = roles.disks;
		spec.disk_count = array_size(roles.disks);
	} else {
		spec.roles = roles.by_number;
		spec.role_count = array_size(roles.by_number);
	}
	err = mdt_super_make(&spec, (struct mdt_slice){ 0 }, &made);
	if (mdt_error_catch(&err, MDT_ERR_INVALID))
		return NULL;
	if (err)
		return err;
	if (defect == BAD_CSUM)
		made.bytes[spec.major ? 216 : 152] ^= 1;
	return mdt_conform_content_set(content, made.bytes, sizeof(made.bytes),
				       made.offset, mdt_conform_disks[disk].sectors);
}

static enum defect choose_defect(struct conform_maker *maker)
{
	return conform_once_in(maker, 7)
		       ? (enum defect)(NONE + conform_below(maker, DEFECTS - NONE))
		       : RIGHT;
}

static struct mdt_error *write_supers(struct conform_maker *maker,
				      const struct mdt_super_spec *array, bool plain)
{
	struct mdt_error *err = NULL;

	for (uint32_t i = 0; !err && i <= MDT_CONFORM_SMALL; i++) {
		enum defect defect = plain ? RIGHT : choose_defect(maker);

		if (defect != NONE && !(maker->profile.full && i % 2))
			err = write_super(maker, i, array, defect);
	}
	return err;
}

struct mdt_error *conform_make_plain_disks(struct conform_maker *maker)
{
	struct mdt_super_spec spec = array_spec(maker);

	return write_supers(maker, &spec, true);
}

struct mdt_error *conform_make_disks(struct conform_maker *maker)
{
	struct mdt_conform_sequence *sequence = maker->sequence;
	struct mdt_super_spec spec = array_spec(maker);
	struct mdt_error *err;

	sequence->slow = conform_once_in(maker, 25);
	spoil_array(maker, &spec);
	err = write_supers(maker, &spec, false);
	if (conform_once_in(maker, 12))
		sequence->claimed[conform_below(maker, MDT_CONFORM_MEMBERS)] = true;
	if (conform_once_in(maker, 12))
		sequence->read_only[conform_below(maker, MDT_CONFORM_MEMBERS)] = true;
	sequence->start_ro = conform_once_in(maker, 12);
	return err;
}
