// SPDX-License-Identifier: MIT
#include "kernel/ops.h"

#include <stdlib.h>

#include "kernel/ops_parts.h"

enum { POINTER = 8, TABLE_MAX = 1 << 20, TABLES_MAX = 1 << 16 };

void mdt_ops_deinit(struct mdt_ops *ops)
{
	free(ops->tables);
	mdt_arena_deinit(&ops->arena);
	*ops = (struct mdt_ops){ 0 };
}

const struct mdt_ops_table *mdt_ops_find(const struct mdt_ops *ops, struct mdt_slice name)
{
	for (size_t i = 0; i < ops->count; i++)
		if (mdt_slice_eq(ops->tables[i].name, name))
			return &ops->tables[i];
	return NULL;
}

/* ---- the functions that BTF knows ---- */

// A module's own come last, and so count before the kernel's.
static struct mdt_error *add_protos(struct mdt_ops_reading *reading,
				    const struct mdt_btf *btf)
{
	struct mdt_error *err = NULL;

	if (btf->base)
		err = add_protos(reading, btf->base);
	for (uint32_t id = btf->first; !err && id < btf->end; id++) {
		struct mdt_btf_type type = mdt_btf_type(btf, id);

		if (type.kind == MDT_BTF_FUNC && type.name.len &&
		    !mdt_map_set_text(&reading->protos, type.name,
				      (void *)(uintptr_t)type.to))
			err = &mdt_enomem;
	}
	return err;
}

static uint32_t proto_of(const struct mdt_ops_reading *reading,
			 const struct mdt_kernel_target *target)
{
	if (!target->symbol || target->off)
		return 0;
	return (uint32_t)(uintptr_t)mdt_map_find_text(&reading->protos,
						      target->symbol->name);
}

/* ---- what a symbol holds ---- */

static bool is_function(const struct mdt_ops_reading *reading,
			const struct mdt_ops_slot *slot)
{
	const struct mdt_kernel_target *target = &slot->target;

	// Another object's: BTF says what it is, or nobody does.
	if (!target->section)
		return slot->proto != 0;
	return reading->object->elf.sections[target->section].is_code;
}

static struct mdt_error *read_slots(const struct mdt_ops_reading *reading,
				    struct mdt_ops_raw *raw, bool *ret_has_function)
{
	const struct mdt_kernel_elf *elf = &reading->object->elf;
	size_t most = raw->bytes.len / POINTER;
	struct mdt_ops_slot *slots =
		mdt_arena_alloc(reading->arena, sizeof(*slots) * (most + 1),
				_Alignof(struct mdt_ops_slot));

	if (!slots)
		return &mdt_enomem;
	for (uint64_t at = 0; at + POINTER <= raw->bytes.len; at += POINTER) {
		struct mdt_ops_slot slot = { .at = at };

		if (!mdt_kernel_elf_pointer(elf, raw->symbol->section,
					    raw->symbol->at + at, &slot.target))
			continue;
		slot.proto = proto_of(reading, &slot.target);
		slot.is_function = is_function(reading, &slot);
		*ret_has_function |= slot.is_function;
		slots[raw->slot_count++] = slot;
	}
	raw->slots = slots;
	return NULL;
}

/* ---- what it is ---- */

static const struct mdt_layout *bare(const struct mdt_layout *layout, uint32_t *count)
{
	if (layout->kind != MDT_LAYOUT_ARRAY)
		return layout;
	*count = layout->count;
	return layout->item;
}

static struct mdt_error *find_type(const struct mdt_ops_reading *reading,
				   const struct mdt_ops_raw *raw,
				   struct mdt_ops_table *table,
				   const struct mdt_layout **ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf why = { 0 };
	void *die = mdt_map_find_text(&reading->variables, table->name);
	struct mdt_error *err = NULL;
	uint32_t id = 0;

	if (die) {
		err = mdt_layout_from_dwarf(die, reading->arena, ret);
		table->how = MDT_OPS_BY_DWARF;
		if (!err && (*ret)->size != raw->bytes.len) // another one of this name
			*ret = NULL;
	}
	if (!err && !*ret && reading->object->has_btf) {
		mdt_ops_match(&reading->object->btf, raw, &id, &table->checked, &why);
		table->how = MDT_OPS_BY_MATCH;
		if (id)
			err = mdt_layout_from_btf(&reading->object->btf, id,
						  reading->arena, ret);
	} else if (!*ret) {
		mdt_buf_add(&why, mdt_buf_slice(&reading->object->why_not));
	}
	if (err || !*ret) {
		table->how = MDT_OPS_UNKNOWN;
		if (!err &&
		    !mdt_arena_copy(reading->arena, mdt_buf_slice(&why), &table->why))
			err = &mdt_enomem;
		return err;
	}
	if ((*ret)->size < raw->bytes.len && (*ret)->size)
		table->count = (uint32_t)(raw->bytes.len / (*ret)->size);
	*ret = bare(*ret, &table->count);
	table->type = (*ret)->name;
	return NULL;
}

