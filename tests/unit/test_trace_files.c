// SPDX-License-Identifier: MIT
// A log, and what its ioctl() calls are about: each is a question to mdt_trace_file().
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <inttypes.h>

#include "params.h"
#include "strace/reader.h"
#include "trace/trace.h"

/* ---- how a file is written below ---- */

// `PATH = DEVICE MAJOR:MINOR by SOURCE @OFFSET`, each part if there is one; `-` for
// nothing known.
static void describe(const struct mdt_file *file, struct mdt_buf *text)
{
	static const char *const sources[] = { "nothing", "name", "mknod", "stat" };
	const struct mdt_device *device = file ? file->device : NULL;

	if (!file) {
		mdt_buf_adds(text, "-");
		return;
	}
	mdt_buf_add(text, file->path.len ? file->path : SLICE("?"));
	if (device) {
		mdt_buf_adds(text, " = ");
		mdt_device_name(text, device);
		if (device->source != MDT_DEV_UNKNOWN)
			mdt_buf_printf(text, " %u:%u", device->major, device->minor);
		mdt_buf_printf(text, " by %s", sources[device->source]);
		if (device->size)
			mdt_buf_printf(text, " %" PRIu64 " bytes", device->size);
	}
	if (file->has_offset && file->offset)
		mdt_buf_printf(text, " @%" PRIu64, file->offset);
}

static void follow(struct mdt_trace *trace, const char *log, struct mdt_buf *answers)
{
	struct mdt_reader *reader;
	struct mdt_event event;
	bool got;

	cr_assert_null(mdt_reader_create_memory("test", mdt_slice_cstr(log), &reader));
	while (!mdt_reader_next(reader, &event, &got) && got) {
		bool is_end =
			event.kind == MDT_EVENT_CALL || event.kind == MDT_EVENT_RESUMED;

		if (is_end && mdt_slice_eq(event.name, SLICE("ioctl"))) {
			describe(mdt_trace_file(trace, &event, mdt_event_arg(&event, 0)),
				 answers);
			mdt_buf_addc(answers, '\n');
		}
		cr_assert_null(mdt_trace_follow(trace, &event));
	}
	mdt_reader_destroy(reader);
}

static void check(const char *what, const char *log, const char *expected)
{
	struct mdt_trace trace = { 0 };
	struct mdt_buf answers = { 0 };

	follow(&trace, log, &answers);
	mdt_buf_addc(&answers, '\0');
	cr_expect_str_eq(answers.str, expected,
			 "%s:\n%s--- is ---\n%s--- should be ---\n%s", what, log,
			 answers.str, expected);
	mdt_buf_deinit(&answers);
	mdt_trace_deinit(&trace);
}

/* ---- the cases ---- */

