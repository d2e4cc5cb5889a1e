// SPDX-License-Identifier: MIT
#include "md/sysfs.h"

#define MD_MAJOR  9
#define MINOR_MAX ((1u << 20) - 1) /* MINORBITS of include/linux/kdev_t.h */

// Attributes: md_default_attrs, md_redundancy_attrs, rdev_default_attrs in
// drivers/md/md.c, md_bitmap_attrs in md-bitmap.c, raid5_attrs in raid5.c; their meaning
// is in Documentation/admin-guide/md.rst. Parameters: module_param() at the end of md.c.
static const struct mdt_md_attr attrs[] = {
	{ MDT_ATTR_DISK, "uevent",
	  "writing an action makes the kernel send that uevent again" },
	{ MDT_ATTR_DISK, "dev", "the disk's major:minor" },
	{ MDT_ATTR_DISK, "size", "the disk's size in sectors of 512 bytes" },
	{ MDT_ATTR_DISK, "ro", "1 while the disk is read-only" },
	{ MDT_ATTR_DISK, "range", "how many minors the disk has for partitions" },
	{ MDT_ATTR_DISK, "ext_range", "how many partitions the disk can have" },
	{ MDT_ATTR_DISK, "removable", "1 when the medium can be taken out" },
	{ MDT_ATTR_DISK, "stat", "counts of reads and writes" },

	{ MDT_ATTR_ARRAY, "array_state",
	  "the state of the array in one word; writing a word asks for that state" },
	{ MDT_ATTR_ARRAY, "array_size",
	  "the size offered to users in KiB, or default: all there is" },
	{ MDT_ATTR_ARRAY, "bitmap_set_bits",
	  "writing numbers sets bits of the bitmap, so that a resync looks there" },
	{ MDT_ATTR_ARRAY, "bitmap_type", "which kind of bitmap the array has" },
	{ MDT_ATTR_ARRAY, "chunk_size", "bytes per chunk" },
	{ MDT_ATTR_ARRAY, "component_size", "KiB that each member gives to the array" },
	{ MDT_ATTR_ARRAY, "consistency_policy",
	  "how the array becomes consistent after a crash" },
	{ MDT_ATTR_ARRAY, "fail_last_dev",
	  "1: the last member may be marked faulty too" },
	{ MDT_ATTR_ARRAY, "layout",
	  "the layout as a number, whose meaning depends on the level" },
	{ MDT_ATTR_ARRAY, "level", "the RAID level" },
	{ MDT_ATTR_ARRAY, "logical_block_size",
	  "bytes per logical block, kept in the superblock since 6.19" },
	{ MDT_ATTR_ARRAY, "max_read_errors",
	  "read errors that a member may have corrected before it fails" },
	{ MDT_ATTR_ARRAY, "metadata_version",
	  "the superblock's version, none, or external:NAME" },
	{ MDT_ATTR_ARRAY, "new_dev",
	  "writing MAJOR:MINOR adds that device to the array" },
	{ MDT_ATTR_ARRAY, "raid_disks",
	  "how many active members the array has when it is whole" },
	{ MDT_ATTR_ARRAY, "reshape_direction", "forwards or backwards" },
	{ MDT_ATTR_ARRAY, "reshape_position",
	  "the sector that a reshape has reached, or none" },
	{ MDT_ATTR_ARRAY, "resync_start", "the sector where a resync goes on, or none" },
	{ MDT_ATTR_ARRAY, "safe_mode_delay",
	  "seconds without a write after which the array is marked clean" },
	{ MDT_ATTR_ARRAY, "serialize_policy",
	  "1: writes to the same place are put in order (raid1)" },
	{ MDT_ATTR_ARRAY, "uuid", "the array's uuid" },
	{ MDT_ATTR_ARRAY, "sync_action",
	  "what the sync thread does; writing a word starts or stops it" },
	{ MDT_ATTR_ARRAY, "last_sync_action", "what the sync thread did last" },
	{ MDT_ATTR_ARRAY, "mismatch_cnt", "sectors that a check found different" },
	{ MDT_ATTR_ARRAY, "sync_speed_min",
	  "KiB/s below which a sync is not slowed down" },
	{ MDT_ATTR_ARRAY, "sync_speed_max", "KiB/s that a sync may reach" },
	{ MDT_ATTR_ARRAY, "sync_speed", "KiB/s of the sync that runs" },
	{ MDT_ATTR_ARRAY, "sync_force_parallel",
	  "1: sync even while an array on the same disks does" },
	{ MDT_ATTR_ARRAY, "sync_completed",
	  "sectors done / sectors in all, of the sync that runs" },
	{ MDT_ATTR_ARRAY, "sync_min", "the sector where a check begins" },
	{ MDT_ATTR_ARRAY, "sync_max", "the sector where a sync pauses, or max" },
	{ MDT_ATTR_ARRAY, "suspend_lo",
	  "the first sector of a range where I/O is held back" },
	{ MDT_ATTR_ARRAY, "suspend_hi", "the end of the range where I/O is held back" },
	{ MDT_ATTR_ARRAY, "degraded", "how many members are missing" },
	{ MDT_ATTR_ARRAY, "bitmap/location",
	  "where the bitmap is: none, file, or sectors from the superblock" },
	{ MDT_ATTR_ARRAY, "bitmap/space", "sectors that there are for the bitmap" },
	{ MDT_ATTR_ARRAY, "bitmap/time_base",
	  "seconds between two looks for bits that can be cleared" },
	{ MDT_ATTR_ARRAY, "bitmap/backlog",
	  "how many writes to write-mostly members may be behind" },
	{ MDT_ATTR_ARRAY, "bitmap/chunksize", "bytes of data per bit of the bitmap" },
	{ MDT_ATTR_ARRAY, "bitmap/metadata",
	  "who writes the bitmap's superblock: internal, external or clustered" },
	{ MDT_ATTR_ARRAY, "bitmap/can_clear",
	  "whether bits are cleared when their blocks are in sync" },
	{ MDT_ATTR_ARRAY, "bitmap/max_backlog_used",
	  "the most writes that have been behind" },
	{ MDT_ATTR_ARRAY, "stripe_cache_size",
	  "entries of the stripe cache (raid4, 5 and 6)" },
	{ MDT_ATTR_ARRAY, "stripe_cache_active",
	  "entries of the stripe cache that are in use" },
	{ MDT_ATTR_ARRAY, "stripe_size", "bytes per stripe in the cache" },
	{ MDT_ATTR_ARRAY, "preread_bypass_threshold",
	  "how often a full-stripe write may overtake one that must read first" },
	{ MDT_ATTR_ARRAY, "group_thread_cnt", "threads per group that handle stripes" },
	{ MDT_ATTR_ARRAY, "skip_copy", "1: data is not copied into the stripe cache" },
	{ MDT_ATTR_ARRAY, "rmw_level",
	  "whether a small write may read the old data and parity" },
	{ MDT_ATTR_ARRAY, "journal_mode", "write-through or write-back" },
	{ MDT_ATTR_ARRAY, "ppl_write_hint",
	  "the write hint for entries of the partial parity log" },

	{ MDT_ATTR_MEMBER, "state",
	  "the member's flags, with commas; writing a word changes one" },
	{ MDT_ATTR_MEMBER, "errors", "read errors that were corrected" },
	{ MDT_ATTR_MEMBER, "slot", "the member's place in the array, or none" },
	{ MDT_ATTR_MEMBER, "offset", "the sector where its data begins" },
	{ MDT_ATTR_MEMBER, "new_offset",
	  "the sector where its data begins after a reshape" },
	{ MDT_ATTR_MEMBER, "size", "KiB of it that can hold data" },
	{ MDT_ATTR_MEMBER, "recovery_start",
	  "sectors that a recovery has done, or none: in sync" },
	{ MDT_ATTR_MEMBER, "bad_blocks", "the list of bad blocks" },
	{ MDT_ATTR_MEMBER, "unacknowledged_bad_blocks",
	  "bad blocks that are not yet in the superblock" },
	{ MDT_ATTR_MEMBER, "ppl_sector", "the sector of its partial parity log" },
	{ MDT_ATTR_MEMBER, "ppl_size", "sectors of its partial parity log" },
	{ MDT_ATTR_MEMBER, "block", "a link to the member's disk" },
	{ MDT_ATTR_MEMBER, "block/dev", "the member's major:minor" },
	{ MDT_ATTR_MEMBER, "block/size", "the member's size in sectors of 512 bytes" },
	{ MDT_ATTR_MEMBER, "block/device/state",
	  "what the member's own driver says of it (SCSI)" },

	{ MDT_ATTR_PARAMETER, "new_array",
	  "writing mdN or md_NAME makes that array's node" },
	{ MDT_ATTR_PARAMETER, "create_on_open",
	  "Y: opening a node of major 9 makes the array" },
	{ MDT_ATTR_PARAMETER, "start_ro", "1: arrays start in read-auto" },
	{ MDT_ATTR_PARAMETER, "start_dirty_degraded",
	  "1: a dirty degraded raid4, 5 or 6 starts without being forced" },
	{ MDT_ATTR_PARAMETER, "legacy_async_del_gendisk",
	  "N: a stopped array's disk is gone before STOP_ARRAY returns" },
	{ MDT_ATTR_PARAMETER, "check_new_feature",
	  "0: superblocks with features that are not known are loaded" },
};

