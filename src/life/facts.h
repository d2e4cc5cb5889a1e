/* SPDX-License-Identifier: MIT */
/**
 * @file
 * An array's state as fields: what all states that it can be in have in common. What they
 * do not agree on is not known, and said to be so.
 */
#ifndef MDT_LIFE_FACTS_H
#define MDT_LIFE_FACTS_H

#include "life/life.h"

/** What a member is. */
enum mdt_member_role {
	MDT_MEMBER_UNKNOWN,
	MDT_MEMBER_IN_SYNC,
	MDT_MEMBER_SPARE,
	MDT_MEMBER_REBUILDING, /* has a slot, and not yet the data */
	MDT_MEMBER_FAULTY,
	MDT_MEMBER_JOURNAL,
	MDT_MEMBER_ROLES,
};

/** @return "not known", "in sync", "spare", "rebuilding", "faulty", "journal". */
MDT_API const char *mdt_member_role_name(enum mdt_member_role role);

enum mdt_life_sync {
	MDT_SYNC_UNKNOWN,
	MDT_SYNC_IDLE,
	MDT_SYNC_RESYNC,
	MDT_SYNC_RECOVER,
	MDT_SYNC_RESHAPE,
	MDT_SYNC_FROZEN,
	MDT_SYNC_DUE, /* a resync is due, and has not begun */
};

/** @return "not known", "idle", "resync", "recover", "reshape", "frozen", "due". */
MDT_API const char *mdt_life_sync_name(enum mdt_life_sync sync);

struct mdt_life_member {
	uint32_t major, minor;
	enum mdt_member_role role;
	int32_t slot; /* -1: none; MDT_MODEL_UNKNOWN */
};

struct mdt_life_facts {
	enum mdt_tri running;
	int32_t degraded; /* slots without a member in sync, of an array that runs;
			   * MDT_MODEL_UNKNOWN, MDT_MODEL_SOME */
	enum mdt_life_sync sync;
	struct mdt_life_member members[MDT_MODEL_DISKS];
	uint32_t member_count;
	bool all_members; /* there are no others */
};

/** What is known of an array now, with what is presumed. */
MDT_API void mdt_life_facts(const struct mdt_life_array *array,
			    struct mdt_life_facts *ret);

#endif
