// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "params.h"
#include "strace/reader.h"
#include "strace/source.h"

/* ---- files ---- */

static char dir[] = "/tmp/mdt-source-XXXXXX";

static void make_dir(void)
{
	cr_assert_not_null(mkdtemp(dir));
}

static void run(const char *format, const char *a, const char *b)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf command = { 0 };

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	mdt_buf_printf(&command, format, a, b);
#pragma GCC diagnostic pop
	mdt_buf_addc(&command, '\0');
	cr_assert_eq(system(command.str), 0, "%s", command.str);
}

static void remove_dir(void)
{
	run("rm -r %s%s", dir, "");
}

TestSuite(strace_source, .init = make_dir, .fini = remove_dir);

// The path is the caller's to free.
static char *path_of(const char *name)
{
	char *path;

	cr_assert_gt(asprintf(&path, "%s/%s", dir, name), 0);
	return path;
}

static char *make_file(const char *name, struct mdt_slice text)
{
	char *path = path_of(name);
	FILE *file = fopen(path, "w");

	cr_assert_not_null(file);
	cr_assert_eq(fwrite(text.str, 1, text.len, file), text.len);
	cr_assert_eq(fclose(file), 0);
	return path;
}

/* ---- text ---- */

static void add_lines(struct mdt_buf *text, unsigned int count)
{
	for (unsigned int i = 0; i < count; i++)
		mdt_buf_printf(text, "%u  ioctl(3, 0x932, %u) = 0\n", i, i * 7919);
}

static struct mdt_error *read_all(struct mdt_source *source, struct mdt_buf *text,
				  size_t *lines)
{
	struct mdt_error *err;
	struct mdt_line line;
	bool got;

	for (*lines = 0;; ++*lines) {
		err = mdt_source_next(source, &line, &got);
		if (err || !got)
			return err;
		mdt_buf_add(text, line.text);
		mdt_buf_add(text, line.eol);
	}
}

static void check_file(const char *path, struct mdt_slice expected, size_t lines)
{
	_cleanup_(mdt_source_destroyp) struct mdt_source *source = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	size_t got;

	cr_assert_null(mdt_source_create(path, &source), "%s", path);
	cr_expect_null(read_all(source, &text, &got), "%s", path);
	cr_expect_eq(got, lines, "%s: %zu lines", path, got);
	cr_expect(mdt_slice_eq(mdt_buf_slice(&text), expected), "%s", path);
}

/* ---- packed and not ---- */

static const struct {
	const char *pack; // makes %s/log into what %s/log.packed is to be
} packers[] = {
	{ "cp %s/log %s/log.packed" },	       { "gzip -c %s/log > %s/log.packed" },
	{ "xz -c %s/log > %s/log.packed" },    { "zstd -q -c %s/log > %s/log.packed" },
	{ "bzip2 -c %s/log > %s/log.packed" },
};

ParameterizedTestParameters(strace_source, packed)
{
	return index_params(packers);
}

// The name tells nothing: it is .packed for all of them.
ParameterizedTest(size_t *i, strace_source, packed)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 };
	char *plain, *packed = path_of("log.packed");

	add_lines(&log, 20000);
	plain = make_file("log", mdt_buf_slice(&log));
	run(packers[*i].pack, dir, dir);
	check_file(packed, mdt_buf_slice(&log), 20000);
	free(plain);
	free(packed);
}

// Two files packed one after the other, as logs that are rotated and joined.
Test(strace_source, packed_twice)
{
	char *plain = make_file("log", SLICE("close(3) = 0\n")),
	     *packed = path_of("both");

	run("gzip -c %s/log > %s/both", dir, dir);
	run("gzip -c %s/log >> %s/both", dir, dir);
	check_file(packed, SLICE("close(3) = 0\nclose(3) = 0\n"), 2);
	free(plain);
	free(packed);
}

static const struct {
	const char *pack;
} cutters[] = {
	{ "xz -c %s/log | head -c 60000 > %s/log.packed" },
	{ "gzip -c %s/log | head -c 60000 > %s/log.packed" },
	{ "zstd -q -c %s/log | head -c 140000 > %s/log.packed" },
};

ParameterizedTestParameters(strace_source, cut_short)
{
	return index_params(cutters);
}

