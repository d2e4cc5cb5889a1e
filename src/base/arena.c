// SPDX-License-Identifier: MIT
#include "base/arena.h"

#include "base/error.h"

#include <stdalign.h>
#include <stdlib.h>

enum { BLOCK_SIZE = 16 << 10 };

struct mdt_arena_block {
	struct mdt_arena_block *next;
	size_t used, size;
	alignas(16) char data[];
};

void mdt_arena_deinit(struct mdt_arena *arena)
{
	while (arena->blocks) {
		struct mdt_arena_block *block = arena->blocks;

		arena->blocks = block->next;
		free(block);
	}
}

void mdt_arena_clear(struct mdt_arena *arena)
{
	struct mdt_arena_block *kept = arena->blocks;

	if (!kept)
		return;
	arena->blocks = kept->next;
	mdt_arena_deinit(arena);
	// Memory from an arena is zeroed.
	memset(kept->data, 0, kept->used);
	kept->used = 0;
	kept->next = NULL;
	arena->blocks = kept;
}

void *mdt_arena_alloc(struct mdt_arena *arena, size_t size, size_t align)
{
	struct mdt_arena_block *block = arena->blocks;
	size_t at = block ? (block->used + align - 1) & ~(align - 1) : 0;

	if (!block || at > block->size || size > block->size - at) {
		size_t room = size > BLOCK_SIZE ? size : BLOCK_SIZE;

		if (room > SIZE_MAX - sizeof(*block))
			return NULL;
		block = calloc(1, sizeof(*block) + room);
		if (!block) {
			mdt_nomem_note();
			return NULL;
		}
		block->size = room;
		block->next = arena->blocks;
		arena->blocks = block;
		at = 0;
	}
	block->used = at + size;
	return block->data + at;
}

bool mdt_arena_copy(struct mdt_arena *arena, struct mdt_slice s, struct mdt_slice *ret)
{
	char *copy = mdt_arena_alloc(arena, s.len + 1, 1);

	if (!copy)
		return false;
	if (s.len)
		memcpy(copy, s.str, s.len);
	*ret = mdt_slice_from(copy, s.len);
	return true;
}
