// SPDX-License-Identifier: MIT
#include <stdlib.h>

#include "base/map.h"
#include "ioctl/rows.h"

struct order {
	const struct mdt_row *row;
	uint32_t index;
};

static int by_number(const void *a, const void *b)
{
	const struct order *x = a, *y = b;
	unsigned int rank_x = mdt_ioctl_name_rank(&x->row->ioctl),
		     rank_y = mdt_ioctl_name_rank(&y->row->ioctl);

	if (x->row->ioctl.number != y->row->ioctl.number)
		return x->row->ioctl.number < y->row->ioctl.number ? -1 : 1;
	if (x->row->place != y->row->place)
		return x->row->place < y->row->place ? -1 : 1;
	if (!x->row->is_ordered && rank_x != rank_y)
		return rank_x < rank_y ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static int by_name(const void *a, const void *b)
{
	const struct order *x = a, *y = b;
	int order = strcmp(x->row->ioctl.name, y->row->ioctl.name);

	if (!order)
		order = x->row->place - y->row->place;
	return order ? order : x->index < y->index ? -1 : x->index > y->index;
}

static int by_nr(const void *a, const void *b)
{
	const struct order *x = a, *y = b;
	uint32_t key_x = x->row->ioctl.number & 0xffff,
		 key_y = y->row->ioctl.number & 0xffff;

	if (key_x != key_y)
		return key_x < key_y ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static bool is_same(const struct mdt_row *a, const struct mdt_row *b)
{
	return a->ioctl.number == b->ioctl.number &&
	       strcmp(a->ioctl.name, b->ioctl.name) == 0;
}

// Two packs that include one header have its commands twice.
static void drop_doubles(struct order *orders, size_t count)
{
	size_t kept = 0;

	qsort(orders, count, sizeof(*orders), by_name);
	for (size_t i = 0; i < count; i++) {
		struct mdt_row *row = (struct mdt_row *)orders[i].row;

		for (size_t j = kept; j < i && !row->is_dropped; j++)
			row->is_dropped =
				!orders[j].row->is_dropped && is_same(orders[j].row, row);
		if (i + 1 < count &&
		    strcmp(orders[i + 1].row->ioctl.name, row->ioctl.name))
			kept = i + 1;
	}
}

static struct order *make_orders(const struct mdt_rows *rows)
{
	struct order *orders = calloc(rows->len + 1, sizeof(*orders));

	for (size_t i = 0; orders && i < rows->len; i++)
		orders[i] = (struct order){ &rows->items[i], (uint32_t)i };
	return orders;
}

// Sort the rows and throw out what was dropped.
static struct mdt_error *sort_rows(struct mdt_rows *rows)
{
	struct order *orders = make_orders(rows);
	struct mdt_rows sorted = { 0 };
	struct mdt_error *err = orders ? NULL : &mdt_enomem;

	if (!err)
		drop_doubles(orders, rows->len);
	if (!err)
		qsort(orders, rows->len, sizeof(*orders), by_number);
	for (size_t i = 0; !err && i < rows->len; i++)
		if (!orders[i].row->is_dropped)
			err = mdt_rows_add(&sorted, orders[i].row);
	free(orders);
	if (err) {
		mdt_rows_deinit(&sorted);
		return err;
	}
	mdt_rows_deinit(rows);
	*rows = sorted;
	return NULL;
}

static struct mdt_error *make_index(const struct mdt_rows *rows,
				    int (*compare)(const void *, const void *),
				    struct mdt_arena *arena, const uint32_t **ret)
{
	struct order *orders = make_orders(rows);
	uint32_t *index =
		mdt_arena_alloc(arena, rows->len * sizeof(*index), _Alignof(uint32_t));

	if (!orders || !index) {
		free(orders);
		return &mdt_enomem;
	}
	qsort(orders, rows->len, sizeof(*orders), compare);
	for (size_t i = 0; i < rows->len; i++)
		index[i] = orders[i].index;
	free(orders);
	*ret = index;
	return NULL;
}

static struct mdt_error *list_templates(const struct mdt_rows *rows,
					struct mdt_arena *arena,
					struct mdt_ioctl_table *ret)
{
	uint32_t *templates = mdt_arena_alloc(arena, rows->len * sizeof(*templates),
					      _Alignof(uint32_t));

	if (!templates)
		return &mdt_enomem;
	for (size_t i = 0; i < rows->len; i++)
		if (rows->items[i].ioctl.varies)
			templates[ret->template_count++] = (uint32_t)i;
	ret->templates = templates;
	return NULL;
}

struct type_list {
	struct mdt_map by_name; // the first of a name stays
	struct mdt_map seen;	// by address
};

static struct mdt_error *add_name(struct type_list *list, const struct mdt_type *type)
{
	struct mdt_slice name = mdt_slice_cstr(type->name);

	if (!name.len || mdt_map_find_text(&list->by_name, name))
		return NULL;
	return mdt_map_set_text(&list->by_name, name, (void *)type) ? NULL : &mdt_enomem;
}

// A type, and what it is made of.
static struct mdt_error *add_type(struct type_list *list, const struct mdt_type *type)
{
	struct mdt_error *err;

	if (type->kind == MDT_TYPE_ARRAY)
		return add_type(list, type->item);
	if (type->kind != MDT_TYPE_STRUCT && type->kind != MDT_TYPE_UNION)
		return NULL;
	if (mdt_map_find(&list->seen, (uintptr_t)type))
		return NULL;
	if (!mdt_map_set(&list->seen, (uintptr_t)type, list))
		return &mdt_enomem;
	err = add_name(list, type);
	for (uint32_t i = 0; !err && i < type->count; i++)
		err = add_type(list, type->members[i].type);
	return err;
}

static int by_type_name(const void *a, const void *b)
{
	const struct mdt_type *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static struct mdt_error *list_types(const struct mdt_map *map, struct mdt_arena *arena,
				    struct mdt_ioctl_table *ret)
{
	const struct mdt_type **types = mdt_arena_alloc(arena, map->live * sizeof(*types),
							_Alignof(struct mdt_type *));
	size_t count = 0;

	if (!types)
		return &mdt_enomem;
	mdt_map_for_each(it, map) types[count++] = it->value;
	qsort(types, count, sizeof(*types), by_type_name);
	ret->types = types;
	ret->type_count = count;
	return NULL;
}

static struct mdt_error *index_types(const struct mdt_rows *rows,
				     const struct mdt_type *const *more,
				     size_t more_count, struct mdt_arena *arena,
				     struct mdt_ioctl_table *ret)
{
	struct mdt_error *err = NULL;
	struct type_list list = { 0 };

	for (size_t i = 0; !err && i < more_count; i++)
		err = add_type(&list, more[i]);
	for (size_t i = 0; !err && i < rows->len; i++)
		if (rows->items[i].ioctl.type)
			err = add_type(&list, rows->items[i].ioctl.type);
	if (!err)
		err = list_types(&list.by_name, arena, ret);
	mdt_map_deinit(&list.by_name);
	mdt_map_deinit(&list.seen);
	return err;
}

struct mdt_error *mdt_rows_index(struct mdt_rows *rows,
				 const struct mdt_type *const *more, size_t more_count,
				 struct mdt_arena *arena, struct mdt_ioctl_table *ret)
{
	struct mdt_ioctl_table table = { 0 };
	struct mdt_ioctl *ioctls;
	uint32_t *numbers;
	struct mdt_error *err = sort_rows(rows);

	if (err)
		return err;
	ioctls = mdt_arena_alloc(arena, rows->len * sizeof(*ioctls),
				 _Alignof(struct mdt_ioctl));
	numbers =
		mdt_arena_alloc(arena, rows->len * sizeof(*numbers), _Alignof(uint32_t));
	if (!ioctls || !numbers)
		return &mdt_enomem;
	for (size_t i = 0; i < rows->len; i++) {
		ioctls[i] = rows->items[i].ioctl;
		numbers[i] = ioctls[i].number;
	}
	table.rows = ioctls;
	table.numbers = numbers;
	table.count = rows->len;
	err = make_index(rows, by_name, arena, &table.by_name);
	if (!err)
		err = make_index(rows, by_nr, arena, &table.by_nr);
	if (!err)
		err = list_templates(rows, arena, &table);
	if (!err)
		err = index_types(rows, more, more_count, arena, &table);
	if (!err)
		*ret = table;
	return err;
}
