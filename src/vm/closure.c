// SPDX-License-Identifier: MIT
#include "vm/closure.h"

#include <elf.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "vm/sysroot.h"

enum { INTERPRETERS_MAX = 5 }; // as the kernel's exec_binprm()

// One program's loading: what ld.so has in its list, in the order in which it loads them.
struct loaded {
	struct mdt_closure_file *file;
	const struct loaded *loader; // NULL: the program
	struct loaded *next;
};

struct load {
	struct mdt_closure *closure;
	struct mdt_arena arena;
	struct mdt_map by_name; // as DT_NEEDED has it -> struct loaded
	struct loaded *last;
	const struct mdt_needs *program;
	struct mdt_buf tried; // folders of this search, for the error
	struct mdt_buf path, host;
};

static void load_deinit(struct load *load)
{
	mdt_map_deinit(&load->by_name);
	mdt_arena_deinit(&load->arena);
	mdt_buf_deinit(&load->tried);
	mdt_buf_deinit(&load->path);
	mdt_buf_deinit(&load->host);
}

/* ---- files ---- */

void mdt_closure_init(struct mdt_closure *closure, const char *const *roots)
{
	*closure = (struct mdt_closure){ .roots = roots };
}

void mdt_closure_deinit(struct mdt_closure *closure)
{
	mdt_map_deinit(&closure->by_path);
	free(closure->files);
	mdt_arena_deinit(&closure->arena);
	*closure = (struct mdt_closure){ 0 };
}

static struct mdt_error *add_file(struct mdt_closure *closure, struct mdt_slice path,
				  struct mdt_slice host, size_t root,
				  struct mdt_closure_file **ret)
{
	struct mdt_closure_file *file =
		mdt_arena_new(&closure->arena, struct mdt_closure_file);
	struct mdt_error *err;

	if (!file || !mdt_arena_copy(&closure->arena, path, &file->path) ||
	    !mdt_arena_copy(&closure->arena, host, &file->host))
		return &mdt_enomem;
	file->root = root;
	err = mdt_needs_read(file->host.str, &closure->arena, &file->needs);
	if (err)
		return err;
	if (!mdt_grow((void **)&closure->files, &closure->cap, closure->count,
		      sizeof(*closure->files)) ||
	    !mdt_map_set_text(&closure->by_path, file->path, file))
		return &mdt_enomem;
	closure->files[closure->count++] = file;
	*ret = file;
	return NULL;
}

static bool is_file(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

/*
 * The file at a path of the guest, from the first tree that has it.
 * @param[out] ret NULL when no tree has it.
 */
static struct mdt_error *find_file(struct load *load, struct mdt_slice path,
				   struct mdt_closure_file **ret)
{
	struct mdt_closure *closure = load->closure;

	*ret = NULL;
	mdt_buf_clear(&load->path);
	mdt_sysroot_name(path, &load->path);
	if (load->path.failed)
		return &mdt_enomem;
	path = mdt_buf_slice(&load->path);
	*ret = mdt_map_find_text(&closure->by_path, path);
	for (size_t i = 0; !*ret && closure->roots[i]; i++) {
		mdt_buf_clear(&load->host);
		if (!mdt_sysroot_find(closure->roots[i], path, &load->host) ||
		    !is_file(load->host.str))
			continue;
		return add_file(closure, path, mdt_slice_cstr(load->host.str), i, ret);
	}
	return NULL;
}

/* ---- where ld.so looks ---- */

// The system's folders by machine; Debian's have the machine's name in them (its ld.so is
// built with them), other distributions' have /lib64.
static const struct {
	unsigned int machine, class;
	const char *dirs[7];
} systems[] = {
	{ EM_X86_64,
	  ELFCLASS64,
	  { "/lib/x86_64-linux-gnu", "/usr/lib/x86_64-linux-gnu", "/lib64", "/usr/lib64",
	    "/lib", "/usr/lib" } },
	{ EM_386,
	  ELFCLASS32,
	  { "/lib/i386-linux-gnu", "/usr/lib/i386-linux-gnu", "/lib", "/usr/lib" } },
	{ EM_AARCH64,
	  ELFCLASS64,
	  { "/lib/aarch64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/lib64",
	    "/usr/lib64", "/lib", "/usr/lib" } },
	{ EM_NONE, ELFCLASSNONE, { "/lib64", "/usr/lib64", "/lib", "/usr/lib" } },
};

static bool is_same_kind(const struct mdt_needs *a, const struct mdt_needs *b)
{
	return a->kind == b->kind && a->machine == b->machine && a->class == b->class;
}

// A library in one folder. One that is for another machine is passed over, as ld.so does.
static struct mdt_error *try_dir(struct load *load, struct mdt_slice dir,
				 struct mdt_slice name, struct mdt_closure_file **ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };
	struct mdt_error *err;

	mdt_buf_printf(&load->tried, "%s%.*s", load->tried.len ? ", " : "",
		       SLICE_FMT(dir));
	mdt_buf_add(&path, dir);
	mdt_buf_addc(&path, '/');
	mdt_buf_add(&path, name);
	err = mdt_buf_error(&path);
	if (!err)
		err = find_file(load, mdt_buf_slice(&path), ret);
	if (!err && *ret && !is_same_kind(&(*ret)->needs, load->program))
		*ret = NULL;
	return err;
}

