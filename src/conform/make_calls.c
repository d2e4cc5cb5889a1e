// SPDX-License-Identifier: MIT
// The next call: what brings the array on, what one does to an array that runs, nonsense.
#include <linux/major.h>
#include <linux/raid/md_p.h>
#include <linux/raid/md_u.h>
#include <sys/ioctl.h>
#include <stdio.h>

#include "base/devnum.h"
#include "conform/make_parts.h"
#include "conform/source.h"

typedef struct mdt_conform_call call;

/* ---- looking ---- */

// The state that is likeliest. Once nothing is known, any does.
static const struct mdt_model_state *state_of(const struct conform_maker *maker)
{
	return &maker->fold->states[0];
}

static const struct mdt_model_disk *disk_of(const struct conform_maker *maker,
					    uint32_t disk)
{
	const struct mdt_model_state *state = state_of(maker);

	for (uint32_t i = 0; i < state->disk_count; i++)
		if (state->disks[i].major == mdt_conform_disks[disk].major &&
		    state->disks[i].minor == mdt_conform_disks[disk].minor)
			return &state->disks[i];
	return NULL;
}

static bool is_member(const struct conform_maker *maker, uint32_t disk)
{
	const struct mdt_model_disk *it = disk_of(maker, disk);

	return it && it->is_member;
}

static bool is_faulty(const struct conform_maker *maker, uint32_t disk)
{
	const struct mdt_model_disk *it = disk_of(maker, disk);

	return it && it->is_member && it->faulty == MDT_YES;
}

static bool is_stranger(const struct conform_maker *maker, uint32_t disk)
{
	return disk < MDT_CONFORM_MEMBERS && !is_member(maker, disk);
}

// A disk that is so, if there is one; any, otherwise.
static uint32_t disk_that(struct conform_maker *maker,
			  bool (*is)(const struct conform_maker *maker, uint32_t disk))
{
	uint32_t first = conform_below(maker, MDT_CONFORM_DISKS);

	for (uint32_t i = 0; i < MDT_CONFORM_DISKS; i++)
		if (is(maker, (first + i) % MDT_CONFORM_DISKS))
			return (first + i) % MDT_CONFORM_DISKS;
	return first;
}

// Mostly one that fits.
static uint32_t pick_disk(struct conform_maker *maker,
			  bool (*is)(const struct conform_maker *maker, uint32_t disk))
{
	return conform_once_in(maker, 6) ? conform_below(maker, MDT_CONFORM_DISKS)
					 : disk_that(maker, is);
}

static bool open_slot(const struct conform_maker *maker, uint8_t *ret)
{
	for (uint8_t i = 0; i < MDT_CONFORM_SLOTS; i++) {
		*ret = i;
		if (maker->fold->open[i])
			return true;
	}
	return false;
}

static bool closed_slot(const struct conform_maker *maker, uint8_t *ret)
{
	for (uint8_t i = 0; i < MDT_CONFORM_SLOTS; i++) {
		*ret = i;
		if (!maker->fold->open[i])
			return true;
	}
	return false;
}

/* ---- calls ---- */

static void make_open(struct conform_maker *maker, call *ret)
{
	ret->kind = MDT_CONFORM_OPEN;
	ret->exclusive = conform_once_in(maker, 4);
	if (!closed_slot(maker, &ret->slot))
		ret->kind = MDT_CONFORM_CLOSE;
}

static void make_close(struct conform_maker *maker, call *ret)
{
	ret->kind = MDT_CONFORM_CLOSE;
	if (!open_slot(maker, &ret->slot) && !conform_once_in(maker, 4))
		ret->kind = MDT_CONFORM_OPEN;
}

static void make_ioctl(struct conform_maker *maker, uint32_t request, call *ret)
{
	ret->kind = MDT_CONFORM_IOCTL;
	ret->request = request;
	if (conform_once_in(maker, 60))
		closed_slot(maker, &ret->slot);
	else
		open_slot(maker, &ret->slot);
}

static void give_bytes(call *ret, const void *bytes, size_t size)
{
	ret->arg = MDT_CONFORM_ARG_BYTES;
	ret->size = (uint8_t)size;
	memcpy(ret->bytes, bytes, size);
}

// Of an array that is set up, and does not run: the argument counts.
static bool has_no_slot(const struct conform_maker *maker, const mdu_disk_info_t *info)
{
	const struct mdt_model_state *state = state_of(maker);

	return state->running != MDT_YES && state->raid_disks &&
	       (info->raid_disk < 0 || info->raid_disk >= state->raid_disks);
}

