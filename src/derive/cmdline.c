// SPDX-License-Identifier: MIT
#include "derive/cmdline.h"

#include "md/level.h"
#include "derive/getopt.h"
#include "derive/units.h"

struct parser {
	struct mdt_cmdline *out;
	bool write_mostly, failfast; // of the devices that follow
};

/* ---- the mode ---- */

struct mode_row {
	int id;
	enum mdt_mdadm_mode mode;
	bool if_none; // does not speak against another mode
};

// The second switch of main() in mdadm.c.
static const struct mode_row modes[] = {
	{ OPT_MANAGE, MDT_MDADM_MANAGE, false },
	{ 'a', MDT_MDADM_MANAGE, true },
	{ OPT_ADD, MDT_MDADM_MANAGE, true },
	{ OPT_ADD_SPARE, MDT_MDADM_MANAGE, true },
	{ OPT_ADD_JOURNAL, MDT_MDADM_MANAGE, true },
	{ 'r', MDT_MDADM_MANAGE, true },
	{ OPT_REMOVE, MDT_MDADM_MANAGE, true },
	{ OPT_REPLACE, MDT_MDADM_MANAGE, true },
	{ OPT_WITH, MDT_MDADM_MANAGE, true },
	{ 'f', MDT_MDADM_MANAGE, true },
	{ OPT_FAIL, MDT_MDADM_MANAGE, true },
	{ OPT_RE_ADD, MDT_MDADM_MANAGE, true },
	{ OPT_CLUSTER_CONFIRM, MDT_MDADM_MANAGE, true },
	{ 'A', MDT_MDADM_ASSEMBLE, false },
	{ 'B', MDT_MDADM_BUILD, false },
	{ 'C', MDT_MDADM_CREATE, false },
	{ 'F', MDT_MDADM_MONITOR, false },
	{ 'G', MDT_MDADM_GROW, false },
	{ 'I', MDT_MDADM_INCREMENTAL, false },
	{ OPT_AUTO_DETECT, MDT_MDADM_AUTODETECT, false },
	{ OPT_MISC, MDT_MDADM_MISC, false },
	{ 'D', MDT_MDADM_MISC, false },
	{ 'E', MDT_MDADM_MISC, false },
	{ 'X', MDT_MDADM_MISC, false },
	{ 'Q', MDT_MDADM_MISC, false },
	{ OPT_EXAMINE_BADBLOCKS, MDT_MDADM_MISC, false },
	{ OPT_DUMP, MDT_MDADM_MISC, false },
	{ OPT_RESTORE, MDT_MDADM_MISC, false },
	{ OPT_ACTION, MDT_MDADM_MISC, false },
	{ 'R', MDT_MDADM_MISC, true },
	{ 'S', MDT_MDADM_MISC, true },
	{ 'o', MDT_MDADM_MISC, true },
	{ 'w', MDT_MDADM_MISC, true },
	{ 'W', MDT_MDADM_MISC, true },
	{ OPT_WAIT, MDT_MDADM_MISC, true },
	{ OPT_WAIT_CLEAN, MDT_MDADM_MISC, true },
	{ OPT_DETAIL_PLATFORM, MDT_MDADM_MISC, true },
	{ OPT_KILL_SUBARRAY, MDT_MDADM_MISC, true },
	{ OPT_UPDATE_SUBARRAY, MDT_MDADM_MISC, true },
	{ OPT_UDEV_RULES, MDT_MDADM_MISC, true },
	{ OPT_ZERO_SUPERBLOCK, MDT_MDADM_MISC, true },
	{ OPT_NO_SHARING, MDT_MDADM_MONITOR, false },
};

static const struct mode_row *find_mode(int id)
{
	array_for_each (it, modes)
		if (it->id == id)
			return it;
	return NULL;
}

/* Options that say nothing but the mode. */
static bool only_sets_mode(int id)
{
	return id == OPT_MANAGE || id == OPT_MISC || id == OPT_AUTO_DETECT ||
	       (id >= 'A' && id <= 'Z' && strchr("ABCFGI", id));
}

/* ---- values that are more than a text ---- */

