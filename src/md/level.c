// SPDX-License-Identifier: MIT
#include "md/level.h"

struct level {
	int number;
	const char *name;
};

// The first row of a number is its name; the others are what mdadm's -l takes as well
// (mdadm(8), "--level"). Numbers: LEVEL_* of <linux/raid/md_u.h>, and mdadm.h for
// LEVEL_CONTAINER.
static const struct level levels[] = {
	{ -1, "linear" },     { 0, "raid0" },
	{ 1, "raid1" },	      { 4, "raid4" },
	{ 5, "raid5" },	      { 6, "raid6" },
	{ 10, "raid10" },     { -4, "multipath" },
	{ -5, "faulty" },     { -100, "container" },
	{ -1000000, "none" }, { 0, "stripe" },
	{ 1, "mirror" },      { 10, "10" },
	{ 0, "0" },	      { 1, "1" },
	{ 4, "4" },	      { 5, "5" },
	{ 6, "6" },	      { -4, "mp" },
};

const char *mdt_level_name(int64_t level)
{
	array_for_each (it, levels)
		if (it->number == level)
			return it->name;
	return NULL;
}

bool mdt_level_find(struct mdt_slice name, int *ret)
{
	array_for_each (it, levels) {
		if (mdt_slice_eq_cstr(name, it->name)) {
			*ret = it->number;
			return true;
		}
	}
	return false;
}

struct layout {
	int level;
	uint32_t layout;
	const char *name;
};

// ALGORITHM_* of drivers/md/raid5.h and RAID0_*_LAYOUT of drivers/md/raid0.h.
static const struct layout layouts[] = {
	{ 0, 1, "original" },
	{ 0, 2, "alternate" },
	{ 5, 0, "left-asymmetric" },
	{ 5, 1, "right-asymmetric" },
	{ 5, 2, "left-symmetric" },
	{ 5, 3, "right-symmetric" },
	{ 5, 4, "parity-first" },
	{ 5, 5, "parity-last" },
	{ 6, 0, "left-asymmetric" },
	{ 6, 1, "right-asymmetric" },
	{ 6, 2, "left-symmetric" },
	{ 6, 3, "right-symmetric" },
	{ 6, 4, "parity-first" },
	{ 6, 5, "parity-last" },
	{ 6, 8, "ddf-zero-restart" },
	{ 6, 9, "ddf-N-restart" },
	{ 6, 10, "ddf-N-continue" },
	{ 6, 16, "left-asymmetric-6" },
	{ 6, 17, "right-asymmetric-6" },
	{ 6, 18, "left-symmetric-6" },
	{ 6, 19, "right-symmetric-6" },
	{ 6, 20, "parity-first-6" },
};

// setup_geo() in drivers/md/raid10.c: near copies in byte 0, far copies in byte 1, bit 16
// makes the far copies offset ones; bits 17 and 18 choose where far sets lie.
static bool print_raid10(struct mdt_buf *buf, uint32_t layout)
{
	unsigned int near = layout & 0xff, far = layout >> 8 & 0xff;

	if (layout >> 19 || near == 0 || far == 0)
		return false;
	if (near > 1 || far == 1)
		mdt_buf_printf(buf, "near=%u", near);
	if (far > 1)
		mdt_buf_printf(buf, "%s%s=%u", near > 1 ? "," : "",
			       layout & 1u << 16 ? "offset" : "far", far);
	return true;
}

bool mdt_layout_print(struct mdt_buf *buf, int64_t level, uint32_t layout)
{
	if (level == 10)
		return print_raid10(buf, layout);
	array_for_each (it, layouts) {
		if (it->level == level && it->layout == layout) {
			mdt_buf_adds(buf, it->name);
			return true;
		}
	}
	return false;
}

// r5layout, r6layout and r0layout in mdadm's maps.c; what mdadm takes besides the names.
// The names of DDF are other numbers in raid5.
static const struct layout more_layouts[] = {
	{ 5, 2, "default" },
	{ 5, 0, "la" },
	{ 5, 1, "ra" },
	{ 5, 2, "ls" },
	{ 5, 3, "rs" },
	{ 5, 1, "ddf-zero-restart" },
	{ 5, 0, "ddf-N-restart" },
	{ 5, 2, "ddf-N-continue" },
	{ 6, 2, "default" },
	{ 6, 0, "la" },
	{ 6, 1, "ra" },
	{ 6, 2, "ls" },
	{ 6, 3, "rs" },
	{ 0, 1, "1" },
	{ 0, 2, "2" },
	{ 0, 0, "dangerous" },
	{ 0, 0, "unspecified" },
};

// parse_layout_10() in mdadm's util.c.
static bool find_raid10(struct mdt_slice name, uint32_t *ret)
{
	uint64_t copies;

	if (!mdt_slice_to_dec(mdt_slice_skip(name, 1), &copies) || copies < 1 ||
	    copies > 200)
		return false;
	switch (name.str[0]) {
	case 'n':
		*ret = 0x100 + (uint32_t)copies;
		return true;
	case 'f':
		*ret = (uint32_t)copies << 8 | 1;
		return true;
	case 'o':
		*ret = 0x10000 | (uint32_t)copies << 8 | 1;
		return true;
	}
	return false;
}

bool mdt_layout_find(int64_t level, struct mdt_slice name, uint32_t *ret)
{
	if (level == 10)
		return find_raid10(name, ret);
	array_for_each (it, layouts) {
		if (it->level == level && mdt_slice_eq_cstr(name, it->name)) {
			*ret = it->layout;
			return true;
		}
	}
	array_for_each (it, more_layouts) {
		if (it->level == level && mdt_slice_eq_cstr(name, it->name)) {
			*ret = it->layout;
			return true;
		}
	}
	return false;
}