// All lines before the damage, and then the error.
ParameterizedTest(size_t *i, strace_source, cut_short)
{
	_cleanup_(mdt_source_destroyp) struct mdt_source *source = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 }, text = { 0 };
	_cleanup_(mdt_error_destroyp) struct mdt_error *err = NULL;
	char *plain, *packed = path_of("log.packed");
	struct mdt_line line;
	size_t lines;
	bool got;

	add_lines(&log, 60000);
	plain = make_file("log", mdt_buf_slice(&log));
	run(cutters[*i].pack, dir, dir);
	cr_assert_null(mdt_source_create(packed, &source));
	err = read_all(source, &text, &lines);
	cr_assert_not_null(err);
	cr_expect_eq(err->kind, MDT_ERR_FORMAT);
	cr_expect(mdt_slice_starts(mdt_slice_cstr(err->message), mdt_slice_cstr(packed)),
		  "%s", err->message);
	cr_expect_gt(lines, 100);
	cr_expect_lt(text.len, log.len);
	cr_expect(mdt_slice_starts(mdt_buf_slice(&log), mdt_buf_slice(&text)));
	cr_expect_null(mdt_source_next(source, &line, &got));
	cr_expect_not(got);
	free(plain);
	free(packed);
}

static void check_no_source(const char *path, enum mdt_error_kind kind)
{
	_cleanup_(mdt_source_destroyp) struct mdt_source *source = NULL;
	_cleanup_(mdt_error_destroyp) struct mdt_error *err =
		mdt_source_create(path, &source);

	cr_assert_not_null(err, "%s", path);
	cr_expect_eq(err->kind, kind, "%s: %s", path, err->message);
	cr_expect(mdt_slice_starts(mdt_slice_cstr(err->message), mdt_slice_cstr(path)),
		  "%s", err->message);
	cr_expect_null(source);
}

Test(strace_source, what_cannot_be_read)
{
	char *missing = path_of("missing");
	char *damaged = make_file("damaged", SLICE("\xfd"
						   "7zXZ\0and then no xz at all"));

	check_no_source(dir, MDT_ERR_OS);
	check_no_source(missing, MDT_ERR_OS);
	check_no_source(damaged, MDT_ERR_FORMAT);
	free(missing);
	free(damaged);
}

// What only begins like a packed file is text.
Test(strace_source, short_files)
{
	static const struct mdt_slice texts[] = {
		SLICE_INIT("x"),    SLICE_INIT("\n"),	SLICE_INIT("\x1f"),
		SLICE_INIT("BZ\n"), SLICE_INIT("\xfd"), SLICE_INIT("B"),
	};

	check_file("/dev/null", SLICE(""), 0);
	array_for_each (it, texts) {
		char *path = make_file("short", *it);

		check_file(path, *it, 1);
		free(path);
	}
}

/* ---- lines ---- */

static void fill_line(struct mdt_buf *log, char c, size_t len)
{
	mdt_buf_fill(log, c, len);
	mdt_buf_addc(log, '\n');
}

// The buffer is 256 KiB at first: lines about as long, longer, and across its borders.
Test(strace_source, lines_across_the_borders_of_the_buffer)
{
	static const size_t lengths[] = { 100,	  307200, 262143, 262144, 262145, 0,
					  524288, 1,	  300000, 131071, 131073 };
	_cleanup_(mdt_source_destroyp) struct mdt_source *source = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 };
	struct mdt_line line;
	char *path;
	bool got;

	for (size_t i = 0; i < array_size(lengths); i++)
		fill_line(&log, (char)('a' + i), lengths[i]);
	path = make_file("long", mdt_buf_slice(&log));
	check_file(path, mdt_buf_slice(&log), array_size(lengths));
	cr_assert_null(mdt_source_create(path, &source));
	for (size_t i = 0; i < array_size(lengths); i++) {
		cr_assert_null(mdt_source_next(source, &line, &got));
		cr_assert(got);
		cr_expect_eq(line.text.len, lengths[i]);
		cr_expect_not(line.is_piece);
		cr_expect_eq(line.eol.len, 1);
		if (line.text.len)
			cr_expect_eq(line.text.str[line.text.len - 1], (char)('a' + i));
	}
	free(path);
}

Test(strace_source, ends_of_lines)
{
	static const struct {
		const char *text, *eol;
	} lines[] = {
		{ "a", "\n" },	   { "b", "\r\n" }, { "", "\n" },     { "", "\r\n" },
		{ "c\r", "\r\n" }, { "\rd", "\n" }, { "last\r", "" },
	};
	_cleanup_(mdt_source_destroyp) struct mdt_source *source = NULL;
	struct mdt_line line;
	bool got;

	cr_assert_null(mdt_source_create_memory(
		"log", SLICE("a\nb\r\n\n\r\nc\r\r\n\rd\nlast\r"), &source));
	array_for_each (it, lines) {
		cr_assert_null(mdt_source_next(source, &line, &got));
		cr_assert(got);
		cr_expect(mdt_slice_eq_cstr(line.text, it->text), "%s", it->text);
		cr_expect(mdt_slice_eq_cstr(line.eol, it->eol), "%s", it->text);
	}
	cr_assert_null(mdt_source_next(source, &line, &got));
	cr_expect_not(got);
}

