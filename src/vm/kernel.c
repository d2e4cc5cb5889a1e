// SPDX-License-Identifier: MIT
#include "vm/kernel.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "vm/file.h"
#include "vm/module_dir.h"

#define INSTALL_HINT "install the package linux-image-cloud-amd64, or give --kernel"

// What a search has found so far.
struct search {
	struct mdt_vm_kernel best;  // newest; all NULL: none
	struct mdt_buf why;	    // of candidates that are of no use, a sentence each
	const char *modules;	    // as demanded, or NULL
	const char *root;	    // of what is installed
	struct mdt_vm_kernels *all; // gets every one; or NULL
};

void mdt_vm_kernel_deinit(struct mdt_vm_kernel *kernel)
{
	free(kernel->image);
	free(kernel->release);
	free(kernel->modules);
	*kernel = (struct mdt_vm_kernel){ 0 };
}

static void search_deinit(struct search *search)
{
	mdt_vm_kernel_deinit(&search->best);
	mdt_buf_deinit(&search->why);
}

static PRINTF_LIKE(2, 3) struct mdt_error *set_path(char **ret, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	free(*ret);
	n = vasprintf(ret, fmt, ap);
	va_end(ap);
	if (n >= 0)
		return NULL;
	*ret = NULL;
	return &mdt_enomem;
}

/* ---- the modules of a release ---- */

static bool looks_like_modules(const char *dir)
{
	static const char *const names[] = { "kernel", "modules.builtin", "modules.dep",
					     "modules.order" };
	char path[4096];

	array_for_each (name, names) {
		if (snprintf(path, sizeof(path), "%s/%s", dir, *name) <
			    (int)sizeof(path) &&
		    access(path, F_OK) == 0)
			return true;
	}
	return false;
}

// lib/modules/RELEASE in or below a folder.
static struct mdt_error *modules_below(const char *dir, const char *release, char **ret)
{
	static const char *const between[] = { "lib/modules/", "usr/lib/modules/", "" };
	struct mdt_error *err;

	array_for_each (it, between) {
		err = set_path(ret, "%s/%s%s", dir, *it, release);
		if (err || mdt_file_is_dir(*ret))
			return err;
	}
	free(*ret);
	*ret = NULL;
	return NULL;
}

// The folder that a path is in, without a slash at its end: of "/vmlinuz" the empty one.
static struct mdt_error *dir_of(const char *path, char **ret)
{
	const char *slash = strrchr(path, '/');

	while (slash && slash > path && slash[-1] == '/')
		slash--;
	if (!slash)
		return set_path(ret, "%s", strcmp(path, ".") == 0 ? ".." : ".");
	return set_path(ret, "%.*s", (int)(slash - path), path);
}

// Beside the image, above boot/, in the root.
static struct mdt_error *modules_of(const char *image, const char *release,
				    const char *root, char **ret)
{
	_cleanup_(mdt_freep) char *dir = NULL, *above = NULL;
	struct mdt_error *err = dir_of(image, &dir);

	if (!err && looks_like_modules(dir))
		return set_path(ret, "%s", dir);
	if (!err)
		err = modules_below(dir, release, ret);
	if (err || *ret)
		return err;
	err = dir_of(dir, &above);
	if (!err)
		err = modules_below(above, release, ret);
	return err || *ret ? err : modules_below(root, release, ret);
}

static struct mdt_error *find_modules(const struct search *search,
				      struct mdt_vm_kernel *kernel)
{
	struct mdt_error *err;

	if (!search->modules)
		err = modules_of(kernel->image, kernel->release, search->root,
				 &kernel->modules);
	else if (looks_like_modules(search->modules))
		err = set_path(&kernel->modules, "%s", search->modules);
	else
		err = modules_below(search->modules, kernel->release, &kernel->modules);
	if (err || kernel->modules)
		return err;
	if (search->modules)
		return mdt_error_create(MDT_ERR_NOT_FOUND,
					"%s: has no modules of %s, the kernel %s",
					search->modules, kernel->release, kernel->image);
	return mdt_error_create(MDT_ERR_NOT_FOUND,
				"%s: the modules of %s are not there: give --modules",
				kernel->image, kernel->release);
}

static struct mdt_error *check_modules(const struct mdt_vm_kernel *kernel)
{
	_cleanup_(mdt_module_dir_deinit) struct mdt_module_dir dir = { 0 };
	struct mdt_error *err = mdt_module_dir_read(kernel->modules, &dir);
	const char *lacks = err ? NULL : mdt_module_dir_lacks(&dir);

	if (!lacks)
		return err;
	return mdt_error_create(
		MDT_ERR_NOT_FOUND,
		"%s: the kernel %s has no %s, neither as a module nor built in",
		kernel->modules, kernel->release, lacks);
}

