// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include <criterion/criterion.h>

#include "base/tree.h"

struct value {
	int refs;
};

static void hold(void *value)
{
	((struct value *)value)->refs++;
}

static void let_go(void *value)
{
	((struct value *)value)->refs--;
}

static const struct mdt_tree_values values = { hold, let_go };

Test(tree, finds_what_was_set)
{
	static const uint64_t keys[] = { 0, 15, 16, 255, 256, 1 << 20, UINT64_MAX };
	struct value all[7] = { 0 };
	struct mdt_tree tree;
	bool flag;

	mdt_tree_init(&tree, &values);
	cr_assert_null(mdt_tree_find(&tree, 0, NULL));
	for (size_t i = 0; i < 7; i++)
		cr_assert(mdt_tree_set(&tree, keys[i], &all[i], i & 1));
	for (size_t i = 0; i < 7; i++) {
		cr_assert_eq(mdt_tree_find(&tree, keys[i], &flag), &all[i]);
		cr_assert_eq(flag, i & 1);
	}
	cr_assert_null(mdt_tree_find(&tree, 14, NULL));
	cr_assert_null(mdt_tree_find(&tree, UINT64_MAX - 1, NULL));
	for (size_t i = 0; i < 7; i++)
		cr_assert(mdt_tree_set(&tree, keys[i], NULL, false));
	cr_assert_not(mdt_tree_any(&tree, false));
	for (size_t i = 0; i < 7; i++)
		cr_assert_eq(all[i].refs, 0);
	mdt_tree_deinit(&tree);
}

enum { KEYS = 600, TREES = 4 };

// Any sequence of changes to trees that share nodes gives what plain arrays give.
Test(tree, copies_are_changed_alone)
{
	static struct value all[KEYS];
	static struct value *expected[TREES][KEYS];
	static bool flags[TREES][KEYS];
	struct mdt_tree trees[TREES];
	unsigned int random = 1;

	for (int t = 0; t < TREES; t++)
		mdt_tree_init(&trees[t], &values);
	for (int n = 0; n < 20000; n++) {
		unsigned int t, key, what, other;

		random = random * 1103515245 + 12345;
		t = random >> 8 & 3;
		key = (random >> 10) % KEYS;
		what = (random >> 20) % 40;
		other = (random >> 4) & 3;
		if (what < 25) {
			expected[t][key] = what < 18 ? &all[key] : NULL;
			flags[t][key] = what & 1;
			cr_assert(
				mdt_tree_set(&trees[t], key, expected[t][key], what & 1));
		} else if (what == 25 && other != t) {
			mdt_tree_deinit(&trees[t]);
			mdt_tree_copy(&trees[other], &trees[t]);
			memcpy(expected[t], expected[other], sizeof(expected[t]));
			memcpy(flags[t], flags[other], sizeof(flags[t]));
		} else if (what == 26) {
			cr_assert(mdt_tree_remove(&trees[t], key, key + 40, n & 1));
			for (unsigned int i = key; i <= key + 40 && i < KEYS; i++)
				if (!(n & 1) || flags[t][i])
					expected[t][i] = NULL;
		} else if (what == 27) {
			cr_assert(mdt_tree_flag(&trees[t], key, key + 20));
			for (unsigned int i = key; i <= key + 20 && i < KEYS; i++)
				flags[t][i] = true;
		}
		if (n % 100)
			continue;
		for (t = 0; t < TREES; t++) {
			bool any = false, any_flagged = false;

			for (unsigned int i = 0; i < KEYS; i++) {
				bool flag = false;

				cr_assert_eq(mdt_tree_find(&trees[t], i, &flag),
					     expected[t][i]);
				if (!expected[t][i])
					continue;
				cr_assert_eq(flag, flags[t][i]);
				any = true;
				any_flagged |= flag;
			}
			cr_assert_eq(mdt_tree_any(&trees[t], false), any);
			cr_assert_eq(mdt_tree_any(&trees[t], true), any_flagged);
		}
	}
	for (int t = 0; t < TREES; t++)
		mdt_tree_deinit(&trees[t]);
	for (int i = 0; i < KEYS; i++)
		cr_assert_eq(all[i].refs, 0);
}
