// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdlib.h>

#include "ioctl/packc/packc.h"
#include "ioctl/store.h"
#include "ioctl/value.h"

// Each list of the table is an array of its own, and entries are told apart by their
// text: two equal ones are one. An entry's text names others by their index, so what it
// is made of is written before it.
struct list {
	struct mdt_buf text;
	struct mdt_map index; // text of the entry -> index + 1
	uint32_t count;	      // of lines, which can be more than entries
};

struct emitter {
	struct mdt_arena arena; // the texts
	struct list constants, meanings, members, types;
	struct mdt_buf values;	// of the constants
	struct mdt_buf strings; // as C
	struct mdt_map offsets; // text -> offset + 1
	uint32_t offset;	// of the next string
	struct mdt_map seen;	// a type's address -> index + 1
};

static void list_deinit(struct list *list)
{
	mdt_buf_deinit(&list->text);
	mdt_map_deinit(&list->index);
}

// Put an entry of @p lines lines into a list, unless it is there.
static struct mdt_error *list_add(struct emitter *e, struct list *list,
				  const struct mdt_buf *entry, uint32_t lines,
				  uint32_t *ret)
{
	struct mdt_slice text;
	uintptr_t found;

	if (entry->failed)
		return &mdt_enomem;
	found = (uintptr_t)mdt_map_find_text(&list->index, mdt_buf_slice(entry));
	*ret = found ? (uint32_t)found - 1 : list->count;
	if (found)
		return NULL;
	if (!mdt_arena_copy(&e->arena, mdt_buf_slice(entry), &text) ||
	    !mdt_map_set_text(&list->index, text, (void *)((uintptr_t)list->count + 1)))
		return &mdt_enomem;
	mdt_buf_add(&list->text, text);
	list->count += lines;
	return NULL;
}

// Append the offset of a text in the array of strings.
static struct mdt_error *put_string(struct emitter *e, const char *text,
				    struct mdt_buf *ret)
{
	struct mdt_slice slice = mdt_slice_cstr(text);
	uintptr_t found = (uintptr_t)mdt_map_find_text(&e->offsets, slice);

	if (!found) {
		found = (uintptr_t)e->offset + 1;
		if (!mdt_map_set_text(&e->offsets, slice, (void *)found))
			return &mdt_enomem;
		mdt_buf_addc(&e->strings, '\t');
		mdt_bytes_text(slice, false, &e->strings);
		mdt_buf_adds(&e->strings, " \"\\0\"\n");
		e->offset += (uint32_t)slice.len + 1;
	}
	mdt_buf_printf(ret, "%" PRIuPTR ", ", found - 1);
	return NULL;
}

static struct mdt_error *fits(const char *what, uint32_t number)
{
	if (number < MDT_STORE_NONE)
		return NULL;
	return mdt_error_create(MDT_ERR_INVALID,
				"too many %s: store.h has 16 bits for it", what);
}

// The constants of a meaning, as a text to be told apart by; their values stand in an
// array of their own, so that neither has holes.
static struct mdt_error *emit_constants(struct emitter *e,
					const struct mdt_meaning *meaning, uint32_t *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf entry = { 0 }, names = { 0 },
						 values = { 0 };
	uint32_t before = e->constants.count;
	struct mdt_error *err = NULL;
	uintptr_t found;

	for (uint32_t i = 0; !err && i < meaning->count; i++) {
		err = put_string(e, meaning->constants[i].name, &names);
		mdt_buf_printf(&values, "%#" PRIx64 "u, ", meaning->constants[i].value);
	}
	if (err)
		return err;
	mdt_buf_add(&entry, mdt_buf_slice(&names));
	mdt_buf_add(&entry, mdt_buf_slice(&values));
	found = (uintptr_t)mdt_map_find_text(&e->constants.index, mdt_buf_slice(&entry));
	err = list_add(e, &e->constants, &entry, meaning->count, ret);
	if (err || found || before == e->constants.count)
		return err;
	// list_add() has put the text down for its index only.
	e->constants.text.len -= entry.len;
	mdt_buf_addc(&names, '\n');
	mdt_buf_add(&e->constants.text, mdt_buf_slice(&names));
	mdt_buf_addc(&values, '\n');
	mdt_buf_add(&e->values, mdt_buf_slice(&values));
	return NULL;
}

// Append the index of a meaning.
static struct mdt_error *
emit_meaning(struct emitter *e, const struct mdt_meaning *meaning, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf entry = { 0 };
	uint32_t index = MDT_STORE_NONE;
	struct mdt_error *err = NULL;

	if (meaning) {
		err = emit_constants(e, meaning, &index);
		mdt_buf_adds(&entry, "\t{ ");
		if (!err)
			err = put_string(e, meaning->pattern, &entry);
		mdt_buf_printf(&entry, "%" PRIu32 ", %" PRIu32 ", %d },\n", index,
			       meaning->count, meaning->kind);
		if (!err)
			err = fits("names of values", meaning->count);
		if (!err)
			err = list_add(e, &e->meanings, &entry, 1, &index);
		if (!err)
			err = fits("meanings", index);
	}
	mdt_buf_printf(ret, "%" PRIu32 ", ", index);
	return err;
}

