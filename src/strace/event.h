/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What one line of an strace log is. An event borrows everything: its slices and values
 * point into the line (or, for a resumed call, into the joined text) and are valid until
 * the reader that made it is asked for the next one.
 */
#ifndef MDT_STRACE_EVENT_H
#define MDT_STRACE_EVENT_H

#include "strace/node.h"

enum mdt_event_kind {
	MDT_EVENT_CALL,	      /* name(args) = result */
	MDT_EVENT_UNFINISHED, /* name(args <unfinished ...> */
	MDT_EVENT_RESUMED,    /* <... name resumed> args) = result */
	MDT_EVENT_SIGNAL,     /* --- SIGCHLD {...} --- */
	MDT_EVENT_STOP,	      /* --- stopped by SIGSTOP --- */
	MDT_EVENT_EXIT,	      /* +++ exited with 0 +++, +++ killed by SIGKILL +++ */
	MDT_EVENT_SUPERSEDED, /* +++ superseded by execve in pid 5 +++ */
	MDT_EVENT_MESSAGE,    /* strace: Process 5 attached */
	MDT_EVENT_DEBUG,      /* what strace -d says of itself */
	MDT_EVENT_STACK,      /* -k: > /lib/libc.so.6(ioctl+0x3b) [0xfdd6b] */
	MDT_EVENT_DUMP,	      /* -e read=, -e write=: | 00000  6d 64 ... */
	MDT_EVENT_TABLE,      /* -c, -C: the counts and their heading */
	MDT_EVENT_OUTPUT,     /* what the traced program wrote between strace's words */
	MDT_EVENT_KERNEL,     /* what the kernel says: [  142.077921] md: md0 stopped. */
	MDT_EVENT_COMMENT,    /* # text: written by hand or by mdtrace */
	MDT_EVENT_BLANK,
	MDT_EVENT_UNKNOWN, /* not understood; the event's fault says why */
};

enum { MDT_EVENT_KINDS = MDT_EVENT_UNKNOWN + 1 };

/** @return The kind in a word, as --stats and JSON print it: "call", "unfinished", ... */
MDT_API const char *mdt_event_kind_name(enum mdt_event_kind kind);

/** What stands before the call: who and when. What the log does not have is empty. */
struct mdt_prefix {
	struct mdt_slice text;	  /* all of it, with the blank behind it */
	uint32_t pid;		  /* 0 when the line does not say */
	struct mdt_slice comm;	  /* -Y: [pid 5<bash>] */
	struct mdt_slice context; /* --secontext: of the process */
	struct mdt_slice time;	  /* -t, -tt, -ttt: as printed */
	struct mdt_slice since;	  /* -r: seconds since the line before */
	struct mdt_slice number;  /* -n: the system call's number, or ??? */
	struct mdt_slice ip;	  /* -i: hex digits without 0x, or ???????? */
};

/** What stands behind the call. */
struct mdt_result {
	bool present;		     /* there is a `= ...` at all */
	struct mdt_ref value;	     /* INT, or WORD `?`, with what hangs on it */
	struct mdt_slice error;	     /* ENODEV, ERRNO_512, "errno 512"; empty for none */
	struct mdt_slice error_text; /* No such device */
	struct mdt_ref aux; /* GROUP: what the call says beside its value: (Timeout) */
	struct mdt_slice inject; /* INJECTED, INJECTED: args, DELAYED */
	bool unavailable;	 /* `= ? <unavailable>` */
	struct mdt_slice tail;	 /* all between the value and the duration, as printed */
	struct mdt_slice duration; /* -T: 0.000116 */
};

/** Why a line is not understood. */
struct mdt_fault {
	const char *expected; /* static text; NULL: the line is understood */
	uint32_t column;      /* counts bytes from 1 */
	unsigned long line;   /* where, when not in the event's own line; else 0 */
};

