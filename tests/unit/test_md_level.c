// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <linux/major.h>
#include <linux/raid/md_u.h>

#include "md/level.h"

Test(md_level, names)
{
	cr_assert_str_eq(mdt_level_name(1), "raid1");
	cr_assert_str_eq(mdt_level_name(0), "raid0");
	cr_assert_str_eq(mdt_level_name(10), "raid10");
	cr_assert_str_eq(mdt_level_name(LEVEL_LINEAR), "linear");
	cr_assert_str_eq(mdt_level_name(LEVEL_MULTIPATH), "multipath");
	cr_assert_str_eq(mdt_level_name(LEVEL_FAULTY), "faulty");
	cr_assert_str_eq(mdt_level_name(LEVEL_NONE), "none");
	cr_assert_str_eq(mdt_level_name(-100), "container");
	cr_assert_eq(mdt_level_name(2), NULL);
	cr_assert_eq(mdt_level_name(UINT32_MAX), NULL);
}

Test(md_level, find)
{
	int level = 77;

	cr_assert(mdt_level_find(SLICE("raid6"), &level));
	cr_assert_eq(level, 6);
	cr_assert(mdt_level_find(SLICE("mirror"), &level));
	cr_assert_eq(level, 1);
	cr_assert(mdt_level_find(SLICE("10"), &level));
	cr_assert_eq(level, 10);
	cr_assert(mdt_level_find(SLICE("linear"), &level));
	cr_assert_eq(level, -1);
	level = 77;
	cr_assert_not(mdt_level_find(SLICE("raid"), &level));
	cr_assert_not(mdt_level_find(SLICE(""), &level));
	cr_assert_eq(level, 77);
}

Test(md_level, layouts)
{
	static const struct {
		int level;
		uint32_t layout;
		const char *name; /* NULL: none */
	} cases[] = {
		{ 5, 2, "left-symmetric" },
		{ 6, 1, "right-asymmetric" },
		{ 0, 2, "alternate" },
		{ 10, 0x102, "near=2" },
		{ 10, 0x101, "near=1" },
		{ 10, 0x201, "far=2" },
		{ 10, 0x10201, "offset=2" },
		{ 10, 0x302, "near=2,far=3" },
		{ 10, 0, NULL },
		{ 10, 0x80102, NULL },
		{ 1, 0, NULL },
		{ 5, 99, NULL },
		{ 0, 0, NULL },
	};

	array_for_each (it, cases) {
		struct mdt_buf buf = { 0 };

		cr_assert_eq(mdt_layout_print(&buf, it->level, it->layout),
			     it->name != NULL, "%d %#x", it->level, it->layout);
		cr_assert(
			mdt_slice_eq_cstr(mdt_buf_slice(&buf), it->name ? it->name : ""),
			"%d %#x", it->level, it->layout);
		mdt_buf_deinit(&buf);
	}
}

Test(md_level, find_layout)
{
	static const struct {
		int level;
		const char *name;
		int64_t layout; /* -1: none */
	} cases[] = {
		{ 5, "left-symmetric", 2 },
		{ 5, "ls", 2 },
		{ 5, "default", 2 },
		{ 5, "ddf-N-restart", 0 },
		{ 6, "ddf-N-restart", 9 },
		{ 6, "ra", 1 },
		{ 0, "dangerous", 0 },
		{ 0, "alternate", 2 },
		{ 10, "n2", 0x102 },
		{ 10, "f3", 0x301 },
		{ 10, "o2", 0x10201 },
		{ 10, "n", -1 },
		{ 10, "x2", -1 },
		{ 10, "", -1 },
		{ 10, "n0", -1 },
		{ 1, "ls", -1 },
		{ 5, "", -1 },
	};

	array_for_each (it, cases) {
		uint32_t layout = 77;
		bool found =
			mdt_layout_find(it->level, mdt_slice_cstr(it->name), &layout);

		cr_expect_eq(found, it->layout >= 0, "%d %s", it->level, it->name);
		cr_expect_eq(layout, it->layout >= 0 ? it->layout : 77, "%d %s",
			     it->level, it->name);
	}
}
