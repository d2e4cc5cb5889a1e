/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Memory that dies together. Whatever is made from an arena lives until the arena is
 * cleared or let go; nothing in it is freed singly.
 */
#ifndef MDT_BASE_ARENA_H
#define MDT_BASE_ARENA_H

#include "base/slice.h"

struct mdt_arena_block;

struct mdt_arena {
	struct mdt_arena_block *blocks; /* newest first; NULL is an empty arena */
};

/** Let go of everything; the arena is then empty and can be used again. */
MDT_API void mdt_arena_deinit(struct mdt_arena *arena);

/** Forget what was made, but keep a block of memory for what is made next. */
MDT_API void mdt_arena_clear(struct mdt_arena *arena);

/**
 * @param align A power of two, at most 16.
 * @return Zeroed memory, or NULL when there is none.
 */
MDT_API void *mdt_arena_alloc(struct mdt_arena *arena, size_t size,
			      size_t align) MUST_CHECK;

#define mdt_arena_new(arena, type)                                                       \
	((type *)mdt_arena_alloc((arena), sizeof(type), _Alignof(type)))

/** Copy @p s, with a NUL behind it. @return false when out of memory. */
MDT_API bool mdt_arena_copy(struct mdt_arena *arena, struct mdt_slice s,
			    struct mdt_slice *ret) MUST_CHECK;

#endif
