/* SPDX-License-Identifier: MIT */
/**
 * @file
 * Where the calls of a log are, by the array and the disk that they are about: what comes
 * before and after a call is looked up, not searched for. Internal to src/derive/.
 *
 * Made once the calls of a log are chosen; their order does not change afterwards.
 */
#ifndef MDT_DERIVE_INDEX_H
#define MDT_DERIVE_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct drv_array;
struct drv_disk;
struct drv_planner;

/** An ioctl of md that a plan looks into. */
enum drv_op {
	DRV_NO_OP,
	DRV_GET_ARRAY_INFO,
	DRV_GET_DISK_INFO,
	DRV_SET_ARRAY_INFO,
	DRV_ADD_NEW_DISK,
	DRV_RUN_ARRAY,
	DRV_STOP_ARRAY,
	DRV_STOP_ARRAY_RO,
	DRV_RESTART_ARRAY_RW,
	DRV_SET_DISK_FAULTY,
	DRV_HOT_REMOVE_DISK,
	DRV_HOT_ADD_DISK,
	DRV_OPS,
};

/** Indices of calls, ascending. */
struct drv_places {
	uint32_t *at;
	size_t len;
};

/** No such place. */
#define DRV_NOWHERE SIZE_MAX

/** The calls of an array. */
struct drv_array_calls {
	struct drv_places all[DRV_OPS]; /* by operation, whatever they gave */
	struct drv_places ok[DRV_OPS];	/* that succeeded; not of GET_DISK_INFO */
	struct drv_places starts;	/* RUN_ARRAY, and what writes to array_state */
	struct drv_places stops;	/* the same */
	struct drv_places supers; /* superblocks that were read from or written to it */
	size_t first_super_write; /* or DRV_NOWHERE */
	size_t first_bitmap;	  /* or DRV_NOWHERE */
	bool is_built;	 /* a SET_ARRAY_INFO has raid_disks: it has no superblocks */
	bool is_written; /* by write() */
	bool is_excl;	 /* opened with O_EXCL */
};

/** The calls of a disk. */
struct drv_disk_calls {
	struct drv_places supers;
	struct drv_places adds; /* ADD_NEW_DISK of it, once drv_index_added() is there */
	size_t first_super_write; /* or DRV_NOWHERE */
	size_t first_bitmap;	  /* or DRV_NOWHERE */
	bool is_excl;		  /* opened with O_EXCL */
	bool is_refused;	  /* to an open with O_EXCL */
	bool is_granted; /* an open of the log's own with O_EXCL gave something else */
};

struct drv_index {
	struct drv_places looks; /* opens of disks and arrays, and their superblocks */
	struct drv_places adds;	 /* ADD_NEW_DISK of all arrays */
	uint32_t
		*runs; /* of a GET_DISK_INFO: where the run of them began that it is in */
	uint32_t *run_ends;
	uint32_t *asked; /* how many were asked for before it in one loop of mdadm's */
	struct drv_array_calls **arrays; /* those of all that have any */
	struct drv_disk_calls **disks;
	size_t array_count, disk_count;
	bool has_write;	     /* any write() */
	bool has_disk_write; /* to a disk */
};

/** Sets p->failed_memory when there is not enough. */
void drv_index_make(struct drv_planner *p);
/** Once each ADD_NEW_DISK has its disk. */
void drv_index_added(struct drv_planner *p);
void drv_index_deinit(struct drv_planner *p);

/** Never NULL; empty when there are none. */
const struct drv_array_calls *drv_calls_of(const struct drv_array *array);
const struct drv_disk_calls *drv_calls_of_disk(const struct drv_disk *disk);

/** The first place from @p from on, or DRV_NOWHERE. */
size_t drv_place_from(const struct drv_places *places, size_t from);
/** The last place before @p index, or DRV_NOWHERE. */
size_t drv_place_before(const struct drv_places *places, size_t index);
/** How many places are before @p index. */
size_t drv_places_below(const struct drv_places *places, size_t index);

/** The last call before @p index that read or wrote a superblock of the disk, as far as
 * it succeeded; DRV_NOWHERE: none. */
size_t drv_super_call_before(const struct drv_disk *disk, size_t index);
/** The first write of a superblock to the disk; DRV_NOWHERE: none. */
size_t drv_first_super_write(const struct drv_disk *disk);
/** The first read or write of a bitmap at a place that is known; DRV_NOWHERE: none. */
size_t drv_first_bitmap(const struct drv_disk *disk);
/** Whether the log has it to itself at some time. */
bool drv_is_excl(const struct drv_disk *disk);
/** Whether the log writes to any disk, or to an array that is one. */
bool drv_writes_disks(const struct drv_planner *p);

#endif
