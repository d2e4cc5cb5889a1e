// SPDX-License-Identifier: MIT
// What collecting and judging put down.
#include "why/parts.h"

struct mdt_slice mdt_why_keep(struct mdt_why *why, struct mdt_slice text)
{
	struct mdt_slice ret = { 0 };

	if (text.len && !mdt_arena_copy(&why->arena, text, &ret))
		why->failed_memory = true;
	return ret;
}

struct mdt_why_item *mdt_why_add(struct mdt_why *why, enum mdt_why_part part,
				 const char *file, unsigned long line,
				 struct mdt_slice text)
{
	static struct mdt_why_item none;
	struct mdt_why_item *item;

	if (!mdt_grow((void **)&why->items, &why->cap, why->count, sizeof(*why->items))) {
		why->failed_memory = true;
		return &none;
	}
	item = &why->items[why->count++];
	*item = (struct mdt_why_item){
		.part = part,
		.file = file ? mdt_slice_cstr(file) : (struct mdt_slice){ 0 },
		.line = line,
		.times = 1,
		.text = mdt_why_keep(why, text),
	};
	return item;
}

struct mdt_why_array *mdt_why_array(struct mdt_why *why, struct mdt_slice name)
{
	struct mdt_why_array *array = mdt_map_find_text(&why->arrays, name);

	if (array)
		return array;
	array = mdt_arena_new(&why->arena, struct mdt_why_array);
	if (!array || !mdt_arena_copy(&why->arena, name, &array->name) ||
	    !mdt_map_set_text(&why->arrays, array->name, array) ||
	    !mdt_grow((void **)&why->array_list, &why->array_cap, why->array_count,
		      sizeof(struct mdt_why_array *))) {
		why->failed_memory = true;
		return NULL;
	}
	why->array_list[why->array_count++] = array;
	return array;
}

void mdt_why_add_disk(struct mdt_why *why, struct mdt_buf *text)
{
	// Its number may have become known since.
	const struct mdt_device *device =
		why->disk ? mdt_trace_node(&why->life.annotator.trace, why->disk->path)
			  : NULL;

	if (!device)
		return;
	mdt_buf_add(text, device->path);
	if (device->source != MDT_DEV_UNKNOWN)
		mdt_buf_printf(text, " (%u:%u)", device->major, device->minor);
}

bool mdt_why_kernel_known(const struct mdt_why *why)
{
	return why->life.kernel.witness != MDT_KERNEL_ASSUMED;
}
