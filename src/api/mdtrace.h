/* SPDX-License-Identifier: MIT */
/**
 * @file
 * libmdtrace: read strace logs, name and decode ioctls, say what each line means to the
 * md driver, follow md arrays, compare logs, plan and judge replays. C, C++, and whatever
 * can call C; examples/ has a program in C and one in Python.
 *
 * All that is behind a pointer is opaque. Names begin with mdtrace_ or MDTRACE_. Text is
 * not terminated where a length comes with it; it lives as long as what it was asked of,
 * an event and a remark until the next one. What `mdtrace_free` frees is terminated.
 *
 * A function that can fail returns an error, or NULL when all is well; the caller frees
 * it with mdtrace_error_free(). One context may be used by one thread at a time.
 *
 * Functions are added, and none is changed or taken away, while the soname is the same.
 */
#ifndef MDTRACE_H
#define MDTRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __GNUC__
#define MDTRACE_API __attribute__((visibility("default")))
#else
#define MDTRACE_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

struct mdtrace_error;
struct mdtrace_log;
struct mdtrace_event;
struct mdtrace_ioctl;
struct mdtrace_follower;
struct mdtrace_remark;
struct mdtrace_call;

/** @return `0.1.0`, static. */
MDTRACE_API const char *mdtrace_version(void);

/** Free text that a function here has made; NULL is fine. */
MDTRACE_API void mdtrace_free(char *text);

/* ---- errors ---- */

enum mdtrace_errors {
	MDTRACE_ERROR_MEMORY,
	MDTRACE_ERROR_SYSTEM,  /* a system call failed: mdtrace_error_errno() */
	MDTRACE_ERROR_SYNTAX,  /* text that does not follow its grammar */
	MDTRACE_ERROR_INVALID, /* an argument or a value that makes no sense */
	MDTRACE_ERROR_NOT_FOUND,
	MDTRACE_ERROR_DEBUG,  /* debug info that is missing, broken or in doubt */
	MDTRACE_ERROR_FORMAT, /* a compressed or binary file that is damaged */
};

/** @return A sentence, with the place if there is one: `log:3:7: ...`. */
MDTRACE_API const char *mdtrace_error_message(const struct mdtrace_error *error);
MDTRACE_API enum mdtrace_errors mdtrace_error_kind(const struct mdtrace_error *error);
/** @return 0 unless a system call failed. */
MDTRACE_API int mdtrace_error_errno(const struct mdtrace_error *error);
/** NULL is fine. */
MDTRACE_API void mdtrace_error_free(struct mdtrace_error *error);

/* ---- logs: a source, and its events ---- */

/**
 * Open a log: text of strace, perhaps compressed, perhaps as a mail or a web page has it.
 * @param path `-` is standard input.
 * @param[out] ret To be closed.
 */
MDTRACE_API struct mdtrace_error *mdtrace_log_open(const char *path,
						   struct mdtrace_log **ret);
/** The same for text in memory, which must outlive the log. @param name For messages. */
MDTRACE_API struct mdtrace_error *mdtrace_log_open_memory(const char *name,
							  const char *text, size_t len,
							  struct mdtrace_log **ret);
/** NULL is fine. */
MDTRACE_API void mdtrace_log_close(struct mdtrace_log *log);

/** @param[out] ret The next line's event; NULL at the end. Valid until the next call. */
MDTRACE_API struct mdtrace_error *mdtrace_log_next(struct mdtrace_log *log,
						   const struct mdtrace_event **ret);

/* ---- events: a line, and its values ---- */

enum mdtrace_events {
	MDTRACE_EVENT_CALL,
	MDTRACE_EVENT_UNFINISHED, /* a call's beginning */
	MDTRACE_EVENT_RESUMED,	  /* its end; has the arguments of both */
	MDTRACE_EVENT_SIGNAL,
	MDTRACE_EVENT_EXIT,
	MDTRACE_EVENT_OTHER, /* comments, messages, what is not understood */
};

MDTRACE_API enum mdtrace_events mdtrace_event_kind(const struct mdtrace_event *event);
/** @return From 1. */
MDTRACE_API unsigned long mdtrace_event_line(const struct mdtrace_event *event);
/** @return 0 when the line has none. */
MDTRACE_API uint32_t mdtrace_event_pid(const struct mdtrace_event *event);
/** The whole line without its end. */
MDTRACE_API const char *mdtrace_event_text(const struct mdtrace_event *event,
					   size_t *len);
/** `ioctl`; of what is not a call nothing. */
MDTRACE_API const char *mdtrace_event_name(const struct mdtrace_event *event,
					   size_t *len);