/* ---- one image ---- */

static struct mdt_error *read_release(const char *image, char **ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf head = { 0 };
	struct mdt_error *err = mdt_file_read_head(image, MDT_VM_KERNEL_HEAD, &head);
	struct mdt_slice release;

	if (err)
		return err;
	if (!mdt_vm_kernel_release(mdt_buf_slice(&head), &release))
		return mdt_error_create(MDT_ERR_FORMAT,
					"%s: not an x86 kernel image (bzImage)", image);
	return set_path(ret, "%.*s", SLICE_FMT(release));
}

static struct mdt_error *read_kernel(const struct search *search, const char *image,
				     struct mdt_vm_kernel *ret)
{
	struct mdt_error *err = set_path(&ret->image, "%s", image);

	if (!err)
		err = read_release(image, &ret->release);
	if (!err)
		err = find_modules(search, ret);
	return err ? err : check_modules(ret);
}

/* ---- the kernels of a root ---- */

static bool is_newer(const struct mdt_vm_kernel *a, const struct mdt_vm_kernel *b)
{
	return !b->release || mdt_release_cmp(mdt_slice_cstr(a->release),
					      mdt_slice_cstr(b->release)) > 0;
}

// Whether an image is listed already: lib/ may be a link to usr/lib/.
static bool is_listed(const struct mdt_vm_kernels *all, const char *image)
{
	struct stat this, other;

	if (stat(image, &this) < 0)
		return false;
	for (size_t i = 0; i < all->len; i++)
		if (stat(all->items[i].kernel.image, &other) == 0 &&
		    other.st_dev == this.st_dev && other.st_ino == this.st_ino)
			return true;
	return false;
}

// An image of which `err` is why it cannot be used. Takes both over.
static struct mdt_error *list_image(struct mdt_vm_kernels *all,
				    struct mdt_vm_kernel *kernel, struct mdt_error *err)
{
	struct mdt_vm_found found = { .kernel = *kernel };
	bool failed = false;

	if (err) {
		found.why = strdup(err->message);
		failed = !found.why;
		mdt_error_destroy(err);
	}
	if (failed ||
	    !mdt_grow((void **)&all->items, &all->cap, all->len, sizeof(*all->items))) {
		free(found.why);
		return &mdt_enomem;
	}
	all->items[all->len++] = found;
	*kernel = (struct mdt_vm_kernel){ 0 };
	return NULL;
}

static struct mdt_error *try_image(struct search *search, const char *image)
{
	_cleanup_(mdt_vm_kernel_deinit) struct mdt_vm_kernel kernel = { 0 };
	struct mdt_error *err;

	if (search->all && is_listed(search->all, image))
		return NULL;
	err = read_kernel(search, image, &kernel);
	if (search->all && !(err && err->kind == MDT_ERR_NOMEM))
		return list_image(search->all, &kernel, err);
	if (err && err->kind != MDT_ERR_NOMEM) {
		mdt_buf_printf(&search->why, "\n  %s", err->message);
		mdt_error_destroy(err);
		return mdt_buf_error(&search->why);
	}
	if (!err && is_newer(&kernel, &search->best)) {
		mdt_vm_kernel_deinit(&search->best);
		search->best = kernel;
		kernel = (struct mdt_vm_kernel){ 0 };
	}
	return err;
}

static void closedirp(DIR **dir)
{
	if (*dir)
		closedir(*dir);
}

// Each entry of ROOT/BELOW that begins with @p prefix, with @p suffix behind it.
static struct mdt_error *try_dir(struct search *search, const char *root,
				 const char *below, const char *prefix,
				 const char *suffix)
{
	_cleanup_(mdt_freep) char *path = NULL, *image = NULL;
	_cleanup_(closedirp) DIR *dir = NULL;
	struct dirent *entry;
	// "/" is a root, too.
	size_t len = strlen(root);
	struct mdt_error *err;

	while (len && root[len - 1] == '/')
		len--;
	err = set_path(&path, "%.*s/%s", (int)len, root, below);
	dir = err ? NULL : opendir(path);
	while (!err && dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.' ||
		    strncmp(entry->d_name, prefix, strlen(prefix)) != 0)
			continue;
		err = set_path(&image, "%s/%s%s", path, entry->d_name, suffix);
		if (!err && access(image, F_OK) == 0)
			err = try_image(search, image);
	}
	return err;
}

static struct mdt_error *try_places(struct search *search, const char *root)
{
	static const struct {
		const char *below, *prefix, *suffix;
	} places[] = {
		{ "boot", "vmlinuz-", "" },
		{ "lib/modules", "", "/vmlinuz" },
		{ "usr/lib/modules", "", "/vmlinuz" },
	};
	struct mdt_error *err = NULL;

