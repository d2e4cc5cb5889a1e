// SPDX-License-Identifier: MIT
#include "guest/map.h"

#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "guest/disks.h"
#include "params.h"

static const struct guest_map_row rows[] = {
	{ { 8, 1, SLICE_INIT("sda1") },
	  { 7, 64, SLICE_INIT("loop64") },
	  SLICE_INIT("sda") },
	{ { 8, 0, SLICE_INIT("sda") }, { 7, 65, SLICE_INIT("loop65") }, { 0 } },
	{ { 253, 0, SLICE_INIT("dm-0") }, { 7, 66, SLICE_INIT("loop66") }, { 0 } },
};

static void make_map(struct guest_map *map)
{
	array_for_each (it, rows)
		cr_assert(guest_map_add(map, it));
}

static void check(const struct mdt_buf *buf, const char *expected)
{
	cr_assert(mdt_slice_eq_cstr(mdt_buf_slice(buf), expected), "%.*s, not %s",
		  SLICE_FMT(mdt_buf_slice(buf)), expected);
}

static const struct {
	const char *from, *to;
} messages[] = {
	{ "md/raid1:md0: Disk failure on loop64, disabling device.",
	  "md/raid1:md0: Disk failure on sda1, disabling device." },
	{ "loop64[1] loop66[0](F)", "sda1[1] dm-0[0](F)" },
	{ "loop640 xloop64 loop64x loop64p1", "loop640 xloop64 loop64x loop64p1" },
	{ "md: could not open device unknown-block(7,64).",
	  "md: could not open device unknown-block(8,1)." },
	{ "unknown-block(7,6", "unknown-block(7,6" },
	{ "unknown-block(7)", "unknown-block(7)" },
	{ "unknown-block(", "unknown-block(" },
	{ "unknown-block(99999999999999999999,1)",
	  "unknown-block(99999999999999999999,1)" },
	{ "loop64", "sda1" },
	{ "", "" },
};

ParameterizedTestParameters(guest_map, message)
{
	return index_params(messages);
}

ParameterizedTest(size_t *i, guest_map, message)
{
	_cleanup_(guest_map_deinit) struct guest_map map = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	make_map(&map);
	guest_map_message(&map, mdt_slice_cstr(messages[*i].from), &text);
	check(&text, messages[*i].to);
}

static const struct {
	const char *from, *to;
} paths[] = {
	{ "/sys/block/sda/size", "/sys/block/loop65/size" },
	{ "/sys/block/sda/sda1/size", "/sys/block/loop64/size" },
	{ "/sys/block/sda/sda2/size", "/sys/block/loop65/sda2/size" },
	{ "/sys/block/md0/md/dev-sda1/state", "/sys/block/md0/md/dev-loop64/state" },
	{ "/sys/block/md0/md//dev-dm-0", "/sys/block/md0/md//dev-loop66" },
	{ "/sys/block/sda1/", "/sys/block/loop64/" },
	{ "/sys/", "/sys/" },
	{ "/dev/sda1", "/dev/sda1" }, // the node has our number
	{ "sda1", "sda1" },
	{ "", "" },
};

ParameterizedTestParameters(guest_map, path)
{
	return index_params(paths);
}

ParameterizedTest(size_t *i, guest_map, path)
{
	_cleanup_(guest_map_deinit) struct guest_map map = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	make_map(&map);
	guest_map_path(&map, mdt_slice_cstr(paths[*i].from), &text);
	check(&text, paths[*i].to);
}

static const struct {
	enum guest_map_way way;
	const char *from, *to;
} attributes[] = {
	{ GUEST_TO_KERNEL, "8:1", "7:64" },
	{ GUEST_TO_KERNEL, "8:1\n", "7:64\n" },
	{ GUEST_TO_KERNEL, "8:2", "8:2" },
	{ GUEST_TO_KERNEL, "8:", "8:" },
	{ GUEST_TO_KERNEL, ":", ":" },
	{ GUEST_TO_KERNEL, "\n", "\n" },
	{ GUEST_TO_KERNEL, "frozen", "frozen" },
	{ GUEST_TO_KERNEL, "+8:1", "+8:1" },
	{ GUEST_TO_LOG, "7:66\n", "253:0\n" },
	{ GUEST_TO_LOG, "4294967296:0", "4294967296:0" },
};

ParameterizedTestParameters(guest_map, attribute)
{
	return index_params(attributes);
}

ParameterizedTest(size_t *i, guest_map, attribute)
{
	_cleanup_(guest_map_deinit) struct guest_map map = { 0 };
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	make_map(&map);
	guest_map_attribute(&map, attributes[*i].way, mdt_slice_cstr(attributes[*i].from),
			    &text);
	check(&text, attributes[*i].to);
}

static const struct {
	const char *path;
	uint32_t major, minor;
	const char *name;
} names[] = {
	{ "/dev/sda1", 8, 1, "sda1" },
	{ "/dev/nvme0n1p2", 259, 1, "nvme0n1p2" },
	{ "/dev/mapper/vg-x", 253, 17, "dm-17" },
	{ "/dev/disk/by-id/ata-X", 8, 16, "sdb" },
	{ "/dev/disk/by-id/ata-X-part3", 8, 35, "sdc3" },
	{ "/dev/disk/by-id/far", 65, 160, "sdaa" },
	{ "/dev/disk/by-id/other", 259, 1, "other" },
};

ParameterizedTestParameters(guest_map, name)
{
	return index_params(names);
}

ParameterizedTest(size_t *i, guest_map, name)
{
	_cleanup_(mdt_buf_deinit) struct mdt_buf text = { 0 };

	guest_map_name(mdt_slice_cstr(names[*i].path), names[*i].major, names[*i].minor,
		       &text);
	check(&text, names[*i].name);
}

static void read_plan(const char *text, struct mdt_plan *plan)
{
	mdt_plan_init(plan);
	cr_assert_null(mdt_plan_read("plan", mdt_slice_cstr(text), plan));
}

Test(guest_disks, loops_keep_their_number_and_others_are_mapped_above)
{
	struct guest_disks disks = { 0 };
	struct mdt_plan plan;

	read_plan("# mdtrace: plan 1\n"
		  "# mdtrace: disk 7:70 \"/dev/loop70\" 4096\n"
		  "# mdtrace: disk 8:0 \"/dev/sda\" 4096\n"
		  "# mdtrace: disk 8:1 \"/dev/sda1\" 4096 partition-of 8:0\n"
		  "# mdtrace: disk 8:0 \"/dev/disk/by-id/x\" 4096\n",
		  &plan);
	cr_assert_null(guest_disks_assign(&disks, &plan));
	cr_assert_eq(disks.len, 3);
	cr_assert_eq(disks.items[0].loop, 70);
	cr_assert_eq(disks.items[1].loop, 71);
	cr_assert_eq(disks.items[2].loop, 72);
	cr_assert_eq(disks.map.len, 2);
	cr_assert(mdt_slice_eq_cstr(disks.map.rows[1].real.name, "loop72"));
	cr_assert(mdt_slice_eq_cstr(disks.map.rows[1].parent, "sda"));

	// A job that finds them there has them as they are.
	cr_assert_null(guest_disks_assign(&disks, &plan));
	cr_assert_eq(disks.len, 3);
	mdt_plan_deinit(&plan);
	guest_map_deinit(&disks.map);
	mdt_arena_deinit(&disks.arena);
	free(disks.items);
}
