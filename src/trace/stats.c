// SPDX-License-Identifier: MIT
#include "trace/stats.h"

#include <stdlib.h>

#include "ioctl/number.h"
#include "trace/about.h"
#include "trace/stats_time.h"

void mdt_stats_begin(struct mdt_stats *stats, const char *file)
{
	mdt_trace_deinit(&stats->trace);
	memset(stats->recent_ioctls, 0, sizeof(stats->recent_ioctls));
	mdt_log_clock_reset(&stats->clock);
	stats->file = file;
	stats->last_pid = UINT32_MAX;
}

void mdt_stats_deinit(struct mdt_stats *stats)
{
	mdt_stats_deinit_times(stats);
	mdt_trace_deinit(&stats->trace);
	mdt_map_deinit(&stats->names);
	mdt_map_deinit(&stats->ioctls);
	mdt_arena_deinit(&stats->arena);
	mdt_buf_deinit(&stats->key);
	*stats = (struct mdt_stats){ 0 };
}

// A cheap hash: names of system calls differ in length and at either end.
static size_t cheap_hash(struct mdt_slice name)
{
	if (!name.len)
		return 0;
	return name.len + (unsigned char)name.str[0] * 5u +
	       (unsigned char)name.str[name.len - 1] * 3u +
	       (unsigned char)name.str[name.len / 2];
}

static struct mdt_call_stats **recent_slot(struct mdt_stats *stats, struct mdt_slice name)
{
	return &stats->recent[cheap_hash(name) % array_size(stats->recent)];
}

static struct mdt_call_stats *find_call(struct mdt_stats *stats, struct mdt_slice name)
{
	struct mdt_call_stats **slot = recent_slot(stats, name), *call = *slot;

	if (call && mdt_slice_eq(call->name, name))
		return call;
	call = mdt_map_find_text(&stats->names, name);
	if (!call) {
		call = mdt_arena_new(&stats->arena, struct mdt_call_stats);
		if (!call || !mdt_arena_copy(&stats->arena, name, &call->name) ||
		    !mdt_map_set_text(&stats->names, call->name, call))
			return NULL;
	}
	*slot = call;
	return call;
}

/* ---- ioctls ---- */

// As the table has it, or the number; several, when nothing tells which it is.
static void ioctl_name(const struct mdt_about *about, const struct mdt_event *event,
		       struct mdt_buf *ret)
{
	if (!about->ioctl && !about->has_request) {
		mdt_buf_add(ret, mdt_ref_text(mdt_event_arg(event, 1)));
	} else if (!about->ioctl) {
		mdt_ioctl_number_text(about->request, ret);
	} else {
		for (size_t i = 0; i < about->ioctl_tied || i == 0; i++) {
			if (i)
				mdt_buf_adds(ret, " or ");
			mdt_ioctl_name_text(about->ioctl + i, about->request, ret);
		}
	}
}

// What the descriptor is: a block device, or another node.
static void ioctl_device(const struct mdt_about *about, struct mdt_buf *ret)
{
	if (about->device)
		mdt_device_name(ret, about->device);
	else if (mdt_slice_starts(about->path, SLICE("/dev/")))
		mdt_buf_add(ret, about->path);
}

static struct mdt_call_stats *make_ioctl(struct mdt_stats *stats, size_t name_len)
{
	struct mdt_call_stats *ioctl =
		mdt_arena_new(&stats->arena, struct mdt_call_stats);
	struct mdt_slice key;

	if (!ioctl || !mdt_arena_copy(&stats->arena, mdt_buf_slice(&stats->key), &key) ||
	    !mdt_map_set_text(&stats->ioctls, key, ioctl))
		return NULL;
	ioctl->name = mdt_slice_head(key, name_len);
	ioctl->device = mdt_slice_skip(key, name_len + 1);
	return ioctl;
}