static struct mdt_slice dir_of(struct mdt_slice path)
{
	while (path.len > 1 && path.str[path.len - 1] != '/')
		path.len--;
	return path.len > 1 ? mdt_slice_head(path, path.len - 1) : path;
}

// A folder of an RPATH with $ORIGIN put in. false: it has something that we don't know.
static bool expand(struct mdt_slice dir, struct mdt_slice origin, struct mdt_buf *ret)
{
	static const struct mdt_slice names[] = { SLICE_INIT("${ORIGIN}"),
						  SLICE_INIT("$ORIGIN") };

	while (dir.len) {
		size_t used = 0;

		array_for_each (name, names)
			if (!used && mdt_slice_starts(dir, *name))
				used = name->len;
		if (used)
			mdt_buf_add(ret, origin);
		else if (dir.str[0] == '$')
			return false;
		else
			mdt_buf_addc(ret, dir.str[0]);
		dir = mdt_slice_skip(dir, used ? used : 1);
	}
	return ret->len && ret->str[0] == '/';
}

static struct mdt_error *try_list(struct load *load, struct mdt_slice list,
				  struct mdt_slice origin, struct mdt_slice name,
				  struct mdt_closure_file **ret)
{
	struct mdt_error *err = NULL;

	while (!err && !*ret && list.len) {
		_cleanup_(mdt_buf_deinit) struct mdt_buf dir = { 0 };
		const char *colon = memchr(list.str, ':', list.len);
		size_t len = colon ? (size_t)(colon - list.str) : list.len;

		if (expand(mdt_slice_head(list, len), origin, &dir) && !dir.failed)
			err = try_dir(load, mdt_buf_slice(&dir), name, ret);
		list = mdt_slice_skip(list, len + 1);
	}
	return err;
}

// DT_RPATH of the object that needs it, of the one that loaded that, up to the program;
// none of them counts once the object itself has a DT_RUNPATH. ld.so(8).
static struct mdt_error *try_rpaths(struct load *load, const struct loaded *by,
				    struct mdt_slice name, struct mdt_closure_file **ret)
{
	struct mdt_error *err = NULL;

	if (by->file->needs.runpath.len)
		return NULL;
	for (; !err && !*ret && by; by = by->loader)
		if (!by->file->needs.runpath.len)
			err = try_list(load, by->file->needs.rpath,
				       dir_of(by->file->path), name, ret);
	return err;
}

static struct mdt_error *try_system(struct load *load, struct mdt_slice name,
				    struct mdt_closure_file **ret)
{
	const struct mdt_needs *program = load->program;
	struct mdt_error *err = NULL;
	size_t row = 0;

	while (systems[row].machine != EM_NONE &&
	       (systems[row].machine != program->machine ||
		systems[row].class != program->class))
		row++;
	for (const char *const *dir = systems[row].dirs; !err && !*ret && *dir; dir++)
		err = try_dir(load, mdt_slice_cstr(*dir), name, ret);
	return err;
}

static struct mdt_error *find_library(struct load *load, const struct loaded *by,
				      struct mdt_slice name,
				      struct mdt_closure_file **ret)
{
	const struct mdt_closure_file *file = by->file;
	struct mdt_error *err;

	*ret = NULL;
	load->tried.len = 0;
	if (memchr(name.str, '/', name.len))
		return find_file(load, name, ret);
	err = try_rpaths(load, by, name, ret);
	if (!err && !*ret)
		err = try_list(load, file->needs.runpath, dir_of(file->path), name, ret);
	if (!err && !*ret)
		err = try_system(load, name, ret);
	return err;
}

/* ---- one program ---- */

static struct mdt_error *push(struct load *load, struct mdt_slice name,
			      struct mdt_closure_file *file, const struct loaded *loader)
{
	struct loaded *loaded = mdt_arena_new(&load->arena, struct loaded);

	if (!loaded || !mdt_map_set_text(&load->by_name, name, loaded))
		return &mdt_enomem;
	loaded->file = file;
	loaded->loader = loader;
	if (load->last)
		load->last->next = loaded;
	load->last = loaded;
	return NULL;
}

