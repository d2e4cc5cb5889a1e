// SPDX-License-Identifier: MIT
#include "ioctl/object.h"

#include <dwarf.h>
#include <elfutils/libdwfl.h>
#include <endian.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"

enum {
	NAME_LEN_MAX = 512,	 // of a type, member or enumerator
	TEXT_BUDGET = 256 << 20, // bytes of macros
	INCLUDE_DEPTH_MAX = 200, // headers in headers
	IMPORT_DEPTH_MAX = 16,	 // units of macros in units of macros
	TYPE_SIZE_MAX = 1 << 18, // bytes
	TYPE_DEPTH_MAX = 24,	 // structs in structs
	CONVERT_DEPTH_MAX = 100, // types that name types
	DIMENSIONS_MAX = 8,
};

// A type that was read, or is being read: then the type is opaque, which is what a type
// that contains itself deserves.
struct known_type {
	struct mdt_type type;
	uint64_t weight;    // values that decoding makes of it
	unsigned int depth; // structs in structs
	bool is_complete;
};

struct mdt_object {
	Dwfl *dwfl;
	Dwarf *dbg;
	const char *path;
	struct mdt_arena *arena;  // types: the caller's
	struct mdt_arena scratch; // names, known types, numbers
	struct mdt_cpp cpp;
	struct mdt_map types;	    // name -> Dwarf_Off *
	struct mdt_map known;	    // offset of the DIE -> struct known_type *
	struct mdt_map enumerators; // name -> struct mdt_number *
};

static struct mdt_error *convert(struct mdt_object *o, Dwarf_Die *die, unsigned int depth,
				 const struct known_type **ret);

static const struct known_type opaque = { .type = { .kind = MDT_TYPE_OPAQUE, .name = "" },
					  .weight = 1,
					  .is_complete = true };

// Names are printed, and are keys in JSON: what C would not take is no name.
static struct mdt_slice die_name(Dwarf_Die *die)
{
	const char *name = dwarf_diename(die);
	size_t len = name ? strnlen(name, NAME_LEN_MAX + 1) : 0;

	if (len > NAME_LEN_MAX)
		return SLICE("");
	for (size_t i = 0; i < len; i++)
		if (name[i] < ' ' || name[i] > '~')
			return SLICE("");
	return mdt_slice_from(name, len);
}

static bool die_number(Dwarf_Die *die, unsigned int name, uint64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Word word;

	if (!dwarf_attr(die, name, &attr) || dwarf_formudata(&attr, &word) != 0)
		return false;
	*ret = word;
	return true;
}

// The type that a DIE names with DW_AT_type; false for void.
static bool die_type(Dwarf_Die *die, Dwarf_Die *ret)
{
	Dwarf_Attribute attr;

	return dwarf_attr(die, DW_AT_type, &attr) && dwarf_formref_die(&attr, ret);
}

// Children in the order of their offsets: a DW_AT_sibling that goes back ends the walk.
static bool first_child(Dwarf_Die *die, Dwarf_Die *ret)
{
	return dwarf_haschildren(die) > 0 && dwarf_child(die, ret) == 0;
}

static bool next_child(Dwarf_Die *die)
{
	Dwarf_Off before = dwarf_dieoffset(die);
	Dwarf_Die next;

	if (dwarf_siblingof(die, &next) != 0 || dwarf_dieoffset(&next) <= before)
		return false;
	*die = next;
	return true;
}

static const char *keep(struct mdt_object *o, struct mdt_slice text)
{
	struct mdt_slice copy;

	return mdt_arena_copy(o->arena, text, &copy) ? copy.str : NULL;
}

// Anonymous types have no name; C's tags are names of their own.
static struct mdt_error *tagged_name(Dwarf_Die *die, struct mdt_arena *arena,
				     const char **ret)
{
	struct mdt_slice name = die_name(die), kept = SLICE("");
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	const char *tag = "";

	switch (dwarf_tag(die)) {
	case DW_TAG_structure_type:
		tag = "struct ";
		break;
	case DW_TAG_union_type:
		tag = "union ";
		break;
	case DW_TAG_enumeration_type:
		tag = "enum ";
		break;
	}
	if (name.len)
		mdt_buf_printf(&buf, "%s%.*s", tag, SLICE_FMT(name));
	if (buf.failed || !mdt_arena_copy(arena, mdt_buf_slice(&buf), &kept))
		return &mdt_enomem;
	*ret = kept.str;
	return NULL;
}

