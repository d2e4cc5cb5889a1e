/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What md does with a call, from the model's table (model/model.h): its argument, the
 * checks in the order in which the kernel makes them, what one sees afterwards, and what
 * differs between kernels.
 */
#ifndef MDT_REPORT_EXPLAIN_H
#define MDT_REPORT_EXPLAIN_H

#include "ioctl/table.h"
#include "model/model.h"

enum mdt_explain_form {
	MDT_EXPLAIN_TEXT,
	MDT_EXPLAIN_MARKDOWN,
	MDT_EXPLAIN_JSON, /* report/explain_json.h; explain.h knows text and Markdown */
};

struct mdt_explain {
	enum mdt_explain_form form;
	const struct mdt_ioctl_table *table;
	const enum mdt_kernel *kernel; /* NULL: all */
	bool checks_only;	       /* nothing of what follows: that was seen */
	unsigned int rule; /* the one that a call ended with, to be marked; 0: none */
};

/**
 * Append what there is to say about an operation.
 * @param ioctl Its row, for number and argument; NULL when it is no ioctl, or unknown.
 */
MDT_API void mdt_explain_op(const struct mdt_explain *explain, enum mdt_md_op op,
			    const struct mdt_ioctl *ioctl, struct mdt_buf *ret);

/** Append a page about all operations: docs/md-ioctls.md. */
MDT_API void mdt_explain_all(const struct mdt_explain *explain, struct mdt_buf *ret);

/**
 * Append the machine as a Mermaid diagram: every change of array_state that the model has
 * for calls on an array of two mirrors.
 */
MDT_API void mdt_explain_diagram(enum mdt_kernel kernel, struct mdt_buf *ret);

#endif
