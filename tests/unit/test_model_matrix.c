// SPDX-License-Identifier: MIT
/*
 * What each ioctl gives in each state of an array, with valid arguments and one opener: a
 * matrix that was measured on all four kernels.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "model_world.h"
#include "params.h"

enum where { AT_C, AT_V, AT_D, AT_I0, AT_I, AT_RW, AT_AR, AT_RO, WHERES };

static const char *const where_names[] = { "C", "V", "D", "I0", "I", "RW", "AR", "RO" };

static const struct mdt_model_info bare = {
	.level = 1,
	.raid_disks = 2,
	.size = 16320,
	.not_persistent = 1,
	.state = 1,
	.minor_version = 90,
};

// Version 1 members up to AT_D, and one of 0.90 to be added; set up in full, version 0.
static void begin(struct world *world, enum where where, int version)
{
	for (uint32_t minor = 0; minor < 4; minor++)
		world_super(world, minor, version, minor < 2 ? (int16_t)minor : -1);
	cr_assert_eq(world_op(world, MDT_OP_OPEN), 0);
	if (where == AT_C)
		return;
	if (where == AT_I0 || where == AT_I) {
		cr_assert_eq(world_set(world, bare), 0);
		if (where == AT_I0)
			return;
		cr_assert_eq(world_add(world, 0, 0, 6), 0);
		cr_assert_eq(world_add(world, 1, 1, 6), 0);
		return;
	}
	cr_assert_eq(world_version(world, version, version ? 2 : 90), 0);
	if (where == AT_V)
		return;
	cr_assert_eq(world_add(world, 0, 0, 0), 0);
	cr_assert_eq(world_add(world, 1, 1, 0), 0);
	if (where == AT_D)
		return;
	cr_assert_eq(world_op(world, MDT_OP_RUN_ARRAY), 0);
	cr_assert_eq(world_op(world, MDT_OP_SETTLE), 0);
	if (where == AT_RO)
		cr_assert_eq(world_op(world, MDT_OP_STOP_ARRAY_RO), 0);
	if (where == AT_AR) {
		cr_assert_eq(world_op(world, MDT_OP_CLOSE), 0);
		cr_assert_eq(world_word(world, MDT_OP_ARRAY_STATE, "read-auto"), 0);
		cr_assert_eq(world_op(world, MDT_OP_OPEN), 0);
	}
	cr_assert_eq(world_op(world, MDT_OP_SETTLE), 0);
}

#define ANY -9 /* not in the matrix */