typedef bool (*reader)(struct parser *p, struct mdt_slice value);

static bool read_level(struct parser *p, struct mdt_slice value)
{
	p->out->has_level = mdt_level_find(value, &p->out->level);
	return p->out->has_level;
}

static bool read_layout(struct parser *p, struct mdt_slice value)
{
	struct mdt_cmdline *out = p->out;

	out->layout_text = value;
	if (!out->has_level)
		return out->mode == MDT_MDADM_GROW;
	out->has_layout = mdt_layout_find(out->level, value, &out->layout);
	return out->has_layout;
}

// match_metadata_desc1() and match_metadata_desc0() in mdadm's super1.c and super0.c.
static bool read_metadata(struct parser *p, struct mdt_slice value)
{
	static const struct {
		const char *name;
		int major, minor;
	} names[] = {
		{ "1.0", 1, 0 },     { "1.00", 1, 0 },	 { "1.1", 1, 1 },
		{ "1.01", 1, 1 },    { "1.2", 1, 2 },	 { "1.02", 1, 2 },
		{ "default", 1, 2 }, { "1", 1, -1 },	 { "0", 0, 90 },
		{ "0.90", 0, 90 },   { "00.90", 0, 90 }, { "0.91", 0, 91 },
		{ "0.swap", 0, 90 }, { "0.9", 0, 90 },	 { "01.0", 1, 0 },
		{ "01.00", 1, 0 },   { "01.1", 1, 1 },	 { "01.01", 1, 1 },
		{ "01.2", 1, 2 },    { "01.02", 1, 2 },	 { "ddf", -1, -1 },
		{ "imsm", -1, -1 },
	};

	p->out->has_metadata = true;
	p->out->metadata = value;
	p->out->major = p->out->minor = -1;
	array_for_each (it, names) {
		if (mdt_slice_eq_cstr(value, it->name)) {
			p->out->major = it->major;
			p->out->minor = it->minor;
			return true;
		}
	}
	return false;
}

static bool read_bitmap(struct parser *p, struct mdt_slice value)
{
	static const struct {
		const char *name;
		enum mdt_mdadm_bitmap bitmap;
	} names[] = {
		{ "none", MDT_BITMAP_NONE },
		{ "internal", MDT_BITMAP_INTERNAL },
		{ "clustered", MDT_BITMAP_CLUSTERED },
		{ "lockless", MDT_BITMAP_LOCKLESS },
	};

	p->out->bitmap_text = value;
	array_for_each (it, names) {
		if (mdt_slice_eq_cstr(value, it->name)) {
			p->out->bitmap = it->bitmap;
			return true;
		}
	}
	if (!value.len || !memchr(value.str, '/', value.len))
		return false;
	p->out->bitmap = MDT_BITMAP_FILE;
	return true;
}

static bool read_uuid(struct parser *p, struct mdt_slice value)
{
	p->out->has_uuid = mdt_uuid_read(value, &p->out->uuid);
	return p->out->has_uuid;
}

static bool read_data_offset(struct parser *p, struct mdt_slice value)
{
	p->out->has_data_offset = mdt_sectors_read(value, &p->out->data_offset);
	return p->out->has_data_offset || mdt_slice_eq_cstr(value, "variable");
}

static bool set_write_mostly(struct parser *p, struct mdt_slice value _unused_)
{
	p->write_mostly = true;
	return true;
}

static bool clear_write_mostly(struct parser *p, struct mdt_slice value _unused_)
{
	p->write_mostly = false;
	return true;
}

static bool set_failfast(struct parser *p, struct mdt_slice value _unused_)
{
	p->failfast = true;
	return true;
}

static bool clear_failfast(struct parser *p, struct mdt_slice value _unused_)
{
	p->failfast = false;
	return true;
}

static bool more_verbose(struct parser *p, struct mdt_slice value _unused_)
{
	p->out->verbose++;
	return true;
}

static bool less_verbose(struct parser *p, struct mdt_slice value _unused_)
{
	p->out->verbose--;
	return true;
}

static bool ignore(struct parser *p _unused_, struct mdt_slice value _unused_)
{
	return true;
}

