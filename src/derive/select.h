/* SPDX-License-Identifier: MIT */
/** @file Choosing the calls that are run. Internal to src/derive/. */
#ifndef MDT_DERIVE_SELECT_H
#define MDT_DERIVE_SELECT_H

#include "base/tree.h"
#include "derive/parts.h"
#include "strace/reader.h"
#include "trace/about.h"

/** Descriptors that are open in the plan; threads share a table (CLONE_FILES). */
struct drv_table {
	uint32_t refs;
	struct mdt_tree open;	/* to struct drv_target; flagged: closes on execve */
	struct mdt_tree closed; /* those that were open, and may be closed once more */
};

/** What the whole log tells of a path below /dev. */
struct drv_node {
	struct mdt_slice path;
	bool is_block;
	bool has_number;
	uint32_t major, minor;
};

/** A process of the log. */
struct drv_pid {
	uint32_t pid;
	struct drv_table *table; /* NULL: nothing yet */
	size_t command;		 /* index, plus 1 */
};

struct drv_select {
	struct drv_planner *p;
	struct drv_log *log;
	struct mdt_trace trace;
	struct mdt_about about; /* what the event that is looked at is about */
	struct mdt_map nodes;	/* paths below /dev to struct drv_node */
	struct mdt_map pids;	/* to struct drv_pid */
	struct mdt_map lasts;	/* a pid's last event, as its line + 1 */
	bool child_runs; /* the fork that ends now: its child has been met before */
	bool is_sought;	 /* the plan has a lseek() that the log has not */
	struct mdt_buf text, bytes;
};

/* ---- derive_paths.c ---- */

/** What a call is about, in the plan; NULL when it is nothing of ours (or out of memory).
 */
struct drv_target *drv_target_of(struct drv_select *s, const struct mdt_about *about);
/** The same for a path that no call has. */
struct drv_target *drv_target_of_path(struct drv_select *s, struct mdt_slice path);
struct drv_target *drv_target_array(struct drv_select *s, struct drv_array *array,
				    struct mdt_slice path);
struct drv_target *drv_target_disk(struct drv_select *s, struct drv_disk *disk,
				   struct mdt_slice path);
struct drv_target *drv_target_device(struct drv_select *s, uint32_t major, uint32_t minor,
				     struct mdt_slice path);

/* ---- derive_fds.c ---- */

struct drv_pid *drv_pid_get(struct drv_select *s, uint32_t pid);
static inline bool drv_pid_is_known(const struct drv_select *s, uint32_t pid)
{
	return mdt_map_find(&s->pids, pid) != NULL;
}
/** @return NULL when the plan has not opened it, or has closed it. */
struct drv_target *drv_fd_find(struct drv_select *s, uint32_t pid, int64_t fd);
/** The same for one that was closed. */
struct drv_target *drv_fd_closed(struct drv_select *s, uint32_t pid, int64_t fd);
/** @param on NULL: it is closed. */
void drv_fd_set(struct drv_select *s, uint32_t pid, int64_t fd, struct drv_target *on,
		bool cloexec);
/** Whether the process has any descriptor of the plan. @param cloexec Only such. */
bool drv_fd_any(struct drv_select *s, uint32_t pid, bool cloexec);
void drv_fd_fork(struct drv_select *s, uint32_t parent, uint32_t child, bool shares);
void drv_fd_exec(struct drv_select *s, uint32_t pid);
void drv_fd_exit(struct drv_select *s, uint32_t pid);
void drv_fds_deinit(struct drv_select *s);

/* ---- derive_calls.c ---- */

/** A call whose row is not here does not reach md. @param event What s->about is of. */
struct mdt_error *drv_select_event(struct drv_select *s,
				   const struct mdt_event *event) MUST_CHECK;
/** Whether a clone() gives the child its parent's descriptors, not a copy. */
bool drv_shares_files(const struct mdt_event *event);
/** A call of the planner's own. */
struct drv_call *drv_made(struct drv_select *s, uint32_t pid, const char *why,
			  enum drv_what what, struct drv_target *on,
			  struct mdt_slice text);

/** Why calls are not run. */
#define DRV_WHY_NOT_MD	   "does not reach the md driver"
#define DRV_WHY_LOOKS	   "looks only: stat, readlink, access, folders"
#define DRV_WHY_FILE	   "a file that is neither md's nor a disk"
#define DRV_WHY_FD	   "a descriptor of something else"
#define DRV_WHY_UNKNOWN_FD "a descriptor the log does not identify"
#define DRV_WHY_WORDS	   "the program's own words: standard input, output, error"
#define DRV_WHY_HALF	   "the log has only half of the call"
#define DRV_WHY_INJECTED   "strace made the result up"
#define DRV_WHY_RESTARTED  "was interrupted by a signal and is made again"
#define DRV_WHY_NO_DISK	   "a disk that could not be opened"
#define DRV_WHY_PLACE	   "a place on a disk that the log, without lseek(), does not tell"
#define DRV_WHY_PROCESS	   "a process that has nothing of md open"

#endif
