// SPDX-License-Identifier: MIT
#include "base/tree.h"

#include <stdlib.h>

enum { BITS = 4, WIDTH = 1 << BITS };

struct mdt_tree_node {
	uint32_t refs;	    // trees and nodes that have it
	uint16_t used;	    // a bit for each slot that is not NULL
	uint16_t flagged;   // the same: a flagged value, or one somewhere below
	void *slots[WIDTH]; // values at level 0, nodes above
};

/* ---- nodes ---- */

static void hold(const struct mdt_tree_values *values, void *value)
{
	if (values && value)
		values->hold(value);
}

static void let_go(const struct mdt_tree_values *values, void *value)
{
	if (values && value)
		values->let_go(value);
}

static void node_unref(struct mdt_tree_node *node, unsigned int level,
		       const struct mdt_tree_values *values)
{
	if (!node || --node->refs)
		return;
	for (unsigned int i = 0; i < WIDTH; i++) {
		if (level)
			node_unref(node->slots[i], level - 1, values);
		else
			let_go(values, node->slots[i]);
	}
	free(node);
}

static struct mdt_tree_node *node_create(void)
{
	struct mdt_tree_node *node = calloc(1, sizeof(*node));

	if (node)
		node->refs = 1;
	return node;
}

// Let @p slot's node be nobody else's. false: out of memory.
static bool own(struct mdt_tree_node **slot, unsigned int level,
		const struct mdt_tree_values *values)
{
	struct mdt_tree_node *from = *slot, *node;

	if (from && from->refs == 1)
		return true;
	node = node_create();
	if (!node)
		return false;
	*slot = node;
	if (!from)
		return true;
	*node = *from;
	node->refs = 1;
	from->refs--;
	for (unsigned int i = 0; i < WIDTH; i++) {
		struct mdt_tree_node *below = node->slots[i];

		if (!level)
			hold(values, node->slots[i]);
		else if (below)
			below->refs++;
	}
	return true;
}

static void set_bit(uint16_t *bits, unsigned int i, bool on)
{
	*bits = (uint16_t)((*bits & ~(1u << i)) | (unsigned int)on << i);
}

static void put(struct mdt_tree_node *node, unsigned int i, void *value, bool flag)
{
	node->slots[i] = value;
	set_bit(&node->used, i, value != NULL);
	set_bit(&node->flagged, i, value && flag);
}

static void put_below(struct mdt_tree_node *node, unsigned int i,
		      struct mdt_tree_node *below)
{
	put(node, i, below, below && below->flagged);
}

// A node without anything goes.
static void prune(struct mdt_tree_node **slot, unsigned int level,
		  const struct mdt_tree_values *values)
{
	if (*slot && !(*slot)->used) {
		node_unref(*slot, level, values);
		*slot = NULL;
	}
}

/* ---- one value ---- */

void mdt_tree_init(struct mdt_tree *tree, const struct mdt_tree_values *values)
{
	*tree = (struct mdt_tree){ .values = values };
}

void mdt_tree_deinit(struct mdt_tree *tree)
{
	if (tree->height)
		node_unref(tree->root, tree->height - 1, tree->values);
	mdt_tree_init(tree, tree->values);
}

void mdt_tree_copy(const struct mdt_tree *from, struct mdt_tree *to)
{
	*to = *from;
	if (to->root)
		to->root->refs++;
}

static bool reaches(const struct mdt_tree *tree, uint64_t key)
{
	return tree->height * BITS >= 64 || key >> (tree->height * BITS) == 0;
}

void *mdt_tree_find(const struct mdt_tree *tree, uint64_t key, bool *flag)
{
	const struct mdt_tree_node *node = tree->root;
	unsigned int level = tree->height, i = 0;

	if (!node || !reaches(tree, key))
		return NULL;
	while (level--) {
		i = key >> (level * BITS) & (WIDTH - 1);
		if (!node->slots[i])
			return NULL;
		if (level)
			node = node->slots[i];
	}
	if (flag)
		*flag = node->flagged >> i & 1;
	return node->slots[i];
}

