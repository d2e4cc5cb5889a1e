// SPDX-License-Identifier: MIT
#include "guest/call.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest.h"
#include "guest/arg.h"
#include "guest/encode.h"
#include "guest/payload.h"
#include "trace/request.h"

// A folder of our own: calls are made for real.
struct folder {
	char path[64];
};

static struct folder make_folder(void)
{
	struct folder folder = { "/tmp/mdtrace-guest-XXXXXX" };

	cr_assert_not_null(mkdtemp(folder.path));
	return folder;
}

static void folder_deinit(struct folder *folder)
{
	char command[128];

	snprintf(command, sizeof(command), "rm -rf %s", folder->path);
	cr_assert_eq(system(command), 0);
}

// Make a call in which each @ is the folder; what comes of it is compared likewise.
static void check(struct host *host, const struct folder *folder, const char *call,
		  const char *expected)
{
	char texts[2][512];
	const char *from[] = { call, expected };

	for (size_t t = 0; t < 2; t++) {
		size_t len = 0;

		for (const char *c = from[t]; *c; c++)
			len += (size_t)(*c == '@' ? snprintf(texts[t] + len,
							     sizeof(texts[t]) - len, "%s",
							     folder->path)
						  : snprintf(texts[t] + len,
							     sizeof(texts[t]) - len, "%c",
							     *c));
	}
	cr_assert_str_eq(host_run(host, texts[0]), texts[1]);
}

Test(guest_call, files_have_the_numbers_of_the_log)
{
	_cleanup_(folder_deinit) struct folder folder = make_folder();
	_cleanup_(host_deinit) struct host host = { 0 };

	check(&host, &folder,
	      "openat(AT_FDCWD, \"@/map\", O_RDWR|O_CREAT, 0600) = 37</run/mdadm/map>",
	      "openat(AT_FDCWD, \"@/map\", O_RDWR|O_CREAT, 0600) = 37</run/mdadm/map>");
	check(&host, &folder, "write(37, \"a\\0b\\n\", 4) = 4 <0.000012>",
	      "write(37, \"a\\0b\\n\", 4) = 4");
	check(&host, &folder, "lseek(37, 0, SEEK_SET)              = 5",
	      "lseek(37, 0, SEEK_SET)              = 0");
	check(&host, &folder, "_llseek(37, 2, [2], SEEK_SET) = 0",
	      "_llseek(37, 2, [2], SEEK_SET) = 0");
	check(&host, &folder, "_llseek(37, 0, 0x7ffe, SEEK_SET) = 0",
	      "_llseek(37, 0, [0], SEEK_SET) = 0");
	check(&host, &folder, "_llseek(37, 0) = 0",
	      "argument 4, , is not a number that mdtrace knows");
	check(&host, &folder, "read(37, \"abc\"..., 4096) = 3",
	      "read(37, \"a\\x00b\\n\", 4096) = 4");
	check(&host, &folder, "pread64(37, 0x7ffe, 2, 1) = 2",
	      "pread64(37, \"\\x00b\", 2, 1) = 2");
	check(&host, &folder, "fcntl(37, F_DUPFD, 40) = 40",
	      "fcntl(37, F_DUPFD, 40) = 40");
	check(&host, &folder, "close(37) = 0", "close(37) = 0");
	check(&host, &folder, "dup2(40, 1) = 1", "dup2(40, 1) = 1");
	check(&host, &folder, "close(37) = -1 EBADF (Bad file descriptor)",
	      "close(37) = -1 EBADF (Bad file descriptor)");
	check(&host, &folder, "close(37) = 0", "descriptor 37 is not open here");
	check(&host, &folder, "close_range(3, 4294967295, 0) = 0",
	      "close_range(3, 4294967295, 0) = 0");
	check(&host, &folder, "fsync(40) = 0", "descriptor 40 is not open here");
	check(&host, &folder, "fsync(1) = 0", "fsync(1) = 0");
}

