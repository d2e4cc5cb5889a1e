// SPDX-License-Identifier: MIT
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/buf.h"

Test(buf, appends_whatever_the_form)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	mdt_buf_adds(&buf, "ab");
	mdt_buf_addc(&buf, '\0');
	mdt_buf_printf(&buf, "%d", 12);
	mdt_buf_add(&buf, SLICE("z\0"));
	mdt_buf_fill(&buf, '-', 3);
	mdt_buf_add(&buf, (struct mdt_slice){ 0 });
	cr_assert(mdt_slice_eq(mdt_buf_slice(&buf), SLICE("ab\00012z\0---")));
	cr_assert_null(mdt_buf_error(&buf));
}

Test(buf, grows_past_every_boundary)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	for (size_t i = 0; i < 5000; i++)
		mdt_buf_addc(&buf, (char)(i % 251));
	cr_assert_eq(buf.len, 5000);
	for (size_t i = 0; i < 5000; i++)
		cr_assert_eq(buf.str[i], (char)(i % 251));
}

Test(buf, printf_of_more_than_the_room)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	mdt_buf_printf(&buf, "%*s", 1000, "end");
	cr_assert_eq(buf.len, 1000);
	cr_assert(mdt_slice_ends(mdt_buf_slice(&buf), SLICE("  end")));
}

Test(buf, remembers_a_failure_when_it_is_cleared)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	mdt_buf_adds(&buf, "kept");
	cr_assert_not(mdt_buf_reserve(&buf, SIZE_MAX));
	cr_assert_eq(mdt_buf_error(&buf), &mdt_enomem);
	cr_assert(mdt_slice_eq(mdt_buf_slice(&buf), SLICE("kept")));
	mdt_buf_clear(&buf);
	cr_assert_eq(mdt_buf_error(&buf), &mdt_enomem);
	cr_assert_eq(buf.len, 0);
}

Test(buf, deinit_leaves_an_empty_buffer)
{
	struct mdt_buf buf = { 0 };

	mdt_buf_adds(&buf, "x");
	mdt_buf_deinit(&buf);
	cr_assert_null(buf.str);
	mdt_buf_adds(&buf, "again");
	cr_assert(mdt_slice_eq(mdt_buf_slice(&buf), SLICE("again")));
	mdt_buf_deinit(&buf);
}

Test(grow, keeps_what_is_there)
{
	uint32_t *items = NULL;
	size_t cap = 0, len = 0;

	for (; len < 1000; len++) {
		cr_assert(mdt_grow((void **)&items, &cap, len, sizeof(*items)));
		cr_assert_gt(cap, len);
		items[len] = (uint32_t)len * 3;
	}
	for (size_t i = 0; i < len; i++)
		cr_assert_eq(items[i], i * 3);
	free(items);
}

Test(grow, refuses_what_does_not_fit)
{
	char dummy, *items = &dummy;
	size_t cap = SIZE_MAX / 4;

	cr_assert_not(mdt_grow((void **)&items, &cap, cap, 8));
	cr_assert_eq(items, &dummy);
	cr_assert_eq(cap, SIZE_MAX / 4);
}

Test(buf, number)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	mdt_buf_dec(&buf, 0);
	mdt_buf_addc(&buf, ' ');
	mdt_buf_dec(&buf, 1048576);
	mdt_buf_addc(&buf, ' ');
	mdt_buf_dec(&buf, UINT64_MAX);
	cr_assert(mdt_slice_eq(mdt_buf_slice(&buf),
			       SLICE("0 1048576 18446744073709551615")));
}

// What mdt_buf_printf() does without the C library is what that does.
#define cr_same_as_printf(...)                                                           \
	do {                                                                             \
		struct mdt_buf buf = { 0 };                                              \
		char expected[256];                                                      \
                                                                                         \
		snprintf(expected, sizeof(expected), __VA_ARGS__);                       \
		mdt_buf_printf(&buf, __VA_ARGS__);                                       \
		cr_assert(mdt_slice_eq_cstr(mdt_buf_slice(&buf), expected),              \
			  "%.*s, not %s", SLICE_FMT(mdt_buf_slice(&buf)), expected);     \
		mdt_buf_deinit(&buf);                                                    \
	} while (0)

Test(buf, printf_numbers)
{
	static const int64_t values[] = {
		0,  1,	 9,	 10,	 99,	    100,       101,	  12345,
		-1, -10, -12345, 0xcafe, INT64_MAX, INT64_MIN, UINT32_MAX
	};

	array_for_each (it, values) {
		cr_same_as_printf("%d|%5d|%-5d|%05d", (int)*it, (int)*it, (int)*it,
				  (int)*it);
		cr_same_as_printf("%" PRId64 "|%24" PRId64 "|%-24ld|%024ld", *it, *it,
				  (long)*it, (long)*it);
		cr_same_as_printf("%u|%x|%X|%02x|%8x", (unsigned int)*it,
				  (unsigned int)*it, (unsigned int)*it, (unsigned int)*it,
				  (unsigned int)*it);
		cr_same_as_printf("%#x|%#10x|%#010x|%-#10llx|%#X", (unsigned int)*it,
				  (unsigned int)*it, (unsigned int)*it,
				  (unsigned long long)*it, (unsigned int)*it);
		cr_same_as_printf("%zu|%" PRIx64 "|%llu", (size_t)*it, (uint64_t)*it,
				  (unsigned long long)*it);
	}
}

Test(buf, printf_slice_without_text)
{
	struct mdt_buf buf = { 0 };
	struct mdt_slice none = { 0 };

	mdt_buf_printf(&buf, "[%.*s]", SLICE_FMT(none));
	cr_assert(mdt_slice_eq(mdt_buf_slice(&buf), SLICE("[]")));
	mdt_buf_deinit(&buf);
}

Test(buf, printf_text)
{
	cr_same_as_printf("100%% of %s", "it");
	cr_same_as_printf("[%8s][%-8s][%*s][%-*s]", "ab", "ab", 5, "ab", 5, "ab");
	cr_same_as_printf("[%.3s][%.*s][%8.2s]", "abcdef", 2, "abcdef", "abcdef");
	cr_same_as_printf("%c%c", 'a', 'b');
	cr_same_as_printf("%s", "");
}

// The rest it has the library do, after what it did itself.
Test(buf, printf_others)
{
	cr_same_as_printf("%d %.2f %s", 7, 1.5, "x");
	cr_same_as_printf("%d %#o %+d", 7, 255U, 3);
	cr_same_as_printf("%s %.3d", "a", 7);
	cr_same_as_printf("%s %*d", "a", -5, 7);
	cr_same_as_printf("%s %hhx", "a", (unsigned char)200);
}
