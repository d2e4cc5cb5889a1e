// SPDX-License-Identifier: MIT
#include "ioctl/value.h"

static bool is_byte_int(const struct mdt_type *type)
{
	return type->kind == MDT_TYPE_INT && type->size == 1;
}

static bool is_bytes(const struct mdt_type *type, const struct mdt_meaning *meaning)
{
	if (type->kind == MDT_TYPE_OPAQUE)
		return true;
	if (type->kind != MDT_TYPE_ARRAY || !is_byte_int(type->item))
		return false;
	return !meaning || meaning->kind == MDT_MEANING_STRING ||
	       meaning->kind == MDT_MEANING_HEX;
}

bool mdt_value_is_bytes(const struct mdt_value *value)
{
	return is_bytes(value->type, value->meaning);
}

bool mdt_value_is_text(const struct mdt_value *value)
{
	const struct mdt_type *type = value->type;

	if (!mdt_value_is_bytes(value))
		return false;
	if (value->meaning)
		return value->meaning->kind == MDT_MEANING_STRING;
	return type->kind == MDT_TYPE_ARRAY && type->item->is_char;
}

static bool is_number(const struct mdt_type *type)
{
	return type->kind == MDT_TYPE_INT || type->kind == MDT_TYPE_ENUM ||
	       type->kind == MDT_TYPE_POINTER;
}

// Whether a type goes on to the end of the bytes: its last member is a flexible array.
static bool has_flexible_end(const struct mdt_type *type)
{
	while (type->kind == MDT_TYPE_STRUCT && type->count)
		type = type->members[type->count - 1].type;
	return type->kind == MDT_TYPE_ARRAY && type->is_flexible;
}

static unsigned int bit_size(const struct mdt_value *value)
{
	if (value->member && value->member->bit_size)
		return value->member->bit_size;
	return value->type->size * 8;
}

static uint64_t read_bits(struct mdt_slice bytes, unsigned int from, unsigned int count)
{
	uint64_t number = 0;

	for (unsigned int i = 0; i < count; i++) {
		unsigned int at = from + i;
		uint64_t bit = (unsigned char)bytes.str[at / 8] >> at % 8 & 1;

		number |= bit << i;
	}
	return number;
}

static uint64_t read_bytes(const struct mdt_type *type, struct mdt_slice bytes)
{
	uint64_t number = 0;

	for (uint32_t i = 0; i < type->size; i++) {
		uint32_t at = type->is_big_endian ? type->size - 1 - i : i;

		number |= (uint64_t)(unsigned char)bytes.str[at] << i * 8;
	}
	return number;
}

static uint64_t read_number(const struct mdt_value *value)
{
	const struct mdt_member *member = value->member;
	unsigned int bits = bit_size(value);
	uint64_t number;

	if (member && member->bit_size)
		number = read_bits(value->bytes, member->bit_offset, bits);
	else
		number = read_bytes(value->type, value->bytes);
	if (value->type->is_signed && bits < 64 && number >> (bits - 1))
		number |= UINT64_MAX << bits;
	return number;
}

struct decoder {
	struct mdt_arena *arena;
	struct mdt_slice bytes; /* of the root */
};

static struct mdt_error *decode(struct decoder *d, struct mdt_value *value, bool at_end);

static struct mdt_value *new_items(struct decoder *d, uint32_t count)
{
	return mdt_arena_alloc(d->arena, count * sizeof(struct mdt_value),
			       _Alignof(struct mdt_value));
}

// Whether nothing of a type is behind a member but padding. (A length of 0 is also how
// headers write "nothing here": mdp_super_t has a reserved[0] in its middle.)
static bool is_last(const struct mdt_type *type, const struct mdt_member *member)
{
	return type->kind == MDT_TYPE_UNION || member == &type->members[type->count - 1];
}

static struct mdt_error *decode_members(struct decoder *d, struct mdt_value *value,
					bool at_end)
{
	const struct mdt_type *type = value->type;

	if (!type->count)
		return NULL;
	value->items = new_items(d, type->count);
	if (!value->items)
		return &mdt_enomem;
	value->count = type->count;
	for (uint32_t i = 0; i < type->count; i++) {
		const struct mdt_member *member = &type->members[i];
		struct mdt_value *item = &value->items[i];
		struct mdt_error *err;

		*item = (struct mdt_value){
			.type = member->type,
			.member = member,
			.meaning = member->meaning,
			.offset = value->offset + member->offset,
		};
		err = decode(d, item, at_end && is_last(type, member));
		if (err)
			return err;
	}
	return NULL;
}

