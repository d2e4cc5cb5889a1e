// SPDX-License-Identifier: MIT
#include <criterion/criterion.h>

#include "md/sysfs.h"

static const struct {
	const char *path;
	enum mdt_md_path_kind kind;
	const char *array, *member, *attr;
	long minor; /* of major 9; -1 when it is not told */
	bool known; /* the attribute has a row */
} cases[] = {
	{ "/dev/md0", MDT_PATH_NODE, "md0", "", "", 0, false },
	{ "/dev/md127", MDT_PATH_NODE, "md127", "", "", 127, false },
	{ "/dev/md1048575", MDT_PATH_NODE, "md1048575", "", "", 1048575, false },
	{ "//dev//md1", MDT_PATH_NODE, "md1", "", "", 1, false },
	{ "/dev/md_d0", MDT_PATH_NODE, "md_d0", "", "", -1, false },
	{ "/dev/md_foo", MDT_PATH_NODE, "md_foo", "", "", -1, false },
	{ "/dev/md_dx", MDT_PATH_NODE, "md_dx", "", "", -1, false },
	{ "/dev/md/foo", MDT_PATH_NAMED_NODE, "foo", "", "", -1, false },
	{ "/dev/md/0", MDT_PATH_NAMED_NODE, "0", "", "", -1, false },
	{ "/dev/md0p1", MDT_PATH_PARTITION, "md0", "", "", -1, false },
	{ "/dev/md_d3p12", MDT_PATH_PARTITION, "md_d3", "", "", -1, false },
	{ "/sys/block/md0", MDT_PATH_DISK_DIR, "md0", "", "", 0, false },
	{ "/sys/block/md0/", MDT_PATH_DISK_DIR, "md0", "", "", 0, false },
	{ "/sys/block/md0/uevent", MDT_PATH_DISK_ATTR, "md0", "", "uevent", 0, true },
	{ "/sys/block/md0/md0p1/size", MDT_PATH_DISK_ATTR, "md0", "", "md0p1/size", 0,
	  false },
	{ "/sys/block/md0/md", MDT_PATH_ARRAY_DIR, "md0", "", "", 0, false },
	{ "/sys/block/md0/md/", MDT_PATH_ARRAY_DIR, "md0", "", "", 0, false },
	{ "/sys/block/md0/md//sync_action", MDT_PATH_ARRAY_ATTR, "md0", "", "sync_action",
	  0, true },
	{ "/sys/block/md7/md/bitmap/location", MDT_PATH_ARRAY_ATTR, "md7", "",
	  "bitmap/location", 7, true },
	{ "/sys/block/md7/md/no_such_thing", MDT_PATH_ARRAY_ATTR, "md7", "",
	  "no_such_thing", 7, false },
	{ "/sys/block/md7/md/dev-", MDT_PATH_ARRAY_ATTR, "md7", "", "dev-", 7, false },
	{ "/sys/block/md7/md/rdx", MDT_PATH_ARRAY_ATTR, "md7", "", "rdx", 7, false },
	{ "/sys/block/md0/md/dev-loop1", MDT_PATH_MEMBER_DIR, "md0", "loop1", "", 0,
	  false },
	{ "/sys/block/md0/md/dev-loop1/state", MDT_PATH_MEMBER_ATTR, "md0", "loop1",
	  "state", 0, true },
	{ "/sys/block/md0/md/dev-loop1/block/dev", MDT_PATH_MEMBER_ATTR, "md0", "loop1",
	  "block/dev", 0, true },
	{ "/sys/block/md0/md/rd0/state", MDT_PATH_MEMBER_ATTR, "md0", "rd0", "state", 0,
	  true },
	{ "/sys/block/md_foo/md/level", MDT_PATH_ARRAY_ATTR, "md_foo", "", "level", -1,
	  true },
	{ "/sys/devices/virtual/block/md5/md/array_state", MDT_PATH_ARRAY_ATTR, "md5", "",
	  "array_state", 5, true },
	{ "/sys/class/block/md5/size", MDT_PATH_DISK_ATTR, "md5", "", "size", 5, true },
	{ "/sys/dev/block/9:100", MDT_PATH_DISK_DIR, "", "", "", 100, false },
	{ "/sys/dev/block/9:100/md/level", MDT_PATH_ARRAY_ATTR, "", "", "level", 100,
	  true },
	{ "/sys/module/md_mod/parameters/new_array", MDT_PATH_PARAMETER, "", "",
	  "new_array", -1, true },
	{ "/proc/mdstat", MDT_PATH_MDSTAT, "", "", "", -1, false },
	{ "/run/mdadm/map.lock", MDT_PATH_MDADM, "", "", "map.lock", -1, false },
	{ "/etc/mdadm/mdadm.conf", MDT_PATH_MDADM, "", "", "mdadm.conf", -1, false },
	{ "/etc/mdadm.conf", MDT_PATH_MDADM, "", "", "", -1, false },
};

