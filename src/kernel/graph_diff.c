// SPDX-License-Identifier: MIT
#include "kernel/graph_diff.h"

#include <stdlib.h>
#include <string.h>

enum { PARENTS_MAX = 32 };

// A function of one side, by its name in the source.
struct function {
	struct mdt_slice name;
	const struct mdt_graph_node *first;
	struct function *other; // of the other side; NULL: there is none
	struct mdt_slice parents[PARENTS_MAX];
	size_t parent_count;
};

struct side {
	const struct mdt_graph_part *part;
	struct mdt_map functions;
};

struct comparing {
	struct side old, new;
	struct mdt_graph_diff *ret;
};

const char *mdt_graph_change_name(enum mdt_graph_change_kind kind)
{
	static const char *const names[] = { [MDT_GRAPH_GONE] = "gone",
					     [MDT_GRAPH_NEW] = "new",
					     [MDT_GRAPH_RENAMED] = "renamed",
					     [MDT_GRAPH_MOVED] = "moved" };

	return names[kind];
}

/* ---- all functions of a part ---- */

// The next node of a tree in the order of the calls.
static const struct mdt_graph_node *next_node(const struct mdt_graph_node *node)
{
	if (node->first)
		return node->first;
	while (node && !node->next)
		node = node->parent;
	return node ? node->next : NULL;
}

typedef struct mdt_error *visit_fn(struct comparing *comparing, struct side *side,
				   const struct mdt_graph_node *node);

static struct mdt_error *visit_all(struct comparing *comparing, struct side *side,
				   visit_fn *visit)
{
	const struct mdt_graph_part *part = side->part;
	struct mdt_error *err = NULL;

	for (size_t i = part->first; i < part->first + part->count; i++) {
		const struct mdt_graph_branch *branch = part->graph->steps[i].first;

		for (; branch; branch = branch->next) {
			const struct mdt_graph_node *it =
				branch->is_caller == part->callers ? branch->first : NULL;

			for (; !err && it; it = next_node(it))
				err = visit(comparing, side, it);
		}
	}
	return err;
}

static struct function *find(const struct side *side, struct mdt_slice name)
{
	return mdt_map_find_text(&side->functions, name);
}

static struct mdt_error *know(struct comparing *comparing, struct side *side,
			      const struct mdt_graph_node *node)
{
	struct mdt_slice name = mdt_graph_source_name(node->name);
	struct function *function;

	if (find(side, name))
		return NULL;
	function = mdt_arena_new(&comparing->ret->arena, struct function);
	if (!function)
		return &mdt_enomem;
	function->name = name;
	function->first = node;
	return mdt_map_set_text(&side->functions, name, function) ? NULL : &mdt_enomem;
}

/* ---- which are the same ---- */

static void match(struct function *a, struct function *b)
{
	a->other = b;
	b->other = a;
}

static void match_names(struct comparing *comparing)
{
	mdt_map_for_each(it, &comparing->old.functions)
	{
		struct function *old = it->value, *new = find(&comparing->new, old->name);

		if (new)
			match(old, new);
	}
}

static bool can_be_seen(const struct side *side, struct mdt_slice name)
{
	const struct mdt_graph *graph = side->part->graph;

	return graph->traced.len && mdt_graph_can_have(graph, name);
}

// Many got a prefix, or lost it. Not those whose old name the other kernel still has.
static void match_prefixed(struct side *longer, struct side *shorter, const char *prefix)
{
	mdt_map_for_each(it, &longer->functions)
	{
		struct function *a = it->value, *b;

		if (a->other || !mdt_slice_starts(a->name, mdt_slice_cstr(prefix)))
			continue;
		b = find(shorter, mdt_slice_skip(a->name, strlen(prefix)));
		if (b && !b->other && !can_be_seen(longer, b->name) &&
		    !can_be_seen(shorter, a->name))
			match(a, b);
	}
}

static void match_renamed(struct comparing *comparing)
{
	static const char *const prefixes[] = { "md_", "__" };

	array_for_each (prefix, prefixes) {
		match_prefixed(&comparing->new, &comparing->old, *prefix);
		match_prefixed(&comparing->old, &comparing->new, *prefix);
	}
}

/* ---- who calls them ---- */

static const struct side *other_side(const struct comparing *comparing,
				     const struct side *side)
{
	return side == &comparing->old ? &comparing->new : &comparing->old;
}

