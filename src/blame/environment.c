// SPDX-License-Identifier: MIT
// Failures that are neither mdadm's nor the md driver's. What md itself gives is not
// here: EROFS of an ioctl is a read-only array, ENOSPC of ADD_NEW_DISK a small disk.
#include <fnmatch.h>

#include "blame/parts.h"

#define FILES	"open*|creat|mkdir*|mknod*|unlink*|rename*|symlink*"
#define REFUSED "this is not allowed here: no root, a container, or a security module"

static const struct mdt_blame_cause rows[] = {
	{ FILES, "/sys/*", "EROFS", "sysfs is mounted read-only",
	  "fs/namespace.c mnt_want_write()" },
	{ FILES, "*", "EROFS", "the file system is mounted read-only",
	  "fs/namespace.c mnt_want_write()" },
	{ FILES "|execve", "*", "EPERM|EACCES", REFUSED, "path_resolution(7)" },
	{ "ioctl", "/dev/*", "EACCES", REFUSED, "drivers/md/md.c md_ioctl()" },
	{ "*", "/proc/mdstat", "ENOENT", "md_mod is not loaded",
	  "drivers/md/md.c md_geninit()" },
	{ "*", "/sys/module/md_mod", "ENOENT", "md_mod is not loaded",
	  "kernel/module/sysfs.c mod_sysfs_init()" },
	{ "*", "/sys/module/md_mod/parameters/new_array", "ENOENT",
	  "md_mod is not loaded", "drivers/md/md.c module_param_call(new_array)" },
	{ "*", "/sys/module/raid*", "ENOENT", "the module of the level is not loaded",
	  "kernel/module/sysfs.c mod_sysfs_init()" },
	{ "*", "/sys|/sys/block", "ENOENT", "sysfs is not mounted", "sysfs(5)" },
	{ "*", "/run/udev*", "ENOENT", "udev does not run",
	  "mdadm lib.c udev_is_available()" },
	{ "execve", "*modprobe", "*", "modprobe cannot be run", "kernel/module/kmod.c" },
	// Of its own nodes md says more than one thing.
	{ "open*", "/dev/md*|/dev/.tmp.md*", "*", NULL, NULL },
	{ "open*", "/dev/*", "EBUSY", "something else holds the disk",
	  "block/bdev.c bd_may_claim()" },
	{ "open*", "/dev/*", "ENOENT|ENXIO|ENODEV|ENOMEDIUM", "the disk is not there",
	  "block/bdev.c blkdev_get_no_open()" },
	{ "read|pread*|write|pwrite*|fsync", "/dev/*", "EIO", "the disk does not work",
	  "block/blk-core.c blk_errors" },
	{ FILES "|write", "/run/*|/var/*|/tmp/*|/dev/.tmp*", "ENOSPC|EDQUOT",
	  "the file system is full", "write(2)" },
	{ "*", "*", "EMFILE|ENFILE|ENOMEM", "the machine has run out of something",
	  "errno(3)" },
};

const struct mdt_blame_cause *mdt_blame_causes(size_t *len)
{
	*len = array_size(rows);
	return rows;
}

// Whether one of the patterns between `|` matches.
static bool matches(const char *patterns, const char *text)
{
	char pattern[64];

	for (;;) {
		size_t len = strcspn(patterns, "|");

		if (len < sizeof(pattern)) {
			memcpy(pattern, patterns, len);
			pattern[len] = '\0';
			if (fnmatch(pattern, text, 0) == 0)
				return true;
		}
		if (!patterns[len])
			return false;
		patterns += len + 1;
	}
}

static void copy_text(struct mdt_slice text, char *ret, size_t size)
{
	size_t len = text.len < size ? text.len : size - 1;

	memcpy(ret, len ? text.str : "", len);
	ret[len] = '\0';
}

const struct mdt_blame_cause *
blame_cause_find(struct mdt_slice call, struct mdt_slice path, struct mdt_slice error)
{
	char call_text[64], path_text[512], error_text[32];

	copy_text(call, call_text, sizeof(call_text));
	copy_text(path, path_text, sizeof(path_text));
	copy_text(error, error_text, sizeof(error_text));
	array_for_each (it, rows)
		if (matches(it->error, error_text) && matches(it->path, path_text) &&
		    matches(it->call, call_text))
			return it->because ? it : NULL;
	return NULL;
}
