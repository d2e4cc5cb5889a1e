// SPDX-License-Identifier: MIT
// Calls of a log with the results that they have there.
#include <errno.h>

#include "life/parts.h"

static bool has_result(const struct mdt_event *event)
{
	return mdt_event_failed(event) || mdt_event_succeeded(event);
}

int mdt_life_result_of(const struct mdt_event *event)
{
	int number;

	if (mdt_event_failed_unsaid(event))
		return MDT_LIFE_SOME_ERRNO;
	if (!event->result.error.len)
		return 0;
	if (mdt_slice_starts(event->result.error, SLICE("ERESTART")))
		return EINTR;
	number = mdt_model_errno_find(event->result.error);
	return number ? number : MDT_RESULT_UNKNOWN;
}

// `0`; `0 (descriptor 4)`; `EBUSY`
static void set_result(struct mdt_life *states, const struct mdt_event *event,
		       const char *unit)
{
	struct mdt_buf *text = &states->result;

	mdt_buf_clear(text);
	if (event->result.error.len) {
		mdt_buf_add(text, event->result.error);
		return;
	}
	if (mdt_event_failed_unsaid(event)) {
		mdt_buf_adds(text, "-1");
		return;
	}
	mdt_buf_adds(text, mdt_event_succeeded(event) ? "0" : "?");
	if (!unit || !mdt_event_succeeded(event))
		return;
	mdt_buf_adds(text, " (");
	mdt_buf_adds(text, unit);
	mdt_buf_add(text, mdt_ref_text(event->result.value));
	mdt_buf_addc(text, ')');
}

void mdt_life_apply_event(struct mdt_life *states, struct mdt_life_array *array,
			  struct mdt_model_call *call,
			  const struct mdt_model_call *derived,
			  const struct mdt_event *event, const char *unit)
{
	int result = mdt_life_result_of(event);

	if (!array)
		return;
	if (result == EINTR)
		call->interrupted = MDT_UNSURE;
	if (result == EFAULT)
		call->bad_pointer = MDT_UNSURE;
	if (result == ENXIO)
		call->no_autoload = MDT_UNSURE;
	if (result == EACCES)
		call->unprivileged = MDT_UNSURE;
	set_result(states, event, unit);
	mdt_life_apply(states, array, call, derived, event->line, has_result(event),
		       result);
}

struct mdt_life_array *mdt_life_array_of(struct mdt_life *states,
					 const struct mdt_device *device)
{
	mdt_buf_clear(&states->other);
	mdt_device_name(&states->other, device);
	return mdt_life_array(states, mdt_buf_slice(&states->other));
}

void mdt_life_learn_size(struct mdt_life *states, uint32_t major, uint32_t minor)
{
	const struct mdt_device *device =
		mdt_trace_device(&states->annotator.trace, major, minor);
	struct mdt_model_disk *disk = mdt_model_disk_get(&states->disks, major, minor),
			      *presumed = mdt_model_disk_get(&states->presumed_disks,
							     major, minor);

	if (device && device->size && disk)
		disk->size = (int64_t)(device->size / 512);
	if (disk && presumed && disk->size != MDT_MODEL_UNKNOWN)
		presumed->size = disk->size;
}