// The nearest caller that the other kernel can show, by its old name.
static struct mdt_slice parent_of(const struct comparing *comparing,
				  const struct side *side,
				  const struct mdt_graph_node *node)
{
	const struct mdt_graph *graph = other_side(comparing, side)->part->graph;

	for (node = node->parent; node; node = node->parent) {
		struct mdt_slice name = mdt_graph_source_name(node->name);
		const struct function *it = find(side, name);

		if (it && it->other)
			return side == &comparing->old ? name : it->other->name;
		if (mdt_graph_can_have(graph, name))
			return name;
	}
	return (struct mdt_slice){ 0 };
}

static bool has_parent(const struct function *function, struct mdt_slice parent)
{
	for (size_t i = 0; i < function->parent_count; i++)
		if (mdt_slice_eq(function->parents[i], parent))
			return true;
	return false;
}

static struct mdt_error *add_parent(struct comparing *comparing, struct side *side,
				    const struct mdt_graph_node *node)
{
	struct function *it = find(side, mdt_graph_source_name(node->name));
	struct mdt_slice parent;

	if (!it || !it->other || it->parent_count == PARENTS_MAX)
		return NULL;
	parent = parent_of(comparing, side, node);
	if (!has_parent(it, parent))
		it->parents[it->parent_count++] = parent;
	return NULL;
}

static bool has_moved(const struct function *old, const struct function *new)
{
	// What so many call is called from anywhere.
	if (old->parent_count == PARENTS_MAX || new->parent_count == PARENTS_MAX)
		return false;
	for (size_t i = 0; i < old->parent_count; i++)
		if (has_parent(new, old->parents[i]))
			return false;
	return true;
}

/* ---- the changes ---- */

static struct mdt_error *add(struct comparing *comparing, enum mdt_graph_change_kind kind,
			     const struct function *old, const struct function *new,
			     bool can_be_seen)
{
	struct mdt_graph_diff *diff = comparing->ret;

	if (diff->count == diff->cap) {
		size_t cap = diff->cap ? 2 * diff->cap : 16;
		struct mdt_graph_change *changes =
			reallocarray(diff->changes, cap, sizeof(*changes));

		if (!changes)
			return &mdt_enomem;
		diff->changes = changes;
		diff->cap = cap;
	}
	diff->changes[diff->count++] =
		(struct mdt_graph_change){ kind, old ? old->first : NULL,
					   new ? new->first : NULL, can_be_seen };
	return NULL;
}

static struct mdt_error *compare(struct comparing *comparing)
{
	struct mdt_error *err = NULL;

	mdt_map_for_each(it, &comparing->old.functions)
	{
		const struct function *old = it->value, *new = old->other;

		if (err)
			break;
		if (!new)
			err = add(comparing, MDT_GRAPH_GONE, old, NULL,
				  can_be_seen(&comparing->new, old->name));
		else if (!mdt_slice_eq(old->name, new->name))
			err = add(comparing, MDT_GRAPH_RENAMED, old, new, false);
		if (!err && new &&has_moved(old, new))
			err = add(comparing, MDT_GRAPH_MOVED, old, new, false);
	}
	mdt_map_for_each(it, &comparing->new.functions)
	{
		const struct function *new = it->value;

		if (err)
			break;
		if (!new->other)
			err = add(comparing, MDT_GRAPH_NEW, NULL, new,
				  can_be_seen(&comparing->old, new->name));
	}
	return err;
}

struct mdt_error *mdt_graph_diff_make(const struct mdt_graph_part *old,
				      const struct mdt_graph_part *new,
				      struct mdt_graph_diff *ret)
{
	struct comparing comparing = { { .part = old }, { .part = new }, ret };
	struct mdt_error *err = visit_all(&comparing, &comparing.old, know);

	if (!err)
		err = visit_all(&comparing, &comparing.new, know);
	if (!err) {
		match_names(&comparing);
		match_renamed(&comparing);
		err = visit_all(&comparing, &comparing.old, add_parent);
	}
	if (!err)
		err = visit_all(&comparing, &comparing.new, add_parent);
	if (!err)
		err = compare(&comparing);
	ret->functions[0] = comparing.old.functions.live;
	ret->functions[1] = comparing.new.functions.live;
	mdt_map_deinit(&comparing.old.functions);
	mdt_map_deinit(&comparing.new.functions);
	return err;
}

void mdt_graph_diff_deinit(struct mdt_graph_diff *diff)
{
	mdt_arena_deinit(&diff->arena);
	free(diff->changes);
	*diff = (struct mdt_graph_diff){ 0 };
}
