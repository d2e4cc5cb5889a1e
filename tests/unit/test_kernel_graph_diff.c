// SPDX-License-Identifier: MIT
#include <stdio.h>

#include <criterion/criterion.h>

#include "kernel/graph_diff.h"

// Lines of one step; the first says what can be seen.
static void take(struct mdt_graph *graph, const char *const *lines, size_t count)
{
	cr_assert_null(mdt_graph_step(graph));
	for (size_t i = 0; i < count; i++)
		cr_assert_null(mdt_graph_line(graph, mdt_slice_cstr(lines[i])));
}

static void expect_changes(const char *const *old_lines, size_t old_count,
			   const char *const *new_lines, size_t new_count, bool callers,
			   const char *expected)
{
	struct mdt_graph old = { 0 }, new = { 0 };
	struct mdt_graph_part a = { &old, 0, 1, callers }, b = { &new, 0, 1, callers };
	struct mdt_graph_diff diff = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	take(&old, old_lines, old_count);
	take(&new, new_lines, new_count);
	cr_assert_null(mdt_graph_diff_make(&a, &b, &diff));
	for (size_t i = 0; i < diff.count; i++) {
		const struct mdt_graph_change *it = &diff.changes[i];
		const struct mdt_graph_node *node = it->new ? it->new : it->old;

		mdt_buf_printf(&text, "%s %.*s%s\n", mdt_graph_change_name(it->kind),
			       SLICE_FMT(mdt_graph_source_name(node->name)),
			       it->can_be_seen ? " seen" : "");
	}
	mdt_buf_addc(&text, '\0');
	cr_expect_str_eq(text.str, expected);
	mdt_graph_diff_deinit(&diff);
	mdt_graph_deinit(&old);
	mdt_graph_deinit(&new);
}

#define EXPECT(old, new, callers, expected)                                              \
	expect_changes(old, array_size(old), new, array_size(new), callers, expected)

#define BEGIN "1.000000 | init-1 | | /* mdtrace+ */"
#define END   "1.000099 | init-1 | | /* mdtrace- */"

Test(kernel_graph_diff, clones_are_the_same)
{
	static const char *const old[] = {
		BEGIN, "1.000010 | init-1 | 1.0 us | rdev_read_only.isra.0 [md_mod]();",
		"1.000012 | init-1 | 1.0 us | md_stop.part.0.cold [md_mod]();", END
	};
	static const char *const new[] = {
		BEGIN, "1.000010 | init-1 | 1.0 us | rdev_read_only [md_mod]();",
		"1.000012 | init-1 | 1.0 us | md_stop.constprop.1 [md_mod]();", END
	};

	EXPECT(old, new, true, "");
}

Test(kernel_graph_diff, gone_new_and_renamed)
{
	static const char *const old[] = {
		"traced md_ioctl add_new_disk mddev_put old_one",
		BEGIN,
		"1.000010 | init-1 | 1.0 us | add_new_disk [md_mod]();",
		"1.000012 | init-1 | 1.0 us | mddev_put [md_mod]();",
		"1.000014 | init-1 | 1.0 us | old_one [md_mod]();",
		END,
	};
	static const char *const new[] = {
		"traced md_ioctl md_add_new_disk mddev_put __mddev_put",
		BEGIN,
		"1.000010 | init-1 | 1.0 us | md_add_new_disk [md_mod]();",
		// The old name is there, too: it is another function.
		"1.000012 | init-1 | 1.0 us | __mddev_put [md_mod]();",
		END,
	};

	EXPECT(old, new, true,
	       "renamed md_add_new_disk\ngone mddev_put seen\ngone old_one\nnew __mddev_put\n");
}

static const char *const nested[] = {
	"traced md_ioctl do_md_run md_start",
	BEGIN,
	"1.000010 | init-1 | | md_ioctl [md_mod]() {",
	"1.000020 | init-1 | | do_md_run [md_mod]() {",
	"1.000030 | init-1 | 1.0 us | md_start [md_mod]();",
	"1.000040 | init-1 | 3.0 us | }",
	"1.000050 | init-1 | 4.0 us | }",
	END,
};

Test(kernel_graph_diff, below_what_is_inlined_nothing_has_moved)
{
	static const char *const inlined[] = {
		"traced md_ioctl md_start",
		BEGIN,
		"1.000010 | init-1 | | md_ioctl [md_mod]() {",
		"1.000030 | init-1 | 1.0 us | md_start [md_mod]();",
		"1.000050 | init-1 | 4.0 us | }",
		END,
	};

	EXPECT(nested, inlined, true, "gone do_md_run\n");
	EXPECT(inlined, nested, true, "new do_md_run\n");
}

Test(kernel_graph_diff, moved)
{
	static const char *const moved[] = {
		"traced md_ioctl do_md_run md_start",
		BEGIN,
		"1.000010 | init-1 | | md_ioctl [md_mod]() {",
		"1.000020 | init-1 | 1.0 us | do_md_run [md_mod]();",
		"1.000030 | init-1 | 1.0 us | md_start [md_mod]();",
		"1.000050 | init-1 | 4.0 us | }",
		END,
	};

	EXPECT(nested, moved, true, "moved md_start\n");
	EXPECT(nested, moved, false, "");
}

Test(kernel_graph_diff, other_tasks)
{
	static const char *const thread[] = {
		BEGIN, "1.000040 | md100_r-79 | 3.0 us | raid1d [raid1]();", END
	};

	EXPECT(nested, thread, false, "new raid1d\n");
}
