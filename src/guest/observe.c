// SPDX-License-Identifier: MIT
#include "guest/observe.h"

#include <errno.h>
#include <linux/major.h>
#include <linux/raid/md_u.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "guest/clock.h"
#include "guest/flags.h"
#include "guest/sysfs.h"
#include "guest/uevent.h"
#include "guest/words.h"

enum {
	BEGIN_MS =
		300, /* until a sync has begun, or a failed member is out of its slot */
	GONE_MS = 1000, /* until the node of an array that was stopped is gone */
};

struct mdt_error *guest_observe_open(struct guest_observer *observer)
{
	int err = guest_kmsg_open(&observer->kmsg);

	if (err)
		return mdt_error_os(err, "/dev/kmsg");
	err = guest_uevent_open(&observer->uevents);
	return err ? mdt_error_os(err, "the socket of uevents") : NULL;
}

/* ---- which arrays there are ---- */

static struct guest_array *find_array(struct guest_observer *observer, const char *node)
{
	for (size_t i = 0; i < observer->len; i++)
		if (!strcmp(observer->arrays[i].node, node))
			return &observer->arrays[i];
	return NULL;
}

static bool see_node(void *data, const char *name)
{
	struct guest_observer *observer = data;
	struct guest_array *array;

	if (strncmp(name, "md", 2) || strlen(name) >= GUEST_NODE_MAX)
		return true;
	array = find_array(observer, name);
	if (!array) {
		if (!mdt_grow((void **)&observer->arrays, &observer->cap, observer->len,
			      sizeof(*observer->arrays)))
			return false;
		array = &observer->arrays[observer->len++];
		*array = (struct guest_array){ .minor = guest_array_minor(name) };
		memcpy(array->node, name, strlen(name));
	}
	array->is_there = true;
	return true;
}

static void say_gone(const struct guest_array *array, struct mdt_buf *ret)
{
	guest_words_begin(ret, "state");
	guest_words_bare(ret, mdt_slice_cstr(array->node));
	guest_words_bare(ret, SLICE("gone"));
	guest_words_end(ret);
}

// Bring the list up to date.
static void see_nodes(struct guest_observer *observer, struct mdt_buf *ret)
{
	for (size_t i = 0; i < observer->len; i++)
		observer->arrays[i].is_there = false;
	guest_each_entry("/sys/block", see_node, observer);
	for (size_t i = 0; i < observer->len;) {
		struct guest_array *array = &observer->arrays[i];

		if (array->is_there) {
			i++;
			continue;
		}
		if (observer->mode != GUEST_OBSERVE_NONE)
			say_gone(array, ret);
		guest_state_deinit(&array->state);
		memmove(array, array + 1, (--observer->len - i) * sizeof(*array));
	}
}

/* ---- what they say ---- */

// Only a descriptor that the log has is asked: to open the node would be one more opener,
// and could bring an array to life that has just ended.
static void add_info(const struct guest_observer *observer,
		     const struct guest_array *array, struct guest_state *ret)
{
	const struct guest_key *old = guest_state_find(&array->state, SLICE("info"));
	mdu_array_info_t info;

	guest_files_for_each(file, observer->files)
	{
		if (file->is_text || guest_call_array(file->real) != array->minor)
			continue;
		if (ioctl(file->real, GET_ARRAY_INFO, &info))
			guest_state_add(ret, SLICE("info"),
					mdt_slice_cstr(guest_errno_name(errno)));
		else
			guest_state_add(ret, SLICE("info"),
					mdt_slice_from((char *)&info, sizeof(info)));
		return;
	}
	if (old)
		guest_state_add(ret, old->key, old->value);
}

static void look_closely(struct guest_observer *observer, struct guest_array *array,
			 struct mdt_slice mdstat, struct mdt_buf *ret)
{
	struct guest_state state = { 0 };

	if (observer->mode == GUEST_OBSERVE_FULL) {
		guest_array_keys(array->node, mdstat, observer->map, &state);
		add_info(observer, array, &state);
	} else {
		_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
		struct mdt_slice value =
			guest_array_read(array->node, "md/array_state", &text);

		if (value.len)
			guest_state_add(&state, SLICE("array_state"), value);
	}
	guest_state_diff(mdt_slice_cstr(array->node), &array->state, &state, ret);
	guest_state_deinit(&array->state);
	array->state = state;
}

