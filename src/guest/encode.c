// SPDX-License-Identifier: MIT
#include "guest/encode.h"

#include "guest/arg.h"

static bool fits(uint64_t number, uint32_t size)
{
	uint64_t high = size < 8 ? number >> size * 8 : 0;

	// With its sign, a negative number has nothing but ones above.
	return size >= 8 || high == 0 ||
	       (number >> (size * 8 - 1) == UINT64_MAX >> (size * 8 - 1));
}

static bool encode_number(struct mdt_ref ref, const struct mdt_type *type,
			  unsigned char *bytes)
{
	uint64_t number;

	if (!guest_arg_number(ref, &number) || !fits(number, type->size))
		return false;
	for (uint32_t i = 0; i < type->size && i < 8; i++)
		bytes[type->is_big_endian ? type->size - 1 - i : i] =
			(unsigned char)(number >> 8 * i);
	return true;
}

static bool encode_text(struct mdt_ref ref, const struct mdt_type *type,
			unsigned char *bytes)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	if (!guest_arg_bytes(ref, &text) || text.len > type->size)
		return false;
	if (text.len)
		memcpy(bytes, text.str, text.len);
	return true;
}

static bool encode_array(struct mdt_ref ref, const struct mdt_type *type,
			 unsigned char *bytes)
{
	uint32_t i = 0;

	if (mdt_ref_node(ref)->kind == MDT_NODE_STRING)
		return encode_text(ref, type, bytes);
	if (mdt_ref_node(ref)->kind != MDT_NODE_ARRAY)
		return false;
	for (struct mdt_ref it = mdt_ref_first(ref); mdt_ref_ok(it);
	     it = mdt_ref_next(ref, it), i++)
		if (i == type->count ||
		    !guest_encode(it, type->item, bytes + (size_t)i * type->item->size))
			return false;
	return true;
}

static bool encode_struct(struct mdt_ref ref, const struct mdt_type *type,
			  unsigned char *bytes)
{
	const struct mdt_member *member;
	uint32_t offset;

	if (mdt_ref_node(ref)->kind != MDT_NODE_STRUCT)
		return false;
	for (struct mdt_ref it = mdt_ref_first(ref); mdt_ref_ok(it);
	     it = mdt_ref_next(ref, it)) {
		member = mdt_type_find_member(type, mdt_ref_name(it), &offset);
		if (!member || member->bit_size ||
		    !guest_encode(it, member->type, bytes + offset))
			return false;
	}
	return true;
}

bool guest_encode(struct mdt_ref ref, const struct mdt_type *type, unsigned char *bytes)
{
	uint64_t pointer;

	if (!mdt_ref_ok(ref))
		return false;
	switch (type->kind) {
	case MDT_TYPE_INT:
	case MDT_TYPE_ENUM:
		return encode_number(ref, type, bytes);
	case MDT_TYPE_POINTER:
		return guest_arg_number(ref, &pointer) && !pointer;
	case MDT_TYPE_ARRAY:
		return encode_array(ref, type, bytes);
	case MDT_TYPE_STRUCT:
	case MDT_TYPE_UNION:
		return encode_struct(ref, type, bytes);
	case MDT_TYPE_OPAQUE:
		return false;
	}
	unreachable();
}
