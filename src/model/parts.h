/* SPDX-License-Identifier: MIT */
/**
 * @file
 * What the table of the model is made of: guards that look, effects that change. Internal
 * to src/model/.
 */
#ifndef MDT_MODEL_PARTS_H
#define MDT_MODEL_PARTS_H

#include "model/model.h"

/** A call on its way through the table. */
struct mdt_model_way {
	const struct mdt_model_options *options;
	const struct mdt_model_call *call;
	struct mdt_model_state state;
	int device; /* index in state.disks of the device that the call names, or -1 */
	uint64_t through[MDT_RULES_MAX / 64]; /* as in struct mdt_model_outcome */
};

/** A condition. */
struct mdt_model_guard {
	/** Look. @param arg The guard's own. */
	enum mdt_tri (*ask)(const struct mdt_model_way *way, int arg);
	/** It was unsure and is presumed to (not) hold; NULL: nothing is learned. */
	void (*presume)(struct mdt_model_way *way, int arg, bool holds);
	int arg;
};

/** Where md_ioctl() leaves: what it does on its way out (the end of md_ioctl()). */
enum mdt_model_exit {
	MDT_EXIT_UNLOCK,  /* `unlock:`: hold_active, then as `out:` */
	MDT_EXIT_OUT,	  /* `out:`: MD_CLOSING */
	MDT_EXIT_AT_ONCE, /* return; also everything that is no ioctl */
	MDT_EXIT_REFUSED, /* of a write to an attribute: before it has the lock */
};

enum { MDT_GUARDS_MAX = 4 };

/** A row: it holds when all of `when` do and none of `unless`. */
struct mdt_model_row {
	struct mdt_model_rule rule;
	const struct mdt_model_guard *when[MDT_GUARDS_MAX], *unless[MDT_GUARDS_MAX];
	void (*then)(struct mdt_model_way *way); /* NULL: nothing changes */
	enum mdt_model_exit exit;
};

/** The table is in pieces, a file each, in the order in which a call comes by them. */
struct mdt_model_section {
	const struct mdt_model_row *rows;
	unsigned int count;
};

extern const struct mdt_model_section mdt_rules_node, mdt_rules_enter, mdt_rules_faulty,
	mdt_rules_lock, mdt_rules_set, mdt_rules_gate, mdt_rules_stop,
	mdt_rules_read_only, mdt_rules_add, mdt_rules_sysfs, mdt_rules_member,
	mdt_rules_run, mdt_rules_started, mdt_rules_bitmap, mdt_rules_attribute;

/** How rows name the operations that they are for. */
#define OP(op) (1u << MDT_OP_##op)

/* ---- guards that several pieces use: model_guard.c ---- */

extern const struct mdt_model_guard mdt_if_unprivileged, mdt_if_bad_pointer,
	mdt_if_exists, mdt_if_running, mdt_if_set_up, mdt_if_members, mdt_if_closing,
	mdt_if_deleted, mdt_if_external, mdt_if_read_only, mdt_if_auto, mdt_if_writable,
	mdt_if_opened, mdt_if_opened_twice, mdt_if_in_use, mdt_if_syncing,
	mdt_if_persistent, mdt_if_version_0, mdt_if_broken, mdt_if_followed,
	mdt_if_unsure, mdt_if_interrupted, mdt_if_sync_delete, mdt_if_pending,
	mdt_if_given_up, mdt_if_residue, mdt_if_bitmap_unreadable;
extern const struct mdt_model_guard mdt_if_member_protected; /* a member is read-only */
/* what the level cannot; of one that is not known they do not hold */
extern const struct mdt_model_guard mdt_if_no_syncs, mdt_if_no_adds, mdt_if_no_resizes,
	mdt_if_no_reshapes, mdt_if_far;
/* of the device that the call names */
extern const struct mdt_model_guard mdt_if_missing, mdt_if_taken, mdt_if_empty,
	mdt_if_unfit, mdt_if_block_size, mdt_if_number_taken, mdt_if_number_high,
	mdt_if_too_small, mdt_if_protected, mdt_if_member, mdt_if_in_slot, mdt_if_faulty,
	mdt_if_member_in_sync, mdt_if_marked_in_sync, mdt_if_last_in_sync;

/** ask for mdt_model_guard: the word that is written is arg. */
enum mdt_tri mdt_ask_word(const struct mdt_model_way *way, int arg);
/** The word that is written is one of some: bits MDT_WORD_BIT(). */
enum mdt_tri mdt_model_word_in(const struct mdt_model_way *way, uint64_t words);
#define MDT_WORD_BIT(word) (1ull << MDT_WORD_##word)

/* ---- looking ---- */

/** The device of the call, or NULL. */
static inline const struct mdt_model_disk *
mdt_model_device(const struct mdt_model_way *way)
{
	return way->device < 0 ? NULL : &way->state.disks[way->device];
}

/** How many members are in sync in a slot: at least, at most. */
struct mdt_model_range {
	int32_t min, max;
};
struct mdt_model_range mdt_model_in_sync(const struct mdt_model_state *state);

