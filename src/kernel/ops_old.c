// SPDX-License-Identifier: MIT
#include "kernel/ops_parts.h"

// Linux commit 849674e4fb17 ("MD: rename some functions", v4.5): these functions of
// drivers/md/{raid1,raid10,raid5,faulty}.c were called by the last part of the name.
static const char *const renamed_prefixes[] = { "raid1_", "raid10_", "raid5_",
						"faulty_" };
static const char *const renamed_names[] = { "make_request", "run", "status", "error",
					     "sync_request" };

// drivers/md/md.h: 6.12 has them in struct md_personality, 7.2 in struct
// md_submodule_head.
static const struct {
	const char *type, *path, *note;
} moved_members[] = {
	{ "struct md_personality", ".head.name", ".name in 6.12 and before" },
	{ "struct md_personality", ".head.id", ".level in 6.12 and before" },
	{ "struct md_personality", ".head.owner", ".owner in 6.12 and before" },
};

static const struct {
	const char *type, *member, *sentence;
} gone_members[] = {
	// Linux commit 21cf86614504 ("writeback: remove bdi->congested_fn", v5.9)
	{ "struct md_personality", "congested",
	  ".congested is of kernels before 5.9: a personality is no longer asked" },
};

struct mdt_slice mdt_ops_old_name(struct mdt_slice type, struct mdt_slice path,
				  struct mdt_slice function, struct mdt_buf *scratch)
{
	mdt_buf_clear(scratch);
	array_for_each (row, moved_members)
		if (mdt_slice_eq(type, mdt_slice_cstr(row->type)) &&
		    mdt_slice_eq(path, mdt_slice_cstr(row->path)))
			return mdt_slice_cstr(row->note);
	array_for_each (prefix, renamed_prefixes)
		array_for_each (name, renamed_names) {
			mdt_buf_clear(scratch);
			mdt_buf_printf(scratch, "%s%s", *prefix, *name);
			if (!mdt_slice_eq(mdt_buf_slice(scratch), function))
				continue;
			mdt_buf_clear(scratch);
			mdt_buf_printf(scratch, "%s before 4.5", *name);
			return mdt_buf_slice(scratch);
		}
	return SLICE("");
}

bool mdt_ops_gone(struct mdt_slice type, size_t index, const char **member,
		  const char **sentence)
{
	for (size_t i = 0; i < array_size(gone_members); i++) {
		if (!mdt_slice_eq(type, mdt_slice_cstr(gone_members[i].type)))
			continue;
		if (index--)
			continue;
		*member = gone_members[i].member;
		*sentence = gone_members[i].sentence;
		return true;
	}
	return false;
}
