// SPDX-License-Identifier: MIT
// A log, and what is said about its lines.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <glob.h>
#include <inttypes.h>

#include "params.h"
#include "annotate/annotate.h"
#include "strace/reader.h"

static const unsigned int all_topics = MDT_TOPIC_IOCTL | MDT_TOPIC_MD | MDT_TOPIC_BLOCK;

/* ---- from a log to its remarks ---- */

// What is to be had of an event: its remark, or the line rewritten.
typedef void say_fn(const struct mdt_event *event,
		    const struct mdt_annotation *annotation, struct mdt_buf *text);

static void say_remark(const struct mdt_event *event,
		       const struct mdt_annotation *annotation, struct mdt_buf *text)
{
	if (!annotation || !annotation->text.len)
		return;
	mdt_buf_printf(text, "%lu: ", event->line);
	mdt_buf_add(text, annotation->text);
	mdt_buf_addc(text, '\n');
}

static void say_rewritten(const struct mdt_event *event,
			  const struct mdt_annotation *annotation, struct mdt_buf *text)
{
	mdt_annotation_rewrite(annotation, event, text);
	mdt_buf_addc(text, '\n');
}

static void annotate(struct mdt_annotator *annotator, struct mdt_reader *reader,
		     say_fn *say, struct mdt_buf *text)
{
	const struct mdt_annotation *annotation;
	struct mdt_event event;
	bool got;

	while (!mdt_reader_next(reader, &event, &got) && got) {
		cr_assert_null(mdt_annotate(annotator, &event, all_topics, &annotation));
		say(&event, annotation, text);
	}
	mdt_reader_destroy(reader);
}

// The answer is a string; the caller frees the buffer.
static struct mdt_buf annotated(const char *log, say_fn *say)
{
	struct mdt_annotator annotator;
	struct mdt_reader *reader;
	struct mdt_buf text = { 0 };

	mdt_annotator_init(&annotator, mdt_ioctl_builtin());
	cr_assert_null(mdt_reader_create_memory("test", mdt_slice_cstr(log), &reader));
	annotate(&annotator, reader, say, &text);
	mdt_annotator_deinit(&annotator);
	mdt_buf_addc(&text, '\0');
	return text;
}

static void check(const char *log, say_fn *say, const char *expected)
{
	struct mdt_buf text = annotated(log, say);

	cr_expect_str_eq(text.str, expected, "%s--- is ---\n%s--- should be ---\n%s", log,
			 text.str, expected);
	mdt_buf_deinit(&text);
}

/* ---- remarks ---- */

