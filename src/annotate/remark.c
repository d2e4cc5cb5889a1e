// SPDX-License-Identifier: MIT
#include "annotate/remark.h"

#define MD    "drivers/md/md.c "
#define RAID1 "drivers/md/raid1.c "

// Rows of one operation and errno stand together: mdt_md_remark_next() goes from one to
// the next. Functions have the names that they bear in 6.1.
static const struct mdt_md_remark remarks[] = {
	/* what holds for every md ioctl */
	{ "md ioctl", "ENOTTY",
	  "md has no such command; the number is checked before anything else", MDT_EVER,
	  MD "md_ioctl_valid()" },
	{ "md ioctl", "ENOMEM", "the kernel had no memory", MDT_EVER, MD "md_ioctl()" },

	/* numbers that headers have and no driver answers */
	{ "RAID_AUTORUN", "ENOTTY",
	  "the number is in the header, but the driver has no such command; only the boot code assembles by itself",
	  MDT_EVER, MD "md_ioctl_valid()" },
	{ "PRINT_RAID_DEBUG", "ENOTTY", "history: headers and driver have lost it",
	  MDT_EVER, MD "md_ioctl_valid()" },
	{ "START_ARRAY", "ENOTTY", "history: headers and driver have lost it", MDT_EVER,
	  MD "md_ioctl_valid()" },
	{ "CLEAR_ARRAY", "ENOTTY",
	  "the number is in the header, but the driver has no such command", MDT_EVER,
	  MD "md_ioctl_valid()" },
	{ "SET_DISK_INFO", "ENOTTY",
	  "the number is in the header, but the driver has no such command", MDT_EVER,
	  MD "md_ioctl_valid()" },
	{ "WRITE_RAID_INFO", "ENOTTY",
	  "the number is in the header, but the driver has no such command", MDT_EVER,
	  MD "md_ioctl_valid()" },
	{ "UNPROTECT_ARRAY", "ENOTTY",
	  "the number is in the header, but the driver has no such command", MDT_EVER,
	  MD "md_ioctl_valid()" },
	{ "PROTECT_ARRAY", "ENOTTY",
	  "the number is in the header, but the driver has no such command", MDT_EVER,
	  MD "md_ioctl_valid()" },
	{ "HOT_GENERATE_ERROR", "ENOTTY",
	  "the number is in the header, but the driver has no such command", MDT_EVER,
	  MD "md_ioctl_valid()" },
	{ "RAID_VERSION", "ENOTTY", "not an md array: every array answers this", MDT_EVER,
	  "block/ioctl.c blkdev_ioctl()" },

	{ "RAID_VERSION", "EINVAL",
	  "not an md array, but a loop device: its driver answers so to what it does not know",
	  MDT_EVER, "drivers/block/loop.c lo_simple_ioctl()" },
	{ "GET_ARRAY_INFO", "EINVAL",
	  "not an md array, but a loop device: its driver answers so to what it does not know",
	  MDT_EVER, "drivers/block/loop.c lo_simple_ioctl()" },
	{ "GET_ARRAY_INFO", "ENOTTY", "not an md array", MDT_EVER,
	  "block/ioctl.c blkdev_ioctl()" },

	{ "SET_ARRAY_INFO", "ENOENT", "there is no bitmap to remove", MDT_EVER,
	  MD "update_array_info()" },
	{ "SET_ARRAY_INFO", "EEXIST", "the array has a bitmap already", MDT_EVER,
	  MD "update_array_info()" },
	{ "SET_ARRAY_INFO", "EPERM",
	  "the bitmap of a clustered array cannot be removed here", MDT_EVER,
	  MD "update_array_info()" },

	{ "ADD_NEW_DISK", "EIO", "the superblock cannot be read", MDT_EVER,
	  MD "super_1_load()" },
	{ "ADD_NEW_DISK", "EPERM", "a device cgroup forbids to open the device", MDT_EVER,
	  MD "md_import_device()" },

	{ "RUN_ARRAY", "EIO",
	  "one of: the level does not fit the superblock; a reshape is recorded that raid1 cannot do; members cannot be read",
	  MDT_EVER, RAID1 "raid1_run()" },

	{ "HOT_ADD_DISK", "EBUSY", "no number is free for another member", MDT_EVER,
	  MD "bind_rdev_to_array()" },

	{ "SET_BITMAP_FILE", "EBUSY",
	  "one of: a sync is under way; the level cannot pause; somebody else writes to the file",
	  MDT_EVER, MD "set_bitmap_file()" },
	{ "SET_BITMAP_FILE", "EINVAL", "the bitmap file is not valid", MDT_BEFORE(6_18),
	  "drivers/md/md-bitmap.c md_bitmap_create()" },
	{ "SET_BITMAP_FILE", "EINVAL",
	  "no bitmap is loaded, and only a loaded one has the code for this",
	  MDT_SINCE(6_18), MD "set_bitmap_file()" },

	{ "RUN_ARRAY", "ENOTSUPP",
	  "a raid0 whose members differ in size, and the kernel cannot tell which of two layouts its data has: raid0.default_layout=1 or 2 says it",
	  MDT_EVER, "drivers/md/raid0.c create_strip_zones()" },
	{ "RUN_ARRAY", "EOPNOTSUPP",
	  "a raid0 whose members differ in size, and the kernel cannot tell which of two layouts its data has: raid0.default_layout=1 or 2 says it",
	  MDT_EVER, "drivers/md/raid0.c create_strip_zones()" },
	{ "RUN_ARRAY", "ENOMEM",
	  "one of: no memory for the level's structures (stripe cache, pools); its thread could not be started",
	  MDT_EVER, "drivers/md/raid5.c setup_conf(), " RAID1 "setup_conf()" },
	{ "RUN_ARRAY", "ENOSPC", "the bitmap does not fit where it is to be", MDT_EVER,
	  "drivers/md/md-bitmap.c md_bitmap_create()" },

	/* loop devices */
	{ "LOOP_SET_FD", "EBUSY", "the loop device has a file already", MDT_EVER,
	  "drivers/block/loop.c loop_configure()" },
	{ "LOOP_CONFIGURE", "EBUSY", "the loop device has a file already", MDT_EVER,
	  "drivers/block/loop.c loop_configure()" },
	{ "LOOP_SET_FD", "EINVAL",
	  "what is to be attached is neither a file nor a block device", MDT_EVER,
	  "drivers/block/loop.c loop_validate_file()" },
	{ "LOOP_CONFIGURE", "EINVAL",
	  "one of: what is to be attached is neither a file nor a block device; the block size makes no sense",
	  MDT_EVER, "drivers/block/loop.c loop_configure()" },
	{ "LOOP_SET_FD", "EBADF", "what is to be attached is not an open descriptor",
	  MDT_EVER, "drivers/block/loop.c loop_configure()" },
	{ "LOOP_CLR_FD", "ENXIO", "the loop device has no file", MDT_EVER,
	  "drivers/block/loop.c loop_clr_fd()" },
	{ "LOOP_GET_STATUS", "ENXIO", "the loop device has no file", MDT_EVER,
	  "drivers/block/loop.c loop_get_status()" },
	{ "LOOP_GET_STATUS64", "ENXIO", "the loop device has no file", MDT_EVER,
	  "drivers/block/loop.c loop_get_status()" },
	{ "LOOP_SET_STATUS64", "ENXIO", "the loop device has no file", MDT_EVER,
	  "drivers/block/loop.c loop_set_status()" },
	{ "LOOP_SET_CAPACITY", "ENXIO", "the loop device has no file", MDT_EVER,
	  "drivers/block/loop.c loop_set_capacity()" },
	{ "LOOP_CTL_ADD", "EEXIST", "there is a loop device of this number", MDT_EVER,
	  "drivers/block/loop.c loop_add()" },
	{ "LOOP_CTL_REMOVE", "ENODEV", "there is no loop device of this number", MDT_EVER,
	  "drivers/block/loop.c loop_control_remove()" },
	{ "LOOP_CTL_REMOVE", "EBUSY", "the loop device is open, or has a file", MDT_EVER,
	  "drivers/block/loop.c loop_control_remove()" },

	/* device mapper */
	{ "DM_DEV_CREATE", "EBUSY", "there is a device of this name or uuid", MDT_EVER,
	  "drivers/md/dm-ioctl.c dm_hash_insert()" },
	{ "DM_DEV_REMOVE", "EBUSY", "the device is open: mounted, or part of another one",
	  MDT_EVER, "drivers/md/dm-ioctl.c dev_remove()" },
	{ "DM_DEV_REMOVE", "ENXIO", "there is no such device", MDT_EVER,
	  "drivers/md/dm-ioctl.c dev_remove()" },
	{ "DM_DEV_STATUS", "ENXIO", "there is no such device", MDT_EVER,
	  "drivers/md/dm-ioctl.c dev_status()" },
	{ "DM_DEV_SUSPEND", "ENXIO", "there is no such device", MDT_EVER,
	  "drivers/md/dm-ioctl.c do_suspend(), do_resume()" },
	{ "DM_TABLE_LOAD", "ENXIO", "there is no such device", MDT_EVER,
	  "drivers/md/dm-ioctl.c table_load()" },
	{ "DM_TABLE_LOAD", "EINVAL",
	  "the table makes no sense to its target, which says more in the kernel's log",
	  MDT_EVER, "drivers/md/dm-table.c dm_table_add_target()" },
	{ "DM_TABLE_LOAD", "EBUSY",
	  "a device of the table is claimed: mounted, or part of another one", MDT_EVER,
	  "drivers/md/dm.c dm_get_table_device()" },
	{ "DM_TABLE_STATUS", "ENXIO", "there is no such device", MDT_EVER,
	  "drivers/md/dm-ioctl.c table_status()" },
	{ "DM_TABLE_DEPS", "ENXIO", "there is no such device", MDT_EVER,
	  "drivers/md/dm-ioctl.c table_deps()" },

	/* ioctls of every block device */
	{ "BLKDISCARD", "EOPNOTSUPP", "the device cannot discard", MDT_EVER,
	  "block/ioctl.c blk_ioctl_discard()" },
	{ "BLKSECDISCARD", "EOPNOTSUPP", "the device cannot erase securely", MDT_EVER,
	  "block/ioctl.c blk_ioctl_secure_erase()" },
	{ "BLKZEROOUT", "EOPNOTSUPP", "the device cannot be zeroed so", MDT_EVER,
	  "block/blk-lib.c blkdev_issue_zeroout()" },
	{ "BLKRRPART", "EINVAL",
	  "one of: the device cannot have partitions; it is a partition itself; looking for them is off (as for loop devices)",
	  MDT_EVER, "block/genhd.c disk_scan_partitions()" },
	{ "BLKRRPART", "EBUSY",
	  "one of: a partition of it is open; somebody has claimed the device", MDT_EVER,
	  "block/genhd.c disk_scan_partitions()" },
	{ "BLKRRPART", "ENXIO", "the disk is gone", MDT_EVER,
	  "block/partitions/core.c bdev_disk_changed()" },
	{ "BLKRRPART", "EACCES", "the caller lacks CAP_SYS_ADMIN", MDT_EVER,
	  "block/ioctl.c blkdev_common_ioctl()" },
	{ "BLKPG_DEL_PARTITION", "ENXIO",
	  "there is no partition of this number, so none had to go; mdadm also tells so that the descriptor is a whole disk",
	  MDT_EVER, "block/partitions/core.c bdev_del_partition()" },
	{ "BLKPG_DEL_PARTITION", "EINVAL",
	  "one of: the partition's number is not above 0; the descriptor is a partition itself",
	  MDT_EVER, "block/ioctl.c blkpg_do_ioctl()" },
	{ "BLKPG_DEL_PARTITION", "EBUSY", "the partition is open", MDT_EVER,
	  "block/partitions/core.c bdev_del_partition()" },
	{ "BLKPG", "ENXIO", "there is no partition of this number", MDT_EVER,
	  "block/partitions/core.c bdev_del_partition()" },
	{ "BLKPG", "EINVAL",
	  "one of: the partition's number is not above 0; the descriptor is a partition itself; start or length make no sense",
	  MDT_EVER, "block/ioctl.c blkpg_do_ioctl()" },
	{ "BLKPG", "EBUSY", "one of: the partition is open; it would overlap another one",
	  MDT_EVER, "block/partitions/core.c bdev_add_partition()" },
	{ "BLKPG", "EACCES", "the caller lacks CAP_SYS_ADMIN", MDT_EVER,
	  "block/ioctl.c blkpg_do_ioctl()" },
	{ "BLKPG", "ENOTTY", "the descriptor is not a block device", MDT_EVER,
	  "fs/ioctl.c vfs_ioctl()" },
	{ "BLKROSET", "ENODEV", "nothing set up on this minor yet (raid_disks is 0)",
	  MDT_EVER, MD "md_set_read_only()" },
	{ "BLKROSET", "EROFS", "a member is a read-only device", MDT_EVER,
	  MD "restart_array()" },
	{ "BLKROSET", "EACCES", "the caller lacks CAP_SYS_ADMIN", MDT_EVER,
	  "block/ioctl.c blkdev_roset()" },
	{ "BLKGETSIZE64", "ENOTTY", "the descriptor is not a block device", MDT_EVER,
	  "fs/ioctl.c vfs_ioctl()" },
	{ "BLKSSZGET", "ENOTTY", "the descriptor is not a block device", MDT_EVER,
	  "fs/ioctl.c vfs_ioctl()" },
	{ "BLKFLSBUF", "EACCES", "the caller lacks CAP_SYS_ADMIN", MDT_EVER,
	  "block/ioctl.c blkdev_flushbuf()" },

	/* opening the node of an array */
	{ "open", "ENOENT", "the node does not exist yet", MDT_EVER,
	  "fs/namei.c do_filp_open()" },
	{ "open", "ENXIO",
	  "one of: there is no such array, and opening does not make one (a kernel without CONFIG_BLOCK_LEGACY_AUTOLOAD); with legacy_async_del_gendisk=0 (6.17 and later) the array was just stopped",
	  MDT_EVER, MD "md_probe(), block/bdev.c blkdev_get_no_open()" },
	{ "open", "EBUSY", "the array of this number is just going away", MDT_BEFORE(6_0),
	  MD "md_open()" },
	{ "open", "EACCES", "the mode of the node forbids it", MDT_EVER,
	  "fs/namei.c may_open()" },
	{ "open", "EPERM", "a device cgroup forbids it", MDT_EVER,
	  "security/device_cgroup.c devcgroup_check_permission()" },
	{ "open O_EXCL", "EBUSY",
	  "the array is claimed: mounted, member of something, or opened O_EXCL by another",
	  MDT_EVER, "block/bdev.c bd_prepare_to_claim()" },

	/* opening another block device, as a member-to-be */
	{ "open member", "ENOENT", "the node does not exist", MDT_EVER,
	  "fs/namei.c do_filp_open()" },
	{ "open member", "ENXIO", "no device answers to this number", MDT_EVER,
	  "block/bdev.c blkdev_get_no_open()" },
	{ "open member", "ENODEV", "the device is gone", MDT_EVER,
	  "block/bdev.c blkdev_get_by_dev()" },
	{ "open member", "ENOMEDIUM", "the drive is empty", MDT_EVER,
	  "block/bdev.c blkdev_get_whole()" },
	{ "open member", "EROFS", "opened for writing, but the disk is write-protected",
	  MDT_EVER, "drivers/scsi/sd.c sd_open()" },
	{ "open member", "EACCES", "the mode of the node forbids it", MDT_EVER,
	  "fs/namei.c may_open()" },
	{ "open member", "EPERM", "a device cgroup forbids it", MDT_EVER,
	  "security/device_cgroup.c devcgroup_check_permission()" },
	{ "open member O_EXCL", "EBUSY",
	  "the device is claimed: mounted, swap, member of an array, or opened O_EXCL by another",
	  MDT_EVER, "block/bdev.c bd_prepare_to_claim()" },

	{ "mknod", "EEXIST", "the node exists already", MDT_EVER,
	  "fs/namei.c filename_create()" },
	{ "mknod", "EPERM",
	  "one of: the caller lacks CAP_MKNOD; a device cgroup or the file system forbids device nodes",
	  MDT_EVER, "fs/namei.c vfs_mknod()" },
	{ "mknod", "EROFS", "the folder is on a read-only file system", MDT_EVER,
	  "fs/namei.c filename_create()" },
	{ "mknod", "EACCES", "the caller may not write to the folder", MDT_EVER,
	  "fs/namei.c vfs_mknod()" },

	/* sysfs */
	{ "open attribute", "ENOENT",
	  "one of: there is no such array or member; this kernel or level has no such attribute",
	  MDT_EVER, "fs/kernfs/dir.c kernfs_iop_lookup()" },
	{ "open attribute", "EACCES",
	  "the mode of the attribute forbids it: some can only be read, some only be written",
	  MDT_EVER, "fs/kernfs/file.c kernfs_fop_open()" },
	{ "open attribute", "ENODEV", "the array or member is going away", MDT_EVER,
	  "fs/kernfs/file.c kernfs_fop_open()" },
	{ "open attribute block/device/state", "ENOENT",
	  "the member's driver has no such attribute, as that of loop devices", MDT_EVER,
	  "drivers/scsi/scsi_sysfs.c sdev_show_state()" },
	{ "open attribute sync_action", "ENOENT",
	  "the array does not run, or its level has no redundancy: the attribute comes with RUN_ARRAY",
	  MDT_EVER, MD "do_md_run(), md_redundancy_group" },
	{ "open attribute degraded", "ENOENT",
	  "the array does not run, or its level has no redundancy: the attribute comes with RUN_ARRAY",
	  MDT_EVER, MD "do_md_run(), md_redundancy_group" },
	{ "open attribute sync_completed", "ENOENT",
	  "the array does not run, or its level has no redundancy: the attribute comes with RUN_ARRAY",
	  MDT_EVER, MD "do_md_run(), md_redundancy_group" },
	{ "open attribute mismatch_cnt", "ENOENT",
	  "the array does not run, or its level has no redundancy: the attribute comes with RUN_ARRAY",
	  MDT_EVER, MD "do_md_run(), md_redundancy_group" },
	{ "open attribute legacy_async_del_gendisk", "ENOENT",
	  "this kernel has no such parameter (6.17 and later have it)", MDT_EVER,
	  MD "module_param()" },
	{ "open attribute new_array", "ENOENT", "md is not loaded", MDT_EVER,
	  MD "module_param_call()" },

	/* looking at folders in sysfs */
	{ "look folder", "ENOENT",
	  "the kernel has no such array: none was made, or it went with its last descriptor",
	  MDT_EVER, MD "md_alloc(), mddev_put()" },
	{ "look folder md", "ENOENT",
	  "one of: there is no such array; it is not one of md's; it is just being made or going away, as this folder comes after the disk's own (mdadm then says \"Unable to initialize sysfs\")",
	  MDT_EVER, MD "md_alloc()" },
	{ "look folder member", "ENOENT", "the disk is not a member of the array",
	  MDT_EVER, MD "bind_rdev_to_array()" },

	{ "write", "EACCES", "the caller lacks CAP_SYS_ADMIN", MDT_EVER,
	  MD "md_attr_store()" },
	{ "write", "EBUSY",
	  "one of: the array is being deleted; it is in use in a way that does not allow the change",
	  MDT_EVER, MD "md_attr_store()" },
	{ "write", "EIO", "the attribute cannot be written", MDT_EVER,
	  MD "md_attr_store()" },
	{ "write", "EINVAL", "the value makes no sense here", MDT_EVER,
	  MD "md_attr_store()" },
	{ "write", "ENODEV", "the array or member is gone", MDT_EVER,
	  MD "rdev_attr_store()" },
	{ "write", "EROFS", "the array is read-only", MDT_EVER,
	  MD "update_size(), layout_store()" },
	{ "read", "EIO", "the attribute cannot be read", MDT_EVER, MD "md_attr_show()" },
	{ "read", "EBUSY", "the array is being deleted", MDT_EVER, MD "md_attr_show()" },
	{ "read", "ENODEV", "the array or member is gone", MDT_EVER,
	  MD "rdev_attr_show()" },

	{ "write array_state", "EROFS", "a member is a read-only device", MDT_EVER,
	  MD "restart_array()" },
	{ "write new_dev", "EINVAL",
	  "one of: not MAJOR:MINOR; no valid superblock; it does not fit the other members",
	  MDT_EVER, MD "new_dev_store()" },
	{ "write new_dev", "EOVERFLOW", "major or minor is too large for a device number",
	  MDT_EVER, MD "new_dev_store()" },
	{ "write new_dev", "EBUSY",
	  "one of: the device is claimed; its number in the array is taken", MDT_EVER,
	  MD "md_import_device(), bind_rdev_to_array()" },
	{ "write new_dev", "ENXIO", "there is no such device", MDT_EVER,
	  MD "md_import_device()" },
	{ "write new_dev", "ENOSPC", "the device is smaller than the array's members",
	  MDT_EVER, MD "bind_rdev_to_array()" },
	{ "write new_dev", "EEXIST", "the device is in this array already", MDT_EVER,
	  MD "bind_rdev_to_array()" },
	{ "write component_size", "EBUSY", "a sync is under way", MDT_EVER,
	  MD "update_size()" },
	{ "write component_size", "EINVAL",
	  "one of: not a number; the level cannot be resized", MDT_EVER,
	  MD "size_store()" },
	{ "write component_size", "ENOSPC",
	  "one of: a member is too small for it; the array does not run and it is not less than before",
	  MDT_EVER, MD "size_store()" },
	{ "write component_size", "EROFS", "the array is read-only", MDT_EVER,
	  MD "update_size()" },
	{ "write raid_disks", "EBUSY",
	  "one of: a sync or reshape is under way; more members are in use", MDT_EVER,
	  MD "update_raid_disks(), " RAID1 "raid1_reshape()" },
	{ "write raid_disks", "EINVAL",
	  "one of: not a number, or one out of range; the level cannot change its number of members",
	  MDT_EVER, MD "update_raid_disks()" },
	{ "write level", "EBUSY", "a sync or reshape is under way", MDT_EVER,
	  MD "level_store()" },
	{ "write level", "EINVAL",
	  "one of: no such level, or its module is missing; it cannot take this array over",
	  MDT_EVER, MD "level_store()" },
	{ "write level", "EROFS", "the array is read-only", MDT_EVER,
	  MD "level_store()" },
	{ "write metadata_version", "EBUSY", "the array has members", MDT_EVER,
	  MD "metadata_store()" },
	{ "write metadata_version", "ENOENT", "the kernel does not know this version",
	  MDT_EVER, MD "metadata_store()" },
	{ "write bitmap/location", "EBUSY",
	  "one of: there is a bitmap already; a sync is under way; the level cannot pause",
	  MDT_EVER, "drivers/md/md-bitmap.c location_store()" },
	{ "write bitmap/location", "EINVAL",
	  "one of: not a place for a bitmap; no valid bitmap superblock there", MDT_EVER,
	  "drivers/md/md-bitmap.c location_store()" },
	{ "write slot", "EBUSY",
	  "one of: the member has a slot already; a sync is under way", MDT_EVER,
	  MD "slot_store()" },
	{ "write slot", "EEXIST", "the member has no slot to give up", MDT_EVER,
	  MD "slot_store()" },
	{ "write slot", "ENOSPC", "the array has no such slot", MDT_EVER,
	  MD "slot_store()" },
	{ "write size", "EBUSY",
	  "one of: a member that runs cannot give so much (mdadm --grow tries); it would overlap another array",
	  MDT_EVER, MD "rdev_size_store()" },
	{ "write size", "EINVAL", "one of: not a number; less than the array uses",
	  MDT_EVER, MD "rdev_size_store()" },
	{ "write", "ENOMEM", "the kernel had no memory", MDT_EVER, MD "md_attr_store()" },
	{ "write", "ENOSPC", "what is asked for does not fit on the members", MDT_EVER,
	  MD "size_store(), md-bitmap.c location_store()" },
	{ "write", "EOPNOTSUPP", "the level cannot do this", MDT_EVER,
	  MD "md_attr_store()" },
	{ "read", "ENOMEM", "the kernel had no memory", MDT_EVER, MD "md_attr_show()" },

	/* errnos that are the kernel's own, whatever was called (include/linux/errno.h)
	 */
	{ "any", "ENOTSUPP",
	  "errno 524, which is the kernel's own and should not get out: what was asked for is not supported",
	  MDT_EVER, "include/linux/errno.h ENOTSUPP" },
	{ "any", "ENOIOCTLCMD",
	  "errno 515, which is the kernel's own and should not get out: the driver has no such command",
	  MDT_EVER, "include/linux/errno.h ENOIOCTLCMD" },
	{ "any", "ERESTARTSYS",
	  "a signal came while it waited: it is made again, or ends with EINTR, as the handler says",
	  MDT_EVER, "include/linux/errno.h ERESTARTSYS" },
	{ "any", "ERESTARTNOINTR", "a signal came while it waited: it is made again",
	  MDT_EVER, "include/linux/errno.h ERESTARTNOINTR" },
	{ "any", "ERESTARTNOHAND",
	  "a signal came while it waited: it is made again unless there is a handler",
	  MDT_EVER, "include/linux/errno.h ERESTARTNOHAND" },
	{ "any", "ERESTART_RESTARTBLOCK",
	  "a signal came while it waited: restart_syscall() goes on with it", MDT_EVER,
	  "include/linux/errno.h ERESTART_RESTARTBLOCK" },
	{ "any", "EPROBE_DEFER",
	  "errno 517, which is the kernel's own and should not get out: a driver is not ready yet",
	  MDT_EVER, "include/linux/errno.h EPROBE_DEFER" },

	{ "write uevent", "EINVAL", "not the name of an action", MDT_EVER,
	  "lib/kobject_uevent.c kobject_synth_uevent()" },
};

