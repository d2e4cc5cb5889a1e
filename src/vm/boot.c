// SPDX-License-Identifier: MIT
#include "vm/boot.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/map.h"
#include "vm/accel.h"
#include "vm/file.h"
#include "vm/initramfs.h"
#include "vm/modules.h"
#include "vm/stamp.h"
#include "vm/vmlinux.h"

enum { MEMORY_DEFAULT = 512 };

void mdt_boot_deinit(struct mdt_boot *boot)
{
	mdt_vm_kernel_deinit(&boot->kernel);
	free(boot->qemu);
	free(boot->guest);
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

static struct mdt_error *make_initramfs(const struct mdt_boot *boot,
					const struct mdt_modules *modules, int *ret)
{
	static const char *const dirs[] = { "dev", "proc", "sys", "run", "tmp" };
	_cleanup_(mdt_initramfs_destroyp) struct mdt_initramfs *initramfs = NULL;
	struct mdt_error *err = mdt_initramfs_create(&initramfs);

	array_for_each (dir, dirs)
		if (!err)
			err = mdt_initramfs_add_dir(initramfs, *dir);
	if (!err)
		err = mdt_initramfs_add_file(initramfs, "init", 0755, boot->guest);
	if (!err)
		err = add_modules(initramfs, modules);
	if (!err)
		err = add_files(initramfs, boot->config);
	return err ? err : mdt_initramfs_finish(initramfs, ret);
}

/* ---- all of it ---- */

struct mdt_error *mdt_boot_find(const struct mdt_vm_config *config, struct mdt_boot *ret)
{
	struct mdt_error *err;

	*ret = (struct mdt_boot){
		.config = config, .vmlinux = -1, .initramfs = -1, .began = mdt_tsc_now()
	};
	ret->memory = config->memory ? config->memory : MEMORY_DEFAULT;
	err = mdt_qemu_find(config->qemu, &ret->qemu);
	if (!err)
		err = mdt_vm_kernel_find(config->kernel, config->modules, "/",
					 &ret->kernel);
	if (!err && !config->guest)
		err = mdt_vm_guest_path(&ret->guest);
	if (!err && config->guest && !(ret->guest = strdup(config->guest)))
		err = &mdt_enomem;
	return err;
}

struct mdt_error *mdt_boot_unpack(struct mdt_boot *boot)
{
	_cleanup_(mdt_modules_deinit) struct mdt_modules modules = { 0 };
	struct mdt_error *err;

	if (boot->initramfs >= 0)
		return NULL;
	err = mdt_modules_find(boot->kernel.modules, &modules);
	if (err)
		return err;
	boot->vmlinux = mdt_vmlinux_open(boot->kernel.image, boot->kernel.release);
	return make_initramfs(boot, &modules, &boot->initramfs);
}

static void add_file_to_key(const struct mdt_vm_file *file, struct mdt_buf *ret)
{
	mdt_buf_printf(ret, "%s %o ", file->path, file->mode);
	if (file->host)
		mdt_stamp_file(file->host, ret);
	else
		mdt_buf_printf(ret, "%zu %016" PRIx64 "\n", file->bytes.len,
			       mdt_hash(file->bytes));
}

struct mdt_error *mdt_boot_key(const struct mdt_boot *boot, bool use_kvm,
			       struct mdt_buf *ret)
{
	const char *const files[] = { boot->kernel.image, boot->guest, boot->qemu, NULL };
	struct mdt_qemu_config machine = mdt_boot_machine(boot, use_kvm);
	struct mdt_error *err;

	mdt_accel_key(files, ret);
	err = mdt_stamp_modules(boot->kernel.modules, ret);
	for (size_t i = 0; i < boot->config->file_count; i++)
		add_file_to_key(&boot->config->files[i], ret);
	mdt_qemu_describe(&machine, ret);
	return err ? err : mdt_buf_error(ret);
}

struct mdt_qemu_config mdt_boot_machine(const struct mdt_boot *boot, bool use_kvm)
{
	return (struct mdt_qemu_config){
		.program = boot->qemu,
		.kernel = boot->kernel.image,
		.vmlinux = -1,
		.initramfs = -1,
		.ram = -1,
		.state = -1,
		.no_sandbox = boot->no_sandbox,
		.use_kvm = use_kvm,
		.memory = boot->memory,
	};
}