Test(guest_call, results_are_the_kernels)
{
	_cleanup_(folder_deinit) struct folder folder = make_folder();
	_cleanup_(host_deinit) struct host host = { 0 };

	check(&host, &folder, "open(\"@/none\", O_RDONLY) = 5",
	      "open(\"@/none\", O_RDONLY) = -1 ENOENT (No such file or directory)");
	check(&host, &folder, "mkdir(\"@/a\", 0755) = -1 EEXIST (File exists) <0.1>",
	      "mkdir(\"@/a\", 0755) = 0");
	check(&host, &folder, "rename(\"@/a\", \"@/b\") = ?",
	      "rename(\"@/a\", \"@/b\") = 0");
	check(&host, &folder, "rmdir(\"@/b\") = 0  --my note",
	      "rmdir(\"@/b\") = 0  --my note");
	check(&host, &folder, "5 symlink(\"x\", \"@/c\") = 0",
	      "5 symlink(\"x\", \"@/c\") = 0");
	check(&host, &folder, "unlinkat(AT_FDCWD, \"@/c\", 0) = 0",
	      "unlinkat(AT_FDCWD, \"@/c\", 0) = 0");
}

Test(guest_call, a_file_that_the_log_did_not_get_is_not_kept)
{
	_cleanup_(folder_deinit) struct folder folder = make_folder();
	_cleanup_(host_deinit) struct host host = { 0 };

	check(&host, &folder,
	      "open(\"@\", O_RDONLY) = -1 EBUSY (Device or resource busy)",
	      "open(\"@\", O_RDONLY) = 3");
	check(&host, &folder, "fsync(3) = 0", "descriptor 3 is not open here");
}

Test(guest_call, parts_of_a_list_are_read_and_written)
{
	_cleanup_(folder_deinit) struct folder folder = make_folder();
	_cleanup_(host_deinit) struct host host = { 0 };

	check(&host, &folder, "creat(\"@/f\", 0600) = 4", "creat(\"@/f\", 0600) = 4");
	check(&host, &folder,
	      "writev(4, [{iov_base=\"ab\", iov_len=2}, {iov_base=\"c\", iov_len=1}], 2) = 3",
	      "writev(4, [{iov_base=\"ab\", iov_len=2}, {iov_base=\"c\", iov_len=1}], 2) = 3");
	check(&host, &folder, "open(\"@/f\", O_RDONLY) = 5",
	      "open(\"@/f\", O_RDONLY) = 5");
	check(&host, &folder,
	      "readv(5, [{iov_base=0x1, iov_len=2}, {iov_base=\"x\", iov_len=9}], 2) = 3",
	      "readv(5, [{iov_base=\"ab\", iov_len=2}, {iov_base=\"c\", iov_len=9}], 2) = 3");
}

Test(guest_call, a_list_with_holes_is_harmless)
{
	_cleanup_(host_deinit) struct host host = { 0 };

	host_run(&host, "open(\"/dev/zero\", O_RDONLY) = 3");
	cr_assert_str_eq(host_run(&host, "readv(3, [{iov_len=2}, 7, {}], 3) = 2"),
			 "the list of buffers is not whole");
	cr_assert_str_eq(host_run(&host, "readv(3, [{iov_len=2}], 1) = 2"),
			 "readv(3, [{iov_len=2}], 1) = 2");
	cr_assert_str_eq(host_run(&host, "readv(3, 0x7ffe, 1) = 2"),
			 "the list of buffers is not in the plan");
	cr_assert_str_eq(host_run(&host, "writev(3, [{iov_len=2}], 1) = 2"),
			 "the 2 bytes to write are not all in the plan");
}

Test(guest_call, processes_have_their_descriptors)
{
	_cleanup_(folder_deinit) struct folder folder = make_folder();
	_cleanup_(host_deinit) struct host host = { 0 };

	check(&host, &folder, "5 open(\"@\", O_RDONLY|O_CLOEXEC) = 3",
	      "5 open(\"@\", O_RDONLY|O_CLOEXEC) = 3");
	check(&host, &folder,
	      "5 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, "
	      "child_tidptr=0x7f) = 6",
	      "5 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD, "
	      "child_tidptr=0x7f) = 6");
	check(&host, &folder, "6 execve(\"/sbin/x\", [\"x\"], 0x7f /* 2 vars */) = 0",
	      "6 execve(\"/sbin/x\", [\"x\"], 0x7f /* 2 vars */) = 0");
	check(&host, &folder, "6 fsync(3) = 0", "descriptor 3 is not open here");
	check(&host, &folder, "5 close(3) = 0", "5 close(3) = 0");
	check(&host, &folder, "5 exit_group(0) = ?", "5 exit_group(0) = ?");
}

