// SPDX-License-Identifier: MIT
#include "kernel/elf.h"

#include <gelf.h>
#include <stdlib.h>

#include "base/buf.h"

enum {
	POINTER = 8,
	SECTIONS_MAX = 1 << 16,
	SYMBOLS_MAX = 1 << 22,
	POINTERS_MAX = 1 << 22,
	TEXT_MAX = 4096,
};

// The relocation that writes a whole address (the processors' ELF supplements).
static const struct {
	GElf_Half machine;
	uint32_t type;
} whole_addresses[] = {
	{ EM_X86_64, R_X86_64_64 },	      { EM_AARCH64, R_AARCH64_ABS64 },
	{ EM_PPC64, R_PPC64_ADDR64 },	      { EM_RISCV, R_RISCV_64 },
	{ EM_LOONGARCH, 2 /* R_LARCH_64 */ },
};

struct reading {
	const char *name;
	Elf *elf;
	GElf_Ehdr head;
	struct mdt_kernel_elf *ret;
	size_t pointer_cap;
};

static struct mdt_error *fault(const struct reading *r, const char *why)
{
	return mdt_error_create(MDT_ERR_FORMAT, "%s: %s", r->name, why);
}

static struct mdt_error *elf_fault(const struct reading *r)
{
	const char *why = elf_errmsg(-1);

	return mdt_error_create(MDT_ERR_FORMAT, "%s: damaged: %s", r->name,
				why ? why : "libelf does not say what");
}

/* ---- sections ---- */

static struct mdt_error *read_section(struct reading *r, Elf_Scn *scn, size_t names,
				      struct mdt_kernel_section *ret)
{
	GElf_Shdr head;
	const char *name;
	Elf_Data *data;

	if (!gelf_getshdr(scn, &head))
		return elf_fault(r);
	name = elf_strptr(r->elf, names, head.sh_name);
	*ret = (struct mdt_kernel_section){
		.name = mdt_slice_cstr(name ? name : ""),
		.bytes = SLICE(""),
		.address = head.sh_addr,
		.size = head.sh_size,
		.is_code = head.sh_flags & SHF_EXECINSTR,
		.is_loaded = head.sh_flags & SHF_ALLOC,
		.is_text_table = head.sh_flags & SHF_STRINGS,
	};
	if (head.sh_type != SHT_PROGBITS && head.sh_type != SHT_NOTE)
		return NULL;
	if (head.sh_flags & SHF_COMPRESSED)
		return NULL;
	data = elf_rawdata(scn, NULL);
	if (!data)
		return elf_fault(r);
	if (data->d_buf)
		ret->bytes = mdt_slice_from(data->d_buf, data->d_size);
	return NULL;
}

static struct mdt_error *read_sections(struct reading *r)
{
	size_t count, names;
	struct mdt_error *err = NULL;

	if (elf_getshdrnum(r->elf, &count) < 0 || elf_getshdrstrndx(r->elf, &names) < 0)
		return elf_fault(r);
	if (!count)
		return fault(r, "damaged, or an object without sections");
	if (count > SECTIONS_MAX)
		return fault(r, "too many sections");
	r->ret->sections = calloc(count ? count : 1, sizeof(*r->ret->sections));
	if (!r->ret->sections)
		return &mdt_enomem;
	for (size_t i = 1; !err && i < count; i++) {
		Elf_Scn *scn = elf_getscn(r->elf, i);

		err = scn ? read_section(r, scn, names, &r->ret->sections[i])
			  : elf_fault(r);
	}
	r->ret->section_count = (uint32_t)count;
	return err;
}

/* ---- symbols ---- */

// @return false for what is in no section that there is.
static bool place_symbol(const struct mdt_kernel_elf *elf, const GElf_Sym *sym,
			 uint32_t section, struct mdt_kernel_symbol *ret)
{
	const struct mdt_kernel_section *s;

	if (section == SHN_UNDEF || section >= elf->section_count)
		return false;
	s = &elf->sections[section];
	ret->at = elf->is_linked ? sym->st_value - s->address : sym->st_value;
	ret->section = section;
	return ret->at <= s->size;
}

