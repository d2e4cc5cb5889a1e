/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a log means: which processes there are, what each of their descriptors is, and
 * which block devices the log has told about. Facts are taken from calls that succeeded
 * and from what strace -y prints; nothing is asked of the machine that runs mdtrace.
 *
 * Use: for each event, look at its descriptors with mdt_trace_file(), then let the event
 * change the state with mdt_trace_follow().
 */
#ifndef MDT_TRACE_TRACE_H
#define MDT_TRACE_TRACE_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "base/names.h"
#include "strace/event.h"

enum { MDT_MD_MAJOR = 9 };

/** From where the number of a device is known; a later one is better. */
enum mdt_dev_source {
	MDT_DEV_UNKNOWN,
	MDT_DEV_BY_NAME, /* the node's name: /dev/md0, /dev/loop0, /dev/.tmp.md.1419:9:100
			  */
	MDT_DEV_BY_MKNOD, /* the log made the node */
	MDT_DEV_BY_STAT,  /* st_rdev, or what -yy prints */
};

/**
 * A block device that the log speaks of; of MDT_DEV_UNKNOWN, a node below /dev of which
 * nothing is known but its name. Lives as long as the trace.
 */
struct mdt_device {
	enum mdt_dev_source source;
	uint32_t major, minor; /* when source says so */
	struct mdt_slice path; /* the best of the nodes it was met by; may be empty */
	uint64_t size; /* bytes, as BLKGETSIZE64 and its like said; 0: not known */
	bool is_other; /* MDT_DEV_UNKNOWN: no block device, stat has said */
};

struct mdt_file;

/** Who holds files beyond their descriptors, and wants to know when these are gone. */
struct mdt_file_watch {
	struct mdt_file *released; /* linked by next_released; whoever takes one off
				    * clears is_released */
};

/** An open file description: what several descriptors may share. */
struct mdt_file {
	unsigned int refs;
	bool is_released;
	struct mdt_file *next_released; /* of watch->released */
	struct mdt_file_watch *watch;	/* borrowed, or NULL: nobody watches */
	void *watcher_data;		/* of the watcher's own */
	struct mdt_slice path;		/* owned; empty when the log does not tell */
	struct mdt_device *device;	/* a block device's; NULL for everything else */
	uint64_t offset;		/* where the next read or write goes */
	bool has_offset;		/* offset is known */
	unsigned long line;		/* where it was opened; 0 when not in the log */
	const char *header; /* of an ioctl that was met on it and has one name; or NULL */
};

struct mdt_process;

struct mdt_trace {
	struct mdt_arena arena;	     /* owns devices and their names */
	struct mdt_map processes;    /* pid to struct mdt_process */
	struct mdt_process *all;     /* the same as a list */
	struct mdt_process *forking; /* those in the middle of a clone() or fork() */
	struct mdt_process *solo;    /* who lines without a pid are about */
	struct mdt_process *last;    /* who the line before was about, or NULL */
	struct mdt_map nodes;	     /* path to struct mdt_node_name */
	size_t odd_nodes;	     /* of these, nodes that are not below /dev */
	struct mdt_map devices;	     /* major << 32 | minor to struct mdt_device */
	struct mdt_names calls;	     /* the system calls that mdt_trace_follow() knows */
	struct mdt_file shown;	     /* of mdt_trace_file(), for what only -y tells */
	struct mdt_buf shown_path, path, other_path, joined; /* scratch */
	bool failed_memory;
};

/** Start with nothing known. Zeroed memory does as well. */
MDT_API void mdt_trace_init(struct mdt_trace *trace);

/** Frees all; the trace is then empty and can be used again. */
MDT_API void mdt_trace_deinit(struct mdt_trace *trace);

/**
 * What a descriptor argument is, before the event has its effect.
 * @param fd A value of @p event: `3`, or `3</dev/md0<block 9:0>>`.
 * @return NULL when nothing is known; else valid until the next call of any function
 * here.
 */
MDT_API const struct mdt_file *
mdt_trace_file(struct mdt_trace *trace, const struct mdt_event *event, struct mdt_ref fd);

