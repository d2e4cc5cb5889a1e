/* SPDX-License-Identifier: MIT */
/** @file What the files of this room share. Internal. */
#ifndef MDT_VIEW_PARTS_H
#define MDT_VIEW_PARTS_H

#include <pthread.h>
#include <stdatomic.h>

#include "view/view.h"

enum {
	VIEW_CHUNK = 1 << 16, /* rows in one piece of memory */
	VIEW_CHUNKS = 1 << 16,
	VIEW_WINDOW = 256 << 10,
	VIEW_TEXT_MAX = 256 << 10, /* of one line, to be shown and searched */
	VIEW_RECORD_UNIT = 8,	   /* records begin at multiples of it */
};

/* ---- a file without a name ---- */

struct view_spool {
	int fd;
	uint64_t size; /* with what is pending */
	struct mdt_buf pending;
};

struct mdt_error *view_spool_open(struct view_spool *spool) MUST_CHECK;
void view_spool_close(struct view_spool *spool);
/** Append; not in the file before view_spool_flush(). */
void view_spool_add(struct view_spool *spool, struct mdt_slice bytes);
struct mdt_error *view_spool_flush(struct view_spool *spool) MUST_CHECK;

/** A part of a file that is kept in memory. */
struct view_window {
	int fd;
	uint64_t at;
	size_t len;
	char *bytes; /* VIEW_WINDOW of them, or NULL */
};

/**
 * Append bytes of a file.
 * @return NULL also when the file is shorter by now: then fewer are appended.
 */
struct mdt_error *view_window_read(struct view_window *window, int fd, uint64_t at,
				   size_t len, struct mdt_buf *ret) MUST_CHECK;

/* ---- rows ---- */

/** The text of a record, in this order behind its struct view_record. */
enum view_part {
	VIEW_NAME,
	VIEW_DEVICE,
	VIEW_NUMBER,
	VIEW_PATH,
	VIEW_REMARK,
	VIEW_SOURCE,
	VIEW_ARRAY,
	VIEW_BEFORE,
	VIEW_AFTER,
	VIEW_PREDICTED,
	VIEW_CAUSE,
	VIEW_CALL,
	VIEW_ERROR,
	VIEW_PARTS,
};

struct view_record {
	uint32_t lens[VIEW_PARTS];
	uint32_t op, rule, verdict, kernel;
	uint64_t line; /* 0: it is the row's own count */
};

/** Where a line is. Immutable once it is published. */
struct view_row {
	uint64_t at : 48, flags : 16;
	uint32_t len;
	uint32_t record; /* in units of VIEW_RECORD_UNIT; 0: none */
};

struct view_log {
	const char *file;
	int fd;			 /* where the text is; -1: nowhere yet */
	size_t first;		 /* its first row */
	uint64_t size;		 /* of a plain file, else 0 */
	bool is_plain;		 /* fd is the log itself */
	struct view_spool spool; /* unless is_plain */
};

struct view_state {
	size_t row;
	uint32_t record; /* its text is VIEW_AFTER */
};

struct view_array {
	char *name; /* owned */
	size_t name_len;
	struct view_state *items;
	size_t len, cap;
};

struct view_filter {
	struct mdt_select *select; /* NULL: none */
	pthread_t thread;
	bool is_running;
	atomic_bool stop;
	_Atomic size_t seen; /* rows that were looked at */
	/* Under the lock: */
	size_t *rows;
	size_t len, cap;
	struct mdt_error *error;
};

struct mdt_view {
	struct mdt_view_input input;
	pthread_t thread;
	bool is_running;
	atomic_bool stop, done;
	_Atomic size_t count;	   /* rows that are published */
	_Atomic uint64_t at, size; /* mdt_view_progress */
	struct view_row **chunks;  /* VIEW_CHUNKS of them */
	struct view_spool records;
	struct view_window text_window, record_window; /* of whoever looks */
	struct view_filter filter;

	pthread_mutex_t lock; /* of what follows */
	struct view_log *logs;
	size_t log_count; /* that have begun */
	struct view_array *arrays;
	size_t array_count, array_cap;
	struct mdt_buf trouble;
	size_t troubles;

	struct mdt_buf said, text; /* of whoever looks */
	struct mdt_view_row row;
};

static inline struct view_row *view_row_at(const struct mdt_view *view, size_t index)
{
	return &view->chunks[index / VIEW_CHUNK][index % VIEW_CHUNK];
}

/** The log that a row is of. */
size_t view_log_of(struct mdt_view *view, size_t index);

/** mdt_view_row() with the caller's own windows, so that other threads can. */
struct mdt_error *view_read_row(struct mdt_view *view, struct view_window *texts,
				struct view_window *records, size_t index,
				struct mdt_view_row *ret) MUST_CHECK;
/** Read a record: all of @p ret but text, file, place and flags. */
struct mdt_error *view_read_record(struct mdt_view *view, struct view_window *records,
				   uint32_t record, struct mdt_view_row *ret) MUST_CHECK;

/** The thread that reads. @param data struct mdt_view. */
void *view_index(void *data);

/** Remember what went wrong; takes @p err. */
void view_trouble(struct mdt_view *view, struct mdt_error *err);

void view_filter_stop(struct mdt_view *view);

#endif
