// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ioctl/packc/packc.h"

static const char usage[] =
	"usage: mdt-packc source PACK OUT.c\n"
	"       mdt-packc table OUT.c WITNESS-DIR PACK... -- OBJECT...\n";

static struct mdt_error *write_file(const char *path, const struct mdt_buf *text)
{
	FILE *file = fopen(path, "we");
	bool bad;

	if (!file)
		return mdt_error_os(errno, "%s", path);
	bad = text->len && fwrite(text->str, 1, text->len, file) != text->len;
	bad |= fclose(file) != 0;
	return bad ? mdt_error_os(errno, "%s", path) : NULL;
}

static struct mdt_error *make_source(const char *path, const char *out)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	_cleanup_(mdt_packc_deinit) struct mdt_packc pack = { 0 };
	struct mdt_error *err = mdt_packc_load(path, &arena, &pack);

	if (!err)
		err = mdt_packc_source(&pack, &text);
	return err ? err : write_file(out, &text);
}

struct tables {
	struct mdt_arena arena;
	struct mdt_packc *packs;
	size_t count;
	struct mdt_rows rows;
	const struct mdt_type **types;
	size_t type_count, type_cap;
};

static void tables_deinit(struct tables *t)
{
	for (size_t i = 0; i < t->count; i++)
		mdt_packc_deinit(&t->packs[i]);
	free(t->packs);
	free(t->types);
	mdt_rows_deinit(&t->rows);
	mdt_arena_deinit(&t->arena);
}

// Whether a pack names the header: `include <linux/fs.h>`.
static bool includes(const struct mdt_packc *pack, const char *header)
{
	size_t len = strlen(header);

	for (size_t i = 0; i < pack->count; i++) {
		const struct mdt_statement *s = &pack->statements[i];
		struct mdt_slice text = s->count == 2 ? s->words[1].text : SLICE("");

		if (mdt_slice_eq_cstr(s->words[0].text, "include") &&
		    text.len == len + 2 && memcmp(text.str + 1, header, len) == 0)
			return true;
	}
	return false;
}

static struct mdt_error *join_rows(struct tables *t, const struct mdt_packc *pack,
				   bool own)
{
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < pack->rows.len; i++) {
		const struct mdt_row *row = &pack->rows.items[i];
		bool is_own = row->ioctl.is_history || row->is_said ||
			      !*row->ioctl.header || includes(pack, row->ioctl.header);

		if (is_own == own)
			err = mdt_rows_add(&t->rows, row);
	}
	return err;
}

static struct mdt_error *join_types(struct tables *t, const struct mdt_packc *pack)
{
	for (size_t i = 0; i < pack->types.len; i++) {
		if (!mdt_grow((void **)&t->types, &t->type_cap, t->type_count,
			      sizeof(*t->types)))
			return &mdt_enomem;
		t->types[t->type_count++] = pack->types.items[i];
	}
	return NULL;
}

// A header that several packs reach is the business of the one that names it: its rows
// come first, and so stay.
static struct mdt_error *join(struct tables *t)
{
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < t->count; i++)
		err = join_rows(t, &t->packs[i], true);
	for (size_t i = 0; !err && i < t->count; i++)
		err = join_rows(t, &t->packs[i], false);
	for (size_t i = 0; !err && i < t->count; i++)
		err = join_types(t, &t->packs[i]);
	return err;
}

static struct mdt_slice next_line(struct mdt_slice *rest)
{
	const char *end = memchr(rest->str, '\n', rest->len);
	struct mdt_slice line =
		mdt_slice_head(*rest, end ? (size_t)(end - rest->str) : rest->len);

	*rest = mdt_slice_skip(*rest, line.len + 1);
	return line;
}

// Lines `NAME: why`, of those names that no pack has: what one pack cannot read, as the
// type is in a header that it has not, another may.
static void put_notes(const struct mdt_packc *pack, const struct mdt_map *names,
		      struct mdt_buf *ret)
{
	struct mdt_slice rest = mdt_buf_slice(&pack->notes);

