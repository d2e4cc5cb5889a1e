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
	bad = fwrite(text->str, 1, text->len, file) != text->len;
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

static struct mdt_error *join(struct tables *t, const struct mdt_packc *pack)
{
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < pack->rows.len; i++)
		err = mdt_rows_add(&t->rows, &pack->rows.items[i]);
	for (size_t i = 0; !err && i < pack->types.len; i++) {
		if (!mdt_grow((void **)&t->types, &t->type_cap, t->type_count,
			      sizeof(*t->types)))
			return &mdt_enomem;
		t->types[t->type_count++] = pack->types.items[i];
	}
	return err;
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

// What was left out is said, not an error: a newer header may have what we cannot read.
static struct mdt_error *add_pack(struct tables *t, const char *path, const char *object,
				  const char *dir)
{
	struct mdt_packc *pack = &t->packs[t->count++];
	struct mdt_error *err = mdt_packc_load(path, &t->arena, pack);

	if (!err)
		err = mdt_packc_apply(pack, object);
	if (!err && pack->notes.len)
		fprintf(stderr, "%s: left out:\n%.*s", path,
			SLICE_FMT(mdt_buf_slice(&pack->notes)));
	if (!err)
		err = join(t, pack);
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
