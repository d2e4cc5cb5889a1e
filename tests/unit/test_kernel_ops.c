// SPDX-License-Identifier: MIT
// tests/fuzz/ops has the objects (gadget.c is their source), tests/fuzz/btf the BTF.
#include <glob.h>
#include <string.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "report/ops.h"
#include "params.h"
#include "scratch.h"

#define DATA MDT_SOURCE_DIR "/tests/fuzz/"

struct tables {
	struct mdt_kernel_object object;
	struct mdt_ops ops;
};

static void tables_deinit(struct tables *t)
{
	mdt_ops_deinit(&t->ops);
	mdt_kernel_object_deinit(&t->object);
}

static void read_tables(const char *path, const char *base, const char *name,
			struct tables *ret)
{
	struct mdt_error *err;

	*ret = (struct tables){ 0 };
	err = mdt_kernel_object_open(path, base, &ret->object);
	cr_assert_null(err, "%s", err ? err->message : "");
	err = mdt_ops_read(&ret->object, name, &ret->ops);
	cr_assert_null(err, "%s", err ? err->message : "");
}

static const struct mdt_ops_table *table_of(const struct tables *t, const char *name)
{
	const struct mdt_ops_table *table = mdt_ops_find(&t->ops, mdt_slice_cstr(name));

	cr_assert_not_null(table, "no table %s", name);
	return table;
}

static struct mdt_slice value_of(const struct mdt_ops_table *table, const char *path)
{
	for (size_t i = 0; i < table->row_count; i++)
		if (mdt_slice_eq(table->rows[i].path, mdt_slice_cstr(path)))
			return table->rows[i].value;
	return SLICE("(none)");
}

static void expect(const struct mdt_ops_table *table, const char *path, const char *value)
{
	struct mdt_slice found = value_of(table, path);

	cr_expect(mdt_slice_eq(found, mdt_slice_cstr(value)), "%s is %.*s, not %s", path,
		  SLICE_FMT(found), value);
}

/* ---- objects that are made for it ---- */

static void expect_gadget(const char *file, const char *base, enum mdt_ops_how how)
{
	struct tables t;
	const struct mdt_ops_table *table;

	read_tables(file, base, NULL, &t);
	cr_assert_eq(t.ops.count, 1);
	table = table_of(&t, "gadget_ops");
	cr_expect_eq(table->how, how);
	cr_expect(mdt_slice_eq(table->type, SLICE("struct gadget_ops")));
	cr_expect_eq(table->functions, 2);
	expect(table, ".name", "\"gadget\"");
	expect(table, ".start", "gadget_start");
	expect(table, ".stop", "gadget_stop");
	expect(table, ".mode", "GADGET_ON");
	expect(table, ".level", "-4");
	expect(table, ".pair[1]", "7");
	tables_deinit(&t);
}

Test(kernel_ops, type_of_a_module_by_split_btf)
{
	expect_gadget(DATA "ops/gadget-btf", DATA "btf/whole", MDT_OPS_BY_MATCH);
}

Test(kernel_ops, type_of_a_linked_kernel_by_btf)
{
	expect_gadget(DATA "ops/gadget-linked", NULL, MDT_OPS_BY_MATCH);
}

Test(kernel_ops, type_by_dwarf)
{
	expect_gadget(DATA "ops/gadget-dwarf", NULL, MDT_OPS_BY_DWARF);
}

// Without the base of its BTF a module's tables have places, and why is said.
Test(kernel_ops, no_type_without_the_base)
{
	struct tables t;
	const struct mdt_ops_table *table;

	read_tables(DATA "ops/gadget-btf", NULL, "gadget_ops", &t);
	table = table_of(&t, "gadget_ops");
	cr_expect_eq(table->how, MDT_OPS_UNKNOWN);
	cr_expect(mdt_slice_find(table->why, SLICE("which kernel it is for")));
	expect(table, "+0x8", "gadget_start");
	tables_deinit(&t);
}

Test(kernel_ops, compares_two)
{
	const char *const names[] = { "a", "b" };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct tables a, b;

	read_tables(DATA "ops/gadget-btf", DATA "btf/whole", NULL, &a);
	read_tables(DATA "ops/gadget-dwarf", NULL, NULL, &b);
	cr_expect(!mdt_ops_compare(names, a.ops.tables, b.ops.tables, &text));
	((struct mdt_ops_row *)b.ops.tables->rows)[1].value = SLICE("gadget_begin");
	cr_expect(mdt_ops_compare(names, a.ops.tables, b.ops.tables, &text));
	cr_expect(mdt_slice_find(mdt_buf_slice(&text),
				 SLICE("gadget_start -> gadget_begin")),
		  "%.*s", SLICE_FMT(mdt_buf_slice(&text)));
	tables_deinit(&a);
	tables_deinit(&b);
}

/* ---- what is damaged ---- */