/** The members, the one that was bound last first, as in mddev->disks. @return How many.
 */
uint32_t mdt_model_members(const struct mdt_model_state *state,
			   uint32_t ret[MDT_MODEL_DISKS]);

/** All is known of the members that analyze_sbs() looks at. */
bool mdt_model_can_analyze(const struct mdt_model_state *state);
/** The member that analyze_sbs() takes for the freshest; -1: there is none. */
int mdt_model_freshest(const struct mdt_model_state *state);

/** Members are more than 1 event behind the freshest one: analyze_sbs() lets them go. */
enum mdt_tri mdt_model_any_stale(const struct mdt_model_state *state);
/** None is, where that was not sure. */
void mdt_model_presume_fresh(struct mdt_model_state *state);

/** The slot that validate_super() gives to a device when it is added to a running array:
 * -1 for none, or MDT_MODEL_UNKNOWN. */
int32_t mdt_model_readd_slot(const struct mdt_model_way *way);

/** Whether it is faulty from then on: its superblock says so. */
enum mdt_tri mdt_model_readd_faulty(const struct mdt_model_way *way);

/** A bitmap is loaded: what the superblocks record is so while the array runs. */
static inline enum mdt_tri mdt_model_has_bitmap(const struct mdt_model_state *state)
{
	if (state->bitmap != MDT_YES)
		return state->bitmap;
	return state->no_bitmaps ? MDT_NO : state->running;
}

/** What the device's superblock says of its role: a slot, or MDT_MODEL_SPARE, ... */
int32_t mdt_model_role(const struct mdt_model_super *super);

/** A resync or recovery would begin if the array were writable. */
enum mdt_tri mdt_model_sync_due(const struct mdt_model_state *state);

/** The member's number (desc_nr) when the call's device is bound; -1: any that is free.
 */
int32_t mdt_model_number(const struct mdt_model_way *way);
/** Sectors that the call's device has for data when it is bound; 0: not checked. */
int64_t mdt_model_sectors(const struct mdt_model_way *way);

/** Where the superblock of a 0.90 array lies, in sectors: calc_dev_sboffset(). */
static inline int64_t mdt_model_end_0(int64_t size)
{
	return size == MDT_MODEL_UNKNOWN ? size : (size & ~(int64_t)127) - 128;
}

/* ---- effects: model_then.c ---- */

/** MD_RECOVERY_NEEDED: the raid thread looks at what there is to do. */
void mdt_model_wake(struct mdt_model_state *state);

/** While a member is to be replaced: a spare may have taken its place, and it may be
 * gone. */
void mdt_model_replace(struct mdt_model_state *state);

/** An attribute was read: an array with nothing in it goes then, if nobody else has it.
 */
void mdt_model_let_go(struct mdt_model_state *state);

typedef void mdt_model_then_fn(struct mdt_model_way *way);
mdt_model_then_fn mdt_then_open, mdt_then_close, mdt_then_create;
mdt_model_then_fn mdt_then_closing, mdt_then_not_closing;
mdt_model_then_fn mdt_then_set_version, mdt_then_set_all;
mdt_model_then_fn mdt_then_allow, mdt_then_allow_write;
mdt_model_then_fn mdt_then_resize, mdt_then_reshape, mdt_then_updated, mdt_then_forget;
mdt_model_then_fn mdt_then_new_layout, mdt_then_planned, mdt_then_grow, mdt_then_kicked;
mdt_model_then_fn mdt_then_bind_super, mdt_then_bind_running, mdt_then_bind_bare,
	mdt_then_hot_add, mdt_then_not_bound;
mdt_model_then_fn mdt_then_kick_stale, mdt_then_analyze, mdt_then_member_read_only,
	mdt_then_start_ro, mdt_then_ran_briefly, mdt_then_run;
mdt_model_then_fn mdt_then_clear, mdt_then_release, mdt_then_maybe_bitmap,
	mdt_then_bad_bitmap, mdt_then_bitmap_file;
mdt_model_then_fn mdt_then_disturb;
mdt_model_then_fn mdt_then_stop, mdt_then_deactivate, mdt_then_read_only, mdt_then_froze,
	mdt_then_writable, mdt_then_auto;
mdt_model_then_fn mdt_then_want_ro, mdt_then_want_auto, mdt_then_want_rw,
	mdt_then_now_clean, mdt_then_now_active;
mdt_model_then_fn mdt_then_fail, mdt_then_refuse, mdt_then_break, mdt_then_break_and_fail,
	mdt_then_remove, mdt_then_take_slot;
mdt_model_then_fn mdt_then_freeze, mdt_then_thaw, mdt_then_sync, mdt_then_insync,
	mdt_then_not_insync, mdt_then_readd, mdt_then_mark, mdt_then_mark_only;
mdt_model_then_fn mdt_then_settle;
mdt_model_then_fn mdt_then_bind_unknown;

#endif
