// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <unistd.h>

#include "cli/cli.h"
#include "report/ops.h"
#include "vm/decompress.h"
#include "vm/file.h"
#include "vm/kernel.h"
#include "vm/module_dir.h"

enum { SIDES = 2, MODULE_MAX = 256 << 20 };

static const char *const format_names[] = { "text", "json", NULL };

struct ops_options {
	unsigned int format;
	const char *btf;
	bool list;
};

static const struct option_row option_rows[] = {
	{ .name = "list",
	  STORE_FLAG(struct ops_options, list),
	  .help = "print the names and types of the tables only" },
	{ .name = "btf",
	  .arg = "FILE",
	  STORE_STRING(struct ops_options, btf),
	  .help = "kernel with the BTF that a module's is based on: vmlinux, bzImage or bare BTF" },
	{ .name = "format",
	  .arg = "FORMAT",
	  .values = format_names,
	  STORE_CHOICE(struct ops_options, format),
	  .help = "text, or JSON, an object a line" },
	{ 0 },
};

// An object with its tables.
struct loaded {
	struct mdt_kernel_object object;
	struct mdt_ops ops;
};

// An operand: the objects that are read for it.
struct side {
	const char *path;
	struct loaded *loaded; // owned
	size_t count, cap;
};

static void side_deinit(struct side *side)
{
	for (size_t i = 0; i < side->count; i++) {
		mdt_ops_deinit(&side->loaded[i].ops);
		mdt_kernel_object_deinit(&side->loaded[i].object);
	}
	free(side->loaded);
}

/* ---- reading ---- */

static struct mdt_error *load(struct side *side, const struct ops_options *options,
			      const char *path, const char *name)
{
	struct loaded *loaded;
	struct mdt_error *err;

	if (side->count == side->cap &&
	    !mdt_grow((void **)&side->loaded, &side->cap, side->count, sizeof(*loaded)))
		return &mdt_enomem;
	loaded = &side->loaded[side->count++];
	*loaded = (struct loaded){ 0 };
	err = mdt_kernel_object_open(path, options->btf, &loaded->object);
	if (!err && !loaded->object.elf.symbol_count)
		err = mdt_error_create(
			MDT_ERR_NOT_FOUND,
			"%s: has no symbols (it is stripped), so its tables have no names",
			path);
	return err ? err : mdt_ops_read(&loaded->object, name, &loaded->ops);
}

// Whether the text of a name is in a module: what is not there need not be read.
static struct mdt_error *may_have(const char *path, const char *name, bool *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	struct mdt_error *err = mdt_decompress_file(path, MODULE_MAX, &bytes);

	if (!err)
		*ret = mdt_slice_find(mdt_buf_slice(&bytes), mdt_slice_cstr(name)) !=
		       NULL;
	return err;
}

static struct mdt_error *load_modules(struct side *side, const char *dir,
				      const struct ops_options *options, const char *name)
{
	_cleanup_(mdt_module_dir_deinit) struct mdt_module_dir modules = { 0 };
	struct mdt_error *err = mdt_module_dir_read(dir, &modules);

	if (!err && !modules.files.live)
		return mdt_error_create(MDT_ERR_NOT_FOUND, "%s: has no modules", dir);
	mdt_map_for_each(file, &modules.files)
	{
		bool may = false;

		if (!err)
			err = may_have(file->value, name, &may);
		if (!err && may)
			err = load(side, options, file->value, name);
	}
	return err;
}

// lib/modules/RELEASE, or a root that has one.
static struct mdt_error *load_dir(struct side *side, const struct ops_options *options,
				  const char *name)
{
	_cleanup_(mdt_vm_kernel_deinit) struct mdt_vm_kernel kernel = { 0 };
	struct mdt_error *err;

	if (!name)
		return mdt_error_create(
			MDT_ERR_INVALID,
			"%s is a folder: say which table, as raid1_personality",
			side->path);
	err = mdt_vm_kernel_find(side->path, NULL, side->path, &kernel);
	if (!err)
		return load_modules(side, kernel.modules, options, name);
	if (!mdt_error_catch(&err, MDT_ERR_NOT_FOUND))
		return err;
	return load_modules(side, side->path, options, name);
}

static struct mdt_error *read_side(struct side *side, const struct ops_options *options,
				   const char *name)
{
	if (mdt_file_is_dir(side->path))
		return load_dir(side, options, name);
	return load(side, options, side->path, name);
}

/* ---- printing ---- */

