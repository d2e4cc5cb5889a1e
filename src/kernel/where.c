// SPDX-License-Identifier: MIT
#include "kernel/where.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "debug/find.h"
#include "debug/lines.h"
#include "vm/file.h"

enum { ID_MAX = 64, NOTE_HEAD = 12, NOTE_NAME = 4 };

struct finding {
	struct mdt_kernel_object *object;
	struct mdt_arena *arena;
	struct mdt_where *ret;
};

static struct mdt_error *say_why(const struct finding *f, const char *why)
{
	return mdt_arena_copy(f->arena, mdt_slice_cstr(why), &f->ret->why) ? NULL
									   : &mdt_enomem;
}

/* ---- the place ---- */

static const struct mdt_kernel_symbol *find_symbol(const struct mdt_kernel_elf *elf,
						   struct mdt_slice name)
{
	const struct mdt_kernel_symbol *best = NULL;

	for (uint32_t i = 0; i < elf->symbol_count; i++) {
		const struct mdt_kernel_symbol *s = &elf->symbols[i];

		if (s->section && mdt_slice_eq(s->name, name) &&
		    (!best || (s->is_function && !best->is_function)))
			best = s;
	}
	return best;
}

static bool find_address(const struct finding *f, uint64_t address)
{
	const struct mdt_kernel_elf *elf = &f->object->elf;

	for (uint32_t i = 1; elf->is_linked && i < elf->section_count; i++) {
		const struct mdt_kernel_section *s = &elf->sections[i];

		if (!s->is_loaded || address < s->address ||
		    address - s->address >= s->size)
			continue;
		f->ret->symbol = mdt_kernel_elf_symbol_at(elf, i, address - s->address);
		if (f->ret->symbol)
			f->ret->off = address - s->address - f->ret->symbol->at;
		return f->ret->symbol != NULL;
	}
	return false;
}

// `NAME+0x12/0x340`: what is behind the slash is the function's size.
static bool find_place(const struct finding *f, struct mdt_slice place)
{
	const char *slash = memchr(place.str, '/', place.len), *plus;
	uint64_t number;

	if (slash)
		place.len = (size_t)(slash - place.str);
	if (mdt_slice_starts(place, SLICE("0x")) && mdt_slice_to_u64(place, &number))
		return find_address(f, number);
	plus = memchr(place.str, '+', place.len);
	if (plus) {
		if (!mdt_slice_to_u64(
			    mdt_slice_skip(place, (size_t)(plus + 1 - place.str)),
			    &f->ret->off))
			return false;
		place.len = (size_t)(plus - place.str);
	}
	f->ret->symbol = find_symbol(&f->object->elf, place);
	return f->ret->symbol && (!f->ret->off || f->ret->off < f->ret->symbol->size);
}

static struct mdt_error *find_prototype(const struct finding *f)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice name = f->ret->symbol->name;
	const char *dot = memchr(name.str, '.', name.len);
	uint32_t proto;

	// The compiler's copies (.isra.0, .part.0) have the prototype that the source
	// has, or less.
	if (dot)
		name.len = (size_t)(dot - name.str);
	proto = f->object->has_btf ? mdt_btf_function(&f->object->btf, name) : 0;
	if (!proto)
		return NULL;
	mdt_btf_add_function(&f->object->btf, name, proto, &text);
	return mdt_arena_copy(f->arena, mdt_buf_slice(&text), &f->ret->prototype)
		       ? mdt_buf_error(&text)
		       : &mdt_enomem;
}

/* ---- the file with debug info ---- */

// The build id as hex digits, or nothing.
static void add_build_id(const struct mdt_kernel_elf *elf, struct mdt_buf *ret)
{
	const struct mdt_kernel_section *note =
		mdt_kernel_elf_section(elf, SLICE(".note.gnu.build-id"));
	uint32_t len;

	if (!note || note->bytes.len < NOTE_HEAD + NOTE_NAME)
		return;
	memcpy(&len, note->bytes.str + 4, sizeof(len));
	if (len > ID_MAX || len > note->bytes.len - NOTE_HEAD - NOTE_NAME)
		return;
	mdt_debug_add_id((const unsigned char *)note->bytes.str + NOTE_HEAD + NOTE_NAME,
			 len, ret);
}

