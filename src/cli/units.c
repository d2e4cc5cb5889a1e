// SPDX-License-Identifier: MIT
#include "cli/units.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/slice.h"

struct mdt_error *units_count(const char *option, const char *text, unsigned int min,
			      unsigned int max, unsigned int *ret)
{
	uint64_t value;

	if (!mdt_slice_to_dec(mdt_slice_cstr(text), &value) || value < min || value > max)
		return mdt_error_create(MDT_ERR_INVALID,
					"%s wants a number from %u to %u, not '%s'",
					option, min, max, text);
	*ret = (unsigned int)value;
	return NULL;
}

struct mdt_error *units_range(const char *option, const char *text, unsigned int min,
			      unsigned int max, unsigned int *first, unsigned int *last)
{
	struct mdt_slice from = mdt_slice_cstr(text), to = from;
	const char *dash = strchr(text, '-');
	uint64_t low, high;

	if (dash) {
		from = mdt_slice_head(from, (size_t)(dash - text));
		to = mdt_slice_cstr(dash + 1);
	}
	if (!mdt_slice_to_dec(from, &low) || !mdt_slice_to_dec(to, &high) || low < min ||
	    high > max || low > high)
		return mdt_error_create(
			MDT_ERR_INVALID,
			"%s wants a number from %u to %u, or two like 1-20, not '%s'",
			option, min, max, text);
	*first = (unsigned int)low;
	*last = (unsigned int)high;
	return NULL;
}

// How far a unit's letter shifts, its `iB` or `B` taken off; -1 when it is none.
static int unit_shift(struct mdt_slice unit)
{
	static const char letters[] = "KMGT";
	const char *letter;

	if (!unit.len)
		return 0;
	letter = strchr(letters, unit.str[0] & ~0x20);
	unit = mdt_slice_skip(unit, 1);
	if (!letter || !*letter || (unit.len && !mdt_slice_eq_cstr(unit, "iB")))
		return -1;
	return 10 * (int)(letter - letters + 1);
}

struct mdt_error *units_size(const char *option, const char *text, uint64_t *ret)
{
	size_t digits = strspn(text, "0123456789");
	int shift = unit_shift(mdt_slice_cstr(text + digits));
	uint64_t value;

	if (shift < 0 || !mdt_slice_to_dec(mdt_slice_from(text, digits), &value) ||
	    !value || value > (uint64_t)INT64_MAX >> shift)
		return mdt_error_create(MDT_ERR_INVALID,
					"%s wants a size like 64M, not '%s'", option,
					text);
	*ret = value << shift;
	return NULL;
}

struct mdt_error *units_shard(const char *text, struct shard *ret)
{
	const char *slash = text ? strchr(text, '/') : NULL;
	uint64_t index, count;

	*ret = (struct shard){ 0 };
	if (!text)
		return NULL;
	if (!slash ||
	    !mdt_slice_to_dec(mdt_slice_from(text, (size_t)(slash - text)), &index) ||
	    !mdt_slice_to_dec(mdt_slice_cstr(slash + 1), &count) || !index ||
	    index > count || count > 100000)
		return mdt_error_create(MDT_ERR_INVALID,
					"--shard wants K/N, as 2/5, not '%s'", text);
	ret->index = (unsigned int)index - 1;
	ret->count = (unsigned int)count;
	return NULL;
}

const char *shard_text(const struct shard *shard, char ret[static SHARD_TEXT])
{
	if (!shard->count)
		return NULL;
	snprintf(ret, SHARD_TEXT, "%u/%u", shard->index + 1, shard->count);
	return ret;
}
