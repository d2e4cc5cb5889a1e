/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What a reader is made of. Internal to src/strace/: reader.c reads lines, pending.c
 * keeps the calls that are open, gap.c finds the halves of calls that other words stand
 * between, table.c follows the tables of -c.
 */
#ifndef MDT_STRACE_READER_PARTS_H
#define MDT_STRACE_READER_PARTS_H

#include "base/map.h"
#include "paste/paste.h"
#include "strace/memo.h"
#include "strace/mixed.h"
#include "strace/reader.h"
#include "strace/source.h"

enum {
	MDT_ANNOUNCED_MAX = 16, /* writes whose output has not been seen yet */
};

/** A call that began: its text up to where strace stopped. Not open: the text is empty.
 */
struct mdt_pending {
	unsigned long line;
	struct mdt_buf text;
	struct mdt_written
		written; /* by the call, if it is announced; points into text */
};

/** What is known about a place between two halves of a call that strace did not mark. */
enum mdt_gap {
	MDT_GAP_NONE,
	MDT_GAP_POSSIBLE, /* behind an unfinished call: strace 5.10 -z drops `<...
			     resumed>` */
	MDT_GAP_LIKELY,	  /* a call that makes no sense began */
	MDT_GAP_CERTAIN,  /* output or a message that is known stands in the middle of a
			     call */
};

enum mdt_table {
	MDT_TABLE_NONE,
	MDT_TABLE_HEADING, /* a line of column titles was seen */
	MDT_TABLE_ROWS,
	MDT_TABLE_SUM, /* after the second ruler */
	MDT_TABLE_END, /* the row of the total */
	MDT_TABLE_TIP, /* the box and the elephant of strace --tips, which end the log */
};

struct mdt_reader {
	struct mdt_source *source;
	struct mdt_paste *paste;      /* NULL: lines are as they were written */
	struct mdt_paste_judge judge; /* its data is judged */
	struct mdt_nodes judged;
	struct mdt_error *source_error; /* told when the lines before it are used up */
	bool source_ended;
	struct mdt_nodes nodes;
	struct mdt_nodes scratch; /* of parses that only ask a question */
	struct mdt_memo memo;
	struct mdt_buf joined;
	struct mdt_buf plain; /* the line without its colors */
	unsigned long line;
	uint32_t pid; /* that the log's name gives */
	enum mdt_table table;
	bool in_report; /* of the kernel: an oops, a hung task */
	bool colored;	/* a line had colors */
	bool mixed; /* output stood between strace's words: the log shares a terminal */
	bool in_piece;
	bool eol; /* the line has an end: it is not the last one, cut by the end of the
		     file */

	struct mdt_map pending; /* pid to struct mdt_pending */
	size_t open;		/* how many of these are open */

	enum mdt_gap gap;
	uint32_t gap_pid;
	uint64_t gap_budget; /* bytes that may yet be parsed to find the call's other half
			      */
	uint64_t output_left; /* bytes of output that are due now */
	struct mdt_pending
		*announced[MDT_ANNOUNCED_MAX]; /* writes, their output still to come */
	size_t announced_count;
};

/* ---- pending.c: calls that are open ---- */

/** The pid's call begins with @p text; one that was open already is forgotten. */
struct mdt_error *mdt_pending_begin(struct mdt_reader *reader, uint32_t pid,
				    struct mdt_slice text,
				    struct mdt_pending **ret) MUST_CHECK;

/** The pid's call, if one is open, is over. */
void mdt_pending_end(struct mdt_reader *reader, uint32_t pid);

/**
 * After a SUPERSEDED event: the execve() that its other pid began is now this pid's,
 * whose own call is over.
 */
struct mdt_error *mdt_pending_move(struct mdt_reader *reader,
				   const struct mdt_event *event) MUST_CHECK;

void mdt_pending_destroy(struct mdt_pending *pending);

/**
 * Remember what the call writes, so that it is known when it comes out.
 * @param event The call's first half, in which it is not said otherwise.
 */
void mdt_pending_announce(struct mdt_reader *reader, struct mdt_pending *pending,
			  const struct mdt_event *event);

/** Forget it again. */
void mdt_pending_shown(struct mdt_reader *reader, const struct mdt_pending *pending);

/**
 * Parse the open call with @p tail, a part of @p ret's line, behind it. Faults are told
 * as columns of this line.
 */
struct mdt_error *mdt_pending_join(struct mdt_reader *reader,
				   const struct mdt_pending *pending,
				   struct mdt_slice tail,
				   struct mdt_event *ret) MUST_CHECK;

/** A RESUMED event becomes whole. */
struct mdt_error *mdt_pending_resume(struct mdt_reader *reader,
				     struct mdt_event *ret) MUST_CHECK;

/* ---- gap.c: other words between the halves of a call ---- */

/** Where in the line strace's words about a call begin. */
size_t mdt_event_body(const struct mdt_event *event);

/** The call of @p len bytes that @p pid began may go on in a line of its own. */
void mdt_gap_open(struct mdt_reader *reader, enum mdt_gap gap, uint32_t pid, size_t len);

/** Output or a message stands in the event's call. */
struct mdt_error *mdt_gap_break(struct mdt_reader *reader, struct mdt_break brk,
				struct mdt_event *ret) MUST_CHECK;

/** Whether output that an open write announced stands in a call that makes no sense. */
struct mdt_error *mdt_gap_find_output(struct mdt_reader *reader, struct mdt_slice body,
				      struct mdt_break *ret) MUST_CHECK;

/**
 * What is known to be output, at the beginning of a line, before it is parsed.
 * @param[out] from Where strace's words begin.
 * @param[out] done The event is whole: all is output, or a call goes on behind it.
 */
struct mdt_error *mdt_gap_read(struct mdt_reader *reader, struct mdt_slice line,
			       size_t *from, struct mdt_event *ret,
			       bool *done) MUST_CHECK;

/**
 * A line that is not understood: the other half of a call, or output and then strace's
 * words.
 * @param[in] from Where the words begin that @p ret is about.
 */
struct mdt_error *mdt_gap_explain(struct mdt_reader *reader, struct mdt_slice line,
				  size_t from, struct mdt_event *ret,
				  bool *done) MUST_CHECK;

/** The whole line is output, or one of strace's messages in the midst of it. */
void mdt_gap_set_output(struct mdt_event *ret, struct mdt_slice line);

/** mdt_parse_line() from @p from on, with output before it. */
struct mdt_error *mdt_parse_behind(struct mdt_slice line, size_t from,
				   struct mdt_nodes *nodes,
				   struct mdt_event *ret) MUST_CHECK;

/* ---- judge.c: what makes sense ---- */

/** @param nodes To parse with; must outlive the judge. */
struct mdt_paste_judge mdt_judge(struct mdt_nodes *nodes);

/* ---- table.c: the tables of -c ---- */

/** A line that the line parser has no name for, or takes for something else inside a
 * table. */
void mdt_table_follow(struct mdt_reader *reader, struct mdt_event *ret);

/** kernel_line.c: tell what the kernel says from what is not understood. */
void mdt_kernel_line_follow(struct mdt_reader *reader, struct mdt_event *ret);

#endif
