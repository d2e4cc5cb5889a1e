// SPDX-License-Identifier: MIT
#include "cli/kernel.h"

#include "cli/cli.h"
#include "model/kernels.h"

struct mdt_error *kernel_check(const char *version)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf note = { 0 };
	struct mdt_kernel_match match;

	if (!version)
		return NULL;
	if (!mdt_kernel_match(mdt_slice_cstr(version), &match))
		return mdt_error_create(
			MDT_ERR_INVALID,
			"'%s' is not a kernel version; say e.g. 6.1, or what uname -r prints (newest known: %s)",
			version, mdt_kernel_name(mdt_kernel_newest()));
	mdt_kernel_note(mdt_slice_cstr(version), &match, &note);
	if (note.len)
		cli_say("%.*s", SLICE_FMT(mdt_buf_slice(&note)));
	return NULL;
}
