// SPDX-License-Identifier: MIT
#include <stdio.h>

#include <criterion/criterion.h>

#include "kernel/graph.h"

static void graph_lines(struct mdt_graph *graph, const char *const *lines, size_t count)
{
	cr_assert_null(mdt_graph_step(graph));
	for (size_t i = 0; i < count; i++)
		cr_assert_null(mdt_graph_line(graph, mdt_slice_cstr(lines[i])));
}

static void expect_text(const struct mdt_graph *graph, size_t step,
			const struct mdt_graph_view *view, const char *expected)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	cr_assert_null(mdt_graph_text(graph, step, view, &text));
	mdt_buf_addc(&text, '\0');
	cr_expect_str_eq(text.str, expected);
}

static const struct mdt_graph_view view_all = { .indent = "" };

static const char *const run_array[] = {
	"0.900000 | init-1 | 1.0 us | array_state_show [md_mod]();",
	"1.000000 | init-1 | | /* mdtrace+ */",
	"1.000010 | init-1 | | md_ioctl [md_mod]() {",
	"1.000020 | init-1 | | do_md_run [md_mod]() {",
	"1.000030 | init-1 | 1.500 us | r1bio_pool_alloc [raid1]();",
	"1.000032 | init-1 | 2.500 us | r1bio_pool_alloc [raid1]();",
	"1.000040 | md100_r-79 | | md_thread [md_mod]() {",
	"1.000041 | md100_r-79 | 3.0 us | raid1d [raid1]();",
	"1.000050 | init-1 | 30.250 us | } /* do_md_run [md_mod] = -22 */",
	"1.000060 | init-1 | ! 50.000 us | } /* md_ioctl [md_mod] ret=0 */",
	"1.000070 | init-1 | | /* mdtrace- */",
	"1.000080 | init-1 | | array_state_show [md_mod]() {",
	"1.000081 | init-1 | 1.0 us | }",
	"task 79 md100_raid1",
};

static const char *const later[] = {
	"1.000090 | md100_r-79 | 4.000 us | raid1d [raid1]();",
	"1.000095 | md100_r-79 | 90.000 us | } /* md_thread [md_mod] */",
};

// Of the caller only what is between the marks; what a thread ran is a branch; repeats
// are one line; returned values are there where the kernel has them.
Test(kernel_graph, a_call_and_a_thread)
{
	_cleanup_(mdt_graph_deinit) struct mdt_graph graph = { 0 };

	graph_lines(&graph, run_array, array_size(run_array));
	expect_text(&graph, 0, &view_all,
		    "ran:\n"
		    "  md_ioctl = 0                                       50.0 us\n"
		    "    do_md_run = -22                                    30.2 us\n"
		    "      r1bio_pool_alloc × 2                                4.0 us\n"
		    "meanwhile task (1):\n"
		    "  array_state_show                                    1.0 us\n"
		    "meanwhile md100_raid1 (79):\n"
		    "  md_thread  (goes on)\n"
		    "    raid1d                                              3.0 us\n");
}

// A function that goes on over steps is in the first; its time is known when it ends.
Test(kernel_graph, over_steps)
{
	_cleanup_(mdt_graph_deinit) struct mdt_graph graph = { 0 };
	const struct mdt_graph_view top = { .indent = "", .depth = 1 };

	graph_lines(&graph, run_array + 1, array_size(run_array) - 1);
	graph_lines(&graph, later, array_size(later));
	expect_text(&graph, 1, &view_all,
		    "meanwhile md100_raid1 (79), in md_thread:\n"
		    "  raid1d                                              4.0 us\n");
	expect_text(&graph, 0, &top,
		    "ran:\n"
		    "  md_ioctl = 0                                       50.0 us\n"
		    "meanwhile md100_raid1 (79):\n"
		    "  md_thread                                          90.0 us\n");
}

Test(kernel_graph, filter)
{
	_cleanup_(mdt_graph_deinit) struct mdt_graph graph = { 0 };
	_cleanup_(mdt_pattern_destroyp) struct mdt_pattern *pattern = NULL;
	struct mdt_graph_view view = { .indent = "" };

	cr_assert_null(mdt_pattern_create(SLICE("^do_md"), &pattern));
	view.filter = pattern;
	graph_lines(&graph, run_array + 1, array_size(run_array) - 1);
	expect_text(&graph, 0, &view,
		    "ran:\n"
		    "  md_ioctl = 0                                       50.0 us\n"
		    "    do_md_run = -22                                    30.2 us\n");
}

// What was lost, and what is no line of the tracer, is said.
Test(kernel_graph, lost_and_unread)
{
	static const char *const lines[] = {
		"1.0 | init-1 | | md_ioctl [md_mod]() {",
		"CPU:0 [LOST 12 EVENTS]",
		"1.0 | init-1 | 2.0 us | } /* md_ioctl [md_mod] */",
		"nonsense",
		"1.0 | init | | md_ioctl [md_mod]() {",
		"task x y",
		"1.0 | init-1 | three us | md_ioctl();",
	};
	_cleanup_(mdt_graph_deinit) struct mdt_graph graph = { 0 };

	graph_lines(&graph, lines, array_size(lines));
	cr_expect_eq(graph.lost, 12);
	expect_text(&graph, 0, &view_all,
		    "meanwhile task (1):\n"
		    "  md_ioctl  (goes on)\n"
		    "lost: 12 events of the kernel's trace\n"
		    "4 lines of the trace are not understood\n");
}

/* ---- functions by their name in the source ---- */

static const char *const copies[] = {
	"traced md_ioctl do_md_run.isra.0 md_stop",
	"traced raid1d",
	"1.000000 | init-1 | | /* mdtrace+ */",
	"1.000010 | init-1 | | md_ioctl [md_mod]() {",
	"1.000020 | init-1 | 1.500 us | do_md_run.isra.0 [md_mod]();",
	"1.000050 | init-1 | 30.250 us | }",
	"1.000070 | init-1 | | /* mdtrace- */",
	"1.000090 | md100_r-79 | 4.000 us | raid1d [raid1]();",
};

Test(kernel_graph, functions_are_found_by_their_name_in_the_source)
{
	_cleanup_(mdt_graph_deinit) struct mdt_graph graph = { 0 };
	const struct mdt_graph_node *node;

	graph_lines(&graph, copies, array_size(copies));
	node = mdt_graph_find(&graph, 0, SLICE("do_md_run"));
	cr_assert_not_null(node);
	cr_expect(mdt_slice_eq(node->parent->name, SLICE("md_ioctl")));
	cr_expect_null(mdt_graph_find(&graph, 0, SLICE("raid1d")), "is a thread's");
	cr_expect(mdt_graph_can_have(&graph, SLICE("do_md_run")));
	cr_expect(mdt_graph_can_have(&graph, SLICE("raid1d")));
	cr_expect_not(mdt_graph_can_have(&graph, SLICE("mddev_lock")));
	cr_expect_eq(graph.steps[0].unread, 0);
}
