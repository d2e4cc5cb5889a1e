// SPDX-License-Identifier: MIT
#include "model/op.h"

#define IOCTL	"blkdev_ioctl > md_ioctl"
#define ATTR	"kernfs_fop_write_iter > md_attr_store > "
#define OP(op)	(1u << MDT_OP_##op)
#define RUN_OPS (OP(RUN_ARRAY) | OP(ARRAY_STATE))

static const struct mdt_md_handler handlers[] = {
	[MDT_OP_OPEN] = { "open the node of an array",
			  "blkdev_open > (md_probe, if there is no array) > md_open",
			  "7877/7895/7944/8585" },
	[MDT_OP_CLOSE] = { "close it", "blkdev_put > md_release > mddev_put",
			   "681/657/629/640" },
	[MDT_OP_NEW_ARRAY] = { "make an array of this name",
			       "param_attr_store > add_named_array > md_alloc",
			       "5828/5817/5974/6433" },
	[MDT_OP_OTHER_IOCTL] = { "nothing: no kernel from 5.10 on answers it",
				 IOCTL " > md_ioctl_valid", "7544/7568/7625/8258" },
	[MDT_OP_RAID_VERSION] = { "tell the driver's version: 0.90.3, always",
				  IOCTL " > get_version", "6638/6656/6732/7334" },
	[MDT_OP_GET_ARRAY_INFO] = { "tell about the array", IOCTL " > get_array_info",
				    "6652/6670/6746/7348" },
	[MDT_OP_GET_DISK_INFO] = { "tell about one member", IOCTL " > get_disk_info",
				   "6744/6762/6838/7440" },
	[MDT_OP_GET_BITMAP_FILE] = { "tell the path of the bitmap's file",
				     IOCTL " > get_bitmap_file", "6712/6730/6806/7408" },
	[MDT_OP_SET_ARRAY_INFO] = { "set the array up, or change one that runs",
				    IOCTL
				    " > (6.12 and later: __md_set_array_info) > md_set_array_info, or "
				    "update_array_info when it runs",
				    "7202/7226/7291/7898" },
	[MDT_OP_ADD_NEW_DISK] = { "add a device to the array",
				  IOCTL
				  " > md_add_new_disk > md_import_device > bind_rdev_to_array",
				  "6784/6802/6878/7480" },
	[MDT_OP_RUN_ARRAY] = { "start the array",
			       IOCTL " > do_md_run > md_run > analyze_sbs, pers->run = "
				     "raid1_run > setup_conf; then md_start",
			       "6140/6155/6275/6866" },
	[MDT_OP_STOP_ARRAY] = { "stop the array and take it apart",
				IOCTL " > do_md_stop > __md_stop_writes, __md_stop, "
				      "export_array, md_clean",
				"6437/6459/6554/7153" },
	[MDT_OP_STOP_ARRAY_RO] = { "make the array read-only",
				   IOCTL " > md_set_readonly > __md_stop_writes",
				   "6375/6395/6506/7105" },
	[MDT_OP_RESTART_ARRAY_RW] = { "make the array writable again",
				      IOCTL " > restart_array", "6191/6205/6324/6917" },
	[MDT_OP_SET_DISK_FAULTY] = { "mark a member as failed",
				     IOCTL " > set_disk_faulty > md_error > raid1_error",
				     "7507/7531/7588/8221" },
	[MDT_OP_HOT_REMOVE_DISK] = { "take a failed or spare device out of the array",
				     IOCTL
				     " > hot_remove_disk > remove_and_add_spares, md_kick_rdev_from_array",
				     "6991/7008/7083/7685" },
	[MDT_OP_HOT_ADD_DISK] = { "add a spare to an array with 0.90 superblocks or none",
				  IOCTL
				  " > hot_add_disk > md_import_device > bind_rdev_to_array",
				  "7033/7049/7122/7723" },
	[MDT_OP_SET_BITMAP_FILE] = { "keep the bitmap in a file, or remove it",
				     IOCTL " > set_bitmap_file", "7105/7129/7192/7793" },
	[MDT_OP_CLUSTERED_DISK_NACK] = { "tell the cluster that a new device was not found here",
					 IOCTL " > new_disk_ack", "7795/7813/7859/8496" },
	[MDT_OP_ARRAY_STATE] = { "change the state of the array by a word",
				 ATTR "array_state_store", "4484/4454/4415/4656" },
	[MDT_OP_SYNC_ACTION] = { "begin or end a resync, recovery or check",
				 ATTR "action_store", "4894/4865/4980/5270" },
	[MDT_OP_MEMBER_STATE] = { "change a member's state by a word",
				  "kernfs_fop_write_iter > rdev_attr_store > state_store",
				  "3025/3000/2924/3082" },
	[MDT_OP_ATTRIBUTE] = { "change the array or a member by another attribute",
			       ATTR "level_store, size_store, new_dev_store, ...", NULL },
	[MDT_OP_SETTLE] = { "wait until the raid thread has done its work (no call: what "
			    "happens by itself)",
			    "raid1d > md_check_recovery > remove_and_add_spares, md_do_sync",
			    "9116/9242/9414/10107" },
};

