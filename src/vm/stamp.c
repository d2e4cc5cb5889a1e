// SPDX-License-Identifier: MIT
#include "vm/stamp.h"

#include <inttypes.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "base/map.h"
#include "vm/file.h"
#include "vm/module_dir.h"

void mdt_stamp_file(const char *path, struct mdt_buf *ret)
{
	struct stat st;

	if (stat(path, &st) < 0)
		st = (struct stat){ 0 };
	mdt_buf_printf(ret, "file %s %jx:%ju %jd %jd.%09ld %jd.%09ld\n", path,
		       (uintmax_t)st.st_dev, (uintmax_t)st.st_ino, (intmax_t)st.st_size,
		       (intmax_t)st.st_mtim.tv_sec, st.st_mtim.tv_nsec,
		       (intmax_t)st.st_ctim.tv_sec, st.st_ctim.tv_nsec);
}

struct mdt_error *mdt_stamp_modules(const char *dir, struct mdt_buf *ret)
{
	_cleanup_(mdt_module_dir_deinit) struct mdt_module_dir files = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_error *err = mdt_module_dir_read(dir, &files);

	if (err)
		return err;
	mdt_map_for_each(it, &files.files) mdt_stamp_file(it->value, &text);
	mdt_map_for_each(it, &files.builtin)
	{
		mdt_buf_add(&text, it->text);
		mdt_buf_addc(&text, '\n');
	}
	mdt_buf_printf(ret, "modules %s %zu %016" PRIx64 "\n", dir, files.files.live,
		       mdt_hash(mdt_buf_slice(&text)));
	return mdt_buf_error(&text);
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

void mdt_stamp_host(struct mdt_buf *ret)
{
	struct utsname host;

	if (uname(&host) == 0)
		mdt_buf_printf(ret, "host %s %s\n", host.release, host.version);
	add_cpu(ret);
}
