// SPDX-License-Identifier: MIT
/* Which kernel's rules are used for a log, and why. */
#include "life/parts.h"

static const struct {
	const char *why;
	unsigned int strength; // what is stronger takes the place of what is weaker
} witnesses[] = {
	[MDT_KERNEL_ASSUMED] = { "nothing in the log tells the kernel", 0 },
	[MDT_KERNEL_BY_CALL] = { "what the log does tells so", 1 },
	[MDT_KERNEL_BY_UNAME] = { "uname() in the log", 2 },
	[MDT_KERNEL_BY_DMESG] = { "the kernel's log", 2 },
	[MDT_KERNEL_BY_HEAD] = { "the head of the log", 3 },
	[MDT_KERNEL_GIVEN] = { "as asked for", 4 },
};

void mdt_life_take_kernel(struct mdt_life *life, struct mdt_slice version,
			  enum mdt_kernel_witness witness, const char *because)
{
	struct mdt_life_kernel *kernel = &life->kernel;
	struct mdt_kernel_match match;

	if (witnesses[witness].strength < witnesses[kernel->witness].strength ||
	    !mdt_kernel_match(version, &match))
		return;
	if (!mdt_arena_copy(&life->arena, version, &version)) {
		life->failed_memory = true;
		return;
	}
	*kernel = (struct mdt_life_kernel){
		.version = version, .match = match, .witness = witness, .because = because
	};
	life->options.kernel = match.kernel;
}

void mdt_life_set_kernel(struct mdt_life *life, struct mdt_slice version)
{
	mdt_life_take_kernel(life, version, MDT_KERNEL_GIVEN, NULL);
}

void mdt_life_hear_kernel(struct mdt_life *life, struct mdt_slice version)
{
	mdt_life_take_kernel(life, version, MDT_KERNEL_BY_DMESG, NULL);
}

bool mdt_life_kernel_is_foreign(const struct mdt_life *life)
{
	return life->kernel.match.fit != MDT_KERNEL_FITS;
}

const char *mdt_life_kernel_why(const struct mdt_life *life)
{
	return life->kernel.because ? life->kernel.because
				    : witnesses[life->kernel.witness].why;
}

void mdt_life_kernel_note(const struct mdt_life *life, struct mdt_buf *ret)
{
	if (life->kernel.version.len)
		mdt_kernel_note(life->kernel.version, &life->kernel.match, ret);
}

void mdt_life_kernel_text(const struct mdt_life *life, struct mdt_buf *ret)
{
	size_t begin;

	mdt_buf_printf(ret, "%s (%s)", mdt_kernel_name(life->options.kernel),
		       mdt_life_kernel_why(life));
	begin = ret->len;
	mdt_buf_adds(ret, "; ");
	mdt_life_kernel_note(life, ret);
	if (ret->len == begin + 2)
		ret->len = begin;
}

/* ---- what the log tells by what it does ---- */

// Files that came with a release. Whoever opens one runs that release or a later one; for
// its rules the next one that was run is taken.
static const struct {
	const char *attr;
	const char *version;
	const char *because;
} news[] = {
	{ "legacy_async_del_gendisk", "7.2",
	  "the log opens legacy_async_del_gendisk, which 6.17 and later have" },
	{ "bitmap_type", "7.2", "the log opens bitmap_type, which 6.18 and later have" },
	{ "check_new_feature", "7.2",
	  "the log opens check_new_feature, which 6.19 and later have" },
	{ "logical_block_size", "7.2",
	  "the log opens md/logical_block_size, which 6.19 and later have" },
};

void mdt_life_kernel_by_open(struct mdt_life *life, const struct mdt_md_path *path)
{
	array_for_each (it, news)
		if (mdt_slice_eq_cstr(path->attr, it->attr) &&
		    (path->kind == MDT_PATH_PARAMETER ||
		     path->kind == MDT_PATH_ARRAY_ATTR))
			mdt_life_take_kernel(life, mdt_slice_cstr(it->version),
					     MDT_KERNEL_BY_CALL, it->because);
}

// Commands that kernels had once and none has since 5.10: ioctls of <linux/raid/md_u.h>.
static const struct {
	const char *name, *version, *because;
} olds[] = {
	{ "RAID_AUTORUN", "5.8",
	  "RAID_AUTORUN was answered, which kernels up to 5.8 do" },
	{ "PRINT_RAID_DEBUG", "5.8",
	  "PRINT_RAID_DEBUG was answered, which no kernel that is known does" },
	{ "START_ARRAY", "2.6",
	  "START_ARRAY was answered, which only kernels up to 2.6 do" },
};

void mdt_life_kernel_by_answer(struct mdt_life *life, struct mdt_slice name)
{
	array_for_each (it, olds)
		if (mdt_slice_eq_cstr(name, it->name))
			mdt_life_take_kernel(life, mdt_slice_cstr(it->version),
					     MDT_KERNEL_BY_CALL, it->because);
}
