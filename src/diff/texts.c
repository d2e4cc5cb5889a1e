// SPDX-License-Identifier: MIT
#include "diff/texts.h"

#include <stdlib.h>

#include "base/buf.h"

void mdt_diff_texts_deinit(struct mdt_diff_texts *texts)
{
	mdt_arena_deinit(&texts->arena);
	free(texts->items);
	free(texts->slots);
	*texts = (struct mdt_diff_texts){ 0 };
}

// Eight bytes at a time: every call of a log is hashed.
static uint64_t hash_of(struct mdt_slice s)
{
	uint64_t hash = s.len * 0x9e3779b97f4a7c15, word;
	size_t i = 0;

	for (; i + 8 <= s.len; i += 8) {
		memcpy(&word, s.str + i, 8);
		hash = (hash ^ word) * 0xff51afd7ed558ccd;
		hash ^= hash >> 32;
	}
	for (word = 0; i < s.len; i++)
		word = word << 8 | (unsigned char)s.str[i];
	hash = (hash ^ word) * 0xc4ceb9fe1a85ec53;
	return hash ^ hash >> 29;
}

static void place(struct mdt_diff_texts *texts, uint32_t index)
{
	size_t i = texts->items[index].hash & (texts->slot_count - 1);

	while (texts->slots[i])
		i = (i + 1) & (texts->slot_count - 1);
	texts->slots[i] = index + 1;
}

static bool make_room(struct mdt_diff_texts *texts)
{
	size_t count = texts->slot_count ? texts->slot_count * 2 : 1024;
	uint32_t *slots;

	if (!mdt_grow((void **)&texts->items, &texts->cap, texts->len,
		      sizeof(*texts->items)))
		return false;
	if (texts->len + 1 <= texts->slot_count / 2)
		return true;
	slots = calloc(count, sizeof(*slots));
	if (!slots)
		return false;
	free(texts->slots);
	texts->slots = slots;
	texts->slot_count = count;
	for (size_t i = 0; i < texts->len; i++)
		place(texts, (uint32_t)i);
	return true;
}

static bool find(const struct mdt_diff_texts *texts, struct mdt_slice text, uint64_t hash,
		 uint32_t *ret)
{
	if (!texts->slot_count)
		return false;
	for (size_t i = hash & (texts->slot_count - 1); texts->slots[i];
	     i = (i + 1) & (texts->slot_count - 1)) {
		const struct mdt_diff_text *it = &texts->items[texts->slots[i] - 1];

		if (it->hash == hash && mdt_slice_eq(it->text, text)) {
			*ret = texts->slots[i] - 1;
			return true;
		}
	}
	return false;
}

struct mdt_error *mdt_diff_texts_add(struct mdt_diff_texts *texts, struct mdt_slice text,
				     uint32_t *ret)
{
	struct mdt_diff_text it = { .hash = hash_of(text) };

	if (find(texts, text, it.hash, ret))
		return NULL;
	if (texts->len >= UINT32_MAX / 2 || !make_room(texts) ||
	    !mdt_arena_copy(&texts->arena, text, &it.text))
		return &mdt_enomem;
	*ret = it.becomes = (uint32_t)texts->len;
	texts->items[texts->len++] = it;
	place(texts, *ret);
	return NULL;
}
