// SPDX-License-Identifier: MIT
// The line to a guest, and VMs whose QEMU is a script that goes wrong in some way.
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "scratch.h"
#include "vm/line.h"

// The other ends of a line, where QEMU would be: a child that only sleeps.
struct other {
	int console, report, uart, errors;
};

static void make_line(struct mdt_line *line, struct other *other)
{
	struct mdt_qemu qemu = MDT_QEMU_NONE;
	int pair[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	qemu.console = pair[0];
	other->console = pair[1];
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	qemu.report = pair[0];
	other->report = pair[1];
	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
	qemu.uart = pair[0];
	other->uart = pair[1];
	cr_assert_eq(pipe2(pair, O_CLOEXEC), 0);
	qemu.errors = pair[0];
	other->errors = pair[1];
	fcntl(qemu.console, F_SETFL, O_NONBLOCK);
	fcntl(qemu.report, F_SETFL, O_NONBLOCK);
	fcntl(qemu.uart, F_SETFL, O_NONBLOCK);
	fcntl(qemu.errors, F_SETFL, O_NONBLOCK);
	qemu.pid = fork();
	if (qemu.pid == 0) {
		execl("/bin/sleep", "sleep", "60", NULL);
		_exit(1);
	}
	mdt_line_init(qemu, line);
}

static void hang_up(struct other *other)
{
	close(other->console);
	close(other->report);
	close(other->uart);
	close(other->errors);
}

static void say(int fd, struct mdt_slice text)
{
	cr_assert_eq(write(fd, text.str, text.len), (ssize_t)text.len);
}

static enum mdt_line_event wait_for(struct mdt_line *line, int ms,
				    enum mdt_frame_type *type, struct mdt_slice *payload)
{
	enum mdt_line_event event;

	cr_assert_null(mdt_line_wait(line, ms, &event, type, payload));
	return event;
}

Test(line, frames_go_both_ways)
{
	_cleanup_(mdt_line_deinit) struct mdt_line line;
	_cleanup_(mdt_buf_deinit) struct mdt_buf there = { 0 }, back = { 0 };
	struct other other;
	enum mdt_frame_type type;
	struct mdt_slice payload;
	char got[64];

	make_line(&line, &other);
	mdt_line_send(&line, MDT_FRAME_PART, SLICE("plan"));
	mdt_line_send(&line, MDT_FRAME_RUN, SLICE("observe=full\n"));
	mdt_frame_write(MDT_FRAME_PART, 0, SLICE("plan"), &there);
	mdt_frame_write(MDT_FRAME_RUN, 1, SLICE("observe=full\n"), &there);
	cr_assert_eq(wait_for(&line, 50, &type, &payload), MDT_LINE_SILENT);
	cr_assert_eq(read(other.report, got, sizeof(got)), (ssize_t)there.len);
	cr_assert(mdt_slice_eq(mdt_slice_from(got, there.len), mdt_buf_slice(&there)));

	mdt_frame_write(MDT_FRAME_LINES, 0, SLICE("a line\n"), &back);
	mdt_frame_write(MDT_FRAME_DONE, 1, SLICE(""), &back);
	say(other.report, mdt_buf_slice(&back));
	cr_assert_eq(wait_for(&line, 1000, &type, &payload), MDT_LINE_FRAME);
	cr_assert_eq(type, MDT_FRAME_LINES);
	cr_assert(mdt_slice_eq(payload, SLICE("a line\n")));
	cr_assert_eq(wait_for(&line, 1000, &type, &payload), MDT_LINE_FRAME);
	cr_assert_eq(type, MDT_FRAME_DONE);
	hang_up(&other);
}

Test(line, a_panic_is_told_with_all_of_its_words)
{
	_cleanup_(mdt_line_deinit) struct mdt_line line;
	struct other other;
	enum mdt_frame_type type;
	struct mdt_slice payload;

	make_line(&line, &other);
	say(other.console, SLICE("boot\nKernel panic - not "));
	say(other.console, SLICE("syncing: Fatal exception\n---[ end\n"));
	hang_up(&other);
	cr_assert_eq(wait_for(&line, 1000, &type, &payload), MDT_LINE_PANIC);
	cr_assert(mdt_slice_ends(mdt_line_console(&line), SLICE("---[ end\n")));
}

// More than one read, and then some more behind a pause: all of it is there.
Test(line, a_panic_has_the_time_to_say_all, .timeout = 20)
{
	_cleanup_(mdt_line_deinit) struct mdt_line line;
	struct other other;
	enum mdt_frame_type type;
	struct mdt_slice payload;
	pid_t pid;

	make_line(&line, &other);
	pid = fork();
	if (pid == 0) {
		say(other.console, SLICE("Kernel panic - not syncing: x\n"));
		for (int i = 0; i < 5; i++) {
			usleep(700 * 1000);
			say(other.console, SLICE(" call\n"));
		}
		_exit(0);
	}
	hang_up(&other);
	cr_assert_eq(wait_for(&line, 100, &type, &payload), MDT_LINE_PANIC);
	waitpid(pid, NULL, 0);
	cr_assert(mdt_slice_eq(mdt_line_console(&line),
			       SLICE("Kernel panic - not syncing: x\n call\n call\n"
				     " call\n call\n call\n")));
}

Test(line, the_console_is_text)
{
	_cleanup_(mdt_line_deinit) struct mdt_line line;
	struct other other;
	enum mdt_frame_type type;
	struct mdt_slice payload;

	make_line(&line, &other);
	say(other.console, SLICE("a\tb\r\n\033[31m\xc3\xa4\0\x7f\a"));
	say(other.console, SLICE("\r\n"));
	hang_up(&other);
	cr_assert_eq(wait_for(&line, 1000, &type, &payload), MDT_LINE_ENDED);
	cr_assert(mdt_slice_eq(mdt_line_console(&line), SLICE("a\tb\n[31m\xc3\xa4\n")));
}

Test(line, a_panic_that_does_not_end_is_ended, .timeout = 20)
{
	_cleanup_(mdt_line_deinit) struct mdt_line line;
	struct other other;
	enum mdt_frame_type type;
	struct mdt_slice payload;

	make_line(&line, &other);
	say(other.console, SLICE("Kernel panic - not syncing: x\n"));
	cr_assert_eq(wait_for(&line, 60000, &type, &payload), MDT_LINE_PANIC);
	hang_up(&other);
}

Test(line, an_end_has_the_words_of_qemu)
{
	_cleanup_(mdt_line_deinit) struct mdt_line line;
	struct other other;
	enum mdt_frame_type type;
	struct mdt_slice payload;

	make_line(&line, &other);
	say(other.errors, SLICE("qemu: no such machine\n"));
	hang_up(&other);
	cr_assert_eq(wait_for(&line, 1000, &type, &payload), MDT_LINE_ENDED);
	cr_assert(mdt_slice_eq(
		mdt_line_why(&line),
		SLICE("QEMU was killed by signal 9: qemu: no such machine")));
}

Test(line, nonsense_is_told)
{
	_cleanup_(mdt_line_deinit) struct mdt_line line;
	struct other other;
	enum mdt_frame_type type;
	struct mdt_slice payload;

	make_line(&line, &other);
	say(other.report, SLICE("login: "));
	cr_assert_eq(wait_for(&line, 1000, &type, &payload), MDT_LINE_NONSENSE);
	cr_assert(mdt_slice_eq(mdt_line_why(&line),
			       SLICE("the guest sent nonsense: frame 0: does not begin "
				     "with \"mdt\"")));
	hang_up(&other);
}

Test(line, a_flood_on_the_console_is_bounded)
{
	_cleanup_(mdt_line_deinit) struct mdt_line line;
	struct other other;
	enum mdt_frame_type type;
	struct mdt_slice payload;
	char flood[4096];
	size_t sent = 0;

	make_line(&line, &other);
	memset(flood, 'x', sizeof(flood));
	while (sent < 1 << 20) {
		sent += (size_t)write(other.console, flood, sizeof(flood));
		cr_assert_eq(wait_for(&line, 1, &type, &payload), MDT_LINE_SILENT);
	}
	say(other.console, SLICE("the end"));
	for (int i = 0; i < 64; i++)
		wait_for(&line, 1, &type, &payload);
	cr_assert_eq(mdt_line_console(&line).len, 64 << 10);
	cr_assert(mdt_slice_ends(mdt_line_console(&line), SLICE("xthe end")));
	cr_assert_leq(line.console.buf.len, 128 << 10);
	hang_up(&other);
}

/* ---- the program ---- */

// The guest takes one of two lines; what comes is taken from there, and answered there.
Test(line, is_the_one_that_the_guest_takes)
{
	_cleanup_(mdt_line_deinit) struct mdt_line line;
	_cleanup_(mdt_buf_deinit) struct mdt_buf frame = { 0 };
	enum mdt_frame_type type;
	struct mdt_slice payload;
	struct other other;
	char got[64];

	make_line(&line, &other);
	mdt_frame_write(MDT_FRAME_HELLO, 0, SLICE("hi"), &frame);
	say(other.uart, mdt_buf_slice(&frame));
	cr_assert_eq(wait_for(&line, 5000, &type, &payload), MDT_LINE_FRAME);
	cr_assert(mdt_slice_eq(payload, SLICE("hi")));
	cr_assert(line.is_uart);
	cr_assert_eq(read(other.report, got, sizeof(got)), 0);
	mdt_line_send(&line, MDT_FRAME_QUIT, SLICE(""));
	cr_assert_eq(wait_for(&line, 50, &type, &payload), MDT_LINE_SILENT);
	cr_assert_eq(read(other.uart, got, sizeof(got)), MDT_FRAME_HEADER);
	hang_up(&other);
}

// A guest that dribbles is not waited for any longer than one that is silent.
Test(line, a_wait_with_an_end_ends, .timeout = 20)
{
	_cleanup_(mdt_line_deinit) struct mdt_line line;
	enum mdt_frame_type type;
	enum mdt_line_event event;
	struct mdt_slice payload;
	struct other other;
	pid_t pid;

	make_line(&line, &other);
	pid = fork();
	if (pid == 0) {
		say(other.report, SLICE("mdtH"));
		for (;;) {
			usleep(20000);
			say(other.report, SLICE("\0"));
		}
	}
	cr_assert_null(mdt_line_wait_at_most(&line, 150, &event, &type, &payload));
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	cr_assert_neq(event, MDT_LINE_FRAME);
	hang_up(&other);
}

Test(qemu, what_is_not_there_has_a_package)
{
	_cleanup_(mdt_error_destroyp) struct mdt_error *err = NULL, *named = NULL;
	char *path;

	setenv("PATH", "/nowhere::/tmp", 1);
	err = mdt_qemu_find(NULL, &path);
	cr_assert_not_null(err);
	cr_assert_str_eq(err->message,
			 "qemu-system-x86_64: there is no such program: install the "
			 "package qemu-system-x86");
	named = mdt_qemu_find("/nowhere/qemu", &path);
	cr_assert_not_null(named);
	cr_assert_str_eq(named->message, "/nowhere/qemu: there is no such program: "
					 "install the package qemu-system-x86");
}

// Run a script in place of QEMU, and wait for what comes of it. @param fd What it gets
// as the initramfs.
static enum mdt_line_event run_script(struct scratch *scratch, const char *script, int fd,
				      struct mdt_line *line)
{
	struct mdt_qemu_config config = {
		.kernel = "k",
		.vmlinux = -1,
		.initramfs = fd,
		.ram = -1,
		.state = -1,
		.memory = 1,
	};
	struct mdt_qemu qemu;
	enum mdt_frame_type type;
	struct mdt_slice payload;

	scratch_write(scratch, "qemu", mdt_slice_cstr(script));
	config.program = scratch_path(scratch, "qemu");
	cr_assert_eq(chmod(config.program, 0755), 0);
	cr_assert_null(mdt_qemu_start(&config, &qemu));
	close(fd);
	mdt_line_init(qemu, line);
	return wait_for(line, 10000, &type, &payload);
}

Test(qemu, gets_its_descriptors_and_no_other)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	_cleanup_(mdt_line_deinit) struct mdt_line line;
	int fd = open("/dev/null", O_RDONLY);

	// 6 is that of ls itself.
	run_script(&scratch,
		   "#!/bin/sh\necho error >&2\n"
		   "ls /proc/self/fd | tr '\\n' ' ' >&4\nexit 3\n",
		   fd, &line);
	cr_assert(mdt_slice_eq(mdt_line_console(&line), SLICE("0 1 2 3 4 5 6 7 ")),
		  "%.*s", SLICE_FMT(mdt_line_console(&line)));
	cr_assert(mdt_slice_eq(mdt_line_why(&line),
			       SLICE("QEMU ended with status 3: error")),
		  "%.*s", SLICE_FMT(mdt_line_why(&line)));
}