static void check_slice(const char *path, struct mdt_slice got, const char *expected)
{
	cr_assert(mdt_slice_eq_cstr(got, expected), "%s: '%.*s', not '%s'", path,
		  SLICE_FMT(got), expected);
}

Test(md_sysfs, paths)
{
	array_for_each (it, cases) {
		struct mdt_md_path path;

		cr_assert(mdt_md_path_parse(mdt_slice_cstr(it->path), &path), "%s",
			  it->path);
		cr_assert_eq(path.kind, it->kind, "%s: %d", it->path, path.kind);
		check_slice(it->path, path.array, it->array);
		check_slice(it->path, path.member, it->member);
		check_slice(it->path, path.attr, it->attr);
		cr_assert_eq(path.row != NULL, it->known, "%s", it->path);
		cr_assert_eq(path.has_dev, it->minor >= 0, "%s", it->path);
		cr_assert_eq(path.major, it->minor >= 0 ? 9 : 0, "%s", it->path);
		cr_assert_eq(path.minor, it->minor >= 0 ? it->minor : 0, "%s", it->path);
	}
}

static const char *const not_md[] = {
	"",
	"/",
	"md0",
	"/dev",
	"/dev/md",
	"/dev/md/",
	"/dev/md/a/b",
	"/dev/mdadm",
	"/dev/md0x",
	"/dev/md00",
	"/dev/md0p",
	"/dev/md0p0",
	"/dev/md0p1x",
	"/dev/md_",
	"/dev/md1048576",
	"/dev/md99999999999999999999999",
	"/dev/loop0",
	"/dev/md0/x",
	"/sys/block/loop0/md",
	"/sys/block/md",
	"/sys/block/md0p1/size",
	"/sys/block",
	"/sys/dev/block/7:0",
	"/sys/dev/block/9:",
	"/sys/dev/block/9:1x",
	"/sys/bus/pci/drivers/vmd",
	"/sys/module/md_mod/parameters",
	"/sys/module/md_mod/parameters/",
	"/proc/mdstat2",
	"/proc/mdstat/x",
	"/dev/.tmp.md.1:9",
	"/dev/.tmp.md.1:9:0x",
	"/dev/.tmp.md.a:9:0",
	"/dev/.tmp.md.1:9:0/",
};

Test(md_sysfs, not_md)
{
	struct mdt_md_path path;

	array_for_each (it, not_md)
		cr_assert_not(mdt_md_path_parse(mdt_slice_cstr(*it), &path), "%s", *it);
}

static void check_tmp(const char *text, uint32_t pid, uint32_t major, uint32_t minor)
{
	struct mdt_md_path path;

	cr_assert(mdt_md_path_parse(mdt_slice_cstr(text), &path), "%s", text);
	cr_assert_eq(path.kind, MDT_PATH_TMP_NODE);
	cr_assert(path.has_dev);
	cr_assert_eq(path.pid, pid);
	cr_assert_eq(path.major, major);
	cr_assert_eq(path.minor, minor);
}

Test(md_sysfs, tmp_nodes_of_mdadm)
{
	check_tmp("/dev/.tmp.md.1419:9:100", 1419, 9, 100);
	check_tmp("/dev/.tmp.md.275:9:0", 275, 9, 0);
	check_tmp("/tmp/.tmp.md.7:259:3", 7, 259, 3);
	check_tmp("/.tmp.md.7:7:0", 7, 7, 0);
}

