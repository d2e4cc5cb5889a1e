// SPDX-License-Identifier: MIT
#include "base/map.h"

#include "base/error.h"

#include <stdlib.h>

// FNV-1a, then a mix: the table takes the low bits.
uint64_t mdt_hash(struct mdt_slice s)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < s.len; i++)
		hash = (hash ^ (unsigned char)s.str[i]) * 0x100000001b3;
	return hash;
}

static size_t slot_of(const struct mdt_map *map, uint64_t key)
{
	return (size_t)((key ^ (key >> 29)) * 0x9e3779b97f4a7c15 >> 20) &
	       (map->slot_count - 1);
}

void mdt_map_deinit(struct mdt_map *map)
{
	free(map->entries);
	free(map->slots);
	*map = (struct mdt_map){ 0 };
}

static struct mdt_map_entry *find(const struct mdt_map *map, uint64_t key,
				  struct mdt_slice text)
{
	if (!map->slot_count)
		return NULL;
	for (size_t i = slot_of(map, key); map->slots[i];
	     i = (i + 1) & (map->slot_count - 1)) {
		struct mdt_map_entry *entry = &map->entries[map->slots[i] - 1];

		if (entry->key == key && mdt_slice_eq(entry->text, text))
			return entry;
	}
	return NULL;
}

static void place(struct mdt_map *map, size_t index)
{
	size_t i = slot_of(map, map->entries[index].key);

	while (map->slots[i])
		i = (i + 1) & (map->slot_count - 1);
	map->slots[i] = (uint32_t)index + 1;
}

// Room for one more: drop what was removed, and leave room for as many again as are live,
// so that this happens once in that many insertions even when entries come and go.
static bool make_room(struct mdt_map *map)
{
	size_t len = 0, slots = map->slot_count ? map->slot_count : 16;
	struct mdt_map_entry *entries;
	uint32_t *table;

	if (map->len < map->cap)
		return true;
	while (map->live * 4 + 4 > slots)
		slots *= 2;
	if (slots / 2 >= UINT32_MAX)
		return false;
	table = calloc(slots, sizeof(*table));
	entries = table ? realloc(map->entries, slots / 2 * sizeof(*entries)) : NULL;
	if (!entries) {
		free(table);
		mdt_nomem_note();
		return false;
	}
	for (size_t i = 0; i < map->len; i++)
		if (entries[i].value)
			entries[len++] = entries[i];
	free(map->slots);
	*map = (struct mdt_map){ entries, table, len, slots / 2, map->live, slots };
	for (size_t i = 0; i < len; i++)
		place(map, i);
	return true;
}

static bool set(struct mdt_map *map, uint64_t key, struct mdt_slice text, void *value)
{
	struct mdt_map_entry *entry = find(map, key, text);

	if (entry) {
		map->live += (value != NULL) - (size_t)(entry->value != NULL);
		entry->value = value;
		// The text of a removed entry may die: nothing may find it any more.
		entry->text = value ? text : (struct mdt_slice){ 0 };
		return true;
	}
	if (!value)
		return true;
	if (!make_room(map))
		return false;
	map->entries[map->len] = (struct mdt_map_entry){ key, text, value };
	place(map, map->len++);
	map->live++;
	return true;
}

void *mdt_map_find(const struct mdt_map *map, uint64_t key)
{
	struct mdt_map_entry *entry = find(map, key, (struct mdt_slice){ 0 });

	return entry ? entry->value : NULL;
}

void *mdt_map_find_text(const struct mdt_map *map, struct mdt_slice key)
{
	struct mdt_map_entry *entry = find(map, mdt_hash(key), key);

	return entry ? entry->value : NULL;
}

bool mdt_map_set(struct mdt_map *map, uint64_t key, void *value)
{
	return set(map, key, (struct mdt_slice){ 0 }, value);
}

bool mdt_map_set_text(struct mdt_map *map, struct mdt_slice key, void *value)
{
	return set(map, mdt_hash(key), key, value);
}
