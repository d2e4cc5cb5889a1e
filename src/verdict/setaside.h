/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What cannot be the same twice, as rows: times, counts that go with time, what a run
 * depends on that the log does not tell. A field that differs is set aside only when a
 * row says so, and only as far as it says.
 */
#ifndef MDT_VERDICT_SETASIDE_H
#define MDT_VERDICT_SETASIDE_H

#include "base/slice.h"

/** What a field belongs to. */
enum mdt_aside_of {
	MDT_OF_IOCTL,	   /* a field of an ioctl's argument; `op` is the command */
	MDT_OF_SUPER,	   /* of a superblock that is read from a disk */
	MDT_OF_BITMAP,	   /* of a bitmap's superblock, or the bits behind it */
	MDT_OF_ARRAY_ATTR, /* a sysfs attribute's text; `field` is its name */
	MDT_OF_MEMBER_ATTR,
	MDT_OF_DISK_ATTR,
	MDT_OF_PARAMETER,
	MDT_OF_MDSTAT, /* a part of an array's lines */
};

/** What has to be the case, for rows that hold only then. */
enum mdt_aside_when {
	MDT_IF_ALWAYS = 0,
	MDT_IF_SYNC = 1 << 0, /* a resync or recovery runs, or has run */
	MDT_IF_SIZE = 1 << 1, /* a disk's size is not from the log */
	MDT_IF_MADE = 1 << 2, /* superblocks were not in the log: the planner made them,
			       * or the kernel did (SET_ARRAY_INFO in full) */
};

struct mdt_aside {
	enum mdt_aside_of of;
	const char *op;	    /* of MDT_OF_IOCTL; NULL: any */
	const char *field;  /* an item of an array goes by the array's name */
	unsigned int when;  /* enum mdt_aside_when; any of them */
	uint64_t bits;	    /* not 0: numbers that differ in no other bit */
	const char *words;  /* not NULL: texts that are both among these, between `|` */
	const char *why;    /* one line, lower case, no full stop */
	const char *source; /* the kernel's file and function, or NULL */
};

/** A field that differs. */
struct mdt_aside_question {
	enum mdt_aside_of of;
	struct mdt_slice op, field;
	unsigned int when;
	bool has_numbers;
	uint64_t expected_number, actual_number;
	struct mdt_slice expected, actual; /* as text */
};

/** @return The first row that holds, or NULL. */
MDT_API const struct mdt_aside *mdt_aside_find(const struct mdt_aside_question *question);

/** All rows, for tests and for listings. @param[out] len How many. */
MDT_API const struct mdt_aside *mdt_asides(size_t *len);

#endif
