// SPDX-License-Identifier: MIT
// A rule's source held against the functions that ran.
#include <errno.h>

#include <criterion/criterion.h>

#include "report/replay_parts.h"

#define BEGIN "1.000000 | init-1 | | /* mdtrace+ */"
#define END   "1.000070 | init-1 | | /* mdtrace- */"

struct row {
	const char *source;
	int error;
	const char *lines[8];
	const char *text;
	bool is_finding;
	enum mdt_life_verdict verdict;
};

static const struct row rows[] = {
	{ "md.c:md_run",
	  EBUSY,
	  { BEGIN, "1.1 | init-1 | | md_ioctl [md_mod]() {",
	    "1.2 | init-1 | 1.0 us | md_run [md_mod]();", "1.3 | init-1 | 9.0 us | }",
	    END },
	  "a-rule (md.c:md_run): seen, md_ioctl > md_run",
	  false },
	{ "md.c:md_run",
	  EBUSY,
	  { BEGIN, "1.2 | init-1 | 1.0 us | md_run [md_mod](); /* = -16 */", END },
	  "a-rule (md.c:md_run): seen, md_run returned -16",
	  false },
	{ "md.c:md_run",
	  EBUSY,
	  { BEGIN, "1.2 | init-1 | 1.0 us | md_run [md_mod](); /* = 0xffffffea */", END },
	  "a-rule (md.c:md_run): finding: md_run returned -22, not -16",
	  true },
	{ "md.c:md_run",
	  EBUSY,
	  { "traced md_run", BEGIN, "1.2 | init-1 | 1.0 us | md_ioctl [md_mod]();", END },
	  "a-rule (md.c:md_run): finding: md_run did not run",
	  true },
	{ "md.c:md_run",
	  EBUSY,
	  { "traced md_ioctl", BEGIN, "1.2 | init-1 | 1.0 us | md_ioctl [md_mod]();",
	    END },
	  "a-rule (md.c:md_run): not to be seen, this kernel has it inlined",
	  false },
	{ "md.c:md_run",
	  EBUSY,
	  { BEGIN, "1.2 | init-1 | 1.0 us | md_ioctl [md_mod]();", END },
	  "a-rule (md.c:md_run): not seen",
	  false },
	{ "md.c:md_run",
	  EBUSY,
	  { "traced md_run", BEGIN, "CPU:0 [LOST 12 EVENTS]", END },
	  "a-rule (md.c:md_run): not seen, events were lost",
	  false },
	{ "md.c:md_open, find_pers (7.2: get_pers)",
	  0,
	  { "traced md_open get_pers", BEGIN,
	    "1.2 | init-1 | 1.0 us | get_pers [md_mod]();", END },
	  "a-rule (md.c:md_open, find_pers (7.2: get_pers)): seen, get_pers",
	  false },
	{ "md.c:do_md_run, raid1.c:raid1_run and its like",
	  0,
	  { "traced do_md_run raid1_run", BEGIN,
	    "1.2 | init-1 | 1.0 us | md_ioctl [md_mod]();", END },
	  "a-rule (md.c:do_md_run, raid1.c:raid1_run and its like): finding: do_md_run did not run",
	  true },
	{ "md.c:md_add_new_disk",
	  EINVAL,
	  { "traced add_new_disk.isra.0", BEGIN,
	    "1.2 | init-1 | 1.0 us | add_new_disk.isra.0 [md_mod]();", END },
	  "a-rule (md.c:md_add_new_disk): seen, add_new_disk.isra.0",
	  false },
	{ "md.c:md_run", EBUSY, { "traced md_run" }, "", false },
	// Another one of several can have given the result.
	{ "md.c:md_run",
	  EBUSY,
	  { "traced md_run", BEGIN, "1.2 | init-1 | 1.0 us | md_ioctl [md_mod]();", END },
	  "a-rule (md.c:md_run): not this one of several: md_run did not run",
	  false,
	  MDT_LIFE_POSSIBLE },
	// What is inlined may have called the other where that is inlined, too.
	{ "md.c:hot_remove_disk, md_kick_rdev_from_array",
	  0,
	  { "traced md_kick_rdev_from_array", BEGIN,
	    "1.2 | init-1 | 1.0 us | md_ioctl [md_mod]();", END },
	  "a-rule (md.c:hot_remove_disk, md_kick_rdev_from_array): not to be seen, this "
	  "kernel has it inlined",
	  false },
	{ "md.c:md_run",
	  EBUSY,
	  { BEGIN, "1.2 | init-1 | 1.0 us | md_run [md_mod]();", END },
	  "",
	  false,
	  MDT_LIFE_CONTRADICTS },
};

Test(replay_check, sources)
{
	array_for_each (row, rows) {
		_cleanup_(mdt_graph_deinit) struct mdt_graph graph = { 0 };
		_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
		const struct mdt_model_rule rule = { .name = "a-rule",
						     .source = row->source };
		const struct mdt_replay_prediction prediction = { .rule = &rule,
								  .verdict =
									  row->verdict };

		cr_assert_null(mdt_graph_step(&graph));
		for (size_t i = 0; i < array_size(row->lines) && row->lines[i]; i++)
			cr_assert_null(
				mdt_graph_line(&graph, mdt_slice_cstr(row->lines[i])));
		cr_expect_eq(mdt_replay_check(&graph, 0, &prediction, row->error, &text),
			     row->is_finding, "%s", row->text);
		cr_expect(mdt_slice_eq_cstr(mdt_buf_slice(&text), row->text),
			  "'%.*s', not '%s'", SLICE_FMT(mdt_buf_slice(&text)), row->text);
		cr_expect_not(mdt_replay_check(&graph, 0, NULL, row->error, &text));
	}
}
