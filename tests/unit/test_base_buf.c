// SPDX-License-Identifier: MIT
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