static const struct {
	const char *what, *log, *answers;
} cases[] = {
	/* what opens */
	{ "open",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "ioctl(3, RAID_VERSION, 0x7ff0) = 0\n",
	  "/dev/md0 = md0 9:0 by name\n" },
	{ "a failed open",
	  "open(\"/dev/md0\", O_RDWR) = -1 ENOENT (No such file or directory)\n"
	  "ioctl(3, RAID_VERSION, 0x7ff0) = -1 EBADF (Bad file descriptor)\n",
	  "-\n" },
	{ "openat, openat2, creat",
	  "openat(AT_FDCWD, \"/dev/md1\", O_RDONLY) = 3\n"
	  "openat2(AT_FDCWD, \"/dev/md2\", {flags=O_RDONLY|O_CLOEXEC, resolve=0}, 24) = 4\n"
	  "creat(\"/run/map.new\", 0600) = 5\n"
	  "ioctl(3, 0x932) = 0\n"
	  "ioctl(4, 0x932) = 0\n"
	  "ioctl(5, 0x932) = 0\n",
	  "/dev/md1 = md1 9:1 by name\n/dev/md2 = md2 9:2 by name\n/run/map.new\n" },
	{ "raw numbers, names of arguments, strings in hex",
	  "openat(-100, \"/dev/md1\", 0x2) = 3\n"
	  "openat(dirfd=AT_FDCWD, pathname=\"/dev/md2\", flags=O_RDONLY) = 4\n"
	  "openat(AT_FDCWD, \"\\x2f\\x64\\x65\\x76\\x2f\\x6d\\x64\\x33\", O_RDONLY) = 5\n"
	  "ioctl(3, 0x932) = 0\n"
	  "ioctl(fd=4, request=0x932, argp=0) = 0\n"
	  "ioctl(5, 0x932) = 0\n",
	  "/dev/md1 = md1 9:1 by name\n/dev/md2 = md2 9:2 by name\n"
	  "/dev/md3 = md3 9:3 by name\n" },
	{ "a log with CRLF",
	  "open(\"/dev/md0\", O_RDWR) = 3\r\nioctl(3, 0x932) = 0\r\nclose(3) = 0\r\n"
	  "ioctl(3, 0x932) = -1 EBADF (Bad file descriptor)\r\n",
	  "/dev/md0 = md0 9:0 by name\n-\n" },
	{ "a name that is not whole",
	  "open(\"/dev/disk/by-id/md-uuid-8e8663fb\"..., O_RDONLY) = 3\n"
	  "ioctl(3, 0x932) = 0\n",
	  "?\n" },
	{ "a line that is spoiled gives out its descriptor all the same",
	  "open(\"/dev/loop1\", O_RDONLY) = 3\n"
	  "open(\"/dev/md3\", O\\_RDWR)               = 3\n"
	  "ioctl(3, 0x932) = 0\n"
	  "socket(AF\\_UNIX, 1) = 3<socket:[7]>\n"
	  "ioctl(3, 0x932) = 0\n",
	  "/dev/md3 = md3 9:3 by name\n-\n" },
	{ "but not when it failed, or has no result",
	  "open(\"/dev/md3\", O_RDONLY) = 3\n"
	  "open(\"/dev/md4\", O\\_RDWR)               = -1 EBUSY (Busy)\n"
	  "open(\"/dev/md4\", O\\_RDWR)\n"
	  "ioctl(3, 0x932) = 0\n",
	  "/dev/md3 = md3 9:3 by name\n" },
	{ "a spoiled line after another does not end the call of the first",
	  "open(\"/dev/md3\", O\\_RDWR)               = 3\n"
	  "fstat64(3, {st\\_mode=S\\_IFBLK|0660, st_rdev=makedev(9, 3), ...}) = 0\n"
	  "ioctl(3, 0x932) = 0\n"
	  "ioctl(0, 0x932) = 0\n",
	  "/dev/md3 = md3 9:3 by name\n-\n" },
	{ "a result that strace made up",
	  "open(\"/dev/md0\", O_RDWR) = 3 (INJECTED)\n"
	  "ioctl(3, 0x932) = -1 EBADF (Bad file descriptor)\n",
	  "-\n" },

	/* names */
	{ "nodes that are numbered, and nodes that are not",
	  "open(\"/dev/loop7\", O_RDONLY) = 3\n"
	  "open(\"/dev/md_d0\", O_RDONLY) = 4\n"
	  "open(\"/dev/sda\", O_RDONLY) = 5\n"
	  "open(\"/dev/block/9:127\", O_RDONLY) = 6\n"
	  "open(\"/dev/loop-control\", O_RDONLY) = 7\n"
	  "open(\"/dev/shm/x\", O_RDWR) = 8\n"
	  "ioctl(3, 0x932) = 0\nioctl(4, 0x932) = 0\nioctl(5, 0x932) = 0\n"
	  "ioctl(6, 0x932) = 0\nioctl(7, 0x932) = 0\nioctl(8, 0x932) = 0\n",
	  "/dev/loop7 = loop7 7:7 by name\n/dev/md_d0 = md_d0 by nothing\n"
	  "/dev/sda = sda by nothing\n/dev/block/9:127 = md127 9:127 by name\n"
	  "/dev/loop-control = loop-control by nothing\n/dev/shm/x\n" },
	{ "a folder below /dev is no node",
	  "openat(AT_FDCWD, \"/dev/md\", O_RDONLY|O_DIRECTORY) = 3\n"
	  "ioctl(3, 0x932) = -1 ENOTTY (Inappropriate ioctl for device)\n",
	  "/dev/md\n" },

	/* copies */
	{ "dup, dup2, dup3 share the offset",
	  "open(\"/dev/loop0\", O_RDWR) = 3\n"
	  "dup(3) = 4\n"
	  "dup2(3, 7) = 7\n"
	  "dup3(3, 2000, O_CLOEXEC) = 2000\n"
	  "lseek(4, 4096, SEEK_SET) = 4096\n"
	  "close(3) = 0\n"
	  "ioctl(7, BLKFLSBUF) = 0\nioctl(2000, BLKFLSBUF) = 0\nioctl(3, BLKFLSBUF) = 0\n",
	  "/dev/loop0 = loop0 7:0 by name @4096\n/dev/loop0 = loop0 7:0 by name @4096\n-\n" },
	{ "dup2 closes what was there, also with a file that is not known",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "dup2(9, 3) = 3\n"
	  "ioctl(3, 0x932) = 0\n",
	  "-\n" },
	{ "dup2 to itself changes nothing",
	  "open(\"/dev/md0\", O_RDWR|O_CLOEXEC) = 3\n"
	  "dup2(3, 3) = 3\n"
	  "ioctl(3, 0x932) = 0\n"
	  "execve(\"/sbin/mdadm\", [\"mdadm\"], 0x7ff /* 3 vars */) = 0\n"
	  "ioctl(3, 0x932) = 0\n",
	  "/dev/md0 = md0 9:0 by name\n-\n" },
	{ "fcntl",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "fcntl(3, F_DUPFD, 10) = 10\n"
	  "fcntl(3, F_DUPFD_CLOEXEC, 10) = 11\n"
	  "fcntl(3, F_GETFD) = 12\n"
	  "fcntl(3, F_SETFD, FD_CLOEXEC) = 0\n"
	  "ioctl(11, 0x932) = 0\nioctl(12, 0x932) = 0\n"
	  "execve(\"/sbin/mdadm\", [\"mdadm\"], 0x7ff /* 3 vars */) = 0\n"
	  "ioctl(3, 0x932) = 0\nioctl(10, 0x932) = 0\nioctl(11, 0x932) = 0\n",
	  "/dev/md0 = md0 9:0 by name\n-\n-\n/dev/md0 = md0 9:0 by name\n-\n" },
	{ "fcntl in raw numbers",
	  "open(\"/dev/md0\", 0x80000) = 3\n"
	  "fcntl(3, 0, 10) = 10\n"
	  "fcntl(3, 1030 /* F_DUPFD_CLOEXEC */, 10) = 11\n"
	  "fcntl(11, 2, 0) = 0\n"
	  "fcntl(10, 2, 0x1) = 0\n"
	  "execve(\"/sbin/mdadm\", [\"mdadm\"], 0x7ff) = 0\n"
	  "ioctl(3, 0x932) = 0\nioctl(10, 0x932) = 0\nioctl(11, 0x932) = 0\n",
	  "-\n-\n/dev/md0 = md0 9:0 by name\n" },

	/* what closes */
	{ "close, also with an error, but not one that never was",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "open(\"/dev/md1\", O_RDWR) = 4\n"
	  "close(3) = -1 EIO (Input/output error)\n"
	  "close(4) = -1 EIO (Input/output error) (INJECTED)\n"
	  "ioctl(3, 0x932) = 0\nioctl(4, 0x932) = 0\n",
	  "-\n/dev/md1 = md1 9:1 by name\n" },
	{ "close_range",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "open(\"/dev/md1\", O_RDWR) = 4\n"
	  "open(\"/dev/md2\", O_RDWR) = 5\n"
	  "dup2(3, 5000) = 5000\n"
	  "close_range(4, 4, 0) = 0\n"
	  "close_range(5, 4294967295, CLOSE_RANGE_CLOEXEC) = 0\n"
	  "ioctl(3, 0x932) = 0\nioctl(4, 0x932) = 0\nioctl(5, 0x932) = 0\n"
	  "ioctl(5000, 0x932) = 0\n"
	  "execve(\"/sbin/mdadm\", [\"mdadm\"], 0x7ff /* 3 vars */) = 0\n"
	  "ioctl(3, 0x932) = 0\nioctl(5, 0x932) = 0\nioctl(5000, 0x932) = 0\n",
	  "/dev/md0 = md0 9:0 by name\n-\n/dev/md2 = md2 9:2 by name\n"
	  "/dev/md0 = md0 9:0 by name\n/dev/md0 = md0 9:0 by name\n-\n-\n" },
	{ "pipes and sockets take the number over",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "open(\"/dev/md1\", O_RDWR) = 4\n"
	  "open(\"/dev/md2\", O_RDWR) = 5\n"
	  "pipe2([3, 4], O_CLOEXEC) = 0\n"
	  "socket(AF_UNIX, SOCK_STREAM|SOCK_CLOEXEC, 0) = 5\n"
	  "ioctl(3, 0x932) = 0\nioctl(4, 0x932) = 0\nioctl(5, 0x932) = 0\n",
	  "-\n-\n-\n" },
	{ "a close that another thread overtakes",
	  "1 open(\"/dev/md0\", O_RDWR) = 3\n"
	  "1 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FS|CLONE_FILES) = 2\n"
	  "1 close(3 <unfinished ...>\n"
	  "2 open(\"/dev/md1\", O_RDWR) = 3\n"
	  "1 <... close resumed>) = 0\n"
	  "2 ioctl(3, 0x932) = 0\n",
	  "/dev/md1 = md1 9:1 by name\n" },

	/* processes */
	{ "a child has its own table from then on",
	  "1 open(\"/dev/md0\", O_RDWR) = 3\n"
	  "1 fork() = 2\n"
	  "2 close(3) = 0\n"
	  "1 open(\"/dev/md1\", O_RDWR) = 4\n"
	  "2 ioctl(3, 0x932) = 0\n2 ioctl(4, 0x932) = 0\n"
	  "1 ioctl(3, 0x932) = 0\n1 ioctl(4, 0x932) = 0\n",
	  "-\n-\n/dev/md0 = md0 9:0 by name\n/dev/md1 = md1 9:1 by name\n" },
	{ "a thread has its parent's table",
	  "1 open(\"/dev/md0\", O_RDWR) = 3\n"
	  "1 clone3({flags=CLONE_VM|CLONE_FILES|CLONE_THREAD, exit_signal=0}, 88) = 2\n"
	  "1 clone(child_stack=0x7f, flags=0x3d0f00, tls=0x7f) = 3\n"
	  "2 open(\"/dev/md1\", O_RDWR) = 4\n"
	  "3 close(3) = 0\n"
	  "1 ioctl(3, 0x932) = 0\n1 ioctl(4, 0x932) = 0\n",
	  "-\n/dev/md1 = md1 9:1 by name\n" },
	{ "an offset is shared with the child",
	  "1 open(\"/dev/loop0\", O_RDWR) = 3\n"
	  "1 vfork() = 2\n"
	  "2 lseek(3, 512, SEEK_SET) = 512\n"
	  "1 ioctl(3, BLKFLSBUF) = 0\n",
	  "/dev/loop0 = loop0 7:0 by name @512\n" },
	{ "the child speaks before clone() has returned",
	  "1 open(\"/dev/md0\", O_RDWR) = 3\n"
	  "1 clone(child_stack=NULL, flags=CLONE_CHILD_SETTID|SIGCHLD <unfinished ...>\n"
	  "2 ioctl(3, 0x932) = 0\n"
	  "2 close(3) = 0\n"
	  "1 <... clone resumed>, child_tidptr=0x7f) = 2\n"
	  "2 ioctl(3, 0x932) = 0\n"
	  "1 ioctl(3, 0x932) = 0\n",
	  "/dev/md0 = md0 9:0 by name\n-\n/dev/md0 = md0 9:0 by name\n" },
	{ "two are in clone(), and the first guess is wrong",
	  "1 open(\"/dev/md1\", O_RDWR) = 3\n"
	  "2 open(\"/dev/md2\", O_RDWR) = 3\n"
	  "1 fork( <unfinished ...>\n"
	  "2 fork( <unfinished ...>\n"
	  "3 brk(NULL) = 0x5000\n"
	  "1 <... fork resumed>) = 3\n"
	  "2 <... fork resumed>) = 4\n"
	  "3 ioctl(3, 0x932) = 0\n4 ioctl(3, 0x932) = 0\n",
	  "/dev/md1 = md1 9:1 by name\n/dev/md2 = md2 9:2 by name\n" },
	{ "a clone() that fails has no child",
	  "1 open(\"/dev/md1\", O_RDWR) = 3\n"
	  "1 fork( <unfinished ...>\n"
	  "1 <... fork resumed>) = -1 EAGAIN (Resource temporarily unavailable)\n"
	  "2 ioctl(3, 0x932) = 0\n",
	  "-\n" },
	{ "strace says that it has attached to the child",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "strace: Process 2 attached\n"
	  "[pid     2] ioctl(3, 0x932) = 0\n"
	  "[pid     2] close(3) = 0\n"
	  "[pid     1] ioctl(3, 0x932) = 0\n"
	  "[pid     2] ioctl(3, 0x932) = 0\n"
	  "[pid     2] +++ exited with 0 +++\n"
	  "ioctl(3, 0x932) = 0\n",
	  "/dev/md0 = md0 9:0 by name\n/dev/md0 = md0 9:0 by name\n-\n"
	  "/dev/md0 = md0 9:0 by name\n" },
	{ "strace says so in the middle of the call",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "vfork(strace: Process 2 attached\n"
	  " <unfinished ...>\n"
	  "[pid     2] ioctl(3, 0x932) = 0\n"
	  "[pid     2] close(3) = 0\n"
	  "[pid     2] exit_group(0) = ?\n"
	  "[pid     1] <... vfork resumed>) = 2\n"
	  "[pid     2] +++ exited with 0 +++\n"
	  "ioctl(3, 0x932) = 0\n",
	  "/dev/md0 = md0 9:0 by name\n/dev/md0 = md0 9:0 by name\n" },
	{ "only the child is left, and lines have no pid any more",
	  "open(\"/dev/md0\", O_RDWR) = 3\n"
	  "fork() = 2\n"
	  "strace: Process 2 attached\n"
	  "[pid     1] close(3) = 0\n"
	  "[pid     1] exit_group(0) = ?\n"
	  "[pid     1] +++ exited with 0 +++\n"
	  "ioctl(3, 0x932) = 0\n",
	  "/dev/md0 = md0 9:0 by name\n" },
	{ "a stranger has nothing",
	  "1 open(\"/dev/md0\", O_RDWR) = 3\n"
	  "7 ioctl(3, 0x932) = 0\n",
	  "-\n" },
	{ "execve closes what has O_CLOEXEC, in this process only",
	  "1 open(\"/dev/md0\", O_RDWR|O_CLOEXEC) = 3\n"
	  "1 open(\"/dev/md1\", O_RDWR) = 4\n"
	  "1 clone(child_stack=0x7f, flags=CLONE_VM|CLONE_FILES) = 2\n"
	  "2 execve(\"/bin/false\", [\"false\"], 0x7ff /* 3 vars */) = -1 EACCES (Permission denied)\n"
	  "2 ioctl(3, 0x932) = 0\n"
	  "2 execve(\"/bin/true\", [\"true\"], 0x7ff /* 3 vars */) = 0\n"
	  "2 ioctl(3, 0x932) = 0\n2 ioctl(4, 0x932) = 0\n1 ioctl(3, 0x932) = 0\n",
	  "/dev/md0 = md0 9:0 by name\n-\n/dev/md1 = md1 9:1 by name\n"
	  "/dev/md0 = md0 9:0 by name\n" },
	{ "a pid that comes again",
	  "1 open(\"/dev/md0\", O_RDWR) = 3\n"
	  "1 fork() = 2\n"
	  "2 open(\"/dev/md2\", O_RDWR) = 4\n"
	  "2 +++ exited with 0 +++\n"
	  "1 fork() = 2\n"
	  "2 ioctl(4, 0x932) = 0\n2 ioctl(3, 0x932) = 0\n",
	  "-\n/dev/md0 = md0 9:0 by name\n" },
	{ "a pid that comes again in a log without exits",
	  "1 open(\"/dev/md0\", O_RDWR) = 3\n"
	  "1 fork() = 2\n"
	  "2 open(\"/dev/md2\", O_RDWR) = 4\n"
	  "1 fork() = 2\n"
	  "2 ioctl(4, 0x932) = 0\n"
	  "2 exit_group(0) = ?\n"
	  "2 ioctl(3, 0x932) = 0\n",
	  "-\n-\n" },

	/* what -y shows */
	{ "-y tells what was open before",
	  "ioctl(9</dev/md127>, 0x932) = 0\n"
	  "ioctl(8</dev/dm-3<block 253:3>>, BLKFLSBUF) = 0\n"
	  "ioctl(7</dev/null<char 1:3>>, TCGETS, 0x7ff) = -1 ENOTTY (Inappropriate ioctl for device)\n"
	  "ioctl(6<socket:[123]>, FIONREAD, [0]) = 0\n"
	  "ioctl(5<TCP:[127.0.0.1:5->127.0.0.1:6]>, FIONREAD, [0]) = 0\n",
	  "/dev/md127 = md127 9:127 by name\n/dev/dm-3 = dm-3 253:3 by stat\n/dev/null\n"
	  "socket:[123]\nTCP:[127.0.0.1:5->127.0.0.1:6]\n" },
	{ "-y goes before what was followed",
	  "open(\"/dev/md0\", O_RDWR) = 3</dev/md0>\n"
	  "lseek(3</dev/md0>, 4096, SEEK_SET) = 4096\n"
	  "ioctl(3</dev/md0>, BLKFLSBUF) = 0\n"
	  "ioctl(3</dev/md1>, BLKFLSBUF) = 0\n",
	  "/dev/md0 = md0 9:0 by name @4096\n/dev/md1 = md1 9:1 by name\n" },
	{ "-y knows where links lead to, and the log remembers",
	  "open(\"/dev/md/home\", O_RDWR) = 3</dev/md127<block 9:127>>\n"
	  "lseek(3</dev/md127<block 9:127>>, 512, SEEK_SET) = 512\n"
	  "ioctl(3</dev/md127<block 9:127>>, BLKFLSBUF) = 0\n"
	  "open(\"/dev/md/home\", O_RDWR) = 4\n"
	  "ioctl(4, BLKFLSBUF) = 0\n",
	  "/dev/md127 = md127 9:127 by stat @512\n/dev/md/home = md127 9:127 by stat\n" },
	{ "a node that is deleted, in the new and the old form",
	  "ioctl(3</dev/.tmp.md.7:9:5>(deleted), 0x932) = 0\n"
	  "ioctl(3</dev/.tmp.md.7:9:5 (deleted)>, 0x932) = 0\n"
	  "ioctl(3</dev/.tmp.md.7:9:5<block 9:5>>(deleted), 0x932) = 0\n",
	  "/dev/.tmp.md.7:9:5 = md5 9:5 by name\n/dev/.tmp.md.7:9:5 = md5 9:5 by name\n"
	  "/dev/.tmp.md.7:9:5 = md5 9:5 by stat\n" },
	{ "-y in hex", "ioctl(3<\\x2f\\x64\\x65\\x76\\x2f\\x6d\\x64\\x33>, 0x932) = 0\n",
	  "/dev/md3 = md3 9:3 by name\n" },

	/* nodes */
	{ "a temporary node",
	  "mknod(\"/dev/.tmp.md.1419:9:100\", S_IFBLK|0600, makedev(9, 100)) = 0\n"
	  "open(\"/dev/.tmp.md.1419:9:100\", O_RDWR|O_EXCL|O_DIRECT) = 3\n"
	  "unlink(\"/dev/.tmp.md.1419:9:100\") = 0\n"
	  "ioctl(3, 0x932) = 0\n",
	  "/dev/.tmp.md.1419:9:100 = md100 9:100 by mknod\n" },
	{ "nodes anywhere, with numbers in every form",
	  "mknod(\"/tmp/a\", S_IFBLK|0600, makedev(0x9, 0x10)) = 0\n"
	  "mknodat(-100, \"/tmp/b\", 060600, 0x911) = 0\n"
	  "mknod(\"/tmp/c\", S_IFCHR|0600, makedev(9, 0)) = 0\n"
	  "open(\"/tmp/a\", O_RDWR) = 3\nopen(\"/tmp/b\", O_RDWR) = 4\n"
	  "open(\"/tmp/c\", O_RDWR) = 5\n"
	  "ioctl(3, 0x932) = 0\nioctl(4, 0x932) = 0\nioctl(5, 0x932) = 0\n",
	  "/tmp/a = md16 9:16 by mknod\n/tmp/b = md17 9:17 by mknod\n/tmp/c\n" },
	{ "nodes that are renamed and removed",
	  "mknod(\"/tmp/a\", S_IFBLK|0600, makedev(9, 1)) = 0\n"
	  "mknod(\"/tmp/b\", S_IFBLK|0600, makedev(9, 2)) = 0\n"
	  "rename(\"/tmp/a\", \"/tmp/c\") = 0\n"
	  "renameat2(AT_FDCWD, \"/tmp/b\", AT_FDCWD, \"/tmp/d\", RENAME_NOREPLACE) = 0\n"
	  "open(\"/tmp/a\", O_RDWR) = 3\nopen(\"/tmp/c\", O_RDWR) = 4\n"
	  "open(\"/tmp/d\", O_RDWR) = 5\n"
	  "unlinkat(AT_FDCWD, \"/tmp/d\", 0) = 0\n"
	  "open(\"/tmp/d\", O_RDWR|O_CREAT, 0600) = 6\n"
	  "ioctl(3, 0x932) = 0\nioctl(4, 0x932) = 0\nioctl(5, 0x932) = 0\n"
	  "ioctl(6, 0x932) = 0\n",
	  "/tmp/a\n/tmp/c = md1 9:1 by mknod\n/tmp/d = md2 9:2 by mknod\n/tmp/d\n" },
	{ "stat, lstat, newfstatat, statx",
	  "stat(\"/dev/a\", {st_mode=S_IFBLK|0660, st_rdev=makedev(0x8, 0x1), ...}) = 0\n"
	  "lstat(\"/dev/b\", {st_mode=S_IFBLK|0660, st_rdev=makedev(8, 2), ...}) = 0\n"
	  "newfstatat(AT_FDCWD, \"/dev/c\", {st_mode=060660, st_rdev=0x803, ...}, 0) = 0\n"
	  "statx(AT_FDCWD, \"/dev/d\", AT_STATX_SYNC_AS_STAT, STATX_ALL, {stx_mask=STATX_ALL, stx_mode=S_IFBLK|0660, stx_rdev_major=8, stx_rdev_minor=4}) = 0\n"
	  "open(\"/dev/a\", O_RDWR) = 3\nopen(\"/dev/b\", O_RDWR) = 4\n"
	  "open(\"/dev/c\", O_RDWR) = 5\nopen(\"/dev/d\", O_RDWR) = 6\n"
	  "ioctl(3, 0x932) = 0\nioctl(4, 0x932) = 0\nioctl(5, 0x932) = 0\n"
	  "ioctl(6, 0x932) = 0\n",
	  "/dev/a = a 8:1 by stat\n/dev/b = b 8:2 by stat\n/dev/c = c 8:3 by stat\n"
	  "/dev/d = d 8:4 by stat\n" },
	{ "fstat of what was opened, and of what was open before",
	  "open(\"/dev/vg/home\", O_RDWR) = 3\n"
	  "fstat(3, {st_mode=S_IFBLK|0660, st_rdev=makedev(0xfd, 0), ...}) = 0\n"
	  "fstat(8, {st_mode=S_IFBLK|0660, st_rdev=makedev(0x9, 0x7f), ...}) = 0\n"
	  "newfstatat(7, \"\", {st_mode=S_IFBLK|0660, st_rdev=makedev(0x9, 0x7e), ...}, AT_EMPTY_PATH) = 0\n"
	  "ioctl(3, 0x932) = 0\nioctl(8, 0x932) = 0\nioctl(7, 0x932) = 0\n"
	  "open(\"/dev/vg/home\", O_RDWR) = 4\n"
	  "ioctl(4, 0x932) = 0\n",
	  "/dev/vg/home = home 253:0 by stat\n? = md127 9:127 by stat\n"
	  "? = md126 9:126 by stat\n/dev/vg/home = home 253:0 by stat\n" },
	{ "fstat tells that it is no block device",
	  "open(\"/dev/tty\", O_RDWR) = 3\n"
	  "fstat(3, {st_mode=S_IFCHR|0666, st_rdev=makedev(0x5, 0), ...}) = 0\n"
	  "ioctl(3, TCGETS, {B38400 opost isig icanon echo ...}) = 0\n",
	  "/dev/tty\n" },
	{ "lstat of a link tells nothing of what it leads to",
	  "lstat(\"/dev/md/home\", {st_mode=S_IFLNK|0777, st_size=8, ...}) = 0\n"
	  "open(\"/dev/md/home\", O_RDWR) = 3\n"
	  "ioctl(3, 0x932) = 0\n",
	  "/dev/md/home = home by nothing\n" },
	{ "links",
	  "symlink(\"../md127\", \"/dev/md/home\") = 0\n"
	  "symlinkat(\"/dev/md126\", AT_FDCWD, \"/dev/md/root\") = 0\n"
	  "readlink(\"/dev/disk/by-id/md-name-x:1\", \"../../md125\", 4096) = 11\n"
	  "readlinkat(AT_FDCWD, \"/dev/md/2\", \"../md124\"..., 8) = 8\n"
	  "readlink(\"/proc/self/exe\", \"/dev/md1\", 4096) = 8\n"
	  "open(\"/dev/md/home\", O_RDWR) = 3\nopen(\"/dev/md/root\", O_RDWR) = 4\n"
	  "open(\"/dev/disk/by-id/md-name-x:1\", O_RDWR) = 5\nopen(\"/dev/md/2\", O_RDWR) = 6\n"
	  "ioctl(3, 0x932) = 0\nioctl(4, 0x932) = 0\nioctl(5, 0x932) = 0\n"
	  "ioctl(6, 0x932) = 0\n",
	  "/dev/md/home = md127 9:127 by name\n/dev/md/root = md126 9:126 by name\n"
	  "/dev/disk/by-id/md-name-x:1 = md125 9:125 by name\n/dev/md/2 = 2 by nothing\n" },
	{ "a device gets a better name",
	  "mknod(\"/dev/.tmp.md.5:8:1\", S_IFBLK|0600, makedev(0x8, 0x1)) = 0\n"
	  "open(\"/dev/.tmp.md.5:8:1\", O_RDONLY) = 3\n"
	  "ioctl(3, 0x932) = 0\n"
	  "stat(\"/dev/disk/by-id/x\", {st_mode=S_IFBLK|0660, st_rdev=makedev(0x8, 0x1), ...}) = 0\n"
	  "ioctl(3, 0x932) = 0\n"
	  "stat(\"/dev/sda1\", {st_mode=S_IFBLK|0660, st_rdev=makedev(0x8, 0x1), ...}) = 0\n"
	  "stat(\"/dev/disk/by-id/x\", {st_mode=S_IFBLK|0660, st_rdev=makedev(0x8, 0x1), ...}) = 0\n"
	  "ioctl(3, 0x932) = 0\n",
	  "/dev/.tmp.md.5:8:1 = 8:1 8:1 by mknod\n"
	  "/dev/.tmp.md.5:8:1 = x 8:1 by stat\n"
	  "/dev/.tmp.md.5:8:1 = sda1 8:1 by stat\n" },

	/* relative paths */
	{ "paths that count from a folder",
	  "open(\"/dev\", O_RDONLY|O_DIRECTORY) = 5\n"
	  "openat(5, \"md0\", O_RDWR) = 3\n"
	  "openat(6</dev/md>, \"../md1\", O_RDWR) = 4\n"
	  "openat(7, \"md2\", O_RDWR) = 8\n"
	  "openat(AT_FDCWD</dev>, \"./md3\", O_RDWR) = 9\n"
	  "ioctl(3, 0x932) = 0\nioctl(4, 0x932) = 0\nioctl(8, 0x932) = 0\n"
	  "ioctl(9, 0x932) = 0\n",
	  "/dev/md0 = md0 9:0 by name\n/dev/md1 = md1 9:1 by name\nmd2\n"
	  "/dev/md3 = md3 9:3 by name\n" },
	{ "the working directory",
	  "open(\"md0\", O_RDWR) = 3\n"
	  "chdir(\"/dev\") = 0\n"
	  "open(\"md1\", O_RDWR) = 4\n"
	  "chdir(\"md\") = 0\n"
	  "openat(AT_FDCWD, \"..//md2\", O_RDWR) = 5\n"
	  "open(\"/sys/block\", O_RDONLY|O_DIRECTORY) = 6\n"
	  "fchdir(6) = 0\n"
	  "open(\"md3/md/level\", O_RDONLY) = 7\n"
	  "chdir(\"/nowhere\"...) = 0\n"
	  "open(\"md4\", O_RDWR) = 8\n"
	  "getcwd(\"/dev\", 4096) = 5\n"
	  "open(\"md5\", O_RDWR) = 9\n"
	  "ioctl(3, 0x932) = 0\nioctl(4, 0x932) = 0\nioctl(5, 0x932) = 0\n"
	  "ioctl(7, 0x932) = 0\nioctl(8, 0x932) = 0\nioctl(9, 0x932) = 0\n",
	  "md0\n/dev/md1 = md1 9:1 by name\n/dev/md2 = md2 9:2 by name\n"
	  "/sys/block/md3/md/level\nmd4\n/dev/md5 = md5 9:5 by name\n" },
	{ "a child begins where its parent is",
	  "1 chdir(\"/dev\") = 0\n"
	  "1 fork() = 2\n"
	  "2 open(\"md1\", O_RDWR) = 3\n"
	  "2 ioctl(3, 0x932) = 0\n",
	  "/dev/md1 = md1 9:1 by name\n" },

	/* offsets and sizes */
	{ "reads and writes move on, others do not",
	  "open(\"/dev/loop0\", O_RDWR) = 3\n"
	  "lseek(3, 4096, SEEK_SET) = 4096\n"
	  "read(3, \"\"..., 4096) = 512\n"
	  "read(3, 0x7ff, 4096) = -1 EIO (Input/output error)\n"
	  "write(3, \"\"..., 8) = 8\n"
	  "pread64(3, \"\"..., 100, 0) = 100\n"
	  "pwrite64(3, \"\"..., 100, 0) = 100\n"
	  "lseek(3, 0, SEEK_SET) = -1 EINVAL (Invalid argument)\n"
	  "ioctl(3, BLKFLSBUF) = 0\n"
	  "_llseek(3, 8192, [8192], SEEK_SET) = 0\n"
	  "ioctl(3, BLKFLSBUF) = 0\n",
	  "/dev/loop0 = loop0 7:0 by name @4616\n/dev/loop0 = loop0 7:0 by name @8192\n" },
	{ "an offset that was not known",
	  "fstat(3, {st_mode=S_IFBLK|0660, st_rdev=makedev(0x7, 0x1), ...}) = 0\n"
	  "read(3, \"\"..., 4096) = 512\n"
	  "ioctl(3, BLKFLSBUF) = 0\n"
	  "lseek(3, 1024, SEEK_SET) = 1024\n"
	  "ioctl(3, BLKFLSBUF) = 0\n"
	  "lseek(4</dev/loop2>, 2048, SEEK_SET) = 2048\n"
	  "ioctl(4, BLKFLSBUF) = 0\n"
	  "sendfile(1, 4, NULL, 4096) = 4096\n"
	  "ioctl(4, BLKFLSBUF) = 0\n",
	  "? = 7:1 7:1 by stat\n? = 7:1 7:1 by stat @1024\n"
	  "/dev/loop2 = loop2 7:2 by name @2048\n/dev/loop2 = loop2 7:2 by name\n" },
	{ "sizes",
	  "open(\"/dev/loop0\", O_RDWR) = 3\n"
	  "ioctl(3, BLKGETSIZE64, 0x7ff) = -1 ENOTTY (Inappropriate ioctl for device)\n"
	  "ioctl(3, BLKGETSIZE64, [20971520]) = 0\n"
	  "open(\"/dev/loop1\", O_RDWR) = 4\n"
	  "ioctl(4, 0x80081272, [10485760]) = 0\n"
	  "open(\"/dev/loop2\", O_RDWR) = 5\n"
	  "ioctl(5, BLKGETSIZE, [2048]) = 0\n"
	  "ioctl(6</dev/loop3>, BLKGETSIZE64, [4096]) = 0\n"
	  "open(\"/dev/loop4\", O_RDWR) = 7\n"
	  "lseek(7, 0, SEEK_END) = 8192\n"
	  "ioctl(3, BLKSSZGET, [512]) = 0\nioctl(4, BLKSSZGET, [512]) = 0\n"
	  "ioctl(5, BLKSSZGET, [512]) = 0\nioctl(6</dev/loop3>, BLKSSZGET, [512]) = 0\n"
	  "ioctl(7, BLKSSZGET, [512]) = 0\nioctl(7, BLKSSZGET, [512]) = 0\n",
	  "/dev/loop0 = loop0 7:0 by name\n/dev/loop0 = loop0 7:0 by name\n"
	  "/dev/loop1 = loop1 7:1 by name\n/dev/loop2 = loop2 7:2 by name\n"
	  "/dev/loop3 = loop3 7:3 by name\n"
	  "/dev/loop0 = loop0 7:0 by name 20971520 bytes\n"
	  "/dev/loop1 = loop1 7:1 by name 10485760 bytes\n"
	  "/dev/loop2 = loop2 7:2 by name 1048576 bytes\n"
	  "/dev/loop3 = loop3 7:3 by name 4096 bytes\n"
	  "/dev/loop4 = loop4 7:4 by name 8192 bytes @8192\n"
	  "/dev/loop4 = loop4 7:4 by name 8192 bytes @8192\n" },
};

