// SPDX-License-Identifier: MIT
#include "vm/line.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/visible.h"
#include "vm/file.h"

enum {
	CONSOLE_MAX = 64 << 10,
	ERRORS_MAX = 8 << 10,
	// What a kernel that panicked has until QEMU ends: of silence, and in all.
	LAST_WORDS_MS = 2000,
	LAST_WORDS_MOST_MS = 10000,
};

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- the last bytes of a stream ---- */

static void tail_add(struct mdt_tail *tail, struct mdt_slice bytes)
{
	size_t drop;

	mdt_buf_add(&tail->buf, bytes);
	// Not for each byte: what is kept may be twice as much for a while.
	if (tail->buf.len <= 2 * tail->most)
		return;
	drop = tail->buf.len - tail->most;
	memmove(tail->buf.str, tail->buf.str + drop, tail->most);
	tail->buf.len = tail->most;
}

static struct mdt_slice tail_get(const struct mdt_tail *tail)
{
	struct mdt_slice all = mdt_buf_slice(&tail->buf);

	return all.len > tail->most ? mdt_slice_skip(all, all.len - tail->most) : all;
}

/* ---- the line ---- */

void mdt_line_init(struct mdt_qemu qemu, struct mdt_line *ret)
{
	*ret = (struct mdt_line){ .qemu = qemu,
				  .console = { .most = CONSOLE_MAX },
				  .errors = { .most = ERRORS_MAX } };
}

void mdt_line_deinit(struct mdt_line *line)
{
	mdt_qemu_end(&line->qemu, false);
	mdt_frame_reader_deinit(&line->reader);
	mdt_buf_deinit(&line->console.buf);
	mdt_buf_deinit(&line->errors.buf);
	mdt_buf_deinit(&line->out);
	mdt_buf_deinit(&line->why);
}

struct mdt_slice mdt_line_why(const struct mdt_line *line)
{
	return mdt_buf_slice(&line->why);
}

struct mdt_slice mdt_line_console(const struct mdt_line *line)
{
	return tail_get(&line->console);
}

void mdt_line_send(struct mdt_line *line, enum mdt_frame_type type,
		   struct mdt_slice payload)
{
	mdt_frame_write(type, line->sequence++, payload, &line->out);
}

/* ---- bytes in and out ---- */

enum { STEP = 1 << 16 };

// One read. @return false when there is no more now; at the end *fd is closed.
static bool take(int *fd, char *bytes, struct mdt_slice *ret)
{
	ssize_t n = *fd < 0 ? -1 : read(*fd, bytes, STEP);

	if (n > 0) {
		*ret = mdt_slice_from(bytes, (size_t)n);
		return true;
	}
	if (*fd >= 0 && (n == 0 || (errno != EAGAIN && errno != EINTR))) {
		close(*fd);
		*fd = -1;
	}
	return false;
}

// Take out what is not text: a terminal's line has carriage returns, and what a guest
// writes is shown on another's terminal.
static struct mdt_slice text_of(char *bytes, size_t len)
{
	size_t kept = 0;

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '\n' || c == '\t' || (c >= ' ' && c != 0x7f))
			bytes[kept++] = bytes[i];
	}
	return mdt_slice_from(bytes, kept);
}

static void take_console(struct mdt_line *line)
{
	char bytes[STEP];
	struct mdt_slice got;

	if (!take(&line->qemu.console, bytes, &got))
		return;
	tail_add(&line->console, text_of(bytes, got.len));
	line->last_word = now_ms();
	if (line->has_panicked || !mdt_slice_find(tail_get(&line->console),
						  SLICE("Kernel panic - not syncing")))
		return;
	line->has_panicked = true;
	line->panicked = line->last_word;
}

static void take_errors(struct mdt_line *line)
{
	char bytes[STEP];
	struct mdt_slice got;

	if (take(&line->qemu.errors, bytes, &got))
		tail_add(&line->errors, got);
}

static struct mdt_error *take_report(struct mdt_line *line, bool *ret)
{
	char bytes[STEP];
	struct mdt_slice got;

	*ret = take(&line->qemu.report, bytes, &got);
	if (!*ret)
		return NULL;
	mdt_closep(&line->qemu.uart);
	return mdt_frame_feed(&line->reader, got);
}

void mdt_line_take_uart(struct mdt_line *line)
{
	mdt_closep(&line->qemu.report);
	line->qemu.report = line->qemu.uart;
	line->qemu.uart = -1;
	line->is_uart = true;
}

// The guest has chosen its line when it speaks.
static void look_at_uart(struct mdt_line *line)
{
	char byte;
	ssize_t n = recv(line->qemu.uart, &byte, 1, MSG_PEEK | MSG_DONTWAIT);

	if (n > 0)
		mdt_line_take_uart(line);
	else if (n == 0)
		mdt_closep(&line->qemu.uart);
}

