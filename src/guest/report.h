/* SPDX-License-Identifier: MIT */
/** @file The line to the host: frames of vm/frame.h in both directions. */
#ifndef MDT_GUEST_REPORT_H
#define MDT_GUEST_REPORT_H

#include "vm/frame.h"

struct guest_report {
	int fd;
	uint32_t sequence;
	struct mdt_buf lines; /* of the executed log, not sent yet */
	struct mdt_buf frame;
	struct mdt_frame_reader reader;
};

/**
 * Open the line.
 * @param path A virtio port, or a serial line, which is made raw. It is waited for, as
 * drivers take their time; but not for a port that no driver will make.
 */
struct mdt_error *guest_report_open(struct guest_report *report,
				    const char *path) MUST_CHECK;

/** Send a frame; what was not flushed goes before it. */
void guest_report_send(struct guest_report *report, enum mdt_frame_type type,
		       struct mdt_slice payload);

/** Send the lines, and wait until they have left the machine: it may panic next. */
void guest_report_flush(struct guest_report *report);

/**
 * Wait for the host's next frame.
 * @param[out] payload Valid until the next call.
 * @return NULL, or what is wrong with the stream: nothing more can then be read.
 */
struct mdt_error *guest_report_receive(struct guest_report *report,
				       enum mdt_frame_type *type,
				       struct mdt_slice *payload) MUST_CHECK;

#endif
