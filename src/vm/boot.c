// SPDX-License-Identifier: MIT
#include "vm/boot.h"

#include <stdio.h>
#include <stdlib.h>

#include "vm/file.h"
#include "vm/initramfs.h"
#include "vm/modules.h"
#include "vm/vmlinux.h"

enum { MEMORY_DEFAULT = 512 };

void mdt_boot_deinit(struct mdt_boot *boot)
{
	mdt_vm_kernel_deinit(&boot->kernel);
	free(boot->qemu);
	mdt_closep(&boot->vmlinux);
	mdt_closep(&boot->initramfs);
}

/* ---- the initramfs ---- */

static struct mdt_error *add_module(struct mdt_initramfs *initramfs,
				    const struct mdt_module *module)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };
	struct mdt_error *err;

	if (module->class == MDT_MODULE_BUILTIN)
		return NULL;
	mdt_buf_printf(&path, "modules/%.*s.ko", SLICE_FMT(module->name));
	mdt_buf_addc(&path, '\0');
	err = mdt_buf_error(&path);
	return err ? err
		   : mdt_initramfs_add_bytes(initramfs, path.str, 0644,
					     mdt_buf_slice(&module->bytes));
}

static struct mdt_error *add_modules(struct mdt_initramfs *initramfs,
				     const struct mdt_modules *modules)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf order = { 0 };
	struct mdt_error *err;

	mdt_modules_order(modules, &order);
	err = mdt_buf_error(&order);
	if (!err)
		err = mdt_initramfs_add_bytes(initramfs, "modules/order", 0644,
					      mdt_buf_slice(&order));
	for (size_t i = 0; !err && i < modules->count; i++)
		err = add_module(initramfs, modules->items[i]);
	return err;
}

static struct mdt_error *add_guest(struct mdt_initramfs *initramfs, const char *path)
{
	_cleanup_(mdt_freep) char *found = NULL;
	struct mdt_error *err = path ? NULL : mdt_vm_guest_path(&found);

	return err ? err
		   : mdt_initramfs_add_file(initramfs, "init", 0755, path ? path : found);
}

static struct mdt_error *add_files(struct mdt_initramfs *initramfs,
				   const struct mdt_vm_config *config)
{
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < config->file_count; i++) {
		const struct mdt_vm_file *file = &config->files[i];

		if (file->host)
			err = mdt_initramfs_add_file(initramfs, file->path, file->mode,
						     file->host);
		else
			err = mdt_initramfs_add_bytes(initramfs, file->path, file->mode,
						      file->bytes);
	}
	return err;
}

static struct mdt_error *make_initramfs(const struct mdt_vm_config *config,
					const struct mdt_modules *modules, int *ret)
{
	static const char *const dirs[] = { "dev", "proc", "sys", "run", "tmp" };
	_cleanup_(mdt_initramfs_destroyp) struct mdt_initramfs *initramfs = NULL;
	struct mdt_error *err = mdt_initramfs_create(&initramfs);

	array_for_each (dir, dirs)
		if (!err)
			err = mdt_initramfs_add_dir(initramfs, *dir);
	if (!err)
		err = add_guest(initramfs, config->guest);
	if (!err)
		err = add_modules(initramfs, modules);
	if (!err)
		err = add_files(initramfs, config);
	return err ? err : mdt_initramfs_finish(initramfs, ret);
}

/* ---- all of it ---- */

struct mdt_error *mdt_boot_prepare(const struct mdt_vm_config *config,
				   struct mdt_boot *ret)
{
	_cleanup_(mdt_modules_deinit) struct mdt_modules modules = { 0 };
	struct mdt_error *err;

	*ret = (struct mdt_boot){ .vmlinux = -1,
				  .initramfs = -1,
				  .began = mdt_tsc_now() };
	ret->memory = config->memory ? config->memory : MEMORY_DEFAULT;
	err = mdt_qemu_find(config->qemu, &ret->qemu);
	if (!err)
		err = mdt_vm_kernel_find(config->kernel, config->modules, "/",
					 &ret->kernel);
	if (!err)
		err = mdt_modules_find(ret->kernel.modules, &modules);
	if (err)
		return err;
	ret->has_virtio = mdt_modules_get(&modules, "virtio_console") &&
			  mdt_modules_get(&modules, "virtio_pci");
	ret->vmlinux = mdt_vmlinux_open(ret->kernel.image, ret->kernel.release);
	return make_initramfs(config, &modules, &ret->initramfs);
}

struct mdt_error *mdt_boot_start(const struct mdt_boot *boot, bool use_kvm,
				 struct mdt_line *ret)
{
	struct mdt_qemu_config config = {
		.program = boot->qemu,
		.kernel = boot->kernel.image,
		.vmlinux = boot->vmlinux,
		.initramfs = boot->initramfs,
		.has_virtio = boot->has_virtio,
		.use_kvm = use_kvm,
		.memory = boot->memory,
		.tsc_khz = use_kvm ? 0 : mdt_tsc_khz(boot->began),
	};
	struct mdt_qemu qemu;
	struct mdt_error *err = mdt_qemu_start(&config, &qemu);

	if (!err)
		mdt_line_init(qemu, ret);
	return err;
}