static bool read_symbol(const struct reading *r, Elf_Data *data, Elf_Data *extended,
			size_t names, int i, struct mdt_kernel_symbol *ret)
{
	Elf32_Word section = 0;
	const char *name;
	GElf_Sym sym;

	if (!gelf_getsymshndx(data, extended, i, &sym, &section))
		return false;
	if (sym.st_shndx != SHN_XINDEX)
		section = sym.st_shndx < SHN_LORESERVE ? sym.st_shndx : SHN_UNDEF;
	name = elf_strptr(r->elf, names, sym.st_name);
	ret->name = mdt_slice_cstr(name ? name : "");
	ret->size = sym.st_size;
	ret->is_function = GELF_ST_TYPE(sym.st_info) == STT_FUNC;
	ret->is_object = GELF_ST_TYPE(sym.st_info) == STT_OBJECT;
	ret->is_global = GELF_ST_BIND(sym.st_info) != STB_LOCAL;
	if (!place_symbol(r->ret, &sym, section, ret))
		ret->section = 0;
	return true;
}

static int cmp_u64(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

// At one place, what says most comes last: a global function, with a size.
static int rank(const struct mdt_kernel_symbol *s)
{
	return (s->is_function || s->is_object) * 4 + (s->size != 0) * 2 + s->is_global;
}

static int cmp_places(const void *a, const void *b, void *data)
{
	const struct mdt_kernel_symbol *symbols = data;
	uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
	const struct mdt_kernel_symbol *x = &symbols[i], *y = &symbols[j];

	if (x->section != y->section)
		return cmp_u64(x->section, y->section);
	if (x->at != y->at)
		return cmp_u64(x->at, y->at);
	if (rank(x) != rank(y))
		return rank(x) - rank(y);
	return cmp_u64(i, j);
}

static bool sort_symbols(struct mdt_kernel_elf *elf)
{
	elf->by_place =
		calloc(elf->symbol_count ? elf->symbol_count : 1, sizeof(*elf->by_place));
	if (!elf->by_place)
		return false;
	// A section's own symbol has no name: what it has to say is its place.
	for (uint32_t i = 0; i < elf->symbol_count; i++)
		if (elf->symbols[i].section && elf->symbols[i].name.len)
			elf->by_place[elf->placed_count++] = i;
	qsort_r(elf->by_place, elf->placed_count, sizeof(*elf->by_place), cmp_places,
		elf->symbols);
	return true;
}

static Elf_Data *extended_indexes(Elf *elf, size_t table)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr head;

	while ((scn = elf_nextscn(elf, scn)))
		if (gelf_getshdr(scn, &head) && head.sh_type == SHT_SYMTAB_SHNDX &&
		    head.sh_link == table)
			return elf_getdata(scn, NULL);
	return NULL;
}

static struct mdt_error *read_symbols(struct reading *r, size_t *ret_table)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr head;
	Elf_Data *data, *extended;
	size_t count;

	while ((scn = elf_nextscn(r->elf, scn)))
		if (gelf_getshdr(scn, &head) && head.sh_type == SHT_SYMTAB)
			break;
	if (!scn)
		return sort_symbols(r->ret) ? NULL : &mdt_enomem;
	*ret_table = elf_ndxscn(scn);
	extended = extended_indexes(r->elf, *ret_table);
	data = elf_getdata(scn, NULL);
	if (!data)
		return elf_fault(r);
	count = data->d_size / sizeof(Elf64_Sym);
	if (count > SYMBOLS_MAX)
		return fault(r, "too many symbols");
	r->ret->symbols = calloc(count ? count : 1, sizeof(*r->ret->symbols));
	if (!r->ret->symbols)
		return &mdt_enomem;
	for (size_t i = 0; i < count; i++)
		if (!read_symbol(r, data, extended, head.sh_link, (int)i,
				 &r->ret->symbols[i]))
			return elf_fault(r);
	r->ret->symbol_count = (uint32_t)count;
	return sort_symbols(r->ret) ? NULL : &mdt_enomem;
}

/* ---- relocations ---- */

static bool is_whole_address(const struct reading *r, uint64_t info)
{
	array_for_each (row, whole_addresses)
		if (row->machine == r->head.e_machine && row->type == GELF_R_TYPE(info))
			return true;
	return false;
}

static int cmp_pointers(const void *a, const void *b)
{
	const struct mdt_kernel_pointer *x = a, *y = b;

	return cmp_u64(x->at, y->at);
}

static struct mdt_error *read_rela(struct reading *r, Elf_Scn *scn,
				   struct mdt_kernel_section *section)
{
	struct mdt_kernel_elf *elf = r->ret;
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Rela rela;