/** @return Whether the call ended, and its result is a number. */
MDTRACE_API bool mdtrace_event_result(const struct mdtrace_event *event, int64_t *ret);
/** @return Whether it failed. */
MDTRACE_API bool mdtrace_event_failed(const struct mdtrace_event *event);
/** `EBUSY`; nothing when it did not fail, or the log does not say why. */
MDTRACE_API const char *mdtrace_event_errno(const struct mdtrace_event *event,
					    size_t *len);
/** Of a call. */
MDTRACE_API size_t mdtrace_event_arg_count(const struct mdtrace_event *event);
/** An argument as strace has it; nothing when there is none. @param index From 0. */
MDTRACE_API const char *mdtrace_event_arg(const struct mdtrace_event *event, size_t index,
					  size_t *len);
/** @return Whether the argument is a number. */
MDTRACE_API bool mdtrace_event_arg_number(const struct mdtrace_event *event, size_t index,
					  uint64_t *ret);
/**
 * The bytes of an argument that is a string, without its escapes.
 * @param[out] ret To be freed with mdtrace_free(); terminated, but may have more zeros.
 * NULL: it is none.
 * @param[out] len How many there are in the log.
 */
MDTRACE_API struct mdtrace_error *
mdtrace_event_arg_bytes(const struct mdtrace_event *event, size_t index, char **ret,
			size_t *len);
/** A member of an argument that is a struct, as strace has it; nothing when there is
 * none.
 */
MDTRACE_API const char *mdtrace_event_arg_member(const struct mdtrace_event *event,
						 size_t index, const char *member,
						 size_t *len);
/** All of the event as JSON (docs/json.md). @param[out] ret To be freed. */
MDTRACE_API struct mdtrace_error *mdtrace_event_json(const struct mdtrace_event *event,
						     char **ret);

/* ---- ioctls ---- */

/** @return A row of the table, which lives forever; several names may have one number, of
 * which the best one comes first. NULL: it has no (more) row. @param index From 0. */
MDTRACE_API const struct mdtrace_ioctl *mdtrace_ioctl_by_number(uint32_t number,
								size_t index);
/** @return NULL when the table does not have it. */
MDTRACE_API const struct mdtrace_ioctl *mdtrace_ioctl_by_name(const char *name);
/** @return `ADD_NEW_DISK` */
MDTRACE_API const char *mdtrace_ioctl_name(const struct mdtrace_ioctl *ioctl);
MDTRACE_API uint32_t mdtrace_ioctl_number(const struct mdtrace_ioctl *ioctl);
/** @return `linux/raid/md_u.h`; empty when no header has it any more. */
MDTRACE_API const char *mdtrace_ioctl_header(const struct mdtrace_ioctl *ioctl);
/** @return `mdu_disk_info_t`; empty without an argument. */
MDTRACE_API const char *mdtrace_ioctl_type(const struct mdtrace_ioctl *ioctl);
/** @return Bytes of the memory that it reads or fills in; 0: none. */
MDTRACE_API uint32_t mdtrace_ioctl_size(const struct mdtrace_ioctl *ioctl);
/**
 * Decode an argument, as far as the bytes go.
 * @param[out] ret In strace's syntax; to be freed. NULL: it has no such argument.
 */
MDTRACE_API struct mdtrace_error *mdtrace_ioctl_decode(const struct mdtrace_ioctl *ioctl,
						       const void *bytes, size_t len,
						       char **ret);
/** The same as JSON (docs/json.md). */
MDTRACE_API struct mdtrace_error *
mdtrace_ioctl_decode_json(const struct mdtrace_ioctl *ioctl, const void *bytes,
			  size_t len, char **ret);

/* ---- following a log: what its lines mean, and what becomes of its arrays ---- */

enum mdtrace_verdict {
	MDTRACE_AGREES,	     /* the model of the driver has this result, and no other */
	MDTRACE_POSSIBLE,    /* one of several */
	MDTRACE_NOT_COVERED, /* the model says nothing about it */
	MDTRACE_NO_RESULT,   /* the call has not ended in the log */
	MDTRACE_CONTRADICTS,
};

/**
 * Told of each call that touches an array, and of what is read of one.
 * @param call Valid until the function returns.
 */
typedef void mdtrace_on_call(void *data, const struct mdtrace_call *call);

/** @param on_call NULL: nobody is told. @param[out] ret To be freed. */
MDTRACE_API struct mdtrace_error *mdtrace_follower_create(mdtrace_on_call *on_call,
							  void *data,
							  struct mdtrace_follower **ret);
/** NULL is fine. */
MDTRACE_API void mdtrace_follower_free(struct mdtrace_follower *follower);
/** The log is of this kernel, whatever it says itself. @param version As uname -r has it.
 */
