// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdlib.h>

#include "kernel/ops_parts.h"

enum {
	ROWS_MAX = 1 << 14,
	NESTING_MAX = 24,
	// A small struct's zeros say something, as `.level = 0`.
	SMALL = 64,
	POINTER = 8,
	HEX_FROM = 0x10000,
};

struct filling {
	const struct mdt_ops_reading *reading;
	const struct mdt_ops_raw *raw;
	struct mdt_slice type;
	struct mdt_buf path, value;
	struct mdt_ops_row *rows;
	struct mdt_slice *unset;
	size_t row_count, row_cap, unset_count, unset_cap;
	unsigned int depth;
};

const struct mdt_ops_slot *mdt_ops_slot_at(const struct mdt_ops_raw *raw, uint64_t at)
{
	size_t low = 0, high = raw->slot_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (raw->slots[mid].at < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low < raw->slot_count && raw->slots[low].at == at ? &raw->slots[low]
								 : NULL;
}

/* ---- what a pointer is as C writes it ---- */

static void add_quoted(struct mdt_slice text, struct mdt_buf *ret)
{
	mdt_buf_addc(ret, '"');
	for (size_t i = 0; i < text.len; i++) {
		unsigned char c = (unsigned char)text.str[i];

		if (c == '\n')
			mdt_buf_adds(ret, "\\n");
		else if (c == '"' || c == '\\')
			mdt_buf_printf(ret, "\\%c", c);
		else if (c < ' ' || c > '~')
			mdt_buf_printf(ret, "\\%03o", c);
		else
			mdt_buf_addc(ret, (char)c);
	}
	mdt_buf_addc(ret, '"');
}

static bool is_printable(struct mdt_slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if ((unsigned char)text.str[i] < ' ' && text.str[i] != '\n' &&
		    text.str[i] != '\t')
			return false;
	return true;
}

// Text has no symbol of its own; in a module its section says what it is.
static bool find_text(const struct mdt_kernel_elf *elf,
		      const struct mdt_kernel_target *target, struct mdt_slice *ret)
{
	if (!target->section ||
	    !mdt_kernel_elf_text(elf, target->section, target->at, ret))
		return false;
	return elf->sections[target->section].is_text_table ||
	       (!target->symbol && ret->len && is_printable(*ret));
}

static void add_target(const struct filling *f, const struct mdt_ops_slot *slot,
		       bool is_function, struct mdt_buf *ret)
{
	const struct mdt_kernel_elf *elf = &f->reading->object->elf;
	const struct mdt_kernel_target *target = &slot->target;
	struct mdt_slice text;

	if (!is_function && find_text(elf, target, &text)) {
		add_quoted(text, ret);
		return;
	}
	if (!target->symbol) {
		mdt_buf_printf(ret, "%.*s+%#" PRIx64,
			       SLICE_FMT(elf->sections[target->section].name),
			       target->at);
		return;
	}
	if (mdt_slice_eq(target->symbol->name, SLICE("__this_module"))) {
		mdt_buf_adds(ret, "THIS_MODULE");
		return;
	}
	mdt_buf_printf(ret, "%s%.*s", is_function ? "" : "&",
		       SLICE_FMT(target->symbol->name));
	if (target->off)
		mdt_buf_printf(ret, "+%#" PRIx64, target->off);
}

/* ---- rows ---- */

static struct mdt_error *copy(const struct filling *f, struct mdt_slice text,
			      struct mdt_slice *ret)
{
	return mdt_arena_copy(f->reading->arena, text, ret) ? NULL : &mdt_enomem;
}

static struct mdt_error *add_row(struct filling *f, uint64_t at, bool is_function)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf old = { 0 };
	struct mdt_ops_row row = { .at = at, .is_function = is_function };
	struct mdt_error *err;

	if (f->row_count >= ROWS_MAX)
		return mdt_error_create(MDT_ERR_FORMAT, "%.*s has too many members",
					SLICE_FMT(f->raw->symbol->name));
	if (f->row_count == f->row_cap &&
	    !mdt_grow((void **)&f->rows, &f->row_cap, f->row_count, sizeof(row)))
		return &mdt_enomem;
	err = mdt_buf_error(&f->value);
	if (!err)
		err = copy(f, mdt_buf_slice(&f->path), &row.path);
	if (!err)
		err = copy(f, mdt_buf_slice(&f->value), &row.value);
	if (!err)
		err = copy(f,
			   mdt_ops_old_name(f->type, row.path,
					    is_function ? row.value : SLICE(""), &old),
			   &row.note);
	f->rows[f->row_count++] = row;
	mdt_buf_clear(&f->value);
	return err;
}

static struct mdt_error *add_unset(struct filling *f)
{
	if (f->unset_count >= ROWS_MAX)
		return NULL;
	if (f->unset_count == f->unset_cap &&
	    !mdt_grow((void **)&f->unset, &f->unset_cap, f->unset_count,
		      sizeof(*f->unset)))
		return &mdt_enomem;
	return copy(f, mdt_buf_slice(&f->path), &f->unset[f->unset_count++]);
}

/* ---- values ---- */