/* ---- what an option means in a mode ---- */

enum {
	CREATE = 1 << MDT_MDADM_CREATE,
	BUILD = 1 << MDT_MDADM_BUILD,
	ASSEMBLE = 1 << MDT_MDADM_ASSEMBLE,
	GROW = 1 << MDT_MDADM_GROW,
	MANAGE = 1 << MDT_MDADM_MANAGE,
	MISC = 1 << MDT_MDADM_MISC,
	INCREMENTAL = 1 << MDT_MDADM_INCREMENTAL,
	MONITOR = 1 << MDT_MDADM_MONITOR,
	ANY = ~0, // also before there is a mode
};

/* Where the value goes, by its offset in struct mdt_cmdline. */
enum kind { FLAG, TEXT, COUNT, SECTORS, OP, READ };

struct meaning {
	int id;
	int modes;
	enum kind kind;
	size_t offset; // OP: enum mdt_mdadm_op
	reader read;
};

#define TO(kind, member) kind, offsetof(struct mdt_cmdline, member), NULL
#define SET_OP(op)	 OP, MDT_OP_##op, NULL
#define BY(read)	 READ, 0, read

// The first and the third switch of main() in mdadm.c. Several rows of an option in a
// mode all count.
static const struct meaning meanings[] = {
	{ 'h', ANY, TO(FLAG, help) },
	{ OPT_HELP_OPTIONS, ANY, TO(FLAG, help) },
	{ 'V', ANY, TO(FLAG, version) },
	{ 'v', ANY, BY(more_verbose) },
	{ 'q', ANY, BY(less_verbose) },
	{ OPT_BRIEF, ANY, TO(FLAG, brief) },
	{ 'b', 1 << MDT_MDADM_NONE | MISC | MONITOR, TO(FLAG, brief) },
	{ OPT_NO_DEVICES, ANY, BY(ignore) },
	{ 'Y', ANY, TO(FLAG, export) },
	{ OPT_HOMEHOST, ANY, TO(TEXT, homehost) },
	{ OPT_OFFROOT, ANY, BY(ignore) },
	{ OPT_PREFER, ANY, BY(ignore) },

	{ 'c', GROW | CREATE | BUILD, TO(SECTORS, chunk) },
	{ OPT_CHUNK, GROW | CREATE | BUILD, TO(SECTORS, chunk) },
	{ 'e', INCREMENTAL | CREATE | ASSEMBLE | MISC, BY(read_metadata) },
	{ 'W', MANAGE | BUILD | CREATE, BY(set_write_mostly) },
	{ OPT_WRITE_MOSTLY, MANAGE | BUILD | CREATE, BY(set_write_mostly) },
	{ 'w', MANAGE, BY(clear_write_mostly) },
	{ OPT_FAILFAST, MANAGE | CREATE, BY(set_failfast) },
	{ OPT_NO_FAILFAST, MANAGE, BY(clear_failfast) },
	{ 'z', GROW | CREATE | BUILD, TO(SECTORS, size) },
	{ 'Z', GROW, TO(SECTORS, array_size) },
	{ OPT_DATA_OFFSET, CREATE | GROW, BY(read_data_offset) },
	{ 'l', GROW | CREATE | BUILD, BY(read_level) },
	{ 'p', GROW | CREATE | BUILD, BY(read_layout) },
	{ OPT_LAYOUT, GROW | CREATE | BUILD, BY(read_layout) },
	{ OPT_ASSUME_CLEAN, CREATE | BUILD | GROW, TO(FLAG, assume_clean) },
	{ OPT_WRITE_ZEROES, CREATE, TO(FLAG, write_zeroes) },
	{ OPT_LOGICAL_BLOCK_SIZE, CREATE, BY(ignore) },
	{ 'n', GROW | CREATE | BUILD, TO(COUNT, raid_devices) },
	{ 'x', CREATE, TO(COUNT, spare_devices) },
	{ OPT_NODES, ASSEMBLE | GROW | CREATE, BY(ignore) },
	{ OPT_HOME_CLUSTER, CREATE | ASSEMBLE, BY(ignore) },
	{ 'a', CREATE | BUILD | INCREMENTAL | ASSEMBLE, BY(ignore) },
	{ OPT_AUTO, CREATE | BUILD | INCREMENTAL | ASSEMBLE, BY(ignore) },
	{ 'f', BUILD | GROW | CREATE | ASSEMBLE | MISC, TO(FLAG, force) },
	{ OPT_FORCE, BUILD | GROW | CREATE | ASSEMBLE | MISC | MANAGE, TO(FLAG, force) },
	{ 'u', CREATE | ASSEMBLE, BY(read_uuid) },
	{ 'N', CREATE | ASSEMBLE | MISC, TO(TEXT, name) },
	{ 'm', ASSEMBLE, TO(TEXT, super_minor) },
	{ OPT_SUPER_MINOR, ASSEMBLE, TO(TEXT, super_minor) },
	{ 'o', ASSEMBLE | MANAGE | CREATE | MISC, TO(FLAG, readonly) },
	{ 'U', ASSEMBLE | MISC | MANAGE, TO(TEXT, update) },
	{ OPT_NO_DEGRADED, INCREMENTAL | ASSEMBLE, TO(FLAG, no_degraded) },
	{ 'c', ASSEMBLE | INCREMENTAL | MISC | MONITOR, TO(TEXT, config) },
	{ OPT_CONFIG, ASSEMBLE | INCREMENTAL | MISC | MONITOR | CREATE,
	  TO(TEXT, config) },
	{ 's', ASSEMBLE | MISC | MONITOR | INCREMENTAL, TO(FLAG, scan) },
	{ 'm', MONITOR, BY(ignore) },
	{ OPT_MAIL, MONITOR, BY(ignore) },
	{ 'p', MONITOR, BY(ignore) },
	{ OPT_PROGRAM, MONITOR, BY(ignore) },
	{ 'r', MONITOR, BY(ignore) },
	{ OPT_INCREMENT, MONITOR, BY(ignore) },
	{ 'd', MONITOR | GROW | BUILD | CREATE, BY(ignore) },
	{ 'f', MONITOR, BY(ignore) },
	{ OPT_DAEMONISE, MONITOR, BY(ignore) },
	{ 'i', MONITOR, BY(ignore) },
	{ '1', MONITOR, BY(ignore) },
	{ 'y', MONITOR, BY(ignore) },
	{ OPT_NO_SHARING, MONITOR, BY(ignore) },
	{ 't', MONITOR | MANAGE | MISC, TO(FLAG, test) },

	{ 'a', GROW | MANAGE, SET_OP(ADD) },
	{ OPT_ADD, GROW | MANAGE, SET_OP(ADD) },
	{ OPT_ADD_SPARE, MANAGE, SET_OP(ADD_SPARE) },
	{ OPT_ADD_JOURNAL, MANAGE, SET_OP(ADD_JOURNAL) },
	{ OPT_RE_ADD, MANAGE, SET_OP(RE_ADD) },
	{ 'r', MANAGE, SET_OP(REMOVE) },
	{ OPT_REMOVE, MANAGE, SET_OP(REMOVE) },
	{ 'f', MANAGE | INCREMENTAL, SET_OP(FAIL) },
	{ OPT_FAIL, MANAGE | INCREMENTAL, SET_OP(FAIL) },
	{ OPT_REMOVE, INCREMENTAL, SET_OP(FAIL) },
	{ OPT_CLUSTER_CONFIRM, MANAGE, SET_OP(CLUSTER_CONFIRM) },
	{ OPT_REPLACE, MANAGE, SET_OP(REPLACE) },
	{ OPT_WITH, MANAGE, SET_OP(WITH) },
	{ 'R', INCREMENTAL | MANAGE | ASSEMBLE | BUILD | CREATE | MISC, TO(FLAG, run) },
	{ 'S', MANAGE | MISC, TO(FLAG, stop) },

	{ 'Q', MISC, SET_OP(QUERY) },
	{ 'D', MISC, SET_OP(DETAIL) },
	{ 'E', MISC, SET_OP(EXAMINE) },
	{ OPT_ZERO_SUPERBLOCK, MISC, SET_OP(ZERO_SUPERBLOCK) },
	{ 'R', MISC, SET_OP(RUN) },
	{ 'S', MISC, SET_OP(STOP) },
	{ 'X', MISC, SET_OP(EXAMINE_BITMAP) },
	{ OPT_EXAMINE_BADBLOCKS, MISC, SET_OP(EXAMINE_BADBLOCKS) },
	{ 'o', MISC, SET_OP(READONLY) },
	{ 'w', MISC, SET_OP(READWRITE) },
	{ 'w', MISC, TO(FLAG, readwrite) },
	{ 'W', MISC, SET_OP(WAIT) },
	{ OPT_WAIT, MISC, SET_OP(WAIT) },
	{ OPT_WAIT_CLEAN, MISC, SET_OP(WAIT_CLEAN) },
	{ OPT_DETAIL_PLATFORM, MISC, SET_OP(DETAIL_PLATFORM) },
	{ OPT_KILL_SUBARRAY, MISC, SET_OP(KILL_SUBARRAY) },
	{ OPT_UPDATE_SUBARRAY, MISC, SET_OP(UPDATE_SUBARRAY) },
	{ OPT_DUMP, MISC, SET_OP(DUMP) },
	{ OPT_RESTORE, MISC, SET_OP(RESTORE) },
	{ OPT_ACTION, MISC, SET_OP(ACTION) },
	{ OPT_ACTION, MISC, TO(TEXT, action) },
	{ OPT_UDEV_RULES, MISC, SET_OP(UDEV_RULES) },
	{ OPT_SPARC22, MISC, BY(ignore) },

	{ 'b', ASSEMBLE | BUILD | CREATE | GROW, BY(read_bitmap) },
	{ OPT_BITMAP, ASSEMBLE | BUILD | CREATE | GROW, BY(read_bitmap) },
	{ OPT_BITMAP_CHUNK, GROW | BUILD | CREATE, TO(SECTORS, bitmap_chunk) },
	{ OPT_BACKUP_FILE, ASSEMBLE | GROW, TO(TEXT, backup_file) },
	{ OPT_CONTINUE, GROW, BY(ignore) },
	{ OPT_INVALID_BACKUP, ASSEMBLE, BY(ignore) },
	{ OPT_WRITE_BEHIND, GROW | BUILD | CREATE, BY(ignore) },
	{ 'r', INCREMENTAL, TO(FLAG, rebuild_map) },
	{ OPT_REBUILD_MAP, INCREMENTAL, TO(FLAG, rebuild_map) },
	{ OPT_PATH, INCREMENTAL, BY(ignore) },
	{ 'k', CREATE | GROW, TO(TEXT, consistency_policy) },
};