// Kilobytes of memory, blocks of 512 bytes, seconds.
Test(qemu, runs_in_a_box)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	_cleanup_(mdt_line_deinit) struct mdt_line line;

	setenv("PATH", "/usr/bin:/bin", 1);
	setenv("SECRET", "x", 1);
	unsetenv("LD_LIBRARY_PATH");
	run_script(&scratch,
		   "#!/bin/sh\n{ ulimit -c; ulimit -v; ulimit -f; ulimit -t; ulimit -n\n"
		   "env | grep -v ^PWD= | sort; grep NoNewPrivs /proc/self/status\n"
		   "echo \"$@\" | grep -o 'sandbox on,[a-z=,]*'; } >&4\n",
		   open("/dev/null", O_RDONLY), &line);
	cr_assert(mdt_slice_eq(mdt_line_console(&line),
			       SLICE("0\n4195328\n131072\n86400\n256\nLC_ALL=C\n"
				     "PATH=/usr/bin:/bin\nNoNewPrivs:\t1\nsandbox on,"
				     "obsolete=deny,elevateprivileges=deny,spawn=deny,"
				     "resourcecontrol=deny\n")),
		  "%.*s", SLICE_FMT(mdt_line_console(&line)));
}

Test(qemu, is_gone_when_the_one_who_started_it_is)
{
	_cleanup_(scratch_deinit) struct scratch scratch = scratch_make();
	struct pollfd gone;
	int pair[2];
	pid_t pid;

	// Whoever holds the pipe's end is alive.
	cr_assert_eq(pipe2(pair, O_CLOEXEC), 0);
	pid = fork();
	if (pid == 0) {
		struct mdt_line line;

		run_script(&scratch, "#!/bin/sh\nexec sleep 100\n", pair[1], &line);
		_exit(0);
	}
	close(pair[1]);
	gone = (struct pollfd){ .fd = pair[0], .events = POLLIN };
	cr_assert_eq(poll(&gone, 1, 300), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	cr_assert_eq(poll(&gone, 1, 5000), 1);
	close(pair[0]);
}
