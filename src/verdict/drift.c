// SPDX-License-Identifier: MIT
#include "verdict/drift.h"

/*
 * Seen on the releases that model/kernels.h says are run. `last` and `first` are the
 * releases between which the change is; where it is not known in which one it came, two
 * of those that were run. The sources name functions, which stay where lines move.
 */
static const struct mdt_drift rows[] = {
	/* ---- SET_BITMAP_FILE ---- */
	{ "SET_BITMAP_FILE", "result", "0", "EINVAL", "6.5", "6.6", MDT_WHEN_ALWAYS,
	  "bitmaps in files need CONFIG_MD_BITMAP_FILE",
	  "drivers/md/md.c set_bitmap_file()" },
	{ "SET_BITMAP_FILE", "result", "ENOENT|EBADF|EEXIST|EBUSY|0", "EINVAL", "6.17",
	  "6.18", MDT_WHEN_ALWAYS,
	  "bitmap operations are only there while a bitmap is made, so that files cannot be attached",
	  "drivers/md/md.c set_bitmap_file()" },

	/* ---- after a stop ---- */
	{ "STOP_ARRAY", "result", "0", "EBUSY", "6.8", "6.9", MDT_WHEN_STOPPED,
	  "MD_CLOSING is not cleared when a stop is refused, so no later stop on the descriptor succeeds",
	  "drivers/md/md.c md_ioctl()" },
	{ "STOP_ARRAY_RO", "result", "0", "EBUSY", "6.8", "6.9", MDT_WHEN_STOPPED,
	  "MD_CLOSING is not cleared when a stop is refused",
	  "drivers/md/md.c md_ioctl()" },
	{ "write array_state", "result", "ok", "EBUSY", "6.8", "6.9", MDT_WHEN_STOPPED,
	  "MD_CLOSING is not cleared when a stop is refused",
	  "drivers/md/md.c array_state_store()" },
	{ "BLKRRPART", "result", "0", "ENODEV|ENXIO", "5.9", "5.11", MDT_WHEN_STOPPED,
	  "the rescan opens the device itself, and a stopped array refuses that open",
	  "block/ioctl.c blkdev_reread_part(), drivers/md/md.c md_open()" },
	{ "open", "result", "ENODEV|ok", "ENXIO", "6.16", "6.17", MDT_WHEN_STOPPED,
	  "without legacy_async_del_gendisk the disk is gone before STOP_ARRAY returns",
	  "drivers/md/md.c mddev_unlock()" },
	{ "md ioctl", "result", "ok|EINVAL|ENXIO", "ENODEV", "6.16", "6.17",
	  MDT_WHEN_STOPPED,
	  "without legacy_async_del_gendisk a stopped array is deleted, and its descriptors are dead",
	  "drivers/md/md.h mddev_lock()" },
	{ "open", "result", "EBUSY", "ok|ENODEV", "5.19", "6.0", MDT_WHEN_STOPPED,
	  "opening the node of an array that is being taken down",
	  "drivers/md/md.c md_open()" },
	{ "open attribute", "result", "ENOENT", "ok", "6.18", "6.19", MDT_WHEN_STOPPED,
	  "the attributes of redundancy stay until the disk goes or inactive is written",
	  "drivers/md/md.c do_md_stop()" },

	{ "open attribute dev", "result", "ok", "ENOENT", "6.16", "6.17",
	  MDT_WHEN_STOPPED,
	  "without legacy_async_del_gendisk the disk is gone before STOP_ARRAY returns, its folder in sysfs with it",
	  "drivers/md/md.c mddev_unlock()" },

	/* ---- MD_BROKEN ---- */
	{ "SET_DISK_FAULTY", "result", "0", "EBUSY", "5.17", "5.18", MDT_WHEN_REFUSED,
	  "after failing the last member was refused every SET_DISK_FAULTY gives EBUSY",
	  "drivers/md/md.c set_disk_faulty()" },
	{ "write state", "result", "ok", "EBUSY", "5.17", "5.18", MDT_WHEN_REFUSED,
	  "after failing the last member was refused every `faulty` gives EBUSY",
	  "drivers/md/md.c state_store()" },
	{ "read array_state", "data", "clean", "broken", "5.17", "5.18", MDT_WHEN_REFUSED,
	  "raid1 marks an array broken when its last member was to fail",
	  "drivers/md/raid1.c raid1_error()" },
	{ "read mdstat", "state", "active", "broken", "6.1", "6.12", MDT_WHEN_REFUSED,
	  "mdstat says broken", "drivers/md/md.c md_seq_show()" },
	{ "read sync_action", "data", "idle", "recover", "6.19", "7.0", MDT_WHEN_REFUSED,
	  "a rebuild that was interrupted starts again: recovery_disabled is gone",
	  "drivers/md/raid1.c raid1_error()" },

	/* ---- array_state and sync_action ---- */
	{ "write array_state clear", "result", "EBUSY", "ok", "6.8", "6.9",
	  MDT_WHEN_READ_ONLY, "clear does not look for openers of a read-only array",
	  "drivers/md/md.c array_state_store()" },
	{ "write array_state read-auto", "result", "ok", "EBUSY", "6.8", "6.9",
	  MDT_WHEN_ALWAYS, "read-auto needs an array that nobody has open",
	  "drivers/md/md.c array_state_store()" },
	{ "write array_state", "result", "EBUSY|ENODEV", "EINVAL", "6.8", "6.9",
	  MDT_WHEN_ALWAYS,
	  "words that cannot be set are refused before anything is locked",
	  "drivers/md/md.c array_state_store()" },
	{ "write sync_action", "result", "EBUSY", "EINVAL", "6.10", "6.11",
	  MDT_WHEN_ALWAYS, "unknown words are refused also while a sync runs",
	  "drivers/md/md.c action_store()" },
	{ "read sync_action", "data", "resync|recover|check|repair|reshape", "idle",
	  "6.10", "6.11", MDT_WHEN_READ_ONLY,
	  "a read-only array is idle unless it is frozen",
	  "drivers/md/md.c md_sync_action()" },
	{ "read sync_action", "data", "frozen", "idle|resync|recover", "6.10", "6.11",
	  MDT_WHEN_ALWAYS,
	  "STOP_ARRAY_RO of a read-only array leaves MD_RECOVERY_FROZEN set",
	  "drivers/md/md.c md_set_readonly()" },
	{ "read last_sync_action", "data", "none", "idle", "6.10", "6.11",
	  MDT_WHEN_ALWAYS, "the first value of last_sync_action",
	  "drivers/md/md.c mddev_init()" },
	{ "read last_sync_action", "data", "recovery", "recover", "6.10", "6.11",
	  MDT_WHEN_ALWAYS, "the words of sync_action", "drivers/md/md.c md_do_sync()" },
	{ "read last_sync_action", "data", "data-check", "check", "6.10", "6.11",
	  MDT_WHEN_ALWAYS, "the words of sync_action", "drivers/md/md.c md_do_sync()" },
	{ "read last_sync_action", "data", "requested-resync", "repair", "6.10", "6.11",
	  MDT_WHEN_ALWAYS, "the words of sync_action", "drivers/md/md.c md_do_sync()" },

	/* ---- members ---- */
	{ "ADD_NEW_DISK", "result", "EEXIST", "0", "6.4", "6.5", MDT_WHEN_REMOVED,
	  "a removed member's folder in sysfs is deleted at once, not by a later work",
	  "drivers/md/md.c bind_rdev_to_array()" },
	{ "ADD_NEW_DISK", "result", "EINVAL", "0", "6.18", "6.19", MDT_WHEN_LBS,
	  "superblocks with a logical_block_size (byte 224, where a pad was that must be 0) are accepted",
	  "drivers/md/md.c super_1_load()" },
	{ "RUN_ARRAY", "result", "EINVAL", "0", "6.18", "6.19", MDT_WHEN_LBS,
	  "superblocks with a logical_block_size (byte 224, where a pad was that must be 0) are accepted",
	  "drivers/md/md.c super_1_load()" },
	{ "superblock", "pad3", "\"\"...", "*", "6.18", "6.19", MDT_WHEN_ALWAYS,
	  "the kernel writes the logical_block_size of a new array at byte 224",
	  "drivers/md/md.c super_1_sync()" },
	{ "superblock", "logical_block_size", "0", "*", "6.18", "6.19", MDT_WHEN_ALWAYS,
	  "the kernel writes the logical_block_size of a new array at byte 224",
	  "drivers/md/md.c super_1_sync()" },

	/* ---- complaints of the kernel: "-" is none ---- */
	{ "kernel", "message", "-", "sysfs: cannot create duplicate filename*", "6.18",
	  "6.19", MDT_WHEN_STOPPED,
	  "a stop leaves md/sync_action and its like, and running the array again makes new ones",
	  "drivers/md/md.c do_md_stop()" },
	{ "kernel", "message", "sysfs: cannot create duplicate filename*", "-", "6.4",
	  "6.5", MDT_WHEN_REMOVED,
	  "the folder of a member that was removed is deleted by a later work",
	  "drivers/md/md.c bind_rdev_to_array()" },

	/* ---- what came and went ---- */
	{ "RUN_ARRAY", "result", "0", "EINVAL", "6.7", "6.8", MDT_WHEN_OLD_LEVEL,
	  "the personalities multipath and faulty are gone", "drivers/md/md.c md_run()" },
	{ "RAID_AUTORUN", "result", "0", "ENOTTY", "5.8", "5.9", MDT_WHEN_ALWAYS,
	  "arrays are autodetected only when the kernel boots",
	  "drivers/md/md.c md_ioctl_valid()" },
	{ "PRINT_RAID_DEBUG", "result", "0", "ENOTTY", "", "5.10", MDT_WHEN_ALWAYS,
	  "the command is gone", "drivers/md/md.c md_ioctl_valid()" },
	{ "START_ARRAY", "result", "*", "ENOTTY", "", "5.10", MDT_WHEN_ALWAYS,
	  "the command is gone", "drivers/md/md.c md_ioctl_valid()" },
	{ "open attribute logical_block_size", "result", "ENOENT", "ok", "6.18", "6.19",
	  MDT_WHEN_ALWAYS, "the attribute is new", "drivers/md/md.c md_default_attrs" },
	{ "open attribute legacy_async_del_gendisk", "result", "ENOENT", "ok", "6.16",
	  "6.17", MDT_WHEN_ALWAYS, "the parameter is new",
	  "drivers/md/md.c legacy_async_del_gendisk" },
	{ "open attribute check_new_feature", "result", "ENOENT", "ok", "6.18", "6.19",
	  MDT_WHEN_ALWAYS, "the parameter is new", "drivers/md/md.c check_new_feature" },
	{ "open attribute bitmap_type", "result", "ENOENT", "ok", "6.17", "6.18",
	  MDT_WHEN_ALWAYS, "the attribute is new", "drivers/md/md.c md_bitmap_type" },
};