const struct mdt_md_handler *mdt_md_handler(enum mdt_md_op op)
{
	return &handlers[op];
}

static const struct mdt_md_note notes[] = {
	{ OP(RUN_ARRAY), MDT_EVER,
	  "the argument (mdu_param_t) is never looked at; NULL is as good",
	  "md.c:md_ioctl" },
	{ RUN_OPS, MDT_BEFORE(5_11), "the message about the capacity counts bytes",
	  "fs/block_dev.c:check_disk_size_change" },
	{ RUN_OPS, MDT_SINCE(5_11),
	  "the message about the capacity counts sectors of 512 bytes, and is rate-limited",
	  "block/genhd.c:set_capacity_and_notify" },
	{ RUN_OPS, MDT_BEFORE(6_11),
	  "a sync is called resync, recovery, data-check, requested-resync or reshape in messages",
	  "md.c:md_do_sync" },
	{ RUN_OPS, MDT_SINCE(6_11),
	  "a sync is called resync, recover, check, repair or reshape in messages",
	  "md.c:md_do_sync" },
	{ RUN_OPS, MDT_SINCE(6_19),
	  "a new array (events 0) gets a logical block size in its superblocks, at byte 224, which 6.18 and older refuse",
	  "md.c:super_1_sync" },
	{ RUN_OPS, MDT_SINCE(6_11),
	  "/proc/mdstat says broken in place of active when MD_BROKEN is set",
	  "md.c:md_seq_show" },
	{ RUN_OPS, MDT_EVER,
	  "in-sync members that are 1 event behind are taken; those that are 2 or more behind are let go",
	  "md.c:super_1_validate" },
	{ OP(STOP_ARRAY), MDT_SINCE(6_19),
	  "sync_action, degraded and the like stay until the disk goes",
	  "md.c:do_md_stop" },
	{ OP(STOP_ARRAY), MDT_EVER,
	  "it never fails because there is nothing to stop, and says that it stopped in any case",
	  "md.c:do_md_stop" },
	{ OP(STOP_ARRAY) | OP(STOP_ARRAY_RO), MDT_EVER,
	  "openers are open file descriptions of the node; the caller's own is the one that is allowed",
	  "md.c:md_ioctl" },
	{ OP(SET_DISK_FAULTY) | OP(MEMBER_STATE), MDT_EVER,
	  "the member leaves its slot a little later, by the raid thread, and not while sync is frozen",
	  "md.c:remove_and_add_spares" },
	{ OP(HOT_REMOVE_DISK), MDT_BEFORE(6_7),
	  "before anything else it waits up to 5 seconds for the raid thread",
	  "md.c:md_ioctl" },
	{ OP(GET_DISK_INFO), MDT_EVER,
	  "in sync is 6 (MD_DISK_ACTIVE and MD_DISK_SYNC), failed 1, spare or recovering 0",
	  "md.c:get_disk_info" },
	{ OP(OPEN), MDT_SINCE(5_18),
	  "that opening makes an array is logged: block device autoloading is deprecated",
	  "block/bdev.c:blkdev_get_no_open" },
	{ OP(ARRAY_STATE), MDT_BEFORE(6_9),
	  "an array that runs must not be open for clear, inactive and readonly, a writable one not for read-auto",
	  "md.c:do_md_stop, md_set_readonly" },
	{ OP(ARRAY_STATE), MDT_SINCE(6_9),
	  "a writable array must not be open for clear, inactive, readonly and read-auto; a read-only one may be",
	  "md.c:array_state_store" },
	{ OP(SYNC_ACTION), MDT_SINCE(6_11), "it is built around enum sync_action",
	  "md.c:action_store" },
	{ OP(OTHER_IOCTL), MDT_EVER,
	  "a right number with a wrong size or direction is another number",
	  "md.c:md_ioctl_valid" },
};

const struct mdt_md_note *mdt_md_notes(size_t *len)
{
	*len = array_size(notes);
	return notes;
}