// array_states and array_state_store(), action_show() and action_store(), state_show()
// and state_store() in drivers/md/md.c.
static const struct mdt_md_word words[] = {
	{ MDT_ATTR_ARRAY, "array_state", "clear", "nothing set up: no members, no level",
	  "stop the array and forget it, like STOP_ARRAY" },
	{ MDT_ATTR_ARRAY, "array_state", "inactive", "set up, but not running",
	  "stop the array, keep its members" },
	{ MDT_ATTR_ARRAY, "array_state", "suspended", NULL, NULL },
	{ MDT_ATTR_ARRAY, "array_state", "readonly", "running, writes fail, no resync",
	  "make the array read-only; start it so if it does not run" },
	{ MDT_ATTR_ARRAY, "array_state", "read-auto",
	  "running read-only until the first write",
	  "like readonly, until the first write" },
	{ MDT_ATTR_ARRAY, "array_state", "clean", "running, no writes pending",
	  "mark the array clean, make it writable" },
	{ MDT_ATTR_ARRAY, "array_state", "active", "running, writes may be pending",
	  "start the array, or make it writable" },
	{ MDT_ATTR_ARRAY, "array_state", "write-pending",
	  "a write waits until the superblock says active", NULL },
	{ MDT_ATTR_ARRAY, "array_state", "active-idle",
	  "active, but no writes for a while", NULL },
	{ MDT_ATTR_ARRAY, "array_state", "broken",
	  "running, but too many members have failed: writes fail", NULL },

	{ MDT_ATTR_ARRAY, "sync_action", "idle", "nothing to do",
	  "stop the sync that runs; it may start again" },
	{ MDT_ATTR_ARRAY, "sync_action", "frozen",
	  "stopped, and will not start by itself",
	  "stop the sync that runs, and let none start" },
	{ MDT_ATTR_ARRAY, "sync_action", "resync",
	  "making the members equal after a crash or creation",
	  "start again what idle or frozen has stopped" },
	{ MDT_ATTR_ARRAY, "sync_action", "recover", "rebuilding a member",
	  "start to rebuild a member" },
	{ MDT_ATTR_ARRAY, "sync_action", "check", "reading all and counting differences",
	  "read all and count differences" },
	{ MDT_ATTR_ARRAY, "sync_action", "repair", "reading all and mending differences",
	  "read all and mend differences" },
	{ MDT_ATTR_ARRAY, "sync_action", "reshape",
	  "changing level, layout, chunk size or number of members", "start a reshape" },

	{ MDT_ATTR_ARRAY, "consistency_policy", "none", "no redundancy", NULL },
	{ MDT_ATTR_ARRAY, "consistency_policy", "resync", "a full resync after a crash",
	  "stop using a partial parity log" },
	{ MDT_ATTR_ARRAY, "consistency_policy", "bitmap",
	  "a resync of what the bitmap marks", NULL },
	{ MDT_ATTR_ARRAY, "consistency_policy", "journal", "the journal is replayed",
	  NULL },
	{ MDT_ATTR_ARRAY, "consistency_policy", "ppl",
	  "a partial parity log closes the write hole",
	  "start using a partial parity log" },
	{ MDT_ATTR_ARRAY, "consistency_policy", "unknown", "the array does not run",
	  NULL },

	{ MDT_ATTR_ARRAY, "metadata_version", "none",
	  "no superblocks that the kernel manages", "use no superblocks" },
	{ MDT_ATTR_ARRAY, "metadata_version", "0.90",
	  "old superblocks, near the end of the members",
	  "use superblocks of this version" },
	{ MDT_ATTR_ARRAY, "metadata_version", "1.0",
	  "superblocks near the end of the members", "use superblocks of this version" },
	{ MDT_ATTR_ARRAY, "metadata_version", "1.1",
	  "superblocks at the start of the members", "use superblocks of this version" },
	{ MDT_ATTR_ARRAY, "metadata_version", "1.2",
	  "superblocks 4 KiB from the start of the members",
	  "use superblocks of this version" },

	{ MDT_ATTR_ARRAY, "bitmap/location", "none", "no bitmap", "remove the bitmap" },
	{ MDT_ATTR_ARRAY, "bitmap/location", "file", "the bitmap is in a file", NULL },

	{ MDT_ATTR_MEMBER, "state", "faulty", "has failed", "mark the member as failed" },
	{ MDT_ATTR_MEMBER, "state", "in_sync", "a full member", NULL },
	{ MDT_ATTR_MEMBER, "state", "insync", NULL,
	  "say that the data is good; only for a device without a slot" },
	{ MDT_ATTR_MEMBER, "state", "-insync", NULL,
	  "let the member be rebuilt; only while the array does not run" },
	{ MDT_ATTR_MEMBER, "state", "journal", "holds the journal", NULL },
	{ MDT_ATTR_MEMBER, "state", "writemostly", "read only when there is no other",
	  "read it only when there is no other" },
	{ MDT_ATTR_MEMBER, "state", "-writemostly", NULL, "read it like the others" },
	{ MDT_ATTR_MEMBER, "state", "blocked",
	  "writes wait until its failure is acknowledged", "hold back writes" },
	{ MDT_ATTR_MEMBER, "state", "-blocked", NULL,
	  "acknowledge the failure, let writes go on" },
	{ MDT_ATTR_MEMBER, "state", "spare", "works, but is not a full member", NULL },
	{ MDT_ATTR_MEMBER, "state", "write_error", "has seen a write error",
	  "note a write error" },
	{ MDT_ATTR_MEMBER, "state", "-write_error", NULL, "forget the write error" },
	{ MDT_ATTR_MEMBER, "state", "want_replacement", "should be replaced",
	  "ask for a replacement" },
	{ MDT_ATTR_MEMBER, "state", "-want_replacement", NULL,
	  "ask no more for a replacement" },
	{ MDT_ATTR_MEMBER, "state", "replacement", "replaces another member",
	  "make it a replacement; only while the array does not run" },
	{ MDT_ATTR_MEMBER, "state", "-replacement", NULL,
	  "make it no replacement; only while the array does not run" },
	{ MDT_ATTR_MEMBER, "state", "external_bbl", "user space handles its bad blocks",
	  "let user space handle its bad blocks" },
	{ MDT_ATTR_MEMBER, "state", "-external_bbl", NULL,
	  "let the kernel handle its bad blocks" },
	{ MDT_ATTR_MEMBER, "state", "failfast", "requests may fail without retries",
	  "let requests fail without retries" },
	{ MDT_ATTR_MEMBER, "state", "-failfast", NULL, "retry requests" },
	{ MDT_ATTR_MEMBER, "state", "remove", NULL, "take the member out of the array" },
	{ MDT_ATTR_MEMBER, "state", "re-add", NULL, "take a failed member back" },
	{ MDT_ATTR_MEMBER, "slot", "none", "a spare, or failed", "give up its place" },

	{ MDT_ATTR_DISK, "uevent", "add", NULL,
	  "tell user space that the disk appeared" },
	{ MDT_ATTR_DISK, "uevent", "remove", NULL,
	  "tell user space that the disk is gone" },
	{ MDT_ATTR_DISK, "uevent", "change", NULL,
	  "tell user space, udev first of all, to look at the disk again" },

	{ MDT_ATTR_PARAMETER, "create_on_open", "Y", "opening a node makes the array",
	  "let opening a node make the array" },
	{ MDT_ATTR_PARAMETER, "create_on_open", "N", "only new_array makes arrays",
	  "let only new_array make arrays" },
	{ MDT_ATTR_PARAMETER, "legacy_async_del_gendisk", "Y",
	  "a stopped array's disk goes away later",
	  "delete a stopped array's disk later" },
	{ MDT_ATTR_PARAMETER, "legacy_async_del_gendisk", "N",
	  "a stopped array's disk is gone when STOP_ARRAY returns",
	  "delete a stopped array's disk before STOP_ARRAY returns" },
	{ MDT_ATTR_PARAMETER, "start_ro", "0", "arrays start writable",
	  "let arrays start writable" },
	{ MDT_ATTR_PARAMETER, "start_ro", "1", "arrays start in read-auto",
	  "let arrays start in read-auto" },
};

