// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/slice.h"

static const struct {
	struct mdt_slice text;
	bool ok;
	uint64_t value;
} numbers[] = {
	{ SLICE_INIT("0"), true, 0 },
	{ SLICE_INIT("10"), true, 10 },
	{ SLICE_INIT("0x1F"), true, 31 },
	{ SLICE_INIT("0X1f"), true, 31 },
	{ SLICE_INIT("017"), true, 15 },
	{ SLICE_INIT("18446744073709551615"), true, UINT64_MAX },
	{ SLICE_INIT("0xffffffffffffffff"), true, UINT64_MAX },
	{ SLICE_INIT("18446744073709551616"), false, 0 },
	{ SLICE_INIT("0x10000000000000000"), false, 0 },
	{ SLICE_INIT("99999999999999999999"), false, 0 },
	{ SLICE_INIT(""), false, 0 },
	{ SLICE_INIT("0x"), false, 0 },
	{ SLICE_INIT("08"), false, 0 },
	{ SLICE_INIT("1f"), false, 0 },
	{ SLICE_INIT("-1"), false, 0 },
	{ SLICE_INIT("+1"), false, 0 },
	{ SLICE_INIT(" 1"), false, 0 },
	{ SLICE_INIT("1\0"), false, 0 },
};

ParameterizedTestParameters(slice, to_u64)
{
	static size_t index[array_size(numbers)];

	for (size_t i = 0; i < array_size(index); i++)
		index[i] = i;
	return cr_make_param_array(size_t, index, array_size(index));
}

ParameterizedTest(size_t *i, slice, to_u64)
{
	uint64_t value = 42;

	cr_assert_eq(mdt_slice_to_u64(numbers[*i].text, &value), numbers[*i].ok);
	cr_assert_eq(value, numbers[*i].ok ? numbers[*i].value : 42);
}

Test(slice, to_dec_knows_no_other_base)
{
	uint64_t value = 42;

	cr_assert(mdt_slice_to_dec(SLICE("010"), &value));
	cr_assert_eq(value, 10);
	cr_assert_not(mdt_slice_to_dec(SLICE("0x10"), &value));
	cr_assert_eq(value, 10);
}

Test(slice, trim)
{
	cr_assert(mdt_slice_eq(mdt_slice_trim(SLICE(" \t a b\t ")), SLICE("a b")));
	cr_assert_eq(mdt_slice_trim(SLICE(" \t")).len, 0);
	cr_assert(mdt_slice_eq(mdt_slice_trim(SLICE("\n")), SLICE("\n")));
	cr_assert_eq(mdt_slice_trim((struct mdt_slice){ 0 }).len, 0);
}

Test(slice, find)
{
	struct mdt_slice s = SLICE("ab\0cab");

	cr_assert_eq(mdt_slice_find(s, SLICE("cab")), s.str + 3);
	cr_assert_eq(mdt_slice_find(s, SLICE("ab")), s.str);
	cr_assert_eq(mdt_slice_find(s, SLICE("\0c")), s.str + 2);
	cr_assert_null(mdt_slice_find(s, SLICE("cabs")));
	cr_assert_null(mdt_slice_find((struct mdt_slice){ 0 }, SLICE("a")));
	cr_assert_eq(mdt_slice_find(s, SLICE("")), s.str);
}

Test(slice, starts_and_ends)
{
	cr_assert(mdt_slice_starts(SLICE("/dev/md0"), SLICE("/dev/")));
	cr_assert_not(mdt_slice_starts(SLICE("/de"), SLICE("/dev/")));
	cr_assert(mdt_slice_ends(SLICE("log.xz"), SLICE(".xz")));
	cr_assert_not(mdt_slice_ends(SLICE("xz"), SLICE(".xz")));
	cr_assert(mdt_slice_starts((struct mdt_slice){ 0 }, SLICE("")));
}

Test(slice, chomp)
{
	cr_assert(mdt_slice_eq(mdt_slice_chomp(SLICE("a\nb\n\n")), SLICE("a\nb")));
	cr_assert_eq(mdt_slice_chomp(SLICE("\n")).len, 0);
	cr_assert_eq(mdt_slice_chomp((struct mdt_slice){ 0 }).len, 0);
}

Test(slice, base_name)
{
	cr_assert(
		mdt_slice_eq(mdt_slice_base_name(SLICE("/dev/md/home")), SLICE("home")));
	cr_assert(mdt_slice_eq(mdt_slice_base_name(SLICE("md0")), SLICE("md0")));
	cr_assert_eq(mdt_slice_base_name(SLICE("/dev/")).len, 0);
	cr_assert_eq(mdt_slice_base_name((struct mdt_slice){ 0 }).len, 0);
}

Test(slice, columns)
{
	cr_assert_eq(mdt_slice_columns(SLICE("")), 0);
	cr_assert_eq(mdt_slice_columns(SLICE("md0")), 3);
	cr_assert_eq(mdt_slice_columns(SLICE("1 \u2192 2")), 5);
	cr_assert_eq(mdt_slice_columns(SLICE("\xe2\x86\0")), 2);
}

Test(slice, cmp_orders_a_prefix_first)
{
	cr_assert_lt(mdt_slice_cmp(SLICE("ab"), SLICE("abc")), 0);
	cr_assert_gt(mdt_slice_cmp(SLICE("abd"), SLICE("abc")), 0);
	cr_assert_gt(mdt_slice_cmp(SLICE("\xff"), SLICE("a")), 0);
	cr_assert_eq(mdt_slice_cmp(SLICE("a"), SLICE("a")), 0);
	cr_assert_eq(mdt_slice_cmp((struct mdt_slice){ 0 }, SLICE("")), 0);
}

Test(slice, skip_and_head_stop_at_the_end)
{
	cr_assert(mdt_slice_eq(mdt_slice_skip(SLICE("abc"), 1), SLICE("bc")));
	cr_assert_eq(mdt_slice_skip(SLICE("abc"), 9).len, 0);
	cr_assert(mdt_slice_eq(mdt_slice_head(SLICE("abc"), 2), SLICE("ab")));
	cr_assert_eq(mdt_slice_head(SLICE("abc"), 9).len, 3);
}

Test(slice, hex_digit)
{
	cr_assert_eq(mdt_hex_digit('0'), 0);
	cr_assert_eq(mdt_hex_digit('9'), 9);
	cr_assert_eq(mdt_hex_digit('a'), 10);
	cr_assert_eq(mdt_hex_digit('F'), 15);
	cr_assert_eq(mdt_hex_digit('g'), -1);
	cr_assert_eq(mdt_hex_digit('\0'), -1);
}

// Every length up to one that is too long for the short cuts, and every place to differ.
Test(slice, eq_short)
{
	char a[20], b[20];

	memset(a, 'x', sizeof(a));
	memset(b, 'x', sizeof(b));
	for (size_t len = 0; len <= sizeof(a); len++) {
		cr_assert(mdt_slice_eq_short(mdt_slice_from(a, len),
					     mdt_slice_from(b, len)));
		for (size_t i = 0; i < len; i++) {
			b[i] = 'y';
			cr_assert_not(mdt_slice_eq_short(mdt_slice_from(a, len),
							 mdt_slice_from(b, len)));
			b[i] = 'x';
		}
	}
	cr_assert_not(mdt_slice_eq_short(SLICE("ioctl"), SLICE("ioctl64")));
}