static bool read_count(struct mdt_slice value, uint32_t *ret)
{
	uint64_t count;

	if (!mdt_slice_to_dec(value, &count) || count > INT32_MAX)
		return false;
	*ret = (uint32_t)count;
	return true;
}

static bool apply(struct parser *p, const struct meaning *meaning, struct mdt_slice value)
{
	char *at = (char *)p->out + meaning->offset;

	switch (meaning->kind) {
	case FLAG:
		*(bool *)at = true;
		return true;
	case TEXT:
		*(struct mdt_slice *)at = value;
		return true;
	case COUNT:
		return read_count(value, (uint32_t *)at);
	case SECTORS:
		return mdt_sectors_read(value, (uint64_t *)at);
	case OP:
		p->out->op = (enum mdt_mdadm_op)meaning->offset;
		return true;
	case READ:
		return meaning->read(p, value);
	}
	unreachable();
}

/* @return false: the mode has no such option, or its value says nothing. */
static bool apply_option(struct parser *p, const struct mdt_option *option)
{
	bool found = false, good = true;

	array_for_each (it, meanings) {
		if (it->id != option->id || !(it->modes & 1 << p->out->mode))
			continue;
		found = true;
		good &= apply(p, it, option->value);
	}
	return found && good;
}

/* ---- devices ---- */