const struct mdt_md_attr *mdt_md_attrs(size_t *len)
{
	*len = array_size(attrs);
	return attrs;
}

const struct mdt_md_word *mdt_md_words(size_t *len)
{
	*len = array_size(words);
	return words;
}

static const struct mdt_md_attr *find_attr(enum mdt_md_attr_of of, struct mdt_slice name)
{
	array_for_each (it, attrs)
		if (it->of == of && mdt_slice_eq_cstr(name, it->name))
			return it;
	return NULL;
}

static struct mdt_slice without_tail(struct mdt_slice s)
{
	while (s.len && memchr(" \t\n", s.str[s.len - 1], 3))
		s.len--;
	return s;
}

const struct mdt_md_word *mdt_md_word_find(enum mdt_md_attr_of of, struct mdt_slice attr,
					   struct mdt_slice value)
{
	value = without_tail(value);
	array_for_each (it, words)
		if (it->of == of && mdt_slice_eq_cstr(attr, it->attr) &&
		    mdt_slice_eq_cstr(value, it->word))
			return it;
	return NULL;
}

/* ---- numbers and names ---- */

/* Eat the decimal digits at the front of `s`, as the kernel writes them: no 007. */
static bool eat_number(struct mdt_slice *s, uint32_t *ret)
{
	size_t len = 0;
	uint64_t value;

	while (len < s->len && s->str[len] >= '0' && s->str[len] <= '9')
		len++;
	if ((len > 1 && s->str[0] == '0') ||
	    !mdt_slice_to_dec(mdt_slice_head(*s, len), &value) || value > UINT32_MAX)
		return false;
	*s = mdt_slice_skip(*s, len);
	*ret = (uint32_t)value;
	return true;
}