// A line that takes nothing any more has an end that is read, too.
static void send_some(struct mdt_line *line)
{
	struct mdt_slice rest = mdt_slice_skip(mdt_buf_slice(&line->out), line->sent);
	ssize_t n =
		send(line->qemu.report, rest.str, rest.len, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (n > 0)
		line->sent += (size_t)n;
	if (line->sent < line->out.len && (n > 0 || errno == EAGAIN || errno == EINTR))
		return;
	mdt_buf_clear(&line->out);
	line->sent = 0;
}

/* ---- waiting ---- */

static bool is_open(const struct mdt_line *line)
{
	return line->qemu.console >= 0 || line->qemu.report >= 0 ||
	       line->qemu.errors >= 0;
}

// One turn: whatever can be read or written is. @param[out] ret Whether the guest spoke.
static struct mdt_error *turn(struct mdt_line *line, int64_t timeout, bool *ret)
{
	struct pollfd fds[] = {
		{ .fd = line->qemu.report, .events = POLLIN },
		{ .fd = line->qemu.console, .events = POLLIN },
		{ .fd = line->qemu.errors, .events = POLLIN },
		{ .fd = line->qemu.uart, .events = POLLIN },
	};

	*ret = false;
	if (line->sent < line->out.len)
		fds[0].events |= POLLOUT;
	if (poll(fds, array_size(fds), timeout < 0 ? 0 : (int)timeout) < 0)
		return errno == EINTR ? NULL : mdt_error_os(errno, "poll");
	if (fds[1].revents)
		take_console(line);
	if (fds[2].revents)
		take_errors(line);
	if (fds[0].revents & POLLOUT)
		send_some(line);
	if (fds[0].revents & ~POLLOUT)
		return take_report(line, ret);
	if (fds[3].revents)
		look_at_uart(line);
	return NULL;
}

static void say_why(struct mdt_line *line, int status)
{
	struct mdt_slice errors = mdt_slice_trim(tail_get(&line->errors));

	mdt_buf_clear(&line->why);
	if (WIFSIGNALED(status))
		mdt_buf_printf(&line->why, "QEMU was killed by signal %d",
			       WTERMSIG(status));
	else
		mdt_buf_printf(&line->why, "QEMU ended with status %d",
			       WEXITSTATUS(status));
	errors = mdt_slice_chomp(errors);
	if (!errors.len)
		return;
	mdt_buf_adds(&line->why, ": ");
	mdt_visible_text(&line->why, errors, false);
}

// QEMU has let go of the lines, or shall now.
static enum mdt_line_event end(struct mdt_line *line)
{
	say_why(line, mdt_qemu_end(&line->qemu, !is_open(line)));
	return line->has_panicked ? MDT_LINE_PANIC : MDT_LINE_ENDED;
}

static enum mdt_line_event nonsense(struct mdt_line *line, struct mdt_error *err)
{
	mdt_buf_clear(&line->why);
	mdt_buf_printf(&line->why, "the guest sent nonsense: %s", err->message);
	mdt_error_destroy(err);
	return MDT_LINE_NONSENSE;
}

// A panic is a promise that QEMU ends; only when its lines are read to their ends are all
// of the kernel's words there. A busy host may take long over them.
static int64_t panic_deadline(const struct mdt_line *line)
{
	int64_t silent = line->last_word + LAST_WORDS_MS,
		most = line->panicked + LAST_WORDS_MOST_MS;

	return silent < most ? silent : most;
}

// @param each How long each byte lengthens it, in milliseconds; 0: not at all.
static struct mdt_error *wait_frame(struct mdt_line *line, int timeout, int each,
				    enum mdt_line_event *event, enum mdt_frame_type *type,
				    struct mdt_slice *payload)
{
	int64_t deadline = now_ms() + timeout;
	struct mdt_error *err = mdt_buf_error(&line->out);
	bool got = false, spoke;

	while (!err) {
		err = mdt_frame_next(&line->reader, type, payload, &got);
		if (err && err->kind == MDT_ERR_INVALID) {
			*event = nonsense(line, err);
			return NULL;
		}
		if (err || got) {
			*event = MDT_LINE_FRAME;
			return err;
		}
		if (line->has_panicked)
			deadline = panic_deadline(line);
		if (!is_open(line) || (line->has_panicked && now_ms() >= deadline)) {
			*event = end(line);
			return mdt_buf_error(&line->why);
		}
		if (now_ms() >= deadline) {
			*event = MDT_LINE_SILENT;
			return NULL;
		}
		err = turn(line, deadline - now_ms(), &spoke);
		if (spoke && each)
			deadline = now_ms() + each;
	}
	return err;
}

struct mdt_error *mdt_line_wait(struct mdt_line *line, int timeout,
				enum mdt_line_event *event, enum mdt_frame_type *type,
				struct mdt_slice *payload)
{
	return wait_frame(line, timeout, timeout, event, type, payload);
}

struct mdt_error *mdt_line_wait_at_most(struct mdt_line *line, int timeout,
					enum mdt_line_event *event,
					enum mdt_frame_type *type,
					struct mdt_slice *payload)
{
	return wait_frame(line, timeout, 0, event, type, payload);
}