// What a call has made is known by a path that does not depend on descriptors.
Test(guest_call, what_is_made_is_known)
{
	_cleanup_(folder_deinit) struct folder folder = make_folder();
	_cleanup_(host_deinit) struct host host = { 0 };
	char path[128];

	check(&host, &folder, "open(\"@\", O_RDONLY|O_DIRECTORY) = 3",
	      "open(\"@\", O_RDONLY|O_DIRECTORY) = 3");
	cr_assert_eq(host.call.made.len, 0);
	check(&host, &folder, "mkdirat(3, \"a\", 0700) = 0",
	      "mkdirat(3, \"a\", 0700) = 0");
	snprintf(path, sizeof(path), "%s/a", folder.path);
	cr_assert(mdt_slice_eq_cstr(host.call.made, path));
	check(&host, &folder, "openat(3, \"f\", O_RDWR|O_CREAT, 0600) = 4",
	      "openat(3, \"f\", O_RDWR|O_CREAT, 0600) = 4");
	snprintf(path, sizeof(path), "%s/f", folder.path);
	cr_assert(mdt_slice_eq_cstr(host.call.made, path));
	check(&host, &folder, "openat(3, \"f\", O_RDWR|O_CREAT, 0600) = 5",
	      "openat(3, \"f\", O_RDWR|O_CREAT, 0600) = 5");
	cr_assert_eq(host.call.made.len, 0);
	check(&host, &folder, "mknod(\"@/n\", S_IFIFO|0600) = 0",
	      "mknod(\"@/n\", S_IFIFO|0600) = 0");
	snprintf(path, sizeof(path), "%s/n", folder.path);
	cr_assert(mdt_slice_eq_cstr(host.call.made, path));
}

// Nothing is made up.
static const struct {
	const char *call, *why;
} refused[] = {
	{ "mmap(NULL, 4096) = 0", "mdtrace does not make mmap()" },
	{ "write(1, \"ab\"..., 10) = 10",
	  "the 10 bytes to write are not all in the plan" },
	{ "write(1, 0x7ffe, 10) = 10", "the 10 bytes to write are not all in the plan" },
	{ "write(1, \"abc\", 2) = 2", "the 2 bytes to write are not all in the plan" },
	{ "read(1, 0x7ffe, 99999999999) = 2", "more bytes than mdtrace reads at once" },
	{ "open(\"/tmp/a\"..., O_RDONLY) = 3",
	  "argument 1, \"/tmp/a\"..., is not a whole path" },
	{ "open(\"/tmp\", O_NEW) = 3",
	  "argument 2, O_NEW, is not a number that mdtrace knows" },
	{ "open() = 3", "argument 1, , is not a whole path" },
	{ "openat2(AT_FDCWD, \"/\", 0x7ffe, 24) = 3",
	  "argument 3 is not a struct open_how" },
	{ "ioctl(1, NEW_IOCTL, 0) = 0", "NEW_IOCTL is not an ioctl that mdtrace knows" },
	{ "ioctl(1, SET_ARRAY_INFO, 0x7ffe1234) = 0",
	  "the kernel reads the argument, and it is not in the plan" },
	{ "ioctl(1, ADD_NEW_DISK, \"\\0\\0\"...) = 0",
	  "the kernel reads the argument, and it is not in the plan" },
	{ "ioctl(1, GET_DISK_INFO, 0x7ffe1234) = 0",
	  "the kernel reads the argument, and it is not in the plan" },
	{ "ioctl(1, SET_DISK_FAULTY, 0x7ffe12345678) = 0",
	  "argument 3, 0x7ffe12345678, is not a device number" },
	{ "ioctl(1, SET_BITMAP_FILE, 8) = 0", "descriptor 8 is not open here" },
	{ "ioctl(1, _IOC(_IOC_NONE, 0x9, 0xee, 0), 0x7ffe1234) = 0",
	  "mdtrace does not know what this ioctl's argument is" },
	{ "ioctl(1, BLKPG, 0x7ffe1234) = 0",
	  "the kernel reads the argument, and it is not in the plan" },
	{ "ioctl(1, BLKPG, {op=BLKPG_DEL_PARTITION}) = 0",
	  "the kernel reads the argument, and it is not in the plan" },
	{ "clone(flags=SIGCHLD) = -1 EAGAIN (Try again)",
	  "the log does not tell the child's pid" },
	{ "mknod(\"/tmp/x\", S_IFBLK|0600, makedev(5000, 1)) = 0",
	  "the device number is none that mdtrace knows" },
};

