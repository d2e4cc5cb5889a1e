/* SPDX-License-Identifier: MIT */
/** @file The kernel functions of two executed logs, compared: `diff --level=kernel`. */
#ifndef MDT_REPORT_KERNEL_DIFF_H
#define MDT_REPORT_KERNEL_DIFF_H

#include "base/buf.h"
#include "verdict/verdict.h"

enum mdt_kernel_diff_form {
	MDT_KERNEL_DIFF_TEXT,
	MDT_KERNEL_DIFF_JSON,
};

struct mdt_kernel_diff_log {
	const char *name;
	const struct mdt_verdicts *verdicts; /* of an executed log */
};

/**
 * Append what differs, call by call, and then in the tasks beside the calls: when those
 * run is by chance, so they are compared as a whole. Calls are aligned by what they are
 * and what they are about.
 * @param[out] differences How many changes there are.
 * @return NULL; MDT_ERR_INVALID when one of them has no functions; or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_kernel_diff(const struct mdt_kernel_diff_log *old,
					  const struct mdt_kernel_diff_log *new,
					  enum mdt_kernel_diff_form form,
					  size_t *differences,
					  struct mdt_buf *ret) MUST_CHECK;

#endif
