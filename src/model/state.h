/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the model knows of an array and of its disks. Every fact may be unknown: a number
 * is then MDT_MODEL_UNKNOWN, a yes-or-no MDT_UNSURE. Plain values: a state is copied by
 * assignment and has nothing to let go of.
 */
#ifndef MDT_MODEL_STATE_H
#define MDT_MODEL_STATE_H

#include "base/buf.h"
#include "base/slice.h"

/** Three-valued. Zero is "no". */
enum mdt_tri {
	MDT_NO,
	MDT_YES,
	MDT_UNSURE,
};

enum {
	MDT_MODEL_UNKNOWN = INT32_MIN, /* any number */
	MDT_MODEL_SOME = INT32_MAX,    /* any number above 0 */
	MDT_MODEL_DISKS = 24,	       /* devices that one state can tell apart */
	MDT_MODEL_ROLES = 32,	       /* roles of a superblock that are kept */
};

/** Roles in a superblock, beside slots from 0 on (<linux/raid/md_p.h>). */
enum {
	MDT_MODEL_SPARE = -1,
	MDT_MODEL_FAULTY = -2,
	MDT_MODEL_JOURNAL = -3,
};

enum mdt_model_super_kind {
	MDT_MODEL_SUPER_UNKNOWN,
	MDT_MODEL_SUPER_NONE, /* none that loads, at any place */
	MDT_MODEL_SUPER_0,    /* 0.90 */
	MDT_MODEL_SUPER_1,    /* 1.x, at the place that minor says */
};

/**
 * Which run of the array has counted events. Nobody knows by how much the raid thread has
 * raised them, so two counts are compared only if the one goes on from the other.
 */
struct mdt_model_line {
	uint32_t run;	      /* from 1; 0: none that is known */
	uint32_t base;	      /* the run that it went on from */
	uint64_t base_events; /* from that count */
};

/** What the superblock on a disk says. Counts are of 512-byte sectors. */
struct mdt_model_super {
	enum mdt_model_super_kind kind;
	int32_t minor; /* 1.x: 0, 1, 2; where it lies */
	/* Equal for superblocks of one array: of 1.x uuid, level, layout, chunk size; of
	 * 0.90 what md_sb_equal() compares. Any hash of these. */
	uint64_t family;
	int32_t level, layout, raid_disks, max_dev;
	int32_t chunk_size;  /* bytes, as in mdu_array_info_t */
	int64_t size;	     /* of each member */
	int64_t data_offset; /* 0.90: 0 */
	int64_t data_size;   /* of this disk; 0.90: up to the superblock */
	int64_t ctime;
	int32_t dev_number;		/* this disk's */
	int16_t roles[MDT_MODEL_ROLES]; /* by dev_number */
	uint64_t events;
	bool events_exact; /* else there are at least so many, but the raid thread may
			    * have added some */
	struct mdt_model_line line; /* by whom they were counted */
	bool clean;		    /* nothing to resync */
	bool recovering;	    /* MD_FEATURE_RECOVERY_OFFSET */
	bool bitmap;		    /* says that it has one */
	bool reshaping;		    /* MD_FEATURE_RESHAPE_ACTIVE; minor 91 of 0.90 */
	bool layout_said;   /* of raid0: MD_FEATURE_RAID0_LAYOUT, else it has none */
	int32_t block_size; /* logical block size at byte 224; 0: none. Written since
			     * 6.19, refused before */
};

/** A device. */
struct mdt_model_disk {
	uint32_t major, minor;
	enum mdt_tri missing;	/* no such device */
	enum mdt_tri claimed;	/* by another array, a mount, an O_EXCL open */
	enum mdt_tri read_only; /* a write-protected device */
	int64_t size;		/* sectors; MDT_MODEL_UNKNOWN */
	struct mdt_model_super super;
	uint32_t written; /* for who follows a log: which write of it super is from */
	bool has_older;	  /* another superblock, of before, is at another place: it may
			   * still load as what it is */
	/* As a member; only when is_member. */
	bool is_member;
	uint32_t bound;	    /* when it was bound: later is more */
	bool has_super;	    /* imported with its superblock, or written since */
	int32_t number;	    /* desc_nr; MDT_MODEL_UNKNOWN */
	int32_t slot;	    /* raid_disk; -1 for none; MDT_MODEL_UNKNOWN */
	int32_t saved_slot; /* saved_raid_disk */
	enum mdt_tri in_sync, faulty;
	int64_t sectors; /* that it has for data */
};