struct damage {
	const char *file, *message;
	size_t at, size; // bytes of this place become 0xff; size 0: the file ends there
};

static const struct damage damages[] = {
	{ "ops/gadget-btf", "not an ELF object", 0, 4 },
	{ "ops/gadget-btf", "not an ELF object", 5, 1 },
	{ "ops/gadget-btf", "neither a module nor a kernel", 16, 2 },
	{ "ops/gadget-btf", "relocations are not known here", 18, 2 },
	{ "ops/gadget-btf", "damaged", 40, 8 },
	{ "ops/gadget-btf", "not an ELF object", 3, 0 },
};

ParameterizedTestParameters(kernel_ops, refuses)
{
	return index_params(damages);
}

ParameterizedTest(size_t *index, kernel_ops, refuses)
{
	const struct damage *row = &damages[*index];
	struct scratch scratch = scratch_make();
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	struct mdt_kernel_object object;
	struct mdt_error *err;
	char path[300];
	FILE *file;

	snprintf(path, sizeof(path), DATA "%s", row->file);
	file = fopen(path, "rb");
	cr_assert_not_null(file);
	cr_assert(mdt_buf_reserve(&bytes, 1 << 16));
	bytes.len = fread(bytes.str, 1, 1 << 16, file);
	fclose(file);
	if (row->size)
		memset(bytes.str + row->at, 0xff, row->size);
	else
		bytes.len = row->at;
	file = fopen(scratch_path(&scratch, "object"), "wb");
	fwrite(bytes.str, 1, bytes.len, file);
	fclose(file);
	err = mdt_kernel_object_open(scratch_path(&scratch, "object"), NULL, &object);
	cr_assert_not_null(err, "byte %zu", row->at);
	cr_expect(strstr(err->message, row->message), "%s", err->message);
	mdt_error_destroy(err);
	mdt_kernel_object_deinit(&object);
	scratch_deinit(&scratch);
}

/* ---- the kernel that is installed ---- */

static bool installed(const char *module, char *ret, size_t size)
{
	char pattern[200];
	glob_t found;
	bool is;

	snprintf(pattern, sizeof(pattern), "/lib/modules/*/kernel/drivers/md/%s.ko*",
		 module);
	is = glob(pattern, 0, NULL, &found) == 0;
	if (is)
		snprintf(ret, size, "%s", found.gl_pathv[0]);
	globfree(&found);
	return is;
}

// The members that the notes list (2015), under the names that they have in 6.1.
Test(kernel_ops, raid1_personality)
{
	static const char *const members[][2] = {
		{ ".name", "\"raid1\"" },
		{ ".level", "1" },
		{ ".owner", "THIS_MODULE" },
		{ ".make_request", "raid1_make_request" },
		{ ".run", "raid1_run" },
		{ ".free", "raid1_free" },
		{ ".status", "raid1_status" },
		{ ".error_handler", "raid1_error" },
		{ ".hot_add_disk", "raid1_add_disk" },
		{ ".hot_remove_disk", "raid1_remove_disk" },
		{ ".spare_active", "raid1_spare_active" },
		{ ".sync_request", "raid1_sync_request" },
		{ ".resize", "raid1_resize" },
		{ ".size", "raid1_size" },
		{ ".check_reshape", "raid1_reshape" },
		{ ".quiesce", "raid1_quiesce" },
		{ ".takeover", "raid1_takeover" },
	};
	const struct mdt_ops_table *table;
	char path[300];
	struct tables t;

	if (!installed("raid1", path, sizeof(path)))
		cr_skip_test("no raid1.ko here");
	read_tables(path, NULL, "raid1_personality", &t);
	table = table_of(&t, "raid1_personality");
	cr_expect(mdt_slice_eq(table->type, SLICE("struct md_personality")));
	// What names it lies in .head since 6.13 or later.
	if (mdt_slice_eq(value_of(table, ".head.name"), SLICE("\"raid1\"")))
		cr_skip_test("a kernel with struct md_submodule_head");
	array_for_each (member, members)
		expect(table, (*member)[0], (*member)[1]);
	cr_expect_eq(table->gone_count, 1);
	tables_deinit(&t);
}

Test(kernel_ops, md_fops)
{
	const struct mdt_ops_table *table;
	char path[300];
	struct tables t;

	if (!installed("md-mod", path, sizeof(path)))
		cr_skip_test("no md-mod.ko here");
	read_tables(path, NULL, NULL, &t);
	table = table_of(&t, "md_fops");
	cr_expect(mdt_slice_eq(table->type, SLICE("struct block_device_operations")));
	expect(table, ".ioctl", "md_ioctl");
	expect(table, ".owner", "THIS_MODULE");
	table = table_of(&t, "super_types");
	cr_expect_eq(table->count, 2);
	expect(table, "[1].load_super", "super_1_load");
	expect(table_of(&t, "__this_module"), ".init", "init_module");
	tables_deinit(&t);
}
