// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdlib.h>

#include "ioctl/packc/packc.h"
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
	struct mdt_map seen; // a type's address -> index + 1
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

static void put_string(struct mdt_buf *ret, const char *text)
{
	mdt_bytes_text(mdt_slice_cstr(text), false, ret);
}

static struct mdt_error *emit_constants(struct emitter *e,
					const struct mdt_meaning *meaning, uint32_t *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf entry = { 0 };

	for (uint32_t i = 0; i < meaning->count; i++) {
		mdt_buf_adds(&entry, "\t{ ");
		put_string(&entry, meaning->constants[i].name);
		mdt_buf_printf(&entry, ", %#" PRIx64 "u },\n",
			       meaning->constants[i].value);
	}
	return list_add(e, &e->constants, &entry, meaning->count, ret);
}

// A reference to a meaning: `&meanings[3]` or `NULL`.
static struct mdt_error *
emit_meaning(struct emitter *e, const struct mdt_meaning *meaning, struct mdt_buf *ret)
{
	static const char *const kinds[] = {
		[MDT_MEANING_ENUM] = "ENUM",   [MDT_MEANING_BITS] = "BITS",
		[MDT_MEANING_FLAGS] = "FLAGS", [MDT_MEANING_DEV] = "DEV",
		[MDT_MEANING_FD] = "FD",       [MDT_MEANING_STRING] = "STRING",
		[MDT_MEANING_HEX] = "HEX",
	};
	_cleanup_(mdt_buf_deinit) struct mdt_buf entry = { 0 };
	uint32_t index = 0;
	struct mdt_error *err;

	if (!meaning) {
		mdt_buf_adds(ret, "NULL");
		return NULL;
	}
	err = emit_constants(e, meaning, &index);
	if (err)
		return err;
	mdt_buf_printf(&entry, "\t{ MDT_MEANING_%s, ", kinds[meaning->kind]);
	put_string(&entry, meaning->pattern);
	mdt_buf_printf(&entry, ", constants + %" PRIu32 ", %" PRIu32 " },\n", index,
		       meaning->count);
	err = list_add(e, &e->meanings, &entry, 1, &index);
	mdt_buf_printf(ret, "&meanings[%" PRIu32 "]", index);
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
	put_string(ret, member->name);
	mdt_buf_printf(ret, ", &types[%" PRIu32 "], ", type);
	err = emit_meaning(e, member->meaning, ret);
	mdt_buf_printf(ret, ", %" PRIu32 ", %u, %u },\n", member->offset,
		       member->bit_offset, member->bit_size);
	return err;
}

static struct mdt_error *emit_members(struct emitter *e, const struct mdt_type *type,
				      struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf entry = { 0 };
	struct mdt_error *err = NULL;
	uint32_t index;

	if (!type->members) {
		mdt_buf_adds(ret, "NULL");
		return NULL;
	}
	for (uint32_t i = 0; !err && i < type->count; i++)
		err = emit_member(e, &type->members[i], &entry);
	if (!err)
		err = list_add(e, &e->members, &entry, type->count, &index);
	if (!err)
		mdt_buf_printf(ret, "members + %" PRIu32, index);
	return err;
}

static struct mdt_error *emit_item(struct emitter *e, const struct mdt_type *type,
				   struct mdt_buf *ret)
{
	struct mdt_error *err;
	uint32_t index;

	if (!type->item) {
		mdt_buf_adds(ret, "NULL");
		return NULL;
	}
	err = emit_type(e, type->item, &index);
	if (!err)
		mdt_buf_printf(ret, "&types[%" PRIu32 "]", index);
	return err;
}

static struct mdt_error *emit_new_type(struct emitter *e, const struct mdt_type *type,
				       uint32_t *ret)
{
	static const char *const kinds[] = {
		[MDT_TYPE_INT] = "INT",		[MDT_TYPE_ENUM] = "ENUM",
		[MDT_TYPE_POINTER] = "POINTER", [MDT_TYPE_STRUCT] = "STRUCT",
		[MDT_TYPE_UNION] = "UNION",	[MDT_TYPE_ARRAY] = "ARRAY",
		[MDT_TYPE_OPAQUE] = "OPAQUE",
	};
	_cleanup_(mdt_buf_deinit) struct mdt_buf entry = { 0 };
	struct mdt_error *err;

	mdt_buf_printf(&entry, "\t{ MDT_TYPE_%s, %d, %d, %d, %d, ", kinds[type->kind],
		       type->is_signed, type->is_char, type->is_big_endian,
		       type->is_flexible);
	put_string(&entry, type->name);
	mdt_buf_printf(&entry, ", %" PRIu32 ", %" PRIu32 ", ", type->size, type->count);
	err = emit_item(e, type, &entry);
	mdt_buf_adds(&entry, ", ");
	if (!err)
		err = emit_members(e, type, &entry);
	mdt_buf_adds(&entry, ", ");
	if (!err)
		err = emit_meaning(e, type->meaning, &entry);
	mdt_buf_adds(&entry, " },\n");
	return err ? err : list_add(e, &e->types, &entry, 1, ret);
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
	static const char *const args[] = {
		[MDT_ARG_UNSAID] = "UNSAID", [MDT_ARG_IGNORED] = "IGNORED",
		[MDT_ARG_VALUE] = "VALUE",   [MDT_ARG_IN] = "IN",
		[MDT_ARG_OUT] = "OUT",	     [MDT_ARG_INOUT] = "INOUT",
	};
	const char *const texts[] = { row->type_text, row->header, row->pack,
				      row->note,      row->since,  row->until };
	struct mdt_error *err = NULL;
	uint32_t type;

	mdt_buf_printf(ret, "\t{ %#010" PRIx32 ", MDT_ARG_%s, ", row->number,
		       args[row->arg]);
	put_string(ret, row->name);
	if (row->type) {
		err = emit_type(e, row->type, &type);
		if (err)
			return err;
		mdt_buf_printf(ret, ", &types[%" PRIu32 "], ", type);
	} else {
		mdt_buf_adds(ret, ", NULL, ");
	}
	err = emit_meaning(e, row->meaning, ret);
	array_for_each (it, texts) {
		mdt_buf_adds(ret, ", ");
		put_string(ret, *it);
	}
	mdt_buf_printf(ret, ", %d, %d },\n", row->is_history, row->size_lies);
	return err;
}