/**
 * Remember what a file is by an ioctl that was made on it.
 * @param file What mdt_trace_file() returned; NULL is fine.
 * @param header Of a command whose number is no other's; borrowed.
 */
MDT_API void mdt_trace_note_header(struct mdt_trace *trace, const struct mdt_file *file,
				   const char *header);

/**
 * Hold the open file that a descriptor argument (or a result) is, beyond what its
 * descriptors do; when the log has closed the last of these, refs is 1 and it is among
 * what its watch (set by the caller) has released. It keeps its device, which lives with
 * the trace.
 * @return NULL when the log has not opened it; else to be let go of with
 * mdt_trace_let_go(), before mdt_trace_deinit().
 */
MDT_API struct mdt_file *mdt_trace_hold(struct mdt_trace *trace,
					const struct mdt_event *event, struct mdt_ref fd);
MDT_API void mdt_trace_let_go(struct mdt_file *file);

/**
 * A path argument, before the event has its effect: without its escapes, and as far as
 * the log tells from which folder on a relative one counts, absolute.
 * @param path A value of @p event.
 * @param dirfd The descriptor that goes with it, or no value: the working directory.
 * @param[out] ret Valid until the next call of any function here.
 * @return false when the log does not have it whole; @p ret is then untouched.
 */
MDT_API bool mdt_trace_path(struct mdt_trace *trace, const struct mdt_event *event,
			    struct mdt_ref dirfd, struct mdt_ref path,
			    struct mdt_slice *ret);

/** What a path is known to be, from the log or by its name; or NULL. */
MDT_API const struct mdt_device *mdt_trace_node(struct mdt_trace *trace,
						struct mdt_slice path);

/** The device with this number, or NULL when the log has not met it. */
MDT_API const struct mdt_device *mdt_trace_device(const struct mdt_trace *trace,
						  uint32_t major, uint32_t minor);

/**
 * Let an event have its effect on descriptors, processes and nodes. Events that are no
 * ended calls, and failed calls, change little or nothing; nor does a result that strace
 * made up (INJECTED).
 * @return NULL or &mdt_enomem.
 */
MDT_API struct mdt_error *mdt_trace_follow(struct mdt_trace *trace,
					   const struct mdt_event *event) MUST_CHECK;

/** `makedev(9, 100)`, `makedev(0x9, 0x64)`, or the plain number that -X raw prints. */
MDT_API bool mdt_devnum_read(struct mdt_ref ref, uint32_t *major, uint32_t *minor);

/**
 * Whether a mode_t is of this type, printed as `S_IFBLK|0600` or as a number.
 * @param name `S_IFBLK`, whose value is @p type.
 */
MDT_API bool mdt_mode_is(struct mdt_ref mode, struct mdt_slice name, uint64_t type);
MDT_API bool mdt_mode_is_block(struct mdt_ref mode);

/**
 * Whether a set of flags has one of them.
 * @param flags By name (`O_RDWR|O_EXCL`), the number that -X raw prints, or a struct that
 * has them as `flags` (openat2, clone3).
 * @param name In full: `O_EXCL`.
 * @param bits Its value on x86, for a number.
 */
MDT_API bool mdt_flags_have(struct mdt_ref flags, struct mdt_slice name, uint64_t bits);

/** True when strace made the result up and the kernel has never seen the call. */
static inline bool mdt_event_is_injected(const struct mdt_event *event)
{
	return event->result.inject.len &&
	       mdt_slice_starts(event->result.inject, SLICE("INJECTED"));
}

/**
 * Append what people call a device: `md100`, `loop0`, else `8:1`.
 * @param device Not NULL.
 */
MDT_API void mdt_device_name(struct mdt_buf *buf, const struct mdt_device *device);

/** True for an md array's whole device or node. */
static inline bool mdt_device_is_md(const struct mdt_device *device)
{
	return device && device->source != MDT_DEV_UNKNOWN &&
	       device->major == MDT_MD_MAJOR;
}

#endif