static void make_add(struct conform_maker *maker, uint32_t disk, call *ret)
{
	const struct mdt_conform_disk *it = &mdt_conform_disks[disk];
	mdu_disk_info_t info = { .number = (int)disk,
				 .major = (int)it->major,
				 .minor = (int)it->minor,
				 .raid_disk = (int)disk,
				 .state = 1 << MD_DISK_SYNC | 1 << MD_DISK_ACTIVE };

	if (state_of(maker)->running == MDT_YES && !conform_once_in(maker, 3))
		info.state = 0;
	// What has no slot is a spare.
	if (maker->profile.full && disk >= maker->profile.raid_disks &&
	    !conform_once_in(maker, 20))
		info.state = 0;
	if (conform_once_in(maker, 12))
		info.raid_disk = (int)conform_below(maker, 6) - 1;
	if (conform_once_in(maker, 12))
		info.number = (int)conform_below(maker, 40) - 1;
	if (conform_once_in(maker, 12))
		info.state = 1 << conform_below(maker, 3);
	if (maker->fold->options.kernel > MDT_KERNEL_6_1 && has_no_slot(maker, &info))
		info.state &= ~(1 << MD_DISK_SYNC);
	make_ioctl(maker, ADD_NEW_DISK, ret);
	give_bytes(ret, &info, sizeof(info));
	if (conform_once_in(maker, 60))
		ret->arg = MDT_CONFORM_ARG_POINTER;
}

static void make_dev(struct conform_maker *maker, uint32_t request, uint32_t disk,
		     call *ret)
{
	const struct mdt_conform_disk *it = &mdt_conform_disks[disk];

	make_ioctl(maker, request, ret);
	ret->value = mdt_dev_encode(it->major & 0xfff, it->minor);
}

static void make_version(struct conform_maker *maker, call *ret)
{
	mdu_array_info_t info = { .major_version = maker->profile.major,
				  .minor_version = maker->profile.minor };

	if (conform_once_in(maker, 12))
		info.major_version = (int)conform_below(maker, 4) - 1;
	if (conform_once_in(maker, 16))
		info.minor_version = (int)conform_below(maker, 4);
	make_ioctl(maker, SET_ARRAY_INFO, ret);
	give_bytes(ret, &info, sizeof(info));
	if (conform_once_in(maker, 40))
		ret->arg = conform_once_in(maker, 2) ? MDT_CONFORM_ARG_POINTER
						     : MDT_CONFORM_ARG_VALUE;
}

static void make_full(struct conform_maker *maker, call *ret)
{
	static const int levels[] = { 0, 5, 77, -4, -1000000, 6 };
	mdu_array_info_t info = {
		.level = maker->profile.level,
		.layout = maker->profile.layout,
		.size = 256, // KiB
		.raid_disks = (int)maker->profile.raid_disks,
		.not_persistent = !maker->profile.persistent,
		.state = conform_once_in(maker, 4) ? 0 : 1 << MD_SB_CLEAN,
		.chunk_size = maker->profile.level != 1	  ? maker->profile.chunk_size
			      : conform_once_in(maker, 6) ? 65536
							  : 0,
	};

	if (conform_once_in(maker, 14))
		info.level = levels[conform_below(maker, array_size(levels))];
	// The kernel divides by the number of those that have data.
	if (info.level != maker->profile.level && info.level > 1 && info.raid_disks < 3)
		info.level = 77;
	if (conform_once_in(maker, 10))
		info.size = (int)conform_below(maker, 600);
	// Less than some chunks is an array of nothing.
	if (maker->profile.level > 1 && info.size < 256)
		info.size += 256;
	make_ioctl(maker, SET_ARRAY_INFO, ret);
	give_bytes(ret, &info, sizeof(info));
}

// What GET_ARRAY_INFO would say, as far as the model knows it.
static mdu_array_info_t current(const struct mdt_model_state *state)
{
	return (mdu_array_info_t){
		.major_version = state->major_version,
		.minor_version = state->minor_version,
		.level = state->level,
		.size = state->dev_sectors == MDT_MODEL_UNKNOWN
				? -1
				: (int)(state->dev_sectors / 2),
		.raid_disks = state->raid_disks,
		.not_persistent = state->persistent == MDT_NO,
		.state = state->bitmap == MDT_YES ? 1 << MD_SB_BITMAP_PRESENT : 0,
		.layout = state->layout,
		.chunk_size =
			state->chunk_size == MDT_MODEL_UNKNOWN ? 0 : state->chunk_size,
	};
}