	array_for_each (place, places)
		if (!err)
			err = try_dir(search, root, place->below, place->prefix,
				      place->suffix);
	return err;
}

// The image of a kernel's build tree; NULL: the folder is none.
static struct mdt_error *build_tree_image(const char *dir, char **ret)
{
	struct mdt_error *err = set_path(ret, "%s/arch/x86/boot/bzImage", dir);

	if (err || access(*ret, F_OK) == 0)
		return err;
	free(*ret);
	*ret = NULL;
	return NULL;
}

static struct mdt_error *try_root(struct search *search, const char *root)
{
	_cleanup_(mdt_freep) char *image = NULL;
	struct mdt_error *err = build_tree_image(root, &image);

	if (err)
		return err;
	if (image) {
		if (!search->modules)
			search->modules = root;
		return search->all ? try_image(search, image)
				   : read_kernel(search, image, &search->best);
	}
	err = try_places(search, root);
	if (err || search->all || search->best.image)
		return err;
	if (search->why.len)
		return mdt_error_create(MDT_ERR_NOT_FOUND,
					"%s: no kernel here can be used: " INSTALL_HINT
					"%.*s",
					root, SLICE_FMT(mdt_buf_slice(&search->why)));
	return mdt_error_create(MDT_ERR_NOT_FOUND,
				"%s: no kernel here (boot/vmlinuz-*, "
				"lib/modules/*/vmlinuz): " INSTALL_HINT,
				root);
}

struct mdt_error *mdt_vm_kernel_find(const char *kernel, const char *modules,
				     const char *root, struct mdt_vm_kernel *ret)
{
	_cleanup_(search_deinit) struct search search = { .modules = modules,
							  .root = root };
	struct mdt_error *err;

	if (modules && !mdt_file_is_dir(modules))
		return mdt_error_os(access(modules, F_OK) < 0 ? errno : ENOTDIR, "%s",
				    modules);
	if (!kernel)
		err = try_root(&search, root);
	else if (mdt_file_is_dir(kernel))
		err = try_root(&search, kernel);
	else
		err = read_kernel(&search, kernel, &search.best);
	if (err)
		return err;
	*ret = search.best;
	search.best = (struct mdt_vm_kernel){ 0 };
	return NULL;
}

/* ---- all of them ---- */

static int by_release(const void *a, const void *b)
{
	const struct mdt_vm_found *left = a, *right = b;

	if (!left->why != !right->why)
		return left->why ? 1 : -1;
	if (!left->kernel.release || !right->kernel.release)
		return strcmp(left->kernel.image, right->kernel.image);
	return mdt_release_cmp(mdt_slice_cstr(left->kernel.release),
			       mdt_slice_cstr(right->kernel.release));
}

struct mdt_error *mdt_vm_kernels_list(const char *path, struct mdt_vm_kernels *ret)
{
	bool is_dir = mdt_file_is_dir(path);
	_cleanup_(search_deinit) struct search search = { .root = is_dir ? path : "/",
							  .all = ret };
	struct mdt_error *err =
		is_dir ? try_root(&search, path) : try_image(&search, path);

	if (ret->len)
		qsort(ret->items, ret->len, sizeof(*ret->items), by_release);
	return err;
}

static struct mdt_error *list_folders(const char *dir, struct mdt_vm_kernels *ret)
{
	_cleanup_(closedirp) DIR *stream = opendir(dir);
	_cleanup_(mdt_freep) char *path = NULL;
	struct mdt_error *err = NULL;
	struct dirent *entry;

	while (!err && stream && (entry = readdir(stream))) {
		if (entry->d_name[0] == '.')
			continue;
		err = set_path(&path, "%s/%s", dir, entry->d_name);
		if (!err && mdt_file_is_dir(path))
			err = mdt_vm_kernels_list(path, ret);
	}
	return err;
}

struct mdt_error *mdt_vm_kernels_below(const char *path, struct mdt_vm_kernels *ret)
{
	size_t before = ret->len;
	struct mdt_error *err = mdt_vm_kernels_list(path, ret);

	return err || ret->len > before ? err : list_folders(path, ret);
}

void mdt_vm_kernels_deinit(struct mdt_vm_kernels *kernels)
{
	for (size_t i = 0; i < kernels->len; i++) {
		mdt_vm_kernel_deinit(&kernels->items[i].kernel);
		free(kernels->items[i].why);
	}
	free(kernels->items);
	*kernels = (struct mdt_vm_kernels){ 0 };
}
