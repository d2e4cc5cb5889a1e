/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A line of the stack that strace -k prints after a call (src/unwind.c of strace):
 *
 *	 > /usr/sbin/mdadm(Create+0x1c5) [0x1d3aa]
 *	 > /usr/sbin/mdadm() [0x1d3aa]
 *	 > /usr/sbin/mdadm(Create+0x1c4) [0x1d3a9] /src/mdadm/Create.c:1043    (-kk)
 *	 > unexpected_backtracing_error [0x0]
 */
#ifndef MDT_STRACE_FRAME_H
#define MDT_STRACE_FRAME_H

#include "base/slice.h"

struct mdt_frame {
	struct mdt_slice file;	 /* what is mapped there; empty: the line is an error */
	struct mdt_slice symbol; /* empty: strace has found none */
	uint64_t off;		 /* from the symbol */
	uint64_t address;	 /* where in the file, in one of two ways: program.h */
	struct mdt_slice source; /* -kk; empty: not in the log */
	int line;
};

/**
 * @param line From its `>` on, or with the blank that is before it.
 * @param[out] ret Borrows from @p line.
 * @return false when it is not the line of a frame.
 */
MDT_API bool mdt_frame_parse(struct mdt_slice line, struct mdt_frame *ret);

#endif