static const struct {
	const char *what, *log, *remarks;
} cases[] = {
	{ "a number, a name, and what strace makes of a number",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "ioctl(3, 0x932, 0) = 0\n"
	  "ioctl(3, 2354, NULL) = 0\n"
	  "ioctl(3, STOP_ARRAY) = 0\n"
	  "ioctl(3, _IOC(_IOC_NONE, 0x9, 0x32, 0), 0) = 0\n"
	  "ioctl(3, _IOC(_IOC_READ, 0x9, 0x11, 0x48), 0x7ffe) = 0\n"
	  "ioctl(3, 0x932 /* STOP_ARRAY */, 0) = 0\n"
	  "ioctl(3, _IOC(_IOC_NONE, 0x9, 0x32, 0) /* STOP_ARRAY */, 0) = 0\n"
	  "ioctl(3, SNDCTL_DSP_X or STOP_ARRAY, 0) = 0\n"
	  "ioctl(3, STOP_ARRAY or SNDCTL_DSP_X, 0) = 0\n"
	  "ioctl(fd=3, request=0x932, argp=0) = 0\n",
	  "1: open on md0 (9:0): descriptor 3\n"
	  "2: STOP_ARRAY on md0 (9:0): the array is stopped and has no members; this also succeeds when nothing ran\n"
	  "3: STOP_ARRAY on md0 (9:0): the array is stopped and has no members; this also succeeds when nothing ran\n"
	  "4: STOP_ARRAY on md0 (9:0): the array is stopped and has no members; this also succeeds when nothing ran\n"
	  "5: STOP_ARRAY on md0 (9:0): the array is stopped and has no members; this also succeeds when nothing ran\n"
	  "6: GET_ARRAY_INFO on md0 (9:0), argument not in the log: "
	  "mdu_array_info_t, 72 bytes: the array is set up\n"
	  "7: STOP_ARRAY on md0 (9:0): the array is stopped and has no members; this also succeeds when nothing ran\n"
	  "8: STOP_ARRAY on md0 (9:0): the array is stopped and has no members; this also succeeds when nothing ran\n"
	  "9: STOP_ARRAY on md0 (9:0): the array is stopped and has no members; this also succeeds when nothing ran\n"
	  "10: STOP_ARRAY on md0 (9:0): the array is stopped and has no members; this also succeeds when nothing ran\n"
	  "11: STOP_ARRAY on md0 (9:0): the array is stopped and has no members; this also succeeds when nothing ran\n" },
	{ "numbers that are not in the table",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "ioctl(3, 0x9ff, 0x7ffe) = -1 ENOTTY (Inappropriate ioctl for device)\n"
	  "ioctl(3, _IOC(_IOC_READ|_IOC_WRITE, 0x9, 0x12, 0x14), 0x7ffe) = 0\n"
	  "ioctl(3, -2146432768, 0x7ffe) = 0\n"
	  "ioctl(3, UNKNOWN_NAME, 5) = 0\n"
	  "ioctl(9, UNKNOWN_NAME, 5) = 0\n",
	  "1: open on md0 (9:0): descriptor 3\n"
	  "2: _IOC(_IOC_NONE, 0x9, 0xff, 0) on md0 (9:0): not in the table: see mdtrace decode\n"
	  "3: _IOC(_IOC_READ|_IOC_WRITE, 0x9, 0x12, 0x14) on md0 (9:0): not in the table: see mdtrace decode\n"
	  "4: _IOC(_IOC_READ, 0x9, 0, 0x10) on md0 (9:0): not in the table: see mdtrace decode\n"
	  "5: UNKNOWN_NAME on md0 (9:0)\n" },
	{ "no argument, a pointer to one, and its bytes",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "ioctl(3, SET_ARRAY_INFO, NULL) = 0\n"
	  "ioctl(3, SET_ARRAY_INFO, 0) = 0\n"
	  "ioctl(3, SET_ARRAY_INFO, 0x7ffe) = 0\n"
	  "ioctl(3, SET_ARRAY_INFO, \"\\x01\\x00\\x00\\x00\"...) = 0\n"
	  "ioctl(3, ADD_NEW_DISK, \"\\x00\\x00\\x00\\x00\\x07\\x00\\x00\\x00\\x01\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x06\\x00\\x00\\x00\") = 0\n"
	  "ioctl(3, 0x40140921, \"\\0\\0\\0\\0\\7\\0\\0\\0\\1\\0\\0\\0\\0\\0\\0\\0\\6\\0\\0\\0\") = 0\n",
	  "1: open on md0 (9:0): descriptor 3\n"
	  "2: SET_ARRAY_INFO on md0 (9:0): the version is set; level and size will come from the members' superblocks\n"
	  "3: SET_ARRAY_INFO on md0 (9:0): the version is set; level and size will come from the members' superblocks\n"
	  "4: SET_ARRAY_INFO on md0 (9:0), argument not in the log: "
	  "mdu_array_info_t, 72 bytes: the array is set up or changed\n"
	  "5: SET_ARRAY_INFO on md0 (9:0) {major_version=1, ...} /* 68 of 72 bytes missing */: the array is set up or changed\n"
	  "6: ADD_NEW_DISK on md0 (9:0) {number=0, major=7, minor=1, raid_disk=0, state=MD_DISK_ACTIVE|MD_DISK_SYNC}: the device is a member\n"
	  "7: ADD_NEW_DISK on md0 (9:0) {number=0, major=7, minor=1, raid_disk=0, state=MD_DISK_ACTIVE|MD_DISK_SYNC}: the device is a member\n" },
	{ "what goes in and what comes out",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "ioctl(3, GET_DISK_INFO, \"\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\" => \"\\1\\0\\0\\0\\7\\0\\0\\0\\1\\0\\0\\0\\1\\0\\0\\0\\6\\0\\0\\0\") = 0\n"
	  "ioctl(3, GET_DISK_INFO, \"\\1\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\\0\") = -1 ENODEV (No such device)\n"
	  "ioctl(3, GET_ARRAY_INFO, \"\\x00\\x00\\x00\\x00\\x5a\\x00\\x00\\x00\"...) = 0\n",
	  "1: open on md0 (9:0): descriptor 3\n"
	  "2: GET_DISK_INFO on md0 (9:0) {number=1, major=0, minor=0, raid_disk=0, state=0} => {number=1, major=7, minor=1, raid_disk=1, state=MD_DISK_ACTIVE|MD_DISK_SYNC}: answered; REMOVED with device 0:0 means that there is no such member\n"
	  "3: GET_DISK_INFO on md0 (9:0) {number=1, major=0, minor=0, raid_disk=0, state=0}: ENODEV, nothing set up on this minor yet (raid_disks is 0)\n"
	  "4: GET_ARRAY_INFO on md0 (9:0) {major_version=0, minor_version=90, ...} /* 64 of 72 bytes missing */: the array is set up\n" },
	{ "bytes that are no answer, since the call failed",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "ioctl(3, GET_ARRAY_INFO, \"\\1\\2\\3\\4\\5\\6\") = -1 ENODEV (No such device)\n"
	  "ioctl(3, RAID_VERSION, \"\\1\\2\\3\\4\\5\\6\\7\\10\\11\\12\\13\\14\") = -1 EFAULT (Bad address)\n",
	  "1: open on md0 (9:0): descriptor 3\n"
	  "2: GET_ARRAY_INFO on md0 (9:0): ENODEV, nothing set up on this minor yet (raid_disks is 0)\n"
	  "3: RAID_VERSION on md0 (9:0): EFAULT, the argument points to memory that cannot be written\n" },
	{ "arguments by value",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "ioctl(3, HOT_REMOVE_DISK, 0x701) = 0\n"
	  "ioctl(3, HOT_REMOVE_DISK, 0x702) = -1 ENXIO (No such device or address)\n"
	  "stat(\"/dev/loop1\", {st_mode=S_IFBLK|0660, st_rdev=makedev(0x7, 0x1), ...}) = 0\n"
	  "ioctl(3, HOT_REMOVE_DISK, 0x701) = 0\n"
	  "ioctl(3, SET_BITMAP_FILE, 4294967295) = 0\n"
	  "ioctl(3, SET_BITMAP_FILE, 5) = -1 EBADF (Bad file descriptor)\n",
	  "1: open on md0 (9:0): descriptor 3\n"
	  "2: HOT_REMOVE_DISK on md0 (9:0) makedev(0x7, 0x1): the device is no longer a member\n"
	  "3: HOT_REMOVE_DISK on md0 (9:0) makedev(0x7, 0x2): ENXIO, the device is not a member\n"
	  "5: HOT_REMOVE_DISK on md0 (9:0) makedev(0x7, 0x1) (loop1): the device is no longer a member\n"
	  "6: SET_BITMAP_FILE on md0 (9:0) -1: the array has no bitmap any more\n"
	  "7: SET_BITMAP_FILE on md0 (9:0) 5: EBADF, the argument is not the descriptor of a regular file that is open for writing\n" },
	{ "what is remembered is of one device and one result",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "ioctl(3, RUN_ARRAY, 0) = 0\n"
	  "ioctl(3, RUN_ARRAY, 0) = ?\n"
	  "ioctl(3, RUN_ARRAY, 0) = 0 (INJECTED)\n"
	  "ioctl(3, RUN_ARRAY, 0) = -1 EBUSY (Device or resource busy)\n"
	  "ioctl(3, RUN_ARRAY, 0) = -1 EROFS (Read-only file system)\n"
	  "open(\"/dev/md1\", O_RDWR|O_EXCL) = 4\n"
	  "ioctl(4, RUN_ARRAY, 0) = 0\n"
	  "ioctl(3, RUN_ARRAY, 0) = 0\n"
	  "ioctl(9, RUN_ARRAY, 0) = -1 EBADF (Bad file descriptor)\n"
	  "ioctl(3, RUN_ARRAY, 0) = 0\n",
	  "1: open on md0 (9:0): descriptor 3\n"
	  "2: RUN_ARRAY on md0 (9:0): the array runs; a resync or recovery starts if one is due\n"
	  "3: RUN_ARRAY on md0 (9:0): no result on this line\n"
	  "4: RUN_ARRAY on md0 (9:0): strace made this result up, the kernel has not seen the call\n"
	  "5: RUN_ARRAY on md0 (9:0): EBUSY, one of: it runs already; the attributes of an array that was stopped before are still in use\n"
	  "6: RUN_ARRAY on md0 (9:0): EROFS, the array is read-only\n"
	  "7: open on md1 (9:1): exclusively, as descriptor 4\n"
	  "8: RUN_ARRAY on md1 (9:1): the array runs; a resync or recovery starts if one is due\n"
	  "9: RUN_ARRAY on md0 (9:0): the array runs; a resync or recovery starts if one is due\n"
	  "10: RUN_ARRAY\n"
	  "11: RUN_ARRAY on md0 (9:0): the array runs; a resync or recovery starts if one is due\n" },
	{ "a device that gets a better name is not remembered by the old one",
	  "ioctl(3</dev/disk/by-id/x<block 8:1>>, BLKRRPART) = 0\n"
	  "ioctl(3</dev/disk/by-id/x<block 8:1>>, BLKRRPART) = 0\n"
	  "ioctl(4</dev/sda1<block 8:1>>, BLKRRPART) = 0\n"
	  "ioctl(3</dev/disk/by-id/x<block 8:1>>, BLKRRPART) = 0\n",
	  "1: BLKRRPART on x (8:1): the partitions are what the disk's table says now\n"
	  "2: BLKRRPART on x (8:1): the partitions are what the disk's table says now\n"
	  "3: BLKRRPART on sda1 (8:1): the partitions are what the disk's table says now\n"
	  "4: BLKRRPART on sda1 (8:1): the partitions are what the disk's table says now\n" },
	{ "operations of BLKPG",
	  "ioctl(5, BLKPG, {op=BLKPG_DEL_PARTITION, flags=0, datalen=152, data={pno=1}}) = -1 ENXIO (No such device or address)\n"
	  "ioctl(5, BLKPG, {op=BLKPG_ADD_PARTITION, flags=0, datalen=152, data={pno=1}}) = -1 ENXIO (No such device or address)\n"
	  "ioctl(5, 0x1269, {op=0x2, flags=0, datalen=152, data={pno=1}}) = -1 ENXIO (No such device or address)\n",
	  "1: BLKPG: ENXIO, there is no partition of this number, so none had to go; mdadm also tells so that the descriptor is a whole disk\n"
	  "2: BLKPG: ENXIO, there is no partition of this number\n"
	  "3: BLKPG: ENXIO, there is no partition of this number, so none had to go; mdadm also tells so that the descriptor is a whole disk\n" },
	{ "nothing to add",
	  "ioctl(1, TCGETS, {B38400 opost isig icanon echo ...}) = 0\n"
	  "ioctl(1, FIONREAD, [0]) = 0\n"
	  "ioctl(5, BLKGETSIZE64, [4096]) = 0\n"
	  "ioctl(1, 0x5401, {B38400 opost isig icanon echo ...}) = 0\n",
	  "4: TCGETS\n" },
	{ "a call that is resumed",
	  "1 open(\"/dev/md0\", O_RDWR) = 3\n"
	  "1 ioctl(3, STOP_ARRAY <unfinished ...>\n"
	  "2 brk(NULL) = 0x5000\n"
	  "1 <... ioctl resumed>, 0) = -1 EBUSY (Device or resource busy)\n",
	  "1: open on md0 (9:0): descriptor 3\n"
	  "2: STOP_ARRAY on md0 (9:0): no result on this line\n"
	  "4: STOP_ARRAY on md0 (9:0): EBUSY, one of: somebody else has it open; it is stopped already and this is the old descriptor (MD_CLOSING is set); a sync thread or a sysfs user still works on it\n" },
	{ "a log with CRLF",
	  "open(\"/dev/md0\", O_RDWR) = 3\r\n"
	  "ioctl(3, 0x400c0930, 0) = -1 EBUSY (Device or resource busy)\r\n",
	  "1: open on md0 (9:0): descriptor 3\n"
	  "2: RUN_ARRAY on md0 (9:0): EBUSY, one of: it runs already; the attributes of an array that was stopped before are still in use\n" },
	{ "nodes of arrays",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "open(\"/dev/md0\", O_RDWR) = -1 ENOENT (No such file or directory)\n"
	  "open(\"/dev/md0\", O_RDWR|O_EXCL) = -1 EBUSY (Device or resource busy)\n"
	  "open(\"/dev/md/home\", O_RDWR) = 3\n"
	  "open(\"/dev/md/home\", O_RDWR) = 3\n"
	  "open(\"/dev/md_d0\", O_RDWR) = 3\n"
	  "open(\"/dev/md0p1\", O_RDWR) = 3\n"
	  "open(\"/dev/md127\", O_RDWR) = 3 (INJECTED)\n"
	  "creat(\"/dev/md5\", 0600) = 3\n"
	  "openat2(AT_FDCWD, \"/dev/md3\", {flags=O_RDWR|O_EXCL, resolve=0}, 24) = 6\n"
	  "openat(-100, \"/dev/md3\", 0x80) = 6\n",
	  "1: open on md0 (9:0): descriptor 3\n"
	  "2: open on md0 (9:0): ENOENT, the node does not exist yet\n"
	  "3: open on md0 (9:0): EBUSY, the array is claimed: mounted, member of something, or opened O_EXCL by another\n"
	  "4: open on home: descriptor 3\n"
	  "5: open on home: descriptor 3\n"
	  "6: open on md_d0: descriptor 3\n"
	  "7: open on md0 (9:0) by its partition md0p1: descriptor 3\n"
	  "8: open on md127 (9:127): strace made this result up, the kernel has not seen the call\n"
	  "9: open on md5 (9:5): descriptor 3\n"
	  "10: open on md3 (9:3): exclusively, as descriptor 6\n"
	  "11: open on md3 (9:3): exclusively, as descriptor 6\n" },
	{ "a partition is the array for md, and itself for others",
	  "open(\"/dev/md126p5\", O_RDONLY) = 3\n"
	  "fstat(3, {st_mode=S_IFBLK|0660, st_rdev=makedev(0x103, 0x8), ...}) = 0\n"
	  "ioctl(3, STOP_ARRAY, NULL) = 0\n"
	  "ioctl(3, 0x80040955, 0x7f) = 0\n"
	  "ioctl(3, BLKSSZGET, [512]) = 0\n"
	  "open(\"/dev/md126p5\", O_RDONLY|O_EXCL) = 4\n",
	  "1: open on md126 (9:126) by its partition md126p5: descriptor 3\n"
	  "3: STOP_ARRAY on md126 (9:126) by its partition md126p5 (259:8): the array is stopped and has no members; this also succeeds when nothing ran\n"
	  "4: _IOC(_IOC_READ, 0x9, 0x55, 0x4) on md126 (9:126) by its partition md126p5 (259:8): not in the table: see mdtrace decode\n"
	  "5: BLKSSZGET on md126p5 (259:8)\n"
	  "6: open on md126 (9:126) by its partition md126p5 (259:8): exclusively, as descriptor 4\n" },
	{ "looks at folders and attributes in sysfs",
	  "readlink(\"/sys/dev/block/9:40\", 0x7f, 199) = -1 ENOENT (No such file)\n"
	  "readlink(\"/sys/dev/block/9:40\", \"../../x\", 199) = 7\n"
	  "newfstatat(AT_FDCWD, \"/sys/block/md40/md\", 0x7f, 0) = -1 ENOENT (No)\n"
	  "stat(\"/sys/block/md40/md\", {st_mode=S_IFDIR|0755, ...}) = 0\n"
	  "lstat(\"/sys/block/md40/md/dev-sda\", 0x7f) = -1 ENOENT (No)\n"
	  "access(\"/sys/block/md40/md/sync_action\", R_OK) = -1 ENOENT (No)\n"
	  "statx(AT_FDCWD, \"/sys/block/md40\", 0, STATX_ALL, {stx_mode=S_IFDIR}) = 0\n"
	  "stat(\"/sys/block/sda\", {st_mode=S_IFDIR|0755, ...}) = 0\n"
	  "stat(\"/usr/lib\", {st_mode=S_IFDIR|0755, ...}) = 0\n",
	  "1: readlink md40's folder in sysfs: ENOENT, the kernel has no such array: none was made, or it went with its last descriptor\n"
	  "2: readlink md40's folder in sysfs: the kernel has this array\n"
	  "3: stat md40's folder of attributes: ENOENT, one of: there is no such array; it is not one of md's; it is just being made or going away, as this folder comes after the disk's own (mdadm then says \"Unable to initialize sysfs\")\n"
	  "4: stat md40's folder of attributes: the array has its attributes\n"
	  "5: lstat md40's member sda's folder of attributes: ENOENT, the disk is not a member of the array\n"
	  "6: access md40's sync_action: ENOENT, the array does not run, or its level has no redundancy: the attribute comes with RUN_ARRAY\n"
	  "7: statx md40's folder in sysfs: the kernel has this array\n" },
	{ "nodes of members",
	  "open(\"/dev/sda\", O_RDWR|O_EXCL) = 4\n"
	  "open(\"/dev/sda\", O_RDWR) = 4\n"
	  "fstat(4, {st_mode=S_IFBLK|0660, st_rdev=makedev(0x8, 0), ...}) = 0\n"
	  "open(\"/dev/sda\", O_RDWR) = 4\n"
	  "open(\"/dev/sda\", 0x82) = -1 EBUSY (Device or resource busy)\n"
	  "open(\"/dev/shm/x\", O_RDWR|O_CREAT|O_EXCL, 0600) = 5\n"
	  "open(\"/dev/lock\", O_RDWR|O_CREAT|O_EXCL, 0600) = 5\n",
	  "1: open on sda: claimed, as descriptor 4\n"
	  "4: open on sda (8:0): descriptor 4\n"
	  "5: open on sda (8:0): EBUSY, the device is claimed: mounted, swap, member of an array, or opened O_EXCL by another\n" },
	{ "nodes made and removed",
	  "mknod(\"/dev/md5\", S_IFBLK|0600, makedev(9, 5)) = 0\n"
	  "mknod(\"/dev/md5\", S_IFBLK|0600, makedev(9, 5)) = -1 EEXIST (File exists)\n"
	  "mknod(\"/dev/st5\", S_IFCHR|0600, makedev(9, 5)) = 0\n"
	  "mknodat(AT_FDCWD, \"/dev/.tmp.md.4:9:5\", 060600, 0x905) = 0\n"
	  "open(\"/dev/.tmp.md.4:9:5\", O_RDWR) = 3\n"
	  "unlinkat(AT_FDCWD, \"/dev/.tmp.md.4:9:5\", 0) = 0\n"
	  "unlink(\"/dev/md5\") = -1 ENOENT (No such file or directory)\n"
	  "unlink(\"/dev/md5\") = 0\n"
	  "unlink(\"/dev/sda\") = 0\n",
	  "1: mknod: node of md5 (9:5)\n"
	  "2: mknod: EEXIST, the node exists already\n"
	  "4: mknod: mdadm's temporary node of md5 (9:5)\n"
	  "5: open on md5 (9:5): descriptor 3\n"
	  "6: unlink on md5 (9:5): the node is gone; descriptors of it go on\n"
	  "8: unlink on md5 (9:5): the node is gone; descriptors of it go on\n" },
	{ "paths that count from a folder, and links",
	  "open(\"/dev\", O_RDONLY|O_DIRECTORY) = 7\n"
	  "openat(7, \"md0\", O_RDWR) = 8\n"
	  "open(\"/sys/block/md0\", O_RDONLY|O_DIRECTORY) = 9\n"
	  "openat(9, \"md/level\", O_RDONLY) = 10\n"
	  "read(10, \"raid1\\n\", 4096) = 6\n"
	  "readlink(\"/dev/md/root\", \"../md126\", 4096) = 8\n"
	  "open(\"/dev/md/root\", O_RDONLY) = 3\n"
	  "ioctl(3, GET_ARRAY_INFO, 0x7ffe) = 0\n",
	  "2: open on md0 (9:0): descriptor 8\n"
	  "3: open md0's folder in sysfs\n"
	  "4: open md0's level: the RAID level\n"
	  "5: read md0's level is \"raid1\": the RAID level\n"
	  "7: open on md126 (9:126): descriptor 3\n"
	  "8: GET_ARRAY_INFO on md126 (9:126), argument not in the log: "
	  "mdu_array_info_t, 72 bytes: the array is set up\n" },
	{ "folders of sysfs",
	  "open(\"/sys/block/md0/md\", O_RDONLY|O_DIRECTORY) = 9\n"
	  "open(\"/sys/block/md0/md/dev-loop0\", O_RDONLY|O_DIRECTORY) = 9\n"
	  "open(\"/sys/block/sda\", O_RDONLY|O_DIRECTORY) = 9\n"
	  "open(\"/sys/block\", O_RDONLY|O_DIRECTORY) = 9\n",
	  "1: open md0's folder of attributes\n"
	  "2: open md0's member loop0's folder of attributes\n" },
	{ "attributes and their words",
	  "open(\"/sys/devices/virtual/block/md0/md/dev-loop0/state\", O_RDWR) = 11\n"
	  "read(11, \"in_sync\\n\", 4096) = 8\n"
	  "write(11, \"faulty\", 6) = 6\n"
	  "open(\"/sys/block/md0/md/array_state\", O_RDWR) = 12\n"
	  "read(12, \"clean\\n\", 4096) = 6\n"
	  "read(12, \"\", 4096) = 0\n"
	  "write(12, \"clear\", 5) = -1 EBUSY (Device or resource busy)\n"
	  "write(12, \"foo\", 3) = -1 EINVAL (Invalid argument)\n"
	  "read(12, 0x7ffe, 4096) = -1 EIO (Input/output error)\n"
	  "pread64(12, \"clean\\n\", 4096, 0) = 6\n"
	  "write(12, \"readonly\"..., 100) = 100\n"
	  "write(12, \"clear\", 5) = 5 (INJECTED)\n"
	  "open(\"/sys/block/md0/md/bad\", O_RDWR) = -1 ENOENT (No such file or directory)\n",
	  "1: open md0's member loop0's state: the member's flags, with commas; writing a word changes one\n"
	  "2: read md0's member loop0's state is \"in_sync\": a full member\n"
	  "3: write md0's member loop0's state <- \"faulty\": mark the member as failed\n"
	  "4: open md0's array_state: the state of the array in one word; writing a word asks for that state\n"
	  "5: read md0's array_state is \"clean\": running, no writes pending\n"
	  "7: write md0's array_state <- \"clear\": EBUSY, one of: on 6.0 and later: the array is being deleted; the array is open; on 6.9 and later: it was stopped before and set up again through an old descriptor (MD_CLOSING is set); a sync thread or a sysfs user still works on it; writes are pending (clean); the attributes of an array that was stopped before are still in use\n"
	  "8: write md0's array_state <- \"foo\": EINVAL, one of: a word that cannot be set; before 6.9: read-auto, and it is auto-read-only already; clean while it does not run; no members; neither raid_disks nor superblocks tell what it is; no member with a valid superblock and a slot; data and metadata overlap; the level's module is not loaded; a reshape is recorded, and the level has none: raid0, raid1, linear; raid0, and the chunk size is 0; raid0, and not every slot has just one member, or a member has none; linear, and not every slot has just one member, or a member has none; raid1, and two members have one slot; raid1, and no member is in sync; raid10, and the chunk size is less than a page or no power of 2; raid10, and the layout is none, has one copy, or more copies than there are slots; raid6 with less than 4 slots; raid4, raid5 or raid6, and the chunk size is 0, less than a page or no power of 2; the superblocks say that there is a bitmap, and there is none that is valid\n"
	  "9: read md0's array_state: EIO, the attribute cannot be read\n"
	  "10: read md0's array_state is \"clean\": running, no writes pending\n"
	  "11: write md0's array_state <- \"readonly\"...: the state of the array in one word; writing a word asks for that state\n"
	  "12: write md0's array_state <- \"clear\": strace made this result up, the kernel has not seen the call\n"
	  "13: open md0's bad: ENOENT, one of: there is no such array or member; this kernel or level has no such attribute\n" },
	{ "an attribute that is read in parts",
	  "open(\"/sys/block/md0/md/array_state\", O_RDWR) = 12\n"
	  "read(12, \"c\", 1) = 1\n"
	  "read(12, \"lean\\n\", 100) = 5\n"
	  "read(12, \"\", 100) = 0\n"
	  "lseek(12, 0, SEEK_SET) = 0\n"
	  "read(12, \"clean\\n\", 6) = 6\n",
	  "1: open md0's array_state: the state of the array in one word; writing a word asks for that state\n"
	  "2: read md0's array_state is \"c\"...: the state of the array in one word; writing a word asks for that state\n"
	  "3: read md0's array_state from byte 1 on is \"lean\": the state of the array in one word; writing a word asks for that state\n"
	  "6: read md0's array_state is \"clean\": running, no writes pending\n" },
	{ "no md driver",
	  "open(\"/proc/mdstat\", O_RDONLY) = -1 ENOENT (No such file or directory)\n",
	  "1: open /proc/mdstat: ENOENT, the md driver is not loaded\n" },
	{ "other files of md",
	  "open(\"/proc/mdstat\", O_RDONLY) = 14\n"
	  "read(14, \"Personalities : [raid1] \\n\"..., 4096) = 100\n"
	  "open(\"/sys/module/md_mod/parameters/new_array\", O_WRONLY) = 3\n"
	  "write(3, \"md127\", 5) = 5\n"
	  "write(3, \"md127\", 5) = -1 EEXIST (File exists)\n"
	  "open(\"/sys/block/md127/uevent\", O_WRONLY) = 3\n"
	  "write(3, \"change\\n\", 7) = 7\n"
	  "open(\"/run/mdadm/map\", O_RDONLY) = 3\n",
	  "1: open /proc/mdstat: what all arrays do, as text\n"
	  "3: open new_array: writing mdN or md_NAME makes that array's node\n"
	  "4: write new_array <- \"md127\": writing mdN or md_NAME makes that array's node\n"
	  "5: write new_array <- \"md127\": EEXIST, the array exists already\n"
	  "6: open md127's uevent: writing an action makes the kernel send that uevent again\n"
	  "7: write md127's uevent <- \"change\": tell user space, udev first of all, to look at the disk again\n" },
	{ "files that only look so",
	  "open(\"/home/x/array_state\", O_RDONLY) = 15\n"
	  "read(15, \"clean\\n\", 4096) = 6\n"
	  "open(\"/sys/block/sda/size\", O_RDONLY) = 15\n"
	  "read(15, \"2048\\n\", 4096) = 5\n"
	  "read(4<pipe:[5]>, \"\\374N+\\251\\1\\0\\0\\0\", 8) = 8\n",
	  "" },
	{ "strings in hex",
	  "openat(AT_FDCWD, \"\\x2f\\x73\\x79\\x73\\x2f\\x62\\x6c\\x6f\\x63\\x6b\\x2f\\x6d\\x64\\x30\\x2f\\x6d\\x64\\x2f\\x6c\\x65\\x76\\x65\\x6c\", O_RDONLY) = 4\n"
	  "read(4, \"\\x72\\x61\\x69\\x64\\x31\\x0a\", 4096) = 6\n",
	  "1: open md0's level: the RAID level\n"
	  "2: read md0's level is \"raid1\": the RAID level\n" },
};

