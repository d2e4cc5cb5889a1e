// SPDX-License-Identifier: MIT
// Which calls the guest runs, and how one is run.
#include "guest/call.h"

#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "guest/clock.h"

static const struct row {
	struct mdt_slice name;
	guest_call_fn *run;
} rows[] = {
	{ SLICE_INIT("ioctl"), guest_call_ioctl },
	{ SLICE_INIT("openat"), guest_call_openat },
	{ SLICE_INIT("open"), guest_call_open },
	{ SLICE_INIT("openat2"), guest_call_openat2 },
	{ SLICE_INIT("creat"), guest_call_creat },
	{ SLICE_INIT("close"), guest_call_close },
	{ SLICE_INIT("close_range"), guest_call_close_range },
	{ SLICE_INIT("dup"), guest_call_dup },
	{ SLICE_INIT("dup2"), guest_call_dup2 },
	{ SLICE_INIT("dup3"), guest_call_dup2 },
	{ SLICE_INIT("fcntl"), guest_call_fcntl },
	{ SLICE_INIT("fcntl64"), guest_call_fcntl },
	{ SLICE_INIT("read"), guest_call_read },
	{ SLICE_INIT("pread64"), guest_call_pread },
	{ SLICE_INIT("readv"), guest_call_readv },
	{ SLICE_INIT("write"), guest_call_write },
	{ SLICE_INIT("pwrite64"), guest_call_pwrite },
	{ SLICE_INIT("writev"), guest_call_writev },
	{ SLICE_INIT("lseek"), guest_call_lseek },
	{ SLICE_INIT("_llseek"), guest_call_llseek },
	{ SLICE_INIT("fsync"), guest_call_fsync },
	{ SLICE_INIT("fdatasync"), guest_call_fdatasync },
	{ SLICE_INIT("mknod"), guest_call_mknod },
	{ SLICE_INIT("mknodat"), guest_call_mknodat },
	{ SLICE_INIT("unlink"), guest_call_unlink },
	{ SLICE_INIT("unlinkat"), guest_call_unlinkat },
	{ SLICE_INIT("mkdir"), guest_call_mkdir },
	{ SLICE_INIT("mkdirat"), guest_call_mkdirat },
	{ SLICE_INIT("rmdir"), guest_call_rmdir },
	{ SLICE_INIT("symlink"), guest_call_symlink },
	{ SLICE_INIT("symlinkat"), guest_call_symlinkat },
	{ SLICE_INIT("rename"), guest_call_rename },
	{ SLICE_INIT("renameat"), guest_call_renameat },
	{ SLICE_INIT("renameat2"), guest_call_renameat },
	{ SLICE_INIT("clone"), guest_call_fork },
	{ SLICE_INIT("clone3"), guest_call_fork },
	{ SLICE_INIT("fork"), guest_call_fork },
	{ SLICE_INIT("vfork"), guest_call_fork },
	{ SLICE_INIT("execve"), guest_call_execve },
	{ SLICE_INIT("execveat"), guest_call_execve },
	{ SLICE_INIT("exit_group"), guest_call_exit },
	{ SLICE_INIT("exit"), guest_call_exit },
};

guest_call_fn *guest_call_find(struct mdt_slice name)
{
	array_for_each (row, rows)
		if (mdt_slice_eq_short(row->name, name))
			return row->run;
	return NULL;
}

static void begin(struct guest_call *call)
{
	if (call->opened.real >= 0)
		close(call->opened.real);
	call->opened = (struct guest_file){ .real = -1 };
	call->ret = call->err = 0;
	call->change_count = 0;
	call->made = (struct mdt_slice){ 0 };
	call->touch = GUEST_TOUCH_NONE;
	call->array = -1;
}

// What a call reads from, if it reads on from where it was: the place to come back to.
struct place {
	int fd;
	off_t offset; // -1: none
};

static struct place find_place(struct guest_call *call)
{
	static const char *const reads[] = { "read", "readv", "pread64" };
	struct place place = { -1, -1 };

	array_for_each (name, reads)
		if (mdt_slice_eq_cstr(call->event->name, *name) &&
		    guest_call_fd(call, 0, &place.fd, NULL) && place.fd >= 0)
			place.offset = lseek(place.fd, 0, SEEK_CUR);
	return place;
}

// An attribute is made anew when it is read from its beginning; of a disk, what md has
// written went past the pages that an earlier read has left.
static void return_to(struct place place)
{
	if (place.offset < 0)
		return;
	lseek(place.fd, place.offset, SEEK_SET);
	ioctl(place.fd, BLKFLSBUF, 0);
}

void guest_call_run(struct guest_call *call, unsigned int await, uint64_t *waited)
{
	guest_call_fn *run = guest_call_find(call->event->name);
	struct place place = { -1, -1 };
	struct guest_wait wait = guest_wait_begin();

	call->opened.real = -1;
	begin(call);
	if (!run) {
		guest_call_refuse(call, "mdtrace does not make %.*s()",
				  SLICE_FMT(call->event->name));
		return;
	}
	if (await)
		place = find_place(call);
	if (!call->not_run.len)
		run(call);
	while (await && !call->not_run.len && !guest_call_agrees(call) &&
	       guest_wait_on(&wait, await)) {
		return_to(place);
		begin(call);
		run(call);
	}
	if (await)
		*waited = guest_wait_us(&wait);
}
