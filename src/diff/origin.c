// SPDX-License-Identifier: MIT
#include "diff/origin.h"

#include <stdlib.h>

void mdt_diff_origins_deinit(struct mdt_diff_origins *origins)
{
	free(origins->items);
	mdt_map_deinit(&origins->numbers);
	mdt_arena_deinit(&origins->arena);
	*origins = (struct mdt_diff_origins){ 0 };
}

void mdt_diff_origin_deinit(struct mdt_diff_origin *origin)
{
	mdt_stack_deinit(&origin->stack);
	mdt_buf_deinit(&origin->text);
}

struct mdt_error *mdt_diff_origin_frame(struct mdt_diff_origin *origin,
					const struct mdt_event *event)
{
	const struct mdt_stack_frame *frame;
	struct mdt_error *err;

	if (event->kind != MDT_EVENT_STACK)
		return NULL;
	err = mdt_programs_resolve(origin->programs, event->raw, &frame);
	return err || !frame ? err : mdt_stack_add(&origin->stack, frame);
}

static struct mdt_error *add(struct mdt_diff_origins *origins, struct mdt_slice text,
			     uint32_t *ret)
{
	uintptr_t number = (uintptr_t)mdt_map_find_text(&origins->numbers, text);

	*ret = (uint32_t)number;
	if (number || origins->len >= UINT32_MAX - 1)
		return NULL;
	if (!mdt_grow((void **)&origins->items, &origins->cap, origins->len,
		      sizeof(*origins->items)) ||
	    !mdt_arena_copy(&origins->arena, text, &origins->items[origins->len]))
		return &mdt_enomem;
	number = origins->len + 1;
	if (!mdt_map_set_text(&origins->numbers, origins->items[origins->len],
			      (void *)number))
		return &mdt_enomem;
	origins->len++;
	*ret = (uint32_t)number;
	return NULL;
}

struct mdt_error *mdt_diff_origin_end(struct mdt_diff_origin *origin,
				      struct mdt_diff_origins *origins, uint32_t *ret)
{
	struct mdt_error *err;

	*ret = 0;
	if (!origin->stack.len)
		return NULL;
	mdt_buf_clear(&origin->text);
	mdt_stack_functions(&origin->stack, &origin->text);
	mdt_stack_clear(&origin->stack);
	err = mdt_buf_error(&origin->text);
	return err || !origin->text.len ? err
					: add(origins, mdt_buf_slice(&origin->text), ret);
}