static bool eat(struct mdt_slice *s, struct mdt_slice prefix)
{
	if (!mdt_slice_starts(*s, prefix))
		return false;
	*s = mdt_slice_skip(*s, prefix.len);
	return true;
}

/* mdN or md_dN, with what is behind it left in `s`. */
static bool eat_numbered(struct mdt_slice *s, uint32_t *minor)
{
	uint32_t unit;

	if (eat(s, SLICE("md_d"))) {
		*minor = MDT_MINOR_UNKNOWN;
		return eat_number(s, &unit);
	}
	return eat(s, SLICE("md")) && eat_number(s, minor) && *minor <= MINOR_MAX;
}

/* pN, to the end. */
static bool eat_partition(struct mdt_slice *s, uint32_t *ret)
{
	return eat(s, SLICE("p")) && eat_number(s, ret) && *ret && !s->len;
}

/* An array's name, or that of a partition of it (partition is then not 0). */
static bool parse_name(struct mdt_slice name, struct mdt_md_path *ret)
{
	struct mdt_slice rest = name;
	size_t len;

	ret->partition = 0;
	if (eat_numbered(&rest, &ret->minor)) {
		len = name.len - rest.len;
		if (!rest.len || eat_partition(&rest, &ret->partition)) {
			ret->array = mdt_slice_head(name, len);
			return true;
		}
	}
	ret->array = name;
	ret->minor = MDT_MINOR_UNKNOWN;
	ret->partition = 0;
	return eat(&name, SLICE("md_")) && name.len;
}