static const struct cell_row {
	const char *what;
	struct mdt_model_call call;
	int version;
	int results[WHERES];
	const char *auto_becomes; /* array_state after it in AT_AR */
} rows[] = {
	{ "RAID_VERSION",
	  { .op = MDT_OP_RAID_VERSION },
	  1,
	  { 0, 0, 0, 0, 0, 0, 0, 0 },
	  "read-auto" },
	{ "GET_BITMAP_FILE",
	  { .op = MDT_OP_GET_BITMAP_FILE },
	  1,
	  { 0, 0, 0, 0, 0, 0, 0, 0 },
	  "read-auto" },
	{ "GET_ARRAY_INFO",
	  { .op = MDT_OP_GET_ARRAY_INFO },
	  1,
	  { ENODEV, ENODEV, ENODEV, 0, 0, 0, 0, 0 },
	  "read-auto" },
	{ "GET_DISK_INFO",
	  { .op = MDT_OP_GET_DISK_INFO },
	  1,
	  { ENODEV, ENODEV, ENODEV, 0, 0, 0, 0, 0 },
	  "read-auto" },
	{ "an unknown number",
	  { .op = MDT_OP_OTHER_IOCTL },
	  1,
	  { ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY, ENOTTY },
	  "read-auto" },
	{ "SET_ARRAY_INFO rd=0",
	  { .op = MDT_OP_SET_ARRAY_INFO,
	    .has_info = true,
	    .info = { .major_version = 1, .minor_version = 1 } },
	  1,
	  { 0, 0, EBUSY, EBUSY, EBUSY, EINVAL, EINVAL, EINVAL },
	  "read-auto" },
	{ "SET_ARRAY_INFO rd=0, unknown version",
	  { .op = MDT_OP_SET_ARRAY_INFO,
	    .has_info = true,
	    .info = { .major_version = 7 } },
	  1,
	  { EINVAL, EINVAL, EBUSY, EBUSY, EBUSY, EINVAL, EINVAL, EINVAL },
	  "read-auto" },
	{ "SET_ARRAY_INFO rd>0",
	  { .op = MDT_OP_SET_ARRAY_INFO,
	    .has_info = true,
	    .info = { .raid_disks = 2, .level = 5 } },
	  1,
	  { 0, 0, EBUSY, EBUSY, EBUSY, EINVAL, EINVAL, EINVAL },
	  "read-auto" },
	{ "SET_ARRAY_INFO unchanged",
	  { .op = MDT_OP_SET_ARRAY_INFO,
	    .has_info = true,
	    .info = { .major_version = 1,
		      .minor_version = 2,
		      .raid_disks = 2,
		      .level = 1,
		      .size = 39936,
		      .same_ctime = MDT_YES } },
	  1,
	  { 0, 0, EBUSY, EBUSY, EBUSY, 0, 0, 0 },
	  "read-auto" },
	{ "SET_ARRAY_INFO raid_disks+1",
	  { .op = MDT_OP_SET_ARRAY_INFO,
	    .has_info = true,
	    .info = { .major_version = 1,
		      .minor_version = 2,
		      .raid_disks = 3,
		      .level = 1,
		      .size = -1,
		      .same_ctime = MDT_YES } },
	  1,
	  { 0, 0, EBUSY, EBUSY, EBUSY, 0, EROFS, EROFS },
	  "read-auto" },
	{ "SET_ARRAY_INFO size smaller",
	  { .op = MDT_OP_SET_ARRAY_INFO,
	    .has_info = true,
	    .info = { .major_version = 1,
		      .minor_version = 2,
		      .raid_disks = 2,
		      .level = 1,
		      .size = 20000,
		      .same_ctime = MDT_YES } },
	  1,
	  { 0, 0, EBUSY, EBUSY, EBUSY, 0, EROFS, EROFS },
	  "read-auto" },
	{ "ADD_NEW_DISK, 0.90",
	  { .op = MDT_OP_ADD_NEW_DISK,
	    .has_device = true,
	    .major = 1,
	    .minor = 2,
	    .has_disk_info = true,
	    .number = 2,
	    .raid_disk = -1 },
	  0,
	  { 0, 0, 0, 0, 0, 0, 0, EROFS },
	  "clean" },
	{ "ADD_NEW_DISK, 1.x",
	  { .op = MDT_OP_ADD_NEW_DISK,
	    .has_device = true,
	    .major = 1,
	    .minor = 2,
	    .has_disk_info = true,
	    .number = 2,
	    .raid_disk = -1 },
	  1,
	  { EINVAL, 0, 0, ANY, ANY, 0, 0, EROFS },
	  "clean" },
	{ "ADD_NEW_DISK, SYNC set, wrong slot",
	  { .op = MDT_OP_ADD_NEW_DISK,
	    .has_device = true,
	    .major = 1,
	    .minor = 2,
	    .has_disk_info = true,
	    .number = 2,
	    .raid_disk = 1,
	    .disk_state = 6 },
	  1,
	  { EINVAL, 0, 0, 0, 0, EINVAL, EINVAL, EINVAL },
	  "read-auto" },
	{ "ADD_NEW_DISK, FAULTY set, no such device",
	  { .op = MDT_OP_ADD_NEW_DISK,
	    .has_device = true,
	    .major = 1,
	    .minor = 99,
	    .has_disk_info = true,
	    .number = 2,
	    .raid_disk = 1,
	    .disk_state = 1 },
	  0,
	  { ENXIO, ENXIO, ENXIO, 0, 0, ENXIO, ENXIO, EROFS },
	  "clean" },
	{ "ADD_NEW_DISK of a bound member",
	  { .op = MDT_OP_ADD_NEW_DISK,
	    .has_device = true,
	    .major = 1,
	    .minor = 1,
	    .has_disk_info = true,
	    .number = 2,
	    .raid_disk = 1 },
	  1,
	  { ANY, ANY, EBUSY, ANY, EBUSY, EBUSY, EBUSY, EROFS },
	  "clean" },
	{ "RUN_ARRAY",
	  { .op = MDT_OP_RUN_ARRAY },
	  1,
	  { EINVAL, EINVAL, 0, EINVAL, 0, EBUSY, EBUSY, EROFS },
	  "clean" },
	{ "STOP_ARRAY",
	  { .op = MDT_OP_STOP_ARRAY },
	  1,
	  { 0, 0, 0, 0, 0, 0, 0, 0 },
	  "clear" },
	{ "STOP_ARRAY_RO",
	  { .op = MDT_OP_STOP_ARRAY_RO },
	  1,
	  { ENODEV, ENODEV, ENODEV, 0, 0, 0, 0, ENXIO },
	  "readonly" },
	{ "RESTART_ARRAY_RW",
	  { .op = MDT_OP_RESTART_ARRAY_RW },
	  1,
	  { ENODEV, ENODEV, ENODEV, ENXIO, EINVAL, EBUSY, 0, 0 },
	  "clean" },
	{ "HOT_REMOVE_DISK in sync",
	  { .op = MDT_OP_HOT_REMOVE_DISK, .has_device = true, .major = 1, .minor = 1 },
	  1,
	  { ENODEV, ENODEV, ENODEV, ENODEV, ENODEV, EBUSY, EBUSY, EBUSY },
	  "read-auto" },
	{ "HOT_REMOVE_DISK unknown",
	  { .op = MDT_OP_HOT_REMOVE_DISK, .has_device = true, .major = 1, .minor = 3 },
	  1,
	  { ENODEV, ENODEV, ENODEV, ENODEV, ENODEV, ENXIO, ENXIO, ENXIO },
	  "read-auto" },
	{ "HOT_ADD_DISK, 0.90",
	  { .op = MDT_OP_HOT_ADD_DISK, .has_device = true, .major = 1, .minor = 2 },
	  0,
	  { ENODEV, ENODEV, ENODEV, ENODEV, ENODEV, 0, 0, EROFS },
	  "clean" },
	{ "HOT_ADD_DISK, 1.x",
	  { .op = MDT_OP_HOT_ADD_DISK, .has_device = true, .major = 1, .minor = 2 },
	  1,
	  { ENODEV, ENODEV, ENODEV, ENODEV, ENODEV, EINVAL, EINVAL, EROFS },
	  "clean" },
	{ "SET_DISK_FAULTY member",
	  { .op = MDT_OP_SET_DISK_FAULTY, .has_device = true, .major = 1, .minor = 1 },
	  1,
	  { ENODEV, ENODEV, ENODEV, ENODEV, ENODEV, 0, 0, 0 },
	  "read-auto" },
	{ "SET_DISK_FAULTY unknown",
	  { .op = MDT_OP_SET_DISK_FAULTY, .has_device = true, .major = 1, .minor = 3 },
	  1,
	  { ENODEV, ENODEV, ENODEV, ENODEV, ENODEV, ENODEV, ENODEV, ENODEV },
	  "read-auto" },
	{ "CLUSTERED_DISK_NACK",
	  { .op = MDT_OP_CLUSTERED_DISK_NACK },
	  1,
	  { ENODEV, ENODEV, ENODEV, EINVAL, EINVAL, EINVAL, EINVAL, EROFS },
	  "clean" },
};

