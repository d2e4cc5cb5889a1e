// SPDX-License-Identifier: MIT
#include "vm/needs.h"

#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <libelf.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

enum {
	SCRIPT_LINE_MAX = 256, // BINPRM_BUF_SIZE of the kernel
	STRINGS_MAX = 16 << 20,
};

struct file {
	int fd;
	Elf *elf;
	const char *path;
	struct mdt_arena *arena;
};

static void file_deinit(struct file *file)
{
	elf_end(file->elf);
	if (file->fd >= 0)
		close(file->fd);
}

static struct mdt_error *damaged(const struct file *file, const char *what)
{
	return mdt_error_create(MDT_ERR_FORMAT, "%s: a damaged ELF file: %s", file->path,
				what);
}

/* ---- scripts ---- */

static struct mdt_slice first_word(struct mdt_slice line)
{
	size_t len = 0;

	while (line.len && (line.str[0] == ' ' || line.str[0] == '\t'))
		line = mdt_slice_skip(line, 1);
	while (len < line.len && line.str[len] > ' ')
		len++;
	return mdt_slice_head(line, len);
}

static struct mdt_error *read_script(const struct file *file, struct mdt_needs *ret)
{
	char head[SCRIPT_LINE_MAX];
	ssize_t got = pread(file->fd, head, sizeof(head), 0);
	struct mdt_slice line, word;

	if (got < 0)
		return mdt_error_os(errno, "%s", file->path);
	line = mdt_slice_from(head, (size_t)got);
	ret->kind = MDT_NEEDS_OTHER;
	if (!mdt_slice_starts(line, SLICE("#!")))
		return NULL;
	ret->kind = MDT_NEEDS_SCRIPT;
	word = first_word(mdt_slice_skip(line, 2));
	return mdt_arena_copy(file->arena, word, &ret->interpreter) ? NULL : &mdt_enomem;
}

/* ---- ELF ---- */

// The bytes of a string that begins at an offset of the file's table of strings.
static struct mdt_error *take_string(const struct file *file, const Elf_Data *strings,
				     uint64_t at, struct mdt_slice *ret)
{
	const char *str = strings ? strings->d_buf : NULL;
	size_t len;

	if (!str || at >= strings->d_size)
		return damaged(file, "a string is outside of its table");
	len = strnlen(str + at, strings->d_size - at);
	if (len == strings->d_size - at)
		return damaged(file, "a string does not end");
	if (!mdt_arena_copy(file->arena, mdt_slice_from(str + at, len), ret))
		return &mdt_enomem;
	return NULL;
}

// Where in the file an address of the loaded program is, and how much there is from it
// on.
static bool file_offset(const struct file *file, size_t headers, uint64_t address,
			uint64_t *offset, uint64_t *rest)
{
	for (size_t i = 0; i < headers; i++) {
		GElf_Phdr load;

		if (!gelf_getphdr(file->elf, (int)i, &load) || load.p_type != PT_LOAD ||
		    address < load.p_vaddr || address - load.p_vaddr >= load.p_filesz)
			continue;
		*rest = load.p_filesz - (address - load.p_vaddr);
		return !__builtin_add_overflow(load.p_offset, address - load.p_vaddr,
					       offset);
	}
	return false;
}

static bool find_dynamic(Elf_Data *dynamic, size_t count, GElf_Sxword tag, uint64_t *ret)
{
	for (size_t i = 0; i < count; i++) {
		GElf_Dyn entry;

		if (!gelf_getdyn(dynamic, (int)i, &entry) || entry.d_tag == DT_NULL)
			return false;
		if (entry.d_tag == tag) {
			*ret = entry.d_un.d_val;
			return true;
		}
	}
	return false;
}

static struct mdt_error *load_strings(const struct file *file, size_t headers,
				      Elf_Data *dynamic, size_t count, Elf_Data **ret)
{
	uint64_t address, size, offset, rest;

	*ret = NULL;
	if (!find_dynamic(dynamic, count, DT_STRTAB, &address) ||
	    !find_dynamic(dynamic, count, DT_STRSZ, &size))
		return NULL;
	if (!file_offset(file, headers, address, &offset, &rest) || size > rest ||
	    size > STRINGS_MAX || offset > INT64_MAX)
		return damaged(file, "its table of strings is not in the file");
	*ret = elf_getdata_rawchunk(file->elf, (int64_t)offset, size, ELF_T_BYTE);
	return *ret ? NULL : damaged(file, "its table of strings is cut off");
}

