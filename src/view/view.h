/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Logs to be looked at from any place on, while they are still being read: `mdtrace
 * view`. A thread reads them, remembers where each line is and writes what is to be said
 * of it into a file without a name; the rows that are there can be asked for at any time.
 * A log that is a plain file stays where it is; any other (compressed, a pipe, undone
 * mail) is copied into such a file as it is read. Memory: 16 bytes a line, and the
 * arrays' states.
 *
 * All functions are for one thread, that of whoever looks.
 */
#ifndef MDT_VIEW_VIEW_H
#define MDT_VIEW_VIEW_H

#include "annotate/select.h"
#include "base/pattern.h"
#include "life/life.h"
#include "strace/reader.h"

enum mdt_view_flag {
	MDT_VIEW_FAILED = 1 << 0,
	MDT_VIEW_REMARK = 1 << 1, /* there is something to say */
	MDT_VIEW_STATE = 1 << 2,  /* the state of an array changed */
	MDT_VIEW_CONTRADICTS = 1 << 3,
	MDT_VIEW_UNKNOWN = 1 << 4, /* the line is not understood */
};

/** What is read. */
struct mdt_view_input {
	const char *const *files; /* "-" is standard input; borrowed until the end */
	size_t count;
	const struct mdt_ioctl_table *table; /* borrowed */
	struct mdt_slice kernel; /* a version; empty: what the logs say; borrowed */
	/* Whether a log is of the same run as the one before (strace -ff). */
	bool (*same_run)(const char *file, const char *last,
			 const struct mdt_reader *reader);
};

struct mdt_view;

/** Begin to read. Trouble with a log is told by mdt_view_progress(). */
struct mdt_error *mdt_view_create(const struct mdt_view_input *input,
				  struct mdt_view **ret) MUST_CHECK;
/** Stops reading; NULL is fine. */
void mdt_view_destroy(struct mdt_view *view);

struct mdt_view_progress {
	size_t rows;		  /* of all lines so far */
	size_t visible;		  /* those that the filter takes; without one: rows */
	bool done;		  /* all logs are read */
	bool filtered;		  /* there is a filter */
	bool filter_done;	  /* and it has seen all rows that there are */
	uint64_t at, size;	  /* of the plain file that is read; size 0: not known */
	struct mdt_slice trouble; /* the last; empty: none. Until the next call */
	size_t troubles;
};

void mdt_view_progress(struct mdt_view *view, struct mdt_view_progress *ret);

/** A row. Zeroed before the first use; slices are valid until the next. */
struct mdt_view_row {
	struct mdt_buf text; /* the line without its end, as it is in the log */
	size_t cut;	     /* bytes of it that are left out */
	const char *file;
	size_t log; /* from 0 */
	unsigned long line;
	unsigned int flags;
	/* What is said of it; empty where nothing is. */
	struct mdt_slice name, device, number, path, remark, source;
	/* Of a call that touched an array. */
	struct mdt_slice array, before, after, predicted, cause;
	enum mdt_life_verdict verdict;
	enum mdt_md_op op;	/* MDT_OPS: none that the model knows */
	unsigned int rule;	/* that gave the result; 0: none */
	enum mdt_kernel kernel; /* whose rules these are */
	/* Of a call that was resumed: what the line alone does not have. */
	struct mdt_slice call, error;
	struct mdt_buf record; /* the slices' memory */
};

void mdt_view_row_deinit(struct mdt_view_row *row);

/** Fill in a row. @param index Less than mdt_view_progress().rows. */
struct mdt_error *mdt_view_row(struct mdt_view *view, size_t index,
			       struct mdt_view_row *ret) MUST_CHECK;

/** @return The row at a place among the visible ones. */
size_t mdt_view_visible(struct mdt_view *view, size_t place);
/** @return The place of a row among the visible ones, or of the next that is visible. */
size_t mdt_view_place(struct mdt_view *view, size_t index);
/** @return The row of a line of a log, or the last one before it. */
size_t mdt_view_line(struct mdt_view *view, size_t log, unsigned long line);

/**
 * Show only rows that @p select takes.
 * @param select Owned by the view from now on; NULL: all.
 */
struct mdt_error *mdt_view_filter(struct mdt_view *view,
				  struct mdt_select *select) MUST_CHECK;

/**
 * Look for a row with all of these flags.
 * @param[in,out] place In: the one before the first that is looked at.
 * @param back Towards the beginning.
 */
bool mdt_view_next(struct mdt_view *view, unsigned int flags, bool back, size_t *place);

enum mdt_view_found {
	MDT_VIEW_FOUND,
	MDT_VIEW_NOT_FOUND,
	MDT_VIEW_GO_ON, /* that many were looked at: ask again */
};

/**
 * Look for a row that has a match in line or remark.
 * @param[in,out] place As above; of MDT_VIEW_GO_ON, the last that was looked at.
 * @param budget How many rows to look at.
 */
struct mdt_error *mdt_view_find(struct mdt_view *view, struct mdt_pattern *pattern,
				bool back, size_t budget, size_t *place,
				enum mdt_view_found *ret) MUST_CHECK;

/**
 * The state of each array after a row, in the order in which the log has them.
 * @param state Called for each array that was met so far; slices are valid until it
 * returns. @p changed: by this row.
 */
void mdt_view_states(struct mdt_view *view, size_t index,
		     void (*state)(void *data, struct mdt_slice array,
				   struct mdt_slice text, bool changed),
		     void *data);

#endif
