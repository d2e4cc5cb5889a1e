// SPDX-License-Identifier: MIT
#include "vm/modules.h"

#include <stdlib.h>

#include "base/map.h"
#include "vm/decompress.h"
#include "vm/modinfo.h"
#include "vm/module_dir.h"

enum {
	MODULE_SIZE_MAX = 64 << 20,
	DEPTH_MAX = 32, // of depends
};

// Roots of what is taken; what they depend on comes by itself. What is not there is not
// missed: linear went away in 6.8 and came back in 6.14, multipath and faulty went
// in 6.8.
static const struct {
	const char *name;
	enum mdt_module_class class;
} wanted[] = {
	{ "virtio_pci", MDT_MODULE_BOOT },  { "virtio_console", MDT_MODULE_BOOT },
	{ "loop", MDT_MODULE_BOOT },	    { "md_mod", MDT_MODULE_BOOT },
	{ "brd", MDT_MODULE_DEMAND },	    { "raid0", MDT_MODULE_DEMAND },
	{ "raid1", MDT_MODULE_DEMAND },	    { "raid10", MDT_MODULE_DEMAND },
	{ "raid456", MDT_MODULE_DEMAND },   { "linear", MDT_MODULE_DEMAND },
	{ "multipath", MDT_MODULE_DEMAND }, { "faulty", MDT_MODULE_DEMAND },
};

// While the order is made.
struct order {
	struct mdt_modules *modules;
	struct mdt_module_dir dir;
	struct mdt_map done; // name to struct mdt_module
	size_t cap;
};

void mdt_modules_deinit(struct mdt_modules *modules)
{
	for (size_t i = 0; i < modules->count; i++)
		mdt_buf_deinit(&modules->items[i]->bytes);
	free(modules->items);
	mdt_arena_deinit(&modules->arena);
	*modules = (struct mdt_modules){ 0 };
}

static void order_deinit(struct order *order)
{
	mdt_module_dir_deinit(&order->dir);
	mdt_map_deinit(&order->done);
}

/* ---- what a module says of itself ---- */

// Names from "md-mod,raid6_pq" (depends) or "pre: crc32c post: x" (softdep).
static bool next_name(struct mdt_slice *rest, struct mdt_slice *ret)
{
	size_t len = 0;

	while (rest->len && (rest->str[0] == ',' || rest->str[0] == ' '))
		*rest = mdt_slice_skip(*rest, 1);
	while (len < rest->len && rest->str[len] != ',' && rest->str[len] != ' ')
		len++;
	*ret = mdt_slice_head(*rest, len);
	*rest = mdt_slice_skip(*rest, len);
	return len != 0;
}

static struct mdt_error *add(struct order *order, struct mdt_slice name,
			     enum mdt_module_class class, unsigned int depth,
			     const struct mdt_module **ret);

static struct mdt_error *add_depend(struct order *order, struct mdt_module *module,
				    struct mdt_slice name, unsigned int depth,
				    size_t *cap, bool *found)
{
	const struct mdt_module *other = NULL;
	struct mdt_error *err = add(order, name, module->class, depth + 1, &other);

	*found = other != NULL;
	// One that is not listed yet depends on this one: a circle has to be cut
	// somewhere.
	if (err || !other || !other->is_listed || other->class == MDT_MODULE_BUILTIN)
		return err;
	for (size_t i = 0; i < module->depend_count; i++)
		if (module->depends[i] == other)
			return NULL;
	if (module->depend_count == *cap) {
		const struct mdt_module **grown = mdt_arena_alloc(
			&order->modules->arena, (2 * *cap + 4) * sizeof(*grown),
			_Alignof(struct mdt_module *));

		if (!grown)
			return &mdt_enomem;
		if (*cap)
			memcpy(grown, module->depends, *cap * sizeof(*grown));
		module->depends = grown;
		*cap = 2 * *cap + 4;
	}
	module->depends[module->depend_count++] = other;
	return NULL;
}

// A softdep may be an alias (libcrc32c: crc32c), which only modules.alias could resolve.
// The aliases of the crypto API are the names of algorithms, and NAME_generic has NAME.
static struct mdt_error *add_softdep(struct order *order, struct mdt_module *module,
				     struct mdt_slice name, unsigned int depth,
				     size_t *cap)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf generic = { 0 };
	bool found;
	struct mdt_error *err = add_depend(order, module, name, depth, cap, &found);

	if (err || found)
		return err;
	mdt_buf_add(&generic, name);
	mdt_buf_adds(&generic, "_generic");
	err = mdt_buf_error(&generic);
	return err ? err
		   : add_depend(order, module, mdt_buf_slice(&generic), depth, cap,
				&found);
}

static struct mdt_error *add_names(struct order *order, struct mdt_module *module,
				   struct mdt_slice names, bool soft, unsigned int depth,
				   size_t *cap)
{
	struct mdt_error *err = NULL;
	struct mdt_slice name;
	bool found;

	while (!err && next_name(&names, &name)) {
		if (soft && mdt_slice_eq(name, SLICE("post:")))
			break;
		if (soft && mdt_slice_eq(name, SLICE("pre:")))
			continue;
		err = soft ? add_softdep(order, module, name, depth, cap)
			   : add_depend(order, module, name, depth, cap, &found);
	}
	return err;
}