static struct mdt_call_stats *find_key(struct mdt_stats *stats,
				       const struct mdt_about *about,
				       const struct mdt_event *event)
{
	struct mdt_call_stats *ret;
	size_t name_len;

	mdt_buf_clear(&stats->key);
	ioctl_name(about, event, &stats->key);
	name_len = stats->key.len;
	mdt_buf_addc(&stats->key, 0);
	ioctl_device(about, &stats->key);
	if (stats->key.failed)
		return NULL;
	ret = mdt_map_find_text(&stats->ioctls, mdt_buf_slice(&stats->key));
	return ret ? ret : make_ioctl(stats, name_len);
}

// Where an ioctl of this device is remembered; NULL: it is not.
static struct mdt_recent_ioctl *recent_ioctl(struct mdt_stats *stats,
					     const struct mdt_file *file,
					     struct mdt_slice request)
{
	if (!file || !file->device || !request.len ||
	    request.len > sizeof(stats->recent_ioctls->request))
		return NULL;
	return &stats->recent_ioctls[(cheap_hash(request) +
				      (uintptr_t)file->device / 64) %
				     array_size(stats->recent_ioctls)];
}

static bool is_recent(const struct mdt_recent_ioctl *recent,
		      const struct mdt_device *device, struct mdt_slice request)
{
	return recent->ioctl && recent->device == device &&
	       recent->path == device->path.str && recent->source == device->source &&
	       mdt_slice_eq(mdt_slice_from(recent->request, recent->len), request);
}

static void remember(struct mdt_recent_ioctl *recent, const struct mdt_device *device,
		     struct mdt_slice request, const char *header,
		     struct mdt_call_stats *ioctl)
{
	*recent = (struct mdt_recent_ioctl){ .ioctl = ioctl,
					     .device = device,
					     .path = device->path.str,
					     .source = device->source,
					     .header = header,
					     .len = request.len };
	memcpy(recent->request, request.str, request.len);
}

// Which of several names it is may depend on the file: that is not remembered.
static struct mdt_call_stats *find_anew(struct mdt_stats *stats,
					const struct mdt_event *event,
					struct mdt_slice request)
{
	struct mdt_recent_ioctl *recent;
	struct mdt_call_stats *ret;
	const char *header = NULL;
	struct mdt_about about;

	mdt_about_find(&stats->trace, mdt_ioctl_builtin(), event, &about);
	if (about.ioctl_count == 1 && about.ioctl && *about.ioctl->header)
		header = about.ioctl->header;
	ret = find_key(stats, &about, event);
	recent = recent_ioctl(stats, about.file, request);
	if (ret && recent && about.ioctl_count <= 1)
		remember(recent, about.device, request, header, ret);
	if (header)
		mdt_trace_note_header(&stats->trace, about.file, header);
	return ret;
}

// @return false when out of memory; *ret is NULL when the event is no ioctl.
static bool find_ioctl(struct mdt_stats *stats, const struct mdt_event *event,
		       struct mdt_call_stats **ret)
{
	struct mdt_ref fd = mdt_event_arg(event, 0);
	struct mdt_recent_ioctl *recent;
	const struct mdt_file *file;
	struct mdt_slice request;

	*ret = NULL;
	if (!mdt_slice_eq_short(event->name, SLICE("ioctl")) ||
	    !mdt_ref_ok(mdt_event_arg(event, 1)))
		return true;
	request = mdt_ref_text(mdt_event_arg(event, 1));
	file = mdt_trace_file(&stats->trace, event, fd);
	recent = recent_ioctl(stats, file, request);
	if (!recent || !is_recent(recent, file->device, request)) {
		*ret = find_anew(stats, event, request);
		return *ret != NULL;
	}
	if (recent->header)
		mdt_trace_note_header(&stats->trace, file, recent->header);
	*ret = recent->ioctl;
	stats->is_followed = stats->last_pid == event->prefix.pid;
	return true;
}

/* ---- events ---- */

static void count_call(struct mdt_call_stats *call, const struct mdt_event *event)
{
	if (event->kind == MDT_EVENT_UNFINISHED) {
		call->unfinished++;
	} else {
		call->calls++;
		call->errors += mdt_event_failed(event);
	}
}