static void add_device(struct parser *p, struct mdt_slice name, enum mdt_mdadm_op op)
{
	struct mdt_mdadm_device *device = &p->out->devices[p->out->device_count++];

	*device = (struct mdt_mdadm_device){ .name = name,
					     .op = op,
					     .write_mostly = p->write_mostly,
					     .failfast = p->failfast };
}

static bool is_missing(struct mdt_slice name)
{
	return name.len == 7 && strncasecmp(name.str, "missing", 7) == 0;
}

// Create.c and Build.c know `missing`, Manage_subdevs() in Manage.c the others as well.
static enum mdt_mdadm_keyword keyword_of(enum mdt_mdadm_mode mode, struct mdt_slice name)
{
	if (mode == MDT_MDADM_CREATE || mode == MDT_MDADM_BUILD)
		return is_missing(name) ? MDT_KEYWORD_MISSING : MDT_KEYWORD_NONE;
	if (mode != MDT_MDADM_MANAGE)
		return MDT_KEYWORD_NONE;
	if (mdt_slice_eq_cstr(name, "missing"))
		return MDT_KEYWORD_MISSING;
	if (mdt_slice_eq_cstr(name, "detached"))
		return MDT_KEYWORD_DETACHED;
	if (mdt_slice_eq_cstr(name, "faulty") || mdt_slice_eq_cstr(name, "failed"))
		return MDT_KEYWORD_FAULTY;
	return MDT_KEYWORD_NONE;
}

