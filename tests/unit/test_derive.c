// SPDX-License-Identifier: MIT
// Logs to plans, a rule at a time: small logs, and the lines that their plans must have.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "md/superblock.h"
#include "params.h"
#include "derive/derive.h"
#include "strace/parse.h"

static struct mdt_slice plan_of(const char *log, const struct mdt_plan_options *options,
				struct mdt_buf *ret)
{
	struct mdt_plan plan = { 0 };

	cr_assert_null(mdt_plan_make_memory("log", mdt_slice_cstr(log), options, &plan));
	mdt_plan_write(&plan, ret);
	mdt_plan_deinit(&plan);
	cr_assert_null(mdt_buf_error(ret));
	return mdt_buf_slice(ret);
}

/*
 * A case: what of a plan is looked at, joined by newlines, in this order; a line that
 * begins with `!` must not be there at all. A line is matched from its beginning.
 */
struct rule {
	const char *name, *log, *has;
	struct mdt_plan_options options;
};

#define MD0	   "openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n"
#define SUPER	   "\"\\374N+\\251\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0abcdefghijklmnop\"..."
#define VERSION_12 "\\x01\\x00\\x00\\x00\\x02\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
#define DISK_ARG(number, minor, slot, state)                                             \
	"\"\\x0" #number "\\x00\\x00\\x00\\x07\\x00\\x00\\x00\\x0" #minor                \
	"\\x00\\x00\\x00\\x0" #slot "\\x00\\x00\\x00\\x0" #state "\\x00\\x00\\x00\""

