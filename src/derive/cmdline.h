/* SPDX-License-Identifier: MIT */
/**
 * @file
 * mdadm's command line as facts: what a log's execve() says was asked for.
 *
 * Options are taken as getopt_long() takes them with mdadm's tables (ReadMe.c of mdadm
 * 4.1 to 4.6: short_opts, short_bitmap_opts, short_bitmap_auto_opts, short_monitor_opts,
 * long_options) and mean what main() in mdadm.c makes of them: the mode decides on the
 * meaning of a letter. Where mdadm would stop with a message this goes on: what is not
 * understood is kept and counted, never fatal.
 */
#ifndef MDT_DERIVE_CMDLINE_H
#define MDT_DERIVE_CMDLINE_H

#include "base/arena.h"
#include "base/error.h"
#include "md/superblock.h"

enum mdt_mdadm_mode {
	MDT_MDADM_NONE, /* no option set one, and there was no device either */
	MDT_MDADM_CREATE,
	MDT_MDADM_BUILD,
	MDT_MDADM_ASSEMBLE,
	MDT_MDADM_GROW,
	MDT_MDADM_MANAGE,
	MDT_MDADM_MISC,
	MDT_MDADM_INCREMENTAL,
	MDT_MDADM_MONITOR,
	MDT_MDADM_AUTODETECT,
};

/** What is done to a device. */
enum mdt_mdadm_op {
	MDT_OP_NONE,	  /* the md device itself, or a member to create of or assemble */
	MDT_OP_ADD,	  /* --add -a */
	MDT_OP_RE_ADD,	  /* --re-add */
	MDT_OP_ADD_SPARE, /* --add-spare */
	MDT_OP_ADD_JOURNAL, /* --add-journal, and --write-journal of --create */
	MDT_OP_REMOVE,	    /* --remove -r */
	MDT_OP_FAIL,	/* --fail -f --set-faulty; with --incremental: and remove it */
	MDT_OP_REPLACE, /* --replace */
	MDT_OP_WITH,	/* --with: takes the place of one to be replaced */
	MDT_OP_CLUSTER_CONFIRM,
	MDT_OP_QUERY, /* of misc mode from here on */
	MDT_OP_DETAIL,
	MDT_OP_EXAMINE,
	MDT_OP_EXAMINE_BITMAP,
	MDT_OP_EXAMINE_BADBLOCKS,
	MDT_OP_ZERO_SUPERBLOCK,
	MDT_OP_RUN,
	MDT_OP_STOP,
	MDT_OP_READONLY,
	MDT_OP_READWRITE,
	MDT_OP_WAIT,
	MDT_OP_WAIT_CLEAN,
	MDT_OP_DETAIL_PLATFORM,
	MDT_OP_KILL_SUBARRAY,
	MDT_OP_UPDATE_SUBARRAY,
	MDT_OP_UDEV_RULES,
	MDT_OP_DUMP,
	MDT_OP_RESTORE,
	MDT_OP_ACTION,
};

/** A name that stands for devices, or for the lack of one. */
enum mdt_mdadm_keyword {
	MDT_KEYWORD_NONE, /* it is a device */
	MDT_KEYWORD_MISSING,
	MDT_KEYWORD_FAULTY, /* `faulty`, `failed` */
	MDT_KEYWORD_DETACHED,
};

struct mdt_mdadm_device {
	struct mdt_slice name; /* of the argument; of `dev:offset` all */
	enum mdt_mdadm_op op;
	enum mdt_mdadm_keyword keyword;
	bool is_array; /* mdadm takes it as an md device, not as a member */
	bool write_mostly, failfast;
};

enum mdt_mdadm_bitmap {
	MDT_BITMAP_NOT_GIVEN,
	MDT_BITMAP_NONE,
	MDT_BITMAP_INTERNAL,
	MDT_BITMAP_CLUSTERED,
	MDT_BITMAP_LOCKLESS, /* 4.5 and later */
	MDT_BITMAP_FILE,     /* older mdadm only */
};

/** `--size=max`, `--array-size=max` */
#define MDT_SIZE_MAX UINT64_MAX

/** Slices point into the arguments; an option that was not given has an empty one. */
struct mdt_cmdline {
	bool is_mdadm; /* the program is called mdadm */
	enum mdt_mdadm_mode mode;
	enum mdt_mdadm_op op; /* the last one given: what a misc command does */
	struct mdt_mdadm_device *devices; /* in order; the arena's */
	size_t device_count;

	bool has_level, has_metadata, has_layout, has_uuid, has_data_offset;
	int level;
	struct mdt_slice metadata;
	int major, minor; /* of the metadata: 0 and 90, 1 and 0 to 2; minor -1: `1`, any
			     of them; major -1: not of these (`ddf`, `imsm`) */
	struct mdt_slice layout_text;
	uint32_t layout; /* as the ioctl has it; only with has_layout, for which the level
			    must be given first, as mdadm demands */
	uint32_t raid_devices;	/* 0: not given */
	uint32_t spare_devices; /* 0: not given, or 0 */
	uint64_t chunk;		/* sectors; 0: not given */
	uint64_t size;		/* sectors, MDT_SIZE_MAX; 0: not given */
	uint64_t array_size;	/* the same */
	uint64_t data_offset;	/* sectors */
	enum mdt_mdadm_bitmap bitmap;
	struct mdt_slice bitmap_text;
	uint64_t bitmap_chunk; /* sectors; 0: not given */
	struct mdt_slice homehost, name, update, config, backup_file, action;
	struct mdt_slice consistency_policy, super_minor;
	struct mdt_uuid uuid; /* in the order in which mdadm prints it */
	bool assume_clean, run, stop, force, readonly, readwrite, scan, no_degraded;
	bool write_zeroes, rebuild_map, test, brief, export, help, version;
	int verbose; /* -v less -q */

	struct mdt_slice *unknown; /* options that mdadm does not have, that the mode has
				      no use for, or whose value says nothing, and what
				      stands behind `--`, which mdadm does not look at.
				      The arena's */
	size_t unknown_count;
};

/**
 * @param argv The arguments of execve(), the program's name first, without quotes and
 * escapes. Borrowed: must outlive @p ret.
 * @param arena Owns the lists.
 * @param[out] ret Undefined on error.
 * @return NULL or &mdt_enomem: no command line is an error.
 */
MDT_API struct mdt_error *mdt_cmdline_parse(const struct mdt_slice *argv, size_t argc,
					    struct mdt_arena *arena,
					    struct mdt_cmdline *ret) MUST_CHECK;

/** @return The first md device, or NULL. */
MDT_API const struct mdt_mdadm_device *
mdt_cmdline_array(const struct mdt_cmdline *cmdline);

/** @return "create", "build", ..., as mdadm calls its modes; "none". Static. */
MDT_API const char *mdt_mdadm_mode_name(enum mdt_mdadm_mode mode);

#endif