const struct mdt_drift *mdt_drifts(size_t *len)
{
	*len = array_size(rows);
	return rows;
}

/* ---- versions ---- */

// @return false when there is no number.
static bool take_number(struct mdt_slice *text, unsigned int *ret)
{
	size_t len = 0;

	*ret = 0;
	while (len < text->len && text->str[len] >= '0' && text->str[len] <= '9') {
		if (*ret < 100000)
			*ret = *ret * 10 + (unsigned int)(text->str[len] - '0');
		len++;
	}
	*text = mdt_slice_skip(*text, len);
	return len != 0;
}

static bool take_dot(struct mdt_slice *text)
{
	if (!mdt_slice_starts(*text, SLICE(".")))
		return false;
	*text = mdt_slice_skip(*text, 1);
	return true;
}

struct mdt_uname mdt_uname_read(struct mdt_slice release)
{
	struct mdt_uname ret = { 0 };

	ret.known = take_number(&release, &ret.major) && take_dot(&release) &&
		    take_number(&release, &ret.minor);
	if (ret.known && take_dot(&release))
		take_number(&release, &ret.patch);
	return ret.known ? ret : (struct mdt_uname){ 0 };
}

int mdt_uname_cmp(struct mdt_uname a, struct mdt_uname b)
{
	if (a.major != b.major)
		return a.major < b.major ? -1 : 1;
	return a.minor < b.minor ? -1 : a.minor > b.minor;
}