ParameterizedTestParameters(annotate, remarks)
{
	return index_params(cases);
}

ParameterizedTest(size_t *i, annotate, remarks)
{
	cr_log_info("%s", cases[*i].what);
	check(cases[*i].log, say_remark, cases[*i].remarks);
}

/* ---- parts that the text does not show ---- */

static void say_topics(const struct mdt_event *event,
		       const struct mdt_annotation *annotation, struct mdt_buf *text)
{
	unsigned int topics = annotation ? annotation->topics : 0;

	(void)event;
	mdt_buf_adds(text, topics & MDT_TOPIC_IOCTL ? "i" : "-");
	mdt_buf_adds(text, topics & MDT_TOPIC_MD ? "m" : "-");
	mdt_buf_adds(text, topics & MDT_TOPIC_BLOCK ? "b " : "- ");
}

Test(annotate, topics)
{
	check("open(\"/dev/md0\", O_RDWR) = 3\n"
	      "ioctl(3, BLKFLSBUF) = 0\n"
	      "ioctl(9, RAID_VERSION, 0x7ffe) = 0\n"
	      "open(\"/dev/loop0\", O_RDWR) = 4\n"
	      "ioctl(4, LOOP_CLR_FD) = 0\n"
	      "ioctl(9, BLKFLSBUF) = 0\n"
	      "open(\"/dev/tty\", O_RDWR) = 5\n"
	      "ioctl(5, TCGETS, {B38400 opost isig icanon echo ...}) = 0\n"
	      "open(\"/etc/passwd\", O_RDONLY) = 6\n"
	      "read(6, \"root\"..., 4096) = 4096\n"
	      "write(2, \"\\374N+\\251\\1\\0\\0\\0\", 8) = 8\n",
	      say_topics, "-m- im- im- --b i-b i-b --- i-- --- --- --- ");
}

