// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include "strace/frame.h"

struct row {
	const char *line;
	const char *file, *symbol, *source; /* file NULL: not a frame */
	uint64_t off, address;
	int source_line;
};

// As strace 4.9 to 7.2 print them; the last ones are made up.
static const struct row rows[] = {
	{ " > /lib/x86_64-linux-gnu/libc.so.6(ioctl+0x3b) [0xfdd6b]",
	  "/lib/x86_64-linux-gnu/libc.so.6", "ioctl", "", 0x3b, 0xfdd6b, 0 },
	{ " > /bin/mdadm() [0x14946]", "/bin/mdadm", "", "", 0, 0x14946, 0 },
	{ "> /bin/mdadm() [0x14946]", "/bin/mdadm", "", "", 0, 0x14946, 0 },
	{ " > /sbin/mdadm(main+0x1a) [0x107a] /src/md adm/mdadm.c:25", "/sbin/mdadm",
	  "main", "/src/md adm/mdadm.c", 0x1a, 0x107a, 25 },
	{ " > /opt/a (b)/x(ns::f(int, char*)+0x1) [0x2]", "/opt/a (b)/x",
	  "ns::f(int, char*)", "", 1, 2, 0 },
	{ " > /tmp/x [0x1] (deleted)(f+0x10) [0xff]", "/tmp/x [0x1] (deleted)", "f", "",
	  0x10, 0xff, 0 },
	{ " > [vdso](__vdso_time+0x10) [0x9]", "[vdso]", "__vdso_time", "", 0x10, 9, 0 },
	{ " > unexpected_backtracing_error [0x7f12]", NULL, NULL, NULL, 0, 0, 0 },
	{ " > BUG IN print_call_cb", NULL, NULL, NULL, 0, 0, 0 },
	{ " > too many stack frames", NULL, NULL, NULL, 0, 0, 0 },
	{ " > x(f+0x1) [0x1] y.c", NULL, NULL, NULL, 0, 0, 0 },
	{ " > x(f+0x1) [0x1] y.c:1x", NULL, NULL, NULL, 0, 0, 0 },
	{ " > x(f) [0x1]", NULL, NULL, NULL, 0, 0, 0 },
	{ " > x(f+1) [0x1]", NULL, NULL, NULL, 0, 0, 0 },
	{ " > x f+0x1) [0x1]", NULL, NULL, NULL, 0, 0, 0 },
	{ " > () [0x1]", NULL, NULL, NULL, 0, 0, 0 },
	{ " > x() [0x10000000000000000]", NULL, NULL, NULL, 0, 0, 0 },
	{ " > x() [0x1", NULL, NULL, NULL, 0, 0, 0 },
	{ " > ", NULL, NULL, NULL, 0, 0, 0 },
	{ "x() [0x1]", NULL, NULL, NULL, 0, 0, 0 },
};

Test(strace_frame, forms)
{
	array_for_each (row, rows) {
		struct mdt_frame frame;
		bool ok = mdt_frame_parse(mdt_slice_cstr(row->line), &frame);

		cr_expect_eq(ok, row->file != NULL, "%s", row->line);
		if (!ok) {
			cr_expect_eq(frame.file.len, 0);
			continue;
		}
		cr_expect(mdt_slice_eq_cstr(frame.file, row->file), "%s", row->line);
		cr_expect(mdt_slice_eq_cstr(frame.symbol, row->symbol), "%s", row->line);
		cr_expect(mdt_slice_eq_cstr(frame.source, row->source), "%s", row->line);
		cr_expect_eq(frame.off, row->off, "%s", row->line);
		cr_expect_eq(frame.address, row->address, "%s", row->line);
		cr_expect_eq(frame.line, row->source_line, "%s", row->line);
	}
}