// Where forms of one command stand together, the last one that fits counts.
static const struct mdt_md_summary summaries[] = {
	{ "RAID_VERSION", true, MDT_FORM_ANY, "ask for the driver's version",
	  "it is 0.90.3 in every kernel; that it answers shows that this is an md array",
	  MD "get_version()" },
	{ "GET_ARRAY_INFO", true, MDT_FORM_ANY, "ask how the array is set up",
	  "the array is set up", MD "get_array_info()" },
	{ "GET_DISK_INFO", true, MDT_FORM_ANY, "ask for the member of this number",
	  "answered; REMOVED with device 0:0 means that there is no such member",
	  MD "get_disk_info()" },
	{ "GET_BITMAP_FILE", true, MDT_FORM_ANY, "ask for the name of the bitmap's file",
	  "answered; an empty name means that the bitmap is in no file",
	  MD "get_bitmap_file()" },
	{ "SET_ARRAY_INFO", true, MDT_FORM_ANY, "set the array up, or change it",
	  "the array is set up or changed",
	  MD "md_set_array_info(), update_array_info()" },
	{ "SET_ARRAY_INFO", true, MDT_FORM_RAID_DISKS_ZERO,
	  "version-only: say which superblocks the members will have",
	  "the version is set; level and size will come from the members' superblocks",
	  MD "md_set_array_info()" },
	{ "SET_ARRAY_INFO", true, MDT_FORM_RAID_DISKS_SET,
	  "set up level, size and number of members; change them when the array runs",
	  "a stopped array is set up with version 0.90; a running one has been changed",
	  MD "md_set_array_info(), update_array_info()" },
	{ "ADD_NEW_DISK", true, MDT_FORM_ANY, "add a device to the array",
	  "the device is a member; while the array runs, it is a spare that a recovery may take",
	  MD "md_add_new_disk()" },
	{ "ADD_NEW_DISK", true, MDT_FORM_DISK_IN_SYNC,
	  "add a device to the array, with its data taken as good",
	  "the device is a member", MD "md_add_new_disk()" },
	{ "ADD_NEW_DISK", true, MDT_FORM_DISK_FAULTY, "leave a place for a failed device",
	  "nothing was done for a stopped array", MD "md_add_new_disk()" },
	{ "RUN_ARRAY", true, MDT_FORM_ANY, "start the array",
	  "the array runs; a resync or recovery starts if one is due", MD "do_md_run()" },
	{ "STOP_ARRAY", true, MDT_FORM_ANY, "stop the array and take it apart",
	  "the array is stopped and has no members; this also succeeds when nothing ran",
	  MD "do_md_stop()" },
	{ "STOP_ARRAY_RO", true, MDT_FORM_ANY, "make the array read-only",
	  "the array is read-only if it runs; else nothing has changed",
	  MD "md_set_readonly()" },
	{ "RESTART_ARRAY_RW", true, MDT_FORM_ANY, "make the array writable again",
	  "the array is writable; a recovery starts if one is due",
	  MD "restart_array()" },
	{ "HOT_REMOVE_DISK", true, MDT_FORM_ANY,
	  "take a failed or spare device out of the array",
	  "the device is no longer a member", MD "hot_remove_disk()" },
	{ "HOT_ADD_DISK", true, MDT_FORM_ANY,
	  "add a spare to an array with 0.90 superblocks or none",
	  "the device is a spare; a recovery starts if one is due", MD "hot_add_disk()" },
	{ "SET_DISK_FAULTY", true, MDT_FORM_ANY, "mark a member as failed",
	  "the member is faulty; the array goes on without it", MD "set_disk_faulty()" },
	{ "SET_BITMAP_FILE", true, MDT_FORM_ANY, "keep the bitmap in a file",
	  "the array has a bitmap in this file", MD "set_bitmap_file()" },
	{ "SET_BITMAP_FILE", true, MDT_FORM_NO_FD, "remove the bitmap",
	  "the array has no bitmap any more", MD "set_bitmap_file()" },
	{ "CLUSTERED_DISK_NACK", true, MDT_FORM_ANY,
	  "tell the cluster that a new device was not found here",
	  "the other nodes will not add the device",
	  "drivers/md/md-cluster.c new_disk_ack()" },
	{ "RAID_AUTORUN", true, MDT_FORM_ANY, "assemble what the boot code found",
	  "the arrays of version 0.90 on partitions of type fd were assembled, as far as there are any; only kernels up to 5.8 answer it",
	  MD "autorun_devices()" },
	{ "PRINT_RAID_DEBUG", true, MDT_FORM_ANY,
	  "print the arrays to the kernel's log (history)",
	  "not possible: no kernel from 5.10 on answers it", MD "md_ioctl_valid()" },
	{ "START_ARRAY", true, MDT_FORM_ANY, "start an array by one member (history)",
	  "not possible: no kernel from 5.10 on answers it", MD "md_ioctl_valid()" },
	{ "CLEAR_ARRAY", true, MDT_FORM_ANY, "forget the array (never implemented)",
	  "not possible: no kernel from 5.10 on answers it", MD "md_ioctl_valid()" },
	{ "SET_DISK_INFO", true, MDT_FORM_ANY, "change a member (never implemented)",
	  "not possible: no kernel from 5.10 on answers it", MD "md_ioctl_valid()" },
	{ "WRITE_RAID_INFO", true, MDT_FORM_ANY,
	  "write the superblocks (never implemented)",
	  "not possible: no kernel from 5.10 on answers it", MD "md_ioctl_valid()" },
	{ "UNPROTECT_ARRAY", true, MDT_FORM_ANY,
	  "lift the protection (never implemented)",
	  "not possible: no kernel from 5.10 on answers it", MD "md_ioctl_valid()" },
	{ "PROTECT_ARRAY", true, MDT_FORM_ANY, "protect the array (never implemented)",
	  "not possible: no kernel from 5.10 on answers it", MD "md_ioctl_valid()" },
	{ "HOT_GENERATE_ERROR", true, MDT_FORM_ANY,
	  "make a member fail for a test (never implemented)",
	  "not possible: no kernel from 5.10 on answers it", MD "md_ioctl_valid()" },

	{ "BLKRRPART", false, MDT_FORM_ANY, "look for partitions again",
	  "the partitions are what the disk's table says now",
	  "block/genhd.c disk_scan_partitions()" },
	{ "BLKPG_DEL_PARTITION", false, MDT_FORM_ANY,
	  "forget one partition of the disk; its data stays",
	  "the kernel has forgotten the partition",
	  "block/partitions/core.c bdev_del_partition()" },
	{ "BLKROSET", false, MDT_FORM_ANY, "set or clear the disk's read-only flag",
	  "the flag is changed; clearing it makes a read-only array read-auto",
	  MD "md_set_read_only()" },
	{ "mknod", false, MDT_FORM_ANY, "make the node of an array",
	  "the node exists; the array does when it is opened", "fs/namei.c vfs_mknod()" },
	{ "open", false, MDT_FORM_ANY, "open the node of an array",
	  "open; an array that did not exist does now, with nothing set up",
	  MD "md_open(), md_probe()" },
	{ "write new_array", false, MDT_FORM_ANY, "make an array of this name",
	  "the array exists, with nothing set up", MD "add_named_array()" },
};

