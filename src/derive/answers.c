// SPDX-License-Identifier: MIT
// What the log tells of arguments that it does not have: those that mdadm gave, and what
// the kernel answered. Nothing here goes into a plan: the kernel answers by itself.
#include "derive/arguments.h"

#include "derive/parts.h"

enum { SECTOR = 512, KIB = 1024, DISK_WORDS = 5, VERSION_WORDS = 3 };

// mdu_array_info_t of <linux/raid/md_u.h>: which word is which.
enum info {
	INFO_MAJOR,
	INFO_MINOR,
	INFO_PATCH,
	INFO_CTIME,
	INFO_LEVEL,
	INFO_SIZE,
	INFO_NR_DISKS,
	INFO_RAID_DISKS,
	INFO_MD_MINOR,
	INFO_NOT_PERSISTENT,
	INFO_UTIME,
	INFO_STATE,
	INFO_ACTIVE,
	INFO_WORKING,
	INFO_FAILED,
	INFO_SPARE,
	INFO_LAYOUT,
	INFO_CHUNK,
};

// mdu_disk_info_t likewise, and MD_DISK_* of <linux/raid/md_p.h>.
enum disk_info { DISK_NUMBER, DISK_MAJOR, DISK_MINOR, DISK_SLOT, DISK_STATE };
enum {
	DISK_FAULTY = 1 << 0,
	DISK_ACTIVE_SYNC = 1 << 1 | 1 << 2,
	DISK_REMOVED = 1 << 3,
	DISK_WRITEMOSTLY = 1 << 9,
};

static void set(struct drv_words *words, size_t at, uint32_t value, enum mdt_trust trust,
		const char *why)
{
	words->value[at] = value;
	words->why[at] = (struct drv_why){ why, trust };
}

static enum mdt_trust least(enum mdt_trust a, enum mdt_trust b)
{
	return a < b ? a : b;
}

/* ---- the array ---- */

// Whether a call before this one made the array run, or the log begins with one that does
// by more than that GET_ARRAY_INFO succeeds: md_ioctl() in drivers/md/md.c wants members
// for that, not that it runs.
static enum mdt_trust runs(const struct drv_planner *p, size_t index)
{
	const struct drv_array *array = p->log->calls[index].on->array;

	if (array->state != DRV_RUNNING)
		return MDT_TRUST_NONE;
	if (array->first != DRV_RUNNING)
		return MDT_TRUST_KNOWN;
	return strcmp(array->first_why, DRV_WHY_INFO) == 0 ||
			       strcmp(array->first_why, DRV_WHY_NODE) == 0
		       ? MDT_TRUST_PRESUMED
		       : MDT_TRUST_KNOWN;
}

// What changes an array's shape while it runs: a reshape, or another array of its name.
static bool look_settled(const struct drv_planner *p, const struct drv_array *array)
{
	static const struct mdt_slice changing[] = {
		SLICE_INIT("level"),
		SLICE_INIT("layout"),
		SLICE_INIT("chunk_size"),
		SLICE_INIT("raid_disks"),
		SLICE_INIT("metadata_version"),
		SLICE_INIT("component_size"),
	};
	size_t set_up = 0;

	for (size_t i = 0; i < p->log->count; i++) {
		const struct drv_call *call = &p->log->calls[i];

		if (!call->on || call->on->array != array || !call->ok)
			continue;
		set_up += drv_is_ioctl(call, DRV_SET_ARRAY_INFO);
		if (call->what != DRV_WRITE || call->on->kind != DRV_ATTR)
			continue;
		array_for_each (it, changing)
			if (mdt_slice_eq(*it, call->on->md.attr))
				return false;
	}
	return set_up < 2 && !array->is_updated;
}

static bool is_settled(const struct drv_planner *p, struct drv_array *array)
{
	if (!array->has_settled)
		array->is_settled = look_settled(p, array);
	array->has_settled = true;
	return array->is_settled;
}

/** The superblocks that the log has of the array's members, the latest of each. */
struct supers {
	struct drv_planner *p;
	size_t index;
	const struct drv_array *array;
};

