// SPDX-License-Identifier: MIT
#include <stdio.h>
#include <time.h>

#include <criterion/criterion.h>

#include "base/map.h"

enum { MANY = 20000 };

static char values[MANY];

Test(map, finds_what_was_set)
{
	_cleanup_(mdt_map_deinit) struct mdt_map map = { 0 };

	cr_assert_null(mdt_map_find(&map, 0));
	for (size_t i = 0; i < MANY; i++)
		cr_assert(mdt_map_set(&map, i * 4096, &values[i]));
	for (size_t i = 0; i < MANY; i++)
		cr_assert_eq(mdt_map_find(&map, i * 4096), &values[i]);
	cr_assert_null(mdt_map_find(&map, 1));
	cr_assert_eq(map.live, MANY);
}

Test(map, set_replaces)
{
	_cleanup_(mdt_map_deinit) struct mdt_map map = { 0 };

	cr_assert(mdt_map_set(&map, 7, &values[0]));
	cr_assert(mdt_map_set(&map, 7, &values[1]));
	cr_assert_eq(mdt_map_find(&map, 7), &values[1]);
	cr_assert_eq(map.live, 1);
}

Test(map, null_removes)
{
	_cleanup_(mdt_map_deinit) struct mdt_map map = { 0 };

	cr_assert(mdt_map_set(&map, 7, NULL));
	cr_assert(mdt_map_set(&map, 7, &values[0]));
	cr_assert(mdt_map_set(&map, 7, NULL));
	cr_assert(mdt_map_set(&map, 7, NULL));
	cr_assert_null(mdt_map_find(&map, 7));
	cr_assert_eq(map.live, 0);
	cr_assert(mdt_map_set(&map, 7, &values[1]));
	cr_assert_eq(mdt_map_find(&map, 7), &values[1]);
	cr_assert_eq(map.live, 1);
}

Test(map, iterates_in_the_order_of_insertion_without_the_removed)
{
	_cleanup_(mdt_map_deinit) struct mdt_map map = { 0 };
	static const uint64_t expected[] = { 9, 1, 200, 4 };
	size_t at = 0;

	cr_assert(mdt_map_set(&map, 9, values) && mdt_map_set(&map, 1, values) &&
		  mdt_map_set(&map, 5, values) && mdt_map_set(&map, 200, values) &&
		  mdt_map_set(&map, 5, NULL) && mdt_map_set(&map, 4, values));
	mdt_map_for_each(entry, &map)
	{
		cr_assert_lt(at, array_size(expected));
		cr_assert_eq(entry->key, expected[at++]);
	}
	cr_assert_eq(at, array_size(expected));
}

Test(map, text_is_compared_whole)
{
	_cleanup_(mdt_map_deinit) struct mdt_map map = { 0 };

	cr_assert(mdt_map_set_text(&map, SLICE("md0"), &values[0]));
	cr_assert(mdt_map_set_text(&map, SLICE("md0\0"), &values[1]));
	cr_assert(mdt_map_set_text(&map, SLICE(""), &values[2]));
	cr_assert_eq(mdt_map_find_text(&map, SLICE("md0")), &values[0]);
	cr_assert_eq(mdt_map_find_text(&map, SLICE("md0\0")), &values[1]);
	cr_assert_eq(mdt_map_find_text(&map, SLICE("")), &values[2]);
	cr_assert_null(mdt_map_find_text(&map, SLICE("md")));
}

Test(map, removed_text_may_die)
{
	_cleanup_(mdt_map_deinit) struct mdt_map map = { 0 };
	char name[16];

	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "md%d", i);
		cr_assert(mdt_map_set_text(&map, mdt_slice_cstr(name), values));
		cr_assert_eq(mdt_map_find_text(&map, mdt_slice_cstr(name)), values);
		cr_assert(mdt_map_set_text(&map, mdt_slice_cstr(name), NULL));
		memset(name, 0, sizeof(name));
	}
	cr_assert_eq(map.live, 0);
	cr_assert_leq(map.slot_count, 64, "what was removed takes %zu slots",
		      map.slot_count);
}

// A log whose pids come and go: the map is as full as it may be and stays so.
Test(map, coming_and_going_takes_linear_time, .timeout = 20)
{
	_cleanup_(mdt_map_deinit) struct mdt_map map = { 0 };
	uint64_t live = (1 << 15) - 1;

	for (uint64_t i = 0; i < 500000; i++) {
		cr_assert(mdt_map_set(&map, i, values));
		if (i >= live)
			cr_assert(mdt_map_set(&map, i - live, NULL));
	}
	cr_assert_eq(map.live, live);
	cr_assert_eq(mdt_map_find(&map, 499999), values);
	cr_assert_null(mdt_map_find(&map, 0));
}
