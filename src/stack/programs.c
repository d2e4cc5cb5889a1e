// SPDX-License-Identifier: MIT
#include "stack/stack.h"

#include <stdlib.h>
#include <sys/stat.h>

// A program that a log names.
struct opened {
	struct mdt_program *program; // NULL: is not to be had
	const char *why;	     // then; static
};

/* ---- where to look ---- */

static bool is_dir(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISDIR(st.st_mode);
}

static bool is_file(const char *path)
{
	struct stat st;

	return !stat(path, &st) && S_ISREG(st.st_mode);
}

// debuginfod-find(1): where its client keeps what it has fetched.
static struct mdt_error *add_caches(struct mdt_programs *programs)
{
	static const struct {
		const char *variable, *below;
	} caches[] = {
		{ "DEBUGINFOD_CACHE_PATH", "" },
		{ "XDG_CACHE_HOME", "/debuginfod_client" },
		{ "HOME", "/.cache/debuginfod_client" },
		{ "HOME", "/.debuginfod_client_cache" },
	};

	array_for_each (it, caches) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };
		const char *dir = getenv(it->variable);
		struct mdt_slice copy;

		if (!dir || !*dir)
			continue;
		mdt_buf_adds(&path, dir);
		mdt_buf_adds(&path, it->below);
		if (path.failed ||
		    !mdt_arena_copy(&programs->arena, mdt_buf_slice(&path), &copy))
			return &mdt_enomem;
		if (is_dir(copy.str))
			programs->debug[programs->debug_count++] = copy.str;
	}
	return NULL;
}

struct mdt_error *mdt_programs_init(struct mdt_programs *programs,
				    const char *const *places, size_t count)
{
	enum { CACHES = 4 };

	*programs = (struct mdt_programs){ .places = places, .count = count };
	if (!count)
		return NULL;
	programs->debug = calloc(count + CACHES, sizeof(*programs->debug));
	if (!programs->debug)
		return &mdt_enomem;
	for (size_t i = 0; i < count; i++)
		programs->debug[programs->debug_count++] = places[i];
	return add_caches(programs);
}

void mdt_programs_deinit(struct mdt_programs *programs)
{
	mdt_map_for_each(entry, &programs->programs)
	{
		struct opened *it = entry->value;

		mdt_program_destroy(it->program);
	}
	mdt_map_deinit(&programs->programs);
	mdt_map_deinit(&programs->found);
	mdt_arena_deinit(&programs->arena);
	free(programs->debug);
	*programs = (struct mdt_programs){ 0 };
}

void mdt_programs_reset(struct mdt_programs *programs)
{
	mdt_map_deinit(&programs->found);
	programs->kind = MDT_ADDRESS_UNKNOWN;
}

// @return true when the path, terminated, is a file.
static bool try_path(struct mdt_buf *path, const char *place, const char *between,
		     struct mdt_slice name)
{
	mdt_buf_clear(path);
	mdt_buf_printf(path, "%s%s%.*s", place, between, SLICE_FMT(name));
	mdt_buf_addc(path, '\0');
	return !path->failed && is_file(path->str);
}

// In a root: also where /bin is a link to usr/bin and the root does not have the link.
static bool find_in(const char *place, struct mdt_slice name, struct mdt_buf *ret)
{
	struct mdt_slice base = mdt_slice_base_name(name);

	if (!is_dir(place))
		return mdt_slice_eq(mdt_slice_base_name(mdt_slice_cstr(place)), base) &&
		       try_path(ret, place, "", SLICE(""));
	if (mdt_slice_find(name, SLICE("/../")))
		return false;
	return (mdt_slice_starts(name, SLICE("/")) &&
		(try_path(ret, place, "", name) || try_path(ret, place, "/usr", name))) ||
	       try_path(ret, place, "/", base);
}

static bool find_file(const struct mdt_programs *programs, struct mdt_slice name,
		      struct mdt_buf *ret)
{
	static const struct mdt_slice deleted = SLICE_INIT(" (deleted)");

	if (mdt_slice_ends(name, deleted))
		name.len -= deleted.len;
	for (size_t i = 0; i < programs->count; i++)
		if (find_in(programs->places[i], name, ret))
			return true;
	return false;
}

