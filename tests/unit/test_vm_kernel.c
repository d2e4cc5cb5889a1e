// SPDX-License-Identifier: MIT
#include "scratch.h"
#include "vm/kernel.h"

static void add_modules(struct scratch *scratch, const char *dir, bool with_md)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/modules.builtin", dir);
	scratch_write(scratch, path, SLICE("kernel/drivers/block/loop.ko\n"));
	if (!with_md)
		return;
	snprintf(path, sizeof(path), "%s/kernel/drivers/md/md-mod.ko", dir);
	scratch_module(scratch, path, SLICE("depends="));
	snprintf(path, sizeof(path), "%s/kernel/drivers/md/raid1.ko.xz", dir);
	scratch_write(scratch, path, SLICE(""));
}

static void check(struct scratch *scratch, const char *kernel, const char *modules,
		  const char *image, const char *release, const char *module_dir)
{
	_cleanup_(mdt_vm_kernel_deinit) struct mdt_vm_kernel found = { 0 };
	char kernel_path[256], modules_path[256];
	struct mdt_error *err;

	snprintf(kernel_path, sizeof(kernel_path), "%s/%s", scratch->dir,
		 kernel ? kernel : "");
	snprintf(modules_path, sizeof(modules_path), "%s/%s", scratch->dir,
		 modules ? modules : "");
	err = mdt_vm_kernel_find(kernel ? kernel_path : NULL,
				 modules ? modules_path : NULL, scratch->dir, &found);
	cr_assert_null(err, "%s", err ? err->message : "");
	cr_assert_str_eq(found.image, scratch_path(scratch, image));
	cr_assert_str_eq(found.release, release);
	cr_assert_str_eq(found.modules, scratch_path(scratch, module_dir));
}

static void check_error(struct scratch *scratch, const char *kernel, const char *modules,
			const char *message)
{
	_cleanup_(mdt_error_destroyp) struct mdt_error *err = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf said = { 0 };
	struct mdt_vm_kernel found;
	const char *at;

	err = mdt_vm_kernel_find(kernel, modules, scratch->dir, &found);
	cr_assert_not_null(err);
	// The folder's name is another each time.
	for (const char *rest = err->message; *rest; rest = at) {
		at = strstr(rest, scratch->dir);
		mdt_buf_add(&said, mdt_slice_from(rest, at ? (size_t)(at - rest)
							   : strlen(rest)));
		if (!at)
			break;
		mdt_buf_adds(&said, "DIR");
		at += strlen(scratch->dir);
	}
	mdt_buf_addc(&said, '\0');
	cr_assert_str_eq(said.str, message);
}

Test(kernel, newest_installed_that_has_md)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	scratch_kernel(&scratch, "boot/vmlinuz-6.1.0-9-amd64", "6.1.0-9-amd64");
	add_modules(&scratch, "lib/modules/6.1.0-9-amd64", true);
	scratch_kernel(&scratch, "boot/vmlinuz-6.1.0-10-amd64", "6.1.0-10-amd64");
	add_modules(&scratch, "lib/modules/6.1.0-10-amd64", true);
	// newer, but without md, without modules, no kernel
	scratch_kernel(&scratch, "boot/vmlinuz-6.12.0", "6.12.0");
	add_modules(&scratch, "lib/modules/6.12.0", false);
	scratch_kernel(&scratch, "boot/vmlinuz-6.13.0", "6.13.0");
	scratch_write(&scratch, "boot/vmlinuz-6.14.0", SLICE("nothing"));
	check(&scratch, NULL, NULL, "boot/vmlinuz-6.1.0-10-amd64", "6.1.0-10-amd64",
	      "lib/modules/6.1.0-10-amd64");
}

Test(kernel, package_with_usr_merged)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	scratch_kernel(&scratch, "package/boot/vmlinuz-6.12.9+deb13", "6.12.9+deb13");
	add_modules(&scratch, "package/usr/lib/modules/6.12.9+deb13", true);
	check(&scratch, "package", NULL, "package/boot/vmlinuz-6.12.9+deb13",
	      "6.12.9+deb13", "package/usr/lib/modules/6.12.9+deb13");
}

Test(kernel, package_with_the_image_beside_its_modules)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	scratch_kernel(&scratch, "p/lib/modules/6.5.6-300.fc39/vmlinuz",
		       "6.5.6-300.fc39");
	add_modules(&scratch, "p/lib/modules/6.5.6-300.fc39", true);
	check(&scratch, "p", NULL, "p/lib/modules/6.5.6-300.fc39/vmlinuz",
	      "6.5.6-300.fc39", "p/lib/modules/6.5.6-300.fc39");
}

