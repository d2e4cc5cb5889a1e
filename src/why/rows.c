// SPDX-License-Identifier: MIT
#include "why/rows.h"

#include <fnmatch.h>

#define MD    "drivers/md/md.c "
#define MDADM "mdadm "

static const struct mdt_why_harmless harmless_rows[] = {
	/* md */
	{ "open", "/sys/*/block/dev", "EACCES",
	  "dev is a read-only attribute (0444): mdadm tries O_RDWR first, then O_RDONLY",
	  "block/genhd.c DEVICE_ATTR(dev, 0444); " MDADM "sysfs.c sysfs_open()" },
	{ "GET_ARRAY_INFO", NULL, "ENODEV",
	  "nothing is set up on this minor yet: a fresh or stopped array answers so, and mdadm asks to find that out",
	  MD "md_ioctl()" },
	{ "GET_DISK_INFO", NULL, "ENODEV", "nothing is set up on this minor yet",
	  MD "md_ioctl()" },
	{ "RAID_VERSION", NULL, "ENOTTY", "not an md array: mdadm asks to find that out",
	  "block/ioctl.c blkdev_ioctl()" },
	{ "RAID_VERSION", NULL, "EINVAL", "not an md array: mdadm asks to find that out",
	  "drivers/block/loop.c lo_simple_ioctl()" },
	{ "GET_ARRAY_INFO", NULL, "ENOTTY",
	  "not an md array: mdadm asks to find that out",
	  "block/ioctl.c blkdev_ioctl()" },
	{ "GET_ARRAY_INFO", NULL, "EINVAL",
	  "not an md array: mdadm asks to find that out",
	  "drivers/block/loop.c lo_simple_ioctl()" },
	{ "GET_ARRAY_INFO", NULL, "EBADF",
	  "asked of a descriptor that is not open (-1): mdadm has no array at hand yet",
	  MDADM "util.c md_get_array_info()" },
	{ "BLKPG*", NULL, "ENXIO", "no partition of this number: none had to go",
	  "block/partitions/core.c bdev_del_partition()" },
	{ "BLKRRPART", NULL, "EINVAL", "the device cannot have partitions",
	  "block/genhd.c disk_scan_partitions()" },
	{ "BLKDISCARD", NULL, "EOPNOTSUPP", "the device cannot discard, and need not",
	  "block/ioctl.c blk_ioctl_discard()" },
	{ "open", "*/block/device/state", "ENOENT",
	  "the member's driver has no such attribute",
	  "drivers/scsi/scsi_sysfs.c sdev_show_state()" },
	{ "open", "*/md/bitmap/*", "ENOENT", "the array has no bitmap with attributes",
	  "drivers/md/md-bitmap.c md_bitmap_group" },
	{ "*", "/sys/module/md_mod/parameters/*", "ENOENT",
	  "this kernel has no such parameter, or md is not loaded", MD "module_param()" },
	{ "*", "/sys/module/*", "ENOENT",
	  "the module is not loaded, or has no such parameter",
	  "kernel/params.c module_param_sysfs_setup()" },
	{ "mknod*", "*/.tmp.md.*", "EEXIST",
	  "left over from an earlier try; mdadm takes the next folder",
	  MDADM "lib.c dev_open()" },

	/* files that may be missing */
	{ "*", "/etc/*", "ENOENT", "an optional file", "mdadm.conf(5), ld.so(8)" },
	{ "*", "*.so*", "ENOENT", "the loader looks in one folder after the other",
	  "ld.so(8)" },
	{ "*", "/lib*", "ENOENT", "looked for in one folder after the other",
	  "ld.so(8)" },
	{ "*", "/usr/*", "ENOENT", "looked for in one folder after the other",
	  "ld.so(8), execvp(3)" },
	{ "*", "/bin/*", "ENOENT", "looked for in one folder after the other",
	  "execvp(3)" },
	{ "*", "/sbin/*", "ENOENT", "looked for in one folder after the other",
	  "execvp(3)" },
	{ "*", "/run/*", "ENOENT", "kept there only once there is something to keep",
	  MDADM "mapfile.c" },
	{ "*", "/var/*", "ENOENT", "kept there only once there is something to keep",
	  MDADM "mapfile.c" },
	{ "*", "/dev/.udev*", "ENOENT", "where udev was long ago",
	  MDADM "util.c use_udev()" },
	{ "*", "*/.tmp.md.*", "ENOENT", "a temporary node that is gone already",
	  MDADM "lib.c dev_open()" },
	{ "*", "/dev/shm/*", "ENOENT", "an optional file", "shm_open(3)" },
	{ "*", "/proc/self/*", "ENOENT", "an optional file", "proc(5)" },
	{ "*", "/sys/fs/*", "ENOENT", "an optional file", "proc(5)" },
	{ "*", "/dev/tty", "ENXIO", "the process has no terminal", "tty(4)" },
	{ "stat*", "/dev/md*", "ENOENT", "the node is not there yet", "udev(7)" },
	{ "lstat*", "/dev/md*", "ENOENT", "the node is not there yet", "udev(7)" },
	{ "newfstatat", "/dev/md*", "ENOENT", "the node is not there yet", "udev(7)" },
	{ "readlink*", "/dev/md*", "ENOENT", "the node is not there yet", "udev(7)" },
	{ "mkdir*", NULL, "EEXIST", "the folder is there already", "mkdir(2)" },
	{ "mkdir*", "", "ENOENT", "an empty path", "mkdir(2)" },
	{ "unlink*", NULL, "ENOENT", "there was nothing to remove", "unlink(2)" },
	{ "access", NULL, "ENOENT", "a question whether the file is there", "access(2)" },
	{ "faccessat*", NULL, "ENOENT", "a question whether the file is there",
	  "access(2)" },
	{ "readlink*", NULL, "EINVAL", "it is not a link", "readlink(2)" },

	/* nothing to do with a device */
	{ "*lseek", NULL, "ESPIPE", "a terminal or pipe has no offset", "lseek(2)" },
	{ "TC*", NULL, "ENOTTY", "not a terminal: libc asks to find that out",
	  "isatty(3)" },
	{ "ioctl", NULL, "ENOTTY", "not a terminal: libc asks to find that out",
	  "isatty(3)" },
	{ "*prctl", NULL, "EINVAL", "libc asks for what this kernel does not have",
	  "arch_prctl(2)" },
	{ "*", NULL, "ENOSYS",
	  "a system call that this kernel does not have; libc has another way",
	  "syscalls(2)" },
	{ "wait*", NULL, "ECHILD", "there is no child left to wait for", "wait(2)" },
	{ "kill", NULL, "ESRCH", "a question whether the process is there", "kill(2)" },
	{ "connect", NULL, "ENOENT", "the daemon does not run", "connect(2)" },
	{ "connect", NULL, "ECONNREFUSED", "the daemon does not run", "connect(2)" },
	{ "*xattr*", NULL, "ENODATA", "the file has no such attribute", "getxattr(2)" },
	{ "*xattr*", NULL, "EOPNOTSUPP", "the file system has no such attributes",
	  "getxattr(2)" },
	{ "*", NULL, "EAGAIN", "nothing there yet: it is tried again", "errno(3)" },
	{ "*", NULL, "EINTR", "a signal came: it is tried again", "signal(7)" },
	{ "*", NULL, "ERESTART*", "a signal came: it is tried again", "signal(7)" },
	{ "*", NULL, "ETIMEDOUT", "the time given for waiting is over", "errno(3)" },
};