static struct mdt_error *add_call(struct mdt_stats *stats, const struct mdt_event *event)
{
	struct mdt_call_stats *call = find_call(stats, event->name), *ioctl;

	if (!call || !find_ioctl(stats, event, &ioctl))
		return &mdt_enomem;
	if (mdt_ref_ok(event->call))
		stats->values += mdt_ref_node(event->call)->size - 1;
	count_call(call, event);
	if (ioctl)
		count_call(ioctl, event);
	if (!event->prefix.time.len && !event->prefix.since.len &&
	    !event->result.duration.len)
		return NULL;
	return mdt_stats_add_times(stats, event, call, ioctl) ? NULL : &mdt_enomem;
}

struct mdt_error *mdt_stats_add(struct mdt_stats *stats, const struct mdt_event *event)
{
	struct mdt_error *err = NULL;

	stats->lines++;
	stats->bytes += event->raw.len + event->eol.len;
	stats->kinds[event->kind]++;
	stats->notes += event->note.len != 0;
	stats->is_followed = false;
	if (event->kind <= MDT_EVENT_RESUMED)
		err = add_call(stats, event);
	else if (!mdt_stats_add_times(stats, event, NULL, NULL))
		err = &mdt_enomem;
	if (err || stats->is_followed)
		return err;
	stats->last_pid = event->prefix.pid;
	return mdt_trace_follow(&stats->trace, event);
}

/* ---- the order ---- */

typedef int compare_fn(const struct mdt_call_stats *x, const struct mdt_call_stats *y);

static int descending(uint64_t x, uint64_t y)
{
	return (x < y) - (x > y);
}

static int by_name(const struct mdt_call_stats *x, const struct mdt_call_stats *y)
{
	int order = mdt_slice_cmp(x->name, y->name);

	return order ? order : mdt_slice_cmp(x->device, y->device);
}

static int by_calls(const struct mdt_call_stats *x, const struct mdt_call_stats *y)
{
	int order = descending(x->calls, y->calls);

	return order ? order : by_name(x, y);
}

static int by_errors(const struct mdt_call_stats *x, const struct mdt_call_stats *y)
{
	int order = descending(x->errors, y->errors);

	return order ? order : by_calls(x, y);
}

static int by_time(const struct mdt_call_stats *x, const struct mdt_call_stats *y)
{
	int order = descending(x->times.total, y->times.total);

	return order ? order : by_calls(x, y);
}

// What qsort() sorts: the order goes with each.
struct sorted {
	const struct mdt_call_stats *call;
	compare_fn *compare;
};

static int compare_sorted(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;

	return x->compare(x->call, y->call);
}

struct mdt_error *mdt_stats_sorted(const struct mdt_map *calls,
				   enum mdt_stats_order order,
				   const struct mdt_call_stats ***ret)
{
	static compare_fn *const orders[] = {
		[MDT_STATS_BY_TIME] = by_time,
		[MDT_STATS_BY_CALLS] = by_calls,
		[MDT_STATS_BY_ERRORS] = by_errors,
		[MDT_STATS_BY_NAME] = by_name,
	};
	const struct mdt_call_stats **sorted = NULL;
	struct sorted *rows = NULL;
	size_t n = 0;

	*ret = NULL;
	if (!calls->live)
		return NULL;
	sorted = calloc(calls->live, sizeof(const struct mdt_call_stats *));
	rows = calloc(calls->live, sizeof(struct sorted));
	if (!sorted || !rows) {
		free(sorted);
		free(rows);
		return &mdt_enomem;
	}
	mdt_map_for_each(it, calls) rows[n++] =
		(struct sorted){ .call = it->value, .compare = orders[order] };
	qsort(rows, n, sizeof(struct sorted), compare_sorted);
	for (size_t i = 0; i < n; i++)
		sorted[i] = rows[i].call;
	free(rows);
	*ret = sorted;
	return NULL;
}
