// SPDX-License-Identifier: MIT
// The writer is the inverse of the parser: every line of every log that is kept here
// comes back from its values, and a value that is replaced comes out replaced.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <glob.h>
#include <stdlib.h>

#include "params.h"
#include "strace/parse.h"
#include "strace/reader.h"
#include "strace/write.h"

/* ---- what is read is written ---- */

static size_t check_log(const char *path)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_event event;
	size_t lines = 0;
	bool got;

	cr_assert_null(mdt_reader_create(path, &reader));
	for (;; lines++) {
		cr_assert_null(mdt_reader_next(reader, &event, &got));
		if (!got)
			return lines;
		mdt_buf_clear(&text);
		mdt_write_event(&event, NULL, &text);
		cr_expect(mdt_slice_eq(mdt_buf_slice(&text), event.raw),
			  "%s:%lu\nis  %.*s\nwas %.*s", path, event.line,
			  SLICE_FMT(mdt_buf_slice(&text)), SLICE_FMT(event.raw));
		cr_expect_neq(event.kind, MDT_EVENT_UNKNOWN, "%s:%lu", path, event.line);
	}
}

Test(strace_write, every_log_that_is_kept)
{
	size_t lines = 0;
	glob_t logs;

	cr_assert_eq(glob(MDT_SOURCE_DIR "/traces/*/*.strace", 0, NULL, &logs), 0);
	cr_expect_geq(logs.gl_pathc, 30);
	for (size_t i = 0; i < logs.gl_pathc; i++)
		lines += check_log(logs.gl_pathv[i]);
	cr_expect_gt(lines, 15000);
	globfree(&logs);
}

// Forms that those logs do not have.
static const char *const lines[] = {
	"[pid  1234] 10:36:44.000001 (+     1.000123) [ 16] [00007f5d932be000] close(3) = 0",
	"1234<md 0> [u:r:t] close(3) = 0",
	"f(0x00ff, 0XFF, 007, -0x1, 1.50, 18446744073709551616) = 0x00",
	"f(\"\\x2f\\57/\\0\", @\"a\", \"b\"..., 'c') = 0",
	"f([ 0 3 ], [CHLD USR1], ~[KILL], ~[], [], {}) = 0",
	"f([[0]=1, [5]=7], [0 /* IO */]=5, {a=1, }, [...]) = 0",
	"f([/* 27 vars */], 0x7ffe /* 27 vars */, 0x1 /* Q(0 /* ? */, U) */) = 0",
	"f({a=1} => {a=2}, [16->2], A|B => C, A or B or C, f=0 => f=X) = 0",
	"f(1<<CAP_CHOWN|1<<CAP_SETGID, 8192*1024, ~(A|B), a->b, &x, -icanon) = 0",
	"f([{WIFEXITED(s) && WEXITSTATUS(s) == 0}]) = 0",
	"f(3</tmp/gone>(deleted), 4<TCP:[1.2.3.4:5->6.7.8.9:10]>, 5</a>b>) = 6</c> [u:o:t]",
	"f(-100 /* AT_FDCWD */</>, \"/x\" [u:o:t]) = 0",
	"f(<unavailable>) = ? <unavailable>",
	"_sysctl({{}, 0, 0x7f63f1a53fb0) = -1 EFAULT (Bad address)",
	"ioctl(3, FS, {numblocks=2}}) = 0",
	"statx(-100, \"x\", |0x800, 0x7ff) = 0",
	"close(3)                                = -1 EIO (Input/output error) (INJECTED) <0.1>",
	"poll([{fd=3}], 1, 5) = 1 ([{fd=3, revents=POLLIN}]) <0.000005>",
	"select(4, [3], NULL, NULL, {1, 0}) = 1 (in [3], left {0, 499998})",
	"close(3) = 0  -----RAID_VERSION",
	"close(3) = 0--X",
	"read(0,  <unfinished ...>",
	"vfork( <unfinished ...>",
	"exit_group(0)                           = ?",
	"select(4, [3] <detached ...>",
	"--- SIGCHLD (Child exited) @ 0 (0) ---",
	"12  --- SIGCHLD {si_signo=SIGCHLD, si_utime=0 /* 0.01 s */} ---",
	"--- stopped by SIGSTOP ---",
	"+++ killed by SIGSEGV (core dumped) +++",
	"+++ exited with 255 +++",
	"10:36:44 +++ superseded by execve in pid 5 +++",
	"1  <... read resumed> \"x\", 1) = 1",
	"strace: Process 1234 attached",
	"not understood",
	"f(not closed) = {",
	"",
};

ParameterizedTestParameters(strace_write, line)
{
	return index_params(lines);
}

ParameterizedTest(size_t *i, strace_write, line)
{
	_cleanup_(mdt_nodes_deinit) struct mdt_nodes nodes = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_event event;

	cr_assert_null(mdt_parse_line(mdt_slice_cstr(lines[*i]), &nodes, &event));
	mdt_write_event(&event, NULL, &text);
	cr_expect(mdt_slice_eq_cstr(mdt_buf_slice(&text), lines[*i]), "is  %.*s\nwas %s",
		  SLICE_FMT(mdt_buf_slice(&text)), lines[*i]);
}

/* ---- what is replaced is replaced ---- */