// A field of the first of them that has it.
static bool from_super(const struct supers *supers, enum mdt_super_field field,
		       uint64_t *ret)
{
	for (size_t i = 0; i < supers->array->now.len; i++) {
		const struct drv_member *it = &supers->array->now.items[i];
		struct mdt_super super;

		if (it->role == DRV_GONE)
			continue;
		super = drv_super_before(supers->p, supers->index, it->disk);
		if ((super.kind == MDT_SUPER_0 || super.kind == MDT_SUPER_1) &&
		    mdt_super_find(&super, field, ret))
			return true;
	}
	return false;
}

static bool super_version(const struct supers *supers, int *major, int *minor)
{
	for (size_t i = 0; i < supers->array->now.len; i++) {
		struct mdt_super super = drv_super_before(
			supers->p, supers->index, supers->array->now.items[i].disk);

		if ((super.kind != MDT_SUPER_0 && super.kind != MDT_SUPER_1) ||
		    super.minor < 0)
			continue;
		*major = super.major;
		*minor = super.minor;
		return true;
	}
	return false;
}

static const char from_the_super[] = "a member's superblock";

static void answer_version(const struct supers *supers, enum mdt_trust trust,
			   struct drv_words *ret)
{
	const struct drv_array *array = supers->array;
	const char *why = from_the_super;
	int major = array->major, minor = array->minor_version;

	if (!super_version(supers, &major, &minor)) {
		if (!array->has_version)
			return;
		why = array->version_why;
	}
	set(ret, INFO_MAJOR, (uint32_t)major, trust, why);
	set(ret, INFO_MINOR, (uint32_t)minor, trust, why);
}

// Levels that have no chunks, and one layout only.
static bool has_no_chunks(const struct drv_words *words)
{
	return words->why[INFO_LEVEL].trust && words->value[INFO_LEVEL] == 1;
}

// How large the part of a member is that is used: 1.x counts sectors, 0.90 KiB.
static void answer_size(const struct supers *supers, enum mdt_trust trust,
			struct drv_words *ret)
{
	const struct drv_array *array = supers->array;
	uint64_t size;
	int major, minor;

	if (from_super(supers, MDT_SB_SIZE, &size) &&
	    super_version(supers, &major, &minor)) {
		size /= major ? KIB / SECTOR : 1;
		set(ret, INFO_SIZE, size > INT32_MAX ? UINT32_MAX : (uint32_t)size, trust,
		    from_the_super);
	} else if (ret->why[INFO_LEVEL].trust && (int)ret->value[INFO_LEVEL] <= 0) {
		set(ret, INFO_SIZE, 0, least(trust, MDT_TRUST_PRESUMED),
		    "raid0 and linear take all of a member");
	} else if (array->has_component &&
		   (!array->component_presumed || ret->why[INFO_LEVEL].trust)) {
		if (array->component_presumed && !has_no_chunks(ret))
			trust = least(trust, MDT_TRUST_PRESUMED);
		set(ret, INFO_SIZE,
		    array->component > INT32_MAX ? UINT32_MAX
						 : (uint32_t)array->component,
		    trust, "the size of a member, as the log has it");
	}
}

static void answer_field(const struct supers *supers, enum mdt_super_field field,
			 bool has, uint32_t value, const char *why, enum mdt_trust trust,
			 enum info at, struct drv_words *ret)
{
	uint64_t number;

	if (from_super(supers, field, &number))
		set(ret, at, (uint32_t)number, trust, from_the_super);
	else if (has)
		set(ret, at, value, trust, why);
}

static void answer_shape(const struct supers *supers, enum mdt_trust trust,
			 struct drv_words *ret)
{
	const struct drv_array *array = supers->array;
	static const char in_log[] = "the log has it", mirror[] = "raid1 has none";