#define HOLDER                                                                           \
	"find who holds it and stop that: mount points, swap, LVM (vgchange -an), device mapper, an array on top (ls /sys/block/mdN/holders; lsblk), a program that has it open (fuser -vm /dev/mdN; lsof does not show a holder inside the kernel)"
#define DISK_HOLDER                                                                      \
	"see who has the disk (lsblk, /proc/mdstat, ls /sys/class/block/DISK/holders) and stop that: mdadm --stop of a half assembled array, umount, swapoff, dmsetup remove, multipath -f"
#define NEW_ARRAY                                                                        \
	"make the array by name before it is opened: echo mdN > /sys/module/md_mod/parameters/new_array, which mdadm does with CREATE names=yes in mdadm.conf"
#define LAYOUT                                                                           \
	"set raid0.default_layout=2 (an array of Linux 3.14 or later) or 1 (older) on the kernel's command line, or echo it to /sys/module/raid0/parameters/default_layout"
#define LAST_MEMBER                                                                      \
	"md keeps the last member that works. Stop the array, once whoever holds it has let go of it (umount, vgchange -an), or add another member first; fail_last_dev=1 in /sys/block/mdN/md gives it up all the same"

static const struct mdt_why_remedy remedy_rows[] = {
	{ "STOP_ARRAY", "EBUSY", "stop-in-use*",
	  "if nobody has it open, a sync may run: echo idle > /sys/block/mdN/md/sync_action, then stop it again. Else " HOLDER,
	  MD "do_md_stop(); Documentation/admin-guide/md.rst sync_action" },
	{ "STOP_ARRAY*", "EBUSY", NULL, HOLDER, MD "do_md_stop()" },
	{ "write array_state", "EBUSY", NULL, HOLDER, MD "array_state_store()" },
	{ "open", "EBUSY", NULL, HOLDER, "block/bdev.c bd_prepare_to_claim()" },
	{ "open", "ENXIO", NULL, NEW_ARRAY,
	  "Documentation/admin-guide/md.rst; mdadm.conf(5) CREATE names=" },
	{ "open", "ENODEV", NULL,
	  "the array is being stopped: wait until the last descriptor of it is closed (udevadm settle), then try again",
	  MD "md_open()" },
	{ "open member", "EBUSY", NULL, DISK_HOLDER,
	  "block/bdev.c bd_prepare_to_claim()" },
	{ "open member", "ENXIO", NULL,
	  "the node has no device: see that the disk is there and its driver loaded",
	  "block/bdev.c blkdev_get_no_open()" },
	{ "open member", "ENOENT", NULL,
	  "check the name (lsblk), or wait for udev (udevadm settle)", "udev(7)" },
	{ "open*", "EACCES", NULL, "run it as root", "open(2)" },
	{ "SET_DISK_FAULTY", "EBUSY", NULL, LAST_MEMBER,
	  MD "set_disk_faulty(); drivers/md/raid1.c raid1_error()" },
	{ "write state", "EBUSY", "fail-*", LAST_MEMBER, MD "state_store()" },
	{ "SET_DISK_FAULTY", "ENODEV", NULL,
	  "see which devices are members: mdadm --detail /dev/mdN",
	  MD "set_disk_faulty()" },
	{ "HOT_REMOVE_DISK", "EBUSY", NULL,
	  "mark the member as failed first (mdadm --fail), wait a moment, then remove it",
	  "mdadm(8) --remove" },
	{ "HOT_REMOVE_DISK", "ENXIO", NULL,
	  "it is no longer a member; of one that is gone: mdadm /dev/mdN --remove detached",
	  "mdadm(8) --remove" },
	{ "ADD_NEW_DISK", "EBUSY", NULL,
	  "one of: " DISK_HOLDER
	  "; or its number is that of a failed member: mdadm --remove failed, then add it again",
	  MD "md_import_device(), bind_rdev_to_array()" },
	{ "ADD_NEW_DISK", "EINVAL", NULL,
	  "compare mdadm --examine of it with the members': another array, an older event count, no superblock, another sector size. If its data may go: mdadm --zero-superblock DISK, then --add, which rebuilds it",
	  "mdadm(8) --examine, --zero-superblock, --add" },
	{ "ADD_NEW_DISK", "ENOSPC", NULL,
	  "take a disk that is at least as large as the members use (mdadm --examine: Used Dev Size)",
	  MD "bind_rdev_to_array()" },
	{ "ADD_NEW_DISK", "EROFS", NULL,
	  "the disk or the array is read-only: blockdev --setrw DISK; mdadm --readwrite /dev/mdN",
	  MD "bind_rdev_to_array()" },
	{ "ADD_NEW_DISK", "ENXIO", NULL,
	  "there is no such device: check its numbers (lsblk)", MD "md_import_device()" },
	{ "ADD_NEW_DISK", "EEXIST", NULL,
	  "its old folder in sysfs is not gone yet: try again",
	  MD "bind_rdev_to_array()" },
	{ "HOT_ADD_DISK", "EINVAL", NULL,
	  "use a mdadm of this century: it adds with ADD_NEW_DISK", MD "hot_add_disk()" },
	{ "RUN_ARRAY", "ENOTSUPP", NULL, LAYOUT,
	  "drivers/md/raid0.c create_strip_zones()" },
	{ "RUN_ARRAY", "EOPNOTSUPP", NULL, LAYOUT,
	  "drivers/md/raid0.c create_strip_zones()" },
	{ "RUN_ARRAY", "EBUSY", NULL,
	  "see whether it runs already (cat /proc/mdstat): if half assembled, mdadm --stop /dev/mdN, then assemble again",
	  MD "md_run()" },
	{ "RUN_ARRAY", "EINVAL", NULL,
	  "see the kernel's log for which check it was. A missing module: modprobe raid1 (raid0, raid10, raid456); events that are behind: mdadm --examine, then mdadm --assemble --force",
	  "mdadm(8) --force; " MD "md_run()" },
	{ "RUN_ARRAY", "EIO", NULL,
	  "too few members work, or it is dirty and degraded: compare the events of mdadm --examine; mdadm --assemble --force takes members that are a little behind, --run starts it degraded",
	  "mdadm(8) --force, --run; drivers/md/raid5.c raid5_run()" },
	{ "RUN_ARRAY", "ENOMEM", NULL, "free memory, or a smaller stripe cache",
	  "drivers/md/raid5.c setup_conf()" },
	{ "SET_ARRAY_INFO", "EBUSY", NULL,
	  "one of: something is set up there already (mdadm --stop /dev/mdN); a sync runs (mdadm --wait /dev/mdN)",
	  MD "md_ioctl(), update_array_info()" },
	{ "SET_ARRAY_INFO", "ENOSPC", NULL,
	  "a member is too small for the size that is asked for", MD "update_size()" },
	{ "SET_BITMAP_FILE", "EBUSY", NULL,
	  "wait for the sync to end: mdadm --wait /dev/mdN", MD "set_bitmap_file()" },
	{ "RESTART_ARRAY_RW", "EROFS", NULL,
	  "a member is read-only: blockdev --setrw DISK", MD "restart_array()" },
	{ "RESTART_ARRAY_RW", "EBUSY", NULL, "nothing: it is writable already",
	  MD "restart_array()" },
	{ "STOP_ARRAY_RO", "ENXIO", NULL, "nothing: it is read-only already",
	  MD "md_set_readonly()" },
	{ "RAID_AUTORUN", "ENOTTY", NULL,
	  "this kernel does not assemble on request: use mdadm --assemble --scan, or boot with raid=autodetect",
	  MD "md_ioctl_valid()" },
	{ "write sync_action", "EBUSY", NULL,
	  "another sync runs: echo idle > sync_action first",
	  "Documentation/admin-guide/md.rst sync_action" },
	{ "write new_array", "EEXIST", NULL,
	  "the array exists already: mdadm --stop it, or take another name",
	  MD "add_named_array()" },
	{ "write level", "EINVAL", NULL,
	  "load the level's module; not every level can become every other",
	  MD "level_store()" },
	{ "DM_DEV_REMOVE", "EBUSY", NULL,
	  "close what has it open: dmsetup info -c, lsof, umount",
	  "drivers/md/dm-ioctl.c dev_remove()" },
	{ "DM_TABLE_LOAD", NULL, NULL,
	  "the kernel's log says what the target did not like", "drivers/md/dm-table.c" },
	{ "LOOP_*", "EBUSY", NULL,
	  "losetup -d it first, or take another one (losetup -f)", "losetup(8)" },
	{ "*", "EACCES", NULL, "run it as root (CAP_SYS_ADMIN)", MD "md_ioctl()" },
	{ "*", "EPERM", NULL, "run it as root; in a container, allow the device",
	  "security/device_cgroup.c" },
	{ "gone after STOP_ARRAY", NULL, NULL,
	  "a mdadm that does not count on the array after STOP_ARRAY (4.5 or later); with a kernel from 6.18 on, md_mod.legacy_async_del_gendisk=1",
	  MD "md_ioctl(), legacy_async_del_gendisk" },
	{ "in flight", NULL, NULL,
	  "the task hangs or died inside the kernel: its stack is in the oops, in /proc/PID/stack, or in dmesg after echo w > /proc/sysrq-trigger; take that to the list of the driver that is in it",
	  "Documentation/admin-guide/sysrq.rst" },
};