static void look_at_all(struct guest_observer *observer, struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf mdstat = { 0 };

	see_nodes(observer, ret);
	if (observer->mode == GUEST_OBSERVE_NONE || !observer->len)
		return;
	if (observer->mode == GUEST_OBSERVE_FULL)
		guest_read_file("/proc/mdstat", GUEST_FILE_MAX, &mdstat);
	for (size_t i = 0; i < observer->len; i++)
		look_closely(observer, &observer->arrays[i], mdt_buf_slice(&mdstat), ret);
}

// Whether something changed on its own since the last look.
static bool has_changed(const struct guest_array *array)
{
	static const struct {
		const char *file;
		struct mdt_slice key;
	} rows[] = {
		{ "md/array_state", SLICE_INIT("array_state") },
		{ "md/sync_action", SLICE_INIT("sync_action") },
		{ "md/degraded", SLICE_INIT("degraded") },
	};
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	array_for_each (row, rows) {
		const struct guest_key *old = guest_state_find(&array->state, row->key);
		struct mdt_slice now = guest_array_read(array->node, row->file, &text);

		if (!mdt_slice_eq(now, old ? old->value : (struct mdt_slice){ 0 }))
			return true;
	}
	return false;
}

static void glance(struct guest_observer *observer, struct mdt_buf *ret)
{
	if (observer->mode != GUEST_OBSERVE_FULL)
		return;
	for (size_t i = 0; i < observer->len; i++) {
		if (!has_changed(&observer->arrays[i]))
			continue;
		look_at_all(observer, ret);
		return;
	}
}

// Where what changed is to be told: only whoever observes all is told of threads,
// messages and uevents.
static struct mdt_buf *said(const struct guest_observer *observer, struct mdt_buf *ret)
{
	return observer->mode == GUEST_OBSERVE_FULL ? ret : NULL;
}

static void drain(struct guest_observer *observer, struct mdt_buf *ret)
{
	ret = said(observer, ret);
	guest_kmsg_drain(&observer->kmsg, observer->map, ret);
	guest_uevent_drain(observer->uevents, observer->map, ret);
}

/* ---- waiting ---- */

static bool is_asleep(const struct guest_observer *observer, const char *node)
{
	return guest_threads_sleep(&observer->threads, mdt_slice_cstr(node));
}

// Whether it is done for the array, or for all when the call does not say which, and
// their threads have nothing else to do.
static bool is_done_for(struct guest_observer *observer, int64_t minor,
			bool (*is_done)(const char *node), struct mdt_buf *ret)
{
	guest_threads_look(&observer->threads, said(observer, ret));
	for (size_t i = 0; i < observer->len; i++)
		if ((minor < 0 || observer->arrays[i].minor == minor) &&
		    (!is_asleep(observer, observer->arrays[i].node) ||
		     !is_done(observer->arrays[i].node)))
			return false;
	return true;
}

// Until it is done; or until a message says that a sync has begun, which can be over
// before it is seen.
static void wait_for(struct guest_observer *observer, int64_t minor,
		     bool (*is_done)(const char *node), bool is_sync, struct mdt_buf *ret)
{
	struct guest_wait wait = guest_wait_begin();
	unsigned int syncs = observer->kmsg.syncs;

	while (!is_done_for(observer, minor, is_done, ret) &&
	       guest_wait_on(&wait, BEGIN_MS)) {
		drain(observer, ret);
		if (is_sync && observer->kmsg.syncs != syncs)
			break;
	}
}

static bool has_opener(const struct guest_observer *observer,
		       const struct guest_array *array)
{
	guest_files_for_each(file, observer->files) if (!file->is_text &&
							guest_call_array(file->real) ==
								array->minor) return true;
	return false;
}

// md_release() leaves the removal to a workqueue: mddev_delayed_delete().
static void wait_gone(struct guest_observer *observer)
{
	struct guest_wait wait = guest_wait_begin();

	for (size_t i = 0; i < observer->len; i++) {
		struct guest_array *array = &observer->arrays[i];

		if (!array->is_ending || has_opener(observer, array))
			continue;
		while (guest_array_exists(array->node) && guest_wait_on(&wait, GONE_MS))
			;
		array->is_ending = false;
	}
}

static bool is_clear(const char *node)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	return mdt_slice_eq(guest_array_read(node, "md/array_state", &text),
			    SLICE("clear"));
}

static void mark_ending(struct guest_observer *observer, int64_t minor, bool is_ending)
{
	for (size_t i = 0; i < observer->len; i++)
		if (observer->arrays[i].minor == minor)
			observer->arrays[i].is_ending =
				is_ending && is_clear(observer->arrays[i].node);
}