	if (!data)
		return elf_fault(r);
	section->first_pointer = elf->pointer_count;
	for (int i = 0; gelf_getrela(data, i, &rela); i++) {
		if (!is_whole_address(r, rela.r_info))
			continue;
		if (GELF_R_SYM(rela.r_info) >= elf->symbol_count)
			return fault(r, "damaged: a relocation against no symbol");
		if (elf->pointer_count >= POINTERS_MAX)
			return fault(r, "too many relocations");
		if (elf->pointer_count == r->pointer_cap &&
		    !mdt_grow((void **)&elf->pointers, &r->pointer_cap,
			      elf->pointer_count, sizeof(*elf->pointers)))
			return &mdt_enomem;
		elf->pointers[elf->pointer_count++] = (struct mdt_kernel_pointer){
			.at = rela.r_offset,
			.symbol = (uint32_t)GELF_R_SYM(rela.r_info),
			.addend = rela.r_addend,
		};
	}
	section->pointers = elf->pointer_count - section->first_pointer;
	if (section->pointers)
		qsort(elf->pointers + section->first_pointer, section->pointers,
		      sizeof(*elf->pointers), cmp_pointers);
	return NULL;
}

static struct mdt_error *read_relocations(struct reading *r, size_t symbols)
{
	struct mdt_error *err = NULL;
	Elf_Scn *scn = NULL;
	GElf_Shdr head;

	while (!err && (scn = elf_nextscn(r->elf, scn))) {
		struct mdt_kernel_section *section;

		if (!gelf_getshdr(scn, &head))
			return elf_fault(r);
		if (head.sh_type != SHT_RELA || head.sh_link != symbols)
			continue;
		if (head.sh_info >= r->ret->section_count)
			return fault(r, "damaged: relocations of no section");
		section = &r->ret->sections[head.sh_info];
		if (section->pointers)
			return fault(r, "damaged: one section is relocated twice");
		// Debug info is large, and has none that is asked for.
		if (section->is_loaded && !section->is_code)
			err = read_rela(r, scn, section);
	}
	return err;
}

/* ---- the object ---- */

static struct mdt_error *read_head(struct reading *r)
{
	if (elf_kind(r->elf) != ELF_K_ELF || !gelf_getehdr(r->elf, &r->head))
		return fault(r, "not an ELF object");
	if (r->head.e_ident[EI_CLASS] != ELFCLASS64 ||
	    r->head.e_ident[EI_DATA] != ELFDATA2LSB)
		return fault(r, "not an object of a 64-bit little-endian kernel");
	if (r->head.e_type != ET_REL && r->head.e_type != ET_EXEC &&
	    r->head.e_type != ET_DYN)
		return fault(r, "neither a module nor a kernel");
	r->ret->is_linked = r->head.e_type != ET_REL;
	if (r->ret->is_linked)
		return NULL;
	array_for_each (row, whole_addresses)
		if (row->machine == r->head.e_machine)
			return NULL;
	return fault(r, "a module for a processor whose relocations are not known here");
}

struct mdt_error *mdt_kernel_elf_read(const char *name, struct mdt_slice bytes,
				      struct mdt_kernel_elf *ret)
{
	struct reading r = { .name = name, .ret = ret };
	struct mdt_error *err;
	size_t symbols = 0;

	*ret = (struct mdt_kernel_elf){ 0 };
	elf_version(EV_CURRENT);
	ret->elf = r.elf = elf_memory((char *)bytes.str, bytes.len);
	if (!r.elf)
		return fault(&r, "not an ELF object");
	err = read_head(&r);
	if (!err)
		err = read_sections(&r);
	if (!err)
		err = read_symbols(&r, &symbols);
	if (!err && symbols)
		err = read_relocations(&r, symbols);
	return err;
}

void mdt_kernel_elf_deinit(struct mdt_kernel_elf *elf)
{
	free(elf->sections);
	free(elf->symbols);
	free(elf->by_place);
	free(elf->pointers);
	if (elf->elf)
		elf_end(elf->elf);
	*elf = (struct mdt_kernel_elf){ 0 };
}

/* ---- questions ---- */