static void say_payload(const struct mdt_event *event,
			const struct mdt_annotation *annotation, struct mdt_buf *text)
{
	static const char *const states[] = { "none", "absent", "present" };

	(void)event;
	if (!annotation || !annotation->ioctl)
		return;
	mdt_buf_printf(text, "%s%s%s ", states[annotation->payload],
		       annotation->has_in ? "+in" : "",
		       annotation->has_out ? "+out" : "");
}

Test(annotate, what_the_log_has_of_the_payload)
{
	check("ioctl(3, STOP_ARRAY, 0) = 0\n"
	      "ioctl(3, GET_ARRAY_INFO, 0x7ffe) = 0\n"
	      "ioctl(3, GET_ARRAY_INFO, NULL) = -1 EFAULT (Bad address)\n"
	      "ioctl(3, GET_ARRAY_INFO, \"\\0\"...) = 0\n"
	      "ioctl(3, GET_ARRAY_INFO, \"\\0\"...) = -1 ENODEV (No such device)\n"
	      "ioctl(3, GET_DISK_INFO, \"\\0\"... => \"\\0\"...) = 0\n"
	      "ioctl(3, HOT_REMOVE_DISK, 0x701) = 0\n"
	      "ioctl(3, BLKGETSIZE64, [4096]) = 0\n",
	      say_payload,
	      "none absent none present+in present present+in+out none none ");
}

