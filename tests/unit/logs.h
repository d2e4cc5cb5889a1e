/* SPDX-License-Identifier: MIT */
/** @file The logs of the repository, as parameters: a test of each. */
#ifndef MDT_TESTS_LOGS_H
#define MDT_TESTS_LOGS_H

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/buf.h"

struct log_path {
	char path[256];
};

/** @param patterns Below the source folder; the last one is NULL. */
static inline struct criterion_test_params log_params(const char *const *patterns)
{
	static struct log_path logs[256];
	size_t count = 0;
	char pattern[512];

	for (; *patterns; patterns++) {
		glob_t found;

		snprintf(pattern, sizeof(pattern), "%s/%s", MDT_SOURCE_DIR, *patterns);
		if (glob(pattern, 0, NULL, &found) != 0)
			continue;
		for (size_t i = 0; i < found.gl_pathc && count < array_size(logs); i++)
			snprintf(logs[count++].path, sizeof(logs[0].path), "%s",
				 found.gl_pathv[i]);
		globfree(&found);
	}
	return cr_make_param_array(struct log_path, logs, count);
}

/** Append a file. */
static inline void log_read(const char *path, struct mdt_buf *ret)
{
	FILE *file = fopen(path, "r");
	char chunk[65536];
	size_t len;

	cr_assert_not_null(file, "%s", path);
	while ((len = fread(chunk, 1, sizeof(chunk), file)) != 0)
		mdt_buf_add(ret, mdt_slice_from(chunk, len));
	fclose(file);
	cr_assert_null(mdt_buf_error(ret));
}

#endif
