// SPDX-License-Identifier: MIT
#include "debug/program.h"

#include <elfutils/libdwelf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "debug/find.h"
#include "debug/lines.h"

enum { LOADS_MAX = 64 };

// A segment with code.
struct load {
	uint64_t off, address, size;
};

struct mdt_program {
	Dwfl *dwfl;
	Dwfl_Module *module;
	const char *const *places; // borrowed while it is read
	size_t place_count;
	bool is_other_build; // a debug file that was found is of another one
	uint64_t base;	     // the address of what is loaded first
	struct load loads[LOADS_MAX];
	size_t load_count;
};

/* ---- debug info in a file of its own ---- */

static bool has_lines(Elf *elf)
{
	Elf_Scn *section = NULL;
	GElf_Shdr header;
	size_t names;

	if (elf_getshdrstrndx(elf, &names))
		return false;
	while ((section = elf_nextscn(elf, section))) {
		const char *name = gelf_getshdr(section, &header)
					   ? elf_strptr(elf, names, header.sh_name)
					   : NULL;

		if (name && !strcmp(name, ".debug_info"))
			return true;
	}
	return false;
}

// @param[out] has_id It is of the build.
static bool is_debug_of(int fd, struct mdt_slice id, bool *has_id)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf other = { 0 };
	Elf *elf = elf_begin(fd, ELF_C_READ_MMAP, NULL);
	const void *bytes;
	ssize_t len = elf ? dwelf_elf_gnu_build_id(elf, &bytes) : -1;
	bool ok;

	if (len > 0)
		mdt_debug_add_id(bytes, (size_t)len, &other);
	*has_id = len > 0 && mdt_slice_eq(mdt_buf_slice(&other), id);
	ok = *has_id && has_lines(elf);
	if (elf)
		elf_end(elf);
	return ok;
}

// @param place A folder, or the file itself.
static int open_debug(struct mdt_program *program, const char *place, struct mdt_slice id,
		      char **path)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };
	bool is_found = mdt_debug_find(place, id, &name), has_id;
	int fd = open(is_found ? name.str : place,
		      O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

	if (fd >= 0 && !is_debug_of(fd, id, &has_id)) {
		program->is_other_build |= is_found && !has_id;
		close(fd);
		fd = -1;
	}
	*path = fd >= 0 ? strdup(is_found ? name.str : place) : NULL;
	return fd;
}

// By its build id in the places; else by its debug link, beside the program: libdwfl
// looks there for the build id, too, or for the checksum that the link has.
static int find_debuginfo(Dwfl_Module *module, void **userdata, const char *name,
			  Dwarf_Addr base, const char *file, const char *link,
			  GElf_Word crc, char **path)
{
	struct mdt_program *program = *userdata;
	_cleanup_(mdt_buf_deinit) struct mdt_buf id = { 0 };
	const unsigned char *bytes;
	GElf_Addr at;
	int len = dwfl_module_build_id(module, &bytes, &at), fd = -1;

	if (len > 0)
		mdt_debug_add_id(bytes, (size_t)len, &id);
	for (size_t i = 0; fd < 0 && !id.failed && i < program->place_count; i++)
		fd = open_debug(program, program->places[i], mdt_buf_slice(&id), path);
	if (fd >= 0)
		return fd;
	return dwfl_standard_find_debuginfo(module, userdata, name, base, file, link, crc,
					    path);
}

/* ---- opening ---- */

static struct mdt_error *read_loads(struct mdt_program *program, const char *path)
{
	GElf_Addr bias;
	Elf *elf = dwfl_module_getelf(program->module, &bias);
	bool is_first = true;
	size_t count = 0;

	if (!elf || elf_getphdrnum(elf, &count))
		count = 0;
	for (size_t i = 0; i < count && program->load_count < LOADS_MAX; i++) {
		GElf_Phdr it;

		if (!gelf_getphdr(elf, (int)i, &it) || it.p_type != PT_LOAD)
			continue;
		if (is_first)
			program->base =
				it.p_align > 1 ? it.p_vaddr & -it.p_align : it.p_vaddr;
		is_first = false;
		if (it.p_flags & PF_X)
			program->loads[program->load_count++] =
				(struct load){ it.p_offset, it.p_vaddr, it.p_filesz };
	}
	if (!program->load_count)
		return mdt_error_create(MDT_ERR_FORMAT, "%s: not a program", path);
	return NULL;
}

static struct mdt_error *report(struct mdt_program *program, const char *path, int *fd)
{
	static char beside[] = "+:.debug"; // and the checksum counts
	static char *debuginfo_path = beside;
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = find_debuginfo,
		.section_address = dwfl_offline_section_address,
		.debuginfo_path = &debuginfo_path,
	};
	void **userdata;

	program->dwfl = dwfl_begin(&callbacks);
	if (!program->dwfl)
		return &mdt_enomem;
	// With its addresses as they were linked.
	program->module = dwfl_report_elf(program->dwfl, "program", path, *fd, 0, true);
	if (!program->module)
		return mdt_error_create(MDT_ERR_FORMAT, "%s: not a program", path);
	*fd = -1;
	dwfl_module_info(program->module, &userdata, NULL, NULL, NULL, NULL, NULL, NULL);
	*userdata = program;
	dwfl_report_end(program->dwfl, NULL, NULL);
	return read_loads(program, path);
}

// What a log names may be anything: a device, or a pipe that nobody writes to.
static struct mdt_error *open_file(const char *path, int *ret)
{
	struct stat st;

	*ret = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (*ret < 0)
		return mdt_error_os(errno, "%s", path);
	if (!fstat(*ret, &st) && S_ISREG(st.st_mode))
		return NULL;
	return mdt_error_create(MDT_ERR_FORMAT, "%s: not a program", path);
}