Test(kernel, a_build_tree)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	scratch_kernel(&scratch, "linux/arch/x86/boot/bzImage", "7.4.0-rc1+");
	add_modules(&scratch, "linux", true);
	check(&scratch, "linux", NULL, "linux/arch/x86/boot/bzImage", "7.4.0-rc1+",
	      "linux");
}

// Those that can be used first, by release; one that is met by two paths once.
Test(kernel, all_of_them)
{
	_cleanup_(mdt_vm_kernels_deinit) struct mdt_vm_kernels found = { 0 };
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	scratch_kernel(&scratch, "usr/lib/modules/6.12.1/vmlinuz", "6.12.1");
	add_modules(&scratch, "usr/lib/modules/6.12.1", true);
	scratch_kernel(&scratch, "boot/vmlinuz-6.9.1", "6.9.1");
	add_modules(&scratch, "usr/lib/modules/6.9.1", true);
	scratch_kernel(&scratch, "boot/vmlinuz-5.1", "5.1");
	cr_assert_eq(symlink("usr/lib", scratch_path(&scratch, "lib")), 0);
	cr_assert_null(mdt_vm_kernels_list(scratch.dir, &found));
	cr_assert_eq(found.len, 3);
	cr_expect_str_eq(found.items[0].kernel.release, "6.9.1");
	cr_expect_null(found.items[0].why);
	cr_expect_str_eq(found.items[1].kernel.release, "6.12.1");
	cr_expect_null(found.items[1].why);
	cr_expect_str_eq(found.items[2].kernel.release, "5.1");
	cr_expect_not_null(found.items[2].why);
}

Test(kernel, image_with_modules_elsewhere)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	scratch_kernel(&scratch, "vmlinuz", "6.1.7");
	add_modules(&scratch, "built/lib/modules/6.1.7", true);
	check(&scratch, "vmlinuz", "built", "vmlinuz", "6.1.7",
	      "built/lib/modules/6.1.7");
	check(&scratch, "vmlinuz", "built/lib/modules", "vmlinuz", "6.1.7",
	      "built/lib/modules/6.1.7");
	check(&scratch, "vmlinuz", "built/lib/modules/6.1.7", "vmlinuz", "6.1.7",
	      "built/lib/modules/6.1.7");
}

Test(kernel, a_bare_image_uses_what_is_installed)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	scratch_kernel(&scratch, "x/y/bzImage", "6.1.7");
	add_modules(&scratch, "lib/modules/6.1.7", true);
	check(&scratch, "x/y/bzImage", NULL, "x/y/bzImage", "6.1.7", "lib/modules/6.1.7");
}

Test(kernel, says_what_is_missing)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	char path[128];

	check_error(
		&scratch, NULL, NULL,
		"DIR: no kernel here (boot/vmlinuz-*, lib/modules/*/vmlinuz): install "
		"the package linux-image-cloud-amd64, or give --kernel");
	snprintf(path, sizeof(path), "%s/nowhere", scratch.dir);
	check_error(&scratch, path, NULL, "DIR/nowhere: No such file or directory");
	check_error(&scratch, NULL, path, "DIR/nowhere: No such file or directory");

	scratch_write(&scratch, "text", SLICE("not a kernel"));
	snprintf(path, sizeof(path), "%s/text", scratch.dir);
	check_error(&scratch, path, NULL, "DIR/text: not an x86 kernel image (bzImage)");

	scratch_kernel(&scratch, "bare", "6.1.7");
	snprintf(path, sizeof(path), "%s/bare", scratch.dir);
	check_error(&scratch, path, NULL,
		    "DIR/bare: the modules of 6.1.7 are not there: give --modules");
	scratch_mkdir(&scratch, "empty/");
	check_error(&scratch, path, scratch_path(&scratch, "empty"),
		    "DIR/empty: has no modules of 6.1.7, the kernel DIR/bare");

	scratch_kernel(&scratch, "boot/vmlinuz-6.2.0", "6.2.0");
	add_modules(&scratch, "lib/modules/6.2.0", false);
	check_error(&scratch, NULL, NULL,
		    "DIR: no kernel here can be used: install the package "
		    "linux-image-cloud-amd64, or give --kernel\n"
		    "  DIR/lib/modules/6.2.0: the kernel 6.2.0 has no md_mod, "
		    "neither as a module nor built in");
}

Test(kernel, md_may_be_built_in)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();

	scratch_kernel(&scratch, "boot/vmlinuz-6.2.0", "6.2.0");
	scratch_write(&scratch, "lib/modules/6.2.0/modules.builtin",
		      SLICE("kernel/drivers/md/md-mod.ko\nkernel/drivers/md/raid1.ko"));
	check(&scratch, NULL, NULL, "boot/vmlinuz-6.2.0", "6.2.0", "lib/modules/6.2.0");
}
