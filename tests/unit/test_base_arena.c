// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include "base/arena.h"

Test(arena, gives_zeroed_aligned_memory)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };

	for (size_t size = 1; size < 3000; size += 7) {
		size_t align = (size_t)1 << (size % 5);
		unsigned char *p = mdt_arena_alloc(&arena, size, align);

		cr_assert_not_null(p);
		cr_assert_eq((uintptr_t)p % align, 0);
		for (size_t i = 0; i < size; i++)
			cr_assert_eq(p[i], 0);
		memset(p, 0xaa, size);
	}
}

Test(arena, gives_more_than_a_block)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	char *big = mdt_arena_alloc(&arena, 1 << 20, 1);
	uint64_t *small = mdt_arena_new(&arena, uint64_t);

	cr_assert_not_null(big);
	cr_assert_not_null(small);
	memset(big, 1, 1 << 20);
	cr_assert_eq(*small, 0);
	cr_assert_null(mdt_arena_alloc(&arena, SIZE_MAX, 1));
}

Test(arena, copies_text_and_ends_it)
{
	_cleanup_(mdt_arena_deinit) struct mdt_arena arena = { 0 };
	char text[] = "a\0b";
	struct mdt_slice copy;

	cr_assert(mdt_arena_copy(&arena, mdt_slice_from(text, 3), &copy));
	memset(text, 'x', sizeof(text));
	cr_assert(mdt_slice_eq(copy, SLICE("a\0b")));
	cr_assert_eq(copy.str[3], '\0');
	cr_assert(mdt_arena_copy(&arena, (struct mdt_slice){ 0 }, &copy));
	cr_assert_eq(copy.len, 0);
	cr_assert_eq(copy.str[0], '\0');
}

Test(arena, can_be_used_again)
{
	struct mdt_arena arena = { 0 };

	cr_assert_not_null(mdt_arena_alloc(&arena, 10, 1));
	mdt_arena_deinit(&arena);
	cr_assert_null(arena.blocks);
	cr_assert_not_null(mdt_arena_alloc(&arena, 10, 1));
	mdt_arena_deinit(&arena);
}

Test(arena, cleared_memory_is_zeroed_again)
{
	struct mdt_arena arena = { 0 };
	char *first, *again;

	mdt_arena_clear(&arena); // there is nothing to keep
	first = mdt_arena_alloc(&arena, 100, 1);
	memset(first, 'x', 100);
	mdt_arena_clear(&arena);
	again = mdt_arena_alloc(&arena, 100, 1);
	cr_assert_eq(again, first);
	for (size_t i = 0; i < 100; i++)
		cr_assert_eq(again[i], 0);
	mdt_arena_deinit(&arena);
}