ParameterizedTestParameters(trace_files, followed)
{
	return index_params(cases);
}

ParameterizedTest(size_t *i, trace_files, followed)
{
	check(cases[*i].what, cases[*i].log, cases[*i].answers);
}

/* ---- the rest ---- */

Test(trace_files, begins_again_after_deinit)
{
	struct mdt_trace trace;
	struct mdt_buf answers = { 0 };

	mdt_trace_init(&trace);
	follow(&trace, "open(\"/dev/md0\", O_RDWR) = 3\n", &answers);
	mdt_trace_deinit(&trace);
	follow(&trace, "ioctl(3, 0x932) = 0\n", &answers);
	cr_assert(mdt_slice_eq(mdt_buf_slice(&answers), SLICE("-\n")));
	mdt_buf_deinit(&answers);
	mdt_trace_deinit(&trace);
}

Test(trace_files, devices_by_number)
{
	struct mdt_trace trace = { 0 };
	const struct mdt_device *device;

	follow(&trace,
	       "stat(\"/dev/sdb\", {st_mode=S_IFBLK|0660, st_rdev=makedev(0x8, 0x10), ...}) = 0\n",
	       NULL);
	device = mdt_trace_device(&trace, 8, 16);
	cr_assert(device);
	cr_assert(mdt_slice_eq(device->path, SLICE("/dev/sdb")));
	cr_assert_null(mdt_trace_device(&trace, 8, 17));
	mdt_trace_deinit(&trace);
}

