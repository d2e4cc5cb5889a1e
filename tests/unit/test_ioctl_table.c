// SPDX-License-Identifier: MIT
#include <stdio.h>

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "base/buf.h"
#include "ioctl/table.h"
#include "ioctl/value.h"

static struct mdt_slice slice(const char *str)
{
	return mdt_slice_cstr(str);
}

#define index_params(table)                                                              \
	({                                                                               \
		static size_t indices[array_size(table)];                                \
		for (size_t i_ = 0; i_ < array_size(table); i_++)                        \
			indices[i_] = i_;                                                \
		cr_make_param_array(size_t, indices, array_size(table));                 \
	})

// Computed by a program compiled against <linux/raid/md_u.h>; the same in Linux 5.10
// to 7.2.
static const struct {
	const char *name;
	uint32_t number;
	enum mdt_ioctl_arg arg;
	const char *type;
	uint32_t size; // of the type
} md[] = {
	{ "RAID_VERSION", 0x800c0910, MDT_ARG_OUT, "mdu_version_t", 12 },
	{ "GET_ARRAY_INFO", 0x80480911, MDT_ARG_OUT, "mdu_array_info_t", 72 },
	{ "GET_DISK_INFO", 0x80140912, MDT_ARG_INOUT, "mdu_disk_info_t", 20 },
	{ "PRINT_RAID_DEBUG", 0x913, MDT_ARG_IGNORED, NULL, 0 },
	{ "RAID_AUTORUN", 0x914, MDT_ARG_IGNORED, NULL, 0 },
	{ "GET_BITMAP_FILE", 0x90000915, MDT_ARG_OUT, "mdu_bitmap_file_t", 4096 },
	{ "CLEAR_ARRAY", 0x920, MDT_ARG_IGNORED, NULL, 0 },
	{ "ADD_NEW_DISK", 0x40140921, MDT_ARG_IN, "mdu_disk_info_t", 20 },
	{ "HOT_REMOVE_DISK", 0x922, MDT_ARG_VALUE, "unsigned int", 4 },
	{ "SET_ARRAY_INFO", 0x40480923, MDT_ARG_IN, "mdu_array_info_t", 72 },
	{ "SET_DISK_INFO", 0x924, MDT_ARG_IGNORED, NULL, 0 },
	{ "WRITE_RAID_INFO", 0x925, MDT_ARG_IGNORED, NULL, 0 },
	{ "UNPROTECT_ARRAY", 0x926, MDT_ARG_IGNORED, NULL, 0 },
	{ "PROTECT_ARRAY", 0x927, MDT_ARG_IGNORED, NULL, 0 },
	{ "HOT_ADD_DISK", 0x928, MDT_ARG_VALUE, "unsigned int", 4 },
	{ "SET_DISK_FAULTY", 0x929, MDT_ARG_VALUE, "unsigned int", 4 },
	{ "HOT_GENERATE_ERROR", 0x92a, MDT_ARG_IGNORED, NULL, 0 },
	{ "SET_BITMAP_FILE", 0x4004092b, MDT_ARG_VALUE, "int", 4 },
	{ "RUN_ARRAY", 0x400c0930, MDT_ARG_IGNORED, "mdu_param_t", 12 },
	{ "START_ARRAY", 0x931, MDT_ARG_VALUE, "unsigned int", 4 },
	{ "STOP_ARRAY", 0x932, MDT_ARG_IGNORED, NULL, 0 },
	{ "STOP_ARRAY_RO", 0x933, MDT_ARG_IGNORED, NULL, 0 },
	{ "RESTART_ARRAY_RW", 0x934, MDT_ARG_IGNORED, NULL, 0 },
	{ "CLUSTERED_DISK_NACK", 0x935, MDT_ARG_IGNORED, NULL, 0 },
};

ParameterizedTestParameters(table, knows_every_ioctl_of_md)
{
	return index_params(md);
}

