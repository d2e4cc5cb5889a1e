// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>
#include <ctype.h>
#include <stdio.h>
#include <unistd.h>

#include "ioctl/table.h"
#include "annotate/remark.h"

static const struct mdt_md_remark *find(const char *op, const char *error)
{
	return mdt_md_remark_find(mdt_slice_cstr(op), mdt_slice_cstr(error));
}

// What is said, until the next call.
static const char *says(const char *op, const char *error)
{
	static char text[4096];
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };
	const char *source = NULL;

	if (!mdt_md_failure_text(mdt_slice_cstr(op), mdt_slice_cstr(error), &buf,
				 &source))
		return NULL;
	cr_assert(source);
	snprintf(text, sizeof(text), "%.*s", SLICE_FMT(mdt_buf_slice(&buf)));
	return text;
}

static void check_says(const char *op, const char *error, const char *needle)
{
	const char *text = says(op, error);

	cr_assert(text, "%s = %s is not known", op, error);
	cr_assert(strstr(text, needle), "%s = %s: %s", op, error, text);
}

Test(md_remark, what_the_notes_ask)
{
	check_says("GET_ARRAY_INFO", "ENODEV", "nothing set up on this minor yet");
	check_says("RESTART_ARRAY_RW", "EBUSY", "writable already");
	check_says("RUN_ARRAY", "EBUSY", "runs already");
	check_says("STOP_ARRAY_RO", "ENXIO", "read-only already");
	check_says("HOT_REMOVE_DISK", "ENXIO", "not a member");
	check_says("ADD_NEW_DISK", "EINVAL", "one of: ");
	check_says("BLKPG_DEL_PARTITION", "ENXIO", "no partition of this number");
	check_says("open member O_EXCL", "EBUSY", "claimed");
	check_says("write new_array", "EEXIST", "exists already");
}

Test(md_remark, errnos_that_md_does_not_give)
{
	check_says("RUN_ARRAY", "ENOTSUPP", "raid0.default_layout");
	check_says("RUN_ARRAY", "errno 524", "raid0.default_layout");
	check_says("RUN_ARRAY", "ERRNO_524", "raid0.default_layout");
	check_says("STOP_ARRAY", "ENOTSUPP", "errno 524");
	check_says("TCGETS", "ENOIOCTLCMD", "errno 515");
	check_says("read", "ERESTARTSYS", "signal");
	check_says("LOOP_CLR_FD", "ENXIO", "no file");
	check_says("DM_DEV_REMOVE", "EBUSY", "is open");
	check_says("write layout", "ENOMEM", "memory");
}

Test(md_remark, falls_back_on_wider_operations)
{
	cr_assert_str_eq(find("STOP_ARRAY", "ENOMEM")->op, "md ioctl");
	cr_assert_str_eq(find("open O_EXCL", "ENOENT")->op, "open");
	check_says("STOP_ARRAY", "EACCES", "CAP_SYS_ADMIN");
	check_says("GET_DISK_INFO", "EFAULT", "memory");
	check_says("open O_EXCL", "ENODEV", "being stopped");
	cr_assert_str_eq(find("open member O_EXCL", "ENXIO")->op, "open member");
	cr_assert_str_eq(find("open attribute level", "ENOENT")->op, "open attribute");
	cr_assert_str_eq(find("write layout", "EACCES")->op, "write");
	cr_assert_str_eq(find("read level", "EIO")->op, "read");
	cr_assert_str_eq(find("BLKPG_RESIZE_PARTITION", "EBUSY")->op, "BLKPG");
}

Test(md_remark, not_ours)
{
	cr_assert_eq(find("TCGETS", "ENOTTY"), NULL);
	cr_assert_eq(find("BLKGETSIZE64", "EINTR"), NULL);
	cr_assert_eq(find("openat", "ENOENT"), NULL);
	cr_assert_eq(find("RUN_ARRAY", "EXYZ"), NULL);
	cr_assert_eq(find("", ""), NULL);
	cr_assert_eq(find("md ioctl", "EIO"), NULL);
}

Test(md_remark, kernels_that_differ)
{
	check_says("SET_DISK_FAULTY", "EBUSY", "before 5.18: the last member in sync");
	check_says("SET_DISK_FAULTY", "EBUSY", "on 5.18 and later: ");
	// The same on all kernels by different rules is said once.
	cr_assert_str_eq(says("STOP_ARRAY_RO", "ENXIO"), "it is read-only already");
	cr_assert_str_eq(says("RESTART_ARRAY_RW", "EBUSY"), "it is writable already");
	cr_assert_eq(says("RUN_ARRAY", "EXYZ"), NULL);
	cr_assert_eq(says("TCGETS", "ENOTTY"), NULL);
}

static bool is_sentence(const char *s)
{
	size_t len = strlen(s);

	return len > 3 && (islower(s[0]) || isdigit(s[0]) || !strncmp(s, "O_", 2)) &&
	       s[len - 1] != '.' && !strchr(s, '\n');
}

static bool is_errno(const char *name)
{
	// <linux/errno.h> of the kernel itself
	static const char *const internal[] = { "ENOTSUPP",	  "ENOIOCTLCMD",
						"ERESTARTSYS",	  "ERESTARTNOINTR",
						"ERESTARTNOHAND", "ERESTART_RESTARTBLOCK",
						"EPROBE_DEFER" };

	array_for_each (it, internal)
		if (strcmp(*it, name) == 0)
			return true;
	for (int i = 1; i < 134; i++)
		if (strerrorname_np(i) && strcmp(strerrorname_np(i), name) == 0)
			return true;
	return false;
}