Test(guest_call, what_is_not_known_is_not_run)
{
	_cleanup_(host_deinit) struct host host = { 0 };

	host_run(&host, "open(\"/dev/null\", O_RDWR) = 1");
	array_for_each (it, refused)
		cr_assert_str_eq(host_run(&host, it->call), it->why);
}

Test(guest_call, an_ioctl_gets_as_much_memory_as_it_writes)
{
	_cleanup_(host_deinit) struct host host = { 0 };

	// FS_IOC_GETFLAGS says long and writes an int; /dev/null has none of them.
	host_run(&host, "open(\"/dev/null\", O_RDWR) = 1");
	cr_assert_str_eq(
		host_run(&host, "ioctl(1, GET_ARRAY_INFO, 0x7ffe) = 0"),
		"ioctl(1, GET_ARRAY_INFO, 0x7ffe) = -1 ENOTTY (Inappropriate ioctl for device)");
	cr_assert_str_eq(
		host_run(&host, "ioctl(1, BLKGETSIZE64, [41943040]) = 0"),
		"ioctl(1, BLKGETSIZE64, [41943040]) = -1 ENOTTY (Inappropriate ioctl for device)");
	cr_assert_str_eq(
		host_run(&host, "ioctl(1, 0x932 /* STOP_ARRAY */, 0) = 0"),
		"ioctl(1, 0x932 /* STOP_ARRAY */, 0) = -1 ENOTTY (Inappropriate ioctl for device)");
}

/* ---- arguments of ioctls ---- */

static void make(struct host *host, const char *text, struct mdt_event *event,
		 struct guest_payload *ret)
{
	uint32_t number;

	*event = host_parse(host, text);
	host->call = (struct guest_call){ .event = event,
					  .map = &host->map,
					  .files = &host->files,
					  .arena = &host->arena };
	cr_assert(mdt_request_number(mdt_ioctl_builtin(), mdt_event_arg(event, 1),
				     &number));
	cr_assert(guest_payload_make(&host->call, number,
				     mdt_ioctl_find(mdt_ioctl_builtin(), number, NULL),
				     ret),
		  "%s", text);
}

Test(guest_payload, bytes_are_as_many_as_the_type_wants)
{
	_cleanup_(guest_payload_deinit) struct guest_payload payload = { 0 };
	_cleanup_(host_deinit) struct host host = { 0 };
	struct mdt_event event;

	make(&host, "ioctl(4, SET_ARRAY_INFO, \"\\x01\\x02\") = 0", &event, &payload);
	cr_assert(payload.is_memory);
	cr_assert_eq(payload.size, 72);
	cr_assert_eq(payload.bytes[0], 1);
	cr_assert_eq(payload.bytes[1], 2);
	cr_assert_eq(payload.bytes[2], 0);
}

Test(guest_payload, more_bytes_than_the_type_has_are_all_there)
{
	_cleanup_(guest_payload_deinit) struct guest_payload payload = { 0 };
	_cleanup_(host_deinit) struct host host = { 0 };
	struct mdt_event event;

	make(&host, "ioctl(4, _IOC(_IOC_WRITE, 0x9, 0xee, 2), \"abcdef\") = 0", &event,
	     &payload);
	cr_assert_eq(payload.size, 6);
	cr_assert_eq(memcmp(payload.bytes, "abcdef", 6), 0);
}