Test(md_sysfs, partitions_have_a_number)
{
	struct mdt_md_path path;

	cr_assert(mdt_md_path_parse(SLICE("/dev/md0p12"), &path));
	cr_assert_eq(path.partition, 12);
	cr_assert(mdt_md_path_parse(SLICE("/dev/md0"), &path));
	cr_assert_eq(path.partition, 0);
}

Test(md_sysfs, slices_need_no_end)
{
	struct mdt_md_path path;

	cr_assert(mdt_md_path_parse(mdt_slice_from("/dev/md123", 8), &path));
	cr_assert_eq(path.minor, 1);
	cr_assert_not(mdt_md_path_parse(mdt_slice_from("/dev/md1", 7), &path));
}

Test(md_sysfs, names)
{
	uint32_t minor = 3;

	cr_assert(mdt_md_name_parse(SLICE("md127"), &minor));
	cr_assert_eq(minor, 127);
	cr_assert(mdt_md_name_parse(SLICE("md_d2"), &minor));
	cr_assert_eq(minor, MDT_MINOR_UNKNOWN);
	cr_assert(mdt_md_name_parse(SLICE("md_home"), &minor));
	cr_assert_eq(minor, MDT_MINOR_UNKNOWN);
	minor = 3;
	cr_assert_not(mdt_md_name_parse(SLICE("md0p1"), &minor));
	cr_assert_not(mdt_md_name_parse(SLICE("md"), &minor));
	cr_assert_not(mdt_md_name_parse(SLICE("md_"), &minor));
	cr_assert_not(mdt_md_name_parse(SLICE("sda"), &minor));
	cr_assert_not(mdt_md_name_parse(SLICE(""), &minor));
	cr_assert_eq(minor, 3);
}

Test(md_sysfs, words)
{
	const struct mdt_md_word *word;

	word = mdt_md_word_find(MDT_ATTR_ARRAY, SLICE("array_state"), SLICE("clear\n"));
	cr_assert_str_eq(word->word, "clear");
	cr_assert(word->read && word->written);
	word = mdt_md_word_find(MDT_ATTR_ARRAY, SLICE("array_state"), SLICE("broken"));
	cr_assert(word->read && !word->written);
	word = mdt_md_word_find(MDT_ATTR_MEMBER, SLICE("state"), SLICE("remove"));
	cr_assert(!word->read && word->written);
	word = mdt_md_word_find(MDT_ATTR_DISK, SLICE("uevent"), SLICE("change"));
	cr_assert(word->written);
	cr_assert_eq(mdt_md_word_find(MDT_ATTR_ARRAY, SLICE("state"), SLICE("remove")),
		     NULL);
	cr_assert_eq(mdt_md_word_find(MDT_ATTR_ARRAY, SLICE("array_state"), SLICE("")),
		     NULL);
	cr_assert_eq(
		mdt_md_word_find(MDT_ATTR_ARRAY, SLICE("array_state"), SLICE("\n \n")),
		NULL);
}

// The words of array_state, in the order of array_states in drivers/md/md.c.
Test(md_sysfs, all_states_are_there)
{
	static const char *const states[] = {
		"clear", "inactive", "suspended",     "readonly",    "read-auto",
		"clean", "active",   "write-pending", "active-idle", "broken",
	};

	array_for_each (it, states)
		cr_assert(mdt_md_word_find(MDT_ATTR_ARRAY, SLICE("array_state"),
					   mdt_slice_cstr(*it)),
			  "%s", *it);
}

static bool has_attr(enum mdt_md_attr_of of, const char *name)
{
	size_t len;
	const struct mdt_md_attr *rows = mdt_md_attrs(&len);

	for (size_t i = 0; i < len; i++)
		if (rows[i].of == of && strcmp(rows[i].name, name) == 0)
			return true;
	return false;
}

Test(md_sysfs, every_word_has_its_attribute)
{
	size_t len;
	const struct mdt_md_word *rows = mdt_md_words(&len);

	for (size_t i = 0; i < len; i++)
		cr_assert(has_attr(rows[i].of, rows[i].attr), "%s %s", rows[i].attr,
			  rows[i].word);
}