static const struct mdt_why_message program_rows[] = {
	{ "*Unable to initialize sysfs*",
	  "mdadm did not find the array in sysfs (/sys/dev/block/9:N, /sys/block/mdN/md)",
	  NULL, MDADM "sysfs.c sysfs_init()" },
	{ "*unexpected failure opening*",
	  "mdadm could not open the node that it made for the array", NULL,
	  MDADM "mdopen.c create_mddev()" },
	{ "*set device faulty failed*", "SET_DISK_FAULTY failed", NULL,
	  MDADM "Manage.c Manage_subdevs()" },
	{ "*failed to stop array*", "STOP_ARRAY failed", NULL,
	  MDADM "Manage.c Manage_stop()" },
	{ "*not enough to start the array*", "too few members were found",
	  "compare mdadm --examine of each member: --run starts it degraded, --force takes members whose events are behind",
	  "mdadm(8) --run, --force" },
	{ "*failed to RUN_ARRAY*", "RUN_ARRAY failed", NULL,
	  MDADM "Assemble.c start_array()" },
	{ "*has no superblock*", "a device has no md superblock",
	  "mdadm --examine DEVICE", MDADM "Assemble.c" },
	{ "*no recogni?able superblock*", "a device has no md superblock",
	  "mdadm --examine DEVICE", MDADM "Assemble.c" },
	{ "*is busy - skipping*", "a device is in use", DISK_HOLDER,
	  MDADM "Assemble.c select_devices()" },
	{ "*appears to be part of a raid array*",
	  "a device has the superblock of an array",
	  "if its data may go: mdadm --zero-superblock DEVICE",
	  MDADM "util.c check_raid()" },
	{ "*possibly out of date*", "a member's events are behind",
	  "mdadm --re-add or --add it; --force only when too few are left",
	  "mdadm(8) --force" },
	{ "*doesn't match*super*", "a superblock is of another array, or damaged",
	  "mdadm --examine each device", MDADM "Assemble.c" },
	{ "*Cannot open *usy*", "a device is in use", DISK_HOLDER, MDADM "Create.c" },
	{ "*cannot open *usy*", "a device is in use", DISK_HOLDER, MDADM "Create.c" },
	{ "*not large enough*", "a device is too small", "take a larger one",
	  "mdadm(8) --add" },
	{ "*sector size*", "a device's sector size is not that of the array",
	  "take a disk with the members' sector size", MD "super_1_load()" },
};

