/* SPDX-License-Identifier: MIT */
/** @file What md does with a call as JSON: `mdtrace explain --format=json`. docs/json.md.
 */
#ifndef MDT_REPORT_EXPLAIN_JSON_H
#define MDT_REPORT_EXPLAIN_JSON_H

#include "life/line.h"
#include "report/explain.h"

/** A line of a log that is explained. All borrowed. */
struct mdt_explain_place {
	const char *file;
	const struct mdt_life_line *line;
	struct mdt_slice rules; /* whose they are: mdt_life_kernel_text() */
	struct mdt_slice from;	/* who made the call, or empty: mdt_stack_text() */
};

/**
 * Append one object and a newline.
 * @param place NULL: the call is not one of a log.
 * @param ioctl Its row, or NULL.
 */
MDT_API void mdt_explain_json(const struct mdt_explain *explain, enum mdt_md_op op,
			      const struct mdt_ioctl *ioctl,
			      const struct mdt_explain_place *place, struct mdt_buf *ret);

/** The same of a line that has no call of the model, but a remark. */
MDT_API void mdt_explain_json_remark(const struct mdt_explain_place *place,
				     struct mdt_buf *ret);

#endif
