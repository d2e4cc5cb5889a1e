// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <stdlib.h>

#include "diff/align.h"

enum { LEN_MAX = 64 };

// The length of a longest common subsequence, by the textbook.
static unsigned int lcs(const uint32_t *a, size_t n, const uint32_t *b, size_t m)
{
	static unsigned int table[LEN_MAX + 1][LEN_MAX + 1];

	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= m; j++)
			if (!i || !j)
				table[i][j] = 0;
			else if (a[i - 1] == b[j - 1])
				table[i][j] = table[i - 1][j - 1] + 1;
			else
				table[i][j] = table[i - 1][j] > table[i][j - 1]
						      ? table[i - 1][j]
						      : table[i][j - 1];
	return table[n][m];
}

// Matches are of equal keys and rise; @return how many.
static unsigned int check(const uint32_t *a, size_t n, const uint32_t *b, size_t m,
			  const uint32_t *match)
{
	unsigned int count = 0;
	int64_t last = -1;

	for (size_t i = 0; i < n; i++) {
		if (match[i] == MDT_NO_MATCH)
			continue;
		cr_assert_lt(match[i], m);
		cr_assert_eq(a[i], b[match[i]]);
		cr_assert_gt((int64_t)match[i], last);
		last = match[i];
		count++;
	}
	return count;
}

static uint32_t random_below(uint32_t max)
{
	static uint64_t state = 88172645463325252;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (uint32_t)(state % max);
}

Test(diff_align, short_ones_are_longest)
{
	uint32_t a[LEN_MAX], b[LEN_MAX], match[LEN_MAX];

	for (unsigned int round = 0; round < 5000; round++) {
		struct mdt_align align = { 0 };
		size_t n = random_below(LEN_MAX), m = random_below(LEN_MAX);
		uint32_t keys = 1 + random_below(20);

		for (size_t i = 0; i < n; i++)
			a[i] = random_below(keys);
		for (size_t i = 0; i < m; i++)
			b[i] = random_below(keys);
		cr_assert_null(mdt_align_keys(&align, a, n, b, m, match));
		cr_assert_eq(check(a, n, b, m, match), lcs(a, n, b, m));
		cr_assert_not(align.is_approximate);
	}
}

Test(diff_align, long_ones_end_and_say_that_they_are_not_the_shortest)
{
	enum { LEN = 60000 };
	uint32_t *a = calloc(LEN, sizeof(*a)), *b = calloc(LEN, sizeof(*b));
	uint32_t *match = calloc(LEN, sizeof(*match));
	struct mdt_align align = { .work_max = 1000000 };

	for (size_t i = 0; i < LEN; i++) {
		a[i] = random_below(300);
		b[i] = random_below(300);
	}
	cr_assert_null(mdt_align_keys(&align, a, LEN, b, LEN, match));
	cr_assert_gt(check(a, LEN, b, LEN, match), 0);
	cr_assert(align.is_approximate);
	free(a);
	free(b);
	free(match);
}

Test(diff_align, what_is_nearly_alike_costs_little)
{
	enum { LEN = 200000, HOLE = 1000 };
	uint32_t *a = calloc(LEN, sizeof(*a)), *b = calloc(LEN, sizeof(*b));
	uint32_t *match = calloc(LEN, sizeof(*match));
	struct mdt_align align = { 0 };
	size_t m = 0;

	for (size_t i = 0; i < LEN; i++) {
		a[i] = random_below(50);
		if (i % HOLE != HOLE / 2)
			b[m++] = a[i];
	}
	cr_assert_null(mdt_align_keys(&align, a, LEN, b, m, match));
	cr_assert_eq(check(a, LEN, b, m, match), m);
	cr_assert_not(align.is_approximate);
	cr_assert_lt(align.work, 20 * LEN);
	free(a);
	free(b);
	free(match);
}

Test(diff_align, rising)
{
	static const uint32_t values[] = { 5, 1, 2, 9, 3, 4, 0 };
	static const bool expected[] = { false, true, true, false, true, true, false };
	bool rising[7];

	cr_assert_null(mdt_longest_rising(values, 7, rising));
	for (size_t i = 0; i < 7; i++)
		cr_expect_eq(rising[i], expected[i], "%zu", i);
	cr_assert_null(mdt_longest_rising(values, 0, rising));
}
