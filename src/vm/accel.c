// SPDX-License-Identifier: MIT
#include "vm/accel.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"
#include "vm/cache.h"
#include "vm/file.h"
#include "vm/stamp.h"

void mdt_accel_key(const char *const *files, struct mdt_buf *ret)
{
	for (; *files; files++)
		mdt_stamp_file(*files, ret);
	mdt_stamp_host(ret);
}

bool mdt_accel_has_kvm(void)
{
	_cleanup_(mdt_closep) int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	return fd >= 0;
}

/* ---- memory ---- */

static char *file_of(struct mdt_slice key)
{
	char name[32];

	snprintf(name, sizeof(name), "kvm-%016" PRIx64, mdt_hash(key));
	return mdt_cache_path(name);
}

static const struct mdt_slice works_line = SLICE_INIT("kvm works\n");
static const struct mdt_slice fails_line = SLICE_INIT("kvm does not work\n");

enum mdt_accel_memory mdt_accel_recall(struct mdt_slice key)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	_cleanup_(mdt_freep) char *path = file_of(key);
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

void mdt_accel_remember(struct mdt_slice key, bool works)
{
	_cleanup_(mdt_freep) char *path = file_of(key);
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	mdt_buf_add(&text, works ? works_line : fails_line);
	mdt_buf_add(&text, key);
	if (!path || text.failed)
		return;
	mdt_cache_make_dirs(path);
	mdt_error_destroy(mdt_file_replace(path, mdt_buf_slice(&text)));
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