const struct mdt_md_remark *mdt_md_remarks(size_t *len)
{
	*len = array_size(remarks);
	return remarks;
}

const struct mdt_md_summary *mdt_md_summaries(size_t *len)
{
	*len = array_size(summaries);
	return summaries;
}

static bool is_row(const struct mdt_md_remark *row, struct mdt_slice op,
		   struct mdt_slice error)
{
	return mdt_slice_eq_cstr(error, row->error) && mdt_slice_eq_cstr(op, row->op);
}

static const struct mdt_md_remark *find_row(struct mdt_slice op, struct mdt_slice error)
{
	array_for_each (it, remarks)
		if (is_row(it, op, error))
			return it;
	return NULL;
}

/* What an operation falls back on, by how its name begins; the first that fits. */
static const struct {
	const char *prefix, *wider;
} wider_ops[] = {
	{ "open member", "open member" },
	{ "open attribute", "open attribute" },
	{ "open ", "open" },
	{ "look folder ", "look folder" },
	{ "write ", "write" },
	{ "read ", "read" },
	{ "BLKPG_", "BLKPG" },
};

static bool is_md_ioctl(struct mdt_slice op)
{
	array_for_each (it, summaries)
		if (it->is_md_ioctl && mdt_slice_eq_cstr(op, it->op))
			return true;
	return false;
}