static struct mdt_error *open_program(struct mdt_programs *programs,
				      struct mdt_slice name, struct opened *it)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };
	struct mdt_error *err;

	if (!find_file(programs, name, &path)) {
		it->why = "the program is not there";
		return mdt_buf_error(&path);
	}
	err = mdt_program_create(path.str, programs->debug, programs->debug_count,
				 &it->program);
	if (err && err != &mdt_enomem) {
		it->why = "the program cannot be read";
		mdt_error_destroy(err);
		err = NULL;
	}
	return err;
}

static struct mdt_error *find_program(struct mdt_programs *programs,
				      struct mdt_slice name, struct opened **ret)
{
	struct mdt_slice key;
	struct mdt_error *err;

	*ret = mdt_map_find_text(&programs->programs, name);
	if (*ret)
		return NULL;
	*ret = mdt_arena_new(&programs->arena, struct opened);
	if (!*ret || !mdt_arena_copy(&programs->arena, name, &key))
		return &mdt_enomem;
	err = open_program(programs, name, *ret);
	if (!err && !mdt_map_set_text(&programs->programs, key, *ret))
		err = &mdt_enomem;
	if (err)
		mdt_program_destroy((*ret)->program);
	return err;
}

/* ---- a frame ---- */

static bool is_library(struct mdt_slice file)
{
	struct mdt_slice base = mdt_slice_base_name(file);
	const char *so = mdt_slice_find(base, SLICE(".so"));

	if (mdt_slice_starts(base, SLICE("[")))
		return true; // [vdso]
	base = so ? mdt_slice_skip(base, (size_t)(so + 3 - base.str)) : base;
	return so && (!base.len || base.str[0] == '.' || base.str[0] == ' ');
}

static struct mdt_error *look_up(struct mdt_programs *programs,
				 struct mdt_stack_frame *it)
{
	const struct mdt_program_place place = { it->frame.symbol, it->frame.off,
						 it->frame.address };
	enum mdt_address_kind kind = programs->kind;
	struct mdt_program_found found;
	struct opened *opened;
	struct mdt_error *err = find_program(programs, it->frame.file, &opened);

	if (err)
		return err;
	it->why = opened->why;
	if (!opened->program)
		return NULL;
	err = mdt_program_find(opened->program, &place, &programs->kind, &programs->arena,
			       &found);
	if (err)
		return err;
	// What could not be told may be told now.
	if (kind != programs->kind)
		mdt_map_deinit(&programs->found);
	it->why = found.why;
	it->lines = found.lines;
	if (!it->function.len)
		it->function = found.function;
	return NULL;
}

static struct mdt_error *resolve(struct mdt_programs *programs,
				 struct mdt_stack_frame *it)
{
	struct mdt_error *err = NULL;

	it->function = it->frame.symbol;
	it->is_library = is_library(it->frame.file);
	if (programs->count)
		err = look_up(programs, it);
	if (err)
		return err;
	if (it->frame.source.len) {
		it->file = it->frame.source;
		it->line = it->frame.line;
		it->why = NULL;
	} else if (it->lines.count) {
		it->file = it->lines.all[0].file;
		it->line = it->lines.all[0].line;
	}
	if (it->lines.count)
		it->function = it->lines.all[0].function;
	return NULL;
}

struct mdt_error *mdt_programs_resolve(struct mdt_programs *programs,
				       struct mdt_slice line,
				       const struct mdt_stack_frame **ret)
{
	struct mdt_stack_frame *it = mdt_map_find_text(&programs->found, line);
	struct mdt_error *err;
	struct mdt_frame frame;
	struct mdt_slice key;

	*ret = it;
	if (it || !mdt_frame_parse(line, &frame))
		return NULL;
	it = mdt_arena_new(&programs->arena, struct mdt_stack_frame);
	if (!it || !mdt_arena_copy(&programs->arena, line, &key))
		return &mdt_enomem;
	mdt_frame_parse(key, &it->frame);
	err = resolve(programs, it);
	if (!err && !mdt_map_set_text(&programs->found, key, it))
		err = &mdt_enomem;
	*ret = err ? NULL : it;
	return err;
}