static bool op_is_on_array(enum mdt_mdadm_op op)
{
	switch (op) {
	case MDT_OP_DETAIL:
	case MDT_OP_RUN:
	case MDT_OP_STOP:
	case MDT_OP_READONLY:
	case MDT_OP_READWRITE:
	case MDT_OP_WAIT:
	case MDT_OP_WAIT_CLEAN:
	case MDT_OP_KILL_SUBARRAY:
	case MDT_OP_UPDATE_SUBARRAY:
	case MDT_OP_ACTION:
		return true;
	case MDT_OP_NONE:
	case MDT_OP_ADD:
	case MDT_OP_RE_ADD:
	case MDT_OP_ADD_SPARE:
	case MDT_OP_ADD_JOURNAL:
	case MDT_OP_REMOVE:
	case MDT_OP_FAIL:
	case MDT_OP_REPLACE:
	case MDT_OP_WITH:
	case MDT_OP_CLUSTER_CONFIRM:
	case MDT_OP_QUERY:
	case MDT_OP_EXAMINE:
	case MDT_OP_EXAMINE_BITMAP:
	case MDT_OP_EXAMINE_BADBLOCKS:
	case MDT_OP_ZERO_SUPERBLOCK:
	case MDT_OP_DETAIL_PLATFORM:
	case MDT_OP_UDEV_RULES:
	case MDT_OP_DUMP:
	case MDT_OP_RESTORE:
		return false;
	}
	unreachable();
}

/* Whether mdadm takes the device at @p index for an md device. */
static bool is_array(const struct mdt_cmdline *out, size_t index)
{
	switch (out->mode) {
	case MDT_MDADM_CREATE:
	case MDT_MDADM_BUILD:
	case MDT_MDADM_GROW:
	case MDT_MDADM_MANAGE:
		return index == 0;
	case MDT_MDADM_ASSEMBLE:
		return index == 0 || out->scan;
	case MDT_MDADM_MISC:
		return op_is_on_array(out->devices[index].op);
	case MDT_MDADM_MONITOR:
		return true;
	case MDT_MDADM_NONE:
	case MDT_MDADM_INCREMENTAL:
	case MDT_MDADM_AUTODETECT:
		return false;
	}
	unreachable();
}

static void finish_devices(struct mdt_cmdline *out)
{
	// A lone device is asked about (main() in mdadm.c).
	if (out->mode == MDT_MDADM_NONE && out->device_count) {
		out->mode = MDT_MDADM_MISC;
		out->op = out->devices[0].op = MDT_OP_QUERY;
	}
	for (size_t i = 0; i < out->device_count; i++) {
		struct mdt_mdadm_device *device = &out->devices[i];

		device->is_array = is_array(out, i);
		if (!device->is_array)
			device->keyword = keyword_of(out->mode, device->name);
	}
}

