// SPDX-License-Identifier: MIT
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <criterion/criterion.h>

#include "cli/cli.h"

static int temporary_file(void)
{
	char name[] = "/tmp/mdtrace-out-XXXXXX";
	int fd = mkstemp(name);

	cr_assert_geq(fd, 0);
	unlink(name);
	return fd;
}

Test(out, writes_nothing_until_there_is_enough)
{
	_cleanup_(out_deinit) struct out out;
	int fd = temporary_file();

	out_init(&out, fd);
	out_adds(&out, "a");
	out_addc(&out, 'b');
	out_printf(&out, "%d", 3);
	cr_assert_eq(lseek(fd, 0, SEEK_END), 0);
	out_flush(&out);
	cr_assert_eq(lseek(fd, 0, SEEK_END), 3);
	for (int i = 0; i < OUT_FULL; i++)
		out_addc(&out, 'x');
	cr_assert_eq(lseek(fd, 0, SEEK_END), 3 + OUT_FULL);
	close(fd);
}

Test(out, keeps_the_order_around_a_large_piece)
{
	_cleanup_(out_deinit) struct out out;
	int fd = temporary_file();
	size_t size = OUT_FULL * 3;
	char *large = malloc(size), ends[2];

	memset(large, 'x', size);
	out_init(&out, fd);
	out_addc(&out, '<');
	out_add(&out, mdt_slice_from(large, size));
	out_addc(&out, '>');
	out_flush(&out);
	cr_assert_eq(lseek(fd, 0, SEEK_END), (off_t)size + 2);
	cr_assert_eq(pread(fd, &ends[0], 1, 0), 1);
	cr_assert_eq(pread(fd, &ends[1], 1, (off_t)size + 1), 1);
	cr_assert_eq(memcmp(ends, "<>", 2), 0);
	free(large);
	close(fd);
}

Test(out, remembers_the_first_error)
{
	_cleanup_(out_deinit) struct out out;
	_cleanup_(mdt_error_destroyp) struct mdt_error *err = NULL;
	int fd = open("/dev/full", O_WRONLY);

	out_init(&out, fd);
	out_adds(&out, "a");
	cr_assert_not(out_failed(&out));
	cr_assert_null(out_error(&out));
	out_flush(&out);
	cr_assert(out_failed(&out));
	close(fd);
	out_adds(&out, "b");
	out_flush(&out);
	err = out_error(&out);
	cr_assert_not_null(err);
	cr_assert_eq(err->os_errno, ENOSPC);
	cr_assert_str_eq(err->message, "standard output: No space left on device");
}

static void expect_file(int fd, const char *text)
{
	char got[100];
	ssize_t n = pread(fd, got, sizeof(got), 0);

	cr_assert_geq(n, 0);
	cr_assert(mdt_slice_eq_cstr(mdt_slice_from(got, (size_t)n), text), "%.*s", (int)n,
		  got);
}

Test(out, shows_what_is_in_text_and_passes_bytes)
{
	_cleanup_(out_deinit) struct out out;
	int fd = temporary_file();

	out_init(&out, fd);
	out_adds(&out, "\033[1m\t\n");
	out_bytes(&out);
	out_adds(&out, "\033");
	out_finish(&out);
	expect_file(fd, "\\x1b[1m\t\n\033");
	close(fd);
}

Test(out, shows_bytes_on_a_terminal)
{
	_cleanup_(out_deinit) struct out out;
	int fd = temporary_file();

	out_init(&out, fd);
	out.is_terminal = out.is_styled = true;
	out_bytes(&out);
	out_adds(&out, "\033[36m");
	out_add_log(&out, SLICE("\033[36m"));
	out_adds(&out, "\033[0m");
	out_finish(&out);
	expect_file(fd, "\033[36m\\x1b[36m\033[0m");
	close(fd);
}

Test(out, waits_for_the_rest_of_a_character)
{
	_cleanup_(out_deinit) struct out out;
	int fd = temporary_file();

	out_init(&out, fd);
	out_adds(&out, "a\xc3");
	out_flush(&out);
	expect_file(fd, "a");
	out_adds(&out, "\xa9 \xe2\x80");
	out_finish(&out);
	expect_file(fd, "a\xc3\xa9 \\xe2\\x80");
	close(fd);
}

Test(out, waits_for_a_full_pipe_that_does_not_block)
{
	static char large[1 << 20];
	int fds[2], status;
	size_t got = 0;

	cr_assert_eq(pipe2(fds, O_NONBLOCK), 0);
	if (fork() == 0) {
		struct out out;

		out_init(&out, fds[1]);
		out_bytes(&out);
		out_add(&out, mdt_slice_from(large, sizeof(large)));
		_exit(out_failed(&out));
	}
	close(fds[1]);
	for (ssize_t n; (n = read(fds[0], large, sizeof(large))) != 0; usleep(1000))
		got += n > 0 ? (size_t)n : 0;
	cr_assert_eq(got, sizeof(large));
	wait(&status);
	cr_assert_eq(status, 0);
	close(fds[0]);
}

static void write_to_nobody(void)
{
	struct out out;
	int fds[2];

	cr_assert_eq(pipe(fds), 0);
	close(fds[0]);
	out_init(&out, fds[1]);
	out_adds(&out, "a");
	out_flush(&out);
}

Test(out, dies_of_sigpipe, .signal = SIGPIPE)
{
	write_to_nobody();
}

Test(out, dies_of_sigpipe_even_if_it_is_ignored, .signal = SIGPIPE)
{
	signal(SIGPIPE, SIG_IGN);
	write_to_nobody();
}

Test(color, auto_asks_the_environment_and_the_terminal)
{
	int terminal = posix_openpt(O_RDWR | O_NOCTTY), file = temporary_file();

	if (terminal < 0)
		cr_skip_test("there are no terminals here");
	unsetenv("NO_COLOR");
	setenv("TERM", "xterm", 1);
	cr_assert(color_wanted(COLOR_AUTO, terminal));
	cr_assert_not(color_wanted(COLOR_AUTO, file));
	setenv("NO_COLOR", "", 1);
	cr_assert(color_wanted(COLOR_AUTO, terminal));
	setenv("NO_COLOR", "1", 1);
	cr_assert_not(color_wanted(COLOR_AUTO, terminal));
	cr_assert(color_wanted(COLOR_ALWAYS, file));
	unsetenv("NO_COLOR");
	setenv("TERM", "dumb", 1);
	cr_assert_not(color_wanted(COLOR_AUTO, terminal));
	setenv("TERM", "xterm", 1);
	cr_assert_not(color_wanted(COLOR_NEVER, terminal));
	close(terminal);
	close(file);
}
