// SPDX-License-Identifier: MIT
#include "base/buf.h"
#include "vm/closure.h"

struct mdt_error *mdt_closure_pack(const struct mdt_closure *closure,
				   struct mdt_initramfs *initramfs)
{
	static const char *const merged[] = { "bin", "sbin", "lib", "lib32", "lib64" };
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < array_size(merged); i++) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf target = { 0 };

		mdt_buf_printf(&target, "usr/%s", merged[i]);
		mdt_buf_addc(&target, '\0');
		err = mdt_buf_error(&target);
		if (!err)
			err = mdt_initramfs_add_dir(initramfs, target.str);
		if (!err)
			err = mdt_initramfs_add_link(initramfs, merged[i], target.str);
	}
	for (size_t i = 0; !err && i < closure->count; i++)
		err = mdt_initramfs_add_file(initramfs, closure->files[i]->path.str + 1,
					     0755, closure->files[i]->host.str);
	return err;
}