// Nodes that come and go under ever new names leave nothing behind.
Test(trace_files, memory_does_not_grow_with_temporary_nodes)
{
	struct mdt_trace trace = { 0 };
	struct mdt_buf log = { 0 };

	for (unsigned int pid = 1; pid <= 3000; pid++) {
		mdt_buf_printf(
			&log,
			"%u mknod(\"/tmp/.tmp.md.%u:9:1\", S_IFBLK|0600, makedev(9, 1)) = 0\n"
			"%u open(\"/tmp/.tmp.md.%u:9:1\", O_RDWR) = 3\n"
			"%u unlink(\"/tmp/.tmp.md.%u:9:1\") = 0\n"
			"%u fstat(3, {st_mode=S_IFBLK|0600, st_rdev=makedev(9, 1), ...}) = 0\n"
			"%u +++ exited with 0 +++\n",
			pid, pid, pid, pid, pid, pid, pid, pid);
	}
	mdt_buf_addc(&log, '\0');
	follow(&trace, log.str, NULL);
	cr_assert_eq(trace.nodes.live, 0);
	cr_assert_eq(trace.odd_nodes, 0);
	cr_assert_eq(trace.processes.live, 0);
	cr_assert_eq(trace.devices.live, 1);
	cr_assert_leq(trace.nodes.slot_count, 64);
	mdt_buf_deinit(&log);
	mdt_trace_deinit(&trace);
}

// Folder below folder: the path is forgotten before it takes over.
Test(trace_files, memory_does_not_grow_with_folders)
{
	struct mdt_trace trace = { 0 };
	struct mdt_buf log = { 0 }, answers = { 0 };

	mdt_buf_adds(&log, "chdir(\"/dev\") = 0\n");
	for (unsigned int i = 0; i < 3000; i++)
		mdt_buf_adds(&log, "chdir(\"folder\") = 0\n");
	mdt_buf_adds(&log, "open(\"md0\", O_RDWR) = 3\nioctl(3, 0x932) = 0\n");
	mdt_buf_addc(&log, '\0');
	follow(&trace, log.str, &answers);
	cr_assert(mdt_slice_eq(mdt_buf_slice(&answers), SLICE("md0\n")), "%.*s",
		  SLICE_FMT(mdt_buf_slice(&answers)));
	cr_assert_leq(trace.joined.cap, 16384);
	mdt_buf_deinit(&answers);
	mdt_buf_deinit(&log);
	mdt_trace_deinit(&trace);
}
