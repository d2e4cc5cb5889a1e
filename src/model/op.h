/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What md is asked for, apart from the rules: which kernel functions a call goes through,
 * and what differs between kernels without a rule of its own.
 */
#ifndef MDT_MODEL_OP_H
#define MDT_MODEL_OP_H

#include "model/model.h"

struct mdt_md_handler {
	const char *asks; /* what for: "start the array" */
	const char *path; /* functions from the system call on, `a > b > c` */
	const char *
		lines; /* of the last one but personalities, 5.10/6.1/6.12/7.2; or NULL */
};

/** @return Static; of MDT_OP_OTHER_IOCTL what becomes of an unknown number. */
MDT_API const struct mdt_md_handler *mdt_md_handler(enum mdt_md_op op);

/** What differs between kernels, or is seen apart from the rules. */
struct mdt_md_note {
	uint32_t ops; /* bits by enum mdt_md_op */
	struct mdt_kernels kernels;
	const char *says; /* a sentence without capital and full stop */
	const char *source;
};

/** All rows. @param[out] len How many. */
MDT_API const struct mdt_md_note *mdt_md_notes(size_t *len);

#endif