static void change_size(struct conform_maker *maker, mdu_array_info_t *info)
{
	static const int sizes[] = { -1, 0, 128, 256, 300, 448, 480, 4096 };

	info->size = sizes[conform_below(maker, array_size(sizes))];
}

// Another layout, or number of members, is noted, and not much is known from then on.
static bool notes_changes(const struct conform_maker *maker)
{
	return state_of(maker)->level > 1 && !state_of(maker)->planned;
}

static int change_layout(struct conform_maker *maker)
{
	static const int raid10[] = { 0x102, 0x201, 0x10201, 0x103, 0x20102, 1 };

	if (state_of(maker)->level == 10)
		return raid10[conform_below(maker, array_size(raid10))];
	return state_of(maker)->level > 1 ? (int)conform_below(maker, 9) : 1;
}

static void change(struct conform_maker *maker, mdu_array_info_t *info, call *ret)
{
	switch (notes_changes(maker) && !conform_once_in(maker, 4)
			? conform_below(maker, 3)
			: conform_below(maker, 14)) {
	case 0:
	case 1:
	case 2:
		change_size(maker, info);
		break;
	case 3:
	case 4:
	case 5:
		info->raid_disks = (int)conform_below(maker, 6);
		break;
	case 6:
		info->layout = change_layout(maker);
		break;
	case 7:
		info->state ^= 1 << MD_SB_BITMAP_PRESENT;
		break;
	case 8:
		change_size(maker, info);
		info->raid_disks++;
		break;
	case 9:
		ret->same_ctime = false;
		break;
	case 10:
		info->level = 5;
		break;
	case 11:
		// Without superblocks there is no limit, and a check of so many slots
		// needs more memory than the guest has.
		if (state_of(maker)->max_disks)
			info->raid_disks = 3000;
		break;
	case 12:
		info->state |= 1 << 9;
		break;
	default:
		break;
	}
}

static void make_update(struct conform_maker *maker, call *ret)
{
	mdu_array_info_t info = current(state_of(maker));

	make_ioctl(maker, SET_ARRAY_INFO, ret);
	ret->same_ctime = true;
	change(maker, &info, ret);
	give_bytes(ret, &info, sizeof(info));
}

void conform_make_update(struct conform_maker *maker, unsigned int changes, call *it)
{
	mdu_array_info_t info = current(state_of(maker)), wanted;

	memcpy(&wanted, it->bytes, sizeof(wanted));
	if (changes & MDT_CONFORM_CHANGES_SIZE)
		change_size(maker, &info);
	if (changes & MDT_CONFORM_CHANGES_RAID_DISKS)
		info.raid_disks = wanted.raid_disks;
	if (changes & MDT_CONFORM_CHANGES_LAYOUT)
		info.layout = wanted.layout;
	if (changes & MDT_CONFORM_CHANGES_BITMAP)
		info.state ^= 1 << MD_SB_BITMAP_PRESENT;
	it->same_ctime = true;
	give_bytes(it, &info, sizeof(info));
}

static void make_set(struct conform_maker *maker, call *ret)
{
	if (maker->profile.full ? conform_once_in(maker, 8) : !conform_once_in(maker, 8))
		make_version(maker, ret);
	else
		make_full(maker, ret);
}

static void make_bitmap(struct conform_maker *maker, call *ret)
{
	make_ioctl(maker, SET_BITMAP_FILE, ret);
	if (state_of(maker)->bitmap_file == MDT_YES && conform_once_in(maker, 2)) {
		ret->value = MDT_CONFORM_FILE_FD; // a second one
		return;
	}
	switch (conform_below(maker, 20)) {
	case 0:
		ret->value = MDT_CONFORM_FILE_FD;
		break;
	case 1 ... 6:
		ret->value = MDT_CONFORM_FIRST_FD + ret->slot; // no regular file
		if (maker->fold->open[ret->slot])
			break;
		// fallthrough
	default:
		ret->value = (uint64_t)-1;
		break;
	}
}