	answer_version(supers, trust, ret);
	answer_field(supers, MDT_SB_CTIME, array->ctime, array->ctime, in_log, trust,
		     INFO_CTIME, ret);
	answer_field(supers, MDT_SB_LEVEL, array->has_level, (uint32_t)array->level,
		     array->level_why, trust, INFO_LEVEL, ret);
	answer_field(supers, MDT_SB_RAID_DISKS, array->has_raid_disks, array->raid_disks,
		     array->raid_disks_why, least(trust, array->raid_disks_trust),
		     INFO_RAID_DISKS, ret);
	answer_field(supers, MDT_SB_LAYOUT, array->has_layout, array->layout, in_log,
		     trust, INFO_LAYOUT, ret);
	answer_field(supers, MDT_SB_CHUNK_SIZE, array->has_chunk, array->chunk, in_log,
		     trust, INFO_CHUNK, ret);
	answer_size(supers, trust, ret);
	if (has_no_chunks(ret) && !ret->why[INFO_LAYOUT].trust)
		set(ret, INFO_LAYOUT, 0, least(trust, MDT_TRUST_PRESUMED), mirror);
	if (has_no_chunks(ret) && !ret->why[INFO_CHUNK].trust)
		set(ret, INFO_CHUNK, 0, least(trust, MDT_TRUST_PRESUMED), mirror);
}

/* ---- its members ---- */

// A recovery ends when it ends: then a spare is active.
static bool may_recover(const struct drv_array *array)
{
	return array->is_refilled ||
	       (drv_members_count(&array->now, DRV_SPARE) &&
		drv_members_count(&array->now, DRV_ACTIVE) < array->raid_disks);
}

// get_array_info() in drivers/md/md.c.
static void answer_counts(const struct drv_array *array, enum mdt_trust trust,
			  struct drv_words *ret)
{
	static const char why[] = "the members that the log leaves it";
	uint32_t active = (uint32_t)drv_members_count(&array->now, DRV_ACTIVE),
		 spare = (uint32_t)drv_members_count(&array->now, DRV_SPARE),
		 failed = (uint32_t)drv_members_count(&array->now, DRV_FAULTY);
	enum mdt_trust ends = may_recover(array) ? MDT_TRUST_NONE : trust;

	trust = least(trust, array->now_trust);
	ends = least(ends, trust);
	set(ret, INFO_NR_DISKS, active + spare + failed, trust, why);
	set(ret, INFO_WORKING, active + spare, trust, why);
	set(ret, INFO_FAILED, failed, trust, why);
	set(ret, INFO_ACTIVE, active, ends, why);
	set(ret, INFO_SPARE, spare, ends, why);
}

void drv_answer_array(struct drv_planner *p, size_t index, struct drv_words *ret)
{
	const struct drv_call *call = &p->log->calls[index];
	struct drv_array *array = call->on->array;
	const struct supers supers = { p, index, array };
	enum mdt_trust trust = runs(p, index);

	if (!trust)
		return;
	if (!is_settled(p, array))
		trust = MDT_TRUST_PRESUMED;
	answer_shape(&supers, trust, ret);
	answer_counts(array, trust, ret);
	set(ret, INFO_PATCH, 3, trust, "MD_PATCHLEVEL_VERSION of linux/raid/md_u.h");
	set(ret, INFO_MD_MINOR, array->minor,
	    array->is_opened || array->is_made ? trust : least(trust, MDT_TRUST_PRESUMED),
	    "the minor number of its node");
	if (ret->why[INFO_MAJOR].trust && !array->is_external)
		set(ret, INFO_NOT_PERSISTENT, array->has_none, ret->why[INFO_MAJOR].trust,
		    "it has superblocks");
}

/* ---- the other answers ---- */

static void answer_version_of_md(struct drv_words *ret)
{
	static const char why[] = "MD_MAJOR_VERSION, MD_MINOR_VERSION and "
				  "MD_PATCHLEVEL_VERSION of linux/raid/md_u.h";

	set(ret, 0, 0, MDT_TRUST_KNOWN, why);
	set(ret, 1, 90, MDT_TRUST_KNOWN, why);
	set(ret, 2, 3, MDT_TRUST_KNOWN, why);
}

static const struct drv_member *by_number(const struct drv_array *array, int number)
{
	for (size_t i = 0; i < array->now.len; i++)
		if (array->now.items[i].number == number &&
		    array->now.items[i].role != DRV_GONE)
			return &array->now.items[i];
	return NULL;
}