static const char *wider_op(struct mdt_slice op)
{
	array_for_each (it, wider_ops)
		if (mdt_slice_starts(op, mdt_slice_cstr(it->prefix)))
			return it->wider;
	return is_md_ioctl(op) ? "md ioctl" : NULL;
}

const struct mdt_md_remark *mdt_md_remark_find(struct mdt_slice op,
					       struct mdt_slice error)
{
	const struct mdt_md_remark *row = find_row(op, error);
	const char *wider;

	if (row)
		return row;
	wider = wider_op(op);
	row = wider ? find_row(mdt_slice_cstr(wider), error) : NULL;
	return row || !op.len ? row : find_row(SLICE("any"), error);
}

const struct mdt_md_remark *mdt_md_remark_next(const struct mdt_md_remark *remark)
{
	const struct mdt_md_remark *next = remark + 1;

	if (next == remarks + array_size(remarks) ||
	    !is_row(next, mdt_slice_cstr(remark->op), mdt_slice_cstr(remark->error)))
		return NULL;
	return next;
}

/* ---- summaries ---- */

// Offsets in mdu_array_info_t and mdu_disk_info_t of <linux/raid/md_u.h>; bits of
// <linux/raid/md_p.h>.
enum {
	RAID_DISKS_OFFSET = 28,
	DISK_STATE_OFFSET = 16,
	DISK_FAULTY = 1 << 0,
	DISK_SYNC = 1 << 2,
};

