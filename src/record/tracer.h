/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Which strace there is, what it can record, and the options that make it lose nothing.
 * docs/record.md argues for the options; what came with which version is from strace's
 * NEWS.
 */
#ifndef MDT_RECORD_TRACER_H
#define MDT_RECORD_TRACER_H

#include "base/slice.h"

struct mdt_tracer {
	bool known; /* it said its version; else it is taken for a new one */
	unsigned int major, minor;
	struct mdt_slice version; /* "6.1"; empty when not known */
};

/**
 * Read what `strace -V` prints.
 * @param[out] ret Its slice points into @p text.
 */
MDT_API void mdt_tracer_read(struct mdt_slice text, struct mdt_tracer *ret);

/** Whether the version is @p major.@p minor or later, or is not known. */
MDT_API bool mdt_tracer_since(const struct mdt_tracer *tracer, unsigned int major,
			      unsigned int minor);

enum { MDT_TRACER_OPTIONS = 8 };

/**
 * The options to record with: -f, -v, -s 65536, and -yy as far as it is there.
 * @param times And when each call began, and how long it took.
 * @param[out] ret Static strings, then NULL.
 */
MDT_API void mdt_tracer_options(const struct mdt_tracer *tracer, bool times,
				const char *ret[MDT_TRACER_OPTIONS]);

/**
 * What this version cannot record.
 * @param index From 0.
 * @return A sentence without full stop, "no bytes of ..."; NULL at the end. Static.
 */
MDT_API const char *mdt_tracer_lacks(const struct mdt_tracer *tracer, size_t index);

#endif