ParameterizedTest(size_t *i, table, knows_every_ioctl_of_md)
{
	const struct mdt_ioctl_table *table = mdt_ioctl_builtin();
	size_t count;
	const struct mdt_ioctl *row = mdt_ioctl_find(table, md[*i].number, &count);

	cr_assert_not_null(row, "%s", md[*i].name);
	cr_assert_eq(count, 1);
	cr_assert_str_eq(row->name, md[*i].name);
	cr_assert_eq(row, mdt_ioctl_find_name(table, slice(md[*i].name)));
	cr_assert_eq(row->arg, md[*i].arg, "%s", row->name);
	cr_assert_str_eq(row->pack, "md");
	cr_assert_eq(row->type != NULL, md[*i].type != NULL, "%s", row->name);
	if (row->type) {
		cr_assert_str_eq(row->type->name, md[*i].type);
		cr_assert_eq(row->type->size, md[*i].size);
	}
}

Test(table, md_has_no_other_ioctl)
{
	size_t count = 0;

	for (size_t i = 0; i < mdt_ioctl_builtin()->count; i++)
		count += mdt_ioctl_type_byte(mdt_ioctl_builtin()->numbers[i]) == 9;
	cr_assert_eq(count, array_size(md));
}

Test(table, marks_history_and_says_its_source)
{
	const struct mdt_ioctl *row =
		mdt_ioctl_find_name(mdt_ioctl_builtin(), SLICE("START_ARRAY"));

	cr_assert(row->is_history);
	cr_assert_str_eq(row->header, "");
	cr_assert_not_null(strstr(row->note, "Linux 2.4.0"));
	cr_assert_str_eq(row->since, "2.4");
	cr_assert_str_eq(row->until, "2.6.18");
	cr_assert_not(mdt_ioctl_find_name(mdt_ioctl_builtin(), SLICE("STOP_ARRAY"))
			      ->is_history);
}

// All fields of the structs of md_u.h, every one of them 4 bytes.
static const struct {
	const char *type, *field;
	uint32_t offset;
	bool is_signed;
} fields[] = {
	{ "mdu_version_t", "major", 0, true },
	{ "mdu_version_t", "minor", 4, true },
	{ "mdu_version_t", "patchlevel", 8, true },
	{ "mdu_param_t", "personality", 0, true },
	{ "mdu_param_t", "chunk_size", 4, true },
	{ "mdu_param_t", "max_fault", 8, true },
	{ "mdu_start_info_t", "raid_disk", 8, true },
	{ "mdu_start_info_t", "state", 12, true },
	{ "mdu_disk_info_t", "number", 0, true },
	{ "mdu_disk_info_t", "major", 4, true },
	{ "mdu_disk_info_t", "minor", 8, true },
	{ "mdu_disk_info_t", "raid_disk", 12, true },
	{ "mdu_disk_info_t", "state", 16, true },
	{ "mdu_array_info_t", "major_version", 0, true },
	{ "mdu_array_info_t", "minor_version", 4, true },
	{ "mdu_array_info_t", "patch_version", 8, true },
	{ "mdu_array_info_t", "ctime", 12, false },
	{ "mdu_array_info_t", "level", 16, true },
	{ "mdu_array_info_t", "size", 20, true },
	{ "mdu_array_info_t", "nr_disks", 24, true },
	{ "mdu_array_info_t", "raid_disks", 28, true },
	{ "mdu_array_info_t", "md_minor", 32, true },
	{ "mdu_array_info_t", "not_persistent", 36, true },
	{ "mdu_array_info_t", "utime", 40, false },
	{ "mdu_array_info_t", "state", 44, true },
	{ "mdu_array_info_t", "active_disks", 48, true },
	{ "mdu_array_info_t", "working_disks", 52, true },
	{ "mdu_array_info_t", "failed_disks", 56, true },
	{ "mdu_array_info_t", "spare_disks", 60, true },
	{ "mdu_array_info_t", "layout", 64, true },
	{ "mdu_array_info_t", "chunk_size", 68, true },
	{ "struct mdp_superblock_1", "level", 72, false },
	{ "struct mdp_superblock_1", "bitmap_offset", 96, false }, // in an unnamed union
	{ "struct mdp_superblock_1", "max_dev", 220, false },
	{ "mdp_super_t", "state", 132, false },
};

ParameterizedTestParameters(table, lays_fields_out_as_the_header_does)
{
	return index_params(fields);
}

