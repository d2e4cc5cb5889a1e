// SPDX-License-Identifier: MIT
#include "vm/accel.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/map.h"
#include "vm/file.h"

/* ---- what it hangs on ---- */

static void add_file(const char *path, struct mdt_buf *ret)
{
	struct stat st;

	if (stat(path, &st) < 0)
		st = (struct stat){ 0 };
	mdt_buf_printf(ret, "file %s %jd %jd.%09ld\n", path, (intmax_t)st.st_size,
		       (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

// The lines of /proc/cpuinfo that name the first CPU and what it can.
static void add_cpu(struct mdt_buf *ret)
{
	enum { FIRST_CPU = 4096 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf info = { 0 };
	struct mdt_error *err = mdt_file_read_head("/proc/cpuinfo", FIRST_CPU, &info);
	struct mdt_slice rest = mdt_buf_slice(&info);

	mdt_error_destroy(err);
	while (rest.len) {
		const char *end = memchr(rest.str, '\n', rest.len);
		size_t len = end ? (size_t)(end - rest.str) : rest.len;
		struct mdt_slice line = mdt_slice_head(rest, len);

		if (!line.len)
			break;
		if (mdt_slice_starts(line, SLICE("model name")) ||
		    mdt_slice_starts(line, SLICE("flags"))) {
			mdt_buf_add(ret, line);
			mdt_buf_addc(ret, '\n');
		}
		rest = mdt_slice_skip(rest, len + 1);
	}
}

void mdt_accel_key(const char *const *files, struct mdt_buf *ret)
{
	struct utsname host;

	for (; *files; files++)
		add_file(*files, ret);
	if (uname(&host) == 0)
		mdt_buf_printf(ret, "host %s %s\n", host.release, host.version);
	add_cpu(ret);
}

bool mdt_accel_has_kvm(void)
{
	_cleanup_(mdt_closep) int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	return fd >= 0;
}

/* ---- memory ---- */

// @return The folder, which may not be there, or NULL.
static char *cache_dir(void)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char *ret = NULL;
	int n = -1;

	// What is not absolute does not count (XDG Base Directory Specification).
	if (cache && cache[0] == '/')
		n = asprintf(&ret, "%s/mdtrace", cache);
	else if (home && home[0] == '/')
		n = asprintf(&ret, "%s/.cache/mdtrace", home);
	return n < 0 ? NULL : ret;
}

static char *file_of(struct mdt_slice key, const char *suffix)
{
	_cleanup_(mdt_freep) char *dir = cache_dir();
	char *ret = NULL;

	if (!dir ||
	    asprintf(&ret, "%s/kvm-%016" PRIx64 "%s", dir, mdt_hash(key), suffix) < 0)
		return NULL;
	return ret;
}

static const struct mdt_slice works_line = SLICE_INIT("kvm works\n");
static const struct mdt_slice fails_line = SLICE_INIT("kvm does not work\n");

enum mdt_accel_memory mdt_accel_recall(struct mdt_slice key)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	_cleanup_(mdt_freep) char *path = file_of(key, "");
	struct mdt_error *err;
	struct mdt_slice rest;

	if (!path)
		return MDT_ACCEL_NOT_KNOWN;
	err = mdt_file_read_head(path, key.len + fails_line.len + 1, &text);
	mdt_error_destroy(err);
	rest = mdt_buf_slice(&text);
	// Two keys may have the same hash.
	if (err || !mdt_slice_ends(rest, key))
		return MDT_ACCEL_NOT_KNOWN;
	rest.len -= key.len;
	if (mdt_slice_eq(rest, works_line))
		return MDT_ACCEL_WORKS;
	return mdt_slice_eq(rest, fails_line) ? MDT_ACCEL_DOES_NOT : MDT_ACCEL_NOT_KNOWN;
}

// Each folder of the path that is not there.
static void make_dirs(char *path)
{
	for (char *p = path + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(path, 0700);
		*p = '/';
	}
}

void mdt_accel_remember(struct mdt_slice key, bool works)
{
	_cleanup_(mdt_freep) char *path = file_of(key, ""),
				  *part = file_of(key, ".XXXXXX");
	_cleanup_(mdt_closep) int fd = -1;

	if (!path || !part)
		return;
	make_dirs(path);
	fd = mkostemp(part, O_CLOEXEC);
	if (fd < 0)
		return;
	if (!mdt_file_write(fd, works ? works_line : fails_line) ||
	    !mdt_file_write(fd, key) || rename(part, path) < 0)
		unlink(part);
}

/* ---- starting ---- */

struct mdt_error *mdt_accel_start(struct mdt_slice key, bool has_kvm,
				  mdt_accel_start_fn *start, void *data)
{
	enum mdt_accel_memory memory =
		has_kvm ? mdt_accel_recall(key) : MDT_ACCEL_DOES_NOT;
	struct mdt_error *err;

	if (memory == MDT_ACCEL_DOES_NOT)
		return start(data, false, 0);
	err = start(data, true, MDT_ACCEL_SECONDS);
	if (err && err->kind == MDT_ERR_NOMEM)
		return err;
	if (!err) {
		if (memory != MDT_ACCEL_WORKS)
			mdt_accel_remember(key, true);
		return NULL;
	}
	mdt_error_destroy(err);
	err = start(data, false, 0);
	// What comes up neither way does not tell on KVM.
	if (!err)
		mdt_accel_remember(key, false);
	return err;
}
