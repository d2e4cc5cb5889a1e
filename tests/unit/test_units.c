// SPDX-License-Identifier: MIT
#include "cli/units.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/macro.h"
#include "params.h"

static const struct {
	const char *text;
	uint64_t bytes; // 0: refused
} sizes[] = {
	{ "1", 1 },
	{ "512", 512 },
	{ "64M", 64ULL << 20 },
	{ "64MiB", 64ULL << 20 },
	{ "3k", 3 << 10 },
	{ "2T", 2ULL << 40 },
	{ "8388607T", 8388607ULL << 40 },
	{ "8388608T", 0 },
	{ "9223372036854775807", INT64_MAX },
	{ "9223372036854775808", 0 },
	{ "99999999999999999999", 0 },
	{ "0", 0 },
	{ "0M", 0 },
	{ "", 0 },
	{ "M", 0 },
	{ "-1", 0 },
	{ " 1", 0 },
	{ "1 M", 0 },
	{ "0x10", 0 },
	{ "1MM", 0 },
	{ "1Mi", 0 },
	{ "1E", 0 },
	{ "1\v", 0 },
};

ParameterizedTestParameters(units, size)
{
	return index_params(sizes);
}

ParameterizedTest(size_t *i, units, size)
{
	uint64_t got = 0;
	struct mdt_error *err = units_size("--disk-size", sizes[*i].text, &got);

	cr_assert_eq(err == NULL, sizes[*i].bytes != 0, "'%s'", sizes[*i].text);
	cr_assert_eq(got, sizes[*i].bytes);
	mdt_error_destroy(err);
}

Test(units, count)
{
	unsigned int got = 7;
	struct mdt_error *err = units_count("--disks", "12", 1, 12, &got);

	cr_assert_null(err);
	cr_assert_eq(got, 12);
	err = units_count("--disks", "13", 1, 12, &got);
	cr_assert_str_eq(err->message, "--disks wants a number from 1 to 12, not '13'");
	mdt_error_destroy(err);
	cr_assert_eq(got, 12);
}

static const struct {
	const char *text;
	unsigned int first, last; // 0: refused
} ranges[] = {
	{ "3", 3, 3 },	 { "1-20", 1, 20 }, { "20-20", 20, 20 }, { "20-1", 0, 0 },
	{ "1-", 0, 0 },	 { "-3", 0, 0 },    { "1-2-3", 0, 0 },	 { "1-21", 0, 0 },
	{ "0-3", 0, 0 }, { "", 0, 0 },
};

ParameterizedTestParameters(units, range)
{
	return index_params(ranges);
}

ParameterizedTest(size_t *i, units, range)
{
	unsigned int first = 0, last = 0;
	struct mdt_error *err =
		units_range("--seed", ranges[*i].text, 1, 20, &first, &last);

	cr_assert_eq(err == NULL, ranges[*i].first != 0, "'%s'", ranges[*i].text);
	cr_assert_eq(first, ranges[*i].first);
	cr_assert_eq(last, ranges[*i].last);
	mdt_error_destroy(err);
}