Test(guest_payload, registers)
{
	static const struct {
		const char *text;
		uint64_t value;
	} cases[] = {
		{ "ioctl(4, SET_DISK_FAULTY, makedev(0x8, 0x1)) = 0", 0x740 },
		{ "ioctl(4, SET_DISK_FAULTY, 0x801) = 0", 0x740 },
		{ "ioctl(4, HOT_REMOVE_DISK, makedev(0x7, 0x1)) = 0", 0x701 },
		{ "ioctl(4, SET_BITMAP_FILE, -1) = 0", UINT64_MAX },
		{ "ioctl(4, STOP_ARRAY) = 0", 0 },
		{ "ioctl(4, STOP_ARRAY, 0) = 0", 0 },
		{ "ioctl(4, RUN_ARRAY, 0x7ffe1234) = 0", 0 },
		{ "ioctl(4, SET_ARRAY_INFO, NULL) = 0", 0 },
		{ "ioctl(4, BLKRASET, 256) = 0", 256 },
	};
	static const struct guest_map_row row = { { 8, 1, SLICE_INIT("sda1") },
						  { 7, 64, SLICE_INIT("loop64") },
						  { 0 } };

	array_for_each (it, cases) {
		_cleanup_(guest_payload_deinit) struct guest_payload payload = { 0 };
		_cleanup_(host_deinit) struct host host = { 0 };
		struct mdt_event event;

		cr_assert(guest_map_add(&host.map, &row));
		make(&host, it->text, &event, &payload);
		cr_assert(!payload.is_memory, "%s", it->text);
		cr_assert_eq(payload.value, it->value, "%s: %#lx", it->text,
			     (unsigned long)payload.value);
	}
}

Test(guest_payload, blkpg_has_a_pointer_in_it)
{
	_cleanup_(guest_payload_deinit) struct guest_payload payload = { 0 };
	_cleanup_(host_deinit) struct host host = { 0 };
	struct blkpg_ioctl_arg arg;
	struct blkpg_partition part;
	struct mdt_event event;

	make(&host,
	     "ioctl(5, BLKPG, {op=BLKPG_DEL_PARTITION, flags=0, datalen=152, "
	     "data={start=512, length=0, pno=1073741824, devname=\"ab\", volname=\"\"}}) "
	     "= -1 ENXIO (No such device or address)",
	     &event, &payload);
	memcpy(&arg, payload.bytes, sizeof(arg));
	memcpy(&part, arg.data, sizeof(part));
	cr_assert_eq(arg.op, BLKPG_DEL_PARTITION);
	cr_assert_eq(arg.datalen, 152);
	cr_assert_eq(part.start, 512);
	cr_assert_eq(part.pno, 1073741824);
	cr_assert_str_eq(part.devname, "ab");
}

Test(guest_payload, numbers_in_brackets_and_structs_are_encoded)
{
	_cleanup_(guest_payload_deinit) struct guest_payload one = { 0 }, two = { 0 },
							     three = { 0 };
	_cleanup_(host_deinit) struct host host = { 0 };
	struct mdt_event event;

	make(&host, "ioctl(5, BLKROSET, [1]) = 0", &event, &one);
	cr_assert_eq(one.bytes[0], 1);
	make(&host, "ioctl(5, BLKDISCARD, [4096, 8192]) = 0", &event, &two);
	cr_assert_eq(two.bytes[1], 16);
	cr_assert_eq(two.bytes[9], 32);
	make(&host,
	     "ioctl(5, ADD_NEW_DISK, {number=1, major=7, minor=2, raid_disk=-1, state=0}) "
	     "= 0",
	     &event, &three);
	cr_assert_eq(three.bytes[4], 7);
	cr_assert_eq(three.bytes[12], 0xff);
	cr_assert_eq(three.bytes[15], 0xff);
}

Test(guest_encode, what_does_not_fit_is_refused)
{
	static const char *const texts[] = {
		"f({number=4294967296}) = 0",  "f({none=1}) = 0", "f([1]) = 0",
		"f({number=\"a\"}) = 0",       "f(7) = 0",	  "f({number={}}) = 0",
		"f({number=-2147483649}) = 0",
	};
	const struct mdt_type *type =
		mdt_ioctl_find_type(mdt_ioctl_builtin(), SLICE("mdu_disk_info_t"));

	cr_assert_not_null(type);
	array_for_each (it, texts) {
		_cleanup_(host_deinit) struct host host = { 0 };
		struct mdt_event event = host_parse(&host, *it);
		unsigned char bytes[20] = { 0 };

		cr_assert(!guest_encode(mdt_event_arg(&event, 0), type, bytes), "%s",
			  *it);
	}
}