static struct mdt_error *check_build(const char *path, struct mdt_slice bytes,
				     struct mdt_slice id)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf other = { 0 };
	struct mdt_kernel_elf elf;
	struct mdt_error *err = mdt_kernel_elf_read(path, bytes, &elf);

	if (!err)
		add_build_id(&elf, &other);
	if (!err && !mdt_slice_eq(mdt_buf_slice(&other), id))
		err = mdt_error_create(
			MDT_ERR_INVALID, "%s: of another build: its id is %.*s, not %.*s",
			path, SLICE_FMT(mdt_buf_slice(&other)), SLICE_FMT(id));
	mdt_kernel_elf_deinit(&elf);
	return err;
}

/* ---- lines ---- */

static bool find_start(Dwfl_Module *module, struct mdt_slice name, GElf_Addr *ret)
{
	int count = dwfl_module_getsymtab(module);

	for (int i = 0; i < count; i++) {
		GElf_Sym sym;
		const char *it =
			dwfl_module_getsym_info(module, i, &sym, ret, NULL, NULL, NULL);

		if (it && sym.st_shndx != SHN_UNDEF && mdt_slice_eq_cstr(name, it))
			return true;
	}
	return false;
}

static struct mdt_error *read_lines(const struct finding *f, Dwfl_Module *module)
{
	struct mdt_error *err;
	GElf_Addr start;

	if (!find_start(module, f->ret->symbol->name, &start))
		return say_why(f, "the debug info does not have the function");
	err = mdt_debug_lines(module, start + f->ret->off, f->arena, &f->ret->lines);
	if (!err && !f->ret->lines.count)
		err = say_why(f, "the debug info does not have its lines");
	return err;
}

static struct mdt_error *read_debug(const struct finding *f, const char *path,
				    struct mdt_slice bytes)
{
	static const Dwfl_Callbacks callbacks = {
		.find_elf = dwfl_build_id_find_elf,
		.find_debuginfo = dwfl_standard_find_debuginfo,
		.section_address = dwfl_offline_section_address,
	};
	int fd = memfd_create("mdtrace-debug", MFD_CLOEXEC);
	struct mdt_error *err = NULL;
	Dwfl_Module *module = NULL;
	Dwfl *dwfl;

	if (fd < 0 || !mdt_file_write(fd, bytes)) {
		err = mdt_error_os(errno, "%s: a copy in memory", path);
		mdt_closep(&fd);
		return err;
	}
	dwfl = dwfl_begin(&callbacks);
	if (dwfl)
		module = dwfl_report_offline(dwfl, "object", path, fd);
	if (!module)
		close(fd);
	else
		dwfl_report_end(dwfl, NULL, NULL);
	err = module ? read_lines(f, module)
		     : say_why(f, "its debug info cannot be read");
	if (dwfl)
		dwfl_end(dwfl);
	return err;
}

static struct mdt_error *find_lines(const struct finding *f, const char *debug)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf id = { 0 }, path = { 0 }, bytes = { 0 };
	struct mdt_error *err;

	if (mdt_kernel_elf_section(&f->object->elf, SLICE(".debug_info")))
		return read_debug(f, f->object->path, mdt_buf_slice(&f->object->bytes));
	if (!debug)
		return say_why(
			f,
			"the object has no debug info; linux-image-*-dbg has it, --kernel-debug takes it");
	add_build_id(&f->object->elf, &id);
	if (!mdt_file_is_dir(debug)) {
		mdt_buf_adds(&path, debug);
		mdt_buf_addc(&path, '\0');
	} else if (!mdt_debug_find(debug, mdt_buf_slice(&id), &path)) {
		return say_why(f, "no debug info of this build is in --kernel-debug");
	}
	err = mdt_buf_error(&path);
	if (!err)
		err = mdt_file_read(path.str, &bytes);
	if (!err)
		err = check_build(path.str, mdt_buf_slice(&bytes), mdt_buf_slice(&id));
	return err ? err : read_debug(f, path.str, mdt_buf_slice(&bytes));
}

struct mdt_error *mdt_where_find(struct mdt_kernel_object *object, struct mdt_slice place,
				 const char *debug, struct mdt_arena *arena,
				 struct mdt_where *ret)
{
	const struct finding f = { .object = object, .arena = arena, .ret = ret };
	struct mdt_error *err;

	*ret = (struct mdt_where){ 0 };
	if (!find_place(&f, place))
		return mdt_error_create(MDT_ERR_NOT_FOUND, "%s: '%.*s' is not in it",
					object->path, SLICE_FMT(place));
	ret->section = object->elf.sections[ret->symbol->section].name;
	err = find_prototype(&f);
	return err ? err : find_lines(&f, debug);
}