Test(annotate, only_what_is_of_interest)
{
	struct mdt_annotator annotator;
	const struct mdt_annotation *annotation;
	struct mdt_reader *reader;
	struct mdt_event event;
	bool got;

	mdt_annotator_init(&annotator, mdt_ioctl_builtin());
	cr_assert_null(mdt_reader_create_memory("test",
						SLICE("open(\"/dev/loop0\", O_RDWR) = 3\n"
						      "ioctl(3, BLKFLSBUF) = 0\n"
						      "ioctl(3, BLKFLSBUF) = 0\n"
						      "ioctl(3, STOP_ARRAY) = 0\n"),
						&reader));
	while (!mdt_reader_next(reader, &event, &got) && got) {
		cr_assert_null(
			mdt_annotate(&annotator, &event, MDT_TOPIC_MD, &annotation));
		cr_assert_eq(annotation != NULL, event.line == 4, "line %lu", event.line);
	}
	mdt_reader_destroy(reader);
	mdt_annotator_deinit(&annotator);
}

Test(annotate, another_log_begins_with_nothing)
{
	struct mdt_annotator annotator;
	struct mdt_reader *reader;
	struct mdt_buf text = { 0 };
	static const char *const logs[] = {
		"open(\"/dev/md0\", O_RDWR) = 3\nioctl(3, RUN_ARRAY, 0) = 0\n",
		"ioctl(3, RUN_ARRAY, 0) = 0\n",
		"open(\"/dev/md1\", O_RDWR) = 3\nioctl(3, RUN_ARRAY, 0) = 0\n",
	};

	mdt_annotator_init(&annotator, mdt_ioctl_builtin());
	array_for_each (it, logs) {
		mdt_annotator_reset(&annotator);
		cr_assert_null(
			mdt_reader_create_memory("test", mdt_slice_cstr(*it), &reader));
		annotate(&annotator, reader, say_remark, &text);
	}
	cr_assert(mdt_slice_eq(
		mdt_buf_slice(&text),
		SLICE("1: open on md0 (9:0): descriptor 3\n"
		      "2: RUN_ARRAY on md0 (9:0): the array runs; a resync or recovery starts if one is due\n"
		      "1: RUN_ARRAY: the array runs; a resync or recovery starts if one is due\n"
		      "1: open on md1 (9:1): descriptor 3\n"
		      "2: RUN_ARRAY on md1 (9:1): the array runs; a resync or recovery starts if one is due\n")));
	mdt_buf_deinit(&text);
	mdt_annotator_deinit(&annotator);
}

