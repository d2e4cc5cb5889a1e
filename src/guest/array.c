// SPDX-License-Identifier: MIT
#include "guest/array.h"

#include <stdio.h>
#include <unistd.h>

#include "guest/sysfs.h"

bool guest_array_exists(const char *node)
{
	// In the order in which del_gendisk() and device_del() take them away. A node
	// that is still there would be opened, and the array be made anew.
	static const char *const folders[] = { "/sys/block", "/dev",
					       "/sys/devices/virtual/block" };
	char path[GUEST_PATH_MAX];

	array_for_each (folder, folders)
		if (guest_path(path, "%s/%s", *folder, node) && !access(path, F_OK))
			return true;
	return false;
}

struct mdt_slice guest_array_read(const char *node, const char *file, struct mdt_buf *ret)
{
	char path[GUEST_PATH_MAX];

	mdt_buf_clear(ret);
	if (!guest_path(path, "/sys/block/%s/%s", node, file))
		return (struct mdt_slice){ 0 };
	return guest_read_value(path, ret, NULL);
}

int64_t guest_array_minor(const char *node)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice dev = guest_array_read(node, "dev", &text);
	const char *colon = dev.len ? memchr(dev.str, ':', dev.len) : NULL;
	uint64_t minor;

	if (!colon ||
	    !mdt_slice_to_dec(mdt_slice_skip(dev, (size_t)(colon - dev.str) + 1), &minor))
		return -1;
	return (int64_t)minor;
}

/* ---- keys ---- */

struct members {
	const char *node;
	const struct guest_map *map;
	struct guest_state *state;
};

static void add_file(const char *node, const char *file, struct mdt_slice key,
		     struct guest_state *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	char path[GUEST_PATH_MAX];
	struct mdt_slice value;
	int err;

	if (!guest_path(path, "/sys/block/%s/%s", node, file))
		return;
	value = guest_read_value(path, &text, &err);
	if (!err)
		guest_state_add(ret, key, value);
}

static bool add_member(void *data, const char *name)
{
	static const char *const files[] = { "slot", "state" };
	_cleanup_(mdt_buf_deinit) struct mdt_buf mapped = { 0 };
	struct members *members = data;
	char file[GUEST_PATH_MAX];
	size_t len;

	if (!mdt_slice_starts(mdt_slice_cstr(name), SLICE("dev-")))
		return true;
	guest_map_text(members->map, GUEST_TO_LOG, mdt_slice_cstr(name), &mapped);
	len = mapped.len;
	array_for_each (it, files) {
		mapped.len = len;
		mdt_buf_addc(&mapped, '.');
		mdt_buf_adds(&mapped, *it);
		if (guest_path(file, "md/%s/%s", name, *it))
			add_file(members->node, file, mdt_buf_slice(&mapped),
				 members->state);
	}
	return true;
}

static void add_mdstat(struct mdt_slice mdstat, const char *node,
		       const struct guest_map *map, struct guest_state *ret)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice lines = guest_mdstat_find(mdstat, mdt_slice_cstr(node));

	if (!lines.len)
		return;
	guest_map_text(map, GUEST_TO_LOG, lines, &text);
	guest_state_add(ret, SLICE("mdstat"), mdt_buf_slice(&text));
}

void guest_array_keys(const char *node, struct mdt_slice mdstat,
		      const struct guest_map *map, struct guest_state *ret)
{
	static const char *const files[] = { "array_state",	 "level",
					     "metadata_version", "raid_disks",
					     "degraded",	 "sync_action",
					     "resync_start",	 "component_size" };
	struct members members = { node, map, ret };
	char path[GUEST_PATH_MAX];

	array_for_each (it, files)
		if (guest_path(path, "md/%s", *it))
			add_file(node, path, mdt_slice_cstr(*it), ret);
	add_file(node, "size", SLICE("size"), ret);
	add_file(node, "ro", SLICE("ro"), ret);
	if (guest_path(path, "/sys/block/%s/md", node))
		guest_each_entry(path, add_member, &members);
	add_mdstat(mdstat, node, map, ret);
}

/* ---- what is under way ---- */

struct count {
	const char *node;
	unsigned int taken;  /* slots */
	unsigned int spares; /* may take a free slot */
	unsigned int faulty; /* failed, and still in a slot */
	bool is_recovering;  /* in a slot, not in sync */
};