static const struct rule rules[] = {
	{ "what does not reach md is counted",
	  "brk(NULL) = 0x1\nopenat(AT_FDCWD, \"/etc/passwd\", O_RDONLY) = 3\n"
	  "read(3, \"x\", 1) = 1\nclose(3) = 0\nstat(\"/dev/md0\", 0x7) = -1 ENOENT (x)\n"
	  "write(1, \"x\", 1) = 1\n",
	  "# mdtrace: log \"log\"\n"
	  "# mdtrace: skipped 2 \"a descriptor of something else\"\n"
	  "# mdtrace: skipped 1 \"does not reach the md driver\"\n"
	  "# mdtrace: skipped 1 \"a file that is neither md's nor a disk\"\n"
	  "# mdtrace: skipped 1 \"looks only: stat, readlink, access, folders\"\n"
	  "# mdtrace: skipped 1 \"the program's own words: standard input, output, "
	  "error\"\n" },
	{ "a descriptor that was open before", "ioctl(7, STOP_ARRAY, 0) = 0\n",
	  "# mdtrace: made \"open before the log begins, or its open is not in the "
	  "log\"\n"
	  "openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 7\n"
	  "ioctl(7, STOP_ARRAY, 0) = 0\n"
	  "# mdtrace: made \"the log has no close(): after the last use\"\n"
	  "close(7)" },
	{ "strace -y tells what it is, and is not repeated",
	  "9 ioctl(4</dev/.tmp.md.1:9:5>(deleted), STOP_ARRAY, 0) = 0\n9 close(4) = 0\n",
	  "write(3, \"md5\", 3)\n"
	  "9     openat(AT_FDCWD, \"/dev/md5\", O_RDONLY) = 4\n"
	  "9     ioctl(4, STOP_ARRAY, 0)\n9     close(4)\n" },
	{ "strace -y shows another path of the same file",
	  "# mdtrace: recorded \"6.1\"\n"
	  "openat(AT_FDCWD</>, \"/sys/block/md0/md/level\", O_RDONLY) = "
	  "3</sys/devices/virtual/block/md0/md/level>\n"
	  "read(3</sys/devices/virtual/block/md0/md/level>, \"raid1\\n\", 20) = 6\n"
	  "close(3</sys/devices/virtual/block/md0/md/level>) = 0\n",
	  "# mdtrace: recorded \"6.1\"\n!# mdtrace: made\n"
	  "openat(AT_FDCWD, \"/sys/block/md0/md/level\", O_RDONLY) = 3\n"
	  "read(3, \"raid1\\n\", 20)\nclose(3)\n" },
	{ "a number is given out again without a close",
	  "openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n"
	  "openat(AT_FDCWD, \"/etc/x\", O_RDONLY) = 3\nclose(9) = -1 EBADF (Bad)\n",
	  "openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n"
	  "# mdtrace: made \"added: the log reuses this descriptor number\"\nclose(3)" },
	{ "a torn call stands where it ended",
	  "5 openat(AT_FDCWD, \"/dev/md0\", O_RDONLY <unfinished ...>\n"
	  "6 openat(AT_FDCWD, \"/proc/mdstat\", O_RDONLY) = 3\n"
	  "5 <... openat resumed>) = 3\n6 close(3) = 0\n5 close(3) = 0\n",
	  "# mdtrace: line 2\n6     openat(AT_FDCWD, \"/proc/mdstat\", O_RDONLY) = 3\n"
	  "# mdtrace: line 1\n5     openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n" },
	{ "a child that speaks before its parent's clone is back",
	  "1 openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n"
	  "1 clone(child_stack=NULL, flags=SIGCHLD <unfinished ...>\n"
	  "2 ioctl(3, GET_ARRAY_INFO, 0x7f) = 0\n"
	  "1 <... clone resumed>) = 2\n2 exit_group(0) = ?\n1 close(3) = 0\n",
	  "1     openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n"
	  "1     clone(child_stack=NULL, flags=SIGCHLD) = 2\n"
	  "2     ioctl(3, GET_ARRAY_INFO, 0x7f) = 0\n2     exit_group(0)" },
	{ "a child that does nothing of md",
	  "1 openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n"
	  "1 clone(child_stack=NULL, flags=SIGCHLD) = 2\n2 brk(0) = 1\n1 close(3) = 0\n",
	  "1     openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n!1     clone\n" },
	{ "a relative path",
	  "chdir(\"/dev\") = 0\nopenat(AT_FDCWD, \"md0\", O_RDONLY) = 3\nclose(3) = 0\n",
	  "# mdtrace: derived \"path\" \"it was relative to a folder\"\n"
	  "openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n" },
	{ "another name of a disk whose number comes late",
	  MD0 "openat(AT_FDCWD, \"/dev/disk/by-id/x\", O_RDONLY) = 4\n"
	      "fstat(4, {st_mode=S_IFBLK|0600, st_rdev=makedev(0x8, 0x10), ...}) = 0\n"
	      "close(4) = 0\n",
	  "# mdtrace: disk 8:16 \"/dev/sdb\" 16777216 derived\n"
	  "mkdir(\"/dev/disk\", 0755)\nmkdir(\"/dev/disk/by-id\", 0755)\n"
	  "mknodat(AT_FDCWD, \"/dev/disk/by-id/x\", S_IFBLK|0600, makedev(0x8, 0x10))\n"
	  "openat(AT_FDCWD, \"/dev/disk/by-id/x\", O_RDONLY) = 4\n" },
	{ "a partition",
	  "openat(AT_FDCWD, \"/dev/sda1\", O_RDONLY) = 3\n"
	  "ioctl(3, BLKGETSIZE64, [41943040]) = 0\nclose(3) = 0\n",
	  "# mdtrace: disk 8:1 \"/dev/sda1\" 41943040 partition-of 8:0\n" },
	{ "the version by mdadm's message, members by nothing",
	  "mknod(\"/dev/.tmp.md.9:9:100\", S_IFBLK|0600, makedev(9, 100)) = 0\n"
	  "open(\"/dev/.tmp.md.9:9:100\", O_RDWR|O_EXCL) = 3\n"
	  "ioctl(3, 0x80480911, 0x7f) = -1 ENODEV (No such device) ----X\n"
	  "write(2, \"mdadm: Defaulting to version 0.90 metadata\\n\", 43) = 43\n"
	  "ioctl(3, 0x40480923, 0x7f) = 0\nioctl(3, 0x40140921, 0x7f) = 0\n"
	  "ioctl(3, 0x40140921, 0x7f) = 0\nioctl(3, 0x400c0930, 0x7f) = 0\n",
	  "# mdtrace: prologue \"the superblock that ADD_NEW_DISK finds on /dev/loop0; \n"
	  "!write(3, \"md100\", 5)\n"
	  "ioctl(3, GET_ARRAY_INFO, 0x7f) = -1 ENODEV (No such device)\n"
	  "# mdtrace: derived \"minor_version\" \"mdadm: Defaulting to version ... "
	  "metadata\"\n"
	  "ioctl(3, SET_ARRAY_INFO, \"\\x00\\x00\\x00\\x00\\x5a\\x00\\x00\\x00\\x00\n"
	  "ioctl(3, ADD_NEW_DISK, " DISK_ARG(
		  0, 0, 0, 6) ") = 0\n"
			      "ioctl(3, ADD_NEW_DISK, " DISK_ARG(1, 1, 1, 6) ") = 0\n" },
	{ "a create with a missing member and a spare",
	  "execve(\"/sbin/mdadm\", [\"mdadm\", \"-C\", \"/dev/md0\", \"-l1\", \"-n3\", "
	  "\"-x1\", \"/dev/loop4\", \"missing\", \"/dev/loop2\", \"/dev/loop3\"], 0x7 /* 1 "
	  "var */) = 0\n"
	  "open(\"/dev/md0\", O_RDWR) = 3\nioctl(3, GET_ARRAY_INFO, 0x7f) = -1 ENODEV (N)\n"
	  "ioctl(3, SET_ARRAY_INFO, 0x7f) = 0\nioctl(3, ADD_NEW_DISK, 0x7f) = 0\n"
	  "ioctl(3, ADD_NEW_DISK, 0x7f) = 0\nioctl(3, ADD_NEW_DISK, 0x7f) = 0\n"
	  "ioctl(3, RUN_ARRAY, 0x7f) = 0\n",
	  "ioctl(3, SET_ARRAY_INFO, \"" VERSION_12 "\n"
	  "# mdtrace: derived \"major\" \"mdadm's command line\"\n"
	  "ioctl(3, ADD_NEW_DISK, " DISK_ARG(
		  0, 4, 0,
		  6) ") = 0\n"
		     "ioctl(3, ADD_NEW_DISK, " DISK_ARG(
			     2, 2, 2,
			     6) ") = 0\n"
				"ioctl(3, ADD_NEW_DISK, \"\\x03\\x00\\x00\\x00\\x07\\x00\\x00\\x00\\x03\\x00\\x00"
				"\\x00\\xff\\xff\\xff\\xff\\x00\n" },
	{ "an assembly adds the freshest last",
	  "execve(\"/sbin/mdadm\", [\"mdadm\", \"-A\", \"/dev/md0\", \"/dev/loop4\", "
	  "\"/dev/loop2\"], 0x7 /* 1 var */) = 0\n"
	  "open(\"/dev/md0\", O_RDWR) = 3\nioctl(3, STOP_ARRAY, 0) = 0\n"
	  "ioctl(3, SET_ARRAY_INFO, 0x7f) = 0\nioctl(3, ADD_NEW_DISK, 0x7f) = 0\n"
	  "ioctl(3, ADD_NEW_DISK, 0x7f) = 0\nioctl(3, RUN_ARRAY, NULL) = 0\n",
	  "write(3, \"md0\", 3)\n!ioctl(3, RUN_ARRAY, 0)\n"
	  "ioctl(3, ADD_NEW_DISK, " DISK_ARG(
		  1, 2, 1, 6) ") = 0\n"
			      "ioctl(3, ADD_NEW_DISK, " DISK_ARG(0, 4, 0, 6) ") = 0\n" },
	{ "partial payloads are kept",
	  "ioctl(3, SET_ARRAY_INFO, \"\\x01\\x00\\x00\\x00\\x01\"...) = 0\n"
	  "ioctl(3, ADD_NEW_DISK, \"\\x05\\x00\\x00\\x00\\x07\\x00\\x00\\x00\\x09\\x00\\x00"
	  "\\x00\"...) = 0\n"
	  "ioctl(3, RUN_ARRAY, 0x7f) = 0\n",
	  "!# mdtrace: derived \"major_version\"\n"
	  "ioctl(3, SET_ARRAY_INFO, \"\\x01\\x00\\x00\\x00\\x01\\x00\\x00\\x00\\x00\n"
	  "!# mdtrace: derived \"number\"\n!# mdtrace: derived \"major\"\n"
	  "# mdtrace: derived \"state\"\n"
	  "ioctl(3, ADD_NEW_DISK, \"\\x05\\x00\\x00\\x00\\x07\\x00\\x00\\x00\\x09\n" },
	{ "structs as mdtrace prints them",
	  "ioctl(3, ADD_NEW_DISK, {number=2, major=7, minor=3, raid_disk=1, "
	  "state=MD_DISK_ACTIVE|MD_DISK_SYNC}) = 0\nioctl(3, RUN_ARRAY, 0) = 0\n",
	  "!# mdtrace: derived \"state\"\n"
	  "ioctl(3, ADD_NEW_DISK, " DISK_ARG(2, 3, 1, 6) ") = 0\n" },
	{ "--build sets everything",
	  "execve(\"/sbin/mdadm\", [\"mdadm\", \"--build\", \"/dev/md0\", \"-l1\", \"-n2\", "
	  "\"/dev/loop0\", \"/dev/loop1\"], 0x7 /* 1 var */) = 0\n" MD0
	  "ioctl(3, GET_ARRAY_INFO, 0x7f) = -1 ENODEV (N)\n"
	  "ioctl(3, SET_ARRAY_INFO, 0x7f) = 0\nioctl(3, ADD_NEW_DISK, 0x7f) = 0\n"
	  "ioctl(3, ADD_NEW_DISK, 0x7f) = 0\nioctl(3, RUN_ARRAY, 0x7f) = 0\nclose(3) = 0\n",
	  "!pwrite64(\n# mdtrace: derived \"not_persistent\" \"mdadm --build\"\n"
	  "ioctl(3, SET_ARRAY_INFO, \"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
	  "\\x00\\x00\\x00\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\\x00\\x00"
	  "\\x00\\x02\n" },
	{ "--grow changes one field of a running array",
	  "execve(\"/sbin/mdadm\", [\"mdadm\", \"-G\", \"/dev/md0\", \"-n4\"], 0x7 /* 1 var "
	  "*/) = 0\n" MD0 "ioctl(3, SET_ARRAY_INFO, 0x7f) = 0\nclose(3) = 0\n",
	  "# mdtrace: disk 7:2\n!# mdtrace: disk 7:3\n"
	  "# mdtrace: from-array \"ctime\"\n!# mdtrace: from-array \"raid_disks\"\n"
	  "# mdtrace: derived \"raid_disks\" \"mdadm's --raid-devices\"\n" },
	{ "GET_DISK_INFO counts",
	  MD0 "ioctl(3, GET_DISK_INFO, 0x7f) = 0\nlseek(3, 0, SEEK_SET) = 0\n"
	      "ioctl(3, GET_DISK_INFO, 0x7f) = 0\nioctl(3, GET_DISK_INFO, 0x7f) = 0\n"
	      "close(3) = 0\n",
	  "ioctl(3, GET_DISK_INFO, \"\\x00\\x00\\x00\\x00\\x00\nlseek(\n"
	  "ioctl(3, GET_DISK_INFO, \"\\x00\\x00\\x00\\x00\\x00\n"
	  "ioctl(3, GET_DISK_INFO, \"\\x01\\x00\\x00\\x00\\x00\n" },
	{ "an array that runs when the log begins",
	  MD0 "ioctl(3, GET_ARRAY_INFO, 0x7f) = 0\nclose(3) = 0\n",
	  "# mdtrace: module raid1\n"
	  "# mdtrace: prologue \"md0 runs when the log begins (GET_ARRAY_INFO succeeds)\"\n"
	  "write(3, \"md0\", 3)\n# mdtrace: await\nopenat(AT_FDCWD, \"/dev/md0\", O_RDWR)\n"
	  "ioctl(3, SET_ARRAY_INFO, \"" VERSION_12 "\n"
	  "ioctl(3, ADD_NEW_DISK, " DISK_ARG(
		  0, 0, 0,
		  6) ") = 0\n"
		     "ioctl(3, ADD_NEW_DISK, " DISK_ARG(
			     1, 1, 1,
			     6) ") = 0\n"
				"ioctl(3, RUN_ARRAY, 0)\n# mdtrace: settle\nclose(3)\n"
				"# mdtrace: log \"log\"\n" },
	{ "a bitmap that GET_ARRAY_INFO tells of, and the time that it has",
	  MD0
	  "ioctl(3, GET_ARRAY_INFO, \"\\1\\0\\0\\0\\2\\0\\0\\0\\3\\0\\0\\0\\172\\12\\1\\153\\1\\0\\0\\0\\0\\234\\0\\0\\2\\0\\0\\0\\2\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\177\\12\\1\\153\\1\\1\\0\\0\\2\\0\\0\\0\\2\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\") = 0\nclose(3) = 0\n",
	  "pwrite64(3, \"\\xfcN+\\xa9\\x01\\x00\\x00\\x00\\x01\npwrite64(3, \"bitm\n" },
	{ "no bitmap",
	  MD0
	  "ioctl(3, GET_ARRAY_INFO, \"\\1\\0\\0\\0\\2\\0\\0\\0\\3\\0\\0\\0\\172\\12\\1\\153\\1\\0\\0\\0\\0\\234\\0\\0\\2\\0\\0\\0\\2\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\177\\12\\1\\153\\1\\0\\0\\0\\2\\0\\0\\0\\2\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\") = 0\nclose(3) = 0\n",
	  "pwrite64(3, \"\\xfcN+\\xa9\\x01\\x00\\x00\\x00\\x00\n!pwrite64(3, \"bitm\n" },
	{ "the user's word for what the log does not tell",
	  MD0 "ioctl(3, GET_ARRAY_INFO, 0x7f) = 0\nclose(3) = 0\n",
	  "# mdtrace: module raid10\n"
	  "# mdtrace: disk 7:0 \"/dev/loop0\" 134217728 derived \"--disk-size\"\n"
	  "# mdtrace: disk 7:3 \"/dev/loop3\" 134217728 derived\n!# mdtrace: disk 7:4\n",
	  { .disk_size = 128 << 20, .disks = 4, .level = 10, .has_level = true } },
	{ "the component's size tells the disks'",
	  MD0 "openat(AT_FDCWD, \"/sys/block/md0/md/component_size\", O_RDONLY) = 4\n"
	      "read(4, \"39936\\n\", 4096) = 6\nclose(4) = 0\nclose(3) = 0\n",
	  "# mdtrace: disk 7:0 \"/dev/loop0\" 41943040 derived \"holds a component of "
	  "39936 KiB\"\n" },
	{ "a member that can be removed had failed",
	  MD0 "ioctl(3, HOT_REMOVE_DISK, 0x701) = 0\nclose(3) = 0\n",
	  "ioctl(3, RUN_ARRAY, 0)\n# mdtrace: settle\n"
	  "ioctl(3, SET_DISK_FAULTY, 0x701)\n# mdtrace: settle\nclose(3)\n"
	  "ioctl(3, HOT_REMOVE_DISK, 0x701)\n" },
	{ "a member that fails in the log had not before",
	  MD0
	  "ioctl(3, SET_DISK_FAULTY, 0x701) = 0\nioctl(3, HOT_REMOVE_DISK, 0x701) = 0\n"
	  "close(3) = 0\n",
	  "ioctl(3, RUN_ARRAY, 0)\n# mdtrace: log \"log\"\n"
	  "ioctl(3, SET_DISK_FAULTY, 0x701)\n# mdtrace: await\n"
	  "ioctl(3, HOT_REMOVE_DISK, 0x701)\n" },
	{ "a disk is added to an array that lacks one",
	  MD0 "ioctl(3, GET_ARRAY_INFO, 0x7f) = 0\n"
	      "openat(AT_FDCWD, \"/dev/loop5\", O_RDWR|O_EXCL) = 4\nclose(4) = 0\n"
	      "ioctl(3, ADD_NEW_DISK, 0x7f) = 0\nclose(3) = 0\n",
	  "ioctl(3, ADD_NEW_DISK, " DISK_ARG(
		  0, 0, 0,
		  6) ") = 0\nioctl(3, RUN_ARRAY, 0)\n"
		     "ioctl(3, ADD_NEW_DISK, "
		     "\"\\x02\\x00\\x00\\x00\\x07\\x00\\x00\\x00\\x05\\x00\\x00\\x00\\xff\\xff\\xff\\xff\\x00\\x00\\x00\\x00\") = 0\n" },
	{ "a read-only array", MD0 "ioctl(3, RESTART_ARRAY_RW, 0) = 0\nclose(3) = 0\n",
	  "ioctl(3, RUN_ARRAY, 0)\n# mdtrace: settle\nioctl(3, STOP_ARRAY_RO, 0)\n" },
	{ "/proc/mdstat tells members",
	  "openat(AT_FDCWD, \"/proc/mdstat\", O_RDONLY) = 3\n"
	  "read(3, \"Personalities : [raid1] \\nmd3 : active raid1 sdc1[3](S) sdb1[1] "
	  "sda1[0]\\n      65408 blocks [2/2] [UU]\\n      \\nunused devices: <none>\\n\", "
	  "4096) = 131\nclose(3) = 0\n",
	  "# mdtrace: disk 8:1 \"/dev/sda1\" 67043328 derived\n"
	  "ioctl(3, SET_ARRAY_INFO, \"\\x00\\x00\\x00\\x00\\x5a\n"
	  "ioctl(3, ADD_NEW_DISK, \"\\x00\\x00\\x00\\x00\\x08\\x00\\x00\\x00\\x01\n"
	  "ioctl(3, ADD_NEW_DISK, \"\\x01\\x00\\x00\\x00\\x08\\x00\\x00\\x00\\x11\n"
	  "ioctl(3, ADD_NEW_DISK, \"\\x03\\x00\\x00\\x00\\x08\\x00\\x00\\x00\\x21\n"
	  "ioctl(3, RUN_ARRAY, 0)\n" },
	{ "mdadm reads of all members there are",
	  MD0 "openat(AT_FDCWD, \"/sys/block/md0/md/dev-loop4/slot\", O_RDONLY) = 4\n"
	      "read(4, \"1\\n\", 4096) = 2\nclose(4) = 0\nclose(3) = 0\n",
	  "# mdtrace: disk 7:4\n!# mdtrace: disk 7:0\n"
	  "ioctl(3, ADD_NEW_DISK, " DISK_ARG(1, 4, 1, 6) ") = 0\n"
							 "ioctl(3, RUN_ARRAY, 0)\n" },
	{ "two commands in one log",
	  "1 execve(\"/sbin/mdadm\", [\"mdadm\", \"/dev/md0\", \"-f\", \"/dev/loop1\"], 0x7) "
	  "= 0\n1 openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n"
	  "1 ioctl(3, SET_DISK_FAULTY, 0x701) = 0\n1 close(3) = 0\n"
	  "2 execve(\"/sbin/mdadm\", [\"mdadm\", \"--stop\", \"/dev/md0\"], 0x7) = 0\n"
	  "2 openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n"
	  "2 ioctl(3, STOP_ARRAY, 0) = 0\n2 close(3) = 0\n",
	  "1     ioctl(3, SET_DISK_FAULTY, 0x701)\n1     close(3)\n# mdtrace: settle\n"
	  "2     openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n" },
	{ "an array that is not there",
	  "openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = -1 ENOENT (No such file)\n",
	  "!# mdtrace: prologue\nopenat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = -1 ENOENT (No "
	  "such file)\n" },
	{ "a partition of an array is the array",
	  "openat(AT_FDCWD, \"/dev/md126p5\", O_RDONLY) = 12\n"
	  "fstat(12, {st_mode=S_IFBLK|0660, st_rdev=makedev(0x103, 0x8), ...}) = 0\n"
	  "ioctl(12, STOP_ARRAY, NULL) = 0\n",
	  "# mdtrace: prologue \"md126 runs when the log begins (STOP_ARRAY)\"\n"
	  "# mdtrace: log\n"
	  "mknodat(AT_FDCWD, \"/dev/md126p5\", S_IFBLK|0600, makedev(0x9, 0x7e)) = 0\n"
	  "openat(AT_FDCWD, \"/dev/md126p5\", O_RDONLY) = 12\n"
	  "ioctl(12, STOP_ARRAY, NULL) = 0\n!makedev(0x103\n!# mdtrace: disk 259:8\n" },
	{ "the same by a descriptor that -yy shows",
	  "ioctl(12</dev/md126p5<block 259:8>>, STOP_ARRAY, NULL) = 0\n",
	  "ioctl(12, STOP_ARRAY, NULL)\n!# mdtrace: disk 259:8\n" },
	{ "an array that is there and clear",
	  MD0
	  "ioctl(3, GET_ARRAY_INFO, 0x7f) = -1 ENODEV (No such device)\nclose(3) = 0\n",
	  "write(3, \"md0\", 3)\n!ioctl(3, SET_ARRAY_INFO\n# mdtrace: log\n" },
	{ "what was asynchronous is waited for",
	  MD0 "ioctl(3, SET_DISK_FAULTY, 0x701) = 0\n"
	      "openat(AT_FDCWD, \"/sys/block/md0/md/dev-loop1/state\", O_RDONLY) = 4\n"
	      "read(4, \"faulty\\n\", 20) = 7\nclose(4) = 0\nclose(3) = 0\n",
	  "ioctl(3, SET_DISK_FAULTY, 0x701)\n# mdtrace: await\nread(4, \"faulty\\n\", "
	  "20)\n" },
	{ "a disk that is added again without a new superblock",
	  "9 " MD0 "9 ioctl(3, GET_ARRAY_INFO, 0x7f) = 0\n"
	  "9 ioctl(3, ADD_NEW_DISK, 0x7f) = -1 EINVAL (Invalid argument)\n"
	  "9 close(3) = 0\n",
	  "# mdtrace: log\n# mdtrace: derived \"state\" \"re-added: mdadm keeps the old "
	  "superblock\"\n" },
	{ "two arrays under one name have each its version and level",
	  "1 execve(\"/sbin/mdadm\", [\"mdadm\", \"-C\", \"/dev/md0\", \"-l\", \"0\", "
	  "\"-n\", \"2\", \"-e\", \"1.2\", \"/dev/loop0\", \"/dev/loop1\"], 0x7) = 0\n"
	  "1 openat(AT_FDCWD, \"/dev/md0\", O_RDWR) = 3\n"
	  "1 ioctl(3, SET_ARRAY_INFO, 0x7f) = 0\n1 close(3) = 0\n"
	  "2 execve(\"/sbin/mdadm\", [\"mdadm\", \"-C\", \"/dev/md0\", \"-l\", \"5\", "
	  "\"-n\", \"3\", \"-e\", \"0.90\", \"/dev/loop0\", \"/dev/loop1\", "
	  "\"/dev/loop2\"], 0x7) = 0\n"
	  "2 openat(AT_FDCWD, \"/dev/md0\", O_RDWR) = 3\n"
	  "2 ioctl(3, SET_ARRAY_INFO, 0x7f) = 0\n2 close(3) = 0\n",
	  "# mdtrace: module raid0\n# mdtrace: module raid456\n"
	  "1     ioctl(3, SET_ARRAY_INFO, \"" VERSION_12 "\n"
	  "2     ioctl(3, SET_ARRAY_INFO, \"\\x00\\x00\\x00\\x00\\x5a\\x00\\x00\\x00\n" },
	{ "an array that is read-auto",
	  MD0 "openat(AT_FDCWD, \"/sys/block/md0/md/array_state\", O_RDONLY) = 4\n"
	      "read(4, \"read-auto\\n\", 20) = 10\nclose(4) = 0\nclose(3) = 0\n",
	  "ioctl(3, RUN_ARRAY, 0)\nclose(3)\n"
	  "openat(AT_FDCWD, \"/sys/block/md0/md/array_state\", O_WRONLY) = 3\n"
	  "write(3, \"read-auto\", 9)\n# mdtrace: log\n" },
	{ "an array that has no superblocks",
	  MD0 "openat(AT_FDCWD, \"/sys/block/md0/md/array_state\", O_RDONLY) = 4\n"
	      "read(4, \"clean\\n\", 20) = 6\nclose(4) = 0\n"
	      "openat(AT_FDCWD, \"/sys/block/md0/md/metadata_version\", O_RDONLY) = 4\n"
	      "read(4, \"none\\n\", 20) = 5\nclose(4) = 0\nclose(3) = 0\n",
	  "!pwrite64(\nioctl(3, SET_ARRAY_INFO, "
	  "\"\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00"
	  "\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x02\n"
	  "ioctl(3, ADD_NEW_DISK, " DISK_ARG(0, 0, 0, 6) ") = 0\n" },
	{ "one disk is left of those that fail",
	  MD0 "ioctl(3, SET_DISK_FAULTY, 0x700) = 0\n"
	      "ioctl(3, SET_DISK_FAULTY, 0x701) = 0\nclose(3) = 0\n",
	  "ioctl(3, ADD_NEW_DISK, " DISK_ARG(
		  0, 0, 0, 6) ") = 0\n"
			      "ioctl(3, ADD_NEW_DISK, " DISK_ARG(
				      1, 1, 1, 6) ") = 0\n"
						  "ioctl(3, ADD_NEW_DISK, " DISK_ARG(
							  2, 2, 2,
							  6) ") = 0\n"
							     "ioctl(3, RUN_ARRAY, 0)\n" },
	{ "what a level needs at least",
	  MD0 "openat(AT_FDCWD, \"/sys/block/md0/md/level\", O_RDONLY) = 4\n"
	      "read(4, \"raid6\\n\", 20) = 6\nclose(4) = 0\nclose(3) = 0\n",
	  "ioctl(3, ADD_NEW_DISK, " DISK_ARG(3, 3, 3, 6) ") = 0\n"
							 "ioctl(3, RUN_ARRAY, 0)\n" },
	{ "a disk that is busy, and the log does not tell why",
	  "5 openat(AT_FDCWD, \"/dev/loop4\", O_RDWR|O_EXCL) = -1 EBUSY (Busy)\n",
	  "# mdtrace: log\n# mdtrace: made \"the log finds the disk busy, and does not "
	  "tell what has it\"\n"
	  "1     openat(AT_FDCWD, \"/dev/loop4\", O_RDONLY|O_EXCL) = 3\n"
	  "5     openat(AT_FDCWD, \"/dev/loop4\", O_RDWR|O_EXCL) = -1 EBUSY (Busy)\n" },
	{ "a disk that is busy only at first",
	  "5 openat(AT_FDCWD, \"/dev/loop4\", O_RDWR|O_EXCL) = -1 EBUSY (Busy)\n"
	  "5 openat(AT_FDCWD, \"/dev/loop4\", O_RDWR|O_EXCL) = 3\n5 close(3) = 0\n",
	  "!# mdtrace: made\n" },
	{ "a superblock tells its place when lseek() was not traced",
	  "openat(AT_FDCWD, \"/dev/loop4\", O_RDWR) = 3\n"
	  "read(3, " SUPER ", 4096) = 4096\n"
	  "read(3, \"x\"..., 4096) = 4096\nclose(3) = 0\n",
	  "# mdtrace: made \"the log has no lseek(): to the superblock\"\n"
	  "lseek(3, 4096, SEEK_SET) = 4096\nread(3, " SUPER ", 4096)\nclose(3)\n"
	  "# mdtrace: skipped 1 \"a place on a disk that the log, without lseek(), does "
	  "not tell\"\n" },
	{ "and is not sought when it was",
	  "openat(AT_FDCWD, \"/dev/loop4\", O_RDWR) = 3\nlseek(3, 8192, SEEK_SET) = 8192\n"
	  "read(3, " SUPER ", 4096) = 4096\nclose(3) = 0\n",
	  "!# mdtrace: made\n" },
	{ "the log of a strace that was cut, and another one",
	  "1 openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n"
	  "1 ioctl(3, GET_ARRAY_INFO, 0x7f) = 0\n"
	  "2 execve(\"/sbin/mdadm\", [\"mdadm\", \"--stop\", \"/dev/md0\"], 0x7) = 0\n"
	  "2 openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n"
	  "2 ioctl(3, STOP_ARRAY, 0) = 0\n2 close(3) = 0\n",
	  "1     ioctl(3, GET_ARRAY_INFO\n"
	  "# mdtrace: made \"the process ends here; the log has no call for it\"\n"
	  "1     exit_group(0) = ?\n2     openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n" },
	{ "a process that is seen again has not ended",
	  "1 openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n"
	  "2 execve(\"/sbin/mdadm\", [\"mdadm\", \"--grow\", \"/dev/md0\"], 0x7) = 0\n"
	  "1 close(3) = 0\n",
	  "!# mdtrace: made\n1     close(3)\n" },
	{ "a member that failed, and is told to come back",
	  MD0 "openat(AT_FDCWD, \"/sys/block/md0/md/dev-loop1/state\", O_WRONLY) = 4\n"
	      "write(4, \"re-add\", 6) = 6\nclose(4) = 0\nclose(3) = 0\n",
	  "ioctl(3, ADD_NEW_DISK, " DISK_ARG(
		  1, 1, 1, 6) ") = 0\nioctl(3, RUN_ARRAY, 0)\n"
			      "ioctl(3, SET_DISK_FAULTY, 0x701)\n# mdtrace: log\n" },
	{ "members of an array that was not run are those that are listed",
	  "openat(AT_FDCWD, \"/proc/mdstat\", O_RDONLY) = 3\n"
	  "read(3, \"Personalities : \\nmd7 : inactive loop3[0](S)\\n      9 blocks super "
	  "1.2\\n       \\nunused devices: <none>\\n\", 4096) = 94\nclose(3) = 0\n",
	  "!# mdtrace: disk 7:0\n!ioctl(3, RUN_ARRAY\n"
	  "ioctl(3, ADD_NEW_DISK, " DISK_ARG(0, 3, 0, 6) ") = 0\n# mdtrace: log\n" },
	{ "an array that is started by writing to array_state",
	  "9 execve(\"/sbin/mdadm\", [\"mdadm\", \"-A\", \"--readonly\", \"/dev/md0\", "
	  "\"/dev/loop0\"], 0x7) = 0\n"
	  "9 openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n"
	  "9 ioctl(3, SET_ARRAY_INFO, 0x7f) = 0\n"
	  "9 ioctl(3, ADD_NEW_DISK, 0x7f) = 0\n"
	  "9 openat(AT_FDCWD, \"/sys/block/md0/md/array_state\", O_WRONLY) = 4\n"
	  "9 write(4, \"readonly\", 8) = 8\n9 close(4) = 0\n"
	  "9 ioctl(3, ADD_NEW_DISK, 0x7f) = 0\n9 close(3) = 0\n",
	  "# mdtrace: derived \"number\" \"its place among the members\"\n"
	  "9     write(4, \"readonly\", 8)\n"
	  "# mdtrace: derived \"number\" \"the first that is free\"\n" },
	{ "one command that fails a disk, removes it and adds it write-mostly",
	  "9 execve(\"/sbin/mdadm\", [\"mdadm\", \"/dev/md0\", \"--fail\", \"/dev/loop1\", "
	  "\"--remove\", \"/dev/loop1\", \"--add\", \"--write-mostly\", \"/dev/loop1\"], "
	  "0x7) = 0\n"
	  "9 openat(AT_FDCWD, \"/dev/md0\", O_RDONLY) = 3\n"
	  "9 ioctl(3, GET_ARRAY_INFO, 0x7f) = 0\n"
	  "9 ioctl(3, SET_DISK_FAULTY, 0x701) = 0\n"
	  "9 ioctl(3, HOT_REMOVE_DISK, 0x701) = 0\n"
	  "9 openat(AT_FDCWD, \"/dev/loop1\", O_RDONLY) = 4\n"
	  "9 lseek(4, 4096, SEEK_SET) = 4096\n"
	  "9 read(4, " SUPER ", 4096) = 4096\n9 close(4) = 0\n"
	  "9 write(1, \"x\", 1) = 1\n"
	  "9 ioctl(3, ADD_NEW_DISK, 0x7f) = 0\n9 close(3) = 0\n",
	  "ioctl(3, ADD_NEW_DISK, " DISK_ARG(
		  0, 0, 0,
		  6) ") = 0\n"
		     "ioctl(3, ADD_NEW_DISK, " DISK_ARG(
			     1, 1, 1,
			     6) ") = 0\n# mdtrace: log\n"
				"9     ioctl(3, ADD_NEW_DISK, \"\\x01\\x00\\x00\\x00\\x07\\x00\\x00\\x00\\x01\\x00"
				"\\x00\\x00\\x01\\x00\\x00\\x00\\x06\\x02\\x00\\x00\"\n" },
	{ "an injected result, and half a call",
	  "ioctl(3, STOP_ARRAY) = -1 EPERM (Not permitted) (INJECTED)\n"
	  "ioctl(3, STOP_ARRAY <unfinished ...>\n",
	  "!ioctl(\n# mdtrace: skipped 1 \"strace made the result up\"\n"
	  "# mdtrace: skipped 1 \"the log has only half of the call\"\n" },
};