/* ---- rows ---- */

static bool is_number(struct mdt_slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.str[i] < '0' || text.str[i] > '9')
			return false;
	return text.len != 0;
}

static bool is_word(struct mdt_slice word, struct mdt_slice text)
{
	if (mdt_slice_ends(word, SLICE("*")))
		return mdt_slice_starts(text, mdt_slice_head(word, word.len - 1));
	return mdt_slice_eq(word, text) ||
	       (mdt_slice_eq(word, SLICE("ok")) && is_number(text));
}

// Whether @p words, parted by `|`, hold @p text.
static bool has_word(const char *words, struct mdt_slice text)
{
	while (*words) {
		size_t len = strcspn(words, "|");

		if (is_word(mdt_slice_from(words, len), text))
			return true;
		words += len + (words[len] == '|');
	}
	return false;
}

// A kernel may do it the older way, or the newer one; one that is not known, both.
static bool may_be_older(const struct mdt_drift *row, struct mdt_uname kernel)
{
	struct mdt_uname first = mdt_uname_read(mdt_slice_cstr(row->first));

	return !kernel.known || mdt_uname_cmp(kernel, first) < 0;
}

static bool may_be_newer(const struct mdt_drift *row, struct mdt_uname kernel)
{
	struct mdt_uname last = mdt_uname_read(mdt_slice_cstr(row->last));

	return !kernel.known || !last.known || mdt_uname_cmp(kernel, last) > 0;
}

