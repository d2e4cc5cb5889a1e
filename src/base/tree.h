/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Maps from a number to a pointer and a flag that are copied in constant time: a copy
 * shares its nodes with the original, and who changes one copies the few nodes on the way
 * to the change. For what processes inherit. A lookup takes a step for each 4 bits of the
 * largest number.
 */
#ifndef MDT_BASE_TREE_H
#define MDT_BASE_TREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/macro.h"

struct mdt_tree_node;

/** What keeps a value alive: each node that has it holds it once. */
struct mdt_tree_values {
	void (*hold)(void *value);
	void (*let_go)(void *value);
};

struct mdt_tree {
	struct mdt_tree_node *root;
	unsigned int height;		      /* of levels */
	const struct mdt_tree_values *values; /* NULL: values are only borrowed */
};

/** Empty. @param values Must outlive the tree; NULL: values are only borrowed. */
MDT_API void mdt_tree_init(struct mdt_tree *tree, const struct mdt_tree_values *values);
MDT_API void mdt_tree_deinit(struct mdt_tree *tree);

/** @p to, which was not initialised, becomes the same; each is then changed alone. */
MDT_API void mdt_tree_copy(const struct mdt_tree *from, struct mdt_tree *to);

/** @param[out] flag May be NULL. @return The value, or NULL. */
MDT_API void *mdt_tree_find(const struct mdt_tree *tree, uint64_t key, bool *flag);

/**
 * Set a value and its flag; a value of NULL removes.
 * @return false when out of memory; the tree is then as it was.
 */
MDT_API bool mdt_tree_set(struct mdt_tree *tree, uint64_t key, void *value,
			  bool flag) MUST_CHECK;

/**
 * Remove all from @p first to @p last, or of these all that are flagged.
 * @return false when out of memory: some may then be left.
 */
MDT_API bool mdt_tree_remove(struct mdt_tree *tree, uint64_t first, uint64_t last,
			     bool only_flagged) MUST_CHECK;

/** Flag all from @p first to @p last. @return false when out of memory: some may not be.
 */
MDT_API bool mdt_tree_flag(struct mdt_tree *tree, uint64_t first,
			   uint64_t last) MUST_CHECK;

/** Whether there is any value, or any that is flagged. */
MDT_API bool mdt_tree_any(const struct mdt_tree *tree, bool only_flagged);

#endif