static struct mdt_slice next_line(struct mdt_slice *rest)
{
	const char *end = memchr(rest->str, '\n', rest->len);
	struct mdt_slice line =
		mdt_slice_head(*rest, end ? (size_t)(end - rest->str) : rest->len);

	*rest = mdt_slice_skip(*rest, line.len + 1);
	return line;
}

// Moves behind the first line that begins so.
static bool find_line(struct mdt_slice *plan, struct mdt_slice start)
{
	struct mdt_slice rest = *plan;

	while (rest.len)
		if (mdt_slice_starts(next_line(&rest), start)) {
			*plan = rest;
			return true;
		}
	return false;
}

ParameterizedTestParameters(derive, rule)
{
	return index_params(rules);
}

ParameterizedTest(size_t *i, derive, rule)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	const struct rule *rule = &rules[*i];
	struct mdt_slice plan = plan_of(rule->log, &rule->options, &buf), whole = plan;
	struct mdt_slice wanted = mdt_slice_cstr(rule->has), line;

	while (wanted.len) {
		line = next_line(&wanted);
		if (line.str[0] == '!')
			cr_expect_not(
				find_line(&(struct mdt_slice){ whole.str, whole.len },
					  mdt_slice_skip(line, 1)),
				"%s: there is '%.*s' in\n%.*s", rule->name,
				SLICE_FMT(line), SLICE_FMT(whole));
		else
			cr_expect(find_line(&plan, line), "%s: no '%.*s' in\n%.*s",
				  rule->name, SLICE_FMT(line), SLICE_FMT(whole));
	}
}