static struct mdt_error *take_entry(const struct file *file, const GElf_Dyn *entry,
				    const Elf_Data *strings, struct mdt_needs *ret)
{
	uint64_t at = entry->d_un.d_val;

	switch (entry->d_tag) {
	case DT_NEEDED:
		return take_string(file, strings, at,
				   &ret->libraries[ret->library_count++]);
	case DT_RPATH:
		return take_string(file, strings, at, &ret->rpath);
	case DT_RUNPATH:
		return take_string(file, strings, at, &ret->runpath);
	}
	return NULL;
}

static struct mdt_error *read_dynamic(const struct file *file, size_t headers,
				      const GElf_Phdr *header, struct mdt_needs *ret)
{
	Elf_Data *dynamic, *strings;
	struct mdt_error *err;
	size_t count;

	if (header->p_offset > INT64_MAX)
		return damaged(file, "its dynamic section is not in the file");
	dynamic = elf_getdata_rawchunk(file->elf, (int64_t)header->p_offset,
				       header->p_filesz, ELF_T_DYN);
	if (!dynamic)
		return damaged(file, "its dynamic section is cut off");
	count = dynamic->d_size / gelf_fsize(file->elf, ELF_T_DYN, 1, EV_CURRENT);
	ret->libraries = mdt_arena_alloc(file->arena, count * sizeof(*ret->libraries),
					 _Alignof(struct mdt_slice));
	if (!ret->libraries)
		return &mdt_enomem;
	err = load_strings(file, headers, dynamic, count, &strings);
	for (size_t i = 0; !err && i < count; i++) {
		GElf_Dyn entry;

		if (!gelf_getdyn(dynamic, (int)i, &entry) || entry.d_tag == DT_NULL)
			break;
		err = take_entry(file, &entry, strings, ret);
	}
	return err;
}

static struct mdt_error *read_interpreter(const struct file *file,
					  const GElf_Phdr *header, struct mdt_needs *ret)
{
	Elf_Data *data = NULL;

	if (header->p_offset <= INT64_MAX && header->p_filesz <= PATH_MAX)
		data = elf_getdata_rawchunk(file->elf, (int64_t)header->p_offset,
					    header->p_filesz, ELF_T_BYTE);
	if (!data)
		return damaged(file, "the name of its interpreter is cut off");
	return take_string(file, data, 0, &ret->interpreter);
}

static struct mdt_error *read_elf(const struct file *file, struct mdt_needs *ret)
{
	GElf_Ehdr elf;
	size_t headers;

	if (!gelf_getehdr(file->elf, &elf) || elf_getphdrnum(file->elf, &headers) != 0)
		return damaged(file, elf_errmsg(-1));
	ret->kind = MDT_NEEDS_ELF;
	ret->machine = elf.e_machine;
	ret->class = elf.e_ident[EI_CLASS];
	for (size_t i = 0; i < headers; i++) {
		struct mdt_error *err = NULL;
		GElf_Phdr header;

		if (!gelf_getphdr(file->elf, (int)i, &header))
			return damaged(file, elf_errmsg(-1));
		if (header.p_type == PT_INTERP)
			err = read_interpreter(file, &header, ret);
		else if (header.p_type == PT_DYNAMIC && !ret->libraries)
			err = read_dynamic(file, headers, &header, ret);
		if (err)
			return err;
	}
	return NULL;
}

struct mdt_error *mdt_needs_read(const char *path, struct mdt_arena *arena,
				 struct mdt_needs *ret)
{
	_cleanup_(file_deinit) struct file file = {
		.fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK),
		.path = path,
		.arena = arena,
	};
	struct stat st;

	*ret = (struct mdt_needs){ 0 };
	if (file.fd < 0 || fstat(file.fd, &st) < 0)
		return mdt_error_os(errno, "%s", path);
	if (!S_ISREG(st.st_mode))
		return mdt_error_create(MDT_ERR_INVALID, "%s: not a regular file", path);
	elf_version(EV_CURRENT);
	file.elf = elf_begin(file.fd, ELF_C_READ_MMAP, NULL);
	if (!file.elf || elf_kind(file.elf) != ELF_K_ELF)
		return read_script(&file, ret);
	return read_elf(&file, ret);
}