static uint64_t load(const struct filling *f, uint64_t at, uint64_t size)
{
	uint64_t value = 0;

	for (uint64_t i = 0; i < size && at + i < f->raw->bytes.len; i++)
		value |= (uint64_t)(unsigned char)f->raw->bytes.str[at + i] << 8 * i;
	return value;
}

// Whether there is nothing in these bytes.
static bool is_zero(const struct filling *f, uint64_t at, uint64_t size)
{
	for (size_t i = 0; i < f->raw->slot_count; i++)
		if (f->raw->slots[i].at >= at && f->raw->slots[i].at - at < size)
			return false;
	for (uint64_t i = 0; i < size && at + i < f->raw->bytes.len; i++)
		if (f->raw->bytes.str[at + i])
			return false;
	return true;
}

static int64_t extend(uint64_t value, uint64_t bits)
{
	return bits && bits < 64 && value >> (bits - 1) & 1
		       ? (int64_t)(value | ~0ull << bits)
		       : (int64_t)value;
}

static void add_number(const struct mdt_layout *type, uint64_t value, uint64_t bits,
		       struct mdt_buf *ret)
{
	int64_t number = type->is_signed ? extend(value, bits) : (int64_t)value;

	for (uint32_t i = 0; type->kind == MDT_LAYOUT_ENUM && i < type->count; i++)
		if (type->names[i].value == number) {
			mdt_buf_add(ret, type->names[i].name);
			return;
		}
	if (type->is_signed)
		mdt_buf_printf(ret, "%" PRId64, number);
	else
		mdt_buf_printf(ret, value < HEX_FROM ? "%" PRIu64 : "%#" PRIx64, value);
}

static struct mdt_error *fill(struct filling *f, const struct mdt_layout *type,
			      uint64_t at);

static struct mdt_error *fill_pointer(struct filling *f, const struct mdt_layout *type,
				      uint64_t at)
{
	const struct mdt_ops_slot *slot = mdt_ops_slot_at(f->raw, at);
	uint64_t value = load(f, at, POINTER);

	// Of another object's symbol the member says what it is.
	bool is_function = slot && (slot->is_function ||
				    (!slot->target.section && type->to_function));

	if (slot)
		add_target(f, slot, is_function, &f->value);
	else if (value)
		mdt_buf_printf(&f->value, "%#" PRIx64, value);
	else
		return type->to_function ? add_unset(f) : NULL;
	return add_row(f, at, is_function);
}

static struct mdt_error *fill_number(struct filling *f, const struct mdt_layout *type,
				     uint64_t at, uint32_t bit_offset, uint32_t bit_size)
{
	uint64_t bits = bit_size ? bit_size : type->size * 8;
	uint64_t value = load(f, at, bit_size ? sizeof(value) : type->size);

	if (bit_size)
		value = value >> bit_offset &
			(bit_size < 64 ? (1ull << bit_size) - 1 : ~0ull);
	add_number(type, value, bits, &f->value);
	return add_row(f, at, false);
}

static struct mdt_error *fill_member(struct filling *f,
				     const struct mdt_layout_member *member, uint64_t at,
				     bool zeros)
{
	const struct mdt_layout *type = member->type;
	bool number = type->kind == MDT_LAYOUT_INT || type->kind == MDT_LAYOUT_ENUM;
	size_t len = f->path.len;
	struct mdt_error *err = NULL;

	if (member->name.len)
		mdt_buf_printf(&f->path, ".%.*s", SLICE_FMT(member->name));
	if (member->bit_size && number)
		err = fill_number(f, type, at, member->bit_offset, member->bit_size);
	else if (!number || zeros || !is_zero(f, at, type->size))
		err = fill(f, type, at);
	f->path.len = len;
	return err;
}

// Of a union the first member with which all its pointers are pointers; else the first.
static uint32_t pick_member(const struct filling *f, const struct mdt_layout *type,
			    uint64_t at)
{
	const struct mdt_ops_slot *slot = mdt_ops_slot_at(f->raw, at);

	for (uint32_t i = 0; slot && i < type->count; i++)
		if (type->members[i].type->kind == MDT_LAYOUT_POINTER &&
		    type->members[i].type->to_function == slot->is_function)
			return i;
	return 0;
}

static struct mdt_error *fill_struct(struct filling *f, const struct mdt_layout *type,
				     uint64_t at)
{
	struct mdt_error *err = NULL;
	uint32_t i = 0, end = type->count;

	if (type->is_union && type->count) {
		i = pick_member(f, type, at);
		end = i + 1;
	}
	for (; !err && i < end; i++)
		err = fill_member(f, &type->members[i], at + type->members[i].offset,
				  type->count <= SMALL && !type->is_union);
	return err;
}

static struct mdt_error *fill_array(struct filling *f, const struct mdt_layout *type,
				    uint64_t at)
{
	size_t len = f->path.len;
	struct mdt_error *err = NULL;

	if (type->item->is_char && at + type->size <= f->raw->bytes.len) {
		struct mdt_slice text =
			mdt_slice_from(f->raw->bytes.str + at, type->size);

		add_quoted(mdt_slice_head(text, strnlen(text.str, text.len)), &f->value);
		return add_row(f, at, false);
	}
	for (uint32_t i = 0; !err && i < type->count; i++) {
		uint64_t place = at + i * type->item->size;

		if (!type->item->size || place >= f->raw->bytes.len)
			break;
		if (is_zero(f, place, type->item->size))
			continue;
		mdt_buf_printf(&f->path, "[%u]", i);
		err = fill(f, type->item, place);
		f->path.len = len;
	}
	return err;
}

