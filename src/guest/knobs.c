// SPDX-License-Identifier: MIT
#include "guest/knobs.h"

#include "guest/sysfs.h"

struct folder {
	const char *path;
	struct guest_state *state;
};

static bool save_one(void *data, const char *name)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };
	const struct folder *folder = data;
	char path[GUEST_PATH_MAX];
	struct mdt_slice value;
	int err;

	if (!guest_path(path, "%s/%s", folder->path, name))
		return true;
	value = guest_read_value(path, &text, &err); // new_array can only be written
	if (!err)
		guest_state_add(folder->state, mdt_slice_cstr(path), value);
	return true;
}

void guest_knobs_save(struct guest_state *ret)
{
	static const char *const folders[] = { "/sys/module/md_mod/parameters",
					       "/proc/sys/dev/raid" };

	guest_state_clear(ret);
	array_for_each (it, folders)
		guest_each_entry(*it, save_one, &(struct folder){ *it, ret });
}

void guest_knobs_restore(const struct guest_state *saved)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	for (size_t i = 0; i < saved->len; i++) {
		const struct guest_key *it = &saved->keys[i];

		if (!mdt_slice_eq(guest_read_value(it->key.str, &text, NULL), it->value))
			guest_write_file(it->key.str, it->value);
	}
}