static void make_get(struct conform_maker *maker, call *ret)
{
	static const uint32_t gets[] = { GET_ARRAY_INFO, GET_DISK_INFO, RAID_VERSION,
					 GET_BITMAP_FILE };
	mdu_disk_info_t info = { .number = (int)conform_below(maker, 6) - 1 };

	make_ioctl(maker, gets[conform_below(maker, array_size(gets))], ret);
	if (ret->request == GET_DISK_INFO)
		give_bytes(ret, &info, sizeof(info));
	else
		ret->value = 0x7ffc00000000; // the guest has memory for it
	if (conform_once_in(maker, 8))
		ret->arg = MDT_CONFORM_ARG_POINTER;
}

// Numbers that md does not know: commands of old, a wrong size, a wrong direction.
static void make_unknown(struct conform_maker *maker, call *ret)
{
	static const uint32_t numbers[] = {
		0x913, 0x914, 0x920, 0x924,	 0x925,	     0x926,	 0x927,
		0x92a, 0x931, 0x9ff, 0x80440911, 0x80080910, 0x80180912,
	};

	make_ioctl(maker, numbers[conform_below(maker, array_size(numbers))], ret);
	if (ret->request >> 30)
		ret->value = 0x7ffc00000000;
}

static void make_word(struct conform_maker *maker, enum mdt_md_op op,
		      const char *const *words, uint32_t count, call *ret)
{
	ret->kind = MDT_CONFORM_ATTRIBUTE;
	ret->op = op;
	snprintf(ret->word, sizeof(ret->word), "%s", words[conform_below(maker, count)]);
}

static void make_state(struct conform_maker *maker, call *ret)
{
	static const char *const words[] = {
		"clear",     "inactive",      "readonly",    "read-auto", "clean",
		"active",    "readonly",      "read-auto",   "active",	  "inactive",
		"suspended", "write-pending", "active-idle", "broken",	  "junk",
	};

	make_word(maker, MDT_OP_ARRAY_STATE, words, array_size(words), ret);
}

static void make_action(struct conform_maker *maker, call *ret)
{
	static const char *const words[] = { "idle",   "idle",	  "frozen",
					     "resync", "recover", "check",
					     "repair", "reshape", "junk" };

	make_word(maker, MDT_OP_SYNC_ACTION, words, array_size(words), ret);
	// A reshape in place waits for somebody who makes a copy of what it changes.
	if (state_of(maker)->level > 1 && !strcmp(ret->word, "reshape"))
		snprintf(ret->word, sizeof(ret->word), "idle");
}

// Of an array that does not run only words that write no superblock: md_update_sb()
// follows pointers that are not there yet, and the kernel dies (seen with writemostly and
// failfast on 6.1). Nor those that leave MD_RECOVERY_NEEDED set, for which
// HOT_REMOVE_DISK waits.
static void make_member(struct conform_maker *maker, call *ret)
{
	static const char *const words[] = {
		"faulty",	"remove",	"remove",
		"writemostly",	"-writemostly", "-blocked",
		"insync",	"-insync",	"failfast",
		"-failfast",	"write_error",	"-write_error",
		"re-add",	"re-add",	"replacement",
		"-replacement", "junk",		"-want_replacement",
	};
	static const char *const stopped[] = {
		"faulty",	"remove",  "insync", "-insync",	     "re-add",
		"-write_error", "-insync", "junk",   "-replacement",
	};
	bool runs = state_of(maker)->running == MDT_YES;

	make_word(maker, MDT_OP_MEMBER_STATE, runs ? words : stopped,
		  runs ? array_size(words) : array_size(stopped), ret);
	do
		ret->disk = (uint8_t)pick_disk(
			maker, conform_once_in(maker, 2) ? is_faulty : is_member);
	while (!mdt_conform_disks[ret->disk].is_there);
}

static void make_fail_last(struct conform_maker *maker, call *ret)
{
	static const char *const words[] = { "1", "0" };

	make_word(maker, MDT_OP_SETTLE, words, array_size(words), ret);
}

static void make_new_array(struct conform_maker *maker, call *ret)
{
	static const char *const words[] = {
		"md100", "md100", "md100",
		"junk",	 "md",	  "md_a_name_that_is_too_long_for_a_disk"
	};

	make_word(maker, MDT_OP_NEW_ARRAY, words, array_size(words), ret);
	ret->kind = MDT_CONFORM_PARAMETER;
}

/* ---- which one ---- */

struct choice {
	unsigned int weight;
	void (*make)(struct conform_maker *maker, call *ret);
};

static void make_fail(struct conform_maker *maker, call *ret)
{
	make_dev(maker, SET_DISK_FAULTY, pick_disk(maker, is_member), ret);
}

