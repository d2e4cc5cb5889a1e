// SPDX-License-Identifier: MIT
// A line that is remembered means what it means when it is parsed: a reader, which
// remembers, is held against the parser of single lines, which does not.
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include "params.h"
#include "report/event_json.h"
#include "strace/memo.h"
#include "strace/parse.h"
#include "strace/reader.h"

static void json_of(struct mdt_event event, struct mdt_buf *ret)
{
	mdt_buf_clear(ret);
	event.line = 0;
	mdt_event_json(ret, "log", &event);
}

// How many of the log's calls were held against the parser.
static size_t check_log(struct mdt_slice log)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf one = { 0 }, other = { 0 };
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	_cleanup_(mdt_nodes_deinit) struct mdt_nodes nodes = { 0 };
	struct mdt_event event, alone;
	size_t checked = 0;
	bool got;

	cr_assert_null(mdt_reader_create_memory("log", log, &reader));
	for (;;) {
		cr_assert_null(mdt_reader_next(reader, &event, &got));
		if (!got)
			return checked;
		if (event.kind != MDT_EVENT_CALL || event.output.len)
			continue;
		cr_assert_null(mdt_parse_line(event.raw, &nodes, &alone));
		json_of(event, &one);
		json_of(alone, &other);
		cr_expect(mdt_slice_eq(mdt_buf_slice(&one), mdt_buf_slice(&other)),
			  "%lu: %.*s\nshould be: %.*s", event.line,
			  SLICE_FMT(mdt_buf_slice(&one)),
			  SLICE_FMT(mdt_buf_slice(&other)));
		checked++;
	}
}

// Lines of which one may be mistaken for the other, or for one that was kept.
static const char *const pairs[][2] = {
	{ "close(3)                = 0", "close(3)                = 0 <0.000116>" },
	{ "1 close(3)              = 0 <0.000116>", "2 close(3)              = 0 <5>" },
	{ "close(3)                = 0 <0.1>", "close(3)                = 0 <0.1.2>" },
	{ "close(3)                = 0 <0.1>", "close(3)                = 0 <.1>" },
	{ "close(3)                = 0 <0.1>", "close(3)                = 0 <>" },
	{ "close(3)                = 0", "close(4)                = 0" },
	{ "close(3)                = 0", "close(3)                = 0 # why" },
	{ "close(3)                = 0 # why", "close(3)                = 0 # <0.1>" },
	{ "open(\"/a\", O_RDONLY) = 3</a>", "open(\"/a\", O_RDONLY) = 3</a> <0.1>" },
	// A path that is not escaped, of old versions.
	{ "open(\"/a\", O_RDONLY) = 3</a <0.1>", "open(\"/a\", O_RDONLY) = 3</a <0.2>" },
	{ "open(\"/a\", 0)  = -1 ENOENT (No such",
	  "open(\"/a\", 0)  = -1 ENOENT (No such <0.1>" },
	{ "open(\"/a\", 0)  = -1 ENOENT (No such)",
	  "open(\"/a\", 0)  = -1 ENOENT (No such) <0.1>" },
	{ "fcntl(4, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE)",
	  "fcntl(4, F_GETFL) = 0x8002 (flags O_RDWR|O_LARGEFILE) <0.000007>" },
	{ "stat(\"/a\", 0x1) = -1 EIO (Input/output error) (INJECTED)",
	  "stat(\"/a\", 0x1) = -1 EIO (Input/output error) (INJECTED) <0.000007>" },
	{ "read(3, <unavailable>) = ? <unavailable>",
	  "read(3, <unavailable>) = ? <unavailable> <1>" },
	{ "exit_group(0)           = ?", "exit_group(0)           = ? <unfinished ...>" },
};

ParameterizedTestParameters(strace_memo, pair)
{
	return index_params(pairs);
}

// Each line after the other and after itself.
ParameterizedTest(size_t *i, strace_memo, pair)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 };
	static const unsigned int order[] = { 0, 1, 0, 1, 1, 0, 0, 1 };

	array_for_each (it, order) {
		mdt_buf_adds(&log, pairs[*i][*it]);
		mdt_buf_addc(&log, '\n');
	}
	cr_expect_geq(check_log(mdt_buf_slice(&log)), 4);
}