ParameterizedTest(size_t *i, table, lays_fields_out_as_the_header_does)
{
	const struct mdt_type *type =
		mdt_ioctl_find_type(mdt_ioctl_builtin(), slice(fields[*i].type));
	const struct mdt_member *member;
	uint32_t offset;

	cr_assert_not_null(type, "%s", fields[*i].type);
	member = mdt_type_find_member(type, slice(fields[*i].field), &offset);
	cr_assert_not_null(member, "%s", fields[*i].field);
	cr_assert_eq(offset, fields[*i].offset);
	cr_assert_eq(member->type->size, 4);
	cr_assert_eq(member->type->kind, MDT_TYPE_INT);
	cr_assert_eq(member->type->is_signed, fields[*i].is_signed);
}

static const struct {
	const char *name;
	uint32_t number;
	enum mdt_ioctl_arg arg;
	const char *type; // "" for none
} others[] = {
	{ "BLKRRPART", 0x125f, MDT_ARG_IGNORED, "" },
	{ "BLKGETSIZE64", 0x80081272, MDT_ARG_OUT, "size_t" },
	{ "BLKBSZGET", 0x80081270, MDT_ARG_OUT, "int" },
	{ "BLKPG", 0x1269, MDT_ARG_IN, "struct blkpg_ioctl_arg" },
	{ "BLKREPORTZONE", 0xc0101282, MDT_ARG_INOUT, "struct blk_zone_report" },
	{ "HDIO_GETGEO", 0x0301, MDT_ARG_OUT, "struct hd_geometry" },
	{ "LOOP_CONFIGURE", 0x4c0a, MDT_ARG_IN, "struct loop_config" },
	{ "LOOP_SET_FD", 0x4c00, MDT_ARG_VALUE, "fd" },
	{ "DM_VERSION", 0xc138fd00, MDT_ARG_INOUT, "struct dm_ioctl" },
	{ "NVME_IOCTL_ADMIN_CMD", 0xc0484e41, MDT_ARG_INOUT, "struct nvme_passthru_cmd" },
	{ "SG_IO", 0x2285, MDT_ARG_INOUT, "struct sg_io_hdr" },
	{ "TCGETS", 0x5401, MDT_ARG_OUT, "struct termios" },
	{ "CDROM_DRIVE_STATUS", 0x5326, MDT_ARG_VALUE, "int" },
	{ "FS_IOC_FIEMAP", 0xc020660b, MDT_ARG_INOUT, "struct fiemap" },
};

ParameterizedTestParameters(table, knows_the_neighbours)
{
	return index_params(others);
}

ParameterizedTest(size_t *i, table, knows_the_neighbours)
{
	const struct mdt_ioctl *row =
		mdt_ioctl_find_name(mdt_ioctl_builtin(), slice(others[*i].name));

	cr_assert_not_null(row, "%s", others[*i].name);
	cr_assert_eq(row->number, others[*i].number, "%s is %#x", row->name, row->number);
	cr_assert_eq(row->arg, others[*i].arg, "%s", row->name);
	cr_assert_str_eq(row->type_text, others[*i].type);
}

Test(table, says_where_the_size_in_the_number_lies)
{
	const struct mdt_ioctl_table *table = mdt_ioctl_builtin();

	cr_assert(mdt_ioctl_find_name(table, SLICE("BLKBSZGET"))->size_lies);
	cr_assert_not(mdt_ioctl_find_name(table, SLICE("BLKGETSIZE64"))->size_lies);
	cr_assert_not(mdt_ioctl_find_name(table, SLICE("GET_ARRAY_INFO"))->size_lies);
}

Test(table, sizes_agree_unless_a_row_says_so)
{
	const struct mdt_ioctl_table *table = mdt_ioctl_builtin();

	cr_assert_gt(table->count, 300);
	for (size_t i = 0; i < table->count; i++) {
		const struct mdt_ioctl *row = mdt_ioctl_at(table, i);
		uint32_t size = mdt_ioctl_size(row->number);

		if (mdt_ioctl_has_payload(row) && size && !row->size_lies)
			cr_assert_eq(row->type->size, size, "%s", row->name);
	}
}