static struct mdt_error *add_depends(struct order *order, struct mdt_module *module,
				     unsigned int depth)
{
	_cleanup_(mdt_modinfo_deinit) struct mdt_modinfo info;
	struct mdt_error *err =
		mdt_modinfo_read(module->path.str, mdt_buf_slice(&module->bytes), &info);
	struct mdt_slice key, value;
	size_t cap = 0;

	while (!err && mdt_modinfo_next(&info, &key, &value)) {
		bool soft = mdt_slice_eq(key, SLICE("softdep"));

		if (soft || mdt_slice_eq(key, SLICE("depends")))
			err = add_names(order, module, value, soft, depth, &cap);
	}
	return err;
}

/* ---- the order ---- */

static struct mdt_error *append(struct order *order, struct mdt_module *module)
{
	struct mdt_modules *modules = order->modules;

	if (!mdt_grow((void **)&modules->items, &order->cap, modules->count,
		      sizeof(struct mdt_module *)))
		return &mdt_enomem;
	modules->items[modules->count++] = module;
	module->is_listed = true;
	return NULL;
}

// A name as /proc/modules has it.
static struct mdt_error *copy_name(struct order *order, struct mdt_slice name,
				   struct mdt_slice *ret)
{
	char *str;

	if (!mdt_arena_copy(&order->modules->arena, name, ret))
		return &mdt_enomem;
	str = (char *)ret->str;
	for (size_t i = 0; i < ret->len; i++)
		if (str[i] == '-')
			str[i] = '_';
	return NULL;
}

// A module that has a file: its bytes, and before itself what it depends on.
static struct mdt_error *add_file(struct order *order, struct mdt_module *module,
				  const char *path, unsigned int depth)
{
	struct mdt_error *err;

	if (!mdt_arena_copy(&order->modules->arena, mdt_slice_cstr(path), &module->path))
		return &mdt_enomem;
	err = mdt_decompress_file(path, MODULE_SIZE_MAX, &module->bytes);
	if (!err)
		err = add_depends(order, module, depth);
	if (!err)
		err = append(order, module);
	// deinit frees the bytes of what is listed.
	if (err)
		mdt_buf_deinit(&module->bytes);
	return err;
}

static struct mdt_error *add_new(struct order *order, struct mdt_slice name,
				 enum mdt_module_class class, unsigned int depth,
				 const struct mdt_module **ret)
{
	const char *path = mdt_map_find_text(&order->dir.files, name);
	struct mdt_module *module =
		mdt_arena_new(&order->modules->arena, struct mdt_module);

	if (!module)
		return &mdt_enomem;
	*module = (struct mdt_module){ .name = name,
				       .class = path ? class : MDT_MODULE_BUILTIN };
	// Known before its depends are: so a circle ends.
	if (!mdt_map_set_text(&order->done, module->name, module))
		return &mdt_enomem;
	*ret = module;
	return path ? add_file(order, module, path, depth) : append(order, module);
}

static struct mdt_error *add(struct order *order, struct mdt_slice name,
			     enum mdt_module_class class, unsigned int depth,
			     const struct mdt_module **ret)
{
	struct mdt_error *err = copy_name(order, name, &name);

	if (err)
		return err;
	*ret = mdt_map_find_text(&order->done, name);
	if (*ret || depth > DEPTH_MAX)
		return NULL;
	if (!mdt_map_find_text(&order->dir.files, name) &&
	    !mdt_map_find_text(&order->dir.builtin, name))
		return NULL;
	return add_new(order, name, class, depth, ret);
}

struct mdt_error *mdt_modules_find(const char *dir, struct mdt_modules *ret)
{
	_cleanup_(order_deinit) struct order order = { .modules = ret };
	const struct mdt_module *module;
	struct mdt_error *err;

	*ret = (struct mdt_modules){ 0 };
	err = mdt_module_dir_read(dir, &order.dir);
	array_for_each (row, wanted)
		if (!err)
			err = add(&order, mdt_slice_cstr(row->name), row->class, 0,
				  &module);
	return err;
}

const struct mdt_module *mdt_modules_get(const struct mdt_modules *modules,
					 const char *name)
{
	for (size_t i = 0; i < modules->count; i++)
		if (mdt_slice_eq_cstr(modules->items[i]->name, name))
			return modules->items[i];
	return NULL;
}

/* ---- the list for the guest ---- */

static const char *class_name(enum mdt_module_class class)
{
	switch (class) {
	case MDT_MODULE_BOOT:
		return "boot";
	case MDT_MODULE_DEMAND:
		return "demand";
	case MDT_MODULE_BUILTIN:
		return "builtin";
	}
	unreachable();
}

static void print_line(const struct mdt_module *module, struct mdt_buf *ret)
{
	mdt_buf_add(ret, module->name);
	if (module->class == MDT_MODULE_BUILTIN)
		mdt_buf_adds(ret, " -");
	else
		mdt_buf_printf(ret, " %.*s.ko", SLICE_FMT(module->name));
	mdt_buf_printf(ret, " %s ", class_name(module->class));
	for (size_t i = 0; i < module->depend_count; i++) {
		if (i)
			mdt_buf_addc(ret, ',');
		mdt_buf_add(ret, module->depends[i]->name);
	}
	mdt_buf_adds(ret, module->depend_count ? "\n" : "-\n");
}

void mdt_modules_order(const struct mdt_modules *modules, struct mdt_buf *ret)
{
	for (size_t i = 0; i < modules->count; i++)
		print_line(modules->items[i], ret);
}