static bool is_op(const char *op)
{
	static const char *const words[] = { "md ioctl",	   "any",   "open",
					     "open member",	   "mknod", "look folder",
					     "BLKPG_DEL_PARTITION" };

	array_for_each (it, words)
		if (strcmp(op, *it) == 0)
			return true;
	return !strncmp(op, "open ", 5) || !strncmp(op, "look ", 5) ||
	       !strncmp(op, "write", 5) || !strncmp(op, "read", 4) ||
	       mdt_ioctl_find_name(mdt_ioctl_builtin(), mdt_slice_cstr(op));
}

Test(md_remark, every_row_is_whole)
{
	size_t len;
	const struct mdt_md_remark *rows = mdt_md_remarks(&len);

	cr_assert_gt(len, 80);
	for (size_t i = 0; i < len; i++) {
		const struct mdt_md_remark *row = &rows[i];

		cr_assert(is_op(row->op), "%s", row->op);
		cr_assert(is_errno(row->error), "%s: %s", row->op, row->error);
		cr_assert(is_sentence(row->says), "%s: %s", row->op, row->says);
		cr_assert(strstr(row->source, ".c ") || strstr(row->source, ".h "),
			  "%s: %s", row->op, row->source);
		cr_assert(!row->kernels.before ||
				  row->kernels.since < row->kernels.before,
			  "%s: %s", row->op, row->error);
	}
}

/* A row that mdt_md_remark_find() and _next() cannot reach would be dead. */
Test(md_remark, every_row_is_reached)
{
	size_t len;
	const struct mdt_md_remark *rows = mdt_md_remarks(&len);

	for (size_t i = 0; i < len; i++) {
		const struct mdt_md_remark *it = find(rows[i].op, rows[i].error);

		while (it && it != &rows[i])
			it = mdt_md_remark_next(it);
		cr_assert(it, "%s = %s", rows[i].op, rows[i].error);
	}
}

/* ---- summaries ---- */

static enum mdt_md_form form_of(const char *op, const void *payload, size_t len,
				const uint64_t *value)
{
	struct mdt_md_call call = { mdt_slice_cstr(op), mdt_slice_from(payload, len),
				    value != NULL, value ? *value : 0 };
	const struct mdt_md_summary *row = mdt_md_summary_find(&call);

	cr_assert(row, "%s", op);
	cr_assert_str_eq(row->op, op);
	return row->form;
}

Test(md_remark, forms)
{
	uint8_t array[72] = { 0 }, disk[20] = { 0 };
	uint64_t null = 0, pointer = 0x7ffc1234, minus_one = UINT64_MAX, fd = 5;

	cr_assert_eq(form_of("SET_ARRAY_INFO", NULL, 0, NULL), MDT_FORM_ANY);
	cr_assert_eq(form_of("SET_ARRAY_INFO", NULL, 0, &pointer), MDT_FORM_ANY);
	cr_assert_eq(form_of("SET_ARRAY_INFO", NULL, 0, &null), MDT_FORM_RAID_DISKS_ZERO);
	cr_assert_eq(form_of("SET_ARRAY_INFO", array, 72, &pointer),
		     MDT_FORM_RAID_DISKS_ZERO);
	cr_assert_eq(form_of("SET_ARRAY_INFO", array, 31, &pointer), MDT_FORM_ANY);
	array[29] = 1;
	cr_assert_eq(form_of("SET_ARRAY_INFO", array, 32, NULL), MDT_FORM_RAID_DISKS_SET);

	cr_assert_eq(form_of("ADD_NEW_DISK", disk, 20, NULL), MDT_FORM_ANY);
	disk[16] = 6;
	cr_assert_eq(form_of("ADD_NEW_DISK", disk, 20, NULL), MDT_FORM_DISK_IN_SYNC);
	cr_assert_eq(form_of("ADD_NEW_DISK", disk, 19, NULL), MDT_FORM_ANY);
	disk[16] = 1;
	cr_assert_eq(form_of("ADD_NEW_DISK", disk, 20, NULL), MDT_FORM_DISK_FAULTY);

	cr_assert_eq(form_of("SET_BITMAP_FILE", NULL, 0, &minus_one), MDT_FORM_NO_FD);
	cr_assert_eq(form_of("SET_BITMAP_FILE", NULL, 0, &fd), MDT_FORM_ANY);
}

Test(md_remark, summary_of_what_is_not_ours)
{
	struct mdt_md_call call = { .op = SLICE("TCGETS") };

	cr_assert_eq(mdt_md_summary_find(&call), NULL);
}

Test(md_remark, every_summary_is_whole)
{
	size_t len;
	const struct mdt_md_summary *rows = mdt_md_summaries(&len);

	for (size_t i = 0; i < len; i++) {
		cr_assert(is_op(rows[i].op), "%s", rows[i].op);
		cr_assert(is_sentence(rows[i].effect), "%s", rows[i].effect);
		cr_assert(is_sentence(rows[i].asks), "%s", rows[i].asks);
		cr_assert(strstr(rows[i].source, ".c "), "%s", rows[i].source);
	}
}