	while (rest.len) {
		struct mdt_slice line = next_line(&rest);
		const char *colon = memchr(line.str, ':', line.len);
		size_t len = colon ? (size_t)(colon - line.str) : line.len;

		if (!mdt_map_find_text(names, mdt_slice_head(line, len)))
			mdt_buf_printf(ret, "%s: %.*s\n", pack->name, SLICE_FMT(line));
	}
}

// What was left out is said in a file, not an error: a newer header may have what we
// cannot read.
static struct mdt_error *write_notes(struct tables *t, const char *dir)
{
	_cleanup_(mdt_map_deinit) struct mdt_map names = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 }, path = { 0 };
	struct mdt_error *err;

	for (size_t i = 0; i < t->rows.len; i++) {
		struct mdt_slice name = mdt_slice_cstr(t->rows.items[i].ioctl.name);

		if (!mdt_map_set_text(&names, name, t))
			return &mdt_enomem;
	}
	for (size_t i = 0; i < t->count; i++)
		put_notes(&t->packs[i], &names, &text);
	mdt_buf_printf(&path, "%s/left-out%c", dir, 0);
	err = mdt_buf_error(&text);
	if (!err)
		err = mdt_buf_error(&path);
	return err ? err : write_file(path.str, &text);
}

static struct mdt_error *write_witness(const struct mdt_packc *pack, const char *dir)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 }, path = { 0 };
	struct mdt_error *err = mdt_packc_witness(pack, &text);

	mdt_buf_printf(&path, "%s/witness_%s.c", dir, pack->name);
	mdt_buf_addc(&path, 0);
	if (!err)
		err = mdt_buf_error(&path);
	return err ? err : write_file(path.str, &text);
}

static struct mdt_error *add_pack(struct tables *t, const char *path, const char *object,
				  const char *dir)
{
	struct mdt_packc *pack = &t->packs[t->count++];
	struct mdt_error *err = mdt_packc_load(path, &t->arena, pack);

	if (!err)
		err = mdt_packc_apply(pack, object);
	return err ? err : write_witness(pack, dir);
}

static struct mdt_error *make_table(char **argv, size_t packs)
{
	_cleanup_(tables_deinit) struct tables t = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	const char *out = argv[0], *dir = argv[1];
	char **paths = argv + 2, **objects = paths + packs + 1;
	struct mdt_ioctl_table table;
	struct mdt_error *err = NULL;

	t.packs = calloc(packs, sizeof(*t.packs));
	if (!t.packs)
		return &mdt_enomem;
	for (size_t i = 0; !err && i < packs; i++)
		err = add_pack(&t, paths[i], objects[i], dir);
	if (!err)
		err = join(&t);
	if (!err)
		err = write_notes(&t, dir);
	if (!err)
		err = mdt_rows_index(&t.rows, t.types, t.type_count, &t.arena, &table);
	if (!err)
		err = mdt_packc_emit(&table, &text);
	return err ? err : write_file(out, &text);
}

// How many words are before `--`, if as many are behind it.
static size_t count_packs(char **words, int count)
{
	for (int i = 0; i < count; i++)
		if (strcmp(words[i], "--") == 0)
			return count == 2 * i + 1 ? (size_t)i : 0;
	return 0;
}

int main(int argc, char **argv)
{
	struct mdt_error *err;
	size_t packs = argc > 4 ? count_packs(argv + 4, argc - 4) : 0;

	if (argc == 4 && strcmp(argv[1], "source") == 0) {
		err = make_source(argv[2], argv[3]);
	} else if (packs && strcmp(argv[1], "table") == 0) {
		err = make_table(argv + 2, packs);
	} else {
		fputs(usage, stderr);
		return 2;
	}
	if (!err)
		return 0;
	fprintf(stderr, "%s\n", err->message);
	mdt_error_destroy(err);
	return 1;
}