const struct mdt_kernel_section *mdt_kernel_elf_section(const struct mdt_kernel_elf *elf,
							struct mdt_slice name)
{
	for (uint32_t i = 1; i < elf->section_count; i++)
		if (mdt_slice_eq(elf->sections[i].name, name))
			return &elf->sections[i];
	return NULL;
}

uint32_t mdt_kernel_elf_from(const struct mdt_kernel_elf *elf, uint32_t section,
			     uint64_t at)
{
	uint32_t low = 0, high = elf->placed_count;

	while (low < high) {
		uint32_t mid = low + (high - low) / 2;
		const struct mdt_kernel_symbol *s = &elf->symbols[elf->by_place[mid]];

		if (s->section < section || (s->section == section && s->at < at))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

const struct mdt_kernel_symbol *mdt_kernel_elf_symbol_at(const struct mdt_kernel_elf *elf,
							 uint32_t section, uint64_t at)
{
	enum { BACK_MAX = 64 }; // symbols in one another are few
	uint32_t end = mdt_kernel_elf_from(elf, section, at + 1);

	for (uint32_t i = end; i > 0 && end - i < BACK_MAX; i--) {
		const struct mdt_kernel_symbol *s = &elf->symbols[elf->by_place[i - 1]];

		if (s->section != section)
			break;
		if (s->at == at || at - s->at < s->size)
			return s;
	}
	return NULL;
}

static const struct mdt_kernel_pointer *find_relocation(const struct mdt_kernel_elf *elf,
							uint32_t section, uint64_t at)
{
	const struct mdt_kernel_section *s = &elf->sections[section];
	const struct mdt_kernel_pointer key = { .at = at };

	return s->pointers ? bsearch(&key, elf->pointers + s->first_pointer, s->pointers,
				     sizeof(key), cmp_pointers)
			   : NULL;
}

static void set_target(const struct mdt_kernel_elf *elf, uint32_t section, uint64_t at,
		       struct mdt_kernel_target *ret)
{
	*ret = (struct mdt_kernel_target){
		.symbol = mdt_kernel_elf_symbol_at(elf, section, at),
		.section = section,
		.at = at,
	};
	if (ret->symbol)
		ret->off = at - ret->symbol->at;
}

static bool follow_address(const struct mdt_kernel_elf *elf, uint64_t address,
			   struct mdt_kernel_target *ret)
{
	for (uint32_t i = 1; i < elf->section_count; i++) {
		const struct mdt_kernel_section *s = &elf->sections[i];

		if (!s->is_loaded || address < s->address ||
		    address - s->address >= s->size)
			continue;
		set_target(elf, i, address - s->address, ret);
		return true;
	}
	return false;
}

bool mdt_kernel_elf_pointer(const struct mdt_kernel_elf *elf, uint32_t section,
			    uint64_t at, struct mdt_kernel_target *ret)
{
	const struct mdt_kernel_pointer *pointer = find_relocation(elf, section, at);
	const struct mdt_kernel_symbol *symbol;
	struct mdt_slice bytes = elf->sections[section].bytes;
	uint64_t address = 0;

	if (!pointer) {
		if (!elf->is_linked || at > bytes.len || bytes.len - at < POINTER)
			return false;
		memcpy(&address, bytes.str + at, POINTER);
		return address && follow_address(elf, address, ret);
	}
	symbol = &elf->symbols[pointer->symbol];
	if (!symbol->section) {
		*ret = (struct mdt_kernel_target){ .symbol = symbol,
						   .off = (uint64_t)pointer->addend };
		return symbol->name.len > 0;
	}
	if (symbol->name.len && !pointer->addend) {
		*ret = (struct mdt_kernel_target){ .symbol = symbol,
						   .section = symbol->section,
						   .at = symbol->at };
		return true;
	}
	set_target(elf, symbol->section, symbol->at + (uint64_t)pointer->addend, ret);
	return true;
}

bool mdt_kernel_elf_text(const struct mdt_kernel_elf *elf, uint32_t section, uint64_t at,
			 struct mdt_slice *ret)
{
	struct mdt_slice bytes = elf->sections[section].bytes, text;
	const char *end;

	if (elf->sections[section].is_code || at >= bytes.len)
		return false;
	text = mdt_slice_head(mdt_slice_skip(bytes, at), TEXT_MAX);
	end = memchr(text.str, '\0', text.len);
	if (!end)
		return false;
	*ret = mdt_slice_from(text.str, (size_t)(end - text.str));
	return true;
}