bool mdt_md_name_parse(struct mdt_slice name, uint32_t *minor)
{
	struct mdt_md_path path;

	if (!parse_name(name, &path) || path.partition)
		return false;
	*minor = path.minor;
	return true;
}

/* ---- paths ---- */

/* Cut the first component off `rest`; empty at the end. */
static struct mdt_slice take(struct mdt_slice *rest)
{
	struct mdt_slice part;

	while (rest->len && rest->str[0] == '/')
		*rest = mdt_slice_skip(*rest, 1);
	part = *rest;
	for (part.len = 0; part.len < rest->len && part.str[part.len] != '/';)
		part.len++;
	*rest = mdt_slice_skip(*rest, part.len);
	return part;
}

/* What is left, without the slashes around it. */
static struct mdt_slice trimmed(struct mdt_slice rest)
{
	while (rest.len && rest.str[0] == '/')
		rest = mdt_slice_skip(rest, 1);
	while (rest.len && rest.str[rest.len - 1] == '/')
		rest.len--;
	return rest;
}

/* Is the path below `folder`? Then the components of it are taken off. */
static bool descend(struct mdt_slice *path, const char *const *folder)
{
	struct mdt_slice rest = *path;

	for (; *folder; folder++)
		if (!mdt_slice_eq_cstr(take(&rest), *folder))
			return false;
	*path = rest;
	return true;
}

