// SPDX-License-Identifier: MIT
#include "guest/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "guest/sysfs.h"
#include "guest/words.h"

enum { DEPTH_MAX = 16 }; // of modules that depend on each other

void guest_modules_deinit(struct guest_modules *modules)
{
	mdt_arena_deinit(&modules->arena);
	free(modules->items);
	*modules = (struct guest_modules){ 0 };
}

/* ---- the list ---- */

static struct mdt_slice take_until(struct mdt_slice *rest, char end)
{
	const char *at = rest->len ? memchr(rest->str, end, rest->len) : NULL;
	struct mdt_slice word =
		mdt_slice_head(*rest, at ? (size_t)(at - rest->str) : rest->len);

	*rest = mdt_slice_skip(*rest, word.len + 1);
	return word;
}

static bool copy_word(struct mdt_arena *arena, struct mdt_slice word,
		      struct mdt_slice *ret)
{
	if (mdt_slice_eq(word, SLICE("-")))
		word = SLICE("");
	return mdt_arena_copy(arena, word, ret);
}

static bool read_line(struct mdt_slice line, struct guest_modules *ret)
{
	struct guest_module module = { 0 };
	struct mdt_slice name = take_until(&line, ' '), file = take_until(&line, ' '),
			 class = take_until(&line, ' ');

	if (!name.len || !class.len)
		return true;
	module.is_boot = mdt_slice_eq(class, SLICE("boot"));
	module.is_builtin = mdt_slice_eq(class, SLICE("builtin"));
	if (!copy_word(&ret->arena, name, &module.name) ||
	    !copy_word(&ret->arena, file, &module.file) ||
	    !copy_word(&ret->arena, line, &module.depends) ||
	    !mdt_grow((void **)&ret->items, &ret->cap, ret->len, sizeof(*ret->items)))
		return false;
	ret->items[ret->len++] = module;
	return true;
}

struct mdt_error *guest_modules_read(struct mdt_slice order, struct guest_modules *ret)
{
	while (order.len)
		if (!read_line(take_until(&order, '\n'), ret))
			return &mdt_enomem;
	return NULL;
}

const struct guest_module *guest_modules_find(const struct guest_modules *modules,
					      struct mdt_slice name)
{
	for (size_t i = 0; i < modules->len; i++)
		if (mdt_slice_eq(modules->items[i].name, name))
			return &modules->items[i];
	return NULL;
}

/* ---- loading ---- */

static struct mdt_error *insert(const struct guest_module *module, const char *params)
{
	char path[GUEST_PATH_MAX];
	int fd, err = 0;

	if (module->is_builtin)
		return NULL;
	if (!guest_path(path, "/modules/%s", module->file.str))
		return mdt_error_os(ENAMETOOLONG, "module %s", module->name.str);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return mdt_error_os(errno, "%s", path);
	if (syscall(SYS_finit_module, fd, params, 0) && errno != EEXIST)
		err = errno;
	close(fd);
	return err ? mdt_error_os(err, "module %s", module->name.str) : NULL;
}

static struct mdt_error *load(const struct guest_modules *modules, struct mdt_slice name,
			      const char *params, unsigned int depth)
{
	const struct guest_module *module = guest_modules_find(modules, name);
	struct mdt_error *err = NULL;
	struct mdt_slice depends;

	if (!module)
		return mdt_error_create(MDT_ERR_NOT_FOUND,
					"module %.*s: this kernel does not have it",
					SLICE_FMT(name));
	if (depth == DEPTH_MAX)
		return mdt_error_create(MDT_ERR_INVALID,
					"module %.*s: it depends on itself",
					SLICE_FMT(name));
	depends = module->depends;
	while (!err && depends.len)
		err = load(modules, take_until(&depends, ','), "", depth + 1);
	return err ? err : insert(module, params);
}

struct mdt_error *guest_modules_load(const struct guest_modules *modules,
				     struct mdt_slice name, const char *params)
{
	return load(modules, name, params, 0);
}

struct mdt_error *guest_modules_boot(const struct guest_modules *modules)
{
	struct mdt_error *first = NULL, *err;

	for (size_t i = 0; i < modules->len; i++) {
		if (!modules->items[i].is_boot)
			continue;
		err = load(modules, modules->items[i].name, "", 0);
		if (first)
			mdt_error_destroy(err);
		else
			first = err;
	}
	return first;
}

int guest_modules_unload(const char *name)
{
	if (!syscall(SYS_delete_module, name, O_NONBLOCK) || errno == ENOENT)
		return 0;
	return errno;
}

static bool is_loaded(const char *name)
{
	char path[GUEST_PATH_MAX];

	return guest_path(path, "/sys/module/%s/initstate", name) && !access(path, F_OK);
}

/* ---- md's ---- */

static const char *const personalities[] = { "linear", "raid0",	    "raid1",
					     "raid10", "raid456",   "multipath",
					     "faulty", "md_cluster" };

static bool is_wanted(const char *name, const struct mdt_slice *names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (mdt_slice_eq_cstr(names[i], name))
			return true;
	return false;
}

static void say_failed(struct mdt_error *err, struct mdt_buf *ret)
{
	guest_words_begin(ret, "guest failed");
	guest_words_quoted(ret, mdt_slice_cstr(err->message));
	guest_words_end(ret);
	mdt_error_destroy(err);
}

void guest_personalities_set(const struct guest_modules *modules,
			     const struct mdt_slice *names, size_t count,
			     struct mdt_buf *failed)
{
	struct mdt_error *err;
	int number;

	array_for_each (it, personalities) {
		if (is_wanted(*it, names, count) || !is_loaded(*it))
			continue;
		number = guest_modules_unload(*it);
		if (number)
			say_failed(mdt_error_os(number, "unloading module %s", *it),
				   failed);
	}
	for (size_t i = 0; i < count; i++) {
		err = guest_modules_load(modules, names[i], "");
		if (err)
			say_failed(err, failed);
	}
}

struct mdt_error *guest_modules_fresh(const struct guest_modules *modules)
{
	int err;

	array_for_each (it, personalities) {
		err = guest_modules_unload(*it);
		if (err)
			return mdt_error_os(err, "unloading module %s", *it);
	}
	err = guest_modules_unload("md_mod");
	if (err)
		return mdt_error_os(err, "unloading module md_mod");
	return guest_modules_load(modules, SLICE("md_mod"), "");
}

void guest_modules_loaded(struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	size_t start = ret->len;
	struct mdt_slice rest;

	guest_read_file("/proc/modules", GUEST_FILE_MAX, &text);
	rest = mdt_buf_slice(&text);
	while (rest.len) {
		struct mdt_slice line = take_until(&rest, '\n');

		if (ret->len != start)
			mdt_buf_addc(ret, ',');
		mdt_buf_add(ret, take_until(&line, ' '));
	}
}