// Without a thread the kernel waits 5 s for one to have looked (md_ioctl()).
static void make_remove(struct conform_maker *maker, call *ret)
{
	if (mdt_model_resyncs(state_of(maker)) == MDT_NO && !conform_once_in(maker, 20)) {
		make_fail(maker, ret);
		return;
	}
	make_dev(maker, HOT_REMOVE_DISK,
		 pick_disk(maker, conform_once_in(maker, 4) ? is_member : is_faulty),
		 ret);
}

static void make_hot_add(struct conform_maker *maker, call *ret)
{
	make_dev(maker, HOT_ADD_DISK, pick_disk(maker, is_stranger), ret);
}

static void make_any_add(struct conform_maker *maker, call *ret)
{
	uint32_t disk = pick_disk(maker, is_stranger);

	// As a spare of an array that does not run yet it is recovered over and over.
	if (disk == MDT_CONFORM_SMALL && state_of(maker)->running != MDT_YES &&
	    maker->profile.level > 0)
		disk = 0;
	make_add(maker, disk, ret);
}

#define PLAIN(name, request)                                                             \
	static void make_##name(struct conform_maker *maker, call *ret)                  \
	{                                                                                \
		make_ioctl(maker, request, ret);                                         \
	}
PLAIN(run, RUN_ARRAY)
PLAIN(stop, STOP_ARRAY)
PLAIN(stop_ro, STOP_ARRAY_RO)
PLAIN(restart, RESTART_ARRAY_RW)
PLAIN(nack, CLUSTERED_DISK_NACK)
#undef PLAIN

static void choose_from(struct conform_maker *maker, const struct choice *choices,
			size_t count, call *ret)
{
	unsigned int sum = 0, at;

	for (size_t i = 0; i < count; i++)
		sum += choices[i].weight;
	at = conform_below(maker, sum);
	for (size_t i = 0; i < count; i++) {
		if (at < choices[i].weight) {
			choices[i].make(maker, ret);
			return;
		}
		at -= choices[i].weight;
	}
}

// A failed member that is still in its slot, or one that waits to be rebuilt.
static bool is_on_its_way(const struct conform_maker *maker, uint32_t disk)
{
	const struct mdt_model_disk *it = disk_of(maker, disk);

	return it && it->is_member && it->slot != -1 && it->in_sync != MDT_YES;
}

static bool any_on_its_way(const struct conform_maker *maker)
{
	for (uint32_t i = 0; i < MDT_CONFORM_MEMBERS; i++)
		if (is_on_its_way(maker, i))
			return true;
	return false;
}

static void make_remove_early(struct conform_maker *maker, call *ret)
{
	make_dev(maker, HOT_REMOVE_DISK, disk_that(maker, is_on_its_way), ret);
}

static void make_word_remove_early(struct conform_maker *maker, call *ret)
{
	static const char *const words[] = { "remove" };

	make_word(maker, MDT_OP_MEMBER_STATE, words, array_size(words), ret);
	ret->disk = (uint8_t)disk_that(maker, is_on_its_way);
}

// To an array that is about to let go of a member or to rebuild one.
static const struct choice on_its_way[] = {
	{ 3, make_remove_early },
	{ 3, make_word_remove_early },
	{ 2, make_update },
	{ 1, make_action },
};

// To one whose raid thread does not do so.
static const struct choice frozen[] = {
	{ 3, make_fail },
	{ 1, make_action },
};

// To an array that runs.
static const struct choice running[] = {
	{ 6, make_fail },    { 6, make_remove },  { 7, make_any_add },
	{ 3, make_hot_add }, { 10, make_update }, { 4, make_stop_ro },
	{ 4, make_restart }, { 3, make_stop },	  { 3, make_state },
	{ 3, make_action },  { 5, make_member },  { 3, make_get },
	{ 3, make_bitmap },  { 1, make_nack },	  { 1, make_run },
	{ 2, make_open },    { 4, make_close },	  { 2, make_fail_last },
};

// To one that nobody has open.
static const struct choice unopened[] = {
	{ 10, make_open },  { 8, make_state },	   { 3, make_action },
	{ 4, make_member }, { 3, make_new_array }, { 1, make_fail_last },
};

