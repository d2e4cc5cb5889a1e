// SPDX-License-Identifier: MIT
/* What is read of an array's attributes. */
#include "md/level.h"
#include "model/parts.h"

static bool agree(int32_t *fact, int32_t seen)
{
	bool agrees = mdt_model_equal(*fact, seen) != MDT_NO;

	*fact = seen;
	return agrees;
}

static bool see_level(struct mdt_model_state *state, struct mdt_slice text)
{
	int level;

	// An array without a level reads as an empty line.
	return !mdt_level_find(text, &level) || agree(&state->level, level);
}

static bool see_raid_disks(struct mdt_model_state *state, struct mdt_slice text)
{
	uint64_t count;

	// `3 (2)` while it is reshaped.
	if (!mdt_slice_to_dec(text, &count) || count > 4096)
		return true;
	return agree(&state->raid_disks, (int32_t)count);
}

// `1.2`, `none`, `external:imsm`
static bool see_version(struct mdt_model_state *state, struct mdt_slice text)
{
	bool agrees = true;

	if (mdt_slice_starts(text, SLICE("external:"))) {
		state->external = MDT_YES;
		return true;
	}
	if (mdt_slice_eq(text, SLICE("none"))) {
		agrees = state->persistent != MDT_YES;
		state->persistent = MDT_NO;
		return agrees;
	}
	if (text.len < 3 || text.str[1] != '.' || text.str[0] < '0' || text.str[0] > '1')
		return true;
	agrees = agree(&state->major_version, text.str[0] - '0');
	if (text.len == 3 && text.str[0] == '1')
		agrees &= agree(&state->minor_version, text.str[2] - '0');
	state->persistent = MDT_YES;
	return agrees;
}

static const struct {
	struct mdt_slice attr;
	bool (*see)(struct mdt_model_state *state, struct mdt_slice text);
} attributes[] = {
	{ SLICE_INIT("array_state"), mdt_model_see_array_state },
	{ SLICE_INIT("level"), see_level },
	{ SLICE_INIT("raid_disks"), see_raid_disks },
	{ SLICE_INIT("metadata_version"), see_version },
};

bool mdt_model_sees(struct mdt_slice attr)
{
	array_for_each (it, attributes)
		if (mdt_slice_eq(attr, it->attr))
			return true;
	return false;
}

bool mdt_model_see(struct mdt_model_state *state, struct mdt_slice attr,
		   struct mdt_slice text)
{
	while (text.len && text.str[text.len - 1] == '\n')
		text.len--;
	array_for_each (it, attributes) {
		bool agrees;

		if (!mdt_slice_eq(attr, it->attr))
			continue;
		agrees = it->see(state, text) || state->external != MDT_NO;
		mdt_model_let_go(state);
		return agrees;
	}
	return true;
}