ParameterizedTestParameters(derive, planned_again)
{
	return index_params(rules);
}

ParameterizedTest(size_t *i, derive, planned_again)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf once = { 0 }, twice = { 0 };
	struct mdt_plan plan = { 0 };

	plan_of(rules[*i].log, &rules[*i].options, &once);
	cr_assert_null(mdt_plan_make_memory("p", mdt_buf_slice(&once), NULL, &plan));
	mdt_plan_write(&plan, &twice);
	mdt_plan_deinit(&plan);
	cr_expect(mdt_slice_eq(mdt_buf_slice(&once), mdt_buf_slice(&twice)), "%s",
		  rules[*i].name);
}

/* ---- superblocks ---- */

// The superblock that the first call of this name puts on a disk.
static struct mdt_super written(struct mdt_plan *plan, const char *name, uint64_t offset,
				struct mdt_buf *ret)
{
	_cleanup_(mdt_nodes_deinit) struct mdt_nodes nodes = { 0 };
	struct mdt_event event;

	for (size_t i = 0; i < plan->section_count; i++)
		for (size_t j = 0; j < plan->sections[i].step_count; j++) {
			const struct mdt_plan_step *step = &plan->sections[i].steps[j];

			if (step->kind != MDT_STEP_CALL)
				continue;
			cr_assert_null(mdt_parse_line(step->text, &nodes, &event));
			if (!mdt_slice_eq_cstr(event.name, name))
				continue;
			mdt_buf_clear(ret);
			cr_assert(mdt_ref_bytes(mdt_event_arg(&event, 1), ret));
			if (ret->len < 256) // a name for new_array
				continue;
			return mdt_super_from(mdt_buf_slice(ret), offset);
		}
	cr_assert_fail("no %s", name);
	return (struct mdt_super){ 0 };
}