/* ---- --rewrite ---- */

Test(annotate, rewritten)
{
	check("open(\"/dev/md0\", O_RDWR) = 3\n"
	      "ioctl(3, 0x932, 0) = 0\n"
	      "ioctl(fd=3, request=0x932 /* STOP_ARRAY */, argp=0) = 0 <0.000123>\n"
	      "[pid 7] 12:00:01 ioctl(3</dev/md0>, _IOC(_IOC_READ, 0x9, 0x11, 0x48), 0x7ffe) = -1 ENODEV (No such device)\n"
	      "ioctl(3, 0x40140921, \"\\0\\0\\0\\0\\7\\0\\0\\0\\1\\0\\0\\0\\0\\0\\0\\0\\6\\0\\0\\0\") = 0 note\n"
	      "ioctl(3, HOT_REMOVE_DISK, 0x701) = 0\n"
	      "ioctl(3, 0x9ff, 0x7ffe) = -1 ENOTTY (Inappropriate ioctl for device)\n"
	      "ioctl(3, 0x932 <unfinished ...>\n",
	      say_rewritten,
	      "open(\"/dev/md0\", O_RDWR) = 3\n"
	      "ioctl(3, STOP_ARRAY, 0) = 0\n"
	      "ioctl(fd=3, request=STOP_ARRAY, argp=0) = 0 <0.000123>\n"
	      "[pid 7] 12:00:01 ioctl(3</dev/md0>, GET_ARRAY_INFO, 0x7ffe) = -1 ENODEV (No such device)\n"
	      "ioctl(3, ADD_NEW_DISK, {number=0, major=7, minor=1, raid_disk=0, state=MD_DISK_ACTIVE|MD_DISK_SYNC}) = 0 note\n"
	      "ioctl(3, HOT_REMOVE_DISK, makedev(0x7, 0x1)) = 0\n"
	      "ioctl(3, 0x9ff, 0x7ffe) = -1 ENOTTY (Inappropriate ioctl for device)\n"
	      "ioctl(3, 0x932 <unfinished ...>\n");
}

