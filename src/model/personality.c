// SPDX-License-Identifier: MIT
#include "model/personality.h"

#include <errno.h>

static int32_t one(const struct mdt_model_state *state _unused_)
{
	return 1;
}

static int32_t two(const struct mdt_model_state *state _unused_)
{
	return 2;
}

static int32_t three(const struct mdt_model_state *state _unused_)
{
	return 3;
}

static int32_t all(const struct mdt_model_state *state)
{
	return state->raid_disks;
}

// enough() of raid10.c: of each set of copies one must be there. Copies are in the bytes
// of the layout, near and far; with n of them, one in n members is the least.
static int32_t more_than_copies(const struct mdt_model_state *state)
{
	int32_t copies;

	if (state->layout == MDT_MODEL_UNKNOWN || state->raid_disks == MDT_MODEL_SOME)
		return state->raid_disks;
	copies = (state->layout & 0xff) * (state->layout >> 8 & 0xff);
	if (copies <= 1)
		return 1;
	return state->raid_disks - state->raid_disks / copies + 1;
}

/*
 * raid0.c:create_strip_zones, md-linear.c:linear_conf, raid5.c:has_failed and raid5_run,
 * raid10.c:raid10_run and enough, raid1.c:raid1_run. raid1's own rules say more.
 */
static const struct mdt_personality rows[] = {
	{ -1, false, false, 0, one, EINVAL },
	{ 0, false, true, 0, one, EINVAL },
	{ 1, true, false, 0, all, EINVAL },
	{ 4, true, true, 1, two, EIO },
	{ 5, true, true, 1, two, EIO },
	{ 6, true, true, 2, three, EIO },
	{ 10, true, true, 1, more_than_copies, EIO },
};

const struct mdt_personality *mdt_personality_find(int32_t level)
{
	array_for_each (it, rows)
		if (it->level == level)
			return it;
	return NULL;
}
