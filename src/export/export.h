/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A plan as acts: what its calls do to md and to its disks, without all that only looks.
 * A reproducer is a program that does them; report/export.h has its forms.
 *
 * Left out are: questions that were answered (a question that failed is kept), opens and
 * closes of what is no array, reads, and the same act again. Disks are numbered, so that
 * a reproducer can take others.
 */
#ifndef MDT_EXPORT_EXPORT_H
#define MDT_EXPORT_EXPORT_H

#include "base/arena.h"
#include "ioctl/table.h"
#include "plan/plan.h"

enum mdt_act_kind {
	MDT_ACT_OPEN, /* an array */
	MDT_ACT_CLOSE,
	MDT_ACT_IOCTL,
	MDT_ACT_ATTRIBUTE, /* a word is written to a file of sysfs */
	MDT_ACT_DISK,	   /* bytes are written to a disk */
	MDT_ACT_SETTLE,	   /* wait until nothing is rebuilt */
};

enum mdt_act_arg {
	MDT_ACT_ARG_NONE, /* ignored: 0 */
	MDT_ACT_ARG_VALUE,
	MDT_ACT_ARG_IN,	 /* data */
	MDT_ACT_ARG_OUT, /* room for size bytes */
};

struct mdt_act {
	enum mdt_act_kind kind;
	bool is_setup;	    /* the log begins with what it makes; else it is the log's */
	unsigned long line; /* of the log; 0: the log does not have it */
	unsigned int file;  /* OPEN, CLOSE, IOCTL: counts opens from 0 */
	struct mdt_slice path; /* OPEN, ATTRIBUTE */
	int flags;	       /* OPEN: of open(2) */
	struct mdt_slice name; /* IOCTL */
	uint32_t number;       /* IOCTL */
	enum mdt_act_arg arg;  /* IOCTL */
	uint64_t value;	       /* IOCTL: MDT_ACT_ARG_VALUE */
	size_t size;	       /* IOCTL: MDT_ACT_ARG_OUT; DISK: bytes */
	struct mdt_slice data; /* IOCTL: MDT_ACT_ARG_IN; ATTRIBUTE; DISK */
	int disk;	 /* DISK; IOCTL: that the argument names; -1: none, or no disk */
	uint64_t offset; /* DISK */
	int error;	 /* that is expected; 0: success */
	struct mdt_slice error_name; /* "EBUSY"; empty: success */
};

struct mdt_export_disk {
	struct mdt_slice path;
	uint64_t size;
};

struct mdt_export {
	struct mdt_arena arena;	 /* owns everything here */
	struct mdt_slice from;	 /* the logs: "create.strace, stop.strace" */
	struct mdt_slice kernel; /* that they were recorded on; may be empty */
	struct mdt_slice *modules;
	size_t module_count;
	struct mdt_export_disk *disks;
	size_t disk_count;
	struct mdt_act *acts; /* owned */
	size_t count, cap;
	uint32_t *arrays; /* owned: minors of arrays that are opened */
	size_t array_count, array_cap;
	unsigned int files; /* how many opens there are */
};

/**
 * @param plan Borrowed until this returns.
 * @param[out] ret To be deinitialised, also on error.
 * @return NULL; MDT_ERR_INVALID when the plan has nothing of md, or an act cannot be
 * written down: its argument is known only while it runs; or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_export_make(const struct mdt_plan *plan,
					  struct mdt_export *ret) MUST_CHECK;

/** Zeroed memory does as well. */
MDT_API void mdt_export_deinit(struct mdt_export *export);

#endif
