// SPDX-License-Identifier: MIT
// ioctl(): the number, the argument, and what the call may have done.
#include <errno.h>
#include <linux/major.h>
#include <linux/raid/md_u.h>
#include <sys/ioctl.h>

#include "guest/arg.h"
#include "guest/call.h"
#include "guest/payload.h"
#include "ioctl/value.h"
#include "trace/request.h"

// What each of md's ioctls may do; those that are not here change nothing that is seen.
static const struct {
	uint32_t number;
	enum guest_touch touch;
} touches[] = {
	{ GET_ARRAY_INFO, GUEST_TOUCH_READ },  { GET_DISK_INFO, GUEST_TOUCH_READ },
	{ RAID_VERSION, GUEST_TOUCH_READ },    { GET_BITMAP_FILE, GUEST_TOUCH_READ },
	{ RUN_ARRAY, GUEST_TOUCH_START },      { RESTART_ARRAY_RW, GUEST_TOUCH_START },
	{ ADD_NEW_DISK, GUEST_TOUCH_START },   { SET_ARRAY_INFO, GUEST_TOUCH_START },
	{ HOT_ADD_DISK, GUEST_TOUCH_START },   { HOT_REMOVE_DISK, GUEST_TOUCH_START },
	{ SET_DISK_FAULTY, GUEST_TOUCH_FAIL }, { STOP_ARRAY, GUEST_TOUCH_STOP },
	{ STOP_ARRAY_RO, GUEST_TOUCH_OTHER },  { SET_BITMAP_FILE, GUEST_TOUCH_OTHER },
};

static enum guest_touch touch_of(uint32_t number)
{
	array_for_each (it, touches)
		if (it->number == number)
			return it->touch;
	return mdt_ioctl_type_byte(number) == MD_MAJOR ? GUEST_TOUCH_OTHER
						       : GUEST_TOUCH_NONE;
}

// The members that ADD_NEW_DISK names have the log's numbers.
static void map_disk(const struct guest_call *call, uint32_t number,
		     struct guest_payload *payload)
{
	mdu_disk_info_t info;
	uint32_t major, minor;

	if (number != ADD_NEW_DISK || !payload->is_memory ||
	    payload->size < sizeof(info) || !call->map->len)
		return;
	memcpy(&info, payload->bytes, sizeof(info));
	major = (uint32_t)info.major;
	minor = (uint32_t)info.minor;
	guest_map_dev(call->map, GUEST_TO_KERNEL, &major, &minor);
	info.major = (int)major;
	info.minor = (int)minor;
	memcpy(payload->bytes, &info, sizeof(info));
}

// Fields that the plan leaves to the guest: what the array says of itself just now.
static void take_from_array(struct guest_call *call, int fd, const struct mdt_ioctl *row,
			    struct guest_payload *payload)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	const struct mdt_member *member;
	mdu_array_info_t info;
	bool taken = false;
	uint32_t offset;

	for (size_t i = 0; i < call->step->derived_count; i++) {
		if (!call->step->derived[i].from_array)
			continue;
		member = row && row->type
				 ? mdt_type_find_member(row->type,
							call->step->derived[i].field,
							&offset)
				 : NULL;
		if (!member || row->type->size != sizeof(info) || !payload->is_memory ||
		    payload->size < sizeof(info) ||
		    (!taken && ioctl(fd, GET_ARRAY_INFO, &info))) {
			guest_call_refuse(call, "the array does not tell its %.*s",
					  SLICE_FMT(call->step->derived[i].field));
			return;
		}
		taken = true;
		memcpy(payload->bytes + offset, (char *)&info + offset,
		       member->type->size);
	}
	if (!taken)
		return;
	mdt_bytes_text(mdt_slice_from((char *)payload->bytes, payload->size), true,
		       &text);
	guest_call_change(call, mdt_event_arg(call->event, 2), mdt_buf_slice(&text),
			  true);
}

static int make(int fd, uint32_t number, const struct guest_payload *payload)
{
	return payload->is_memory ? ioctl(fd, number, payload->bytes)
				  : ioctl(fd, number, payload->value);
}

void guest_call_ioctl(struct guest_call *call)
{
	_cleanup_(guest_payload_deinit) struct guest_payload payload = { 0 };
	struct mdt_ref request = mdt_event_arg(call->event, 1);
	const struct mdt_ioctl *row;
	uint32_t number;
	int fd;

	if (!guest_call_fd(call, 0, &fd, NULL))
		return;
	if (!mdt_request_number(mdt_ioctl_builtin(), request, &number)) {
		guest_call_refuse(call, "%.*s is not an ioctl that mdtrace knows",
				  SLICE_FMT(mdt_ref_text(request)));
		return;
	}
	row = mdt_ioctl_find(mdt_ioctl_builtin(), number, NULL);
	if (!guest_payload_make(call, number, row, &payload))
		return;
	map_disk(call, number, &payload);
	take_from_array(call, fd, row, &payload);
	if (call->not_run.len)
		return;
	guest_call_result(call, make(fd, number, &payload));
	call->array = guest_call_array(fd);
	if (call->array >= 0)
		call->touch = touch_of(number);
	if (!call->err)
		guest_payload_say(call, number, row, &payload);
}