Test(derive, a_cut_superblock_that_is_written)
{
	static const char log[] =
		"execve(\"/sbin/mdadm\", [\"mdadm\", \"-C\", \"/dev/md0\", \"-l1\", \"-n2\", "
		"\"/dev/loop0\", \"/dev/loop1\"], 0x7 /* 1 var */) = 0\n"
		"open(\"/dev/loop0\", O_RDWR|O_EXCL) = 5\n"
		"ioctl(5, BLKGETSIZE64, [41943040]) = 0\n"
		"lseek(5, 4096, SEEK_SET) = 4096\n"
		"write(5, " SUPER ", 512) = 512\nclose(5) = 0\n" MD0
		"ioctl(3, ADD_NEW_DISK, 0x7f) = 0\nioctl(3, RUN_ARRAY, 0x7f) = 0\n";
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	struct mdt_plan plan = { 0 };
	struct mdt_super super;
	uint64_t number;

	cr_assert_null(mdt_plan_make_memory("log", mdt_slice_cstr(log), NULL, &plan));
	super = written(&plan, "write", 4096, &bytes);
	cr_expect_eq(bytes.len, 512);
	cr_expect_eq(super.minor, 2);
	cr_expect_eq(mdt_super_csum(&super).kind, MDT_CSUM_CORRECT);
	cr_assert(mdt_super_find(&super, MDT_SB_RAID_DISKS, &number));
	cr_expect_eq(number, 2);
	cr_assert(mdt_super_find(&super, MDT_SB_RESYNC_OFFSET, &number));
	cr_expect_eq(number, 0, "mdadm creates arrays that are to be resynced");
	cr_expect_eq(memcmp(bytes.str + 16, "abcdefghijklmnop", 16), 0);
	mdt_plan_deinit(&plan);
}