static void read_file(const char *path, struct mdt_buf *ret)
{
	FILE *file = fopen(path, "r");
	size_t n = 1;

	cr_assert_not_null(file, "%s", path);
	while (n && mdt_buf_reserve(ret, 1 << 16)) {
		n = fread(ret->str + ret->len, 1, 1 << 16, file);
		ret->len += n;
	}
	fclose(file);
}

// All logs that are kept, twice: the second time nearly all of it is remembered.
Test(strace_memo, every_log_that_is_kept)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 };
	glob_t found;

	cr_assert_eq(glob(MDT_SOURCE_DIR "/traces/*/*.strace", 0, NULL, &found), 0);
	for (int round = 0; round < 2; round++)
		for (size_t i = 0; i < found.gl_pathc; i++)
			read_file(found.gl_pathv[i], &log);
	cr_expect_gt(check_log(mdt_buf_slice(&log)), 20000);
	globfree(&found);
}

// More different lines than there is room for, and then the first ones again.
Test(strace_memo, forgets_when_it_is_full)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 };

	for (unsigned int round = 0; round < 2; round++)
		for (unsigned int i = 0; i < 40000; i++) {
			// Every second line comes again, or the memo would not be asked.
			mdt_buf_printf(&log, "read(3, \"%0200u\", %u) = %u\n", i, i, i);
			mdt_buf_adds(&log, "close(3)                = 0\n");
		}
	cr_expect_eq(check_log(mdt_buf_slice(&log)), 160000);
}

static bool is_known(struct mdt_memo *memo, const char *line)
{
	_cleanup_(mdt_nodes_deinit) struct mdt_nodes nodes = { 0 };
	struct mdt_event event;

	if (mdt_memo_find(memo, mdt_slice_cstr(line), &event))
		return true;
	cr_assert_null(mdt_parse_line(mdt_slice_cstr(line), &nodes, &event));
	mdt_memo_keep(memo, &event, &nodes);
	return false;
}

Test(strace_memo, knows_a_call_the_second_time)
{
	_cleanup_(mdt_memo_deinit) struct mdt_memo memo = { 0 };

	cr_expect_not(is_known(&memo, "ioctl(4, STOP_ARRAY) = 0"));
	cr_expect(is_known(&memo, "ioctl(4, STOP_ARRAY) = 0"));
	cr_expect(is_known(&memo, "ioctl(4, STOP_ARRAY) = 0 <0.000116>"));
	cr_expect_not(is_known(&memo, "ioctl(5, STOP_ARRAY) = 0"));
}

static const char *const forgotten[] = {
	"--- SIGCHLD {si_signo=SIGCHLD} ---",
	"ioctl(4, STOP_ARRAY <unfinished ...>",
	"ioctl(4, STOP_ARRAY) = 0 # by hand",
	"ioctl(4, STOP_ARRAY",
	"gettid() = 1", // too short to be worth it
	"",
};

ParameterizedTestParameters(strace_memo, is_not_kept)
{
	return index_params(forgotten);
}

ParameterizedTest(size_t *i, strace_memo, is_not_kept)
{
	_cleanup_(mdt_memo_deinit) struct mdt_memo memo = { 0 };

	cr_expect_not(is_known(&memo, forgotten[*i]));
	cr_expect_not(is_known(&memo, forgotten[*i]));
}

// A log that never repeats itself is not looked up for a while, then again.
Test(strace_memo, rests_when_it_finds_nothing)
{
	_cleanup_(mdt_memo_deinit) struct mdt_memo memo = { 0 };
	unsigned int first_miss = 0, lines;
	char line[64];

	is_known(&memo, "ioctl(4, STOP_ARRAY) = 0");
	for (lines = 1; !first_miss && lines < 100000; lines++) {
		snprintf(line, sizeof(line), "ioctl(%u, STOP_ARRAY) = 0", lines + 4);
		cr_expect_not(is_known(&memo, line));
		if (memo.resting)
			first_miss = lines;
	}
	cr_expect_gt(first_miss, 1000);
	cr_expect_not(is_known(&memo, "ioctl(5, STOP_ARRAY) = 0"));
	while (memo.resting)
		mdt_memo_find(&memo, SLICE("ioctl(5, STOP_ARRAY) = 0"),
			      &(struct mdt_event){ 0 });
	is_known(&memo, "ioctl(5, STOP_ARRAY) = 0");
	cr_expect(is_known(&memo, "ioctl(5, STOP_ARRAY) = 0"));
}
