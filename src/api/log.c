// SPDX-License-Identifier: MIT
#include <stdlib.h>
#include <string.h>

#include "api/parts.h"
#include "report/event_json.h"
#include "strace/reader.h"

struct mdtrace_log {
	struct mdt_reader *reader;
	struct mdt_event event;
};

API_SAME(const struct mdtrace_event, const struct mdt_event, api_event, api_event_of)

/* ---- logs ---- */

static struct mdtrace_error *give(struct mdtrace_log *log, struct mdt_error *err,
				  struct mdtrace_log **ret)
{
	if (err)
		free(log);
	else
		*ret = log;
	return api_error(err);
}

struct mdtrace_error *mdtrace_log_open(const char *path, struct mdtrace_log **ret)
{
	struct mdtrace_log *log = calloc(1, sizeof(*log));

	if (!log)
		return api_error(&mdt_enomem);
	return give(log, mdt_reader_create(path, &log->reader), ret);
}

struct mdtrace_error *mdtrace_log_open_memory(const char *name, const char *text,
					      size_t len, struct mdtrace_log **ret)
{
	struct mdtrace_log *log = calloc(1, sizeof(*log));

	if (!log)
		return api_error(&mdt_enomem);
	return give(log,
		    mdt_reader_create_text(name, mdt_slice_from(text, len), &log->reader),
		    ret);
}

void mdtrace_log_close(struct mdtrace_log *log)
{
	if (!log)
		return;
	mdt_reader_destroy(log->reader);
	free(log);
}

struct mdtrace_error *mdtrace_log_next(struct mdtrace_log *log,
				       const struct mdtrace_event **ret)
{
	bool got = false;
	struct mdt_error *err = mdt_reader_next(log->reader, &log->event, &got);

	*ret = !err && got ? api_event(&log->event) : NULL;
	return api_error(err);
}

/* ---- events ---- */

enum mdtrace_events mdtrace_event_kind(const struct mdtrace_event *event)
{
	switch (api_event_of(event)->kind) {
	case MDT_EVENT_CALL:
		return MDTRACE_EVENT_CALL;
	case MDT_EVENT_UNFINISHED:
		return MDTRACE_EVENT_UNFINISHED;
	case MDT_EVENT_RESUMED:
		return MDTRACE_EVENT_RESUMED;
	case MDT_EVENT_SIGNAL:
		return MDTRACE_EVENT_SIGNAL;
	case MDT_EVENT_EXIT:
		return MDTRACE_EVENT_EXIT;
	default:
		return MDTRACE_EVENT_OTHER;
	}
}

unsigned long mdtrace_event_line(const struct mdtrace_event *event)
{
	return api_event_of(event)->line;
}

uint32_t mdtrace_event_pid(const struct mdtrace_event *event)
{
	return api_event_of(event)->prefix.pid;
}

const char *mdtrace_event_text(const struct mdtrace_event *event, size_t *len)
{
	return api_text(api_event_of(event)->raw, len);
}

const char *mdtrace_event_name(const struct mdtrace_event *event, size_t *len)
{
	return api_text(api_event_of(event)->name, len);
}

bool mdtrace_event_result(const struct mdtrace_event *event, int64_t *ret)
{
	const struct mdt_result *result = &api_event_of(event)->result;

	return result->present && mdt_ref_ok(result->value) &&
	       mdt_ref_i64(result->value, ret);
}

bool mdtrace_event_failed(const struct mdtrace_event *event)
{
	return mdt_event_failed(api_event_of(event));
}

const char *mdtrace_event_errno(const struct mdtrace_event *event, size_t *len)
{
	return api_text(api_event_of(event)->result.error, len);
}

/* ---- arguments ---- */

static bool is_call(const struct mdtrace_event *event)
{
	return mdt_ref_ok(api_event_of(event)->call);
}

static struct mdt_ref arg_of(const struct mdtrace_event *event, size_t index)
{
	return is_call(event) ? mdt_event_arg(api_event_of(event), index)
			      : mdt_ref_none();
}

static const char *text_of(struct mdt_ref ref, size_t *len)
{
	return api_text(mdt_ref_ok(ref) ? mdt_ref_text(ref) : (struct mdt_slice){ 0 },
			len);
}

size_t mdtrace_event_arg_count(const struct mdtrace_event *event)
{
	return is_call(event) ? mdt_ref_count(api_event_of(event)->call) : 0;
}

const char *mdtrace_event_arg(const struct mdtrace_event *event, size_t index,
			      size_t *len)
{
	return text_of(arg_of(event, index), len);
}

bool mdtrace_event_arg_number(const struct mdtrace_event *event, size_t index,
			      uint64_t *ret)
{
	struct mdt_ref arg = arg_of(event, index);

	return mdt_ref_ok(arg) && mdt_ref_u64(arg, ret);
}

struct mdtrace_error *mdtrace_event_arg_bytes(const struct mdtrace_event *event,
					      size_t index, char **ret, size_t *len)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf bytes = { 0 };
	struct mdt_ref arg = arg_of(event, index);

	*ret = NULL;
	*len = 0;
	if (!mdt_ref_ok(arg) || !mdt_ref_bytes(arg, &bytes))
		return bytes.failed ? api_error(&mdt_enomem) : NULL;
	*len = bytes.len;
	return api_take(&bytes, ret);
}

const char *mdtrace_event_arg_member(const struct mdtrace_event *event, size_t index,
				     const char *member, size_t *len)
{
	struct mdt_ref arg = arg_of(event, index);

	return text_of(mdt_ref_ok(arg) ? mdt_ref_member(arg, mdt_slice_cstr(member))
				       : mdt_ref_none(),
		       len);
}

struct mdtrace_error *mdtrace_event_json(const struct mdtrace_event *event, char **ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf json = { 0 };

	mdt_event_json(&json, NULL, api_event_of(event));
	return api_take(&json, ret);
}
