/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Hash maps: from a number, or from text, to a pointer. Open addressing; iteration is in
 * the order of insertion, so that what is printed from a map is the same in every run.
 */
#ifndef MDT_BASE_MAP_H
#define MDT_BASE_MAP_H

#include "base/slice.h"

struct mdt_map_entry {
	uint64_t key;	       /* the number, or the hash of text */
	struct mdt_slice text; /* borrowed: outlives the map; empty in a map of numbers */
	void *value; /* the map never looks at it; NULL when the entry was removed */
};

struct mdt_map {
	struct mdt_map_entry *entries; /* in order of insertion */
	uint32_t *slots;	       /* index + 1 into entries, 0 free */
	size_t len, cap;   /* entries, removed ones counted; cap is half of slot_count */
	size_t live;	   /* entries that have a value */
	size_t slot_count; /* a power of two, or 0 */
};

/** Frees the map, not what its values point to. */
MDT_API void mdt_map_deinit(struct mdt_map *map);

/** @return The value at @p key, or NULL. */
MDT_API void *mdt_map_find(const struct mdt_map *map, uint64_t key);
MDT_API void *mdt_map_find_text(const struct mdt_map *map, struct mdt_slice key);

/**
 * Set the value at @p key; a value of NULL removes it.
 * @param key Text is borrowed and must outlive the map.
 * @return false when out of memory; the map is then as it was.
 */
MDT_API bool mdt_map_set(struct mdt_map *map, uint64_t key, void *value) MUST_CHECK;
MDT_API bool mdt_map_set_text(struct mdt_map *map, struct mdt_slice key,
			      void *value) MUST_CHECK;

/** Walk the entries that have a value. */
#define mdt_map_for_each(it, map)                                                        \
	for (struct mdt_map_entry *it = (map)->entries;                                  \
	     it && it < (map)->entries + (map)->len; it++)                               \
		if (it->value)

MDT_API uint64_t mdt_hash(struct mdt_slice s);

#endif