static const struct mdt_why_message kernel_rows[] = {
	{ "*kernel BUG at*",
	  "the kernel met what it takes for impossible, and killed the task", NULL,
	  "include/asm-generic/bug.h BUG()", true },
	{ "*BUG: *", "a fault in the kernel", NULL, "arch/x86/mm/fault.c", true },
	{ "*Oops: *", "a fault in the kernel; the task was killed", NULL,
	  "arch/x86/kernel/dumpstack.c", true },
	{ "*general protection fault*", "a fault in the kernel", NULL,
	  "arch/x86/kernel/traps.c", true },
	{ "*EIP is at *", "the function in which the kernel was", NULL,
	  "arch/x86/kernel/process_32.c" },
	{ "*RIP: *", "the function in which the kernel was", NULL,
	  "arch/x86/kernel/dumpstack.c" },
	{ "*blocked for more than*seconds*", "a task hangs inside the kernel", NULL,
	  "kernel/hung_task.c", true },
	{ "*soft lockup*", "a processor does not leave the kernel", NULL,
	  "kernel/watchdog.c", true },
	{ "*self-detected stall*", "a processor does not leave the kernel", NULL,
	  "kernel/rcu/tree_stall.h", true },
	{ "*Kernel panic*", "the kernel has given up", NULL, "kernel/panic.c", true },
	{ "*possible circular locking*", "lockdep: locks are taken in two orders", NULL,
	  "kernel/locking/lockdep.c", true },
	{ "*kicking non-fresh*",
	  "the member's events are behind the others': it is left out",
	  "mdadm --re-add it, or --add it (it is rebuilt); --assemble --force only if too few are left",
	  MD "analyze_sbs()", true },
	{ "*cannot start dirty degraded*",
	  "it was not shut down cleanly and lacks a member: its parity may be wrong",
	  "mdadm --assemble --force, or md_mod.start_dirty_degraded=1",
	  "drivers/md/raid5.c raid5_run()", true },
	{ "*not enough operational*", "too few members work",
	  "compare mdadm --examine of each; --assemble --force takes those a little behind",
	  "drivers/md/raid5.c raid5_run()", true },
	{ "*default_layout*", "raid0 does not know which of two layouts the data has",
	  LAYOUT, "drivers/md/raid0.c create_strip_zones()" },
	{ "*does not have a valid v*superblock*",
	  "the device has no valid superblock of this version",
	  "mdadm --examine it; mdadm --zero-superblock if it is to be added as new",
	  MD "md_import_device()" },
	{ "*has different UUID*", "the device is of another array", "mdadm --examine it",
	  MD "super_1_load()" },
	{ "*could not open device*", "md could not open a member", DISK_HOLDER,
	  MD "md_import_device()" },
	{ "*Disk failure on*", "a member has failed", "replace it: mdadm --remove, --add",
	  "drivers/md/raid1.c raid1_error()", true },
	{ "*annot continue operation*", "the last members have failed",
	  "once the disks are back: mdadm --stop, then --assemble --force",
	  "drivers/md/raid10.c raid10_error()", true },
	{ "*I/O error*", "a disk could not be read or written",
	  "smartctl -a DISK; cables", "block/blk-core.c" },
	{ "*still in use*", "the array is open or held", HOLDER, MD "do_md_stop()" },
	{ "*invalid bitmap*", "the bitmap's superblock is not valid",
	  "mdadm --assemble --update=no-bitmap, then --grow --bitmap=internal",
	  "drivers/md/md-bitmap.c" },
	{ "*array is limited to*", "no number is free for another member", NULL,
	  MD "bind_rdev_to_array()" },
	{ "*ADD_NEW_DISK not supported*",
	  "an array with version-1 superblocks that is set up cannot take a disk so",
	  NULL, MD "md_add_new_disk()" },
	{ "*personality for level*not loaded*", "the level's module is not loaded",
	  "modprobe raid1 (raid0, raid10, raid456)", MD "md_run()" },
};

