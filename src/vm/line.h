/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The conversation with a guest: frames out and in, with an eye on the console and on
 * QEMU's end. Nothing the guest does can block it or make it grow without bound.
 */
#ifndef MDT_VM_LINE_H
#define MDT_VM_LINE_H

#include "vm/frame.h"
#include "vm/qemu.h"

/** The last bytes of a stream. */
struct mdt_tail {
	struct mdt_buf buf;
	size_t most;
};

enum mdt_line_event {
	MDT_LINE_FRAME,
	MDT_LINE_SILENT,   /* the time is over */
	MDT_LINE_PANIC,	   /* QEMU has ended; the console has the kernel's last words */
	MDT_LINE_ENDED,	   /* QEMU has ended otherwise; see mdt_line_why() */
	MDT_LINE_NONSENSE, /* what came is no frame; see mdt_line_why() */
};

struct mdt_line {
	struct mdt_qemu qemu; /* owned */
	struct mdt_frame_reader reader;
	struct mdt_tail console, errors;
	struct mdt_buf out; /* to be sent, from sent on */
	size_t sent;
	uint32_t sequence;
	bool is_uart; /* the report line is the UART */
	bool has_panicked;
	int64_t last_word; /* of the console; milliseconds, as CLOCK_MONOTONIC */
	int64_t panicked;
	struct mdt_buf why;
};

/** @param qemu Is the line's from now on. */
void mdt_line_init(struct mdt_qemu qemu, struct mdt_line *ret);

/** Ends QEMU. */
void mdt_line_deinit(struct mdt_line *line);

/** The guest is known to speak on the UART; else it is seen when it does. */
void mdt_line_take_uart(struct mdt_line *line);

/** Queue a frame; it is sent while mdt_line_wait() waits. More than MDT_FRAME_MAX bytes
 * are not for here. */
void mdt_line_send(struct mdt_line *line, enum mdt_frame_type type,
		   struct mdt_slice payload);

/**
 * Wait for a frame.
 * @param timeout Milliseconds in which nothing comes on the report line.
 * @param[out] payload Valid until the next call.
 * @return NULL, or trouble of our own: memory, a descriptor.
 */
struct mdt_error *mdt_line_wait(struct mdt_line *line, int timeout,
				enum mdt_line_event *event, enum mdt_frame_type *type,
				struct mdt_slice *payload) MUST_CHECK;

/** The same, but what comes and is not a whole frame does not lengthen the wait. */
struct mdt_error *mdt_line_wait_at_most(struct mdt_line *line, int timeout,
					enum mdt_line_event *event,
					enum mdt_frame_type *type,
					struct mdt_slice *payload) MUST_CHECK;

/** What went wrong, for ENDED and NONSENSE; valid as long as the line. */
struct mdt_slice mdt_line_why(const struct mdt_line *line);

/** The console's last lines, up to 64 KiB: text, without carriage returns and other
 * control characters. */
struct mdt_slice mdt_line_console(const struct mdt_line *line);

#endif