Test(table, is_in_order)
{
	const struct mdt_ioctl_table *table = mdt_ioctl_builtin();

	for (size_t i = 0; i < table->count; i++) {
		const struct mdt_ioctl *row = mdt_ioctl_at(table, i);

		cr_assert(!i || table->numbers[i - 1] <= row->number);
		cr_assert_eq(mdt_ioctl_find_name(table, slice(row->name))->number,
			     row->number);
		cr_assert_not_null(mdt_ioctl_find(table, row->number, NULL));
	}
	for (size_t i = 1; i < table->type_count; i++)
		cr_assert_lt(strcmp(mdt_ioctl_type_at(table, i - 1)->name,
				    mdt_ioctl_type_at(table, i)->name),
			     0);
}

Test(table, keeps_all_names_of_a_number_the_best_first)
{
	size_t count;
	const struct mdt_ioctl *row = mdt_ioctl_find(mdt_ioctl_builtin(), 0x031e, &count);

	cr_assert_eq(count, 2);
	cr_assert_str_eq(row[0].name, "HDIO_DRIVE_TASK");
	cr_assert_str_eq(row[1].name, "HDIO_DRIVE_CMD_AEB");
	row = mdt_ioctl_find(mdt_ioctl_builtin(), 0x5421, &count);
	cr_assert_str_eq(row[0].name, "FIONBIO");
}

Test(table, does_not_know_what_is_not_there)
{
	const struct mdt_ioctl_table *table = mdt_ioctl_builtin();
	size_t count = 7;

	cr_assert_null(mdt_ioctl_find(table, 0xdeadbeef, &count));
	cr_assert_eq(count, 0);
	cr_assert_null(mdt_ioctl_find(table, 0, NULL));
	cr_assert_null(mdt_ioctl_find(table, UINT32_MAX, NULL));
	cr_assert_null(mdt_ioctl_find_name(table, SLICE("GET_ARRAY_INF")));
	cr_assert_null(mdt_ioctl_find_name(table, SLICE("")));
	cr_assert_null(mdt_ioctl_find_type(table, SLICE("struct nothing")));
}

Test(table, suggests_a_name)
{
	const struct mdt_ioctl_table *table = mdt_ioctl_builtin();

	cr_assert_str_eq(mdt_ioctl_suggest(table, SLICE("ADD_NEW_DISC"))->name,
			 "ADD_NEW_DISK");
	cr_assert_str_eq(mdt_ioctl_suggest(table, SLICE("stop_array"))->name,
			 "STOP_ARRAY");
	cr_assert_null(mdt_ioctl_suggest(table, SLICE("FOO")));
	cr_assert_null(mdt_ioctl_suggest(table, SLICE("")));
}

Test(table, has_every_number_of_the_headers)
{
	const struct mdt_ioctl_table *table = mdt_ioctl_builtin();
	size_t numbers = 0, structs = 0, sized = 0, typed = 0;

	for (size_t i = 0; i < table->count; i++) {
		const struct mdt_ioctl *row = mdt_ioctl_at(table, i);
		bool has_size = mdt_ioctl_size(row->number) != 0;

		numbers += !i || table->numbers[i - 1] != row->number;
		structs += row->type && (row->type->kind == MDT_TYPE_STRUCT ||
					 row->type->kind == MDT_TYPE_UNION);
		sized += has_size;
		typed += has_size && row->type;
	}
	cr_assert_geq(numbers, 2950, "%zu numbers", numbers);
	cr_assert_geq(structs, 1500, "%zu layouts", structs);
	cr_assert_geq(typed * 100, sized * 95, "%zu of %zu are typed", typed, sized);
}

// One of each kind of macro that is not a plain _IO*().
static const struct {
	const char *name;
	uint32_t number;
	const char *type, *header;
} kinds[] = {
	{ "TCGETS", 0x5401, "struct termios", "asm-generic/ioctls.h" },
	{ "TIOCGWINSZ", 0x5413, "struct winsize", "asm-generic/ioctls.h" },
	{ "SIOCGIFINDEX", 0x8933, "struct ifreq", "linux/sockios.h" },
	{ "SNDCTL_DSP_SPEED", 0xc0045002, "int", "linux/soundcard.h" }, // _SIOWR
	{ "BC_TRANSACTION", 0x40406300, "struct binder_transaction_data",
	  "linux/android/binder.h" }, // an enumerator
	{ "DRM_IOCTL_I915_GETPARAM", 0xc0106446, "drm_i915_getparam_t",
	  "drm/i915_drm.h" },
	{ "AGPIOC_INFO", 0x80084100, "struct agp_info *", "linux/agpgart.h" },
	{ "XFS_IOC_FSCOUNTS", 0x80205871, "struct xfs_fsop_counts", "xfs/xfs_fs.h" },
	{ "IOC_OPAL_LOCK_UNLOCK", 0x411870dd, "struct opal_lock_unlock",
	  "linux/sed-opal.h" },
};

