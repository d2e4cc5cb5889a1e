// SPDX-License-Identifier: MIT
#include "verdict/setaside.h"

// From <linux/raid/md_p.h>.
enum {
	MD_SB_CLEAN_BIT = 1,	     // MD_SB_CLEAN, as a mask
	MD_DISK_IN_SYNC_BITS = 6,    // MD_DISK_ACTIVE and MD_DISK_SYNC, as masks
	MD_FEATURE_RECOVERY_BIT = 2, // MD_FEATURE_RECOVERY_OFFSET
};

#define TIME_WHY  "the clock of the replay is not the log's"
#define SYNC_WHY  "a sync runs at its own speed"
#define SIZE_WHY  "the disks' size is not in the log"
#define MADE_WHY  "the superblocks were not in the log"
#define TIMER_WHY "goes on by itself soon after the last write"

static const struct mdt_aside rows[] = {
	/* ---- arguments that ioctls fill in ---- */
	{ MDT_OF_IOCTL, "GET_ARRAY_INFO", "ctime", 0, 0, NULL, TIME_WHY,
	  "drivers/md/md.c get_array_info()" },
	{ MDT_OF_IOCTL, "GET_ARRAY_INFO", "utime", 0, 0, NULL, TIME_WHY,
	  "drivers/md/md.c md_update_sb()" },
	{ MDT_OF_IOCTL, "GET_ARRAY_INFO", "state", 0, MD_SB_CLEAN_BIT, NULL,
	  "MD_SB_CLEAN " TIMER_WHY, "drivers/md/md.c md_check_recovery()" },
	{ MDT_OF_IOCTL, "GET_ARRAY_INFO", "active_disks", MDT_IF_SYNC, 0, NULL,
	  "a rebuilding member counts only once the rebuild is done: " SYNC_WHY,
	  "drivers/md/md.c get_array_info()" },
	{ MDT_OF_IOCTL, "GET_ARRAY_INFO", "spare_disks", MDT_IF_SYNC, 0, NULL,
	  "a member that is rebuilt is a spare until the rebuild is done: " SYNC_WHY,
	  "drivers/md/md.c get_array_info()" },
	{ MDT_OF_IOCTL, "GET_ARRAY_INFO", "size", MDT_IF_SIZE, 0, NULL, SIZE_WHY, NULL },
	{ MDT_OF_IOCTL, "GET_DISK_INFO", "state", MDT_IF_SYNC, MD_DISK_IN_SYNC_BITS, NULL,
	  "a member is in sync when its rebuild is done: " SYNC_WHY,
	  "drivers/md/md.c get_disk_info()" },
	{ MDT_OF_IOCTL, "BLKGETSIZE64", "arg", MDT_IF_SIZE, 0, NULL, SIZE_WHY, NULL },
	{ MDT_OF_IOCTL, "BLKGETSIZE", "arg", MDT_IF_SIZE, 0, NULL, SIZE_WHY, NULL },
	{ MDT_OF_IOCTL, "HDIO_GETGEO", "cylinders", MDT_IF_SIZE, 0, NULL, SIZE_WHY,
	  NULL },

	/* ---- superblocks: 1.x, then 0.90, by the names in linux/raid/md_p.h ---- */
	{ MDT_OF_SUPER, NULL, "utime", 0, 0, NULL, TIME_WHY,
	  "drivers/md/md.c super_1_sync()" },
	{ MDT_OF_SUPER, NULL, "ctime", MDT_IF_MADE, 0, NULL, MADE_WHY, NULL },
	{ MDT_OF_SUPER, NULL, "set_uuid", MDT_IF_MADE, 0, NULL, MADE_WHY, NULL },
	{ MDT_OF_SUPER, NULL, "device_uuid", MDT_IF_MADE, 0, NULL, MADE_WHY, NULL },
	{ MDT_OF_SUPER, NULL, "set_name", MDT_IF_MADE, 0, NULL, MADE_WHY, NULL },
	{ MDT_OF_SUPER, NULL, "set_uuid0", MDT_IF_MADE, 0, NULL, MADE_WHY, NULL },
	{ MDT_OF_SUPER, NULL, "set_uuid1", MDT_IF_MADE, 0, NULL, MADE_WHY, NULL },
	{ MDT_OF_SUPER, NULL, "set_uuid2", MDT_IF_MADE, 0, NULL, MADE_WHY, NULL },
	{ MDT_OF_SUPER, NULL, "set_uuid3", MDT_IF_MADE, 0, NULL, MADE_WHY, NULL },
	{ MDT_OF_SUPER, NULL, "data_offset", MDT_IF_SIZE | MDT_IF_MADE, 0, NULL, SIZE_WHY,
	  NULL },
	{ MDT_OF_SUPER, NULL, "data_size", MDT_IF_SIZE, 0, NULL, SIZE_WHY, NULL },
	{ MDT_OF_SUPER, NULL, "super_offset", MDT_IF_SIZE, 0, NULL, SIZE_WHY, NULL },
	{ MDT_OF_SUPER, NULL, "size", MDT_IF_SIZE, 0, NULL, SIZE_WHY, NULL },
	{ MDT_OF_SUPER, NULL, "events", MDT_IF_SYNC | MDT_IF_MADE, 0, NULL,
	  "counts the superblock's writes, and a sync makes some: " SYNC_WHY,
	  "drivers/md/md.c md_update_sb()" },
	{ MDT_OF_SUPER, NULL, "events_lo", MDT_IF_SYNC | MDT_IF_MADE, 0, NULL,
	  "counts the superblock's writes, and a sync makes some: " SYNC_WHY,
	  "drivers/md/md.c md_update_sb()" },
	{ MDT_OF_SUPER, NULL, "cp_events_lo", MDT_IF_SYNC | MDT_IF_MADE, 0, NULL,
	  "counts the superblock's writes, and a sync makes some: " SYNC_WHY,
	  "drivers/md/md.c super_90_sync()" },
	{ MDT_OF_SUPER, NULL, "resync_offset", MDT_IF_SYNC, 0, NULL, SYNC_WHY,
	  "drivers/md/md.c super_1_sync()" },
	{ MDT_OF_SUPER, NULL, "recovery_offset", MDT_IF_SYNC, 0, NULL, SYNC_WHY,
	  "drivers/md/md.c super_1_sync()" },
	{ MDT_OF_SUPER, NULL, "journal_tail", MDT_IF_SYNC, 0, NULL, SYNC_WHY,
	  "drivers/md/md.c super_1_sync()" },
	{ MDT_OF_SUPER, NULL, "recovery_cp", MDT_IF_SYNC, 0, NULL, SYNC_WHY,
	  "drivers/md/md.c super_90_sync()" },
	{ MDT_OF_SUPER, NULL, "feature_map", MDT_IF_SYNC, MD_FEATURE_RECOVERY_BIT, NULL,
	  "MD_FEATURE_RECOVERY_OFFSET is there until the rebuild is done: " SYNC_WHY,
	  "drivers/md/md.c super_1_sync()" },
	{ MDT_OF_SUPER, NULL, "state", 0, MD_SB_CLEAN_BIT, NULL, "MD_SB_CLEAN " TIMER_WHY,
	  "drivers/md/md.c super_90_sync()" },

	/* ---- bitmaps ---- */
	{ MDT_OF_BITMAP, NULL, "uuid", MDT_IF_MADE, 0, NULL, MADE_WHY, NULL },
	{ MDT_OF_BITMAP, NULL, "events", MDT_IF_SYNC | MDT_IF_MADE, 0, NULL,
	  "follows the superblock's events: " SYNC_WHY,
	  "drivers/md/md-bitmap.c md_bitmap_update_sb()" },
	{ MDT_OF_BITMAP, NULL, "events_cleared", MDT_IF_SYNC | MDT_IF_MADE, 0, NULL,
	  "follows the superblock's events: " SYNC_WHY,
	  "drivers/md/md-bitmap.c md_bitmap_update_sb()" },
	{ MDT_OF_BITMAP, NULL, "sync_size", MDT_IF_SIZE, 0, NULL, SIZE_WHY, NULL },
	{ MDT_OF_BITMAP, NULL, "bits", MDT_IF_SYNC, 0, NULL,
	  "bits are cleared as the sync goes on: " SYNC_WHY,
	  "drivers/md/md-bitmap.c md_bitmap_daemon_work()" },

	/* ---- attributes ---- */
	{ MDT_OF_ARRAY_ATTR, NULL, "sync_completed", 0, 0, NULL, SYNC_WHY,
	  "drivers/md/md.c sync_completed_show()" },
	{ MDT_OF_ARRAY_ATTR, NULL, "sync_speed", 0, 0, NULL, SYNC_WHY,
	  "drivers/md/md.c sync_speed_show()" },
	{ MDT_OF_ARRAY_ATTR, NULL, "resync_start", MDT_IF_SYNC, 0, NULL, SYNC_WHY,
	  "drivers/md/md.c resync_start_show()" },
	{ MDT_OF_ARRAY_ATTR, NULL, "reshape_position", MDT_IF_SYNC, 0, NULL, SYNC_WHY,
	  "drivers/md/md.c reshape_position_show()" },
	{ MDT_OF_ARRAY_ATTR, NULL, "degraded", MDT_IF_SYNC, 0, NULL,
	  "a rebuild ends it: " SYNC_WHY, "drivers/md/md.c degraded_show()" },
	{ MDT_OF_ARRAY_ATTR, NULL, "sync_action", MDT_IF_SYNC, 0,
	  "idle|resync|recover|reshape", "the sync is over, or not yet: " SYNC_WHY,
	  "drivers/md/md.c action_show()" },
	{ MDT_OF_ARRAY_ATTR, NULL, "last_sync_action", MDT_IF_SYNC, 0,
	  "none|idle|resync|recovery|recover", "is set when the sync begins: " SYNC_WHY,
	  "drivers/md/md.c last_sync_action_show()" },
	{ MDT_OF_ARRAY_ATTR, NULL, "array_state", 0, 0,
	  "clean|active|active-idle|write-pending", TIMER_WHY,
	  "drivers/md/md.c array_state_show()" },
	{ MDT_OF_ARRAY_ATTR, NULL, "stripe_cache_active", 0, 0, NULL,
	  "what the cache holds at the moment",
	  "drivers/md/raid5.c stripe_cache_active_show()" },
	{ MDT_OF_ARRAY_ATTR, NULL, "safe_mode_delay", 0, 0, NULL,
	  "is rounded to the kernel's timer ticks (CONFIG_HZ)",
	  "drivers/md/md.c safe_delay_show()" },
	{ MDT_OF_ARRAY_ATTR, NULL, "component_size", MDT_IF_SIZE, 0, NULL, SIZE_WHY,
	  NULL },
	{ MDT_OF_ARRAY_ATTR, NULL, "array_size", MDT_IF_SIZE, 0, NULL, SIZE_WHY, NULL },
	{ MDT_OF_ARRAY_ATTR, NULL, "uuid", MDT_IF_MADE, 0, NULL, MADE_WHY, NULL },
	{ MDT_OF_MEMBER_ATTR, NULL, "size", MDT_IF_SIZE, 0, NULL, SIZE_WHY, NULL },
	{ MDT_OF_MEMBER_ATTR, NULL, "offset", MDT_IF_SIZE | MDT_IF_MADE, 0, NULL,
	  SIZE_WHY, NULL },
	{ MDT_OF_MEMBER_ATTR, NULL, "recovery_start", MDT_IF_SYNC, 0, NULL, SYNC_WHY,
	  "drivers/md/md.c recovery_start_show()" },
	{ MDT_OF_MEMBER_ATTR, NULL, "state", MDT_IF_SYNC, 0, "in_sync|spare",
	  "a spare is in sync when its rebuild is done: " SYNC_WHY,
	  "drivers/md/md.c state_show()" },
	{ MDT_OF_MEMBER_ATTR, NULL, "state", 0, 0, "faulty|faulty,blocked|blocked,faulty",
	  "a failed member is unblocked once the superblocks are written",
	  "drivers/md/md.c state_show()" },
	{ MDT_OF_DISK_ATTR, NULL, "size", MDT_IF_SIZE, 0, NULL, SIZE_WHY, NULL },
	{ MDT_OF_DISK_ATTR, NULL, "stat", 0, 0, NULL, "counts what the disk has done",
	  "block/genhd.c part_stat_show()" },
	{ MDT_OF_DISK_ATTR, NULL, "inflight", 0, 0, NULL, "counts what the disk does",
	  "block/genhd.c part_inflight_show()" },
	{ MDT_OF_DISK_ATTR, NULL, "diskseq", 0, 0, NULL,
	  "counts the disks since the kernel booted", "block/genhd.c diskseq_show()" },

	/* ---- /proc/mdstat ---- */
	{ MDT_OF_MDSTAT, NULL, "personalities", 0, 0, NULL,
	  "which personalities are loaded goes with the kernel",
	  "drivers/md/md.c md_seq_show()" },
	{ MDT_OF_MDSTAT, NULL, "unused devices", 0, 0, NULL, "not about an array",
	  "drivers/md/md.c status_unused()" },
	{ MDT_OF_MDSTAT, NULL, "blocks", MDT_IF_SIZE, 0, NULL, SIZE_WHY, NULL },
	{ MDT_OF_MDSTAT, NULL, "bitmap", MDT_IF_SYNC | MDT_IF_SIZE, 0, NULL,
	  "pages go as bits are cleared: " SYNC_WHY,
	  "drivers/md/md-bitmap.c md_bitmap_status()" },
	{ MDT_OF_MDSTAT, NULL, "sync", MDT_IF_SYNC, 0, NULL, SYNC_WHY,
	  "drivers/md/md.c status_resync()" },
	{ MDT_OF_MDSTAT, NULL, "disks", MDT_IF_SYNC, 0, NULL,
	  "a member counts when its rebuild is done: " SYNC_WHY,
	  "drivers/md/raid1.c raid1_status()" },
};

const struct mdt_aside *mdt_asides(size_t *len)
{
	*len = array_size(rows);
	return rows;
}

// Whether @p words, parted by `|`, hold @p text.
static bool has_word(const char *words, struct mdt_slice text)
{
	while (*words) {
		size_t len = strcspn(words, "|");

		if (mdt_slice_eq(mdt_slice_from(words, len), text))
			return true;
		words += len + (words[len] == '|');
	}
	return false;
}

static bool holds(const struct mdt_aside *row, const struct mdt_aside_question *question)
{
	if (row->of != question->of || !mdt_slice_eq_cstr(question->field, row->field) ||
	    (row->op && !mdt_slice_eq_cstr(question->op, row->op)) ||
	    (row->when && !(row->when & question->when)))
		return false;
	if (row->bits &&
	    (!question->has_numbers ||
	     (question->expected_number ^ question->actual_number) & ~row->bits))
		return false;
	return !row->words || (has_word(row->words, question->expected) &&
			       has_word(row->words, question->actual));
}

const struct mdt_aside *mdt_aside_find(const struct mdt_aside_question *question)
{
	array_for_each (row, rows)
		if (holds(row, question))
			return row;
	return NULL;
}
