/* SPDX-License-Identifier: MIT */
/**
 * @file
 * The one list of kernel releases whose md is known. A fact of md has a release since
 * which it holds, or before which it held (struct mdt_kernels); what is between two
 * releases that were run follows from the facts.
 *
 * Another release is a row here; docs/HOWTO_ADD_KERNEL.md says what else.
 */
#ifndef MDT_MODEL_KERNELS_H
#define MDT_MODEL_KERNELS_H

#include "base/buf.h"
#include "base/slice.h"

/** How a release is known: RUN: rules and kernel were held against each other by
 * `mdtrace conform`; READ: from its sources, not run; AHEAD: what is announced for it. */
#define MDT_KERNEL_RELEASES(X)                                                           \
	X(5, 10, RUN)                                                                    \
	X(5, 11, READ)                                                                   \
	X(5, 12, READ)                                                                   \
	X(5, 13, READ)                                                                   \
	X(5, 14, READ)                                                                   \
	X(5, 15, READ)                                                                   \
	X(5, 16, READ)                                                                   \
	X(5, 17, READ)                                                                   \
	X(5, 18, READ)                                                                   \
	X(5, 19, READ)                                                                   \
	X(6, 0, READ)                                                                    \
	X(6, 1, RUN)                                                                     \
	X(6, 2, READ)                                                                    \
	X(6, 3, READ)                                                                    \
	X(6, 4, READ)                                                                    \
	X(6, 5, READ)                                                                    \
	X(6, 6, READ)                                                                    \
	X(6, 7, READ)                                                                    \
	X(6, 8, READ)                                                                    \
	X(6, 9, READ)                                                                    \
	X(6, 10, READ)                                                                   \
	X(6, 11, READ)                                                                   \
	X(6, 12, RUN)                                                                    \
	X(6, 13, READ)                                                                   \
	X(6, 14, READ)                                                                   \
	X(6, 15, READ)                                                                   \
	X(6, 16, READ)                                                                   \
	X(6, 17, READ)                                                                   \
	X(6, 18, READ)                                                                   \
	X(6, 19, READ)                                                                   \
	X(7, 0, READ)                                                                    \
	X(7, 1, READ)                                                                    \
	X(7, 2, RUN)                                                                     \
	X(7, 3, RUN)                                                                     \
	X(7, 4, AHEAD)

/** In the order in which they came, so that `<` means older. */
enum mdt_kernel {
#define X(major, minor, how) MDT_KERNEL_##major##_##minor,
	MDT_KERNEL_RELEASES(X)
#undef X
		MDT_KERNELS,
};

enum mdt_kernel_how {
	MDT_KERNEL_RUN,
	MDT_KERNEL_READ,
	MDT_KERNEL_AHEAD,
};

/** @return "5.10", "6.18", ... */
MDT_API const char *mdt_kernel_name(enum mdt_kernel kernel);
MDT_API enum mdt_kernel_how mdt_kernel_how(enum mdt_kernel kernel);
/** The newest whose md is known: one that is RUN or READ. */
MDT_API enum mdt_kernel mdt_kernel_newest(void);

/** Releases that have a fact. Zeroed: all. */
struct mdt_kernels {
	enum mdt_kernel since;	/* the first one that has it */
	enum mdt_kernel before; /* the first one that has it no longer; 0: none yet */
};

/* Values of struct mdt_kernels in const tables. */
#define MDT_EVER                                                                         \
	{                                                                                \
		.before = (enum mdt_kernel)0                                             \
	}
#define MDT_SINCE(release)                                                               \
	{                                                                                \
		.since = MDT_KERNEL_##release                                            \
	}
#define MDT_BEFORE(release)                                                              \
	{                                                                                \
		.before = MDT_KERNEL_##release                                           \
	}
#define MDT_BETWEEN(first, release)                                                      \
	{                                                                                \
		.since = MDT_KERNEL_##first, .before = MDT_KERNEL_##release              \
	}

static inline bool mdt_kernels_have(struct mdt_kernels kernels, enum mdt_kernel kernel)
{
	return kernel >= kernels.since && (!kernels.before || kernel < kernels.before);
}

static inline bool mdt_kernels_all(struct mdt_kernels kernels)
{
	return !kernels.since && !kernels.before;
}

/** What holds on releases of the one or of the other, which follow each other. */
MDT_API struct mdt_kernels mdt_kernels_join(struct mdt_kernels a, struct mdt_kernels b);

/** Append `6.9 and later`, `before 6.9`, `6.0 to 6.16`; of all nothing. */
MDT_API void mdt_kernels_text(struct mdt_kernels kernels, struct mdt_buf *ret);

/** How a version goes together with the list. */
enum mdt_kernel_fit {
	MDT_KERNEL_FITS,
	MDT_KERNEL_OLDER,	 /* than all */
	MDT_KERNEL_NEWER,	 /* than the newest known */
	MDT_KERNEL_DISTRIBUTION, /* a number whose md a distribution has changed */
};

struct mdt_kernel_match {
	enum mdt_kernel kernel; /* whose rules come closest */
	enum mdt_kernel_fit fit;
};

/**
 * The release that a version belongs to: `6.1`, `6.1.0-56-cloud-amd64`. One that is not
 * in the list is taken for the next that is.
 * @return false when it is no version; @p ret is then untouched.
 */
MDT_API bool mdt_kernel_match(struct mdt_slice version, struct mdt_kernel_match *ret);

/** The same, when only the rules are wanted. */
MDT_API bool mdt_kernel_find(struct mdt_slice version, enum mdt_kernel *ret);

/**
 * What to know of rules that are used for a version; nothing is appended for a release
 * that was run.
 * `6.18: from its sources, not run`; `8.0: newest known: 7.3`; ...
 */
MDT_API void mdt_kernel_note(struct mdt_slice version,
			     const struct mdt_kernel_match *match, struct mdt_buf *ret);

#endif