static void wait_for_call(struct guest_observer *observer, const struct guest_call *call,
			  struct mdt_buf *ret)
{
	switch (call->touch) {
	case GUEST_TOUCH_FAIL:
	case GUEST_TOUCH_START:
		if (call->err)
			return;
		mark_ending(observer, call->array, false);
		// Whoever observes less says with `settle` what is to be waited for.
		if (observer->mode != GUEST_OBSERVE_FULL)
			return;
		if (call->touch == GUEST_TOUCH_FAIL)
			wait_for(observer, call->array, guest_array_has_dropped, false,
				 ret);
		// When one failed a spare takes the slot: as if it had been added.
		wait_for(observer, call->array, guest_array_has_begun, true, ret);
		return;
	case GUEST_TOUCH_STOP:
		if (!call->err)
			mark_ending(observer, call->array, true);
		return;
	case GUEST_TOUCH_CLOSE:
		wait_gone(observer);
		return;
	case GUEST_TOUCH_NONE:
	case GUEST_TOUCH_READ:
	case GUEST_TOUCH_OTHER:
		return;
	}
}

/* ---- the calls ---- */

void guest_observe_begin(struct guest_observer *observer, enum guest_observe mode,
			 const struct guest_map *map, const struct guest_files *files,
			 struct mdt_buf *ret)
{
	observer->mode = mode;
	observer->map = map;
	observer->files = files;
	drain(observer, NULL);
	guest_threads_scan(&observer->threads);
	look_at_all(observer, ret);
}

void guest_observe_end(struct guest_observer *observer)
{
	for (size_t i = 0; i < observer->len; i++)
		guest_state_deinit(&observer->arrays[i].state);
	observer->len = 0;
	observer->map = NULL;
	observer->files = NULL;
}

// Also a call that fails can change an array: RUN_ARRAY on an auto-read one makes it
// writable (md_ioctl()).
static void look(struct guest_observer *observer, struct mdt_buf *ret)
{
	drain(observer, ret);
	if (observer->mode == GUEST_OBSERVE_FULL)
		guest_threads_look(&observer->threads, ret);
	look_at_all(observer, ret);
}

void guest_observe_call(struct guest_observer *observer, const struct guest_call *call,
			struct mdt_buf *ret)
{
	if (call->touch == GUEST_TOUCH_NONE) {
		drain(observer, ret);
		return;
	}
	if (call->touch == GUEST_TOUCH_READ) {
		drain(observer, ret);
		glance(observer, ret);
		return;
	}
	wait_for_call(observer, call, ret);
	look(observer, ret);
}

void guest_observe_close(struct guest_observer *observer, struct mdt_buf *ret)
{
	wait_gone(observer);
	look(observer, ret);
}

void guest_observe_forget(struct guest_observer *observer, struct mdt_buf *ret)
{
	drain(observer, NULL);
	see_nodes(observer, ret);
}

void guest_observe_programs(struct guest_observer *observer, struct mdt_buf *ret)
{
	see_nodes(observer, ret);
	wait_for(observer, -1, guest_array_has_begun, true, ret);
	for (size_t i = 0; i < observer->len; i++)
		observer->arrays[i].is_ending = is_clear(observer->arrays[i].node);
	wait_gone(observer);
	look(observer, ret);
}

static bool all_quiet(struct guest_observer *observer, struct mdt_buf *why,
		      struct mdt_buf *ret)
{
	mdt_buf_clear(why);
	guest_threads_look(&observer->threads, said(observer, ret));
	for (size_t i = 0; i < observer->len; i++) {
		const char *node = observer->arrays[i].node;

		if (!is_asleep(observer, node)) {
			mdt_buf_printf(why, "a thread of %s is at work", node);
			return false;
		}
		if (!guest_array_is_quiet(node, why))
			return false;
	}
	return true;
}

// Twice: a sync that ends between the two looks leaves md's thread work to do.
static bool have_settled(struct guest_observer *observer, struct mdt_buf *why,
			 struct mdt_buf *ret)
{
	return all_quiet(observer, why, ret) && all_quiet(observer, why, ret);
}

void guest_observe_settle(struct guest_observer *observer, unsigned int bound_ms,
			  struct mdt_buf *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf why = { 0 };
	struct guest_wait wait = guest_wait_begin();
	bool quiet;

	see_nodes(observer, ret);
	do
		quiet = have_settled(observer, &why, ret);
	while (!quiet && guest_wait_on(&wait, bound_ms));
	look(observer, ret);
	guest_words_begin(ret, "settled");
	guest_words_number(ret, guest_wait_us(&wait));
	if (!quiet)
		guest_words_quoted(ret, mdt_buf_slice(&why));
	guest_words_end(ret);
}