static struct mdt_error *decode_array(struct decoder *d, struct mdt_value *value)
{
	uint32_t size = value->type->item->size;
	uint32_t count = size ? (uint32_t)((value->bytes.len + size - 1) / size) : 0;

	if (!count)
		return NULL;
	value->items = new_items(d, count);
	if (!value->items)
		return &mdt_enomem;
	value->count = count;
	for (uint32_t i = 0; i < count; i++) {
		struct mdt_value *item = &value->items[i];
		struct mdt_error *err;

		*item = (struct mdt_value){
			.type = value->type->item,
			.meaning = value->meaning,
			.offset = value->offset + i * size,
		};
		err = decode(d, item, false);
		if (err)
			return err;
	}
	return NULL;
}

static uint32_t wanted_size(const struct decoder *d, const struct mdt_value *value,
			    bool at_end)
{
	const struct mdt_member *member = value->member;
	uint32_t size = value->type->size;
	size_t rest = mdt_slice_skip(d->bytes, value->offset).len;

	if (member && member->bit_size)
		return (member->bit_offset + member->bit_size + 7u) / 8;
	if (at_end && has_flexible_end(value->type) && rest > size)
		return (uint32_t)rest;
	return size;
}

static struct mdt_error *decode(struct decoder *d, struct mdt_value *value, bool at_end)
{
	const struct mdt_type *type = value->type;

	if (!value->meaning)
		value->meaning = type->meaning;
	value->size = wanted_size(d, value, at_end);
	value->bytes =
		mdt_slice_head(mdt_slice_skip(d->bytes, value->offset), value->size);
	value->state = MDT_VALUE_WHOLE;
	if (value->bytes.len < value->size)
		value->state = value->bytes.len ? MDT_VALUE_CUT : MDT_VALUE_ABSENT;
	if (value->state == MDT_VALUE_ABSENT || is_bytes(type, value->meaning))
		return NULL;
	if (is_number(type)) {
		if (value->state == MDT_VALUE_WHOLE)
			value->number = read_number(value);
		return NULL;
	}
	if (type->kind == MDT_TYPE_ARRAY)
		return decode_array(d, value);
	return decode_members(d, value, at_end);
}

struct mdt_error *mdt_value_decode(const struct mdt_type *type,
				   const struct mdt_meaning *meaning,
				   struct mdt_slice bytes, struct mdt_arena *arena,
				   struct mdt_value *ret)
{
	struct decoder d = { arena, mdt_slice_head(bytes, UINT32_MAX) };
	struct mdt_value root = { .type = type, .meaning = meaning };
	struct mdt_error *err = decode(&d, &root, true);

	if (!err)
		*ret = root;
	return err;
}

uint32_t mdt_value_missing(const struct mdt_value *root)
{
	return root->size - (uint32_t)root->bytes.len;
}

static void write_bits(unsigned char *at, unsigned int from, unsigned int count,
		       uint64_t number)
{
	for (unsigned int i = 0; i < count; i++) {
		unsigned char mask = (unsigned char)(1u << (from + i) % 8);

		if (number >> i & 1)
			at[(from + i) / 8] |= mask;
		else
			at[(from + i) / 8] &= (unsigned char)~mask;
	}
}

static void write_number(const struct mdt_value *value, unsigned char *at)
{
	const struct mdt_type *type = value->type;

	if (value->member && value->member->bit_size) {
		write_bits(at, value->member->bit_offset, value->member->bit_size,
			   value->number);
		return;
	}
	for (uint32_t i = 0; i < type->size; i++) {
		uint32_t byte = type->is_big_endian ? type->size - 1 - i : i;

		at[byte] = (unsigned char)(value->number >> i * 8);
	}
}

// Only what was changed is written: members of a union lie over each other, and the one
// that was set must not be undone by those that were not.
static void encode(const struct mdt_value *value, uint32_t base, unsigned char *ret)
{
	if (value->state == MDT_VALUE_ABSENT || mdt_value_is_bytes(value))
		return;
	if (is_number(value->type)) {
		if (value->state == MDT_VALUE_WHOLE &&
		    read_number(value) != value->number)
			write_number(value, ret + (value->offset - base));
		return;
	}
	for (uint32_t i = 0; i < value->count; i++)
		encode(&value->items[i], base, ret);
}