/* ---- finding ---- */

enum { TEXT_MAX = 512 };

// fnmatch() wants strings.
static bool matches(const char *pattern, struct mdt_slice text)
{
	char str[TEXT_MAX];
	size_t len = text.len < sizeof(str) ? text.len : sizeof(str) - 1;

	if (len)
		memcpy(str, text.str, len);
	str[len] = '\0';
	return fnmatch(pattern, str, 0) == 0;
}

const struct mdt_why_harmless *mdt_why_harmless_find(struct mdt_slice call,
						     struct mdt_slice path,
						     struct mdt_slice error)
{
	array_for_each (it, harmless_rows)
		if (matches(it->error, error) && matches(it->call, call) &&
		    (!it->path || matches(it->path, path)))
			return it;
	return NULL;
}

static bool has_rule(const char *pattern, const char *const *rules, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fnmatch(pattern, rules[i], 0) == 0)
			return true;
	return false;
}

const struct mdt_why_remedy *mdt_why_remedy_find(struct mdt_slice op,
						 struct mdt_slice error,
						 const char *const *rules, size_t count)
{
	array_for_each (it, remedy_rows)
		if (matches(it->op, op) && (!it->error || matches(it->error, error)) &&
		    (!it->rule || has_rule(it->rule, rules, count)))
			return it;
	return NULL;
}

static const struct mdt_why_message *find_message(const struct mdt_why_message *rows,
						  size_t count, struct mdt_slice line)
{
	for (size_t i = 0; i < count; i++)
		if (matches(rows[i].pattern, line))
			return &rows[i];
	return NULL;
}

const struct mdt_why_message *mdt_why_program_message(struct mdt_slice line)
{
	return find_message(program_rows, array_size(program_rows), line);
}

const struct mdt_why_message *mdt_why_kernel_message(struct mdt_slice line)
{
	return find_message(kernel_rows, array_size(kernel_rows), line);
}

const struct mdt_why_harmless *mdt_why_harmless_rows(size_t *len)
{
	*len = array_size(harmless_rows);
	return harmless_rows;
}

const struct mdt_why_remedy *mdt_why_remedy_rows(size_t *len)
{
	*len = array_size(remedy_rows);
	return remedy_rows;
}

const struct mdt_why_message *mdt_why_program_rows(size_t *len)
{
	*len = array_size(program_rows);
	return program_rows;
}

const struct mdt_why_message *mdt_why_kernel_rows(size_t *len)
{
	*len = array_size(kernel_rows);
	return kernel_rows;
}
