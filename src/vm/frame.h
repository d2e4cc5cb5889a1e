/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What goes over the line between host and guest: frames, a header of 16 bytes and then
 * the payload. Numbers are little-endian.
 *
 *	frame := "mdt" type:1 | sequence:4 | length:4 | checksum:4 | payload
 *
 * The sequence counts the frames of each direction from 0; the checksum is the CRC-32 (of
 * IEEE 802.3, as zlib's) of type, sequence, length and payload. A frame that does not fit
 * ends the conversation: a stream with a hole in it cannot be trusted again.
 */
#ifndef MDT_VM_FRAME_H
#define MDT_VM_FRAME_H

#include "base/buf.h"
#include "base/error.h"

enum {
	MDT_FRAME_HEADER = 16,
	MDT_FRAME_MAX = 1 << 20, /* bytes of payload */
};

enum mdt_frame_type {
	/* host to guest */
	MDT_FRAME_PART = 'p',  /* text of a job, to append to what came before */
	MDT_FRAME_RUN = 'r',   /* the job is whole: do it. Payload: options, `key=value`
				* a line; see src/guest/job.h */
	MDT_FRAME_RESET = 'f', /* tear arrays and disks down; payload `fresh`: and load
				* md_mod and the personalities anew */
	MDT_FRAME_QUIT = 'q',
	MDT_FRAME_WAKE = 'w', /* the guest goes on from a snapshot: its clock stands
			       * still, and its random numbers are those of others.
			       * Payload: `time=SECONDS.NANOSECONDS`, `seed=HEX`, a line
			       * each. It says hello again */
	/* guest to host */
	MDT_FRAME_HELLO = 'H', /* the guest is up, or awake. Payload: `key=value` a line:
				* protocol=1, release=, version=, machine=, modules=
				* (comma separated) */
	MDT_FRAME_LINES = 'L', /* a piece of the executed log, any number of bytes */
	MDT_FRAME_DONE =
		'D',	       /* the job, or the reset, is done. Payload: empty, or what
				* could not be torn down, a line each: `stuck md100: why` */
	MDT_FRAME_ERROR = 'E', /* the guest cannot go on with the job. Payload: why */
};

/** Append a frame. @param payload At most MDT_FRAME_MAX bytes. */
void mdt_frame_write(enum mdt_frame_type type, uint32_t sequence,
		     struct mdt_slice payload, struct mdt_buf *ret);

/** Takes a stream apart. Zeroed memory is a fresh one. */
struct mdt_frame_reader {
	struct mdt_buf buf; /* what has come and was not taken yet */
	size_t taken;	    /* bytes at its start that belong to frames already given */
	uint32_t sequence;  /* that the next frame must have */
	bool broken;
};

void mdt_frame_reader_deinit(struct mdt_frame_reader *reader);

/**
 * Give it what has come. It never holds more than a frame and what was given at once, if
 * mdt_frame_next() is called until it has got no more.
 * @return NULL or &mdt_enomem.
 */
struct mdt_error *mdt_frame_feed(struct mdt_frame_reader *reader,
				 struct mdt_slice bytes) MUST_CHECK;

/**
 * The next whole frame.
 * @param[out] payload Valid until the next call of mdt_frame_feed() or mdt_frame_next().
 * @param[out] got false when more bytes are needed.
 * @return NULL, or MDT_ERR_INVALID that says which part of the frame is wrong: from then
 * on always.
 */
struct mdt_error *mdt_frame_next(struct mdt_frame_reader *reader,
				 enum mdt_frame_type *type, struct mdt_slice *payload,
				 bool *got) MUST_CHECK;

#endif
