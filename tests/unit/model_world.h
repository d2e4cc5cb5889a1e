/* SPDX-License-Identifier: MIT */
/** @file An array with scratch disks to try the model on. */
#ifndef MDT_TESTS_MODEL_WORLD_H
#define MDT_TESTS_MODEL_WORLD_H

#include <criterion/criterion.h>
#include <errno.h>

#include "model/model.h"

enum { WORLD_SECTORS = 81920, WORLD_SYNC = 1 << 2 };

struct world {
	struct mdt_model_options options;
	struct mdt_model_state state;
	struct mdt_model_step step; /* of the last call */
};

static inline struct mdt_model_disk *world_disk(struct world *world, uint32_t minor)
{
	struct mdt_model_disk *disk = mdt_model_disk_get(&world->state, 1, minor);

	disk->missing = disk->claimed = disk->read_only = MDT_NO;
	disk->size = WORLD_SECTORS;
	return disk;
}

/** Disk 1:MINOR with a superblock that gives it the slot, of an array of two. */
static inline struct mdt_model_super *world_super(struct world *world, uint32_t minor,
						  int major_version, int16_t role)
{
	struct mdt_model_super *super = &world_disk(world, minor)->super;

	*super = (struct mdt_model_super){
		.kind = major_version ? MDT_MODEL_SUPER_1 : MDT_MODEL_SUPER_0,
		.minor = major_version ? 2 : 90,
		.family = 42,
		.level = 1,
		.raid_disks = 2,
		.max_dev = major_version ? 128 : 27,
		.size = 79872,
		.data_offset = major_version ? 2048 : 0,
		.data_size = 79872,
		.ctime = 1000,
		.dev_number = (int32_t)minor,
		.events = 5,
		.events_exact = true,
		.clean = true,
	};
	for (int i = 0; i < MDT_MODEL_ROLES; i++)
		super->roles[i] = MDT_MODEL_SPARE;
	super->roles[0] = 0;
	super->roles[1] = 1;
	super->roles[minor] = role;
	return super;
}

static inline void world_init(struct world *world, enum mdt_kernel kernel)
{
	mdt_model_options_init(&world->options, kernel);
	mdt_model_state_init(&world->state);
	for (uint32_t minor = 0; minor < 4; minor++)
		world_disk(world, minor)->super.kind = MDT_MODEL_SUPER_NONE;
	mdt_model_disk_get(&world->state, 1, 99)->missing = MDT_YES;
}

/** Make a call whose result must be sure. @return Its result. */
static inline int world_do(struct world *world, const struct mdt_model_call *call)
{
	mdt_model_step(&world->options, &world->state, call, &world->step);
	cr_assert_neq(mdt_model_result(&world->step), MDT_RESULT_UNKNOWN,
		      "%s has %u outcomes: %s, %s, ...", mdt_md_op_name(call->op),
		      world->step.count,
		      mdt_model_rule(world->step.outcomes[0].rule)->name,
		      mdt_model_rule(world->step.outcomes[1].rule)->name);
	world->state = world->step.outcomes[0].next;
	return world->step.outcomes[0].result;
}

static inline int world_op(struct world *world, enum mdt_md_op op)
{
	return world_do(world, &(struct mdt_model_call){ .op = op });
}

static inline int world_word(struct world *world, enum mdt_md_op op, const char *word)
{
	struct mdt_model_call call = { .op = op };

	call.word = mdt_model_word_find(op, mdt_slice_cstr(word));
	return world_do(world, &call);
}

/** A call that names disk 1:MINOR. */
static inline int world_device(struct world *world, enum mdt_md_op op, uint32_t minor)
{
	return world_do(world, &(struct mdt_model_call){ .op = op,
							 .has_device = true,
							 .major = 1,
							 .minor = minor });
}

static inline int world_add(struct world *world, uint32_t minor, int32_t slot,
			    uint32_t bits)
{
	return world_do(world, &(struct mdt_model_call){ .op = MDT_OP_ADD_NEW_DISK,
							 .has_device = true,
							 .major = 1,
							 .minor = minor,
							 .has_disk_info = true,
							 .number = (int32_t)minor,
							 .raid_disk = slot,
							 .disk_state = bits });
}

/** SET_ARRAY_INFO, version only. */
static inline int world_version(struct world *world, int32_t major, int32_t minor)
{
	return world_do(world,
			&(struct mdt_model_call){ .op = MDT_OP_SET_ARRAY_INFO,
						  .has_info = true,
						  .info = { .major_version = major,
							    .minor_version = minor } });
}

/** SET_ARRAY_INFO with all of it. */
static inline int world_set(struct world *world, struct mdt_model_info info)
{
	return world_do(world, &(struct mdt_model_call){ .op = MDT_OP_SET_ARRAY_INFO,
							 .has_info = true,
							 .info = info });
}

/** What array_state reads as, when it is sure. */
static inline const char *world_state(const struct world *world)
{
	unsigned int states = mdt_model_array_state(&world->state);

	for (unsigned int i = 0; i < MDT_STATES; i++)
		if (states == 1u << i)
			return mdt_array_state_name((enum mdt_array_state)i);
	return "not sure";
}

/** The name of the rule that the last call ended with. */
static inline const char *world_rule(const struct world *world)
{
	return mdt_model_rule(world->step.outcomes[0].rule)->name;
}

/** Open, version 1.2, two members, and run: clean, all in sync, settled. */
static inline void world_run(struct world *world)
{
	world_super(world, 0, 1, 0);
	world_super(world, 1, 1, 1);
	cr_assert_eq(world_op(world, MDT_OP_OPEN), 0);
	cr_assert_eq(world_version(world, 1, 2), 0);
	cr_assert_eq(world_add(world, 0, 0, 0), 0);
	cr_assert_eq(world_add(world, 1, 1, 0), 0);
	cr_assert_eq(world_op(world, MDT_OP_RUN_ARRAY), 0);
	cr_assert_eq(world_op(world, MDT_OP_SETTLE), 0);
}

#endif