/* ---- all of it ---- */

/* Of several letters in an argument, the first that is unknown counts. */
static void add_unknown(struct mdt_cmdline *out, struct mdt_slice text)
{
	const struct mdt_slice *last =
		out->unknown_count ? &out->unknown[out->unknown_count - 1] : NULL;

	if (last && last->str == text.str && last->len == text.len)
		return;
	out->unknown[out->unknown_count++] = text;
}

static void take(struct parser *p, const struct mdt_option *option)
{
	struct mdt_cmdline *out = p->out;
	const struct mode_row *row = find_mode(option->id);

	if (row && out->mode == MDT_MDADM_NONE) {
		out->mode = row->mode;
	} else if (row && !row->if_none && out->mode != row->mode) {
		add_unknown(out, option->text);
		return;
	}
	if (option->id == OPT_DEVICE)
		add_device(p, option->value, out->op);
	else if (option->id == OPT_WRITE_JOURNAL && out->mode == MDT_MDADM_CREATE)
		add_device(p, option->value, MDT_OP_ADD_JOURNAL);
	else if (!only_sets_mode(option->id) && !apply_option(p, option))
		add_unknown(out, option->text);
}

/* mdadm, /sbin/mdadm, mdadm.static */
static bool is_mdadm(struct mdt_slice path)
{
	for (size_t i = path.len; i-- > 0;)
		if (path.str[i] == '/')
			return mdt_slice_starts(mdt_slice_skip(path, i + 1),
						SLICE("mdadm"));
	return mdt_slice_starts(path, SLICE("mdadm"));
}

/* An argument is at most one device, and unknown once. */
static bool reserve(size_t argc, struct mdt_arena *arena, struct mdt_cmdline *out)
{
	out->devices = mdt_arena_alloc(arena, argc * sizeof(*out->devices),
				       _Alignof(struct mdt_mdadm_device));
	out->unknown = mdt_arena_alloc(arena, argc * sizeof(*out->unknown),
				       _Alignof(struct mdt_slice));
	return out->devices && out->unknown;
}

struct mdt_error *mdt_cmdline_parse(const struct mdt_slice *argv, size_t argc,
				    struct mdt_arena *arena, struct mdt_cmdline *ret)
{
	struct parser p = { .out = ret };
	struct mdt_getopt getopt = { .argv = argv, .argc = argc, .next = 1 };
	struct mdt_option option;

	*ret = (struct mdt_cmdline){ .major = -1, .minor = -1 };
	if (!argc)
		return NULL;
	if (!reserve(argc, arena, ret))
		return &mdt_enomem;
	ret->is_mdadm = is_mdadm(argv[0]);
	while (mdt_getopt_next(&getopt, ret->mode, &option))
		take(&p, &option);
	while (getopt.next < argc)
		add_unknown(ret, argv[getopt.next++]);
	finish_devices(ret);
	return NULL;
}

const struct mdt_mdadm_device *mdt_cmdline_array(const struct mdt_cmdline *cmdline)
{
	for (size_t i = 0; i < cmdline->device_count; i++)
		if (cmdline->devices[i].is_array)
			return &cmdline->devices[i];
	return NULL;
}

const char *mdt_mdadm_mode_name(enum mdt_mdadm_mode mode)
{
	switch (mode) {
	case MDT_MDADM_NONE:
		return "none";
	case MDT_MDADM_CREATE:
		return "create";
	case MDT_MDADM_BUILD:
		return "build";
	case MDT_MDADM_ASSEMBLE:
		return "assemble";
	case MDT_MDADM_GROW:
		return "grow";
	case MDT_MDADM_MANAGE:
		return "manage";
	case MDT_MDADM_MISC:
		return "misc";
	case MDT_MDADM_INCREMENTAL:
		return "incremental";
	case MDT_MDADM_MONITOR:
		return "monitor";
	case MDT_MDADM_AUTODETECT:
		return "autodetect";
	}
	unreachable();
}
