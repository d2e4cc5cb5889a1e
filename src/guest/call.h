/* SPDX-License-Identifier: MIT */
/**
 * @file
 * One call of the log, made again: arguments out of the text, the system call, and what
 * the executed log has in place of the log's values. A row in call.c says which function
 * makes which call; a call without a row is not run.
 *
 * To add a call: a function in the call_*.c of its kind, its name at the end of this
 * file, a row in call.c. It takes its arguments with guest_call_int() and its kin, which
 * refuse what they do not understand, ends in guest_call_result(), and sets `opened`,
 * `made` and `touch` where that applies.
 */
#ifndef MDT_GUEST_CALL_H
#define MDT_GUEST_CALL_H

#include "base/arena.h"
#include "guest/files.h"
#include "guest/map.h"
#include "plan/plan.h"
#include "strace/event.h"

/** What stands in the executed log in place of an argument. */
struct guest_change {
	uint32_t at;	       /* the argument's node, as mdt_ref.at */
	struct mdt_slice text; /* in the call's arena */
	bool agrees;	       /* says the same as the log, in other letters maybe */
};

/** What a call may have done to arrays; tells what is looked at behind it. */
enum guest_touch {
	GUEST_TOUCH_NONE,
	GUEST_TOUCH_READ,  /* an ioctl that only reads */
	GUEST_TOUCH_START, /* may start the array, or a resync or recovery of it */
	GUEST_TOUCH_FAIL,  /* a member has failed */
	GUEST_TOUCH_STOP,
	GUEST_TOUCH_CLOSE, /* a descriptor of an array was closed */
	GUEST_TOUCH_OTHER, /* anything else that can change an array */
};

enum { GUEST_CHANGES = 4 };

struct guest_call {
	const struct mdt_event *event;
	const struct mdt_plan_step *step;
	const struct guest_map *map;
	struct guest_files *files;
	struct mdt_arena *arena; /* for changes; cleared by the caller */

	/* What came of it. */
	int64_t ret;		/* -1 on error */
	int err;		/* 0, or errno */
	struct mdt_buf not_run; /* why the call was not made; empty: it was. The caller
				 * deinitialises it */
	struct guest_change changes[GUEST_CHANGES];
	size_t change_count;
	struct guest_file opened; /* a new descriptor, real is -1 when there is none; not
				   * in its table yet */
	struct mdt_slice made;	  /* a path that was not there before; empty: none. In the
				   * arena, with a NUL behind it */
	enum guest_touch touch;
	int64_t array; /* minor of the array that it was about; -1: none, or not known */
};

/** The call's function, or NULL when the guest does not know the call. */
typedef void guest_call_fn(struct guest_call *call);
guest_call_fn *guest_call_find(struct mdt_slice name);

/**
 * Make the call: once, or with `await` until it gives what the log has.
 * @param await Bound in ms; 0: once.
 * @param[out] waited Microseconds, when it was awaited; else untouched.
 */
void guest_call_run(struct guest_call *call, unsigned int await, uint64_t *waited);

/** Whether result, errno and bytes are what the log has. */
bool guest_call_agrees(const struct guest_call *call);

/**
 * Put the new descriptor at the log's number and say it in the result. One that the log
 * does not have, because the call failed there, is closed.
 */
void guest_call_bind(struct guest_call *call);

/* ---- for the functions that make calls ---- */

/** The call is not made. */
void guest_call_refuse(struct guest_call *call, const char *fmt, ...) PRINTF_LIKE(2, 3);

/** Its result from a system call's return value and errno. */
void guest_call_result(struct guest_call *call, int64_t ret);

/** An argument as an int, a number, a path; refuses the call when it is not one. */
bool guest_call_int(struct guest_call *call, size_t index, int *ret) MUST_CHECK;
bool guest_call_number(struct guest_call *call, size_t index, uint64_t *ret) MUST_CHECK;
/** @param[out] ret In the call's arena, with a NUL behind it, as the kernel is to get it.
 */
bool guest_call_path(struct guest_call *call, size_t index,
		     struct mdt_slice *ret) MUST_CHECK;

/**
 * An argument as a descriptor of ours.
 * @param[out] ret -1 when the log has a closed one too (its errno is EBADF), or says -1.
 * @param[out] file The file, or NULL; may be NULL.
 */
bool guest_call_fd(struct guest_call *call, size_t index, int *ret,
		   struct guest_file **file) MUST_CHECK;

/** The same for a folder: AT_FDCWD stays. */
bool guest_call_dirfd(struct guest_call *call, size_t index, int *ret) MUST_CHECK;

/** Say that an argument is to be written as @p text, which is copied. */
void guest_call_change(struct guest_call *call, struct mdt_ref ref, struct mdt_slice text,
		       bool agrees);

/**
 * Make the result of a system call that makes a path; when it has made it, the path is
 * kept, to be removed at the job's end.
 */
void guest_call_made(struct guest_call *call, int dir, struct mdt_slice path, int ret);

/** The calling process's table. @return NULL when out of memory; the call is refused. */
struct guest_table *guest_call_table(struct guest_call *call);

/** The minor of the array that a descriptor is; -1: it is none. */
int64_t guest_call_array(int fd);

/** The number that the log's call gave, or -1. */
int64_t guest_call_logged(const struct guest_call *call);

/** The functions of the rows, by file. */
guest_call_fn guest_call_open, guest_call_openat, guest_call_openat2, guest_call_creat;
guest_call_fn guest_call_close, guest_call_close_range, guest_call_dup, guest_call_dup2,
	guest_call_fcntl;
guest_call_fn guest_call_read, guest_call_pread, guest_call_readv, guest_call_write,
	guest_call_pwrite, guest_call_writev, guest_call_lseek, guest_call_llseek,
	guest_call_fsync, guest_call_fdatasync;
guest_call_fn guest_call_mknod, guest_call_mknodat, guest_call_unlink,
	guest_call_unlinkat, guest_call_mkdir, guest_call_mkdirat, guest_call_rmdir,
	guest_call_symlink, guest_call_symlinkat, guest_call_rename, guest_call_renameat;
guest_call_fn guest_call_fork, guest_call_execve, guest_call_exit;
guest_call_fn guest_call_ioctl;

#endif
