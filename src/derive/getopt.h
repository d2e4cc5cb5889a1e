/* SPDX-License-Identifier: MIT */
/**
 * @file
 * getopt_long() over slices, with mdadm's tables: what an argument is, not yet what it
 * means. For cmdline.c alone.
 */
#ifndef MDT_DERIVE_GETOPT_H
#define MDT_DERIVE_GETOPT_H

#include "derive/cmdline.h"

/** A letter is itself; these are what has no letter. */
enum {
	OPT_DEVICE = 1, /* no option */
	OPT_UNKNOWN = 2,
	OPT_LONG = 256,
	OPT_MANAGE,
	OPT_MISC,
	OPT_ZERO_SUPERBLOCK,
	OPT_AUTO_DETECT,
	OPT_DETAIL_PLATFORM,
	OPT_KILL_SUBARRAY,
	OPT_UPDATE_SUBARRAY,
	OPT_UDEV_RULES,
	OPT_OFFROOT,
	OPT_UDEV,
	OPT_EXAMINE_BADBLOCKS,
	OPT_DUMP,
	OPT_RESTORE,
	OPT_HELP_OPTIONS,
	OPT_CHUNK,
	OPT_LAYOUT,
	OPT_AUTO,
	OPT_ASSUME_CLEAN,
	OPT_WRITE_ZEROES,
	OPT_BITMAP,
	OPT_BITMAP_CHUNK,
	OPT_WRITE_BEHIND,
	OPT_WRITE_MOSTLY,
	OPT_FAILFAST,
	OPT_NO_FAILFAST,
	OPT_RE_ADD,
	OPT_HOMEHOST,
	OPT_DATA_OFFSET,
	OPT_NODES,
	OPT_HOME_CLUSTER,
	OPT_WRITE_JOURNAL,
	OPT_LOGICAL_BLOCK_SIZE,
	OPT_SUPER_MINOR,
	OPT_CONFIG,
	OPT_FORCE,
	OPT_ADD,
	OPT_ADD_SPARE,
	OPT_ADD_JOURNAL,
	OPT_REMOVE,
	OPT_FAIL,
	OPT_REPLACE,
	OPT_WITH,
	OPT_NO_DEGRADED,
	OPT_WAIT,
	OPT_WAIT_CLEAN,
	OPT_ACTION,
	OPT_CLUSTER_CONFIRM,
	OPT_BRIEF,
	OPT_NO_DEVICES,
	OPT_SPARC22,
	OPT_PREFER,
	OPT_MAIL,
	OPT_PROGRAM,
	OPT_INCREMENT,
	OPT_DAEMONISE,
	OPT_NO_SHARING,
	OPT_BACKUP_FILE,
	OPT_INVALID_BACKUP,
	OPT_CONTINUE,
	OPT_REBUILD_MAP,
	OPT_PATH,
};

struct mdt_getopt {
	const struct mdt_slice *argv;
	size_t argc, next;
	struct mdt_slice bundle; /* letters that are left of an argument */
};

struct mdt_option {
	int id;			/* a letter, or OPT_* */
	struct mdt_slice text;	/* the argument that it is in */
	struct mdt_slice value; /* of OPT_DEVICE the argument; empty when there is none */
};

/**
 * @param mode Decides which letters take a value, as it does in mdadm.
 * @return false at the end, or at `--`: next is then behind it.
 */
bool mdt_getopt_next(struct mdt_getopt *getopt, enum mdt_mdadm_mode mode,
		     struct mdt_option *ret);

#endif