static struct mdt_error *fill(struct filling *f, const struct mdt_layout *type,
			      uint64_t at)
{
	struct mdt_error *err = NULL;

	if (f->depth >= NESTING_MAX || at >= f->raw->bytes.len)
		return NULL;
	f->depth++;
	switch (type->kind) {
	case MDT_LAYOUT_POINTER:
		err = fill_pointer(f, type, at);
		break;
	case MDT_LAYOUT_INT:
	case MDT_LAYOUT_ENUM:
		err = fill_number(f, type, at, 0, 0);
		break;
	case MDT_LAYOUT_STRUCT:
		// A lock or a list that nobody has set is nothing to tell.
		if (f->depth == 1 || !is_zero(f, at, type->size))
			err = fill_struct(f, type, at);
		break;
	case MDT_LAYOUT_ARRAY:
		if (!is_zero(f, at, type->size))
			err = fill_array(f, type, at);
		break;
	case MDT_LAYOUT_OTHER:
		break;
	}
	f->depth--;
	return err;
}

static struct mdt_error *fill_items(struct filling *f, const struct mdt_layout *layout,
				    const struct mdt_ops_table *table)
{
	struct mdt_error *err = NULL;

	if (!table->count)
		return fill(f, layout, 0);
	for (uint32_t i = 0; !err && i < table->count; i++) {
		if (is_zero(f, i * layout->size, layout->size))
			continue;
		mdt_buf_clear(&f->path);
		mdt_buf_printf(&f->path, "[%u]", i);
		err = fill(f, layout, i * layout->size);
	}
	return err;
}

static struct mdt_error *fill_places(struct filling *f)
{
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < f->raw->slot_count; i++) {
		mdt_buf_clear(&f->path);
		mdt_buf_printf(&f->path, "+0x%" PRIx64, f->raw->slots[i].at);
		add_target(f, &f->raw->slots[i], f->raw->slots[i].is_function, &f->value);
		err = add_row(f, f->raw->slots[i].at, f->raw->slots[i].is_function);
	}
	return err;
}

static struct mdt_error *keep(const struct filling *f, struct mdt_ops_table *ret)
{
	struct mdt_ops_row *rows =
		mdt_arena_alloc(f->reading->arena, sizeof(*rows) * (f->row_count + 1),
				_Alignof(struct mdt_ops_row));
	struct mdt_slice *unset =
		mdt_arena_alloc(f->reading->arena, sizeof(*unset) * (f->unset_count + 1),
				_Alignof(struct mdt_slice));

	if (!rows || !unset)
		return &mdt_enomem;
	for (size_t i = 0; i < f->row_count; i++) {
		rows[i] = f->rows[i];
		ret->functions += rows[i].is_function;
	}
	for (size_t i = 0; i < f->unset_count; i++)
		unset[i] = f->unset[i];
	ret->rows = rows;
	ret->row_count = f->row_count;
	ret->unset = unset;
	ret->unset_count = f->unset_count;
	return NULL;
}

static bool has_member(const struct mdt_layout *layout, const char *name)
{
	for (uint32_t i = 0; i < layout->count; i++)
		if (mdt_slice_eq(layout->members[i].name, mdt_slice_cstr(name)))
			return true;
	return false;
}

static struct mdt_error *fill_gone(const struct filling *f,
				   const struct mdt_layout *layout,
				   struct mdt_ops_table *ret)
{
	enum { GONE_MAX = 8 };
	struct mdt_slice *gone = mdt_arena_alloc(
		f->reading->arena, sizeof(*gone) * GONE_MAX, _Alignof(struct mdt_slice));
	const char *member, *sentence;

	if (!gone)
		return &mdt_enomem;
	for (size_t i = 0; i < GONE_MAX && mdt_ops_gone(ret->type, i, &member, &sentence);
	     i++)
		if (!has_member(layout, member))
			gone[ret->gone_count++] = mdt_slice_cstr(sentence);
	ret->gone = gone;
	return NULL;
}

struct mdt_error *mdt_ops_fill(const struct mdt_ops_reading *reading,
			       const struct mdt_ops_raw *raw,
			       const struct mdt_layout *layout, struct mdt_ops_table *ret)
{
	struct filling f = { .reading = reading, .raw = raw, .type = ret->type };
	struct mdt_error *err = layout ? fill_items(&f, layout, ret) : fill_places(&f);

	if (!err)
		err = keep(&f, ret);
	if (!err && layout && layout->kind == MDT_LAYOUT_STRUCT)
		err = fill_gone(&f, layout, ret);
	mdt_buf_deinit(&f.path);
	mdt_buf_deinit(&f.value);
	free(f.rows);
	free(f.unset);
	return err;
}