struct mdt_error *mdt_program_create(const char *path, const char *const *places,
				     size_t count, struct mdt_program **ret)
{
	struct mdt_program *program = calloc(1, sizeof(*program));
	struct mdt_error *err;
	Dwarf_Addr bias;
	int fd = -1;

	*ret = NULL;
	if (!program)
		return &mdt_enomem;
	program->places = places;
	program->place_count = count;
	err = open_file(path, &fd);
	if (!err)
		err = report(program, path, &fd);
	// Now, while the places are known.
	if (!err)
		dwfl_module_getdwarf(program->module, &bias);
	program->places = NULL;
	program->place_count = 0;
	if (fd >= 0)
		close(fd);
	if (err)
		mdt_program_destroy(program);
	else
		*ret = program;
	return err;
}

void mdt_program_destroy(struct mdt_program *program)
{
	if (!program)
		return;
	if (program->dwfl)
		dwfl_end(program->dwfl);
	free(program);
}

/* ---- which address ---- */

struct candidate {
	enum mdt_address_kind kind;
	uint64_t at;
};

static const struct load *code_at(const struct mdt_program *program, uint64_t address)
{
	for (size_t i = 0; i < program->load_count; i++)
		if (address - program->loads[i].address < program->loads[i].size)
			return &program->loads[i];
	return NULL;
}

static size_t list_candidates(const struct mdt_program *program, uint64_t address,
			      struct candidate ret[3])
{
	size_t count = 0;

	for (size_t i = 0; !count && i < program->load_count; i++) {
		const struct load *it = &program->loads[i];

		if (address - it->off < it->size)
			ret[count++] =
				(struct candidate){ MDT_ADDRESS_FILE,
						    address - it->off + it->address };
	}
	if (code_at(program, address + program->base))
		ret[count++] =
			(struct candidate){ MDT_ADDRESS_LOADED, address + program->base };
	if (code_at(program, address))
		ret[count++] = (struct candidate){ MDT_ADDRESS_LINKED, address };
	return count;
}

// The symbol of this name whose place makes one of the candidates right.
// @param[out] has_name There is a symbol of this name at all.
static const struct candidate *by_symbol(const struct mdt_program *program,
					 const struct mdt_program_place *place,
					 const struct candidate *all, size_t count,
					 bool *has_name)
{
	int symbols = place->symbol.len ? dwfl_module_getsymtab(program->module) : 0;

	for (int i = 0; i < symbols; i++) {
		GElf_Addr at;
		GElf_Sym sym;
		const char *name = dwfl_module_getsym_info(program->module, i, &sym, &at,
							   NULL, NULL, NULL);

		if (!name || sym.st_shndx == SHN_UNDEF ||
		    !mdt_slice_eq_cstr(place->symbol, name))
			continue;
		*has_name = true;
		for (size_t c = 0; c < count; c++)
			if (all[c].at == at + place->off)
				return &all[c];
	}
	return NULL;
}

static bool all_agree(const struct candidate *all, size_t count)
{
	for (size_t i = 1; i < count; i++)
		if (all[i].at != all[0].at)
			return false;
	return count != 0;
}

static bool is_learnt(const struct candidate *all, size_t count,
		      const struct candidate *it)
{
	for (size_t i = 0; i < count; i++)
		if (&all[i] != it && all[i].at == it->at)
			return false;
	return true;
}

// @return false, and why.
static bool choose(const struct mdt_program *program,
		   const struct mdt_program_place *place, enum mdt_address_kind *kind,
		   uint64_t *at, const char **why)
{
	struct candidate all[3];
	size_t count = list_candidates(program, place->address, all);
	const struct candidate *it = NULL;
	bool has_name = false;

	if (!count) {
		*why = "the program has no code at this address: it is another build";
		return false;
	}
	it = by_symbol(program, place, all, count, &has_name);
	if (!it && has_name) {
		*why = "the program has the symbol elsewhere: it is another build";
		return false;
	}
	if (!it && all_agree(all, count))
		it = &all[0];
	for (size_t i = 0; !it && i < count; i++)
		if (all[i].kind == *kind)
			it = &all[i];
	if (!it) {
		*why = "the address can be meant in two ways";
		return false;
	}
	if (is_learnt(all, count, it))
		*kind = it->kind;
	*at = it->at;
	return true;
}

/* ---- what is there ---- */

static struct mdt_error *name_function(struct mdt_program *program, uint64_t at,
				       struct mdt_arena *arena,
				       struct mdt_program_found *ret)
{
	GElf_Off off = 0;
	GElf_Sym sym;
	const char *name =
		dwfl_module_addrinfo(program->module, at, &off, &sym, NULL, NULL, NULL);

	// Without a size it is only the nearest one before.
	if (!name || off >= sym.st_size)
		return NULL;
	ret->off = off;
	return mdt_arena_copy(arena, mdt_slice_cstr(name), &ret->function) ? NULL
									   : &mdt_enomem;
}

struct mdt_error *mdt_program_find(struct mdt_program *program,
				   const struct mdt_program_place *place,
				   enum mdt_address_kind *kind, struct mdt_arena *arena,
				   struct mdt_program_found *ret)
{
	struct mdt_error *err;
	uint64_t at;

	*ret = (struct mdt_program_found){ 0 };
	if (!choose(program, place, kind, &at, &ret->why))
		return NULL;
	// A stack has where a call goes on: the call is before. libdw has taken one off;
	// a call is of two bytes or more, so that it is met in both cases.
	at -= at != 0;
	err = name_function(program, at, arena, ret);
	if (!err)
		err = mdt_debug_lines(program->module, at, arena, &ret->lines);
	if (!err && !ret->lines.count)
		ret->why = program->is_other_build ? "the debug info is of another build"
						   : "there is no debug info of it";
	return err;
}
