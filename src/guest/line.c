// SPDX-License-Identifier: MIT
#include "guest/line.h"

#include "guest/flags.h"
#include "strace/write.h"

struct writer {
	const struct guest_call *call;
	uint32_t result_at; /* the result's node, when it is to be replaced */
	struct mdt_slice result;
};

static bool replace(void *data, struct mdt_ref ref, struct mdt_buf *ret)
{
	const struct writer *writer = data;

	if (ref.at == writer->result_at) {
		mdt_buf_add(ret, writer->result);
		return true;
	}
	for (size_t i = 0; i < writer->call->change_count; i++) {
		if (writer->call->changes[i].at != ref.at)
			continue;
		mdt_buf_add(ret, writer->call->changes[i].text);
		return true;
	}
	return false;
}

void guest_line_result(int64_t number, int err, struct mdt_buf *ret)
{
	const char *name = guest_errno_name(err);

	if (!err)
		mdt_buf_printf(ret, "%ld", (long)number);
	else if (name)
		mdt_buf_printf(ret, "-1 %s (%s)", name, strerror(err));
	else
		mdt_buf_printf(ret, "-1 (errno %d)", err);
}

static bool same_result(const struct guest_call *call)
{
	const struct mdt_result *result = &call->event->result;
	int64_t number;

	if (!result->present)
		return false;
	if (!mdt_ref_i64(result->value, &number)) // `= ?`
		return mdt_slice_starts(call->event->name, SLICE("exit"));
	if (result->error.len)
		return call->err && guest_errno_find(result->error) == call->err;
	return !call->err && call->ret == number;
}

void guest_line_write(const struct guest_call *call, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf result = { 0 };
	struct writer writer = { call, UINT32_MAX, { 0 } };
	struct mdt_replace with = { replace, &writer };
	struct mdt_event event = *call->event;

	if (call->not_run.len) {
		mdt_buf_add(ret, event.raw);
		return;
	}
	event.result.duration = (struct mdt_slice){ 0 };
	if (!same_result(call)) {
		guest_line_result(call->ret, call->err, &result);
		writer.result = mdt_buf_slice(&result);
		writer.result_at = event.result.value.at;
		event.result.tail = (struct mdt_slice){ 0 };
	}
	if (event.result.present) {
		mdt_write_event(&event, &with, ret);
		return;
	}
	mdt_buf_add(ret, event.prefix.text);
	mdt_write_value(event.call, &with, ret);
	mdt_buf_adds(ret, " = ");
	mdt_buf_add(ret, writer.result);
}