Test(derive, a_cut_superblock_that_is_read)
{
	static const char log[] = "open(\"/dev/loop0\", O_RDONLY) = 5\n"
				  "ioctl(5, BLKGETSIZE64, [41943040]) = 0\n"
				  "lseek(5, 4096, SEEK_SET) = 4096\n"
				  "read(5, " SUPER ", 4096) = 4096\nclose(5) = 0\n";
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	struct mdt_plan plan = { 0 };
	struct mdt_super super;
	uint64_t number;

	cr_assert_null(mdt_plan_make_memory("log", mdt_slice_cstr(log), NULL, &plan));
	cr_assert(plan.sections[0].is_prologue);
	super = written(&plan, "pwrite64", 4096, &bytes);
	cr_expect_eq(mdt_super_csum(&super).kind, MDT_CSUM_CORRECT);
	cr_expect_eq(memcmp(bytes.str + 16, "abcdefghijklmnop", 16), 0);
	cr_assert(mdt_super_find(&super, MDT_SB_RESYNC_OFFSET, &number));
	cr_expect_eq(number, UINT64_MAX, "an array of before is clean");
	mdt_plan_deinit(&plan);
}

/* ---- plans, executed logs, errors ---- */

Test(derive, an_executed_log_is_its_plan)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	struct mdt_slice plan = plan_of("# mdtrace: executed 1\n"
					"# mdtrace: guest kernel \"6.1\"\n"
					"\n# mdtrace: log \"a\"\n# mdtrace: line 3\n"
					"ioctl(3, STOP_ARRAY)  = -1 EBUSY (Busy)\n"
					"# mdtrace: uevent \"x\"\n",
					NULL, &buf);

	cr_expect(mdt_slice_eq_cstr(plan, "# mdtrace: plan 1\n\n# mdtrace: log \"a\"\n"
					  "# mdtrace: line 3\n"
					  "ioctl(3, STOP_ARRAY)  = -1 EBUSY (Busy)\n"),
		  "%.*s", SLICE_FMT(plan));
}