static void put_indices(struct mdt_buf *ret, const char *name, const uint32_t *indices,
			size_t count)
{
	mdt_buf_printf(ret, "static const uint32_t %s[] = {", name);
	for (size_t i = 0; i < count; i++)
		mdt_buf_printf(ret, "%s%" PRIu32 ",", i % 12 ? " " : "\n\t", indices[i]);
	mdt_buf_adds(ret, "\n};\n");
}

// An array of nothing is no C: one entry of zeros is there, and nobody looks at it.
static void put_list(struct mdt_buf *ret, const char *type, const char *name,
		     const struct list *list)
{
	mdt_buf_printf(ret, "static const struct %s %s[%" PRIu32 "] = {\n", type, name,
		       list->count ? list->count : 1);
	mdt_buf_add(ret, mdt_buf_slice(&list->text));
	mdt_buf_adds(ret, list->count ? "};\n" : "\t{ 0 },\n};\n");
}

static struct mdt_error *emit_rows(struct emitter *e, const struct mdt_ioctl_table *table,
				   struct mdt_buf *rows, struct mdt_buf *names)
{
	struct mdt_error *err = NULL;
	uint32_t index;

	mdt_buf_printf(rows, "static const struct mdt_ioctl rows[] = {\n");
	for (size_t i = 0; !err && i < table->count; i++)
		err = emit_row(e, &table->rows[i], rows);
	mdt_buf_adds(rows, "};\n");
	mdt_buf_adds(names, "static const struct mdt_type *const named[] = {\n");
	for (size_t i = 0; !err && i < table->type_count; i++) {
		err = emit_type(e, table->types[i], &index);
		mdt_buf_printf(names, "\t&types[%" PRIu32 "],\n", index);
	}
	mdt_buf_adds(names, "};\n");
	return err ? err : mdt_buf_error(rows);
}

static void put_all(const struct emitter *e, const struct mdt_ioctl_table *table,
		    const struct mdt_buf *rows, const struct mdt_buf *names,
		    struct mdt_buf *ret)
{
	mdt_buf_adds(ret, "/* Made from decoders/ by mdt-packc. */\n"
			  "#include \"ioctl/table.h\"\n\n");
	put_list(ret, "mdt_constant", "constants", &e->constants);
	put_list(ret, "mdt_meaning", "meanings", &e->meanings);
	mdt_buf_printf(ret, "static const struct mdt_type types[%" PRIu32 "];\n",
		       e->types.count ? e->types.count : 1);
	put_list(ret, "mdt_member", "members", &e->members);
	put_list(ret, "mdt_type", "types", &e->types);
	mdt_buf_add(ret, mdt_buf_slice(rows));
	put_indices(ret, "by_name", table->by_name, table->count);
	put_indices(ret, "by_nr", table->by_nr, table->count);
	mdt_buf_add(ret, mdt_buf_slice(names));
	mdt_buf_printf(ret,
		       "\nconst struct mdt_ioctl_table *mdt_ioctl_builtin(void)\n{\n"
		       "\tstatic const struct mdt_ioctl_table table = {\n"
		       "\t\trows, by_name, by_nr, %zu, named, %zu,\n\t};\n\n"
		       "\treturn &table;\n}\n",
		       table->count, table->type_count);
}

struct mdt_error *mdt_packc_emit(const struct mdt_ioctl_table *table, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf rows = { 0 }, names = { 0 };
	struct emitter e = { 0 };
	struct mdt_error *err = emit_rows(&e, table, &rows, &names);

	if (!err)
		put_all(&e, table, &rows, &names, ret);
	list_deinit(&e.constants);
	list_deinit(&e.meanings);
	list_deinit(&e.members);
	list_deinit(&e.types);
	mdt_map_deinit(&e.seen);
	mdt_arena_deinit(&e.arena);
	return err ? err : mdt_buf_error(ret);
}