static bool attribute(struct mdt_md_path *path, struct mdt_slice name,
		      enum mdt_md_attr_of of, enum mdt_md_path_kind kind)
{
	path->kind = kind;
	path->attr = name;
	path->row = find_attr(of, name);
	return true;
}

static bool set_minor(struct mdt_md_path *path)
{
	path->has_dev = path->minor != MDT_MINOR_UNKNOWN && !path->partition;
	path->major = path->has_dev ? MD_MAJOR : 0;
	if (!path->has_dev)
		path->minor = 0;
	return true;
}

static bool is_member_link(struct mdt_slice name)
{
	uint32_t slot;

	return eat(&name, SLICE("rd")) && eat_number(&name, &slot) && !name.len;
}

static bool parse_member(struct mdt_slice rest, struct mdt_md_path *path)
{
	rest = trimmed(rest);
	if (rest.len)
		return attribute(path, rest, MDT_ATTR_MEMBER, MDT_PATH_MEMBER_ATTR);
	path->kind = MDT_PATH_MEMBER_DIR;
	return true;
}

/* What is below .../mdN/md. */
static bool parse_array(struct mdt_slice rest, struct mdt_md_path *path)
{
	struct mdt_slice below = trimmed(rest), name = take(&rest);

	path->kind = MDT_PATH_ARRAY_DIR;
	path->member = name;
	if (!name.len)
		return true;
	if ((eat(&path->member, SLICE("dev-")) && path->member.len) ||
	    is_member_link(name))
		return parse_member(rest, path);
	path->member = mdt_slice_from(NULL, 0);
	return attribute(path, below, MDT_ATTR_ARRAY, MDT_PATH_ARRAY_ATTR);
}

/* What is below the folder of a disk. */
static bool parse_disk(struct mdt_slice rest, struct mdt_md_path *path)
{
	struct mdt_slice below = trimmed(rest);

	set_minor(path);
	if (mdt_slice_eq_cstr(take(&rest), "md"))
		return parse_array(rest, path);
	if (below.len)
		return attribute(path, below, MDT_ATTR_DISK, MDT_PATH_DISK_ATTR);
	path->kind = MDT_PATH_DISK_DIR;
	return true;
}

static bool parse_sys_block(struct mdt_slice rest, struct mdt_md_path *path)
{
	return parse_name(take(&rest), path) && !path->partition &&
	       parse_disk(rest, path);
}