static void print_line(struct out *out, const struct mdt_ops_table *table)
{
	out_printf(out, "%-32.*s %-28.*s %6llu bytes  %u functions\n",
		   SLICE_FMT(table->name),
		   SLICE_FMT(table->type.len ? table->type : SLICE("(type not known)")),
		   (unsigned long long)table->size, table->functions);
}

static void print_table(const struct cli *cli, const struct loaded *loaded,
			const struct mdt_ops_table *table, bool *printed)
{
	const struct ops_options *options = cli->options;
	struct mdt_json json;

	if (options->list) {
		print_line(cli->out, table);
	} else if (options->format) {
		mdt_json_init(&json, &cli->out->buf);
		mdt_ops_json(&loaded->object, table, &json);
		out_addc(cli->out, '\n');
	} else {
		if (*printed)
			out_addc(cli->out, '\n');
		mdt_ops_text(&loaded->object, table, &cli->out->buf);
	}
	*printed = true;
	out_settle(cli->out);
}

static size_t print_side(const struct cli *cli, const struct side *side, bool *printed)
{
	size_t count = 0;

	for (size_t i = 0; i < side->count; i++)
		for (size_t j = 0; j < side->loaded[i].ops.count; j++, count++)
			print_table(cli, &side->loaded[i], &side->loaded[i].ops.tables[j],
				    printed);
	return count;
}

static const struct mdt_ops_table *first_table(const struct side *side)
{
	for (size_t i = 0; i < side->count; i++)
		if (side->loaded[i].ops.count)
			return side->loaded[i].ops.tables;
	return NULL;
}

static struct mdt_error *none(const struct side *side, const char *name)
{
	return mdt_error_create(MDT_ERR_NOT_FOUND, "%s: no operation table %s%s%s",
				side->path, name ? "'" : "in it", name ? name : "",
				name ? "'" : "");
}

/* ---- the command ---- */

static struct mdt_error *print_name(const struct cli *cli, const char *path,
				    const char *name, bool *printed)
{
	_cleanup_(side_deinit) struct side side = { .path = path };
	struct mdt_error *err = read_side(&side, cli->options, name);

	if (err)
		return err;
	return print_side(cli, &side, printed) ? NULL : none(&side, name);
}

static struct mdt_error *compare_name(const struct cli *cli, const char *name,
				      enum status *ret)
{
	_cleanup_(side_deinit) struct side a = { .path = cli->operands[0] };
	_cleanup_(side_deinit) struct side b = { .path = cli->operands[1] };
	const char *const names[SIDES] = { a.path, b.path };
	struct mdt_error *err = read_side(&a, cli->options, name);

	if (!err)
		err = read_side(&b, cli->options, name);
	if (err)
		return err;
	if (!first_table(&a) || !first_table(&b))
		return none(first_table(&a) ? &b : &a, name);
	if (mdt_ops_compare(names, first_table(&a), first_table(&b), &cli->out->buf))
		*ret = STATUS_DIFFERS;
	out_settle(cli->out);
	return NULL;
}

// A path is a file or folder that is there; names of tables follow.
static size_t count_paths(const struct cli *cli)
{
	if (cli->operand_count > 1 && access(cli->operands[1], F_OK) == 0)
		return SIDES;
	return 1;
}

static struct mdt_error *run(const struct cli *cli, enum status *ret)
{
	size_t paths = count_paths(cli);
	struct mdt_error *err = NULL;
	bool printed = false;

	if (paths == SIDES && cli->operand_count == SIDES)
		return mdt_error_create(MDT_ERR_INVALID,
					"say which table of the two to compare");
	if (paths == cli->operand_count)
		return print_name(cli, cli->operands[0], NULL, &printed);
	for (size_t i = paths; i < cli->operand_count; i++) {
		err = paths == SIDES ? compare_name(cli, cli->operands[i], ret)
				     : print_name(cli, cli->operands[0], cli->operands[i],
						  &printed);
		if (!err)
			continue;
		cli_report(err);
		*ret = STATUS_TROUBLE;
	}
	return NULL;
}

const struct command cmd_ops = {
	.name = "ops",
	.args = "FILE|DIR [FILE|DIR] [TABLE]...",
	.summary = "show the operation tables of a kernel object, as raid1_personality",
	.details =
		"FILE is a module (.ko, .ko.xz, .ko.zst) or a vmlinux that has symbols. DIR is\n"
		"lib/modules/RELEASE, or a root that has one: all its modules are searched.\n"
		"With two of them, the tables are compared: exits with 1 if they differ.",
	.options = option_rows,
	.options_size = sizeof(struct ops_options),
	.min_operands = 1,
	.max_operands = OPERANDS_ANY,
	.completes = COMPLETES_FILES,
	.run = run,
};