static struct mdt_error *add_table(const struct mdt_ops_reading *reading,
				   const struct mdt_ops_raw *raw, struct mdt_ops *ops,
				   size_t *cap)
{
	struct mdt_ops_table table = { .name = raw->symbol->name,
				       .size = raw->bytes.len };
	const struct mdt_layout *layout = NULL;
	struct mdt_error *err = find_type(reading, raw, &table, &layout);

	if (!err)
		err = mdt_ops_fill(reading, raw, layout, &table);
	if (err)
		return err;
	if (ops->count == *cap &&
	    !mdt_grow((void **)&ops->tables, cap, ops->count, sizeof(table)))
		return &mdt_enomem;
	ops->tables[ops->count++] = table;
	return NULL;
}

/* ---- all of them ---- */

// What the build has put there is nobody's table: export and parameter records have no
// symbols of this type, but what is kept from being dropped has.
static bool is_candidate(const struct mdt_kernel_elf *elf,
			 const struct mdt_kernel_symbol *symbol, const char *name)
{
	const struct mdt_kernel_section *section = &elf->sections[symbol->section];

	if (!symbol->is_object || !symbol->section || symbol->size < POINTER ||
	    symbol->size > TABLE_MAX || !symbol->name.len)
		return false;
	if (name)
		return mdt_slice_eq(symbol->name, mdt_slice_cstr(name));
	return section->is_loaded && !section->is_code &&
	       !mdt_slice_starts(section->name, SLICE(".discard")) &&
	       !mdt_slice_starts(symbol->name, SLICE("__UNIQUE_ID_"));
}

static struct mdt_error *read_symbol(const struct mdt_ops_reading *reading,
				     const struct mdt_kernel_symbol *symbol,
				     struct mdt_ops *ops, size_t *cap)
{
	struct mdt_slice bytes = reading->object->elf.sections[symbol->section].bytes;
	struct mdt_ops_raw raw = { .symbol = symbol };
	bool has_function = false;
	struct mdt_error *err;

	if (symbol->at > bytes.len || symbol->size > bytes.len - symbol->at ||
	    ops->count >= TABLES_MAX)
		return NULL;
	raw.bytes = mdt_slice_from(bytes.str + symbol->at, symbol->size);
	err = read_slots(reading, &raw, &has_function);
	return err || !has_function ? err : add_table(reading, &raw, ops, cap);
}

static int cmp_tables(const void *a, const void *b)
{
	const struct mdt_ops_table *x = a, *y = b;

	return mdt_slice_cmp(x->name, y->name);
}

static struct mdt_error *read_tables(struct mdt_ops_reading *reading, const char *name,
				     struct mdt_ops *ret)
{
	const struct mdt_kernel_elf *elf = &reading->object->elf;
	struct mdt_error *err = mdt_ops_dwarf_init(reading);
	size_t cap = 0;

	if (!err && reading->object->has_btf)
		err = add_protos(reading, &reading->object->btf);
	for (uint32_t i = 0; !err && i < elf->symbol_count; i++)
		if (is_candidate(elf, &elf->symbols[i], name))
			err = read_symbol(reading, &elf->symbols[i], ret, &cap);
	if (!err && ret->count)
		qsort(ret->tables, ret->count, sizeof(*ret->tables), cmp_tables);
	return err;
}

struct mdt_error *mdt_ops_read(struct mdt_kernel_object *object, const char *name,
			       struct mdt_ops *ret)
{
	struct mdt_ops_reading reading = { .object = object, .arena = &ret->arena };
	struct mdt_error *err;

	*ret = (struct mdt_ops){ 0 };
	err = read_tables(&reading, name, ret);
	mdt_map_deinit(&reading.protos);
	mdt_ops_dwarf_deinit(&reading);
	return err;
}