/* /sys/dev/block/MAJOR:MINOR */
static bool parse_sys_dev(struct mdt_slice rest, struct mdt_md_path *path)
{
	struct mdt_slice name = take(&rest);

	return eat_number(&name, &path->major) && path->major == MD_MAJOR &&
	       eat(&name, SLICE(":")) && eat_number(&name, &path->minor) && !name.len &&
	       path->minor <= MINOR_MAX && parse_disk(rest, path);
}

static bool parse_parameter(struct mdt_slice rest, struct mdt_md_path *path)
{
	rest = trimmed(rest);
	return rest.len && attribute(path, rest, MDT_ATTR_PARAMETER, MDT_PATH_PARAMETER);
}

static bool parse_mdstat(struct mdt_slice rest, struct mdt_md_path *path)
{
	path->kind = MDT_PATH_MDSTAT;
	return !rest.len;
}

static bool parse_named_node(struct mdt_slice rest, struct mdt_md_path *path)
{
	path->kind = MDT_PATH_NAMED_NODE;
	path->array = take(&rest);
	return path->array.len && !trimmed(rest).len;
}

static bool parse_node(struct mdt_slice rest, struct mdt_md_path *path)
{
	struct mdt_slice name = take(&rest);

	if (rest.len || !parse_name(name, path))
		return false;
	path->kind = path->partition ? MDT_PATH_PARTITION : MDT_PATH_NODE;
	return set_minor(path);
}

/* mdadm's own files; dev_open() and map.c of mdadm have their places. */
static bool parse_mdadm(struct mdt_slice rest, struct mdt_md_path *path)
{
	path->kind = MDT_PATH_MDADM;
	path->attr = trimmed(rest);
	return true;
}

/* .tmp.md.PID:MAJOR:MINOR in any folder: dev_open() of mdadm makes it, and unlinks it
 * once it is open. */
static bool parse_tmp_node(struct mdt_slice rest, struct mdt_md_path *path)
{
	struct mdt_slice name = take(&rest);

	while (rest.len)
		name = take(&rest);
	path->kind = MDT_PATH_TMP_NODE;
	path->has_dev = true;
	return eat(&name, SLICE(".tmp.md.")) && eat_number(&name, &path->pid) &&
	       eat(&name, SLICE(":")) && eat_number(&name, &path->major) &&
	       eat(&name, SLICE(":")) && eat_number(&name, &path->minor) && !name.len;
}

static const struct place {
	const char *const *folder;
	bool (*parse)(struct mdt_slice rest, struct mdt_md_path *path);
} places[] = {
	{ (const char *const[]){ "sys", "block", NULL }, parse_sys_block },
	{ (const char *const[]){ "sys", "class", "block", NULL }, parse_sys_block },
	{ (const char *const[]){ "sys", "devices", "virtual", "block", NULL },
	  parse_sys_block },
	{ (const char *const[]){ "sys", "dev", "block", NULL }, parse_sys_dev },
	{ (const char *const[]){ "sys", "module", "md_mod", "parameters", NULL },
	  parse_parameter },
	{ (const char *const[]){ "proc", "mdstat", NULL }, parse_mdstat },
	{ (const char *const[]){ "dev", "md", NULL }, parse_named_node },
	{ (const char *const[]){ "dev", NULL }, parse_node },
	{ (const char *const[]){ "run", "mdadm", NULL }, parse_mdadm },
	{ (const char *const[]){ "etc", "mdadm", NULL }, parse_mdadm },
	{ (const char *const[]){ "etc", "mdadm.conf", NULL }, parse_mdadm },
	{ (const char *const[]){ NULL }, parse_tmp_node },
};

bool mdt_md_path_parse(struct mdt_slice path, struct mdt_md_path *ret)
{
	struct mdt_md_path found;
	struct mdt_slice rest;

	if (!path.len || path.str[0] != '/')
		return false;
	array_for_each (it, places) {
		found = (struct mdt_md_path){ 0 };
		rest = path;
		if (descend(&rest, it->folder) && it->parse(rest, &found)) {
			*ret = found;
			return true;
		}
	}
	return false;
}