// strace's -a: the `=` stays where it is while there is room.
Test(annotate, rewritten_in_columns)
{
	check("ioctl(3, 0x800c0910, 0x7ffcecff5a60)    = 0\n"
	      "161   ioctl(4, 0x400c0930, 0)           = 0\n"
	      "ioctl(3, 0x80480911, 0x7ffcecff5dc0)    = -1 ENODEV (No such device)\n"
	      "ioctl(3, 0x932, 0) = 0\n"
	      "ioctl(3, 0x932, 0)                                = 0\n"
	      "ioctl(3, _IOC(_IOC_NONE, 0x9, 0x32, 0), 0) = 0\n",
	      say_rewritten,
	      "ioctl(3, RAID_VERSION, 0x7ffcecff5a60)  = 0\n"
	      "161   ioctl(4, RUN_ARRAY, 0)            = 0\n"
	      "ioctl(3, GET_ARRAY_INFO, 0x7ffcecff5dc0) = -1 ENODEV (No such device)\n"
	      "ioctl(3, STOP_ARRAY, 0) = 0\n"
	      "ioctl(3, STOP_ARRAY, 0)                           = 0\n"
	      "ioctl(3, STOP_ARRAY, 0)                 = 0\n");
}

/* ---- superblocks ---- */

static const uint8_t super_1_2[] = {
#include "data/super-1.2-loop0.inc"
};

static const char head[] = "open(\"/dev/loop0\", O_RDWR) = 3\n"
			   "ioctl(3, BLKGETSIZE64, [20971520]) = 0\n";

// A log of one read or write of these bytes.
struct super_case {
	const char *what, *head, *call;
	uint64_t offset;
	size_t shown, count; // bytes in the log, and of the call
	int flip;	     // a byte that is not what it was; -1
	bool zeros;
	const char *result;
	const char *says; // in the remark; NULL: there is none
	const char *says_too;
};

