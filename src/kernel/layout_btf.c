// SPDX-License-Identifier: MIT
#include "kernel/layout.h"

enum { NESTING_MAX = 24, NODES_MAX = 1 << 16, BITS = 8 };

struct making {
	const struct mdt_btf *btf;
	struct mdt_arena *arena;
	unsigned int depth, nodes;
};

static struct mdt_error *make(struct making *m, uint32_t id,
			      const struct mdt_layout **ret);

static struct mdt_error *make_members(struct making *m, const struct mdt_btf_type *type,
				      struct mdt_layout *ret)
{
	struct mdt_layout_member *members =
		mdt_arena_alloc(m->arena, sizeof(*members) * (type->count + 1),
				_Alignof(struct mdt_layout_member));
	struct mdt_error *err = NULL;

	if (!members)
		return &mdt_enomem;
	m->nodes += type->count;
	for (uint32_t i = 0; !err && i < type->count; i++) {
		struct mdt_btf_member member = mdt_btf_member(m->btf, type, i);

		members[i] = (struct mdt_layout_member){
			.name = member.name,
			.offset = member.bit_offset / BITS,
			.bit_offset = member.bit_size ? member.bit_offset % BITS : 0,
			.bit_size = member.bit_size,
		};
		err = make(m, member.type, &members[i].type);
	}
	ret->kind = MDT_LAYOUT_STRUCT;
	ret->is_union = type->kind == MDT_BTF_UNION;
	ret->members = members;
	ret->count = type->count;
	return err;
}

static struct mdt_error *too_large(uint32_t id)
{
	return mdt_error_create(MDT_ERR_FORMAT,
				"type %u is nested or large beyond reason", id);
}

static struct mdt_error *make_names(struct making *m, const struct mdt_btf_type *type,
				    struct mdt_layout *ret)
{
	struct mdt_layout_name *names =
		mdt_arena_alloc(m->arena, sizeof(*names) * (type->count + 1),
				_Alignof(struct mdt_layout_name));

	if (!names)
		return &mdt_enomem;
	m->nodes += type->count;
	for (uint32_t i = 0; i < type->count; i++)
		mdt_btf_enumerator(m->btf, type, i, &names[i].name, &names[i].value);
	ret->kind = MDT_LAYOUT_ENUM;
	ret->names = names;
	ret->count = type->count;
	ret->is_signed = type->flag;
	return NULL;
}

static struct mdt_error *make_array(struct making *m, const struct mdt_btf_type *type,
				    struct mdt_layout *ret)
{
	struct mdt_error *err;
	uint32_t item;

	mdt_btf_array(type, &item, &ret->count);
	err = make(m, item, &ret->item);
	if (err)
		return err;
	ret->kind = MDT_LAYOUT_ARRAY;
	ret->size = ret->item->size * ret->count;
	return ret->item->size > UINT32_MAX ? too_large(item) : NULL;
}

static void make_int(const struct mdt_btf_type *type, struct mdt_layout *ret)
{
	enum { SIGNED = 1, CHAR = 2 }; // BTF_INT_ENCODING()

	ret->kind = type->size <= sizeof(uint64_t) ? MDT_LAYOUT_INT : MDT_LAYOUT_OTHER;
	ret->is_signed = type->rest[3] & SIGNED;
	// The kernel's pahole does not set CHAR.
	ret->is_char = type->rest[3] & CHAR || mdt_slice_eq(type->name, SLICE("char"));
}

static struct mdt_error *fill(struct making *m, uint32_t id, struct mdt_layout *ret)
{
	struct mdt_btf_type type = mdt_btf_type(m->btf, id);
	uint32_t to;

	ret->kind = MDT_LAYOUT_OTHER;
	ret->size = type.size;
	switch (type.kind) {
	case MDT_BTF_INT:
		make_int(&type, ret);
		return NULL;
	case MDT_BTF_PTR:
		to = mdt_btf_strip(m->btf, type.to);
		ret->kind = MDT_LAYOUT_POINTER;
		ret->size = 8;
		ret->to_function = mdt_btf_type(m->btf, to).kind == MDT_BTF_FUNC_PROTO;
		return NULL;
	case MDT_BTF_ENUM:
	case MDT_BTF_ENUM64:
		return make_names(m, &type, ret);
	case MDT_BTF_STRUCT:
	case MDT_BTF_UNION:
		return make_members(m, &type, ret);
	case MDT_BTF_ARRAY:
		return make_array(m, &type, ret);
	default:
		return NULL;
	}
}

static struct mdt_error *make(struct making *m, uint32_t id,
			      const struct mdt_layout **ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf name = { 0 };
	struct mdt_layout *layout = mdt_arena_new(m->arena, struct mdt_layout);
	struct mdt_error *err;

	if (!layout)
		return &mdt_enomem;
	if (++m->depth > NESTING_MAX || ++m->nodes > NODES_MAX)
		return too_large(id);
	id = mdt_btf_strip(m->btf, id);
	err = fill(m, id, layout);
	if (!err && layout->kind == MDT_LAYOUT_STRUCT) {
		mdt_btf_add_type(m->btf, id, &name);
		err = mdt_buf_error(&name);
		if (!err &&
		    !mdt_arena_copy(m->arena, mdt_buf_slice(&name), &layout->name))
			err = &mdt_enomem;
	}
	m->depth--;
	*ret = layout;
	return err;
}

struct mdt_error *mdt_layout_from_btf(const struct mdt_btf *btf, uint32_t id,
				      struct mdt_arena *arena,
				      const struct mdt_layout **ret)
{
	struct making m = { .btf = btf, .arena = arena };

	return make(&m, id, ret);
}