// Everything is below a new root's first slot.
static bool grow(struct mdt_tree *tree, uint64_t key)
{
	while (!tree->height || !reaches(tree, key)) {
		if (tree->root) {
			struct mdt_tree_node *root = node_create();

			if (!root)
				return false;
			put_below(root, 0, tree->root);
			tree->root = root;
		}
		tree->height++;
	}
	return true;
}

static bool set_in(struct mdt_tree_node **slot, unsigned int level, uint64_t key,
		   void *value, bool flag, const struct mdt_tree_values *values)
{
	unsigned int i = key >> (level * BITS) & (WIDTH - 1);
	struct mdt_tree_node *below;
	bool ok = true;

	if (!own(slot, level, values))
		return false;
	if (level) {
		below = (*slot)->slots[i];
		ok = set_in(&below, level - 1, key, value, flag, values);
		put_below(*slot, i, below);
	} else {
		void *old = (*slot)->slots[i];

		hold(values, value);
		put(*slot, i, value, flag);
		let_go(values, old);
	}
	prune(slot, level, values);
	return ok;
}

bool mdt_tree_set(struct mdt_tree *tree, uint64_t key, void *value, bool flag)
{
	if (!value && !mdt_tree_find(tree, key, NULL))
		return true;
	return grow(tree, key) &&
	       set_in(&tree->root, tree->height - 1, key, value, flag, tree->values);
}

/* ---- many ---- */

struct change {
	uint64_t first, last;
	bool removes, only_flagged;
	const struct mdt_tree_values *values;
};

static bool change_in(struct mdt_tree_node **slot, unsigned int level, uint64_t base,
		      const struct change *change);

static void change_value(struct mdt_tree_node *node, unsigned int i,
			 const struct change *change)
{
	void *value = node->slots[i];

	if (change->removes && change->only_flagged && !(node->flagged >> i & 1))
		return;
	put(node, i, change->removes ? NULL : value, true);
	if (change->removes)
		let_go(change->values, value);
}

static bool change_slots(struct mdt_tree_node *node, unsigned int level, uint64_t base,
			 const struct change *change)
{
	bool ok = true;

	for (unsigned int i = 0; i < WIDTH; i++) {
		uint64_t key = base | (uint64_t)i << (level * BITS);
		struct mdt_tree_node *below = node->slots[i];

		if (!below)
			continue;
		if (level) {
			ok = change_in(&below, level - 1, key, change) && ok;
			put_below(node, i, below);
		} else if (key >= change->first && key <= change->last) {
			change_value(node, i, change);
		}
	}
	return ok;
}

static bool change_in(struct mdt_tree_node **slot, unsigned int level, uint64_t base,
		      const struct change *change)
{
	unsigned int bits = (level + 1) * BITS;
	uint64_t end = bits >= 64 ? UINT64_MAX : base | ((UINT64_C(1) << bits) - 1);
	bool ok;

	if (end < change->first || base > change->last ||
	    (change->only_flagged && !(*slot)->flagged))
		return true;
	if (!own(slot, level, change->values))
		return false;
	ok = change_slots(*slot, level, base, change);
	prune(slot, level, change->values);
	return ok;
}

bool mdt_tree_remove(struct mdt_tree *tree, uint64_t first, uint64_t last,
		     bool only_flagged)
{
	struct change change = { first, last, true, only_flagged, tree->values };

	return !tree->root || change_in(&tree->root, tree->height - 1, 0, &change);
}

bool mdt_tree_flag(struct mdt_tree *tree, uint64_t first, uint64_t last)
{
	struct change change = { first, last, .values = tree->values };

	return !tree->root || change_in(&tree->root, tree->height - 1, 0, &change);
}

bool mdt_tree_any(const struct mdt_tree *tree, bool only_flagged)
{
	return tree->root && (!only_flagged || tree->root->flagged);
}
