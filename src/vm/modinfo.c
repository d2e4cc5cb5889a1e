// SPDX-License-Identifier: MIT
#include "vm/modinfo.h"

#include <elf.h>
#include <errno.h>
#include <libkmod.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm/file.h"

// elf_get_section_header() of libkmod 30 asserts that the section of the names,
// e_shstrndx, is there and is not SHN_UNDEF: a damaged header would end the program.
static bool is_sane(struct mdt_slice ko)
{
	Elf64_Ehdr head;

	if (ko.len < sizeof(head))
		return false;
	memcpy(&head, ko.str, sizeof(head));
	return memcmp(head.e_ident, ELFMAG, SELFMAG) == 0 &&
	       head.e_ident[EI_CLASS] == ELFCLASS64 &&
	       head.e_ident[EI_DATA] == ELFDATA2LSB &&
	       head.e_shentsize == sizeof(Elf64_Shdr) && head.e_shoff <= ko.len &&
	       head.e_shnum <= (ko.len - head.e_shoff) / sizeof(Elf64_Shdr) &&
	       head.e_shstrndx != SHN_UNDEF && head.e_shstrndx < head.e_shnum;
}

// kmod_elf_get_strings() of libkmod 30 reads one byte behind a .modinfo that ends with
// zeros. An odd size has no page's end there, whatever the section's size says. The bytes
// added also keep libkmod from the signature, which it would give to libcrypto to parse.
static int open_bytes(struct mdt_slice ko)
{
	_cleanup_(mdt_closep) int fd = memfd_create("mdtrace-module", MFD_CLOEXEC);
	int ret = fd;

	if (fd < 0 || !mdt_file_write(fd, ko) ||
	    ftruncate(fd, (off_t)((ko.len + 1) | 1)) < 0)
		return -1;
	fd = -1;
	return ret;
}

static void kmod_unrefp(struct kmod_ctx **ctx)
{
	kmod_unref(*ctx);
}

static void kmod_module_unrefp(struct kmod_module **module)
{
	kmod_module_unref(*module);
}

static void say_nothing(void *data, int priority, const char *file, int line,
			const char *function, const char *format, va_list args)
{
	(void)data, (void)priority, (void)file, (void)line;
	(void)function, (void)format, (void)args;
}

// @return An errno, negative, or not.
static int read_texts(int fd, struct kmod_list **ret)
{
	// No configuration, and a folder of modules that cannot be there: what is called
	// as the descriptor is would be looked for among the builtin ones.
	static const char *const no_config[] = { NULL };
	_cleanup_(kmod_unrefp) struct kmod_ctx *ctx = kmod_new("/dev/null", no_config);
	_cleanup_(kmod_module_unrefp) struct kmod_module *module = NULL;
	char path[32];
	int got;

	if (!ctx)
		return -ENOMEM;
	kmod_set_log_fn(ctx, say_nothing, NULL);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	got = kmod_module_new_from_path(ctx, path, &module);
	return got < 0 ? got : kmod_module_get_info(module, ret);
}

struct mdt_error *mdt_modinfo_read(const char *name, struct mdt_slice ko,
				   struct mdt_modinfo *ret)
{
	_cleanup_(mdt_closep) int fd = -1;
	int got;

	*ret = (struct mdt_modinfo){ 0 };
	if (!is_sane(ko))
		return mdt_error_create(MDT_ERR_FORMAT, "%s: not a kernel module", name);
	fd = open_bytes(ko);
	if (fd < 0)
		return mdt_error_os(errno, "%s: a copy in memory", name);
	got = read_texts(fd, &ret->texts);
	if (got == -ENOMEM)
		return &mdt_enomem;
	if (got < 0)
		return mdt_error_create(MDT_ERR_FORMAT, "%s: not a kernel module", name);
	ret->at = ret->texts;
	return NULL;
}

void mdt_modinfo_deinit(struct mdt_modinfo *info)
{
	kmod_module_info_free_list(info->texts);
	*info = (struct mdt_modinfo){ 0 };
}

bool mdt_modinfo_next(struct mdt_modinfo *info, struct mdt_slice *key,
		      struct mdt_slice *value)
{
	if (!info->at)
		return false;
	*key = mdt_slice_cstr(kmod_module_info_get_key(info->at));
	*value = mdt_slice_cstr(kmod_module_info_get_value(info->at));
	info->at = kmod_list_next(info->texts, info->at);
	return true;
}