MDTRACE_API struct mdtrace_error *
mdtrace_follower_set_kernel(struct mdtrace_follower *follower, const char *version);
/** Another log begins; the arrays stay. @param name For mdtrace_call_file(). */
MDTRACE_API struct mdtrace_error *
mdtrace_follower_begin(struct mdtrace_follower *follower, const char *name);
/**
 * Follow an event.
 * @param[out] ret What there is to say of it, until the next call; NULL: nothing.
 */
MDTRACE_API struct mdtrace_error *
mdtrace_follower_event(struct mdtrace_follower *follower,
		       const struct mdtrace_event *event,
		       const struct mdtrace_remark **ret);
/** The log has ended. */
MDTRACE_API struct mdtrace_error *mdtrace_follower_end(struct mdtrace_follower *follower);

/** All of it in one line: `RUN_ARRAY on md0 (9:0): EBUSY, it runs already`. */
MDTRACE_API const char *mdtrace_remark_text(const struct mdtrace_remark *remark,
					    size_t *len);
/** `RUN_ARRAY`, `open`, `write`. */
MDTRACE_API const char *mdtrace_remark_operation(const struct mdtrace_remark *remark,
						 size_t *len);
/** @return Whether the line is about md: its ioctls, nodes, attributes, superblocks. */
MDTRACE_API bool mdtrace_remark_is_md(const struct mdtrace_remark *remark);
/** @return Whether the block device that it is about is known. */
MDTRACE_API bool mdtrace_remark_device(const struct mdtrace_remark *remark,
				       uint32_t *major, uint32_t *minor);
/** The argument, decoded; may be empty. */
MDTRACE_API const char *mdtrace_remark_argument(const struct mdtrace_remark *remark,
						size_t *len);
/** What the call did, or why it failed; may be empty. */
MDTRACE_API const char *mdtrace_remark_meaning(const struct mdtrace_remark *remark,
					       size_t *len);
/** @return Where the kernel says so, or NULL. */
MDTRACE_API const char *mdtrace_remark_source(const struct mdtrace_remark *remark);

/** @return What mdtrace_follower_begin() was told. */
MDTRACE_API const char *mdtrace_call_file(const struct mdtrace_call *call);
MDTRACE_API unsigned long mdtrace_call_line(const struct mdtrace_call *call);
/** `md0` */
MDTRACE_API const char *mdtrace_call_array(const struct mdtrace_call *call, size_t *len);
/** `ADD_NEW_DISK 7:0 slot 0 in sync` */
MDTRACE_API const char *mdtrace_call_text(const struct mdtrace_call *call, size_t *len);
/** The log's: `0`, `EBUSY`, `?`. */
MDTRACE_API const char *mdtrace_call_result(const struct mdtrace_call *call, size_t *len);
/** The model's: `0`, `0 or EINVAL`; empty when it says nothing. */
MDTRACE_API const char *mdtrace_call_predicted(const struct mdtrace_call *call,
					       size_t *len);
MDTRACE_API enum mdtrace_verdict mdtrace_call_verdict(const struct mdtrace_call *call);
/** The array's state in words, before and after. */
MDTRACE_API const char *mdtrace_call_before(const struct mdtrace_call *call, size_t *len);
MDTRACE_API const char *mdtrace_call_after(const struct mdtrace_call *call, size_t *len);

/* ---- whole logs ---- */

enum mdtrace_level {
	MDTRACE_LEVEL_STATES,  /* what changes an array */
	MDTRACE_LEVEL_MD,      /* all that reaches the md driver */
	MDTRACE_LEVEL_IOCTL,   /* all ioctls, and what is done to block devices */
	MDTRACE_LEVEL_SYSCALL, /* everything */
};

/**
 * Compare two logs by what the programs did.
 * @param[out] differs Whether they differ.
 * @param[out] json What differs (docs/diff.md), to be freed; NULL: is not wanted.
 */
MDTRACE_API struct mdtrace_error *mdtrace_diff(const char *old_path, const char *new_path,
					       enum mdtrace_level level, bool *differs,
					       char **json);
/**
 * Plan the replay of logs that follow each other (docs/plan.md).
 * @param[out] ret The plan's text, to be freed.
 */
MDTRACE_API struct mdtrace_error *mdtrace_plan(const char *const *paths, size_t count,
					       char **ret);
/**
 * Judge a log against an executed log, which `mdtrace replay --format=strace` has
 * printed.
 * @param[out] differs Whether a result differs that nothing explains.
 * @param[out] json The verdicts (docs/replay-json.md), to be freed; NULL: is not wanted.
 */
MDTRACE_API struct mdtrace_error *
mdtrace_judge(const char *path, const char *executed_path, bool *differs, char **json);

#ifdef __cplusplus
}
#endif

#endif