enum mdt_model_mode {
	MDT_MODE_RW,
	MDT_MODE_RO,
	MDT_MODE_AUTO, /* auto-read-only */
	MDT_MODE_UNKNOWN,
};

/** mddev->hold_active: what keeps an array with nothing in it alive. */
enum mdt_model_hold {
	MDT_HOLD_NONE,
	MDT_HOLD_IOCTL,
	MDT_HOLD_STOP,
	MDT_HOLD_UNKNOWN,
};

struct mdt_model_state {
	/* the driver's object and its node */
	enum mdt_tri exists;  /* mddev is there */
	enum mdt_tri deleted; /* MD_DELETED: only who has it open still has it */
	enum mdt_model_hold hold;
	int32_t openers;      /* open descriptions that are known */
	enum mdt_tri others;  /* somebody else may have it open, too */
	enum mdt_tri claimed; /* one of the openers has it with O_EXCL */
	enum mdt_tri closing; /* MD_CLOSING */
	enum mdt_tri in_use;  /* sysfs_active: attributes of a stopped array linger. Not
			       * presumed where nothing is known */
	/* how it is set up */
	int32_t raid_disks, level, layout, chunk_size;
	int32_t major_version, minor_version;
	int32_t max_disks;
	int64_t dev_sectors; /* of each member */
	int64_t ctime;	     /* 0: not set */
	enum mdt_tri persistent;
	enum mdt_tri external; /* external metadata: nothing of that is covered */
	/* how it runs */
	enum mdt_tri running; /* mddev->pers */
	enum mdt_model_mode mode;
	int32_t degraded;	    /* slots that count as without a member in sync */
	enum mdt_tri broken;	    /* MD_BROKEN */
	enum mdt_tri fail_last;	    /* fail_last_dev */
	enum mdt_tri in_sync;	    /* no writes since the last clean superblock */
	enum mdt_tri write_pending; /* MD_SB_CHANGE_PENDING stays */
	enum mdt_tri sb_dirty; /* MD_SB_CHANGE_DEVS: the superblocks are written when the
				* raid thread runs, or once it is writable */
	enum mdt_tri no_recovery; /* mddev->recovery_disabled: no spare gets a slot */
	enum mdt_tri unsynced;	  /* recovery_cp < MaxSector: a resync is due */
	enum mdt_tri syncing;	  /* MD_RECOVERY_RUNNING */
	enum mdt_tri unsettled;	  /* the raid thread may not have done its work yet */
	enum mdt_tri needed;  /* MD_RECOVERY_NEEDED: it looks for members that are to go
			       * or to be rebuilt */
	enum mdt_tri residue; /* mddev->recovery has some bit */
	enum mdt_tri frozen;  /* MD_RECOVERY_FROZEN */
	enum mdt_tri bitmap;  /* is loaded, or to be loaded when it runs */
	enum mdt_tri bitmap_file; /* one in a file is to be loaded when it runs */
	bool no_bitmaps;	  /* known: no device has the superblock of one */
	enum mdt_tri reshaping;	  /* reshape_position is set */
	enum mdt_tri planned;	  /* another layout or number of members is noted
				   * (new_layout, delta_disks), and not begun */
	enum mdt_tri replacing;	  /* a member is to be replaced (want_replacement), which
				   * a spare does as soon as there is one */
	uint64_t family;	  /* as in struct mdt_model_super */
	uint64_t events;
	bool events_exact;
	/* its members, and other devices that are known */
	struct mdt_model_disk disks[MDT_MODEL_DISKS];
	uint32_t disk_count;
	int32_t unlisted; /* members that are not in disks: a number, or unknown */
	uint32_t binds;	  /* counts members as they are bound */
	struct mdt_model_line line; /* of events */
	uint32_t runs;		    /* counts how often it was started */
};

/** No array, and nobody has it open. */
MDT_API void mdt_model_state_init(struct mdt_model_state *state);

/** Nothing is known of the array: a log begins in its middle. */
MDT_API void mdt_model_state_unknown(struct mdt_model_state *state);

