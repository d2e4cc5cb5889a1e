// SPDX-License-Identifier: MIT
#include "guest/report.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "guest/clock.h"

enum { OPEN_MS = 10000, DRAIN_MS = 1000 };

static void make_raw(int fd)
{
	struct termios termios;

	if (tcgetattr(fd, &termios))
		return; // no serial line
	cfmakeraw(&termios);
	termios.c_cflag |= CLOCAL | CREAD;
	termios.c_cc[VMIN] = 1;
	termios.c_cc[VTIME] = 0;
	cfsetspeed(&termios, B115200);
	tcsetattr(fd, TCSANOW, &termios);
}

// The VM has one virtio device; without a driver that has taken it, no port will come.
static bool may_come(const char *path)
{
	return !mdt_slice_starts(mdt_slice_cstr(path), SLICE("/dev/vport")) ||
	       !access("/sys/bus/virtio/drivers/virtio_console/virtio0", F_OK);
}

struct mdt_error *guest_report_open(struct guest_report *report, const char *path)
{
	uint64_t start = guest_clock_us();

	while ((report->fd = open(path, O_RDWR | O_NOCTTY | O_CLOEXEC)) < 0 &&
	       may_come(path) && guest_clock_us() - start < OPEN_MS * 1000ull)
		guest_clock_sleep();
	if (report->fd < 0)
		return mdt_error_os(errno, "%s", path);
	make_raw(report->fd);
	return NULL;
}

// A host that does not listen is not waited for here: write() blocks, and QEMU ends with
// the host.
static void write_all(int fd, struct mdt_slice bytes)
{
	while (bytes.len) {
		ssize_t n = write(fd, bytes.str, bytes.len);

		if (n > 0)
			bytes = mdt_slice_skip(bytes, (size_t)n);
		else if (n < 0 && errno != EINTR)
			guest_clock_sleep();
	}
}

// tcdrain() sleeps for whole ticks; the emulated line is empty at once.
static void wait_sent(int fd)
{
	uint64_t start = guest_clock_us();
	int waiting;

	while (!ioctl(fd, TIOCOUTQ, &waiting) && waiting &&
	       guest_clock_us() - start < DRAIN_MS * 1000ull)
		sched_yield();
}

static void send_frame(struct guest_report *report, enum mdt_frame_type type,
		       struct mdt_slice payload)
{
	mdt_buf_clear(&report->frame);
	mdt_frame_write(type, report->sequence, payload, &report->frame);
	if (report->frame.failed) // out of memory: the host sees that one is missing
		return;
	report->sequence++;
	write_all(report->fd, mdt_buf_slice(&report->frame));
}

static void send_lines(struct guest_report *report)
{
	struct mdt_slice lines = mdt_buf_slice(&report->lines);

	for (size_t at = 0; at < lines.len; at += MDT_FRAME_MAX)
		send_frame(report, MDT_FRAME_LINES,
			   mdt_slice_head(mdt_slice_skip(lines, at), MDT_FRAME_MAX));
	mdt_buf_clear(&report->lines);
}

void guest_report_flush(struct guest_report *report)
{
	if (!report->lines.len)
		return;
	send_lines(report);
	wait_sent(report->fd);
}

void guest_report_send(struct guest_report *report, enum mdt_frame_type type,
		       struct mdt_slice payload)
{
	send_lines(report);
	send_frame(report, type, mdt_slice_head(payload, MDT_FRAME_MAX));
	wait_sent(report->fd);
}

struct mdt_error *guest_report_receive(struct guest_report *report,
				       enum mdt_frame_type *type,
				       struct mdt_slice *payload)
{
	static char bytes[1 << 16];
	struct mdt_error *err;
	bool got;

	while (!(err = mdt_frame_next(&report->reader, type, payload, &got)) && !got) {
		ssize_t n = read(report->fd, bytes, sizeof(bytes));

		// 0: nobody is at the other end of a virtio port yet.
		if (n <= 0) {
			guest_clock_sleep();
			continue;
		}
		err = mdt_frame_feed(&report->reader, mdt_slice_from(bytes, (size_t)n));
		if (err)
			break;
	}
	return err;
}