Test(derive, a_log_that_is_not_there)
{
	static const char *const logs[] = { "/nowhere/a.strace" };
	struct mdt_plan plan = { 0 };
	struct mdt_error *err = mdt_plan_make(logs, 1, NULL, &plan);

	cr_assert_not_null(err);
	cr_expect_eq(err->kind, MDT_ERR_OS);
	mdt_error_destroy(err);
	mdt_plan_deinit(&plan);
}

#define TRACES MDT_SOURCE_DIR "/traces/"

// How many prologues there are, and calls in them.
static size_t prologues(const char *const *logs, size_t count)
{
	struct mdt_plan plan = { 0 };
	size_t found = 0;

	cr_assert_null(mdt_plan_make(logs, count, NULL, &plan));
	for (size_t i = 0; i < plan.section_count; i++)
		found += plan.sections[i].is_prologue;
	mdt_plan_deinit(&plan);
	return found;
}

Test(derive, logs_in_a_row_need_no_prologue)
{
	static const char *const row[] = {
		TRACES "mdadm-4.2/create.strace", TRACES "mdadm-4.2/fail.strace",
		TRACES "mdadm-4.2/remove.strace", TRACES "mdadm-4.2/add.strace",
		TRACES "mdadm-4.2/stop.strace",	  TRACES "mdadm-4.2/assemble.strace",
	};
	static const char *const gap[] = { TRACES "mdadm-4.2/stop.strace",
					   TRACES "mdadm-4.2/fail.strace" };

	cr_expect_eq(prologues(row, array_size(row)), 0);
	cr_expect_eq(prologues(gap, array_size(gap)), 2);
}
