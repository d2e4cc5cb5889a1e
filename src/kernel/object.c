// SPDX-License-Identifier: MIT
#include "kernel/object.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "vm/decompress.h"
#include "vm/file.h"
#include "vm/kernel.h"
#include "vm/modinfo.h"
#include "vm/vmlinux.h"

enum { OBJECT_MAX = 1 << 30 };

void mdt_kernel_object_deinit(struct mdt_kernel_object *object)
{
	free(object->path);
	free(object->release);
	free(object->base_path);
	mdt_btf_deinit(&object->btf);
	mdt_btf_deinit(&object->base);
	mdt_kernel_elf_deinit(&object->elf);
	mdt_kernel_elf_deinit(&object->base_elf);
	mdt_buf_deinit(&object->bytes);
	mdt_buf_deinit(&object->base_bytes);
	mdt_buf_deinit(&object->why_not);
	*object = (struct mdt_kernel_object){ 0 };
}

static bool is_image(struct mdt_slice bytes)
{
	struct mdt_slice release;

	return mdt_vm_kernel_release(mdt_slice_head(bytes, MDT_VM_KERNEL_HEAD), &release);
}

// A file's bytes, uncompressed; of a bzImage those of its vmlinux.
static struct mdt_error *read_bytes(const char *path, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf file = { 0 };
	struct mdt_error *err = mdt_file_read(path, &file);

	if (err)
		return err;
	if (!is_image(mdt_buf_slice(&file)))
		return mdt_decompress(path, mdt_buf_slice(&file), OBJECT_MAX, ret);
	if (mdt_vmlinux_extract(mdt_buf_slice(&file), ret))
		return NULL;
	return mdt_error_create(MDT_ERR_FORMAT,
				"%s: the kernel in this image cannot be decompressed",
				path);
}

/* ---- what a module is for ---- */

static struct mdt_error *read_release(struct mdt_kernel_object *object)
{
	_cleanup_(mdt_modinfo_deinit) struct mdt_modinfo info = { 0 };
	struct mdt_slice key, value;
	struct mdt_error *err;

	if (!mdt_kernel_elf_section(&object->elf, SLICE(".modinfo")) ||
	    object->elf.is_linked)
		return NULL;
	err = mdt_modinfo_read(object->path, mdt_buf_slice(&object->bytes), &info);
	if (err)
		return err;
	while (mdt_modinfo_next(&info, &key, &value)) {
		size_t len = 0;

		if (!mdt_slice_eq(key, SLICE("vermagic")))
			continue;
		while (len < value.len && value.str[len] != ' ')
			len++;
		// It becomes a part of paths.
		if (!len || memchr(value.str, '/', len) || value.str[0] == '.')
			return NULL;
		object->release = strndup(value.str, len);
		return object->release ? NULL : &mdt_enomem;
	}
	return NULL;
}

/* ---- the base ---- */

// vmlinux first: it needs no decompressing.
static bool find_below(const char *root, size_t len, const char *release, char **ret)
{
	static const struct {
		const char *before, *after;
	} places[] = {
		{ "boot/vmlinux-", "" },
		{ "lib/modules/", "/vmlinux" },
		{ "boot/vmlinuz-", "" },
		{ "lib/modules/", "/vmlinuz" },
		{ "usr/lib/modules/", "/vmlinuz" },
		{ "usr/lib/debug/boot/vmlinux-", "" },
	};

	array_for_each (place, places) {
		free(*ret);
		if (asprintf(ret, "%.*s/%s%s%s", (int)len, root, place->before, release,
			     place->after) < 0) {
			*ret = NULL;
			return false;
		}
		if (access(*ret, R_OK) == 0)
			return true;
	}
	free(*ret);
	*ret = NULL;
	return false;
}

// In each folder above the module, the nearest first, and in the root.
static bool find_base(const char *path, const char *release, char **ret)
{
	_cleanup_(mdt_freep) char *real = realpath(path, NULL);

	for (size_t len = real ? strlen(real) : 0; len > 0;) {
		while (len > 0 && real[--len] != '/')
			;
		if (find_below(real, len, release, ret))
			return true;
	}
	return find_below("", 0, release, ret);
}

static struct mdt_error *read_base(struct mdt_kernel_object *object, const char *path)
{
	const struct mdt_kernel_section *section;
	struct mdt_error *err = read_bytes(path, &object->base_bytes);
	struct mdt_slice bytes = mdt_buf_slice(&object->base_bytes);

	if (err)
		return err;
	if (mdt_slice_starts(bytes, SLICE("\x9f\xeb")))
		return mdt_btf_read(path, bytes, NULL, &object->base);
	err = mdt_kernel_elf_read(path, bytes, &object->base_elf);
	if (err)
		return err;
	section = mdt_kernel_elf_section(&object->base_elf, SLICE(".BTF"));
	if (!section)
		return mdt_error_create(MDT_ERR_FORMAT, "%s: has no BTF", path);
	return mdt_btf_read(path, section->bytes, NULL, &object->base);
}

// A module without a base has nothing but numbers of what is not there, unless it carries
// the distilled one (.BTF.base, Linux 6.11).
static struct mdt_error *find_and_read_base(struct mdt_kernel_object *object,
					    const char *path)
{
	const struct mdt_kernel_section *distilled =
		mdt_kernel_elf_section(&object->elf, SLICE(".BTF.base"));

	if (distilled)
		return mdt_btf_read(object->path, distilled->bytes, NULL, &object->base);
	if (path) {
		object->base_path = strdup(path);
		return object->base_path ? read_base(object, path) : &mdt_enomem;
	}
	if (!object->release)
		return mdt_error_create(MDT_ERR_NOT_FOUND,
					"the module does not say which kernel it is for");
	if (!find_base(object->path, object->release, &object->base_path))
		return mdt_error_create(
			MDT_ERR_NOT_FOUND,
			"no kernel %s, which has the rest of the types, is there (boot/vmlinuz-%s): give --btf",
			object->release, object->release);
	return read_base(object, object->base_path);
}

static struct mdt_error *read_btf(struct mdt_kernel_object *object, const char *base)
{
	const struct mdt_kernel_section *section =
		mdt_kernel_elf_section(&object->elf, SLICE(".BTF"));
	struct mdt_error *err = NULL;

	if (!section)
		return mdt_error_create(MDT_ERR_NOT_FOUND, "%s has no BTF", object->path);
	if (!object->elf.is_linked)
		err = find_and_read_base(object, base);
	return err ? err
		   : mdt_btf_read(object->path, section->bytes,
				  object->elf.is_linked ? NULL : &object->base,
				  &object->btf);
}

struct mdt_error *mdt_kernel_object_open(const char *path, const char *base,
					 struct mdt_kernel_object *ret)
{
	struct mdt_error *err;
	bool has_btf_section;

	*ret = (struct mdt_kernel_object){ .path = strdup(path) };
	if (!ret->path)
		return &mdt_enomem;
	err = read_bytes(path, &ret->bytes);
	if (!err)
		err = mdt_kernel_elf_read(path, mdt_buf_slice(&ret->bytes), &ret->elf);
	if (!err)
		err = read_release(ret);
	if (err)
		return err;
	has_btf_section = mdt_kernel_elf_section(&ret->elf, SLICE(".BTF")) != NULL;
	err = read_btf(ret, base);
	ret->has_btf = !err;
	if (!err || err == &mdt_enomem || (base && has_btf_section))
		return err;
	mdt_buf_adds(&ret->why_not, err->message);
	mdt_error_destroy(err);
	return mdt_buf_error(&ret->why_not);
}