static uint64_t saturating_mul(uint64_t a, uint64_t b)
{
	uint64_t product;

	return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static uint64_t saturating_add(uint64_t a, uint64_t b)
{
	uint64_t sum;

	return __builtin_add_overflow(a, b, &sum) ? UINT64_MAX : sum;
}

// Unions of unions make many values of few bytes. No header comes near this; what does is
// made to hang whoever decodes with it.
static bool is_too_much(const struct known_type *known)
{
	return known->depth > TYPE_DEPTH_MAX || known->type.size > TYPE_SIZE_MAX ||
	       known->weight > 16 * (uint64_t)known->type.size + 64;
}

static void make_opaque(struct known_type *known)
{
	known->type = (struct mdt_type){ .kind = MDT_TYPE_OPAQUE,
					 .name = known->type.name,
					 .size = known->type.size <= TYPE_SIZE_MAX
							 ? known->type.size
							 : 0 };
	known->weight = 1;
	known->depth = 0;
}

static struct mdt_error *convert_base(struct mdt_object *o, Dwarf_Die *die,
				      struct known_type *known)
{
	struct mdt_slice name = die_name(die);
	const struct mdt_type *keyword = mdt_keyword_type(name);
	uint64_t encoding = 0, size = 0;

	die_number(die, DW_AT_encoding, &encoding);
	die_number(die, DW_AT_byte_size, &size);
	if (keyword && keyword->size == size) {
		known->type = *keyword;
		return NULL;
	}
	known->type.size = size <= TYPE_SIZE_MAX ? (uint32_t)size : 0;
	known->type.name = keep(o, name);
	if (!known->type.name)
		return &mdt_enomem;
	if ((encoding == DW_ATE_signed || encoding == DW_ATE_unsigned ||
	     encoding == DW_ATE_signed_char || encoding == DW_ATE_unsigned_char ||
	     encoding == DW_ATE_boolean || encoding == DW_ATE_UTF) &&
	    (size == 1 || size == 2 || size == 4 || size == 8)) {
		known->type.kind = MDT_TYPE_INT;
		known->type.is_signed =
			encoding == DW_ATE_signed || encoding == DW_ATE_signed_char;
	}
	return NULL;
}

// The words for what a pointer points to; the type itself is not read, or a list would
// be read for ever.
static struct mdt_error *pointer_name(struct mdt_object *o, Dwarf_Die *die,
				      const char **ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	Dwarf_Die at = *die, next;
	struct mdt_error *err;
	const char *name;
	size_t stars = 0;

	for (int i = 0; i < DIMENSIONS_MAX; i++) {
		int tag = dwarf_tag(&at);

		stars += tag == DW_TAG_pointer_type;
		if (tag != DW_TAG_pointer_type && tag != DW_TAG_const_type &&
		    tag != DW_TAG_volatile_type && tag != DW_TAG_restrict_type)
			break;
		if (!die_type(&at, &next)) {
			mdt_buf_adds(&buf, "void");
			break;
		}
		at = next;
	}
	if (!buf.len) {
		const struct mdt_type *keyword = mdt_keyword_type(die_name(&at));

		err = tagged_name(&at, &o->scratch, &name);
		if (err)
			return err;
		mdt_buf_adds(&buf, keyword ? keyword->name : name);
	}
	mdt_buf_adds(&buf, buf.len ? " " : "function ");
	mdt_buf_fill(&buf, '*', stars);
	*ret = buf.failed ? NULL : keep(o, mdt_buf_slice(&buf));
	return *ret ? NULL : &mdt_enomem;
}

static struct mdt_error *convert_pointer(struct mdt_object *o, Dwarf_Die *die,
					 struct known_type *known)
{
	known->type.kind = MDT_TYPE_POINTER;
	known->type.size = sizeof(void *);
	return pointer_name(o, die, &known->type.name);
}

static bool starts(struct mdt_slice s, const char *prefix)
{
	return mdt_slice_starts(s, mdt_slice_cstr(prefix));
}

static struct mdt_error *convert_alias(struct mdt_object *o, Dwarf_Die *die,
				       unsigned int depth, struct known_type *known)
{
	const struct known_type *target;
	const char *name = NULL;
	struct mdt_error *err;
	Dwarf_Die of;

	if (dwarf_tag(die) == DW_TAG_typedef) {
		name = keep(o, die_name(die));
		if (!name)
			return &mdt_enomem;
	}
	if (!die_type(die, &of)) {
		known->type.name = name ? name : "";
		return NULL;
	}
	err = convert(o, &of, depth + 1, &target);
	if (err)
		return err;
	*known = *target;
	known->is_complete = false; // still ours until convert() ends
	if (name)
		known->type.name = name;
	if (name && known->type.kind == MDT_TYPE_INT && known->type.size > 1 &&
	    starts(mdt_slice_cstr(name), "__be"))
		known->type.is_big_endian = true;
	return NULL;
}

static int by_value(const void *a, const void *b)
{
	const struct mdt_constant *x = a, *y = b;

	if (x->value != y->value)
		return x->value < y->value ? -1 : 1;
	return strcmp(x->name, y->name);
}

const char *mdt_common_pattern(const struct mdt_constant *constants, size_t count,
			       struct mdt_arena *arena)
{
	struct mdt_slice prefix = count ? mdt_slice_cstr(constants[0].name) : SLICE("");
	char *pattern;

	for (size_t i = 1; i < count; i++) {
		size_t n = 0;

		while (n < prefix.len && prefix.str[n] == constants[i].name[n])
			n++;
		prefix.len = n;
	}
	while (prefix.len && prefix.str[prefix.len - 1] != '_')
		prefix.len--;
	if (!prefix.len)
		return "";
	pattern = mdt_arena_alloc(arena, prefix.len + 2, 1);
	if (!pattern)
		return NULL;
	memcpy(pattern, prefix.str, prefix.len);
	pattern[prefix.len] = '*';
	return pattern;
}

// The value of an enumerator; true if it is below 0.
static bool enumerator_value(Dwarf_Die *die, uint64_t *ret)
{
	Dwarf_Attribute attr;
	Dwarf_Sword sword = 0;
	Dwarf_Word word = 0;

	if (!dwarf_attr(die, DW_AT_const_value, &attr))
		return false;
	if (dwarf_whatform(&attr) == DW_FORM_sdata ||
	    dwarf_whatform(&attr) == DW_FORM_implicit_const) {
		dwarf_formsdata(&attr, &sword);
		*ret = (uint64_t)sword;
		return sword < 0;
	}
	dwarf_formudata(&attr, &word);
	*ret = word;
	return false;
}

static size_t count_children(Dwarf_Die *die, int tag)
{
	Dwarf_Die child;
	size_t count = 0;

	if (!first_child(die, &child))
		return 0;
	do
		count += dwarf_tag(&child) == tag;
	while (next_child(&child));
	return count;
}

static struct mdt_error *read_enumerators(struct mdt_object *o, Dwarf_Die *die,
					  struct mdt_constant *constants, size_t count,
					  bool *is_signed)
{
	Dwarf_Die child;
	size_t i = 0;

	*is_signed = false;
	if (!count || !first_child(die, &child))
		return NULL;
	do {
		if (dwarf_tag(&child) != DW_TAG_enumerator || i >= count)
			continue;
		*is_signed |= enumerator_value(&child, &constants[i].value);
		constants[i].name = keep(o, die_name(&child));
		if (!constants[i++].name)
			return &mdt_enomem;
	} while (next_child(&child));
	qsort(constants, count, sizeof(*constants), by_value);
	return NULL;
}

static struct mdt_error *convert_enum(struct mdt_object *o, Dwarf_Die *die,
				      struct known_type *known)
{
	size_t count = count_children(die, DW_TAG_enumerator);
	struct mdt_meaning *meaning = mdt_arena_new(o->arena, struct mdt_meaning);
	struct mdt_constant *constants = mdt_arena_alloc(
		o->arena, count * sizeof(*constants), _Alignof(struct mdt_constant));
	struct mdt_error *err;
	uint64_t size = 0;
	const char *pattern;

	if (!meaning || !constants)
		return &mdt_enomem;
	err = tagged_name(die, o->arena, &known->type.name);
	if (!err)
		err = read_enumerators(o, die, constants, count, &known->type.is_signed);
	if (err)
		return err;
	pattern = mdt_common_pattern(constants, count, o->arena);
	if (!pattern)
		return &mdt_enomem;
	die_number(die, DW_AT_byte_size, &size);
	if (size != 1 && size != 2 && size != 4 && size != 8)
		return NULL;
	*meaning = (struct mdt_meaning){ MDT_MEANING_ENUM, pattern, constants,
					 (uint32_t)count };
	known->type.kind = MDT_TYPE_ENUM;
	known->type.size = (uint32_t)size;
	known->type.meaning = meaning;
	return NULL;
}

// A length of 0 and no length are the same thing to us: what follows is as long as it is.
// (An upper bound of -1 is how a length of 0 looks. It must not be read as signed: 0xff
// in one byte is the last index of char [256].)
static uint64_t subrange_count(Dwarf_Die *die)
{
	uint64_t count = 0, upper;

	if (!die_number(die, DW_AT_count, &count) &&
	    die_number(die, DW_AT_upper_bound, &upper))
		count = upper + 1;
	return count;
}

static size_t read_dimensions(Dwarf_Die *die, uint64_t *dims)
{
	Dwarf_Die child;
	size_t count = 0;

	if (first_child(die, &child)) {
		do
			if (dwarf_tag(&child) == DW_TAG_subrange_type &&
			    count < DIMENSIONS_MAX)
				dims[count++] = subrange_count(&child);
		while (next_child(&child));
	}
	if (!count)
		dims[count++] = 0;
	return count;
}

// `char [4][16]`: all dimensions from the outermost of this array on.
static struct mdt_error *array_name(struct mdt_object *o, const char *item,
				    const uint64_t *dims, size_t count, const char **ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	mdt_buf_printf(&buf, "%s ", item);
	for (size_t i = 0; i < count; i++) {
		if (dims[i])
			mdt_buf_printf(&buf, "[%" PRIu64 "]", dims[i]);
		else
			mdt_buf_adds(&buf, "[]");
	}
	*ret = buf.failed ? NULL : keep(o, mdt_buf_slice(&buf));
	return *ret ? NULL : &mdt_enomem;
}

// One dimension around @p known, which becomes the item.
static struct mdt_error *wrap_array(struct mdt_object *o, struct known_type *known,
				    uint64_t count, const char *name)
{
	struct mdt_type *item = mdt_arena_new(o->arena, struct mdt_type);
	uint64_t size = saturating_mul(known->type.size, count);

	if (!item)
		return &mdt_enomem;
	*item = known->type;
	known->type = (struct mdt_type){
		.kind = MDT_TYPE_ARRAY,
		.name = name,
		.size = size <= TYPE_SIZE_MAX ? (uint32_t)size : UINT32_MAX,
		.count = count <= UINT32_MAX ? (uint32_t)count : UINT32_MAX,
		.is_flexible = !count,
		.item = item,
	};
	known->weight = saturating_add(saturating_mul(known->weight, count), 1);
	known->depth++;
	return NULL;
}

static struct mdt_error *convert_array(struct mdt_object *o, Dwarf_Die *die,
				       unsigned int depth, struct known_type *known)
{
	const struct known_type *item = &opaque;
	uint64_t dims[DIMENSIONS_MAX];
	size_t count = read_dimensions(die, dims);
	struct mdt_error *err = NULL;
	const char *name;
	Dwarf_Die of;

	if (die_type(die, &of))
		err = convert(o, &of, depth + 1, &item);
	if (err)
		return err;
	*known = *item;
	known->is_complete = false;
	for (size_t i = count; !err && i > 0; i--) {
		err = array_name(o, item->type.name, dims + i - 1, count - i + 1, &name);
		if (!err)
			err = wrap_array(o, known, dims[i - 1], name);
	}
	return err;
}

// Where a bit-field is, in bits from the start of the struct (little-endian).
static bool bit_place(Dwarf_Die *die, uint64_t at, uint64_t bits, uint64_t type_size,
		      uint64_t *ret)
{
	uint64_t from, storage = type_size;

	if (die_number(die, DW_AT_data_bit_offset, ret))
		return true;
	if (!die_number(die, DW_AT_bit_offset, &from))
		return false;
	// DWARF 3 counts from the other end of the storage unit.
	die_number(die, DW_AT_byte_size, &storage);
	if (storage > 8 || at > TYPE_SIZE_MAX || from + bits > storage * 8)
		return false;
	*ret = at * 8 + storage * 8 - from - bits;
	return true;
}

static bool place_member(Dwarf_Die *die, const struct known_type *type,
			 uint64_t struct_size, struct mdt_member *ret)
{
	uint64_t at = 0, bits = 0, bit_at, end;

	die_number(die, DW_AT_data_member_location, &at);
	if (die_number(die, DW_AT_bit_size, &bits)) {
		if (!bits || bits > 64 || bits > type->type.size * 8u ||
		    !bit_place(die, at, bits, type->type.size, &bit_at) ||
		    bit_at > struct_size * 8 || bit_at + bits > struct_size * 8)
			return false;
		ret->offset = (uint32_t)(bit_at / 8);
		ret->bit_offset = (uint16_t)(bit_at % 8);
		ret->bit_size = (uint16_t)bits;
		return true;
	}
	end = saturating_add(at, type->type.size);
	ret->offset = (uint32_t)at;
	return end <= struct_size;
}

static struct mdt_error *convert_member(struct mdt_object *o, Dwarf_Die *die,
					unsigned int depth, struct known_type *known,
					struct mdt_member *ret)
{
	const struct known_type *type = &opaque;
	struct mdt_error *err = NULL;
	Dwarf_Die of;

	ret->name = keep(o, die_name(die));
	if (!ret->name)
		return &mdt_enomem;
	if (die_type(die, &of))
		err = convert(o, &of, depth + 1, &type);
	if (err)
		return err;
	ret->type = &type->type;
	known->weight = saturating_add(known->weight, type->weight);
	if (type->depth >= known->depth)
		known->depth = type->depth + 1;
	if (!place_member(die, type, known->type.size, ret))
		ret->type = NULL;
	return NULL;
}

static struct mdt_error *convert_struct(struct mdt_object *o, Dwarf_Die *die,
					unsigned int depth, struct known_type *known)
{
	size_t count = count_children(die, DW_TAG_member), i = 0;
	struct mdt_error *err = tagged_name(die, o->arena, &known->type.name);
	struct mdt_member *members;
	uint64_t size = 0;
	bool sound = true;
	Dwarf_Die child;

	members = mdt_arena_alloc(o->arena, count * sizeof(*members),
				  _Alignof(struct mdt_member));
	if (err || !members)
		return err ? err : &mdt_enomem;
	die_number(die, DW_AT_byte_size, &size);
	known->type.size = size <= TYPE_SIZE_MAX ? (uint32_t)size : 0;
	if (count && first_child(die, &child)) {
		do {
			if (dwarf_tag(&child) != DW_TAG_member || i >= count)
				continue;
			err = convert_member(o, &child, depth, known, &members[i]);
			if (err)
				return err;
			sound &= members[i++].type != NULL;
		} while (next_child(&child));
	}
	if (!sound)
		return NULL; // it stays opaque
	known->type.kind =
		dwarf_tag(die) == DW_TAG_union_type ? MDT_TYPE_UNION : MDT_TYPE_STRUCT;
	known->type.members = members;
	known->type.count = (uint32_t)count;
	return NULL;
}

static struct mdt_error *convert_by_tag(struct mdt_object *o, Dwarf_Die *die,
					unsigned int depth, struct known_type *known)
{
	switch (dwarf_tag(die)) {
	case DW_TAG_base_type:
		return convert_base(o, die, known);
	case DW_TAG_pointer_type:
		return convert_pointer(o, die, known);
	case DW_TAG_typedef:
	case DW_TAG_const_type:
	case DW_TAG_volatile_type:
	case DW_TAG_restrict_type:
		return convert_alias(o, die, depth, known);
	case DW_TAG_enumeration_type:
		return convert_enum(o, die, known);
	case DW_TAG_array_type:
		return convert_array(o, die, depth, known);
	case DW_TAG_structure_type:
	case DW_TAG_union_type:
		return convert_struct(o, die, depth, known);
	}
	return NULL;
}

static struct mdt_error *convert(struct mdt_object *o, Dwarf_Die *die, unsigned int depth,
				 const struct known_type **ret)
{
	Dwarf_Off offset = dwarf_dieoffset(die);
	struct known_type *known = mdt_map_find(&o->known, offset);
	struct mdt_error *err;

	*ret = &opaque;
	if (known && known->is_complete)
		*ret = known;
	if (known || depth > CONVERT_DEPTH_MAX)
		return NULL;
	known = mdt_arena_new(o->arena, struct known_type);
	if (!known || !mdt_map_set(&o->known, offset, known))
		return &mdt_enomem;
	*known = opaque;
	known->is_complete = false;
	err = convert_by_tag(o, die, depth, known);
	if (err)
		return err;
	if (is_too_much(known))
		make_opaque(known);
	known->is_complete = true;
	*ret = known;
	return NULL;
}

static struct mdt_error *find_known(struct mdt_object *o, struct mdt_slice name,
				    const struct known_type **ret)
{
	Dwarf_Off *offset = mdt_map_find_text(&o->types, name);
	Dwarf_Die die;

	*ret = NULL;
	if (!offset || !dwarf_offdie(o->dbg, *offset, &die))
		return NULL;
	return convert(o, &die, 0, ret);
}

static struct mdt_error *find_type(void *ctx, struct mdt_slice name,
				   const struct mdt_type **ret)
{
	const struct known_type *known;
	struct mdt_error *err = find_known(ctx, name, &known);

	*ret = !err && known ? &known->type : NULL;
	return err;
}

struct mdt_number *mdt_object_find_enumerator(struct mdt_object *o, struct mdt_slice name)
{
	return mdt_map_find_text(&o->enumerators, name);
}

const struct mdt_map *mdt_object_enumerators(const struct mdt_object *o)
{
	return &o->enumerators;
}

static bool find_constant(void *ctx, struct mdt_slice name, struct mdt_number *ret)
{
	const struct mdt_number *number = mdt_object_find_enumerator(ctx, name);

	if (number)
		*ret = *number;
	return number != NULL;
}

struct mdt_eval_env mdt_object_env(struct mdt_object *o)
{
	return (struct mdt_eval_env){ o, find_constant, find_type, o->arena };
}

struct mdt_cpp *mdt_object_macros(struct mdt_object *o)
{
	return &o->cpp;
}

// `ifr_ifru.ifru_flags`: from struct to struct.
static const struct mdt_member *find_member(const struct mdt_type *type,
					    struct mdt_slice path)
{
	const struct mdt_member *member = NULL;

	while (path.len && type) {
		const char *dot = memchr(path.str, '.', path.len);
		size_t len = dot ? (size_t)(dot - path.str) : path.len;

		member = mdt_type_find_member(type, mdt_slice_head(path, len), NULL);
		type = member ? member->type : NULL;
		path = mdt_slice_skip(path, len + 1);
	}
	return path.len ? NULL : member;
}

struct mdt_error *mdt_object_set_meaning(struct mdt_object *o, struct mdt_slice type,
					 struct mdt_slice field,
					 const struct mdt_meaning *meaning)
{
	const struct known_type *known;
	struct mdt_error *err = find_known(o, type, &known);
	struct mdt_member *member;

	if (err)
		return err;
	if (!known)
		return mdt_error_create(MDT_ERR_NOT_FOUND,
					"no type '%.*s' in the headers", SLICE_FMT(type));
	// Members are ours to write: convert_struct() made them.
	member = (struct mdt_member *)find_member(&known->type, field);
	if (!member)
		return mdt_error_create(MDT_ERR_NOT_FOUND, "'%.*s' has no field '%.*s'",
					SLICE_FMT(type), SLICE_FMT(field));
	member->meaning = meaning;
	return NULL;
}

static struct mdt_error *index_enumerators(struct mdt_object *o, Dwarf_Die *die)
{
	Dwarf_Die child;

	if (!first_child(die, &child))
		return NULL;
	do {
		struct mdt_number *number = mdt_arena_new(&o->scratch, struct mdt_number);
		struct mdt_slice name = die_name(&child);
		uint64_t value = 0;

		if (dwarf_tag(&child) != DW_TAG_enumerator || !name.len)
			continue;
		if (!number)
			return &mdt_enomem;
		// C17 6.7.2.2: int; what does not fit is wider, as gcc and clang have it.
		number->is_unsigned =
			!enumerator_value(&child, &value) && value > INT32_MAX;
		number->size = value <= UINT32_MAX || -value <= UINT32_MAX ? 4 : 8;
		number->value = value;
		if (!mdt_map_set_text(&o->enumerators, name, number))
			return &mdt_enomem;
	} while (next_child(&child));
	return NULL;
}

static struct mdt_error *index_type(struct mdt_object *o, Dwarf_Die *die)
{
	int tag = dwarf_tag(die);
	struct mdt_error *err = NULL;
	const char *name;
	Dwarf_Off *offset;

	if (tag == DW_TAG_enumeration_type)
		err = index_enumerators(o, die);
	if (tag != DW_TAG_structure_type && tag != DW_TAG_union_type &&
	    tag != DW_TAG_enumeration_type && tag != DW_TAG_typedef)
		return NULL;
	if (err || !die_name(die).len || dwarf_hasattr(die, DW_AT_declaration))
		return err;
	err = tagged_name(die, &o->scratch, &name);
	if (err || mdt_map_find_text(&o->types, mdt_slice_cstr(name)))
		return err;
	offset = mdt_arena_new(&o->scratch, Dwarf_Off);
	if (!offset)
		return &mdt_enomem;
	*offset = dwarf_dieoffset(die);
	return mdt_map_set_text(&o->types, mdt_slice_cstr(name), offset) ? NULL
									 : &mdt_enomem;
}

static struct mdt_error *index_types(struct mdt_object *o, Dwarf_Die *cu)
{
	struct mdt_error *err = NULL;
	Dwarf_Die child;

	if (!first_child(cu, &child))
		return NULL;
	do
		err = index_type(o, &child);
	while (!err && next_child(&child));
	return err;
}

struct macro_reader {
	struct mdt_object *object;
	struct mdt_error *err;
	const char *headers[INCLUDE_DEPTH_MAX];
	unsigned int depth;	   // of headers; counts on beyond the array
	unsigned int import_depth; // of units
	struct mdt_map imported;   // offset -> anything: each unit is read once
	size_t budget;		   // bytes of text
};

static const char *current_header(const struct macro_reader *r)
{
	if (!r->depth || r->depth > INCLUDE_DEPTH_MAX)
		return "";
	return r->headers[r->depth - 1];
}

// A path is printed: one with control characters is no header's.
static bool is_printable(const char *path)
{
	for (; *path; path++)
		if ((unsigned char)*path < ' ' || *path == 0x7f)
			return false;
	return true;
}

static void enter_header(struct macro_reader *r, Dwarf_Macro *macro)
{
	const char *path = NULL;
	Dwarf_Files *files;
	Dwarf_Word file;
	size_t count;

	if (dwarf_macro_param2(macro, &file, NULL) == 0 &&
	    dwarf_macro_getsrcfiles(r->object->dbg, macro, &files, &count) == 0)
		path = dwarf_filesrc(files, file, NULL, NULL);
	if (r->depth < INCLUDE_DEPTH_MAX)
		r->headers[r->depth] = path && is_printable(path) ? path : "";
	r->depth++;
}

static struct mdt_error *read_text(struct macro_reader *r, Dwarf_Macro *macro,
				   struct mdt_slice *ret)
{
	const char *text = NULL;

	*ret = SLICE("");
	if (dwarf_macro_param2(macro, NULL, &text) != 0 || !text)
		return NULL;
	*ret = mdt_slice_from(text, strnlen(text, r->budget));
	r->budget -= ret->len;
	if (r->budget)
		return NULL;
	return mdt_error_at(MDT_ERR_DWARF, r->object->path, 0, 0, "too many macros");
}

static int read_macro(Dwarf_Macro *macro, void *arg);

static void import_unit(struct macro_reader *r, Dwarf_Macro *macro)
{
	Dwarf_Word offset;

	if (dwarf_macro_param1(macro, &offset) != 0 ||
	    r->import_depth >= IMPORT_DEPTH_MAX || mdt_map_find(&r->imported, offset))
		return;
	if (!mdt_map_set(&r->imported, offset, r)) {
		r->err = &mdt_enomem;
		return;
	}
	r->import_depth++;
	dwarf_getmacros_off(r->object->dbg, offset, read_macro, r, DWARF_GETMACROS_START);
	r->import_depth--;
}

static void undefine(struct mdt_cpp *cpp, struct mdt_slice text)
{
	const char *blank = text.len ? memchr(text.str, ' ', text.len) : NULL;

	mdt_cpp_undef(
		cpp, mdt_slice_head(text, blank ? (size_t)(blank - text.str) : text.len));
}

static int read_macro(Dwarf_Macro *macro, void *arg)
{
	struct macro_reader *r = arg;
	struct mdt_slice text;
	unsigned int opcode;

	if (dwarf_macro_opcode(macro, &opcode) != 0)
		return DWARF_CB_ABORT;
	switch (opcode) {
	case DW_MACRO_define:
	case DW_MACRO_define_strp:
	case DW_MACRO_define_strx:
		r->err = read_text(r, macro, &text);
		if (!r->err)
			r->err = mdt_cpp_define(&r->object->cpp, text, current_header(r));
		break;
	case DW_MACRO_undef:
	case DW_MACRO_undef_strp:
	case DW_MACRO_undef_strx:
		r->err = read_text(r, macro, &text);
		if (!r->err)
			undefine(&r->object->cpp, text);
		break;
	case DW_MACRO_start_file:
		enter_header(r, macro);
		break;
	case DW_MACRO_end_file:
		r->depth -= r->depth > 0;
		break;
	case DW_MACRO_import:
		import_unit(r, macro);
		break;
	}
	return r->err ? DWARF_CB_ABORT : DWARF_CB_OK;
}

static struct mdt_error *read_macros(struct mdt_object *o, Dwarf_Die *cu)
{
	struct macro_reader r = { .object = o, .budget = TEXT_BUDGET };

	dwarf_getmacros(cu, read_macro, &r, DWARF_GETMACROS_START);
	mdt_map_deinit(&r.imported);
	return r.err;
}

static struct mdt_error *read_units(struct mdt_object *o)
{
	Dwarf_CU *cu = NULL;
	Dwarf_Die die;
	uint8_t unit_type;

	while (dwarf_get_units(o->dbg, cu, &cu, NULL, &unit_type, &die, NULL) == 0) {
		struct mdt_error *err;

		if (unit_type != DW_UT_compile)
			continue;
		err = index_types(o, &die);
		if (!err)
			err = read_macros(o, &die);
		if (err)
			return err;
	}
	if (o->cpp.by_name.live)
		return NULL;
	return mdt_error_at(MDT_ERR_DWARF, o->path, 0, 0,
			    "no macros in its debug info (compile it with -g3)");
}

// An object of this machine: libdw would read others, but their numbers mean other
// things.
static struct mdt_error *check_elf(int fd, const char *path)
{
	unsigned char ident[EI_NIDENT] = { 0 };
	unsigned char data = BYTE_ORDER == LITTLE_ENDIAN ? ELFDATA2LSB : ELFDATA2MSB;
	unsigned char class = sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;

	if (pread(fd, ident, sizeof(ident), 0) != sizeof(ident) ||
	    memcmp(ident, ELFMAG, SELFMAG) != 0)
		return mdt_error_at(MDT_ERR_FORMAT, path, 0, 0, "not an ELF object");
	if (ident[EI_CLASS] != class || ident[EI_DATA] != data)
		return mdt_error_at(MDT_ERR_FORMAT, path, 0, 0,
				    "an object of another machine");
	return NULL;
}

// Debug info in other files is not looked for: a pack is one file.
static int find_no_debuginfo(Dwfl_Module *mod, void **userdata, const char *name,
			     Dwarf_Addr base, const char *file, const char *debuglink,
			     GElf_Word crc, char **ret)
{
	(void)mod, (void)userdata, (void)name, (void)base;
	(void)file, (void)debuglink, (void)crc, (void)ret;
	return -1;
}

static struct mdt_error *open_debug_info(struct mdt_object *o, int fd)
{
	static const Dwfl_Callbacks callbacks = {
		.find_debuginfo = find_no_debuginfo,
		.section_address = dwfl_offline_section_address,
	};
	Dwfl_Module *module = NULL;
	Dwarf_Addr bias;
	int own = dup(fd);

	if (own < 0)
		return mdt_error_os(errno, "%s", o->path);
	o->dwfl = dwfl_begin(&callbacks);
	if (o->dwfl)
		module = dwfl_report_offline(o->dwfl, "pack", o->path, own);
	if (!module) {
		close(own);
		return mdt_error_at(MDT_ERR_FORMAT, o->path, 0, 0, "%s", dwfl_errmsg(-1));
	}
	dwfl_report_end(o->dwfl, NULL, NULL);
	o->dbg = dwfl_module_getdwarf(module, &bias);
	if (!o->dbg)
		return mdt_error_at(MDT_ERR_DWARF, o->path, 0, 0, "%s", dwfl_errmsg(-1));
	return NULL;
}

struct mdt_error *mdt_object_create(int fd, const char *path, struct mdt_arena *arena,
				    struct mdt_object **ret)
{
	_cleanup_(mdt_object_destroyp) struct mdt_object *o = NULL;
	struct mdt_error *err = check_elf(fd, path);

	if (err)
		return err;
	o = calloc(1, sizeof(*o));
	if (!o)
		return &mdt_enomem;
	o->path = path;
	o->arena = arena;
	mdt_cpp_init(&o->cpp);
	err = open_debug_info(o, fd);
	if (!err)
		err = read_units(o);
	if (!err)
		*ret = no_cleanup_ptr(o);
	return err;
}

void mdt_object_destroy(struct mdt_object *o)
{
	if (!o)
		return;
	mdt_map_deinit(&o->types);
	mdt_map_deinit(&o->known);
	mdt_map_deinit(&o->enumerators);
	mdt_cpp_deinit(&o->cpp);
	mdt_arena_deinit(&o->scratch);
	if (o->dwfl)
		dwfl_end(o->dwfl);
	free(o);
}

static const char *skip_folder(const char *path, const char *marker)
{
	const char *slash = strchr(path, '/');
	const char *found = strstr(path, marker);

	return slash && found && found < slash ? slash + 1 : path;
}

const char *mdt_header_name(const char *path)
{
	static const char marker[] = "/include/";
	const char *next;

	while ((next = strstr(path, marker)))
		path = next + sizeof(marker) - 1;
	if (strncmp(path, "uapi/", 5) == 0)
		path += 5;
	return skip_folder(path, "-linux-gnu");
}
