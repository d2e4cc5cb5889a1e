// SPDX-License-Identifier: MIT
// Snapshots as files; test_vm_create.c has how VMs start from them.
#include <sys/mman.h>
#include <time.h>

#include "scratch.h"
#include "vm/file.h"
#include "vm/snapshot.h"

enum { MIB = 1 << 20 };

static int memory_of(size_t len, const char *text, off_t at)
{
	int fd = memfd_create("test", MFD_CLOEXEC);

	cr_assert_geq(fd, 0);
	cr_assert_eq(ftruncate(fd, (off_t)len), 0);
	cr_assert_eq(pwrite(fd, text, strlen(text), at), (ssize_t)strlen(text));
	return fd;
}

static void save(const char *path, const char *key)
{
	const struct mdt_snapshot_talk talk = { .sent = 3, .received = 7, .is_uart = 1 };
	int ram = memory_of(8 * MIB, "ram", 5 * MIB), state = memory_of(5, "state", 0);

	cr_assert_null(mdt_snapshot_save(path, mdt_slice_cstr(key), ram, state, &talk));
	close(ram);
	close(state);
}

Test(snapshot, comes_back_as_it_was)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	_cleanup_(mdt_buf_deinit) struct mdt_buf why = { 0 };
	_cleanup_(mdt_freep) char *path = NULL;
	struct mdt_snapshot got;
	char bytes[8] = { 0 };
	struct stat st;

	setenv("XDG_CACHE_HOME", scratch_path(&scratch, "cache"), 1);
	path = mdt_snapshot_path(SLICE("key"), &why);
	cr_assert_not_null(path);
	mdt_snapshot_open(path, SLICE("key"), 8 * MIB, &got, &why);
	cr_assert_eq(got.fd, -1);
	cr_assert_eq(why.len, 0);
	save(path, "key");
	// memory that is 0 takes no room
	cr_assert_eq(stat(path, &st), 0);
	cr_assert_lt(st.st_blocks * 512, MIB);
	mdt_snapshot_open(path, SLICE("key"), 8 * MIB, &got, &why);
	cr_assert_geq(got.fd, 0);
	cr_assert(mdt_snapshot_is_whole(&got));
	cr_assert_eq(got.mark.talk.sent, 3);
	cr_assert_eq(got.mark.talk.received, 7);
	cr_assert_eq(got.mark.talk.is_uart, 1);
	cr_assert_eq(read(got.fd, bytes, 5), 5);
	cr_assert_str_eq(bytes, "state");
	cr_assert_eq(pread(got.fd, bytes, 5, 5 * MIB), 5);
	cr_assert_str_eq(bytes, "ram");
	close(got.fd);
	// the file of a key that has the same hash, or of a VM with other memory
	mdt_snapshot_open(path, SLICE("yek"), 8 * MIB, &got, &why);
	cr_assert_eq(got.fd, -1);
	cr_assert_neq(why.len, 0);
	cr_assert_lt(access(path, F_OK), 0);
}

// The same bytes at another place are other memory.
Test(snapshot, knows_where_its_pages_are)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	_cleanup_(mdt_buf_deinit) struct mdt_buf why = { 0 };
	const char *path = scratch_path(&scratch, "it");
	struct mdt_snapshot got;
	char page[4096], zero[4096] = { 0 };

	save(path, "key");
	mdt_snapshot_open(path, SLICE("key"), 8 * MIB, &got, &why);
	cr_assert_eq(pread(got.fd, page, sizeof(page), 5 * MIB), sizeof(page));
	cr_assert_eq(pwrite(got.fd, page, sizeof(page), 6 * MIB), sizeof(page));
	cr_assert_eq(pwrite(got.fd, zero, sizeof(zero), 5 * MIB), sizeof(zero));
	cr_assert_not(mdt_snapshot_is_whole(&got));
	close(got.fd);
}

static void make_old(struct scratch *scratch, const char *name, time_t used)
{
	const struct timespec times[2] = { { .tv_sec = used }, { .tv_sec = used } };
	static char kilobytes[64 << 10];

	memset(kilobytes, 'x', sizeof(kilobytes));
	scratch_write(scratch, name, mdt_slice_from(kilobytes, sizeof(kilobytes)));
	cr_assert_eq(utimensat(AT_FDCWD, scratch_path(scratch, name), times, 0), 0);
}

static bool is_there(struct scratch *scratch, const char *name)
{
	return access(scratch_path(scratch, name), F_OK) == 0;
}

Test(snapshot, those_that_were_not_used_go_first)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	time_t now = time(NULL);

	make_old(&scratch, "aa", now - 300);
	make_old(&scratch, "bb", now - 100);
	make_old(&scratch, "cc", now - 200);
	make_old(&scratch, "dd.XyZ123", now - 10); // is being written
	make_old(&scratch, "ee.XyZ123", now - 7200);
	mdt_snapshot_prune(scratch.dir, 4 * MIB);
	cr_assert(is_there(&scratch, "aa"));
	cr_assert_not(is_there(&scratch, "ee.XyZ123"));
	mdt_snapshot_prune(scratch.dir, 250 << 10);
	cr_assert_not(is_there(&scratch, "aa"));
	cr_assert(is_there(&scratch, "bb"));
	cr_assert(is_there(&scratch, "cc"));
	mdt_snapshot_prune(scratch.dir, 0);
	cr_assert_not(is_there(&scratch, "bb"));
	cr_assert(is_there(&scratch, "dd.XyZ123"));
}

Test(snapshot, a_folder_is_private)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	_cleanup_(mdt_buf_deinit) struct mdt_buf why = { 0 };
	_cleanup_(mdt_freep) char *path = NULL, *none = NULL;
	struct stat st;

	setenv("XDG_CACHE_HOME", scratch.dir, 1);
	mkdir(scratch_path(&scratch, "mdtrace"), 0755);
	mkdir(scratch_path(&scratch, "mdtrace/vm"), 0755);
	chmod(scratch.path, 0777);
	path = mdt_snapshot_path(SLICE("key"), &why);
	cr_assert_not_null(path);
	cr_assert_eq(stat(scratch_path(&scratch, "mdtrace/vm"), &st), 0);
	cr_assert_eq(st.st_mode & 07777, 0700);
	cr_assert_eq(rmdir(scratch.path), 0);
	cr_assert_eq(symlink("/tmp", scratch.path), 0);
	none = mdt_snapshot_path(SLICE("key"), &why);
	cr_assert_null(none);
	cr_assert_not_null(mdt_slice_find(mdt_buf_slice(&why),
					  SLICE("not a folder of this user alone")));
}