static bool load32(struct mdt_slice payload, size_t offset, uint32_t *ret)
{
	const unsigned char *at;

	if (payload.len < offset + 4)
		return false;
	at = (const unsigned char *)payload.str + offset;
	*ret = at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
	return true;
}

/* A NULL pointer is as good as a struct of zeros: __md_set_array_info() of md.c. */
static bool raid_disks_of(const struct mdt_md_call *call, uint32_t *ret)
{
	*ret = 0;
	return (call->has_value && !call->value) ||
	       load32(call->payload, RAID_DISKS_OFFSET, ret);
}

static bool disk_state_of(const struct mdt_md_call *call, uint32_t *ret)
{
	return load32(call->payload, DISK_STATE_OFFSET, ret);
}

static bool has_form(const struct mdt_md_call *call, enum mdt_md_form form)
{
	uint32_t value;

	switch (form) {
	case MDT_FORM_ANY:
		return true;
	case MDT_FORM_RAID_DISKS_ZERO:
		return raid_disks_of(call, &value) && value == 0;
	case MDT_FORM_RAID_DISKS_SET:
		return raid_disks_of(call, &value) && value != 0;
	case MDT_FORM_DISK_IN_SYNC:
		return disk_state_of(call, &value) && value & DISK_SYNC;
	case MDT_FORM_DISK_FAULTY:
		return disk_state_of(call, &value) && value & DISK_FAULTY;
	case MDT_FORM_NO_FD:
		return call->has_value && (int32_t)call->value < 0;
	}
	unreachable();
}

const struct mdt_md_summary *mdt_md_summary_find(const struct mdt_md_call *call)
{
	const struct mdt_md_summary *found = NULL;

	array_for_each (it, summaries)
		if (mdt_slice_eq_cstr(call->op, it->op) && has_form(call, it->form))
			found = it;
	return found;
}
