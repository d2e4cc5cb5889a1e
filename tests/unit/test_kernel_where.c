// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "kernel/where.h"
#include "scratch.h"

#define DATA MDT_SOURCE_DIR "/tests/fuzz/"

static struct mdt_error *find(struct mdt_kernel_object *object, const char *place,
			      const char *debug, struct mdt_arena *arena,
			      struct mdt_where *ret)
{
	return mdt_where_find(object, mdt_slice_cstr(place), debug, arena, ret);
}

Test(kernel_where, line_by_own_debug_info)
{
	_cleanup_(mdt_kernel_object_deinit) struct mdt_kernel_object object = { 0 };
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	struct mdt_where where;

	cr_assert_null(mdt_kernel_object_open(DATA "ops/gadget-dwarf", NULL, &object));
	cr_assert_null(find(&object, "gadget_start", NULL, &arena, &where));
	cr_assert_eq(where.lines.count, 1);
	cr_expect(mdt_slice_eq(where.lines.all[0].file, SLICE("./gadget.c")));
	cr_expect_eq(where.lines.all[0].line, 19);
	cr_expect(mdt_slice_eq(where.section, SLICE(".text")));
}

Test(kernel_where, without_debug_info)
{
	_cleanup_(mdt_kernel_object_deinit) struct mdt_kernel_object object = { 0 };
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	struct mdt_where where;
	struct mdt_error *err;

	cr_assert_null(
		mdt_kernel_object_open(DATA "ops/gadget-btf", DATA "btf/whole", &object));
	cr_assert_null(find(&object, "gadget_start", NULL, &arena, &where));
	cr_expect_eq(where.lines.count, 0);
	cr_expect(mdt_slice_find(where.why, SLICE("no debug info")));
	cr_expect(mdt_slice_eq(where.prototype,
			       SLICE("int gadget_start(struct gadget *g)")));
	err = find(&object, "gadget_begin", NULL, &arena, &where);
	cr_assert_not_null(err);
	cr_expect_eq(err->kind, MDT_ERR_NOT_FOUND);
	mdt_error_destroy(err);
	// Behind its end there is no place of a function.
	err = find(&object, "gadget_start+0x1000", NULL, &arena, &where);
	cr_assert_not_null(err);
	mdt_error_destroy(err);
}

Test(kernel_where, address_of_a_linked_one)
{
	_cleanup_(mdt_kernel_object_deinit) struct mdt_kernel_object object = { 0 };
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	struct mdt_where by_name, by_address;
	char address[32];

	cr_assert_null(mdt_kernel_object_open(DATA "ops/gadget-linked", NULL, &object));
	cr_assert_null(find(&object, "gadget_stop", NULL, &arena, &by_name));
	snprintf(address, sizeof(address), "0x%llx",
		 (unsigned long long)(object.elf.sections[by_name.symbol->section]
					      .address +
				      by_name.symbol->at + 1));
	cr_assert_null(find(&object, address, NULL, &arena, &by_address));
	cr_expect_eq(by_address.symbol, by_name.symbol);
	cr_expect_eq(by_address.off, 1);
}

/* ---- debug info in a file of its own, and functions that are inlined ---- */

static void make(struct scratch *scratch, const char *command)
{
	char line[1000];

	snprintf(line, sizeof(line), "cd %s && %s", scratch->dir, command);
	if (system(line))
		cr_skip_test("cannot be made here: %s", command);
}

static void make_object(struct scratch *scratch, const char *name, const char *id)
{
	char line[400];

	make(scratch, "printf '%s\\n' 'static inline int inner(volatile int *p)' '{' "
		      "'\treturn *p += 3;' '}' 'int outer(volatile int *p)' '{' "
		      "'\t*p *= 5;' '\treturn inner(p);' '}' >s.c");
	snprintf(line, sizeof(line),
		 "cc -g -O2 -r -nostdlib -Wl,--build-id=0x%s s.c -o %s.ko && "
		 "mkdir -p debug/.build-id/%.2s && "
		 "objcopy --only-keep-debug %s.ko debug/.build-id/%.2s/%s.debug && "
		 "strip --strip-debug %s.ko",
		 id, name, id, name, id, id + 2, name);
	make(scratch, line);
}

Test(kernel_where, inlined_by_a_debug_file)
{
	struct scratch scratch = scratch_make();
	struct mdt_kernel_object object = { 0 };
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	struct mdt_where where = { 0 };
	char debug[sizeof(scratch.path)], place[40];
	struct mdt_error *err;

	make_object(&scratch, "a", "1234abcd");
	make_object(&scratch, "b", "99887766");
	snprintf(debug, sizeof(debug), "%s", scratch_path(&scratch, "debug"));
	cr_assert_null(
		mdt_kernel_object_open(scratch_path(&scratch, "a.ko"), NULL, &object));
	for (unsigned int i = 0; i < 64 && where.lines.count < 2; i++) {
		snprintf(place, sizeof(place), "outer+%#x", i);
		if (i)
			mdt_error_destroy(find(&object, place, debug, &arena, &where));
	}
	cr_assert_eq(where.lines.count, 2, "%.*s", SLICE_FMT(where.why));
	cr_expect(mdt_slice_eq(where.lines.all[0].function, SLICE("inner")));
	cr_expect_eq(where.lines.all[0].line, 3);
	cr_expect(mdt_slice_eq(where.lines.all[1].function, SLICE("outer")));
	cr_expect_eq(where.lines.all[1].line, 8);
	// Another build's is refused.
	err = find(&object, "outer",
		   scratch_path(&scratch, "debug/.build-id/99/887766.debug"), &arena,
		   &where);
	cr_assert_not_null(err);
	cr_expect(strstr(err->message, "another build"), "%s", err->message);
	mdt_error_destroy(err);
	mdt_kernel_object_deinit(&object);
	scratch_deinit(&scratch);
}