// Every value of one kind becomes `#`.
static bool replace_kind(void *data, struct mdt_ref ref, struct mdt_buf *ret)
{
	const enum mdt_node_kind *kind = data;

	if (mdt_ref_node(ref)->kind != *kind)
		return false;
	mdt_buf_addc(ret, '#');
	return true;
}

static const struct {
	enum mdt_node_kind kind;
	const char *log, *expected; // the last line is compared
} replaced[] = {
	{ MDT_NODE_INT, "7  f(1, a=-2, 0x3</x>, [4 5], \"6\", A|8) = 9 <0.1> -- n",
	  "7  f(#, a=#, #, [# #], \"6\", A|#) = # <0.1> -- n" },
	{ MDT_NODE_STRING,
	  "f(\"a\", \"b\"..., s=@\"c\", \"in\" => \"out\")   = -1 EIO (x)",
	  // The `=` stays in its column.
	  "f(#, #, s=#, # => #)                    = -1 EIO (x)" },
	{ MDT_NODE_WORD, "f(A, B|C, D or E, {f=G}, &h, makedev(1, M)) = ?",
	  "f(#, #|#, # or #, {f=#}, #, makedev(1, #)) = #" },
	{ MDT_NODE_STRUCT, "f({a={b=1}}, [{c=2}, x={}]) = 0", "f(#, [#, x=#]) = 0" },
	{ MDT_NODE_ARRAY, "f(~[A], [/* 27 vars */], {a=[1]}) = 0", "f(#, #, {a=#}) = 0" },
	{ MDT_NODE_FLAGS, "f(A|B, A|B => C|D) = 0", "f(#, # => #) = 0" },
	{ MDT_NODE_CHANGE, "f([1 => 2], a={} => {}) = 0", "f([#], a=#) = 0" },
	{ MDT_NODE_CALL, "f(1, makedev(9, 1)) = 0", "# = 0" },
	{ MDT_NODE_EXPR, "f(1<<A, 2*3|B) = 0", "f(#, #|B) = 0" },
	{ MDT_NODE_INT, "1  f(1, 2 <unfinished ...>", "1  f(#, # <unfinished ...>" },
	// Of a call that is resumed only what stands behind resumed> is in the line.
	{ MDT_NODE_INT, "1  f(1, 2 <unfinished ...>\n1  <... f resumed>, 3, [4]) = 5",
	  "1  <... f resumed>, #, [#]) = #" },
	{ MDT_NODE_INT, "1  f(1,  <unfinished ...>\n1  <... f resumed> 2) = 3 <0.1>",
	  "1  <... f resumed> #) = # <0.1>" },
	{ MDT_NODE_INT, "1  f(1 <unfinished ...>\n1  <... f resumed> )   = 3",
	  "1  <... f resumed> )   = #" },
};

ParameterizedTestParameters(strace_write, replaced_value)
{
	return index_params(replaced);
}

ParameterizedTest(size_t *i, strace_write, replaced_value)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	enum mdt_node_kind kind = replaced[*i].kind;
	struct mdt_replace replace = { .value = replace_kind, .data = &kind };
	struct mdt_event event;
	bool got;

	cr_assert_null(mdt_reader_create_memory("log", mdt_slice_cstr(replaced[*i].log),
						&reader));
	while (!mdt_reader_next(reader, &event, &got) && got) {
		mdt_buf_clear(&text);
		mdt_write_event(&event, &replace, &text);
	}
	cr_expect(mdt_slice_eq_cstr(mdt_buf_slice(&text), replaced[*i].expected),
		  "is        %.*s\nshould be %s", SLICE_FMT(mdt_buf_slice(&text)),
		  replaced[*i].expected);
}

// The nodes are what is written: the same text, read as something else.
Test(strace_write, values_that_were_changed)
{
	_cleanup_(mdt_nodes_deinit) struct mdt_nodes nodes = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_event event;
	struct mdt_ref arg;

	cr_assert_null(
		mdt_parse_line(SLICE("f(3</x>, [1, 2], \"ab\") = 0"), &nodes, &event));
	arg = mdt_event_arg(&event, 1);
	nodes.items[arg.at].flags |= MDT_NODE_NOT;
	arg = mdt_ref_child(arg, 1);
	nodes.items[arg.at].flags |= MDT_NODE_SPACED;
	arg = mdt_ref_attachment(mdt_event_arg(&event, 0), MDT_NODE_PATH);
	nodes.items[arg.at].flags |= MDT_NODE_DELETED;
	mdt_write_event(&event, NULL, &text);
	cr_expect(mdt_slice_eq_cstr(mdt_buf_slice(&text),
				    "f(3</x>(deleted), ~[1 2], \"ab\") = 0"),
		  "%.*s", SLICE_FMT(mdt_buf_slice(&text)));
}

Test(strace_write, one_value)
{
	_cleanup_(mdt_nodes_deinit) struct mdt_nodes nodes = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_event event;

	cr_assert_null(
		mdt_parse_line(SLICE("f(1, fd=3</x> /* y */, 2) = 0"), &nodes, &event));
	mdt_write_value(mdt_event_arg(&event, 1), NULL, &text);
	mdt_write_value(mdt_ref_none(), NULL, &text);
	cr_expect(mdt_slice_eq_cstr(mdt_buf_slice(&text), "fd=3</x> /* y */"));
}
