// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include "guest/graph.h"

static void expect_squeezed(const char *line, const char *expected)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	bool says = guest_graph_squeeze(mdt_slice_cstr(line), &text);

	cr_expect_eq(says, expected != NULL, "%s", line);
	cr_expect(!says || mdt_slice_eq_cstr(mdt_buf_slice(&text), expected), "%.*s",
		  SLICE_FMT(mdt_buf_slice(&text)));
}

Test(guest_graph, lines_with_single_blanks)
{
	expect_squeezed(
		"  7.952594 |    init-1    |               |  md_probe [md_mod]() {",
		"7.952594 | init-1 | | md_probe [md_mod]() {");
	expect_squeezed("# tracer: function_graph", NULL);
	expect_squeezed(" ------------------------------------------", NULL);
	expect_squeezed(" 0)    init-1    =>  kworker-43 ", NULL);
	expect_squeezed("   ", NULL);
}