Test(strace_source, memory_is_never_unpacked)
{
	_cleanup_(mdt_source_destroyp) struct mdt_source *source = NULL;
	struct mdt_line line;
	bool got;

	cr_assert_null(mdt_source_create_memory("log", SLICE("\x1f\x8b\n"), &source));
	cr_assert_null(mdt_source_next(source, &line, &got));
	cr_expect(mdt_slice_eq_cstr(line.text, "\x1f\x8b"));
	cr_expect_not(mdt_source_may_wait(source));
}

/* ---- pipes ---- */

static void put(int fd, const char *text)
{
	cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
}

static void expect_line(struct mdt_source *source, const char *text)
{
	struct mdt_line line;
	bool got;

	cr_assert_null(mdt_source_next(source, &line, &got));
	cr_assert(got);
	cr_expect(mdt_slice_eq_cstr(line.text, text), "%s", text);
}

// Standard input is a pipe; returns its other end.
static int pipe_in(void)
{
	int fds[2];

	cr_assert_eq(pipe(fds), 0);
	cr_assert_eq(dup2(fds[0], STDIN_FILENO), STDIN_FILENO);
	close(fds[0]);
	return fds[1];
}

// Each line comes as soon as it was written, without those that follow.
Test(strace_source, a_pipe_that_stays_open, .timeout = 20)
{
	_cleanup_(mdt_source_destroyp) struct mdt_source *source = NULL;
	int to = pipe_in();
	struct mdt_line line;
	bool got;

	put(to, "close(3) = 0\nclose(4) = 0\nclo");
	cr_assert_null(mdt_source_create("-", &source));
	expect_line(source, "close(3) = 0");
	cr_expect_not(mdt_source_may_wait(source));
	expect_line(source, "close(4) = 0");
	cr_expect(mdt_source_may_wait(source));
	put(to, "se(5) = 0\n");
	expect_line(source, "close(5) = 0");
	cr_expect(mdt_source_may_wait(source));
	put(to, "end");
	close(to);
	expect_line(source, "end");
	cr_assert_null(mdt_source_next(source, &line, &got));
	cr_expect_not(got);
	cr_expect_not(mdt_source_may_wait(source));
}

// One byte is not enough to know that it is no packed file; it must not be lost.
Test(strace_source, a_pipe_that_brings_single_bytes, .timeout = 20)
{
	_cleanup_(mdt_source_destroyp) struct mdt_source *source = NULL;
	int to = pipe_in();

	put(to, "B");
	close(to);
	cr_assert_null(mdt_source_create("-", &source));
	expect_line(source, "B");
}

Test(strace_source, errors_of_standard_input_name_it)
{
	_cleanup_(mdt_source_destroyp) struct mdt_source *source = NULL;
	_cleanup_(mdt_error_destroyp) struct mdt_error *err = NULL;

	close(STDIN_FILENO);
	err = mdt_source_create("-", &source);
	cr_assert_not_null(err);
	cr_expect_eq(err->kind, MDT_ERR_OS);
	cr_expect_str_eq(err->message, "standard input: Bad file descriptor");
}

/* ---- through the reader ---- */

// The reader knows a line that is the one before again, also when the buffer moves.
Test(strace_source, lines_that_repeat_across_the_borders)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	_cleanup_(mdt_buf_deinit) struct mdt_buf log = { 0 };
	struct mdt_event event;
	uint64_t number;
	char *path;
	bool got;

	for (unsigned int i = 0; i < 40000; i++)
		mdt_buf_printf(&log, "%u  ioctl(3, %u) = 0\n", i / 5000 + 1, i / 7);
	path = make_file("log", mdt_buf_slice(&log));
	cr_assert_null(mdt_reader_create(path, &reader));
	for (unsigned int i = 0; i < 40000; i++) {
		cr_assert_null(mdt_reader_next(reader, &event, &got));
		cr_assert(got);
		cr_assert_eq(event.line, i + 1);
		cr_assert_eq(event.prefix.pid, i / 5000 + 1);
		cr_assert(mdt_ref_u64(mdt_event_arg(&event, 1), &number));
		cr_assert_eq(number, i / 7);
	}
	cr_assert_null(mdt_reader_next(reader, &event, &got));
	cr_assert_not(got);
	free(path);
}

Test(strace_source, a_log_of_a_family_gives_its_pid)
{
	_cleanup_(mdt_reader_destroyp) struct mdt_reader *reader = NULL;
	char *path = make_file("log.1234", SLICE("close(3) = 0\n"));
	struct mdt_event event;
	bool got;

	cr_assert_null(mdt_reader_create(path, &reader));
	cr_expect_eq(mdt_reader_pid(reader), 1234);
	cr_assert_null(mdt_reader_next(reader, &event, &got));
	cr_assert(got);
	cr_expect_eq(event.prefix.pid, 1234);
	free(path);
}