static struct mdt_error *emit_type(struct emitter *e, const struct mdt_type *type,
				   uint32_t *ret);

static struct mdt_error *emit_member(struct emitter *e, const struct mdt_member *member,
				     struct mdt_buf *ret)
{
	uint32_t type;
	struct mdt_error *err = emit_type(e, member->type, &type);

	if (err)
		return err;
	mdt_buf_adds(ret, "\t{ ");
	err = put_string(e, member->name, ret);
	mdt_buf_printf(ret, "%" PRIu32 ", %" PRIu32 ", ", member->offset, type);
	if (!err)
		err = emit_meaning(e, member->meaning, ret);
	mdt_buf_printf(ret, "%u, %u },\n", member->bit_offset, member->bit_size);
	return err;
}

// Append where the members begin, or which type the items are of.
static struct mdt_error *emit_parts(struct emitter *e, const struct mdt_type *type,
				    struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf entry = { 0 };
	struct mdt_error *err = NULL;
	uint32_t index = 0;

	if (type->item)
		err = emit_type(e, type->item, &index);
	for (uint32_t i = 0; !err && type->members && i < type->count; i++)
		err = emit_member(e, &type->members[i], &entry);
	if (!err && entry.len)
		err = list_add(e, &e->members, &entry, type->count, &index);
	mdt_buf_printf(ret, "%" PRIu32 ", ", index);
	return err;
}

static struct mdt_error *emit_new_type(struct emitter *e, const struct mdt_type *type,
				       uint32_t *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf entry = { 0 };
	unsigned int flags = type->is_signed * MDT_STORE_IS_SIGNED |
			     type->is_char * MDT_STORE_IS_CHAR |
			     type->is_big_endian * MDT_STORE_IS_BIG_ENDIAN |
			     type->is_flexible * MDT_STORE_IS_FLEXIBLE;
	struct mdt_error *err;

	mdt_buf_adds(&entry, "\t{ ");
	err = put_string(e, type->name, &entry);
	mdt_buf_printf(&entry, "%" PRIu32 ", %" PRIu32 ", ", type->size, type->count);
	if (!err)
		err = emit_parts(e, type, &entry);
	if (!err)
		err = emit_meaning(e, type->meaning, &entry);
	mdt_buf_printf(&entry, "%d, %u },\n", type->kind, flags);
	if (!err)
		err = list_add(e, &e->types, &entry, 1, ret);
	return err ? err : fits("types", *ret);
}

static struct mdt_error *emit_type(struct emitter *e, const struct mdt_type *type,
				   uint32_t *ret)
{
	uintptr_t seen = (uintptr_t)mdt_map_find(&e->seen, (uintptr_t)type);
	struct mdt_error *err;

	if (seen) {
		*ret = (uint32_t)seen - 1;
		return NULL;
	}
	err = emit_new_type(e, type, ret);
	if (!err &&
	    !mdt_map_set(&e->seen, (uintptr_t)type, (void *)((uintptr_t)*ret + 1)))
		return &mdt_enomem;
	return err;
}

static struct mdt_error *emit_row(struct emitter *e, const struct mdt_ioctl *row,
				  struct mdt_buf *ret)
{
	const char *const texts[] = { row->name, row->type_text, row->note, row->header,
				      row->pack, row->since,	 row->until };
	unsigned int flags = row->is_history * MDT_STORE_IS_HISTORY |
			     row->size_lies * MDT_STORE_SIZE_LIES |
			     row->is_alias * MDT_STORE_IS_ALIAS;
	uint32_t type = MDT_STORE_NONE;
	struct mdt_error *err = NULL;

	if (row->type)
		err = emit_type(e, row->type, &type);
	mdt_buf_adds(ret, "\t{ ");
	array_for_each (it, texts)
		if (!err)
			err = put_string(e, *it, ret);
	mdt_buf_printf(ret, "%" PRIu32 ", ", type);
	if (!err)
		err = emit_meaning(e, row->meaning, ret);
	mdt_buf_printf(ret, "%d, %u },\n", row->arg, flags);
	return err;
}

// The texts that have 16 bits for their offset come first.
static struct mdt_error *emit_short_strings(struct emitter *e,
					    const struct mdt_ioctl_table *table)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf nowhere = { 0 };
	struct mdt_error *err = put_string(e, "", &nowhere);

	for (size_t i = 0; !err && i < table->count; i++) {
		const struct mdt_ioctl *row = &table->rows[i];
		const char *const texts[] = { row->header, row->pack, row->since,
					      row->until };

		array_for_each (it, texts)
			if (!err)
				err = put_string(e, *it, &nowhere);
	}
	return err ? err : fits("names of headers", e->offset);
}