static bool is_op(const struct mdt_drift *row, const struct mdt_drift_question *question)
{
	struct mdt_slice op = mdt_slice_cstr(row->op);

	if (mdt_slice_eq(op, SLICE("md ioctl")))
		return question->is_md_ioctl;
	if (mdt_slice_eq(op, question->op))
		return true;
	// `open attribute` stands for `open attribute NAME`.
	if (mdt_slice_eq(op, SLICE("open attribute")))
		return mdt_slice_starts(question->op, SLICE("open attribute "));
	// `write array_state clear` is `write array_state` with that word.
	return mdt_slice_starts(op, SLICE("write ")) && question->word.len &&
	       op.len == question->op.len + 1 + question->word.len &&
	       mdt_slice_starts(op, question->op) && mdt_slice_ends(op, question->word);
}

static bool knows(const struct mdt_drift *row, const struct mdt_drift_question *question)
{
	if (!is_op(row, question) ||
	    !mdt_slice_eq(mdt_slice_cstr(row->field), question->field) ||
	    (row->when & question->when) != row->when)
		return false;
	if (has_word(row->older, question->expected) &&
	    has_word(row->newer, question->actual))
		return may_be_older(row, question->recorded) &&
		       may_be_newer(row, question->replaying);
	if (has_word(row->newer, question->expected) &&
	    has_word(row->older, question->actual))
		return may_be_newer(row, question->recorded) &&
		       may_be_older(row, question->replaying);
	return false;
}

const struct mdt_drift *mdt_drift_find(const struct mdt_drift_question *question)
{
	if (!question->replaying.known ||
	    (question->recorded.known &&
	     mdt_uname_cmp(question->recorded, question->replaying) == 0))
		return NULL;
	array_for_each (row, rows)
		if (knows(row, question))
			return row;
	return NULL;
}
