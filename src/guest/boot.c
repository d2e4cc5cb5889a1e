// SPDX-License-Identifier: MIT
#include <errno.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "guest/knobs.h"
#include "guest/machine.h"
#include "guest/sysfs.h"

static const struct mount_row {
	const char *type, *path, *options;
} mounts[] = {
	{ "proc", "/proc", NULL },
	{ "sysfs", "/sys", NULL },
	{ "devtmpfs", "/dev", NULL },
	{ "tmpfs", "/run", "mode=755" },
	{ "tmpfs", "/tmp", "mode=1777" },
	// Most of the disks is never written; what is must not be cut short by the
	// default, half of memory.
	{ "tmpfs", GUEST_DISKS_FOLDER, "mode=700,size=80%" },
};

static struct mdt_error *mount_all(void)
{
	struct mdt_error *first = NULL;

	array_for_each (it, mounts) {
		mkdir("/run/guest", 0700);
		mkdir(it->path, 0755);
		if (mount(it->type, it->path, it->type, MS_NOSUID, it->options) &&
		    errno != EBUSY && !first)
			first = mdt_error_os(errno, "mounting %s", it->path);
	}
	return first;
}

// md waits for RCU in most of what it does (mddev_suspend(), percpu_ref_kill()), some
// milliseconds each time: none of what is seen depends on how long. kernel/ksysfs.c
// rcu_expedited_store().
static void hurry(void)
{
	guest_write_file("/sys/kernel/rcu_expedited", SLICE("1"));
}

// The value of a word of the kernel's command line:
// mdtrace.report=/dev/vport0p1,/dev/ttyS1.
static bool find_option(struct mdt_slice cmdline, struct mdt_slice key,
			struct mdt_slice *ret)
{
	while (cmdline.len) {
		size_t len = 0;

		while (len < cmdline.len && cmdline.str[len] != ' ' &&
		       cmdline.str[len] != '\n')
			len++;
		if (mdt_slice_starts(mdt_slice_head(cmdline, len), key)) {
			*ret = mdt_slice_skip(mdt_slice_head(cmdline, len), key.len);
			return true;
		}
		cmdline = mdt_slice_skip(cmdline, len + 1);
	}
	return false;
}

static struct mdt_error *open_report(struct guest_report *report)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf cmdline = { 0 };
	char path[GUEST_PATH_MAX];
	struct mdt_error *err = NULL;
	struct mdt_slice value;

	guest_read_file("/proc/cmdline", GUEST_FILE_MAX, &cmdline);
	if (!find_option(mdt_buf_slice(&cmdline), SLICE("mdtrace.report="), &value))
		return mdt_error_create(
			MDT_ERR_NOT_FOUND,
			"the kernel's command line has no mdtrace.report=");
	do {
		const char *comma = memchr(value.str, ',', value.len);
		size_t len = comma ? (size_t)(comma - value.str) : value.len;

		mdt_error_destroy(err);
		err = guest_path(path, "%.*s", (int)len, value.str)
			      ? guest_report_open(report, path)
			      : mdt_error_os(ENAMETOOLONG, "mdtrace.report");
		value = mdt_slice_skip(value, len + 1);
	} while (err && value.len);
	return err;
}

static struct mdt_error *load_modules(struct guest_modules *modules)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf order = { 0 };
	int number = guest_read_file("/modules/order", GUEST_FILE_MAX, &order);
	struct mdt_error *err;

	if (number)
		return mdt_error_os(number, "/modules/order");
	err = guest_modules_read(mdt_buf_slice(&order), modules);
	return err ? err : guest_modules_boot(modules);
}

struct mdt_error *guest_boot(struct guest_machine *machine)
{
	struct mdt_error *all[4], *first = NULL;

	all[0] = mount_all();
	all[1] = load_modules(&machine->modules);
	all[2] = open_report(&machine->report);
	all[3] = guest_observe_open(&machine->observer);
	hurry();
	guest_knobs_save(&machine->knobs);
	array_for_each (it, all) {
		if (first)
			mdt_error_destroy(*it);
		else
			first = *it;
	}
	return first;
}