void mdt_value_encode(const struct mdt_value *root, unsigned char *ret)
{
	if (root->bytes.len)
		memcpy(ret, root->bytes.str, root->bytes.len);
	encode(root, root->offset, ret);
}

static struct mdt_value *find_item(struct mdt_value *value, struct mdt_slice name)
{
	for (uint32_t i = 0; i < value->count; i++) {
		struct mdt_value *item = &value->items[i];
		const char *own = mdt_value_name(item);

		if (*own && mdt_slice_eq_cstr(name, own))
			return item;
		if (*own || !item->member)
			continue;
		item = find_item(item, name);
		if (item)
			return item;
	}
	return NULL;
}

static size_t span(struct mdt_slice s, const char *stops)
{
	size_t n = 0;

	while (n < s.len && !strchr(stops, s.str[n]))
		n++;
	return n;
}

struct mdt_value *mdt_value_find(struct mdt_value *root, struct mdt_slice path)
{
	struct mdt_value *value = root;

	while (path.len && value) {
		uint64_t index;
		size_t n;

		if (path.str[0] == '[') {
			n = span(path, "]");
			if (!mdt_slice_to_dec(mdt_slice_from(path.str + 1, n - 1),
					      &index) ||
			    value->type->kind != MDT_TYPE_ARRAY || index >= value->count)
				return NULL;
			value = &value->items[index];
			path = mdt_slice_skip(path, n + 1);
		} else {
			if (path.str[0] == '.')
				path = mdt_slice_skip(path, 1);
			n = span(path, ".[");
			value = find_item(value, mdt_slice_head(path, n));
			path = mdt_slice_skip(path, n);
		}
	}
	return value;
}

bool mdt_value_get(const struct mdt_value *root, struct mdt_slice path, uint64_t *ret)
{
	const struct mdt_value *value = mdt_value_find((struct mdt_value *)root, path);

	if (!value || value->state != MDT_VALUE_WHOLE || !is_number(value->type))
		return false;
	*ret = value->number;
	return true;
}

struct namer {
	const struct mdt_constant **ret;
	size_t max, count;
};

static void add_name(struct namer *n, const struct mdt_constant *constant)
{
	if (n->count < n->max)
		n->ret[n->count] = constant;
	n->count++;
}

static uint64_t name_enum(struct namer *n, const struct mdt_meaning *meaning,
			  uint64_t number, uint64_t mask)
{
	for (uint32_t i = 0; i < meaning->count; i++) {
		if ((meaning->constants[i].value & mask) != number)
			continue;
		add_name(n, &meaning->constants[i]);
		return 0;
	}
	return number;
}

static uint64_t name_set(struct namer *n, const struct mdt_meaning *meaning,
			 uint64_t number)
{
	uint64_t rest = number;

	for (uint32_t i = 0; i < meaning->count; i++) {
		uint64_t bits = meaning->constants[i].value;

		if (meaning->kind == MDT_MEANING_BITS)
			bits = bits < 64 ? UINT64_C(1) << bits : 0;
		if (bits ? (rest & bits) != bits : number != 0)
			continue;
		add_name(n, &meaning->constants[i]);
		rest &= ~bits;
	}
	return rest;
}

size_t mdt_value_names(const struct mdt_value *value, const struct mdt_constant **ret,
		       size_t max, uint64_t *rest)
{
	const struct mdt_meaning *meaning = value->meaning;
	unsigned int bits = bit_size(value);
	uint64_t mask = bits < 64 ? (UINT64_C(1) << bits) - 1 : UINT64_MAX;
	uint64_t number = value->number & mask, unnamed = number;
	struct namer n = { ret, max, 0 };

	if (meaning && is_number(value->type) && value->state == MDT_VALUE_WHOLE) {
		if (meaning->kind == MDT_MEANING_ENUM)
			unnamed = name_enum(&n, meaning, number, mask);
		else if (meaning->kind == MDT_MEANING_BITS ||
			 meaning->kind == MDT_MEANING_FLAGS)
			unnamed = name_set(&n, meaning, number);
	}
	if (rest)
		*rest = unnamed;
	return n.count;
}
