// SPDX-License-Identifier: MIT
#include "plan/plan.h"

#include "plan/parts.h"

void mdt_plan_init(struct mdt_plan *plan)
{
	*plan = (struct mdt_plan){ 0 };
}

void mdt_plan_deinit(struct mdt_plan *plan)
{
	mdt_arena_deinit(&plan->arena);
	mdt_plan_init(plan);
}

// A list has room for the next power of two; so its capacity need not be kept.
void *mdt_plan_push(struct mdt_plan *plan, void *items, size_t *count, size_t item_size)
{
	char *list, *grown;

	memcpy(&list, items, sizeof(list));
	if ((*count & (*count - 1)) == 0) {
		if (*count > SIZE_MAX / 4 / item_size)
			return NULL;
		grown = mdt_arena_alloc(&plan->arena,
					(*count ? *count * 2 : 1) * item_size,
					_Alignof(max_align_t));
		if (!grown)
			return NULL;
		if (*count)
			memcpy(grown, list, *count * item_size);
		list = grown;
		memcpy(items, &list, sizeof(list));
	}
	return list + (*count)++ * item_size;
}

bool mdt_plan_next_line(struct mdt_slice *rest, struct mdt_slice *line)
{
	const char *end;

	if (!rest->len)
		return false;
	end = memchr(rest->str, '\n', rest->len);
	*line = mdt_slice_head(*rest, end ? (size_t)(end - rest->str) : rest->len);
	*rest = mdt_slice_skip(*rest, line->len + 1);
	while (line->len && line->str[line->len - 1] == '\r')
		line->len--;
	return true;
}

bool mdt_plan_directive(struct mdt_slice line, struct mdt_slice *rest)
{
	if (!mdt_slice_starts(line, SLICE(MDT_PLAN_MARK)))
		return false;
	*rest = mdt_slice_skip(line, sizeof(MDT_PLAN_MARK) - 1);
	while (rest->len && memchr(" \t\r", rest->str[rest->len - 1], 3))
		rest->len--;
	return true;
}

bool mdt_plan_is(struct mdt_slice text)
{
	struct mdt_slice line, rest, word;

	do {
		if (!mdt_plan_next_line(&text, &line))
			return false;
	} while (!mdt_slice_trim(line).len);
	return mdt_plan_directive(line, &rest) && mdt_plan_word(&rest, &word) &&
	       (mdt_slice_eq(word, SLICE("plan")) ||
		mdt_slice_eq(word, SLICE("executed")));
}