static const struct super_case supers[] = {
	{ "whole", head, "pread64", 4096, 256, 4096, -1, false, "4096",
	  "read on loop0 (7:0) md 1.2 superblock: uuid=", "csum=" },
	{ "the checksum is right", head, "pread64", 4096, 512, 512, -1, false, "512",
	  "(correct)", NULL },
	{ "the checksum is wrong", head, "pwrite64", 4096, 512, 512, 100, false, "512",
	  "write on loop0 (7:0) md 1.2 superblock", "(wrong" },
	{ "cut by -s", head, "pread64", 4096, 32, 4096, -1, false, "4096",
	  "md 1.2 superblock: uuid=", "missing=224 (of 256 bytes)" },
	{ "at the start", head, "pread64", 0, 32, 4096, -1, false, "4096",
	  "md 1.1 superblock", NULL },
	{ "at the end", head, "pread64", 20971520 - 8192, 32, 4096, -1, false, "4096",
	  "md 1.0 superblock", NULL },
	{ "a write that failed", head, "pwrite64", 4096, 32, 4096, -1, false,
	  "-1 EIO (Input/output error)", "md 1.2 superblock", NULL },
	{ "no md magic", head, "pread64", 4096, 32, 4096, 0, false, "4096", NULL, NULL },
	{ "zeros that erase 1.2", head, "pwrite64", 4096, 4096, 4096, -1, true, "4096",
	  "zeros where a 1.2 superblock lives", NULL },
	{ "zeros that erase 1.1", head, "pwrite64", 0, 4096, 4096, -1, true, "4096",
	  "zeros where a 1.1 superblock lives", NULL },
	{ "zeros that erase 1.0", head, "pwrite64", 20971520 - 8192, 512, 512, -1, true,
	  "512", "zeros where a 1.0 superblock lives", NULL },
	{ "zeros that erase 0.90", head, "pwrite64", 20971520 - 65536, 4096, 4096, -1,
	  true, "4096", "zeros where a 0.90 superblock lives", NULL },
	{ "zeros at the end of a device whose size is not known",
	  "open(\"/dev/loop0\", O_RDWR) = 3\n", "pwrite64", 20971520 - 8192, 512, 512, -1,
	  true, "512", NULL, NULL },
	{ "zeros elsewhere", head, "pwrite64", 1048576, 512, 512, -1, true, "512", NULL,
	  NULL },
	{ "zeros that the log shows in part", head, "pwrite64", 4096, 32, 4096, -1, true,
	  "4096", NULL, NULL },
	{ "zeros that were not written", head, "pwrite64", 4096, 512, 512, -1, true,
	  "-1 EIO (Input/output error)", NULL, NULL },
	{ "zeros that are read", head, "pread64", 4096, 512, 512, -1, true, "512", NULL,
	  NULL },
	{ "in a regular file", "open(\"/home/x/image\", O_RDWR) = 3\n", "pread64", 4096,
	  32, 4096, -1, false, "4096", NULL, NULL },
	{ "with a descriptor that is not known", "", "pread64", 4096, 32, 4096, -1, false,
	  "4096", NULL, NULL },
	{ "of a device that was open before the log",
	  "lseek(3</dev/sda<block 8:0>>, 0, SEEK_SET) = 0\n", "pread64", 4096, 32, 4096,
	  -1, false, "4096", "read on sda (8:0) md 1.2", NULL },
};

static void add_bytes(const struct super_case *it, struct mdt_buf *log)
{
	for (size_t i = 0; i < it->shown; i++) {
		uint8_t byte = it->zeros || i >= sizeof(super_1_2) ? 0 : super_1_2[i];

		mdt_buf_printf(log, "\\x%02x", (int)i == it->flip ? byte ^ 1 : byte);
	}
}

ParameterizedTestParameters(annotate, superblocks)
{
	return index_params(supers);
}

ParameterizedTest(size_t *i, annotate, superblocks)
{
	const struct super_case *it = &supers[*i];
	struct mdt_buf log = { 0 }, text;
	const char *last;

	mdt_buf_printf(&log, "%s%s(3, \"", it->head, it->call);
	add_bytes(it, &log);
	mdt_buf_printf(&log, "\"%s, %zu, %" PRIu64 ") = %s\n",
		       it->shown < it->count ? "..." : "", it->count, it->offset,
		       it->result);
	mdt_buf_addc(&log, '\0');
	text = annotated(log.str, say_remark);
	last = strstr(text.str, strncmp(it->call, "pw", 2) ? ": read" : ": write");
	if (it->says)
		cr_expect(last && strstr(last, it->says), "%s: %s", it->what, text.str);
	else
		cr_expect_null(last, "%s: %s", it->what, text.str);
	if (it->says_too)
		cr_expect(last && strstr(last, it->says_too), "%s: %s", it->what,
			  text.str);
	mdt_buf_deinit(&text);
	mdt_buf_deinit(&log);
}

// Without an offset of its own, a read is where the file's offset is, if that is known.
Test(annotate, superblock_at_the_files_offset)
{
	struct mdt_buf text =
		annotated("open(\"/dev/loop0\", O_RDWR) = 3\n"
			  "lseek(3, 4096, SEEK_SET) = 4096\n"
			  "read(3, \"\\374N+\\251\\1\\0\\0\\0\"..., 512) = 512\n"
			  "read(3, \"bitm\\4\\0\\0\\0\"..., 512) = 512\n"
			  "dup2(3, 4) = 4\n"
			  "lseek(4, 0, SEEK_SET) = 0\n"
			  "read(3, \"\\374N+\\251\\1\\0\\0\\0\"..., 512) = 512\n",
			  say_remark);

	cr_expect(strstr(text.str, "3: read on loop0 (7:0) md 1.2 superblock"), "%s",
		  text.str);
	cr_expect(strstr(text.str,
			 "4: read on loop0 (7:0) md bitmap superblock: version=4"),
		  "%s", text.str);
	cr_expect(strstr(text.str, "7: read on loop0 (7:0) md 1.1 superblock"), "%s",
		  text.str);
	mdt_buf_deinit(&text);
}

/* ---- the logs of traces/ ---- */

static void check_rewrites(const char *path)
{
	struct mdt_annotator annotator;
	struct mdt_reader *reader, *again;
	struct mdt_buf text = { 0 };
	struct mdt_event event;
	bool got;

	mdt_annotator_init(&annotator, mdt_ioctl_builtin());
	cr_assert_null(mdt_reader_create(path, &reader));
	annotate(&annotator, reader, say_rewritten, &text);
	mdt_annotator_deinit(&annotator);
	cr_assert_null(mdt_reader_create_memory(path, mdt_buf_slice(&text), &again));
	while (!mdt_reader_next(again, &event, &got) && got)
		cr_expect_neq(event.kind, MDT_EVENT_UNKNOWN, "%s:%lu: %.*s", path,
			      event.line, SLICE_FMT(event.raw));
	mdt_reader_destroy(again);
	mdt_buf_deinit(&text);
}

// What --rewrite prints is a log again.
Test(annotate, every_log_rewritten_can_be_read)
{
	glob_t logs;

	cr_assert_eq(glob(MDT_SOURCE_DIR "/traces/*/*.strace", 0, NULL, &logs), 0);
	cr_assert_gt(logs.gl_pathc, 20);
	for (size_t i = 0; i < logs.gl_pathc; i++)
		check_rewrites(logs.gl_pathv[i]);
	globfree(&logs);
}
