// SPDX-License-Identifier: MIT
#include "kernel/layout.h"

#include <dwarf.h>
#include <elfutils/libdw.h>

enum { NESTING_MAX = 24, NODES_MAX = 1 << 16, BITS = 8 };

struct making {
	struct mdt_arena *arena;
	unsigned int depth, nodes;
};

static struct mdt_error *make(struct making *m, Dwarf_Die *die, struct mdt_layout *ret);

static struct mdt_error *too_large(void)
{
	return mdt_error_create(MDT_ERR_DWARF, "a type is nested or large beyond reason");
}

static struct mdt_error *copy_name(struct making *m, Dwarf_Die *die, const char *tag,
				   struct mdt_slice *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	const char *name = dwarf_diename(die);

	if (!name && !*tag)
		return NULL;
	mdt_buf_printf(&text, "%s%s", tag, name ? name : "{...}");
	return mdt_arena_copy(m->arena, mdt_buf_slice(&text), ret) ? NULL : &mdt_enomem;
}

static bool type_of(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Die raw;

	return dwarf_attr_integrate(die, DW_AT_type, &attr) &&
	       dwarf_formref_die(&attr, &raw) && dwarf_peel_type(&raw, ret) == 0;
}

static bool number_of(Dwarf_Die *die, unsigned int name, Dwarf_Word *ret)
{
	Dwarf_Attribute attr;

	return dwarf_attr_integrate(die, name, &attr) && dwarf_formudata(&attr, ret) == 0;
}

// Children of a tag, counted.
static uint32_t count_children(Dwarf_Die *die, int tag)
{
	Dwarf_Die child;
	uint32_t count = 0;

	if (dwarf_child(die, &child) != 0)
		return 0;
	do
		count += dwarf_tag(&child) == tag;
	while (count < NODES_MAX && dwarf_siblingof(&child, &child) == 0);
	return count;
}

static void place_member(Dwarf_Die *die, struct mdt_layout_member *ret)
{
	Dwarf_Word value;

	if (number_of(die, DW_AT_data_member_location, &value))
		ret->offset = value;
	if (!number_of(die, DW_AT_bit_size, &value))
		return;
	ret->bit_size = (uint32_t)value;
	if (!number_of(die, DW_AT_data_bit_offset, &value))
		return;
	ret->offset = value / BITS;
	ret->bit_offset = value % BITS;
}

static struct mdt_error *make_members(struct making *m, Dwarf_Die *die,
				      struct mdt_layout *ret)
{
	uint32_t count = count_children(die, DW_TAG_member);
	struct mdt_layout_member *members =
		mdt_arena_alloc(m->arena, sizeof(*members) * (count + 1),
				_Alignof(struct mdt_layout_member));
	struct mdt_error *err = members ? NULL : &mdt_enomem;
	Dwarf_Die child, type;

	m->nodes += count;
	ret->kind = MDT_LAYOUT_STRUCT;
	ret->members = members;
	if (err || !count || dwarf_child(die, &child) != 0)
		return err;
	do {
		struct mdt_layout_member *member = &members[ret->count];
		struct mdt_layout *layout;

		if (dwarf_tag(&child) != DW_TAG_member)
			continue;
		layout = mdt_arena_new(m->arena, struct mdt_layout);
		if (!layout)
			return &mdt_enomem;
		member->type = layout;
		place_member(&child, member);
		err = copy_name(m, &child, "", &member->name);
		if (!err && type_of(&child, &type))
			err = make(m, &type, layout);
		ret->count++;
	} while (!err && ret->count < count && dwarf_siblingof(&child, &child) == 0);
	return err;
}

static struct mdt_error *make_names(struct making *m, Dwarf_Die *die,
				    struct mdt_layout *ret)
{
	uint32_t count = count_children(die, DW_TAG_enumerator);
	struct mdt_layout_name *names = mdt_arena_alloc(
		m->arena, sizeof(*names) * (count + 1), _Alignof(struct mdt_layout_name));
	struct mdt_error *err = names ? NULL : &mdt_enomem;
	Dwarf_Attribute attr;
	Dwarf_Die child;

