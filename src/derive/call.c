// SPDX-License-Identifier: MIT
// What a call says by itself.
#include "derive/parts.h"

bool drv_get32(struct mdt_slice payload, size_t offset, uint32_t *ret)
{
	const unsigned char *at;

	if (payload.len < 4 || offset > payload.len - 4)
		return false;
	at = (const unsigned char *)payload.str + offset;
	*ret = (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
	return true;
}

bool drv_is_super(struct mdt_slice data)
{
	return data.len >= 4 && memcmp(data.str, "\xfc\x4e\x2b\xa9", 4) == 0;
}

// array_state_store() in drivers/md/md.c: what it starts, and what it stops.
enum drv_state drv_state_written(const struct drv_call *call)
{
	static const struct mdt_slice starts[] = { SLICE_INIT("readonly"),
						   SLICE_INIT("read-auto"),
						   SLICE_INIT("active"),
						   SLICE_INIT("clean") };
	struct mdt_slice word = mdt_slice_trim(call->data);

	if (call->what != DRV_WRITE || !call->ok || call->on->kind != DRV_ATTR ||
	    call->on->md.kind != MDT_PATH_ARRAY_ATTR ||
	    !mdt_slice_eq(call->on->md.attr, SLICE("array_state")))
		return DRV_UNKNOWN;
	array_for_each (it, starts)
		if (mdt_slice_eq(*it, word))
			return DRV_RUNNING;
	return mdt_slice_eq(word, SLICE("clear"))      ? DRV_CLEAR
	       : mdt_slice_eq(word, SLICE("inactive")) ? DRV_INACTIVE
						       : DRV_UNKNOWN;
}

struct drv_disk *drv_disk_of_call(const struct drv_call *call)
{
	if (!call->on)
		return NULL;
	if (call->on->kind == DRV_ARRAY)
		return call->on->array->disk;
	return call->on->kind == DRV_DISK ? call->on->disk : NULL;
}

const struct mdt_cmdline *drv_command_of(const struct drv_planner *p,
					 const struct drv_call *call)
{
	return call->command ? &p->log->commands[call->command - 1].line : NULL;
}
