// SPDX-License-Identifier: MIT
#include "trace/trace.h"

#include "trace/device.h"
#include "trace/process.h"

void mdt_trace_init(struct mdt_trace *trace)
{
	*trace = (struct mdt_trace){ 0 };
}

void mdt_trace_deinit(struct mdt_trace *trace)
{
	mdt_map_for_each(it, &trace->processes) mdt_process_destroy(it->value);
	mdt_map_deinit(&trace->processes);
	mdt_map_deinit(&trace->nodes);
	mdt_map_deinit(&trace->devices);
	mdt_arena_deinit(&trace->arena);
	mdt_trace_init(trace);
}

/* ---- what -y prints ---- */

// `/dev/md0<block 9:0>` to its path and number; a path alone is fine.
static struct mdt_slice split_shown(struct mdt_slice shown, uint32_t *major,
				    uint32_t *minor, bool *has_number)
{
	static const struct mdt_slice block = SLICE_INIT("<block ");
	const char *open = mdt_slice_find(shown, block), *colon;
	struct mdt_slice numbers;
	uint64_t a, b;

	*has_number = false;
	if (!open || !mdt_slice_ends(shown, SLICE(">")))
		return shown;
	numbers = mdt_slice_skip(shown, (size_t)(open - shown.str) + block.len);
	numbers.len--;
	colon = numbers.len ? memchr(numbers.str, ':', numbers.len) : NULL;
	if (!colon)
		return shown;
	if (mdt_slice_to_dec(mdt_slice_head(numbers, (size_t)(colon - numbers.str)),
			     &a) &&
	    mdt_slice_to_dec(mdt_slice_skip(numbers, (size_t)(colon - numbers.str) + 1),
			     &b) &&
	    a <= UINT32_MAX && b <= UINT32_MAX) {
		*has_number = true;
		*major = (uint32_t)a;
		*minor = (uint32_t)b;
	}
	return mdt_slice_head(shown, (size_t)(open - shown.str));
}

/*
 * What strace -y says of a descriptor goes before what we have worked out; what we know
 * besides, such as the offset, stays.
 */
static const struct mdt_file *shown_file(struct mdt_trace *trace, struct mdt_slice shown,
					 const struct mdt_file *known)
{
	struct mdt_file *file = &trace->shown;
	uint32_t major, minor;
	bool has_number;
	struct mdt_slice path = split_shown(shown, &major, &minor, &has_number);

	*file = known && mdt_slice_eq(known->path, path) ? *known
							 : (struct mdt_file){ 0 };
	file->path = path;
	if (has_number)
		file->device = mdt_device_of_number(trace, major, minor, MDT_DEV_BY_STAT);
	else if (!file->device)
		file->device = mdt_device_of_path(trace, path);
	if (file->device && !file->device->path.len &&
	    !mdt_device_set_path(trace, path, file->device))
		trace->failed_memory = true;
	return file;
}

const struct mdt_file *mdt_trace_file(struct mdt_trace *trace,
				      const struct mdt_event *event, struct mdt_ref fd)
{
	struct mdt_ref shown = mdt_ref_attachment(fd, MDT_NODE_PATH);
	struct mdt_process *process;
	const struct mdt_file *known = NULL;
	uint64_t number;

	if (mdt_ref_u64(fd, &number)) {
		process = mdt_process_get(trace, event->prefix.pid);
		if (process)
			known = mdt_fd_find(process, number);
	}
	if (mdt_ref_ok(shown))
		return shown_file(trace, mdt_ref_text(shown), known);
	return known;
}