	m->nodes += count;
	ret->kind = MDT_LAYOUT_ENUM;
	ret->names = names;
	if (err || !count || dwarf_child(die, &child) != 0)
		return err;
	do {
		struct mdt_layout_name *name = &names[ret->count];
		Dwarf_Sword value = 0;

		if (dwarf_tag(&child) != DW_TAG_enumerator)
			continue;
		if (dwarf_attr(&child, DW_AT_const_value, &attr))
			dwarf_formsdata(&attr, &value);
		name->value = value;
		ret->is_signed |= value < 0;
		err = copy_name(m, &child, "", &name->name);
		ret->count++;
	} while (!err && ret->count < count && dwarf_siblingof(&child, &child) == 0);
	return err;
}

// DWARF has the dimensions of an array one after the other.
static struct mdt_error *make_array(struct making *m, Dwarf_Die *die,
				    struct mdt_layout *ret)
{
	struct mdt_layout *item = mdt_arena_new(m->arena, struct mdt_layout);
	struct mdt_error *err = item ? NULL : &mdt_enomem;
	Dwarf_Word size = 0;
	Dwarf_Die type;

	if (!err && type_of(die, &type))
		err = make(m, &type, item);
	if (err)
		return err;
	dwarf_aggregate_size(die, &size);
	ret->kind = MDT_LAYOUT_ARRAY;
	ret->item = item;
	ret->size = size;
	if (size > UINT32_MAX)
		return too_large();
	ret->count = item->size ? (uint32_t)(size / item->size) : 0;
	return NULL;
}

static void make_base(Dwarf_Die *die, struct mdt_layout *ret)
{
	Dwarf_Word encoding = 0;

	number_of(die, DW_AT_encoding, &encoding);
	ret->is_signed = encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
	ret->is_char = dwarf_diename(die) && strcmp(dwarf_diename(die), "char") == 0;
	if (encoding != DW_ATE_float && ret->size <= sizeof(uint64_t))
		ret->kind = MDT_LAYOUT_INT;
}

static struct mdt_error *fill(struct making *m, Dwarf_Die *die, struct mdt_layout *ret)
{
	struct mdt_error *err;
	Dwarf_Word size = 0;
	Dwarf_Die to;

	ret->kind = MDT_LAYOUT_OTHER;
	if (number_of(die, DW_AT_byte_size, &size))
		ret->size = size;
	switch (dwarf_tag(die)) {
	case DW_TAG_base_type:
		make_base(die, ret);
		return NULL;
	case DW_TAG_pointer_type:
		ret->kind = MDT_LAYOUT_POINTER;
		ret->size = 8;
		ret->to_function =
			type_of(die, &to) && dwarf_tag(&to) == DW_TAG_subroutine_type;
		return NULL;
	case DW_TAG_enumeration_type:
		return make_names(m, die, ret);
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		ret->is_union = dwarf_tag(die) == DW_TAG_union_type;
		err = copy_name(m, die, ret->is_union ? "union " : "struct ", &ret->name);
		return err ? err : make_members(m, die, ret);
	case DW_TAG_array_type:
		return make_array(m, die, ret);
	default:
		return NULL;
	}
}

static struct mdt_error *make(struct making *m, Dwarf_Die *die, struct mdt_layout *ret)
{
	struct mdt_error *err;

	if (++m->depth > NESTING_MAX || ++m->nodes > NODES_MAX)
		return too_large();
	err = fill(m, die, ret);
	m->depth--;
	return err;
}

struct mdt_error *mdt_layout_from_dwarf(void *die, struct mdt_arena *arena,
					const struct mdt_layout **ret)
{
	struct making m = { .arena = arena };
	struct mdt_layout *layout = mdt_arena_new(arena, struct mdt_layout);
	Dwarf_Die type;

	if (!layout)
		return &mdt_enomem;
	*ret = layout;
	return dwarf_peel_type(die, &type) == 0
		       ? make(&m, &type, layout)
		       : mdt_error_create(MDT_ERR_DWARF, "a type that is not there");
}