ParameterizedTestParameters(table, reads_every_kind_of_macro)
{
	return index_params(kinds);
}

ParameterizedTest(size_t *i, table, reads_every_kind_of_macro)
{
	const struct mdt_ioctl *row =
		mdt_ioctl_find_name(mdt_ioctl_builtin(), slice(kinds[*i].name));

	cr_assert_not_null(row, "%s", kinds[*i].name);
	cr_assert_eq(row->number, kinds[*i].number, "%s is %#x", row->name, row->number);
	cr_assert_str_eq(row->type_text, kinds[*i].type);
	cr_assert_str_eq(row->header, kinds[*i].header);
}

Test(number, is_taken_apart)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	cr_assert_eq(mdt_ioctl_dir(0xc138fd03), MDT_DIR_READ_WRITE);
	cr_assert_eq(mdt_ioctl_type_byte(0xc138fd03), 0xfd);
	cr_assert_eq(mdt_ioctl_nr(0xc138fd03), 3);
	cr_assert_eq(mdt_ioctl_size(0xc138fd03), 0x138);
	cr_assert_str_eq(mdt_ioctl_dir_macro(0x800c0910), "_IOR");
	mdt_ioctl_number_text(0xc138fd03, &buf);
	mdt_buf_addc(&buf, 0);
	cr_assert_str_eq(buf.str, "_IOC(_IOC_READ|_IOC_WRITE, 0xfd, 0x3, 0x138)");
}

Test(number, unknown_ones_have_neighbours)
{
	const struct mdt_ioctl_table *table = mdt_ioctl_builtin();
	struct mdt_ioctl_near near = mdt_ioctl_look_around(table, 0x80440911);

	cr_assert_str_eq(near.twin->name, "GET_ARRAY_INFO");
	cr_assert_str_eq(near.below->name, "RAID_VERSION");
	cr_assert_str_eq(near.above->name, "GET_DISK_INFO");
	cr_assert_eq(near.siblings, array_size(md));
	cr_assert_str_eq(near.owner, "md");
	near = mdt_ioctl_look_around(table, 0x900);
	cr_assert_null(near.twin);
	cr_assert_null(near.below);
	cr_assert_str_eq(near.above->name, "RAID_VERSION");
	near = mdt_ioctl_look_around(table, 0x9ff);
	cr_assert_str_eq(near.below->name, "CLUSTERED_DISK_NACK");
	cr_assert_null(near.above);
	near = mdt_ioctl_look_around(table, 0xe700);
	cr_assert_null(near.owner);
	cr_assert_eq(near.siblings, 0);
}

static void check_arg(const char *name, uint64_t arg, const char *expected)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf buf = { 0 };

	mdt_ioctl_arg_text(mdt_ioctl_find_name(mdt_ioctl_builtin(), slice(name)), arg,
			   &buf);
	mdt_buf_addc(&buf, 0);
	cr_assert_str_eq(buf.str, expected);
}

Test(argument, by_value_is_no_pointer)
{
	check_arg("HOT_REMOVE_DISK", 0x700, "makedev(0x7, 0)");
	check_arg("SET_DISK_FAULTY", 0x12345678, "makedev(0x456, 0x12378)");
	check_arg("SET_BITMAP_FILE", 0xffffffff, "-1");
	check_arg("SET_BITMAP_FILE", UINT64_MAX, "-1");
	check_arg("SET_BITMAP_FILE", 5, "5");
	check_arg("LOOP_CTL_ADD", 3, "3");
	check_arg("BLKRASET", UINT64_C(1) << 40, "1099511627776");
}

Test(argument, of_others_is_a_pointer)
{
	check_arg("GET_ARRAY_INFO", 0x7ffe8b3d5ce0, "0x7ffe8b3d5ce0");
	check_arg("SET_ARRAY_INFO", 0, "NULL");
	check_arg("RUN_ARRAY", 0, "0");
}