static void check(const struct cell_row *row, enum where where, enum mdt_kernel kernel)
{
	struct world world;
	int result;

	world_init(&world, kernel);
	begin(&world, where, row->version);
	result = world_do(&world, &row->call);
	cr_assert_eq(result, row->results[where], "%s in %s on %s: %s by %s", row->what,
		     where_names[where], mdt_kernel_name(kernel),
		     mdt_model_result_name(result), world_rule(&world));
	if (where == AT_AR && strcmp(world_state(&world), row->auto_becomes) != 0)
		cr_assert(0, "%s in AR on %s leaves %s", row->what,
			  mdt_kernel_name(kernel), world_state(&world));
}

ParameterizedTestParameters(model_matrix, cells)
{
	return index_params(rows);
}

ParameterizedTest(size_t *i, model_matrix, cells)
{
	for (unsigned int kernel = 0; kernel < MDT_KERNELS; kernel++)
		for (unsigned int where = 0; where < WHERES; where++)
			if (rows[*i].results[where] != ANY)
				check(&rows[*i], (enum where)where,
				      (enum mdt_kernel)kernel);
}

// The one line of the matrix that 6.18 and later have differently.
static int bitmap_fd(enum where where, enum mdt_kernel kernel,
		     enum mdt_model_bitmap_fd fd)
{
	struct world world;

	world_init(&world, kernel);
	begin(&world, where, 1);
	return world_do(&world, &(struct mdt_model_call){ .op = MDT_OP_SET_BITMAP_FILE,
							  .fd = fd });
}

Test(model_matrix, bitmap_file)
{
	for (unsigned int where = 0; where < WHERES; where++) {
		enum where at = (enum where)where;

		// In AT_AR it depends on what the raid thread has done.
		if (at == AT_AR)
			continue;
		for (unsigned int kernel = 0; kernel < MDT_KERNEL_6_18; kernel++) {
			enum mdt_kernel on = (enum mdt_kernel)kernel;

			cr_assert_eq(bitmap_fd(at, on, MDT_BITMAP_FD_NONE),
				     at == AT_RO ? EROFS : ENOENT);
			cr_assert_eq(bitmap_fd(at, on, MDT_BITMAP_FD_BAD),
				     at == AT_RO ? EROFS : EBADF);
		}
		cr_assert_eq(bitmap_fd(at, MDT_KERNEL_6_18, MDT_BITMAP_FD_NONE),
			     at == AT_RO ? EROFS : EINVAL);
		cr_assert_eq(bitmap_fd(at, MDT_KERNEL_6_18, MDT_BITMAP_FD_BAD),
			     at == AT_RO ? EROFS : EINVAL);
	}
}

// The first ioctl but EINVAL takes away what holds a new array.
Test(model_matrix, states_read)
{
	static const char *const names[] = {
		"clear",    "clear", "inactive",  "inactive",
		"inactive", "clean", "read-auto", "readonly"
	};

	for (unsigned int where = 0; where < WHERES; where++) {
		struct world world;

		world_init(&world, MDT_KERNEL_6_1);
		begin(&world, (enum where)where, 1);
		cr_assert_str_eq(world_state(&world), names[where]);
	}
}
