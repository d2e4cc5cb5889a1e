// SPDX-License-Identifier: MIT
#include <errno.h>

#include "model/model.h"

/* ---- operations and words ---- */

static const char *const op_names[] = {
#define X(op, name) [MDT_OP_##op] = (name),
	MDT_MD_OPS(X)
#undef X
};

const char *mdt_md_op_name(enum mdt_md_op op)
{
	return op_names[op];
}

bool mdt_md_op_find(struct mdt_slice name, enum mdt_md_op *ret)
{
	for (unsigned int i = 0; i < MDT_OPS; i++) {
		if (!mdt_slice_eq_cstr(name, op_names[i]))
			continue;
		*ret = (enum mdt_md_op)i;
		return true;
	}
	return false;
}

static const char *const word_names[] = {
#define X(word, text) [MDT_WORD_##word] = (text),
	MDT_MODEL_WORDS(X)
#undef X
};

// Words from first to last that an attribute takes, or refuses by name.
static enum mdt_model_word word_between(struct mdt_slice text, enum mdt_model_word first,
					enum mdt_model_word last)
{
	for (unsigned int i = first; i <= (unsigned int)last; i++)
		if (mdt_slice_eq_cstr(text, word_names[i]))
			return (enum mdt_model_word)i;
	return MDT_WORD_OTHER;
}

// add_named_array(): 31 letters, DISK_NAME_LEN with the NUL.
static enum mdt_model_word name_form(struct mdt_slice text)
{
	uint64_t minor;

	while (text.len && text.str[text.len - 1] == '\n')
		text.len--;
	if (text.len >= 32)
		return MDT_WORD_TOO_LONG;
	if (mdt_slice_starts(text, SLICE("md_")))
		return MDT_WORD_MD_NAME;
	if (mdt_slice_starts(text, SLICE("md")) &&
	    mdt_slice_to_dec(mdt_slice_skip(text, 2), &minor) && minor < 1 << 20)
		return MDT_WORD_MD_NUMBER;
	return MDT_WORD_OTHER;
}

enum mdt_model_word mdt_model_word_find(enum mdt_md_op op, struct mdt_slice text)
{
	if (op == MDT_OP_NEW_ARRAY)
		return name_form(text);
	if (text.len && text.str[text.len - 1] == '\n')
		text.len--;
	if (op == MDT_OP_ARRAY_STATE)
		return word_between(text, MDT_WORD_CLEAR, MDT_WORD_BROKEN);
	if (op == MDT_OP_SYNC_ACTION)
		return word_between(text, MDT_WORD_IDLE, MDT_WORD_RESHAPE);
	return word_between(text, MDT_WORD_FAULTY, MDT_WORD_RE_ADD);
}

/* ---- results ---- */

static const struct {
	int number;
	const char *name;
} results[] = {
	{ 0, "0" },
	{ MDT_RESULT_UNKNOWN, "unknown" },
	{ E2BIG, "E2BIG" },
	{ EACCES, "EACCES" },
	{ EBADF, "EBADF" },
	{ EBUSY, "EBUSY" },
	{ EEXIST, "EEXIST" },
	{ EFAULT, "EFAULT" },
	{ EINTR, "EINTR" },
	{ EINVAL, "EINVAL" },
	{ EIO, "EIO" },
	{ ENODEV, "ENODEV" },
	{ ENOENT, "ENOENT" },
	{ ENOMEM, "ENOMEM" },
	{ ENOSPC, "ENOSPC" },
	{ ENOTTY, "ENOTTY" },
	{ ENXIO, "ENXIO" },
	{ EOVERFLOW, "EOVERFLOW" },
	{ EOPNOTSUPP, "EOPNOTSUPP" },
	{ EPERM, "EPERM" },
	{ EROFS, "EROFS" },
	{ MDT_ENOTSUPP, "ENOTSUPP" },
};

const char *mdt_model_result_name(int result)
{
	array_for_each (it, results)
		if (it->number == result)
			return it->name;
	return NULL;
}

int mdt_model_errno_find(struct mdt_slice name)
{
	array_for_each (it, results)
		if (it->number > 0 && mdt_slice_eq_cstr(name, it->name))
			return it->number;
	return 0;
}
