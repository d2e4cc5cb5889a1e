// SPDX-License-Identifier: MIT
#include "guest/flags.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/blkpg.h>
#include <linux/close_range.h>
#include <linux/openat2.h>
#include <sched.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

struct flag {
	struct mdt_slice name;
	uint64_t value;
};

#define FLAG(name)                                                                       \
	{                                                                                \
		SLICE_INIT(#name), (uint64_t)(int64_t)(name)                             \
	}

// O_LARGEFILE is 0 in the headers of a 64-bit libc; the kernel's number is 0100000.
static const struct flag flags[] = {
	FLAG(O_RDONLY),
	FLAG(O_WRONLY),
	FLAG(O_RDWR),
	FLAG(O_ACCMODE),
	FLAG(O_CREAT),
	FLAG(O_EXCL),
	FLAG(O_NOCTTY),
	FLAG(O_TRUNC),
	FLAG(O_APPEND),
	FLAG(O_NONBLOCK),
	{ SLICE_INIT("O_NDELAY"), O_NONBLOCK },
	FLAG(O_DSYNC),
	FLAG(O_SYNC),
	FLAG(O_RSYNC),
	{ SLICE_INIT("__O_SYNC"), O_SYNC & ~O_DSYNC },
	FLAG(O_DIRECT),
	{ SLICE_INIT("O_LARGEFILE"), 0 },
	FLAG(O_DIRECTORY),
	FLAG(O_NOFOLLOW),
	FLAG(O_NOATIME),
	FLAG(O_CLOEXEC),
	FLAG(O_PATH),
	FLAG(O_TMPFILE),
	{ SLICE_INIT("__O_TMPFILE"), O_TMPFILE & ~O_DIRECTORY },
	{ SLICE_INIT("FASYNC"), O_ASYNC },
	FLAG(S_IFBLK),
	FLAG(S_IFCHR),
	FLAG(S_IFREG),
	FLAG(S_IFIFO),
	FLAG(S_IFSOCK),
	FLAG(S_IFDIR),
	FLAG(S_IFLNK),
	FLAG(S_ISUID),
	FLAG(S_ISGID),
	FLAG(S_ISVTX),
	FLAG(S_IRUSR),
	FLAG(S_IWUSR),
	FLAG(S_IRGRP),
	FLAG(S_IWGRP),
	FLAG(S_IROTH),
	FLAG(S_IWOTH),
	FLAG(AT_FDCWD),
	FLAG(AT_REMOVEDIR),
	FLAG(AT_SYMLINK_NOFOLLOW),
	FLAG(SEEK_SET),
	FLAG(SEEK_CUR),
	FLAG(SEEK_END),
	FLAG(SEEK_DATA),
	FLAG(SEEK_HOLE),
	FLAG(F_DUPFD),
	FLAG(F_DUPFD_CLOEXEC),
	FLAG(F_GETFD),
	FLAG(F_SETFD),
	FLAG(F_GETFL),
	FLAG(F_SETFL),
	FLAG(FD_CLOEXEC),
	FLAG(CLOSE_RANGE_UNSHARE),
	FLAG(CLOSE_RANGE_CLOEXEC),
	FLAG(RENAME_NOREPLACE),
	FLAG(RENAME_EXCHANGE),
	FLAG(RENAME_WHITEOUT),
	FLAG(RESOLVE_NO_XDEV),
	FLAG(RESOLVE_NO_MAGICLINKS),
	FLAG(RESOLVE_NO_SYMLINKS),
	FLAG(RESOLVE_BENEATH),
	FLAG(RESOLVE_IN_ROOT),
	FLAG(RESOLVE_CACHED),
	FLAG(CLONE_FILES),
	FLAG(BLKPG_ADD_PARTITION),
	FLAG(BLKPG_DEL_PARTITION),
	FLAG(BLKPG_RESIZE_PARTITION),
	{ SLICE_INIT("NULL"), 0 },
};

bool guest_flag_find(struct mdt_slice name, uint64_t *ret)
{
	array_for_each (flag, flags) {
		if (!mdt_slice_eq_short(flag->name, name))
			continue;
		*ret = flag->value;
		return true;
	}
	return false;
}

const char *guest_errno_name(int number)
{
	return strerrorname_np(number);
}

int guest_errno_find(struct mdt_slice name)
{
	enum { ERRNO_MAX = 4095 }; // include/linux/err.h MAX_ERRNO

	for (int number = 1; number <= ERRNO_MAX; number++) {
		const char *known = guest_errno_name(number);

		if (known && mdt_slice_eq_cstr(name, known))
			return number;
	}
	return 0;
}