// rdN, the link to the member in slot N (sysfs_link_rdev()); a replacement has none.
static bool is_slot(struct mdt_slice name)
{
	uint64_t slot;

	return mdt_slice_starts(name, SLICE("rd")) &&
	       mdt_slice_to_dec(mdt_slice_skip(name, 2), &slot);
}

static bool count_member(void *data, const char *name)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf state_text = { 0 }, slot_text = { 0 };
	struct count *count = data;
	char file[GUEST_PATH_MAX];
	struct mdt_slice state, slot;
	bool is_out;

	count->taken += is_slot(mdt_slice_cstr(name));
	if (!mdt_slice_starts(mdt_slice_cstr(name), SLICE("dev-")))
		return true;
	if (!guest_path(file, "md/%s/state", name))
		return true;
	state = guest_array_read(count->node, file, &state_text);
	if (!guest_path(file, "md/%s/slot", name))
		return true;
	slot = guest_array_read(count->node, file, &slot_text);
	is_out = mdt_slice_eq(slot, SLICE("none"));
	if (mdt_slice_find(state, SLICE("faulty")))
		count->faulty += slot.len && !is_out;
	else if (mdt_slice_find(state, SLICE("spare"))) {
		count->spares += is_out;
		count->is_recovering |= slot.len && !is_out;
	}
	return true;
}

static struct count count_members(const char *node)
{
	struct count count = { .node = node };
	char path[GUEST_PATH_MAX];

	if (guest_path(path, "/sys/block/%s/md", node))
		guest_each_entry(path, count_member, &count);
	return count;
}

static bool file_is(const char *node, const char *file, struct mdt_slice value)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	return mdt_slice_eq(guest_array_read(node, file, &text), value);
}

// What `degraded` does not tell: a spare that was in sync when it took its slot is not
// counted as one more (raid1_spare_active()).
static bool has_free_slot(const struct count *count)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	uint64_t slots;

	return mdt_slice_to_dec(guest_array_read(count->node, "md/raid_disks", &text),
				&slots) &&
	       count->taken < slots;
}

// Whether md_check_recovery() would start something: a resync from where the last one
// stopped, or a recovery onto a spare.
static bool is_due(const char *node)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice start = guest_array_read(node, "md/resync_start", &text);
	struct count count;

	if (start.len && !mdt_slice_eq(start, SLICE("none")))
		return true;
	count = count_members(node);
	return count.is_recovering || (count.spares && has_free_slot(&count));
}

bool guest_array_has_begun(const char *node)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice state;

	if (!file_is(node, "md/sync_action", SLICE("idle")))
		return true; // it runs, is frozen, or there is nothing to run
	state = guest_array_read(node, "md/array_state", &text);
	return mdt_slice_starts(state, SLICE("read")) ||
	       mdt_slice_eq(state, SLICE("broken")) || !is_due(node);
}

bool guest_array_has_dropped(const char *node)
{
	return file_is(node, "md/array_state", SLICE("broken")) ||
	       file_is(node, "md/sync_action", SLICE("frozen")) ||
	       !count_members(node).faulty;
}

static bool is_pending(struct mdt_slice state)
{
	return mdt_slice_eq(state, SLICE("write-pending")) ||
	       mdt_slice_starts(state, SLICE("active")); // active-idle, too
}

bool guest_array_is_quiet(const char *node, struct mdt_buf *why)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	struct mdt_slice action = guest_array_read(node, "md/sync_action", &text);

	if (action.len && !mdt_slice_eq(action, SLICE("idle")) &&
	    !mdt_slice_eq(action, SLICE("frozen"))) {
		mdt_buf_printf(why, "sync_action of %s is %.*s", node, SLICE_FMT(action));
		return false;
	}
	action = guest_array_read(node, "md/array_state", &text);
	if (is_pending(action)) {
		mdt_buf_printf(why, "array_state of %s is %.*s", node, SLICE_FMT(action));
		return false;
	}
	if (!guest_array_has_dropped(node)) {
		mdt_buf_printf(why, "a failed member of %s is in its slot", node);
		return false;
	}
	if (!guest_array_has_begun(node)) {
		mdt_buf_printf(why, "a resync or recovery of %s has not begun", node);
		return false;
	}
	return true;
}