struct mdt_event {
	enum mdt_event_kind kind;
	unsigned long line;   /* in its file, from 1 */
	struct mdt_slice raw; /* the whole line without its end */
	struct mdt_slice eol; /* "\n", "\r\n", or nothing at the end of the file */
	struct mdt_prefix prefix;
	struct mdt_fault fault;

	/* CALL, UNFINISHED, RESUMED: */
	struct mdt_slice name; /* ioctl */
	/* A CALL node; its children are the arguments, of RESUMED also those before. */
	struct mdt_ref call;
	struct mdt_result result;
	/* UNFINISHED: "<unfinished ...>", "<detached ...>"; with -k also the stack. */
	struct mdt_slice interruption;
	struct mdt_slice tail; /* RESUMED: the line's text behind "resumed>" */
	uint32_t split;	       /* RESUMED: where in the call's text the tail begins */
	/* RESUMED, UNFINISHED again: the line where it began. KERNEL: the line of the
	 * call that was running, when it was one alone; only of a report's first line. 0
	 * when not in the log. */
	unsigned long began;
	struct mdt_slice before; /* the program's own output in front of strace's words */
	struct mdt_slice output; /* the same inside the call, or all of the line */
	bool colored; /* slices other than raw are of a copy without the colors */
	struct mdt_slice note; /* what somebody wrote behind the line, with its blanks */

	/* SIGNAL, STOP, EXIT: the signal or status as a value, with siginfo as second
	 * child. */
	struct mdt_ref subject;
};

/** @return Argument @p index of a call from 0, or no value. */
static inline struct mdt_ref mdt_event_arg(const struct mdt_event *event, size_t index)
{
	return mdt_ref_child(event->call, index);
}

/** True when the call returned a number that is not an error. */
static inline bool mdt_event_succeeded(const struct mdt_event *event)
{
	return event->result.present && !event->result.error.len &&
	       mdt_ref_ok(event->result.value) &&
	       mdt_ref_node(event->result.value)->kind == MDT_NODE_INT &&
	       !(mdt_ref_node(event->result.value)->flags & MDT_NODE_NEGATIVE);
}

/**
 * True when the call failed and the log does not say why: `= -1` alone, as it is left of
 * a line that a mailer has wrapped. strace prints a negative number for errors only
 * (strace(1): "Errors (typically a return value of -1)").
 */
static inline bool mdt_event_failed_unsaid(const struct mdt_event *event)
{
	return event->result.present && !event->result.error.len &&
	       mdt_ref_ok(event->result.value) &&
	       mdt_ref_node(event->result.value)->kind == MDT_NODE_INT &&
	       mdt_ref_node(event->result.value)->flags & MDT_NODE_NEGATIVE;
}

/** True when the call failed, with an errno in the log or without. */
static inline bool mdt_event_failed(const struct mdt_event *event)
{
	return event->result.error.len || mdt_event_failed_unsaid(event);
}

/**
 * The result of a call that is not understood: what is after the last `) = ` of the line.
 * What spoiled the line is before that, so that the result is as strace wrote it.
 * @param[out] ret `3`, `3</dev/md0>`, `-1 EBUSY (Device or resource busy)`; untouched
 * when there is none.
 */
MDT_API bool mdt_event_spoiled_result(const struct mdt_event *event,
				      struct mdt_slice *ret);

/**
 * True when the line has a call and not its end: `<unfinished ...>`, a line that is cut,
 * or one that was copied without its result. A line that is cut is MDT_EVENT_UNKNOWN; its
 * arguments are those that are there.
 */
static inline bool mdt_event_is_begun(const struct mdt_event *event)
{
	struct mdt_slice result;

	return event->name.len && mdt_ref_ok(event->call) && !event->result.present &&
	       (event->kind == MDT_EVENT_UNFINISHED ||
		(event->kind == MDT_EVENT_UNKNOWN &&
		 !mdt_event_spoiled_result(event, &result)));
}

#endif
