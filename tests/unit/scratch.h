/* SPDX-License-Identifier: MIT */
/** @file A folder for a test's files, and kernels and modules that are just good enough.
 */
#ifndef MDT_TESTS_SCRATCH_H
#define MDT_TESTS_SCRATCH_H

#include <elf.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "base/buf.h"

struct scratch {
	char dir[64];
	char path[4096]; /* what scratch_path() has made last */
};

static int scratch_unlink(const char *path, const struct stat *st, int type,
			  struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void scratch_deinit(struct scratch *scratch)
{
	nftw(scratch->dir, scratch_unlink, 16, FTW_DEPTH | FTW_PHYS);
}

static inline struct scratch scratch_make(void)
{
	struct scratch ret = { .dir = "/tmp/mdt-test-XXXXXX" };

	cr_assert_not_null(mkdtemp(ret.dir));
	return ret;
}

/** Valid until the next call. */
static inline const char *scratch_path(struct scratch *scratch, const char *name)
{
	snprintf(scratch->path, sizeof(scratch->path), "%s/%s", scratch->dir, name);
	return scratch->path;
}

/** Make the folders above a path, and with a slash at its end itself. */
static inline void scratch_mkdir(struct scratch *scratch, const char *name)
{
	char *path = (char *)scratch_path(scratch, name);

	for (char *p = path + 1; (p = strchr(p, '/')); p++) {
		*p = '\0';
		mkdir(path, 0755);
		*p = '/';
	}
}

static inline void scratch_write(struct scratch *scratch, const char *name,
				 struct mdt_slice bytes)
{
	FILE *file;

	scratch_mkdir(scratch, name);
	file = fopen(scratch_path(scratch, name), "w");
	cr_assert_not_null(file);
	cr_assert_eq(fwrite(bytes.str, 1, bytes.len, file), bytes.len);
	fclose(file);
}

/** A bzImage with a release and nothing else. */
static inline void scratch_kernel(struct scratch *scratch, const char *name,
				  const char *release)
{
	char image[2048] = { 0 };

	memcpy(image + 0x202, "HdrS", 4);
	image[0x20f] = 0x02; // 0x200 behind 0x200
	snprintf(image + 0x400, 256, "%s (builder@host) #1 SMP", release);
	scratch_write(scratch, name, mdt_slice_from(image, sizeof(image)));
}

/** Append an ELF object with a section .modinfo. @param modinfo "key=value\0key=value\0"
 */
static inline void scratch_ko(struct mdt_slice modinfo, struct mdt_buf *ret)
{
	static const char names[] = "\0.modinfo\0.shstrtab";
	Elf64_Ehdr head = { .e_ident = { ELFMAG0, ELFMAG1, ELFMAG2, ELFMAG3, ELFCLASS64,
					 ELFDATA2LSB, EV_CURRENT },
			    .e_type = ET_REL,
			    .e_machine = EM_X86_64,
			    .e_version = EV_CURRENT,
			    .e_ehsize = sizeof(Elf64_Ehdr),
			    .e_shentsize = sizeof(Elf64_Shdr),
			    .e_shnum = 3,
			    .e_shstrndx = 2 };
	Elf64_Shdr sections[3] = {
		{ 0 },
		{ .sh_name = 1,
		  .sh_type = SHT_PROGBITS,
		  .sh_offset = sizeof(head) + sizeof(sections),
		  .sh_size = modinfo.len },
		{ .sh_name = 10,
		  .sh_type = SHT_STRTAB,
		  .sh_offset = sizeof(head) + sizeof(sections) + modinfo.len,
		  .sh_size = sizeof(names) },
	};

	head.e_shoff = sizeof(head);
	mdt_buf_add(ret, mdt_slice_from((char *)&head, sizeof(head)));
	mdt_buf_add(ret, mdt_slice_from((char *)sections, sizeof(sections)));
	mdt_buf_add(ret, modinfo);
	mdt_buf_add(ret, mdt_slice_from(names, sizeof(names)));
}

static inline void scratch_module(struct scratch *scratch, const char *name,
				  struct mdt_slice modinfo)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf ko = { 0 };

	scratch_ko(modinfo, &ko);
	scratch_write(scratch, name, mdt_buf_slice(&ko));
}

#endif