/** @return The device, or NULL when the state does not list it. */
MDT_API struct mdt_model_disk *mdt_model_disk_find(struct mdt_model_state *state,
						   uint32_t major, uint32_t minor);
/** The same, added as one of which nothing is known. @return NULL when there is no room.
 */
MDT_API struct mdt_model_disk *mdt_model_disk_get(struct mdt_model_state *state,
						  uint32_t major, uint32_t minor);

/**
 * Take over what another array's state knows of the disks: what is on them, and that its
 * members are claimed. Both arrays are of one machine.
 */
MDT_API void mdt_model_disks_share(struct mdt_model_state *state,
				   const struct mdt_model_state *other);

/** @return Whether a number is another one; MDT_MODEL_SOME is any above 0. */
MDT_API enum mdt_tri mdt_model_equal(int64_t a, int64_t b);

static inline enum mdt_tri mdt_tri_of(bool value)
{
	return value ? MDT_YES : MDT_NO;
}

static inline enum mdt_tri mdt_tri_not(enum mdt_tri a)
{
	return a == MDT_UNSURE ? MDT_UNSURE : mdt_tri_of(a == MDT_NO);
}

static inline enum mdt_tri mdt_tri_and(enum mdt_tri a, enum mdt_tri b)
{
	if (a == MDT_NO || b == MDT_NO)
		return MDT_NO;
	return a == MDT_YES && b == MDT_YES ? MDT_YES : MDT_UNSURE;
}

static inline enum mdt_tri mdt_tri_or(enum mdt_tri a, enum mdt_tri b)
{
	return mdt_tri_not(mdt_tri_and(mdt_tri_not(a), mdt_tri_not(b)));
}

/** What array_state reads as; bits by enum mdt_array_state. */
enum mdt_array_state {
	MDT_STATE_CLEAR,
	MDT_STATE_INACTIVE,
	MDT_STATE_READONLY,
	MDT_STATE_READ_AUTO,
	MDT_STATE_CLEAN,
	MDT_STATE_ACTIVE,
	MDT_STATE_WRITE_PENDING,
	MDT_STATE_ACTIVE_IDLE,
	MDT_STATE_BROKEN,
	MDT_STATES,
};

/** @return "clear", "read-auto", ... */
MDT_API const char *mdt_array_state_name(enum mdt_array_state state);

/** All words that md/array_state can read as (array_state_show() of md.c). */
MDT_API unsigned int mdt_model_array_state(const struct mdt_model_state *state);

/**
 * array_state was read. Unknown facts take the values that it tells.
 * @return false when it contradicts the state, which is then set right as far as the word
 * says.
 */
MDT_API bool mdt_model_see_array_state(struct mdt_model_state *state,
				       struct mdt_slice word);

/**
 * An attribute of the array was read: array_state, level, raid_disks, metadata_version.
 * Unknown facts take the values that it tells.
 * @return false when it contradicts the state, which is then set right.
 */
MDT_API bool mdt_model_see(struct mdt_model_state *state, struct mdt_slice attr,
			   struct mdt_slice text);
/** Whether mdt_model_see() knows the attribute. */
MDT_API bool mdt_model_sees(struct mdt_slice attr);

/**
 * The raid thread has begun its work, and not done it: who failed has left its slot,
 * spares have theirs, nobody is rebuilt yet.
 * @return false when it is not known to have anything to do; nothing has changed then.
 */
MDT_API bool mdt_model_begin_work(struct mdt_model_state *state);

/** Whether it is known what MDT_OP_SETTLE brings; else the raid thread's work stays
 * undone as far as the model knows. */
MDT_API bool mdt_model_settles(const struct mdt_model_state *state);

/** The array's level has resyncs, and with them sync_action: raid0 and linear have none.
 * Unsure when the level is not known. */
MDT_API enum mdt_tri mdt_model_resyncs(const struct mdt_model_state *state);

/** How many members: a number, or MDT_MODEL_UNKNOWN. */
MDT_API int32_t mdt_model_member_count(const struct mdt_model_state *state);
MDT_API enum mdt_tri mdt_model_has_members(const struct mdt_model_state *state);

/**
 * Append the state in a line for people: `clean, 2 members of 2`, `no array`.
 */
MDT_API void mdt_model_state_text(const struct mdt_model_state *state,
				  struct mdt_buf *ret);

#endif
