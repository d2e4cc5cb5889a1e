// SPDX-License-Identifier: MIT
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "ioctl/packc/packc.h"

static struct mdt_error *read_file(const char *path, struct mdt_arena *arena,
				   struct mdt_slice *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	FILE *file = fopen(path, "re");
	char chunk[4096];
	size_t n;

	if (!file)
		return mdt_error_os(errno, "%s", path);
	while ((n = fread(chunk, 1, sizeof(chunk), file)))
		mdt_buf_add(&buf, mdt_slice_from(chunk, n));
	n = (size_t)ferror(file);
	fclose(file);
	if (n)
		return mdt_error_os(EIO, "%s", path);
	if (buf.failed || !mdt_arena_copy(arena, mdt_buf_slice(&buf), ret))
		return &mdt_enomem;
	return NULL;
}

// The next word, and what is behind it.
static struct mdt_slice next_word(struct mdt_slice *rest)
{
	struct mdt_slice s = mdt_slice_trim(*rest);
	size_t n = 0;

	while (n < s.len && s.str[n] != ' ' && s.str[n] != '\t')
		n++;
	*rest = mdt_slice_skip(s, n);
	return mdt_slice_head(s, n);
}

static struct mdt_error *parse_line(struct mdt_slice line, unsigned long number,
				    struct mdt_arena *arena, struct mdt_statement *ret)
{
	const char *hash = line.len ? memchr(line.str, '#', line.len) : NULL;
	struct mdt_slice text =
		hash ? mdt_slice_head(line, (size_t)(hash - line.str)) : line;
	struct mdt_slice rest = text;

	*ret = (struct mdt_statement){ .line = number };
	if (hash)
		ret->note = mdt_slice_trim(mdt_slice_skip(line, text.len + 1));
	while (next_word(&rest).len)
		ret->count++;
	ret->words = mdt_arena_alloc(arena, ret->count * sizeof(*ret->words),
				     _Alignof(struct mdt_word));
	if (!ret->words)
		return &mdt_enomem;
	rest = text;
	for (size_t i = 0; i < ret->count; i++) {
		struct mdt_slice word = next_word(&rest);

		ret->words[i].text = word;
		ret->words[i].col = (unsigned long)(word.str - line.str) + 1;
	}
	return NULL;
}

static struct mdt_slice next_line(struct mdt_slice *rest)
{
	const char *end = memchr(rest->str, '\n', rest->len);
	struct mdt_slice line =
		mdt_slice_head(*rest, end ? (size_t)(end - rest->str) : rest->len);

	*rest = mdt_slice_skip(*rest, line.len + 1);
	return line;
}

static struct mdt_error *parse(struct mdt_packc *pack)
{
	struct mdt_slice rest = pack->text;
	unsigned long number = 0;
	size_t cap = 0;

	while (rest.len) {
		struct mdt_statement statement;
		struct mdt_error *err;

		err = parse_line(next_line(&rest), ++number, pack->arena, &statement);
		if (err)
			return err;
		if (!statement.count)
			continue;
		if (!mdt_grow((void **)&pack->statements, &cap, pack->count,
			      sizeof(statement)))
			return &mdt_enomem;
		pack->statements[pack->count++] = statement;
	}
	return NULL;
}

static struct mdt_error *name_of(const char *path, struct mdt_arena *arena,
				 const char **ret)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	const char *dot = strchr(base, '.');
	struct mdt_slice name =
		dot ? mdt_slice_from(base, (size_t)(dot - base)) : mdt_slice_cstr(base);

	if (!mdt_arena_copy(arena, name, &name))
		return &mdt_enomem;
	*ret = name.str;
	return NULL;
}

struct mdt_error *mdt_packc_load(const char *path, struct mdt_arena *arena,
				 struct mdt_packc *ret)
{
	struct mdt_error *err;

	*ret = (struct mdt_packc){ .path = path, .arena = arena };
	err = name_of(path, arena, &ret->name);
	if (!err)
		err = read_file(path, arena, &ret->text);
	return err ? err : parse(ret);
}

void mdt_packc_deinit(struct mdt_packc *pack)
{
	free(pack->statements);
	free(pack->types.items);
	mdt_object_destroy(pack->object);
	mdt_rows_deinit(&pack->rows);
	mdt_buf_deinit(&pack->facts);
	mdt_buf_deinit(&pack->notes);
}

// The words behind the first, as they are in the line.
static struct mdt_slice rest_of_line(const struct mdt_statement *s)
{
	const struct mdt_word *first = &s->words[1], *last = &s->words[s->count - 1];

	if (s->count < 2)
		return SLICE("");
	return mdt_slice_from(first->text.str, (size_t)(last->text.str + last->text.len -
							first->text.str));
}

// What a statement is in C; nothing for those that are about what was compiled.
static struct mdt_error *put_line(const struct mdt_packc *pack,
				  const struct mdt_statement *s, struct mdt_buf *ret)
{
	static const struct {
		const char *word, *c, *end;
	} rows[] = {
		{ "include", "#include", "" },
		{ "define", "#define", "" },
		{ "undefine", "#undef", "" },
		{ "declare", "", ";" },
	};

	array_for_each (row, rows) {
		if (!mdt_slice_eq_cstr(s->words[0].text, row->word))
			continue;
		if (row == rows && (s->count != 2 || s->words[1].text.str[0] != '<'))
			return mdt_packc_fault(pack, s, s->words,
					       "expected 'include <HEADER>'");
		if (s->count < 2)
			return mdt_packc_fault(pack, s, s->words, "expected '%s C'",
					       row->word);
		mdt_buf_printf(ret, "%s %.*s%s\n", row->c, SLICE_FMT(rest_of_line(s)),
			       row->end);
	}
	return NULL;
}

// `bare`: nothing of the C library's, whose types are not always the kernel's.
static bool is_bare(const struct mdt_packc *pack)
{
	for (size_t i = 0; i < pack->count; i++)
		if (mdt_slice_eq_cstr(pack->statements[i].words[0].text, "bare"))
			return true;
	return false;
}

struct mdt_error *mdt_packc_source(const struct mdt_packc *pack, struct mdt_buf *ret)
{
	// What headers need and do not include: md_u.h has MD_MAJOR and _IOR() of others.
	static const char *const prelude[] = { "stddef.h",	"stdint.h",
					       "sys/types.h",	"linux/types.h",
					       "linux/ioctl.h", "linux/major.h" };

	struct mdt_error *err = NULL;

	mdt_buf_printf(ret, "/* Made from %s.pack by mdt-packc. */\n", pack->name);
	array_for_each (it, prelude)
		if (!is_bare(pack) || strncmp(*it, "linux/", 6) == 0)
			mdt_buf_printf(ret, "#include <%s>\n", *it);
	for (size_t i = 0; !err && i < pack->count; i++)
		err = put_line(pack, &pack->statements[i], ret);
	return err ? err : mdt_buf_error(ret);
}