static struct mdt_error *missing(struct load *load, const char *what,
				 struct mdt_slice name, struct mdt_slice by)
{
	struct mdt_error *err = mdt_buf_error(&load->tried);

	if (err)
		return err;
	return mdt_error_create(MDT_ERR_NOT_FOUND, "%s %.*s of %.*s is missing%s%.*s",
				what, SLICE_FMT(name), SLICE_FMT(by),
				load->tried.len ? "; looked in " : "",
				SLICE_FMT(mdt_buf_slice(&load->tried)));
}

static struct mdt_error *load_libraries(struct load *load, const struct loaded *by)
{
	const struct mdt_needs *needs = &by->file->needs;
	struct mdt_error *err = NULL;

	for (size_t i = 0; !err && i < needs->library_count; i++) {
		struct mdt_slice name = needs->libraries[i];
		struct mdt_closure_file *file;

		if (mdt_map_find_text(&load->by_name, name))
			continue;
		err = find_library(load, by, name, &file);
		if (!err && !file)
			err = missing(load, "the library", name, by->file->host);
		if (!err)
			err = push(load, name, file, by);
	}
	return err;
}

static struct mdt_error *load_all(struct load *load, struct mdt_closure_file *program)
{
	struct mdt_error *err;

	load->program = &program->needs;
	err = push(load, program->path, program, NULL);
	for (const struct loaded *by = load->last; !err && by; by = by->next)
		err = load_libraries(load, by);
	return err;
}

/*
 * The interpreter of an ELF program needs nothing itself; that of a script is a program.
 * @param[out] ret The interpreter if it is a program, else NULL.
 */
static struct mdt_error *add_interpreter(struct load *load,
					 const struct mdt_closure_file *program,
					 struct mdt_closure_file **ret)
{
	struct mdt_slice path = program->needs.interpreter;
	struct mdt_error *err;

	*ret = NULL;
	if (!path.len)
		return NULL;
	err = find_file(load, path, ret);
	load->tried.len = 0;
	if (!err && !*ret)
		return missing(load, "the interpreter", path, program->host);
	if (program->needs.kind != MDT_NEEDS_SCRIPT)
		*ret = NULL;
	return err;
}

static struct mdt_error *load_program(struct mdt_closure *closure,
				      struct mdt_closure_file *program,
				      struct mdt_closure_file **interpreter)
{
	_cleanup_(load_deinit) struct load load = { .closure = closure };
	struct mdt_error *err = add_interpreter(&load, program, interpreter);

	return err ? err : load_all(&load, program);
}

/* ---- the closure ---- */

static struct mdt_error *find_program(struct mdt_closure *closure, const char *program,
				      struct mdt_closure_file **ret)
{
	static const char *const dirs[] = { "/usr/sbin", "/usr/bin" };
	_cleanup_(load_deinit) struct load load = { .closure = closure };
	_cleanup_(mdt_buf_deinit) struct mdt_buf path = { 0 };
	struct mdt_error *err = NULL;

	if (program[0] == '/') {
		err = find_file(&load, mdt_slice_cstr(program), ret);
	} else {
		*ret = NULL;
		for (size_t i = 0; !err && !*ret && i < array_size(dirs); i++) {
			mdt_buf_clear(&path);
			mdt_buf_printf(&path, "%s/%s", dirs[i], program);
			err = mdt_buf_error(&path);
			if (!err)
				err = find_file(&load, mdt_buf_slice(&path), ret);
		}
	}
	if (err || *ret)
		return err;
	return mdt_error_create(MDT_ERR_NOT_FOUND, "there is no program %s in %s%s",
				program, closure->roots[0],
				closure->roots[1] ? ", nor on this machine" : "");
}

struct mdt_error *mdt_closure_add(struct mdt_closure *closure, const char *program,
				  struct mdt_slice *ret)
{
	struct mdt_closure_file *file;
	struct mdt_error *err = find_program(closure, program, &file);

	if (err)
		return err;
	*ret = file->path;
	// A script's interpreter may be a script, but not for ever: the kernel allows
	// few.
	for (unsigned int depth = 0; !err && file && depth < INTERPRETERS_MAX; depth++)
		err = load_program(closure, file, &file);
	return err;
}

const struct mdt_closure_file *mdt_closure_find(const struct mdt_closure *closure,
						struct mdt_slice path)
{
	return mdt_map_find_text(&closure->by_path, path);
}

void mdt_closure_vm_files(const struct mdt_closure *closure, struct mdt_vm_file *ret)
{
	for (size_t i = 0; i < closure->count; i++)
		ret[i] = (struct mdt_vm_file){
			.path = closure->files[i]->path.str + 1,
			.mode = 0755,
			.host = closure->files[i]->host.str,
		};
}
