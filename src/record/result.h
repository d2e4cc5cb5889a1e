/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What came back from the guest that ran programs (src/guest/exec.h): how each ended,
 * what it wrote, and what was seen. The guest is not trusted: every size is checked
 * against what is there.
 */
#ifndef MDT_RECORD_RESULT_H
#define MDT_RECORD_RESULT_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/error.h"

enum mdt_record_end {
	MDT_RECORD_NOT_OVER, /* the VM ended before it did */
	MDT_RECORD_EXITED,
	MDT_RECORD_KILLED,
	MDT_RECORD_TIMED_OUT,
};

struct mdt_record_data {
	struct mdt_slice bytes;
	bool is_cut; /* there was more, or not all of it came */
};

struct mdt_record_run {
	struct mdt_slice name;
	enum mdt_record_end end;
	unsigned int number; /* exit status, or signal */
	struct mdt_record_data output, file;
	bool has_file;
};

struct mdt_record_result {
	struct mdt_arena arena;	     /* owns names */
	struct mdt_record_run *runs; /* owned; in the order in which they began */
	size_t count, cap;
	struct mdt_buf seen; /* all lines but data: kernel messages, states, ... */
	bool is_cut;	     /* it ends in the middle: the VM did not survive */
	bool is_settled;     /* no `settle` was in vain */
};

/**
 * @param lines What came; must outlive @p ret.
 * @param[out] ret To be deinitialised, also after an error.
 * @return NULL, also when it is cut off; MDT_ERR_FORMAT for what no guest of ours writes;
 * &mdt_enomem.
 */
MDT_API struct mdt_error *
mdt_record_result_read(struct mdt_slice lines, struct mdt_record_result *ret) MUST_CHECK;

MDT_API void mdt_record_result_deinit(struct mdt_record_result *result);

/** @return What ran under this name, or NULL. */
MDT_API const struct mdt_record_run *
mdt_record_result_find(const struct mdt_record_result *result, struct mdt_slice name);

#endif