static struct mdt_error *emit_rows(struct emitter *e, const struct mdt_ioctl_table *table,
				   struct mdt_buf *rows, struct mdt_buf *names)
{
	struct mdt_error *err = emit_short_strings(e, table);
	uint32_t index = 0;

	for (size_t i = 0; !err && i < table->count; i++)
		err = emit_row(e, &table->rows[i], rows);
	for (size_t i = 0; !err && i < table->type_count; i++) {
		err = emit_type(e, table->types[i], &index);
		mdt_buf_printf(names, "\t%" PRIu32 ",\n", index);
	}
	return err;
}

// An array of nothing is no C: one entry of zeros is there, and nobody looks at it.
static void put_array(struct mdt_buf *ret, const char *type, const char *name,
		      const struct mdt_buf *text)
{
	mdt_buf_printf(ret, "const %s mdt_store_%s[] = {\n", type, name);
	mdt_buf_add(ret, mdt_buf_slice(text));
	mdt_buf_adds(ret, text->len ? "};\n" : "\t0\n};\n");
}

static void put_indices(struct mdt_buf *ret, const char *name, const uint32_t *indices,
			size_t count)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	for (size_t i = 0; i < count; i++)
		mdt_buf_printf(&text, "%" PRIu32 ",\n", indices[i]);
	put_array(ret, "uint32_t", name, &text);
}

static void put_varies(struct mdt_buf *ret, const struct mdt_ioctl_table *table)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	for (size_t i = 0; i < table->template_count; i++)
		mdt_buf_printf(&text, "%#" PRIx32 ",\n",
			       table->rows[table->templates[i]].varies);
	put_array(ret, "uint32_t", "varies", &text);
}

static void put_room(struct mdt_buf *ret, const char *type, const char *name,
		     size_t count)
{
	mdt_buf_printf(ret, "%s mdt_whole_%s[%zu];\n", type, name, count ? count : 1);
}

static void put_rooms(const struct emitter *e, const struct mdt_ioctl_table *table,
		      struct mdt_buf *ret)
{
	put_room(ret, "struct mdt_ioctl", "rows", table->count);
	put_room(ret, "struct mdt_type", "types", e->types.count);
	put_room(ret, "struct mdt_member", "members", e->members.count);
	put_room(ret, "struct mdt_meaning", "meanings", e->meanings.count);
	put_room(ret, "struct mdt_constant", "constants", e->constants.count);
	put_room(ret, "_Atomic unsigned char", "row_is", table->count);
	put_room(ret, "unsigned char", "type_is", e->types.count);
	put_room(ret, "unsigned char", "meaning_is", e->meanings.count);
}

static void put_all(const struct emitter *e, const struct mdt_ioctl_table *table,
		    const struct mdt_buf *rows, const struct mdt_buf *names,
		    struct mdt_buf *ret)
{
	mdt_buf_adds(ret, "/* Made from decoders/ by mdt-packc. */\n"
			  "#include \"ioctl/store.h\"\n\n"
			  "const char mdt_store_strings[] =\n");
	mdt_buf_add(ret, mdt_buf_slice(&e->strings));
	mdt_buf_adds(ret, ";\n");
	put_array(ret, "uint32_t", "constant_names", &e->constants.text);
	put_array(ret, "uint64_t", "constant_values", &e->values);
	put_array(ret, "struct mdt_store_meaning", "meanings", &e->meanings.text);
	put_array(ret, "struct mdt_store_member", "members", &e->members.text);
	put_array(ret, "struct mdt_store_type", "types", &e->types.text);
	put_array(ret, "struct mdt_store_row", "rows", rows);
	put_indices(ret, "numbers", table->numbers, table->count);
	put_indices(ret, "by_name", table->by_name, table->count);
	put_indices(ret, "by_nr", table->by_nr, table->count);
	put_indices(ret, "templates", table->templates, table->template_count);
	put_varies(ret, table);
	put_array(ret, "uint16_t", "named", names);
	mdt_buf_printf(ret,
		       "const uint32_t mdt_store_count = %zu;\n"
		       "const uint32_t mdt_store_template_count = %zu;\n"
		       "const uint32_t mdt_store_named_count = %zu;\n",
		       table->count, table->template_count, table->type_count);
	put_rooms(e, table, ret);
}

struct mdt_error *mdt_packc_emit(const struct mdt_ioctl_table *table, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf rows = { 0 }, names = { 0 };
	struct emitter e = { 0 };
	struct mdt_error *err = emit_rows(&e, table, &rows, &names);

	if (!err)
		put_all(&e, table, &rows, &names, ret);
	if (!err && (rows.failed || names.failed || e.strings.failed || e.values.failed))
		err = &mdt_enomem;
	list_deinit(&e.constants);
	list_deinit(&e.meanings);
	list_deinit(&e.members);
	list_deinit(&e.types);
	mdt_buf_deinit(&e.values);
	mdt_buf_deinit(&e.strings);
	mdt_map_deinit(&e.offsets);
	mdt_map_deinit(&e.seen);
	mdt_arena_deinit(&e.arena);
	return err ? err : mdt_buf_error(ret);
}
