// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include "guest/wake.h"

Test(wake, has_the_time_and_a_seed)
{
	struct guest_wake wake;

	cr_assert(guest_wake_read(SLICE("time=1700000000.000000001\nseed=00ff1Ae3\n"),
				  &wake));
	cr_assert_eq(wake.time.tv_sec, 1700000000);
	cr_assert_eq(wake.time.tv_nsec, 1);
	cr_assert_eq(wake.seed_len, 4);
	cr_assert_eq(memcmp(wake.seed, "\x00\xff\x1a\xe3", 4), 0);
}

Test(wake, is_whole_or_none)
{
	static const struct mdt_slice rows[] = {
		SLICE_INIT(""),
		SLICE_INIT("time=1.0\n"),
		SLICE_INIT("seed=00\n"),
		SLICE_INIT("time=1\nseed=00\n"),
		SLICE_INIT("time=1.1000000000\nseed=00\n"),
		SLICE_INIT("time=-1.0\nseed=00\n"),
		SLICE_INIT("time=9223372036854775808.0\nseed=00\n"),
		SLICE_INIT("time=1.0\nseed=0\n"),
		SLICE_INIT("time=1.0\nseed=0g\n"),
		SLICE_INIT("time=1.0\nseed=\n"),
		SLICE_INIT("time=1.0\nseed=00\nmore=1\n"),
		SLICE_INIT("time=1.0\nseed="
			   "000000000000000000000000000000000000000000000000000000000000"
			   "000000000000000000000000000000000000000000000000000000000000"
			   "0000000000\n"),
	};
	struct guest_wake wake;

	array_for_each (row, rows)
		cr_assert_not(guest_wake_read(*row, &wake), "%.*s", SLICE_FMT(*row));
}
