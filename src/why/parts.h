/* SPDX-License-Identifier: MIT */
/** @file What collecting and judging share. Internal to src/why/. */
#ifndef MDT_WHY_PARTS_H
#define MDT_WHY_PARTS_H

#include "base/arena.h"
#include "md/sysfs.h"
#include "why/rows.h"
#include "why/why.h"

enum {
	MDT_WHY_FAILURES_MAX = 2048, /* kinds of failures that are told apart */
	MDT_WHY_LINES_MAX = 64,	 /* messages, and lines of the kernel, that are kept */
	MDT_WHY_NAMES_MAX = 400, /* bytes of names of attributes */
};

/** How much a failure counts: above 0 it is about block devices. */
enum mdt_why_weight {
	MDT_WEIGHT_NONE,
	MDT_WEIGHT_PATH,    /* a path that may be md's */
	MDT_WEIGHT_ASKED,   /* nothing was to change */
	MDT_WEIGHT_DEVICE,  /* another block device */
	MDT_WEIGHT_OPEN,    /* the array's node */
	MDT_WEIGHT_CHANGES, /* something was to change */
	MDT_WEIGHT_GONE,    /* the array went away meanwhile */
};

/** A kind of failure: the same call, with the same result. */
struct mdt_why_failure {
	struct mdt_slice file;
	unsigned long line, last, times;
	struct mdt_slice op, text, error, path, means, source;
	enum mdt_why_weight weight;
	const struct mdt_why_harmless *harmless;
	unsigned long succeeded; /* the line where the same went well later, or 0 */
	bool read_only;		 /* then: O_RDONLY, where O_RDWR was refused */
	const char *rules[MDT_LIFE_RULES];
	unsigned int rule_numbers[MDT_LIFE_RULES];
	unsigned int rule_count;
	struct mdt_slice array, before, disk; /* what is known of it, in words */
};

struct mdt_why_message_line {
	struct mdt_slice file, text;
	unsigned long line;
};

/** An array, or what else has attributes. */
struct mdt_why_array {
	struct mdt_slice name;
	struct mdt_slice before, after; /* in words; before: when the log met it */
	struct mdt_slice mdstat;	/* its lines of /proc/mdstat */
	bool is_followed;		/* before and after are set */
	bool is_changed;		/* something was asked that changes it */
	long openers;			/* open files that the log has */
	unsigned long stopped;		/* where STOP_ARRAY went well last, or 0 */
	struct mdt_buf reads, writes;	/* names of attributes that were opened */
	struct mdt_slice file;
	unsigned long reads_line, writes_line;
	bool wrote, truncates;
};

struct mdt_why {
	struct mdt_life life;
	struct mdt_arena arena; /* owns the text of everything here */
	struct mdt_why_item *items;
	size_t count, cap;
	struct mdt_why_failure *failures;
	size_t failure_count, failure_cap;
	struct mdt_map failure_of; /* text and errno to a failure's number + 1 */
	struct mdt_why_message_line *said;
	size_t said_count, said_cap;
	struct mdt_map arrays; /* name to struct mdt_why_array */
	struct mdt_why_array **array_list;
	size_t array_count, array_cap;
	const char *file;
	bool has_md, failed, failed_memory;
	unsigned long kernel_lines;
	/* of the event that is followed */
	const struct mdt_event *event;
	struct mdt_slice path; /* its path, or empty; in path_text */
	bool has_rules;
	unsigned int rules[MDT_LIFE_RULES], rule_count;
	struct mdt_why_array *array;
	const struct mdt_device *disk; /* the block device, no array, opened last */
	struct mdt_buf path_text, text, key;
	/* copies of descriptor 2: bits of descriptors below 64, of the last process */
	uint64_t stderr_fds;
	uint32_t stderr_pid;
	size_t done; /* the item, counted from 1, of the call that is followed; or 0 */
	unsigned long reopened; /* descriptors that were given out while they were open */
	uint32_t waiting_pid;	/* who waited for events last */
	bool said_open;		/* the last message has no end yet */
	/* a call trace of an oops */
	bool in_trace;
	unsigned int trace_count;
	struct mdt_buf trace;
	unsigned long trace_line;
	struct mdt_buf supers; /* of superblocks that were read */
	unsigned int super_count;
	const char *mdstat_file;
	struct mdt_why_array *mdstat_array;
};

/** A copy that lives with @p why. */
struct mdt_slice mdt_why_keep(struct mdt_why *why, struct mdt_slice text);

/** Add an item whose text is copied. @return It, to be completed; never NULL. */
struct mdt_why_item *mdt_why_add(struct mdt_why *why, enum mdt_why_part part,
				 const char *file, unsigned long line,
				 struct mdt_slice text);

/** The array of this name, made if need be; NULL: no memory. */
struct mdt_why_array *mdt_why_array(struct mdt_why *why, struct mdt_slice name);

/** Append the disk that was opened last: `/dev/sda1 (8:1)`; nothing if there is none. */
void mdt_why_add_disk(struct mdt_why *why, struct mdt_buf *text);

/** judge.c: what is in flight, as items, before the life forgets it. */
void mdt_why_flights(struct mdt_why *why);

/** judge.c: from what was collected to items. */
void mdt_why_judge(struct mdt_why *why);

/** kernel.c: a line between those of strace. */
void mdt_why_other_line(struct mdt_why *why, unsigned long line, struct mdt_slice text);

/** files.c: an attribute was opened, or written. */
void mdt_why_attribute(struct mdt_why *why, const struct mdt_event *event,
		       const struct mdt_annotation *annotation);

#endif