static uint32_t state_of(const struct drv_member *member)
{
	uint32_t state = member->role == DRV_ACTIVE   ? DISK_ACTIVE_SYNC
			 : member->role == DRV_FAULTY ? DISK_FAULTY
						      : 0;

	return member->is_write_mostly ? state | DISK_WRITEMOSTLY : state;
}

// get_disk_info() in drivers/md/md.c. Its number is what mdadm is known to ask for.
static void answer_disk(const struct drv_array *array, struct drv_words *ret)
{
	const struct drv_member *member = by_number(array, (int)ret->value[DISK_NUMBER]);
	enum mdt_trust trust = least(array->now_trust, ret->why[DISK_NUMBER].trust);
	static const char why[] = "the member of this number", none[] = "no such member";

	trust = least(trust, MDT_TRUST_PRESUMED);
	if (!member) {
		set(ret, DISK_MAJOR, 0, trust, none);
		set(ret, DISK_MINOR, 0, trust, none);
		set(ret, DISK_SLOT, UINT32_MAX, trust, none);
		set(ret, DISK_STATE, DISK_REMOVED, trust, none);
		return;
	}
	set(ret, DISK_MAJOR, member->disk->major, trust, why);
	set(ret, DISK_MINOR, member->disk->minor, trust, why);
	if (member->role == DRV_SPARE && may_recover(array))
		return;
	set(ret, DISK_STATE, state_of(member), trust, why);
	if (member->role != DRV_FAULTY) // md's thread takes its slot away, some time
		set(ret, DISK_SLOT,
		    member->role == DRV_ACTIVE ? (uint32_t)member->slot : UINT32_MAX,
		    trust, why);
}

static void answer(struct drv_planner *p, size_t index, struct drv_words *ret)
{
	const struct drv_call *call = &p->log->calls[index];

	if (!call->ok)
		return;
	if (strcmp(call->row->name, "RAID_VERSION") == 0)
		answer_version_of_md(ret);
	else if (drv_is_ioctl(call, DRV_GET_ARRAY_INFO))
		drv_answer_array(p, index, ret);
	else if (drv_is_ioctl(call, DRV_GET_DISK_INFO))
		answer_disk(call->on->array, ret);
}

/* ---- what is kept of it ---- */

// Words to fields: those of the struct that are ints.
static struct mdt_error *keep(struct drv_planner *p, const struct drv_call *call,
			      const struct drv_words *words)
{
	struct mdt_derived_field fields[DRV_WORDS];
	uint8_t bytes[DRV_WORDS * 4] = { 0 };
	size_t count = 0, size = call->row->type->size;

	for (size_t i = 0; i < size / 4; i++) {
		const struct drv_why *why = &words->why[i];

		if (!why->trust)
			continue;
		drv_put32(bytes + i * 4, words->value[i]);
		fields[count++] = (struct mdt_derived_field){
			.offset = (uint32_t)(i * 4),
			.size = 4,
			.trust = why->trust,
			.why = mdt_slice_cstr(why->text ? why->text : "mdadm sets it so"),
		};
	}
	return mdt_derived_add(p->derived, call->line, call->row,
			       mdt_slice_from((const char *)bytes, size), fields, count);
}

// An address, not NULL, and none of its bytes.
static bool is_absent(const struct drv_call *call)
{
	return call->what == DRV_IOCTL && !call->made && call->row &&
	       strcmp(call->row->pack, "md") == 0 && mdt_ioctl_has_payload(call->row) &&
	       call->row->type->size <= DRV_WORDS * 4 && call->has_value && call->value &&
	       call->on->kind == DRV_ARRAY;
}

struct mdt_error *drv_answer(struct drv_planner *p, size_t index,
			     const struct drv_arg *arg)
{
	const struct drv_call *call = &p->log->calls[index];
	struct drv_words words = arg->words;

	if (!p->derived || !is_absent(call))
		return NULL;
	answer(p, index, &words);
	return keep(p, call, &words);
}
