/* SPDX-License-Identifier: MIT */
/**
 * @file
 * A log as what is compared: its tasks, and for each call a number for its text.
 */
#ifndef MDT_DIFF_LOG_H
#define MDT_DIFF_LOG_H

#include "diff/origin.h"
#include "diff/rules.h"
#include "diff/tasks.h"
#include "diff/texts.h"
#include "strace/reader.h"

struct mdt_diff_call {
	uint32_t text; /* in the texts */
	uint32_t task;
	uint32_t line;	 /* in the log, from 1 */
	uint32_t origin; /* in the log's origins, from 1; 0: not known */
};

struct mdt_diff_log {
	const char *path;	     /* borrowed */
	struct mdt_diff_call *calls; /* owned; in the order of the log */
	size_t len, cap;
	struct mdt_diff_tasks tasks;
	struct mdt_arena arena; /* owns the tasks' names */
	struct mdt_diff_origins origins;
	bool is_baseline; /* its calls are process by process: they have no order else */
	uint64_t repeats; /* calls that a baseline only counts */
	uint64_t lines, faults;	  /* faults: lines that were not understood */
	uint64_t fault_hash;	  /* of those, but for their numbers */
	unsigned long fault_line; /* of the first; 0: there is none */
};

/** The comment that a baseline begins with, and how many of its calls are allowed. */
#define MDT_BASELINE_HEAD SLICE("# mdtrace baseline 1")
enum { MDT_BASELINE_REPEATS_MAX = 1 << 24 };

/** Told of every event while a log is read; may be NULL. */
struct mdt_diff_watch {
	void (*event)(void *data, const char *path, const struct mdt_event *event);
	void *data;
	/* What its stacks are resolved by; NULL: by what the log has. */
	struct mdt_programs *programs;
};

MDT_API void mdt_diff_log_deinit(struct mdt_diff_log *log);

/** Which functions made a call, `Create < main`; empty: not known. */
static inline struct mdt_slice mdt_diff_origin_of(const struct mdt_diff_log *log,
						  uint32_t call)
{
	uint32_t number = log->calls[call].origin;

	return number ? log->origins.items[number - 1] : (struct mdt_slice){ 0 };
}

/**
 * Read a log.
 * @param path Borrowed; must outlive @p ret. Also a baseline: it is a log.
 * @param[in,out] texts Shared by the logs that are compared.
 * @param[out] ret To be let go of also after an error.
 */
MDT_API struct mdt_error *mdt_diff_log_read(const char *path,
					    struct mdt_diff_rules *rules,
					    const struct mdt_ioctl_table *table,
					    struct mdt_diff_texts *texts,
					    const struct mdt_diff_watch *watch,
					    struct mdt_diff_log *ret) MUST_CHECK;

/** The same for text in memory. */
MDT_API struct mdt_error *mdt_diff_log_parse(const char *path, struct mdt_slice text,
					     struct mdt_diff_rules *rules,
					     const struct mdt_ioctl_table *table,
					     struct mdt_diff_texts *texts,
					     const struct mdt_diff_watch *watch,
					     struct mdt_diff_log *ret) MUST_CHECK;

#endif
