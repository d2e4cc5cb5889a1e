// SPDX-License-Identifier: MIT
// What a call is about: the last call of each log.
#include "trace/about.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "params.h"
#include "strace/reader.h"

static const char *const kinds[] = { "other",  "array",	 "disk", "attribute",
				     "folder", "mdstat", "mdadm" };

// `KIND OP [on DEVICE] [of ARRAY] [at OFFSET]`
static const struct {
	const char *log, *about;
} cases[] = {
	/* nodes */
	{ "openat(AT_FDCWD, \"/dev/md0\", O_RDWR) = 3\n", "array open on md0 of md0" },
	{ "open(\"/dev/md0\", O_RDWR|O_EXCL) = 3\n", "array open O_EXCL on md0 of md0" },
	{ "openat2(AT_FDCWD, \"/dev/md/x\", {flags=O_RDONLY}, 24) = 3\n", "array open" },
	{ "symlink(\"../md7\", \"/dev/md/x\") = 0\nopen(\"/dev/md/x\", O_RDWR) = 3\n",
	  "array open on md7 of md7" },
	{ "open(\"/dev/loop0\", O_RDWR) = 3\n", "disk open member on loop0" },
	{ "open(\"/dev/sdz\", O_RDWR|O_EXCL) = 3\n", "disk open member O_EXCL" },
	{ "open(\"/dev/sdz\", O_RDWR|O_CREAT|O_EXCL, 0600) = 3\n", "other open" },
	{ "creat(\"/etc/passwd\", 0600) = 3\n", "other open" },
	{ "open(\"/dev/md\"..., O_RDWR) = 3\n", "other open" },
	{ "mknod(\"/dev/.tmp.md.1:9:4\", S_IFBLK|0600, makedev(9, 4)) = 0\n",
	  "array mknod on md4 of md4" },
	{ "mknodat(AT_FDCWD, \"/tmp/n\", S_IFBLK|0600, makedev(7, 1)) = 0\n",
	  "disk mknod on 7:1" },
	{ "mknod(\"/tmp/fifo\", S_IFIFO|0600, 0) = 0\n", "other mknod" },
	{ "unlinkat(AT_FDCWD, \"/dev/md3\", 0) = 0\n", "array unlink on md3 of md3" },

	/* a partition is the array, for md */
	{ "open(\"/dev/md126p5\", O_RDONLY) = 3\n", "array open part of md126" },
	{ "open(\"/dev/md126p5\", O_RDONLY) = 3\n"
	  "fstat(3, {st_mode=S_IFBLK|0660, st_rdev=makedev(0x103, 0x8), ...}) = 0\n"
	  "ioctl(3, STOP_ARRAY, NULL) = 0\n",
	  "array STOP_ARRAY on md126p5 part of md126" },
	{ "ioctl(3</dev/md1p1<block 259:3>>, 0x80480911, 0x7f) = 0\n",
	  "array GET_ARRAY_INFO on md1p1 part of md1" },
	{ "open(\"/dev/sda1\", O_RDONLY) = 3\n"
	  "fstat(3, {st_mode=S_IFBLK|0660, st_rdev=makedev(0x8, 0x1), ...}) = 0\n"
	  "ioctl(3, BLKGETSIZE64, [1]) = 0\n",
	  "disk BLKGETSIZE64 on sda1" },

	/* descriptors */
	{ "ioctl(3, STOP_ARRAY) = 0\n", "other STOP_ARRAY" },
	{ "ioctl(3, NO_SUCH) = 0\n", "other ioctl" },
	{ "open(\"/dev/loop0\", O_RDWR) = 3\nlseek(3, 4096, SEEK_SET) = 4096\n"
	  "read(3, \"\", 512) = 0\n",
	  "disk read on loop0 at 4096" },
	{ "pread64(3</dev/loop0<block 7:0>>, \"\", 512, 8192) = 0\n",
	  "disk read on loop0 at 8192" },
	{ "pread64(3</dev/loop0<block 7:0>>, \"\", 512, X) = 0\n", "disk read on loop0" },
	{ "write(3</sys/devices/virtual/block/md0/md/array_state>, \"clear\", 5) = 5\n",
	  "attribute write array_state of md0" },
	{ "read(3</proc/mdstat>, \"\", 512) = 0\n", "mdstat read mdstat" },

	/* sysfs */
	{ "open(\"/sys/block/md40/md/dev-sde1/block/dev\", O_RDONLY) = 3\n",
	  "attribute open attribute block/dev of md40" },
	{ "readlink(\"/sys/dev/block/9:40\", 0x7f, 199) = -1 ENOENT (No)\n",
	  "folder look folder of md40" },
	{ "readlink(\"/sys/dev/block/8:40\", 0x7f, 199) = -1 ENOENT (No)\n",
	  "other readlink" },
	{ "newfstatat(AT_FDCWD, \"/sys/block/md40/md\", 0x7f, 0) = -1 ENOENT (No)\n",
	  "folder look folder md of md40" },
	{ "statx(AT_FDCWD, \"/sys/block/md40/md/dev-sda\", 0, 0, 0x7f) = -1 ENOENT (No)\n",
	  "folder look folder member of md40" },
	{ "access(\"/sys/block/md40/md/sync_action\", R_OK) = 0\n",
	  "attribute open attribute sync_action of md40" },
	{ "stat(\"/sys/block/sda\", {st_mode=S_IFDIR|0755}) = 0\n", "other stat" },

	/* others */
	{ "getpid() = 5\n", "other getpid" },
	{ "no_such_call(3) = 0\n", "other no_such_call" },
	{ "ioctl() = 0\n", "other ioctl" },
	{ "open() = 3\n", "other open" },
};

ParameterizedTestParameters(trace_about, answer)
{
	return index_params(cases);
}

static void say(const struct mdt_about *about, const struct mdt_event *event,
		struct mdt_buf *ret)
{
	mdt_buf_clear(ret);
	mdt_buf_printf(ret, "%s ", kinds[about->kind]);
	mdt_about_op(about, event, ret);
	if (about->device && about->device->source != MDT_DEV_UNKNOWN) {
		mdt_buf_adds(ret, " on ");
		mdt_device_name(ret, about->device);
	}
	if (about->array) {
		mdt_buf_adds(ret, about->is_partition ? " part of " : " of ");
		mdt_device_name(ret, about->array);
	}
	if (about->offset != UINT64_MAX)
		mdt_buf_printf(ret, " at %llu", (unsigned long long)about->offset);
	mdt_buf_addc(ret, '\0');
}

ParameterizedTest(size_t *i, trace_about, answer)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	_cleanup_(mdt_trace_deinit) struct mdt_trace trace = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	const char *log = cases[*i].log;
	struct mdt_event event;
	struct mdt_about about;
	bool got;

	cr_assert_null(mdt_reader_create_memory("log", mdt_slice_cstr(log), &reader));
	while (!mdt_reader_next(reader, &event, &got) && got) {
		cr_assert_eq(event.kind, MDT_EVENT_CALL, "%s", log);
		mdt_about_find(&trace, mdt_ioctl_builtin(), &event, &about);
		say(&about, &event, &text);
		cr_assert_null(mdt_trace_follow(&trace, &event));
	}
	cr_assert_str_eq(text.str, cases[*i].about, "%s is '%s'", log, text.str);
}