static const struct choice anything[] = {
	{ 2, make_open },      { 2, make_close },   { 3, make_set },
	{ 3, make_any_add },   { 3, make_run },	    { 3, make_stop },
	{ 2, make_stop_ro },   { 2, make_restart }, { 2, make_fail },
	{ 2, make_remove },    { 2, make_hot_add }, { 2, make_bitmap },
	{ 2, make_get },       { 2, make_unknown }, { 3, make_state },
	{ 2, make_action },    { 2, make_member },  { 1, make_nack },
	{ 1, make_new_array }, { 2, make_update },
};

// The next step on the way to an array that runs.
static void bring_on(struct conform_maker *maker, call *ret)
{
	const struct mdt_model_state *state = state_of(maker);
	int32_t members = mdt_model_member_count(state);

	if (state->bitmap_file == MDT_YES && conform_once_in(maker, 3))
		make_bitmap(maker, ret);
	else if (maker->profile.full && !state->raid_disks && !members)
		make_full(maker, ret);
	else if (!maker->profile.full && !state->ctime && !members)
		make_version(maker, ret);
	else if (members < (int32_t)maker->profile.members)
		make_any_add(maker, ret);
	else if (maker->profile.level != 1 && conform_once_in(maker, 5))
		make_stop(maker, ret); // it may never start as it is
	else
		make_run(maker, ret);
}

void conform_choose(struct conform_maker *maker, call *ret)
{
	const struct mdt_model_state *state = state_of(maker);
	uint8_t slot;

	if (conform_once_in(maker, 5))
		choose_from(maker, anything, array_size(anything), ret);
	else if (!open_slot(maker, &slot))
		choose_from(maker, unopened,
			    state->exists == MDT_YES ? array_size(unopened) : 1, ret);
	else if (state->running == MDT_YES && any_on_its_way(maker) &&
		 conform_once_in(maker, maker->sequence->slow ? 2 : 3))
		choose_from(maker, on_its_way, array_size(on_its_way), ret);
	else if (state->running == MDT_YES && maker->sequence->slow &&
		 conform_once_in(maker, 3))
		make_fail(maker, ret);
	else if (state->running == MDT_YES && !mdt_model_member_count(state) &&
		 conform_once_in(maker, 2))
		make_state(maker, ret);
	else if (state->frozen == MDT_YES && conform_once_in(maker, 3))
		choose_from(maker, frozen, array_size(frozen), ret);
	else if (state->running == MDT_YES)
		choose_from(maker, running, array_size(running), ret);
	else
		bring_on(maker, ret);
}

/* ---- changing one ---- */

static void tweak_ioctl(struct conform_maker *maker, call *it)
{
	enum mdt_md_op op = mdt_conform_op(it->request);
	call other = { 0 };

	switch (op) {
	case MDT_OP_ADD_NEW_DISK:
		make_add(maker, conform_below(maker, MDT_CONFORM_DISKS), &other);
		break;
	case MDT_OP_SET_DISK_FAULTY:
	case MDT_OP_HOT_REMOVE_DISK:
	case MDT_OP_HOT_ADD_DISK:
		make_dev(maker, it->request, conform_below(maker, MDT_CONFORM_DISKS),
			 &other);
		break;
	case MDT_OP_SET_ARRAY_INFO:
		if (state_of(maker)->running == MDT_YES)
			make_update(maker, &other);
		else
			make_set(maker, &other);
		break;
	default:
		make_unknown(maker, &other);
		break;
	}
	*it = other;
}

void conform_tweak(struct conform_maker *maker, call *it)
{
	switch (it->kind) {
	case MDT_CONFORM_OPEN:
		it->exclusive = !it->exclusive;
		return;
	case MDT_CONFORM_CLOSE:
		it->slot = (uint8_t)conform_below(maker, MDT_CONFORM_SLOTS);
		return;
	case MDT_CONFORM_IOCTL:
		if (conform_once_in(maker, 4))
			it->slot = (uint8_t)conform_below(maker, MDT_CONFORM_SLOTS);
		else if (_IOC_SIZE(it->request) && it->request != SET_BITMAP_FILE &&
			 conform_once_in(maker, 8))
			it->arg = MDT_CONFORM_ARG_POINTER;
		else
			tweak_ioctl(maker, it);
		return;
	case MDT_CONFORM_ATTRIBUTE:
		if (it->op == MDT_OP_ARRAY_STATE)
			make_state(maker, it);
		else if (it->op == MDT_OP_SYNC_ACTION)
			make_action(maker, it);
		else
			make_member(maker, it);
		return;
	case MDT_CONFORM_PARAMETER:
		make_new_array(maker, it);
		return;
	}
}
